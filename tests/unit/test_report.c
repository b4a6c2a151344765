// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_out.h"
#include "report/json_parts.h"

static const char *const texts[] = {
	"", "plain", "a \"word\" and a \\", "two\nlines\tand\ra bell\a\x7f", "gr\xc3\xbc\xc3\x9f", "\xf0\x9f\x94\x92 lock",
	"cut \xf0\x9f\x94", "\xff\xfe", "\xe2\x80\xae turned", "/slash", NULL,
};

/* What is written as it comes is what jansson would have dumped. */
static void same_as_jansson(void **state)
{
	struct ost_json_out o = { .b = OST_BUF_INIT };
	json_t *doc = json_object(), *list = json_array(), *deep = doc;
	char *want;

	ost_json_open(&o, NULL, '{');
	ost_json_open(&o, "none", '[');
	ost_json_close(&o, ']');
	json_object_set_new(doc, "none", json_array());
	ost_json_open(&o, "list", '[');
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *item = json_object();

		json_object_set_new(item, "text", ost_json_string(texts[i]));
		json_object_set_new(item, "nr", json_integer((json_int_t)i * 1234567890123));
		json_array_append_new(list, item);
		ost_json_open(&o, NULL, '{');
		ost_json_put(&o, "text", texts[i]);
		ost_json_put_nr(&o, "nr", (uint64_t)i * 1234567890123);
		ost_json_close(&o, '}');
	}
	ost_json_close(&o, ']');
	json_object_set_new(doc, "list", list);
	for (unsigned i = 0; i < 20; i++) {	/* deeper than the blanks that are at hand */
		json_object_set_new(deep, "deep", json_object());
		deep = json_object_get(deep, "deep");
		ost_json_open(&o, "deep", '{');
	}
	ost_json_put(&o, "text", "in there");
	json_object_set_new(deep, "text", json_string("in there"));
	for (unsigned i = 0; i <= 20; i++)
		ost_json_close(&o, '}');
	want = json_dumps(doc, JSON_INDENT(1) | JSON_ENSURE_ASCII);
	assert_string_equal(o.b.ptr, want);
	free(want);
	json_decref(doc);
	ost_buf_deinit(&o.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(same_as_jansson) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
