/* complaint.h -- what is wrong with a rule file: the line and a caret.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_COMPLAINT_H
#define MATCH_COMPLAINT_H

#include <stdarg.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

/* Where something stands: name:line:column.  Line 0: in no line at all, then
 * only the name is said. */
struct spot {
	const char *name;
	unsigned line;
	struct slice text;	/* of the line */
	size_t at;		/* byte in it; told in characters from 1 */
};

/* Appends "NAME:LINE:COL: what", the line (a long one cut around the place)
 * and a caret under it.  All of it is made harmless for a terminal. */
void complaint_add(struct buf *out, const struct spot *spot,
    const char *format, va_list args) __attribute__((format(printf, 3, 0)));

/* The one of the names that is spelled most alike, or NULL data when none is
 * near.  name(ctx, i) gives them until its data is NULL. */
struct slice complaint_nearest(struct slice word,
    struct slice (*name)(void *ctx, size_t i), void *ctx);

#endif
