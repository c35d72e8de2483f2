/* pattern_logic.c -- && over ||, parentheses over both, and no recursion.
 * SPDX-License-Identifier: MIT */
#include "match/pattern_parts.h"

#include <stdlib.h>

#include "base/mem.h"

/* The expression as a program with one truth value: comparisons set it, jumps
 * pass over what cannot change it.  The joins only mark where an operator has
 * both its sides; whoever computes a need takes it for a postfix expression. */
enum step_kind {
	STEP_TEST,		/* arg: which comparison */
	STEP_UNLESS,		/* if it is false go on at step arg */
	STEP_IF,		/* if it is true go on at step arg */
	STEP_AND,
	STEP_OR,
};

struct logic_step {
	enum step_kind kind;
	size_t arg;
};

/* An operator that waits for its right side, or an open parenthesis. */
struct pending {
	enum step_kind kind;	/* STEP_AND, STEP_OR; STEP_TEST: a ( */
	size_t at;		/* its jump; of a ( its byte */
};

struct parser {
	struct logic *logic;
	struct pending *stack;
	size_t depth, room;
};

void
comparison_free(struct comparison *comparison)
{
	selector_free(comparison->selector);
	value_free(&comparison->value);
	comparison->selector = NULL;
}

void
logic_free(struct logic *logic)
{
	for (size_t i = 0; i < logic->count; i++)
		comparison_free(&logic->comparisons[i]);
	free(logic->comparisons);
	free(logic->steps);
	*logic = (struct logic){ .count = 0 };
}

static size_t
add_step(struct logic *logic, enum step_kind kind, size_t arg)
{
	logic->steps = mem_grow(logic->steps, logic->step_count + 1,
	    &logic->step_room, sizeof *logic->steps);
	logic->steps[logic->step_count] = (struct logic_step){ kind, arg };
	return logic->step_count++;
}

static void
push(struct parser *p, enum step_kind kind, size_t at)
{
	p->stack = mem_grow(p->stack, p->depth + 1, &p->room,
	    sizeof *p->stack);
	p->stack[p->depth++] = (struct pending){ kind, at };
}

/* Ends the operators on the stack that bind at least as tight as kind. */
static void
reduce(struct parser *p, enum step_kind kind)
{
	while (p->depth > 0) {
		struct pending top = p->stack[p->depth - 1];

		if (top.kind != STEP_AND &&
		    !(top.kind == STEP_OR && kind == STEP_OR))
			break;
		p->logic->steps[top.at].arg =
		    add_step(p->logic, top.kind, 0);
		p->depth--;
	}
}

static void
add_operator(struct parser *p, enum step_kind kind)
{
	reduce(p, kind);
	push(p, kind, add_step(p->logic,
	    kind == STEP_AND ? STEP_UNLESS : STEP_IF, 0));
}

static int
read_closing(struct parser *p, struct scan *scan)
{
	for (;;) {
		scan_skip_white(scan);
		if (scan_peek(scan) != ')')
			return 0;
		reduce(p, STEP_OR);
		if (p->depth == 0)
			return scan_bad_grammar(scan,
			    "this parenthesis was not opened");
		p->depth--;
		scan->at++;
	}
}

static int
read_comparison(struct parser *p, struct scan *scan,
    int (*read)(void *ctx, struct scan *scan, struct comparison *made),
    void *ctx)
{
	struct logic *logic = p->logic;
	struct comparison made = { .from = scan->at };

	if (read(ctx, scan, &made) == -1) {
		comparison_free(&made);
		return -1;
	}
	made.to = scan->at;
	logic->comparisons = mem_grow(logic->comparisons, logic->count + 1,
	    &logic->room, sizeof *logic->comparisons);
	logic->comparisons[logic->count] = made;
	add_step(logic, STEP_TEST, logic->count++);
	return 0;
}

int
logic_read(struct logic *logic, struct scan *scan, bool nested,
    int (*read)(void *ctx, struct scan *scan, struct comparison *made),
    void *ctx)
{
	struct parser p = { .logic = logic };
	int status = -1;

	for (;;) {
		size_t start;

		for (scan_skip_white(scan); nested && scan_peek(scan) == '(';
		    scan_skip_white(scan))
			push(&p, STEP_TEST, scan->at++);
		if (read_comparison(&p, scan, read, ctx) == -1)
			goto out;
		if (nested && read_closing(&p, scan) == -1)
			goto out;
		scan_skip_white(scan);
		start = scan->at;
		if (scan_take(scan, "&&")) {
			add_operator(&p, STEP_AND);
		} else if (scan_take(scan, "||")) {
			add_operator(&p, STEP_OR);
		} else if (scan_peek(scan) == '&' || scan_peek(scan) == '|') {
			scan->at++;
			scan_bad_character(scan, start);
			goto out;
		} else {
			break;
		}
	}
	reduce(&p, STEP_OR);
	if (p.depth > 0) {
		scan->at = p.stack[p.depth - 1].at;
		scan_bad_grammar(scan, "this parenthesis is not closed");
		goto out;
	}
	status = 0;
out:
	free(p.stack);
	return status;
}

/* unknown: what a comparison that gave up counts as. */
static bool
run(const struct logic *logic,
    int (*test)(void *ctx, const struct comparison *comparison), void *ctx,
    bool unknown, bool *gave_up)
{
	bool truth = true;
	int result;

	for (size_t i = 0; i < logic->step_count; i++) {
		const struct logic_step *step = &logic->steps[i];

		switch (step->kind) {
		case STEP_TEST:
			result = test(ctx, &logic->comparisons[step->arg]);
			truth = result == -1 ? unknown : result == 1;
			*gave_up = *gave_up || result == -1;
			break;
		case STEP_UNLESS:
			if (!truth)
				i = step->arg;
			break;
		case STEP_IF:
			if (truth)
				i = step->arg;
			break;
		case STEP_AND:
		case STEP_OR:
			break;
		}
	}
	return truth;
}

/* && and || never turn truth around: what is true with the doubtful ones false
 * is true, and what is false with them true is false. */
int
logic_test(const struct logic *logic,
    int (*test)(void *ctx, const struct comparison *comparison), void *ctx)
{
	bool gave_up = false;
	bool truth = run(logic, test, ctx, false, &gave_up);

	if (truth || !gave_up)
		return truth;
	return run(logic, test, ctx, true, &gave_up) ? -1 : 0;
}

void
logic_need(const struct logic *logic, struct need *out,
    void (*need)(const struct comparison *comparison, struct need *need))
{
	struct need *stack = mem_zero(logic->count + 1, sizeof *stack);
	size_t depth = 0;

	for (size_t i = 0; i < logic->step_count; i++) {
		const struct logic_step *step = &logic->steps[i];

		switch (step->kind) {
		case STEP_TEST:
			need(&logic->comparisons[step->arg], &stack[depth++]);
			break;
		case STEP_AND:
			depth--;
			need_and(&stack[depth - 1], &stack[depth]);
			break;
		case STEP_OR:
			depth--;
			need_or(&stack[depth - 1], &stack[depth]);
			break;
		case STEP_UNLESS:
		case STEP_IF:
			break;
		}
	}
	need_free(out);
	*out = stack[0];
	free(stack);
}
