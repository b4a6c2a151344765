// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/turn.h"
#include "git/internal.h"
#include "ostler/progress.h"

#define DEFAULT_MAX ((size_t)1 << 30)
#define PIECE_MAX ((size_t)64 << 20)

/* Switched off: what configuration could run, and what could change plumbing output. */
static const char *const fixed_args[] = {
	"git", "--no-pager",
	"-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
	"-c", "core.attributesFile=/dev/null", "-c", "core.quotePath=true",
	"-c", "core.commentChar=#", "-c", "diff.orderFile=/dev/null",
	"-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false", "-c", "diff.renames=true",
	"-c", "diff.renameLimit=1000", "-c", "diff.algorithm=default",
	"-c", "diff.suppressBlankEmpty=false", "-c", "diff.interHunkContext=0",
	"-c", "blame.ignoreRevsFile=", "-c", "log.showSignature=false",
	"-c", "i18n.logOutputEncoding=UTF-8", "-c", "gc.auto=0", "-c", "advice.graftFileDeprecated=false",
};

static const char *const fixed_env[] = {
	"LC_ALL=C", "LANGUAGE=", "TZ=UTC", "TERM=dumb", "GIT_PAGER=cat", "PAGER=cat",
	"GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_LITERAL_PATHSPECS=1",
	"GIT_NO_REPLACE_OBJECTS=1", "GIT_GRAFT_FILE=/dev/null", "GIT_NO_LAZY_FETCH=1",
	"GIT_ALLOW_PROTOCOL=none", "GIT_ATTR_NOSYSTEM=1", "GIT_CONFIG_NOSYSTEM=1",
	"GIT_CONFIG_GLOBAL=/dev/null", "GIT_ADVICE=0", "GIT_WORK_TREE=/",
	"GIT_INDEX_FILE=/nonexistent/index",	/* some commands read it, and end when it is damaged */
};

struct child {
	pid_t pid;
	int out;	/* its standard output */
	int err;	/* memory file with its standard error */
	const struct ost_repo *repo;	/* NULL: in none */
};

/* ---- starting ---- */

static char **make_env(struct ost_arena *arena, const struct ost_repo *repo)
{
	char **env = ost_arena_calloc(arena, OST_ARRAY_SIZE(fixed_env) + 5, sizeof(*env));
	const char *path = getenv("PATH"), *home = getenv("HOME");
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(fixed_env); i++)
		env[i] = ost_arena_strdup(arena, fixed_env[i]);
	env[i++] = ost_arena_printf(arena, "PATH=%s", path ? path : "/usr/local/bin:/usr/bin:/bin");
	env[i++] = ost_arena_printf(arena, "HOME=%s", home ? home : "/");
	if (repo)
		env[i++] = ost_arena_printf(arena, "GIT_DIR=%s", repo->info.git_dir);
	if (repo && repo->graph_dir)
		env[i++] = ost_arena_printf(arena, "GIT_ALTERNATE_OBJECT_DIRECTORIES=%s",
					    repo->graph_dir);
	return env;
}

static char **make_args(struct ost_arena *arena, const char *const *args)
{
	size_t nr = 0, i;
	char **argv;

	while (args[nr])
		nr++;
	argv = ost_arena_calloc(arena, OST_ARRAY_SIZE(fixed_args) + nr + 1, sizeof(*argv));
	for (i = 0; i < OST_ARRAY_SIZE(fixed_args); i++)
		argv[i] = ost_arena_strdup(arena, fixed_args[i]);
	for (nr = 0; args[nr]; nr++)
		argv[i++] = ost_arena_strdup(arena, args[nr]);
	return argv;
}

/* Input is a memory file: nothing to feed, no SIGPIPE, no deadlock. */
static int make_input(const struct ost_git_run *run)
{
	size_t done = 0;
	int fd;

	if (!run->in)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("ostler-git-in", MFD_CLOEXEC);
	while (fd >= 0 && done < run->in_len) {
		ssize_t n = write(fd, run->in + done, run->in_len - done);

		if (n < 0 && errno != EINTR) {
			close(fd);
			return -1;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static int spawn(struct child *c, int in, int out, char **argv, char **env)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, dfl;
	int errnum;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, "/");
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, c->err, STDERR_FILENO);
	posix_spawnattr_init(&attr);
	sigemptyset(&none);
	sigemptyset(&dfl);
	sigaddset(&dfl, SIGPIPE);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &dfl);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	errnum = posix_spawnp(&c->pid, "git", &actions, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return errnum;
}

static struct ost_err *start(struct child *c, const struct ost_repo *repo,
			     const struct ost_git_run *run)
{
	struct ost_arena arena = OST_ARENA_INIT;
	int fds[2] = { -1, -1 }, in, errnum = 0;

	c->repo = repo;
	in = make_input(run);
	c->err = memfd_create("ostler-git-err", MFD_CLOEXEC);
	if (in < 0 || c->err < 0 || pipe2(fds, O_CLOEXEC))
		errnum = errno;
	if (!errnum)
		errnum = spawn(c, in, fds[1], make_args(&arena, run->args), make_env(&arena, repo));
	ost_arena_deinit(&arena);
	if (in >= 0)
		close(in);
	if (fds[1] >= 0)
		close(fds[1]);
	c->out = fds[0];
	if (!errnum)
		return NULL;
	if (c->err >= 0)
		close(c->err);
	if (c->out >= 0)
		close(c->out);
	if (errnum == ENOENT)
		return ost_err_create(OST_ERR_ENV, "git", "install git", "cannot be found");
	return ost_err_create_errno("git", errnum);
}

