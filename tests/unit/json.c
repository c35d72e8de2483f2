/* json.c -- the JSON reader, whole and one byte at a time.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/special.h"

#define TEXT(s) { s, sizeof(s) - 1 }	/* literals may hold NUL */

static const struct slice good[] = {
	TEXT("{}"), TEXT("[]"), TEXT(" [ ] "), TEXT("\t\r\n{ \n}\n"),
	TEXT("null"), TEXT("true"), TEXT("false"), TEXT("\"\""), TEXT("0"),
	TEXT("-0"), TEXT("-1"), TEXT("10"), TEXT("1.0"), TEXT("0.5"),
	TEXT("1e5"), TEXT("1E5"), TEXT("1e+5"), TEXT("1e-5"), TEXT("1.5e10"),
	TEXT("0e1"), TEXT("0.0e-0"), TEXT("1e999999"), TEXT("-1.25E+01"),
	TEXT("123456789012345678901234567890.123456789012345678901234567890"),
	TEXT("[1]"), TEXT("[1,2]"), TEXT("[1 , 2]"), TEXT("[[],[]]"),
	TEXT("[null,true,false]"), TEXT("[\"a\",1,{}]"), TEXT("[-0]"),
	TEXT("{\"a\":1}"), TEXT("{\"a\" : 1 , \"b\" : [ ] }"),
	TEXT("{\"a\":1,\"a\":2}"), TEXT("{\"\":0}"), TEXT("{\"a\":{\"b\":{}}}"),
	TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), TEXT("\"\\u0000\""),
	TEXT("\"\\u00e9\\uABCD\\uabcd\""), TEXT("\"\\ud83d\\ude00\""),
	TEXT("\"\\ud800\""), TEXT("\"\\udc00\\ud800\""), TEXT("\"\\ud800x\""),
	TEXT("\"\\ud800\\n\""), TEXT("\"\\\\u12\""), TEXT("\"\x7f\""),
	TEXT("\"\xc3\xa9\""), TEXT("\"\xf0\x9f\x98\x80\""),
	TEXT("\"\xff\xfe\""),
	TEXT("\"\x80\x81\x82\x83\x84\x85\x86\x87\x88\""),
	TEXT("\"1234567\""), TEXT("\"12345678\""), TEXT("\"123456789\""),
	TEXT("\"1234567\\n12345678\\\"\""), TEXT("\" !#[]^_~\""),
	TEXT("\"/*no comment*/\""), TEXT("\"\xe2\x80\xa8\""),
};

struct bad {
	struct slice text;
	size_t at;
	const char *why;
};

#define BAD(s, at, why) { { s, sizeof(s) - 1 }, at, why }
#define EARLY "ends too early"
#define NUMBER "not a number"
#define VALUE "not a value"
#define KEY "not a key"
#define CONTROL "control character in a string"
#define ESCAPE "unknown escape"
#define HEX "\\u without four hex digits"
#define BEHIND "something behind the value"

