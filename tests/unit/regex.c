/* regex.c -- PCRE2 as rules use it, CloudWatch's dialect, and the literals.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "match/regex.h"

static struct regex *
compiled(const char *pattern)
{
	struct error err;
	struct regex *regex = regex_new(slice_from(pattern), &err);

	if (regex == NULL)
		fail_msg("%s: %s", pattern, err.text);
	return regex;
}

static int
run_on(struct regex *regex, struct slice subject)
{
	struct regex_run *run = regex_run_new();
	int found = regex_match(regex, run, subject);

	regex_run_free(run);
	regex_free(regex);
	return found;
}

static int
matches(const char *pattern, const char *subject)
{
	return run_on(compiled(pattern), slice_from(subject));
}

static int
aws_matches(const char *pattern, const char *subject)
{
	struct error err;
	struct regex *regex = regex_new_cloudwatch(slice_from(pattern), &err);

	if (regex == NULL)
		fail_msg("%s: %s", pattern, err.text);
	return run_on(regex, slice_from(subject));
}

static void
check_refused(const char *pattern, size_t at, const char *text)
{
	struct error err;

	assert_null(regex_new(slice_from(pattern), &err));
	assert_string_equal(err.text, text);
	assert_int_equal(err.at, at);
}

static void
check_aws_refused(const char *pattern, size_t at, const char *text)
{
	struct error err;
	struct regex *regex = regex_new_cloudwatch(slice_from(pattern), &err);

	if (regex != NULL)
		fail_msg("%s was accepted", pattern);
	if (strncmp(err.text, text, strlen(text)) != 0)
		fail_msg("%s: %s", pattern, err.text);
	if (err.at != at)
		fail_msg("%s: at %zu", pattern, err.at);
}

static void
finds_and_captures(void **state)
{
	struct regex *regex = compiled("^\\[ERROR\\] (?<error>\\w+)(: (.*))?");
	struct regex_run *run = regex_run_new();
	unsigned group = regex_group(regex, slice_from("error"));

	(void)state;
	assert_int_equal(group, 1);
	assert_int_equal(regex_group(regex, slice_from("err")), 0);
	assert_int_equal(regex_match(regex, run,
	    slice_from("[ERROR] KeyError")), 1);
	assert_true(slice_is(regex_capture(run, 1), "KeyError"));
	assert_null(regex_capture(run, 3).data);
	assert_null(regex_capture(run, 99).data);
	assert_int_equal(regex_match(regex, run, slice_from("fine")), 0);
	regex_run_free(run);
	regex_free(regex);
}

static void
a_run_grows_with_the_groups_and_forgets_the_last(void **state)
{
	struct regex *many = compiled("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)");
	struct regex *one = compiled("(b)");
	struct regex_run *run = regex_run_new();

	(void)state;
	assert_int_equal(regex_match(many, run, slice_from("abcdefghijk")), 1);
	assert_true(slice_is(regex_capture(run, 11), "k"));
	assert_int_equal(regex_match(one, run, slice_from("abc")), 1);
	assert_true(slice_is(regex_capture(run, 1), "b"));
	assert_null(regex_capture(run, 2).data);
	regex_run_free(run);
	regex_free(one);
	regex_free(many);
}

static void
broken_utf8_is_only_bytes_in_the_way(void **state)
{
	(void)state;
	assert_int_equal(matches("error \\d+", "\xff\xfe error 12 \xc3"), 1);
	assert_int_equal(matches("^.$", "\xe5\xa4\xb1"), 1);
	assert_int_equal(run_on(compiled("b$"),
	    (struct slice){ "a\0b", 3 }), 1);
	assert_int_equal(run_on(compiled("^$"), (struct slice){ NULL, 0 }), 1);
}

static void
gives_up_rather_than_run_for_ever(void **state)
{
	(void)state;
	assert_int_equal(matches("^(a|aa)+$",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"), -1);
}

static void
a_long_subject_does_not_need_the_jit_stack(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	for (int i = 0; i < 100000; i++)
		buf_text(&b, "ab");
	buf_byte(&b, '.');
	assert_int_equal(run_on(compiled("^(?:a|b)+\\.$"), buf_slice(&b)), 1);
	buf_free(&b);
}

static void
says_where_a_pattern_is_wrong(void **state)
{
	(void)state;
	check_refused("ab(c", 4, "missing closing parenthesis");
	check_refused("(*UTF)a", 0, "a regex must not begin with a (*VERB)");
	check_refused("(*LIMIT_MATCH=1)a", 0,
	    "a regex must not begin with a (*VERB)");
	check_refused("(?J)(?<a>b)|(?<a>c)", ERROR_NOWHERE,
	    "(?J) is not supported: a name is one group");
}

static void
knows_what_matches_the_empty_string(void **state)
{
	static const struct {
		const char *pattern;
		bool empty;
	} cases[] = {
		{ "a*", true }, { "", true }, { "^$", true }, { "a|", true },
		{ "a+", false }, { "^", true }, { "\\b", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct regex *regex = compiled(cases[i].pattern);

		assert_int_equal(regex_matches_empty(regex), cases[i].empty);
		regex_free(regex);
	}
}

static void
the_dialect_means_what_aws_means(void **state)
{
	(void)state;
	assert_int_equal(aws_matches("^ERROR\\s[0-9]{3}$", "ERROR\n500"), 1);
	assert_int_equal(aws_matches("gra|ey", "they"), 1);
	assert_int_equal(aws_matches("abc$", "abc\n"), 0);
	assert_int_equal(aws_matches("^b", "a\nb"), 0);
	assert_int_equal(aws_matches("a.b", "a\nb"), 1);
	assert_int_equal(aws_matches("^a{,2}b$", "aab"), 1);
	assert_int_equal(aws_matches("^a{,2}b$", "aaab"), 0);
	assert_int_equal(aws_matches("^a{2,}b$", "aab"), 1);
	assert_int_equal(aws_matches("\\x28x\\x29", "(x)"), 1);
	assert_int_equal(aws_matches("^\\x2e$", "a"), 0);
	assert_int_equal(aws_matches("[\\x5d]", "]"), 1);
	assert_int_equal(aws_matches("^\\w$", "\xc3\xa9"), 0);
	assert_int_equal(aws_matches("^[^a]$", "\xc3\xa9"), 1);
	assert_int_equal(aws_matches("^.$", "\xe5\xa4\xb1"), 1);
	assert_int_equal(aws_matches("[[a]", "["), 1);
	assert_int_equal(aws_matches("a]}", "a]}"), 1);
	assert_int_equal(aws_matches("\\[x\\]\\{\\}\\$\\^", "[x]{}$^"), 1);
	assert_int_equal(aws_matches("a\\/b\\-c", "a/b-c"), 1);
	assert_int_equal(aws_matches("[$^.]", "^"), 1);
}

static void
the_dialect_takes_no_more_than_aws_takes(void **state)
{
	static const char failed[] = "Failed to compile regular expression.";

	(void)state;
	check_aws_refused("a(b)", 1, "Invalid character(s) in term 'a(b)'");
	check_aws_refused("a\\(b", 2, "Invalid character(s) in term 'a\\(b'");
	check_aws_refused("a!", 1, "Invalid character(s) in term 'a!'");
	check_aws_refused("\xc3\xa9", 0, "Invalid character(s) in term '");
	check_aws_refused("a\tb", 1, "Invalid character(s) in term '");
	check_aws_refused("[abc", 0, failed);
	check_aws_refused("[]", 0, failed);
	check_aws_refused("[^]a]", 0, failed);
	check_aws_refused("[[:alpha:]]", 1, failed);
	check_aws_refused("a+?", 2, failed);
	check_aws_refused("a++", 2, failed);
	check_aws_refused("a{2}{3}", 4, failed);
	check_aws_refused("*a", 0, failed);
	check_aws_refused("a|*", 2, failed);
	check_aws_refused("^*", 1, failed);
	check_aws_refused("{2}", 0, failed);
	check_aws_refused("a{}", 1, failed);
	check_aws_refused("a{,}", 1, failed);
	check_aws_refused("a{x}", 1, failed);
	check_aws_refused("\\ba", 0, failed);
	check_aws_refused("a\\1", 1, failed);
	check_aws_refused("\\Qa", 0, failed);
	check_aws_refused("\\x4", 0, failed);
	check_aws_refused("a\\", 1, failed);
	check_aws_refused("x[z-a]", 4, failed);
	check_aws_refused("ab{3,2}", 2, failed);
	check_aws_refused("a{99999}", 1, failed);
}

/* The literals in order with bars between, "?" when unknown. */
static void
check_need(const char *pattern, const char *expected)
{
	struct regex *regex = compiled(pattern);
	struct need need = { .known = false };
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	regex_need(regex, &need);
	for (size_t i = 0; i < need.count; i++) {
		buf_text(&b, i > 0 ? "|" : "");
		buf_text(&b, need.literals[i].caseless ? "~" : "");
		buf_add_slice(&b, need.literals[i].text);
	}
	buf_text(&b, need.known ? "" : "?");
	buf_byte(&b, '\0');
	if (strcmp(b.data, expected) != 0)
		fail_msg("%s: %s, not %s", pattern, b.data, expected);
	buf_free(&b);
	need_free(&need);
	regex_free(regex);
}

