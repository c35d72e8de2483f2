/* unread.h -- what is known by a line of text and not read: what to do instead.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_UNREAD_H
#define INPUT_UNREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* The advice for what begins with this line, or NULL: it is nothing of these.  Each is
 * asked what a program's own line that looks like it would be. */
const char *unread_by_line(struct slice line);

/* The same for a line of which the start of the second must be known, too. */
const char *unread_by_two_lines(struct slice line, struct slice second);
bool unread_wants_second(struct slice line);

#endif
