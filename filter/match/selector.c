/* selector.c -- reading $.json.selectors and walking a document with them.
 * SPDX-License-Identifier: MIT */
#include "match/selector.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/clean.h"
#include "base/mem.h"

enum step_kind {
	STEP_KEY,		/* .name ['name'] */
	STEP_INDEX,		/* [0] */
	STEP_ANY,		/* .* [*]: each element, each member's value */
};

struct step {
	enum step_kind kind;
	struct slice key;	/* owned */
	size_t index;
};

struct selector {
	struct step *steps;
	size_t count;
	size_t room;
	size_t wildcard;	/* which step is STEP_ANY; count: none */
};

struct reader {
	struct slice text;
	size_t at;
	struct selector *made;
	struct error *err;
};

static bool
looking_at(const struct reader *r, const char *text)
{
	return slice_starts(slice_cut(r->text, r->at, r->text.len), text);
}

/* The token that began at start cannot go on with the character at r->at. */
static int
bad_token(struct reader *r, size_t start)
{
	struct slice rest = slice_cut(r->text, r->at, r->text.len);
	size_t len = clean_character(rest);
	struct slice term;

	if (len == 0 && rest.len > 0)
		len = 1;
	term = slice_cut(r->text, start, r->at + len);
	return error_at(r->err, ERROR_RULES, r->at,
	    "Invalid character(s) in term '%.*s'", (int)term.len, term.data);
}

static struct step *
add_step(struct selector *selector, enum step_kind kind)
{
	struct step *step;

	selector->steps = mem_grow(selector->steps, selector->count + 1,
	    &selector->room, sizeof *selector->steps);
	step = &selector->steps[selector->count++];
	*step = (struct step){ .kind = kind };
	return step;
}

static void
add_key(struct selector *selector, struct slice key)
{
	struct step *step = add_step(selector, STEP_KEY);

	step->key = (struct slice){ mem_copy(key), key.len };
}

static int
add_wildcard(struct reader *r)
{
	if (selector_has_wildcard(r->made))
		return error_at(r->err, ERROR_RULES, r->at,
		    "Your filter pattern has a JSON path selector that exceeds "
		    "the maximum of 1 wildcard allowed per json selector.");
	add_step(r->made, STEP_ANY);
	return 0;
}

/* At [: an index, a star or a quoted key; start is where its token began. */
static int
read_bracket(struct reader *r, size_t start, bool key_only)
{
	struct slice rest;
	size_t end, index = 0;

	r->at++;
	if (looking_at(r, "'")) {
		r->at++;
		rest = slice_cut(r->text, r->at, r->text.len);
		end = slice_find(rest, slice_from("']"));
		if (end == SIZE_MAX) {
			r->at = r->text.len;
			return bad_token(r, start);
		}
		add_key(r->made, slice_cut(rest, 0, end));
		r->at += end + 2;
		return 0;
	}
	if (key_only)
		return bad_token(r, start);
	if (looking_at(r, "*")) {
		if (add_wildcard(r) == -1)
			return -1;
		r->at++;
	} else {
		end = r->at;
		for (; r->at < r->text.len && is_digit(r->text.data[r->at]);
		    r->at++) {
			size_t digit = (size_t)(r->text.data[r->at] - '0');

			index = index > (SIZE_MAX - digit) / 10 ? SIZE_MAX :
			    index * 10 + digit;
		}
		if (r->at == end)
			return bad_token(r, start);
		add_step(r->made, STEP_INDEX)->index = index;
	}
	if (!looking_at(r, "]"))
		return bad_token(r, start);
	r->at++;
	return 0;
}

/* Behind a dot. */
static int
read_name(struct reader *r, size_t start)
{
	size_t first = r->at;

	if (looking_at(r, "["))
		return read_bracket(r, start, true);
	if (looking_at(r, "*")) {
		if (add_wildcard(r) == -1)
			return -1;
		r->at++;
		return 0;
	}
	while (r->at < r->text.len && slice_is_name_byte(r->text.data[r->at]))
		r->at++;
	if (r->at == first)
		return bad_token(r, start);
	add_key(r->made, slice_cut(r->text, first, r->at));
	return 0;
}

