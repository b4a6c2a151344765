#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# review.sh: how long `ostler review` takes, beside the same facts got with git commands.
exec python3 "$(dirname "$0")/review.py" "$@"
