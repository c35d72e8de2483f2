/* pattern_json.c -- { $.level = "error" && $.code >= 500 }.
 * SPDX-License-Identifier: MIT */
#include "match/pattern_parts.h"

#include "base/json.h"

#define SMALL 1024		/* strings with escapes up to this many bytes
				 * are decoded on the stack */

/* Behind IS. */
static int
read_is(struct scan *scan, enum operator *operator)
{
	size_t start;
	struct slice word;

	scan_skip_white(scan);
	start = scan->at;
	word = scan_word(scan);
	if (slice_is(word, "NULL"))
		*operator = OPERATOR_IS_NULL;
	else if (slice_is(word, "TRUE"))
		*operator = OPERATOR_IS_TRUE;
	else if (slice_is(word, "FALSE"))
		*operator = OPERATOR_IS_FALSE;
	else if (word.len > 0)
		return scan_bad_term(scan, start, scan->at, start);
	else
		return scan_bad_grammar(scan,
		    "NULL, TRUE or FALSE must follow IS");
	return 0;
}

static int
read_word_operator(struct scan *scan, enum operator *operator)
{
	size_t start = scan->at;
	struct slice word = scan_word(scan);

	if (slice_is(word, "IS"))
		return read_is(scan, operator);
	if (slice_is(word, "NOT")) {
		scan_skip_white(scan);
		if (slice_is(scan_word(scan), "EXISTS")) {
			*operator = OPERATOR_NOT_EXISTS;
			return 0;
		}
	}
	scan->at = start;
	return scan_bad_grammar(scan,
	    "neither an operator nor IS nor NOT EXISTS");
}

static int
read_comparison(void *ctx, struct scan *scan, struct comparison *made)
{
	char c = scan_peek(scan);

	(void)ctx;
	if (c == '!') {			/* !( is what people try */
		size_t start = scan->at++;

		if (scan_peek(scan) != '=')
			return scan_bad_character(scan, start);
		scan->at = start;
	}
	if (c != '$')
		return scan_bad_grammar(scan,
		    "a $.selector must stand here");
	made->selector = scan_selector(scan);
	if (made->selector == NULL)
		return -1;
	scan_skip_white(scan);
	c = scan_peek(scan);
	if (c >= 'A' && c <= 'Z')
		return read_word_operator(scan, &made->operator);
	if (value_operator(scan, &made->operator) == -1)
		return -1;
	return value_read(scan, made->operator, &made->value);
}

int
json_pattern_read(struct logic *logic, struct scan *scan)
{
	scan->symbols = "$[]'()&|=!<>";
	if (logic_read(logic, scan, true, read_comparison, NULL) == -1)
		return -1;
	if (scan->at < scan->text.len)
		return scan_bad_grammar(scan,
		    "only && or || can follow a condition");
	return 0;
}

/* What a comparison carries to each node that its selector reaches. */
struct look {
	const struct comparison *comparison;
	const struct json *json;
	const char *text;
	struct regex_run *run;
	bool gave_up;
	uint32_t seen;		/* the node that held, else the first that was
				 * reached; 0: none was */
};

static int
string_equal(const struct look *look, const struct json_node *node)
{
	const struct value *value = &look->comparison->value;
	struct slice body = json_text(node, look->text);
	char small[SMALL];
	struct buf decoded;
	int result;

	if (!node->escaped)
		return value_equal(value, body, false, look->run);
	if (body.len <= sizeof small) {	/* decoded it is never longer */
		decoded = (struct buf){ .data = small, .room = sizeof small,
		    .limit = sizeof small };
		json_decode(&decoded, body);
		return value_equal(value, buf_slice(&decoded), false,
		    look->run);
	}
	buf_init(&decoded, BUF_NO_LIMIT);
	json_decode(&decoded, body);
	result = value_equal(value, buf_slice(&decoded), false, look->run);
	buf_free(&decoded);
	return result;
}

/* 1, 0, -1; null, true, false, arrays and objects are neither equal nor not. */
static int
node_equal(const struct look *look, const struct json_node *node, bool wanted)
{
	int result;

	if (node->type == JSON_STRING)
		result = string_equal(look, node);
	else if (node->type == JSON_NUMBER)
		result = value_equal(&look->comparison->value,
		    json_text(node, look->text), true, look->run);
	else
		return 0;
	return result == -1 ? -1 : (result == 1) == wanted;
}

/* AWS calls an array null when one of its elements is. */
static bool
is_null(const struct json *json, const struct json_node *node)
{
	const struct json_node *nodes = json->nodes;

	if (node->type == JSON_NULL)
		return true;
	if (node->type != JSON_ARRAY)
		return false;
	for (uint32_t i = (uint32_t)(node - nodes) + 1; i < node->next;
	    i = nodes[i].next)
		if (nodes[i].type == JSON_NULL)
			return true;
	return false;
}

