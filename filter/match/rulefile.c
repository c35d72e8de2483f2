/* rulefile.c -- the text of rule files to stanzas.
 * SPDX-License-Identifier: MIT */
#include "match/rulefile.h"

#include <string.h>

#include "base/mem.h"
#include "match/rulekey.h"

#define VERSION "1"			/* of the language: `rules 1` */
#define ID_LIMIT 128			/* bytes */

static const struct stanza_name {
	const char *name;
	enum stanza stanza;
	const char *article;
} stanza_names[] = {
	[STANZA_RULE] = { "rule", STANZA_RULE, "a rule" },
	[STANZA_NAMING] = { "naming", STANZA_NAMING, "a naming stanza" },
	[STANZA_IGNORE] = { "ignore", STANZA_IGNORE, "an ignore stanza" },
};

#define STANZAS (sizeof stanza_names / sizeof stanza_names[0])

static bool
has_capture(const struct conditions *conditions, struct slice name)
{
	for (size_t i = 0; i < conditions->count; i++)
		if (conditions->list[i].regex != NULL &&
		    regex_group(conditions->list[i].regex, name) != 0)
			return true;
	return false;
}

/* Where a {capture} of the template may come from: a rule's match lines; where
 * a naming looks, too. */
static bool
is_capture(void *ctx, struct slice name)
{
	const struct rule *rule = ctx;

	return has_capture(&rule->match, name) ||
	    (rule->stanza == STANZA_NAMING &&
	    (has_capture(&rule->stream, name) ||
	    has_capture(&rule->group, name)));
}

static void
check_captures(struct reader *r)
{
	struct slice name;
	struct spot spot = r->service;
	size_t at;

	if (r->rule->service == NULL)
		return;
	name = service_unknown_capture(r->rule->service, is_capture, r->rule);
	if (name.data == NULL)
		return;
	at = slice_find(slice_cut(spot.text, spot.at, spot.text.len), name);
	if (at != SIZE_MAX)
		spot.at += at;
	ruleset_complain(r->set, &spot, "no %sregex here has a group "
	    "(?<%.*s>...)", r->rule->stanza == STANZA_RULE ? "match " : "",
	    (int)name.len, name.data);
}

/* What only the whole stanza shows. */
static void
check_stanza(struct reader *r)
{
	struct rule *rule = r->rule;
	int len = (int)rule->id.len;
	const char *id = rule->id.data;

	switch (rule->stanza) {
	case STANZA_RULE:
		if (r->matches == 0)
			ruleset_complain(r->set, &r->start,
			    "rule \"%.*s\" has no match line%s", len, id,
			    r->after_ignore ? " (to be a line of the ignore "
			    "stanza it must be indented)" : "");
		break;
	case STANZA_NAMING:
		if (r->matches + r->places == 0)
			ruleset_complain(r->set, &r->start, "naming \"%.*s\" "
			    "has no group, stream or match line", len, id);
		else if (!r->broken && r->service.line == 0 &&
		    !is_capture(rule, slice_from("service")))
			ruleset_complain(r->set, &r->start, "naming \"%.*s\" "
			    "has no service line and no regex with "
			    "(?<service>...)", len, id);
		break;
	case STANZA_IGNORE:
		if (r->matches + r->places == 0)
			ruleset_complain(r->set, &r->start, "ignore \"%.*s\" "
			    "has no match, require, group or stream line: it "
			    "would silence everything", len, id);
		break;
	}
	if (!r->broken)
		check_captures(r);
	if (r->origin.line > 0)
		ruleset_complain(r->set, &r->origin,
		    "no example behind this \"@\"");
}

static void
add_rule(struct rule ***list, size_t *count, size_t *room, size_t at,
    struct rule *rule)
{
	*list = mem_grow(*list, *count + 1, room, sizeof **list);
	memmove(*list + at + 1, *list + at, (*count - at) * sizeof **list);
	(*list)[at] = rule;
	++*count;
}

