/* chunk.h -- the unit between input and match: bytes and the records in them.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_CHUNK_H
#define INPUT_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "base/time.h"
#include "input/shape.h"

/* What stands between the bytes of a chunk and the message as it was logged. */
enum escaping {
	ESCAPING_NONE,		/* nothing: the bytes are the message */
	ESCAPING_JSON,		/* the body of a JSON string */
	ESCAPING_CSV,		/* a quoted CSV field's body: "" is one " */
};

/* Where a record comes from; a part of length 0 is unknown. */
struct origin {
	struct slice group;
	struct slice stream;
	struct slice account;
	struct slice region;
};

struct record {
	size_t offset;		/* of the message in the chunk's bytes */
	size_t len;		/* bytes, as they stand there (escaped) */
	int64_t time_ms;	/* event time, or TIME_NONE */
	uint64_t at;		/* byte offset in the source, for messages */
	uint32_t origin;	/* index for chunk_origin */
	bool escaped;		/* false: decoding would change nothing */
};

/* Made by the input stage, lent to whoever takes chunks until it returns. */
struct chunk {
	struct buf bytes;
	struct record *records;
	size_t count;
	size_t room;
	enum escaping escaping;
	enum shape shape;

	/* Live input only.  open: the last record may go on in the next chunk
	 * (it is here because nothing more came for a while).  again: the first
	 * record is the one that was open in the chunk before, with what has come
	 * since: what was concluded from it then is void.  Where a chunk after an
	 * open one is not again, the open record was whole. */
	bool open;
	bool again;

	/* private: the origins and the bytes they are made of */
	struct chunk_origin *origins;
	size_t origin_count;
	size_t origin_room;
	struct buf names;
};

void chunk_init(struct chunk *chunk);
void chunk_free(struct chunk *chunk);

/* No records, no bytes; the memory is kept. */
void chunk_clear(struct chunk *chunk);

/* The index of an origin, made when it is not the one added last. */
uint32_t chunk_add_origin(struct chunk *chunk, const struct origin *origin);

/* The slices last until the chunk is changed. */
struct origin chunk_origin(const struct chunk *chunk, uint32_t index);

/* A new record at the end of the table, zeroed but for time_ms = TIME_NONE. */
struct record *chunk_add_record(struct chunk *chunk);

/* The message as it was logged: a slice of the chunk when nothing is escaped, else
 * decoded into scratch (cleared first).  Lasts as long as both. */
struct slice chunk_message(const struct chunk *chunk,
    const struct record *record, struct buf *scratch);

#endif