static const struct bad bad[] = {
	BAD("", 0, EARLY), BAD(" \n", 2, EARLY), BAD("{", 1, EARLY),
	BAD("[", 1, EARLY), BAD("[1", 2, EARLY), BAD("[1,", 3, EARLY),
	BAD("{\"a", 3, EARLY), BAD("{\"a\"", 4, EARLY),
	BAD("{\"a\":", 5, EARLY),
	BAD("{\"a\":1", 6, EARLY), BAD("{\"a\":1,", 7, EARLY),
	BAD("\"", 1, EARLY), BAD("\"abc", 4, EARLY), BAD("\"\\", 2, EARLY),
	BAD("\"\\u", 3, EARLY), BAD("\"\\u00", 5, EARLY),
	BAD("\"\\u00e9", 7, EARLY), BAD("\"\\\"", 3, EARLY),
	BAD("t", 1, EARLY), BAD("tru", 3, EARLY), BAD("nul", 3, EARLY),
	BAD("fals", 4, EARLY), BAD("[[[[", 4, EARLY),
	/* numbers */
	BAD("-", 1, EARLY), BAD("01", 1, NUMBER), BAD("-01", 2, NUMBER),
	BAD("00", 1, NUMBER), BAD("1.", 2, EARLY), BAD("[1.]", 3, NUMBER),
	BAD("1.e5", 2, NUMBER), BAD("1e", 2, EARLY), BAD("1e+", 3, EARLY),
	BAD("1e+-5", 3, NUMBER), BAD("1.2.3", 3, NUMBER), BAD("1-2", 1, NUMBER),
	BAD("--1", 1, NUMBER), BAD("-e5", 1, NUMBER), BAD("1e5.5", 3, NUMBER),
	BAD("+1", 0, VALUE), BAD(".5", 0, VALUE), BAD("[-x]", 2, NUMBER),
	BAD("1x", 1, BEHIND), BAD("0x10", 1, BEHIND), BAD("[1x]", 2, NULL),
	BAD("NaN", 0, VALUE), BAD("Infinity", 0, VALUE),
	BAD("-Infinity", 1, NUMBER), BAD("[1_000]", 2, NULL),
	BAD("1\0", 1, BEHIND), BAD("\xef\xbc\x91", 0, VALUE),
	/* literals */
	BAD("nulL", 3, VALUE), BAD("True", 0, VALUE), BAD("trux", 3, VALUE),
	BAD("truee", 4, BEHIND), BAD("[nullx]", 5, NULL), BAD("nan", 1, VALUE),
	BAD("undefined", 0, VALUE),
	/* strings */
	BAD("\"\n\"", 1, CONTROL), BAD("\"\t\"", 1, CONTROL),
	BAD("\"a\0b\"", 2, CONTROL), BAD("\"\x1f\"", 1, CONTROL),
	BAD("\"12345678\x01\"", 9, CONTROL),
	BAD("\"\xff\xff\x01\"", 3, CONTROL),
	BAD("\"\\x41\"", 2, ESCAPE), BAD("\"\\'\"", 2, ESCAPE),
	BAD("\"\\U0041\"", 2, ESCAPE), BAD("\"\\\n\"", 2, ESCAPE),
	BAD("\"\\\0\"", 2, ESCAPE), BAD("\"\\u12G4\"", 5, HEX),
	BAD("\"\\u123\"", 6, HEX), BAD("\"\\u-123\"", 3, HEX),
	BAD("\"\\ud800\\u\"", 9, HEX), BAD("'a'", 0, VALUE),
	BAD("\"a\"b", 3, BEHIND), BAD("\"\\a\"", 2, ESCAPE),
	/* structure */
	BAD("[1,]", 3, VALUE), BAD("[,1]", 1, VALUE), BAD("[1,,2]", 3, VALUE),
	BAD("[1 2]", 3, NULL), BAD("[1}", 2, NULL), BAD("[1:2]", 2, NULL),
	BAD("{\"a\":1,}", 7, KEY), BAD("{,}", 1, KEY), BAD("{a:1}", 1, KEY),
	BAD("{1:1}", 1, KEY), BAD("{\"a\" 1}", 5, NULL),
	BAD("{\"a\",1}", 4, NULL),
	BAD("{\"a\":1]", 6, NULL), BAD("{\"a\":1 \"b\":2}", 7, NULL),
	BAD("{\"a\"::1}", 5, VALUE), BAD("{\"a\":}", 5, VALUE),
	BAD("{null:1}", 1, KEY), BAD("{'a':1}", 1, KEY), BAD("{[]:1}", 1, KEY),
	BAD("]", 0, VALUE), BAD("}", 0, VALUE), BAD("[]]", 2, BEHIND),
	BAD("{}{}", 2, BEHIND), BAD("1 2", 2, BEHIND), BAD("{} x", 3, BEHIND),
	BAD("[]\0", 2, BEHIND), BAD("\0", 0, VALUE), BAD("[\0]", 1, VALUE),
	BAD("// c\n1", 0, VALUE), BAD("[1/**/]", 2, NULL),
	BAD("\xef\xbb\xbf{}", 0, VALUE), BAD("\xff\xfe{\0}\0", 0, VALUE),
	BAD("\x0b[]", 0, VALUE), BAD("[\x0c]", 1, VALUE),
	BAD("\xc2\xa0[]", 0, VALUE), BAD("[\xe2\x80\xa8]", 1, VALUE),
};

