/* matches.c -- what a matcher says of a message.
 * SPDX-License-Identifier: MIT */
#include "matches.h"

#include "base/clean.h"
#include "base/json.h"
#include "base/mem.h"
#include "fuzz.h"
#include "match/matcher.h"

static void
take_match(void *ctx, const struct match *match)
{
	struct buf *out = ctx;
	struct buf again;

	HOLDS(match->service.len > 0 &&
	    match->service.len <= CLEAN_NAME_LIMIT);
	buf_init(&again, BUF_NO_LIMIT);
	clean_name(&again, match->service);
	HOLDS(slice_equal(buf_slice(&again), match->service));
	buf_free(&again);
	HOLDS(match->rule_count > 0);
	buf_add_slice(out, match->service);
	buf_printf(out, " %d", (int)match->level);
	for (size_t i = 0; i < match->rule_count; i++) {
		HOLDS(i == 0 || slice_compare(match->rules[i - 1].id,
		    match->rules[i].id) < 0);
		buf_byte(out, ' ');
		buf_add_slice(out, match->rules[i].id);
	}
	buf_byte(out, '\n');
}

static void
take_gave_up(void *ctx, struct slice rule, const struct record *record)
{
	struct buf *out = ctx;

	(void)record;
	buf_text(out, "gave up: ");
	buf_add_slice(out, rule);
	buf_byte(out, '\n');
}

static void
escape(struct buf *out, struct slice message, enum escaping escaping)
{
	switch (escaping) {
	case ESCAPING_NONE:
		buf_add_slice(out, message);
		break;
	case ESCAPING_JSON:
		json_encode(out, message);
		break;
	case ESCAPING_CSV:
		for (size_t i = 0; i < message.len; i++) {
			if (message.data[i] == '"')
				buf_byte(out, '"');
			buf_byte(out, message.data[i]);
		}
		break;
	}
}

struct matches {
	struct plan *plans[2];
	struct matcher *matchers[2];
};

struct matches *
matches_new(const struct ruleset *set)
{
	struct matches *matches = mem_zero(1, sizeof *matches);

	for (int i = 0; i < 2; i++) {
		matches->plans[i] = plan_new(set, LEVEL_WARN, i == 0);
		matches->matchers[i] = matcher_new(matches->plans[i]);
	}
	return matches;
}

void
matches_free(struct matches *matches)
{
	for (int i = 0; i < 2; i++) {
		matcher_free(matches->matchers[i]);
		plan_free(matches->plans[i]);
	}
	free(matches);
}

/* Appends service, level and rules of each match, and what gave up. */
static void
ask(struct buf *out, struct matcher *matcher, struct slice message,
    const struct origin *origin, enum escaping escaping)
{
	struct naming naming = { .group = { NULL, 0 } };
	struct match_sink sink = { out, take_match, take_gave_up };
	struct record *record;
	struct chunk chunk;

	chunk_init(&chunk);
	chunk.escaping = escaping;
	escape(&chunk.bytes, message, escaping);
	chunk_add_origin(&chunk, origin);
	record = chunk_add_record(&chunk);
	record->len = chunk.bytes.len;
	record->escaped = escaping != ESCAPING_NONE;
	matcher_chunk(matcher, &chunk, &naming, &sink);
	chunk_free(&chunk);
}

void
matches_alike(struct matches *matches, struct slice message,
    const struct origin *origin)
{
	static const enum escaping all[] = { ESCAPING_NONE, ESCAPING_JSON,
	    ESCAPING_CSV };
	struct buf with, without;

	buf_init(&with, BUF_NO_LIMIT);
	buf_init(&without, BUF_NO_LIMIT);
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		buf_clear(&with);
		buf_clear(&without);
		ask(&with, matches->matchers[0], message, origin, all[i]);
		ask(&without, matches->matchers[1], message, origin, all[i]);
		HOLDS(fuzz_same(&with, &without));
	}
	buf_free(&without);
	buf_free(&with);
}
