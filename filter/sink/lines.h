/* lines.h -- incidents and coverage as text for people and programs.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_LINES_H
#define SINK_LINES_H

#include <stdbool.h>

#include "base/buf.h"
#include "input/coverage.h"
#include "match/match.h"
#include "reduce/incident.h"

enum format {
	FORMAT_LINE,
	FORMAT_LONG,
	FORMAT_JSON,
	FORMAT_RECORDS,
};

/* Append one line each, LF included.  colour: the service stands out. */
void lines_incident(struct buf *out, const struct incident *incident,
    enum format format, bool colour);

/* A matching record in the form of `aws logs tail --format detailed`:
 * `TIME STREAM MESSAGE`, "-" for a time or stream that is not known; controls but
 * LF and TAB made harmless. */
void lines_record(struct buf *out, const struct match *match);

/* The coverage for people, several lines. */
void lines_coverage(struct buf *out, const struct coverage *coverage);

/* How often each rule matched (totals, by id), where all is set; and which of the
 * run's own did not: their names when they are few or all is set. */
void lines_rules(struct buf *out, const struct tally *totals, size_t count,
    const struct slice *silent, size_t silent_count, bool all);

#endif
