/* example.c -- the examples of rules, tried as records of a real run.
 * SPDX-License-Identifier: MIT */
#include "verbs/example.h"

#include <stdlib.h>

#include "base/clean.h"
#include "base/mem.h"
#include "input/chunk.h"
#include "match/matcher.h"
#include "match/reason.h"
#include "verbs/because.h"

/* What the matcher said of one example. */
struct outcome {
	bool own;			/* its rule matched */
	struct buf rules;		/* all that did: "a, b" */
	struct buf service;
	enum namer namer;
	const struct rule *naming;
};

struct trial {
	const struct ruleset *set;
	struct verdict *verdict;
	struct fired *fired;
	struct chunk chunk;

	/* by record of the chunk */
	const struct rule **stanzas;
	const struct example **examples;
	struct outcome *outcomes;
	size_t room;

	struct reasoner *reasoner;
	struct buf place, what, details;	/* of the one being told */
};

static struct origin
origin_of(const struct example *example)
{
	return (struct origin){ .group = example->group,
	    .stream = example->stream };
}

static void
add_example(struct trial *trial, const struct rule *stanza,
    const struct example *example)
{
	struct chunk *chunk = &trial->chunk;
	struct origin origin = origin_of(example);
	uint32_t index = chunk_add_origin(chunk, &origin);
	struct record *record = chunk_add_record(chunk);
	size_t at = chunk->count - 1;

	*record = (struct record){ .offset = chunk->bytes.len,
	    .len = example->text.len, .at = example->line, .origin = index };
	buf_add_slice(&chunk->bytes, example->text);
	buf_byte(&chunk->bytes, '\n');
	if (at >= trial->room) {
		size_t stanza_room = trial->room, example_room = trial->room;

		trial->stanzas = mem_grow(trial->stanzas, at + 1, &stanza_room,
		    sizeof *trial->stanzas);
		trial->examples = mem_grow(trial->examples, at + 1,
		    &example_room, sizeof *trial->examples);
		trial->outcomes = mem_grow(trial->outcomes, at + 1,
		    &trial->room, sizeof *trial->outcomes);
	}
	trial->stanzas[at] = stanza;
	trial->examples[at] = example;
	trial->outcomes[at] = (struct outcome){ .own = false };
	buf_init(&trial->outcomes[at].rules, BUF_NO_LIMIT);
	buf_init(&trial->outcomes[at].service, BUF_NO_LIMIT);
}

static void
add_examples(struct trial *trial, struct rule *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < list[i]->example_count; j++)
			add_example(trial, list[i], &list[i]->examples[j]);
}

static void
on_match(void *ctx, const struct match *match)
{
	struct trial *trial = ctx;
	struct outcome *outcome = &trial->outcomes[match->record];
	const struct rule *stanza = trial->stanzas[match->record];

	for (size_t i = 0; i < match->rule_count; i++) {
		struct slice id = match->rules[i].id;

		fired_mark(trial->fired, id);
		if (stanza->stanza == STANZA_RULE &&
		    slice_equal(id, stanza->id))
			outcome->own = true;
		if (i > 0)
			buf_text(&outcome->rules, ", ");
		buf_add_slice(&outcome->rules, id);
	}
	buf_add_slice(&outcome->service, match->service);
	outcome->namer = match->namer;
	outcome->naming = match->naming;
}

/* The reason says it with the condition. */
static void
on_gave_up(void *ctx, struct slice rule, const struct record *record)
{
	(void)ctx;
	(void)rule;
	(void)record;
}

static void
run(struct trial *trial)
{
	struct plan *plan = plan_new(trial->set, LEVEL_WARN, true);
	struct matcher *matcher = matcher_new(plan);
	struct naming naming = { .service = { NULL, 0 } };
	struct match_sink sink = { trial, on_match, on_gave_up };

	matcher_chunk(matcher, &trial->chunk, &naming, &sink);
	matcher_free(matcher);
	plan_free(plan);
}

