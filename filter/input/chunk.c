/* chunk.c -- the table of records and where they come from.
 * SPDX-License-Identifier: MIT */
#include "input/chunk.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

/* The four parts of an origin stand one behind the other in chunk.names. */
struct chunk_origin {
	size_t start;
	size_t len[4];
};

void
chunk_init(struct chunk *chunk)
{
	*chunk = (struct chunk){ .escaping = ESCAPING_NONE };
	buf_init(&chunk->bytes, BUF_NO_LIMIT);
	buf_init(&chunk->names, BUF_NO_LIMIT);
}

void
chunk_free(struct chunk *chunk)
{
	buf_free(&chunk->names);
	free(chunk->origins);
	free(chunk->records);
	buf_free(&chunk->bytes);
}

void
chunk_clear(struct chunk *chunk)
{
	buf_clear(&chunk->bytes);
	buf_clear(&chunk->names);
	chunk->count = 0;
	chunk->origin_count = 0;
	chunk->open = false;
	chunk->again = false;
}

struct origin
chunk_origin(const struct chunk *chunk, uint32_t index)
{
	const struct chunk_origin *o = &chunk->origins[index];
	const char *at = chunk->names.data + o->start;
	struct slice part[4];

	for (int i = 0; i < 4; i++) {
		part[i] = (struct slice){ at, o->len[i] };
		at += o->len[i];
	}
	return (struct origin){ .group = part[0], .stream = part[1],
	    .account = part[2], .region = part[3] };
}

static inline bool
is_part(struct slice part, const char **at, size_t len)
{
	bool same = len == 0 || memcmp(part.data, *at, len) == 0;

	*at += len;
	return same;
}

/* Asked of every record. */
static bool
is_origin(const struct origin *origin, const struct chunk_origin *o,
    const char *at)
{
	return origin->group.len == o->len[0] &&
	    origin->stream.len == o->len[1] &&
	    origin->account.len == o->len[2] &&
	    origin->region.len == o->len[3] &&
	    is_part(origin->group, &at, o->len[0]) &&
	    is_part(origin->stream, &at, o->len[1]) &&
	    is_part(origin->account, &at, o->len[2]) &&
	    is_part(origin->region, &at, o->len[3]);
}

static uint32_t
new_origin(struct chunk *chunk, const struct origin *origin)
{
	const struct slice *part[4] = { &origin->group, &origin->stream,
	    &origin->account, &origin->region };
	struct chunk_origin *o;

	chunk->origins = mem_grow(chunk->origins, chunk->origin_count + 1,
	    &chunk->origin_room, sizeof *chunk->origins);
	o = &chunk->origins[chunk->origin_count];
	o->start = chunk->names.len;
	/* room for the byte that keeps names.data from being NULL */
	buf_reserve(&chunk->names, 1);
	for (int i = 0; i < 4; i++) {
		o->len[i] = part[i]->len;
		buf_add_slice(&chunk->names, *part[i]);
	}
	return (uint32_t)chunk->origin_count++;
}

uint32_t
chunk_add_origin(struct chunk *chunk, const struct origin *origin)
{
	/* nearly always that of the record before */
	if (chunk->origin_count > 0) {
		size_t last = chunk->origin_count - 1;
		const struct chunk_origin *o = &chunk->origins[last];

		if (is_origin(origin, o, chunk->names.data + o->start))
			return (uint32_t)last;
	}
	return new_origin(chunk, origin);
}

struct record *
chunk_add_record(struct chunk *chunk)
{
	struct record *record;

	chunk->records = mem_grow(chunk->records, chunk->count + 1,
	    &chunk->room, sizeof *chunk->records);
	record = &chunk->records[chunk->count++];
	*record = (struct record){ .time_ms = TIME_NONE };
	return record;
}

static void
csv_decode(struct buf *out, struct slice body)
{
	for (size_t i = 0; i < body.len; i++) {
		buf_byte(out, body.data[i]);
		if (body.data[i] == '"' && i + 1 < body.len &&
		    body.data[i + 1] == '"')
			i++;
	}
}

struct slice
chunk_message(const struct chunk *chunk, const struct record *record,
    struct buf *scratch)
{
	struct slice raw = slice_cut(buf_slice(&chunk->bytes), record->offset,
	    record->offset + record->len);

	if (!record->escaped)
		return raw;
	buf_clear(scratch);
	switch (chunk->escaping) {
	case ESCAPING_NONE:
		return raw;
	case ESCAPING_JSON:
		json_decode(scratch, raw);
		break;
	case ESCAPING_CSV:
		csv_decode(scratch, raw);
		break;
	}
	return buf_slice(scratch);
}
