/* nested.h -- the gzip members that stand in the text of a broken one.
 * SPDX-License-Identifier: MIT
 *
 * Deflate stores what it cannot make smaller, so that a gzip member in a member's text
 * stands among its compressed bytes too, to the letter.  Who looks for the next member
 * behind a broken one comes by it again, though its text has been read. */
#ifndef INPUT_NESTED_H
#define INPUT_NESTED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct nested;

struct nested *nested_new(void);
void nested_free(struct nested *nested);

/* The search has left the bytes of the members that are known here. */
void nested_clear(struct nested *nested);

/* A broken member made text of its compressed bytes, which are searched next: how much of
 * text is to be given.  Not the member that is cut where text ends, if the search comes
 * by it, and by what is behind it (more).  The members in the rest are known. */
size_t nested_give(struct nested *nested, struct slice text,
    struct slice compressed, bool more);

/* How many bytes to pass over where the search has met a member: 0, it has not been
 * given. */
size_t nested_known(struct nested *nested, struct slice bytes);

#endif
