/* selector.c -- $.json.selectors: what is one, and what it reaches.
 * SPDX-License-Identifier: MIT */
#include "match/selector.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* A copy of exactly its size, so that a sanitiser sees what is read too far. */
static struct selector *
read_selector(const char *text, size_t *used, struct error *err)
{
	size_t len = strlen(text);
	char *copy = malloc(len == 0 ? 1 : len);
	struct selector *selector;

	assert_non_null(copy);
	memcpy(copy, text, len);
	selector = selector_new((struct slice){ copy, len }, used, err);
	free(copy);
	return selector;
}

struct gathering {
	struct buf out;
	const struct json *json;
	const char *text;
};

static bool
gather(void *ctx, uint32_t node)
{
	struct gathering *g = ctx;

	if (g->out.len > 0)
		buf_byte(&g->out, ' ');
	buf_add_slice(&g->out, json_text(&g->json->nodes[node], g->text));
	return false;
}

/* All that selector reaches in document, one blank between. */
static void
check_reached(const char *selector_text, const char *document,
    const char *expected)
{
	struct json json = { 0 };
	struct error err;
	size_t used;
	struct selector *selector = read_selector(selector_text, &used, &err);
	struct gathering g = { .json = &json, .text = document };

	assert_non_null(selector);
	assert_int_equal(used, strlen(selector_text));
	assert_true(json_parse(&json, slice_from(document)));
	buf_init(&g.out, BUF_NO_LIMIT);
	assert_false(selector_each(selector, &json, document, gather, &g));
	buf_byte(&g.out, '\0');
	assert_string_equal(g.out.data, expected);
	buf_free(&g.out);
	selector_free(selector);
	json_free(&json);
}

static const char event[] = "{\"a\":{\"b\":1,\"c\":[10,[20,21],{\"d\":30}]},"
    "\"a.b\":2,\"x-y\":3,\"n\":null,\"s\":\"str\",\"e\":[],\"o\":{},"
    "\"list\":[{\"k\":4},{\"k\":5},{\"z\":6},7],\"\\u0061\\u00e9\":8}";

static void
dots_and_brackets_walk_down(void **state)
{
	(void)state;
	check_reached("$.a.b", event, "1");
	check_reached("$.['a.b']", event, "2");
	check_reached("$['a.b']", event, "2");
	check_reached("$.x-y", event, "3");
	check_reached("$.a['b']", event, "1");
	check_reached("$.a.['b']", event, "1");
	check_reached("$.a.c[0]", event, "10");
	check_reached("$.a.c[1][1]", event, "21");
	check_reached("$.a.c[2].d", event, "30");
	check_reached("$.n", event, "null");
	check_reached("$.o", event, "{}");
	check_reached("$.['a\xc3\xa9']", event, "8");
}

static void
what_is_not_there_is_not_reached(void **state)
{
	(void)state;
	check_reached("$.b", event, "");
	check_reached("$.A", event, "");
	check_reached("$.a.c[3]", event, "");
	check_reached("$.a.c[99999999999999999999999]", event, "");
	check_reached("$.e[0]", event, "");
	check_reached("$.n.x", event, "");
	check_reached("$.s.x", event, "");
	check_reached("$.s[0]", event, "");
	check_reached("$.list.k", event, "");
	check_reached("$.a[0]", event, "");
	check_reached("$.a", "[{\"a\":1}]", "");
	check_reached("$.a", "\"a\"", "");
}

static void
a_wildcard_is_each_element_or_each_member(void **state)
{
	(void)state;
	check_reached("$.list[*].k", event, "4 5");
	check_reached("$.list.*.k", event, "4 5");
	check_reached("$.a.c[*]", event, "10 [20,21] {\"d\":30}");
	check_reached("$.a[*]", event, "1 [10,[20,21],{\"d\":30}]");
	check_reached("$.*.b", event, "1");
	check_reached("$.*", "{\"a\":1,\"b\":{\"c\":2}}", "1 {\"c\":2}");
	check_reached("$.e[*]", event, "");
	check_reached("$.o.*", event, "");
	check_reached("$.s.*", event, "");
	check_reached("$.m[*][1]", "{\"m\":[[1,2],[3],[4,5]]}", "2 5");
}

static void
of_doubled_keys_the_last_counts(void **state)
{
	struct buf large;

	(void)state;
	check_reached("$.a", "{\"a\":1,\"a\":2}", "2");
	check_reached("$.a.b", "{\"a\":{\"b\":1},\"a\":{}}", "");
	check_reached("$.*", "{\"a\":1,\"b\":2,\"a\":3}", "2 3");
	check_reached("$.*", "{\"a\":1,\"b\":2,\"\\u0061\":3}", "2 3");
	check_reached("$.*", "{\"\\u0062\":1,\"b\":2,\"\\n\":4,\"\\u000a\":3}",
	    "2 3");
	check_reached("$.*.k", "{\"a\":{\"k\":1},\"a\":{}}", "");
	buf_init(&large, BUF_NO_LIMIT);
	buf_text(&large, "{\"a\":\"no\"");
	for (int i = 0; i < 100; i++)
		buf_printf(&large, ",\"k%d\":\"no\"", i);
	for (int i = 0; i < 100; i++)
		buf_printf(&large, ",\"k%d\":[]", i);
	buf_text(&large, ",\"a\":{\"x\":1},\"b\":{\"x\":2}}");
	buf_byte(&large, '\0');
	check_reached("$.*.x", large.data, "1 2");
	buf_free(&large);
}

