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
#include "heard.h"

enum way {
	BATCH,
	LIVE,		/* a silence behind each step */
	AHEAD,		/* gzip on a thread of its own, from the first moment it can be */
};

/* Feeds bytes in steps, the first one of first bytes. */
static void
feed(struct heard *heard, const char *path, struct slice bytes, size_t first,
    size_t step, enum way way)
{
	struct manner manner = { .path = path, .first = first, .step = step,
	    .live = way == LIVE, .ahead = way == AHEAD };

	hear(heard, &manner, bytes);
}

static bool
alike(const struct buf *a, const struct buf *b)
{
	return slice_equal(buf_slice(a), buf_slice(b));
}

static bool
compare(const struct heard *want, const struct heard *got, const char *how,
    size_t number, bool problems)
{
	bool same = alike(&want->records, &got->records);

	if (!same) {
		printf("  %s %zu: other records\n", how, number);
		heard_difference("record", buf_slice(&want->records),
		    buf_slice(&got->records));
	} else if (want->coverage.records != got->coverage.records) {
		printf("  %s %zu: other count of records: %" PRIu64 " for %" PRIu64
		    "\n", how, number, got->coverage.records,
		    want->coverage.records);
		same = false;
	} else if (problems && !alike(&want->problems, &got->problems)) {
		printf("  %s %zu: other problems\n", how, number);
		heard_difference("problem", buf_slice(&want->problems),
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

	feed(&whole, path, bytes, 0, bytes.len, BATCH);
	for (size_t i = 0; i < sizeof steps / sizeof *steps && bad < TOLD; i++) {
		feed(&part, path, bytes, 0, steps[i], live ? LIVE : BATCH);
		bad += !compare(&whole, &part, "in steps of", steps[i], !live);
		heard_free(&part);
	}
	for (size_t at = 1; at < bytes.len && bad < TOLD; at += stride) {
		feed(&part, path, bytes, at, bytes.len, live ? LIVE : BATCH);
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
	start = heard_line(part, part->count - 1);
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

	feed(&whole, path, bytes, 0, bytes.len, BATCH);
	if (!coverage_complete(&whole.coverage) || whole.count == 0) {
		printf("  the whole is not read whole\n");
		bad++;
	}
	for (size_t len = 1; len < bytes.len && bad < TOLD; len++) {
		feed(&part, path, slice_cut(bytes, 0, len), 0, len, BATCH);
		if (!is_front(&whole, &part)) {
			printf("  cut at %zu: not a front part\n", len);
			heard_difference("record", buf_slice(&whole.records),
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
		feed(&part, path, (struct slice){ copy, bytes.len }, 0, bytes.len,
		    BATCH);
		feed(&steps, path, (struct slice){ copy, bytes.len }, at / 2 + 1,
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

	feed(&here, path, bytes, first, step, BATCH);
	feed(&ahead, path, bytes, first, step, AHEAD);
	bad = !compare(&here, &ahead, how, at, true);
	if (!heard_same_coverage(&here, &ahead)) {
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

	feed(&heard, path, bytes, 0, step, BATCH);
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
