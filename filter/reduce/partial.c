/* partial.c -- cwsift's own json: results that can be folded again.
 * SPDX-License-Identifier: MIT */
#include "reduce/partial.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/time.h"

#define RULE_LIMIT 1024			/* rules of one incident's line */

/* `,"first":…,"last":…,"first_ms":…,"last_ms":…` */
static void
print_span(struct buf *out, int64_t first_ms, int64_t last_ms)
{
	if (first_ms == TIME_NONE) {
		buf_text(out, ",\"first\":null,\"last\":null,"
		    "\"first_ms\":null,\"last_ms\":null");
		return;
	}
	buf_text(out, ",\"first\":\"");
	time_print_utc(out, first_ms);
	buf_text(out, "\",\"last\":\"");
	time_print_utc(out, last_ms);
	buf_printf(out, "\",\"first_ms\":%" PRId64 ",\"last_ms\":%" PRId64,
	    first_ms, last_ms);
}

static void
print_names(struct buf *out, const char *key, const struct names *names)
{
	buf_printf(out, ",\"%s\":[", key);
	for (size_t i = 0; i < names->count; i++) {
		if (i > 0)
			buf_byte(out, ',');
		json_quote(out, names->list[i]);
	}
	buf_byte(out, ']');
}

static void
print_rules(struct buf *out, const struct incident *incident)
{
	const struct tally *rules = incident->rules;
	bool some = false;

	buf_text(out, ",\"rules\":{");
	for (size_t i = 0; i < incident->rule_count; i++) {
		if (i > 0)
			buf_byte(out, ',');
		json_quote(out, rules[i].id);
		buf_printf(out, ":%" PRIu64, rules[i].count);
	}
	buf_byte(out, '}');
	for (size_t i = 0; i < incident->rule_count; i++) {
		if (rules[i].at_least <= 1)
			continue;
		buf_text(out, some ? "," : ",\"at_least\":{");
		json_quote(out, rules[i].id);
		buf_printf(out, ":%" PRIu64, rules[i].at_least);
		some = true;
	}
	if (some)
		buf_byte(out, '}');
}

void
partial_print_incident(struct buf *out, const struct incident *incident)
{
	buf_printf(out, "{\"cwsift\":%d,\"service\":", PARTIAL_VERSION);
	json_quote(out, incident->service);
	print_span(out, incident->first_ms, incident->last_ms);
	buf_printf(out, ",\"count\":%" PRIu64 ",\"level\":\"%s\"",
	    incident->count, level_name(incident->level));
	print_rules(out, incident);
	print_names(out, "groups", &incident->groups);
	print_names(out, "streams", &incident->streams);
	buf_printf(out, ",\"more\":%s}\n", incident->groups.more ||
	    incident->streams.more ? "true" : "false");
}

/* The counters of a coverage, as they are written and read. */
static const struct counter {
	const char *key;
	size_t offset;
} counters[] = {
	{ "files", offsetof(struct coverage, files) },
	{ "bytes", offsetof(struct coverage, bytes) },
	{ "records", offsetof(struct coverage, records) },
	{ "outside", offsetof(struct coverage, outside) },
	{ "skipped", offsetof(struct coverage, skipped) },
#define COUNTERS_BEFORE_TIMES 5
	{ "damages", offsetof(struct coverage, damages) },
	{ "damaged_bytes", offsetof(struct coverage, damaged_bytes) },
	{ "lines_not_understood",
	    offsetof(struct coverage, lines_not_understood) },
	{ "partial", offsetof(struct coverage, partial) },
	{ "gave_up", offsetof(struct coverage, gave_up) },
};

#define COUNTERS (sizeof counters / sizeof *counters)

static void
print_counter(struct buf *out, const struct coverage *coverage, size_t i)
{
	const void *at = (const char *)coverage + counters[i].offset;

	buf_printf(out, "\"%s\":%" PRIu64, counters[i].key,
	    *(const uint64_t *)at);
}

static void
print_shapes(struct buf *out, uint32_t shapes)
{
	bool some = false;

	buf_text(out, ",\"shapes\":[");
	for (int i = 0; i < SHAPE_COUNT; i++) {
		if ((shapes & UINT32_C(1) << i) == 0)
			continue;
		buf_printf(out, "%s\"%s\"", some ? "," : "",
		    shape_info((enum shape)i)->name);
		some = true;
	}
	buf_byte(out, ']');
}

