/* diag.h -- what is said to people: the owner of standard error.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

/* All messages begin "cwsift: " and end with a line end that is added here;
 * control characters and broken UTF-8 in what is printed are made harmless.
 * Safe from several threads. */
void diag_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Several lines as they are (a caret under a rule's line, a table); still made
 * harmless, LF and TAB kept. */
void diag_raw(struct slice text);

/* The progress line of a terminal: replaces the one before; NULL wipes it. */
void diag_progress(const char *line);
bool diag_is_terminal(void);

/* From now on messages are kept in into and there is no progress; NULL: no longer.
 * Not while other threads speak. */
void diag_capture(struct buf *into);

/* Ends the program with status 3: the input could not be read whole. */
void diag_out_of_memory(void) __attribute__((noreturn));

#endif
