/* pattern.c -- filter patterns: what AWS takes and refuses, what they need.
 * The recorded answers of AWS are in tests/conformance; here are the corners.
 * SPDX-License-Identifier: MIT */
#include "match/pattern.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "match/pattern_parts.h"

#define TEXT(s) ((struct slice){ s, sizeof(s) - 1 })

/* Copies of exactly their size: a sanitiser sees what is read too far. */
static char *
exactly(struct slice text)
{
	char *copy = malloc(text.len == 0 ? 1 : text.len);

	assert_non_null(copy);
	if (text.len > 0)
		memcpy(copy, text.data, text.len);
	return copy;
}

static struct pattern *
read_pattern(struct slice text, struct error *err)
{
	char *copy = exactly(text);
	struct pattern *pattern = pattern_new((struct slice){ copy, text.len },
	    err);

	free(copy);
	return pattern;
}

static int
match(const struct pattern *pattern, struct slice text)
{
	struct regex_run *run = regex_run_new();
	struct json json = { 0 };
	char *copy = exactly(text);
	struct message message = {
		.whole = { copy, text.len },
		.text = { copy, text.len },
		.json = &json,
	};
	int result = pattern_match(pattern, &message, run);

	free(copy);
	json_free(&json);
	regex_run_free(run);
	return result;
}

struct verdict {
	const char *pattern, *message;
	bool matches;
};

#define YES true
#define NO false

static void
check_verdicts(const struct verdict *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct error err;
		struct pattern *pattern =
		    read_pattern(slice_from(list[i].pattern), &err);

		if (pattern == NULL)
			fail_msg("%s: %s", list[i].pattern, err.text);
		if (match(pattern, slice_from(list[i].message)) !=
		    list[i].matches)
			fail_msg("%s on %s", list[i].pattern, list[i].message);
		pattern_free(pattern);
	}
}

#define CHECK_VERDICTS(list) check_verdicts(list, sizeof (list) / sizeof *(list))

static void
terms_are_substrings_of_the_raw_message(void **state)
{
	static const struct verdict list[] = {
		{ "", "", YES }, { " \t\n", "x", YES },
		{ "ERR", "TERROR", YES },
		{ "ERR", "err", NO }, { "a b", "b\na", YES },
		{ "a b", "a", NO },
		{ "\"a b\"", "a  b", NO }, { "\" \"", "ab", NO },
		{ "\" \"", "a b", YES }, { "\"a\\\"b\"", "xa\"b", YES },
		{ "\"a\\\\b\"", "a\\b", YES }, { "\"a\\nb\"", "a\\nb", YES },
		{ "\"a\\nb\"", "a\nb", NO }, { "\"*\"", "abc", NO },
		{ "Token=", "Token=1", YES },
		{ "\"\xe3\x82\xa8\"", "x\xe3\x82\xa8", YES },
		{ "-a", "b", YES }, { "-a", "a", NO }, { "-a", "", YES },
		{ "a -b", "a", YES }, { "a -b", "ab", NO },
		{ "?a ?b", "b", YES }, { "?a ?b", "c", NO }, { "?a", "a", YES },
		{ "?a -b", "c", YES }, { "?a b", "b", YES },
		{ "?a b", "a", NO },
		{ "\"a\" - \"b\"", "a", YES }, { "\"a\" - \"b\"", "ab", NO },
		{ "\"a\"\"b\"", "ab", YES }, { "\"a\"-\"b\"", "ab", NO },
		{ "%a.c%", "xabcx", YES }, { "-%a.c%", "abc", NO },
		{ "%a% -%b%", "a", YES }, { "?%x% ?%y%", "y", YES },
		{ "\"100%\"", "100%", YES }, { "%a b%", "xa b", YES },
	};

	(void)state;
	CHECK_VERDICTS(list);
}

static void
nul_and_broken_utf8_are_ordinary_bytes(void **state)
{
	struct error err;
	struct pattern *pattern = read_pattern(TEXT("ERROR"), &err);

	(void)state;
	assert_int_equal(match(pattern, TEXT("\0\xff" "ERROR\0")), 1);
	assert_int_equal(match(pattern, TEXT("\0\xff" "ERRO\0R")), 0);
	pattern_free(pattern);
	pattern = read_pattern(TEXT("[a, b=x*]"), &err);
	assert_int_equal(match(pattern, TEXT("\0 x\0\xff")), 1);
	pattern_free(pattern);
	pattern = read_pattern(TEXT("{ $.a = \"x*\" }"), &err);
	assert_int_equal(match(pattern, TEXT("{\"a\":\"x\\u0000\xff\"}")), 1);
	assert_int_equal(match(pattern, TEXT("{\"a\":\"x\0\"}")), 0);
	assert_int_equal(match(pattern, TEXT("{\"a\":\"x\"}\0")), 0);
	pattern_free(pattern);
}