void
partial_print_coverage(struct buf *out, const struct coverage *coverage,
    const struct partial_terms *terms)
{
	buf_printf(out, "{\"cwsift\":%d,\"coverage\":{", PARTIAL_VERSION);
	for (size_t i = 0; i < COUNTERS_BEFORE_TIMES; i++) {
		if (i > 0)
			buf_byte(out, ',');
		print_counter(out, coverage, i);
	}
	print_span(out, coverage->first_ms, coverage->last_ms);
	print_shapes(out, coverage->shapes);
	for (size_t i = COUNTERS_BEFORE_TIMES; i < COUNTERS; i++) {
		buf_byte(out, ',');
		print_counter(out, coverage, i);
	}
	buf_printf(out, ",\"window_ms\":%" PRId64 ",\"level\":\"%s\","
	    "\"complete\":%s}}\n", terms->window_ms, level_name(terms->level),
	    coverage_complete(coverage) ? "true" : "false");
}

/* A line that is being read: an object of it, and where decoded strings go. */
struct line {
	struct json json;
	const char *text;
	uint32_t object;
	struct buf strings;	/* never moves: it has room for all */
	struct error *err;
};

static int
damaged(const struct line *line, const char *key, const char *what)
{
	return error_set(line->err, ERROR_DATA,
	    "damaged cwsift json: \"%s\" %s", key, what);
}

static const struct json_node *
member(const struct line *line, const char *key)
{
	uint32_t at = json_member(&line->json, line->text, line->object,
	    slice_from(key));

	return at == 0 ? NULL : &line->json.nodes[at];
}

static uint32_t
index_of(const struct line *line, const struct json_node *node)
{
	return (uint32_t)(node - line->json.nodes);
}

/* Decoded; false when it is no string. */
static bool
string(struct line *line, const struct json_node *node, struct slice *value)
{
	size_t start = line->strings.len;

	if (node == NULL || node->type != JSON_STRING)
		return false;
	if (!node->escaped) {
		*value = json_text(node, line->text);
		return true;
	}
	json_decode(&line->strings, json_text(node, line->text));
	*value = (struct slice){ line->strings.data + start,
	    line->strings.len - start };
	return true;
}

