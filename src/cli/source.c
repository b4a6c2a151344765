// SPDX-License-Identifier: GPL-2.0-or-later
#include "source.h"

#include <stdio.h>

#include "terminal.h"

struct ost_err *ost_source_args(struct ost_args *args, const char *repo, const char *limit,
				const struct ost_common *common, struct ost_source *ret_source,
				struct ost_source_opts *ret_opts)
{
	if (!args->nr)
		return ost_err_create(OST_ERR_USAGE, repo ? repo : "source",
				      repo ? "add a branch, a tag or a commit" :
				      "name a directory, or --repo=REPO and a revision",
				      repo ? "no revision is given" : "no kernel tree is given");
	*ret_source = repo ? (struct ost_source){ .repo = repo, .rev = args->v[0] } :
			     (struct ost_source){ .dir = args->v[0] };
	*ret_opts = (struct ost_source_opts){ .jobs = common->jobs, .store_dir = common->store,
					      .no_store = common->no_store };
	args->v++;
	args->nr--;
	return limit ? ost_store_limit_parse(limit, &ret_opts->store_limit) : NULL;
}

struct ost_err *ost_source_empty(const struct ost_source *source, uint64_t files)
{
	if (files)
		return NULL;
	return ost_err_create(OST_ERR_INPUT, source->repo ? source->rev : source->dir, "name a kernel tree",
			      "no .c or .h file there");
}

void ost_source_notes(const struct ost_common *common, const char *note, const struct ost_err *err)
{
	ost_terminal_clear();
	if (note && !common->quiet)
		fprintf(stderr, "ostler: store: %s\n", note);
	if (err)
		fprintf(stderr, "ostler: %s: %s; free some space, or give --store=DIR or --no-store\n",
			err->what, err->why);
}
