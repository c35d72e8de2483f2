/* layer.c -- recognises what it is fed, unwraps it or hands it to its framer.
 * SPDX-License-Identifier: MIT */
#include "input/layer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "input/ahead.h"
#include "input/base64.h"
#include "input/csv.h"
#include "input/document.h"
#include "input/envelope.h"
#include "input/inflate.h"
#include "input/limits.h"
#include "input/lines.h"
#include "input/recognise.h"
#include "input/rows.h"

#define BEGINNING 64			/* bytes that say what a document is */

struct layer {
	struct input *input;
	unsigned level;		/* how many layers are around it */
	bool inside;
	enum own own;		/* whether it may be our own json */
	uint64_t base;		/* offset of the first byte that is not yet fed on */
	int64_t default_ms;
	enum layer_kind kind;
	struct buf head;	/* bytes while undecided */
	bool told;		/* that this is not read */

	/* wrappings */
	struct inflater *inflater;	/* one of the two */
	struct ahead *ahead;
	bool member_ended;	/* the next bytes may be something else */
	struct base64 base64;
	bool item;		/* an item is being decoded */
	bool item_bad;		/* ... no more: to the next separator */
	struct buf decoded;
	struct layer *inner;

	/* framers: one of them */
	enum shape shape;
	struct lines *lines;
	struct rows *rows;
	struct csv *csv;
	struct document *document;
};

struct layer *
layer_new(struct input *input, bool inside, uint64_t base,
    int64_t default_ms)
{
	struct layer *layer = mem_zero(1, sizeof *layer);

	layer->input = input;
	layer->inside = inside;
	layer->own = inside ? OWN_NEVER : OWN_READ;
	layer->base = base;
	layer->default_ms = default_ms;
	buf_init(&layer->head, BUF_NO_LIMIT);
	buf_init(&layer->decoded, BUF_NO_LIMIT);
	layer->level = input->depth++;
	return layer;
}

static void
take_inflater(struct layer *layer)
{
	struct input *input = layer->input;

	if (input->spare_inflater == NULL) {
		layer->inflater = inflater_new();
		return;
	}
	layer->inflater = input->spare_inflater;
	input->spare_inflater = NULL;
	inflater_again(layer->inflater);
}

static void
leave_inflater(struct layer *layer)
{
	if (layer->inflater == NULL)
		return;
	inflater_free(layer->input->spare_inflater);
	layer->input->spare_inflater = layer->inflater;
}

void
layer_free(struct layer *layer)
{
	if (layer == NULL)
		return;
	document_free(layer->document);
	csv_free(layer->csv);
	rows_free(layer->rows);
	lines_free(layer->lines);
	layer_free(layer->inner);
	buf_free(&layer->decoded);
	ahead_free(layer->ahead);
	leave_inflater(layer);
	buf_free(&layer->head);
	layer->input->depth--;
	layer->input->chain[layer->level] = NULL;
	free(layer);
}

static void
tell(struct layer *layer, enum problem_kind kind, uint64_t at,
    const char *why)
{
	struct frame frame;

	frame_init(&frame, layer->input, layer->inside, at);
	frame_problem(&frame, kind, 0, 0, "%s", why);
	frame_free(&frame);
}

static void
unread(struct layer *layer, const char *advice)
{
	if (layer->told)
		return;
	layer->told = true;
	layer->input->coverage->lines_not_understood++;
	tell(layer, PROBLEM_NOT_UNDERSTOOD, layer->base, advice);
}

/* ---- deciding ---- */

/* The front of a file of gzip members may be damaged.  (What is inside of something is
 * looked at anew with each member of that.) */
static void
become_searched(struct layer *layer)
{
	layer->kind = LAYER_UNREAD;
	if (layer->inside)
		return;
	layer->kind = LAYER_GZIP;
	take_inflater(layer);
	inflater_search(layer->inflater);
	layer->input->chain[layer->level] = "gzip";
}

