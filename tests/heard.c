/* heard.c -- a source fed in some manner, and what came out of it as text.
 * SPDX-License-Identifier: MIT */
#include "heard.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "input/limits.h"
#include "input/source.h"
#include "reduce/partial.h"

static void
heard_init(struct heard *heard)
{
	*heard = (struct heard){ 0 };
	buf_init(&heard->records, BUF_NO_LIMIT);
	buf_init(&heard->problems, BUF_NO_LIMIT);
	coverage_init(&heard->coverage);
}

void
heard_free(struct heard *heard)
{
	buf_free(&heard->records);
	buf_free(&heard->problems);
	free(heard->ends);
}

size_t
heard_line(const struct heard *heard, size_t record)
{
	return record == 0 ? 0 : heard->ends[record - 1];
}

static void
print_bytes(struct buf *out, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.data[i];

		if (c > 0x20 && c < 0x7f && c != '\\')
			buf_byte(out, (char)c);
		else
			buf_printf(out, "\\%02x", c);
	}
}

static void
take_record(struct heard *heard, const struct chunk *chunk,
    const struct record *record, struct buf *scratch)
{
	struct origin origin;

	if (record->len > RECORD_LIMIT || record->offset > chunk->bytes.len ||
	    record->len > chunk->bytes.len - record->offset) {
		buf_text(&heard->problems, "BUG: not in its chunk\n");
		return;
	}
	origin = chunk_origin(chunk, record->origin);
	if (heard->timeless)
		buf_text(&heard->records, "*");
	else if (record->time_ms == TIME_NONE)
		buf_text(&heard->records, "-");
	else
		buf_printf(&heard->records, "%" PRId64, record->time_ms);
	buf_printf(&heard->records, " %s ", shape_info(chunk->shape)->name);
	print_bytes(&heard->records, origin.account);
	buf_text(&heard->records, " ");
	print_bytes(&heard->records, origin.group);
	buf_text(&heard->records, " ");
	print_bytes(&heard->records, origin.stream);
	buf_text(&heard->records, " ");
	print_bytes(&heard->records, origin.region);
	buf_text(&heard->records, "|");
	print_bytes(&heard->records, chunk_message(chunk, record, scratch));
	buf_text(&heard->records, "\n");
}

static void
take_chunk(void *ctx, const struct chunk *chunk)
{
	struct heard *heard = ctx;
	struct buf scratch;

	buf_init(&scratch, BUF_NO_LIMIT);
	if (chunk->again) {
		if (!heard->open || heard->count == 0) {
			buf_text(&heard->problems,
			    "BUG: again without an open record\n");
		} else {
			heard->count--;
			heard->records.len = heard_line(heard, heard->count);
		}
	}
	for (size_t i = 0; i < chunk->count; i++) {
		take_record(heard, chunk, &chunk->records[i], &scratch);
		heard->ends = mem_grow(heard->ends, heard->count + 1,
		    &heard->room, sizeof *heard->ends);
		heard->ends[heard->count++] = heard->records.len;
	}
	heard->open = chunk->open;
	buf_free(&scratch);
}

static void
take_problem(void *ctx, const struct problem *problem)
{
	struct heard *heard = ctx;

	buf_printf(&heard->problems, "%d at %" PRIu64 "%s, %" PRIu64 " bytes: %s\n",
	    (int)problem->kind, problem->at, problem->inside ? " inside" : "",
	    problem->bytes, problem->text);
}

/* Mostly a few bytes, at times a lot (Numerical Recipes' constants). */
static size_t
draw(uint32_t *chance)
{
	*chance = *chance * 1664525 + 1013904223;
	return 1 + (*chance >> 16) % ((*chance >> 28) < 12 ? 16 : 1500);
}

static void
feed(struct source *source, const struct manner *manner, struct slice bytes)
{
	uint32_t chance = manner->chance;
	bool ahead = false;
	size_t at = 0;

	while (at < bytes.len) {
		size_t len = at == 0 && manner->first > 0 ? manner->first :
		    chance != 0 ? draw(&chance) : manner->step;
		bool silence;
		char *copy;

		if (len > bytes.len - at)
			len = bytes.len - at;
		silence = !manner->calm || bytes.data[at + len - 1] == '\n';
		/* a block of its own: sanitisers then see one byte too far */
		copy = mem_alloc(len);
		memcpy(copy, bytes.data + at, len);
		source_feed(source, copy, len);
		free(copy);
		at += len;
		if (manner->live && silence)
			source_idle(source);
		if (manner->ahead && !ahead)
			ahead = source_ahead(source);
	}
	source_end(source);
}

void
hear(struct heard *heard, const struct manner *manner, struct slice bytes)
{
	struct source_sink sink = { heard, take_chunk, take_problem };
	struct source *source;

	heard_init(heard);
	source = source_new(manner->path, manner->from, &sink,
	    &heard->coverage);
	if (manner->live)
		source_live(source, true);
	if (manner->before.len > 0) {
		feed(source, manner, manner->before);
		heard_free(heard);
		heard_init(heard);
		source_next(source, manner->path);
	}
	heard->timeless = manner->timeless;
	feed(source, manner, bytes);
	source_free(source);
}

void
heard_difference(const char *what, struct slice want, struct slice got)
{
	size_t from = 0, at = 0;

	while (at < want.len && at < got.len && want.data[at] == got.data[at]) {
		if (want.data[at] == '\n')
			from = at + 1;
		at++;
	}
	for (int i = 0; i < 2; i++) {
		struct slice s = slice_cut(i == 0 ? want : got, from,
		    (i == 0 ? want : got).len);
		const char *lf = s.len == 0 ? NULL : memchr(s.data, '\n', s.len);
		size_t len = lf == NULL ? s.len : (size_t)(lf - s.data);

		printf("  %s %s: %.*s\n", what, i == 0 ? "whole" : "here ",
		    (int)(len < 400 ? len : 400), s.data == NULL ? "" : s.data);
	}
}

bool
heard_same_coverage(const struct heard *a, const struct heard *b)
{
	struct partial_terms terms = { 0, LEVEL_WARN };
	struct buf one, other;
	bool same;

	buf_init(&one, BUF_NO_LIMIT);
	buf_init(&other, BUF_NO_LIMIT);
	partial_print_coverage(&one, &a->coverage, &terms);
	partial_print_coverage(&other, &b->coverage, &terms);
	same = slice_equal(buf_slice(&one), buf_slice(&other));
	if (!same)
		heard_difference("coverage", buf_slice(&one),
		    buf_slice(&other));
	buf_free(&other);
	buf_free(&one);
	return same;
}
