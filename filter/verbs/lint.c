/* lint.c -- what is doubtful in rules that are not wrong.
 * SPDX-License-Identifier: MIT */
#include "verbs/lint.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/mem.h"
#include "match/reason.h"
#include "verbs/lint_regex.h"

#define WORD "ERROR"

/* A line that is to be printed, in lint.said. */
struct doubt {
	unsigned line;
	size_t at, len;
};

struct lint {
	struct buf *out;
	const struct rule *rule;	/* being looked at */
	struct buf said;		/* what of it is doubtful */
	struct doubt *doubts;		/* by line */
	size_t doubt_count, room;
	size_t count;			/* of all rules */
};

static void
say(struct lint *lint, unsigned line, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void
say(struct lint *lint, unsigned line, const char *name, const char *format,
    ...)
{
	const struct rule *rule = lint->rule;
	struct buf *said = &lint->said;
	size_t start = said->len, i = lint->doubt_count++;
	char what[512];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	if (rule->place != PLACE_COMMAND_LINE) {
		clean_line(said, slice_from(rule->file));
		buf_printf(said, ":%u: ", line);
	}
	clean_line(said, rule->id);
	buf_text(said, ": ");
	clean_line(said, slice_from(what));
	buf_printf(said, " [%s]\n", name);
	lint->doubts = mem_grow(lint->doubts, i + 1, &lint->room,
	    sizeof *lint->doubts);
	for (; i > 0 && lint->doubts[i - 1].line > line; i--)
		lint->doubts[i] = lint->doubts[i - 1];
	lint->doubts[i] = (struct doubt){ line, start, said->len - start };
}

/* Prints what was said of a stanza. */
static void
tell(struct lint *lint)
{
	struct slice said = buf_slice(&lint->said);

	for (size_t i = 0; i < lint->doubt_count; i++)
		buf_add_slice(lint->out, slice_cut(said, lint->doubts[i].at,
		    lint->doubts[i].at + lint->doubts[i].len));
	lint->count += lint->doubt_count;
	lint->doubt_count = 0;
	buf_clear(&lint->said);
}

/* ---- filter patterns ---- */

static bool
is_filter_of(const struct condition *c, char open)
{
	return c->kind == CONDITION_FILTER && c->value.len > 0 &&
	    c->value.data[0] == open;
}

static bool
is_terms(const struct condition *c)
{
	return c->kind == CONDITION_FILTER && !is_filter_of(c, '{') &&
	    !is_filter_of(c, '[');
}

/* The next term from *at on with its sign and marks; false: no more. */
static bool
next_term(struct slice text, size_t *at, struct slice *term)
{
	size_t start, i = *at;
	char mark;

	while (i < text.len && strchr(" \t", text.data[i]) != NULL)
		i++;
	start = i;
	while (i < text.len && strchr("?- \t", text.data[i]) != NULL)
		i++;
	if (i < text.len && (text.data[i] == '"' || text.data[i] == '%')) {
		mark = text.data[i++];
		while (i < text.len && text.data[i] != mark)
			i += text.data[i] == '\\' ? 2 : 1;
		i++;
	} else {
		while (i < text.len && strchr(" \t\"%", text.data[i]) == NULL)
			i++;
	}
	*at = i;
	*term = slice_cut(text, start, i);
	return term->len > 0;
}

static bool
is_without_comparison(struct slice fields)
{
	for (size_t i = 0; i < fields.len; i++)
		if (strchr("=<>", fields.data[i]) != NULL)
			return false;
	return true;
}

/* A pattern that nearly every message meets; says so. */
static bool
check_wide_filter(struct lint *lint, const struct condition *c)
{
	struct slice term;
	size_t at = 0, terms = 0, excluded = 0;

	if (c->kind != CONDITION_FILTER)
		return false;
	if (c->value.len == 0) {
		say(lint, c->line, "every-record",
		    "the empty filter pattern matches every record");
		return true;
	}
	if (is_filter_of(c, '[') && is_without_comparison(c->value)) {
		say(lint, c->line, "every-record",
		    "this compares no field: it matches every record that has "
		    "enough of them");
		return true;
	}
	while (is_terms(c) && next_term(c->value, &at, &term)) {
		terms++;
		excluded += term.data[0] == '-';
	}
	if (terms == 0 || excluded < terms)
		return false;
	say(lint, c->line, "every-record",
	    "this only excludes: it matches every record without that");
	return true;
}

/* ---- speed ---- */

/* Only what takes the rule to every record: a match line without a literal, when
 * no require line has one. */
static void
check_literals(struct lint *lint)
{
	const struct rule *rule = lint->rule;
	struct need need = { .known = false };
	bool told = false;

	rule_need(rule, &need);
	for (size_t i = 0; !need.known && i < rule->match.count; i++) {
		const struct condition *c = &rule->match.list[i];
		struct need one = { .known = false };

		condition_need(c, &one);
		if (!one.known && !check_wide_filter(lint, c))
			say(lint, c->line, "no-literal",
			    "no literal to search for: this is tried on every "
			    "record (\"require text ...\" would name one)");
		told = told || !one.known;
		need_free(&one);
	}
	if (!need.known && !told)
		say(lint, rule->line, "no-literal", "more literals to search "
		    "for than %d: it is tried on every record",
		    NEED_MAX_LITERALS);
	need_free(&need);
}

static void
check_nesting(struct lint *lint, const struct condition *c)
{
	if (c->kind == CONDITION_REGEX && lint_regex_nests(c->value))
		say(lint, c->line, "nested-quantifiers",
		    "a repeat inside what is repeated: on a long message it "
		    "may give up");
}

/* ---- words ---- */

static bool
is_word_byte(struct slice text, size_t at)
{
	char c = at < text.len ? text.data[at] : ' ';

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_';
}

/* ERROR at an end of a literal text: there the message may go on as it likes. */
static bool
is_open_text(struct slice text)
{
	size_t at = 0, len = strlen(WORD);

	while (at + len <= text.len) {
		size_t found = slice_find(slice_cut(text, at, text.len),
		    slice_from(WORD));

		if (found == SIZE_MAX)
			return false;
		at += found;
		if ((at == 0 || at + len == text.len) &&
		    (at == 0 || !is_word_byte(text, at - 1)) &&
		    !is_word_byte(text, at + len))
			return true;
		at += len;
	}
	return false;
}

static bool
is_open_term(struct slice term)
{
	struct slice bare = term;

	while (bare.len > 0 && strchr("? \t", bare.data[0]) != NULL)
		bare = slice_cut(bare, 1, bare.len);
	if (bare.len < 2 || bare.data[0] == '-')
		return false;
	if (bare.data[0] == '%')
		return lint_regex_is_open(slice_cut(bare, 1, bare.len - 1));
	if (bare.data[0] == '"')
		bare = slice_cut(bare, 1, bare.len - 1);
	return is_open_text(bare);
}

static bool
is_open_word(const struct condition *c)
{
	struct slice term;
	size_t at = 0;

	switch (c->kind) {
	case CONDITION_TEXT:
		return is_open_text(c->value);
	case CONDITION_REGEX:
		return lint_regex_is_open(c->value);
	case CONDITION_FILTER:
		while (is_terms(c) && next_term(c->value, &at, &term))
			if (is_open_term(term))
				return true;
		break;
	case CONDITION_GLOB:
		break;
	}
	return false;
}

static void
check_word(struct lint *lint, const struct condition *c)
{
	if (is_open_word(c))
		say(lint, c->line, "word-border", "%s without a word border: "
		    "ERROR_COUNT=0 or NOERROR may hold it too (\"regex "
		    "\\bERROR\\b\" does not)", WORD);
}

/* ---- JSON as text ---- */

static void
check_spacing(struct lint *lint, const struct condition *c)
{
	bool spaces = false;

	if (c->kind == CONDITION_TEXT)
		spaces = slice_find(c->value, slice_from("\":")) != SIZE_MAX ||
		    slice_find(c->value, slice_from(",\"")) != SIZE_MAX;
	else if (c->kind == CONDITION_REGEX)
		spaces = lint_regex_spaces(c->value);
	if (spaces)
		say(lint, c->line, "json-spacing",
		    "this depends on how JSON is spaced (\"filter { $.key = "
		    "... }\" does not)");
}

/* ---- conditions against each other ---- */

static bool
is_same(const struct condition *a, const struct condition *b)
{
	return a->kind == b->kind && slice_equal(a->value, b->value);
}

static void
check_doubles(struct lint *lint, const struct conditions *list,
    const char *key)
{
	for (size_t i = 0; i < list->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!is_same(&list->list[i], &list->list[j]))
				continue;
			say(lint, list->list[i].line, "duplicate",
			    "this %s line stands at line %u already", key,
			    list->list[j].line);
			break;
		}
	}
}

