/* source.h -- one operand: bytes in, chunks of records out.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "input/chunk.h"
#include "input/coverage.h"
#include "input/shape.h"

enum problem_kind {
	PROBLEM_DAMAGE,		/* bytes that could not be read */
	PROBLEM_PARTIAL,	/* an answer that says it is not all */
	PROBLEM_NOT_UNDERSTOOD,	/* lines, or a shape we do not read */
	PROBLEM_LIMIT,		/* something passed one of limits.h */
};

struct problem {
	enum problem_kind kind;
	uint64_t at;		/* byte offset */
	bool inside;		/* at counts bytes of what the file holds once
				 * it is decompressed or decoded */
	uint64_t bytes;		/* lost, 0 when not known */
	char text[256];		/* what, as in struct error */
};

/* Where a source gives what it finds.  The chunk is lent until the call returns. */
struct source_sink {
	void *ctx;
	void (*chunk)(void *ctx, const struct chunk *chunk);
	void (*problem)(void *ctx, const struct problem *problem);
};

struct source;

/* path: of the file, for the log stream of an S3 export; NULL for a pipe.
 * from: SHAPE_UNKNOWN to recognise.  Problems are counted in coverage before sink
 * hears of them.  coverage and sink must outlast the source. */
struct source *source_new(const char *path, enum shape from,
    const struct source_sink *sink, struct coverage *coverage);
void source_free(struct source *source);

/* After source_end: another operand, by the same source as if it were new. */
void source_next(struct source *source, const char *path);

/* Before the first byte.  The input can be written while we read it: if its shape can
 * be too (or force), records are handed on as soon as they are whole, and one without
 * time gets the time of its arrival. */
void source_live(struct source *source, bool force);

/* There is a processor for another thread, and much to come: what is gzip is inflated on
 * it from here on, while its records are looked at on this one.  All else is as it was,
 * but records may come some calls later.  False: it is not gzip, or that is so already.
 * (Of layers inside each other it is the outermost: the others come in bits, of which
 * handing over would cost more than it gains.) */
bool source_ahead(struct source *source);

/* Whether it is live, by what was read until now. */
bool source_is_live(const struct source *source);

/* The next bytes, in runs of any size: the records do not depend on it. */
void source_feed(struct source *source, const char *bytes, size_t len);

/* Live: nothing has come for a while; what is there of the last record is handed on
 * as open. */
void source_idle(struct source *source);

/* No more comes. */
void source_end(struct source *source);

/* What the outermost layers hold was recognised as, SHAPE_UNKNOWN before that. */
enum shape source_shape(const struct source *source);

/* While a chunk is handed on: appends what it was unwrapped from, the outermost
 * first, each with " > " behind it: "gzip > JSON Message > "; nothing when the bytes
 * are the file's own.  The innermost is the chunk's shape. */
void source_layers(const struct source *source, struct buf *out);

#endif
