/* reason.c -- why a stanza holds for a record or does not.
 * SPDX-License-Identifier: MIT */
#include "match/reason.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/mem.h"

struct reasoner {
	struct held held;	/* its three runs are ours */
	struct regex_run *name_run;
	struct buf draft;	/* a name before it is cleaned */
	struct json json;
	struct message message;
	struct origin origin;
};

struct reasoner *
reasoner_new(void)
{
	struct reasoner *reasoner = mem_zero(1, sizeof *reasoner);

	reasoner->held.match_run = regex_run_new();
	reasoner->held.stream_run = regex_run_new();
	reasoner->held.group_run = regex_run_new();
	reasoner->name_run = regex_run_new();
	buf_init(&reasoner->draft, BUF_NO_LIMIT);
	reasoner->message.json = &reasoner->json;
	return reasoner;
}

void
reasoner_free(struct reasoner *reasoner)
{
	if (reasoner == NULL)
		return;
	json_free(&reasoner->json);
	buf_free(&reasoner->draft);
	regex_run_free(reasoner->name_run);
	regex_run_free(reasoner->held.group_run);
	regex_run_free(reasoner->held.stream_run);
	regex_run_free(reasoner->held.match_run);
	free(reasoner);
}

void
reasoner_take(struct reasoner *reasoner, struct slice message,
    const struct origin *origin)
{
	reasoner->message = (struct message){ .whole = message,
	    .text = slice_chomp(message), .json = &reasoner->json };
	reasoner->origin = *origin;
}

struct message *
reasoner_message(struct reasoner *reasoner)
{
	return &reasoner->message;
}

int
reason_condition(struct reasoner *reasoner, const struct condition *condition,
    struct slice *span)
{
	struct regex_run *run = reasoner->held.match_run;
	int holds = condition_holds(condition, &reasoner->message, run);
	size_t at;

	*span = (struct slice){ NULL, 0 };
	if (holds != 1)
		return holds;
	switch (condition->kind) {
	case CONDITION_TEXT:
		at = slice_find(reasoner->message.text, condition->value);
		*span = slice_cut(reasoner->message.text, at,
		    at + condition->value.len);
		break;
	case CONDITION_REGEX:
		*span = regex_capture(run, 0);
		break;
	case CONDITION_FILTER:
	case CONDITION_GLOB:
		break;
	}
	return holds;
}

const char *
reason_findings(struct reasoner *reasoner, const struct condition *condition,
    const struct finder *finder)
{
	return pattern_explain(condition->pattern, &reasoner->message,
	    reasoner->held.match_run, finder);
}

/* The stanza's place and conditions, in the matcher's order. */
static void
ask(struct reasoner *reasoner, const struct rule *stanza, bool known_only,
    struct reason *reason)
{
	struct held *held = &reasoner->held;

	*reason = (struct reason){ .decision = DECIDED_HOLDS };
	held->match = held->group = held->stream = NULL;
	reason->place = place_of(stanza, &reasoner->origin, known_only, held);
	if (reason->place != PLACE_ELSEWHERE && reason->place != PLACE_GAVE_UP)
		message_holds(stanza, &reasoner->message, held);
	reason->decision = held->decision;
	reason->match = held->match;
	reason->group = held->group;
	reason->stream = held->stream;
	if (reason->decision != DECIDED_HOLDS)
		reason->decided = held->decided;
}

void
reason_stanza(struct reasoner *reasoner, const struct rule *stanza,
    struct reason *reason)
{
	ask(reasoner, stanza, stanza->stanza != STANZA_RULE, reason);
	if (reason->match != NULL)
		reason_condition(reasoner, reason->match, &reason->match_span);
	if (reason->decided != NULL && reason->decision != DECIDED_GAVE_UP)
		reason_condition(reasoner, reason->decided,
		    &reason->decided_span);
}

bool
reason_service(struct reasoner *reasoner, const struct rule *stanza,
    struct buf *out)
{
	struct reason reason;
	size_t start = out->len;

	ask(reasoner, stanza, stanza->stanza != STANZA_RULE, &reason);
	if (reason.decision != DECIDED_HOLDS)
		return false;
	held_again(&reasoner->held, &reasoner->message);
	/* where it applies gives captures to a naming alone */
	if (stanza->stanza == STANZA_RULE)
		reasoner->held.group = reasoner->held.stream = NULL;
	buf_clear(&reasoner->draft);
	if (!stanza_service(stanza, &reasoner->held, &reasoner->message,
	    &reasoner->origin, reasoner->name_run, &reasoner->draft))
		return false;
	clean_name(out, buf_slice(&reasoner->draft));
	return out->len > start;
}

const struct rule *
reason_ignored(struct reasoner *reasoner, const struct ruleset *set,
    const struct rule *rule, struct reason *reason)
{
	for (size_t i = 0; i < set->ignore_count; i++) {
		const struct rule *ignore = set->ignores[i];

		if (!rule_silences(ignore, rule))
			continue;
		reason_stanza(reasoner, ignore, reason);
		if (reason->decision == DECIDED_HOLDS)
			return ignore;
	}
	return NULL;
}

static bool
is_of(const struct conditions *conditions, const struct condition *condition)
{
	for (size_t i = 0; i < conditions->count; i++)
		if (&conditions->list[i] == condition)
			return true;
	return false;
}

const char *
reason_key(const struct rule *stanza, const struct condition *condition)
{
	if (is_of(&stanza->match, condition))
		return "match";
	if (is_of(&stanza->require, condition))
		return "require";
	if (is_of(&stanza->unless, condition))
		return "unless";
	return is_of(&stanza->group, condition) ? "group" : "stream";
}

const char *
reason_kind(const struct condition *condition)
{
	switch (condition->kind) {
	case CONDITION_TEXT:
		return "text";
	case CONDITION_REGEX:
		return "regex";
	case CONDITION_FILTER:
		return "filter";
	case CONDITION_GLOB:
		return "glob";
	}
	return "?";
}
