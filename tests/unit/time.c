/* time.c -- stamps, durations and zones, read and printed.
 * SPDX-License-Identifier: MIT */
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/env.h"

#define CHECK(x) assert_true(x)

static void
use_zone(const char *name)
{
	struct error err;

	assert_int_equal(time_use_zone(name, &err), 0);
}

/* "-" for TIME_NONE, else UTC with ms; several at once in one call's arguments
 * would share the text. */
static const char *
utc(int64_t ms)
{
	static char text[64];
	struct buf out;

	if (ms == TIME_NONE)
		return "-";
	buf_init(&out, sizeof text - 1);
	time_print_utc(&out, ms);
	memcpy(text, out.data, out.len);
	text[out.len] = '\0';
	buf_free(&out);
	return text;
}

static const char *
printed(int64_t ms)
{
	static char text[64];
	struct buf out;

	buf_init(&out, sizeof text - 1);
	time_print(&out, ms);
	memcpy(text, out.data, out.len);
	text[out.len] = '\0';
	buf_free(&out);
	return text;
}

/* What is read from the front of text, and how much of it. */
static const char *
rfc3339(const char *text, size_t used)
{
	int64_t ms = TIME_NONE;
	size_t took = time_read_rfc3339(slice_from(text), &ms);

	if (took != used)
		print_error("%s: %zu bytes, not %zu\n", text, took, used);
	assert_int_equal(took, used);
	return utc(ms);
}

static const char *
in_message(const char *text)
{
	return utc(time_in_message(slice_from(text)));
}

static const char *
point(const char *text)
{
	struct error err;
	int64_t ms;

	/* 2026-11-23T18:00:00Z */
	if (time_read_point(slice_from(text), INT64_C(1795456800000), &ms,
	    &err) == -1)
		return err.kind == ERROR_USAGE ? "refused" : "?";
	return printed(ms);
}

static void
days_are_counted_over_the_whole_calendar(void **state)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	int64_t expected = -719162;	/* 0001-01-01 */

	(void)state;
	assert_int_equal(time_days(1970, 1, 1), 0);
	assert_int_equal(time_days(2000, 3, 1), 11017);
	for (int year = 1; year <= 9999; year++) {
		bool leap = year % 4 == 0 && (year % 100 != 0 ||
		    year % 400 == 0);

		for (int month = 1; month <= 12; month++) {
			int length = lengths[month - 1] +
			    (month == 2 && leap);

			CHECK(!time_date_ok(year, month, 0));
			CHECK(!time_date_ok(year, month, length + 1));
			for (int day = 1; day <= length; day++) {
				if (!time_date_ok(year, month, day) ||
				    time_days(year, month, day) != expected++)
					fail();
			}
		}
	}
	CHECK(!time_date_ok(0, 1, 1));
	CHECK(!time_date_ok(10000, 1, 1));
	CHECK(!time_date_ok(2026, 0, 1));
	CHECK(!time_date_ok(2026, 13, 1));
}

static void
every_day_prints_as_it_reads(void **state)
{
	(void)state;
	for (int64_t day = -719162; day < 2932897; day += 13) {
		int64_t ms = day * 86400000 + 45296789, back = 0;
		const char *text = utc(ms);

		if (time_read_rfc3339(slice_from(text), &back) != 24 ||
		    back != ms)
			fail_msg("%s", text);
	}
}

