// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts_dump [-r] FILE...: the facts of each file as text, for golden tests; -r: the
 * bytes of the record, for the corpus of fuzz_facts.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "source/dump.h"
#include "source/recognise.h"

static bool is_raw;

static int dump_one(struct ost_recogniser *r, const char *path)
{
	OST_BUF text = OST_BUF_INIT;
	OST_BUF record = OST_BUF_INIT;
	OST_BUF out = OST_BUF_INIT;
	struct ost_facts f;
	struct ost_err *err = ost_buf_read_file(&text, path, (size_t)1 << 30);

	if (!err) {
		ost_recognise(r, path, text.ptr, text.len, &record);
		err = ost_facts_open(&f, record.ptr, record.len);
	}
	if (err) {
		fprintf(stderr, "facts_dump: %s: %s\n", path, err->why);
		ost_err_destroy(err);
		return 1;
	}
	if (is_raw)
		ost_buf_add(&out, record.ptr, record.len);
	else
		ost_facts_dump(&f, &out);
	fwrite(out.ptr, 1, out.len, stdout);
	return 0;
}

int main(int argc, char **argv)
{
	struct ost_recogniser *r = ost_recogniser_create();
	int i, rc = 0;

	is_raw = argc > 1 && !strcmp(argv[1], "-r");
	for (i = 1 + is_raw; i < argc; i++)
		rc |= dump_one(r, argv[i]);
	ost_recogniser_destroy(r);
	return rc;
}