static bool
is_same_list(const struct conditions *a, const struct conditions *b)
{
	size_t found = 0;

	for (size_t i = 0; i < a->count && a->count == b->count; i++)
		for (size_t j = 0; j < b->count; j++)
			if (is_same(&a->list[i], &b->list[j])) {
				found++;
				break;
			}
	return a->count == b->count && found == a->count;
}

/* Another stanza of its kind with the same conditions altogether. */
static void
check_twin(struct lint *lint, struct rule *const *list)
{
	const struct rule *rule = lint->rule;

	for (size_t i = 0; list[i] != rule; i++) {
		const struct rule *other = list[i];

		if (!is_same_list(&rule->match, &other->match) ||
		    !is_same_list(&rule->require, &other->require) ||
		    !is_same_list(&rule->unless, &other->unless) ||
		    !is_same_list(&rule->group, &other->group) ||
		    !is_same_list(&rule->stream, &other->stream) ||
		    rule->silence_count + other->silence_count > 0)
			continue;
		say(lint, rule->line, "duplicate",
		    "the same conditions as \"%.*s\" (%s:%u)",
		    (int)other->id.len, other->id.data, other->file,
		    other->line);
		return;
	}
}

static bool
holds_in(const struct condition *c, struct slice text)
{
	struct json json = { .nodes = NULL };
	struct message message = { .whole = text, .text = text,
	    .json = &json };
	struct regex_run *run = regex_run_new();
	bool holds = condition_holds(c, &message, run) == 1;

	regex_run_free(run);
	json_free(&json);
	return holds;
}

