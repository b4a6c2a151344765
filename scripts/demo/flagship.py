#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the demo's fix as a commit, by editing the shape of the code.

usage: flagship.py REPO BRANCH

The newest release on BRANCH whose code still has the defect gets a commit on
top, kept by the branch ostler-demo/rsi-rfkill; its id is printed. No text of
the kernel is kept here beyond the names that the edit looks for:

  - in rsi_mac80211_stop(), the one statement that calls
    wiphy_rfkill_stop_polling() goes away;
  - in the USB driver's rsi_disconnect(), the same call is made just before
    rsi_mac80211_detach(), where no lock is held.

Each place must be found exactly once, or nothing is written.
"""
import os
import re
import subprocess
import sys
import tempfile

MAC80211 = "drivers/net/wireless/rsi/rsi_91x_mac80211.c"
USB = "drivers/net/wireless/rsi/rsi_91x_usb.c"
AUTHOR = ("Ostler demo", "demo@ostler.invalid")
REF = "refs/heads/ostler-demo/rsi-rfkill"

MESSAGE = f"""\
wifi: rsi: stop rfkill polling when the USB device goes away

Taking the interface of an RSI 9116 adapter down, or pulling the adapter
out, can hang for ever. rsi_mac80211_stop() ends rfkill polling with
wiphy_rfkill_stop_polling(), which waits until a running poll work is
done. That work needs two mutexes that are held over the wait:

 - wiphy.mtx, held by mac80211 when it calls the driver's stop
   operation and taken by cfg80211_rfkill_poll();
 - rsi_common.mutex, taken by rsi_mac80211_stop() a few lines above and
   by rsi_mac80211_rfkill_poll().

If the poll work starts between taking one of them and the wait, neither
side can go on. Everything that wants the RTNL then queues up behind it.

Stop polling in the disconnect handler of the USB driver instead, before
mac80211 is detached: neither mutex is held there. While the interface is
merely down, the poll goes on and only reports a state kept in memory. On
SDIO the poll ends in rfkill_unregister(), called from wiphy_unregister()
with neither mutex held.

Signed-off-by: {AUTHOR[0]} <{AUTHOR[1]}>
"""


class NotThere(Exception):
    pass


def git(repo, *args, data=None, env=None):
    run = subprocess.run(["git", "-C", repo, *args], input=data, env=env,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if run.returncode:
        sys.exit(f"ostler: demo: git {args[0]}: {run.stderr.decode(errors='replace').strip()}")
    return run.stdout


def function_span(text, name):
    """Start and end of the definition of a function, brace to brace."""
    found = list(re.finditer(r"^(?:static )?\w[\w \t*]*\b" + name + r"\([^;{]*\)\s*\n\{.*?^\}",
                             text, re.M | re.S))
    if len(found) != 1:
        raise NotThere(f"{name}(): {len(found)} definitions")
    return found[0].span()


def edit_once(text, function, pattern, replacement):
    start, end = function_span(text, function)
    body, count = re.subn(pattern, replacement, text[start:end], flags=re.M)
    if count != 1:
        raise NotThere(f"{function}(): the place to edit is there {count} times")
    return text[:start] + body + text[end:]


def edit(mac80211, usb):
    mac80211 = edit_once(mac80211, "rsi_mac80211_stop",
                         r"^\twiphy_rfkill_stop_polling\([^;\n]*\);\n", "")
    usb = edit_once(usb, "rsi_disconnect", r"^\trsi_mac80211_detach\((\w+)\);\n",
                    r"\tif (\1->hw)\n\t\twiphy_rfkill_stop_polling(\1->hw->wiphy);\n\n\g<0>")
    return mac80211, usb


def blob(repo, rev, path):
    return git(repo, "show", f"{rev}:{path}").decode("utf-8", "surrogateescape")


def tree_with(repo, base, files):
    with tempfile.TemporaryDirectory() as tmp:
        env = dict(os.environ, GIT_INDEX_FILE=os.path.join(tmp, "index"))
        git(repo, "read-tree", base, env=env)
        for path, text in files.items():
            oid = git(repo, "hash-object", "-w", "--stdin",
                      data=text.encode("utf-8", "surrogateescape")).decode().strip()
            git(repo, "update-index", "--cacheinfo", f"100644,{oid},{path}", env=env)
        return git(repo, "write-tree", env=env).decode().strip()


def commit(repo, base, tree):
    # an hour after its parent: the id depends on the parent and this file only
    when = int(git(repo, "log", "-1", "--format=%ct", base)) + 3600
    env = dict(os.environ)
    for role in ("AUTHOR", "COMMITTER"):
        env[f"GIT_{role}_NAME"] = AUTHOR[0]
        env[f"GIT_{role}_EMAIL"] = AUTHOR[1]
        env[f"GIT_{role}_DATE"] = f"@{when} +0000"
    return git(repo, "commit-tree", "-p", base, tree, data=MESSAGE.encode(), env=env).decode().strip()


def main(repo, branch):
    why = "no release there"
    for base in git(repo, "rev-list", branch).decode().split():
        try:
            mac80211, usb = edit(blob(repo, base, MAC80211), blob(repo, base, USB))
        except NotThere as missing:
            why = f"{base[:12]}: {missing}"
            continue
        fix = commit(repo, base, tree_with(repo, base, {MAC80211: mac80211, USB: usb}))
        git(repo, "update-ref", REF, fix)
        print(fix)
        return
    sys.exit(f"ostler: demo: {branch}: no release has the code that the fix edits ({why})")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: flagship.py REPO BRANCH")
    main(sys.argv[1], sys.argv[2])
