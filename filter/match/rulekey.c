/* rulekey.c -- the lines of a stanza: one function for each key.
 * SPDX-License-Identifier: MIT */
#include "match/rulekey.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "match/rulefile.h"

#define AT_LEAST_LIMIT 1000000000

/* In which stanzas a key may stand. */
#define IN_RULE (1u << STANZA_RULE)
#define IN_NAMING (1u << STANZA_NAMING)
#define IN_IGNORE (1u << STANZA_IGNORE)
#define IN_ALL (IN_RULE | IN_NAMING | IN_IGNORE)

void
reader_complain(struct reader *r, const char *at, const char *format, ...)
{
	va_list args;

	r->spot.at = (size_t)(at - r->spot.text.data);
	r->broken = true;
	r->set->error_count++;
	va_start(args, format);
	complaint_add(&r->set->errors, &r->spot, format, args);
	va_end(args);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice
reader_word(struct slice text, struct slice *rest)
{
	size_t len = 0;

	while (len < text.len && !is_blank(text.data[len]))
		len++;
	*rest = slice_trim(slice_cut(text, len, text.len));
	return slice_cut(text, 0, len);
}

static struct slice
copy(struct slice text)
{
	return (struct slice){ mem_copy(text), text.len };
}

/* ---- conditions ---- */

bool
rulefile_condition(struct ruleset *set, struct conditions *conditions,
    enum condition_kind kind, struct slice value, const struct spot *spot)
{
	struct condition made = { .kind = kind, .line = spot->line };
	struct error err = { .at = ERROR_NOWHERE };
	bool failed = false;

	switch (kind) {
	case CONDITION_TEXT:
		break;
	case CONDITION_REGEX:
		made.regex = regex_new(value, &err);
		failed = made.regex == NULL;
		break;
	case CONDITION_FILTER:
		made.pattern = pattern_new(value, &err);
		failed = made.pattern == NULL;
		break;
	case CONDITION_GLOB:
		made.glob = glob_new(value);
		break;
	}
	if (failed) {
		struct spot where = *spot;

		if (err.at != ERROR_NOWHERE)
			where.at += err.at;
		ruleset_complain(set, &where, "%s", err.text);
		return false;
	}
	made.value = copy(value);
	conditions->list = mem_grow(conditions->list, conditions->count + 1,
	    &conditions->room, sizeof *conditions->list);
	conditions->list[conditions->count++] = made;
	return true;
}

static const struct kind_name {
	const char *name;
	enum condition_kind kind;
	bool message, place;	/* for which keys */
} kind_names[] = {
	{ "text", CONDITION_TEXT, true, true },
	{ "regex", CONDITION_REGEX, true, true },
	{ "filter", CONDITION_FILTER, true, false },
	{ "glob", CONDITION_GLOB, false, true },
};

#define KIND_NAMES (sizeof kind_names / sizeof kind_names[0])

static bool
read_kind(struct reader *r, struct slice word, bool place,
    enum condition_kind *kind)
{
	for (size_t i = 0; i < KIND_NAMES; i++) {
		const struct kind_name *k = &kind_names[i];

		if (!slice_is(word, k->name))
			continue;
		*kind = k->kind;
		if (place ? k->place : k->message)
			return true;
	}
	if (word.len == 0)
		word.data = r->spot.text.data + r->spot.text.len;
	reader_complain(r, word.data, "\"%.*s\" takes %s", (int)r->key.len,
	    r->key.data, place ? "glob, regex or text, then a value" :
	    "text, regex or filter, then a value");
	return false;
}

/* KIND VALUE.  Of message conditions the one that every message meets is
 * refused. */
static void
read_condition(struct reader *r, struct conditions *conditions, bool place)
{
	struct slice value;
	struct slice word = reader_word(r->value, &value);
	enum condition_kind kind;
	struct spot spot = r->spot;

	if (!read_kind(r, word, place, &kind))
		return;
	if (value.len == 0)
		value.data = r->spot.text.data + r->spot.text.len;
	if (value.len == 0 && kind != CONDITION_FILTER) {
		reader_complain(r, value.data, "no value behind \"%.*s\"",
		    (int)word.len, word.data);
		return;
	}
	spot.at = (size_t)(value.data - spot.text.data);
	if (!rulefile_condition(r->set, conditions, kind, value, &spot)) {
		r->broken = true;
		return;
	}
	if (kind == CONDITION_REGEX && !place && regex_matches_empty(
	    conditions->list[conditions->count - 1].regex))
		reader_complain(r, value.data,
		    "this matches the empty string, so every message");
}

static void
read_match(struct reader *r)
{
	r->matches++;
	read_condition(r, &r->rule->match, false);
}

static void
read_require(struct reader *r)
{
	r->matches += r->rule->stanza == STANZA_IGNORE;
	read_condition(r, &r->rule->require, false);
}

static void
read_unless(struct reader *r)
{
	read_condition(r, &r->rule->unless, false);
}

static void
read_group(struct reader *r)
{
	if (slice_is(r->value, "required")) {
		r->rule->group_required = true;
		return;
	}
	r->places++;
	read_condition(r, &r->rule->group, true);
}

static void
read_stream(struct reader *r)
{
	r->places++;
	read_condition(r, &r->rule->stream, true);
}

/* ---- the other keys ---- */

bool
reader_has_value(struct reader *r)
{
	if (r->value.len > 0)
		return true;
	reader_complain(r, r->spot.text.data + r->spot.text.len,
	    "no value behind \"%.*s\"", (int)r->key.len, r->key.data);
	return false;
}

static void
read_service(struct reader *r)
{
	struct error err = { .at = ERROR_NOWHERE };

	if (r->service.line > 0) {
		reader_complain(r, r->key.data, "a stanza has one service");
		return;
	}
	r->service = r->spot;
	if (!reader_has_value(r))
		return;
	r->service.at = (size_t)(r->value.data - r->spot.text.data);
	r->rule->service = service_new(r->value, &err);
	if (r->rule->service == NULL)
		reader_complain(r, r->value.data +
		    (err.at == ERROR_NOWHERE ? 0 : err.at), "%s", err.text);
}

static void
read_level(struct reader *r)
{
	if (r->level_said) {
		reader_complain(r, r->key.data, "a rule has one level");
		return;
	}
	r->level_said = true;
	if (reader_has_value(r) && !level_read(r->value, &r->rule->level))
		reader_complain(r, r->value.data,
		    "a level is fatal, error or warn");
}

static void
read_at_least(struct reader *r)
{
	uint64_t number = 0;

	if (r->at_least_said) {
		reader_complain(r, r->key.data, "a rule has one at-least");
		return;
	}
	r->at_least_said = true;
	if (!reader_has_value(r))
		return;
	for (size_t i = 0; i < r->value.len; i++) {
		char c = r->value.data[i];

		if (c < '0' || c > '9' || number > AT_LEAST_LIMIT) {
			number = 0;
			break;
		}
		number = number * 10 + (uint64_t)(c - '0');
	}
	if (number < 1 || number > AT_LEAST_LIMIT)
		reader_complain(r, r->value.data,
		    "at-least takes a number from 1 on");
	else
		r->rule->at_least = number;
}

static void
read_silence(struct reader *r)
{
	struct rule *rule = r->rule;

	if (!reader_has_value(r))
		return;
	rule->silence_lines = mem_grow(rule->silence_lines,
	    rule->silence_count + 1, &rule->silence_line_room,
	    sizeof *rule->silence_lines);
	rule->silence_lines[rule->silence_count] = r->spot.line;
	rule->silences = mem_grow(rule->silences, rule->silence_count + 1,
	    &rule->silence_room, sizeof *rule->silences);
	rule->silences[rule->silence_count++] = copy(r->value);
}

/* ---- examples ---- */

static void
read_example(struct reader *r)
{
	struct rule *rule = r->rule;
	struct example *e;

	rule->examples = mem_grow(rule->examples, rule->example_count + 1,
	    &rule->example_room, sizeof *rule->examples);
	e = &rule->examples[rule->example_count++];
	*e = (struct example){ .must_match = r->key.data[0] == '+',
	    .text = copy(r->value), .line = r->spot.line };
	if (r->group.data != NULL)
		e->group = copy(r->group);
	if (r->stream.data != NULL)
		e->stream = copy(r->stream);
	r->group = r->stream = (struct slice){ NULL, 0 };
	r->origin.line = 0;
	r->in_example = true;
}

/* The indentation behind `| ` is the message's own. */
static void
read_continuation(struct reader *r)
{
	struct slice text = slice_cut(r->spot.text,
	    (size_t)(r->key.data - r->spot.text.data) + 1, r->spot.text.len);
	struct example *e;
	char *joined;

	if (!r->in_example) {
		reader_complain(r, r->key.data,
		    "\"|\" goes on with an example: none is above it");
		return;
	}
	e = &r->rule->examples[r->rule->example_count - 1];
	if (text.len > 0)
		text = slice_cut(text, 1, text.len);
	while (text.len > 0 && (is_blank(text.data[text.len - 1]) ||
	    text.data[text.len - 1] == '\r'))
		text.len--;
	joined = mem_alloc(e->text.len + text.len + 2);
	memcpy(joined, e->text.data, e->text.len);
	joined[e->text.len] = '\n';
	if (text.len > 0)
		memcpy(joined + e->text.len + 1, text.data, text.len);
	free((void *)(uintptr_t)e->text.data);
	e->text = (struct slice){ joined, e->text.len + 1 + text.len };
	r->in_example = true;
}

static void
read_expected(struct reader *r)
{
	struct example *e;

	if (r->rule->example_count == 0) {
		reader_complain(r, r->key.data,
		    "no example is above this \"=\"");
		return;
	}
	e = &r->rule->examples[r->rule->example_count - 1];
	if (!e->must_match)
		reader_complain(r, r->key.data,
		    "the example above must not match: it has no service");
	else if (e->service.data != NULL)
		reader_complain(r, r->key.data, "an example has one service");
	else if (reader_has_value(r))
		e->service = copy(r->value);
}

/* GROUP [STREAM]; `-` for a group that is not known. */
static void
read_origin(struct reader *r)
{
	struct slice group, stream;

	if (!reader_has_value(r))
		return;
	group = reader_word(r->value, &stream);
	if (r->origin.line > 0) {
		reader_complain(r, r->key.data, "two \"@\" before one example");
		return;
	}
	r->origin = r->spot;
	r->origin.at = (size_t)(r->key.data - r->spot.text.data);
	if (!slice_is(group, "-"))
		r->group = group;
	if (stream.len > 0)
		r->stream = stream;
}

/* ---- all of them ---- */

const struct rulekey rulekeys[] = {
	{ "match", IN_ALL, read_match },
	{ "require", IN_RULE | IN_IGNORE, read_require },
	{ "unless", IN_RULE | IN_IGNORE, read_unless },
	{ "group", IN_ALL, read_group },
	{ "stream", IN_ALL, read_stream },
	{ "service", IN_RULE | IN_NAMING, read_service },
	{ "level", IN_RULE, read_level },
	{ "at-least", IN_RULE, read_at_least },
	{ "rule", IN_IGNORE, read_silence },
	{ "+", IN_ALL, read_example },
	{ "-", IN_ALL, read_example },
	{ "|", IN_ALL, read_continuation },
	{ "=", IN_ALL, read_expected },
	{ "@", IN_ALL, read_origin },
};

const size_t rulekey_count = sizeof rulekeys / sizeof rulekeys[0];