static void
only_a_message_that_is_one_object_is_json(void **state)
{
	static const struct verdict list[] = {
		{ "{$.a NOT EXISTS}", "{}", YES },
		{ "{$.a NOT EXISTS}", " \n{\n}\r\n", YES },
		{ "{$.a NOT EXISTS}", "[]", NO },
		{ "{$.a NOT EXISTS}", "1", NO },
		{ "{$.a NOT EXISTS}", "", NO },
		{ "{$.a NOT EXISTS}", "INFO {}", NO },
		{ "{$.a NOT EXISTS}", "{} x", NO },
		{ "{$.a NOT EXISTS}", "{\"b\":1", NO },
		{ "{$.a NOT EXISTS}", "{\"b\":01}", NO },
		{ "{$.a NOT EXISTS}", "\xef\xbb\xbf{}", NO },
		{ "{$.b != 1}", "{\"b\":2", NO },
	};

	(void)state;
	CHECK_VERDICTS(list);
}

static void
a_condition_holds_for_the_types_it_is_about(void **state)
{
	static const struct verdict list[] = {
		{ "{$.a=1}", "{\"a\":1}", YES },
		{ "{$.a=1}", "{\"a\":1.0}", YES },
		{ "{$.a=1}", "{\"a\":10e-1}", YES },
		{ "{$.a=1}", "{\"a\":\"1\"}", YES },
		{ "{$.a=1}", "{\"a\":\"1.0\"}", NO },
		{ "{$.a=1e+0}", "{\"a\":\"1\"}", NO },
		{ "{$.a=1e+0}", "{\"a\":\"1e+0\"}", YES },
		{ "{$.a=+1}", "{\"a\":1}", YES },
		{ "{$.a=-0}", "{\"a\":0}", YES },
		{ "{$.a!=1}", "{\"a\":1.0}", NO },
		{ "{$.a!=1}", "{\"a\":2}", YES },
		{ "{$.a!=1}", "{\"a\":\"x\"}", YES },
		{ "{$.a=\"1\"}", "{\"a\":1}", YES },
		{ "{$.a=\"1\"}", "{\"a\":1.0}", NO },
		{ "{$.a=\"1.0\"}", "{\"a\":1.0}", YES },
		{ "{$.a=1*}", "{\"a\":1.5}", YES },
		{ "{$.a=%^1%}", "{\"a\":1.5}", YES },
		{ "{$.a=*}", "{\"a\":\"\"}", YES },
		{ "{$.a=*}", "{\"a\":0}", YES },
		{ "{$.a=*}", "{\"a\":null}", NO },
		{ "{$.a=*}", "{\"a\":{}}", NO },
		{ "{$.a=*}", "{\"a\":[1]}", NO },
		{ "{$.a=*}", "{\"a\":true}", NO },
		{ "{$.a!=x}", "{\"a\":true}", NO },
		{ "{$.a!=x}", "{\"a\":null}", NO }, { "{$.a!=x}", "{}", NO },
		{ "{$.a!=x}", "{\"a\":[\"y\"]}", NO },
		{ "{$.a=\"\"}", "{\"a\":\"\"}", YES },
		{ "{$.a=\"\"}", "{\"a\":\"b\"}", NO },
		{ "{$.a=true}", "{\"a\":\"true\"}", YES },
		{ "{$.a=true}", "{\"a\":true}", NO },
		{ "{$.a=\"null\"}", "{\"a\":\"null\"}", YES },
		{ "{$.a>1}", "{\"a\":2}", YES },
		{ "{$.a>1}", "{\"a\":\"2\"}", NO },
		{ "{$.a>1}", "{\"a\":1}", NO },
		{ "{$.a>=1}", "{\"a\":1}", YES },
		{ "{$.a<=-1.5e1}", "{\"a\":-15}", YES },
		{ "{$.a<1}", "{\"a\":null}", NO },
		{ "{$.a IS NULL}", "{\"a\":null}", YES },
		{ "{$.a IS NULL}", "{\"a\":[1,null]}", YES },
		{ "{$.a IS NULL}", "{\"a\":[[null]]}", NO },
		{ "{$.a IS NULL}", "{\"a\":0}", NO },
		{ "{$.a IS NULL}", "{}", NO },
		{ "{$.a IS TRUE}", "{\"a\":true}", YES },
		{ "{$.a IS TRUE}", "{\"a\":\"true\"}", NO },
		{ "{$.a IS FALSE}", "{\"a\":false}", YES },
		{ "{$.a IS FALSE}", "{\"a\":0}", NO },
		{ "{$.a NOT EXISTS}", "{\"a\":null}", NO },
		{ "{$.a.b NOT EXISTS}", "{\"a\":null}", YES },
		{ "{$.a.b NOT EXISTS}", "{\"a\":[{\"b\":1}]}", YES },
		{ "{$.a[*] NOT EXISTS}", "{\"a\":[]}", YES },
		{ "{$.a[*]=1}", "{\"a\":[3,2,1]}", YES },
		{ "{$.a[*]!=1}", "{\"a\":[1,2]}", YES },
		{ "{$.a[*]!=1}", "{\"a\":[1,1]}", NO },
		{ "{$.a=2}", "{\"a\":1,\"a\":2}", YES },
		{ "{$.a=1}", "{\"a\":1,\"\\u0061\":2}", NO },
	};

	(void)state;
	CHECK_VERDICTS(list);
}

