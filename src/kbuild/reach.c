// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/reach.h"

#include <string.h>

#include "kbuild/devices.h"
#include "kbuild/kconfig.h"
#include "kbuild/ways.h"

#define MAX_SYMBOLS 64
#define MAX_MODULES 32
#define MAX_TABLE_FILES 400	/* files of a driver that are looked at for tables */

struct ost_reacher {
	struct ost_arena *arena;
	struct ost_arena devices;	/* of the last answer */
	struct ost_kb_texts texts;
	struct ost_kconfig kconfig;
	struct ost_ways ways;
	struct ost_device_rows *rows;
	const struct ost_kb_config *config;
	const char *const *archs;
};

struct ost_err *ost_reacher_create(struct ost_reacher **ret, struct ost_arena *arena, struct ost_repo *repo,
				   const struct ost_tree_list *list, const struct ost_kb_config *config)
{
	struct ost_reacher *r = ost_arena_calloc(arena, 1, sizeof(*r));
	struct ost_err *err;

	*ret = NULL;
	r->arena = arena;
	r->config = config;
	r->rows = ost_device_rows_create(arena, &err);
	if (err)
		return err;
	ost_kb_texts_init(&r->texts, arena, repo, list);
	ost_kconfig_init(&r->kconfig, &r->texts);
	ost_ways_init(&r->ways, &r->texts);
	r->archs = ost_kconfig_archs(&r->kconfig);
	*ret = r;
	return NULL;
}

void ost_reacher_destroy(struct ost_reacher *r)
{
	if (!r)
		return;
	ost_arena_deinit(&r->devices);
	ost_ways_deinit(&r->ways);
	ost_kconfig_deinit(&r->kconfig);
	ost_kb_texts_deinit(&r->texts);
}

static bool ends(const char *s, const char *tail)
{
	size_t n = strlen(s), t = strlen(tail);

	return n >= t && !strcmp(s + n - t, tail);
}

/* ---- symbols ---- */

static void add_symbol(struct ost_reacher *r, const char *folder, const struct ost_way_term *t, struct ost_reach_symbol *v,
		       size_t *nr)
{
	const struct ost_kc_entry *e = ost_kconfig_find(&r->kconfig, t->term.name, folder);
	const char *name = ost_arena_printf(r->arena, "CONFIG_%s", t->term.name);
	size_t i;

	for (i = 0; i < *nr; i++)
		if (!strcmp(v[i].name, name) && v[i].is_not == t->term.is_not)
			return;
	if (*nr == MAX_SYMBOLS)
		return;
	v[(*nr)++] = (struct ost_reach_symbol){
		.name = name, .is_not = t->term.is_not, .prompt = e ? e->prompt : "", .type = e ? e->type : "",
		.value = r->config ? ost_kb_config_value(r->config, t->term.name) : NULL,
		.file = e ? e->file : "", .line = e ? e->line : 0, .by = t->file, .by_line = t->line,
	};
}

static bool is_bool(struct ost_reacher *r, const char *folder, const char *name)
{
	const struct ost_kc_entry *e = ost_kconfig_find(&r->kconfig, name, folder);

	return e && !strcmp(e->type, "bool");
}

/* The term that decides between built in and module: the last of the object's. */
static const struct ost_way_term *object_term(const struct ost_way *w)
{
	return w->object ? &w->terms[w->object - 1] : NULL;
}

/* ---- with a configuration ---- */

enum built { BUILT_NO, BUILT_UNKNOWN, BUILT_MODULE, BUILT_YES };
static const char *const built_names[] = { "no", "unknown", "module", "yes" };

static enum built way_built(struct ost_reacher *r, const struct ost_way *w)
{
	enum built b = BUILT_YES;
	uint32_t i;

	for (i = 0; i < w->nr_terms; i++) {
		const char *v = ost_kb_config_value(r->config, w->terms[i].term.name);
		bool is_set = *v == 'y' || *v == 'm';

		if (is_set == w->terms[i].term.is_not)
			return BUILT_NO;
		/* a part of a module may be y where the module is m; a folder that is m holds modules only */
		if (*v == 'm' && !w->terms[i].term.is_not && i + 1 >= w->object)
			b = BUILT_MODULE;
	}
	return w->is_unclear || w->arch ? BUILT_UNKNOWN : b;
}

static const char *built(struct ost_reacher *r)
{
	enum built best = BUILT_NO, b;
	uint32_t i;

	for (i = 0; i < r->ways.nr; i++) {
		b = way_built(r, &r->ways.v[i]);
		best = b > best ? b : best;
	}
	return built_names[r->ways.nr ? best : BUILT_UNKNOWN];
}

/* ---- architectures ---- */

static bool way_has_arch(struct ost_reacher *r, const struct ost_way *w, const char *arch)
{
	uint32_t i;

	if (w->arch)
		return !strcmp(w->arch, arch);
	for (i = 0; i < w->nr_terms; i++)
		if (!w->terms[i].term.is_not &&
		    ost_kconfig_on_arch(&r->kconfig, w->terms[i].term.name, arch) == OST_KC_NO)
			return false;
	return true;
}

