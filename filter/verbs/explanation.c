/* explanation.c -- one record and every rule that came near it, as data.
 * SPDX-License-Identifier: MIT */
#include "verbs/explanation.h"

#include <stdlib.h>

#include "base/mem.h"

/* What finding out needs. */
struct seeker {
	struct explanation *ex;
	struct reasoner *reasoner;
	struct regex_run *run;
	const struct ruleset *set;
	bool all;		/* also conditions that decided nothing */
};

void
explanation_free(struct explanation *explanation)
{
	free(explanation->findings);
	free(explanation->conditions);
	free(explanation->stanzas);
	*explanation = (struct explanation){ .number = 0 };
}

bool
stanza_report_holds(const struct stanza_report *report)
{
	return report->decision == DECIDED_HOLDS && report->ignored == NULL;
}

/* ---- one condition ---- */

static void
on_finding(void *ctx, const struct finding *finding)
{
	struct explanation *ex = ctx;

	ex->findings = mem_grow(ex->findings, ex->finding_count + 1,
	    &ex->finding_room, sizeof *ex->findings);
	ex->findings[ex->finding_count++] = *finding;
}

static struct condition_report *
add_condition(struct seeker *s, const struct condition *condition,
    const char *key)
{
	struct explanation *ex = s->ex;
	struct condition_report *report;

	ex->conditions = mem_grow(ex->conditions, ex->condition_count + 1,
	    &ex->condition_room, sizeof *ex->conditions);
	report = &ex->conditions[ex->condition_count++];
	*report = (struct condition_report){ .condition = condition,
	    .key = key, .finding = ex->finding_count };
	return report;
}

static void
add_found(struct seeker *s, const struct condition *condition,
    const char *key, int holds, struct slice span)
{
	struct condition_report *report = add_condition(s, condition, key);
	struct finder finder = { s->ex, on_finding };

	report->holds = holds;
	report->span = span;
	if (condition->kind != CONDITION_FILTER)
		return;
	report->obstacle = pattern_explain(condition->pattern,
	    reasoner_message(s->reasoner), s->run, &finder);
	report->finding_count = s->ex->finding_count - report->finding;
}

/* ---- one stanza ---- */

/* The line that holds, or all when none does. */
static void
seek_place(struct seeker *s, const struct conditions *list, const char *key,
    struct slice name)
{
	static const struct slice nowhere = { NULL, 0 };

	if (name.len == 0)
		return;			/* the decision says so */
	for (size_t i = 0; i < list->count; i++) {
		int holds = condition_holds_name(&list->list[i], name,
		    s->run);

		if (holds == 0)
			continue;
		add_found(s, &list->list[i], key, holds, nowhere);
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		add_found(s, &list->list[i], key, 0, nowhere);
}

/* Up to the line that holds; the others before it, and when none does, only if all
 * are asked for. */
static void
seek_match(struct seeker *s, const struct conditions *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct slice span;
		int holds = reason_condition(s->reasoner, &list->list[i],
		    &span);

		if (holds != 0 || s->all)
			add_found(s, &list->list[i], "match", holds, span);
		if (holds != 0)
			return;
	}
}

/* unless: only those that hold, unless all are asked for. */
static void
seek_all(struct seeker *s, const struct conditions *list, const char *key,
    bool only_held)
{
	for (size_t i = 0; i < list->count; i++) {
		struct slice span;
		int holds = reason_condition(s->reasoner, &list->list[i],
		    &span);

		if (holds != 0 || s->all || !only_held)
			add_found(s, &list->list[i], key, holds, span);
	}
}

static void
seek_conditions(struct seeker *s, const struct rule *stanza)
{
	const struct origin *origin = &s->ex->origin;

	seek_place(s, &stanza->group, "group", origin->group);
	seek_place(s, &stanza->stream, "stream", origin->stream);
	seek_match(s, &stanza->match);
	seek_all(s, &stanza->require, "require", false);
	seek_all(s, &stanza->unless, "unless", true);
}

static void
seek_stanza(struct seeker *s, const struct rule *stanza)
{
	struct explanation *ex = s->ex;
	struct stanza_report report = { .stanza = stanza,
	    .condition = ex->condition_count };
	struct reason reason;

	reason_stanza(s->reasoner, stanza, &reason);
	report.decision = reason.decision;
	if (report.decision == DECIDED_HOLDS &&
	    stanza->stanza == STANZA_RULE)
		report.ignored = reason_ignored(s->reasoner, s->set, stanza,
		    &reason);
	seek_conditions(s, stanza);
	report.own_count = ex->condition_count - report.condition;
	if (report.ignored != NULL)
		seek_conditions(s, report.ignored);
	report.condition_count = ex->condition_count - report.condition;
	ex->stanzas = mem_grow(ex->stanzas, ex->stanza_count + 1,
	    &ex->stanza_room, sizeof *ex->stanzas);
	ex->stanzas[ex->stanza_count++] = report;
}

/* ---- all ---- */

/* Some match line holds, or gave up. */
static bool
is_near(struct seeker *s, const struct rule *rule)
{
	for (size_t i = 0; i < rule->match.count; i++) {
		struct slice span;

		if (reason_condition(s->reasoner, &rule->match.list[i],
		    &span) != 0)
			return true;
	}
	return false;
}

/* Those that matched first, each kind in the order of the set. */
static void
put_in_order(struct explanation *ex)
{
	size_t held = 0;

	for (size_t i = 0; i < ex->stanza_count; i++) {
		struct stanza_report report = ex->stanzas[i];

		if (!stanza_report_holds(&report))
			continue;
		for (size_t j = i; j > held; j--)
			ex->stanzas[j] = ex->stanzas[j - 1];
		ex->stanzas[held++] = report;
	}
}

void
explanation_find(struct explanation *explanation,
    struct reasoner *reasoner, struct regex_run *run,
    const struct ruleset *set, const struct rule *only)
{
	struct seeker seeker = { explanation, reasoner, run, set,
	    only != NULL };

	explanation->stanza_count = 0;
	explanation->condition_count = 0;
	explanation->finding_count = 0;
	reasoner_take(reasoner, explanation->message, &explanation->origin);
	if (only != NULL) {
		seek_stanza(&seeker, only);
		return;
	}
	for (size_t i = 0; i < set->rule_count; i++)
		if (is_near(&seeker, set->rules[i]))
			seek_stanza(&seeker, set->rules[i]);
	put_in_order(explanation);
}
