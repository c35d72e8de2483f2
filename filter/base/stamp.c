/* stamp.c -- the time that a message itself carries near its front.
 * SPDX-License-Identifier: MIT */
#include "base/time.h"

#include <stdint.h>
#include <string.h>

#include "base/ascii.h"

#define PREFIX_LIMIT 32			/* bytes of `[Container]`, `ERROR` */
#define PREFIXES 4			/* of them in front of a stamp */
#define CLOCK_LIMIT 20			/* bytes of `18:03:59.123456789` */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice
behind(struct slice s, size_t len)
{
	return slice_cut(s, len, s.len);
}

static struct slice
skip_blanks(struct slice s)
{
	while (s.len > 0 && is_blank(s.data[0]))
		s = behind(s, 1);
	return s;
}

/* Whether s begins like form: `9` is a digit, all else itself. */
static bool
looks_like(struct slice s, const char *form)
{
	size_t len = strlen(form);

	if (s.len < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (form[i] == '9' ? !is_digit(s.data[i]) :
		    s.data[i] != form[i])
			return false;
	return true;
}

/* The zone behind a clock, as RFC 3339 writes it, into to (at least 8 bytes):
 * its length; SIZE_MAX when there is one that we do not know.  Only in brackets
 * can a word there be nothing but a zone. */
static size_t
copy_zone(char *to, struct slice s, bool bracket)
{
	size_t len = 0;

	if (s.len > 0 && s.data[0] == ' ') {
		s = behind(s, 1);
		if (slice_starts(s, "JST")) {
			memcpy(to, "+09:00", 6);
			return 6;
		}
		if (slice_starts(s, "UTC") || slice_starts(s, "GMT"))
			return 0;
		if (!looks_like(s, "+9999") && !looks_like(s, "-9999") &&
		    !looks_like(s, "+99:99") && !looks_like(s, "-99:99"))
			return bracket && s.len > 0 && is_letter(s.data[0]) ?
			    SIZE_MAX : 0;
	} else if (s.len > 0 && s.data[0] == 'Z') {
		to[0] = 'Z';
		return 1;
	}
	if (s.len == 0 || (s.data[0] != '+' && s.data[0] != '-'))
		return 0;
	do {
		to[len] = s.data[len];
		len++;
	} while (len < 7 && len < s.len &&
	    (is_digit(s.data[len]) || s.data[len] == ':'));
	return len;
}

/* `23-Nov-2026 `, `23/Nov/2026:` (Tomcat, PHP, access logs) as `2026-11-23`. */
static bool
copy_named_day(char *to, struct slice s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (s.len < 12 || !looks_like(s, "99") ||
	    (s.data[2] != '-' && s.data[2] != '/') || s.data[6] != s.data[2] ||
	    !looks_like(slice_cut(s, 7, s.len), "9999"))
		return false;
	for (int month = 0; month < 12; month++) {
		if (memcmp(s.data + 3, months + 3 * month, 3) != 0)
			continue;
		memcpy(to, s.data + 7, 4);
		to[5] = (char)('0' + (month + 1) / 10);
		to[6] = (char)('0' + (month + 1) % 10);
		memcpy(to + 8, s.data, 2);
		return true;
	}
	return false;
}

/* The stamp at the very front: written again as RFC 3339 has it, then read by
 * its reader. */
static int64_t
read_stamp(struct slice s, bool bracket)
{
	char text[10 + 1 + CLOCK_LIMIT + 8];
	size_t len, zone;
	int64_t ms;

	if (looks_like(s, "9999-99-99") || looks_like(s, "9999/99/99")) {
		memcpy(text, s.data, 10);
		s = behind(s, 10);
	} else if (looks_like(s, "99/99/99 ")) {	/* Spark: yy/MM/dd */
		memcpy(text, "20", 2);
		memcpy(text + 2, s.data, 8);
		s = behind(s, 8);
	} else if (copy_named_day(text, s)) {
		s = behind(s, 11);
	} else {
		return TIME_NONE;
	}
	text[4] = text[7] = '-';
	if (looks_like(s, ", "))
		s = behind(s, 2);
	else if (looks_like(s, " ") || looks_like(s, "T") ||
	    looks_like(s, ":"))
		s = behind(s, 1);
	else
		return TIME_NONE;
	text[10] = 'T';
	for (len = 0; len < CLOCK_LIMIT && len < s.len && (is_digit(s.data[len])
	    || s.data[len] == ':' || s.data[len] == '.' ||
	    s.data[len] == ','); len++)
		text[11 + len] = s.data[len];
	s = behind(s, len);
	while (len > 0 && !is_digit(text[11 + len - 1]))
		len--;			/* `2026-11-23 18:03:59: text` */
	zone = copy_zone(text + 11 + len, s, bracket);
	if (zone == SIZE_MAX || time_read_rfc3339(
	    (struct slice){ text, 11 + len + zone }, &ms) == 0)
		return TIME_NONE;
	return ms;
}

/* `ERROR`, `WARNING:` and a blank: what it takes, or 0. */
static size_t
skip_level(struct slice s)
{
	static const char *const levels[] = { "TRACE", "DEBUG", "INFO",
	    "NOTICE", "WARN", "WARNING", "ERROR", "SEVERE", "CRITICAL",
	    "FATAL", "PANIC" };
	size_t len = 0;

	while (len < s.len && len < PREFIX_LIMIT && is_letter(s.data[len]))
		len++;
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		if (!slice_is(slice_cut(s, 0, len), levels[i]))
			continue;
		if (len < s.len && s.data[len] == ':')
			len++;
		return len < s.len && is_blank(s.data[len]) ? len : 0;
	}
	return 0;
}