/* The same text in a block of exactly its size, so that a sanitiser sees each
 * byte read too far. */
static char *
exactly(struct slice text, size_t len)
{
	char *copy = malloc(len == 0 ? 1 : len);

	assert_non_null(copy);
	memcpy(copy, text.data, len);
	return copy;
}

/* Feeds text in steps of step bytes, each time in another block of memory. */
static enum json_state
feed(struct json *json, struct slice text, size_t step)
{
	enum json_state state = JSON_MORE;

	json_reset(json);
	for (size_t len = 0; state == JSON_MORE; ) {
		char *copy;
		bool final;

		len = text.len - len > step ? len + step : text.len;
		final = len == text.len;
		copy = exactly(text, len);
		state = json_read(json, copy, len, final);
		if (final && state == JSON_MORE)
			fail_msg("more was asked for behind the end");
		free(copy);
	}
	return state;
}

static void
check_same_nodes(const struct json *a, const struct json *b)
{
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->used, b->used);
	assert_int_equal(a->depth, b->depth);
	if (a->why != NULL)
		assert_string_equal(a->why, b->why);
	for (size_t i = 0; i < a->count; i++) {
		assert_int_equal(a->nodes[i].start, b->nodes[i].start);
		assert_int_equal(a->nodes[i].len, b->nodes[i].len);
		assert_int_equal(a->nodes[i].next, b->nodes[i].next);
		assert_int_equal(a->nodes[i].type, b->nodes[i].type);
		assert_int_equal(a->nodes[i].escaped, b->nodes[i].escaped);
	}
}

static void
check_any_cut(struct slice text)
{
	struct json whole = { 0 }, cut = { 0 };
	enum json_state state = feed(&whole, text, text.len + 1);

	for (size_t step = 1; step <= 9; step++) {
		assert_int_equal(feed(&cut, text, step), state);
		check_same_nodes(&whole, &cut);
	}
	json_free(&whole);
	json_free(&cut);
}

static void
what_is_json_is_accepted(void **state)
{
	struct json json = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		char *copy = exactly(good[i], good[i].len);

		if (!json_parse(&json, (struct slice){ copy, good[i].len }))
			fail_msg("refused: %s: %s at %zu", good[i].data,
			    json.why, json.used);
		assert_int_equal(json.nodes[0].next, json.count);
		free(copy);
	}
	json_free(&json);
}

static void
what_is_not_json_is_refused_at_the_right_byte(void **state)
{
	struct json json = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct slice text = bad[i].text;
		char *copy = exactly(text, text.len);

		if (json_parse(&json, (struct slice){ copy, text.len }))
			fail_msg("accepted: %s", text.data);
		if (json.used != bad[i].at || (bad[i].why != NULL &&
		    strcmp(json.why, bad[i].why) != 0))
			fail_msg("%s: %s at %zu", text.data, json.why,
			    json.used);
		free(copy);
	}
	json_free(&json);
}

static void
a_cut_anywhere_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		check_any_cut(good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		check_any_cut(bad[i].text);
}

static void
every_front_part_of_a_document_asks_for_more(void **state)
{
	struct slice text = TEXT("{\"a\":[1.5e3,true,{\"\\u00e9\":\"\\n\"}],"
	    "\"b\":null}");
	struct json json = { 0 };

	(void)state;
	for (size_t len = 0; len < text.len; len++) {
		json_reset(&json);
		assert_int_equal(json_read(&json, text.data, len, false),
		    JSON_MORE);
		assert_false(json_parse(&json,
		    (struct slice){ text.data, len }));
		assert_string_equal(json.why, EARLY);
		assert_int_equal(json.used, len);
	}
	json_free(&json);
}

