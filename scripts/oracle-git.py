#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares src/git with git itself on random commits of a repository.

usage: oracle-git.py TOOL REPO [NUMBER [SEED]]

For each commit: files, renames and line counts against `git show --numstat
-M`; the same from the text of `git format-patch`; the patch-id against
`git patch-id --stable` (binary files left out); trailers against
`git interpret-trailers --parse`. Prints figures and each difference, and
fails when there is one."""
import os, random, subprocess, sys, tempfile

TOOL, REPO = sys.argv[1], sys.argv[2]
NUMBER = int(sys.argv[3]) if len(sys.argv) > 3 else 300
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1
ENV = dict(os.environ, LC_ALL="C", GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")


def git(*args, data=None, timeout=60):
    return subprocess.run(["git", "-C", REPO, *args], input=data, env=ENV, timeout=timeout,
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def tool(mode, *args, data=b""):
    """{commit: [line, ...]}"""
    out = subprocess.run([TOOL, mode, *args], input=data, check=True, stdout=subprocess.PIPE).stdout
    result, lines = {}, None
    for line in out.decode("utf-8", "surrogateescape").split("\n"):
        if line.startswith("commit "):
            lines = result.setdefault(line[7:], [])
        elif line:
            lines.append(line)
    return result


def numstat(commit):
    """{(old, new): [added, removed]} as git show -M counts it."""
    fields = git("show", "--format=", "--numstat", "-M", "-l1000", "-z", "--no-ext-diff",
                 "--no-textconv", commit).decode("utf-8", "surrogateescape").split("\0")
    result, i = {}, 0
    while i < len(fields) and fields[i].strip("\n"):
        added, removed, path = fields[i].strip("\n").split("\t", 2)
        if path:
            pair, i = (path, path), i + 1
        else:
            pair, i = (fields[i + 1], fields[i + 2]), i + 3
        result[pair] = [added, removed]
    return result


def ours(lines):
    """The same from the tool's lines; a changed type is two files for us, one for git."""
    result = {}
    for line in lines:
        fields = line.split("\t")
        if fields[0] in ("error", "damage", "patch-id"):
            result[fields[0]] = fields[1:]
            continue
        pair = (fields[3], fields[4])
        if pair in result and "-" not in fields[1] and "-" not in result[pair][0]:
            result[pair] = [str(int(a) + int(b)) for a, b in zip(result[pair], fields[1:3])]
        else:
            result[pair] = fields[1:3]
    result.pop("damage", None)
    patch_id = result.pop("patch-id", [""])[0]
    return result, patch_id


def patch_id_of(commit):
    text = git("diff-tree", "-p", "-M", "-l1000", "--full-index", "--root", "--no-ext-diff",
               "--no-textconv", commit)
    return git("patch-id", "--stable", data=text).decode().split(" ")[0]


def main():
    everything = git("rev-list", "--all", "--no-merges").decode().split()
    random.seed(SEED)
    commits = random.sample(everything, min(NUMBER, len(everything)))
    data = "".join(c + "\n" for c in commits).encode()
    changes, trailers = tool("change", REPO, data=data), tool("trailers", REPO, data=data)
    bad = {"inventory": 0, "patch": 0, "trailers": 0, "patch-id": 0}
    nr_files = nr_trailers = 0
    with tempfile.TemporaryDirectory() as tmp:
        for commit in commits:
            want = numstat(commit)
            nr_files += len(want)
            got, patch_id = ours(changes[commit])
            if patch_id != patch_id_of(commit) and not any("-" in n for n in want.values()):
                bad["patch-id"] += 1
                print(f"patch-id {commit}: git {patch_id_of(commit)}, ours {patch_id}")
            if got != want:
                bad["inventory"] += 1
                print(f"inventory {commit}: git {want}, ours {got}")
            path = os.path.join(tmp, "patch")
            with open(path, "wb") as f:
                f.write(git("format-patch", "--stdout", "-1", "-M", "-l1000", "--root", "--binary",
                            "--no-ext-diff", "--no-textconv", commit))
            got = ours(tool("patch", path)[path])[0]
            # the text of a patch does not tell that a file renamed as it is is binary
            for pair in got:
                if pair[0] != pair[1] and got[pair] == ["0", "0"] and want.get(pair) == ["-", "-"]:
                    got[pair] = ["-", "-"]
            if got != want:
                bad["patch"] += 1
                print(f"patch {commit}: git {want}, ours {got}")
            message = git("cat-file", "commit", commit).split(b"\n\n", 1)[1]
            want = git("interpret-trailers", "--parse", data=message).decode("utf-8", "surrogateescape")
            want = [line for line in want.split("\n") if line]
            got = [line.split("\t", 1)[1] for line in trailers[commit]]
            nr_trailers += len(want)
            if got != want:
                bad["trailers"] += 1
                print(f"trailers {commit}: git {want}, ours {got}")
    print(f"git: {len(commits)} commits of {len(everything)}: {nr_files} files, "
          f"{nr_trailers} trailers; differ: inventory {bad['inventory']}, "
          f"patch text {bad['patch']}, patch-id {bad['patch-id']}, "
          f"trailers {bad['trailers']}")
    return 1 if any(bad.values()) else 0


sys.exit(main())
