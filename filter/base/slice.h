/* slice.h -- a run of bytes that somebody else owns: pointer and length.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Bytes, not text: NUL and broken UTF-8 are ordinary.  data may be NULL when
 * len is 0. */
struct slice {
	const char *data;
	size_t len;
};

/* A slice of a literal, in a static table. */
#define SLICE(text) { text, sizeof (text) - 1 }

static inline struct slice
slice_from(const char *text)
{
	return (struct slice){ text, strlen(text) };
}

static inline bool
slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool
slice_is(struct slice a, const char *text)
{
	return slice_equal(a, slice_from(text));
}

static inline bool
slice_starts(struct slice a, const char *text)
{
	size_t len = strlen(text);

	return a.len >= len && memcmp(a.data, text, len) == 0;
}

static inline bool
slice_ends(struct slice a, const char *text)
{
	size_t len = strlen(text);

	return a.len >= len && memcmp(a.data + a.len - len, text, len) == 0;
}

/* Bytes from..to of a slice, both held inside it. */
static inline struct slice
slice_cut(struct slice a, size_t from, size_t to)
{
	if (to > a.len)
		to = a.len;
	if (from >= to)
		return (struct slice){ a.data, 0 };	/* data may be NULL */
	return (struct slice){ a.data + from, to - from };
}

/* As memcmp over the shared length, the shorter first: a total order. */
int slice_compare(struct slice a, struct slice b);

/* Where needle first stands in a, or SIZE_MAX.  An empty needle is at 0. */
size_t slice_find(struct slice a, struct slice needle);

/* An ASCII letter, a digit or an underscore. */
static inline bool
slice_is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_';
}

/* The same, or a dash: what names are made of in AWS's patterns. */
static inline bool
slice_is_name_byte(char c)
{
	return slice_is_word_byte(c) || c == '-';
}

/* Whether it is one of the words. */
bool slice_is_one_of(struct slice a, const char *const *words, size_t count);

/* Without blanks and tabs (and CR) at both ends. */
struct slice slice_trim(struct slice a);

/* Without the LF and CR at its end. */
struct slice slice_chomp(struct slice a);

#endif