/* Were each compared with each, this would take minutes. */
static void
an_object_with_very_many_members_takes_no_longer(void **state)
{
	struct buf large;

	(void)state;
	buf_init(&large, BUF_NO_LIMIT);
	buf_text(&large, "{\"a\":0");
	for (int i = 0; i < 200000; i++)
		buf_printf(&large, ",\"k%d\":1", i % 100000);
	buf_text(&large, ",\"z\":{\"x\":3}}");
	buf_byte(&large, '\0');
	check_reached("$.*.x", large.data, "3");
	buf_free(&large);
}

static void
a_selector_ends_where_something_else_begins(void **state)
{
	static const struct { const char *text; size_t used; } cases[] = {
		{ "$.a = 1", 3 }, { "$.a.b}", 5 }, { "$.a>1", 3 },
		{ "$.a[0])", 6 }, { "$.a:b", 3 }, { "$.*x", 3 }, { "$.a ]", 3 },
		{ "$.a\xc3\xa9", 3 }, { "$.a'", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err;
		size_t used = 0;
		struct selector *selector = read_selector(cases[i].text, &used,
		    &err);

		assert_non_null(selector);
		assert_int_equal(used, cases[i].used);
		selector_free(selector);
	}
}

static void
what_is_no_selector_is_refused_in_the_words_of_aws(void **state)
{
	static const struct { const char *text, *term; size_t at; } cases[] = {
		{ "", "", 0 }, { "$", "$", 1 }, { "$.", "$.", 2 },
		{ "$x", "$x", 1 }, { "a", "a", 0 }, { "$..a", "$..", 2 },
		{ "$.a..b", "..", 4 }, { "$[0]", "$[", 1 }, { "$ .a", "$ ", 1 },
		{ "$[*]", "$[", 1 }, { "$.a[-1]", "[-", 4 },
		{ "$.a[0:2]", "[0:", 5 }, { "$.a[]", "[]", 4 },
		{ "$.a[x]", "[x", 4 }, { "$.a[0", "[0", 5 }, { "$.a[", "[", 4 },
		{ "$.a[\"b\"]", "[\"", 4 }, { "$.\"a\"", "$.\"", 2 },
		{ "$.['a", "$.['a", 5 }, { "$.a['b]", "['b]", 7 },
		{ "$.[0]", "$.[0", 3 }, { "$.[*]", "$.[*", 3 },
		{ "$.\xc3\xa9", "$.\xc3\xa9", 2 }, { "$.a[*", "[*", 5 },
		{ "$.@t", "$.@", 2 },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = { 0 };
		size_t used;

		assert_null(read_selector(cases[i].text, &used, &err));
		snprintf(text, sizeof text,
		    "Invalid character(s) in term '%s'", cases[i].term);
		assert_string_equal(err.text, text);
		assert_int_equal(err.at, cases[i].at);
		assert_int_equal(err.kind, ERROR_RULES);
	}
}

static void
one_wildcard_is_the_most(void **state)
{
	static const char *const cases[] = { "$.a[*].*", "$.*.*", "$.*[*]" };
	struct selector *selector;
	struct error err;
	size_t used;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_null(read_selector(cases[i], &used, &err));
		assert_string_equal(err.text, "Your filter pattern has a JSON "
		    "path selector that exceeds the maximum of 1 wildcard "
		    "allowed per json selector.");
	}
	selector = read_selector("$.a[*].b", &used, &err);
	assert_true(selector_has_wildcard(selector));
	selector_free(selector);
	selector = read_selector("$.['*']", &used, &err);
	assert_false(selector_has_wildcard(selector));
	selector_free(selector);
}

static void
its_longest_key_is_what_it_needs(void **state)
{
	static const struct { const char *text, *need; } cases[] = {
		{ "$.level", "level" }, { "$.a.code.b[0]", "code" },
		{ "$.a", NULL }, { "$.*", NULL }, { "$.ab[*]", "ab" },
		{ "$.['app.kubernetes.io/name']", "app.kubernetes.io" },
		{ "$.['\xe3\x82\xa8']", NULL }, { "$.['a\"bcd']", "bcd" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct need need = { 0 };
		struct error err;
		size_t used;
		struct selector *selector = read_selector(cases[i].text, &used,
		    &err);

		selector_need(selector, &need);
		assert_int_equal(need.known, cases[i].need != NULL);
		if (cases[i].need != NULL) {
			assert_int_equal(need.count, 1);
			assert_true(slice_is(need.literals[0].text, cases[i].need));
		}
		need_free(&need);
		selector_free(selector);
	}
}

static void
the_first_node_in_the_text_is_the_first(void **state)
{
	static const char text[] = "{\"a\":[{\"b\":1},{\"c\":2},{\"c\":3}]}";
	struct json json = { 0 };
	struct error err;
	size_t used;
	struct selector *selector = read_selector("$.a[*].c", &used, &err);
	uint32_t node;

	(void)state;
	assert_true(json_parse(&json, slice_from(text)));
	assert_true(selector_first(selector, &json, text, &node));
	assert_true(slice_is(json_text(&json.nodes[node], text), "2"));
	selector_free(selector);
	selector = read_selector("$.b", &used, &err);
	assert_false(selector_first(selector, &json, text, &node));
	selector_free(selector);
	json_free(&json);
	selector_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dots_and_brackets_walk_down),
		cmocka_unit_test(what_is_not_there_is_not_reached),
		cmocka_unit_test(a_wildcard_is_each_element_or_each_member),
		cmocka_unit_test(of_doubled_keys_the_last_counts),
		cmocka_unit_test(
		    an_object_with_very_many_members_takes_no_longer),
		cmocka_unit_test(a_selector_ends_where_something_else_begins),
		cmocka_unit_test(
		    what_is_no_selector_is_refused_in_the_words_of_aws),
		cmocka_unit_test(one_wildcard_is_the_most),
		cmocka_unit_test(its_longest_key_is_what_it_needs),
		cmocka_unit_test(the_first_node_in_the_text_is_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
