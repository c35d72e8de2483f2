/* output.h -- the owner of standard output.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_OUTPUT_H
#define SINK_OUTPUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

/* Writes at once and whole.  A reader that has gone (EPIPE) closes the output
 * quietly; another fault is kept for output_failed.  Once closed, all writes do
 * nothing. */
void output_write(struct slice bytes);
bool output_closed(void);		/* nobody reads on */
const char *output_failed(void);	/* NULL, or what strerror said */
bool output_is_terminal(void);

/* From now on what is written is kept in into; NULL: no longer.  A closed output
 * does not come into it, and what is captured is no terminal. */
void output_capture(struct buf *into);

#endif
