/* explanation_json.c -- what became of a record, as one line of JSON.
 * SPDX-License-Identifier: MIT */
#include "verbs/explanation.h"

#include <inttypes.h>

#include "base/json.h"
#include "base/time.h"

static void
add_key(struct buf *out, const char *key)
{
	buf_printf(out, "%s\"%s\":", out->len > 0 &&
	    out->data[out->len - 1] == '{' ? "" : ",", key);
}

static void
add_text(struct buf *out, const char *key, struct slice text)
{
	add_key(out, key);
	json_quote(out, text);
}

/* null where nothing is known. */
static void
add_known(struct buf *out, const char *key, struct slice text)
{
	if (text.len > 0) {
		add_text(out, key, text);
		return;
	}
	add_key(out, key);
	buf_text(out, "null");
}

static void
add_number(struct buf *out, const char *key, uint64_t number)
{
	add_key(out, key);
	buf_printf(out, "%" PRIu64, number);
}

static void
add_bool(struct buf *out, const char *key, bool value)
{
	add_key(out, key);
	buf_text(out, value ? "true" : "false");
}

/* ---- the record ---- */

static void
add_time(struct buf *out, int64_t ms)
{
	add_key(out, "time");
	if (ms == TIME_NONE) {
		buf_text(out, "null");
		add_key(out, "time_ms");
		buf_text(out, "null");
		return;
	}
	buf_byte(out, '"');
	time_print_utc(out, ms);
	buf_byte(out, '"');
	add_key(out, "time_ms");
	buf_printf(out, "%" PRId64, ms);
}

/* "gzip > JSON body > " as a list */
static void
add_layers(struct buf *out, struct slice layers)
{
	const struct slice border = slice_from(" > ");
	const char *before = "";

	add_key(out, "layers");
	buf_byte(out, '[');
	while (layers.len > 0) {
		size_t end = slice_find(layers, border);

		if (end > layers.len)
			end = layers.len;
		buf_text(out, before);
		json_quote(out, slice_cut(layers, 0, end));
		layers = slice_cut(layers, end + border.len, layers.len);
		before = ",";
	}
	buf_byte(out, ']');
}

static void
add_record(struct buf *out, const struct explanation *ex)
{
	add_number(out, "record", ex->number);
	add_layers(out, ex->layers);
	add_text(out, "shape", slice_from(shape_info(ex->shape)->name));
	add_number(out, "at", ex->record->at);
	add_time(out, ex->record->time_ms);
	add_known(out, "group", ex->origin.group);
	add_known(out, "stream", ex->origin.stream);
	if (ex->origin.account.len > 0)
		add_text(out, "account", ex->origin.account);
	if (ex->origin.region.len > 0)
		add_text(out, "region", ex->origin.region);
	add_text(out, "message", ex->message);
}

/* ---- the service ---- */

static const char *
namer_name(enum namer namer)
{
	switch (namer) {
	case NAMER_OPTION:
		return "option";
	case NAMER_RULE:
		return "rule";
	case NAMER_NAMING:
		return "naming";
	case NAMER_GROUP:
		return "group";
	case NAMER_STREAM:
		return "stream";
	case NAMER_NOTHING:
		return "nothing";
	}
	return "?";
}

static void
add_stanza_name(struct buf *out, const struct rule *stanza)
{
	add_text(out, "id", stanza->id);
	if (stanza->place == PLACE_COMMAND_LINE)
		return;
	add_text(out, "file", slice_from(stanza->file));
	add_number(out, "line", stanza->line);
}

static void
add_service(struct buf *out, const struct explanation *ex)
{
	add_bool(out, "matched", ex->matched);
	if (!ex->matched)
		return;
	add_text(out, "service", ex->service);
	add_text(out, "level", slice_from(level_name(ex->level)));
	add_key(out, "named");
	buf_byte(out, '{');
	add_text(out, "by", slice_from(namer_name(ex->namer)));
	if (ex->naming != NULL) {
		add_stanza_name(out, ex->naming);
		if (ex->naming->service != NULL)
			add_text(out, "template",
			    service_value(ex->naming->service));
	}
	buf_byte(out, '}');
}

