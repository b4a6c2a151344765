// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * replay.c - runs the inputs of a fuzzer's corpus as an ordinary test.
 *
 * Each file is given whole and cut at 32 places, so that every parser meets
 * the end of its input in odd spots. Arguments: folders. Prints TAP.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "fuzz.h"

#define CUTS 32

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* In a block of its own size, so that a read past the end is seen. */
static void give(const char *data, size_t len)
{
	uint8_t *copy = ost_malloc(len ? len : 1);

	if (len)
		memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static bool replay(const char *path)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_err *err = ost_buf_read_file(&b, path, 64 << 20);
	size_t i;

	if (err) {
		ost_err_destroy(err);
		return false;
	}
	for (i = 0; i < CUTS; i++)
		give(b.ptr, b.len * i / CUTS);
	give(b.ptr, b.len);
	return true;
}

int main(int argc, char **argv)
{
	int i, k, n, nr = 0, failed = 0;
	struct dirent **names;
	char path[4096];
	bool ok;

	for (i = 1; i < argc; i++) {
		n = scandir(argv[i], &names, no_dots, alphasort);
		for (k = 0; k < n; k++) {
			snprintf(path, sizeof(path), "%s/%s", argv[i], names[k]->d_name);
			ok = replay(path);
			failed += !ok;
			printf("%sok %d - %s\n", ok ? "" : "not ", ++nr, names[k]->d_name);
			free(names[k]);
		}
		if (n >= 0)
			free(names);
	}
	if (!nr)
		printf("not ok %d - the corpus is empty\n", ++nr);
	printf("1..%d\n", nr);
	return failed || !nr;
}