static void
a_value_ends_where_it_ends_and_the_rest_is_not_looked_at(void **state)
{
	static const char text[] = " {\"a\":1}{]";
	struct json json = { 0 };

	(void)state;
	assert_int_equal(json_read(&json, text, 10, false), JSON_DONE);
	assert_int_equal(json.used, 8);
	assert_int_equal(json_read(&json, text, 10, false), JSON_DONE);
	assert_int_equal(json.used, 8);
	json_reset(&json);
	assert_int_equal(json_read(&json, "12", 2, false), JSON_MORE);
	assert_int_equal(json_read(&json, "123 ", 4, false), JSON_DONE);
	assert_int_equal(json.used, 3);
	json_reset(&json);
	assert_int_equal(json_read(&json, "true", 4, false), JSON_DONE);
	json_free(&json);
}

static void
what_is_broken_stays_broken(void **state)
{
	struct json json = { 0 };

	(void)state;
	assert_int_equal(json_read(&json, "[1,x", 4, false), JSON_BROKEN);
	assert_int_equal(json_read(&json, "[1,xyz", 6, true), JSON_BROKEN);
	assert_int_equal(json.used, 3);
	assert_int_equal(json.count, 2);
	json_free(&json);
}

static void
depth_has_a_limit_and_reaches_it(void **state)
{
	char text[2 * (JSON_DEPTH_LIMIT + 1)];
	struct json json = { 0 };

	(void)state;
	memset(text, '[', JSON_DEPTH_LIMIT);
	memset(text + JSON_DEPTH_LIMIT, ']', JSON_DEPTH_LIMIT);
	assert_true(json_parse(&json,
	    (struct slice){ text, 2 * JSON_DEPTH_LIMIT }));
	memset(text, '[', JSON_DEPTH_LIMIT + 1);
	memset(text + JSON_DEPTH_LIMIT + 1, ']', JSON_DEPTH_LIMIT + 1);
	assert_false(json_parse(&json, (struct slice){ text, sizeof text }));
	assert_string_equal(json.why, "nested too deeply");
	assert_int_equal(json.used, JSON_DEPTH_LIMIT);
	json_free(&json);
}

static void
a_million_bytes_in_small_bites_take_no_longer(void **state)
{
	size_t len = 1 << 20;
	char *text = malloc(len);
	struct json json = { 0 };
	enum json_state got = JSON_MORE;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	text[0] = text[len - 1] = '"';
	for (size_t have = 1; have <= len; have++)
		got = json_read(&json, text, have, false);
	assert_int_equal(got, JSON_DONE);
	assert_int_equal(json.nodes[0].len, len - 2);
	json_reset(&json);
	memset(text, '7', len);
	for (size_t have = 1; have <= len; have++)
		got = json_read(&json, text, have, have == len);
	assert_int_equal(got, JSON_DONE);
	json_free(&json);
	free(text);
}

static void
each_special_byte_is_found_at_each_place(void **state)
{
	char text[40];
	struct json json = { 0 };

	(void)state;
	for (int c = 0; c < 256; c++) {
		for (size_t at = 1; at < 30; at++) {
			bool control = c < 0x20;

			memset(text, at % 2 == 0 ? 'a' : '\xe3', sizeof text);
			text[0] = text[sizeof text - 1] = '"';
			text[at] = (char)c;
			if (c == '\\')
				text[at + 1] = 'n';
			json_reset(&json);
			assert_int_equal(json_read(&json, text, sizeof text,
			    true), control ? JSON_BROKEN : JSON_DONE);
			if (control)
				assert_int_equal(json.used, at);
			else if (c == '"')
				assert_int_equal(json.used, at + 1);
			else
				assert_int_equal(json.nodes[0].escaped,
				    c == '\\');
		}
	}
	json_free(&json);
}

