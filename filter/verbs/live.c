/* live.c -- an incident is announced when its first match is seen.
 * SPDX-License-Identifier: MIT
 *
 * line: each match goes to the reducer at once, also that of a record which may still
 * go on; the incident that holds it is printed unless it was.  When the record turns out
 * longer, only the rules that are new are added.
 * long, json: only whole records are folded; an incident is printed and let go when
 * event time has passed it by window + lateness.  In silence event time goes on as the
 * clock does, and then a record that has been open for so long counts as whole.
 * records: as they come; of one that went on, what is new.
 * What is forwarded is announced as line does it, whatever is printed: where that is
 * something else, a reducer of its own stands behind it. */
#include "verbs/live.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/mem.h"
#include "reduce/partial.h"
#include "sink/output.h"

#define REMEMBER_MS (24 * 3600 * 1000)	/* an announced incident is kept so long
					 * after nothing can join it but what is
					 * very late, and would be told again */

struct live {
	struct reducer *reducer;
	enum format format;
	int64_t window_ms, gap_ms;
	bool colour;
	bool told;
	struct forward *forward;	/* or NULL */
	bool mute;
	struct reducer *announced;	/* reducer, or our own, or NULL */
	int64_t newest_ms;	/* event time */
	int64_t arrival_ms;	/* the clock, when something last came */
	struct buf out;

	/* the match of the record that is open: its words are in kept */
	bool held;		/* it stands and counts */
	bool held_before;	/* it is void, but was announced */
	bool counted;		/* long, json: it was folded while open */
	struct match match;
	struct match_rule *rules;
	size_t rule_room;
	struct buf kept;
};

struct live *
live_new(struct reducer *reducer, enum format format, int64_t window_ms,
    int64_t gap_ms, bool colour)
{
	struct live *live = mem_zero(1, sizeof *live);

	live->reducer = reducer;
	live->format = format;
	live->window_ms = window_ms;
	live->gap_ms = gap_ms;
	live->colour = colour;
	live->newest_ms = TIME_NONE;
	live->arrival_ms = time_now_ms();
	if (format == FORMAT_LINE)
		live->announced = reducer;
	buf_init(&live->out, BUF_NO_LIMIT);
	buf_init(&live->kept, BUF_NO_LIMIT);
	return live;
}

void
live_free(struct live *live)
{
	if (live == NULL)
		return;
	if (live->announced != live->reducer)
		reducer_free(live->announced);
	buf_free(&live->kept);
	buf_free(&live->out);
	free(live->rules);
	free(live);
}

void
live_forward(struct live *live, struct forward *forward, bool mute)
{
	live->forward = forward;
	live->mute = mute;
	if (live->announced == NULL)
		live->announced = reducer_new(live->window_ms);
}

static void
print(struct live *live)
{
	if (!live->mute)
		output_write(buf_slice(&live->out));
	buf_clear(&live->out);
}

static struct slice
keep(struct buf *kept, struct slice words)
{
	struct slice copy = { kept->data + kept->len, words.len };

	buf_add_slice(kept, words);
	return copy;
}

/* A copy of the match that lasts. */
static void
hold(struct live *live, const struct match *match)
{
	struct match *held = &live->match;
	size_t room = 1 + match->service.len + match->message.len +
	    match->origin.group.len + match->origin.stream.len;

	for (size_t i = 0; i < match->rule_count; i++)
		room += match->rules[i].id.len;
	buf_clear(&live->kept);
	buf_reserve(&live->kept, room);
	live->rules = mem_grow(live->rules, match->rule_count,
	    &live->rule_room, sizeof *live->rules);
	*held = *match;
	held->service = keep(&live->kept, match->service);
	held->message = keep(&live->kept, match->message);
	held->origin = (struct origin){
	    .group = keep(&live->kept, match->origin.group),
	    .stream = keep(&live->kept, match->origin.stream) };
	for (size_t i = 0; i < match->rule_count; i++) {
		live->rules[i] = match->rules[i];
		live->rules[i].id = keep(&live->kept, match->rules[i].id);
	}
	held->rules = live->rules;
	live->held = true;
}

static bool
held_has(const struct live *live, struct slice id)
{
	for (size_t i = 0; i < live->match.rule_count; i++)
		if (slice_equal(live->match.rules[i].id, id))
			return true;
	return false;
}

/* Tells an incident, once; the topic hears of it whenever it grew (--repeat). */
static void
tell(struct live *live, struct incident *incident)
{
	if (incident == NULL || !incident_tellable(incident))
		return;
	if (live->forward != NULL)
		forward_tell(live->forward, incident);
	if (incident->told)
		return;
	incident->told = true;
	live->told = true;
	if (live->format != FORMAT_LINE)
		return;
	lines_incident(&live->out, incident, FORMAT_LINE, live->colour);
	print(live);
}

/* Folds a match and tells the incident it made. */
static void
announce(struct live *live, const struct match *match)
{
	tell(live, reducer_take(live->announced, match));
}

