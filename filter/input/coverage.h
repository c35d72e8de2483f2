/* coverage.h -- what was read, so that "nothing failed" can be believed.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_COVERAGE_H
#define INPUT_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "input/shape.h"

/* Merges by adding: the coverage of two inputs is that of both together. */
struct coverage {
	uint64_t files;		/* operands and files of folders opened */
	uint64_t bytes;		/* read from them, before any layer */
	uint64_t records;
	uint64_t outside;	/* of these, outside --since and --until */
	uint64_t skipped;	/* control messages, validation stream, files
				 * that folders hold for other reasons */
	uint64_t damages;	/* places where something was lost */
	uint64_t damaged_bytes;	/* bytes lost there, where that is known */
	uint64_t lines_not_understood;
	uint64_t partial;	/* answers that say themselves they are partial */
	uint64_t gave_up;	/* records on which a rule hit its limit */
	int64_t first_ms, last_ms;	/* event times; TIME_NONE: no record */
	uint32_t shapes;	/* bit 1 << enum shape for each that was met */
};

void coverage_init(struct coverage *coverage);
void coverage_time(struct coverage *coverage, int64_t ms);
void coverage_merge(struct coverage *into, const struct coverage *from);

/* Nothing was lost (which does not say that there was anything). */
bool coverage_complete(const struct coverage *coverage);

#endif