/* Whole, not negative, without a fraction or exponent. */
static bool
natural(const struct line *line, const struct json_node *node,
    uint64_t *value)
{
	struct slice digits;

	if (node == NULL || node->type != JSON_NUMBER)
		return false;
	digits = json_text(node, line->text);
	*value = 0;
	for (size_t i = 0; i < digits.len; i++) {
		unsigned digit = (unsigned)(unsigned char)digits.data[i] - '0';

		if (digit > 9 || *value > (UINT64_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return digits.len > 0;
}

/* Whole, with a sign; null is TIME_NONE. */
static bool
whole(const struct line *line, const struct json_node *node, int64_t *ms)
{
	struct json_node rest;
	uint64_t size;
	bool minus;

	if (node != NULL && node->type == JSON_NULL) {
		*ms = TIME_NONE;
		return true;
	}
	if (node == NULL || node->type != JSON_NUMBER)
		return false;
	rest = *node;
	minus = node->len > 0 && line->text[node->start] == '-';
	rest.start += minus;
	rest.len -= minus;
	if (!natural(line, &rest, &size) || size > INT64_MAX)
		return false;
	*ms = minus ? -(int64_t)size : (int64_t)size;
	return true;
}

static int
read_span(const struct line *line, int64_t *first_ms, int64_t *last_ms)
{
	if (!whole(line, member(line, "first_ms"), first_ms) ||
	    (*first_ms != TIME_NONE && !time_is_instant(*first_ms)))
		return damaged(line, "first_ms", "is no time");
	if (!whole(line, member(line, "last_ms"), last_ms) ||
	    (*last_ms != TIME_NONE && !time_is_instant(*last_ms)))
		return damaged(line, "last_ms", "is no time");
	if ((*first_ms == TIME_NONE) != (*last_ms == TIME_NONE) ||
	    *first_ms > *last_ms)
		return damaged(line, "last_ms", "does not fit first_ms");
	return 0;
}

static int
read_level(struct line *line, enum level *level)
{
	struct slice name;

	if (!string(line, member(line, "level"), &name) ||
	    !level_read(name, level))
		return damaged(line, "level", "is no level");
	return 0;
}

/* A boolean; what is missing is false. */
static int
read_flag(const struct line *line, const char *key, bool *flag)
{
	const struct json_node *node = member(line, key);

	*flag = node != NULL && node->type == JSON_TRUE;
	if (node != NULL && node->type != JSON_TRUE &&
	    node->type != JSON_FALSE)
		return damaged(line, key, "is neither true nor false");
	return 0;
}

static int
read_names(struct line *line, const char *key, struct names *names)
{
	const struct json_node *array = member(line, key);

	if (array == NULL || array->type != JSON_ARRAY)
		return damaged(line, key, "is no list");
	for (uint32_t i = index_of(line, array) + 1; i < array->next;
	    i = line->json.nodes[i].next) {
		struct slice name;

		if (!string(line, &line->json.nodes[i], &name))
			return damaged(line, key, "holds what is no string");
		names_add(names, name);
	}
	return 0;
}

/* Whether it is UTF-8, as what we write always is. */
static bool
is_text(struct slice s)
{
	while (s.len > 0) {
		size_t len = clean_character(s);

		if (len == 0)
			return false;
		s = slice_cut(s, len, s.len);
	}
	return true;
}

static struct tally *
find_rule(const struct incident *incident, struct slice id)
{
	for (size_t i = 0; i < incident->rule_count; i++)
		if (slice_equal(incident->rules[i].id, id))
			return &incident->rules[i];
	return NULL;
}

static int
read_rules(struct line *line, struct incident *incident)
{
	const struct json_node *object = member(line, "rules");
	const struct json_node *nodes = line->json.nodes;
	size_t room = 0;

	if (object == NULL || object->type != JSON_OBJECT)
		return damaged(line, "rules", "is no object");
	for (uint32_t i = index_of(line, object) + 1; i < object->next;
	    i = nodes[i + 1].next) {
		struct tally tally = { .at_least = 1 };

		if (!string(line, &nodes[i], &tally.id) || !is_text(tally.id))
			return damaged(line, "rules", "holds no name of a rule");
		if (!natural(line, &nodes[i + 1], &tally.count) ||
		    tally.count == 0 || tally.count > incident->count)
			return damaged(line, "rules", "holds no true count");
		if (incident->rule_count == RULE_LIMIT)
			return damaged(line, "rules", "holds too many");
		if (find_rule(incident, tally.id) != NULL)
			return damaged(line, "rules", "names one rule twice");
		incident->rules = mem_grow(incident->rules,
		    incident->rule_count + 1, &room, sizeof *incident->rules);
		incident->rules[incident->rule_count++] = tally;
	}
	if (incident->rule_count == 0)
		return damaged(line, "rules", "is empty");
	return 0;
}

static int
read_at_least(struct line *line, struct incident *incident)
{
	const struct json_node *object = member(line, "at_least");
	const struct json_node *nodes = line->json.nodes;

	if (object == NULL)
		return 0;
	if (object->type != JSON_OBJECT)
		return damaged(line, "at_least", "is no object");
	for (uint32_t i = index_of(line, object) + 1; i < object->next;
	    i = nodes[i + 1].next) {
		struct tally *tally;
		struct slice id;
		uint64_t at_least;

		if (!string(line, &nodes[i], &id) ||
		    !natural(line, &nodes[i + 1], &at_least) || at_least == 0)
			return damaged(line, "at_least", "holds no true count");
		tally = find_rule(incident, id);
		if (tally != NULL)
			tally->at_least = at_least;
	}
	return 0;
}

/* One `more` stands for both lists.  Which of them it is shows nowhere, so that
 * it may be said of each that is full, or of one that should be. */
static void
spread_more(struct incident *incident, bool more)
{
	bool groups_full = incident->groups.count == INCIDENT_NAMES;
	bool streams_full = incident->streams.count == INCIDENT_NAMES;

	incident->groups.more |= more && groups_full;
	incident->streams.more |= more && (streams_full || !groups_full);
}

static int
read_incident(struct partial_reader *reader, struct line *line)
{
	struct incident incident = { 0 };
	struct buf name;
	struct slice service;
	bool more;
	int status = -1;

	buf_init(&name, CLEAN_NAME_LIMIT);
	if (!string(line, member(line, "service"), &service)) {
		damaged(line, "service", "is no string");
		goto out;
	}
	clean_name(&name, service);	/* its line may be somebody else's */
	incident.service = buf_slice(&name);
	if (name.len == 0) {
		damaged(line, "service", "is empty");
		goto out;
	}
	if (!natural(line, member(line, "count"), &incident.count) ||
	    incident.count == 0) {
		damaged(line, "count", "is no count");
		goto out;
	}
	if (read_span(line, &incident.first_ms, &incident.last_ms) == -1 ||
	    read_level(line, &incident.level) == -1 ||
	    read_rules(line, &incident) == -1 ||
	    read_at_least(line, &incident) == -1 ||
	    read_names(line, "groups", &incident.groups) == -1 ||
	    read_names(line, "streams", &incident.streams) == -1 ||
	    read_flag(line, "more", &more) == -1)
		goto out;
	spread_more(&incident, more);
	reducer_merge(reader->reducer, &incident);
	reader->pending = true;
	status = 0;
out:
	incident_clear(&incident);
	buf_free(&name);
	return status;
}

/* `10m`, or what else reads back as it was. */
static const char *
print_duration(char *to, size_t size, int64_t ms)
{
	static const struct {
		int64_t ms;
		const char *unit;
	} units[] = { { 86400000, "d" }, { 3600000, "h" }, { 60000, "m" },
	    { 1000, "s" }, { 1, "ms" } };
	size_t i = 0;

	while (ms % units[i].ms != 0)
		i++;
	if (ms == 0)
		snprintf(to, size, "0");
	else
		snprintf(to, size, "%" PRId64 "%s", ms / units[i].ms,
		    units[i].unit);
	return to;
}

/* A result folded on other terms cannot be folded further on ours. */
static int
check_terms(const struct partial_reader *reader, struct line *line)
{
	const struct partial_terms *ours = &reader->terms;
	struct partial_terms theirs = *ours;
	char here[32], there[32];

	if (!whole(line, member(line, "window_ms"), &theirs.window_ms) ||
	    theirs.window_ms < 0)
		return damaged(line, "window_ms", "is no duration");
	if (read_level(line, &theirs.level) == -1)
		return -1;
	if (theirs.window_ms != ours->window_ms)
		return error_set(line->err, ERROR_USAGE, "this result was "
		    "made with --window %s, here it is %s",
		    print_duration(there, sizeof there, theirs.window_ms),
		    print_duration(here, sizeof here, ours->window_ms));
	if (theirs.level != ours->level)
		return error_set(line->err, ERROR_USAGE, "this result was "
		    "made with --level %s, here it is %s",
		    level_name(theirs.level), level_name(ours->level));
	return 0;
}

/* A shape that we do not know has been read by a newer cwsift: no matter. */
static int
read_shapes(struct line *line, uint32_t *shapes)
{
	const struct json_node *array = member(line, "shapes");

	if (array == NULL)
		return 0;
	if (array->type != JSON_ARRAY)
		return damaged(line, "shapes", "is no list");
	for (uint32_t i = index_of(line, array) + 1; i < array->next;
	    i = line->json.nodes[i].next) {
		struct slice name;
		enum shape shape;

		if (!string(line, &line->json.nodes[i], &name))
			return damaged(line, "shapes",
			    "holds what is no string");
		shape = shape_by_name(name);
		if (shape != SHAPE_COUNT)
			*shapes |= UINT32_C(1) << shape;
	}
	return 0;
}

static int
read_coverage(struct partial_reader *reader, struct line *line)
{
	struct coverage coverage;
	bool complete;

	coverage_init(&coverage);
	if (check_terms(reader, line) == -1 ||
	    read_span(line, &coverage.first_ms, &coverage.last_ms) == -1 ||
	    read_shapes(line, &coverage.shapes) == -1 ||
	    read_flag(line, "complete", &complete) == -1)
		return -1;
	for (size_t i = 0; i < COUNTERS; i++) {
		const struct json_node *node = member(line, counters[i].key);
		void *at = (char *)&coverage + counters[i].offset;

		if (node != NULL && !natural(line, node, at))
			return damaged(line, counters[i].key, "is no count");
	}
	if (!complete && coverage_complete(&coverage))
		coverage.damages = 1;	/* it must not be lost */
	if (!coverage_complete(&coverage))
		reader->incomplete = true;
	if (reader->coverage != NULL)
		coverage_merge(reader->coverage, &coverage);
	reader->pending = false;
	return 0;
}

static int
read_object(struct partial_reader *reader, struct line *line)
{
	const struct json_node *node = member(line, "cwsift");
	uint64_t version;

	if (!natural(line, node, &version))
		return damaged(line, "cwsift", "is no version");
	if (version != PARTIAL_VERSION)
		return error_set(line->err, ERROR_USAGE, "this result is in "
		    "version %" PRIu64 " of cwsift's json, this program reads "
		    "version %d", version, PARTIAL_VERSION);
	node = member(line, "coverage");
	if (node == NULL)
		return read_incident(reader, line);
	if (node->type != JSON_OBJECT)
		return damaged(line, "coverage", "is no object");
	line->object = index_of(line, node);
	return read_coverage(reader, line);
}

int
partial_read(struct partial_reader *reader, struct slice text,
    struct error *err)
{
	struct line line = { .text = text.data, .err = err };
	int status = -1;

	if (slice_trim(slice_chomp(text)).len == 0)
		return 0;
	/* decoding makes nothing longer */
	buf_init(&line.strings, BUF_NO_LIMIT);
	buf_reserve(&line.strings, text.len);
	if (!json_parse(&line.json, text))
		error_at(err, ERROR_DATA, line.json.used,
		    "damaged cwsift json: %s", line.json.why);
	else if (line.json.nodes[0].type != JSON_OBJECT)
		error_set(err, ERROR_DATA, "damaged cwsift json: no object");
	else
		status = read_object(reader, &line);
	json_free(&line.json);
	buf_free(&line.strings);
	return status;
}

int
partial_finish(struct partial_reader *reader, struct error *err)
{
	bool pending = reader->pending;

	reader->pending = false;
	if (pending)
		return error_set(err, ERROR_USAGE, "the last line of cwsift's "
		    "json, its coverage, is missing: was it cut?");
	return 0;
}