static void
rfc3339_is_read_in_all_its_forms(void **state)
{
	(void)state;
	assert_string_equal(rfc3339("2026-11-23T18:03:59Z", 20),
	    "2026-11-23T18:03:59.000Z");
	assert_string_equal(rfc3339("2026-11-23T18:03:59", 19),
	    "2026-11-23T18:03:59.000Z");
	assert_string_equal(rfc3339("2026-11-23 18:03:59.5 x", 21),
	    "2026-11-23T18:03:59.500Z");
	assert_string_equal(rfc3339("2026-11-23T18:03:59.123000+00:00 s", 32),
	    "2026-11-23T18:03:59.123Z");
	assert_string_equal(rfc3339("2026-11-23T18:03:59,999999999-0330", 34),
	    "2026-11-23T21:33:59.999Z");
	assert_string_equal(rfc3339("2026-11-23T18:03:59+0900", 24),
	    "2026-11-23T09:03:59.000Z");
	assert_string_equal(rfc3339("2026-11-23 18:03:59+09", 22),
	    "2026-11-23T09:03:59.000Z");
	assert_string_equal(rfc3339("2026-11-23t18:03:59z", 20),
	    "2026-11-23T18:03:59.000Z");
	assert_string_equal(rfc3339("2024-02-29T00:00:00Z", 20),
	    "2024-02-29T00:00:00.000Z");
	assert_string_equal(rfc3339("2016-12-31T23:59:60Z", 20),
	    "2016-12-31T23:59:59.999Z");
	assert_string_equal(rfc3339("1969-12-31T23:59:59.999Z", 24),
	    "1969-12-31T23:59:59.999Z");
}

static void
rfc3339_takes_no_more_than_is_its_own(void **state)
{
	(void)state;
	assert_string_equal(rfc3339("2026-11-23 18:03:59: text", 19),
	    "2026-11-23T18:03:59.000Z");
	assert_string_equal(rfc3339("2026-11-23 18:03:59. Text", 19),
	    "2026-11-23T18:03:59.000Z");
	assert_string_equal(rfc3339("2026-11-23 18:03:59-job", 19),
	    "2026-11-23T18:03:59.000Z");
	assert_string_equal(rfc3339("2026-11-23 18:03:59+9:00", 19),
	    "2026-11-23T18:03:59.000Z");
	assert_string_equal(rfc3339("2026-11-23 18:03:59,1795457291123", 19),
	    "2026-11-23T18:03:59.000Z");
}

static void
what_is_no_rfc3339_is_refused(void **state)
{
	static const char *const bad[] = { "", "2", "2026-11-23",
	    "2026-11-23T18:03", "2026-11-23T18:03:5", "2026-11-23T18:03:591",
	    "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
	    "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
	    "2026-04-31T00:00:00Z", "2026-11-23T24:00:00Z",
	    "2026-11-23T23:60:00Z", "2026-11-23T23:59:61Z",
	    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+09:00",
	    "2026-11-23T18:03:59.1234567890Z", "2026/11/23T18:03:59Z",
	    "2026-11-23  18:03:59Z", " 2026-11-23T18:03:59Z",
	    "2026-1a-23T18:03:59Z", "2026-11-23T18-03-59Z" };
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (time_read_rfc3339(slice_from(bad[i]), &ms) != 0)
			fail_msg("\"%s\" was read", bad[i]);
	/* 2026-11-23T18:03:59, a part of it after the other */
	for (size_t len = 0; len < 19; len++)
		assert_int_equal(time_read_rfc3339((struct slice){
		    "2026-11-23T18:03:59", len }, &ms), 0);
}

static void
millis_are_thirteen_digits_and_nothing_else(void **state)
{
	int64_t ms = 0;

	(void)state;
	assert_int_equal(time_read_millis(
	    slice_from("1795457291123\tx"), &ms), 13);
	CHECK(ms == INT64_C(1795457291123));
	assert_int_equal(time_read_millis(
	    slice_from("1795457291123"), &ms), 13);
	assert_int_equal(time_read_millis(
	    slice_from("1795457291123. x"), &ms), 13);
	assert_int_equal(time_read_millis(
	    slice_from("17954572911234"), &ms), 0);
	assert_int_equal(time_read_millis(
	    slice_from("1795457291123.5"), &ms), 0);
	assert_int_equal(time_read_millis(slice_from("179545729112"), &ms), 0);
	assert_int_equal(time_read_millis(
	    slice_from("-795457291123"), &ms), 0);
	assert_int_equal(time_read_millis(slice_from(""), &ms), 0);
}