/* Vectors and words say what a look at each byte says. */
static void
the_first_special_byte_is_the_same_without_vectors(void **state)
{
	static const char bytes[] = "ab\"\\\x1f \x7f\x80\xff";
	uint32_t x = 2463534242u;
	char text[70];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t len = (size_t)round % sizeof text, from, want;

		for (size_t i = 0; i < sizeof text; i++) {
			x ^= x << 13;
			x ^= x >> 17;
			x ^= x << 5;
			/* mostly none, so that runs are long */
			text[i] = x % 16 == 0 ?
			    bytes[x / 16 % (sizeof bytes - 1)] : 'k';
		}
		from = len == 0 ? 0 : x % len;
		for (want = from; want < len &&
		    !special_is((unsigned char)text[want]); want++)
			;
		assert_int_equal(special_find(text, from, len), want);
		assert_int_equal(special_find_portable(text, from, len), want);
	}
}

static void
nodes_say_where_each_value_is(void **state)
{
	static const char text[] = " {\"k\" : [1, \"x\\ny\"], \"e\":{}} ";
	struct json json = { 0 };

	(void)state;
	assert_true(json_parse(&json, slice_from(text)));
	assert_int_equal(json.count, 7);
	assert_true(slice_is(json_text(&json.nodes[0], text),
	    "{\"k\" : [1, \"x\\ny\"], \"e\":{}}"));
	assert_true(slice_is(json_text(&json.nodes[1], text), "k"));
	assert_true(slice_is(json_text(&json.nodes[2], text),
	    "[1, \"x\\ny\"]"));
	assert_int_equal(json.nodes[2].next, 5);
	assert_true(slice_is(json_text(&json.nodes[3], text), "1"));
	assert_true(slice_is(json_text(&json.nodes[4], text), "x\\ny"));
	assert_true(json.nodes[4].escaped);
	assert_false(json.nodes[1].escaped);
	assert_true(slice_is(json_text(&json.nodes[6], text), "{}"));
	assert_int_equal(json.nodes[6].next, 7);
	json_free(&json);
}

static void
a_member_is_found_by_its_decoded_key_and_the_last_counts(void **state)
{
	static const char text[] = "{\"a\":1,\"b\":{\"a\":2},\"\\u0061\":3,"
	    "\"x\\ud83d\\ude00\\n\":4,\"\\ud800\":5,\"ab\":6,\"\":7}";
	struct json json = { 0 };
	uint32_t at;

	(void)state;
	assert_true(json_parse(&json, slice_from(text)));
	at = json_member(&json, text, 0, slice_from("a"));
	assert_true(slice_is(json_text(&json.nodes[at], text), "3"));
	at = json_member(&json, text, 0, slice_from("b"));
	at = json_member(&json, text, at, slice_from("a"));
	assert_true(slice_is(json_text(&json.nodes[at], text), "2"));
	at = json_member(&json, text, 0, slice_from("x\xf0\x9f\x98\x80\n"));
	assert_true(slice_is(json_text(&json.nodes[at], text), "4"));
	at = json_member(&json, text, 0, slice_from("\xef\xbf\xbd"));
	assert_true(slice_is(json_text(&json.nodes[at], text), "5"));
	at = json_member(&json, text, 0, slice_from(""));
	assert_true(slice_is(json_text(&json.nodes[at], text), "7"));
	assert_int_equal(json_member(&json, text, 0, slice_from("c")), 0);
	assert_int_equal(json_member(&json, text, 0, slice_from("x")), 0);
	json_free(&json);
}

static void
members_of_an_open_object_can_be_asked_for(void **state)
{
	static const char text[] = "{\"owner\":\"1\",\"logEvents\":[{\"id\":\"";
	struct json json = { 0 };
	uint32_t at;

	(void)state;
	assert_int_equal(json_read(&json, text, strlen(text), false),
	    JSON_MORE);
	at = json_member(&json, text, 0, slice_from("owner"));
	assert_true(slice_is(json_text(&json.nodes[at], text), "1"));
	at = json_member(&json, text, 0, slice_from("logEvents"));
	assert_int_equal(json.nodes[at].next, JSON_OPEN);
	assert_int_equal(json_member(&json, text, 0, slice_from("id")), 0);
	json_free(&json);
}