static void
become(struct layer *layer, const struct recognition *r)
{
	struct input *input = layer->input;

	layer->kind = r->kind;
	layer->shape = r->shape;
	switch (r->kind) {
	case LAYER_GZIP:
		take_inflater(layer);
		input->chain[layer->level] = "gzip";
		break;
	case LAYER_LINES:
		layer->lines = lines_new(input, layer->inside, layer->base,
		    r->shape);
		break;
	case LAYER_ROWS:
		layer->rows = rows_new(input, layer->inside, layer->base,
		    r->shape);
		break;
	case LAYER_CSV:
		layer->csv = csv_new(input, layer->inside, layer->base);
		break;
	case LAYER_DOCUMENT:
		layer->document = document_new(input, layer->inside,
		    layer->base, layer->default_ms, r->shape);
		break;
	case LAYER_SKIP:
		input->coverage->skipped++;
		break;
	case LAYER_UNREAD:
		unread(layer, r->advice);
		break;
	case LAYER_UNKNOWN:
		unread(layer, r->advice);
		become_searched(layer);
		break;
	case LAYER_BASE64:
		input->chain[layer->level] = "base64";
		break;
	case LAYER_UNDECIDED:
		break;
	}
	if (input->may_live && !layer->inside && input->depth == 1 &&
	    (r->kind == LAYER_DOCUMENT || (r->kind == LAYER_LINES &&
	    shape_info(r->shape)->live)))
		input->live = true;
}

static void pass(struct layer *layer, const char *bytes, size_t len);

/* What the layer is, by what it begins with: true when that can be told, and *mark bytes
 * of head are only a mark of it. */
static bool
decide(struct layer *layer, struct slice head, bool final, size_t *mark)
{
	struct input *input = layer->input;
	struct recognition r;

	if (input->depth > LAYER_LIMIT) {
		r = (struct recognition){ LAYER_UNREAD, SHAPE_UNKNOWN,
		    "too many wrappings inside each other", 0 };
	} else {
		r = recognise(head, final, layer->own);
		if (r.kind == LAYER_UNDECIDED)
			return false;
		if (r.kind == LAYER_DOCUMENT && head.data[0] != '{' &&
		    layer->own == OWN_READ &&
		    lines_is_export_path(input->path)) {
			r.kind = LAYER_LINES;
			r.shape = SHAPE_EXPORT;
		}
		if (input->from != SHAPE_UNKNOWN && r.kind != LAYER_GZIP &&
		    r.kind != LAYER_BASE64) {
			r.kind = recognise_reader(input->from);
			r.shape = input->from;
		}
	}
	*mark = r.mark;
	layer->base += r.mark;
	become(layer, &r);
	return true;
}

/* The same by what has been gathered of it, which is then passed on. */
static void
decide_gathered(struct layer *layer, bool final)
{
	struct buf head = layer->head;
	size_t mark;

	if (!decide(layer, buf_slice(&head), final, &mark))
		return;
	buf_init(&layer->head, BUF_NO_LIMIT);
	if (head.len > mark)
		pass(layer, head.data + mark, head.len - mark);
	buf_free(&head);
}

/* ---- gzip ---- */

static bool
is_separator(char c)
{
	return c == '\n' || c == '\r' || c == '\t' || c == ' ' || c == ',' ||
	    c == '"';
}

/* No line is begun. */
static bool
base64_at_border(const struct layer *layer)
{
	for (size_t i = 0; i < layer->head.len; i++)
		if (!is_separator(layer->head.data[i]))
			return false;
	return layer->head.len > 0 || !layer->item;
}

static bool
at_border(const struct layer *layer)
{
	switch (layer->kind) {
	case LAYER_LINES:
		return lines_at_border(layer->lines);
	case LAYER_ROWS:
		return rows_at_border(layer->rows);
	case LAYER_CSV:
		return csv_at_border(layer->csv);
	case LAYER_DOCUMENT:
		return document_at_border(layer->document);
	case LAYER_SKIP:
	case LAYER_UNKNOWN:
	case LAYER_UNREAD:
		return true;
	case LAYER_BASE64:
		return base64_at_border(layer);
	case LAYER_UNDECIDED:
	case LAYER_GZIP:
		break;
	}
	return false;
}