static int
read_steps(struct reader *r)
{
	size_t start = r->at;

	if (!looking_at(r, "$"))
		return bad_token(r, start);
	r->at++;
	if (!looking_at(r, ".") && !looking_at(r, "['"))
		return bad_token(r, start);
	for (; looking_at(r, ".") || looking_at(r, "["); start = r->at) {
		if (looking_at(r, "[")) {
			if (read_bracket(r, start, false) == -1)
				return -1;
		} else {
			r->at++;
			if (read_name(r, start) == -1)
				return -1;
		}
	}
	return 0;
}

struct selector *
selector_new(struct slice text, size_t *used, struct error *err)
{
	struct selector *selector = mem_zero(1, sizeof *selector);
	struct reader r = { .text = text, .made = selector, .err = err };

	if (read_steps(&r) == -1) {
		selector_free(selector);
		return NULL;
	}
	selector->wildcard = 0;
	while (selector->wildcard < selector->count &&
	    selector->steps[selector->wildcard].kind != STEP_ANY)
		selector->wildcard++;
	*used = r.at;
	return selector;
}

void
selector_free(struct selector *selector)
{
	if (selector == NULL)
		return;
	for (size_t i = 0; i < selector->count; i++)
		free((void *)(uintptr_t)selector->steps[i].key.data);
	free(selector->steps);
	free(selector);
}

bool
selector_has_wildcard(const struct selector *selector)
{
	for (size_t i = 0; i < selector->count; i++)
		if (selector->steps[i].kind == STEP_ANY)
			return true;
	return false;
}

void
selector_need(const struct selector *selector, struct need *need)
{
	for (size_t i = 0; i < selector->count; i++) {
		struct need key = { 0 };

		if (selector->steps[i].kind != STEP_KEY)
			continue;
		need_literal(&key, selector->steps[i].key);
		need_and(need, &key);
	}
}

/* Walks steps from..to, none of them a wildcard, on from *node. */
static bool
walk(const struct selector *selector, size_t from, size_t to,
    const struct json *json, const char *text, uint32_t *node)
{
	for (size_t i = from; i < to; i++) {
		const struct step *step = &selector->steps[i];
		const struct json_node *in = &json->nodes[*node];
		uint32_t at;

		if (step->kind == STEP_KEY) {
			if (in->type != JSON_OBJECT)
				return false;
			at = json_member(json, text, *node, step->key);
			if (at == 0)
				return false;
		} else {
			if (in->type != JSON_ARRAY)
				return false;
			at = *node + 1;
			for (size_t n = step->index;
			    n > 0 && at < in->next; n--)
				at = json->nodes[at].next;
			if (at >= in->next)
				return false;
		}
		*node = at;
	}
	return true;
}

/* What a walk carries to each node that it reaches. */
struct visitor {
	const struct selector *selector;
	const struct json *json;
	const char *text;
	bool (*visit)(void *ctx, uint32_t node);
	void *ctx;
};

/* From one of those that the wildcard stands for to the end of the selector. */
static bool
visit_from(const struct visitor *v, uint32_t node)
{
	const struct selector *selector = v->selector;

	return walk(selector, selector->wildcard + 1, selector->count, v->json,
	    v->text, &node) && v->visit(v->ctx, node);
}

static bool
each_element(const struct visitor *v, uint32_t array)
{
	const struct json_node *nodes = v->json->nodes;

	for (uint32_t i = array + 1; i < nodes[array].next; i = nodes[i].next)
		if (visit_from(v, i))
			return true;
	return false;
}

#define FEW_MEMBERS 24		/* comparing each with each costs less than
				 * sorting, and no memory */