/* ---- the reasons ---- */

static const char *
decision_name(enum decision decision)
{
	switch (decision) {
	case DECIDED_HOLDS:
		return "holds";
	case DECIDED_GROUP_UNKNOWN:
		return "group-unknown";
	case DECIDED_GROUP:
		return "group";
	case DECIDED_STREAM_UNKNOWN:
		return "stream-unknown";
	case DECIDED_STREAM:
		return "stream";
	case DECIDED_MATCH:
		return "match";
	case DECIDED_REQUIRE:
		return "require";
	case DECIDED_UNLESS:
		return "unless";
	case DECIDED_GAVE_UP:
		return "gave-up";
	}
	return "?";
}

static void
add_holds(struct buf *out, int holds)
{
	add_key(out, "holds");
	buf_text(out, holds == 1 ? "true" : holds == 0 ? "false" : "null");
}

/* Where something stands in the message, in bytes. */
static void
add_span(struct buf *out, const struct explanation *ex, const char *key,
    struct slice span)
{
	if (span.data == NULL)
		return;
	add_text(out, key, span);
	add_number(out, "at", (uint64_t)(span.data - ex->message.data));
}

static void
add_findings(struct buf *out, const struct explanation *ex,
    const struct condition_report *c)
{
	add_key(out, "comparisons");
	buf_byte(out, '[');
	for (size_t i = 0; i < c->finding_count; i++) {
		const struct finding *f = &ex->findings[c->finding + i];

		buf_text(out, i > 0 ? ",{" : "{");
		add_text(out, "text", slice_cut(c->condition->value, f->from,
		    f->to));
		add_holds(out, f->holds);
		add_span(out, ex, "seen", f->seen);
		buf_byte(out, '}');
	}
	buf_byte(out, ']');
	if (c->obstacle != NULL)
		add_text(out, "why", slice_from(c->obstacle));
}

static void
add_conditions(struct buf *out, const struct explanation *ex, size_t from,
    size_t to)
{
	add_key(out, "conditions");
	buf_byte(out, '[');
	for (size_t i = from; i < to; i++) {
		const struct condition_report *c = &ex->conditions[i];

		buf_text(out, i > from ? ",{" : "{");
		add_text(out, "key", slice_from(c->key));
		add_text(out, "kind", slice_from(reason_kind(c->condition)));
		add_text(out, "value", c->condition->value);
		add_number(out, "line", c->condition->line);
		add_holds(out, c->holds);
		add_span(out, ex, "found", c->span);
		if (c->condition->kind == CONDITION_FILTER)
			add_findings(out, ex, c);
		buf_byte(out, '}');
	}
	buf_byte(out, ']');
}

static void
add_stanza(struct buf *out, const struct explanation *ex,
    const struct stanza_report *s)
{
	buf_byte(out, '{');
	add_stanza_name(out, s->stanza);
	if (s->stanza->stanza == STANZA_RULE)
		add_text(out, "level",
		    slice_from(level_name(s->stanza->level)));
	add_text(out, "decided", slice_from(s->ignored != NULL ? "ignore" :
	    decision_name(s->decision)));
	add_conditions(out, ex, s->condition, s->condition + s->own_count);
	if (s->ignored != NULL) {
		add_key(out, "ignored");
		buf_byte(out, '{');
		add_stanza_name(out, s->ignored);
		add_conditions(out, ex, s->condition + s->own_count,
		    s->condition + s->condition_count);
		buf_byte(out, '}');
	}
	buf_byte(out, '}');
}

void
explanation_json(struct buf *out, const struct explanation *explanation)
{
	buf_byte(out, '{');
	add_record(out, explanation);
	add_service(out, explanation);
	add_key(out, "rules");
	buf_byte(out, '[');
	for (size_t i = 0; i < explanation->stanza_count; i++) {
		if (i > 0)
			buf_byte(out, ',');
		add_stanza(out, explanation, &explanation->stanzas[i]);
	}
	buf_text(out, "]}\n");
}