static int
node_holds(const struct look *look, const struct json_node *node)
{
	enum operator operator = look->comparison->operator;
	double number;

	switch (operator) {
	case OPERATOR_EQUAL:
		return node_equal(look, node, true);
	case OPERATOR_DIFFERENT:
		return node_equal(look, node, false);
	case OPERATOR_LESS:
	case OPERATOR_LESS_EQUAL:
	case OPERATOR_GREATER:
	case OPERATOR_GREATER_EQUAL:
		return node->type == JSON_NUMBER &&
		    value_number(json_text(node, look->text), &number) &&
		    value_order(operator, number,
		    look->comparison->value.number);
	case OPERATOR_IS_NULL:
		return is_null(look->json, node);
	case OPERATOR_IS_TRUE:
		return node->type == JSON_TRUE;
	case OPERATOR_IS_FALSE:
		return node->type == JSON_FALSE;
	case OPERATOR_NOT_EXISTS:
		return 1;		/* it exists; test() turns it round */
	}
	return 0;
}

static bool
visit(void *ctx, uint32_t node)
{
	struct look *look = ctx;
	int result = node_holds(look, &look->json->nodes[node]);

	look->gave_up = look->gave_up || result == -1;
	if (look->seen == 0 || result == 1)
		look->seen = node;
	return result == 1;
}

static int
test(void *ctx, const struct comparison *comparison)
{
	struct look *look = ctx;
	bool found;

	look->comparison = comparison;
	look->gave_up = false;
	look->seen = 0;
	found = selector_each(comparison->selector, look->json, look->text,
	    visit, look);
	if (comparison->operator == OPERATOR_NOT_EXISTS)
		return !found;
	return found ? 1 : look->gave_up ? -1 : 0;
}

int
json_pattern_match(const struct logic *logic, struct message *message,
    struct regex_run *run)
{
	struct look look = { .run = run };

	if (!message_json(message))
		return 0;
	look.json = message->json;
	look.text = message->whole.data;
	return logic_test(logic, test, &look);
}

/* A node as it is written, a string with its quotes. */
static struct slice
written(const struct json_node *node, const char *text)
{
	struct slice body = json_text(node, text);

	if (node->type == JSON_STRING)
		return (struct slice){ body.data - 1, body.len + 2 };
	return body;
}

const char *
json_pattern_explain(const struct logic *logic, struct message *message,
    struct regex_run *run, const struct finder *finder)
{
	struct look look = { .run = run };

	if (!message_json(message))
		return "the message is not one JSON object";
	look.json = message->json;
	look.text = message->whole.data;
	for (size_t i = 0; i < logic->count; i++) {
		const struct comparison *comparison = &logic->comparisons[i];
		struct finding finding = { .from = comparison->from,
		    .to = comparison->to };

		finding.holds = test(&look, comparison);
		if (look.seen != 0)
			finding.seen = written(&look.json->nodes[look.seen],
			    look.text);
		finder->found(finder->ctx, &finding);
	}
	return NULL;
}

#define TELLING "~~~"		/* a value must be worth at least as much to the
				 * search as a rare word of so many bytes */

/* What stands in the value that is asked for, when that is worth a search:
 * "arn:*" is not, nor is one letter. */
static void
need_of_value(const struct comparison *comparison, struct need *need)
{
	struct need least = { 0 };

	if (comparison->operator != OPERATOR_EQUAL)
		return;
	value_need(&comparison->value, need);
	need_literal(&least, slice_from(TELLING));
	need_and(need, &least);
	if (need->count > 0 && slice_is(need->literals[0].text, TELLING))
		need_free(need);
}

static const char *
literal_of(enum operator operator)
{
	switch (operator) {
	case OPERATOR_IS_NULL:
		return "null";
	case OPERATOR_IS_TRUE:
		return "true";
	case OPERATOR_IS_FALSE:
		return "false";
	case OPERATOR_EQUAL:
	case OPERATOR_DIFFERENT:
	case OPERATOR_LESS:
	case OPERATOR_LESS_EQUAL:
	case OPERATOR_GREATER:
	case OPERATOR_GREATER_EQUAL:
	case OPERATOR_NOT_EXISTS:
		break;
	}
	return "";
}

/* The value if it is worth it, else the key. */
static void
need_of_any(const struct comparison *comparison, struct need *need)
{
	struct need other = { 0 };

	if (comparison->operator == OPERATOR_NOT_EXISTS)
		return;			/* nothing at all is what it needs */
	need_of_value(comparison, need);
	if (need->known)
		return;
	selector_need(comparison->selector, need);
	need_literal(&other, slice_from(literal_of(comparison->operator)));
	need_and(need, &other);
	if (comparison->operator == OPERATOR_EQUAL) {
		value_need(&comparison->value, &other);
		need_and(need, &other);
	}
}

/* All records of an application have the same keys: a value, even a short one,
 * leaves fewer candidates than the longest key. */
void
json_pattern_need(const struct logic *logic, struct need *need)
{
	logic_need(logic, need, need_of_value);
	if (!need->known)
		logic_need(logic, need, need_of_any);
}
