/* holds.c -- whether the conditions of a stanza hold.
 * SPDX-License-Identifier: MIT */
#include "match/holds.h"

#include <stdint.h>

static int
message_condition(const struct condition *condition, struct message *message,
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

static int
place_condition(const struct condition *condition, struct slice name,
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

/* One of the lines for a group or stream. */
static enum place
one_place(const struct conditions *conditions, struct slice name,
    bool known_only, struct regex_run *run, const struct condition **held)
{
	*held = NULL;
	if (conditions->count == 0)
		return PLACE_ANYWHERE;
	if (name.len == 0)
		return known_only ? PLACE_ELSEWHERE : PLACE_ANYWHERE;
	for (size_t i = 0; i < conditions->count; i++) {
		int holds = place_condition(&conditions->list[i], name, run);

		if (holds == -1)
			return PLACE_GAVE_UP;
		if (holds == 1) {
			*held = &conditions->list[i];
			return PLACE_HERE;
		}
	}
	return PLACE_ELSEWHERE;
}

enum place
place_of(const struct rule *rule, const struct origin *origin,
    bool known_only, struct held *held)
{
	enum place group, stream;

	if (rule->group_required && origin->group.len == 0)
		return PLACE_ELSEWHERE;
	group = one_place(&rule->group, origin->group, known_only,
	    held->group_run, &held->group);
	if (group == PLACE_ELSEWHERE || group == PLACE_GAVE_UP)
		return group;
	stream = one_place(&rule->stream, origin->stream, known_only,
	    held->stream_run, &held->stream);
	if (stream == PLACE_ELSEWHERE || stream == PLACE_GAVE_UP)
		return stream;
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
		int holds = message_condition(condition, message,
		    held->match_run);

		if (holds == 1)
			held->match = condition;
		if (holds != 0)
			return holds;
	}
	return rule->match.count == 0;
}

int
message_holds(const struct rule *rule, struct message *message,
    struct held *held)
{
	int holds = match_holds(rule, message, held);

	for (size_t i = 0; holds == 1 && i < rule->require.count; i++)
		holds = message_condition(&rule->require.list[i], message,
		    held->match_run);
	for (size_t i = 0; holds == 1 && i < rule->unless.count; i++) {
		holds = message_condition(&rule->unless.list[i], message,
		    held->match_run);
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
