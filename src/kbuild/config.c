// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/reach.h"

#include <string.h>

#include "base/buf.h"

#define MAX_CONFIG (16u << 20)

struct ost_kb_config {
	const char *text;
	struct ost_arena *arena;
};

/* A line that sets or denies a symbol: how every .config has hundreds. */
static bool is_config(const char *text)
{
	return !strncmp(text, "CONFIG_", 7) || strstr(text, "\nCONFIG_") || strstr(text, "\n# CONFIG_");
}

struct ost_err *ost_kb_config_read(struct ost_kb_config **ret, struct ost_arena *arena, const char *path)
{
	OST_BUF b = OST_BUF_INIT;

	ost_try(ost_buf_read_file(&b, path, MAX_CONFIG));
	if (!is_config(b.ptr))
		return ost_err_create(OST_ERR_INPUT, path, "name the .config of a kernel", "it sets no CONFIG_ symbol");
	*ret = ost_arena_calloc(arena, 1, sizeof(**ret));
	(*ret)->arena = arena;
	(*ret)->text = ost_arena_printf(arena, "\n%s", b.ptr);
	return NULL;
}

const char *ost_kb_config_value(const struct ost_kb_config *c, const char *name)
{
	const char *line = ost_arena_printf(c->arena, "\nCONFIG_%s=", name), *at = strstr(c->text, line);
	size_t n;

	if (!at)
		return "n";
	at += strlen(line);
	n = strcspn(at, " \t\r\n");
	return ost_arena_strndup(c->arena, at, n);
}
