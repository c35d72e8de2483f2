/* heard.h -- all that the input stage says of some bytes, to be compared.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_HEARD_H
#define TESTS_HEARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "input/coverage.h"
#include "input/shape.h"

/* What one run said: a line for each record, and for each problem. */
struct heard {
	struct buf records;
	struct buf problems;
	size_t *ends;		/* of the lines in records */
	size_t count, room;
	bool open;		/* the last one may be told again */
	bool timeless;
	struct coverage coverage;
};

/* How the bytes are fed.  The runs are of size step, the first of size first if that
 * is more than 0; or drawn from chance, if that is not 0. */
struct manner {
	const char *path;
	enum shape from;
	size_t first, step;
	uint32_t chance;
	bool live;		/* with a silence behind each run */
	bool calm;		/* ... that ends with a line */
	bool ahead;		/* gzip on a thread of its own, as soon as it can be */
	struct slice before;	/* another operand that the same source reads first */
	bool timeless;		/* the times are not looked at */
};

/* What is impossible whatever the bytes are ("BUG: ...") stands among the problems. */
void hear(struct heard *heard, const struct manner *manner, struct slice bytes);
void heard_free(struct heard *heard);

/* Where the line of a record begins. */
size_t heard_line(const struct heard *heard, size_t record);

/* Whether their coverage is the same; what differs, to standard output. */
bool heard_same_coverage(const struct heard *a, const struct heard *b);

/* The first line that differs, to standard output. */
void heard_difference(const char *what, struct slice want, struct slice got);

#endif
