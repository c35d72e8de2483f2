/* metric_filters.h -- rules as metric filters of CloudWatch, and back.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_METRIC_FILTERS_H
#define VERBS_METRIC_FILTERS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "match/ruleset.h"

enum metric_form {
	METRIC_TERRAFORM,	/* aws_cloudwatch_log_metric_filter */
	METRIC_CLI,		/* aws logs put-metric-filter, for a shell */
};

/* Appends the rules that one metric filter can say: a single match line of kind
 * filter.  The others, and ignore stanzas, are named on standard error; how many
 * they are is returned. */
size_t metric_export(struct buf *out, const struct ruleset *set,
    enum metric_form form);

/* Appends a rule file made of the answer of describe-metric-filters.  What is not
 * carried over is named in a comment and on standard error (as name's); *left is how
 * much that is.  -1: it is no such answer. */
int metric_import(struct buf *out, struct slice answer, const char *name,
    size_t *left, struct error *err);

#endif
