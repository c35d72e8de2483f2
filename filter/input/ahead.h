/* ahead.h -- an inflater on a thread of its own, some blocks ahead of who takes.
 * SPDX-License-Identifier: MIT
 *
 * What comes out is what an inflater gives, in the same order; only the time of day at
 * which it comes is another.  What is on the way is bounded. */
#ifndef INPUT_AHEAD_H
#define INPUT_AHEAD_H

#include "input/inflate.h"

struct ahead;

/* The inflater, which may be in the middle of its work, is the thread's from now on, and
 * freed with it.  NULL: no thread could be had, and all is as it was. */
struct ahead *ahead_new(struct inflater *inflater);

/* Also in the middle: what is on the way is lost. */
void ahead_free(struct ahead *ahead);

/* As inflater_run; what comes of this input may come with a later call.  INFLATE_MORE:
 * all input is taken, and nothing is there yet. */
enum inflate_event ahead_run(struct ahead *ahead, struct slice *input);

/* No more input: from now on ahead_run (without any) waits for what is left, and then
 * INFLATE_MORE is the end. */
void ahead_end(struct ahead *ahead);

/* As those of an inflater. */
struct slice ahead_bytes(const struct ahead *ahead);
const char *ahead_why(const struct ahead *ahead);
uint64_t ahead_at(const struct ahead *ahead);

#endif
