/* rulekey.h -- the lines of a stanza: one function for each key.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_RULEKEY_H
#define MATCH_RULEKEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "match/complaint.h"
#include "match/ruleset.h"

/* A rule file on its way to stanzas. */
struct reader {
	struct ruleset *set;
	enum rule_place place;
	bool only_namings;
	struct spot spot;	/* name, and the line being read */
	struct slice key;
	struct slice value;	/* both of the line */

	bool begun;		/* `rules 1` was there */
	bool foreign;		/* it does not look like a rule file */
	bool passing;		/* in a stanza that is passed over */
	size_t stanzas;

	/* the stanza being read; NULL: none yet */
	struct rule *rule;
	struct spot start;	/* its first line */
	size_t indent;		/* of its first line */
	bool broken;		/* something in it was wrong */
	unsigned matches;	/* match lines, wrong ones too */
	unsigned places;	/* group and stream lines likewise */
	bool level_said, at_least_said;
	struct spot service;	/* where the template is; line 0: nowhere */
	bool after_ignore;	/* the stanza before was an ignore */

	bool in_example;	/* a `|` line may follow */
	struct slice group, stream;	/* of `@`; NULL data: unknown */
	struct spot origin;	/* of `@`; line 0: none waits */
};

/* A key, in which stanzas it may stand, and what reads its line. */
struct rulekey {
	const char *name;
	unsigned stanzas;	/* a bit for each enum stanza */
	void (*read)(struct reader *r);
};

extern const struct rulekey rulekeys[];
extern const size_t rulekey_count;

/* Something is wrong at a byte of the line being read. */
void reader_complain(struct reader *r, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether something stands behind the key; complains where not. */
bool reader_has_value(struct reader *r);

/* The first word of text; *rest is what stands behind it, trimmed. */
struct slice reader_word(struct slice text, struct slice *rest);

#endif
