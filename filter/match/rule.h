/* rule.h -- one stanza of a rule file: rule, naming or ignore.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_RULE_H
#define MATCH_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "match/glob.h"
#include "match/level.h"
#include "match/pattern.h"
#include "match/regex.h"
#include "match/service.h"

enum stanza {
	STANZA_RULE,
	STANZA_NAMING,
	STANZA_IGNORE,
};

/* Where a rule comes from: in this order they name the service. */
enum rule_place {
	PLACE_COMMAND_LINE,
	PLACE_USER,
	PLACE_BUILTIN,
};

enum condition_kind {
	CONDITION_TEXT,
	CONDITION_REGEX,
	CONDITION_FILTER,
	CONDITION_GLOB,		/* group and stream only */
};

struct condition {
	enum condition_kind kind;
	struct slice value;	/* as written; owned by the rule */
	unsigned line;		/* in the rule file */
	struct regex *regex;	/* CONDITION_REGEX */
	struct pattern *pattern;	/* CONDITION_FILTER */
	struct glob *glob;	/* CONDITION_GLOB */
};

struct conditions {
	struct condition *list;
	size_t count, room;
};

/* One `+` or `-` with what stands around it. */
struct example {
	bool must_match;	/* + */
	struct slice text;	/* `|` lines joined by LF */
	struct slice service;	/* `=`; NULL data when none was said */
	struct slice group, stream;	/* `@`; NULL data: unknown */
	unsigned line;
};

struct rule {
	enum stanza stanza;
	struct slice id;
	enum rule_place place;
	const char *file;	/* for messages; owned by the rule */
	unsigned line;
	enum level level;
	uint64_t at_least;
	bool group_required;
	struct conditions match, require, unless, group, stream;
	struct service *service;	/* NULL: no service line */
	struct slice *silences;	/* ignore: ids after `rule` */
	size_t silence_count, silence_room;
	unsigned *silence_lines;	/* where each was said */
	size_t silence_line_room;
	struct example *examples;
	size_t example_count, example_room;
};

struct rule *rule_new(enum stanza stanza, struct slice id);
void rule_free(struct rule *rule);

/* Whether an ignore stanza speaks of this rule; of all when it names none. */
bool rule_silences(const struct rule *ignore, const struct rule *rule);

/* What every message has one of in which the condition holds; need is zeroed. */
void condition_need(const struct condition *condition, struct need *need);

/* What every message the rule can match has one of. */
void rule_need(const struct rule *rule, struct need *need);

#endif
