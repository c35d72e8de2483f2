/* time.c -- fuzz: instants, durations and zones: read, printed, and read again.
 * SPDX-License-Identifier: MIT */
#include "base/time.h"

#include <inttypes.h>
#include <time.h>

#include "base/ascii.h"
#include "fuzz.h"

#define DAY_MS INT64_C(86400000)
#define NOW_MS INT64_C(1795457000000)

/* Days of a date, counted one year at a time. */
static int64_t
days_of(int year, int month, int day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
	    273, 304, 334 };
	int64_t days = 0;

	for (int y = 1; y < year; y++)
		days += 365 + (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
	return days + before[month - 1] + (month > 2 && year % 4 == 0 &&
	    (year % 100 != 0 || year % 400 == 0)) + day - 1 - 719162;
}

/* The strictest form once more: `YYYY-MM-DDTHH:MM:SSZ`. */
static void
second_opinion(struct slice text)
{
	int part[6];
	int64_t ms, mine;
	char plain[21];

	if (text.len != 20 || text.data[10] != 'T' || text.data[19] != 'Z')
		return;
	memcpy(plain, text.data, 20);
	plain[20] = '\0';
	for (size_t i = 0; i < 19; i++)
		if ((strchr("\4\7\12\15\20", (int)i) == NULL || i == 0) &&
		    !is_digit(plain[i]))
			return;
	if (sscanf(plain, "%4d-%2d-%2dT%2d:%2d:%2dZ", &part[0], &part[1],
	    &part[2], &part[3], &part[4], &part[5]) != 6)
		return;
	if (!time_date_ok(part[0], part[1], part[2]) || part[3] > 23 ||
	    part[4] > 59 || part[5] > 59)
		return;
	mine = (((days_of(part[0], part[1], part[2]) * 24 + part[3]) * 60 +
	    part[4]) * 60 + part[5]) * 1000;
	HOLDS(time_read_rfc3339(text, &ms) == 20 && ms == mine);
}

static void
there_and_back(int64_t ms)
{
	int64_t again;
	struct buf out;

	buf_init(&out, BUF_NO_LIMIT);
	time_print_utc(&out, ms);
	HOLDS(time_read_rfc3339(buf_slice(&out), &again) == out.len &&
	    again == ms);
	buf_clear(&out);
	time_print(&out, ms);
	/* a day before and behind the years that RFC 3339 has they run out */
	if (time_is_instant(ms - DAY_MS) && time_is_instant(ms + DAY_MS))
		HOLDS(time_read_rfc3339(buf_slice(&out), &again) == out.len &&
		    again <= ms && ms - again < 60000);
	buf_free(&out);
}

/* What a duration is worth, in floating point. */
static void
duration(struct slice text)
{
	struct error err;
	double sum = 0;
	int64_t ms;

	if (time_read_duration(text, &ms, &err) == -1) {
		HOLDS(err.text[0] != '\0');
		return;
	}
	text = slice_trim(text);
	while (text.len > 0) {
		double value = 0, unit = 1;

		while (text.len > 0 && is_digit(text.data[0])) {
			value = value * 10 + (text.data[0] - '0');
			text = slice_cut(text, 1, text.len);
		}
		if (fuzz_word(&text, "ms"))
			unit = 1;
		else if (fuzz_word(&text, "s"))
			unit = 1000;
		else if (fuzz_word(&text, "m"))
			unit = 60000;
		else if (fuzz_word(&text, "h"))
			unit = 3600000;
		else if (fuzz_word(&text, "d"))
			unit = 86400000;
		else
			HOLDS(text.len == 0 && value == 0);
		sum += value * unit;
	}
	HOLDS(ms >= 0 && (double)ms == sum);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const zones[] = { "UTC", "Asia/Tokyo",
	    "America/St_Johns", "Europe/Dublin", "Pacific/Apia" };
	struct slice text = { (const char *)data, size };
	struct error err;
	int64_t ms;
	size_t used;

	HOLDS(time_use_zone(zones[fuzz_chance(text) % 5], &err) == 0);
	used = time_read_rfc3339(text, &ms);
	HOLDS(used <= size);
	if (used > 0) {
		HOLDS(time_is_instant(ms));
		there_and_back(ms);
	}
	second_opinion(text);
	used = time_read_millis(text, &ms);
	HOLDS(used == 0 || used == 13);
	if (used > 0)
		there_and_back(ms);
	ms = time_in_message(text);
	if (ms != TIME_NONE) {
		HOLDS(time_is_instant(ms));
		there_and_back(ms);
	}
	if (time_read_point(text, NOW_MS, &ms, &err) == 0)
		HOLDS(time_is_instant(ms));
	else
		HOLDS(err.text[0] != '\0');
	duration(text);
	return 0;
}
