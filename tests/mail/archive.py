#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""archive.py ARCHIVE_JSON THREAD_JSON OSTLER: a small archive, made here as a
public-inbox repository and as mailboxes: both must give one index, with the
cache and without it, the thread of its patch, and phase 4 of a review."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ARCHIVE_JSON, THREAD_JSON, OSTLER = (str(pathlib.Path(p).resolve()) for p in sys.argv[1:4])
DIFF = "---\n a.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n" \
       "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-a\n+b\n"
ENV = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null", GIT_AUTHOR_NAME="T",
           GIT_AUTHOR_EMAIL="t@t", GIT_COMMITTER_NAME="T", GIT_COMMITTER_EMAIL="t@t",
           GIT_AUTHOR_DATE="1700000000 +0000", GIT_COMMITTER_DATE="1700000000 +0000")


def mail(ident, day, who, subject, body, reply="", refs=""):
    head = f"From: {who.title()} <{who}@example.org>\nSubject: {subject}\nDate: {day} Mar 2024 10:00:00 +0000\n"
    head += f"Message-ID: <{ident}>\n" if ident else ""
    head += f"In-Reply-To: <{reply}>\n" if reply else ""
    head += f"References: {refs}\n" if refs else ""
    return (head + "\n" + body).encode()


MAILS = [
    mail("cover@x", 1, "ann", "[PATCH 0/2] count better", "two of them\n"),
    mail("p1@x", 1, "ann", "[PATCH 1/2] lib: count from one", "why\n" + DIFF, "cover@x"),
    mail("p2@x", 1, "ann", "[PATCH 2/2] lib: count to ten", "why\n" + DIFF, "cover@x"),
    mail("r1@x", 2, "bob", "Re: [PATCH 1/2] lib: count from one",
         "> Acked-by: Nobody <n@x>\nNAK, this breaks the counter.\n\nReviewed-by: Carl <c@x>\n", "p1@x"),
    mail("r2@x", 3, "ann", "Re: [PATCH 1/2] lib: count from one", "Will do.\n", "lost@x", "<p1@x> <r1@x> <lost@x>"),
    mail("r3@x", 3, "dora", "Re: [PATCH 2/2] lib: count to ten", "Acked-by: Dora <dora@example.org>\n", "p2@x"),
    mail("v2@x", 4, "ann", "=?utf-8?q?=5BPATCH_v2=5D_lib:?= Count\n from one", "why\n" + DIFF, "r1@x"),
    mail("bot@x", 5, "carl", "Re: [PATCH 0/2] count better", "Applied to next.git, thanks!\nFrom here on.\n", "cover@x"),
    mail("auto@x", 6, "sasha", "[PATCH AUTOSEL 6.6-5.10] lib: count from one", "why\n" + DIFF),
    mail("r4@x", 7, "ann", "Re: [PATCH AUTOSEL 6.6-5.10] lib: count from one",
         "Please drop this from stable trees.\n-- \nNAK\n", "auto@x"),
    mail("", 8, "eve", "no message id", "hi\n"),
    mail("loop1@x", 9, "eve", "round", "hi\n", "loop2@x"),
    mail("loop2@x", 9, "eve", "Re: round", "hi\n", "loop1@x"),
]

results = []


def check(name, good, detail=""):
    results.append(good)
    print(f"{'ok' if good else 'not ok'} {len(results)} - {name}")
    if not good:
        print("  # " + str(detail)[:3000])


def git(repo, *args, data=None):
    return subprocess.run(["git", "-C", repo, *args], input=data, capture_output=True, check=True, env=ENV).stdout


def add_mails(repo, mails):
    """Commits as public-inbox v2 makes them: each one mail as `m`."""
    text = b""
    for index, raw in enumerate(mails):
        text += b"commit refs/heads/master\ncommitter T <t@t> 1700000000 +0000\ndata 2\nm\n\n"
        if not index and git(repo, "for-each-ref"):
            text += b"from refs/heads/master^0\n"
        text += b"M 100644 inline m\ndata %d\n" % len(raw) + raw + b"\n"
    git(repo, "fast-import", "--quiet", data=text)