static void
takes_literals_from_simple_syntax(void **state)
{
	(void)state;
	check_need("Task timed out after \\d+", "Task timed out after ");
	check_need("^\\[ERROR\\] (?<error>\\w+):", "[ERROR] ");
	check_need("a|bc", "?");
	check_need("(?:OutOfMemory|Traceback|panic: )x",
	    "OutOfMemory|Traceback|panic: ");
	check_need("colou?r wheel", "r wheel");
	check_need("xa+bcd", "abcd");
	check_need("xya{3}b", "xya");
	check_need("xa{0,2}bc", "bc");
	check_need("x(?:failed)?yz", "yz");
	check_need("(?:failed)+y", "failed");
	check_need("(?:fail{0}ed){1,}", "fai");
	check_need("[Ee]rror|FATAL", "rror|FATAL");
	check_need("[]x]yz[^]]", "yz");
	check_need("[[:space:]]ab[\\]]c", "ab");
	check_need("end\\b of\\z", "end of");
	check_need("\\x41\\x{42}C", "ABC");
	check_need("{\"error\":", "error");
	check_need("caf\xc3\xa9? closed", " closed");
	check_need("\\p{L}ab\\pLc", "ab");
	check_need("(?P<a>one)(?'b'three)", "three");
	check_need("(?>atom)", "atom");
	check_need("(?|(ab)|(cd))", "ab|cd");
	check_need("(?s)ab.cde", "cde");
}

