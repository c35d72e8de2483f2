/* holds.c -- whether the conditions of a stanza hold.
 * SPDX-License-Identifier: MIT */
#include "match/holds.h"

#include <stdint.h>

int
condition_holds(const struct condition *condition, struct message *message,
    struct regex_run *run)
{
	switch (condition->kind) {
	case CONDITION_TEXT:
		return slice_find(message->text, condition->value) !=
		    SIZE_MAX;
	case CONDITION_REGEX:
		return regex_match(condition->regex, run, message->text);
	case CONDITION_FILTER:
		return pattern_match(condition->pattern, message, run);
	case CONDITION_GLOB:
		break;
	}
	return 0;
}

int
condition_holds_name(const struct condition *condition, struct slice name,
    struct regex_run *run)
{
	switch (condition->kind) {
	case CONDITION_TEXT:
		return slice_find(name, condition->value) != SIZE_MAX;
	case CONDITION_REGEX:
		return regex_match(condition->regex, run, name);
	case CONDITION_GLOB:
		return glob_match(condition->glob, name);
	case CONDITION_FILTER:
		break;
	}
	return 0;
}

/* Says what decided. */
static int
decide(struct held *held, int result, enum decision decision,
    const struct condition *condition)
{
	held->decision = result == -1 ? DECIDED_GAVE_UP : decision;
	held->decided = condition;
	return result;
}

/* The decisions over a group or stream. */
struct place_decisions {
	enum decision unknown, other;
};

/* One of the lines for a group or stream. */
static enum place
one_place(const struct conditions *conditions, struct slice name,
    bool known_only, struct regex_run *run, struct held *held,
    const struct condition **here, struct place_decisions decisions)
{
	*here = NULL;
	if (conditions->count == 0)
		return PLACE_ANYWHERE;
	if (name.len == 0) {
		decide(held, 0, decisions.unknown, NULL);
		return known_only ? PLACE_ELSEWHERE : PLACE_ANYWHERE;
	}
	for (size_t i = 0; i < conditions->count; i++) {
		const struct condition *condition = &conditions->list[i];
		int holds = condition_holds_name(condition, name, run);

		if (holds == -1) {
			decide(held, -1, DECIDED_GAVE_UP, condition);
			return PLACE_GAVE_UP;
		}
		if (holds == 1) {
			*here = condition;
			return PLACE_HERE;
		}
	}
	decide(held, 0, decisions.other, NULL);
	return PLACE_ELSEWHERE;
}

enum place
place_of(const struct rule *rule, const struct origin *origin,
    bool known_only, struct held *held)
{
	enum place group, stream;

	if (rule->group_required && origin->group.len == 0) {
		decide(held, 0, DECIDED_GROUP_UNKNOWN, NULL);
		return PLACE_ELSEWHERE;
	}
	group = one_place(&rule->group, origin->group, known_only,
	    held->group_run, held, &held->group, (struct place_decisions){
	    DECIDED_GROUP_UNKNOWN, DECIDED_GROUP });
	if (group == PLACE_ELSEWHERE || group == PLACE_GAVE_UP)
		return group;
	stream = one_place(&rule->stream, origin->stream, known_only,
	    held->stream_run, held, &held->stream, (struct place_decisions){
	    DECIDED_STREAM_UNKNOWN, DECIDED_STREAM });
	if (stream == PLACE_ELSEWHERE || stream == PLACE_GAVE_UP)
		return stream;
	decide(held, 1, DECIDED_HOLDS, NULL);
	return group == PLACE_HERE || stream == PLACE_HERE ? PLACE_HERE :
	    PLACE_ANYWHERE;
}

/* One of the match lines, if there are any. */
static int
match_holds(const struct rule *rule, struct message *message,
    struct held *held)
{
	held->match = NULL;
	for (size_t i = 0; i < rule->match.count; i++) {
		const struct condition *condition = &rule->match.list[i];
		int holds = condition_holds(condition, message,
		    held->match_run);

		if (holds == 1)
			held->match = condition;
		if (holds != 0)
			return decide(held, holds, DECIDED_HOLDS, condition);
	}
	return rule->match.count == 0 ? decide(held, 1, DECIDED_HOLDS, NULL) :
	    decide(held, 0, DECIDED_MATCH, NULL);
}

int
message_holds(const struct rule *rule, struct message *message,
    struct held *held)
{
	int holds = match_holds(rule, message, held);

	for (size_t i = 0; holds == 1 && i < rule->require.count; i++) {
		holds = condition_holds(&rule->require.list[i], message,
		    held->match_run);
		if (holds != 1)
			decide(held, holds, DECIDED_REQUIRE,
			    &rule->require.list[i]);
	}
	for (size_t i = 0; holds == 1 && i < rule->unless.count; i++) {
		holds = condition_holds(&rule->unless.list[i], message,
		    held->match_run);
		if (holds != 0)
			decide(held, holds, DECIDED_UNLESS,
			    &rule->unless.list[i]);
		if (holds != -1)
			holds = !holds;
	}
	return holds;
}

void
held_again(struct held *held, const struct message *message)
{
	if (held->match != NULL && held->match->regex != NULL)
		regex_match(held->match->regex, held->match_run,
		    message->text);
}

static bool
capture_of(const struct condition *condition, const struct regex_run *run,
    struct slice name, struct slice *value)
{
	unsigned group;

	if (condition == NULL || condition->regex == NULL)
		return false;
	group = regex_group(condition->regex, name);
	if (group == 0)
		return false;
	*value = regex_capture(run, group);
	return value->data != NULL;
}

struct slice
held_capture(void *ctx, struct slice name)
{
	const struct held *held = ctx;
	struct slice value = { NULL, 0 };

	if (!capture_of(held->match, held->match_run, name, &value) &&
	    !capture_of(held->stream, held->stream_run, name, &value))
		capture_of(held->group, held->group_run, name, &value);
	return value;
}

bool
stanza_service(const struct rule *rule, struct held *held,
    struct message *message, const struct origin *origin,
    struct regex_run *run, struct buf *out)
{
	struct slice name;

	if (rule->service != NULL)
		return service_name(rule->service, out, message, origin,
		    held_capture, held, run);
	name = held_capture(held, slice_from("service"));
	return name.len > 0 && buf_add_slice(out, name);
}
