/* json.c -- one pass over a text, a table of nodes, a stack of containers.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/special.h"

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

	if (json->count == json->room)
		json->nodes = mem_grow(json->nodes, json->count + 1,
		    &json->room, sizeof *json->nodes);
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
		at = special_find(text, at, len);
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
