/* pattern_parts.h -- what the three kinds of filter patterns share.  Private to
 * the pattern_*.c files; the world sees pattern.h.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_PATTERN_PARTS_H
#define MATCH_PATTERN_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "match/glob.h"
#include "match/message.h"
#include "match/need.h"
#include "match/pattern.h"
#include "match/regex.h"
#include "match/selector.h"

/* ---- pattern_scan.c: the pattern's text on its way to tokens ---- */

struct scan {
	struct slice text;	/* up to where this kind of pattern ends */
	size_t at;
	const char *symbols;	/* what some token can begin with, besides
				 * letters, digits, quotes and % */
	unsigned regexes;	/* seen so far */
	unsigned wildcards;	/* selectors with one */
	struct error *err;
};

bool scan_is_white(char c);
void scan_skip_white(struct scan *scan);

/* The byte at at, or NUL at the end (a NUL in the text fits no token). */
char scan_peek(const struct scan *scan);
bool scan_looking_at(const struct scan *scan, const char *text);

/* Passes over text when it is there. */
bool scan_take(struct scan *scan, const char *text);

/* These always return -1 and fill *scan->err, in AWS's words.  term: bytes
 * from..to fit no token, at is where to look.  character: the one at at, with
 * what stood in front of it from from on.  grammar: the tokens are in no order
 * that means something; hint says it better than AWS does. */
int scan_bad_term(struct scan *scan, size_t from, size_t to, size_t at);
int scan_bad_character(struct scan *scan, size_t from);
int scan_bad_grammar(struct scan *scan, const char *hint);

/* A run of [A-Za-z0-9_.*+-]; may be empty. */
struct slice scan_word(struct scan *scan);

/* At a quote: the text in it, \" and \\ unescaped, appended to out. */
int scan_quoted(struct scan *scan, struct buf *out);

/* At a %; NULL is an error. */
struct regex *scan_regex(struct scan *scan);

/* At a $; NULL is an error. */
struct selector *scan_selector(struct scan *scan);

/* ---- pattern_value.c: what a node or a field is compared with ---- */

enum operator {
	OPERATOR_EQUAL,
	OPERATOR_DIFFERENT,
	OPERATOR_LESS,
	OPERATOR_LESS_EQUAL,
	OPERATOR_GREATER,
	OPERATOR_GREATER_EQUAL,
	OPERATOR_IS_NULL,	/* these four: JSON only, no value */
	OPERATOR_IS_TRUE,
	OPERATOR_IS_FALSE,
	OPERATOR_NOT_EXISTS,
};

/* Zeroed it can be freed.  Exactly one of them is what it is. */
struct value {
	bool is_number;		/* bare, and nothing but a number */
	double number;
	struct slice text;	/* the number as written; owned */
	struct glob *glob;
	struct regex *regex;
};

/* [+-]digits[.digits][e[+-]digits] as an IEEE double; false: text is something
 * else. */
bool value_number(struct slice text, double *number);

/* = != < <= > >=, or -1 with the grammar's complaint. */
int value_operator(struct scan *scan, enum operator *operator);

/* What stands behind the operator. */
int value_read(struct scan *scan, enum operator operator, struct value *value);
void value_free(struct value *value);

/* Whether text is the value: 1, 0, -1.  A number's own text is matched by globs
 * and regexes as written. */
int value_equal(const struct value *value, struct slice text, bool is_number,
    struct regex_run *run);

/* An order operator between two numbers. */
bool value_order(enum operator operator, double left, double right);

/* What text = value needs. */
void value_need(const struct value *value, struct need *need);

/* ---- pattern_logic.c: comparisons with && || ( ) between them ---- */

struct comparison {
	struct selector *selector;	/* JSON patterns; owned */
	enum operator operator;
	struct value value;
	size_t from, to;		/* where it stands in the pattern */
};

void comparison_free(struct comparison *comparison);

/* Zeroed it is empty and can be freed. */
struct logic {
	struct comparison *comparisons;
	size_t count, room;
	struct logic_step *steps;
	size_t step_count, step_room;
};

/* Reads comparisons by read as long as operators join them.  Parentheses count
 * when nested is true. */
int logic_read(struct logic *logic, struct scan *scan, bool nested,
    int (*read)(void *ctx, struct scan *scan, struct comparison *made),
    void *ctx);
void logic_free(struct logic *logic);

/* test says 1, 0 or -1 of one comparison.  -1 only where the answer hangs on a
 * comparison that gave up. */
int logic_test(const struct logic *logic,
    int (*test)(void *ctx, const struct comparison *comparison), void *ctx);

/* need gives the need of one comparison; *out is that of all. */
void logic_need(const struct logic *logic, struct need *out,
    void (*need)(const struct comparison *comparison, struct need *need));

/* ---- the three kinds ---- */

/* pattern_terms.c */
struct terms;
struct terms *terms_new(struct scan *scan);
void terms_free(struct terms *terms);
int terms_match(const struct terms *terms, struct slice message,
    struct regex_run *run);
void terms_explain(const struct terms *terms, struct slice message,
    struct regex_run *run, const struct finder *finder);
void terms_need(const struct terms *terms, struct need *need);

/* pattern_json.c: behind the { */
int json_pattern_read(struct logic *logic, struct scan *scan);
int json_pattern_match(const struct logic *logic, struct message *message,
    struct regex_run *run);
const char *json_pattern_explain(const struct logic *logic,
    struct message *message, struct regex_run *run,
    const struct finder *finder);
void json_pattern_need(const struct logic *logic, struct need *need);

/* pattern_delimited.c: behind the [ */
struct delimited;
struct delimited *delimited_new(struct scan *scan);
void delimited_free(struct delimited *delimited);
int delimited_match(const struct delimited *delimited, struct slice message,
    struct regex_run *run);
const char *delimited_explain(const struct delimited *delimited,
    struct slice message, struct regex_run *run, const struct finder *finder);
void delimited_need(const struct delimited *delimited, struct need *need);

#endif
