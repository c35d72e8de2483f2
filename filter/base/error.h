/* error.h -- why something could not be done, on its way to the user.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stddef.h>

enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,		/* the command line or the configuration */
	ERROR_RULES,		/* a rule file or a pattern */
	ERROR_DATA,		/* the input */
	ERROR_SYSTEM,		/* the operating system */
};

#define ERROR_NOWHERE ((size_t)-1)

/* A stage fills it and returns -1; who has the context adds it. */
struct error {
	enum error_kind kind;
	size_t at;		/* byte offset in what was being read (a
				 * pattern, a template), or ERROR_NOWHERE */
	char text[512];		/* lower case, no full stop, no newline */
};

/* Fills *err (at = ERROR_NOWHERE) and returns -1, so that a failing function
 * ends in one line. */
int error_set(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with the byte offset. */
int error_at(struct error *err, enum error_kind kind, size_t at,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