/* ---- telling ---- */

static void
begin_test(struct trial *trial, const struct rule *stanza, unsigned line)
{
	buf_clear(&trial->place);
	buf_clear(&trial->what);
	buf_clear(&trial->details);
	buf_printf(&trial->place, "%s:%u", stanza->file, line);
	if (stanza->stanza != STANZA_RULE)
		buf_text(&trial->what, stanza->stanza == STANZA_IGNORE ?
		    "ignore " : "naming ");
	buf_add_slice(&trial->what, stanza->id);
}

static void
end_test(struct trial *trial)
{
	verdict_tell(trial->verdict, buf_slice(&trial->place),
	    buf_slice(&trial->what), buf_slice(&trial->details));
}

static void
print_example(struct trial *trial, const struct example *example)
{
	struct buf *out = &trial->details;

	buf_text(out, "example:  ");
	verdict_excerpt(out, example->text);
	if (example->group.data != NULL) {
		buf_text(out, "\nfrom:     ");
		clean_line(out, example->group);
		if (example->stream.data != NULL) {
			buf_byte(out, ' ');
			clean_line(out, example->stream);
		}
	}
	buf_byte(out, '\n');
}

static void
print_names(struct trial *trial, struct slice expected, struct slice got)
{
	struct buf *out = &trial->details;

	buf_text(out, "expected: the service ");
	clean_line(out, expected);
	buf_text(out, "\ngot:      the service ");
	clean_line(out, got);
	buf_byte(out, '\n');
}

/* Why the rule is not told for its example. */
static void
print_missing(struct trial *trial, const struct rule *rule,
    const struct example *example, const struct reason *reason)
{
	struct buf *out = &trial->details;
	struct origin origin = origin_of(example);
	const struct rule *ignore;
	struct reason why;

	if (reason->decision != DECIDED_HOLDS) {
		because_stanza(out, trial->reasoner, rule, reason, &origin);
		return;
	}
	ignore = reason_ignored(trial->reasoner, trial->set, rule, &why);
	if (ignore == NULL) {
		buf_text(out, "because:  the search passed over it although "
		    "the rule holds: a fault of cwsift\n");
		return;
	}
	buf_printf(out, "because:  %s:%u: ignore ", ignore->file, ignore->line);
	clean_line(out, ignore->id);
	buf_text(out, " silences it\n");
	because_stanza(out, trial->reasoner, ignore, &why, &origin);
}

static void
tell_rule_example(struct trial *trial, const struct rule *rule,
    const struct example *example, const struct outcome *outcome,
    const struct reason *reason)
{
	struct buf *out = &trial->details;
	struct slice service = buf_slice(&outcome->service);

	buf_text(&trial->what, example->must_match ? " matches" :
	    " does not match");
	if (outcome->own != example->must_match) {
		struct origin origin = origin_of(example);

		print_example(trial, example);
		buf_printf(out, "expected: %smatched by ",
		    example->must_match ? "" : "not ");
		clean_line(out, rule->id);
		buf_text(out, "\ngot:      ");
		if (outcome->rules.len == 0) {
			buf_text(out, "matched by no rule");
		} else {
			buf_text(out, "matched by ");
			clean_line(out, buf_slice(&outcome->rules));
		}
		buf_byte(out, '\n');
		if (example->must_match)
			print_missing(trial, rule, example, reason);
		else
			because_stanza(out, trial->reasoner, rule, reason,
			    &origin);
	} else if (outcome->own && example->service.data != NULL &&
	    !slice_equal(service, example->service)) {
		print_example(trial, example);
		print_names(trial, example->service, service);
		because_named(out, outcome->namer, outcome->naming);
	}
}

