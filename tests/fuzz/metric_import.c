/* metric_import.c -- fuzz: the answer of describe-metric-filters; what comes of it is
 * a rule file that is read.
 * SPDX-License-Identifier: MIT */
#include "base/diag.h"
#include "fuzz.h"
#include "match/ruleset.h"
#include "verbs/metric_filters.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice answer = { (const char *)data, size };
	struct buf rules, said, filters;
	struct ruleset set;
	struct error err;
	size_t left = 0;

	buf_init(&rules, BUF_NO_LIMIT);
	buf_init(&said, BUF_NO_LIMIT);
	buf_init(&filters, BUF_NO_LIMIT);
	diag_capture(&said);
	if (metric_import(&rules, answer, "fuzz", &left, &err) == -1) {
		HOLDS(err.text[0] != '\0');
	} else {
		HOLDS((left > 0) == (said.len > 0));
		ruleset_init(&set);
		ruleset_read_builtin(&set, false);
		ruleset_read(&set, buf_slice(&rules), "fuzz", PLACE_USER);
		/* a file without a rule is the one thing to be wrong */
		if (ruleset_finish(&set) == -1) {
			if (set.rule_count > 0)
				printf("%.*s", (int)set.errors.len,
				    set.errors.data);
			HOLDS(set.rule_count == 0);
		}
		metric_export(&filters, &set, METRIC_CLI);
		metric_export(&filters, &set, METRIC_TERRAFORM);
		ruleset_free(&set);
	}
	diag_capture(NULL);
	buf_free(&filters);
	buf_free(&said);
	buf_free(&rules);
	return 0;
}
