# SPDX-License-Identifier: GPL-2.0-or-later
"""Small made-up histories as fast-import text, one commit after the other, so
that a message can name the ids of those before it. Dates are fixed: ids are
the same in every run."""
import subprocess

from lib import ENV, TMP, git


class History:
    def __init__(self, name):
        self.repo = TMP / name
        subprocess.run(["git", "init", "-q", "--bare", "-b", "master", str(self.repo)], check=True, env=ENV)
        self.when = 1700000000

    def commit(self, branch, message, files=None, parent=None, author="Ann Author <ann@example.org>", step=86400):
        """Puts a commit on a branch (begun at `parent`, which may be a list for a merge); a file of None is deleted."""
        self.when += step
        parents = parent if isinstance(parent, list) else [parent] if parent else []
        if not parents and git(self.repo, "for-each-ref", f"refs/heads/{branch}"):
            parents = [f"refs/heads/{branch}^0"]
        text = [f"commit refs/heads/{branch}\nauthor {author} {self.when} +0000\n"
                f"committer Carl Committer <carl@example.org> {self.when} +0000\n", data(message)]
        text += [f"{'merge' if i else 'from'} {p}\n" for i, p in enumerate(parents)]
        for path, content in (files or {}).items():
            text.append(f"D {path}\n" if content is None else f"M 100644 inline {path}\n" + data(content))
        subprocess.run(["git", "-C", str(self.repo), "fast-import", "--quiet", "--force"],
                       input="".join(text).encode(), check=True, env=ENV)
        return git(self.repo, "rev-parse", f"refs/heads/{branch}").strip()


def data(text):
    return f"data {len(text.encode())}\n{text}\n"
