/* lines.c -- incidents, records and coverage as people see them.
 * SPDX-License-Identifier: MIT */
#include "sink/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/time.h"
#include "said.h"

static int
begin(void **state)
{
	struct error err;

	(void)state;
	buf_init(&out, BUF_NO_LIMIT);
	return time_use_zone("Asia/Tokyo", &err);
}

static struct tally rules[] = { { { "-e#1", 4 }, 1, 1 },
    { { "lambda-timeout", 14 }, 2, 1 } };

static struct incident
example(void)
{
	return (struct incident){ .service = slice_from("nightly-batch"),
	    .first_ms = INT64_C(1795456812999),
	    .last_ms = INT64_C(1795456872000), .count = 1234,
	    .level = LEVEL_FATAL, .rules = rules, .rule_count = 2 };
}

static void
a_line_is_service_and_time(void **state)
{
	struct incident incident = example();

	(void)state;
	lines_incident(&out, &incident, FORMAT_LINE, false);
	assert_string_equal(said(),
	    "nightly-batch\t2026-11-24T03:00:12+09:00\n");
	incident.first_ms = incident.last_ms = TIME_NONE;
	lines_incident(&out, &incident, FORMAT_LINE, false);
	assert_string_equal(said(), "nightly-batch\t-\n");
}

static void
a_long_line_says_the_rest(void **state)
{
	struct incident incident = example();

	(void)state;
	lines_incident(&out, &incident, FORMAT_LONG, false);
	assert_string_equal(said(), "nightly-batch\t2026-11-24T03:00:12+09:00"
	    "\t2026-11-24T03:01:12+09:00\t1234\tfatal\t-e#1,lambda-timeout\n");
	incident.first_ms = incident.last_ms = TIME_NONE;
	lines_incident(&out, &incident, FORMAT_LONG, false);
	assert_string_equal(said(),
	    "nightly-batch\t-\t-\t1234\tfatal\t-e#1,lambda-timeout\n");
}

static void
colour_is_for_the_service_alone(void **state)
{
	struct incident incident = example();

	(void)state;
	lines_incident(&out, &incident, FORMAT_LINE, true);
	assert_string_equal(said(), "\033[1;31mnightly-batch\033[0m"
	    "\t2026-11-24T03:00:12+09:00\n");
	lines_incident(&out, &incident, FORMAT_JSON, true);
	assert_null(strchr(said(), '\033'));
}

static void
nothing_in_a_name_reaches_the_terminal(void **state)
{
	struct incident incident = example();
	struct tally rule = { TEXT("a\tb\033"), 1, 1 };

	(void)state;
	incident.service = TEXT("a\tb\nc\033[2J\302\233");
	incident.rules = &rule;
	incident.rule_count = 1;
	lines_incident(&out, &incident, FORMAT_LONG, false);
	assert_string_equal(said(), "a\\x09b\\x0ac\\x1b[2J\\xc2\\x9b"
	    "\t2026-11-24T03:00:12+09:00\t2026-11-24T03:01:12+09:00"
	    "\t1234\tfatal\ta\\x09b\\x1b\n");
}

static void
json_is_the_partial_and_records_are_no_incidents(void **state)
{
	struct incident incident = example();

	(void)state;
	lines_incident(&out, &incident, FORMAT_JSON, false);
	assert_memory_equal(said(),
	    "{\"cwsift\":1,\"service\":\"nightly-batch\",", 38);
	lines_incident(&out, &incident, FORMAT_RECORDS, false);
	assert_string_equal(said(), "");
}

static void
a_record_looks_as_from_the_tail(void **state)
{
	struct match match = { .time_ms = INT64_C(1795456812123),
	    .origin = { .stream = TEXT("2026/11/23/[$LATEST]0f3b") },
	    .message = TEXT("[ERROR] x\n\tat\033[31m y\r\n\n") };

	(void)state;
	lines_record(&out, &match);
	assert_string_equal(said(), "2026-11-23T18:00:12.123000+00:00 "
	    "2026/11/23/[$LATEST]0f3b [ERROR] x\n\tat\\x1b[31m y\n");
	match = (struct match){ .time_ms = TIME_NONE, .message = TEXT("a\0b") };
	lines_record(&out, &match);
	assert_string_equal(said(), "- - a\\x00b\n");
	match.message = (struct slice){ NULL, 0 };
	lines_record(&out, &match);
	assert_string_equal(said(), "- - \n");
}

static void
a_calm_coverage_is_one_line(void **state)
{
	struct coverage coverage;

	(void)state;
	coverage_init(&coverage);
	coverage.files = 3;
	coverage.bytes = 41202;
	coverage.records = 1204567;
	coverage.shapes = 1u << SHAPE_EXPORT | 1u << SHAPE_TAIL_DETAILED;
	coverage_time(&coverage, INT64_C(1795456812123));
	coverage_time(&coverage, INT64_C(1795456872000));
	lines_coverage(&out, &coverage);
	assert_string_equal(said(), "read 3 files, 41,202 bytes: 1,204,567 "
	    "records (export, tail-detailed), 2026-11-24T03:00:12+09:00 to "
	    "2026-11-24T03:01:12+09:00\n");
}

static void
no_records_is_said_plainly(void **state)
{
	struct coverage coverage;

	(void)state;
	coverage_init(&coverage);
	coverage.files = 1;
	lines_coverage(&out, &coverage);
	assert_string_equal(said(), "read 1 file, 0 bytes: no records\n");
}

static void
what_was_lost_has_its_line(void **state)
{
	struct coverage coverage;

	(void)state;
	coverage_init(&coverage);
	coverage.files = 1;
	coverage.bytes = 1;
	coverage.records = 1;
	coverage.outside = 1;
	coverage.skipped = 2;
	coverage.damages = 1;
	coverage.damaged_bytes = 4096;
	coverage.lines_not_understood = 1000;
	coverage.partial = 1;
	coverage.gave_up = 2;
	lines_coverage(&out, &coverage);
	assert_string_equal(said(), "read 1 file, 1 byte: 1 record\n"
	    "outside --since and --until: 1 record, that is all of them\n"
	    "skipped: 2 (control messages, files that are no logs)\n"
	    "damaged: 1 place, 4,096 bytes lost\n"
	    "not understood: 1,000 lines\n"
	    "partial by its own word: 1 answer\n"
	    "a rule gave up: 2 records\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_service_and_time),
		cmocka_unit_test(a_long_line_says_the_rest),
		cmocka_unit_test(colour_is_for_the_service_alone),
		cmocka_unit_test(nothing_in_a_name_reaches_the_terminal),
		cmocka_unit_test(
		    json_is_the_partial_and_records_are_no_incidents),
		cmocka_unit_test(a_record_looks_as_from_the_tail),
		cmocka_unit_test(a_calm_coverage_is_one_line),
		cmocka_unit_test(no_records_is_said_plainly),
		cmocka_unit_test(what_was_lost_has_its_line),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