static void
several_members_are_found_at_once(void **state)
{
	static const char text[] = "{\"b\":1,\"a\":[{\"c\":2}],\"\\u0062\":3}";
	static const struct slice keys[] = { SLICE("a"), SLICE("b"),
	    SLICE("c") };
	uint32_t values[3] = { 7, 7, 7 };
	struct json json = { 0 };

	(void)state;
	assert_true(json_parse(&json, slice_from(text)));
	json_members(&json, text, 0, keys, values, 3);
	assert_int_equal(json.nodes[values[0]].type, JSON_ARRAY);
	assert_true(slice_is(json_text(&json.nodes[values[1]], text), "3"));
	assert_int_equal(values[2], 0);
	json_free(&json);
}

static void
strings_are_decoded(void **state)
{
	static const struct { struct slice from, to; } cases[] = {
		{ TEXT(""), TEXT("") },
		{ TEXT("plain"), TEXT("plain") },
		{ TEXT("\\\"\\\\\\/\\b\\f\\n\\r\\t"), TEXT("\"\\/\b\f\n\r\t") },
		{ TEXT("a\\u0000b"), TEXT("a\0b") },
		{ TEXT("\\u0041\\u00e9\\u3042"),
		    TEXT("A\xc3\xa9\xe3\x81\x82") },
		{ TEXT("\\ud83d\\ude00"), TEXT("\xf0\x9f\x98\x80") },
		{ TEXT("\\uDBFF\\uDFFF"), TEXT("\xf4\x8f\xbf\xbf") },
		{ TEXT("\\ud800"), TEXT("\xef\xbf\xbd") },
		{ TEXT("\\udc00\\ud800x"), TEXT("\xef\xbf\xbd\xef\xbf\xbdx") },
		{ TEXT("\\ud800\\ud83d\\ude00"),
		    TEXT("\xef\xbf\xbd\xf0\x9f\x98\x80") },
		{ TEXT("\\ud800\\n"), TEXT("\xef\xbf\xbd\n") },
		{ TEXT("\\\\u0041"), TEXT("\\u0041") },
		{ TEXT("\xff\xfe"), TEXT("\xff\xfe") },
		/* never written by JSON: as it is, nothing read too far */
		{ TEXT("a\\"), TEXT("a\\") },
		{ TEXT("\\u12"), TEXT("\\u12") },
		{ TEXT("\\q\\ud83d\\u12"), TEXT("\\q\xef\xbf\xbd\\u12") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *copy = exactly(cases[i].from, cases[i].from.len);
		struct slice from = { copy, cases[i].from.len };
		struct buf out;

		buf_init(&out, cases[i].to.len);
		assert_true(json_decode(&out, from));
		assert_true(slice_equal(buf_slice(&out), cases[i].to));
		buf_free(&out);
		if (cases[i].to.len > 0) {
			buf_init(&out, cases[i].to.len - 1);
			assert_false(json_decode(&out, from));
			assert_int_equal(out.len, 0);
			buf_free(&out);
		}
		free(copy);
	}
}

static void
bytes_are_encoded_so_that_they_read_back(void **state)
{
	static const struct { struct slice from, to; } cases[] = {
		{ TEXT(""), TEXT("") },
		{ TEXT("plain / ~"), TEXT("plain / ~") },
		{ TEXT("\x7f\xc2\x9b"), TEXT("\\u007f\\u009b") },
		{ TEXT("\u202e\U000e0041"), TEXT("\\u202e\\udb40\\udc41") },
		{ TEXT("\"\\\b\f\n\r\t"), TEXT("\\\"\\\\\\b\\f\\n\\r\\t") },
		{ TEXT("\0\x01\x1f"), TEXT("\\u0000\\u0001\\u001f") },
		{ TEXT("\xc3\xa9\xf0\x9f\x98\x80"),
		    TEXT("\xc3\xa9\xf0\x9f\x98\x80") },
		{ TEXT("a\xff" "b"), TEXT("a\xef\xbf\xbd" "b") },
		{ TEXT("\xe3\x81"), TEXT("\xef\xbf\xbd\xef\xbf\xbd") },
		{ TEXT("\xed\xa0\x80"),
		    TEXT("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out;

		buf_init(&out, cases[i].to.len);
		assert_true(json_encode(&out, cases[i].from));
		assert_true(slice_equal(buf_slice(&out), cases[i].to));
		buf_free(&out);
		if (cases[i].to.len > 0) {
			buf_init(&out, cases[i].to.len - 1);
			assert_false(json_encode(&out, cases[i].from));
			assert_int_equal(out.len, 0);
			buf_free(&out);
		}
	}
}

static void
a_value_is_printed_compactly(void **state)
{
	static const struct { const char *from, *to; } cases[] = {
		{ "1.50e+3", "1.50e+3" },
		{ " [ ] ", "[]" },
		{ "{ }", "{}" },
		{ "[ [ ] , { } , [ 1 , 2 ] ]", "[[],{},[1,2]]" },
		{ "{\n  \"a\": [\n    1,\n    null\n  ],\n"
		    "  \"b\": {\"c\": true},\n \"d\": \"x y\"\n}",
		    "{\"a\":[1,null],\"b\":{\"c\":true},\"d\":\"x y\"}" },
		{ "\"\\u3042\\u0041\\/\\u0022\\u005c\\u000a\\u0001\"",
		    "\"\xe3\x81\x82" "A/\\\"\\\\\\n\\u0001\"" },
		{ "\"\\ud83d\\ude00\\ud800\"",
		    "\"\xf0\x9f\x98\x80\\ud800\"" },
		{ "{\"\\u0061\":{\"b\":[{}]},\"c\":[]}",
		    "{\"a\":{\"b\":[{}]},\"c\":[]}" },
	};
	struct json json = { 0 };
	struct buf out;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(json_parse(&json, slice_from(cases[i].from)));
		buf_init(&out, strlen(cases[i].to));
		assert_true(json_print(&out, &json, cases[i].from, 0));
		assert_true(slice_is(buf_slice(&out), cases[i].to));
		buf_free(&out);
		for (size_t limit = 0; limit < strlen(cases[i].to); limit++) {
			buf_init(&out, limit);
			assert_false(json_print(&out, &json, cases[i].from, 0));
			assert_int_equal(out.len, 0);
			buf_free(&out);
		}
	}
	json_free(&json);
}

static void
an_inner_value_is_printed_alone(void **state)
{
	static const char text[] = "{\"a\": [ 1 , {\"b\" : 2} ], \"c\": 3}";
	struct json json = { 0 };
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_true(json_parse(&json, slice_from(text)));
	assert_true(json_print(&out, &json, text,
	    json_member(&json, text, 0, slice_from("a"))));
	assert_true(slice_is(buf_slice(&out), "[1,{\"b\":2}]"));
	buf_free(&out);
	json_free(&json);
}

/* A document without end is read with the memory of one element. */

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_json_is_accepted),
		cmocka_unit_test(what_is_not_json_is_refused_at_the_right_byte),
		cmocka_unit_test(a_cut_anywhere_changes_nothing),
		cmocka_unit_test(every_front_part_of_a_document_asks_for_more),
		cmocka_unit_test(
		    a_value_ends_where_it_ends_and_the_rest_is_not_looked_at),
		cmocka_unit_test(what_is_broken_stays_broken),
		cmocka_unit_test(depth_has_a_limit_and_reaches_it),
		cmocka_unit_test(a_million_bytes_in_small_bites_take_no_longer),
		cmocka_unit_test(each_special_byte_is_found_at_each_place),
		cmocka_unit_test(
		    the_first_special_byte_is_the_same_without_vectors),
		cmocka_unit_test(nodes_say_where_each_value_is),
		cmocka_unit_test(
		    a_member_is_found_by_its_decoded_key_and_the_last_counts),
		cmocka_unit_test(members_of_an_open_object_can_be_asked_for),
		cmocka_unit_test(several_members_are_found_at_once),
		cmocka_unit_test(strings_are_decoded),
		cmocka_unit_test(bytes_are_encoded_so_that_they_read_back),
		cmocka_unit_test(a_value_is_printed_compactly),
		cmocka_unit_test(an_inner_value_is_printed_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
