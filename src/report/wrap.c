// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/wrap.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

static size_t word_width(const char *word, size_t len)
{
	OST_FREE char *copy = ost_strndup(word, len);

	return ost_utf8_width(copy);
}

void ost_wrap(FILE *out, const char *first, unsigned indent, unsigned width, const char *text)
{
	size_t column, len, w;
	const char *p = text;
	int at_start = 1;

	fputs(first, out);
	column = ost_utf8_width(first);
	while (*(p += strspn(p, " "))) {
		len = strcspn(p, " ");
		w = word_width(p, len);
		if (!at_start && column + 1 + w > width) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
			at_start = 1;
		}
		fprintf(out, "%s%.*s", at_start ? "" : " ", (int)len, p);
		column += w + !at_start;
		at_start = 0;
		p += len;
	}
	fputc('\n', out);
}