def run(*args):
    done = subprocess.run(args, capture_output=True, check=False, env=ENV)
    if done.stderr:
        check("nothing on stderr", False, done.stderr.decode())
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def quoted(raw):
    return re.sub(rb"(?m)^(>*From )", rb">\1", raw)


with tempfile.TemporaryDirectory() as tmp:
    repo, boxes, cache = tmp + "/list/git/0.git", tmp + "/boxes", tmp + "/cache"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "master", repo], check=True, env=ENV)
    add_mails(repo, MAILS[:9] + [MAILS[0]])
    os.makedirs(boxes + "/2024")
    for path, mails in (("/a.mbox", MAILS[:5]), ("/2024/b.mbox", MAILS[5:] + [MAILS[0]])):
        pathlib.Path(boxes + path).write_bytes(b"".join(
            b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + quoted(m) + b"\n" for m in mails))
    pathlib.Path(boxes + "/notes.txt").write_text("no mailbox\n", encoding="utf-8")
    pathlib.Path(boxes + "/bad.mbox").write_text("prose\n", encoding="utf-8")

    part = run(ARCHIVE_JSON, tmp + "/list", cache)
    check("part of the archive", part[-1]["mails"] == 9, part)
    add_mails(repo, MAILS[9:])
    grown = run(ARCHIVE_JSON, tmp + "/list", cache)
    fresh = run(ARCHIVE_JSON, tmp + "/list")
    check("a grown archive with the cache is as without", grown[:-1] == fresh[:-1], (grown, fresh))
    check("a second run with the cache is the same", run(ARCHIVE_JSON, tmp + "/list", cache) == grown)
    check("one epoch alone is the same", run(ARCHIVE_JSON, repo)[:-1] == fresh[:-1])
    check("thirteen mails", fresh[-1]["mails"] == len(MAILS), fresh[-1])
    by_id = {m["message_id"]: (index, m) for index, m in enumerate(fresh[:-1])}
    parent = lambda ident: fresh[by_id[ident][1]["parent"]]["message_id"]
    check("in-reply-to makes a parent", parent("r1@x") == "p1@x")
    check("else the last known reference", parent("r2@x") == "r1@x")
    check("decoded and unfolded subject", by_id["v2@x"][1]["subject"] == "[PATCH v2] lib: Count from one")
    check("sorted by date", [m["date"] for m in fresh[:-1]] == sorted(m["date"] for m in fresh[:-1]))

    box = run(ARCHIVE_JSON, boxes)
    strip = lambda rows: [{k: v for k, v in m.items() if k != "size"} for m in rows[:-1]]
    check("mailboxes give the same index", strip(box) == strip(fresh), (box, fresh))
    check("what is no mailbox is named", box[-1]["unreadable"] == 1 and "bad.mbox" in box[-1]["problems"][0], box[-1])

    os.unlink(cache)  # strings of a grown one lie in another order
    run(ARCHIVE_JSON, tmp + "/list", cache)
    for name, damage in (("cut", lambda b: b[:len(b) // 2]), ("other version", lambda b: b[:8] + b"\xff" + b[9:]),
                         ("flipped bit", lambda b: b[:-40] + bytes([b[-40] ^ 1]) + b[-39:]), ("empty", lambda b: b"")):
        good = pathlib.Path(cache).read_bytes()
        pathlib.Path(cache).write_bytes(damage(good))
        check(f"a damaged cache is made again: {name}", run(ARCHIVE_JSON, tmp + "/list", cache)[:-1] == fresh[:-1]
              and pathlib.Path(cache).read_bytes() == good)

    for what, where in (("git", tmp + "/list"), ("mailboxes", boxes)):
        rows = run(THREAD_JSON, where, "-", "p1@x")
        found = {m["message_id"]: m for m in rows[:-1]}
        check(f"{what}: postings, replies and cover of the patch, not its neighbours",
              sorted(found) == ["auto@x", "bot@x", "cover@x", "p1@x", "r1@x", "r2@x", "r4@x", "v2@x"], sorted(found))
        check(f"{what}: roles", [found[m]["role"] for m in ("p1@x", "v2@x", "auto@x", "cover@x", "r1@x")] ==
              ["version", "version", "stable", "series", "reply"], found)
        check(f"{what}: newest version", rows[-1]["newest_version"] == 2)
        check(f"{what}: a refusal and a tag, quoted ones left out", found["r1@x"]["notes"] == [
            ["objection", "", "NAK, this breaks the counter.", 2], ["tag", "Reviewed-by", "Carl <c@x>", 4]],
            found["r1@x"])
        check(f"{what}: applied", found["bot@x"]["notes"] == [["applied", "", "Applied to next.git, thanks!", 1]])
        check(f"{what}: spoken against for stable, signature left out",
              [n[0] for n in found["r4@x"]["notes"]] == ["objection", "stable"], found["r4@x"])
        check(f"{what}: who is the author", found["r4@x"]["is_author"] and not found["r1@x"]["is_author"])
        by_subject = run(THREAD_JSON, where, "-", "", "Re: [PATCH v9] LIB: count  from one")
        check(f"{what}: found by subject as well", by_subject[:-1] == rows[:-1] and
              by_subject[-1]["found_by"] == "subject", by_subject)
    check("mails that answer each other end", len(run(THREAD_JSON, boxes, "-", "loop1@x")) == 3)
    check("an unknown patch is no error", run(THREAD_JSON, boxes, "-", "none@x", "none")[-1]["found_by"] == "")

    code = tmp + "/code"
    subprocess.run(["git", "init", "-q", code], check=True, env=ENV)
    pathlib.Path(code + "/x.c").write_text("int x;\n", encoding="utf-8")
    git(code, "add", "x.c")
    git(code, "commit", "-qm", "x")
    pathlib.Path(tmp + "/p1.eml").write_bytes(MAILS[1])
    review = run(OSTLER, "review", tmp + "/p1.eml", "--repo=" + code, "--archive=" + tmp + "/list",
                 "--store=" + tmp + "/store", "--format=json")[0]
    said = " ".join(r["step"] + " " + r["statement"] for r in review["phases"][3]["records"] if r["status"] == "verified")
    for text in ("up to v2", "Reviewed-by: Carl <c@x>", "NAK, this breaks the counter.", "Applied to next.git, thanks!",
                 "[PATCH 0/2] count better", "[PATCH AUTOSEL 6.6-5.10] lib: count from one"):
        check("review: " + text, text in said, said)
    check("review: the author's refusal for stable counts", said.count("Please drop this from stable trees.") == 2, said)
    commands = [e["command"] for r in review["phases"][3]["records"] for e in r["evidence"] if e["kind"] == "message"]
    check("review: each command shows the mail", commands and all(
        b"Message-ID: <" in subprocess.run(["sh", "-c", c], capture_output=True, check=True, cwd="/").stdout
        for c in commands), commands)
    check("review: the index is kept", [p for p in os.listdir(tmp + "/store") if p.startswith("mail-")])
    review = run(OSTLER, "review", tmp + "/p1.eml", "--repo=" + code, "--no-store", "--format=json")[0]
    check("review: nothing is known without an archive",
          {r["status"] for r in review["phases"][3]["records"]} == {"unknown"}, review["phases"][3])
    check("a repository of code is refused", "no public-inbox" in run(ARCHIVE_JSON, code)[0]["why"])
    check("an empty directory is refused", "no mail archive" in run(ARCHIVE_JSON, tmp + "/code/.git/hooks")[0]["why"])
    check("what is not there is refused", "why" in run(ARCHIVE_JSON, tmp + "/none")[0])

print(f"1..{len(results)}")
sys.exit(0 if all(results) else 1)