static void
a_number_of_any_unit_is_a_time(void **state)
{
	(void)state;
	assert_string_equal(in_message("{\"ts\":1795457291}"),
	    "2026-11-23T18:08:11.000Z");
	assert_string_equal(in_message("{\"timeMillis\":1795457291123}"),
	    "2026-11-23T18:08:11.123Z");
	assert_string_equal(in_message("{\"ts\":1795457291123456}"),
	    "2026-11-23T18:08:11.123Z");
	assert_string_equal(in_message("{\"time\":1795457291123456789}"),
	    "2026-11-23T18:08:11.123Z");
	assert_string_equal(in_message("{\"t\":17954572911234}"), "-");
	assert_string_equal(in_message("{\"t\":179545729112345678}"), "-");
	assert_string_equal(in_message("{\"t\":1795457291123456.5}"), "-");
}

static void
a_message_in_text_tells_its_time(void **state)
{
	(void)state;
	assert_string_equal(in_message(
	    "2020-06-09T15:02:26.150Z 7c95 Task timed out after 3.00 seconds"),
	    "2020-06-09T15:02:26.150Z");
	assert_string_equal(in_message(
	    "[Container] 2026/07/14 09:59:11.971493 Phase complete: BUILD"),
	    "2026-07-14T09:59:11.971Z");
	assert_string_equal(in_message(
	    "[Container] 2022/12/13 07:50:08 Entering phase"),
	    "2022-12-13T07:50:08.000Z");
	assert_string_equal(in_message(
	    "2026/11/23 18:00:01 {\"errorMessage\":\"boom\"}\n"),
	    "2026-11-23T18:00:01.000Z");
	assert_string_equal(in_message(
	    "22/11/14 06:08:18 ERROR ProcessLauncher: Error from Python"),
	    "2022-11-14T06:08:18.000Z");
	assert_string_equal(in_message(
	    "2023-05-01 06:08:18,123 ERROR [main] glue.ProcessLauncher"),
	    "2023-05-01T06:08:18.123Z");
	assert_string_equal(in_message(
	    "[2024-01-29, 10:12:15 UTC] {taskinstance.py:1935} ERROR - x"),
	    "2024-01-29T10:12:15.000Z");
	assert_string_equal(in_message(
	    "[2024-01-29, 19:12:15 JST] {taskinstance.py:1935} ERROR - x"),
	    "2024-01-29T10:12:15.000Z");
	assert_string_equal(in_message(
	    "[2026-09-10 03:12:41,812] {python.py:194} ERROR - x"),
	    "2026-09-10T03:12:41.812Z");
	assert_string_equal(in_message(
	    "[2026-06-12T12:38:18.000+00:00] {x.py:1} INFO"),
	    "2026-06-12T12:38:18.000Z");
	assert_string_equal(in_message(
	    "[2026-01-29, 11:14:41] ERROR - Task failed"),
	    "2026-01-29T11:14:41.000Z");
	assert_string_equal(in_message(
	    "2022-10-05 22:05:56 UTC:52.95.4.1(11335):postgres@labdb:[3639]:"),
	    "2022-10-05T22:05:56.000Z");
	assert_string_equal(in_message(
	    "[ERROR]\t2026-11-23T18:00:01.001Z\tREQUESTID\ttext\n"),
	    "2026-11-23T18:00:01.001Z");
	assert_string_equal(in_message(
	    "E, [2026-11-23T18:00:01.123456 #8] ERROR REQUESTID -- : text"),
	    "2026-11-23T18:00:01.123Z");
	assert_string_equal(in_message(
	    "2024-10-09T19:26:59.310443Z 220 [Note] [MY-010926] [Server]"),
	    "2024-10-09T19:26:59.310Z");
	assert_string_equal(in_message(
	    "2022-05-28T16:07:35 [TASK_MANAGER    ]E:  Task 'K' failed"),
	    "2022-05-28T16:07:35.000Z");
	assert_string_equal(in_message(
	    "time=\"2026-11-23T18:00:01+09:00\" level=error msg=x"),
	    "2026-11-23T09:00:01.000Z");
	assert_string_equal(in_message(
	    "2026-11-23 18:00:01 +0900 text"), "2026-11-23T09:00:01.000Z");
	assert_string_equal(in_message("ERROR: 2026-11-23 18:00:01 x"),
	    "2026-11-23T18:00:01.000Z");
	assert_string_equal(in_message(
	    "23-Nov-2026 18:00:01.001 SEVERE [main] org.apache.catalina"),
	    "2026-11-23T18:00:01.001Z");
	assert_string_equal(in_message("[23-Dec-2026 18:00:01 UTC] PHP Fatal"),
	    "2026-12-23T18:00:01.000Z");
	assert_string_equal(in_message("23/Jan/2026:18:00:01 +0900"),
	    "2026-01-23T09:00:01.000Z");
}

