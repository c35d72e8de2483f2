/* ruleset.h -- rule files to rules: the language of DESIGN 5.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_RULESET_H
#define MATCH_RULESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "match/rule.h"

/* The text of a rule file as it was read, to quote from. */
struct rule_source {
	char *name;
	struct slice text;
};

struct ruleset {
	struct rule **rules;		/* rule stanzas, in the order read */
	size_t rule_count, rule_room;
	struct rule **ignores;
	size_t ignore_count, ignore_room;
	struct rule **namings;		/* the user's before the built-in */
	size_t naming_count, naming_room;
	struct rule_source *sources;
	size_t source_count, source_room;
	struct buf errors;		/* what ruleset_finish says, whole lines */
	size_t error_count;
};

void ruleset_init(struct ruleset *set);
void ruleset_free(struct ruleset *set);

/* A file, or all *.rules of a folder in the order of their names.  Errors are
 * gathered in set->errors ("FILE:LINE:COL: what", the line, a caret), so that all
 * are told at once.  Returns -1 when there were any (also: missing, empty). */
int ruleset_read_path(struct ruleset *set, const char *path);

/* The text of a rule file; name stands in messages.  An id that is taken, in this
 * file or another, is an error; only a user's naming may have the id of a built-in
 * one. */
int ruleset_read(struct ruleset *set, struct slice text, const char *name,
    enum rule_place place);

/* The built-in pack.  rules false: its naming stanzas alone. */
int ruleset_read_builtin(struct ruleset *set, bool rules);

/* A rule of the command line: kind 'e', 'p' or 't', its id ("-e#1" ...) numbered by
 * kind. */
int ruleset_add(struct ruleset *set, char kind, struct slice value);

/* Leaves one rule or ignore stanza out, after all has been read: -1 when there is no
 * such id (nearest in set->errors). */
int ruleset_without(struct ruleset *set, struct slice id);

/* Checks what spans files (`rule ID` of ignore stanzas that name no rule; no rule at
 * all).  -1 and set->errors when anything at all was wrong. */
int ruleset_finish(struct ruleset *set);

#endif
