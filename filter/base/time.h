/* time.h -- instants, durations and zones: reading them, printing them.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

/* An instant is milliseconds since 1970-01-01T00:00:00Z, years 1 to 9999. */
#define TIME_NONE INT64_MIN

bool time_is_instant(int64_t ms);

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar; the date
 * must be valid (time_date_ok). */
int64_t time_days(int year, int month, int day);
bool time_date_ok(int year, int month, int day);

/* The wall clock. */
int64_t time_now_ms(void);

/* By a clock that nobody sets: for how long something takes. */
int64_t time_clock_ms(void);

/* An RFC 3339 instant at the front of text: `2026-11-23T18:03:59`, with T or one
 * blank between, a fraction (1 to 9 digits, `.` or `,`, cut to ms) or none, and a zone
 * (`Z`, `+09:00`, `+0900`) or none (then UTC).  Returns the bytes it takes, or 0. */
size_t time_read_rfc3339(struct slice text, int64_t *ms);

/* `1795457291123` (exactly 13 digits, nothing numeric behind): bytes taken or 0. */
size_t time_read_millis(struct slice text, int64_t *ms);

/* The time a message itself carries near its front, TIME_NONE when there is none.
 * Known: RFC 3339 forms; `2026/07/14 09:59:11.971493` (Go, CodeBuild behind
 * "[Container] "); `22/11/14 06:08:18` (Glue, yy/MM/dd); `[2024-01-29, 10:12:15 UTC]`,
 * `[2026-09-10 03:12:41,812]` (Airflow); `2022-10-05 22:05:56 UTC:` (PostgreSQL);
 * `[ERROR]<TAB>stamp` (Python); `E, [2026-11-23T18:00:01.123456 #8]` (Ruby).  In a JSON
 * message the members event_timestamp, timestamp, time, @timestamp, eventTime, ts,
 * StateChangeTime (a string as above, or a number of seconds or milliseconds) of
 * the outermost object.  Times without zone are UTC.  Never guesses a year. */
int64_t time_in_message(struct slice message);

/* `30s`, `10m`, `2h`, `1d`, `1h30m`, `500ms`, `0`: a duration in ms, 0 or more. */
int time_read_duration(struct slice text, int64_t *ms, struct error *err);

/* What --since and --until take: RFC 3339 (no zone: the zone in use), a date (its
 * first instant in the zone in use), a duration (that long before now), `now`,
 * `today`, `yesterday`. */
int time_read_point(struct slice text, int64_t now_ms, int64_t *ms,
    struct error *err);

/* The zone that time_print and time_read_point use.  NULL or "" is the local zone
 * (TZ or the system's); "UTC"; a name of the zone database.  An unknown name is an
 * error, never silently UTC.  Call once, before threads start. */
int time_use_zone(const char *name, struct error *err);

/* Appends `2026-11-23T03:00:12+09:00` in the zone in use, whole seconds, rounded
 * down; `-` for TIME_NONE. */
void time_print(struct buf *out, int64_t ms);

/* Appends `2026-11-22T18:00:12.123Z`: UTC with milliseconds. */
void time_print_utc(struct buf *out, int64_t ms);

#endif
