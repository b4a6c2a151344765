# SPDX-License-Identifier: GPL-2.0-or-later
"""ostler branches and introduced on input that is odd: 5,000 files, merges, reverts, shallow clones,
foreign patches. Usage: test_branches_odd.py OSTLER [FILES]; the sanitizer build takes fewer files."""
import json
import sys

from history import History
from lib import TMP, done, git, ok, run

NR = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
h = History("odd")
text = "#include <linux/odd.h>\n\nint odd_{0}(void)\n{{\n\todd_begin();\n\todd_work({0});\n\treturn {1};\n}}\n"
base = h.commit("master", "odd: many files\n", {f"drivers/odd/f{i}.c": text.format(i, 0) for i in range(NR)})
wide = h.commit("master", "odd: change them all\n", {f"drivers/odd/f{i}.c": text.format(i, 1) for i in range(NR)})
one = h.commit("master", "odd: change one\n", {"drivers/odd/f7.c": text.format(7, 2)})
back = h.commit("master", f'Revert "odd: change one"\n\nThis reverts commit {one}.\n', {"drivers/odd/f7.c": text.format(7, 1)})
merge = h.commit("master", "Merge nothing\n", {}, [back, base])
h.commit("linux-6.1.y", "Linux 6.1.1\n", {"Makefile": "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 1\n"}, one)
repo = h.repo


def quiet(command, what, where=repo, stdin=None):
    """The report, or None; never more than one line on stderr."""
    code, out, err = run(command, what, f"--repo={where}", "--format=json", stdin=stdin,
                         *(["--stable=linux-6.1.y"] if command == "branches" else []))
    ok(code in (0, 3) and len(err.splitlines()) <= 1 and "runtime error" not in err, f"{command} {str(what)[:12]}: an answer or one clear line", f"{code} {err}")
    return json.loads(out) if code == 0 else None


for command in ("branches", "introduced"):
    ok(quiet(command, wide), f"{command}: a patch of {NR} files is answered")
    quiet(command, merge)
    r = quiet(command, back)
    ok(r, f"{command}: a revert is answered")
r = quiet("branches", back)
ok(r["branches"][0]["affected"] in ("yes", "unknown") and r["branches"][0]["applies"] == "clean", "what a revert takes away stands in the branch", r)
shallow = TMP / "shallow"
git(TMP, "clone", "-q", "--bare", "--depth=1", "--no-single-branch", f"file://{repo}", str(shallow))
for command in ("branches", "introduced"):
    quiet(command, "master", shallow)
foreign = "From: a@b.c\nSubject: [PATCH] x\n\nm\n---\n--- a/no/such.c\n+++ b/no/such.c\n@@ -1,3 +1,3 @@\n int a;\n-int b;\n+int c;\n int d;\n"
r = quiet("branches", "-", stdin=foreign)
ok(r["branches"][0]["affected"] == "no" and r["branches"][0]["applies"] == "absent", "a patch of another project is not here", r)
blob = git(repo, "rev-parse", "linux-6.1.y:drivers/odd/f7.c").strip()
broken = TMP / "broken"
git(TMP, "clone", "-q", "--bare", str(repo), str(broken))
pack = next((broken / "objects/pack").glob("*.pack"))
data = pack.read_bytes()
pack.rename(TMP / "all.pack")
for f in (broken / "objects/pack").iterdir():
    f.unlink()
git(broken, "unpack-objects", "-q", stdin=data)
(broken / "objects" / blob[:2] / blob[2:]).unlink()
r = quiet("branches", back, broken)
ok(r is None or any(blob[:12] in json.dumps(w) for w in r["branches"][0]["why"]), "a missing object is named", r)
done()
