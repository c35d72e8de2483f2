/* vigil.c -- nights of watching, told by a clock that the tests turn.
 * SPDX-License-Identifier: MIT */
#include "verbs/vigil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define MINUTE INT64_C(60000)

static struct vigil
begin(void)
{
	struct vigil vigil;

	vigil_init(&vigil, 15 * MINUTE, 0);
	return vigil;
}

static void
a_quiet_run_is_no_gap(void **state)
{
	struct vigil v = begin();

	(void)state;
	vigil_run(&v, 10);
	for (int64_t t = 0; t < 600; t++) {
		assert_false(vigil_alert(&v, t * MINUTE));
		vigil_look(&v, t * MINUTE, false);
	}
	/* it was killed after hours: it had watched until then */
	vigil_end(&v, 600 * MINUTE, true);
	assert_false(vigil_alert(&v, 614 * MINUTE));
	assert_true(vigil_alert(&v, 615 * MINUTE));
}

static void
runs_that_fail_at_once_add_up(void **state)
{
	struct vigil v = begin();
	int alerts = 0;

	(void)state;
	for (int64_t t = 0; t < 120; t++) {
		vigil_run(&v, t * MINUTE);
		assert_true(vigil_look(&v, t * MINUTE + 500, false) ==
		    VIGIL_NONE);
		vigil_end(&v, t * MINUTE + 1000, true);
		alerts += vigil_alert(&v, t * MINUTE + 1000) ? 1 : 0;
		if (t == 14)
			assert_int_equal(alerts, 0);
		if (t == 15)
			assert_int_equal(alerts, 1);
	}
	assert_int_equal(alerts, 1);
	vigil_run(&v, 120 * MINUTE);
	assert_true(vigil_look(&v, 120 * MINUTE + 900, true) == 120 * MINUTE);
	/* a new gap is a new incident */
	vigil_end(&v, 130 * MINUTE, true);
	assert_true(vigil_alert(&v, 145 * MINUTE));
}

/* A network that does not answer: each run takes minutes to say so. */
static void
runs_that_fail_slowly_add_up(void **state)
{
	struct vigil v = begin();
	bool alert = false;

	(void)state;
	for (int64_t t = 0; t < 24; t += 6) {
		vigil_run(&v, t * MINUTE);
		for (int64_t at = t; at < t + 6; at++)
			vigil_look(&v, at * MINUTE, false);
		vigil_end(&v, (t + 6) * MINUTE - 1000, true);
		alert = alert || vigil_alert(&v, (t + 6) * MINUTE);
	}
	assert_true(alert);
}

static void
a_run_that_ends_well_has_watched(void **state)
{
	struct vigil v = begin();

	(void)state;
	for (int64_t t = 0; t < 120; t++) {
		vigil_run(&v, t * MINUTE);
		vigil_end(&v, t * MINUTE + 1000, false);
		assert_false(vigil_alert(&v, t * MINUTE + 1000));
	}
}

static void
a_word_proves_it(void **state)
{
	struct vigil v = begin();

	(void)state;
	vigil_run(&v, 7);
	assert_true(vigil_look(&v, 20, true) == 7);
	assert_true(vigil_look(&v, 21, true) == VIGIL_NONE);
	vigil_end(&v, 100, true);
	vigil_run(&v, 400);
	assert_true(vigil_look(&v, 450, true) == 300);
}

static void
zero_never_alerts(void **state)
{
	struct vigil v;

	(void)state;
	vigil_init(&v, 0, 0);
	assert_false(vigil_alert(&v, INT64_MAX / 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quiet_run_is_no_gap),
		cmocka_unit_test(runs_that_fail_at_once_add_up),
		cmocka_unit_test(runs_that_fail_slowly_add_up),
		cmocka_unit_test(a_run_that_ends_well_has_watched),
		cmocka_unit_test(a_word_proves_it),
		cmocka_unit_test(zero_never_alerts),
	};

	return cmocka_run_group_tests_name("vigil", tests, NULL, NULL);
}