static void
end_stanza(struct reader *r)
{
	struct ruleset *set = r->set;
	struct rule *rule = r->rule;
	size_t at;

	if (rule == NULL)
		return;
	check_stanza(r);
	r->rule = NULL;
	r->after_ignore = rule->stanza == STANZA_IGNORE;
	switch (rule->stanza) {
	case STANZA_RULE:
		add_rule(&set->rules, &set->rule_count, &set->rule_room,
		    set->rule_count, rule);
		break;
	case STANZA_IGNORE:
		add_rule(&set->ignores, &set->ignore_count, &set->ignore_room,
		    set->ignore_count, rule);
		break;
	case STANZA_NAMING:
		at = set->naming_count;
		while (at > 0 && set->namings[at - 1]->place > rule->place)
			at--;
		add_rule(&set->namings, &set->naming_count, &set->naming_room,
		    at, rule);
		break;
	}
}

static const struct rule *
find(struct rule *const *list, size_t count, struct slice id,
    enum stanza stanza, enum rule_place place)
{
	for (size_t i = 0; i < count; i++)
		if (slice_equal(list[i]->id, id) &&
		    (stanza != STANZA_NAMING || list[i]->place == place))
			return list[i];
	return NULL;
}

static const struct rule *
find_id(const struct reader *r, enum stanza stanza, struct slice id)
{
	const struct ruleset *set = r->set;

	switch (stanza) {
	case STANZA_RULE:
		return find(set->rules, set->rule_count, id, stanza, r->place);
	case STANZA_NAMING:
		return find(set->namings, set->naming_count, id, stanza,
		    r->place);
	case STANZA_IGNORE:
		return find(set->ignores, set->ignore_count, id, stanza,
		    r->place);
	}
	return NULL;
}

static void
check_id(struct reader *r, enum stanza stanza, struct slice id)
{
	const struct rule *other = find_id(r, stanza, id);

	if (!reader_has_value(r))
		return;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.data[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '_' || c == '.' ||
		    (c == '-' && i > 0))
			continue;
		reader_complain(r, id.data + i, "an id is letters, digits, "
		    "\".\", \"_\" and, not in front, \"-\"");
		return;
	}
	if (id.len > ID_LIMIT)
		reader_complain(r, id.data, "an id has at most %d characters",
		    ID_LIMIT);
	else if (other != NULL)
		reader_complain(r, id.data, "the id \"%.*s\" is taken at %s:%u",
		    (int)id.len, id.data, other->file, other->line);
}

static size_t
indent_of(const struct reader *r)
{
	return (size_t)(r->key.data - r->spot.text.data);
}

static void
begin_stanza(struct reader *r, enum stanza stanza)
{
	end_stanza(r);
	r->stanzas++;
	r->passing = r->only_namings && stanza != STANZA_NAMING;
	if (r->passing)
		return;
	r->start = r->spot;
	r->start.at = r->indent = indent_of(r);
	r->broken = false;
	r->matches = r->places = 0;
	r->level_said = r->at_least_said = false;
	r->service.line = r->origin.line = 0;
	r->in_example = false;
	r->group = r->stream = (struct slice){ NULL, 0 };
	check_id(r, stanza, r->value);
	r->rule = rule_new(stanza, r->value);
	r->rule->place = r->place;
	r->rule->file = mem_copy(slice_from(r->spot.name));
	r->rule->line = r->spot.line;
}

/* ---- lines ---- */

static struct slice
known_word(void *ctx, size_t i)
{
	(void)ctx;
	if (i < rulekey_count)
		return slice_from(rulekeys[i].name);
	if (i < rulekey_count + STANZAS)
		return slice_from(stanza_names[i - rulekey_count].name);
	return (struct slice){ NULL, 0 };
}

static void
unknown_key(struct reader *r)
{
	struct slice near = complaint_nearest(r->key, known_word, NULL);

	if (r->key.len > 1 && strchr("+-|=@", r->key.data[0]) != NULL)
		reader_complain(r, r->key.data, "a blank must follow \"%c\"",
		    r->key.data[0]);
	else if (near.data != NULL)
		reader_complain(r, r->key.data, "unknown key \"%.*s\" (the "
		    "nearest is \"%.*s\")", (int)r->key.len, r->key.data,
		    (int)near.len, near.data);
	else
		reader_complain(r, r->key.data, "unknown key \"%.*s\"",
		    (int)r->key.len, r->key.data);
}

