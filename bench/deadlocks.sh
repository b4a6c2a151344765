#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadlocks.sh: how long `ostler deadlocks` takes for a tree, a folder and a change, beside ctags.
exec python3 "$(dirname "$0")/deadlocks.py" "$@"
