/* option_table.h -- every option and verb, once: what the parser and the help read.
 * SPDX-License-Identifier: MIT */
#ifndef OPTION_TABLE_H
#define OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"

enum option {
	OPT_RULES,
	OPT_REGEX,
	OPT_PATTERN,
	OPT_TEXT,
	OPT_WITHOUT,
	OPT_GROUP,
	OPT_SERVICE,
	OPT_FROM,
	OPT_WINDOW,
	OPT_LATE,
	OPT_SINCE,
	OPT_UNTIL,
	OPT_LEVEL,
	OPT_TZ,
	OPT_UTC,
	OPT_OUTPUT,
	OPT_REPORT,
	OPT_COLOR,
	OPT_LIVE,
	OPT_BATCH,
	OPT_THREADS,
	OPT_SNS,
	OPT_DRY_RUN,
	OPT_SPOOL,
	OPT_REPEAT,
	OPT_RUN,
	OPT_STRICT,
	OPT_UPDATE,
	OPT_ONLY,
	OPT_MATCHED,
	OPT_UNMATCHED,
	OPT_LIST,
	OPT_CHECK,
	OPT_EXPORT,
	OPT_IMPORT,
	OPT_RESTART,
	OPT_ALERT_GAP,
	OPT_HEARTBEAT,
	OPT_STATS,
	OPT_VERBOSE,
	OPT_QUIET,
	OPT_EXIT_CODE,
	OPT_ALLOW_EMPTY,
	OPT_HELP_SHORT,
	OPT_HELP,
	OPT_VERSION,
	OPT_NO_SEARCH,
};

struct option_info {
	const char *name;	/* long, without -- */
	char letter;		/* or 0 */
	const char *arg;	/* NULL: takes none */
	const char *text;	/* for --help; NULL: not shown */
	enum option id;
	unsigned verbs;		/* that take it: bit 1 << enum verb */
	bool common;		/* -h shows it too */
};

extern const struct option_info option_table[];
extern const size_t option_count;

struct verb_info {
	const char *name;
	enum verb verb;
	const char *usage;
	const char *text;
};

extern const struct verb_info verb_table[];
extern const size_t verb_count;

#endif