static void
read_key(struct reader *r)
{
	const struct rulekey *key = NULL;
	bool in_example = r->in_example;

	for (size_t i = 0; i < rulekey_count; i++)
		if (slice_is(r->key, rulekeys[i].name))
			key = &rulekeys[i];
	r->in_example = false;
	if (r->passing)
		return;
	if (key == NULL) {
		unknown_key(r);
	} else if (r->rule == NULL) {
		reader_complain(r, r->key.data, "\"%s\" stands in no stanza "
		    "(rule, naming, ignore)", key->name);
	} else if ((key->stanzas & 1u << r->rule->stanza) == 0) {
		reader_complain(r, r->key.data, "\"%s\" has no place in %s",
		    key->name, stanza_names[r->rule->stanza].article);
	} else {
		r->in_example = in_example;
		if (key->name[0] != '|')
			r->in_example = false;
		key->read(r);
	}
}

static bool
is_stanza_word(struct slice word)
{
	for (size_t i = 0; i < STANZAS; i++)
		if (slice_is(word, stanza_names[i].name))
			return true;
	return false;
}

/* `rules 1`.  Also further on, so that files can be joined with cat. */
static bool
read_version(struct reader *r)
{
	if (slice_is(r->key, "rules")) {
		end_stanza(r);
		r->begun = true;
		if (!slice_is(r->value, VERSION))
			reader_complain(r, r->value.len > 0 ? r->value.data :
			    r->key.data, "this program reads version "
			    VERSION " of the language: \"rules "
			    VERSION "\"");
		return true;
	}
	if (!r->begun) {
		reader_complain(r, r->key.data, "a rule file begins with the "
		    "line \"rules " VERSION "\"");
		r->begun = true;
		r->foreign = !is_stanza_word(r->key);
	}
	return false;
}

static bool
read_stanza(struct reader *r)
{
	/* in an ignore stanza a `rule` that stands deeper is a key of it */
	if (r->rule != NULL && r->rule->stanza == STANZA_IGNORE &&
	    slice_is(r->key, "rule") && indent_of(r) > r->indent)
		return false;
	for (size_t i = 0; i < STANZAS; i++) {
		if (slice_is(r->key, stanza_names[i].name)) {
			begin_stanza(r, stanza_names[i].stanza);
			return true;
		}
	}
	if (!slice_is(r->key, "expect"))
		return false;
	end_stanza(r);
	reader_complain(r, r->key.data, "\"expect\" is reserved: this version "
	    "does not know it");
	r->passing = true;
	return true;
}

static void
read_line(struct reader *r)
{
	struct slice text = slice_trim(r->spot.text);

	if (text.len == 0 || text.data[0] == '#')
		return;
	r->key = reader_word(text, &r->value);
	if (!read_version(r) && !r->foreign && !read_stanza(r))
		read_key(r);
}

void
rulefile_read(struct ruleset *set, struct slice text, const char *name,
    enum rule_place place, bool only_namings)
{
	struct reader r = { .set = set, .place = place,
	    .only_namings = only_namings, .spot = { .name = name } };
	size_t errors = set->error_count;

	if (slice_starts(text, "\xef\xbb\xbf"))
		text = slice_cut(text, 3, text.len);
	while (text.len > 0) {
		size_t end = slice_find(text, (struct slice){ "\n", 1 });
		const char *nul;

		if (end > text.len)
			end = text.len;
		r.spot.line++;
		r.spot.text = slice_cut(text, 0, end);
		if (slice_ends(r.spot.text, "\r"))
			r.spot.text.len--;
		nul = r.spot.text.len == 0 ? NULL :
		    memchr(r.spot.text.data, '\0', r.spot.text.len);
		if (nul != NULL) {
			reader_complain(&r, nul,
			    "a NUL byte: this is no rule file");
			break;
		}
		read_line(&r);
		if (r.foreign)
			break;
		text = slice_cut(text, end + 1, text.len);
	}
	end_stanza(&r);
	if (r.stanzas == 0 && set->error_count == errors)
		ruleset_complain(set, &(struct spot){ .name = name },
		    "no rule, naming or ignore stanza in it");
}
