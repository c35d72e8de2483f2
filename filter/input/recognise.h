/* recognise.h -- from its first bytes, what a layer holds (formats.md section 9).
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_RECOGNISE_H
#define INPUT_RECOGNISE_H

#include <stdbool.h>

#include "base/slice.h"
#include "input/shape.h"

enum layer_kind {
	LAYER_UNDECIDED,
	LAYER_GZIP,
	LAYER_BASE64,
	LAYER_LINES,		/* stamped lines, of recognition.shape */
	LAYER_ROWS,
	LAYER_CSV,
	LAYER_DOCUMENT,		/* JSON and bare messages */
	LAYER_SKIP,		/* known, and holds no records by design */
	LAYER_UNKNOWN,		/* no text; gzip members may be in it */
	LAYER_UNREAD,		/* known, and not read: recognition.advice */
};

/* What is made of what looks like cwsift's own json: no log line may pass for it. */
enum own {
	OWN_NEVER,		/* it is a message like any other */
	OWN_READ,		/* nothing but gzip is around it */
	OWN_REFUSED,		/* base64 too: it could be anybody's, and read as
				 * records it would be failures of its own */
};

struct recognition {
	enum layer_kind kind;
	enum shape shape;	/* SHAPE_UNKNOWN: the framer finds out */
	const char *advice;	/* what to do instead */
	size_t mark;		/* bytes of a byte order mark in front */
};

/* kind LAYER_UNDECIDED: more bytes are needed (never when final, or when there are
 * RECOGNISE_SIZE bytes). */
struct recognition recognise(struct slice head, bool final, enum own own);

/* Which layer reads a shape that --from names. */
enum layer_kind recognise_reader(enum shape shape);

#endif
