/* metric_import.c -- the answer of describe-metric-filters as a rule file.
 * SPDX-License-Identifier: MIT */
#include "verbs/metric_filters.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/mem.h"
#include "match/pattern.h"

#define ID_LENGTH 100			/* what is kept of a filter's name; a number
					 * may follow */

struct import {
	struct buf *out;
	const char *name;		/* of the file */
	struct json json;
	const char *text;
	struct ruleset taken;		/* the built-in ids */
	struct slice *ids;		/* those made, owned */
	size_t count, room;
	size_t left;

	/* the filter at hand */
	struct buf filter, pattern, group;
	uint32_t node;
};

/* ---- JSON ---- */

/* The member's node, or 0. */
static uint32_t
member(const struct import *import, uint32_t object, const char *key)
{
	if (import->json.nodes[object].type != JSON_OBJECT)
		return 0;
	return json_member(&import->json, import->text, object,
	    slice_from(key));
}

/* A string member decoded into out, which is cleared; false: there is none. */
static bool
get_text(const struct import *import, uint32_t object, const char *key,
    struct buf *out)
{
	uint32_t node = member(import, object, key);

	buf_clear(out);
	if (node == 0 || import->json.nodes[node].type != JSON_STRING)
		return false;
	return json_decode(out, json_text(&import->json.nodes[node],
	    import->text));
}

static bool
is_empty(const struct import *import, uint32_t node)
{
	const struct json_node *n = &import->json.nodes[node];

	switch ((enum json_type)n->type) {
	case JSON_NULL:
	case JSON_FALSE:
		return true;
	case JSON_STRING:
		return n->len == 0;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return n->next == node + 1;
	case JSON_TRUE:
	case JSON_NUMBER:
		break;
	}
	return false;
}

static bool
has(const struct import *import, uint32_t object, const char *key)
{
	uint32_t node = member(import, object, key);

	return node != 0 && !is_empty(import, node);
}

/* ---- what is not carried over ---- */

/* Says it in both places. */
static void
leave(struct import *import, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
leave(struct import *import, const char *format, ...)
{
	struct slice filter = buf_slice(&import->filter);
	struct slice group = buf_slice(&import->group);
	char what[512];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	import->left++;
	diag_say("%s: %.*s of %.*s: not carried over: %s", import->name,
	    (int)filter.len, filter.data == NULL ? "" : filter.data,
	    (int)group.len, group.data == NULL ? "" : group.data, what);
	buf_text(import->out, "# not carried over: ");
	clean_line(import->out, slice_from(what));
	buf_byte(import->out, '\n');
}

/* What counts but does not match. */
static void
leave_metric(struct import *import)
{
	uint32_t list = member(import, import->node, "metricTransformations");
	const struct json_node *nodes = import->json.nodes;
	struct buf value;

	if (list == 0 || nodes[list].type != JSON_ARRAY ||
	    is_empty(import, list))
		return;
	buf_init(&value, BUF_NO_LIMIT);
	if (get_text(import, list + 1, "metricValue", &value) &&
	    !slice_is(buf_slice(&value), "1"))
		leave(import, "the metric's value %.*s (a rule only counts)",
		    (int)value.len, value.data == NULL ? "" : value.data);
	if (has(import, list + 1, "dimensions"))
		leave(import, "the metric's dimensions");
	buf_free(&value);
}

/* NULL, or why it is no rule of ours. */
static const char *
obstacle(struct import *import, struct error *err)
{
	struct slice pattern = buf_slice(&import->pattern);
	struct pattern *made;

	if (has(import, import->node, "applyOnTransformedLogs"))
		return "it looks at transformed logs";
	if (has(import, import->node, "fieldSelectionCriteria"))
		return "it has field selection criteria";
	for (size_t i = 0; i < pattern.len; i++)
		if ((unsigned char)pattern.data[i] < ' ' &&
		    pattern.data[i] != '\t')
			return "its pattern has control characters";
	made = pattern_new(pattern, err);
	if (made == NULL)
		return err->text;
	pattern_free(made);
	return NULL;
}

/* A pattern may stand on several lines, a rule's value on one: outside of quotes
 * and regexes a line end is a blank. */
static void
join_lines(struct buf *pattern)
{
	char mark = '\0';

	for (size_t i = 0; i < pattern->len; i++) {
		char c = pattern->data[i];

		if (mark != '\0' && c == '\\') {
			i++;
		} else if (c == mark) {
			mark = '\0';
		} else if (mark == '\0' && (c == '"' || c == '%')) {
			mark = c;
		} else if (mark == '\0' && (c == '\n' || c == '\r')) {
			pattern->data[i] = ' ';
		}
	}
}

/* ---- ids ---- */

static bool
is_id_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '.';
}

static bool
is_taken(const struct import *import, struct slice id)
{
	for (size_t i = 0; i < import->count; i++)
		if (slice_equal(import->ids[i], id))
			return true;
	for (size_t i = 0; i < import->taken.rule_count; i++)
		if (slice_equal(import->taken.rules[i]->id, id))
			return true;
	return false;
}

