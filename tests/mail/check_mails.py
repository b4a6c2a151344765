#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares our reading of mails with an independent one.

check_mails.py MAIL_JSON [MBOX...]: every message of each mailbox is read by
our program and by Python's email module, `git mailsplit`, `git mailinfo` and
`git apply --numstat`. Without a mailbox: mails_dev.mbox of the cases, skipped
by name when they are not there. Prints TAP, one point a property.
"""
import email
import email.header
import email.utils
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = pathlib.Path(os.environ.get("OSTLER_CASES", HERE.parent.parent.parent / "shared" / "cases"))
UPSTREAM = [
    ("sentence", re.compile(r"^\s*commit\s+([0-9a-f]{12,64})\s+upstream\.?\s*$", re.I | re.M)),
    ("bracket", re.compile(r"^\s*\[\s*upstream\s+commit\s+([0-9a-f]{12,64})\s*\]\s*$", re.I | re.M)),
    ("cherry", re.compile(r"^\s*\(cherry picked from commit ([0-9a-f]{12,64})\)\s*$", re.I | re.M)),
]


def squeeze(text):
    return re.sub(r"\s+", " ", text or "").strip()


def decoded(value):
    if value is None:
        return ""
    parts = email.header.decode_header(re.sub(r"\r?\n[ \t]+", " ", str(value)))
    out = ""
    for text, charset in parts:
        if isinstance(text, bytes):
            try:
                text = text.decode(charset or "utf-8", "replace")
            except LookupError:
                text = text.decode("utf-8", "replace")
        out += text
    return squeeze(out)


def header(mail, name):
    """The first header of that name, as UTF-8 text."""
    for key, value in mail.raw_items():
        if key.lower() == name.lower():
            return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return None


def ids(value):
    return re.findall(r"<\s*([^<>\s][^<>]*?)\s*>", value or "")


def mailinfo(raw):
    with tempfile.TemporaryDirectory() as tmp:
        done = subprocess.run(["git", "mailinfo", "--scissors", "--quoted-cr=strip", "-u", tmp + "/msg", tmp + "/patch"], input=raw,
                              capture_output=True, cwd=tmp, check=False)
        info = {}
        for line in done.stdout.decode("utf-8", "replace").splitlines():
            key, _, value = line.partition(": ")
            info.setdefault(key, value)
        read = lambda name: pathlib.Path(tmp, name).read_bytes().decode("utf-8", "replace")
        return info, read("msg"), read("patch")


def numstat(diff):
    done = subprocess.run(["git", "apply", "--numstat", "-"], input=diff.encode(), capture_output=True, check=False,
                          cwd="/")
    rows = []
    for line in done.stdout.decode().splitlines():
        added, removed, path = line.split("\t")
        rows.append((path, added.replace("-", "0"), removed.replace("-", "0")))
    return rows, done.returncode


def hunk_head(old, old_lines, new, new_lines):
    return f"@@ -{old},{old_lines or 1} +{new},{new_lines or 1} @@"


def split(path):
    """The raw messages of a mailbox, mboxrd quoting taken off."""
    with tempfile.TemporaryDirectory() as tmp:
        subprocess.run(["git", "mailsplit", "--mboxrd", "--keep-cr", "-d8", "-o" + tmp, path], check=True,
                       stdout=subprocess.DEVNULL)
        return [p.read_bytes() for p in sorted(pathlib.Path(tmp).iterdir())]


class Check:
    def __init__(self):
        self.wrong = {}
        self.asked = {}

    def equal(self, prop, where, ours, theirs):
        self.asked[prop] = self.asked.get(prop, 0) + 1
        if ours != theirs:
            self.wrong.setdefault(prop, []).append(f"{where}: ours {ours!r} theirs {theirs!r}")

    def report(self, name, number):
        for prop in self.asked:
            bad = self.wrong.get(prop, [])
            number += 1
            print(f"{'not ok' if bad else 'ok'} {number} - {name}: {prop} "
                  f"({self.asked[prop] - len(bad)} of {self.asked[prop]})")
            for text in bad[:20]:
                print("  # " + text[:1500])
        return number


def check_head(check, where, ours, mail):
    check.equal("message id", where, ours["message_id"], (ids(header(mail, "message-id")) or [""])[0])
    check.equal("in-reply-to", where, ours["in_reply_to"], (ids(header(mail, "in-reply-to")) or [""])[0])
    check.equal("references", where, ours["references"], ids(header(mail, "references")))
    check.equal("raw subject", where, squeeze(ours["subject"]["raw"]), decoded(header(mail, "subject")))
    name, addr = email.utils.parseaddr(header(mail, "from") or "")
    check.equal("from", where, [squeeze(ours["from"][0]), ours["from"][1]], [decoded(name), addr])
    for key in ("to", "cc"):
        values = [v.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                  for k, v in mail.raw_items() if k.lower() == key]
        theirs = [[decoded(n), a] for n, a in email.utils.getaddresses(values) if a]
        mine = [[squeeze(n), a] for n, a in ours[key]]
        if "(" in str(mine):  # python takes what is in parentheses for a comment
            mine, theirs = [a for _, a in mine], [a for _, a in theirs]
        check.equal(key, where, mine, theirs)


def check_patch(check, where, ours, raw):
    info, message, patch = mailinfo(raw)
    check.equal("subject", where, ours["subject"]["clean"], squeeze(info.get("Subject")))
    check.equal("author", where, [squeeze(ours["author"][0]) or ours["author"][1], ours["author"][1]],
                [info.get("Author", ""), info.get("Email", "")])
    date = email.utils.parsedate_tz(info.get("Date", ""))
    check.equal("date", where, (ours["date"], ours["date_zone"] * 60),
                (email.utils.mktime_tz(date), date[9] or 0) if date else (0, 0))
    if not (ours["is_flowed"] and re.search("^>", message, re.M)):  # git does not know quoted flowed lines
        check.equal("message", where, ours["message"].strip(), message.strip())
    found = sorted((m.start(), form, m.group(1).lower()) for form, rx in UPSTREAM for m in rx.finditer(message))
    check.equal("upstream id", where, (ours["upstream"]["form"], ours["upstream"]["hex"]),
                found[0][1:] if found else ("none", ""))
    start = re.search(r"^(diff -|--- \S.*\n\+\+\+ |Index: .*\n(===|diff|---))", patch, re.M)
    theirs = patch[start.start():] if start else ""
    # git mailinfo adds the parts behind the text, signatures for example
    if not ours["is_flowed"]:
        check.equal("diff text", where, ours["diff"].rstrip(), theirs[:len(ours["diff"])].rstrip())
    rows, status = numstat(theirs) if theirs else ([], 0)
    broken = any(re.search("wrapped|hunk|merge|leading blank|no-break", text) for text in ours["damage"])
    check.equal("git takes the diff", where, not broken, status == 0)
    total = re.search(r" (\d+) files? changed(?:, (\d+) insertions?\(\+\))?(?:, (\d+) deletions?\(-\))?",
                      ours["diffstat"])
    if total:
        check.equal("diffstat", where, [int(n or 0) for n in total.groups()],
                    [len(rows), sum(int(r[1]) for r in rows), sum(int(r[2]) for r in rows)])
    if status == 0:
        check.equal("readable change", where, ours.get("change_error", ""), "")
    if "change" in ours and status == 0:
        check.equal("files and lines", where,
                    [(f["path"], str(f["added"]), str(f["removed"])) for f in ours["change"]], rows)
        check.equal("hunks", where, [h for f in ours["change"] for h in f["hunks"]],
                    [hunk_head(*h) for h in re.findall(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", theirs, re.M)])


def check_box(mail_json, path, number):
    done = subprocess.run([mail_json, str(path)], capture_output=True, check=True)
    ours = [json.loads(line) for line in done.stdout.decode().splitlines()]
    raws = split(path)
    check = Check()
    check.equal("number of messages", path, len(ours), len(raws))
    for index, (mine, raw) in enumerate(zip(ours, raws), 1):
        where = f"message {index}"
        if "why" in mine:
            check.equal("readable", where, mine["why"], None)
            continue
        body = raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
        mail = email.message_from_bytes(body)
        check_head(check, where, mine, mail)
        if mine["kind"] == "patch":
            check_patch(check, where, mine, body)
        theirs_patch = not re.match(r"(?i)re:", decoded(header(mail, "subject"))) and b"\ndiff --git " in body
        if not mail.is_multipart() and not re.search(r"(?i)base64", header(mail, "content-transfer-encoding") or ""):
            check.equal("is a patch", where, mine["kind"] == "patch", theirs_patch or mine["kind"] == "patch")
    return check.report(pathlib.Path(path).name, number)


def main():
    boxes = sys.argv[2:]
    if not boxes:
        boxes = [CASES / "mails_dev.mbox"]
        if not boxes[0].exists():
            print("1..0 # SKIP no cases at ../shared/cases/mails_dev.mbox")
            return
    number = 0
    for box in boxes:
        number = check_box(sys.argv[1], box, number)
    print(f"1..{number}")


main()
