# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of "it applies": each is run, and says what the record says.

A made-up file on a branch for each answer; asked by commit, by mail, by a
mailbox and by a plain diff. Names of branches and files are hostile.
"""
import json
import pathlib
import subprocess

from lib import ENV, TMP, done, git, ok, run

FUNCS = ["alpha", "beta", "gamma", "delta"]


def text(names=FUNCS, **other):
    """Functions of ten lines; other={'beta': 'line'} replaces the fifth line of one."""
    out = []
    for n in names:
        body = [f"\tint {n}_{i} = {n}({i});" for i in range(8)]
        body[4] = other.get(n, body[4])
        out.append("\n".join([f"int do_{n}(int a)", "{"] + body + ["}", ""]))
    return "\n".join(out)


BASE = text()
FIX = text(beta="\tint fixed = 1;")
ODD = "odd dir/it's $(touch owned);[x]*.c"
AWAY = text(["gamma", "delta", "alpha", "beta"])
# branch: (what its file is, the answer)
TREES = {
    "clean": (BASE, "clean"),
    "clean'; touch owned; echo '": ("int before;\n" * 7 + BASE, "clean"),
    "merged": (BASE.replace("beta_2", "beta_two"), "merged"),
    # what moved in the file is no three-way merge's part
    "fuzz": (AWAY.replace("beta_2", "beta_two"), "fuzz"),
    "conflict": (BASE.replace("int beta_4", "long beta_4"), "conflict"),
    "respaced": (BASE.replace("\t", "        "), "conflict"),
    # only patch(1) would take it, and into another function
    "elsewhere": (AWAY.replace("beta_2", "beta_two").replace("int do_beta", "int do_other"), "conflict"),
}
repo = TMP / "kernel"
repo.mkdir()
git(repo, "init", "-q", "-b", "base")
git(repo, "config", "user.name", "T")
git(repo, "config", "user.email", "t@example.org")


def commit(message, **files):
    for path, data in files.items():
        path = {"a": "d/a.c", "odd": ODD, "moved": "staging/a.c", "bin": "b.bin", "bin2": "c/b.bin"}[path]
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            (repo / path).unlink()
        else:
            (repo / path).write_bytes(data if isinstance(data, bytes) else data.encode())
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", message, "--allow-empty")
    return git(repo, "rev-parse", "HEAD").strip()


def on(branch, start="base"):
    git(repo, "checkout", "-qf", "-B", branch, start)


root = commit("base", a=BASE, odd=BASE, bin=b"\0\1\2\n")
on("fix")
fix = commit("d: fix beta", a=FIX)
odd = commit("odd: fix beta", odd=FIX)
rename = commit("b: move it", bin=None, bin2=b"\0\1\2\n")
two = commit("d: fix two", a=FIX.replace("alpha_4", "alpha_four"), odd=FIX.replace("delta_4", "delta_four"))
for name, (data, answer) in TREES.items():
    on("b-" + str(list(TREES).index(name)) if "'" in name else name)
    if "'" in name:     # git takes such names, only not by checkout
        sha = commit(name, a=data, odd=data)
        git(repo, "update-ref", "refs/heads/x'$(touch${IFS}owned)'", sha)
    else:
        commit(name, a=data, odd=data)
on("moved")
commit("moved", a=None, moved=BASE.replace("delta_1", "delta_one"))
on("gone")
commit("gone", a=None)
git(repo, "checkout", "-q", "base")
ANSWERS = {("x'$(touch${IFS}owned)'" if "'" in n else n): a for n, (_, a) in TREES.items()}


def state():
    """What a command must leave as it is."""
    files = sorted((str(p.relative_to(repo)), p.read_bytes()) for p in repo.rglob("*") if p.is_file())
    return files, git(repo, "for-each-ref")


def answer_of(out):
    said = dict(line.rsplit(": ", 1) for line in out.splitlines() if line.endswith((": applies", ": refused")))
    if said.get("git apply") == "applies":
        return "clean"
    if said.get("--3way") == "applies":
        return "merged"
    if said.get("patch -F2") == "applies":
        return "fuzz"
    return "conflict" if "--3way" in said else str(said)


def ask(what, branches, stdin=None):
    code, out, err = run("review", what, f"--repo={repo}", "--stable=" + ",".join(branches), "--format=json", "--no-proofs",
                         stdin=stdin)
    ok(code == 0, f"{str(what)[-20:]}: a verdict is given", err)
    return [json.loads(line) for line in out.splitlines()]


def applies(doc):
    return [r for p in doc["phases"] for r in p["records"] if r["id"].startswith("6.2/applies")]


def again(record):
    cmd = record["evidence"][0]["command"]
    p = subprocess.run(["sh", "-c", cmd], cwd=repo, env=ENV, capture_output=True, check=False)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def check(doc, name, want):
    """Every record of the branches is shown by its command, and says what is wanted."""
    for record, branch in zip(applies(doc), want):
        stated = record["statement"].split("applies: ")[1].split(" ")[0]
        ok(stated == want[branch], f"{name} on {branch}: {want[branch]}", record)
        code, out, err = again(record)
        shown = answer_of(out)
        if shown == "fuzz" and "lands in another function" in record["statement"]:
            shown = "conflict"      # a command of its own shows where
        ok(code == 0 and shown == stated, f"{name} on {branch}: its command shows {stated}", (record, out, err))


git(repo, "status")
before = state()
doc = ask(fix, ANSWERS)[0]
check(doc, "a commit", ANSWERS)
shown = [e for r in applies(doc) if "elsewhere" in r["statement"] for e in r["evidence"][1:]]
p = subprocess.run(["sh", "-c", shown[0]["command"]], cwd=repo, env=ENV, capture_output=True, check=False)
ok("do_beta" in shown[0]["ref"] or "another function" in shown[0]["ref"], "a hunk for another function is named", shown)
ok("int do_other(int a)" in p.stdout.decode().splitlines()[-1], "and the command shows whose it would be", (shown, p.stdout))
spaced = [r for r in applies(doc) if "with other white space" in r["statement"]]
ok(len(spaced) == 1 and "respaced" in spaced[0]["statement"], "other white space is told", spaced)
ok("--ignore-whitespace: applies" in again(spaced[0])[1], "and the command shows it", again(spaced[0]))
check(ask(odd, ANSWERS)[0], "a file with a hostile name", ANSWERS)
check(ask(rename, ["clean"])[0], "a binary file that only moves", {"clean": "clean"})
check(ask(two, ["conflict", "fix", "gone"])[0], "two files", {"conflict": "clean", "fix": "merged", "gone": "conflict"})
check(ask(root, ["base"])[0], "a root commit", {"base": "conflict"})
check(ask(fix, ["moved"])[0], "a file that moved", {"moved": "merged"})
gone = applies(ask(fix, ["gone"])[0])[0]
ok(gone["statement"].endswith("absent") and again(gone)[1] == "none\n",
   "of a file that is not there nothing has the name", (gone, again(gone)))

mail = TMP / "it's a mail.patch"
mail.write_text(git(repo, "format-patch", "-1", "--stdout", fix))
check(ask(mail, ANSWERS)[0], "a mail", ANSWERS)
box = TMP / "box.mbox"
box.write_bytes(b"".join(subprocess.run(["git", "-C", repo, "format-patch", "-1", "--stdout", c], capture_output=True, env=ENV,
                                         check=True).stdout for c in (two, fix, odd)))
for doc, name in zip(ask(box, ANSWERS)[1:], ("second", "third")):
    check(doc, f"the {name} of a mailbox", ANSWERS)
dos = TMP / "dos.patch"
dos.write_bytes(mail.read_bytes().replace(b"\n", b"\r\n"))
check(ask(dos, ANSWERS)[0], "a mail with CRLF", ANSWERS)
coded = TMP / "coded.patch"
coded.write_text(mail.read_text().split("\n\n", 1)[0] + "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
                 "Content-Transfer-Encoding: quoted-printable\n\n" +
                 mail.read_text().split("\n\n", 1)[1].replace("=", "=3D").replace("\t", "=09"))
check(ask(coded, ANSWERS)[0], "a mail in quoted-printable", ANSWERS)
plain = TMP / "plain.diff"
plain.write_text(git(repo, "diff", f"{fix}^", fix))
check(ask(plain, ANSWERS)[0], "a plain diff", ANSWERS)
piped = applies(ask("-", ["clean"], stdin=mail.read_bytes())[0])[0]
ok(piped["evidence"][0]["command"] == "", "of standard input there is no command", piped)

for path in (mail, box):
    for doc in ask(path, ["clean"]):
        for r in (r for p in doc["phases"] for r in p["records"]):
            for e in r["evidence"]:
                p = subprocess.run(["sh", "-c", e["command"] or ":"], cwd=repo, env=ENV, capture_output=True, check=False)
                if p.returncode:
                    ok(False, f"{path.name}: {e['command']}", p.stderr)
ok(state() == before, "no command has written into the repository", [a for a, b in zip(before[0], state()[0]) if a != b])
ok(not list(pathlib.Path("/").glob("owned")) and not (repo / "owned").exists() and not pathlib.Path("owned").exists(),
   "nothing was run out of a name")
done()
