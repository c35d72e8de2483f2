/* builtin.h -- the built-in pack: rules/ as bytes in the program.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_BUILTIN_H
#define MATCH_BUILTIN_H

#include <stddef.h>

struct builtin_file {
	const char *name;	/* "rules/lambda.rules" */
	const char *text;
	size_t len;
};

/* The Makefile writes build/builtin.c from rules/. */
extern const struct builtin_file builtin_files[];
extern const size_t builtin_file_count;

#endif
