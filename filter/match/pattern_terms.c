/* pattern_terms.c -- ERROR "two words" ?either ?or -not %regex%.
 * SPDX-License-Identifier: MIT */
#include "match/pattern_parts.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

enum sign {
	SIGN_PLAIN,		/* must occur */
	SIGN_OPTIONAL,		/* one of them must, when there are no others */
	SIGN_EXCLUDED,		/* must not */
};

struct term {
	enum sign sign;
	struct slice text;	/* owned; unless it is a regex */
	struct regex *regex;
	size_t from, to;	/* where it stands in the pattern */
};

struct terms {
	struct term *list;
	size_t count;
	size_t room;
	bool any;		/* nothing but optional ones */
};

/* = is none of AWS's documented characters, but it is accepted (localstack's
 * snapshots of AWS have Token=). */
static bool
is_bare_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '=';
}

static int
read_bare(struct scan *scan, struct term *term)
{
	size_t start = scan->at;
	struct slice word;

	while (scan->at < scan->text.len &&
	    is_bare_byte(scan->text.data[scan->at]))
		scan->at++;
	word = slice_cut(scan->text, start, scan->at);
	if (word.len == 0)
		return scan->at == scan->text.len ?
		    scan_bad_grammar(scan, "a term must follow") :
		    scan_bad_character(scan, scan->at);
	/* Nobody knows what AWS makes of ORDER-ITEM or WHAT?NOW: quote it. */
	if (scan_peek(scan) == '-' || scan_peek(scan) == '?')
		return scan_bad_character(scan, scan->at);
	term->text = (struct slice){ mem_copy(word), word.len };
	return 0;
}

static int
read_phrase(struct scan *scan, struct term *term)
{
	size_t start = scan->at;
	struct buf text;
	int status;

	buf_init(&text, BUF_NO_LIMIT);
	status = scan_quoted(scan, &text);
	if (status == 0 && text.len == 0)
		status = scan_bad_term(scan, start, scan->at, start);
	if (status == 0)
		term->text = (struct slice){ mem_copy(buf_slice(&text)),
		    text.len };
	buf_free(&text);
	return status;
}

static int
read_term(struct scan *scan, struct term *term)
{
	if (scan_take(scan, "?"))
		term->sign = SIGN_OPTIONAL;
	else if (scan_take(scan, "-"))
		term->sign = SIGN_EXCLUDED;
	scan_skip_white(scan);
	switch (scan_peek(scan)) {
	case '"':
		return read_phrase(scan, term);
	case '%':
		term->regex = scan_regex(scan);
		return term->regex == NULL ? -1 : 0;
	case '-':
	case '?':
		return scan_bad_grammar(scan, "a term must stand here");
	default:
		return read_bare(scan, term);
	}
}

struct terms *
terms_new(struct scan *scan)
{
	struct terms *terms = mem_zero(1, sizeof *terms);

	scan->symbols = "?-=";
	terms->any = true;
	for (scan_skip_white(scan); scan->at < scan->text.len;
	    scan_skip_white(scan)) {
		struct term *term;

		terms->list = mem_grow(terms->list, terms->count + 1,
		    &terms->room, sizeof *terms->list);
		term = &terms->list[terms->count++];
		*term = (struct term){ .sign = SIGN_PLAIN, .from = scan->at };
		if (read_term(scan, term) == -1) {
			terms_free(terms);
			return NULL;
		}
		term->to = scan->at;
		if (term->sign != SIGN_OPTIONAL)
			terms->any = false;
	}
	return terms;
}

void
terms_free(struct terms *terms)
{
	if (terms == NULL)
		return;
	for (size_t i = 0; i < terms->count; i++) {
		free((void *)(uintptr_t)terms->list[i].text.data);
		regex_free(terms->list[i].regex);
	}
	free(terms->list);
	free(terms);
}

static int
occurs(const struct term *term, struct slice message, struct regex_run *run)
{
	if (term->regex != NULL)
		return regex_match(term->regex, run, message);
	return slice_find(message, term->text) != SIZE_MAX;
}

static int
any_occurs(const struct terms *terms, struct slice message,
    struct regex_run *run)
{
	bool gave_up = false;

	for (size_t i = 0; i < terms->count; i++) {
		int result = occurs(&terms->list[i], message, run);

		if (result == 1)
			return 1;
		gave_up = gave_up || result == -1;
	}
	return gave_up ? -1 : 0;
}

int
terms_match(const struct terms *terms, struct slice message,
    struct regex_run *run)
{
	bool gave_up = false;

	if (terms->count == 0)
		return 1;
	if (terms->any)
		return any_occurs(terms, message, run);
	for (size_t i = 0; i < terms->count; i++) {
		const struct term *term = &terms->list[i];
		int result;

		if (term->sign == SIGN_OPTIONAL)
			continue;
		result = occurs(term, message, run);
		if (result == (term->sign == SIGN_PLAIN ? 0 : 1))
			return 0;
		gave_up = gave_up || result == -1;
	}
	return gave_up ? -1 : 1;
}

/* A term that does not count (?x among others that do) is not told. */
void
terms_explain(const struct terms *terms, struct slice message,
    struct regex_run *run, const struct finder *finder)
{
	for (size_t i = 0; i < terms->count; i++) {
		const struct term *term = &terms->list[i];
		struct finding finding = { .from = term->from,
		    .to = term->to };

		if (term->sign == SIGN_OPTIONAL && !terms->any)
			continue;
		finding.holds = occurs(term, message, run);
		if (finding.holds == 1 && term->regex != NULL) {
			finding.seen = regex_capture(run, 0);
		} else if (finding.holds == 1) {
			size_t at = slice_find(message, term->text);

			finding.seen = slice_cut(message, at,
			    at + term->text.len);
		}
		if (term->sign == SIGN_EXCLUDED && finding.holds != -1)
			finding.holds = !finding.holds;
		finder->found(finder->ctx, &finding);
	}
}

void
terms_need(const struct terms *terms, struct need *need)
{
	need_free(need);
	for (size_t i = 0; i < terms->count; i++) {
		const struct term *term = &terms->list[i];
		struct need one = { 0 };

		if (!terms->any && term->sign != SIGN_PLAIN)
			continue;
		if (term->regex != NULL)
			regex_need(term->regex, &one);
		else
			need_literal(&one, term->text);
		if (!terms->any)
			need_and(need, &one);
		else if (i == 0)
			*need = one;
		else
			need_or(need, &one);
	}
}
