/* matcher.c -- chunks of records to matches.
 * SPDX-License-Identifier: MIT */
#include "match/matcher.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/mem.h"
#include "match/holds.h"
#include "match/identifier.h"
#include "match/plan.h"

/* A rule that holds for the record. */
struct holder {
	const struct rule *rule;
	const struct condition *match;	/* the line that held */
	bool here;		/* it says where it applies: here */
	bool silenced;		/* by an ignore stanza */
};

/* A rule's place, kept while the records come from the same origin. */
struct kept_place {
	uint64_t origin;	/* number of the origin it is for */
	enum place place;
};

struct matcher {
	const struct plan *plan;
	struct held held;	/* its three runs are ours */
	struct regex_run *name_run;
	struct json json;
	struct buf scratch;	/* the decoded message */
	struct buf name;	/* the service */
	struct buf draft;	/* the same before it is cleaned */

	/* the chunk at hand */
	const struct chunk *chunk;
	const struct naming *naming;
	const struct match_sink *sink;
	size_t first;		/* offset at which the search begins */
	size_t at;		/* the first record that is not finished */

	/* for the record at hand */
	uint64_t record_number;	/* never the same twice */
	uint64_t *marks;	/* by rule: the record it is a candidate for */
	uint32_t *candidates;
	size_t candidate_count;
	bool all;		/* every rule is one */
	struct holder *holders;
	size_t holder_count;
	const struct holder **order;	/* as they may name the service */
	struct match_rule *told;

	struct kept_place *places;	/* by rule */
	uint64_t origin_number;
	uint32_t origin_index;
	bool origin_kept;
};

struct matcher *
matcher_new(const struct plan *plan)
{
	struct matcher *m = mem_zero(1, sizeof *m);
	size_t count = plan->rule_count;

	m->plan = plan;
	m->held.match_run = regex_run_new();
	m->held.stream_run = regex_run_new();
	m->held.group_run = regex_run_new();
	m->name_run = regex_run_new();
	buf_init(&m->scratch, BUF_NO_LIMIT);
	buf_init(&m->name, BUF_NO_LIMIT);
	buf_init(&m->draft, BUF_NO_LIMIT);
	m->marks = mem_zero(count, sizeof *m->marks);
	m->candidates = mem_zero(count, sizeof *m->candidates);
	m->holders = mem_zero(count, sizeof *m->holders);
	m->order = mem_zero(count, sizeof *m->order);
	m->told = mem_zero(count, sizeof *m->told);
	m->places = mem_zero(count, sizeof *m->places);
	m->record_number = 1;
	return m;
}

void
matcher_free(struct matcher *matcher)
{
	if (matcher == NULL)
		return;
	free(matcher->places);
	free(matcher->told);
	free(matcher->order);
	free(matcher->holders);
	free(matcher->candidates);
	free(matcher->marks);
	buf_free(&matcher->draft);
	buf_free(&matcher->name);
	buf_free(&matcher->scratch);
	json_free(&matcher->json);
	regex_run_free(matcher->name_run);
	regex_run_free(matcher->held.group_run);
	regex_run_free(matcher->held.stream_run);
	regex_run_free(matcher->held.match_run);
	free(matcher);
}

/* ---- the rules that hold ---- */

static void
gave_up(struct matcher *m, const struct rule *rule, const struct record *record)
{
	m->sink->gave_up(m->sink->ctx, rule->id, record);
}

static enum place
rule_place(struct matcher *m, uint32_t index, const struct origin *origin)
{
	struct kept_place *kept = &m->places[index];

	if (kept->origin != m->origin_number) {
		kept->origin = m->origin_number;
		kept->place = place_of(m->plan->rules[index].rule, origin,
		    false, &m->held);
	}
	return kept->place;
}

static void
try_rule(struct matcher *m, uint32_t index, struct message *message,
    const struct origin *origin, const struct record *record)
{
	const struct plan_rule *r = &m->plan->rules[index];
	enum place place = rule_place(m, index, origin);
	int holds = 0;

	if (place == PLACE_ELSEWHERE)
		return;
	if (place == PLACE_GAVE_UP)
		holds = -1;
	else
		holds = message_holds(r->rule, message, &m->held);
	if (holds == 1) {
		m->holders[m->holder_count++] = (struct holder){
		    .rule = r->rule, .match = m->held.match,
		    .here = place == PLACE_HERE };
	} else if (holds == -1) {
		struct slice bytes = { m->chunk->bytes.data + record->offset,
		    record->len };

		/* Without the search it is tried where it cannot hold. */
		if (m->plan->searching || plan_could_hold(m->plan, r, bytes,
		    m->chunk->escaping))
			gave_up(m, r->rule, record);
	}
}

