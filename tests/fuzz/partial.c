/* partial.c -- fuzz: cwsift's own json; what was read is written, and read as the same,
 * whatever the order of the lines.
 * SPDX-License-Identifier: MIT */
#include "reduce/partial.h"

#include "fuzz.h"

#define WINDOW_MS 600000

struct folded {
	struct reducer *reducer;
	struct coverage coverage;
	struct buf text;
};

/* All lines, from the front or from the back; those that are wrong are left out. */
static void
fold(struct folded *folded, struct slice text, bool backward)
{
	struct partial_reader reader = { .terms = { WINDOW_MS, LEVEL_ERROR } };
	struct partial_terms terms = reader.terms;
	struct incident **sorted;
	struct error err;
	size_t count;

	folded->reducer = reader.reducer = reducer_new(WINDOW_MS);
	coverage_init(&folded->coverage);
	reader.coverage = &folded->coverage;
	buf_init(&folded->text, BUF_NO_LIMIT);
	while (text.len > 0) {
		size_t from = 0;
		struct slice line;

		if (backward) {
			for (from = text.len; from > 0 &&
			    text.data[from - 1] != '\n'; from--)
				continue;
			line = slice_cut(text, from, text.len);
			text.len = from == 0 ? 0 : from - 1;
		} else {
			line = fuzz_line(&text);
		}
		err.text[0] = '\0';
		if (partial_read(&reader, line, &err) == -1)
			HOLDS(err.text[0] != '\0' &&
			    (err.kind == ERROR_USAGE ||
			    err.kind == ERROR_DATA));
	}
	sorted = reducer_sorted(reader.reducer, &count);
	for (size_t i = 0; i < count; i++) {
		HOLDS(sorted[i]->count > 0 && sorted[i]->rule_count > 0);
		HOLDS(sorted[i]->first_ms <= sorted[i]->last_ms);
		HOLDS(i == 0 || incident_compare(sorted[i - 1], sorted[i]) <=
		    0);
		partial_print_incident(&folded->text, sorted[i]);
	}
	partial_print_coverage(&folded->text, &folded->coverage, &terms);
	partial_finish(&reader, &err);
}

static void
folded_free(struct folded *folded)
{
	buf_free(&folded->text);
	reducer_free(folded->reducer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct folded once, again, backward;

	fold(&once, text, false);
	fold(&backward, text, true);
	HOLDS(fuzz_same(&once.text, &backward.text));
	fold(&again, buf_slice(&once.text), false);
	HOLDS(fuzz_same(&once.text, &again.text));
	folded_free(&again);
	folded_free(&backward);
	folded_free(&once);
	return 0;
}