/* An id as near to the filter's name as ids can be, that no other rule has. */
static struct slice
make_id(struct import *import)
{
	struct buf id;
	size_t len;

	buf_init(&id, BUF_NO_LIMIT);
	for (size_t i = 0; i < import->filter.len && id.len < ID_LENGTH; i++) {
		char c = import->filter.data[i];

		if (is_id_byte(c))
			buf_byte(&id, c);
		else if (id.len > 0 && id.data[id.len - 1] != '-')
			buf_byte(&id, '-');
	}
	while (id.len > 0 && id.data[id.len - 1] == '-')
		id.len--;
	if (id.len == 0)
		buf_text(&id, "filter");
	len = id.len;
	for (unsigned n = 2; is_taken(import, buf_slice(&id)); n++) {
		id.len = len;
		buf_printf(&id, "-%u", n);
	}
	import->ids = mem_grow(import->ids, import->count + 1, &import->room,
	    sizeof *import->ids);
	return import->ids[import->count++] = buf_slice(&id);
}

/* ---- filters ---- */

/* Groups have no wildcard in their names; what has one is written as a regex. */
static void
add_group(struct buf *out, struct slice group)
{
	if (memchr(group.data, '*', group.len) == NULL) {
		buf_text(out, "  group   glob ");
		buf_add_slice(out, group);
	} else {
		buf_text(out, "  group   regex ^\\Q");
		buf_add_slice(out, group);
		buf_text(out, "\\E$");
	}
	buf_byte(out, '\n');
}

static bool
is_plain(struct slice text)
{
	struct buf clean;
	bool plain;

	buf_init(&clean, BUF_NO_LIMIT);
	clean_line(&clean, text);
	plain = slice_equal(buf_slice(&clean), slice_trim(text));
	buf_free(&clean);
	return plain;
}

/* What a name is, for the reader. */
static void
add_comment(struct import *import)
{
	struct buf *out = import->out;

	buf_text(out, "\n# the metric filter ");
	clean_line(out, buf_slice(&import->filter));
	if (import->group.len > 0) {
		buf_text(out, " of ");
		clean_line(out, buf_slice(&import->group));
	}
	buf_byte(out, '\n');
}

static void
import_filter(struct import *import, uint32_t node)
{
	struct buf *out = import->out;
	struct error err = { .at = ERROR_NOWHERE };
	struct slice group;
	const char *why;
	bool said;

	import->node = node;
	get_text(import, node, "filterName", &import->filter);
	get_text(import, node, "logGroupName", &import->group);
	said = get_text(import, node, "filterPattern", &import->pattern);
	join_lines(&import->pattern);
	group = buf_slice(&import->group);
	add_comment(import);
	why = !said ? "it has no pattern" : !is_plain(group) ?
	    "its group's name cannot be written" : obstacle(import, &err);
	if (why != NULL) {
		leave(import, "%s", why);
		buf_text(out, "#   ");
		clean_line(out, buf_slice(&import->pattern));
		buf_byte(out, '\n');
		return;
	}
	leave_metric(import);
	buf_text(out, "rule ");
	buf_add_slice(out, make_id(import));
	buf_byte(out, '\n');
	if (group.len > 0)
		add_group(out, group);
	buf_text(out, "  match   filter");
	group = slice_trim(buf_slice(&import->pattern));
	if (group.len > 0)
		buf_byte(out, ' ');
	buf_add_slice(out, group);
	buf_byte(out, '\n');
}

static int
import_all(struct import *import, struct error *err)
{
	const struct json_node *nodes = import->json.nodes;
	uint32_t list = nodes[0].type == JSON_ARRAY ? 0 :
	    member(import, 0, "metricFilters");

	if (nodes[list].type != JSON_ARRAY)
		return error_set(err, ERROR_DATA, "this is no answer of `aws "
		    "logs describe-metric-filters`");
	for (uint32_t i = list + 1; i < nodes[list].next; i = nodes[i].next)
		if (nodes[i].type != JSON_OBJECT)
			return error_set(err, ERROR_DATA, "this is no list of "
			    "metric filters");
	buf_text(import->out, "rules 1\n\n"
	    "# made by: cwsift rules --import\n");
	for (uint32_t i = list + 1; i < nodes[list].next; i = nodes[i].next)
		import_filter(import, i);
	if (is_empty(import, list)) {
		diag_say("%s: there is no metric filter in it", import->name);
		import->left++;
	}
	if (has(import, 0, "nextToken") || has(import, 0, "NextToken")) {
		diag_say("%s: the answer is partial: it has a nextToken",
		    import->name);
		buf_text(import->out,
		    "\n# the answer was partial: it had a nextToken\n");
		import->left++;
	}
	return 0;
}

int
metric_import(struct buf *out, struct slice answer, const char *name,
    size_t *left, struct error *err)
{
	struct import import = { .out = out, .name = name,
	    .text = answer.data };
	int status = -1;

	buf_init(&import.filter, BUF_NO_LIMIT);
	buf_init(&import.pattern, BUF_NO_LIMIT);
	buf_init(&import.group, BUF_NO_LIMIT);
	ruleset_init(&import.taken);
	ruleset_read_builtin(&import.taken, true);
	if (json_parse(&import.json, answer))
		status = import_all(&import, err);
	else
		error_set(err, ERROR_DATA, "this is no JSON: %s, at byte %zu",
		    import.json.why, import.json.used);
	*left = import.left;
	for (size_t i = 0; i < import.count; i++)
		free((void *)(uintptr_t)import.ids[i].data);
	free(import.ids);
	ruleset_free(&import.taken);
	buf_free(&import.group);
	buf_free(&import.pattern);
	buf_free(&import.filter);
	json_free(&import.json);
	return status;
}
