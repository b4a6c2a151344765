/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gitrepo.h - a repository made from fast-import text (tests/repos) in a
 * temporary folder. Ids are the same in every run: dates are fixed.
 */
#ifndef OST_TESTS_GITREPO_H
#define OST_TESTS_GITREPO_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs a program; stdin from in_path (or nothing), output to out_path (or nothing). True when it exits with 0. */
static inline bool run_program(const char *const *argv, const char *in_path, const char *out_path)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return false;
	if (!pid) {
		int in = open(in_path ? in_path : "/dev/null", O_RDONLY);
		int out = open(out_path ? out_path : "/dev/null",
			       O_WRONLY | O_CREAT | O_TRUNC, 0666);

		setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
		setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
		setenv("LC_ALL", "C", 1);
		if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0)
			_exit(126);
		dup2(out, 2);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

/* The folder of tests/, from meson's environment. */
static inline const char *tests_dir(void)
{
	const char *dir = getenv("OSTLER_TESTS");

	return dir ? dir : "tests";
}

/* Fills `dir` (a mkdtemp template) with a bare repository made from tests/repos/<name>. */
static inline bool make_repo(char *dir, const char *name)
{
	const char *init[] = { "git", "init", "-q", "--bare", dir, NULL };
	const char *import[] = { "git", "-C", dir, "fast-import", "--quiet", NULL };
	char fi[4096];

	if (!mkdtemp(dir))
		return false;
	snprintf(fi, sizeof(fi), "%s/repos/%s", tests_dir(), name);
	return run_program(init, NULL, NULL) && run_program(import, fi, NULL);
}

static inline void remove_tree(const char *dir)
{
	const char *rm[] = { "rm", "-rf", "--", dir, NULL };

	run_program(rm, NULL, NULL);
}

#endif
