/* syntax.c -- the literals in a regular expression of PCRE2.
 * SPDX-License-Identifier: MIT */
#include "match/syntax.h"

#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"

#define DEPTH_LIMIT 250			/* nested groups: PCRE2's own */

struct reader {
	struct slice pattern;
	size_t at;
	unsigned depth;		/* open groups */
	bool caseless;
	bool unknown;		/* something was met that we do not read */
};

/* What stands one behind the other: the literal bytes since the last thing
 * that was not one, and the best need so far. */
struct sequence {
	struct buf run;
	struct need best;
};

enum atom {
	ATOM_LITERAL,		/* one byte */
	ATOM_OTHER,		/* some character: it ends a run */
	ATOM_NOTHING,		/* an assertion: the run goes on behind it */
	ATOM_GROUP,
};

enum repeat {
	REPEAT_ONCE,
	REPEAT_MORE,		/* once at least */
	REPEAT_OPTIONAL,
};

static void read_alternatives(struct reader *r, struct need *need);

static int
peek(const struct reader *r, size_t ahead)
{
	if (ahead >= r->pattern.len - r->at)
		return -1;
	return (unsigned char)r->pattern.data[r->at + ahead];
}

static bool
is_one_of(int c, const char *set)
{
	return c > 0 && strchr(set, c) != NULL;
}

static void
end_run(const struct reader *r, struct sequence *s)
{
	struct need need = { .known = false };

	if (r->caseless)
		need_caseless(&need, buf_slice(&s->run));
	else
		need_literal(&need, buf_slice(&s->run));
	need_and(&s->best, &need);
	buf_clear(&s->run);
}

/* {n} {n,} {n,m} behind an item; anything like it is not read. */
static enum repeat
read_count(struct reader *r)
{
	size_t i = 1;
	bool zero = true;

	if (!is_digit(peek(r, i))) {
		if (is_one_of(peek(r, i), ", \t"))
			r->unknown = true;
		return REPEAT_ONCE;	/* a literal brace */
	}
	for (; is_digit(peek(r, i)); i++)
		zero = zero && peek(r, i) == '0';
	if (peek(r, i) == ',')
		for (i++; is_digit(peek(r, i)); i++)
			;
	if (peek(r, i) != '}') {
		r->unknown = true;
		return REPEAT_ONCE;
	}
	r->at += i + 1;
	return zero ? REPEAT_OPTIONAL : REPEAT_MORE;
}

/* Repeats of repeats are legal: one that allows nothing decides. */
static enum repeat
read_repeat(struct reader *r)
{
	enum repeat all = REPEAT_ONCE;

	for (;;) {
		size_t start = r->at;
		enum repeat one;
		int c = peek(r, 0);

		if (c == '?' || c == '*' || c == '+') {
			r->at++;
			one = c == '+' ? REPEAT_MORE : REPEAT_OPTIONAL;
		} else if (c == '{') {
			one = read_count(r);
		} else {
			return all;
		}
		if (r->at == start)
			return all;
		if (is_one_of(peek(r, 0), "?+"))
			r->at++;	/* lazy, possessive */
		if (all != REPEAT_OPTIONAL)
			all = one;
	}
}

static void
skip_past(struct reader *r, char end)
{
	while (peek(r, 0) != -1 && peek(r, 0) != end)
		r->at++;
	if (peek(r, 0) == -1)
		r->unknown = true;
	else
		r->at++;
}

/* \xhh and \x{h...}: a literal when it is one we may search for. */
static enum atom
read_hex(struct reader *r, char *literal)
{
	int value = 0;
	int count = 0;
	bool braces = peek(r, 0) == '{';

	if (braces)
		r->at++;
	for (; hex_value(peek(r, 0)) != -1 && value < 0x1000; count++) {
		if (!braces && count == 2)
			break;
		value = value * 16 + hex_value(peek(r, 0));
		r->at++;
	}
	if (braces && peek(r, 0) == '}')
		r->at++;
	else if (braces || count != 2)
		r->unknown = true;
	if (value < ' ' || value > '~')
		return ATOM_OTHER;
	*literal = (char)value;
	return ATOM_LITERAL;
}

static enum atom
read_escape(struct reader *r, char *literal)
{
	int c = peek(r, 1);

	r->at += c == -1 ? 1 : 2;
	if (c >= ' ' && c <= '~' && !is_letter(c) && !is_digit(c)) {
		*literal = (char)c;
		return ATOM_LITERAL;
	}
	if (is_one_of(c, "dDwWsShHvVRXnrtfae"))
		return ATOM_OTHER;
	if (c == 'N' && peek(r, 0) != '{')
		return ATOM_OTHER;
	if (is_one_of(c, "bBAZz"))
		return ATOM_NOTHING;
	if (c == 'x')
		return read_hex(r, literal);
	if (is_one_of(c, "pP") && peek(r, 0) == '{') {
		skip_past(r, '}');
		return ATOM_OTHER;
	}
	if (is_one_of(c, "pP") && is_letter(peek(r, 0))) {
		r->at++;
		return ATOM_OTHER;
	}
	r->unknown = true;
	return ATOM_OTHER;
}

/* [:alpha:] in a class, at its bracket. */
static void
skip_named_class(struct reader *r)
{
	r->at += 2;
	if (peek(r, 0) == '^')
		r->at++;
	while (is_letter(peek(r, 0)))
		r->at++;
	if (peek(r, 0) == ':' && peek(r, 1) == ']')
		r->at += 2;
	else
		r->unknown = true;
}

