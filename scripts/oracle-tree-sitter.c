// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads paths from standard input; for each function that tree-sitter-c parses
 * without error prints "path <tab> name <tab> line <tab> callee callee ..." in
 * the order of the source. Built by oracle-tree-sitter.py, not by meson.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_c(void);

static char *text;

static bool is(TSNode n, const char *type)
{
	return !strcmp(ts_node_type(n), type);
}

static TSNode field(TSNode n, const char *name)
{
	return ts_node_child_by_field_name(n, name, (uint32_t)strlen(name));
}

static void print_node(TSNode n)
{
	uint32_t from = ts_node_start_byte(n), to = ts_node_end_byte(n);

	fwrite(text + from, 1, to - from, stdout);
}

static void print_callee(TSNode call)
{
	TSNode callee = field(call, "function");

	while (is(callee, "parenthesized_expression") && ts_node_named_child_count(callee))
		callee = ts_node_named_child(callee, 0);
	if (is(callee, "field_expression"))
		callee = field(callee, "field");
	if (!is(callee, "identifier") && !is(callee, "field_identifier"))
		return;
	putchar(' ');
	print_node(callee);
}

static void calls(TSNode n)
{
	uint32_t i, nr = ts_node_child_count(n);
	bool is_cond = is(n, "preproc_if") || is(n, "preproc_elif");
	TSNode cond = { { 0 }, NULL, NULL };

	if (is(n, "attribute_specifier") || is(n, "preproc_def") || is(n, "preproc_function_def"))
		return;
	if (is_cond)
		cond = field(n, "condition");
	if (is(n, "call_expression"))
		print_callee(n);
	for (i = 0; i < nr; i++) {
		TSNode kid = ts_node_child(n, i);

		if (!is_cond || ts_node_is_null(cond) || !ts_node_eq(kid, cond))
			calls(kid);
	}
}

/* The name in a declarator, or a null node. */
static TSNode name_of(TSNode n)
{
	while (!ts_node_is_null(n) && !is(n, "identifier")) {
		TSNode in = field(n, "declarator");

		if (ts_node_is_null(in) && is(n, "parenthesized_declarator"))
			in = ts_node_named_child(n, 0);
		n = in;
	}
	return n;
}

static void functions(TSNode n, const char *path)
{
	uint32_t i, nr = ts_node_child_count(n);

	if (is(n, "function_definition")) {
		TSNode name = name_of(field(n, "declarator"));

		if (ts_node_has_error(n) || ts_node_is_null(name))
			return;
		printf("%s\t", path);
		print_node(name);
		printf("\t%u\t", ts_node_start_point(name).row + 1);
		calls(field(n, "body"));
		putchar('\n');
		return;
	}
	for (i = 0; i < nr; i++) {
		TSNode kid = ts_node_child(n, i);

		if (ts_node_is_named(kid) && !is(kid, "declaration") && !is(kid, "type_definition"))
			functions(kid, path);
	}
}

static void one_file(TSParser *parser, const char *path)
{
	FILE *f = fopen(path, "rb");
	long len;
	TSTree *tree;

	if (!f)
		return;
	fseek(f, 0, SEEK_END);
	len = ftell(f);
	rewind(f);
	text = malloc((size_t)len + 1);
	if (fread(text, 1, (size_t)len, f) == (size_t)len) {
		tree = ts_parser_parse_string(parser, NULL, text, (uint32_t)len);
		functions(ts_tree_root_node(tree), path);
		ts_tree_delete(tree);
	}
	free(text);
	fclose(f);
}

int main(void)
{
	TSParser *parser = ts_parser_new();
	char path[4096];

	ts_parser_set_language(parser, tree_sitter_c());
	while (fgets(path, sizeof(path), stdin)) {
		path[strcspn(path, "\n")] = '\0';
		one_file(parser, path);
	}
	return 0;
}
