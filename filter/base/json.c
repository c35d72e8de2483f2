/* json.c -- one pass over a text, a table of nodes, a stack of containers.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/clean.h"
#include "base/mem.h"

/* What may come next; 0 is the start, so that a zeroed struct can be used. */
enum expect {
	EXPECT_VALUE,
	EXPECT_FIRST_VALUE,	/* or ] */
	EXPECT_FIRST_KEY,	/* or } */
	EXPECT_KEY,
	EXPECT_COLON,
	EXPECT_COMMA,		/* or the end of the container */
	EXPECT_NOTHING,		/* the root has ended */
	EXPECT_NO_MORE,		/* broken: it stays so */
};

#define ONES 0x0101010101010101u	/* a byte repeated in a word */
#define TOPS 0x8080808080808080u

const char json_too_deep[] = "nested too deeply";
const char json_ends_early[] = "ends too early";

void
json_reset(struct json *json)
{
	json->count = 0;
	json->used = 0;
	json->why = NULL;
	json->depth = 0;
	json->expect = EXPECT_VALUE;
	json->scan = 0;
}

void
json_free(struct json *json)
{
	if (json == NULL)
		return;
	free(json->nodes);
	*json = (struct json){ 0 };
}

/* Whether any of 8 bytes is a quote, a backslash or a control.  Exact as a
 * whole word, and in the lowest byte that is marked: a borrow only runs up. */
static inline uint64_t
specials(uint64_t word)
{
	uint64_t quote = word ^ ONES * '"';
	uint64_t backslash = word ^ ONES * '\\';

	return (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) |
	    ((word - ONES * 0x20) & ~word)) & TOPS;
}

static inline bool
is_special(unsigned char c)
{
	return c == '"' || c == '\\' || c < 0x20;
}

/* The first special at or behind at, or len. */
static inline size_t
find_special(const char *text, size_t at, size_t len)
{
	uint64_t word, marks;

	while (len - at >= sizeof word) {
		memcpy(&word, text + at, sizeof word);
		marks = specials(word);
		if (marks != 0) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
			return at + (size_t)__builtin_ctzll(marks) / 8;
#else
			break;
#endif
		}
		at += sizeof word;
	}
	while (at < len && !is_special((unsigned char)text[at]))
		at++;
	return at;
}

static enum json_state
broken(struct json *json, size_t at, const char *why)
{
	json->expect = EXPECT_NO_MORE;
	json->used = at;
	json->why = why;
	return JSON_BROKEN;
}

/* The token at start is not whole: go on looked bytes into it next time. */
static enum json_state
more(struct json *json, size_t start, size_t looked)
{
	json->used = start;
	json->scan = looked;
	return JSON_MORE;
}

static struct json_node *
add_node(struct json *json, enum json_type type, size_t start, size_t len)
{
	struct json_node *node;

	json->nodes = mem_grow(json->nodes, json->count + 1, &json->room,
	    sizeof *json->nodes);
	node = &json->nodes[json->count++];
	*node = (struct json_node){
		.start = start,
		.len = len,
		.next = (uint32_t)json->count,
		.type = (uint8_t)type,
	};
	return node;
}

/* The string whose quote is at *pos; *pos is then behind its end. */
static enum json_state
read_string(struct json *json, const char *text, size_t len, size_t *pos)
{
	size_t start = *pos;
	size_t at = start + (json->scan > 0 ? json->scan : 1);
	bool resumed = json->scan > 0;
	bool escaped = false;
	struct json_node *node;

	for (;;) {
		at = find_special(text, at, len);
		if (at == len)
			return more(json, start, at - start);
		if (text[at] == '"')
			break;
		if (text[at] != '\\')
			return broken(json, at,
			    "control character in a string");
		escaped = true;
		if (at + 1 == len)
			return more(json, start, at - start);
		switch (text[at + 1]) {
		case '"': case '\\': case '/':
		case 'b': case 'f': case 'n': case 'r': case 't':
			at += 2;
			break;
		case 'u':
			for (size_t i = at + 2; i < at + 6; i++) {
				if (i == len)
					return more(json, start, at - start);
				if (hex_value((unsigned char)text[i]) == -1)
					return broken(json, i,
					    "\\u without four hex digits");
			}
			at += 6;
			break;
		default:
			return broken(json, at + 1, "unknown escape");
		}
	}
	json->scan = 0;
	node = add_node(json, JSON_STRING, start + 1, at - start - 1);
	node->escaped = escaped || (resumed &&
	    memchr(text + start + 1, '\\', node->len) != NULL);
	*pos = at + 1;
	return JSON_DONE;
}

