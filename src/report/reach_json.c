// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/reach.h"
#include "report/json_parts.h"

static json_t *functions_json(const struct ost_reach_file *f)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < f->nr_functions; i++)
		json_array_append_new(a, json_pack("{s:o,s:o}", "name", ost_json_string(f->functions[i].name),
						   "condition", ost_json_string(f->functions[i].condition)));
	return a;
}

static json_t *symbols_json(const struct ost_reach_file *f)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < f->nr_symbols; i++) {
		const struct ost_reach_symbol *s = &f->symbols[i];

		json_array_append_new(a, json_pack("{s:o,s:b,s:o,s:o,s:o,s:o,s:i,s:o,s:i}", "name", ost_json_string(s->name),
						   "not", s->is_not, "prompt", ost_json_string(s->prompt),
						   "type", ost_json_string(s->type), "value", ost_json_string(s->value),
						   "file", ost_json_string(s->file), "line", (int)s->line,
						   "by", ost_json_string(s->by), "by_line", (int)s->by_line));
	}
	return a;
}

static json_t *devices_json(const struct ost_reach_file *f)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < f->nr_devices; i++)
		json_array_append_new(a, json_pack("{s:s,s:o,s:o,s:i}", "bus", f->devices[i].bus,
						   "id", ost_json_string(f->devices[i].id),
						   "file", ost_json_string(f->devices[i].file),
						   "line", (int)f->devices[i].line));
	return a;
}

json_t *ost_json_reach(const struct ost_reach_file *files, size_t nr)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < nr; i++) {
		const struct ost_reach_file *f = &files[i];

		json_array_append_new(a, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
						   "file", ost_json_string(f->path), "functions", functions_json(f),
						   "symbols", symbols_json(f), "modules", ost_json_strings(f->modules, f->nr_modules),
						   "devices", devices_json(f), "architectures", ost_json_strings(f->archs, f->nr_archs),
						   "built", ost_json_string(f->built), "why", ost_json_string(f->why)));
	}
	return a;
}
