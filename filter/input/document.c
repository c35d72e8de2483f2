/* document.c -- where documents and bare messages begin and end, also when broken.
 * SPDX-License-Identifier: MIT
 *
 * A line that begins with { or [ is tried as JSON; what turns out to be none is a
 * line of text like any other.  A document that holds records (envelope.h) is read
 * whole up to DOCUMENT_HOLD, a longer one element by element: its head up to the [ of
 * the elements stays, what is done is cut out behind it.  The same cut goes on behind
 * a broken element. */
#include "input/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "input/bare.h"
#include "input/envelope.h"
#include "input/limits.h"
#include "input/recognise.h"

#define LOOK_BACK 256			/* bytes that a border may span */

enum place {
	AT_LINE,		/* a document or a line of text begins */
	IN_JSON,		/* json has not ended yet */
	JSON_ENDED,		/* a message: only if nothing else is on its line */
	RESYNC,			/* behind a broken document, before the next */
};

struct document {
	struct frame frame;
	struct json json;
	enum place place;
	size_t pos;		/* where the document or line begins */
	bool at_start;		/* nothing came before it */
	bool strings;		/* a JSON string came first: they are messages */
	bool as_text;		/* the line at pos is no JSON */
	struct bare bare;	/* the lines that are no JSON */
	bool messages_only;	/* no document is looked into */
	bool given_up;		/* what comes is not read here: document_rest */
	bool tail;		/* ... a tail's */

	size_t head;		/* RESYNC: bytes of the document's head, to go on
				 * in its list; 0: there is none */
	size_t search;		/* RESYNC: where to look on */
	size_t lost_from;	/* RESYNC: where the loss began */
};

struct document *
document_new(struct input *input, bool inside, uint64_t base,
    int64_t default_ms, enum shape from)
{
	struct document *doc = mem_zero(1, sizeof *doc);

	frame_init(&doc->frame, input, inside, base);
	doc->frame.default_ms = default_ms;
	doc->at_start = true;
	doc->messages_only = from == SHAPE_BARE;
	bare_init(&doc->bare, &doc->frame, from == SHAPE_MESSAGES_TEXT);
	return doc;
}

void
document_free(struct document *doc)
{
	if (doc == NULL)
		return;
	json_free(&doc->json);
	frame_free(&doc->frame);
	free(doc);
}

static const char *
data(const struct document *doc)
{
	return doc->frame.chunk.bytes.data;
}

static size_t
length(const struct document *doc)
{
	return doc->frame.chunk.bytes.len;
}

/* ---- documents ---- */

/* Takes bytes from..to of the chunk out, when nothing refers to them any more. */
static void
cut_out(struct document *doc, size_t from, size_t to)
{
	struct frame *frame = &doc->frame;
	struct buf *bytes = &frame->chunk.bytes;

	frame_hand_on(frame);
	frame_own(frame);
	memmove(bytes->data + from, bytes->data + to, bytes->len - to);
	bytes->len -= to - from;
	if (frame->copied > bytes->len - from)
		frame->copied = bytes->len - from;
	frame->base += to - from;
	frame->scan = doc->pos;
}

static void
begin_json(struct document *doc)
{
	json_reset(&doc->json);
	doc->place = IN_JSON;
}

static void
next_item(struct document *doc, size_t at)
{
	doc->pos = at;
	doc->place = AT_LINE;
	doc->at_start = false;
	doc->as_text = false;
}

/* What the document at pos is, by what is there of it. */
static struct envelope
find(const struct document *doc)
{
	struct envelope envelope = envelope_find(&doc->json,
	    data(doc) + doc->pos, doc->at_start || doc->strings);

	if (doc->messages_only)
		envelope.kind = ENVELOPE_NONE;
	return envelope;
}

/* What is found of an envelope's elements, from the first on. */
static uint32_t
give_elements(struct document *doc, const struct envelope *envelope)
{
	if (envelope->array == UINT32_MAX)
		return 0;
	return envelope_elements(&doc->frame, &doc->json, doc->pos, envelope,
	    envelope->array + 1);
}

/* A document that is whole. */
static void
json_done(struct document *doc)
{
	struct envelope envelope = find(doc);

	if (envelope.kind == ENVELOPE_NONE ||
	    doc->json.nodes[0].type == JSON_STRING) {
		doc->place = JSON_ENDED;
		return;
	}
	bare_close(&doc->bare);
	give_elements(doc, &envelope);
	envelope_rest(&doc->frame, &doc->json, doc->pos, &envelope);
	next_item(doc, doc->pos + doc->json.used);
}