static void
takes_nothing_from_syntax_it_does_not_read(void **state)
{
	(void)state;
	check_need("abc(?i)def", "?");
	check_need("abc(?i:def)", "?");
	check_need("abc(?=def)", "?");
	check_need("abc(?!def)", "?");
	check_need("(?<!abc)def", "?");
	check_need("(abc)\\1", "?");
	check_need("\\Qa*b\\E", "?");
	check_need("(?x) a b c", "?");
	check_need("abc(?#note)def", "?");
	check_need("abc(*ACCEPT)def", "?");
	check_need("abcd|", "?");
	check_need("(?:abcd|)", "?");
	check_need("(abc(?1)?)", "?");
}

static void
caseless_patterns_have_caseless_literals_without_k_and_s(void **state)
{
	(void)state;
	check_need("(?i)fa", "~fa");
	check_need("(?i)0x42: A", "~0x42: a");
	check_need("(?i)ks", "?");
	check_need("(?is)k42s", "~42");
	check_need("(?i)sOCK", "~oc");
	check_need("(?i)Please reduce your request", "~e reduce your reque");
	check_need("(?i)ab|ab|(?:ab)", "~ab");
}

/* Random patterns from a small alphabet against random subjects. */
static unsigned
pick(unsigned below)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % below;
}

