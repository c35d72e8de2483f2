/* load.c -- the rules that a command line asks for.
 * SPDX-License-Identifier: MIT */
#include "verbs/load.h"

#include <string.h>

#include "base/diag.h"

int
load_rules(struct ruleset *set, const struct options *options)
{
	bool builtin = options->rule_count == 0;

	for (size_t i = 0; i < options->rule_count; i++) {
		const struct rule_option *rule = &options->rules[i];

		if (rule->kind != 'r')
			ruleset_add(set, rule->kind, slice_from(rule->value));
		else if (strcmp(rule->value, "builtin") == 0)
			builtin = true;
		else
			ruleset_read_path(set, rule->value);
	}
	ruleset_read_builtin(set, builtin);
	for (size_t i = 0; i < options->without_count; i++)
		ruleset_without(set, slice_from(options->without[i]));
	if (ruleset_finish(set) == 0)
		return 0;
	diag_raw(buf_slice(&set->errors));
	return -1;
}
