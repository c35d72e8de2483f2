/* frame.c -- handing on chunks, and telling what was lost.
 * SPDX-License-Identifier: MIT */
#include "input/frame.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "input/limits.h"

/* formats.md 0: the stream AWS makes before any real event, and what it says. */
#define VALIDATION_STREAM \
	"log_stream_created_by_aws_to_validate_log_delivery_subscriptions"
#define VALIDATION_TEXT \
	"Permissions are set correctly to allow AWS CloudWatch Logs to write"
#define CONTROL_TEXT "CWL CONTROL MESSAGE: "
#define LEND_SIZE ((size_t)512)	/* less input is copied: it is no work */
#define JOIN_SIZE ((size_t)128)		/* first copied of what is to be lent */
#define SPARE_LIMIT (4 * CHUNK_SIZE)	/* bytes kept for the next frame */

void
frame_init(struct frame *frame, struct input *input, bool inside,
    uint64_t base)
{
	*frame = (struct frame){ .input = input, .inside = inside,
	    .base = base, .above_ms = TIME_NONE, .default_ms = TIME_NONE };
	frame->chunk = input->spare_chunk;
	chunk_init(&input->spare_chunk);
	buf_init(&frame->scratch, BUF_NO_LIMIT);
}

void
frame_free(struct frame *frame)
{
	buf_free(&frame->scratch);
	chunk_clear(&frame->chunk);
	frame->chunk.shape = SHAPE_UNKNOWN;
	frame->chunk.escaping = ESCAPING_NONE;
	/* what a huge record asked for is not held for ever */
	if (frame->chunk.bytes.room > SPARE_LIMIT ||
	    frame->chunk.bytes.room < frame->input->spare_chunk.bytes.room) {
		chunk_free(&frame->chunk);
		return;
	}
	chunk_free(&frame->input->spare_chunk);
	frame->input->spare_chunk = frame->chunk;
}

void
frame_add(struct frame *frame, const char *bytes, size_t len)
{
	buf_add(&frame->chunk.bytes, bytes, len);
}

/* What is kept stands in front of next, too: there it is from here on. */
static void
lend(struct frame *frame, const char *next)
{
	struct buf *bytes = &frame->chunk.bytes;
	size_t rest = bytes->len;

	frame->lent = true;
	frame->own = *bytes;
	*bytes = (struct buf){ .data = (char *)(uintptr_t)(next - rest),
	    .len = rest, .limit = rest };
}

size_t
frame_take(struct frame *frame, struct slice *input)
{
	struct buf *bytes = &frame->chunk.bytes;
	size_t gone = 0, len = input->len;

	if (!frame->lent && len >= LEND_SIZE &&
	    bytes->len - frame->keep <= frame->copied) {
		gone = frame_flush(frame, true);
		lend(frame, input->data);
	}
	if (frame->lent) {
		len = len < CHUNK_SIZE ? len : CHUNK_SIZE;
		bytes->len += len;
	} else {
		/* growing, as what is kept may be long */
		if (len >= LEND_SIZE && len > frame->copied + JOIN_SIZE)
			len = frame->copied + JOIN_SIZE;
		buf_add(bytes, input->data, len);
		frame->copied += len;
	}
	*input = slice_cut(*input, len, input->len);
	return gone;
}

void
frame_own(struct frame *frame)
{
	struct slice lent = buf_slice(&frame->chunk.bytes);

	if (!frame->lent)
		return;
	frame->lent = false;
	frame->chunk.bytes = frame->own;
	buf_clear(&frame->chunk.bytes);
	buf_add_slice(&frame->chunk.bytes, lent);
	frame->copied = lent.len;
}

size_t
frame_settle(struct frame *frame)
{
	size_t gone = frame->lent ? frame_flush(frame, true) : 0;

	frame_own(frame);
	frame->copied = 0;
	return gone;
}

static bool
is_aws_talk(const struct frame *frame, const struct record *record,
    const struct origin *origin)
{
	struct slice message = { frame->chunk.bytes.data + record->offset,
	    record->len };

	/* asked of every record: the first byte answers most */
	return (message.len > 0 &&
	    ((message.data[0] == 'P' &&
	    slice_starts(message, VALIDATION_TEXT)) ||
	    (message.data[0] == 'C' &&
	    slice_starts(message, CONTROL_TEXT)))) ||
	    slice_is(origin->stream, VALIDATION_STREAM);
}

static struct record *
append(struct frame *frame, const struct record *record,
    const struct origin *origin)
{
	struct record *made;

	/* the index first: it may move nothing that record points to */
	uint32_t index = chunk_add_origin(&frame->chunk, origin);

	made = chunk_add_record(&frame->chunk);
	*made = *record;
	made->origin = index;
	made->at = frame->base + record->offset;
	return made;
}

