/* json.h -- the one JSON reader: strict (RFC 8259), resumable, without recursion.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* The why of a text that was right as far as it went: it ends there, or goes deeper
 * than JSON_DEPTH_LIMIT. */
extern const char json_ends_early[], json_too_deep[];

#define JSON_DEPTH_LIMIT 512		/* containers inside each other */
#define JSON_OPEN UINT32_MAX		/* node.next of what has not ended */

/* One value, or one key of an object.  The nodes stand in the order of the text:
 * a container, then all that is in it; in an object key, value, key, value.
 * Offsets are from the start of the text.  A string or key is without its
 * quotes, escapes as they stand; a number is its text as written. */
struct json_node {
	size_t start;		/* first byte of the value's body */
	size_t len;		/* bytes of the body; 0 while open */
	uint32_t next;		/* index of the node behind this one and all that
				 * is in it; JSON_OPEN while it is open */
	uint8_t type;		/* enum json_type; a key is a JSON_STRING */
	bool escaped;		/* a string that holds a backslash */
};

enum json_state {
	JSON_MORE,		/* so far so good: the text goes on */
	JSON_DONE,		/* one whole value; json->used bytes of the text */
	JSON_BROKEN,		/* json->why at byte json->used */
};

/* Opaque but for nodes, count, used, why.  Zeroed it can be freed and used;
 * json_reset keeps the memory for the next text. */
struct json {
	struct json_node *nodes;
	size_t count;
	size_t room;
	size_t used;		/* bytes of the text that are understood (the
				 * resume point while JSON_MORE) */
	const char *why;	/* a constant: what was wrong */
	uint32_t stack[JSON_DEPTH_LIMIT];	/* indexes of open containers */
	uint32_t depth;		/* how many are open */
	uint8_t expect;		/* private: what may come next */
	size_t scan;		/* private: how far into a token we looked */
};

void json_reset(struct json *json);
void json_free(struct json *json);

/* Reads on in a text of which len bytes are there by now (the text may have
 * moved, its earlier bytes are the same).  White space in front of the value is
 * skipped; after JSON_DONE used is behind the value and what follows it was not
 * looked at.  final: nothing comes after len, so a number at the end is whole and
 * an open value is JSON_BROKEN ("ends too early").  Nodes already complete stay
 * usable while JSON_MORE or JSON_BROKEN. */
enum json_state json_read(struct json *json, const char *text, size_t len,
    bool final);

/* The whole text is one value, white space around it allowed: true.  Node 0 is
 * the value.  On false, json->used and json->why say where and why. */
bool json_parse(struct json *json, struct slice text);

/* The body of a string, number or literal; of a container its whole text. */
struct slice json_text(const struct json_node *node, const char *text);

/* The value of a key of the object at index object, or 0 when there is none
 * (index 0 is the root and never a value in something).  Of doubled keys the
 * last counts.  Keys are compared after their escapes are decoded. */
uint32_t json_member(const struct json *json, const char *text, uint32_t object,
    struct slice key);

/* The same of several keys, in one pass: values[i] is that of keys[i]. */
void json_members(const struct json *json, const char *text, uint32_t object,
    const struct slice *keys, uint32_t *values, size_t count);

/* Appends the string's bytes with escapes decoded to UTF-8.  A lone surrogate
 * becomes U+FFFD.  False: out's limit. */
bool json_decode(struct buf *out, struct slice body);

/* Appends bytes as the body of a JSON string: what must be escaped is (controls,
 * quote, backslash), and what does not show as what it is (base/clean.h); bad UTF-8
 * becomes U+FFFD. */
bool json_encode(struct buf *out, struct slice bytes);

/* The same between quotes: a whole string. */
void json_quote(struct buf *out, struct slice bytes);

/* Appends the value at index compactly, in UTF-8: no white space, \uXXXX decoded
 * where the character may stand as itself, numbers as written. */
bool json_print(struct buf *out, const struct json *json, const char *text,
    uint32_t index);

#endif
