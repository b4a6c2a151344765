// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

char ost_buf_empty[1];

void ost_buf_init(struct ost_buf *b)
{
	b->ptr = ost_buf_empty;
	b->len = 0;
	b->cap = 0;
}

void ost_buf_deinit(struct ost_buf *b)
{
	if (b->cap)
		free(b->ptr);
	ost_buf_init(b);
}

void ost_buf_clear(struct ost_buf *b)
{
	b->len = 0;
	if (b->cap)
		b->ptr[0] = '\0';
}

void ost_buf_reserve(struct ost_buf *b, size_t extra)
{
	size_t need, cap;

	if (__builtin_add_overflow(b->len, extra, &need) || need == SIZE_MAX)
		ost_reallocarray(NULL, SIZE_MAX, 2);
	need++;
	if (need <= b->cap)
		return;
	cap = b->cap + b->cap / 2;
	if (cap < need)
		cap = need;
	if (cap < 64)
		cap = 64;
	b->ptr = ost_realloc(b->cap ? b->ptr : NULL, cap);
	b->cap = cap;
	b->ptr[b->len] = '\0';
}

void ost_buf_fit(struct ost_buf *b)
{
	if (b->cap <= b->len + 1)
		return;
	b->ptr = ost_realloc(b->ptr, b->len + 1);
	b->cap = b->len + 1;
}

void ost_buf_add(struct ost_buf *b, const void *data, size_t len)
{
	if (!len)
		return;
	ost_buf_reserve(b, len);
	memcpy(b->ptr + b->len, data, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

void ost_buf_addstr(struct ost_buf *b, const char *s)
{
	ost_buf_add(b, s, strlen(s));
}

void ost_buf_addch(struct ost_buf *b, char c)
{
	ost_buf_add(b, &c, 1);
}

void ost_buf_addv(struct ost_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0) {
		ost_buf_reserve(b, (size_t)n);
		vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void ost_buf_addf(struct ost_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ost_buf_addv(b, fmt, ap);
	va_end(ap);
}

void ost_buf_trim(struct ost_buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->ptr[len] = '\0';
}

char *ost_buf_detach(struct ost_buf *b, size_t *ret_len)
{
	char *p;

	if (ret_len)
		*ret_len = b->len;
	p = b->cap ? b->ptr : ost_strdup("");
	ost_buf_init(b);
	return p;
}

static struct ost_err *read_fd(struct ost_buf *b, int fd, const char *name, size_t max)
{
	for (;;) {
		ssize_t n;

		ost_buf_reserve(b, 65536);
		n = read(fd, b->ptr + b->len, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ost_err_create_errno(name, errno);
		if (n == 0)
			return NULL;
		b->len += (size_t)n;
		b->ptr[b->len] = '\0';
		if (b->len > max)
			return ost_err_create(OST_ERR_INPUT, name, "split it",
					      "larger than the limit of %zu bytes", max);
	}
}

struct ost_err *ost_buf_read_file(struct ost_buf *b, const char *path, size_t max)
{
	struct ost_err *err;
	struct stat st;
	int fd;

	if (!strcmp(path, "-"))
		return read_fd(b, STDIN_FILENO, "standard input", max);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ost_err_create_errno(path, errno);
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode))
		err = ost_err_create(OST_ERR_INPUT, path, NULL, "is a directory");
	else
		err = read_fd(b, fd, path, max);
	close(fd);
	return err;
}
