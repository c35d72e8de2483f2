/* frame.h -- what all framers share: the chunk being filled, and what was lost.
 * SPDX-License-Identifier: MIT
 *
 * A framer finds the records in the bytes of one layer.  Private to input/. */
#ifndef INPUT_FRAME_H
#define INPUT_FRAME_H

#include "input/limits.h"
#include "input/source.h"

struct inflater;

/* What is shared by all layers of a source. */
struct input {
	const struct source_sink *sink;
	struct coverage *coverage;
	const char *path;
	bool may_live;		/* the input can be written while we read */
	bool force_live;	/* it was said to be live */
	bool live;		/* ... and so can its shape, or it was said */
	enum shape from;	/* what --from says, or SHAPE_UNKNOWN */
	enum shape shape;	/* the first that was recognised */
	unsigned depth;		/* layers that are inside each other now */
	const char *chain[LAYER_LIMIT + 1];	/* by depth: what each unwraps,
				 * NULL: nothing, or not yet known */

	/* What one layer leaves to the next, or to the same of the next file: of
	 * many small files making them anew would cost more than reading. */
	struct inflater *spare_inflater;
	struct chunk spare_chunk;

	/* A whole thing that was found inside a document (decoded base64, a JSON
	 * text in a string): recognised and read as a layer of its own.  at: where
	 * the document said so; default_ms: what it says of its time. */
	void (*nest)(struct input *input, struct slice bytes, uint64_t at,
	    int64_t default_ms);
};

struct frame {
	struct input *input;
	bool inside;		/* bytes are not the file's own */
	struct chunk chunk;	/* bytes: all that is not yet let go */
	bool lent;		/* they stand in the input that is being taken ... */
	struct buf own;		/* ... and this waits with memory of ours */
	size_t copied;		/* of our own, how many at the end are a copy of what
				 * stands in front of the input's next byte */
	uint64_t base;		/* offset in the layer of chunk.bytes[0] */
	size_t scan;		/* bytes already looked at */
	size_t keep;		/* bytes before it belong to records that are
				 * closed, or to nothing */
	int64_t above_ms;	/* time of the record above, or TIME_NONE */
	int64_t default_ms;	/* time the layer around it knows */
	bool given;		/* the open record was handed on ... */
	size_t given_len;	/* ... with this length */
	struct buf scratch;
	uint64_t not_understood_at;	/* for one message, not one a line */
	uint64_t not_understood;
};

void frame_init(struct frame *frame, struct input *input, bool inside,
    uint64_t base);
void frame_free(struct frame *frame);

/* Bytes go behind those that are there. */
void frame_add(struct frame *frame, const char *bytes, size_t len);

/* The same for the next bytes of input, which is moved on: they are looked at where they
 * stand as soon as all that is kept stands there too, and copied until then.  Call it,
 * look through them and set keep, until input is empty; then frame_settle, before which
 * the bytes must stay as they are.  Offsets held elsewhere must be lowered by the result
 * of either. */
size_t frame_take(struct frame *frame, struct slice *input);
size_t frame_settle(struct frame *frame);

/* Before the chunk's bytes are changed in place: they are our own from here on. */
void frame_own(struct frame *frame);

/* A record at offset..offset+len of the chunk's bytes is whole: into the table, or
 * counted as skipped when it is AWS's own talk.  In order of offset. */
void frame_record(struct frame *frame, const struct record *record,
    const struct origin *origin);

/* The same for one that may go on: hands all on at once, with chunk.open. */
void frame_open(struct frame *frame, const struct record *record,
    const struct origin *origin);

/* Chunks have one shape and one escaping: hands on what is of another. */
void frame_is(struct frame *frame, enum shape shape, enum escaping escaping);

/* Hands the table on when it is worth it (much gathered, or live), and lets go of
 * the bytes before keep.  Offsets held elsewhere must be lowered by the result. */
size_t frame_flush(struct frame *frame, bool now);

/* Hands the table on, lets go of nothing. */
void frame_hand_on(struct frame *frame);

/* Time of a record that the shape gives none: in the message, the layer's, that of
 * the record above, live: now. */
int64_t frame_time(struct frame *frame, struct slice message);

/* Counts it and tells it. */
void frame_problem(struct frame *frame, enum problem_kind kind, size_t offset,
    uint64_t bytes, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A line that fits nowhere: counted; told once for a run of them, by the next
 * frame_told. */
void frame_lost_line(struct frame *frame, size_t offset, size_t len);
void frame_told(struct frame *frame);

#endif
