/* rules.c -- fuzz: any bytes as a rule file; what is wrong is told harmlessly, and what
 * is accepted is the same with CR LF and gives the same answers in every way.
 * SPDX-License-Identifier: MIT */
#include "match/ruleset.h"

#include "base/clean.h"
#include "base/diag.h"
#include "fuzz.h"
#include "matches.h"
#include "verbs/lint.h"
#include "verbs/metric_filters.h"

static void
harmless(const struct buf *text)
{
	struct buf clean;

	buf_init(&clean, BUF_NO_LIMIT);
	clean_text(&clean, buf_slice(text));
	HOLDS(fuzz_same(&clean, text));
	buf_free(&clean);
}

/* With a byte order mark and CR LF, as some editors write it. */
static void
dress(struct buf *out, struct slice text)
{
	buf_text(out, "\xef\xbb\xbf");
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\n' && (i == 0 ||
		    text.data[i - 1] != '\r'))
			buf_byte(out, '\r');
		buf_byte(out, text.data[i]);
	}
}

static void
same_dressed(const struct ruleset *set, struct slice text)
{
	struct ruleset dressed;
	struct buf bytes;

	if (slice_starts(text, "\xef\xbb\xbf"))
		return;
	buf_init(&bytes, BUF_NO_LIMIT);
	dress(&bytes, text);
	ruleset_init(&dressed);
	ruleset_read(&dressed, buf_slice(&bytes), "fuzz", PLACE_USER);
	ruleset_finish(&dressed);
	HOLDS(set->error_count == dressed.error_count);
	HOLDS(set->rule_count == dressed.rule_count &&
	    set->ignore_count == dressed.ignore_count &&
	    set->naming_count == dressed.naming_count);
	ruleset_free(&dressed);
	buf_free(&bytes);
}

/* The other verbs look at the same rules. */
static void
look(const struct ruleset *set)
{
	struct buf out, said;

	buf_init(&out, BUF_NO_LIMIT);
	buf_init(&said, BUF_NO_LIMIT);
	diag_capture(&said);
	lint_rules(&out, set);
	harmless(&out);
	buf_clear(&out);
	metric_export(&out, set, METRIC_TERRAFORM);
	metric_export(&out, set, METRIC_CLI);
	diag_capture(NULL);
	buf_free(&said);
	buf_free(&out);
}

static void
try_examples(const struct ruleset *set)
{
	struct origin nowhere = { .group = { NULL, 0 } };
	struct matches *both = matches_new(set);
	unsigned left = 20;

	matches_alike(both, slice_from("[ERROR] {\"level\":\"ERROR\"} 42"),
	    &nowhere);
	for (size_t i = 0; i < set->rule_count; i++)
		for (size_t k = 0; k < set->rules[i]->example_count &&
		    left > 0; k++, left--) {
			const struct example *example =
			    &set->rules[i]->examples[k];
			struct origin origin = { .group = example->group,
			    .stream = example->stream };

			matches_alike(both, example->text, &origin);
		}
	matches_free(both);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct ruleset set;

	ruleset_init(&set);
	ruleset_read(&set, text, "fuzz", PLACE_USER);
	if (ruleset_finish(&set) == 0) {
		HOLDS(set.error_count == 0);
		look(&set);
		try_examples(&set);
	} else {
		HOLDS(set.error_count > 0 && set.errors.len > 0);
		harmless(&set.errors);
	}
	same_dressed(&set, text);
	ruleset_free(&set);
	return 0;
}