static void
strings_are_compared_after_their_escapes_are_decoded(void **state)
{
	static const struct verdict list[] = {
		{ "{$.a=\"x\\\"y\"}", "{\"a\":\"x\\\"y\"}", YES },
		{ "{$.a=\"x\\\\y\"}", "{\"a\":\"x\\\\y\"}", YES },
		{ "{$.a=\"x/y\"}", "{\"a\":\"x\\/y\"}", YES },
		{ "{$.a=\"AB\"}", "{\"a\":\"\\u0041B\"}", YES },
		{ "{$.a=\"\xf0\x9f\x98\x80\"}", "{\"a\":\"\\ud83d\\ude00\"}",
		    YES },
		{ "{$.a=%^x\\sy$%}", "{\"a\":\"x\\ny\"}", YES },
		{ "{$.key=1}", "{\"\\u006bey\":1}", YES },
		{ "{$.a=\"*b*\"}", "{\"a\":\"{\\\"b\\\":1}\"}", YES },
		{ "{$.a.b=1}", "{\"a\":\"{\\\"b\\\":1}\"}", NO },
	};
	struct error err;
	struct buf message;
	struct pattern *pattern = read_pattern(TEXT("{$.a=\"*\\\"end\"}"),
	    &err);

	(void)state;
	CHECK_VERDICTS(list);
	buf_init(&message, BUF_NO_LIMIT);
	buf_text(&message, "{\"a\":\"");
	for (int i = 0; i < 5000; i++)
		buf_text(&message, "\\n");
	buf_text(&message, "\\\"end\"}");
	assert_int_equal(match(pattern, buf_slice(&message)), 1);
	buf_free(&message);
	pattern_free(pattern);
}

static void
numbers_are_doubles(void **state)
{
	static const struct verdict list[] = {
		{ "{$.a=9007199254740993}", "{\"a\":9007199254740992}", YES },
		{ "{$.a=123456789012}", "{\"a\":123456789012}", YES },
		{ "{$.a=123456789012}", "{\"a\":123456789013}", NO },
		{ "{$.a=0.1}", "{\"a\":0.1000000000000000000000001}", YES },
		{ "{$.a=0.3}", "{\"a\":0.30000000000000004}", NO },
		{ "{$.a=1e23}", "{\"a\":1E+23}", YES },
		{ "{$.a=123456e-3}", "{\"a\":123.456}", YES },
		{ "{$.a>1e308}", "{\"a\":1e999999999999}", YES },
		{ "{$.a<1e-300}", "{\"a\":1e-999999999999}", YES },
		{ "{$.a=0}", "{\"a\":0e99999}", YES },
		{ "{$.a=1}",
		    "{\"a\":0.00000000000000000000000000000000000001e38}",
		    YES },
	};
	double number;

	(void)state;
	CHECK_VERDICTS(list);
	assert_true(value_number(TEXT("+1.5e-3"), &number));
	assert_true(number == 1.5e-3);
	assert_false(value_number(TEXT(""), &number));
	assert_false(value_number(TEXT("1."), &number));
	assert_false(value_number(TEXT(".5"), &number));
	assert_false(value_number(TEXT("1e"), &number));
	assert_false(value_number(TEXT("-"), &number));
	assert_false(value_number(TEXT("1 "), &number));
	assert_false(value_number(TEXT("0x10"), &number));
	assert_false(value_number(TEXT("inf"), &number));
	assert_false(value_number(TEXT("1\0"), &number));
}

/* The short way and strtod's way give the same double. */
static void
short_numbers_are_exact(void **state)
{
	char text[32];
	double number;

	(void)state;
	for (unsigned i = 1; i < 200000; i += 7) {
		snprintf(text, sizeof text, "%u.%ue%d", i, i * 31 % 100000,
		    (int)(i % 50) - 25);
		assert_true(value_number(slice_from(text), &number));
		assert_true(number == strtod(text, NULL));
	}
}

