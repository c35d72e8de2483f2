/* pattern.c -- which of the three kinds a filter pattern is.
 * SPDX-License-Identifier: MIT */
#include "match/pattern.h"

#include <stdlib.h>

#include "base/clean.h"
#include "base/mem.h"
#include "match/pattern_parts.h"

enum kind {
	KIND_TERMS,
	KIND_JSON,
	KIND_DELIMITED,
};

struct pattern {
	enum kind kind;
	struct terms *terms;
	struct logic json;
	struct delimited *delimited;
};

static size_t
count_characters(struct slice text)
{
	size_t count = 0;

	while (text.len > 0) {
		size_t len = clean_character(text);

		text = slice_cut(text, len > 0 ? len : 1, text.len);
		count++;
	}
	return count;
}

/* A pattern that opens with one bracket must end with the other; what is
 * between them is left to be scanned. */
static int
take_brackets(struct scan *scan, char open, char close)
{
	size_t start = scan->at++;
	size_t last = scan->text.len - 1;

	if (last == start || scan->text.data[last] != close)
		return error_at(scan->err, ERROR_RULES, start,
		    "If a filter pattern starts with '%c' it must end with "
		    "'%c'", open, close);
	scan->text.len = last;
	return 0;
}

static int
read_pattern(struct pattern *pattern, struct scan *scan)
{
	switch (scan_peek(scan)) {
	case '{':
		pattern->kind = KIND_JSON;
		if (take_brackets(scan, '{', '}') == -1)
			return -1;
		return json_pattern_read(&pattern->json, scan);
	case '[':
		pattern->kind = KIND_DELIMITED;
		if (take_brackets(scan, '[', ']') == -1)
			return -1;
		pattern->delimited = delimited_new(scan);
		return pattern->delimited == NULL ? -1 : 0;
	default:
		pattern->kind = KIND_TERMS;
		pattern->terms = terms_new(scan);
		return pattern->terms == NULL ? -1 : 0;
	}
}

struct pattern *
pattern_new(struct slice text, struct error *err)
{
	struct scan scan = { .text = text, .err = err };
	struct pattern *pattern;

	if (text.len > PATTERN_LIMIT &&
	    count_characters(text) > PATTERN_LIMIT) {
		error_at(err, ERROR_RULES, PATTERN_LIMIT,
		    "1 validation error detected: Value '%.40s...' at "
		    "'filterPattern' failed to satisfy constraint: Member must "
		    "have length less than or equal to %d", text.data,
		    PATTERN_LIMIT);
		return NULL;
	}
	while (scan.text.len > 0 &&
	    scan_is_white(scan.text.data[scan.text.len - 1]))
		scan.text.len--;
	scan_skip_white(&scan);
	pattern = mem_zero(1, sizeof *pattern);
	if (read_pattern(pattern, &scan) == -1) {
		pattern_free(pattern);
		return NULL;
	}
	return pattern;
}

void
pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	terms_free(pattern->terms);
	logic_free(&pattern->json);
	delimited_free(pattern->delimited);
	free(pattern);
}

int
pattern_match(const struct pattern *pattern, struct message *message,
    struct regex_run *run)
{
	switch (pattern->kind) {
	case KIND_TERMS:
		return terms_match(pattern->terms, message->whole, run);
	case KIND_JSON:
		return json_pattern_match(&pattern->json, message, run);
	case KIND_DELIMITED:
		return delimited_match(pattern->delimited, message->whole, run);
	}
	return 0;
}

const char *
pattern_explain(const struct pattern *pattern, struct message *message,
    struct regex_run *run, const struct finder *finder)
{
	switch (pattern->kind) {
	case KIND_TERMS:
		terms_explain(pattern->terms, message->whole, run, finder);
		return NULL;
	case KIND_JSON:
		return json_pattern_explain(&pattern->json, message, run,
		    finder);
	case KIND_DELIMITED:
		return delimited_explain(pattern->delimited, message->whole,
		    run, finder);
	}
	return NULL;
}

void
pattern_need(const struct pattern *pattern, struct need *need)
{
	switch (pattern->kind) {
	case KIND_TERMS:
		terms_need(pattern->terms, need);
		break;
	case KIND_JSON:
		json_pattern_need(&pattern->json, need);
		break;
	case KIND_DELIMITED:
		delimited_need(pattern->delimited, need);
		break;
	}
}

bool
pattern_is_json(const struct pattern *pattern)
{
	return pattern->kind == KIND_JSON;
}
