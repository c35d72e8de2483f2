/* rules.c -- fuzz: any bytes as a rule file; what is accepted matches without harm.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "match/matcher.h"
#include "match/ruleset.h"

static void
take_match(void *ctx, const struct match *match)
{
	(void)ctx;
	(void)match;
}

static void
take_gave_up(void *ctx, struct slice rule, const struct record *record)
{
	(void)ctx;
	(void)rule;
	(void)record;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char message[] = "[ERROR] {\"level\":\"ERROR\"} 42";
	struct match_sink sink = { NULL, take_match, take_gave_up };
	struct origin nowhere = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
	    { NULL, 0 } };
	struct naming naming = { { NULL, 0 }, { NULL, 0 } };
	struct ruleset set;

	ruleset_init(&set);
	ruleset_read(&set, (struct slice){ (const char *)data, size }, "fuzz",
	    PLACE_USER);
	if (ruleset_finish(&set) == 0) {
		struct plan *plan = plan_new(&set, LEVEL_WARN, true);
		struct matcher *matcher = matcher_new(plan);
		struct chunk chunk;
		struct record *record;

		chunk_init(&chunk);
		buf_add(&chunk.bytes, message, sizeof message - 1);
		chunk_add_origin(&chunk, &nowhere);
		record = chunk_add_record(&chunk);
		record->len = chunk.bytes.len;
		matcher_chunk(matcher, &chunk, &naming, &sink);
		chunk_free(&chunk);
		matcher_free(matcher);
		plan_free(plan);
	}
	ruleset_free(&set);
	return 0;
}
