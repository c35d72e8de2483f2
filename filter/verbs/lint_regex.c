/* lint_regex.c -- what is doubtful in the text of a regular expression.
 * SPDX-License-Identifier: MIT
 *
 * A list of tokens is enough for these questions; what is not understood is not
 * doubted. */
#include "verbs/lint_regex.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "match/regex.h"

#define WORD "ERROR"
#define ASCII 128

enum token_kind {
	TOKEN_BYTE,		/* itself, also \. and \t */
	TOKEN_SET,		/* [...] \d \w . : one of several */
	TOKEN_BORDER,		/* ^ $ \b and their like */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_BAR,
	TOKEN_REPEAT,		/* * + ? {m,n}, of the token in front */
	TOKEN_OTHER,		/* back references and what else there is */
};

struct token {
	enum token_kind kind;
	size_t at, len;
	char byte;		/* TOKEN_BYTE */
	size_t mate;		/* of a parenthesis: the other one */
	bool atomic;		/* TOKEN_OPEN: never goes back into it; TOKEN_REPEAT */
	bool looks;		/* TOKEN_OPEN: (?= (?! (?<= (?<! */
	bool optional;		/* TOKEN_REPEAT: also not at all */
	bool endless;		/* TOKEN_REPEAT: any number of times */
};

struct tokens {
	struct slice text;
	struct token *list;
	size_t count, room;
	bool spread;		/* (?x): blanks and # mean nothing */
	bool any_case;		/* (?i) */
};

static char
byte_at(const struct tokens *t, size_t at)
{
	return at < t->text.len ? t->text.data[at] : '\0';
}

static struct token *
add(struct tokens *t, enum token_kind kind, size_t at, size_t len)
{
	struct token *token;

	t->list = mem_grow(t->list, t->count + 1, &t->room, sizeof *t->list);
	token = &t->list[t->count++];
	*token = (struct token){ .kind = kind, .at = at, .len = len };
	return token;
}

/* The length of a [...] at at. */
static size_t
set_length(const struct tokens *t, size_t at)
{
	size_t end = at + 1;

	if (byte_at(t, end) == '^')
		end++;
	if (byte_at(t, end) == ']')
		end++;
	while (end < t->text.len && t->text.data[end] != ']') {
		if (byte_at(t, end) == '\\') {
			end += 2;
		} else if (byte_at(t, end) == '[' &&
		    byte_at(t, end + 1) == ':') {
			size_t close = slice_find(slice_cut(t->text, end,
			    t->text.len), slice_from(":]"));

			end += close == (size_t)-1 ? 1 : close + 2;
		} else {
			end++;
		}
	}
	return end + 1 - at;
}

static void
read_escape(struct tokens *t, size_t at)
{
	static const struct {
		char letter, byte;
	} controls[] = { { 'n', '\n' }, { 't', '\t' }, { 'r', '\r' },
		{ 'f', '\f' }, { 'e', '\033' }, { 'a', '\a' } };
	char c = byte_at(t, at + 1);
	size_t len = 2;

	if (!slice_is_word_byte(c)) {
		add(t, TOKEN_BYTE, at, 2)->byte = c;
		return;
	}
	for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++) {
		if (c == controls[i].letter) {
			add(t, TOKEN_BYTE, at, 2)->byte = controls[i].byte;
			return;
		}
	}
	if (strchr("dDwWsShHvVNRX", c) != NULL) {
		add(t, TOKEN_SET, at, 2);
		return;
	}
	if (strchr("bBAzZGK", c) != NULL) {
		add(t, TOKEN_BORDER, at, 2);
		return;
	}
	if (strchr("pPxogk", c) != NULL && strchr("{<'",
	    byte_at(t, at + 2)) != NULL && byte_at(t, at + 2) != '\0') {
		char close = byte_at(t, at + 2) == '{' ? '}' :
		    byte_at(t, at + 2) == '<' ? '>' : '\'';

		for (len = 3; at + len < t->text.len &&
		    t->text.data[at + len] != close; len++)
			;
		len++;
	} else if (c == 'x') {
		while (len < 4 && strchr("0123456789abcdefABCDEF",
		    byte_at(t, at + len)) != NULL && at + len < t->text.len)
			len++;
	}
	add(t, c == 'p' || c == 'P' ? TOKEN_SET : TOKEN_OTHER, at, len);
}