static void
a_star_is_any_run_anywhere(void **state)
{
	static const struct verdict list[] = {
		{ "{$.a=x*}", "{\"a\":\"x\"}", YES },
		{ "{$.a=*x}", "{\"a\":\"yx\"}", YES },
		{ "{$.a=*x}", "{\"a\":\"xy\"}", NO },
		{ "{$.a=*x*}", "{\"a\":\"yxy\"}", YES },
		{ "{$.a=a*b*c}", "{\"a\":\"a-b-c\"}", YES },
		{ "{$.a=a*b*c}", "{\"a\":\"abcbc\"}", YES },
		{ "{$.a=a*b*c}", "{\"a\":\"acb\"}", NO },
		{ "{$.a=ab*bc}", "{\"a\":\"abc\"}", NO },
		{ "{$.a=ab*bc}", "{\"a\":\"abbc\"}", YES },
		{ "{$.a=*11.1}", "{\"a\":\"11.11.1\"}", YES },
		{ "{$.a=**}", "{\"a\":\"\"}", YES },
		{ "{$.a=\"a?c\"}", "{\"a\":\"abc\"}", NO },
		{ "{$.a=\"a b*\"}", "{\"a\":\"a b\\nc\"}", YES },
		{ "{$.a=x}", "{\"a\":\"xx\"}", NO },
		{ "{$.a=x}", "{\"a\":\"X\"}", NO },
	};

	(void)state;
	CHECK_VERDICTS(list);
}

static void
and_binds_tighter_than_or_and_parentheses_before_both(void **state)
{
	char text[128];

	(void)state;
	for (int bits = 0; bits < 16; bits++) {
		int a = bits & 1, b = bits >> 1 & 1, c = bits >> 2 & 1,
		    d = bits >> 3 & 1;
		const struct verdict list[] = {
			{ "{$.a=1||$.b=1&&$.c=1||$.d=1}", text,
			    a || (b && c) || d },
			{ "{ ($.a=1 || $.b=1) && ($.c=1 || $.d=1) }", text,
			    (a || b) && (c || d) },
			{ "{$.a=1&&$.b=1||$.c=1&&$.d=1}", text,
			    (a && b) || (c && d) },
			{ "{$.a=1&&($.b=1||$.c=1&&($.d=1))}", text,
			    a && (b || (c && d)) },
			{ "{((($.a=1)&&(($.b=1||$.c=1)))||($.d=1))}", text,
			    (a && (b || c)) || d },
			{ "{$.a!=1&&$.b!=1&&$.c!=1&&$.d!=1}", text,
			    !(a || b || c || d) },
			{ "{$.a=1||$.b=1||$.c=1||$.d=1}", text,
			    a || b || c || d },
		};

		snprintf(text, sizeof text,
		    "{\"a\":%d,\"b\":%d,\"c\":%d,\"d\":%d}", a, b, c, d);
		CHECK_VERDICTS(list);
	}
}

static void
parentheses_nest_as_deep_as_a_pattern_is_long(void **state)
{
	struct buf text;
	struct pattern *pattern;
	struct error err;

	(void)state;
	buf_init(&text, BUF_NO_LIMIT);
	buf_byte(&text, '{');
	for (int i = 0; i < 500; i++)
		buf_byte(&text, '(');
	buf_text(&text, "$.a=1");
	for (int i = 0; i < 500; i++)
		buf_byte(&text, ')');
	buf_byte(&text, '}');
	pattern = read_pattern(buf_slice(&text), &err);
	assert_non_null(pattern);
	assert_int_equal(match(pattern, TEXT("{\"a\":1}")), 1);
	assert_int_equal(match(pattern, TEXT("{\"a\":2}")), 0);
	pattern_free(pattern);
	buf_free(&text);
}

