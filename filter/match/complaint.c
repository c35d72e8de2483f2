/* complaint.c -- what is wrong with a rule file: the line and a caret.
 * SPDX-License-Identifier: MIT */
#include "match/complaint.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/clean.h"

#define SHOWN_BEFORE 60			/* bytes of a line before the place */
#define SHOWN_BEHIND 60
#define WORD_LIMIT 48			/* longer words are not compared */

static bool
is_inside_character(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t
characters(struct slice text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += !is_inside_character(text.data[i]);
	return count;
}

/* The line, or what of it is near byte at, and under it the caret. */
static void
add_line(struct buf *out, struct slice line, size_t at)
{
	size_t from = 0, to = line.len;
	size_t start, end;

	if (line.len > SHOWN_BEFORE + SHOWN_BEHIND) {
		if (at > SHOWN_BEFORE)
			from = at - SHOWN_BEFORE;
		if (to > from + SHOWN_BEFORE + SHOWN_BEHIND)
			to = from + SHOWN_BEFORE + SHOWN_BEHIND;
		while (from > 0 && is_inside_character(line.data[from]))
			from--;
		while (to < line.len && is_inside_character(line.data[to]))
			to++;
	}
	start = out->len;
	buf_text(out, from > 0 ? "..." : "");
	clean_text(out, slice_cut(line, from, at));
	end = out->len;
	clean_text(out, slice_cut(line, at, to));
	buf_text(out, to < line.len ? "...\n" : "\n");
	for (size_t i = start; i < end; i++)
		if (out->data[i] == '\t')
			buf_byte(out, '\t');
		else if (!is_inside_character(out->data[i]))
			buf_byte(out, ' ');
	buf_text(out, "^\n");
}

void
complaint_add(struct buf *out, const struct spot *spot, const char *format,
    va_list args)
{
	char what[1024];
	size_t at = spot->at < spot->text.len ? spot->at : spot->text.len;

	vsnprintf(what, sizeof what, format, args);
	if (spot->line == 0)
		buf_text(out, "cwsift: ");
	clean_line(out, slice_from(spot->name));
	if (spot->line > 0)
		buf_printf(out, ":%u:%zu", spot->line,
		    characters(slice_cut(spot->text, 0, at)) + 1);
	buf_text(out, ": ");
	clean_line(out, slice_from(what));
	buf_byte(out, '\n');
	if (spot->line > 0)
		add_line(out, spot->text, at);
}

/* Letters to put in, take out or change, to come from a to b. */
static size_t
distance(struct slice a, struct slice b)
{
	size_t row[WORD_LIMIT + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t best = corner +
			    (a.data[i - 1] != b.data[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			corner = row[j];
			row[j] = best;
		}
	}
	return row[b.len];
}

struct slice
complaint_nearest(struct slice word, struct slice (*name)(void *ctx, size_t i),
    void *ctx)
{
	struct slice best = { NULL, 0 };
	size_t least = SIZE_MAX;
	struct slice one;

	if (word.len > WORD_LIMIT)
		return best;
	for (size_t i = 0; (one = name(ctx, i)).data != NULL; i++) {
		size_t d;

		if (one.len > WORD_LIMIT)
			continue;
		d = distance(word, one);
		if (d < least && d < one.len && d <= word.len / 2 + 1) {
			least = d;
			best = one;
		}
	}
	return best;
}