/* The length of what stands behind the ( that says what it is. */
static size_t
read_open(struct tokens *t, size_t at)
{
	struct slice rest = slice_cut(t->text, at, t->text.len);
	struct token *open;
	size_t len = 1;

	if (slice_starts(rest, "(?#")) {
		while (len < rest.len && rest.data[len] != ')')
			len++;
		return len + 1;
	}
	if (slice_starts(rest, "(?<") && byte_at(t, at + 3) != '=' &&
	    byte_at(t, at + 3) != '!') {
		while (len < rest.len && rest.data[len] != '>')
			len++;
		add(t, TOKEN_OPEN, at, len + 1);
		return len + 1;
	}
	if (slice_starts(rest, "(?P<") || slice_starts(rest, "(?'")) {
		len = 4;
		while (len < rest.len && rest.data[len] != '>' &&
		    rest.data[len] != '\'')
			len++;
		add(t, TOKEN_OPEN, at, len + 1);
		return len + 1;
	}
	if (!slice_starts(rest, "(?")) {
		add(t, TOKEN_OPEN, at, 1);
		return 1;
	}
	/* (?: (?= (?! (?<= (?<! (?> (?| (?i: (?i) */
	for (len = 2; len < rest.len && strchr(":=!>|)", rest.data[len]) ==
	    NULL; len++) {
		t->spread = t->spread || rest.data[len] == 'x';
		t->any_case = t->any_case || rest.data[len] == 'i';
	}
	if (len < rest.len && rest.data[len] == ')')
		return len + 1;		/* only a setting */
	open = add(t, TOKEN_OPEN, at, len + 1);
	open->atomic = len < rest.len && rest.data[len] == '>';
	open->looks = len < rest.len && (rest.data[len] == '=' ||
	    rest.data[len] == '!');
	return len + 1;
}

/* {2,} {,3} {4}; 0: the brace is a brace */
static size_t
read_counts(struct tokens *t, size_t at)
{
	size_t end = at + 1, comma = 0, digits = 0;
	struct token *repeat;

	for (; end < t->text.len && t->text.data[end] != '}'; end++) {
		if (t->text.data[end] == ',' && comma == 0)
			comma = end;
		else if (t->text.data[end] >= '0' && t->text.data[end] <= '9')
			digits++;
		else
			return 0;
	}
	if (end >= t->text.len || digits == 0)
		return 0;
	repeat = add(t, TOKEN_REPEAT, at, end + 1 - at);
	repeat->optional = comma == at + 1 || (byte_at(t, at + 1) == '0' &&
	    comma == at + 2);
	repeat->endless = comma == end - 1;
	return end + 1 - at;
}

static size_t
read_repeat(struct tokens *t, size_t at)
{
	char c = byte_at(t, at);
	struct token *repeat;
	size_t len = 1;

	if (c == '{') {
		len = read_counts(t, at);
		if (len == 0) {
			add(t, TOKEN_BYTE, at, 1)->byte = c;
			return 1;
		}
	} else {
		repeat = add(t, TOKEN_REPEAT, at, 1);
		repeat->optional = c != '+';
		repeat->endless = c != '?';
	}
	repeat = &t->list[t->count - 1];
	if (byte_at(t, at + len) == '+') {
		repeat->atomic = true;
		len++;
	} else if (byte_at(t, at + len) == '?') {
		len++;
	}
	repeat->len = len;
	return len;
}

static size_t
read_token(struct tokens *t, size_t at)
{
	char c = byte_at(t, at);
	size_t len;

	switch (c) {
	case '\\':
		if (byte_at(t, at + 1) == 'Q') {
			for (at += 2, len = 2; at < t->text.len &&
			    !slice_starts(slice_cut(t->text, at, t->text.len),
			    "\\E"); at++, len++)
				add(t, TOKEN_BYTE, at, 1)->byte =
				    t->text.data[at];
			return len + 2;
		}
		if (byte_at(t, at + 1) == 'E')
			return 2;
		read_escape(t, at);
		return t->list[t->count - 1].len;
	case '[':
		len = set_length(t, at);
		add(t, TOKEN_SET, at, len);
		return len;
	case '.':
		add(t, TOKEN_SET, at, 1);
		return 1;
	case '^':
	case '$':
		add(t, TOKEN_BORDER, at, 1);
		return 1;
	case '(':
		return read_open(t, at);
	case ')':
		add(t, TOKEN_CLOSE, at, 1);
		return 1;
	case '|':
		add(t, TOKEN_BAR, at, 1);
		return 1;
	case '*':
	case '+':
	case '?':
	case '{':
		return read_repeat(t, at);
	default:
		add(t, TOKEN_BYTE, at, 1)->byte = c;
		return 1;
	}
}

/* False: the parentheses do not fit, or the regex is written in a way that is not
 * looked at here. */