/* What loggers put in front of the stamp: what it takes, or 0. */
static size_t
skip_prefix(struct slice s)
{
	static const char *const names[] = { "time=\"", "time=", "ts=",
	    "timestamp=" };
	size_t len = 1;

	if (s.len == 0)
		return 0;
	if (s.data[0] == '[') {
		while (len < s.len && len < PREFIX_LIMIT &&
		    is_letter(s.data[len]))
			len++;
		return len > 1 && len < s.len && s.data[len] == ']' ? len + 1 :
		    0;
	}
	if (looks_like(behind(s, 1), ", [") && is_letter(s.data[0]))
		return 3;		/* Ruby: `E, [2026-...` */
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_starts(s, names[i]))
			return strlen(names[i]);
	if (slice_starts(s, "level=")) {
		for (len = 6; len < s.len && is_letter(s.data[len]); len++)
			;
		return len;
	}
	return skip_level(s);
}

/* `1795457291`, `1795457291.123`, `1795457291123`, and 3 or 6 digits more: the whole of
 * s is seconds, milliseconds, micro- or nanoseconds since 1970; which, the size says
 * until the year 2286. */
static int64_t
read_number(struct slice s)
{
	int64_t value = 0;
	size_t len, fraction;

	for (len = 0; len < s.len && len < 14 && is_digit(s.data[len]); len++)
		value = value * 10 + (s.data[len] - '0');
	if (len == 14) {
		for (; len < s.len && is_digit(s.data[len]); len++)
			;
		return len != s.len || (len != 16 && len != 19) ? TIME_NONE :
		    value / 10;
	}
	if (len != 10 && len != 13)
		return TIME_NONE;
	fraction = len < s.len && s.data[len] == '.' ? len + 1 : s.len;
	if (fraction == s.len)
		return len < s.len ? TIME_NONE : len == 13 ? value :
		    value * 1000;
	for (size_t i = fraction; i < s.len; i++)
		if (!is_digit(s.data[i]))
			return TIME_NONE;
	if (len == 13)
		return value;
	for (size_t i = fraction; i < fraction + 3; i++)
		value = value * 10 + (i < s.len ? s.data[i] - '0' : 0);
	return value;
}