static void
add_random(struct buf *b, int depth)
{
	static const char *const atoms[] = { "a", "b", "k", "s", "ab", "ba",
	    ".", "[ab]", "[^k]", "\\b", "^", "$", "\\x61", "\\w", "{", "}",
	    "\\d", "A", "\xc3\xa9", "\xe2\x84\xaa", "[]a]", "(?i)", "\\Qa\\E" };
	static const char *const repeats[] = { "?", "*", "+", "{0}", "{0,1}",
	    "{2}", "{1,}", "+?", "*+", "{0,2}?", "{2}+{0}", "{,2}", "??" };
	static const char *const opens[] = { "(", "(?:", "(?>", "(?=", "(?!",
	    "(?|", "(?i:" };
	unsigned parts = 1 + pick(4);

	for (unsigned i = 0; i < parts; i++) {
		if (depth > 0 && pick(4) == 0) {
			buf_text(b, opens[pick(pick(4) == 0 ? 7 : 3)]);
			add_random(b, depth - 1);
			buf_byte(b, ')');
		} else {
			buf_text(b, atoms[pick(pick(8) == 0 ? 23 : 21)]);
		}
		if (pick(3) == 0)
			buf_text(b, repeats[pick(13)]);
		if (pick(6) == 0)
			buf_byte(b, '|');
	}
}

static bool
has_one_of(const struct need *need, struct slice subject)
{
	for (size_t i = 0; i < need->count; i++)
		if (literal_is_in(&need->literals[i], subject))
			return true;
	return false;
}

static void
no_match_lacks_what_the_need_says(void **state)
{
	static const char *const bits[] = { "a", "b", "k", "s", "A", "B", "K",
	    "S", "{", "}", "1", "\xc3\xa9", "\xe2\x84\xaa", "\xc5\xbf", " " };
	struct regex_run *run = regex_run_new();
	struct buf p, s;
	unsigned known = 0, held = 0;

	(void)state;
	buf_init(&p, BUF_NO_LIMIT);
	buf_init(&s, BUF_NO_LIMIT);
	for (int i = 0; i < 30000; i++) {
		struct need need = { .known = false };
		struct regex *regex;
		struct error err;

		buf_clear(&p);
		if (pick(4) == 0)
			buf_text(&p, pick(2) == 0 ? "(?i)" : "(?s)");
		add_random(&p, 2);
		regex = regex_new(buf_slice(&p), &err);
		if (regex == NULL)
			continue;
		regex_need(regex, &need);
		for (int j = 0; need.known && j < 12; j++) {
			buf_clear(&s);
			for (unsigned n = pick(24); n > 0; n--)
				buf_text(&s, bits[pick(pick(3) ? 4 : 15)]);
			if (regex_match(regex, run, buf_slice(&s)) != 1)
				continue;
			held++;
			if (!has_one_of(&need, buf_slice(&s)))
				fail_msg("%.*s matches %.*s", (int)p.len,
				    p.data, (int)s.len, s.data);
		}
		known += need.known;
		need_free(&need);
		regex_free(regex);
	}
	print_message("%u patterns with literals, %u matches\n", known, held);
	assert_true(known > 1000 && held > 1000);
	buf_free(&s);
	buf_free(&p);
	regex_run_free(run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_and_captures),
		cmocka_unit_test(
		    a_run_grows_with_the_groups_and_forgets_the_last),
		cmocka_unit_test(broken_utf8_is_only_bytes_in_the_way),
		cmocka_unit_test(gives_up_rather_than_run_for_ever),
		cmocka_unit_test(a_long_subject_does_not_need_the_jit_stack),
		cmocka_unit_test(says_where_a_pattern_is_wrong),
		cmocka_unit_test(knows_what_matches_the_empty_string),
		cmocka_unit_test(the_dialect_means_what_aws_means),
		cmocka_unit_test(the_dialect_takes_no_more_than_aws_takes),
		cmocka_unit_test(takes_literals_from_simple_syntax),
		cmocka_unit_test(takes_nothing_from_syntax_it_does_not_read),
		cmocka_unit_test(caseless_patterns_have_caseless_literals_without_k_and_s),
		cmocka_unit_test(no_match_lacks_what_the_need_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
