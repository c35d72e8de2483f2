/* fuzz.h -- what the fuzz targets share.
 * SPDX-License-Identifier: MIT */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/slice.h"

/* The one function of a target: libFuzzer calls it, or replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property: what does not hold is named, and is a crash. */
#define HOLDS(x) ((x) ? (void)0 : fuzz_fails(#x, __FILE__, __LINE__))

_Noreturn static inline void
fuzz_fails(const char *what, const char *file, int line)
{
	fflush(stdout);
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

/* Takes off what stands in front of the first such byte, and that byte. */
static inline struct slice
fuzz_until(struct slice *rest, char end)
{
	const char *at = rest->len == 0 ? NULL :
	    memchr(rest->data, end, rest->len);
	size_t len = at == NULL ? rest->len : (size_t)(at - rest->data);
	struct slice part = slice_cut(*rest, 0, len);

	*rest = slice_cut(*rest, len + 1, rest->len);
	return part;
}

/* Takes the first line off, without its LF. */
static inline struct slice
fuzz_line(struct slice *rest)
{
	return fuzz_until(rest, '\n');
}

/* Takes a word off that it begins with: true. */
static inline bool
fuzz_word(struct slice *rest, const char *word)
{
	if (!slice_starts(*rest, word))
		return false;
	*rest = slice_cut(*rest, strlen(word), rest->len);
	return true;
}

static inline bool
fuzz_same(const struct buf *a, const struct buf *b)
{
	return slice_equal(buf_slice(a), buf_slice(b));
}

/* Of the data itself, so that a case replays: never 0. */
static inline uint32_t
fuzz_chance(struct slice data)
{
	uint32_t hash = 2166136261u;	/* FNV-1a */

	for (size_t i = 0; i < data.len; i++)
		hash = (hash ^ (unsigned char)data.data[i]) * 16777619u;
	return hash | 1;
}

/* RFC 4648 section 4, a bit at a time. */
static inline void
fuzz_base64(struct buf *out, struct slice bytes, bool pad)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t bits = bytes.len * 8;

	for (size_t at = 0; at < bits; at += 6) {
		unsigned value = 0;

		for (size_t i = at; i < at + 6; i++)
			value = value << 1 | (i < bits ? (unsigned)
			    (unsigned char)bytes.data[i / 8] >> (7 - i % 8) & 1 :
			    0);
		buf_byte(out, alphabet[value]);
	}
	while (pad && out->len % 4 != 0)
		buf_byte(out, '=');
}

#endif