static void
a_message_in_json_tells_its_time(void **state)
{
	(void)state;
	assert_string_equal(in_message("{\"details\":{\"timestamp\":\"2001-01-"
	    "01T00:00:00Z\"},\"type\":\"ExecutionFailed\",\"event_timestamp\""
	    ":\"1787541942883\",\"time\":\"2002-01-01T00:00:00Z\"}"),
	    "2026-08-24T03:25:42.883Z");
	assert_string_equal(in_message(
	    "{\"timestamp\": \"2024-06-18T02:07:06Z\", \"level\": \"ERROR\"}"),
	    "2024-06-18T02:07:06.000Z");
	assert_string_equal(in_message(
	    "{\"AlarmName\":\"\\\"}{\",\"StateChangeTime\":"
	    "\"2025-09-16T16:59:17.131+0000\"}"), "2025-09-16T16:59:17.131Z");
	assert_string_equal(in_message(
	    "{ \"a\" : [1,{\"b\":[]},\"]\"] , \"ts\" : 1700000000.1234 }"),
	    "2023-11-14T22:13:20.123Z");
	assert_string_equal(in_message("{\"time\":1700000000}"),
	    "2023-11-14T22:13:20.000Z");
	assert_string_equal(in_message("{\"time\":1700000000123,\"pid\":1}"),
	    "2023-11-14T22:13:20.123Z");
	assert_string_equal(in_message(
	    "{\n  \"@timestamp\": \"2026-11-23T18:00:01.5Z\"\n}"),
	    "2026-11-23T18:00:01.500Z");
	assert_string_equal(in_message("{\"asctime\":\"2026-11-23 18:00:01,5\"}"),
	    "2026-11-23T18:00:01.500Z");
	assert_string_equal(in_message(
	    "{\"requestTime\":\"23/Nov/2026:18:00:01 +0000\"}"),
	    "2026-11-23T18:00:01.000Z");
	/* cut in the middle, the time is there all the same */
	assert_string_equal(in_message(
	    "{\"eventTime\":\"2023-07-19T21:35:03Z\",\"x\":\"abc"),
	    "2023-07-19T21:35:03.000Z");
}

static void
a_message_without_a_time_of_its_own_has_none(void **state)
{
	static const char *const none[] = { "", " ", "[", "[]", "{", "{}",
	    "{\"a\"", "{\"time\"", "{\"time\":", "{\"time\":\"",
	    "{\"time\":\"\"",
	    "{\"time\":\"soon\"}", "{\"time\":12}", "{\"time\":1e9}",
	    "{\"time\":null,\"x\":{\"time\":1700000000}}", "{\"x\":[{\"a\":1",
	    "{\"a\":}", "{\"a\":]}", "{,}", "{\"\\", "[1700000000]",
	    "[ERROR] ValueError: on 2026-11-22 00:00:00", "[ERROR]", "E, [",
	    "Processing batch of 2026-11-22 00:00:00", "Nov 23 18:00:01 host",
	    "E1123 18:00:01.123456 1 main.go", "23/Nop/2026:18:00:01 +0900",
	    "23-Nov/2026 18:00:01", "23-Nov-26 18:00:01", "23-Nov-2026",
	    "2026-11-23", "2026-11-23 report", "2026-02-30 10:00:00",
	    "99/99/99 99:99:99", "[2024-01-29, 10:12:15 XYZ] {x.py:1}",
	    "1700000000 text", "START RequestId: 8f507cfc Version: $LATEST" };

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (time_in_message(slice_from(none[i])) != TIME_NONE)
			fail_msg("\"%s\" has %s", none[i],
			    in_message(none[i]));
}