/* At least one digit, or *at is where it is missing. */
static bool
read_digits(const char *text, size_t *at, size_t end)
{
	size_t first = *at;

	while (*at < end && text[*at] >= '0' && text[*at] <= '9')
		(*at)++;
	return *at > first;
}

/* Whether *at..end is a number; if not, *at is the first byte that no number
 * could have there, or end when it only lacks digits. */
static bool
is_number(const char *text, size_t *at, size_t end)
{
	size_t first;

	if (*at < end && text[*at] == '-')
		(*at)++;
	first = *at;
	if (!read_digits(text, at, end))
		return false;
	if (text[first] == '0' && *at > first + 1) {
		*at = first + 1;
		return false;
	}
	if (*at < end && text[*at] == '.') {
		(*at)++;
		if (!read_digits(text, at, end))
			return false;
	}
	if (*at < end && (text[*at] == 'e' || text[*at] == 'E')) {
		(*at)++;
		if (*at < end && (text[*at] == '+' || text[*at] == '-'))
			(*at)++;
		if (!read_digits(text, at, end))
			return false;
	}
	return *at == end;
}

static inline bool
is_number_byte(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' ||
	    c == 'e' || c == 'E';
}

/* Judged when its last byte is known, so that it does not matter how the text
 * was cut. */
static enum json_state
read_number(struct json *json, const char *text, size_t len, size_t *pos,
    bool final)
{
	size_t start = *pos;
	size_t at = start + json->scan;
	size_t fault = start;

	while (at < len && is_number_byte(text[at]))
		at++;
	if (at == len && !final)
		return more(json, start, at - start);
	if (!is_number(text, &fault, at))
		return broken(json, fault, fault == len ? json_ends_early :
		    "not a number");
	json->scan = 0;
	add_node(json, JSON_NUMBER, start, at - start);
	*pos = at;
	return JSON_DONE;
}

static enum json_state
read_literal(struct json *json, const char *text, size_t len, size_t *pos,
    enum json_type type, const char *literal)
{
	size_t at = *pos;

	for (; *literal != '\0'; literal++, at++) {
		if (at == len)
			return more(json, *pos, 0);
		if (text[at] != *literal)
			return broken(json, at, "not a value");
	}
	add_node(json, type, *pos, at - *pos);
	*pos = at;
	return JSON_DONE;
}

static enum json_state
open_container(struct json *json, size_t *pos, enum json_type type)
{
	if (json->depth == JSON_DEPTH_LIMIT)
		return broken(json, *pos, json_too_deep);
	json->stack[json->depth++] = (uint32_t)json->count;
	add_node(json, type, *pos, 0)->next = JSON_OPEN;
	json->expect = type == JSON_ARRAY ? EXPECT_FIRST_VALUE :
	    EXPECT_FIRST_KEY;
	(*pos)++;
	return JSON_DONE;
}

static void
after_value(struct json *json)
{
	json->expect = json->depth > 0 ? EXPECT_COMMA : EXPECT_NOTHING;
}

static void
close_container(struct json *json, size_t *pos)
{
	struct json_node *node = &json->nodes[json->stack[--json->depth]];

	(*pos)++;
	node->len = *pos - node->start;
	node->next = (uint32_t)json->count;
	after_value(json);
}

static enum json_state
read_value(struct json *json, const char *text, size_t len, size_t *pos,
    bool final)
{
	enum json_state state;

	switch (text[*pos]) {
	case '{':
		return open_container(json, pos, JSON_OBJECT);
	case '[':
		return open_container(json, pos, JSON_ARRAY);
	case '"':
		state = read_string(json, text, len, pos);
		break;
	case 't':
		state = read_literal(json, text, len, pos, JSON_TRUE, "true");
		break;
	case 'f':
		state = read_literal(json, text, len, pos, JSON_FALSE, "false");
		break;
	case 'n':
		state = read_literal(json, text, len, pos, JSON_NULL, "null");
		break;
	case '-':
	case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		state = read_number(json, text, len, pos, final);
		break;
	default:
		return broken(json, *pos, "not a value");
	}
	if (state == JSON_DONE)
		after_value(json);
	return state;
}

