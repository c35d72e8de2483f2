/* pattern_scan.c -- tokens of filter patterns; AWS's words where there is none.
 * SPDX-License-Identifier: MIT */
#include "match/pattern_parts.h"

#include <string.h>

#include "base/clean.h"
#include "match/pattern.h"

#define SHOWN 200		/* bytes of a bad term in the message */

bool
scan_is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void
scan_skip_white(struct scan *scan)
{
	while (scan->at < scan->text.len &&
	    scan_is_white(scan->text.data[scan->at]))
		scan->at++;
}

char
scan_peek(const struct scan *scan)
{
	return scan->at < scan->text.len ? scan->text.data[scan->at] : '\0';
}

bool
scan_looking_at(const struct scan *scan, const char *text)
{
	return slice_starts(slice_cut(scan->text, scan->at, scan->text.len),
	    text);
}

bool
scan_take(struct scan *scan, const char *text)
{
	if (!scan_looking_at(scan, text))
		return false;
	scan->at += strlen(text);
	return true;
}

static size_t
character_at(const struct scan *scan, size_t at)
{
	size_t len = clean_character(slice_cut(scan->text, at,
	    scan->text.len));

	return len > 0 ? len : at < scan->text.len;
}

int
scan_bad_term(struct scan *scan, size_t from, size_t to, size_t at)
{
	int shown = to - from > SHOWN ? SHOWN : (int)(to - from);

	return error_at(scan->err, ERROR_RULES, at,
	    "Invalid character(s) in term '%.*s'", shown,
	    scan->text.data + from);
}

int
scan_bad_character(struct scan *scan, size_t from)
{
	return scan_bad_term(scan, from,
	    scan->at + character_at(scan, scan->at), scan->at);
}

static bool
is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '*' ||
	    c == '+' || c == '-';
}

/* Where the quoted text that begins at at ends, or 0. */
static size_t
end_of_quoted(struct slice text, size_t at)
{
	for (at++; at < text.len; at++) {
		if (text.data[at] == '"')
			return at + 1;
		if (text.data[at] == '\\')
			at++;
	}
	return 0;
}

/* AWS cuts the whole pattern into tokens before it looks at their order: a
 * character that fits none is told first, wherever it stands. */
int
scan_bad_grammar(struct scan *scan, const char *hint)
{
	size_t wrong = scan->at;

	while (scan->at < scan->text.len) {
		char c = scan->text.data[scan->at];
		size_t end = 0;

		if (c == '"')
			end = end_of_quoted(scan->text, scan->at);
		else if (c == '%')
			end = scan->text.len;
		else if (is_word_byte(c) || scan_is_white(c) ||
		    (c != '\0' && strchr(scan->symbols, c) != NULL))
			end = scan->at + 1;
		if (end == 0)
			return scan_bad_character(scan, scan->at);
		scan->at = end;
	}
	return error_at(scan->err, ERROR_RULES, wrong,
	    "Invalid metric filter pattern (%s)", hint);
}

struct slice
scan_word(struct scan *scan)
{
	size_t start = scan->at;

	while (scan->at < scan->text.len &&
	    is_word_byte(scan->text.data[scan->at]))
		scan->at++;
	return slice_cut(scan->text, start, scan->at);
}

int
scan_quoted(struct scan *scan, struct buf *out)
{
	size_t start = scan->at;
	size_t end = end_of_quoted(scan->text, start);

	if (end == 0)
		return scan_bad_term(scan, start, scan->text.len, start);
	for (size_t i = start + 1; i + 1 < end; i++) {
		char c = scan->text.data[i];
		char next = scan->text.data[i + 1];

		if (c == '\\' && (next == '"' || next == '\\')) {
			c = next;
			i++;
		}
		buf_byte(out, c);
	}
	scan->at = end;
	return 0;
}

static bool
is_regex_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr(":_#=@/;,-^$?[]{}|\\*+. ", c) != NULL);
}

struct regex *
scan_regex(struct scan *scan)
{
	size_t start = scan->at;
	struct slice inner;
	struct regex *regex;

	for (scan->at++; scan_peek(scan) != '%'; scan->at++) {
		if (scan->at == scan->text.len ||
		    !is_regex_byte(scan_peek(scan))) {
			scan_bad_character(scan, start);
			return NULL;
		}
	}
	inner = slice_cut(scan->text, start + 1, scan->at);
	scan->at++;
	if (inner.len == 0) {
		scan_bad_term(scan, start, scan->at, start);
		return NULL;
	}
	if (++scan->regexes > PATTERN_REGEX_LIMIT) {
		error_at(scan->err, ERROR_RULES, start,
		    "Your input has exceeded the maximum of %d regular "
		    "expressions per filter pattern.", PATTERN_REGEX_LIMIT);
		return NULL;
	}
	regex = regex_new_cloudwatch(inner, scan->err);
	if (regex == NULL)
		scan->err->at = scan->err->at == ERROR_NOWHERE ? start :
		    start + 1 + scan->err->at;
	return regex;
}

struct selector *
scan_selector(struct scan *scan)
{
	size_t start = scan->at;
	size_t used;
	struct selector *selector = selector_new(slice_cut(scan->text, start,
	    scan->text.len), &used, scan->err);

	if (selector == NULL) {
		if (scan->err->at != ERROR_NOWHERE)
			scan->err->at += start;
		return NULL;
	}
	scan->at += used;
	if (selector_has_wildcard(selector) &&
	    ++scan->wildcards > PATTERN_WILDCARD_LIMIT) {
		error_at(scan->err, ERROR_RULES, start,
		    "Your input has exceeded the maximum of %d JSON wildcard "
		    "selectors allowed per filter pattern.",
		    PATTERN_WILDCARD_LIMIT);
		selector_free(selector);
		return NULL;
	}
	return selector;
}