void
frame_record(struct frame *frame, const struct record *record,
    const struct origin *origin)
{
	struct coverage *coverage = frame->input->coverage;
	bool given = frame->given;

	frame->given = false;
	if (is_aws_talk(frame, record, origin)) {
		coverage->skipped++;
		return;
	}
	if (frame->chunk.shape != SHAPE_CWSIFT)
		coverage->records++;
	coverage_time(coverage, record->time_ms);
	coverage->shapes |= (uint32_t)1 << frame->chunk.shape;
	if (record->time_ms != TIME_NONE)
		frame->above_ms = record->time_ms;
	if (given && record->len == frame->given_len)
		return;			/* it was whole when it was given */
	append(frame, record, origin);
	if (given)
		frame->chunk.again = true;
}

void
frame_hand_on(struct frame *frame)
{
	struct chunk *chunk = &frame->chunk;

	if (chunk->count > 0)
		frame->input->sink->chunk(frame->input->sink->ctx, chunk);
	chunk->count = 0;
	chunk->origin_count = 0;
	buf_clear(&chunk->names);
	chunk->again = false;
	chunk->open = false;
}

void
frame_open(struct frame *frame, const struct record *record,
    const struct origin *origin)
{
	if (is_aws_talk(frame, record, origin))
		return;
	if (frame->given) {
		if (record->len == frame->given_len)
			return;
		frame->chunk.again = true;
	}
	append(frame, record, origin);
	frame->chunk.open = true;
	frame->given = true;
	frame->given_len = record->len;
	frame_hand_on(frame);
}

void
frame_is(struct frame *frame, enum shape shape, enum escaping escaping)
{
	if (frame->chunk.shape == shape && frame->chunk.escaping == escaping)
		return;
	frame_hand_on(frame);
	frame->chunk.shape = shape;
	frame->chunk.escaping = escaping;
	if (frame->input->shape == SHAPE_UNKNOWN)
		frame->input->shape = shape;
}

size_t
frame_flush(struct frame *frame, bool now)
{
	struct buf *bytes = &frame->chunk.bytes;
	size_t gone = frame->keep;

	if (!now && !frame->input->live && frame->keep < CHUNK_SIZE)
		return 0;
	frame_hand_on(frame);
	/* moving the rest is worth it only for at least as much */
	if (!frame->lent && gone < bytes->len - gone && gone < CHUNK_SIZE &&
	    !now)
		return 0;
	if (frame->lent) {
		bytes->data += gone;
		bytes->len -= gone;
	} else {
		buf_drop(bytes, gone);
	}
	frame->base += gone;
	frame->scan -= gone < frame->scan ? gone : frame->scan;
	frame->keep = 0;
	return gone;
}

int64_t
frame_time(struct frame *frame, struct slice message)
{
	int64_t ms = time_in_message(message);

	if (ms != TIME_NONE)
		return ms;
	if (frame->default_ms != TIME_NONE)
		return frame->default_ms;
	if (frame->above_ms != TIME_NONE)
		return frame->above_ms;
	if (frame->input->force_live || (frame->input->live &&
	    shape_info(frame->chunk.shape)->live))
		return time_now_ms();
	return TIME_NONE;
}

static void
tell(struct frame *frame, const struct problem *problem)
{
	struct coverage *coverage = frame->input->coverage;

	switch (problem->kind) {
	case PROBLEM_DAMAGE:
	case PROBLEM_LIMIT:
		coverage->damages++;
		coverage->damaged_bytes += problem->bytes;
		break;
	case PROBLEM_PARTIAL:
		coverage->partial++;
		break;
	case PROBLEM_NOT_UNDERSTOOD:
		break;			/* counted by the line */
	}
	frame->input->sink->problem(frame->input->sink->ctx, problem);
}

void
frame_problem(struct frame *frame, enum problem_kind kind, size_t offset,
    uint64_t bytes, const char *format, ...)
{
	struct problem problem = { .kind = kind, .at = frame->base + offset,
	    .inside = frame->inside, .bytes = bytes };
	va_list args;

	va_start(args, format);
	vsnprintf(problem.text, sizeof problem.text, format, args);
	va_end(args);
	tell(frame, &problem);
}

void
frame_lost_line(struct frame *frame, size_t offset, size_t len)
{
	if (len == 0)
		return;
	if (frame->not_understood == 0)
		frame->not_understood_at = frame->base + offset;
	frame->not_understood++;
	frame->input->coverage->lines_not_understood++;
}

static void
tell_lost_lines(struct frame *frame)
{
	struct problem problem = { .kind = PROBLEM_NOT_UNDERSTOOD,
	    .at = frame->not_understood_at, .inside = frame->inside };

	snprintf(problem.text, sizeof problem.text,
	    frame->not_understood == 1 ? "a line not understood" :
	    "%llu lines not understood",
	    (unsigned long long)frame->not_understood);
	frame->not_understood = 0;
	tell(frame, &problem);
}

void
frame_told(struct frame *frame)
{
	if (frame->not_understood > 0)
		tell_lost_lines(frame);
}
