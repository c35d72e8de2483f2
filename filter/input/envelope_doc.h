/* envelope_doc.h -- a document and what is needed to look into it.
 * SPDX-License-Identifier: MIT
 *
 * Private to envelope.c, envelope_kind.c and envelope_rest.c. */
#ifndef INPUT_ENVELOPE_DOC_H
#define INPUT_ENVELOPE_DOC_H

#include "input/envelope.h"

struct doc {
	struct frame *frame;	/* NULL while its kind is asked for */
	const struct json *json;
	const char *text;	/* of the document */
	size_t at;		/* where it begins in the chunk's bytes */
};

static inline struct slice
doc_body(const struct doc *doc, uint32_t node)
{
	return json_text(&doc->json->nodes[node], doc->text);
}

/* The value of a key of the object at node, or 0: it is no object or has no such. */
static inline uint32_t
doc_member(const struct doc *doc, uint32_t object, const char *key)
{
	if (doc->json->nodes[object].type != JSON_OBJECT)
		return 0;
	return json_member(doc->json, doc->text, object, slice_from(key));
}

/* node may be 0, what is not there. */
static inline bool
doc_is(const struct doc *doc, uint32_t node, enum json_type type)
{
	return node != 0 && doc->json->nodes[node].type == type;
}

/* The first element of an array, 0 while there is none. */
static inline uint32_t
doc_first(const struct doc *doc, uint32_t array)
{
	const struct json *json = doc->json;

	return array != UINT32_MAX && array + 1 < json->count &&
	    json->nodes[array].next != array + 1 ? array + 1 : 0;
}

/* The time at node, in each form AWS writes it, or TIME_NONE. */
int64_t doc_time(const struct doc *doc, uint32_t node);

/* A string at node, decoded: a slice of the document or of out; empty where there is
 * none. */
struct slice doc_string(const struct doc *doc, uint32_t node, struct buf *out);

/* The string at node as a layer of its own.  encoded: it is base64.  what: for who asks
 * how the records came (source_layers). */
void doc_nest(const struct doc *doc, uint32_t node, int64_t default_ms, bool encoded,
    const char *what);

/* Kinesis and Firehose are asked whether they are there (formats.md 4.1). */
bool doc_is_control(const struct doc *doc, struct buf *names);

/* The document is itself an event or a row. */
void envelope_lone(const struct doc *doc, enum envelope_kind kind);

#endif
