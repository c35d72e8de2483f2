/* pattern.c -- fuzz: a condition and a message; the answer is the same with the search
 * for literals and without, however the message is escaped.
 * SPDX-License-Identifier: MIT
 *
 * The first line is the condition as on the command line (`-p PATTERN`, `-e REGEX`,
 * `-t TEXT`), the rest the message. */
#include "match/pattern.h"

#include "fuzz.h"
#include "match/ruleset.h"
#include "matches.h"

struct found {
	struct slice pattern;
	unsigned count;
};

static void
take_finding(void *ctx, const struct finding *finding)
{
	struct found *found = ctx;

	HOLDS(finding->from <= finding->to &&
	    finding->to <= found->pattern.len);
	HOLDS(finding->holds >= -1 && finding->holds <= 1);
	found->count++;
}

static void
explain(struct slice text, struct slice bytes)
{
	struct error err;
	struct pattern *pattern = pattern_new(text, &err);
	struct regex_run *run = regex_run_new();
	struct json json = { 0 };
	struct message message = { .whole = bytes, .text = slice_chomp(bytes),
	    .json = &json };
	struct found found = { text, 0 };
	struct finder finder = { &found, take_finding };

	if (pattern == NULL) {
		HOLDS(err.text[0] != '\0');
		HOLDS(err.at == ERROR_NOWHERE || err.at <= text.len);
	} else {
		int holds = pattern_match(pattern, &message, run);
		const char *why = pattern_explain(pattern, &message, run,
		    &finder);

		HOLDS(holds == pattern_match(pattern, &message, run));
		HOLDS(why == NULL || holds == 0);
	}
	json_free(&json);
	regex_run_free(run);
	pattern_free(pattern);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice message = { (const char *)data, size };
	struct origin nowhere = { .group = { NULL, 0 } };
	struct slice line = fuzz_line(&message);
	struct ruleset set;
	char kind;

	if (line.len < 3 || line.data[0] != '-' || line.data[2] != ' ' ||
	    memchr("pet", line.data[1], 3) == NULL)
		return -1;
	kind = line.data[1];
	line = slice_cut(line, 3, line.len);
	if (kind == 'p')
		explain(line, message);
	ruleset_init(&set);
	ruleset_add(&set, kind, line);
	if (ruleset_finish(&set) == 0) {
		struct matches *both = matches_new(&set);

		matches_alike(both, message, &nowhere);
		matches_free(both);
	}
	ruleset_free(&set);
	return 0;
}