static void
fields_are_split_at_white_space_quotes_and_brackets(void **state)
{
	static const struct verdict list[] = {
		{ "[a=x,b=y]", "x y", YES },
		{ "[a=x,b=y]", " \tx\n\ty \n", YES },
		{ "[a=x,b=y]", "x", NO }, { "[a=x]", "x y", NO },
		{ "[a=\"x y\"]", "x y", YES },
		{ "[a,b=\"y z\"]", "x y z  ", YES },
		{ "[a,b=\"y  z\"]", "x y  z", YES },
		{ "[a=\"two words\"]", "\"two words\"", YES },
		{ "[a,b=\"two words\"]", "x \"two words\"", YES },
		{ "[a,b=\"two words\",c=z]", "x [two words] z", YES },
		{ "[a=\"\\\"two\",b]", "\"two words", YES },
		{ "[a=\"[two\",b=words]", "[two words", YES },
		{ "[a=\"\\\"a\\\"b\",b=c]", "\"a\"b c", YES },
		{ "[a=\"\",b]", "\"\" x", YES }, { "[a=\"\",b]", "[] x", YES },
		{ "[a=\"\\\"\"]", "\"", YES }, { "[a=\"[\"]", "[", YES },
		{ "[a,b=\"\\\"y z\\\" w\"]", "x \"y z\" w", YES },
		{ "[]", "x", YES }, { "[]", " \n", NO }, { "[]", "", NO },
		{ "[ ]", "x y z", YES }, { "[,]", "x", NO },
		{ "[,]", "x y", YES },
		{ "[a=x,]", "x y", YES }, { "[a,,c=z]", "x y z", YES },
		{ "[a]", "x y z", YES }, { "[a]", "", NO },
	};

	(void)state;
	CHECK_VERDICTS(list);
}

static void
an_ellipsis_stands_for_any_number_of_fields(void **state)
{
	static const struct verdict list[] = {
		{ "[...]", "", YES }, { "[...]", "x y", YES },
		{ "[...,a=x]", "x", YES }, { "[...,a=x]", "z y x", YES },
		{ "[...,a=x]", "x y", NO }, { "[a=x,...]", "x", YES },
		{ "[a=x,...]", "x y z", YES }, { "[a=x,...]", "y x", NO },
		{ "[a=x,...,b=y]", "x y", YES },
		{ "[a=x,...,b=y]", "x z z y", YES },
		{ "[a=x,...,b=y]", "x", NO }, { "[a=x, ... , b=y]", "x z", NO },
		{ "[...,a=\"y z\",b=w]", "x \"y z\" w", YES },
	};

	(void)state;
	CHECK_VERDICTS(list);
}

static void
a_field_is_compared_as_a_number_where_both_are(void **state)
{
	static const struct verdict list[] = {
		{ "[a=1]", "1.0", YES }, { "[a!=1]", "1.0", NO },
		{ "[a=1]", "x", NO }, { "[a!=1]", "x", YES },
		{ "[a=\"1\"]", "1.0", NO }, { "[a=4*]", "404", YES },
		{ "[a=\"4*\"]", "404", YES }, { "[a>1000]", "1534", YES },
		{ "[a>1000]", "1534 extra", NO }, { "[a>1000,b]", "x y", NO },
		{ "[a<-1.5]", "-2", YES }, { "[a>=1&&a<=2]", "2", YES },
		{ "[a>=1&&a<=2]", "3", NO }, { "[a=1||a=3&&a!=1]", "1", YES },
		{ "[a=%^x[0-9]$%,b]", "x1 y", YES },
		{ "[a-b_1 = x || a-b_1 = y]", "y", YES },
		{ "[a=*.html*,b]", "/i.html?x y", YES },
	};

	(void)state;
	CHECK_VERDICTS(list);
}

struct refusal {
	const char *pattern, *text;
	size_t at;
};

