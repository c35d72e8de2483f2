/* verdict.h -- what tests found, told to people or as TAP.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_VERDICT_H
#define VERBS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "options.h"

struct verdict {
	enum report format;
	bool colour;
	size_t count, failed;
	bool broken;		/* something could not be tried at all */
};

/* One test.  place: "FILE:LINE", what: "import-failed matches".  details: why it
 * failed, whole lines; len 0: it passed. */
void verdict_tell(struct verdict *verdict, struct slice place,
    struct slice what, struct slice details);

/* Lines that belong to no test. */
void verdict_note(const struct verdict *verdict, struct slice lines);

/* Behind the last test. */
void verdict_end(const struct verdict *verdict);

/* Appends text for eyes: on one line, harmless, cut where it is long. */
void verdict_excerpt(struct buf *out, struct slice text);

#endif