static void
end_inner(struct layer *layer)
{
	if (layer->inner == NULL)
		return;
	layer_end(layer->inner);
	layer_free(layer->inner);
	layer->inner = NULL;
}

/* Whether a recognised beginning is that of another shape than the one being read. */
static bool
is_another(const struct layer *inner, const struct recognition *r,
    struct slice bytes)
{
	if (inner->kind == LAYER_UNREAD || inner->kind == LAYER_SKIP)
		return true;
	switch (r->kind) {
	case LAYER_LINES:
	case LAYER_ROWS:
	case LAYER_CSV:
		return r->kind != inner->kind || r->shape != inner->shape;
	case LAYER_DOCUMENT:
		return r->kind != inner->kind && envelope_begins(bytes);
	case LAYER_GZIP:
	case LAYER_BASE64:
	case LAYER_SKIP:
	case LAYER_UNKNOWN:
	case LAYER_UNREAD:
		return r->kind != inner->kind;
	case LAYER_UNDECIDED:
		break;
	}
	return false;
}

static void
feed_inner(struct layer *layer, struct slice bytes)
{
	if (layer->inner == NULL) {
		layer->inner = layer_new(layer->input, true, 0,
		    layer->default_ms);
		layer->inner->own = layer->own == OWN_READ &&
		    layer->kind == LAYER_BASE64 ? OWN_REFUSED : layer->own;
	}
	layer_feed(layer->inner, bytes.data, bytes.len);
}

/* Several files may have been joined: what a gzip member begins with, when what came
 * before it is at an end, is looked at anew. */
static void
look_anew(struct layer *layer, struct slice bytes, bool final)
{
	struct recognition r;
	struct slice head;

	buf_add_slice(&layer->head, bytes);
	head = buf_slice(&layer->head);
	if (layer->inner != NULL && at_border(layer->inner)) {
		r = recognise(head, final, OWN_NEVER);
		if (r.kind == LAYER_UNDECIDED || (!final &&
		    slice_starts(head, "{") && head.len < BEGINNING))
			return;
		if (head.len > 0 && is_another(layer->inner, &r, head))
			end_inner(layer);
	}
	layer->member_ended = false;
	if (head.len > 0)
		feed_inner(layer, head);
	buf_clear(&layer->head);
}

/* Bytes that came out of the wrapping.  final: nothing more of this member comes. */
static void
give_inner(struct layer *layer, struct slice bytes, bool final)
{
	while (layer->member_ended) {
		size_t len = bytes.len < READ_SIZE ? bytes.len : READ_SIZE;

		look_anew(layer, slice_cut(bytes, 0, len), final &&
		    len == bytes.len);
		bytes = slice_cut(bytes, len, bytes.len);
		if (bytes.len == 0)
			return;
	}
	if (bytes.len > 0)
		feed_inner(layer, bytes);
}

/* The next bytes do not follow the last.  A framer knows its shape and goes on with it,
 * perhaps from the middle of a line; a wrapping must begin anew. */
static void
gap(struct layer *layer)
{
	enum layer_kind kind;

	if (layer->inner == NULL)
		return;
	kind = layer->inner->kind;
	if (kind == LAYER_GZIP || kind == LAYER_BASE64 ||
	    kind == LAYER_UNDECIDED)
		end_inner(layer);
	else
		layer_end(layer->inner);
	layer->member_ended = true;
}

/* What came of a step of inflating: its bytes, and for what is broken why and where. */
static void
take_inflated(struct layer *layer, enum inflate_event event, struct slice bytes,
    const char *why, uint64_t at)
{
	switch (event) {
	case INFLATE_MORE:
		break;
	case INFLATE_BYTES:
		give_inner(layer, bytes, false);
		break;
	case INFLATE_MEMBER:
		give_inner(layer, bytes, true);
		layer->member_ended = true;
		break;
	case INFLATE_BROKEN:
		give_inner(layer, bytes, true);
		tell(layer, PROBLEM_DAMAGE, layer->base + at, why);
		gap(layer);
		break;
	}
}