/* ---- ending ---- */

/* What is behind "fatal: " or "error: " in the first such line of stderr; else its first line. */
static char *first_line(int fd)
{
	char text[4096];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	char *p = text, *line;

	text[n > 0 ? n : 0] = '\0';
	for (line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (strncmp(line, "fatal: ", 7) && strncmp(line, "error: ", 7))
			continue;
		p = line + 7;
		break;
	}
	p[strcspn(p, "\n")] = '\0';
	return ost_strdup(*p ? p : "no reason given");
}

/* `is_stopped`: we ended it ourselves, its status says nothing. */
static struct ost_err *finish(struct child *c, const struct ost_git_run *run, bool is_stopped)
{
	struct ost_turn *turn = ost_turn_pause();
	struct ost_err *err = NULL;
	OST_FREE char *why = NULL;
	int status = 0, code;

	close(c->out);
	if (is_stopped)
		kill(c->pid, SIGTERM);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	ost_turn_resume(turn);
	code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (run->ret_status)
		*run->ret_status = is_stopped ? 0 : code;
	if (!is_stopped && code && (code != run->ok_status || !run->ok_status)) {
		OST_BUF what = OST_BUF_INIT;

		why = first_line(c->err);
		ost_buf_addf(&what, "git %s", run->args[0]);
		if (WIFEXITED(status))
			err = ost_err_create(OST_ERR_INPUT, what.ptr, c->repo ? ost_repo_missing_remedy(c->repo) : NULL,
					     "%s", why);
		else
			err = ost_err_create(OST_ERR_ENV, what.ptr, NULL, "was ended by signal %d",
					     WTERMSIG(status));
	}
	close(c->err);
	return err;
}

static struct ost_err *over_limit(const struct ost_git_run *run, size_t max)
{
	OST_BUF what = OST_BUF_INIT;

	ost_buf_addf(&what, "git %s", run->args[0]);
	return ost_err_create(OST_ERR_INPUT, what.ptr, NULL,
			      "gave more than the limit of %zu bytes", max);
}

/* ---- reading ---- */

/* One read; *ret_end when there is no more. */
static struct ost_err *read_some(struct child *c, struct ost_buf *b, bool *ret_end)
{
	struct ost_turn *turn;
	ssize_t n;
	int errnum;

	*ret_end = false;
	if (ost_interrupted())
		return ost_err_create(OST_ERR_INTERRUPTED, "git", NULL, "interrupted");
	ost_buf_reserve(b, 65536);
	turn = ost_turn_pause();
	n = read(c->out, b->ptr + b->len, 65536);
	errnum = errno;
	ost_turn_resume(turn);
	if (n < 0)
		return errnum == EINTR ? NULL : ost_err_create_errno("git", errnum);
	b->len += (size_t)n;
	b->ptr[b->len] = '\0';
	*ret_end = !n;
	return NULL;
}

static struct ost_err *end_with(struct child *c, const struct ost_git_run *run,
				struct ost_err *err)
{
	ost_err_destroy(finish(c, run, true));
	return err;
}

struct ost_err *ost_git_run(struct ost_repo *repo, const struct ost_git_run *run,
			    struct ost_buf *ret_out)
{
	size_t max = run->max ? run->max : DEFAULT_MAX, before = ret_out->len;
	struct ost_err *err;
	struct child c;
	bool is_end = false;

	ost_try(start(&c, repo, run));
	while (!is_end) {
		err = read_some(&c, ret_out, &is_end);
		if (!err && ret_out->len - before > max)
			err = over_limit(run, max);
		if (err)
			return end_with(&c, run, err);
	}
	return finish(&c, run, false);
}

/* Hands out the whole pieces of b and keeps the rest; false when fn wants no more. */
static bool hand_out(struct ost_buf *b, char delim, ost_git_piece_fn fn, void *ctx)
{
	char *p = b->ptr, *end = b->ptr + b->len, *next;

	while ((next = memchr(p, delim, (size_t)(end - p)))) {
		*next = '\0';
		if (!fn(ctx, p, (size_t)(next - p)))
			return false;
		p = next + 1;
	}
	memmove(b->ptr, p, (size_t)(end - p));
	ost_buf_trim(b, (size_t)(end - p));
	return true;
}

struct ost_err *ost_git_stream(struct ost_repo *repo, const struct ost_git_run *run,
			       char delim, ost_git_piece_fn fn, void *ctx)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_err *err;
	struct child c;
	bool is_end = false;
	size_t total = 0, before;

	ost_try(start(&c, repo, run));
	while (!is_end) {
		before = b.len;
		err = read_some(&c, &b, &is_end);
		total += b.len - before;
		if (!err && run->max && total > run->max)
			err = over_limit(run, run->max);
		if (err || !hand_out(&b, delim, fn, ctx))
			return end_with(&c, run, err);
		if (b.len > PIECE_MAX)
			return end_with(&c, run, over_limit(run, PIECE_MAX));
	}
	if (b.len && !fn(ctx, b.ptr, b.len))
		return end_with(&c, run, NULL);
	return finish(&c, run, false);
}

struct ost_err *ost_git_version(struct ost_buf *ret_version)
{
	const char *const args[] = { "version", NULL };
	struct ost_git_run run = { .args = args, .max = 4096 };
	OST_BUF out = OST_BUF_INIT;

	ost_try(ost_git_run(NULL, &run, &out));
	out.ptr[strcspn(out.ptr, "\n")] = '\0';
	ost_buf_addstr(ret_version, strncmp(out.ptr, "git version ", 12) ? out.ptr : out.ptr + 12);
	return NULL;
}
