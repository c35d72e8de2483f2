/* input.c -- fuzz: any bytes through the whole input stage, in two manners of feeding.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>

#include "input/source.h"

struct seen {
	uint64_t records;
	uint64_t bytes;
	struct buf scratch;
};

static void
take_chunk(void *ctx, const struct chunk *chunk)
{
	struct seen *seen = ctx;

	if (chunk->again || chunk->open)
		abort();		/* nothing here is live */
	for (size_t i = 0; i < chunk->count; i++) {
		const struct record *record = &chunk->records[i];

		if (record->offset + record->len > chunk->bytes.len ||
		    (i > 0 && record->offset < chunk->records[i - 1].offset))
			abort();
		chunk_origin(chunk, record->origin);
		seen->bytes += chunk_message(chunk, record,
		    &seen->scratch).len;
		seen->records++;
	}
}

static void
take_problem(void *ctx, const struct problem *problem)
{
	(void)ctx;
	(void)problem;
}

static struct seen
run(const uint8_t *data, size_t size, size_t step)
{
	struct seen seen = { 0, 0, { 0 } };
	struct source_sink sink = { &seen, take_chunk, take_problem };
	struct coverage coverage;
	struct source *source;

	buf_init(&seen.scratch, BUF_NO_LIMIT);
	coverage_init(&coverage);
	source = source_new(NULL, SHAPE_UNKNOWN, &sink, &coverage);
	for (size_t at = 0; at < size; at += step)
		source_feed(source, (const char *)data + at,
		    size - at < step ? size - at : step);
	source_end(source);
	source_free(source);
	buf_free(&seen.scratch);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole = run(data, size, size == 0 ? 1 : size);
	struct seen parts = run(data, size, 7);

	/* the records do not depend on how the bytes came */
	if (whole.records != parts.records || whole.bytes != parts.bytes)
		abort();
	return 0;
}
