/* plan.c -- the rules of a run made ready for searching.
 * SPDX-License-Identifier: MIT */
#include "match/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A literal is printable ASCII that no escaping must change, but JSON may
 * write any letter as \u00XX all the same: six escapes tell of that in the
 * record itself, and a doubled backslash in JSON that stands in JSON. */
static const char *const escapes[] = {
	"\\u002", "\\u003", "\\u004", "\\u005", "\\u006", "\\u007",
	"\\\\u",
};

#define ESCAPES (sizeof escapes / sizeof escapes[0])
#define DOUBLED (ESCAPES - 1)

static void
list_add(struct plan_list *list, size_t rule)
{
	if (list->count > 0 && list->rules[list->count - 1] == rule)
		return;
	list->rules = mem_grow(list->rules, list->count + 1, &list->room,
	    sizeof *list->rules);
	list->rules[list->count++] = (uint32_t)rule;
}

static int
by_id(const void *a, const void *b)
{
	const struct plan_rule *x = a, *y = b;

	return slice_compare(x->rule->id, y->rule->id);
}

/* Stream before message before group: the nearer it is to what failed. */
static int
naming_class(const struct rule *naming)
{
	if (naming->match.count > 0)
		return 1;
	return naming->stream.count > 0 ? 0 : 2;
}

static int
by_class_place_id(const void *a, const void *b)
{
	const struct rule *x = *(const struct rule *const *)a;
	const struct rule *y = *(const struct rule *const *)b;

	if (naming_class(x) != naming_class(y))
		return naming_class(x) - naming_class(y);
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return slice_compare(x->id, y->id);
}

static bool
is_decoding(const struct conditions *conditions)
{
	for (size_t i = 0; i < conditions->count; i++)
		if (conditions->list[i].kind == CONDITION_FILTER &&
		    pattern_is_json(conditions->list[i].pattern))
			return true;
	return false;
}

static void
add_literal(struct plan *plan, const struct literal *literal, size_t rule)
{
	size_t i = 0;

	while (i < plan->literal_count &&
	    !literal_equal(&plan->literals[i], literal))
		i++;
	if (i == plan->literal_count) {
		size_t room = plan->literal_room;

		plan->literals = mem_grow(plan->literals, i + 1, &room,
		    sizeof *plan->literals);
		plan->lists = mem_grow(plan->lists, i + 1,
		    &plan->literal_room, sizeof *plan->lists);
		plan->literals[i] = *literal;
		plan->lists[i] = (struct plan_list){ .count = 0 };
		plan->literal_count++;
	}
	list_add(&plan->lists[i], rule);
}

static void
build_search(struct plan *plan)
{
	size_t count = plan->literal_count;
	struct literal *all;

	if (count == 0)
		return;
	all = mem_zero(count + ESCAPES, sizeof *all);
	memcpy(all, plan->literals, count * sizeof *all);
	for (size_t i = 0; i < ESCAPES; i++)
		all[count + i].text = slice_from(escapes[i]);
	free(plan->literals);
	plan->literals = all;
	plan->search = search_new(all, count + ESCAPES, false);
}

struct plan *
plan_new(const struct ruleset *set, enum level lowest, bool search)
{
	struct plan *plan = mem_zero(1, sizeof *plan);

	plan->set = set;
	plan->searching = search;
	plan->rules = mem_zero(set->rule_count, sizeof *plan->rules);
	for (size_t i = 0; i < set->rule_count; i++)
		if (set->rules[i]->level >= lowest)
			plan->rules[plan->rule_count++].rule = set->rules[i];
	qsort(plan->rules, plan->rule_count, sizeof *plan->rules, by_id);
	for (size_t i = 0; i < plan->rule_count; i++) {
		struct plan_rule *r = &plan->rules[i];

		rule_need(r->rule, &r->need);
		r->sees_escapes = is_decoding(&r->rule->match) ||
		    is_decoding(&r->rule->require);
		if (r->sees_escapes)
			list_add(&plan->decoding, i);
		if (!r->need.known)
			list_add(&plan->always, i);
		for (size_t j = 0; j < r->need.count; j++)
			add_literal(plan, &r->need.literals[j], i);
	}
	build_search(plan);

	plan->namings = mem_zero(set->naming_count, sizeof *plan->namings);
	for (size_t i = 0; i < set->naming_count; i++)
		plan->namings[plan->naming_count++] = set->namings[i];
	qsort(plan->namings, plan->naming_count, sizeof *plan->namings,
	    by_class_place_id);
	return plan;
}

void
plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	free(plan->namings);
	search_free(plan->search);
	for (size_t i = 0; i < plan->literal_count; i++)
		free(plan->lists[i].rules);
	free(plan->lists);
	free(plan->literals);
	free(plan->decoding.rules);
	free(plan->always.rules);
	for (size_t i = 0; i < plan->rule_count; i++)
		need_free(&plan->rules[i].need);
	free(plan->rules);
	free(plan);
}

enum plan_escape
plan_escape(const struct plan *plan, size_t found, enum escaping escaping)
{
	if (found < plan->literal_count)
		return PLAN_ESCAPE_NONE;
	found -= plan->literal_count;
	switch (escaping) {
	case ESCAPING_JSON:
		return found == DOUBLED ? PLAN_ESCAPE_DECODING :
		    PLAN_ESCAPE_ALL;
	case ESCAPING_NONE:
	case ESCAPING_CSV:
		return found == DOUBLED ? PLAN_ESCAPE_NONE :
		    PLAN_ESCAPE_DECODING;
	}
	return PLAN_ESCAPE_ALL;
}

bool
plan_could_hold(const struct plan *plan, const struct plan_rule *rule,
    struct slice bytes, enum escaping escaping)
{
	if (!rule->need.known)
		return true;
	for (size_t i = 0; i < rule->need.count; i++)
		if (literal_is_in(&rule->need.literals[i], bytes))
			return true;
	for (size_t i = 0; i < ESCAPES; i++) {
		enum plan_escape escape = plan_escape(plan,
		    plan->literal_count + i, escaping);

		if (escape == PLAN_ESCAPE_NONE ||
		    (escape == PLAN_ESCAPE_DECODING && !rule->sees_escapes))
			continue;
		if (slice_find(bytes, slice_from(escapes[i])) != SIZE_MAX)
			return true;
	}
	return false;
}
