/* json.c -- fuzz: the JSON reader at once and in parts says the same, a second reader
 * agrees, and what is printed is read again.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include "base/ascii.h"
#include "fuzz.h"

/* ---- RFC 8259 once more, as short as it goes: 1 a value, 0 none ---- */

struct second {
	const unsigned char *at, *end;
	unsigned depth;
};

static bool value(struct second *s);

static void
blank(struct second *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' ||
	    *s->at == '\n' || *s->at == '\r'))
		s->at++;
}

static bool
eat(struct second *s, char c)
{
	if (s->at == s->end || *s->at != (unsigned char)c)
		return false;
	s->at++;
	return true;
}

static bool
digits(struct second *s)
{
	const unsigned char *start = s->at;

	while (s->at < s->end && is_digit(*s->at))
		s->at++;
	return s->at > start;
}

static bool
number(struct second *s)
{
	eat(s, '-');
	if (!eat(s, '0') && !digits(s))
		return false;
	if (eat(s, '.') && !digits(s))
		return false;
	if (eat(s, 'e') || eat(s, 'E')) {
		if (!eat(s, '+'))
			eat(s, '-');
		return digits(s);
	}
	return true;
}

static bool
string(struct second *s)
{
	if (!eat(s, '"'))
		return false;
	while (s->at < s->end && *s->at != '"') {
		if (*s->at < 0x20)
			return false;
		if (*s->at++ != '\\')
			continue;
		if (s->at == s->end)
			return false;
		if (*s->at == 'u') {
			for (int i = 1; i < 5; i++)
				if (s->end - s->at <= i || !is_hex(s->at[i]))
					return false;
			s->at += 5;
		} else if (*s->at == '\0' ||
		    strchr("\"\\/bfnrt", *s->at) == NULL) {
			return false;
		} else {
			s->at++;
		}
	}
	return eat(s, '"');
}

static bool
list(struct second *s, bool object, char close)
{
	blank(s);
	if (eat(s, close))
		return true;
	do {
		blank(s);
		if (object && !string(s))
			return false;
		blank(s);
		if (object && !eat(s, ':'))
			return false;
		blank(s);
		if (!value(s))
			return false;
		blank(s);
	} while (eat(s, ','));
	return eat(s, close);
}

static bool
word(struct second *s, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(s->end - s->at) < len || memcmp(s->at, text, len) != 0)
		return false;
	s->at += len;
	return true;
}

static bool
value(struct second *s)
{
	bool good;

	if (eat(s, '{') || eat(s, '[')) {
		bool object = s->at[-1] == '{';

		if (++s->depth > JSON_DEPTH_LIMIT)
			return false;
		good = list(s, object, object ? '}' : ']');
		s->depth--;
		return good;
	}
	if (s->at < s->end && *s->at == '"')
		return string(s);
	return word(s, "null") || word(s, "true") || word(s, "false") ||
	    number(s);
}

static bool
second_opinion(struct slice text)
{
	struct second s = { (const unsigned char *)text.data,
	    (const unsigned char *)text.data + text.len, 0 };

	blank(&s);
	if (!value(&s))
		return false;
	blank(&s);
	return s.at == s.end;
}

/* ---- properties ---- */

static void
same_in_parts(struct slice text)
{
	struct json whole = { 0 }, parts = { 0 };
	enum json_state at_once = json_read(&whole, text.data, text.len, true);
	enum json_state state = JSON_MORE;
	uint32_t chance = fuzz_chance(text);
	size_t len = 0;

	do {
		char *copy;

		len += text.len < 300 ? 1 : 1 + (chance >> 20) % 50;
		chance = chance * 1664525 + 1013904223;
		if (len > text.len)
			len = text.len;
		copy = malloc(len + (len == 0));
		HOLDS(copy != NULL);
		memcpy(copy, text.data, len);
		state = json_read(&parts, copy, len, len == text.len);
		free(copy);
	} while (state == JSON_MORE && len < text.len);
	HOLDS(state == at_once && whole.used == parts.used &&
	    whole.count == parts.count);
	HOLDS(state != JSON_BROKEN || whole.why == parts.why);
	for (size_t i = 0; i < whole.count; i++)
		HOLDS(whole.nodes[i].start == parts.nodes[i].start &&
		    whole.nodes[i].len == parts.nodes[i].len &&
		    whole.nodes[i].next == parts.nodes[i].next &&
		    whole.nodes[i].type == parts.nodes[i].type &&
		    whole.nodes[i].escaped == parts.nodes[i].escaped);
	json_free(&parts);
	json_free(&whole);
}

/* Printed compactly it is read as the same, and printed so again. */
static void
there_and_back(struct slice text)
{
	struct json json = { 0 }, again = { 0 };
	struct buf out, twice;

	buf_init(&out, BUF_NO_LIMIT);
	buf_init(&twice, BUF_NO_LIMIT);
	HOLDS(json_parse(&json, text) == second_opinion(text));
	if (json_parse(&json, text)) {
		json_print(&out, &json, text.data, 0);
		HOLDS(json_parse(&again, buf_slice(&out)));
		HOLDS(again.count == json.count);
		json_print(&twice, &again, out.data, 0);
		HOLDS(fuzz_same(&out, &twice));
	}
	buf_free(&twice);
	buf_free(&out);
	json_free(&again);
	json_free(&json);
}

/* Any bytes as a string, and what of them is UTF-8 is the same again. */
static void
any_string(struct slice bytes)
{
	struct buf body, decoded, again, quoted;
	struct json json = { 0 };

	buf_init(&body, BUF_NO_LIMIT);
	buf_init(&decoded, BUF_NO_LIMIT);
	buf_init(&again, BUF_NO_LIMIT);
	buf_init(&quoted, BUF_NO_LIMIT);
	json_encode(&body, bytes);
	HOLDS(json_decode(&decoded, buf_slice(&body)));
	json_encode(&again, buf_slice(&decoded));
	HOLDS(fuzz_same(&body, &again));
	buf_byte(&quoted, '"');
	buf_add_slice(&quoted, buf_slice(&body));
	buf_byte(&quoted, '"');
	HOLDS(json_parse(&json, buf_slice(&quoted)) && json.count == 1 &&
	    json.nodes[0].type == JSON_STRING);
	/* of escapes that nobody checked there may be anything */
	buf_clear(&decoded);
	json_decode(&decoded, bytes);
	HOLDS(decoded.len <= bytes.len * 3);
	json_free(&json);
	buf_free(&quoted);
	buf_free(&again);
	buf_free(&decoded);
	buf_free(&body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };

	if (size > 0)
		same_in_parts(text);
	there_and_back(text);
	any_string(text);
	return 0;
}