static void
gunzip_ahead(struct layer *layer, struct slice input)
{
	struct ahead *ahead = layer->ahead;
	enum inflate_event event;

	while ((event = ahead_run(ahead, &input)) != INFLATE_MORE)
		take_inflated(layer, event, ahead_bytes(ahead),
		    ahead_why(ahead), ahead_at(ahead));
}

static void
gunzip(struct layer *layer, struct slice input)
{
	struct inflater *inflater = layer->inflater;
	enum inflate_event event;

	if (layer->ahead != NULL) {
		gunzip_ahead(layer, input);
		return;
	}
	while ((event = inflater_run(inflater, &input)) != INFLATE_MORE)
		take_inflated(layer, event, inflater_bytes(inflater),
		    inflater_why(inflater), inflater_at(inflater));
}

static void
end_gunzip(struct layer *layer)
{
	if (layer->ahead != NULL)
		ahead_end(layer->ahead);
	else
		inflater_end(layer->inflater);
	gunzip(layer, (struct slice){ NULL, 0 });
	give_inner(layer, (struct slice){ NULL, 0 }, true);
	end_inner(layer);
}

/* ---- base64 ---- */

/* What an item begins with: gzip, or a payload as it is. */
static bool
begins_item(struct slice text)
{
	return slice_starts(text, "H4sI") || slice_starts(text, "eyJt");
}

static void
end_item(struct layer *layer, uint64_t at)
{
	if (!layer->item)
		return;
	layer->item = false;
	buf_clear(&layer->decoded);
	if (!base64_finish(&layer->base64, &layer->decoded) &&
	    !layer->item_bad)
		tell(layer, PROBLEM_DAMAGE, at, "base64 that ends too early");
	give_inner(layer, buf_slice(&layer->decoded), false);
	end_inner(layer);
}

/* Items stand between separators; a line end inside one (as base64(1) makes them) is
 * told from the end of one by what the next begins with. */
static void
unbase64(struct layer *layer, const char *bytes, size_t len, bool final)
{
	struct buf *head = &layer->head;
	struct slice text;

	buf_add(head, bytes, len);
	text = buf_slice(head);
	while (text.len > 0) {
		uint64_t at = layer->base + (head->len - text.len);
		size_t taken;

		if (is_separator(text.data[0])) {
			size_t skip = 1;

			while (skip < text.len && is_separator(text.data[skip]))
				skip++;
			if (text.len - skip < 4 && !final)
				break;		/* wait for what begins */
			text = slice_cut(text, skip, text.len);
			if (text.len > 0 && begins_item(text))
				end_item(layer, at);
			layer->item_bad = layer->item_bad && layer->item;
			continue;
		}
		if (!layer->item) {
			layer->item = true;
			layer->item_bad = false;
		}
		buf_clear(&layer->decoded);
		taken = layer->item_bad ? 0 : base64_feed(&layer->base64, text,
		    &layer->decoded);
		give_inner(layer, buf_slice(&layer->decoded), false);
		text = slice_cut(text, taken, text.len);
		if (text.len == 0 || is_separator(text.data[0]))
			continue;
		if (!layer->item_bad)
			tell(layer, PROBLEM_DAMAGE, layer->base +
			    (head->len - text.len), "a byte that is not base64");
		layer->item_bad = true;
		while (text.len > 0 && !is_separator(text.data[0]))
			text = slice_cut(text, 1, text.len);
	}
	layer->base += head->len - text.len;
	buf_drop(head, head->len - text.len);
}

/* ---- all ---- */

/* A tail that was cut in front: its first whole line shows what it is.  Or another
 * shape behind documents.  False: neither was met. */