static enum atom
read_class(struct reader *r)
{
	r->at++;
	if (peek(r, 0) == '^')
		r->at++;
	if (peek(r, 0) == ']')
		r->at++;
	for (;;) {
		int c = peek(r, 0);

		if (c == '\\' && is_one_of(peek(r, 1), "QE")) {
			r->unknown = true;
		} else if (c == '[' && peek(r, 1) == ':') {
			skip_named_class(r);
			continue;
		} else if (c == '[' && is_one_of(peek(r, 1), ".=")) {
			r->unknown = true;
		}
		if (c == -1)
			r->unknown = true;
		if (r->unknown)
			return ATOM_OTHER;
		r->at += c == '\\' && peek(r, 1) != -1 ? 2 : 1;
		if (c == ']')
			return ATOM_OTHER;
	}
}

/* What may stand behind an open parenthesis. */
static void
read_group_kind(struct reader *r)
{
	int c = peek(r, 1);

	if (peek(r, 0) == '*') {
		r->unknown = true;
		return;
	}
	if (peek(r, 0) != '?')
		return;
	if (is_one_of(c, ":>|")) {
		r->at += 2;
		return;
	}
	if (c == 'P') {
		r->at++;
		c = peek(r, 1);
	}
	if ((c != '<' && c != '\'') || is_one_of(peek(r, 2), "=!")) {
		r->unknown = true;
		return;
	}
	r->at += 2;
	skip_past(r, c == '<' ? '>' : '\'');
}

static enum atom
read_group(struct reader *r, struct need *group)
{
	r->at++;
	read_group_kind(r);
	if (r->depth >= DEPTH_LIMIT)
		r->unknown = true;
	if (r->unknown)
		return ATOM_GROUP;
	r->depth++;
	read_alternatives(r, group);
	r->depth--;
	if (peek(r, 0) == ')')
		r->at++;
	else
		r->unknown = true;
	return ATOM_GROUP;
}

static enum atom
read_atom(struct reader *r, char *literal, struct need *group)
{
	int c = peek(r, 0);

	switch (c) {
	case '(':
		return read_group(r, group);
	case '[':
		return read_class(r);
	case '\\':
		return read_escape(r, literal);
	case '^':
	case '$':
		r->at++;
		return ATOM_NOTHING;
	case '.':
		r->at++;
		return ATOM_OTHER;
	case ')':
	case '?':
	case '*':
	case '+':
		r->unknown = true;
		return ATOM_OTHER;
	case '{':
		if (is_digit(peek(r, 1)) || is_one_of(peek(r, 1), ", \t"))
			r->unknown = true;
		break;
	}
	r->at++;
	if (c < 0x80) {
		*literal = (char)c;
		return ATOM_LITERAL;
	}
	/* a repeat behind it is of the whole character */
	while ((peek(r, 0) & 0xc0) == 0x80 && peek(r, 0) != -1)
		r->at++;
	return ATOM_OTHER;
}

static void
read_item(struct reader *r, struct sequence *s)
{
	struct need group = { .known = false };
	char literal = 0;
	enum atom atom = read_atom(r, &literal, &group);
	enum repeat repeat;

	if (r->unknown) {
		need_free(&group);
		return;
	}
	repeat = read_repeat(r);
	switch (atom) {
	case ATOM_NOTHING:
		if (repeat != REPEAT_ONCE)
			r->unknown = true;
		break;
	case ATOM_OTHER:
		end_run(r, s);
		break;
	case ATOM_LITERAL:
		if (repeat != REPEAT_OPTIONAL)
			buf_byte(&s->run, literal);
		if (repeat == REPEAT_ONCE)
			break;
		end_run(r, s);
		if (repeat == REPEAT_MORE)
			buf_byte(&s->run, literal);
		break;
	case ATOM_GROUP:
		end_run(r, s);
		if (repeat == REPEAT_OPTIONAL)
			need_free(&group);
		else
			need_and(&s->best, &group);
		break;
	}
}

static void
read_sequence(struct reader *r, struct need *need)
{
	struct sequence s = { .best = { .known = false } };

	buf_init(&s.run, BUF_NO_LIMIT);
	while (!r->unknown && peek(r, 0) != -1 && peek(r, 0) != '|' &&
	    (peek(r, 0) != ')' || r->depth == 0))
		read_item(r, &s);
	end_run(r, &s);
	buf_free(&s.run);
	*need = s.best;
}

static void
read_alternatives(struct reader *r, struct need *need)
{
	read_sequence(r, need);
	while (!r->unknown && peek(r, 0) == '|') {
		struct need other = { .known = false };

		r->at++;
		read_sequence(r, &other);
		need_or(need, &other);
	}
}

/* (?i) and the like, in front of all else. */
static void
read_options(struct reader *r)
{
	size_t i = 2;
	bool caseless = false;

	if (peek(r, 0) != '(' || peek(r, 1) != '?')
		return;
	for (; is_one_of(peek(r, i), "ims"); i++)
		caseless = caseless || peek(r, i) == 'i';
	if (i == 2 || peek(r, i) != ')')
		return;
	r->caseless = caseless;
	r->at = i + 1;
}

void
syntax_need(struct slice pattern, struct need *need)
{
	struct reader r = { .pattern = pattern };

	need_free(need);
	read_options(&r);
	read_alternatives(&r, need);
	if (r.unknown || r.at < pattern.len)
		need_free(need);
}
