/* because.c -- a reason in words: the condition that decided, and where it stands.
 * SPDX-License-Identifier: MIT */
#include "verbs/because.h"

#include "base/clean.h"
#include "verbs/verdict.h"

#define FALSEHOODS 3			/* comparisons of a filter that are shown */

static void
begin(struct buf *out, const struct rule *stanza, unsigned line)
{
	buf_text(out, "because:  ");
	clean_line(out, slice_from(stanza->file));
	buf_printf(out, ":%u: ", line);
}

/* `rules/x.rules:7: unless text dry run` */
static void
print_condition(struct buf *out, const struct rule *stanza,
    const struct condition *condition)
{
	begin(out, stanza, condition->line);
	buf_printf(out, "%s %s ", reason_key(stanza, condition),
	    reason_kind(condition));
	verdict_excerpt(out, condition->value);
}

/* `: holds, at byte 23: dry run` */
static void
print_holds(struct buf *out, struct slice span, struct slice message)
{
	buf_text(out, ": holds");
	if (span.data != NULL) {
		buf_printf(out, ", at byte %zu: ",
		    (size_t)(span.data - message.data));
		verdict_excerpt(out, span);
	}
	buf_byte(out, '\n');
}

/* A filter that does not hold: the comparisons that are false of what they saw. */
struct falsehoods {
	struct buf *out;
	const struct condition *condition;
	unsigned count;
};

static void
print_falsehood(void *ctx, const struct finding *finding)
{
	struct falsehoods *f = ctx;

	if (finding->holds != 0 || finding->seen.data == NULL ||
	    ++f->count > FALSEHOODS)
		return;
	buf_text(f->out, f->count == 1 ? "; false: " : ", ");
	verdict_excerpt(f->out, slice_cut(f->condition->value, finding->from,
	    finding->to));
	buf_text(f->out, " (it is ");
	verdict_excerpt(f->out, finding->seen);
	buf_byte(f->out, ')');
}

static void
print_fails(struct buf *out, struct reasoner *reasoner,
    const struct rule *stanza, const struct condition *condition)
{
	struct falsehoods f = { .out = out, .condition = condition };
	struct finder finder = { &f, print_falsehood };

	print_condition(out, stanza, condition);
	buf_text(out, ": does not hold");
	if (condition->kind == CONDITION_FILTER)
		reason_findings(reasoner, condition, &finder);
	buf_byte(out, '\n');
}

/* Where it says that it applies. */
static void
print_place(struct buf *out, const struct rule *stanza,
    const struct condition *condition, struct slice name)
{
	if (condition == NULL)
		return;
	print_condition(out, stanza, condition);
	buf_text(out, ": holds for ");
	verdict_excerpt(out, name);
	buf_byte(out, '\n');
}

/* None of these holds for the group or stream. */
static void
print_elsewhere(struct buf *out, const struct rule *stanza,
    const struct conditions *conditions, struct slice name)
{
	for (size_t i = 0; i < conditions->count; i++) {
		print_condition(out, stanza, &conditions->list[i]);
		buf_text(out, ": does not hold for ");
		verdict_excerpt(out, name);
		buf_byte(out, '\n');
	}
}

void
because_stanza(struct buf *out, struct reasoner *reasoner,
    const struct rule *stanza, const struct reason *reason,
    const struct origin *origin)
{
	struct slice message = reasoner_message(reasoner)->text;

	switch (reason->decision) {
	case DECIDED_HOLDS:
		print_place(out, stanza, reason->group, origin->group);
		print_place(out, stanza, reason->stream, origin->stream);
		if (reason->match != NULL) {
			print_condition(out, stanza, reason->match);
			print_holds(out, reason->match_span, message);
		} else if (reason->group == NULL && reason->stream == NULL) {
			begin(out, stanza, stanza->line);
			buf_text(out, "nothing in it speaks against it\n");
		}
		break;
	case DECIDED_GROUP_UNKNOWN:
	case DECIDED_STREAM_UNKNOWN:
		begin(out, stanza, stanza->line);
		buf_printf(out, "the log %s is not known (\"@ GROUP STREAM\" in "
		    "front of an example says it)\n", reason->decision ==
		    DECIDED_GROUP_UNKNOWN ? "group" : "stream");
		break;
	case DECIDED_GROUP:
		print_elsewhere(out, stanza, &stanza->group, origin->group);
		break;
	case DECIDED_STREAM:
		print_elsewhere(out, stanza, &stanza->stream, origin->stream);
		break;
	case DECIDED_MATCH:
		for (size_t i = 0; i < stanza->match.count; i++)
			print_fails(out, reasoner, stanza,
			    &stanza->match.list[i]);
		break;
	case DECIDED_REQUIRE:
		print_fails(out, reasoner, stanza, reason->decided);
		break;
	case DECIDED_UNLESS:
		print_condition(out, stanza, reason->decided);
		print_holds(out, reason->decided_span, message);
		break;
	case DECIDED_GAVE_UP:
		print_condition(out, stanza, reason->decided);
		buf_text(out, ": gave up, this takes too many steps\n");
		break;
	}
}

void
because_named(struct buf *out, enum namer namer, const struct rule *naming)
{
	switch (namer) {
	case NAMER_RULE:
	case NAMER_NAMING:
		begin(out, naming, naming->line);
		buf_printf(out, "%s ", namer == NAMER_RULE ? "rule" : "naming");
		clean_line(out, naming->id);
		buf_text(out, " gives the name\n");
		break;
	case NAMER_OPTION:
		buf_text(out, "because:  the command line gives the name\n");
		break;
	case NAMER_GROUP:
		buf_text(out, "because:  no stanza gives a name, so it is the "
		    "log group\n");
		break;
	case NAMER_STREAM:
		buf_text(out, "because:  no stanza gives a name, so it is the "
		    "log stream\n");
		break;
	case NAMER_NOTHING:
		buf_text(out, "because:  no stanza gives a name, and the group "
		    "is not known\n");
		break;
	}
}