static bool
become_other(struct layer *layer)
{
	struct document *document = layer->document;
	struct slice rest;
	uint64_t at;
	bool tail;

	if (!document_rest(document, &rest, &at, &tail))
		return false;
	layer->document = NULL;
	if (tail) {
		layer->kind = LAYER_LINES;
		layer->shape = SHAPE_TAIL_DETAILED;
		layer->lines = lines_new(layer->input, layer->inside, at,
		    layer->shape);
		lines_feed(layer->lines, rest.data, rest.len);
	} else {
		layer->kind = LAYER_UNDECIDED;
		layer->base = at;
		layer->own = OWN_NEVER;
		buf_add_slice(&layer->head, rest);
		decide_gathered(layer, false);
	}
	document_free(document);
	return true;
}

static void
pass(struct layer *layer, const char *bytes, size_t len)
{
	switch (layer->kind) {
	case LAYER_GZIP:
		gunzip(layer, (struct slice){ bytes, len });
		break;
	case LAYER_BASE64:
		unbase64(layer, bytes, len, false);
		break;
	case LAYER_LINES:
		lines_feed(layer->lines, bytes, len);
		break;
	case LAYER_ROWS:
		rows_feed(layer->rows, bytes, len);
		break;
	case LAYER_CSV:
		csv_feed(layer->csv, bytes, len);
		break;
	case LAYER_DOCUMENT:
		document_feed(layer->document, bytes, len);
		become_other(layer);
		break;
	case LAYER_SKIP:
	case LAYER_UNKNOWN:
	case LAYER_UNREAD:
	case LAYER_UNDECIDED:
		break;
	}
}

void
layer_feed(struct layer *layer, const char *bytes, size_t len)
{
	if (layer->kind == LAYER_UNDECIDED && layer->head.len == 0 && len > 0) {
		size_t mark;

		if (decide(layer, (struct slice){ bytes, len < READ_SIZE ? len :
		    READ_SIZE }, false, &mark)) {
			bytes += mark;
			len -= mark;
		}
	}
	while (layer->kind == LAYER_UNDECIDED && len > 0) {
		size_t part = len < READ_SIZE ? len : READ_SIZE;

		buf_add(&layer->head, bytes, part);
		bytes += part;
		len -= part;
		decide_gathered(layer, false);
	}
	if (len > 0)
		pass(layer, bytes, len);
}

bool
layer_ahead(struct layer *layer)
{
	if (layer->kind != LAYER_GZIP || layer->ahead != NULL)
		return false;
	layer->ahead = ahead_new(layer->inflater);
	if (layer->ahead == NULL)
		return false;
	layer->inflater = NULL;
	return true;
}

void
layer_idle(struct layer *layer)
{
	/* a silence says nothing of what the first line will be */
	if (layer->kind == LAYER_LINES)
		lines_idle(layer->lines);
	else if (layer->kind == LAYER_DOCUMENT)
		document_idle(layer->document);
	else if (layer->kind == LAYER_GZIP && layer->ahead != NULL)
		gunzip_ahead(layer, (struct slice){ NULL, 0 });
}

void
layer_end(struct layer *layer)
{
	if (layer->kind == LAYER_UNDECIDED && layer->head.len > 0)
		decide_gathered(layer, true);
	switch (layer->kind) {
	case LAYER_GZIP:
		end_gunzip(layer);
		break;
	case LAYER_BASE64:
		unbase64(layer, NULL, 0, true);
		end_item(layer, layer->base);
		break;
	case LAYER_LINES:
		lines_end(layer->lines);
		break;
	case LAYER_ROWS:
		rows_end(layer->rows);
		break;
	case LAYER_CSV:
		csv_end(layer->csv);
		break;
	case LAYER_DOCUMENT:
		document_end(layer->document);
		if (become_other(layer))
			layer_end(layer);
		break;
	case LAYER_SKIP:
	case LAYER_UNKNOWN:
	case LAYER_UNREAD:
	case LAYER_UNDECIDED:
		break;
	}
}
