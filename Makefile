# SPDX-License-Identifier: GPL-2.0-or-later
# The front door: each target says what it does; meson does the building.

BUILD := build
SAN := build-san
MESON ?= meson
PREFIX ?= /usr/local

.PHONY: all deps test quick tsan demo bench check-oracles install uninstall clean

all: deps				# the release build: build/ostler
	@test -f $(BUILD)/build.ninja || { echo "building $(BUILD)/ostler"; \
		$(MESON) setup $(BUILD) --buildtype=release --prefix=$(PREFIX) >/dev/null; }
	@ninja -C $(BUILD) src/cli/ostler >$(BUILD)/.log 2>&1 || { cat $(BUILD)/.log; exit 1; }
	@ln -sf src/cli/ostler $(BUILD)/ostler

deps:					# install what is missing from the Debian archive
	@scripts/install-deps.sh

test: all				# every test, with ASan and UBSan
	@scripts/run-tests.sh all $(SAN)

quick: all				# the everyday tests, under two minutes
	@scripts/run-tests.sh quick $(SAN)

tsan:					# what runs on several threads, with ThreadSanitizer
	@scripts/tsan.sh build-tsan

demo: all				# real kernels, the flagship fix, a review
	@scripts/demo.sh

bench: all				# speed and accuracy, as ratios to a peer in the same run
	@bench/run.sh

check-oracles: all			# compare with git, ctags, tree-sitter, get_maintainer.pl
	@scripts/check-oracles.sh

install: all				# PREFIX=/usr/local, DESTDIR= for packagers
	@$(MESON) configure $(BUILD) --prefix=$(PREFIX)
	@ninja -C $(BUILD) src/cli/ostler man >$(BUILD)/.log 2>&1 || { cat $(BUILD)/.log; exit 1; }
	@DESTDIR="$(DESTDIR)" $(MESON) install -C $(BUILD) --no-rebuild --quiet
	@echo "installed in $(DESTDIR)$(PREFIX)"

uninstall:				# what the last install put there
	@DESTDIR="$(DESTDIR)" ninja -C $(BUILD) uninstall >$(BUILD)/.log 2>&1 || { cat $(BUILD)/.log; exit 1; }

clean:
	rm -rf $(BUILD) $(SAN)