/* Silences holders; returns how many are left. */
static size_t
ask_ignores(struct matcher *m, struct message *message,
    const struct origin *origin, const struct record *record)
{
	const struct ruleset *set = m->plan->set;
	size_t left = m->holder_count;

	for (size_t i = 0; i < set->ignore_count && left > 0; i++) {
		const struct rule *ignore = set->ignores[i];
		enum place place = place_of(ignore, origin, true, &m->held);
		int holds = place == PLACE_ELSEWHERE ? 0 :
		    place == PLACE_GAVE_UP ? -1 :
		    message_holds(ignore, message, &m->held);

		if (holds == -1)
			gave_up(m, ignore, record);
		for (size_t j = 0; holds == 1 && j < m->holder_count; j++) {
			struct holder *h = &m->holders[j];

			if (!h->silenced && rule_silences(ignore, h->rule)) {
				h->silenced = true;
				left--;
			}
		}
	}
	return left;
}

/* ---- whose failure it is ---- */

static bool
set_name(struct matcher *m, struct slice name)
{
	buf_clear(&m->name);
	clean_name(&m->name, name);
	return m->name.len > 0;
}

/* The name that a stanza gives whose conditions held. */
static bool
stanza_name(struct matcher *m, const struct rule *rule,
    struct message *message, const struct origin *origin)
{
	buf_clear(&m->draft);
	return stanza_service(rule, &m->held, message, origin, m->name_run,
	    &m->draft) && set_name(m, buf_slice(&m->draft));
}

static bool
naming_name(struct matcher *m, const struct rule *naming,
    struct message *message, const struct origin *origin,
    const struct record *record)
{
	enum place place = place_of(naming, origin, true, &m->held);
	int holds = place == PLACE_ELSEWHERE ? 0 :
	    place == PLACE_GAVE_UP ? -1 :
	    message_holds(naming, message, &m->held);

	if (holds == -1)
		gave_up(m, naming, record);
	if (holds != 1)
		return false;
	return stanza_name(m, naming, message, origin);
}

/* Who names first: the nearer place, who says where it applies, the higher
 * level, the lower id (in which order the holders are). */
static bool
names_before(const struct holder *a, const struct holder *b)
{
	if (a->rule->place != b->rule->place)
		return a->rule->place < b->rule->place;
	if (a->here != b->here)
		return a->here;
	return a->rule->level > b->rule->level;
}

static size_t
order_holders(struct matcher *m)
{
	size_t count = 0;

	for (size_t i = 0; i < m->holder_count; i++) {
		const struct holder *h = &m->holders[i];
		size_t at = count;

		if (h->silenced)
			continue;
		for (; at > 0 && names_before(h, m->order[at - 1]); at--)
			m->order[at] = m->order[at - 1];
		m->order[at] = h;
		count++;
	}
	return count;
}

/* Fills m->name; *naming is the stanza that named, where one did. */
static enum namer
name_service(struct matcher *m, struct message *message,
    const struct origin *origin, const struct record *record,
    const struct rule **naming)
{
	size_t count = order_holders(m);

	*naming = NULL;
	if (m->naming->service.len > 0 && set_name(m, m->naming->service))
		return NAMER_OPTION;
	m->held.stream = m->held.group = NULL;
	for (size_t i = 0; i < count; i++) {
		m->held.match = m->order[i]->match;
		held_again(&m->held, message);
		*naming = m->order[i]->rule;
		if (stanza_name(m, *naming, message, origin))
			return NAMER_RULE;
	}
	for (size_t i = 0; i < m->plan->naming_count; i++) {
		*naming = m->plan->namings[i];
		if (naming_name(m, *naming, message, origin, record))
			return NAMER_NAMING;
	}
	*naming = NULL;
	if (set_name(m, origin->group))
		return NAMER_GROUP;
	if (!identifier_is(origin->stream) && set_name(m, origin->stream))
		return NAMER_STREAM;
	buf_clear(&m->draft);
	buf_byte(&m->draft, '?');
	buf_add_slice(&m->draft, m->order[0]->rule->id);
	set_name(m, buf_slice(&m->draft));
	return NAMER_NOTHING;
}

/* ---- records ---- */

static void
tell(struct matcher *m, struct message *message, const struct origin *origin,
    const struct record *record)
{
	struct match match = { .time_ms = record->time_ms,
	    .level = LEVEL_WARN, .rules = m->told, .origin = *origin,
	    .record = (size_t)(record - m->chunk->records),
	    .message = message->whole };

	for (size_t i = 0; i < m->holder_count; i++) {
		const struct rule *rule = m->holders[i].rule;

		if (m->holders[i].silenced)
			continue;
		m->told[match.rule_count++] = (struct match_rule){
		    .id = rule->id, .at_least = rule->at_least };
		if (rule->level > match.level)
			match.level = rule->level;
	}
	match.namer = name_service(m, message, origin, record, &match.naming);
	match.service = buf_slice(&m->name);
	m->sink->match(m->sink->ctx, &match);
}

