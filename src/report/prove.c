// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/deadlocks.h"
#include "report/json_parts.h"

struct ost_err *ost_prove_write_json(FILE *out, const struct ost_prove_report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nr_results; i++) {
		const struct ost_prove_result *p = &r->results[i];

		json_array_append_new(list, json_pack("{s:o, s:b, s:o, s:o}", "id", ost_json_string(p->id),
			"accepted", p->accepted,
			"failed_step", p->failed_step < 0 ? json_null() : json_integer(p->failed_step),
			"reason", ost_json_string(p->reason)));
	}
	return ost_json_write(out, json_pack("{s:s, s:o}", "schema", "ostler/prove/1", "results", list),
			      JSON_INDENT(1), "prove");
}

void ost_prove_write_text(FILE *out, const struct ost_prove_report *r)
{
	size_t rejected = 0;

	for (size_t i = 0; i < r->nr_results; i++) {
		const struct ost_prove_result *p = &r->results[i];

		rejected += !p->accepted;
		if (p->accepted)
			fprintf(out, "accepted %s\n", p->id);
		else if (p->failed_step >= 0)
			fprintf(out, "rejected %s: step %d: %s\n", p->id, p->failed_step + 1, p->reason);
		else
			fprintf(out, "rejected %s: %s\n", p->id, p->reason);
	}
	fprintf(out, "%zu accepted, %zu rejected\n", r->nr_results - rejected, rejected);
}
