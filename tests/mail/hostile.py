#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""hostile.py MAIL_JSON MEGABYTES: mails that were made to cost time or memory.
Each must be read or refused, with one clear line, within its time. Sanitizers
make every allocation thirty times dearer, so their build is given smaller ones
(meson.build); the release build takes 1.4 s at most for 31 MB."""
import json
import pathlib
import resource
import subprocess
import sys
import tempfile

SECONDS = 30  # of processor time
SIZE = int(sys.argv[2]) << 20
HEAD = b"From: a@b\nSubject: [PATCH] x\n"
BOX = b"From a 10:00:00 2024\nFrom: a@b\n\n"
MIXED = b'Content-Type: multipart/mixed; boundary="b"\n\n'


def fill(piece):
    return piece * (SIZE // len(piece))


NEST = b"".join(b'--n%d\nContent-Type: multipart/mixed; boundary="n%d"\n\n' % (i, i + 1) for i in range(1, 60))
INPUTS = {
    "a body of 100 MB": (HEAD + b"\n" + b"x" * (100 << 20), "over the limit"),
    "a line a byte": (HEAD + b"\n" + fill(b"x\n"), None),
    "parts without number": (HEAD + MIXED + fill(b"--b\n\nx\n"), "too many MIME"),
    "dashes below many boundaries": (HEAD + MIXED.replace(b'"b"', b'"n1"') + NEST + fill(b"--n\n"), "too many MIME"),
    "headers of a part": (HEAD + MIXED + b"--b\n" + fill(b"x: y\n") + b"\nhi\n", "too many MIME"),
    "parameters of a part": (HEAD + MIXED + b"--b\nContent-Type: text/plain" + fill(b"; a=b") + b"\n\nx\n", "too many MIME"),
    "addresses of an enclosed mail": (HEAD + b"Content-Type: message/rfc822\n\nTo: " + fill(b"a@b, ") + b"\n\nx\n", "too many MIME"),
    "addresses": (HEAD + b"To: " + fill(b"a@b, ") + b"\n\nhi\n", "a header is longer"),
    "folds": (b"From: a@b\nSubject: x\n" + fill(b" y\n") + b"\nhi\n", "a header is longer"),
    "encoded words": (b"From: a@b\nSubject: " + fill(b"=?utf-8?q?x?= ") + b"\n\nhi\n", "a header is longer"),
    "bytes of no charset": (HEAD + b"\n" + fill(b"\xff"), "bytes are not in the charset"),
    "From lines": (BOX + fill(b"From a 10:00:00 2024\n"), None),
    "quoted From lines": (BOX + fill(b">From a\n"), None),
    "quote marks": (BOX + b">" * SIZE + b"From ", None),
    "hunks": (HEAD + b"\n--- a/x\n+++ b/x\n" + fill(b"@@ -1 +1 @@\n-a\n+b\n"), None),
}


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))


print(f"1..{len(INPUTS)}")
bad = 0
for number, (name, (raw, want)) in enumerate(INPUTS.items(), 1):
    with tempfile.NamedTemporaryFile() as tmp:
        pathlib.Path(tmp.name).write_bytes(raw)
        done = subprocess.run([sys.argv[1], "--light", tmp.name], capture_output=True, check=False, preexec_fn=limit)
    good = done.returncode == 0 and not done.stderr
    if good and want:
        said = json.loads(done.stdout)
        good = want in said.get("why", "") + " ".join(said.get("damage", []))
    bad += not good
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
    if not good:
        print(f"  # status {done.returncode} {done.stderr[:500]!r} {done.stdout[:300]!r}")
sys.exit(1 if bad else 0)