static struct origin
origin_of(struct matcher *m, const struct record *record)
{
	struct origin origin = chunk_origin(m->chunk, record->origin);

	if (!m->origin_kept || record->origin != m->origin_index) {
		m->origin_kept = true;
		m->origin_index = record->origin;
		m->origin_number++;
	}
	if (origin.group.len == 0)
		origin.group = m->naming->group;
	if (origin.region.len == 0)
		origin.region = m->naming->region;
	if (origin.account.len == 0)
		origin.account = m->naming->account;
	return origin;
}

static void
try_record(struct matcher *m, const struct record *record)
{
	struct message message = { .json = &m->json };
	struct origin origin = origin_of(m, record);

	message.whole = chunk_message(m->chunk, record, &m->scratch);
	message.text = slice_chomp(message.whole);
	m->holder_count = 0;
	if (m->all) {
		for (uint32_t i = 0; i < m->plan->rule_count; i++)
			try_rule(m, i, &message, &origin, record);
	} else {
		for (size_t i = 0; i < m->candidate_count; i++)
			try_rule(m, m->candidates[i], &message, &origin,
			    record);
	}
	if (m->holder_count > 0 &&
	    ask_ignores(m, &message, &origin, record) > 0)
		tell(m, &message, &origin, record);
}

/* Candidates stay in the order of the rules. */
static void
mark(struct matcher *m, uint32_t rule)
{
	size_t at = m->candidate_count;

	if (m->marks[rule] == m->record_number)
		return;
	m->marks[rule] = m->record_number;
	for (; at > 0 && m->candidates[at - 1] > rule; at--)
		m->candidates[at] = m->candidates[at - 1];
	m->candidates[at] = rule;
	m->candidate_count++;
}

static void
mark_list(struct matcher *m, const struct plan_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		mark(m, list->rules[i]);
}

/* Nothing more will be found in the record at hand. */
static void
finish_record(struct matcher *m)
{
	const struct record *record = &m->chunk->records[m->at++];

	if (!m->plan->searching)
		m->all = true;
	else if (!m->all)
		mark_list(m, &m->plan->always);
	if (m->all || m->candidate_count > 0)
		try_record(m, record);
	m->candidate_count = 0;
	m->all = false;
	m->record_number++;
}

/* A literal or escape was found.  Records that end before it begins are
 * finished: what is told later does not begin before this ends, or shares
 * bytes with it. */
static size_t
found_literal(void *ctx, size_t found, size_t end)
{
	struct matcher *m = ctx;
	const struct chunk *chunk = m->chunk;
	size_t start;
	const struct record *record;

	end += m->first;
	start = end - m->plan->literals[found].text.len;
	while (m->at < chunk->count && chunk->records[m->at].offset +
	    chunk->records[m->at].len <= start)
		finish_record(m);
	if (m->at == chunk->count)
		return SIZE_MAX;
	record = &chunk->records[m->at];
	if (start < record->offset)
		return record->offset < end ? 0 : record->offset - m->first;
	if (end > record->offset + record->len)
		return 0;
	switch (plan_escape(m->plan, found, chunk->escaping)) {
	case PLAN_ESCAPE_ALL:
		m->all = true;
		break;
	case PLAN_ESCAPE_DECODING:
		mark_list(m, &m->plan->decoding);
		break;
	case PLAN_ESCAPE_NONE:
		if (found < m->plan->literal_count)
			mark_list(m, &m->plan->lists[found]);
		break;
	}
	if (m->candidate_count == m->plan->rule_count)
		m->all = true;
	return m->all ? record->offset + record->len - m->first : 0;
}

void
matcher_chunk(struct matcher *matcher, const struct chunk *chunk,
    const struct naming *naming, const struct match_sink *sink)
{
	struct matcher *m = matcher;

	m->chunk = chunk;
	m->naming = naming;
	m->sink = sink;
	m->at = 0;
	m->origin_kept = false;
	if (chunk->count == 0)
		return;
	if (m->plan->searching && m->plan->search != NULL) {
		const struct record *last = &chunk->records[chunk->count - 1];

		m->first = chunk->records[0].offset;
		search_run(m->plan->search, slice_cut(buf_slice(&chunk->bytes),
		    m->first, last->offset + last->len), found_literal, m);
	}
	if (m->plan->searching && m->plan->always.count == 0 &&
	    m->candidate_count == 0 && !m->all)
		return;
	while (m->at < chunk->count)
		finish_record(m);
}