static void list_archs(struct ost_reacher *r, struct ost_reach_file *ret)
{
	const char **archs = ost_arena_calloc(r->arena, 65, sizeof(*archs));
	size_t nr = 0, all = 0;
	uint32_t i;

	for (; r->archs[all]; all++)
		for (i = 0; i < r->ways.nr; i++)
			if (way_has_arch(r, &r->ways.v[i], r->archs[all])) {
				archs[nr++] = r->archs[all];
				break;
			}
	ret->archs = archs;
	ret->nr_archs = nr == all ? 0 : nr;
}

/* ---- devices ---- */

struct own {	/* what the file belongs to */
	const char *modules[MAX_MODULES];
	size_t nr_modules;
	const char *symbols[OST_MAX_WAYS];	/* of the objects */
	size_t nr_symbols;
	const char *folder;
};

static bool has(const char *const *list, size_t nr, const char *s)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!strcmp(list[i], s))
			return true;
	return false;
}

static void describe_own(struct ost_reacher *r, const char *folder, struct own *own)
{
	uint32_t i;

	memset(own, 0, sizeof(*own));
	for (i = 0; i < r->ways.nr; i++) {
		const struct ost_way *w = &r->ways.v[i];
		const struct ost_way_term *t = object_term(w);

		if (t && !has(own->symbols, own->nr_symbols, t->term.name))
			own->symbols[own->nr_symbols++] = t->term.name;
		if (w->module && !(t && is_bool(r, folder, t->term.name)) &&
		    !has(own->modules, own->nr_modules, w->module) && own->nr_modules < MAX_MODULES)
			own->modules[own->nr_modules++] = w->module;
		if (w->folder && !own->folder)
			own->folder = w->folder;
	}
}

/* Is the file (its ways are found) of one of the modules, or of one that needs them? */
static bool belongs(struct ost_reacher *r, const struct own *own)
{
	const struct ost_way_term *t;
	uint32_t i;
	size_t k;

	for (i = 0; i < r->ways.nr; i++) {
		if (r->ways.v[i].module && has(own->modules, own->nr_modules, r->ways.v[i].module))
			return true;
		t = object_term(&r->ways.v[i]);
		for (k = 0; t && k < own->nr_symbols; k++)
			if (ost_kconfig_leads_to(&r->kconfig, own->folder, t->term.name, own->symbols[k]))
				return true;
	}
	return false;
}

static size_t count_below(const struct ost_reacher *r, const char *folder)
{
	size_t end, i = ost_tree_under(r->texts.list, folder, &end), nr = 0;

	for (; i < end; i++)
		nr += ends(r->texts.list->entries[i].path, ".c");
	return nr;
}

/* The tables of the modules, and of those of their folder that need them; of the file alone where that is too much. */
static void collect_devices(struct ost_reacher *r, const struct own *own, const char *path, bool is_alone,
			    ost_device_list *devices)
{
	const struct ost_tree_list *l = r->texts.list;
	size_t end, i = ost_tree_under(l, own->folder, &end);
	OST_BUF text = OST_BUF_INIT;

	for (; i < end; i++) {
		const char *p = l->entries[i].path;
		bool is_self = !strcmp(p, path);

		if ((is_alone && !is_self) || !ends(p, ".c") || !ost_kb_text_once(&r->texts, p, &text) ||
		    !ost_has_device_table(text.ptr))
			continue;
		ost_ways_find(&r->ways, p);
		if (is_self || belongs(r, own))
			ost_devices_list(&r->devices, &r->texts, r->rows, p, devices);
	}
}

static void list_devices(struct ost_reacher *r, const struct own *own, struct ost_reach_file *ret)
{
	bool is_large = own->folder && count_below(r, own->folder) > MAX_TABLE_FILES;
	ost_device_list devices = OST_VEC_INIT;
	struct ost_reach_device *v;

	if (!own->folder || !*own->folder)
		return;
	collect_devices(r, own, ret->path, is_large || !own->nr_modules, &devices);
	if (is_large && own->nr_modules && !ret->why)
		ret->why = ost_arena_printf(r->arena, "%s holds many drivers: only the device tables of the file itself were looked at",
					    own->folder);
	v = ost_arena_calloc(&r->devices, devices.nr + 1, sizeof(*v));
	if (devices.nr)
		memcpy(v, devices.items, devices.nr * sizeof(*v));
	ret->devices = v;
	ret->nr_devices = devices.nr;
	ost_vec_deinit(&devices);
}

/* ---- one file ---- */