/* Of an ignore or a naming: whether it holds by itself. */
static void
tell_stanza_example(struct trial *trial, const struct rule *stanza,
    const struct example *example, const struct reason *reason)
{
	bool holds = reason->decision == DECIDED_HOLDS;
	struct origin origin = origin_of(example);
	struct buf name;

	buf_text(&trial->what, example->must_match ? " holds" :
	    " does not hold");
	buf_init(&name, BUF_NO_LIMIT);
	if (holds && stanza->stanza == STANZA_NAMING &&
	    !reason_service(trial->reasoner, stanza, &name))
		holds = false;		/* it gives no name: not here */
	if (holds != example->must_match) {
		print_example(trial, example);
		buf_printf(&trial->details, "expected: it %s\n"
		    "got:      it does%s\n", example->must_match ? "holds" :
		    "does not hold", holds ? "" : " not");
		because_stanza(&trial->details, trial->reasoner, stanza,
		    reason, &origin);
	} else if (holds && example->service.data != NULL &&
	    !slice_equal(buf_slice(&name), example->service)) {
		print_example(trial, example);
		print_names(trial, example->service, buf_slice(&name));
		because_stanza(&trial->details, trial->reasoner, stanza,
		    reason, &origin);
	}
	buf_free(&name);
}

static void
tell(struct trial *trial, size_t at)
{
	const struct rule *stanza = trial->stanzas[at];
	const struct example *example = trial->examples[at];
	struct origin origin = origin_of(example);
	struct reason reason;

	begin_test(trial, stanza, example->line);
	reasoner_take(trial->reasoner, example->text, &origin);
	reason_stanza(trial->reasoner, stanza, &reason);
	if (stanza->stanza == STANZA_RULE)
		tell_rule_example(trial, stanza, example,
		    &trial->outcomes[at], &reason);
	else
		tell_stanza_example(trial, stanza, example, &reason);
	end_test(trial);
}

static void
tell_strict(struct trial *trial, const struct rule *rule)
{
	bool plus = false, minus = false;

	for (size_t i = 0; i < rule->example_count; i++) {
		plus = plus || rule->examples[i].must_match;
		minus = minus || !rule->examples[i].must_match;
	}
	begin_test(trial, rule, rule->line);
	buf_text(&trial->what, " has a + and a -");
	if (!plus || !minus)
		buf_printf(&trial->details, "expected: examples of both kinds\n"
		    "got:      no %s\n", plus ? "-" : minus ? "+" : "example");
	end_test(trial);
}

size_t
examples_try(const struct ruleset *set,
    bool (*wanted)(void *ctx, const struct rule *stanza), void *ctx,
    bool strict, struct verdict *verdict, struct fired *fired)
{
	struct trial trial = { .set = set, .verdict = verdict,
	    .fired = fired };
	size_t told = 0;

	chunk_init(&trial.chunk);
	buf_init(&trial.place, BUF_NO_LIMIT);
	buf_init(&trial.what, BUF_NO_LIMIT);
	buf_init(&trial.details, BUF_NO_LIMIT);
	trial.reasoner = reasoner_new();
	add_examples(&trial, set->namings, set->naming_count);
	add_examples(&trial, set->ignores, set->ignore_count);
	add_examples(&trial, set->rules, set->rule_count);
	run(&trial);
	for (size_t i = 0; i < trial.chunk.count; i++) {
		if (!wanted(ctx, trial.stanzas[i]))
			continue;
		tell(&trial, i);
		told++;
	}
	for (size_t i = 0; strict && i < set->rule_count; i++)
		if (wanted(ctx, set->rules[i]))
			tell_strict(&trial, set->rules[i]);

	for (size_t i = 0; i < trial.chunk.count; i++) {
		buf_free(&trial.outcomes[i].service);
		buf_free(&trial.outcomes[i].rules);
	}
	free(trial.outcomes);
	free(trial.examples);
	free(trial.stanzas);
	reasoner_free(trial.reasoner);
	buf_free(&trial.details);
	buf_free(&trial.what);
	buf_free(&trial.place);
	chunk_free(&trial.chunk);
	return told;
}
