/* partial.h -- cwsift's own json: incidents and coverage, written and read back.
 * SPDX-License-Identifier: MIT */
#ifndef REDUCE_PARTIAL_H
#define REDUCE_PARTIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "input/coverage.h"
#include "match/level.h"
#include "reduce/incident.h"
#include "reduce/reducer.h"

#define PARTIAL_VERSION 1

/* What must be alike for two results to be folded into one. */
struct partial_terms {
	int64_t window_ms;
	enum level level;
};

/* Each appends one line with its LF. */
void partial_print_incident(struct buf *out, const struct incident *incident);
void partial_print_coverage(struct buf *out, const struct coverage *coverage,
    const struct partial_terms *terms);

/* Reads line by line.  Zeroed but for terms and reducer it is ready. */
struct partial_reader {
	struct partial_terms terms;	/* ours */
	struct reducer *reducer;	/* where incidents go */
	struct coverage *coverage;	/* where coverages go */
	bool pending;		/* incidents since the last coverage line */
	bool incomplete;	/* a coverage said "complete":false */
};

/* One line.  -1 with err->kind ERROR_USAGE: refused (other version, window or level);
 * ERROR_DATA: the line is damaged. */
int partial_read(struct partial_reader *reader, struct slice line,
    struct error *err);

/* At the end of an input: -1, ERROR_USAGE, when the trailer is missing. */
int partial_finish(struct partial_reader *reader, struct error *err);

#endif