/* Whether each message that holds the text holds it as part of more: no anchor, no
 * border, no look, no exclusion. */
static bool
sees_part(const struct condition *c)
{
	const char *bad = c->kind == CONDITION_REGEX ? "^$(\\" : "-%";

	if (c->kind == CONDITION_FILTER && !is_terms(c))
		return false;
	for (size_t i = 0; c->kind != CONDITION_TEXT && i < c->value.len; i++)
		if (strchr(bad, c->value.data[i]) != NULL)
			return false;
	return c->value.len > 0;
}

/* Whether `unless` holds wherever the other condition does. */
static bool
is_shadowed(const struct condition *c, const struct condition *unless)
{
	struct need need = { .known = false };
	bool all;

	if (is_same(c, unless))
		return true;
	if (!sees_part(unless))
		return false;
	if (c->kind == CONDITION_TEXT)
		return holds_in(unless, c->value);
	/* each message has one of these */
	condition_need(c, &need);
	all = need.known && need.count > 0;
	for (size_t i = 0; i < need.count; i++)
		all = all && !need.literals[i].caseless &&
		    holds_in(unless, need.literals[i].text);
	need_free(&need);
	return all;
}

static void
check_shadow(struct lint *lint, const struct conditions *list,
    const char *key)
{
	const struct conditions *unless = &lint->rule->unless;

	for (size_t i = 0; i < list->count; i++) {
		for (size_t j = 0; j < unless->count; j++) {
			if (!is_shadowed(&list->list[i], &unless->list[j]))
				continue;
			say(lint, list->list[i].line, "shadowed",
			    "shadowed: wherever this %s line holds, the unless "
			    "at line %u holds too", key, unless->list[j].line);
			break;
		}
	}
}

/* ---- all ---- */

static void
check_examples(struct lint *lint)
{
	const struct rule *rule = lint->rule;
	size_t good = 0;

	if (rule->place == PLACE_COMMAND_LINE)
		return;
	for (size_t i = 0; i < rule->example_count; i++)
		good += rule->examples[i].must_match;
	if (rule->example_count == 0)
		say(lint, rule->line, "no-example", "it has no example");
	else if (good == 0)
		say(lint, rule->line, "no-example",
		    "it has no + example (a message that it must match)");
	else if (good == rule->example_count)
		say(lint, rule->line, "no-example",
		    "it has no - example (a message that it must not match)");
}

static void
check_stanza(struct lint *lint, const struct rule *rule,
    struct rule *const *twins)
{
	const struct {
		const struct conditions *list;
		const char *key;
	} lists[] = {
		{ &rule->match, "match" }, { &rule->require, "require" },
		{ &rule->unless, "unless" }, { &rule->group, "group" },
		{ &rule->stream, "stream" },
	};

	lint->rule = rule;
	if (rule->stanza == STANZA_RULE) {
		check_literals(lint);
		for (size_t i = 0; i < rule->match.count; i++)
			check_word(lint, &rule->match.list[i]);
	}
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		for (size_t j = 0; j < lists[i].list->count; j++) {
			check_nesting(lint, &lists[i].list->list[j]);
			if (i < 3)
				check_spacing(lint, &lists[i].list->list[j]);
		}
		check_doubles(lint, lists[i].list, lists[i].key);
		if (i < 2)
			check_shadow(lint, lists[i].list, lists[i].key);
	}
	if (twins != NULL)
		check_twin(lint, twins);
	if (rule->stanza != STANZA_NAMING)
		check_examples(lint);
	tell(lint);
}

/* The built-in naming stanzas are always there: looked at only with the rules they
 * belong to. */
static bool
has_builtin_rule(const struct ruleset *set)
{
	for (size_t i = 0; i < set->rule_count; i++)
		if (set->rules[i]->place == PLACE_BUILTIN)
			return true;
	return false;
}

size_t
lint_rules(struct buf *out, const struct ruleset *set)
{
	struct lint lint = { .out = out };
	bool builtin = has_builtin_rule(set);

	buf_init(&lint.said, BUF_NO_LIMIT);
	for (size_t i = 0; i < set->rule_count; i++)
		check_stanza(&lint, set->rules[i], set->rules);
	for (size_t i = 0; i < set->ignore_count; i++)
		check_stanza(&lint, set->ignores[i], set->ignores);
	for (size_t i = 0; i < set->naming_count; i++)
		if (builtin || set->namings[i]->place != PLACE_BUILTIN)
			check_stanza(&lint, set->namings[i], NULL);
	free(lint.doubts);
	buf_free(&lint.said);
	return lint.count;
}