/* Where the text of the node begins: a string's quote stands before its body. */
static size_t
node_start(const struct json *json, uint32_t node)
{
	return json->nodes[node].start -
	    (json->nodes[node].type == JSON_STRING);
}

/* A document that is too long to hold: its elements so far are given and cut out.
 * False: it is none that can be read so. */
static bool
shorten(struct document *doc)
{
	struct envelope envelope = find(doc);
	struct json *json = &doc->json;
	size_t head, done;
	uint32_t next;

	if (envelope.kind == ENVELOPE_NONE || envelope.array == UINT32_MAX ||
	    json->nodes[envelope.array].next != JSON_OPEN)
		return false;
	bare_close(&doc->bare);
	next = give_elements(doc, &envelope);
	if (next == envelope.array + 1)
		return false;
	head = json->nodes[envelope.array].start + 1;
	done = next < json->count ? node_start(json, next) : json->used;
	if (next >= json->count) {
		/* the comma stands in the way of what comes next */
		while (done < length(doc) - doc->pos && done > head &&
		    data(doc)[doc->pos + done - 1] != ',')
			done--;
		if (data(doc)[doc->pos + done - 1] != ',')
			return true;	/* wait for it */
	}
	cut_out(doc, doc->pos + head, doc->pos + done);
	json_reset(json);
	return true;
}

/* How many elements of a list are whole: one may be chance, two are a list. */
static bool
is_list(const struct json *json, const struct envelope *envelope)
{
	uint32_t i = envelope->array + 1;

	for (int n = 0; n < 2; n++) {
		if (i >= json->count || json->nodes[i].next == JSON_OPEN)
			return false;
		i = json->nodes[i].next;
	}
	return true;
}

/* A document that cannot be read on: what can be used of it, then the way on. */
static void
lose(struct document *doc, const struct envelope *envelope,
    enum problem_kind kind, const char *why)
{
	struct json *json = &doc->json;
	size_t fault = doc->pos + json->used;
	size_t from = doc->pos + 1;

	bare_close(&doc->bare);
	doc->head = 0;
	if (envelope->array != UINT32_MAX) {
		uint32_t next = give_elements(doc, envelope);

		if (json->nodes[envelope->array].next == JSON_OPEN) {
			doc->head = json->nodes[envelope->array].start + 1;
			from = doc->pos + (next < json->count ?
			    node_start(json, next) + 1 : json->used);
		}
	}
	frame_problem(&doc->frame, kind, fault, 0, "%s", why);
	doc->place = RESYNC;
	doc->search = from;
	doc->lost_from = from;
}

/* No JSON, or none that is right: a line like any other.  One that meant to be an
 * object is told: its filter rules cannot see it. */
static void
as_text(struct document *doc)
{
	doc->as_text = true;
	doc->place = AT_LINE;
	if (doc->json.why == json_too_deep)
		frame_problem(&doc->frame, PROBLEM_LIMIT,
		    doc->pos + doc->json.used, 0,
		    "JSON nested deeper than %d", JSON_DEPTH_LIMIT);
	else if (slice_starts((struct slice){ data(doc) + doc->pos,
	    length(doc) - doc->pos }, "{\""))
		frame_lost_line(&doc->frame, doc->pos + doc->json.used, 1);
}

/* The input ends inside a value.  Of one line, the text is still a message. */
static void
cut_off(struct document *doc)
{
	size_t left = length(doc) - doc->pos;

	frame_problem(&doc->frame, PROBLEM_DAMAGE, length(doc), left,
	    "broken JSON: %s", json_ends_early);
	bare_close(&doc->bare);
	if (memchr(data(doc) + doc->pos, '\n', left) == NULL) {
		doc->as_text = true;
		doc->place = AT_LINE;
	} else {
		next_item(doc, length(doc));
	}
}

