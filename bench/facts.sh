#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# facts.sh: how long `ostler facts` takes, beside ctags and cscope in the same run.
exec python3 "$(dirname "$0")/facts.py" "$@"
