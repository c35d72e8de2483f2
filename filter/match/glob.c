/* glob.c -- a literal front, literal parts by first occurrence, a literal end.
 * SPDX-License-Identifier: MIT */
#include "match/glob.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct glob {
	char *text;
	struct slice *parts;	/* what stands between the stars, also empty */
	size_t count;		/* 1: no star at all */
	size_t room;
};

struct glob *
glob_new(struct slice text)
{
	struct glob *glob = mem_zero(1, sizeof *glob);
	size_t start = 0;

	glob->text = mem_copy(text);
	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.data[i] != '*')
			continue;
		glob->parts = mem_grow(glob->parts, glob->count + 1,
		    &glob->room, sizeof *glob->parts);
		glob->parts[glob->count++] =
		    (struct slice){ glob->text + start, i - start };
		start = i + 1;
	}
	return glob;
}

void
glob_free(struct glob *glob)
{
	if (glob == NULL)
		return;
	free(glob->parts);
	free(glob->text);
	free(glob);
}

static bool
equal_at(struct slice text, size_t at, struct slice part)
{
	return slice_equal(slice_cut(text, at, at + part.len), part);
}

/* The first occurrence of a middle part is never worse than a later one, for
 * the star behind it takes whatever is between. */
bool
glob_match(const struct glob *glob, struct slice text)
{
	struct slice first = glob->parts[0];
	struct slice last = glob->parts[glob->count - 1];
	size_t at, end;

	if (glob->count == 1)
		return slice_equal(text, first);
	if (text.len < last.len || text.len - last.len < first.len)
		return false;
	end = text.len - last.len;
	if (!equal_at(text, 0, first) || !equal_at(text, end, last))
		return false;
	at = first.len;
	for (size_t i = 1; i + 1 < glob->count; i++) {
		size_t found = slice_find(slice_cut(text, at, end),
		    glob->parts[i]);

		if (found == SIZE_MAX)
			return false;
		at += found + glob->parts[i].len;
	}
	return true;
}

void
glob_need(const struct glob *glob, struct need *need)
{
	for (size_t i = 0; i < glob->count; i++) {
		struct need part = { 0 };

		need_literal(&part, glob->parts[i]);
		need_and(need, &part);
	}
}
