/* dialect.c -- CloudWatch's regular expressions in PCRE2's words.
 * SPDX-License-Identifier: MIT */
#include "match/dialect.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"

struct reader {
	struct slice source;
	size_t at;
	struct dialect *out;
	struct error *err;
};

void
dialect_free(struct dialect *dialect)
{
	buf_free(&dialect->pattern);
	free(dialect->from);
	*dialect = (struct dialect){ .from = NULL };
}

int
dialect_refuse(struct error *err, size_t at, const char *why)
{
	return error_at(err, ERROR_RULES, at,
	    "Failed to compile regular expression. (%s)", why);
}

static int
refuse_character(struct reader *r, size_t at)
{
	int len = r->source.len > 256 ? 256 : (int)r->source.len;

	return error_at(r->err, ERROR_RULES, at,
	    "Invalid character(s) in term '%.*s'", len, r->source.data);
}

static void
emit(struct reader *r, const char *bytes, size_t len, size_t from)
{
	struct dialect *out = r->out;

	out->from = mem_grow(out->from, out->pattern.len + len, &out->room,
	    sizeof *out->from);
	for (size_t i = 0; i < len; i++)
		out->from[out->pattern.len + i] = from;
	buf_add(&out->pattern, bytes, len);
}

static void
emit_text(struct reader *r, const char *text, size_t from)
{
	emit(r, text, strlen(text), from);
}

static int
peek(const struct reader *r, size_t ahead)
{
	if (ahead >= r->source.len - r->at)
		return -1;
	return (unsigned char)r->source.data[r->at + ahead];
}

/* Among strchr's matches is the NUL, which must not count. */
static bool
is_one_of(int c, const char *set)
{
	return c > 0 && strchr(set, c) != NULL;
}

/* A backslash and what it escapes; the same inside a class and out of it. */
static int
read_escape(struct reader *r)
{
	size_t from = r->at;
	int c = peek(r, 1);
	char text[8] = { '\\', (char)c };

	if (c == 'x') {
		if (!is_hex(peek(r, 2)) || !is_hex(peek(r, 3)))
			return dialect_refuse(r->err, from,
			    "\\x takes two hexadecimal digits");
		memcpy(text + 2, "{", 1);
		text[3] = (char)peek(r, 2);
		text[4] = (char)peek(r, 3);
		text[5] = '}';
		emit(r, text, 6, from);
		r->at += 4;
		return 0;
	}
	if (is_one_of(c, "dDsSwW^$?[]{}|\\*+.:_#=@/;,- ")) {
		emit(r, text, 2, from);
		r->at += 2;
		return 0;
	}
	if (c == -1)
		return dialect_refuse(r->err, from, "it ends with a backslash");
	if (is_letter(c) || is_digit(c))
		return dialect_refuse(r->err, from, "unknown escape");
	return refuse_character(r, r->at + 1);
}

/* PCRE2 takes [:alpha:] and an unescaped ] in front; AWS has neither. */
static int
read_class(struct reader *r)
{
	size_t start = r->at;
	bool empty = true;

	emit(r, "[", 1, r->at++);
	if (peek(r, 0) == '^')
		emit(r, "^", 1, r->at++);
	for (;; empty = false) {
		int c = peek(r, 0);

		if (c == -1)
			return dialect_refuse(r->err, start, "missing ]");
		if (c == ']')
			break;
		if (c == '\\') {
			if (read_escape(r) == -1)
				return -1;
			continue;
		}
		if (c == '[') {
			if (is_one_of(peek(r, 1), ":.="))
				return dialect_refuse(r->err, r->at,
				    "no named classes");
			emit_text(r, "\\[", r->at++);
			continue;
		}
		emit(r, &r->source.data[r->at], 1, r->at);
		r->at++;
	}
	if (empty)
		return dialect_refuse(r->err, start, "empty class");
	emit(r, "]", 1, r->at++);
	return 0;
}

/* {m} {m,} {,n} {m,n} */
static int
read_count(struct reader *r)
{
	size_t start = r->at;
	size_t i = 1;
	bool low = false, high = false, comma = false;

	for (; is_digit(peek(r, i)); i++)
		low = true;
	if (peek(r, i) == ',') {
		comma = true;
		for (i++; is_digit(peek(r, i)); i++)
			high = true;
	}
	if (peek(r, i) != '}' || (!low && !high))
		return dialect_refuse(r->err, start, "not a repeat count");
	emit(r, "{", 1, start);
	if (comma && !low)
		emit(r, "0", 1, start);
	emit(r, r->source.data + start + 1, i, start);
	r->at += i + 1;
	return 0;
}

static int
read_repeat(struct reader *r)
{
	int c = peek(r, 0);

	if (c == '{') {
		if (read_count(r) == -1)
			return -1;
	} else if (c == '?' || c == '*' || c == '+') {
		emit(r, &r->source.data[r->at], 1, r->at);
		r->at++;
	} else {
		return 0;
	}
	if (is_one_of(peek(r, 0), "?*+{"))
		return dialect_refuse(r->err, r->at,
		    "a repeat cannot be repeated, nor lazy or possessive");
	return 0;
}

/* One item with its repeat. */
static int
read_item(struct reader *r)
{
	int c = peek(r, 0);

	switch (c) {
	case '^':
	case '$':
	case '|':
		emit(r, &r->source.data[r->at], 1, r->at);
		r->at++;
		if (is_one_of(peek(r, 0), "?*+{"))
			return dialect_refuse(r->err, r->at,
			    "nothing to repeat");
		return 0;
	case '?':
	case '*':
	case '+':
	case '{':
		return dialect_refuse(r->err, r->at, "nothing to repeat");
	case '[':
		if (read_class(r) == -1)
			return -1;
		break;
	case '\\':
		if (read_escape(r) == -1)
			return -1;
		break;
	case ']':
		emit_text(r, "\\]", r->at++);
		break;
	case '}':
		emit_text(r, "\\}", r->at++);
		break;
	default:
		emit(r, &r->source.data[r->at], 1, r->at);
		r->at++;
		break;
	}
	return read_repeat(r);
}

int
dialect_read(struct dialect *dialect, struct slice source, struct error *err)
{
	struct reader r = { .source = source, .out = dialect, .err = err };

	buf_init(&dialect->pattern, BUF_NO_LIMIT);
	for (size_t i = 0; i < source.len; i++) {
		unsigned char c = (unsigned char)source.data[i];

		if (!is_letter(c) && !is_digit(c) &&
		    !is_one_of(c, ":_#=@/;,-^$?[]{}|\\*+. "))
			return refuse_character(&r, i);
	}
	while (r.at < source.len)
		if (read_item(&r) == -1)
			return -1;
	return 0;
}