/* Whether a later key is equal, in a small object without escapes in keys. */
static bool
is_shadowed(const struct visitor *v, uint32_t object, uint32_t key)
{
	const struct json_node *nodes = v->json->nodes;
	struct slice name = json_text(&nodes[key], v->text);

	for (uint32_t i = nodes[key + 1].next; i < nodes[object].next;
	    i = nodes[i + 1].next)
		if (slice_equal(name, json_text(&nodes[i], v->text)))
			return true;
	return false;
}

struct member {
	struct slice key;	/* decoded */
	uint32_t value;		/* node */
};

static int
by_key(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = slice_compare(x->key, y->key);

	if (order != 0)
		return order;
	return x->value < y->value ? -1 : x->value > y->value;
}

static int
by_value(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return x->value < y->value ? -1 : x->value > y->value;
}

/* As each_member, for the object that is large or has escapes in its keys:
 * sorted, so that a doubled key costs no more than another. */
static bool
each_member_sorted(const struct visitor *v, uint32_t object, size_t count,
    size_t escaped_bytes)
{
	const struct json_node *nodes = v->json->nodes;
	struct member *members = mem_alloc(count * sizeof *members);
	struct buf decoded;		/* never moves: it has its room */
	size_t n = 0, kept = 0;
	bool found = false;

	buf_init(&decoded, escaped_bytes);
	if (escaped_bytes > 0)
		buf_reserve(&decoded, escaped_bytes);
	for (uint32_t i = object + 1; i < nodes[object].next;
	    i = nodes[i + 1].next) {
		struct slice key = json_text(&nodes[i], v->text);

		if (nodes[i].escaped) {
			size_t start = decoded.len;

			json_decode(&decoded, key);
			key = slice_cut(buf_slice(&decoded), start,
			    decoded.len);
		}
		members[n++] = (struct member){ key, i + 1 };
	}
	qsort(members, n, sizeof *members, by_key);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || !slice_equal(members[i].key,
		    members[i + 1].key))
			members[kept++] = members[i];
	qsort(members, kept, sizeof *members, by_value);
	for (size_t i = 0; i < kept && !found; i++)
		found = visit_from(v, members[i].value);
	free(members);
	buf_free(&decoded);
	return found;
}

static bool
each_member(const struct visitor *v, uint32_t object)
{
	const struct json_node *nodes = v->json->nodes;
	size_t count = 0, escaped_bytes = 0;

	for (uint32_t i = object + 1; i < nodes[object].next;
	    i = nodes[i + 1].next) {
		count++;
		if (nodes[i].escaped)
			escaped_bytes += nodes[i].len;
	}
	if (count > FEW_MEMBERS || escaped_bytes > 0)
		return each_member_sorted(v, object, count, escaped_bytes);
	for (uint32_t i = object + 1; i < nodes[object].next;
	    i = nodes[i + 1].next)
		if (!is_shadowed(v, object, i) && visit_from(v, i + 1))
			return true;
	return false;
}

bool
selector_each(const struct selector *selector, const struct json *json,
    const char *text, bool (*visit)(void *ctx, uint32_t node), void *ctx)
{
	struct visitor v = { selector, json, text, visit, ctx };
	uint32_t node = 0;

	if (json->count == 0 ||
	    !walk(selector, 0, selector->wildcard, json, text, &node))
		return false;
	if (selector->wildcard == selector->count)
		return visit(ctx, node);
	switch ((enum json_type)json->nodes[node].type) {
	case JSON_ARRAY:
		return each_element(&v, node);
	case JSON_OBJECT:
		return each_member(&v, node);
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_NUMBER:
	case JSON_STRING:
		break;
	}
	return false;
}

static bool
take_first(void *ctx, uint32_t node)
{
	*(uint32_t *)ctx = node;
	return true;
}

bool
selector_first(const struct selector *selector, const struct json *json,
    const char *text, uint32_t *node)
{
	return selector_each(selector, json, text, take_first, node);
}
