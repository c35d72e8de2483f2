/* need.c -- the literals that a condition cannot do without.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "match/need.h"

/* The literals with bars between, or "?" for an unknown need. */
static const char *
show(const struct need *need)
{
	static char text[4096];
	size_t len = 0;

	if (!need->known)
		return "?";
	text[0] = '\0';
	for (size_t i = 0; i < need->count; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%.*s",
		    i > 0 ? "|" : "", need->literals[i].caseless ? "~" : "",
		    (int)need->literals[i].text.len,
		    need->literals[i].text.data);
	return text;
}

static struct need
of(const char *literal)
{
	struct need need = { .known = false };

	need_literal(&need, slice_from(literal));
	return need;
}

static void
check_literal(const char *literal, const char *expected)
{
	struct need need = of(literal);

	assert_string_equal(show(&need), expected);
	need_free(&need);
}

static void
keeps_the_longest_run_no_escaping_changes(void **state)
{
	(void)state;
	check_literal("Task timed out", "Task timed out");
	check_literal("{\"type\":\"ExecutionFailed\"}", "ExecutionFailed");
	check_literal("a/bc/d", "bc");
	check_literal("<b>fatal & done</b>", "fatal ");
	check_literal("caf\xc3\xa9 closed", " closed");
	check_literal("line\nbreaks", "breaks");
}

static void
is_unknown_without_two_safe_bytes(void **state)
{
	(void)state;
	check_literal("", "?");
	check_literal("a", "?");
	check_literal("\"/\\", "?");
	check_literal("\xe5\xa4\xb1\xe6\x95\x97", "?");
	check_literal("ab", "ab");
}

static void
where_case_does_not_count_k_and_s_end_a_run(void **state)
{
	struct need need = { .known = false }, other = of("oo");

	(void)state;
	need_caseless(&need, slice_from("TOO many open files"));
	assert_string_equal(show(&need), "~too many open file");
	need_caseless(&need, slice_from("Kiosk"));
	assert_string_equal(show(&need), "~io");
	need_caseless(&need, slice_from("OO"));
	need_or(&need, &other);
	assert_string_equal(show(&need), "~oo|oo");
	need_caseless(&need, slice_from("ks"));
	assert_string_equal(show(&need), "?");
	need_free(&need);
}

static void
of_two_that_must_hold_the_better_stays(void **state)
{
	struct need a = of("error"), b = of("timed out"), none = of("");

	(void)state;
	need_and(&a, &b);
	assert_string_equal(show(&a), "timed out");
	assert_false(b.known);
	need_and(&none, &a);
	assert_string_equal(show(&none), "timed out");
	need_and(&none, &a);
	assert_string_equal(show(&none), "timed out");
	need_free(&none);
}

static void
words_of_every_record_count_for_little(void **state)
{
	struct need a = of("RequestId: "), b = of("Error:");
	struct need c = of("level"), d = of("err");

	(void)state;
	need_and(&a, &b);
	assert_string_equal(show(&a), "Error:");
	need_and(&c, &d);
	assert_string_equal(show(&c), "err");
	need_free(&a);
	need_free(&c);
}

static void
of_two_of_which_one_must_hold_both_are_needed(void **state)
{
	struct need a = of("error"), b = of("fatal"), again = of("error");
	struct need none = of("");

	(void)state;
	need_or(&a, &b);
	need_or(&a, &again);
	assert_string_equal(show(&a), "error|fatal");
	need_or(&a, &none);
	assert_string_equal(show(&a), "?");
	need_free(&a);
}

static void
more_alternatives_than_the_limit_are_unknown(void **state)
{
	struct need all = of("n000");

	(void)state;
	for (int i = 1; i <= NEED_MAX_LITERALS; i++) {
		char text[8];
		struct need one;

		assert_true(all.known);
		snprintf(text, sizeof text, "n%03d", i);
		one = of(text);
		need_or(&all, &one);
	}
	assert_false(all.known);
	need_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_longest_run_no_escaping_changes),
		cmocka_unit_test(is_unknown_without_two_safe_bytes),
		cmocka_unit_test(where_case_does_not_count_k_and_s_end_a_run),
		cmocka_unit_test(of_two_that_must_hold_the_better_stays),
		cmocka_unit_test(words_of_every_record_count_for_little),
		cmocka_unit_test(of_two_of_which_one_must_hold_both_are_needed),
		cmocka_unit_test(more_alternatives_than_the_limit_are_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