static bool
read_tokens(struct tokens *t, struct slice pattern)
{
	size_t *stack, depth = 0;
	bool fits = true;

	*t = (struct tokens){ .text = pattern };
	for (size_t at = 0; at < pattern.len;)
		at += read_token(t, at);
	stack = mem_zero(t->count + 1, sizeof *stack);
	for (size_t i = 0; i < t->count && fits; i++) {
		if (t->list[i].kind == TOKEN_OPEN) {
			stack[depth++] = i;
		} else if (t->list[i].kind == TOKEN_CLOSE) {
			fits = depth > 0;
			if (!fits)
				break;
			t->list[i].mate = stack[--depth];
			t->list[t->list[i].mate].mate = i;
		}
	}
	free(stack);
	return fits && depth == 0 && !t->spread;
}

/* Which ASCII bytes a token that stands for one of them can be; all in doubt. */
static void
find_bytes(const struct tokens *t, const struct token *token,
    bool can[ASCII])
{
	struct error err;
	struct regex_run *run;
	struct regex *regex = NULL;

	for (int c = 0; c < ASCII; c++)
		can[c] = token->kind != TOKEN_BYTE || token->byte == c;
	if (token->kind == TOKEN_SET)
		regex = regex_new(slice_cut(t->text, token->at,
		    token->at + token->len), &err);
	if (regex == NULL)
		return;
	run = regex_run_new();
	for (int c = 0; c < ASCII; c++) {
		char byte = (char)c;

		can[c] = regex_match(regex, run,
		    (struct slice){ &byte, 1 }) != 0;
	}
	regex_run_free(run);
	regex_free(regex);
}

static bool
can_be(const struct tokens *t, const struct token *token, char c)
{
	bool can[ASCII];

	find_bytes(t, token, can);
	return can[(unsigned char)c];
}

/* Whether some byte can be either of them. */
static bool
can_meet(const struct tokens *t, const struct token *a,
    const struct token *b)
{
	bool can_a[ASCII], can_b[ASCII];

	find_bytes(t, a, can_a);
	find_bytes(t, b, can_b);
	for (int c = 0; c < ASCII; c++)
		if (can_a[c] && can_b[c])
			return true;
	return false;
}

/* The repeat behind a token, or NULL. */
static const struct token *
repeat_of(const struct tokens *t, size_t i)
{
	if (t->list[i].kind == TOKEN_OPEN)
		i = t->list[i].mate;
	if (i + 1 >= t->count || t->list[i + 1].kind != TOKEN_REPEAT)
		return NULL;
	return &t->list[i + 1];
}

/* ---- nested quantifiers ---- */

/* Whether each turn of the group must begin or end at a byte that nothing which
 * repeats in it can take: then there is one way only. */
static bool
is_parted(const struct tokens *t, size_t open)
{
	size_t close = t->list[open].mate;
	size_t ends[] = { open + 1, close - 1 };

	for (size_t i = open + 1; i < close; i++)
		if (t->list[i].kind == TOKEN_BAR ||
		    t->list[i].kind == TOKEN_OPEN)
			return false;
	for (size_t e = 0; e < 2; e++) {
		const struct token *end = &t->list[ends[e]];
		bool parts = (end->kind == TOKEN_BYTE ||
		    end->kind == TOKEN_SET) && repeat_of(t, ends[e]) == NULL;

		for (size_t i = open + 1; i < close && parts; i++)
			if (t->list[i].kind != TOKEN_REPEAT &&
			    repeat_of(t, i) != NULL &&
			    can_meet(t, &t->list[i], end))
				parts = false;
		if (parts)
			return true;
	}
	return false;
}

bool
lint_regex_nests(struct slice pattern)
{
	struct tokens t;
	bool nests = false;
	bool read = read_tokens(&t, pattern);

	for (size_t i = 0; read && i < t.count && !nests; i++) {
		const struct token *open = &t.list[i];
		const struct token *repeat;

		if (open->kind != TOKEN_OPEN || open->atomic || open->looks)
			continue;
		repeat = repeat_of(&t, i);
		if (repeat == NULL || !repeat->endless || repeat->atomic)
			continue;
		for (size_t j = i + 1; j < open->mate && !nests; j++)
			nests = t.list[j].kind == TOKEN_REPEAT &&
			    t.list[j].endless && !t.list[j].atomic;
		nests = nests && !is_parted(&t, i);
	}
	free(t.list);
	return nests;
}

/* ---- the word ERROR ---- */

enum side {
	SIDE_CLOSED,		/* a border stands there */
	SIDE_OPEN,
	SIDE_WORD,		/* the word itself goes on: it is not ERROR */
};

static bool
is_optional(const struct tokens *t, size_t i)
{
	const struct token *repeat = repeat_of(t, i);

	return repeat != NULL && repeat->optional;
}