/* The record went on.  Where its match is the one announced before, it counted then:
 * only rules that are new are added, without counting it again. */
static void
announce_again(struct live *live, const struct match *match)
{
	struct incident part = { .service = match->service,
	    .first_ms = match->time_ms, .last_ms = match->time_ms,
	    .level = match->level };
	struct tally tally;

	if (!slice_equal(live->match.service, match->service) ||
	    live->match.time_ms != match->time_ms) {
		announce(live, match);
		return;
	}
	if (live->window_ms == 0)
		return;			/* its incident is it alone, and told */
	for (size_t i = 0; i < match->rule_count; i++) {
		if (held_has(live, match->rules[i].id))
			continue;
		tally = (struct tally){ match->rules[i].id, 1,
		    match->rules[i].at_least };
		part.rules = &tally;
		part.rule_count = 1;
		tell(live, reducer_merge(live->announced, &part));
	}
}

/* Of a record that was printed while it was open, the lines that are new. */
static void
record_again(struct live *live, const struct match *match)
{
	struct slice rest = slice_cut(match->message,
	    live->match.message.len, match->message.len);

	while (rest.len > 0 && (rest.data[0] == '\n' || rest.data[0] == '\r'))
		rest = slice_cut(rest, 1, rest.len);
	rest = slice_chomp(rest);
	if (rest.len == 0)
		return;
	clean_text(&live->out, rest);
	buf_byte(&live->out, '\n');
	print(live);
}

static bool
folds_whole_records(const struct live *live)
{
	return live->format == FORMAT_LONG || live->format == FORMAT_JSON;
}

/* The held match counts now. */
static void
count_held(struct live *live)
{
	if (live->held && !live->counted && folds_whole_records(live))
		reducer_take(live->reducer, &live->match);
}

void
live_chunk(struct live *live, bool again, int64_t newest_ms)
{
	if (newest_ms != TIME_NONE && (live->newest_ms == TIME_NONE ||
	    newest_ms > live->newest_ms))
		live->newest_ms = newest_ms;
	live->arrival_ms = time_now_ms();
	live->held_before = again && live->held;
	if (!again) {
		count_held(live);
		live->counted = false;
	}
	live->held = false;
}

void
live_match(struct live *live, const struct match *match, bool open)
{
	bool before = live->held_before && match->record == 0;

	if (live->announced != NULL) {
		if (before)
			announce_again(live, match);
		else
			announce(live, match);
	}
	switch (live->format) {
	case FORMAT_LINE:
		break;
	case FORMAT_LONG:
	case FORMAT_JSON:
		if (!open && !(before && live->counted))
			reducer_take(live->reducer, match);
		break;
	case FORMAT_RECORDS:
		if (before) {
			record_again(live, match);
		} else {
			lines_record(&live->out, match);
			print(live);
		}
		for (size_t i = 0; i < match->rule_count; i++)
			if (!before || !held_has(live, match->rules[i].id))
				reducer_note(live->reducer,
				    match->rules[i].id);
		live->told = true;
		break;
	}
	if (before) {
		live->held_before = false;
		live->counted = live->counted && open;
	}
	if (open)
		hold(live, match);
}

void
live_own(struct live *live, const struct match *match)
{
	bool held_before = live->held_before;

	live->held_before = false;
	live_match(live, match, false);
	live->held_before = held_before;
	if (live->newest_ms == TIME_NONE) {
		/* event time begins here: its silence is told too */
		live->newest_ms = match->time_ms;
		live->arrival_ms = time_now_ms();
	}
}

static void
print_incident(void *ctx, struct incident *incident)
{
	struct live *live = ctx;

	if (live->format == FORMAT_LONG && !incident_tellable(incident))
		return;
	live->told = live->told || incident_tellable(incident);
	lines_incident(&live->out, incident, live->format, live->colour);
}

static void
forget(void *ctx, struct incident *incident)
{
	(void)ctx;
	(void)incident;
}

void
live_pass(struct live *live)
{
	int64_t time;

	if (live->newest_ms == TIME_NONE)
		return;
	if (live->announced != NULL)
		reducer_expire(live->announced, live->newest_ms -
		    live->gap_ms - REMEMBER_MS, forget, live);
	if (!folds_whole_records(live))
		return;
	time = live->newest_ms + (time_now_ms() - live->arrival_ms) -
	    live->gap_ms;
	if (live->held && live->match.time_ms != TIME_NONE &&
	    live->match.time_ms < time) {
		count_held(live);
		live->counted = true;
	}
	reducer_expire(live->reducer, time, print_incident, live);
	print(live);
}

void
live_end(struct live *live)
{
	struct incident **incidents;
	size_t count;

	live_chunk(live, false, TIME_NONE);
	if (live->announced == NULL)
		return;			/* the rest is printed as in batch */
	incidents = reducer_sorted(live->announced, &count);
	for (size_t i = 0; i < count; i++)
		tell(live, incidents[i]);
}

bool
live_told(const struct live *live)
{
	return live->told;
}