static void
durations_add_up(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = { { "0", 0 }, { "0s", 0 }, { "500ms", 500 },
	    { "30s", 30000 }, { "10m", 600000 }, { "2h", 7200000 },
	    { "1d", 86400000 },
	    { "1h30m", 5400000 }, { " 1m500ms ", 60500 } };
	static const char *const bad[] = { "", "10", "m", "10x", "-5m", "1.5h",
	    "1h 30m", "1h30", "99999999999999999999999h", "9999999d", "10M" };
	struct error err;
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(time_read_duration(slice_from(good[i].text),
		    &ms, &err), 0);
		CHECK(ms == good[i].ms);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err.kind = ERROR_NONE;
		if (time_read_duration(slice_from(bad[i]), &ms, &err) != -1)
			fail_msg("\"%s\" was read", bad[i]);
		assert_int_equal(err.kind, ERROR_USAGE);
	}
}

static void
points_are_in_the_zone_in_use(void **state)
{
	(void)state;
	use_zone("Asia/Tokyo");		/* it is 03:00 of the 24th there */
	assert_string_equal(point("now"), "2026-11-24T03:00:00+09:00");
	assert_string_equal(point("today"), "2026-11-24T00:00:00+09:00");
	assert_string_equal(point("yesterday"), "2026-11-23T00:00:00+09:00");
	assert_string_equal(point("2h"), "2026-11-24T01:00:00+09:00");
	assert_string_equal(point("1d12h"), "2026-11-22T15:00:00+09:00");
	assert_string_equal(point("2026-11-23"), "2026-11-23T00:00:00+09:00");
	assert_string_equal(point("2026-11-23T10:00"),
	    "2026-11-23T10:00:00+09:00");
	assert_string_equal(point("2026-11-23 10:00:05.9"),
	    "2026-11-23T10:00:05+09:00");
	assert_string_equal(point("2026-11-23T10:00:00Z"),
	    "2026-11-23T19:00:00+09:00");
	assert_string_equal(point("2026-11-23T10:00-01:00"),
	    "2026-11-23T20:00:00+09:00");
	assert_string_equal(point("never"), "refused");
	assert_string_equal(point(""), "refused");
	assert_string_equal(point("2026-13-01"), "refused");
	assert_string_equal(point("2026-11-23T10:00:00Z x"), "refused");
	assert_string_equal(point("2026-11-23x"), "refused");
	assert_string_equal(point("-2h"), "refused");
	assert_string_equal(point("800000d"), "refused");
	assert_string_equal(point("0001-01-01T00:00:00+09:00"), "refused");
	use_zone("UTC");
	assert_string_equal(point("today"), "2026-11-23T00:00:00+00:00");
}

static void
summer_time_is_known(void **state)
{
	(void)state;
	use_zone("America/New_York");
	assert_string_equal(point("2026-03-08"), "2026-03-08T00:00:00-05:00");
	assert_string_equal(point("2026-03-09"), "2026-03-09T00:00:00-04:00");
	/* skipped: the instant of the skip; shown twice: the first */
	assert_string_equal(point("2026-03-08T02:30"),
	    "2026-03-08T03:00:00-04:00");
	assert_string_equal(point("2026-11-01T01:30"),
	    "2026-11-01T01:30:00-04:00");
	assert_string_equal(point("2026-11-01T02:00"),
	    "2026-11-01T02:00:00-05:00");
	/* a day whose midnight is skipped begins where the skip ends */
	use_zone("America/Sao_Paulo");
	assert_string_equal(point("2018-11-04"), "2018-11-04T01:00:00-02:00");
	use_zone("Australia/Lord_Howe");	/* half an hour */
	assert_string_equal(point("2026-10-04T02:10"),
	    "2026-10-04T02:30:00+11:00");
}

static void
offsets_are_always_printed(void **state)
{
	(void)state;
	use_zone("UTC");
	assert_string_equal(printed(0), "1970-01-01T00:00:00+00:00");
	assert_string_equal(printed(-1), "1969-12-31T23:59:59+00:00");
	assert_string_equal(printed(TIME_NONE), "-");
	use_zone("America/St_Johns");
	assert_string_equal(printed(INT64_C(1795456812345)),
	    "2026-11-23T14:30:12-03:30");
	use_zone("Asia/Kathmandu");
	assert_string_equal(printed(INT64_C(1795456812999)),
	    "2026-11-23T23:45:12+05:45");
	use_zone("<-01>1");
	assert_string_equal(printed(0), "1969-12-31T23:00:00-01:00");
	/* anything may be asked for; it must only not harm */
	printed(INT64_MAX);
	printed(INT64_MIN + 1);
	utc(INT64_MAX);
}

