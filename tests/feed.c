/* feed.c -- the input stage fed in all manners, which must not show in its records.
 * SPDX-License-Identifier: MIT
 *
 *	feed dump [STEP] FILE	the records, and what was lost
 *	feed split STRIDE FILE	one byte at a time, in steps, and split at every
 *				STRIDE-th border: all as in one piece
 *	feed live STRIDE FILE	the same, with a silence at the border
 *	feed cut SILENT FILE	cut at every byte: a front part of the records, and
 *				said so, but for SILENT places
 *	feed damage STRIDE FILE	each STRIDE-th byte turned over: it must end
 *	feed ahead STRIDE FILE	split, cut and damaged at each STRIDE-th byte, inflated on
 *				a thread of its own: all as without it
 *
 * Prints "ok WHAT" or "not ok WHAT" and what differs; linked with libcwsift.a. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "input/source.h"

/* What one run said: a line for each record, and for each problem. */
struct heard {
	struct buf records;
	struct buf problems;
	size_t *ends;		/* of the lines in records */
	size_t count, room;
	bool open;		/* the last one may be told again */
	struct coverage coverage;
};

static void
heard_init(struct heard *heard)
{
	*heard = (struct heard){ 0 };
	buf_init(&heard->records, BUF_NO_LIMIT);
	buf_init(&heard->problems, BUF_NO_LIMIT);
	coverage_init(&heard->coverage);
}

static void
heard_free(struct heard *heard)
{
	buf_free(&heard->records);
	buf_free(&heard->problems);
	free(heard->ends);
}

