/* envelope_doc.c -- what stands in a document: times, texts, and things inside it.
 * SPDX-License-Identifier: MIT */
#include "input/envelope_doc.h"

#include "base/ascii.h"
#include "input/base64.h"

/* Milliseconds before 2001 or behind 2286, and seconds: ten digits, perhaps with a
 * fraction (version 1 of the CLI). */
static int64_t
number_time(struct slice text)
{
	bool minus = text.len > 0 && text.data[0] == '-';
	int64_t value = 0;
	size_t i = minus ? 1 : 0, from = i, digits;

	for (; i < text.len && i - from < 15 && is_digit(text.data[i]); i++)
		value = value * 10 + (text.data[i] - '0');
	digits = i - from;
	if (digits == 0 || (i < text.len && (digits != 10 ||
	    text.data[i] != '.')))
		return TIME_NONE;
	if (digits == 10) {
		for (size_t k = i + 1; k < i + 4; k++)
			value = value * 10 + (k < text.len &&
			    is_digit(text.data[k]) ? text.data[k] - '0' : 0);
	}
	return minus ? -value : value;
}

int64_t
doc_time(const struct doc *doc, uint32_t node)
{
	struct slice text;
	int64_t ms;

	if (node == 0)
		return TIME_NONE;
	text = doc_body(doc, node);
	if (time_read_millis(text, &ms) > 0 ||
	    time_read_rfc3339(text, &ms) > 0)
		return ms;
	return doc_is(doc, node, JSON_NUMBER) ? number_time(text) : TIME_NONE;
}

/* A string member, decoded: a slice of the document or of out. */
struct slice
doc_string(const struct doc *doc, uint32_t node, struct buf *out)
{
	struct slice text;
	size_t from = out->len;

	if (doc->json->nodes[node].type != JSON_STRING)
		return (struct slice){ NULL, 0 };
	text = doc_body(doc, node);
	if (!doc->json->nodes[node].escaped)
		return text;
	json_decode(out, text);
	return (struct slice){ out->data + from, out->len - from };
}

void
doc_nest(const struct doc *doc, uint32_t node, int64_t default_ms, bool encoded,
    const char *what)
{
	struct input *input = doc->frame->input;
	uint64_t at = doc->frame->base + doc->at +
	    doc->json->nodes[node].start;
	struct buf text, bytes;
	struct slice inner;

	if (doc->json->nodes[node].type != JSON_STRING) {
		/* what it should hold is not there */
		frame_lost_line(doc->frame, doc->at +
		    doc->json->nodes[node].start, 1);
		return;
	}
	buf_init(&text, BUF_NO_LIMIT);
	buf_init(&bytes, BUF_NO_LIMIT);
	inner = doc_string(doc, node, &text);
	frame_hand_on(doc->frame);
	if (encoded && !base64_decode(inner, &bytes))
		frame_problem(doc->frame, PROBLEM_DAMAGE,
		    (size_t)(at - doc->frame->base), inner.len,
		    "data that is not base64");
	input->chain[input->depth - 1] = what;
	input->nest(input, encoded ? buf_slice(&bytes) : inner, at,
	    default_ms);
	input->chain[input->depth - 1] = NULL;
	buf_free(&bytes);
	buf_free(&text);
}

bool
doc_is_control(const struct doc *doc, struct buf *names)
{
	return slice_is(doc_string(doc, doc_member(doc, 0, "messageType"), names),
	    "CONTROL_MESSAGE");
}