/* Behind the string whose opening quote is at i; s.len when it does not end. */
static size_t
skip_string(struct slice s, size_t i)
{
	for (i++; i < s.len && s.data[i] != '"'; i++)
		if (s.data[i] == '\\')
			i++;
	return i < s.len ? i + 1 : s.len;
}

/* Behind the value at i, whatever it is. */
static size_t
skip_value(struct slice s, size_t i)
{
	size_t depth = 0;

	do {
		char c = i < s.len ? s.data[i] : '\0';

		if (i >= s.len)
			return s.len;
		if (c == '"') {
			i = skip_string(s, i);
			continue;
		}
		if (depth == 0 && (c == ',' || c == '}' || c == ']'))
			return i;
		if (c == '{' || c == '[')
			depth++;
		if (c == '}' || c == ']')
			depth--;
		i++;
	} while (depth > 0 || (i < s.len && s.data[i] != ',' &&
	    s.data[i] != '}' && s.data[i] != ']'));
	return i;
}

static size_t
skip_white(struct slice s, size_t i)
{
	while (i < s.len && is_blank(s.data[i]))
		i++;
	return i;
}

static int64_t
value_time(struct slice value)
{
	int64_t ms;

	while (value.len > 0 && is_blank(value.data[value.len - 1]))
		value.len--;
	if (value.len >= 2 && value.data[0] == '"')
		value = slice_cut(value, 1, value.len - 1);
	ms = read_number(value);
	return ms == TIME_NONE ? read_stamp(value, false) : ms;
}

/* The members of the outermost object.  Not the JSON reader's work: this must
 * cost nothing per record, and a message that was cut still has its time. */
static int64_t
object_time(struct slice s)
{
	/* the first of these that has a time counts */
	static const char *const names[] = { "event_timestamp", "timestamp",
	    "time", "@timestamp", "eventTime", "ts", "StateChangeTime",
	    "Timestamp", "asctime", "@t", "requestTime", "stopDate",
	    "stoppedAt", "CompletedOn", "endTime",
	    "StateTransitionedTimestamp", "StateUpdatedTimestamp",
	    "timeMillis", "datetime", "Time", "startTime", "t" };
	size_t best = sizeof names / sizeof *names;
	int64_t found = TIME_NONE;
	size_t i = skip_white(s, 1);

	while (best > 0 && i < s.len && s.data[i] == '"') {
		size_t end = skip_string(s, i);
		struct slice key = slice_cut(s, i + 1, end - 1);
		size_t value = skip_white(s, end);

		if (value >= s.len || s.data[value] != ':')
			break;
		value = skip_white(s, value + 1);
		end = skip_value(s, value);
		for (size_t k = 0; k < best; k++) {
			int64_t ms;

			if (!slice_is(key, names[k]))
				continue;
			ms = value_time(slice_cut(s, value, end));
			if (ms != TIME_NONE) {
				found = ms;
				best = k;
			}
		}
		if (end >= s.len || s.data[end] != ',')
			break;
		i = skip_white(s, end + 1);
	}
	return found;
}

int64_t
time_in_message(struct slice message)
{
	struct slice s = skip_blanks(message);

	if (s.len > 0 && s.data[0] == '{')
		return object_time(s);
	for (int i = 0; i <= PREFIXES; i++) {
		bool bracket = s.len > 1 && s.data[0] == '[' &&
		    is_digit(s.data[1]);
		size_t prefix;

		if (bracket)
			s = behind(s, 1);
		if (s.len > 0 && is_digit(s.data[0]))
			return read_stamp(s, bracket);
		prefix = skip_prefix(s);
		if (prefix == 0)
			break;
		s = skip_blanks(behind(s, prefix));
	}
	return TIME_NONE;
}
