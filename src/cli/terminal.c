// SPDX-License-Identifier: GPL-2.0-or-later
#include "terminal.h"

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ostler/progress.h"

extern char **environ;

#define MAX_PAGER_WORDS 16

static pid_t pager;
static bool drawn;

bool ost_terminal_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb");
}

unsigned ost_terminal_width(void)
{
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) || !w.ws_col)
		return 80;
	return w.ws_col < 40 ? 40 : w.ws_col > 120 ? 120 : w.ws_col;
}

/* ---- pager ---- */

static const char *pager_name(void)
{
	const char *p = getenv("GIT_PAGER");

	if (!p)
		p = getenv("PAGER");
	return p ? p : "less";
}

static bool spawn_pager(char **words, const int fds[2])
{
	posix_spawn_file_actions_t actions;
	bool ok;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[0], STDIN_FILENO);
	posix_spawn_file_actions_addclose(&actions, fds[0]);
	posix_spawn_file_actions_addclose(&actions, fds[1]);
	setenv("LESS", "FRX", 0);
	ok = !posix_spawnp(&pager, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ok;
}

void ost_terminal_page(void)
{
	char *words[MAX_PAGER_WORDS + 1], *copy, *save = NULL, *p;
	int fds[2], nr = 0;

	if (!isatty(STDOUT_FILENO))
		return;
	copy = strdup(pager_name());
	for (p = copy ? strtok_r(copy, " \t", &save) : NULL; p && nr < MAX_PAGER_WORDS; p = strtok_r(NULL, " \t", &save))
		words[nr++] = p;
	words[nr] = NULL;
	if (nr && strcmp(words[0], "cat") && !pipe(fds)) {
		if (spawn_pager(words, fds))
			dup2(fds[1], STDOUT_FILENO);
		else
			pager = 0;
		close(fds[0]);
		close(fds[1]);
	}
	free(copy);
}

void ost_terminal_end(void)
{
	if (!pager)
		return;
	fflush(stdout);
	close(STDOUT_FILENO);
	waitpid(pager, NULL, 0);
	pager = 0;
}

/* ---- progress ---- */

static void draw(const char *phase, size_t done, size_t total)
{
	if (pager)
		return;
	if (total && done >= total) {
		ost_terminal_clear();
		return;
	}
	if (total)
		fprintf(stderr, "\r\033[K%s: %zu of %zu", phase, done, total);
	else
		fprintf(stderr, "\r\033[K%s: %zu", phase, done);
	drawn = true;
}

void ost_terminal_progress(void)
{
	if (isatty(STDERR_FILENO))
		ost_set_progress(draw);
}

void ost_terminal_clear(void)
{
	if (drawn)
		fputs("\r\033[K", stderr);
	drawn = false;
}
