/* pattern.c -- fuzz: a filter pattern and a message; the answer is the same with the
 * literal search and without, escaped as JSON or not.
 * SPDX-License-Identifier: MIT
 *
 * The first line of the input is the pattern, the rest the message. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "match/matcher.h"
#include "match/ruleset.h"

static void
take_match(void *ctx, const struct match *match)
{
	unsigned *count = ctx;

	(void)match;
	++*count;
}

static void
take_gave_up(void *ctx, struct slice rule, const struct record *record)
{
	unsigned *count = ctx;

	(void)rule;
	(void)record;
	*count += 100;
}

static unsigned
matches(const struct ruleset *set, struct slice message, bool search,
    bool escape)
{
	struct plan *plan = plan_new(set, LEVEL_WARN, search);
	struct matcher *matcher = matcher_new(plan);
	struct origin nowhere = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
	    { NULL, 0 } };
	struct naming naming = { { NULL, 0 }, { NULL, 0 } };
	unsigned count = 0;
	struct match_sink sink = { &count, take_match, take_gave_up };
	struct record *record;
	struct chunk chunk;

	chunk_init(&chunk);
	chunk.escaping = escape ? ESCAPING_JSON : ESCAPING_NONE;
	if (escape)
		json_encode(&chunk.bytes, message);
	else
		buf_add_slice(&chunk.bytes, message);
	chunk_add_origin(&chunk, &nowhere);
	record = chunk_add_record(&chunk);
	record->len = chunk.bytes.len;
	record->escaped = escape;
	matcher_chunk(matcher, &chunk, &naming, &sink);
	chunk_free(&chunk);
	matcher_free(matcher);
	plan_free(plan);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *lf = size == 0 ? NULL : memchr(text, '\n', size);
	struct slice pattern, message;
	struct ruleset set;

	if (lf == NULL)
		return 0;
	pattern = (struct slice){ text, (size_t)(lf - text) };
	message = (struct slice){ lf + 1, size - pattern.len - 1 };
	ruleset_init(&set);
	ruleset_add(&set, 'p', pattern);
	if (ruleset_finish(&set) == 0) {
		for (int escape = 0; escape < 2; escape++)
			if (matches(&set, message, true, escape == 1) !=
			    matches(&set, message, false, escape == 1))
				abort();
	}
	ruleset_free(&set);
	return 0;
}
