/* time.c -- civil days, stamps and durations, read and printed.
 * SPDX-License-Identifier: MIT */
#include "base/time.h"

#include <time.h>

#include "base/ascii.h"

#define DAY 86400			/* seconds */
#define DURATION_LIMIT (INT64_C(10000) * 366 * DAY * 1000)
#define EARLIEST_MS (INT64_C(-62135596800) * 1000)	/* 0001-01-01 */
#define LATEST_MS (INT64_C(253402300800) * 1000 - 1)	/* 9999-12-31 */

struct civil {
	int year, month, day;
};

/* A stamp as it is written: the instant if its clock showed UTC, and how far
 * that clock is ahead of UTC, if it says so. */
struct stamp {
	int64_t ms;
	int32_t ahead;			/* seconds */
	bool zoned;
};

bool
time_is_instant(int64_t ms)
{
	return ms >= EARLIEST_MS && ms <= LATEST_MS;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Years begin in March here, so that the leap day is a year's last.  Asked of every
 * record: the first year is 1, so that nothing here is negative. */
int64_t
time_days(int year, int month, int day)
{
	unsigned y = (unsigned)(month > 2 ? year : year - 1);
	unsigned m = (unsigned)(month > 2 ? month - 3 : month + 9);
	unsigned days = y * 365 + y / 4 - y / 100 + y / 400 +
	    (153 * m + 2) / 5 + (unsigned)day;

	return (int64_t)days - 719469;
}

/* The way back. */
static struct civil
civil_from(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 -
	    of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;
	struct civil c;

	c.day = (int)(of_year - (153 * m + 2) / 5 + 1);
	c.month = (int)(m < 10 ? m + 3 : m - 9);
	c.year = (int)(y + era * 400 + (c.month <= 2));
	return c;
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool
time_date_ok(int year, int month, int day)
{
	static const signed char days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30,
	    31, 30, 31 };

	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 &&
	    day >= 1 && day <= days[month - 1] &&
	    (day < 29 || month != 2 || is_leap(year));
}

int64_t
time_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
time_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Two digits, or a value that no field may have. */
static int
pair(const char *s)
{
	unsigned tens = (unsigned)(unsigned char)s[0] - '0';
	unsigned ones = (unsigned)(unsigned char)s[1] - '0';

	return tens > 9 || ones > 9 ? 100 : (int)(tens * 10 + ones);
}

/* Eight bytes as one number, the first the lowest on any machine. */
static inline uint64_t
eight_bytes(const char *at)
{
	const unsigned char *b = (const unsigned char *)at;

	return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 |
	    (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32 |
	    (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
	    (uint64_t)b[7] << 56;
}

#define DATE_FORM UINT64_C(0x2d30302d30303030)	/* `0000-00-` */
#define DATE_LIMIT UINT64_C(0x7f76767f76767676)
#define CLOCK_FORM UINT64_C(0x30303a30303a3030)	/* `00:00:00` */
#define CLOCK_LIMIT UINT64_C(0x76767f76767f7676)

/* Reads eight bytes that are like form, where 0 is any digit, all at once: byte i of
 * *pairs is what the digits i and i + 1 are together.  limit, added to what they are
 * over form, has 0x76 for a digit: more than 9 reaches the top bit, and 0x7f for any
 * other: more than 0 does. */
static bool
read_pairs(const char *s, uint64_t form, uint64_t limit, uint64_t *pairs)
{
	uint64_t over = eight_bytes(s) ^ form;

	*pairs = over * 10 + (over >> 8);
	return (((over + limit) | over) & UINT64_C(0x8080808080808080)) == 0;
}

/* `2026-11-23`, ten bytes. */
static bool
read_date(const char *s, int64_t *days)
{
	uint64_t pairs;
	int year, month, day = pair(s + 8);

	if (!read_pairs(s, DATE_FORM, DATE_LIMIT, &pairs))
		return false;
	year = (int)(pairs & 0xff) * 100 + (int)(pairs >> 16 & 0xff);
	month = (int)(pairs >> 40 & 0xff);
	if (!time_date_ok(year, month, day))
		return false;
	*days = time_days(year, month, day);
	return true;
}

/* `Z`, `+09:00`, `+0900`, `+09` at the front of len bytes: those it takes. */
static size_t
read_zone(const char *s, size_t len, int32_t *ahead)
{
	size_t used = 3;
	int hours, minutes = 0;

	*ahead = 0;
	if (len > 0 && (s[0] == 'Z' || s[0] == 'z'))
		return 1;
	if (len < 3 || (s[0] != '+' && s[0] != '-'))
		return 0;
	hours = pair(s + 1);
	if (len >= 6 && s[3] == ':' && pair(s + 4) < 100) {
		minutes = pair(s + 4);
		used = 6;
	} else if (len >= 5 && pair(s + 3) < 100) {
		minutes = pair(s + 3);
		used = 5;
	}
	if (hours > 23 || minutes > 59 || (len > used &&
	    (is_digit(s[used]) || (used == 3 && is_letter(s[used])))))
		return 0;
	*ahead = (hours * 60 + minutes) * 60;
	if (s[0] == '-')
		*ahead = -*ahead;
	return used;
}

/* The fraction's digits behind s[0], which is `.` or `,`: bytes taken with it;
 * 0 when there is none, SIZE_MAX when it is none that we know. */
static size_t
read_fraction(const char *s, size_t len, int *ms)
{
	int digits = 0;
	size_t i;

	*ms = 0;
	for (i = 1; i < len && is_digit(s[i]); i++)
		if (i <= 3)
			digits = digits * 10 + (s[i] - '0');
	if (i > 10)			/* a comma may also part columns */
		return s[0] == ',' ? 0 : SIZE_MAX;
	*ms = i == 2 ? digits * 100 : i == 3 ? digits * 10 : digits;
	return i == 1 ? 0 : i;
}

/* `2026-11-23T18:03:59.123+09:00`, the seconds needed or not. */
static size_t
read_stamp(struct slice text, bool seconds_needed, struct stamp *stamp)
{
	const char *s = text.data;
	size_t used = 16, took;
	int64_t days;
	int hour, minute, second = 0, ms = 0;

	if (text.len < 16 || (s[10] != 'T' && s[10] != ' ' && s[10] != 't') ||
	    s[13] != ':' || !read_date(s, &days))
		return 0;
	if (text.len >= 19 && s[16] == ':') {
		uint64_t pairs;

		if (!read_pairs(s + 11, CLOCK_FORM, CLOCK_LIMIT, &pairs))
			return 0;
		hour = (int)(pairs & 0xff);
		minute = (int)(pairs >> 24 & 0xff);
		second = (int)(pairs >> 48 & 0xff);
		used = 19;
	} else if (!seconds_needed) {
		hour = pair(s + 11);
		minute = pair(s + 14);
	} else {
		return 0;
	}
	if (hour > 23 || minute > 59 || second > 60)
		return 0;
	if (used == 19 && text.len > used && (s[19] == '.' || s[19] == ',')) {
		took = read_fraction(s + used, text.len - used, &ms);
		if (took == SIZE_MAX)
			return 0;
		used += took;
	}
	if (second == 60) {		/* a leap second has no instant */
		second = 59;
		ms = 999;
	}
	if (text.len > used && is_digit(s[used]))
		return 0;
	stamp->ms = ((days * 24 + hour) * 60 + minute) * 60000 +
	    second * 1000 + ms;
	took = read_zone(s + used, text.len - used, &stamp->ahead);
	stamp->zoned = took > 0;
	return used + took;
}

size_t
time_read_rfc3339(struct slice text, int64_t *ms)
{
	struct stamp stamp;
	size_t used = read_stamp(text, true, &stamp);

	if (used == 0)
		return 0;
	stamp.ms -= (int64_t)stamp.ahead * 1000;
	if (!time_is_instant(stamp.ms))
		return 0;
	*ms = stamp.ms;
	return used;
}

size_t
time_read_millis(struct slice text, int64_t *ms)
{
	const char *s = text.data;
	int64_t value = 0;

	if (text.len < 13 || s[0] == '0')
		return 0;
	for (size_t i = 0; i < 13; i++) {
		if (!is_digit(s[i]))
			return 0;
		value = value * 10 + (s[i] - '0');
	}
	if (text.len > 13 && is_digit(s[13]))
		return 0;
	if (text.len > 14 && s[13] == '.' && is_digit(s[14]))
		return 0;
	*ms = value;
	return 13;
}

/* The unit at the front of text: its milliseconds and its length, or 0. */
static int64_t
read_unit(struct slice text, size_t *used)
{
	*used = 1;
	if (slice_starts(text, "ms")) {
		*used = 2;
		return 1;
	}
	switch (text.len > 0 ? text.data[0] : '\0') {
	case 's':
		return 1000;
	case 'm':
		return 60 * 1000;
	case 'h':
		return 60 * 60 * 1000;
	case 'd':
		return DAY * 1000;
	default:
		return 0;
	}
}

/* False when it is none at all; limit passed is a duration of -1. */
static bool
read_duration(struct slice text, int64_t *ms)
{
	int64_t sum = 0;

	if (slice_is(text, "0")) {
		*ms = 0;
		return true;
	}
	if (text.len == 0)
		return false;
	while (text.len > 0) {
		int64_t value = 0, unit;
		size_t i, used;

		for (i = 0; i < text.len && is_digit(text.data[i]); i++)
			if (value <= DURATION_LIMIT)
				value = value * 10 + (text.data[i] - '0');
		text = slice_cut(text, i, text.len);
		unit = read_unit(text, &used);
		if (i == 0 || unit == 0)
			return false;
		text = slice_cut(text, used, text.len);
		if (sum >= 0 && value <= (DURATION_LIMIT - sum) / unit)
			sum += value * unit;
		else
			sum = -1;
	}
	*ms = sum;
	return true;
}

int
time_read_duration(struct slice text, int64_t *ms, struct error *err)
{
	text = slice_trim(text);
	if (!read_duration(text, ms))
		return error_set(err, ERROR_USAGE, "\"%.*s\" is no duration "
		    "(like 30s, 10m, 2h, 1d)", (int)slice_cut(text, 0, 100).len,
		    text.len == 0 ? "" : text.data);
	if (*ms < 0)
		return error_set(err, ERROR_USAGE, "\"%.*s\" is too long",
		    (int)slice_cut(text, 0, 100).len, text.data);
	return 0;
}

/* How far the zone in use is ahead of UTC at an instant, in seconds. */
static int64_t
zone_ahead(int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return 0;
	return (time_days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * DAY +
	    tm.tm_hour * 3600 + tm.tm_min * 60 +
	    (tm.tm_sec > 59 ? 59 : tm.tm_sec)) - seconds;
}

/* The instant at which clocks of the zone in use show this (seconds as if they
 * showed UTC).  Shown twice: the first time; skipped: where the skip is. */
static int64_t
zone_instant(int64_t shown)
{
	int64_t before = shown - zone_ahead(shown - DAY);
	int64_t after = shown - zone_ahead(shown + DAY);
	int64_t low = before < after ? before : after;
	int64_t high = before < after ? after : before;

	if (low + zone_ahead(low) == shown)
		return low;
	if (high + zone_ahead(high) == shown)
		return high;
	while (low < high) {
		int64_t middle = low + (high - low) / 2;

		if (middle + zone_ahead(middle) < shown)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Midnight of the day that now is in, moved by days. */
static int64_t
day_start(int64_t now_ms, int days)
{
	int64_t now = floor_div(now_ms, 1000);
	int64_t today = floor_div(now + zone_ahead(now), DAY);

	return zone_instant((today + days) * DAY) * 1000;
}

int
time_read_point(struct slice text, int64_t now_ms, int64_t *ms,
    struct error *err)
{
	struct stamp stamp;
	int64_t days, before;

	text = slice_trim(text);
	if (slice_is(text, "now")) {
		*ms = now_ms;
	} else if (slice_is(text, "today")) {
		*ms = day_start(now_ms, 0);
	} else if (slice_is(text, "yesterday")) {
		*ms = day_start(now_ms, -1);
	} else if (read_duration(text, &before) && before >= 0) {
		*ms = now_ms - before;
	} else if (text.len == 10 && read_date(text.data, &days)) {
		*ms = zone_instant(days * DAY) * 1000;
	} else if (text.len > 0 &&
	    read_stamp(text, false, &stamp) == text.len) {
		int64_t seconds = floor_div(stamp.ms, 1000);

		if (stamp.zoned)
			*ms = stamp.ms - (int64_t)stamp.ahead * 1000;
		else
			*ms = zone_instant(seconds) * 1000 +
			    (stamp.ms - seconds * 1000);
	} else {
		return error_set(err, ERROR_USAGE, "\"%.*s\" is no time (like "
		    "2026-11-23, 2026-11-23T10:00:00+09:00, 2h, yesterday)",
		    (int)slice_cut(text, 0, 100).len,
		    text.len == 0 ? "" : text.data);
	}
	if (!time_is_instant(*ms))
		return error_set(err, ERROR_USAGE, "\"%.*s\" is not in the "
		    "years 1 to 9999", (int)slice_cut(text, 0, 100).len,
		    text.data);
	return 0;
}

static void
print_seconds(struct buf *out, int64_t seconds)
{
	int64_t days = floor_div(seconds, DAY);
	int of_day = (int)(seconds - days * DAY);
	struct civil c = civil_from(days);

	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month,
	    c.day, of_day / 3600, of_day / 60 % 60, of_day % 60);
}

void
time_print(struct buf *out, int64_t ms)
{
	int64_t seconds, minutes;

	if (ms == TIME_NONE) {
		buf_byte(out, '-');
		return;
	}
	seconds = floor_div(ms, 1000);
	minutes = zone_ahead(seconds) / 60;	/* RFC 3339 has no seconds */
	print_seconds(out, seconds + minutes * 60);
	buf_printf(out, "%c%02d:%02d", minutes < 0 ? '-' : '+',
	    (int)(minutes < 0 ? -minutes : minutes) / 60,
	    (int)(minutes < 0 ? -minutes : minutes) % 60);
}

void
time_print_utc(struct buf *out, int64_t ms)
{
	int64_t seconds = floor_div(ms, 1000);

	print_seconds(out, seconds);
	buf_printf(out, ".%03dZ", (int)(ms - seconds * 1000));
}