static void fill(struct ost_reacher *r, struct ost_reach_file *ret)
{
	struct ost_reach_symbol *symbols = ost_arena_calloc(r->arena, MAX_SYMBOLS, sizeof(*symbols));
	struct own *own = ost_arena_calloc(r->arena, 1, sizeof(*own));
	const char *folder = ost_kb_folder(r->arena, ret->path);
	bool is_unclear = false;
	uint32_t i, k;

	for (i = 0; i < r->ways.nr; i++) {
		is_unclear |= r->ways.v[i].is_unclear;
		for (k = 0; k < r->ways.v[i].nr_terms; k++)
			add_symbol(r, folder, &r->ways.v[i].terms[k], symbols, &ret->nr_symbols);
	}
	ret->symbols = symbols;
	ret->nr_ways = r->ways.nr;
	if (is_unclear)
		ret->why = "a condition in the Makefiles was not understood";
	if (r->config)
		ret->built = built(r);
	list_archs(r, ret);
	describe_own(r, folder, own);
	ret->modules = own->modules;
	ret->nr_modules = own->nr_modules;
	list_devices(r, own, ret);
}

/* A .c file beside the file that includes it by name and is built. */
static const char *includer_of(struct ost_reacher *r, const char *path)
{
	const struct ost_tree_list *l = r->texts.list;
	const char *folder = ost_kb_folder(r->arena, path), *slash = strrchr(path, '/');
	const char *line = ost_arena_printf(r->arena, "#include \"%s\"", slash ? slash + 1 : path);
	size_t n = strlen(folder) + 1, end, i = ost_tree_under(l, folder, &end), nr = 0;
	OST_BUF text = OST_BUF_INIT;

	for (; i < end && *folder && nr < MAX_TABLE_FILES; i++) {
		const char *p = l->entries[i].path;

		if (strchr(p + n, '/') || !ends(p, ".c"))
			continue;
		nr++;
		if (!ost_kb_text_once(&r->texts, p, &text) || !strstr(text.ptr, line))
			continue;
		ost_ways_find(&r->ways, p);
		if (r->ways.nr)
			return ost_arena_strdup(r->arena, p);
	}
	return NULL;
}

/* Fills the ways of a file, or of one that includes it; which one, or NULL with *ret_why. */
static const char *find_ways(struct ost_reacher *r, const char *path, const char **ret_why)
{
	bool is_header = ends(path, ".h"), is_code = ends(path, ".c") || ends(path, ".S");
	const char *by;

	r->ways.nr = 0;
	if (is_code)
		ost_ways_find(&r->ways, path);
	if (r->ways.nr)
		return path;
	by = is_code || (is_header && strncmp(path, "include/", 8)) ? includer_of(r, path) : NULL;
	*ret_why = by ? ost_arena_printf(r->arena, "told for %s, which includes it", by) :
		   is_header ? "a header: it is built into whatever includes it" :
		   is_code ? "no Makefile names its object in a way that is understood" : "it is not compiled";
	return by;
}

void ost_reach_of(struct ost_reacher *r, const char *path, struct ost_reach_file *ret)
{
	const char *why = NULL;

	ost_arena_deinit(&r->devices);
	memset(ret, 0, sizeof(*ret));
	ret->path = path = ost_arena_strdup(r->arena, path);
	ret->built = r->config ? built_names[BUILT_UNKNOWN] : NULL;
	if (!ost_tree_has(r->texts.list, path)) {
		ret->why = "there is no such file in this tree";
		return;
	}
	if (find_ways(r, path, &why))
		fill(r, ret);
	if (!ret->why)
		ret->why = why ? why : r->texts.trouble;
}

/* In its folder: then one that does not name the file does not build it. */
static bool has_makefile(struct ost_reacher *r, const char *path)
{
	const char *folder = ost_kb_folder(r->arena, path);

	return ost_tree_has(r->texts.list, ost_arena_printf(r->arena, "%s/Makefile", folder)) ||
	       ost_tree_has(r->texts.list, ost_arena_printf(r->arena, "%s/Kbuild", folder));
}

enum ost_built ost_reach_may_build(struct ost_reacher *r, const char *path, const char *arch)
{
	uint32_t i, k;

	r->ways.nr = 0;
	ost_ways_find(&r->ways, path);
	for (i = 0; i < r->ways.nr; i++) {
		const struct ost_way *w = &r->ways.v[i];

		if (w->is_lost || (w->arch && strcmp(w->arch, arch)))
			continue;	/* drivers/s390/ is entered by arch/s390/Makefile */
		for (k = 0; k < w->nr_terms; k++)
			if (!w->terms[k].term.is_not && ost_kconfig_on_arch_test(&r->kconfig, w->terms[k].term.name, arch) == OST_KC_NO)
				break;
		if (k == w->nr_terms)
			return OST_BUILT_YES;
	}
	return r->ways.nr || has_makefile(r, path) ? OST_BUILT_NO : OST_BUILT_UNKNOWN;
}

enum ost_set ost_reach_is_set(struct ost_reacher *r, const char *name, const char *arch)
{
	const struct ost_kc_entry *e;

	if (ost_kconfig_in_all(&r->kconfig, name, arch) == OST_KC_YES) {
		e = ost_kconfig_find(&r->kconfig, name, "");
		return e && !strcmp(e->type, "bool") ? OST_SET_YES : e && !strcmp(e->type, "tristate") ? OST_SET_MODULE : OST_SET_UNKNOWN;
	}
	return ost_kconfig_on_arch_test(&r->kconfig, name, arch) == OST_KC_NO ? OST_SET_NO : OST_SET_UNKNOWN;
}
