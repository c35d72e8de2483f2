/* lines.c -- incidents, records and coverage as lines.
 * SPDX-License-Identifier: MIT */
#include "sink/lines.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clean.h"
#include "base/time.h"
#include "reduce/partial.h"

#define STAND_OUT "\033[1;31m"		/* SGR: bold, red */
#define AS_BEFORE "\033[0m"
#define FEW 5				/* rules that are named unasked */

static void
print_service(struct buf *out, const struct incident *incident, bool colour)
{
	if (colour)
		buf_text(out, STAND_OUT);
	clean_line(out, incident->service);
	if (colour)
		buf_text(out, AS_BEFORE);
}

static void
print_long(struct buf *out, const struct incident *incident)
{
	buf_byte(out, '\t');
	time_print(out, incident->last_ms);
	buf_printf(out, "\t%" PRIu64 "\t%s\t", incident->count,
	    level_name(incident->level));
	for (size_t i = 0; i < incident->rule_count; i++) {
		if (i > 0)
			buf_byte(out, ',');
		clean_line(out, incident->rules[i].id);
	}
}

void
lines_incident(struct buf *out, const struct incident *incident,
    enum format format, bool colour)
{
	switch (format) {
	case FORMAT_JSON:
		partial_print_incident(out, incident);
		return;
	case FORMAT_RECORDS:		/* they were printed as they came */
		return;
	case FORMAT_LINE:
	case FORMAT_LONG:
		break;
	}
	print_service(out, incident, colour);
	buf_byte(out, '\t');
	time_print(out, incident->first_ms);
	if (format == FORMAT_LONG)
		print_long(out, incident);
	buf_byte(out, '\n');
}

/* As `aws logs tail` has it, `2026-11-23T18:03:59.123000+00:00`: always UTC, so
 * that the record reads back as it was. */
static void
print_tail_time(struct buf *out, int64_t ms)
{
	if (ms == TIME_NONE) {
		buf_byte(out, '-');
		return;
	}
	time_print_utc(out, ms);
	out->len--;			/* the Z */
	buf_text(out, "000+00:00");
}

void
lines_record(struct buf *out, const struct match *match)
{
	print_tail_time(out, match->time_ms);
	buf_byte(out, ' ');
	if (match->origin.stream.len > 0)
		clean_line(out, match->origin.stream);
	else
		buf_byte(out, '-');
	buf_byte(out, ' ');
	clean_text(out, slice_chomp(match->message));
	buf_byte(out, '\n');
}

/* `41,202` */
static void
print_number(struct buf *out, uint64_t number)
{
	char digits[32];
	int len = snprintf(digits, sizeof digits, "%" PRIu64, number);

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf_byte(out, ',');
		buf_byte(out, digits[i]);
	}
}

/* `1 file`, `3 files` */
static void
print_count(struct buf *out, uint64_t number, const char *noun)
{
	print_number(out, number);
	buf_printf(out, " %s%s", noun, number == 1 ? "" : "s");
}

/* ` (export, tail-detailed)` */
static void
print_shapes(struct buf *out, uint32_t shapes)
{
	const char *before = " (";

	for (int i = 0; i < SHAPE_COUNT; i++) {
		if ((shapes & UINT32_C(1) << i) == 0)
			continue;
		buf_text(out, before);
		buf_text(out, shape_info((enum shape)i)->name);
		before = ", ";
	}
	if (before[0] == ',')
		buf_byte(out, ')');
}

static void
print_read(struct buf *out, const struct coverage *coverage)
{
	buf_text(out, "read ");
	print_count(out, coverage->files, "file");
	buf_text(out, ", ");
	print_count(out, coverage->bytes, "byte");
	buf_text(out, ": ");
	if (coverage->records == 0)
		buf_text(out, "no records");
	else
		print_count(out, coverage->records, "record");
	print_shapes(out, coverage->shapes);
	if (coverage->first_ms != TIME_NONE) {
		buf_text(out, ", ");
		time_print(out, coverage->first_ms);
		buf_text(out, " to ");
		time_print(out, coverage->last_ms);
	}
	buf_byte(out, '\n');
}

static void
print_outside(struct buf *out, const struct coverage *coverage)
{
	if (coverage->outside == 0)
		return;
	buf_text(out, "outside --since and --until: ");
	print_count(out, coverage->outside, "record");
	buf_text(out, coverage->outside >= coverage->records ?
	    ", that is all of them\n" : "\n");
}

static void
print_damage(struct buf *out, const struct coverage *coverage)
{
	if (coverage->damages == 0)
		return;
	buf_text(out, "damaged: ");
	print_count(out, coverage->damages, "place");
	if (coverage->damaged_bytes > 0) {
		buf_text(out, ", ");
		print_count(out, coverage->damaged_bytes, "byte");
		buf_text(out, " lost");
	}
	buf_byte(out, '\n');
}

static void
print_skipped(struct buf *out, const struct coverage *coverage)
{
	if (coverage->skipped == 0)
		return;
	buf_text(out, "skipped: ");
	print_number(out, coverage->skipped);
	buf_text(out, " (control messages, files that are no logs)\n");
}

/* `LABEL: 3 NOUNs`, when there are any. */
static void
print_some(struct buf *out, const char *label, uint64_t number,
    const char *noun)
{
	if (number == 0)
		return;
	buf_printf(out, "%s: ", label);
	print_count(out, number, noun);
	buf_byte(out, '\n');
}

void
lines_coverage(struct buf *out, const struct coverage *coverage)
{
	print_read(out, coverage);
	print_outside(out, coverage);
	print_skipped(out, coverage);
	print_damage(out, coverage);
	print_some(out, "not understood", coverage->lines_not_understood,
	    "line");
	print_some(out, "partial by its own word", coverage->partial,
	    "answer");
	print_some(out, "a rule gave up", coverage->gave_up, "record");
}

void
lines_rules(struct buf *out, const struct tally *totals, size_t count,
    const struct slice *silent, size_t silent_count, bool all)
{
	for (size_t i = 0; all && i < count; i++) {
		buf_text(out, "matched: ");
		print_number(out, totals[i].count);
		buf_byte(out, ' ');
		clean_line(out, totals[i].id);
		buf_byte(out, '\n');
	}
	if (silent_count == 0)
		return;
	buf_text(out, "never matched: ");
	print_count(out, silent_count, "rule");
	if (!all && silent_count > FEW) {
		buf_text(out, " (-v names them)\n");
		return;
	}
	for (size_t i = 0; i < silent_count; i++) {
		buf_text(out, i == 0 ? " (" : ", ");
		clean_line(out, silent[i]);
	}
	buf_text(out, ")\n");
}