static void
json_broken(struct document *doc)
{
	struct json *json = &doc->json;
	struct envelope envelope = find(doc);
	char why[128];

	if (envelope.kind == ENVELOPE_NONE ||
	    ((envelope.kind == ENVELOPE_MESSAGES ||
	    envelope.kind == ENVELOPE_OBJECTS) && !is_list(json, &envelope))) {
		if (json->why == json_ends_early &&
		    (data(doc)[doc->pos] != '"' || doc->strings))
			cut_off(doc);
		else
			as_text(doc);
		return;
	}
	snprintf(why, sizeof why, "broken JSON: %s", json->why);
	lose(doc, &envelope, PROBLEM_DAMAGE, why);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Looks for `{"` behind `}` (with `,` between: the next element), or at the start of
 * a line: quotes inside strings are escaped, so it is the document's own. */
static bool
resync_at(const struct document *doc, size_t at, bool *element)
{
	const char *text = data(doc);
	size_t next = at + 1;

	*element = false;
	while (next < length(doc) && is_space(text[next]))
		next++;
	if (next >= length(doc) || text[next] != '"')
		return false;
	if (slice_starts((struct slice){ text + at, length(doc) - at },
	    "{\"messageType\"") || text[at - 1] == '\n')
		return true;
	for (size_t i = at; i > doc->lost_from && at - i < LOOK_BACK; i--) {
		if (text[i - 1] == ',' && !*element)
			*element = true;
		else if (text[i - 1] == '}')
			return !*element || doc->head > 0;
		else if (!is_space(text[i - 1]))
			return false;
	}
	return false;
}

static void
resync(struct document *doc, bool final)
{
	size_t end = length(doc);
	size_t stop = final ? end : end > LOOK_BACK ? end - LOOK_BACK : 0;
	struct coverage *coverage = doc->frame.input->coverage;

	while (doc->search < stop) {
		const char *brace = memchr(data(doc) + doc->search, '{',
		    stop - doc->search);
		bool element;
		size_t at;

		if (brace == NULL) {
			doc->search = stop;
			break;
		}
		at = (size_t)(brace - data(doc));
		if (!resync_at(doc, at, &element)) {
			doc->search = at + 1;
			continue;
		}
		coverage->damaged_bytes += at - doc->lost_from;
		if (element) {
			cut_out(doc, doc->pos + doc->head, at);
			begin_json(doc);
		} else {
			next_item(doc, at);
		}
		return;
	}
	/* nothing yet: let go of what was looked at, but for the head */
	if (doc->search > doc->pos + doc->head + 2 * LOOK_BACK) {
		size_t keep = doc->search - LOOK_BACK;
		size_t gone = keep - (doc->pos + doc->head);

		/* what is let go may also be elements that were given */
		if (keep > doc->lost_from) {
			coverage->damaged_bytes += keep - doc->lost_from;
			doc->lost_from = keep;
		}
		cut_out(doc, doc->pos + doc->head, keep);
		doc->search -= gone;
		doc->lost_from -= gone;
	}
	if (final) {
		coverage->damaged_bytes += length(doc) - doc->lost_from;
		next_item(doc, length(doc));
	}
}

/* Behind a whole value that is itself a message: its line must end there, or the
 * whole line is text.  False: that cannot be told yet. */
static bool
json_ended(struct document *doc, bool final)
{
	size_t end = doc->pos + doc->json.used;
	struct envelope envelope;
	size_t at = end;

	while (at < length(doc) && is_space(data(doc)[at]) &&
	    data(doc)[at] != '\n')
		at++;
	if (at == length(doc) && !final)
		return false;
	if (at < length(doc) && data(doc)[at] != '\n' &&
	    data(doc)[at] != '{') {
		doc->as_text = true;
		doc->place = AT_LINE;
		return true;
	}
	envelope = find(doc);
	bare_close(&doc->bare);
	doc->bare.begun = true;
	if (envelope.kind != ENVELOPE_NONE &&
	    doc->json.nodes[0].type == JSON_STRING) {
		envelope_elements(&doc->frame, &doc->json, doc->pos, &envelope,
		    0);
		doc->strings = true;
		next_item(doc, at);
		return true;
	}
	bare_message(&doc->frame, envelope.event ? SHAPE_EVENT : SHAPE_BARE,
	    doc->pos, end);
	next_item(doc, at);
	return true;
}

static bool
in_json(struct document *doc, bool final)
{
	struct envelope envelope;
	char why[128];

	switch (json_read(&doc->json, data(doc) + doc->pos,
	    length(doc) - doc->pos, final)) {
	case JSON_DONE:
		json_done(doc);
		return true;
	case JSON_BROKEN:
		json_broken(doc);
		return true;
	case JSON_MORE:
		break;
	}
	if (length(doc) - doc->pos <= DOCUMENT_HOLD || shorten(doc))
		return false;
	if (length(doc) - doc->pos <= RECORD_LIMIT)
		return false;
	envelope = find(doc);
	snprintf(why, sizeof why, "a JSON value of more than %zu MiB",
	    RECORD_LIMIT >> 20);
	lose(doc, &envelope, PROBLEM_LIMIT, why);
	return true;
}

/* Whether nothing but documents with records came so far: then a line may begin a file
 * of another shape that was joined to theirs, as no message can be open. */
static bool
is_behind_documents(const struct document *doc)
{
	return !doc->at_start && !doc->bare.begun && !doc->bare.open &&
	    !doc->as_text && !doc->messages_only &&
	    doc->frame.input->from == SHAPE_UNKNOWN;
}

/* One step at pos.  False: it needs more bytes. */
static bool
at_line(struct document *doc, bool final)
{
	const char *text = data(doc);
	size_t from = doc->pos > doc->frame.scan ? doc->pos : doc->frame.scan;
	const char *lf;
	size_t end;

	if (!doc->as_text && (text[doc->pos] == '{' ||
	    text[doc->pos] == '[' || (text[doc->pos] == '"' &&
	    (doc->at_start || doc->strings) && !doc->messages_only))) {
		begin_json(doc);
		return true;
	}
	if (!doc->as_text && doc->at_start && is_space(text[doc->pos])) {
		doc->pos++;
		return true;
	}
	lf = memchr(text + from, '\n', length(doc) - from);
	end = lf == NULL ? length(doc) : (size_t)(lf - text);
	if (lf == NULL && !final) {
		doc->frame.scan = end;
		if (end - doc->pos <= RECORD_LIMIT)
			return false;
	}
	if (end - doc->pos > RECORD_LIMIT) {
		bare_close(&doc->bare);
		frame_problem(&doc->frame, PROBLEM_LIMIT, doc->pos, 0,
		    "a line of more than %zu MiB is cut there",
		    RECORD_LIMIT >> 20);
		end = doc->pos + RECORD_LIMIT;
		lf = NULL;
	}
	if (!doc->messages_only && bare_is_tail(&doc->bare, doc->pos, end)) {
		bare_lose(&doc->bare);
		doc->given_up = doc->tail = true;
		return false;
	}
	if (is_behind_documents(doc)) {
		struct recognition r = recognise((struct slice){
		    text + doc->pos, length(doc) - doc->pos }, final, OWN_NEVER);

		if (r.kind == LAYER_UNDECIDED)
			return false;
		if (r.kind == LAYER_UNREAD || r.kind == LAYER_UNKNOWN) {
			/* it costs itself, not what is behind it */
			frame_lost_line(&doc->frame, doc->pos, slice_trim(
			    (struct slice){ text + doc->pos, end - doc->pos }).len);
			next_item(doc, lf == NULL ? end : end + 1);
			return true;
		}
		if (r.kind != LAYER_DOCUMENT && r.kind != LAYER_SKIP) {
			doc->given_up = true;
			return false;
		}
	}
	bare_line(&doc->bare, doc->pos, end);
	next_item(doc, lf == NULL ? end : end + 1);
	return true;
}

static void
moved(struct document *doc, size_t gone)
{
	doc->pos -= gone;
	doc->search -= gone;
	doc->lost_from -= gone;
	bare_moved(&doc->bare, gone);
}

static void
flush(struct document *doc, bool now)
{
	doc->frame.keep = bare_start(&doc->bare, doc->pos);
	moved(doc, frame_flush(&doc->frame, now));
}

static void
run(struct document *doc, bool final)
{
	bool going = !doc->given_up;

	while (going && doc->pos < length(doc)) {
		switch (doc->place) {
		case AT_LINE:
			going = at_line(doc, final);
			break;
		case IN_JSON:
			going = in_json(doc, final);
			break;
		case JSON_ENDED:
			going = json_ended(doc, final);
			break;
		case RESYNC:
			resync(doc, final);
			going = doc->place != RESYNC;
			break;
		}
	}
}

void
document_feed(struct document *doc, const char *bytes, size_t len)
{
	struct slice input = { bytes, len };

	while (input.len > 0) {
		moved(doc, frame_take(&doc->frame, &input));
		run(doc, false);
		flush(doc, false);
	}
	moved(doc, frame_settle(&doc->frame));
}

void
document_idle(struct document *doc)
{
	flush(doc, true);
	if (doc->place == JSON_ENDED) {
		json_ended(doc, true);
		flush(doc, true);
		return;
	}
	/* a document that has not ended says nothing yet */
	bare_idle(&doc->bare, doc->pos, doc->place == AT_LINE ? length(doc) :
	    doc->pos);
}

void
document_end(struct document *doc)
{
	run(doc, true);
	bare_close(&doc->bare);
	if (doc->pos > length(doc))
		doc->pos = length(doc);
	next_item(doc, doc->pos);
	frame_told(&doc->frame);
	flush(doc, true);
}

bool
document_rest(struct document *doc, struct slice *rest, uint64_t *at,
    bool *tail)
{
	if (!doc->given_up)
		return false;
	*tail = doc->tail;
	frame_told(&doc->frame);
	frame_hand_on(&doc->frame);
	*rest = (struct slice){ data(doc) + doc->pos, length(doc) - doc->pos };
	*at = doc->frame.base + doc->pos;
	return true;
}

bool
document_at_border(const struct document *doc)
{
	return doc->place == AT_LINE && doc->pos == length(doc);
}
