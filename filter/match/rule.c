/* rule.c -- one stanza of a rule file and what it needs.
 * SPDX-License-Identifier: MIT */
#include "match/rule.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

static void
slice_release(struct slice s)
{
	free((void *)(uintptr_t)s.data);
}

static void
conditions_free(struct conditions *conditions)
{
	for (size_t i = 0; i < conditions->count; i++) {
		struct condition *c = &conditions->list[i];

		glob_free(c->glob);
		pattern_free(c->pattern);
		regex_free(c->regex);
		slice_release(c->value);
	}
	free(conditions->list);
}

struct rule *
rule_new(enum stanza stanza, struct slice id)
{
	struct rule *rule = mem_zero(1, sizeof *rule);

	rule->stanza = stanza;
	rule->id = (struct slice){ mem_copy(id), id.len };
	rule->level = LEVEL_ERROR;
	rule->at_least = 1;
	return rule;
}

void
rule_free(struct rule *rule)
{
	if (rule == NULL)
		return;
	for (size_t i = 0; i < rule->example_count; i++) {
		slice_release(rule->examples[i].stream);
		slice_release(rule->examples[i].group);
		slice_release(rule->examples[i].service);
		slice_release(rule->examples[i].text);
	}
	free(rule->examples);
	for (size_t i = 0; i < rule->silence_count; i++)
		slice_release(rule->silences[i]);
	free(rule->silence_lines);
	free(rule->silences);
	service_free(rule->service);
	conditions_free(&rule->stream);
	conditions_free(&rule->group);
	conditions_free(&rule->unless);
	conditions_free(&rule->require);
	conditions_free(&rule->match);
	free((void *)(uintptr_t)rule->file);
	slice_release(rule->id);
	free(rule);
}

bool
rule_silences(const struct rule *ignore, const struct rule *rule)
{
	if (ignore->silence_count == 0)
		return true;
	for (size_t i = 0; i < ignore->silence_count; i++)
		if (slice_equal(ignore->silences[i], rule->id))
			return true;
	return false;
}

void
condition_need(const struct condition *condition, struct need *need)
{
	switch (condition->kind) {
	case CONDITION_TEXT:
		need_literal(need, condition->value);
		break;
	case CONDITION_REGEX:
		regex_need(condition->regex, need);
		break;
	case CONDITION_FILTER:
		pattern_need(condition->pattern, need);
		break;
	case CONDITION_GLOB:
		need_free(need);
		break;
	}
}

/* One of the match lines holds and all of the require lines do. */
void
rule_need(const struct rule *rule, struct need *need)
{
	need_free(need);
	for (size_t i = 0; i < rule->match.count; i++) {
		struct need one = { .known = false };

		condition_need(&rule->match.list[i], &one);
		if (i == 0)
			*need = one;
		else
			need_or(need, &one);
	}
	for (size_t i = 0; i < rule->require.count; i++) {
		struct need one = { .known = false };

		condition_need(&rule->require.list[i], &one);
		need_and(need, &one);
	}
}
