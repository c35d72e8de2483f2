/* identifier.c -- names that no human gave.
 * SPDX-License-Identifier: MIT */
#include "match/identifier.h"

#include <stddef.h>

#include "base/ascii.h"

#define ID_MIN 8	/* hexadecimal digits: "db01" is a name */

/* What a run of letters and digits speaks for. */
enum part {
	PART_WORD,
	PART_EITHER,		/* a UUID may have it, and so may a human */
	PART_ID,
};

/* The words that stand in ids: jr_HEX, i-HEX, $LATEST, a stamp's T and Z. */
static bool
is_id_word(struct slice part)
{
	return slice_is(part, "jr") || slice_is(part, "i") ||
	    slice_is(part, "LATEST") || slice_is(part, "T") ||
	    slice_is(part, "Z");
}

static enum part
kind_of(struct slice part)
{
	size_t hex = 0, digits = 0;

	if (is_id_word(part))
		return PART_EITHER;
	for (size_t i = 0; i < part.len; i++) {
		hex += is_hex(part.data[i]);
		digits += is_digit(part.data[i]);
	}
	if (digits * 2 > part.len)
		return PART_ID;
	if (hex < part.len || part.len % 4 != 0)
		return PART_WORD;
	return digits > 0 && part.len >= ID_MIN ? PART_ID : PART_EITHER;
}

bool
identifier_is(struct slice name)
{
	size_t start = 0;
	bool id = false;

	for (size_t i = 0; i <= name.len; i++) {
		struct slice part = slice_cut(name, start, i);

		/* bytes beyond ASCII are somebody's words */
		if (i < name.len && (is_letter(name.data[i]) ||
		    is_digit(name.data[i]) || (name.data[i] & 0x80) != 0))
			continue;
		start = i + 1;
		if (part.len == 0)
			continue;
		switch (kind_of(part)) {
		case PART_WORD:
			return false;
		case PART_EITHER:
			break;
		case PART_ID:
			id = true;
			break;
		}
	}
	return id || name.len == 0;
}