static enum json_state
read_key(struct json *json, const char *text, size_t len, size_t *pos)
{
	enum json_state state;

	if (text[*pos] != '"')
		return broken(json, *pos, "not a key");
	state = read_string(json, text, len, pos);
	if (state == JSON_DONE)
		json->expect = EXPECT_COLON;
	return state;
}

/* Behind a value in a container. */
static enum json_state
read_separator(struct json *json, const char *text, size_t *pos)
{
	uint32_t in = json->stack[json->depth - 1];
	bool object = json->nodes[in].type == JSON_OBJECT;
	char c = text[*pos];

	if (c == ',') {
		(*pos)++;
		json->expect = object ? EXPECT_KEY : EXPECT_VALUE;
		return JSON_DONE;
	}
	if (c != (object ? '}' : ']'))
		return broken(json, *pos, object ? "neither , nor }" :
		    "neither , nor ]");
	close_container(json, pos);
	return JSON_DONE;
}

/* One token, or as much of it as is there. */
static enum json_state
read_token(struct json *json, const char *text, size_t len, size_t *pos,
    bool final)
{
	switch ((enum expect)json->expect) {
	case EXPECT_FIRST_VALUE:
		if (text[*pos] == ']') {
			close_container(json, pos);
			return JSON_DONE;
		}
		return read_value(json, text, len, pos, final);
	case EXPECT_VALUE:
		return read_value(json, text, len, pos, final);
	case EXPECT_FIRST_KEY:
		if (text[*pos] == '}') {
			close_container(json, pos);
			return JSON_DONE;
		}
		return read_key(json, text, len, pos);
	case EXPECT_KEY:
		return read_key(json, text, len, pos);
	case EXPECT_COLON:
		if (text[*pos] != ':')
			return broken(json, *pos, "no : behind a key");
		(*pos)++;
		json->expect = EXPECT_VALUE;
		return JSON_DONE;
	case EXPECT_COMMA:
		return read_separator(json, text, pos);
	case EXPECT_NOTHING:
	case EXPECT_NO_MORE:
		break;
	}
	return JSON_BROKEN;
}

static inline bool
is_white(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

enum json_state
json_read(struct json *json, const char *text, size_t len, bool final)
{
	size_t pos = json->used;
	enum json_state state;

	if (json->expect == EXPECT_NO_MORE)
		return JSON_BROKEN;
	while (json->expect != EXPECT_NOTHING) {
		while (pos < len && is_white(text[pos]))
			pos++;
		if (json->count >= JSON_OPEN - 1)
			return broken(json, pos, "too many values");
		state = pos == len ? more(json, pos, 0) :
		    read_token(json, text, len, &pos, final);
		if (state == JSON_MORE && final)
			return broken(json, len, json_ends_early);
		if (state != JSON_DONE)
			return state;
		json->used = pos;
	}
	return JSON_DONE;
}

bool
json_parse(struct json *json, struct slice text)
{
	size_t pos;

	json_reset(json);
	if (json_read(json, text.data, text.len, true) != JSON_DONE)
		return false;
	for (pos = json->used; pos < text.len; pos++) {
		if (!is_white(text.data[pos])) {
			broken(json, pos, "something behind the value");
			return false;
		}
	}
	return true;
}

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

uint32_t
json_member(const struct json *json, const char *text, uint32_t object,
    struct slice key)
{
	const struct json_node *nodes = json->nodes;
	size_t end = nodes[object].next;
	uint32_t found = 0;

	if (end == JSON_OPEN)
		end = json->count;
	for (uint32_t i = object + 1; (size_t)i + 1 < end; ) {
		if (key_equal(json_text(&nodes[i], text), nodes[i].escaped,
		    key))
			found = i + 1;
		if (nodes[i + 1].next == JSON_OPEN)
			break;
		i = nodes[i + 1].next;
	}
	return found;
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

		if (c < 0x7f && !is_special(c)) {
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
