/* dialect.h -- CloudWatch's regular expressions in PCRE2's words.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_DIALECT_H
#define MATCH_DIALECT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

/* Zeroed it can be freed. */
struct dialect {
	struct buf pattern;	/* for PCRE2 */
	size_t *from;		/* the source's byte of each of its bytes */
	size_t room;
};

/* Accepts what AWS accepts (filter-patterns section 3) and nothing else: -1,
 * in AWS's words, with err->at in the source.  What is left for PCRE2 to
 * refuse are the bounds of ranges and counts. */
int dialect_read(struct dialect *dialect, struct slice source,
    struct error *err);
void dialect_free(struct dialect *dialect);

/* AWS's words for an expression that cannot be compiled; always -1. */
int dialect_refuse(struct error *err, size_t at, const char *why);

#endif
