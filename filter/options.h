/* options.h -- the command line as plain data.
 * SPDX-License-Identifier: MIT */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "input/shape.h"
#include "match/level.h"
#include "sink/lines.h"

enum verb {
	VERB_SIFT,
	VERB_WATCH,
	VERB_TEST,
	VERB_EXPLAIN,
	VERB_RULES,
	VERB_SEND,
};

/* A file, a folder, or "-"; with what -g and -s said before it. */
struct operand {
	const char *path;
	struct slice group, service;
};

/* -r, -e, -p or -t, in the order given. */
struct rule_option {
	char kind;
	const char *value;
};

enum choice {
	CHOICE_AUTO,
	CHOICE_NEVER,
	CHOICE_ALWAYS,
};

enum report {
	REPORT_TEXT,
	REPORT_TAP,
	REPORT_JSON,
};

struct options {
	enum verb verb;
	struct operand *operands;
	size_t operand_count, operand_room;
	struct rule_option *rules;
	size_t rule_count, rule_room;
	const char **without;
	size_t without_count, without_room;
	struct slice group, service;	/* the last -g and -s */
	enum shape from;		/* SHAPE_UNKNOWN: recognise */
	int64_t window_ms, late_ms;
	const char *since, *until, *zone;
	enum level level;
	enum format format;
	unsigned threads;		/* 0: as many as processors */
	bool stats, quiet;
	bool exit_code, allow_empty;
	bool live, batch;
	bool no_search;
	enum choice colour;
	bool verbose;
	bool help, long_help, version, from_help;

	/* forwarding */
	const char *sns, *spool;	/* NULL: not said */
	bool dry_run;
	int64_t repeat_ms;		/* 0: never */

	/* watch */
	char **command;			/* behind --, ended by NULL */
	enum choice restart;		/* CHOICE_AUTO: on failure */
	int64_t alert_gap_ms, heartbeat_ms;

	/* test, explain, rules, send */
	enum report report;
	const char *run, *only;
	bool strict, update;
	bool matched, unmatched;
	bool list, check;
	const char *export_as, *import_from;
};

/* -1: err says what is wrong and names the option.  The strings are argv's. */
int options_read(struct options *options, int argc, char **argv,
    struct error *err);
void options_free(struct options *options);

/* What -h and --help print. */
void options_help(struct buf *out, enum verb verb, bool complete);

/* What --from help prints. */
void options_from_help(struct buf *out);

const char *verb_name(enum verb verb);

#endif