static void
what_aws_refuses_is_refused_in_its_words(void **state)
{
	static const struct refusal list[] = {
		{ "ERR*", "Invalid character(s) in term '*'", 3 },
		{ "a ERROR: b", "Invalid character(s) in term ':'", 7 },
		{ "ORDER-ITEM", "Invalid character(s) in term '-'", 5 },
		{ "what?", "Invalid character(s) in term '?'", 4 },
		{ "\xe3\x82\xa8x",
		    "Invalid character(s) in term '\xe3\x82\xa8'", 0 },
		{ "a \xff", "Invalid character(s) in term '\xff'", 2 },
		{ "\"\"", "Invalid character(s) in term '\"\"'", 0 },
		{ "a \"b", "Invalid character(s) in term '\"b'", 2 },
		{ "\"b\\\"", "Invalid character(s) in term '\"b\\\"'", 0 },
		{ "\"", "Invalid character(s) in term '\"'", 0 },
		{ "-", "Invalid metric filter pattern", 1 },
		{ "a ?", "Invalid metric filter pattern", 3 },
		{ "--a", "Invalid metric filter pattern", 1 },
		{ "%abc", "Invalid character(s) in term '%abc'", 4 },
		{ "%%", "Invalid character(s) in term '%%'", 0 },
		{ "a %b(c)%", "Invalid character(s) in term '%b('", 4 },
		{ "%b\nc%", "Invalid character(s) in term '%b\n'", 2 },
		{ "%[abc%", "Failed to compile regular expression.", 1 },
		{ "%a% %b% %c%", "Your input has exceeded the maximum of 2 "
		    "regular expressions per filter pattern.", 8 },
		{ "{", "If a filter pattern starts with '{' it must end with "
		    "'}'", 0 },
		{ " {$.a=1", "If a filter pattern starts with '{' it must end "
		    "with '}'", 1 },
		{ "[a", "If a filter pattern starts with '[' it must end with "
		    "']'", 0 },
		{ "{}", "Invalid metric filter pattern", 1 },
		{ "{$.a}", "Invalid metric filter pattern", 4 },
		{ "{$.a=}", "Invalid metric filter pattern", 5 },
		{ "{$.a==1}", "Invalid metric filter pattern", 5 },
		{ "{$.a=null}", "Invalid metric filter pattern", 5 },
		{ "{$.a=1 $.b=2}", "Invalid metric filter pattern", 7 },
		{ "{$.a=1)}", "Invalid metric filter pattern", 6 },
		{ "{($.a=1}", "Invalid metric filter pattern", 1 },
		{ "{$.a=1&&}", "Invalid metric filter pattern", 8 },
		{ "{()}", "Invalid metric filter pattern", 2 },
		{ "{$.a NOT NULL}", "Invalid metric filter pattern", 5 },
		{ "{$.a IS}", "Invalid metric filter pattern", 7 },
		{ "{$.a is NULL}", "Invalid metric filter pattern", 5 },
		{ "{$.a IS NOT NULL}",
		    "Invalid character(s) in term 'NOT'", 8 },
		{ "{!($.a=1)}", "Invalid character(s) in term '!('", 2 },
		{ "{$.a!1}", "Invalid character(s) in term '!1'", 5 },
		{ "{$.a=1&$.b=1}", "Invalid character(s) in term '&$'", 7 },
		{ "{$.a='x'}", "Invalid character(s) in term '''", 5 },
		{ "{$.a=x/y}", "Invalid character(s) in term '/'", 6 },
		{ "{$.a>\"1\"}", "Invalid character(s) in term '\"1\"'", 5 },
		{ "{$.a>1*}", "Invalid character(s) in term '1*'", 5 },
		{ "{$.a>%x%}", "Invalid metric filter pattern", 5 },
		{ "{$.a=1,$.b=2}", "Invalid character(s) in term ','", 6 },
		{ "{$.*=1||$.a.*=1||$.b.*=1||$.c.*=1}", "Your input has "
		    "exceeded the maximum of 3 JSON wildcard selectors allowed "
		    "per filter pattern.", 26 },
		{ "[a,a]", "Duplicate field 'a'", 3 },
		{ "[...,...]", "Duplicate field '...'", 5 },
		{ "[a=]", "Invalid metric filter pattern", 3 },
		{ "[a=1||]", "Invalid metric filter pattern", 6 },
		{ "[a=1||b=2]", "Invalid metric filter pattern", 6 },
		{ "[a b]", "Invalid metric filter pattern", 3 },
		{ "[a=1 b]", "Invalid metric filter pattern", 5 },
		{ "[....]", "Invalid metric filter pattern", 4 },
		{ "[(a=1)]", "Invalid character(s) in term '('", 1 },
		{ "[a NOT EXISTS]", "Invalid metric filter pattern", 3 },
		{ "[a>x]", "Invalid character(s) in term 'x'", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct error err = { 0 };
		struct pattern *pattern =
		    read_pattern(slice_from(list[i].pattern), &err);

		if (pattern != NULL)
			fail_msg("accepted: %s", list[i].pattern);
		if (!slice_starts(slice_from(err.text), list[i].text) ||
		    err.at != list[i].at)
			fail_msg("%s: %s at %zu", list[i].pattern, err.text,
			    err.at);
		assert_int_equal(err.kind, ERROR_RULES);
	}
}

static void
a_nul_in_a_pattern_is_no_token(void **state)
{
	struct error err;

	(void)state;
	assert_null(read_pattern(TEXT("a\0b"), &err));
	assert_null(read_pattern(TEXT("{$.a=1\0}"), &err));
	assert_null(read_pattern(TEXT("{$.a=\0}"), &err));
	assert_null(read_pattern(TEXT("[\0]"), &err));
	assert_null(read_pattern(TEXT("%a\0%"), &err));
}

static void
length_is_counted_in_characters(void **state)
{
	struct buf text;
	struct error err;
	struct pattern *pattern;

	(void)state;
	buf_init(&text, BUF_NO_LIMIT);
	buf_byte(&text, '"');
	for (int i = 0; i < 1022; i++)
		buf_text(&text, "\xe3\x82\xa8");
	buf_byte(&text, '"');
	pattern = read_pattern(buf_slice(&text), &err);
	assert_non_null(pattern);
	pattern_free(pattern);
	buf_byte(&text, ' ');
	assert_null(read_pattern(buf_slice(&text), &err));
	assert_non_null(strstr(err.text,
	    "Member must have length less than or equal to 1024"));
	buf_free(&text);
}

static void
a_pattern_says_what_it_cannot_do_without(void **state)
{
	static const struct { const char *pattern, *need; } list[] = {
		{ "", NULL }, { "ERROR", "ERROR" }, { "an ERROR", "ERROR" },
		{ "-ERROR", NULL }, { "ERROR -WARNING", "ERROR" },
		{ "?ERROR ?WARN", "ERROR|WARN" }, { "?ERROR ?x", NULL },
		{ "?ERROR WARN", "WARN" }, { "?ERROR -WARN", NULL },
		{ "\"say \\\"hello\\\"\"", "hello" },
		{ "\"\xe3\x82\xa8\"", NULL },
		{ "{$.gravity_of = \"error\"}", "error" },
		{ "{$.execution_arn = \"arn:*\" && $.type = \"*Failed\"}",
		    "Failed" },
		{ "{$.gravity_of = \"er*\"}", "gravity_of" },
		{ "{$.gravity_of = \"arn:*\"}", "gravity_of" },
		{ "{$.a = \"er*\"}", "er" },
		{ "{$.gravity_of = \"error\" && $.platform_x NOT EXISTS}",
		    "error" },
		{ "{$.gravity_of = \"error\" && $.platform_x = \"*\"}",
		    "error" },
		{ "{$.gravity_of = \"error\" || $.fault = \"*\"}",
		    "error|fault" },
		{ "{$.a = \"x*longest*y\"}", "longest" },
		{ "{$.a = 12345}", NULL }, { "{$.a = \"12345\"}", "12345" },
		{ "{$.a != \"error\"}", NULL },
		{ "{$.lvl != \"error\"}", "lvl" },
		{ "{$.code >= 500}", "code" }, { "{$.abc NOT EXISTS}", NULL },
		{ "{$.a IS NULL}", "null" },
		{ "{$.flag_on IS TRUE}", "flag_on" },
		{ "{$.a IS FALSE}", "false" },
		{ "{$.abc = 1 || $.def = 2}", "abc|def" },
		{ "{$.abc = 1 || $.def NOT EXISTS}", NULL },
		{ "{$.abc = 1 && $.def NOT EXISTS}", "abc" },
		{ "{($.ab = 1 || $.cd = 2) && $.efg = 3}", "efg" },
		{ "{$.abc = 1 && $.ab = 2 || $.cd = 2}", "abc|cd" },
		{ "{$.* = x}", NULL }, { "{$.* = error}", "error" },
		{ "[a, b]", NULL }, { "[a = ERROR, b]", "ERROR" },
		{ "[a = ERROR || a = WARN, b]", "ERROR|WARN" },
		{ "[a != ERROR, b = 404]", NULL },
		{ "[a = x*, ..., b = *.html*]", ".html" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct error err;
		struct need need = { 0 };
		struct buf text;
		struct pattern *pattern =
		    read_pattern(slice_from(list[i].pattern), &err);

		pattern_need(pattern, &need);
		pattern_free(pattern);
		buf_init(&text, BUF_NO_LIMIT);
		for (size_t k = 0; k < need.count; k++) {
			if (k > 0)
				buf_byte(&text, '|');
			buf_add_slice(&text, need.literals[k].text);
		}
		buf_byte(&text, '\0');
		if (need.known != (list[i].need != NULL) || (need.known &&
		    strcmp(text.data, list[i].need) != 0))
			fail_msg("%s needs %s", list[i].pattern,
			    need.known ? text.data : "nothing");
		buf_free(&text);
		need_free(&need);
	}
}

/* One comparison whose operator says what the test answers. */
static int
read_digit(void *ctx, struct scan *scan, struct comparison *made)
{
	(void)ctx;
	switch (scan_peek(scan)) {
	case '0':
		made->operator = OPERATOR_EQUAL;
		break;
	case '1':
		made->operator = OPERATOR_DIFFERENT;
		break;
	case '?':
		made->operator = OPERATOR_LESS;
		break;
	default:
		return -1;
	}
	scan->at++;
	return 0;
}

static int
test_digit(void *ctx, const struct comparison *comparison)
{
	(void)ctx;
	if (comparison->operator == OPERATOR_LESS)
		return -1;
	return comparison->operator == OPERATOR_DIFFERENT;
}

static void
giving_up_matters_only_where_the_answer_hangs_on_it(void **state)
{
	static const struct { const char *text; int result; } list[] = {
		{ "0", 0 }, { "1", 1 }, { "?", -1 }, { "?&&0", 0 },
		{ "0&&?", 0 },
		{ "?&&1", -1 }, { "?||1", 1 }, { "1||?", 1 }, { "?||0", -1 },
		{ "(?||1)&&0", 0 }, { "(?&&0)||1", 1 }, { "?&&1||0", -1 },
		{ "?||?&&0", -1 }, { "?&&(0||0)", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct error err;
		struct scan scan = { .text = slice_from(list[i].text),
		    .symbols = "()&|?", .err = &err };
		struct logic logic = { 0 };

		assert_int_equal(logic_read(&logic, &scan, true, read_digit,
		    NULL), 0);
		assert_int_equal(logic_test(&logic, test_digit, NULL),
		    list[i].result);
		logic_free(&logic);
	}
}

/* Each of these is quadratic, or worse, where somebody goes back. */
static void
a_hostile_message_takes_no_longer(void **state)
{
	static const struct {
		const char *pattern, *front, *part, *end;
	} list[] = {
		{ "[..., a=x]", "", "[a ", "" },
		{ "[..., a=x]", "", "[a ", "]x" },
		{ "[..., a=x]", "", "\"a\"b ", "" },
		{ "[a, ..., b, c=x]", "", "\" ", "" },
		{ "[a=*a*a*a*a*b]", "", "a", "" },
		{ "{$.a=a*b*a*b*c}", "{\"a\":\"", "ab", "\"}" },
		{ "{$.a=a*b*a*b*c}", "{\"a\":\"", "\\u0061b", "\"}" },
		{ "{$.a[*]=x}", "{\"a\":[", "0,", "0]}" },
		{ "{$.a[*].b[9999999].c=x}", "{\"a\":[", "{\"b\":[1]},",
		    "0]}" },
		{ "{$.*=x}", "{", "\"k\":0,", "\"l\":0}" },
		{ "{$.*=x}", "{", "\"k\":\"x\",", "\"k\":0}" },
		{ "{$.*=x}", "{", "\"\\u006b\":\"x\",", "\"k\":0}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct error err;
		struct buf message;
		struct pattern *pattern =
		    read_pattern(slice_from(list[i].pattern), &err);

		buf_init(&message, BUF_NO_LIMIT);
		buf_text(&message, list[i].front);
		while (message.len < 2000000)
			buf_text(&message, list[i].part);
		buf_text(&message, list[i].end);
		assert_int_equal(match(pattern, buf_slice(&message)), 0);
		buf_free(&message);
		pattern_free(pattern);
	}
}

static void
json_patterns_say_so(void **state)
{
	static const struct { const char *text; bool json; } list[] = {
	    { " { $.a = 1 }", true }, { "[a]", false }, { "a", false },
	    { "\"{\"", false }, { "", false } };

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct pattern *pattern = read_pattern(
		    slice_from(list[i].text), &(struct error){ .at = 0 });

		assert_int_equal(pattern_is_json(pattern), list[i].json);
		pattern_free(pattern);
	}
	pattern_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_are_substrings_of_the_raw_message),
		cmocka_unit_test(nul_and_broken_utf8_are_ordinary_bytes),
		cmocka_unit_test(only_a_message_that_is_one_object_is_json),
		cmocka_unit_test(a_condition_holds_for_the_types_it_is_about),
		cmocka_unit_test(
		    strings_are_compared_after_their_escapes_are_decoded),
		cmocka_unit_test(numbers_are_doubles),
		cmocka_unit_test(short_numbers_are_exact),
		cmocka_unit_test(a_star_is_any_run_anywhere),
		cmocka_unit_test(
		    and_binds_tighter_than_or_and_parentheses_before_both),
		cmocka_unit_test(parentheses_nest_as_deep_as_a_pattern_is_long),
		cmocka_unit_test(
		    fields_are_split_at_white_space_quotes_and_brackets),
		cmocka_unit_test(an_ellipsis_stands_for_any_number_of_fields),
		cmocka_unit_test(
		    a_field_is_compared_as_a_number_where_both_are),
		cmocka_unit_test(what_aws_refuses_is_refused_in_its_words),
		cmocka_unit_test(a_nul_in_a_pattern_is_no_token),
		cmocka_unit_test(length_is_counted_in_characters),
		cmocka_unit_test(a_pattern_says_what_it_cannot_do_without),
		cmocka_unit_test(
		    giving_up_matters_only_where_the_answer_hangs_on_it),
		cmocka_unit_test(a_hostile_message_takes_no_longer),
		cmocka_unit_test(json_patterns_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
