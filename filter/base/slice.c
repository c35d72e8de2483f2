/* slice.c -- comparing and searching runs of bytes.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE			/* memmem: glibc, musl, the BSDs, macOS */
#include "base/slice.h"

#include <stdint.h>
#include <string.h>

int
slice_compare(struct slice a, struct slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.data, b.data, len);

	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

size_t
slice_find(struct slice a, struct slice needle)
{
	const char *at;

	if (needle.len == 0)
		return 0;
	if (needle.len > a.len)
		return SIZE_MAX;
	at = memmem(a.data, a.len, needle.data, needle.len);
	return at == NULL ? SIZE_MAX : (size_t)(at - a.data);
}

bool
slice_is_one_of(struct slice a, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slice_is(a, words[i]))
			return true;
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

struct slice
slice_trim(struct slice a)
{
	while (a.len > 0 && is_blank(a.data[0])) {
		a.data++;
		a.len--;
	}
	while (a.len > 0 && is_blank(a.data[a.len - 1]))
		a.len--;
	return a;
}

struct slice
slice_chomp(struct slice a)
{
	while (a.len > 0 &&
	    (a.data[a.len - 1] == '\n' || a.data[a.len - 1] == '\r'))
		a.len--;
	return a;
}