static size_t
line_start(const struct heard *heard, size_t i)
{
	return i == 0 ? 0 : heard->ends[i - 1];
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
			heard->records.len = line_start(heard, heard->count);
		}
	}
	for (size_t i = 0; i < chunk->count; i++) {
		const struct record *record = &chunk->records[i];
		struct origin origin = chunk_origin(chunk, record->origin);
		struct slice message = chunk_message(chunk, record, &scratch);

		if (record->time_ms == TIME_NONE)
			buf_text(&heard->records, "-");
		else
			buf_printf(&heard->records, "%" PRId64,
			    record->time_ms);
		buf_printf(&heard->records, " %s ",
		    shape_info(chunk->shape)->name);
		print_bytes(&heard->records, origin.account);
		buf_text(&heard->records, " ");
		print_bytes(&heard->records, origin.group);
		buf_text(&heard->records, " ");
		print_bytes(&heard->records, origin.stream);
		buf_text(&heard->records, " ");
		print_bytes(&heard->records, origin.region);
		buf_text(&heard->records, "|");
		print_bytes(&heard->records, message);
		buf_text(&heard->records, "\n");
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

enum manner {
	BATCH,
	LIVE,		/* a silence behind each step */
	AHEAD,		/* gzip on a thread of its own, from the first moment it can be */
};

/* Feeds bytes in steps, the first one of first bytes. */
static void
hear(struct heard *heard, const char *path, struct slice bytes, size_t first,
    size_t step, enum manner manner)
{
	bool live = manner == LIVE, ahead = false;
	struct source_sink sink = { heard, take_chunk, take_problem };
	struct source *source;
	size_t at = 0;

	heard_init(heard);
	source = source_new(path, SHAPE_UNKNOWN, &sink, &heard->coverage);
	if (live)
		source_live(source, true);
	while (at < bytes.len) {
		size_t len = at == 0 && first > 0 ? first : step;
		char *copy;

		if (len > bytes.len - at)
			len = bytes.len - at;
		/* a block of its own: sanitisers then see one byte too far */
		copy = mem_alloc(len);
		memcpy(copy, bytes.data + at, len);
		source_feed(source, copy, len);
		free(copy);
		at += len;
		if (live)
			source_idle(source);
		if (manner == AHEAD && !ahead)
			ahead = source_ahead(source);
	}
	source_end(source);
	source_free(source);
}

static bool
alike(const struct buf *a, const struct buf *b)
{
	return slice_equal(buf_slice(a), buf_slice(b));
}

/* The first line that differs. */
static void
show_difference(const char *what, struct slice want, struct slice got)
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

static bool
compare(const struct heard *want, const struct heard *got, const char *how,
    size_t number, bool problems)
{
	bool same = alike(&want->records, &got->records);

	if (!same) {
		printf("  %s %zu: other records\n", how, number);
		show_difference("record", buf_slice(&want->records),
		    buf_slice(&got->records));
	} else if (want->coverage.records != got->coverage.records) {
		printf("  %s %zu: other count of records: %" PRIu64 " for %" PRIu64
		    "\n", how, number, got->coverage.records,
		    want->coverage.records);
		same = false;
	} else if (problems && !alike(&want->problems, &got->problems)) {
		printf("  %s %zu: other problems\n", how, number);
		show_difference("problem", buf_slice(&want->problems),
		    buf_slice(&got->problems));
		same = false;
	}
	return same;
}

#define TOLD 3		/* differences shown of one file */

static int
split(const char *path, struct slice bytes, size_t stride, bool live)
{
	static const size_t steps[] = { 1, 2, 3, 7, 64, 1000, 4096, 65537 };
	struct heard whole, part;
	int bad = 0;

	hear(&whole, path, bytes, 0, bytes.len, BATCH);
	for (size_t i = 0; i < sizeof steps / sizeof *steps && bad < TOLD; i++) {
		hear(&part, path, bytes, 0, steps[i], live ? LIVE : BATCH);
		bad += !compare(&whole, &part, "in steps of", steps[i], !live);
		heard_free(&part);
	}
	for (size_t at = 1; at < bytes.len && bad < TOLD; at += stride) {
		hear(&part, path, bytes, at, bytes.len, live ? LIVE : BATCH);
		bad += !compare(&whole, &part, "split at", at, !live);
		heard_free(&part);
	}
	heard_free(&whole);
	return bad;
}

#define FEW 20		/* bytes that could be anything */
#define SCRAP 240	/* of the head of the next record, as we print it */

/* All records are those of the whole.  Only the last may be shorter, or have behind
 * it what is left of the next one's head, or be a scrap that nobody could recognise. */
static bool
is_front(const struct heard *whole, const struct heard *part)
{
	const char *want, *got;
	size_t start, want_len, got_len, common;

	if (part->count == 0)
		return true;
	start = line_start(part, part->count - 1);
	if (part->count > whole->count + 1 || start > whole->records.len ||
	    memcmp(part->records.data, whole->records.data, start) != 0)
		return false;
	if ((part->coverage.shapes & ~whole->coverage.shapes) != 0)
		return true;
	if (part->count > whole->count)
		return false;
	got = part->records.data + start;
	want = whole->records.data + start;
	got_len = part->records.len - start - 1;
	want_len = whole->ends[part->count - 1] - start - 1;
	if (got_len > 0 && got[got_len - 1] == '|')
		return true;		/* cut inside its head */
	common = got_len < want_len ? got_len : want_len;
	return memcmp(got, want, common) == 0 && got_len <= want_len + SCRAP;
}

/* silent: at how many places a cut need not be told, because the input is whole there;
 * SIZE_MAX / 2 when that is everywhere. */
static int
cut(const char *path, struct slice bytes, size_t silent)
{
	struct heard whole, part;
	int bad = 0;

	hear(&whole, path, bytes, 0, bytes.len, BATCH);
	if (!coverage_complete(&whole.coverage) || whole.count == 0) {
		printf("  the whole is not read whole\n");
		bad++;
	}
	for (size_t len = 1; len < bytes.len && bad < TOLD; len++) {
		hear(&part, path, slice_cut(bytes, 0, len), 0, len, BATCH);
		if (!is_front(&whole, &part)) {
			printf("  cut at %zu: not a front part\n", len);
			show_difference("record", buf_slice(&whole.records),
			    buf_slice(&part.records));
			bad++;
		}
		if (len >= FEW && coverage_complete(&part.coverage) &&
		    part.count < whole.count && silent-- == 0) {
			printf("  cut at %zu of %zu: %zu of %zu records, and "
			    "nothing is said\n", len, bytes.len, part.count,
			    whole.count);
			bad++;
			silent = 0;
		}
		heard_free(&part);
	}
	heard_free(&whole);
	return bad;
}

static int
damage(const char *path, struct slice bytes, size_t stride)
{
	struct heard part;
	char *copy = mem_alloc(bytes.len + 1);
	int bad = 0;

	for (size_t at = 0; at < bytes.len && bad < TOLD; at += stride) {
		struct heard steps;

		memcpy(copy, bytes.data, bytes.len);
		copy[at] = (char)(copy[at] ^ (1 << at % 8));
		hear(&part, path, (struct slice){ copy, bytes.len }, 0, bytes.len,
		    BATCH);
		hear(&steps, path, (struct slice){ copy, bytes.len }, at / 2 + 1,
		    13, BATCH);
		bad += !compare(&part, &steps, "broken, in steps of 13, at", at,
		    true);
		heard_free(&steps);
		heard_free(&part);
	}
	free(copy);
	return bad;
}

static int
both(const char *path, struct slice bytes, size_t first, size_t step,
    const char *how, size_t at)
{
	struct heard here, ahead;
	int bad;

	hear(&here, path, bytes, first, step, BATCH);
	hear(&ahead, path, bytes, first, step, AHEAD);
	bad = !compare(&here, &ahead, how, at, true);
	if (memcmp(&here.coverage, &ahead.coverage, sizeof here.coverage) != 0) {
		printf("  %s %zu: another coverage\n", how, at);
		bad = 1;
	}
	heard_free(&ahead);
	heard_free(&here);
	return bad;
}

static int
ahead(const char *path, struct slice bytes, size_t stride)
{
	static const size_t steps[] = { 13, 1000, 65537 };
	char *copy = mem_alloc(bytes.len + 1);
	int bad = 0;

	for (size_t at = 1; at < bytes.len && bad < TOLD; at += stride) {
		size_t step = steps[at % (sizeof steps / sizeof *steps)];

		bad += both(path, bytes, at, step, "ahead, split at", at);
		bad += both(path, slice_cut(bytes, 0, at), at / 2 + 1, step,
		    "ahead, cut at", at);
		memcpy(copy, bytes.data, bytes.len);
		copy[at] = (char)(copy[at] ^ (1 << at % 8));
		bad += both(path, (struct slice){ copy, bytes.len }, at / 2 + 1,
		    step, "ahead, broken at", at);
	}
	free(copy);
	return bad;
}

static int
dump(const char *path, struct slice bytes, size_t step)
{
	struct heard heard;

	hear(&heard, path, bytes, 0, step, BATCH);
	if (heard.records.len > 0)
		fwrite(heard.records.data, 1, heard.records.len, stdout);
	if (heard.problems.len > 0)
		fwrite(heard.problems.data, 1, heard.problems.len, stdout);
	printf("%s, %" PRIu64 " records, %" PRIu64 " skipped\n",
	    coverage_complete(&heard.coverage) ? "complete" : "incomplete",
	    heard.coverage.records, heard.coverage.skipped);
	heard_free(&heard);
	return 0;
}

static void
slurp(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "rb");
	size_t n;

	if (file == NULL) {
		perror(path);
		exit(2);
	}
	buf_init(out, BUF_NO_LIMIT);
	do {
		char *room = buf_reserve(out, 65536);

		n = fread(room, 1, 65536, file);
		out->len += n;
	} while (n > 0);
	fclose(file);
}

int
main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";
	size_t number = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
	const char *path = argc > 3 ? argv[3] : argc > 2 ? argv[2] : "";
	struct buf bytes;
	int bad;

	if (number == 0 && strcmp(mode, "cut") != 0)
		number = SIZE_MAX / 2;
	slurp(path, &bytes);
	if (strcmp(mode, "dump") == 0)
		bad = dump(path, buf_slice(&bytes), number);
	else if (strcmp(mode, "split") == 0)
		bad = split(path, buf_slice(&bytes), number, false);
	else if (strcmp(mode, "live") == 0)
		bad = split(path, buf_slice(&bytes), number, true);
	else if (strcmp(mode, "cut") == 0)
		bad = cut(path, buf_slice(&bytes), number);
	else if (strcmp(mode, "damage") == 0)
		bad = damage(path, buf_slice(&bytes), number);
	else if (strcmp(mode, "ahead") == 0)
		bad = ahead(path, buf_slice(&bytes), number);
	else
		return 2;
	if (strcmp(mode, "dump") != 0)
		printf("%sok %s %s\n", bad > 0 ? "not " : "", mode, path);
	buf_free(&bytes);
	return bad > 0;
}