static void
no_zone_is_silently_utc(void **state)
{
	static const char *const bad[] = { "Mars/Olympus", "asia", "Asia",
	    "../zoneinfo/Asia/Tokyo", "/etc/localtime", ".", "Asia/../UTC",
	    "JST", "X9", "JST-25", "JST-9x", "EST5EDT,M13.2.0,M11.1.0",
	    "EST5EDT,M3.2.0", "zone.tab", "tzdata.zi", "<J>-9", ":Asia/Tokyo",
	    "Asia/Tokyo ", "+09:00" };
	static const char *const good[] = { "UTC", "Asia/Tokyo", "JST-9",
	    "<+0330>-3:30", "EST5EDT,M3.2.0,M11.1.0", "Etc/UTC",
	    "NZST-12NZDT-13,M9.5.0/2:00:00,M4.1.0/3", "AAA3BBB,J60/-1,300" };
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (time_use_zone(bad[i], &err) != -1)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(err.kind, ERROR_USAGE);
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (time_use_zone(good[i], &err) == -1)
			fail_msg("\"%s\": %s", good[i], err.text);
}

static void
the_local_zone_is_that_of_tz(void **state)
{
	struct error err;

	(void)state;
	env_set("TZ", "Asia/Kolkata");
	use_zone(NULL);
	assert_string_equal(printed(0), "1970-01-01T05:30:00+05:30");
	env_set("TZ", ":Asia/Tokyo");
	use_zone("");
	assert_string_equal(printed(0), "1970-01-01T09:00:00+09:00");
	env_set("TZ", "/usr/share/zoneinfo/Asia/Tokyo");
	use_zone(NULL);
	assert_string_equal(printed(0), "1970-01-01T09:00:00+09:00");
	env_set("TZ", "Mars/Olympus");
	assert_int_equal(time_use_zone(NULL, &err), -1);
	assert_int_equal(err.kind, ERROR_USAGE);
	env_set("TZ", "UTC");
	use_zone(NULL);
	assert_string_equal(printed(0), "1970-01-01T00:00:00+00:00");
}

static void
utc_needs_no_zone_database(void **state)
{
	struct error err;

	(void)state;
	env_set("TZDIR", "/nonexistent");
	assert_int_equal(time_use_zone("Asia/Tokyo", &err), -1);
	use_zone("UTC");
	assert_string_equal(printed(0), "1970-01-01T00:00:00+00:00");
	use_zone("JST-9");
	assert_string_equal(printed(0), "1970-01-01T09:00:00+09:00");
	env_set("TZDIR", "/usr/share/zoneinfo");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_counted_over_the_whole_calendar),
		cmocka_unit_test(every_day_prints_as_it_reads),
		cmocka_unit_test(rfc3339_is_read_in_all_its_forms),
		cmocka_unit_test(rfc3339_takes_no_more_than_is_its_own),
		cmocka_unit_test(what_is_no_rfc3339_is_refused),
		cmocka_unit_test(millis_are_thirteen_digits_and_nothing_else),
		cmocka_unit_test(a_number_of_any_unit_is_a_time),
		cmocka_unit_test(a_message_in_text_tells_its_time),
		cmocka_unit_test(a_message_in_json_tells_its_time),
		cmocka_unit_test(a_message_without_a_time_of_its_own_has_none),
		cmocka_unit_test(durations_add_up),
		cmocka_unit_test(points_are_in_the_zone_in_use),
		cmocka_unit_test(summer_time_is_known),
		cmocka_unit_test(offsets_are_always_printed),
		cmocka_unit_test(no_zone_is_silently_utc),
		cmocka_unit_test(the_local_zone_is_that_of_tz),
		cmocka_unit_test(utc_needs_no_zone_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