static enum side
side_of(const struct tokens *t, const struct token *token)
{
	switch (token->kind) {
	case TOKEN_BYTE:
		return slice_is_word_byte(token->byte) ? SIDE_WORD : SIDE_CLOSED;
	case TOKEN_SET:
		return can_be(t, token, 'S') || can_be(t, token, '_') ?
		    SIDE_OPEN : SIDE_CLOSED;
	case TOKEN_BORDER:
	case TOKEN_OPEN:
	case TOKEN_CLOSE:
	case TOKEN_BAR:
	case TOKEN_REPEAT:
	case TOKEN_OTHER:
		break;
	}
	return SIDE_CLOSED;
}

/* What follows the token in front of i. */
static enum side
right_side(const struct tokens *t, size_t i)
{
	while (i < t->count) {
		const struct token *token = &t->list[i];
		enum side side;
		unsigned depth = 0;

		if (token->kind == TOKEN_CLOSE || token->kind == TOKEN_REPEAT ||
		    (token->kind == TOKEN_OPEN && !token->looks)) {
			i++;
			continue;
		}
		if (token->kind == TOKEN_BAR) {	/* behind the group */
			for (; i < t->count && (depth > 0 ||
			    t->list[i].kind != TOKEN_CLOSE); i++) {
				if (t->list[i].kind == TOKEN_OPEN)
					depth++;
				else if (t->list[i].kind == TOKEN_CLOSE)
					depth--;
			}
			continue;
		}
		side = side_of(t, token);
		if (side == SIDE_OPEN || !is_optional(t, i))
			return side;
		i += 2;
	}
	return SIDE_OPEN;
}

/* What stands in front of token i. */
static enum side
left_side(const struct tokens *t, size_t i)
{
	while (i > 0) {
		const struct token *token = &t->list[i - 1];
		size_t atom = i - 1;
		unsigned depth = 0;
		enum side side;

		if (token->kind == TOKEN_OPEN) {
			i--;
			continue;
		}
		if (token->kind == TOKEN_BAR) {	/* in front of the group */
			for (; i > 0 && (depth > 0 ||
			    t->list[i - 1].kind != TOKEN_OPEN); i--) {
				if (t->list[i - 1].kind == TOKEN_CLOSE)
					depth++;
				else if (t->list[i - 1].kind == TOKEN_OPEN)
					depth--;
			}
			continue;
		}
		if (token->kind == TOKEN_REPEAT && atom > 0)
			atom--;
		if (t->list[atom].kind == TOKEN_CLOSE) {
			if (t->list[t->list[atom].mate].looks ||
			    !is_optional(t, atom))
				return SIDE_CLOSED;
			i = t->list[atom].mate;
			continue;
		}
		side = side_of(t, &t->list[atom]);
		if (side == SIDE_OPEN || !is_optional(t, atom))
			return side;
		i = atom;
	}
	return SIDE_OPEN;
}

static bool
is_that_letter(const struct tokens *t, size_t i, char letter)
{
	char c;

	if (i >= t->count || t->list[i].kind != TOKEN_BYTE)
		return false;
	c = t->list[i].byte;
	return c == letter || (t->any_case && c == (letter | 32));
}

bool
lint_regex_is_open(struct slice pattern)
{
	struct tokens t;
	bool open = false;
	bool read = read_tokens(&t, pattern);

	for (size_t i = 0; read && i < t.count && !open; i++) {
		enum side left, right;
		size_t len = 0;

		while (len < strlen(WORD) && is_that_letter(&t, i + len,
		    WORD[len]))
			len++;
		if (len < strlen(WORD) || repeat_of(&t, i + len - 1) != NULL)
			continue;
		left = left_side(&t, i);
		right = right_side(&t, i + len);
		open = left != SIDE_WORD && right != SIDE_WORD &&
		    (left == SIDE_OPEN || right == SIDE_OPEN);
	}
	free(t.list);
	return open;
}

/* ---- JSON as text ---- */

bool
lint_regex_spaces(struct slice pattern)
{
	struct tokens t;
	bool spaces = false;
	bool read = read_tokens(&t, pattern);

	for (size_t i = 0; read && i + 1 < t.count && !spaces; i++) {
		const struct token *a = &t.list[i], *b = &t.list[i + 1];

		if (a->kind != TOKEN_BYTE || b->kind != TOKEN_BYTE)
			continue;
		if (a->byte == ',' && b->byte == '"')
			spaces = true;
		/* `": ?` is written with care */
		if (a->byte == '"' && b->byte == ':')
			spaces = i + 2 == t.count ||
			    !is_optional(&t, i + 2) ||
			    !can_be(&t, &t.list[i + 2], ' ');
	}
	free(t.list);
	return spaces;
}
