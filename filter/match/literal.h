/* literal.h -- a run of bytes that is searched for, as it stands or in any case.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_LITERAL_H
#define MATCH_LITERAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ascii.h"
#include "base/slice.h"

struct literal {
	struct slice text;	/* printable ASCII, a byte at least */
	bool caseless;		/* its letters, which are small here, may be
				 * capital ones as well */
};

/* A letter's other case has this bit, too. */
#define CASE_BIT 0x20

static inline bool
literal_equal(const struct literal *a, const struct literal *b)
{
	return a->caseless == b->caseless && slice_equal(a->text, b->text);
}

/* Whether the literal stands at at, where its length can be read. */
static inline bool
literal_is_at(const struct literal *literal, const char *at)
{
	struct slice text = literal->text;

	if (!literal->caseless)
		return memcmp(at, text.data, text.len) == 0;
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] != at[i] && !(is_letter(at[i]) &&
		    text.data[i] == (at[i] | CASE_BIT)))
			return false;
	return true;
}

/* Whether it stands anywhere in bytes: for single records. */
static inline bool
literal_is_in(const struct literal *literal, struct slice bytes)
{
	for (size_t at = 0; at + literal->text.len <= bytes.len; at++)
		if (literal_is_at(literal, bytes.data + at))
			return true;
	return false;
}

#endif
