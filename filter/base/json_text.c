/* json_text.c -- what stands in JSON: members, strings decoded and encoded, printing.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <string.h>

#include "base/ascii.h"
#include "base/clean.h"
#include "base/special.h"

struct slice
json_text(const struct json_node *node, const char *text)
{
	return (struct slice){ text + node->start, node->len };
}

static bool
hex4(struct slice body, size_t at, uint32_t *unit)
{
	uint32_t value = 0;

	if (at > body.len || body.len - at < 4)
		return false;
	for (size_t i = at; i < at + 4; i++) {
		int digit = hex_value((unsigned char)body.data[i]);

		if (digit == -1)
			return false;
		value = value << 4 | (uint32_t)digit;
	}
	*unit = value;
	return true;
}

#define NO_CHARACTER UINT32_MAX		/* nothing JSON would have written */

/* The escape at at, a backslash: its code point (a lone surrogate as it is) and
 * how many bytes it takes. */
static uint32_t
read_escape(struct slice body, size_t at, size_t *taken)
{
	uint32_t high, low;

	*taken = 2;
	if (at + 1 >= body.len) {
		*taken = 1;
		return NO_CHARACTER;
	}
	switch (body.data[at + 1]) {
	case '"': case '\\': case '/':
		return (unsigned char)body.data[at + 1];
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'u':
		break;
	default:
		return NO_CHARACTER;
	}
	if (!hex4(body, at + 2, &high))
		return NO_CHARACTER;
	*taken = 6;
	if (high < 0xd800 || high > 0xdbff || body.len - at < 12 ||
	    body.data[at + 6] != '\\' || body.data[at + 7] != 'u' ||
	    !hex4(body, at + 8, &low) || low < 0xdc00 || low > 0xdfff)
		return high;
	*taken = 12;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static inline bool
is_surrogate(uint32_t c)
{
	return c >= 0xd800 && c <= 0xdfff;
}

static size_t
put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

#define PIECE_LIMIT 4			/* bytes of one decoded escape */

/* The bytes that the escape at at stands for; what is no escape, itself. */
static size_t
decode_escape(struct slice body, size_t at, size_t *taken,
    char to[PIECE_LIMIT])
{
	uint32_t c = read_escape(body, at, taken);

	if (c == NO_CHARACTER) {
		memcpy(to, body.data + at, *taken);
		return *taken;
	}
	return put_utf8(to, is_surrogate(c) ? 0xfffd : c);
}

/* Where the next backslash is, or the end. */
static size_t
find_escape(struct slice body, size_t at)
{
	const char *found;

	if (at >= body.len)
		return body.len;
	found = memchr(body.data + at, '\\', body.len - at);
	return found == NULL ? body.len : (size_t)(found - body.data);
}

static bool
key_equal(struct slice body, bool escaped, struct slice key)
{
	char piece[PIECE_LIMIT];
	size_t at = 0, done = 0, stop, len, taken;

	if (!escaped)
		return slice_equal(body, key);
	while (at < body.len) {
		stop = find_escape(body, at);
		len = stop - at;
		if (len > key.len - done ||
		    (len > 0 && memcmp(body.data + at, key.data + done, len) != 0))
			return false;
		done += len;
		if (stop == body.len)
			break;
		len = decode_escape(body, stop, &taken, piece);
		if (len > key.len - done ||
		    memcmp(piece, key.data + done, len) != 0)
			return false;
		done += len;
		at = stop + taken;
	}
	return done == key.len;
}

void
json_members(const struct json *json, const char *text, uint32_t object,
    const struct slice *keys, uint32_t *values, size_t count)
{
	const struct json_node *nodes = json->nodes;
	size_t end = nodes[object].next;

	for (size_t k = 0; k < count; k++)
		values[k] = 0;
	if (end == JSON_OPEN)
		end = json->count;
	for (uint32_t i = object + 1; (size_t)i + 1 < end; ) {
		struct slice body = json_text(&nodes[i], text);

		for (size_t k = 0; k < count; k++)
			if (key_equal(body, nodes[i].escaped, keys[k]))
				values[k] = i + 1;
		if (nodes[i + 1].next == JSON_OPEN)
			break;
		i = nodes[i + 1].next;
	}
}

uint32_t
json_member(const struct json *json, const char *text, uint32_t object,
    struct slice key)
{
	uint32_t value;

	json_members(json, text, object, &key, &value, 1);
	return value;
}

/* Into to, or only measured when to is NULL.  Never longer than body. */
static size_t
decode(char *to, struct slice body)
{
	char piece[PIECE_LIMIT];
	size_t len = 0;
	size_t run, stop, taken;

	for (size_t at = 0; at < body.len; at = stop + taken) {
		stop = find_escape(body, at);
		run = stop - at;
		if (to != NULL && run > 0)
			memcpy(to + len, body.data + at, run);
		len += run;
		if (stop == body.len)
			break;
		run = decode_escape(body, stop, &taken, piece);
		if (to != NULL)
			memcpy(to + len, piece, run);
		len += run;
	}
	return len;
}

bool
json_decode(struct buf *out, struct slice body)
{
	char *to;

	if (body.len == 0)
		return true;
	to = buf_reserve(out, body.len);
	if (to == NULL)			/* decoded it is shorter and may fit */
		to = buf_reserve(out, decode(NULL, body));
	if (to == NULL)
		return false;
	out->len += decode(to, body);
	return true;
}

/* A character below 0x80 as it stands in a JSON string. */
static bool
encode_ascii(struct buf *out, unsigned char c)
{
	switch (c) {
	case '"':
		return buf_text(out, "\\\"");
	case '\\':
		return buf_text(out, "\\\\");
	case '\b':
		return buf_text(out, "\\b");
	case '\f':
		return buf_text(out, "\\f");
	case '\n':
		return buf_text(out, "\\n");
	case '\r':
		return buf_text(out, "\\r");
	case '\t':
		return buf_text(out, "\\t");
	default:
		return c >= 0x20 ? buf_byte(out, (char)c) :
		    buf_text(out, c < 0x10 ? "\\u000" : "\\u001") &&
		    buf_byte(out, "0123456789abcdef"[c & 0xf]);
	}
}

/* A well-formed character, or a byte of none, by its number. */
static bool
encode_number(struct buf *out, struct slice character)
{
	const unsigned char *c = (const unsigned char *)character.data;
	uint32_t number;

	switch (character.len) {
	case 0:
		return buf_text(out, "\xef\xbf\xbd");
	case 1:
		return c[0] == 0x7f ? buf_text(out, "\\u007f") :
		    encode_ascii(out, c[0]);
	case 2:
		return buf_printf(out, "\\u%04x",
		    (c[0] & 0x1fU) << 6 | (c[1] & 0x3fU));
	case 3:
		return buf_printf(out, "\\u%04x", (c[0] & 0xfU) << 12 |
		    (c[1] & 0x3fU) << 6 | (c[2] & 0x3fU));
	default:
		number = ((c[0] & 7U) << 18 | (c[1] & 0x3fU) << 12 |
		    (c[2] & 0x3fU) << 6 | (c[3] & 0x3fU)) - 0x10000;
		return buf_printf(out, "\\u%04x\\u%04x",
		    0xd800 | number >> 10, 0xdc00 | (number & 0x3ff));
	}
}

bool
json_encode(struct buf *out, struct slice bytes)
{
	size_t before = out->len;
	size_t start = 0, at = 0;	/* start..at: as it is */
	struct slice character;
	bool ok = true;

	while (at < bytes.len && ok) {
		unsigned char c = (unsigned char)bytes.data[at];

		if (c < 0x7f && !special_is(c)) {
			at++;
			continue;
		}
		character = slice_cut(bytes, at, bytes.len);
		character.len = clean_character(character);
		if (c >= 0x80 && character.len > 0 &&
		    clean_is_harmless(character)) {
			at += character.len;
			continue;
		}
		ok = buf_add(out, bytes.data + start, at - start) &&
		    encode_number(out, character);
		at += character.len > 0 ? character.len : 1;
		start = at;
	}
	if (ok && start < bytes.len)
		ok = buf_add(out, bytes.data + start, bytes.len - start);
	if (!ok)
		out->len = before;
	return ok;
}

void
json_quote(struct buf *out, struct slice bytes)
{
	buf_byte(out, '"');
	json_encode(out, bytes);
	buf_byte(out, '"');
}

/* A string's body with the escapes that are not needed taken away. */
static bool
print_string(struct buf *out, struct slice body)
{
	char piece[PIECE_LIMIT];
	size_t stop, taken;
	uint32_t c;
	bool ok;

	for (size_t at = 0; at < body.len; at = stop + taken) {
		stop = find_escape(body, at);
		if (!buf_add(out, body.data + at, stop - at))
			return false;
		if (stop == body.len)
			break;
		c = read_escape(body, stop, &taken);
		if (c == NO_CHARACTER || is_surrogate(c))
			ok = buf_add(out, body.data + stop, taken);
		else if (c < 0x80)
			ok = encode_ascii(out, (unsigned char)c);
		else
			ok = buf_add(out, piece, put_utf8(piece, c));
		if (!ok)
			return false;
	}
	return true;
}

static bool
print_node(struct buf *out, const struct json_node *node, const char *text)
{
	struct slice body = json_text(node, text);

	switch ((enum json_type)node->type) {
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_NUMBER:
		return buf_add_slice(out, body);
	case JSON_STRING:
		return buf_byte(out, '"') && (node->escaped ?
		    print_string(out, body) : buf_add_slice(out, body)) &&
		    buf_byte(out, '"');
	case JSON_ARRAY:
		return buf_byte(out, '[');
	case JSON_OBJECT:
		return buf_byte(out, '{');
	}
	return false;
}

bool
json_print(struct buf *out, const struct json *json, const char *text,
    uint32_t index)
{
	const struct json_node *nodes = json->nodes;
	uint32_t stack[JSON_DEPTH_LIMIT];	/* containers being printed */
	uint32_t depth = 0;
	uint32_t end = nodes[index].next;
	size_t before = out->len;
	bool key = false;		/* what was printed last was a key */
	bool first = true;		/* no separator before what comes */

	for (uint32_t i = index; ; i++) {
		while (depth > 0 && nodes[stack[depth - 1]].next == i) {
			if (!buf_byte(out, nodes[stack[--depth]].type ==
			    JSON_OBJECT ? '}' : ']'))
				goto full;
			first = false;
		}
		if (i >= end)
			break;
		if (!first && !buf_byte(out, key ? ':' : ','))
			goto full;
		if (!print_node(out, &nodes[i], text))
			goto full;
		key = !key && depth > 0 &&
		    nodes[stack[depth - 1]].type == JSON_OBJECT;
		first = nodes[i].type >= JSON_ARRAY;
		if (first)
			stack[depth++] = i;
	}
	return true;
full:
	out->len = before;
	return false;
}
