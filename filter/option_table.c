/* option_table.c -- the list of options and verbs, and the help that is made of it.
 * SPDX-License-Identifier: MIT */
#include "option_table.h"

/* The verbs that take an option. */
#define SIFT (1u << VERB_SIFT)
#define WATCH (1u << VERB_WATCH)
#define TEST (1u << VERB_TEST)
#define EXPLAIN (1u << VERB_EXPLAIN)
#define RULES (1u << VERB_RULES)
#define SEND (1u << VERB_SEND)
#define READING (SIFT | WATCH)		/* records in, incidents out */
#define ALL (READING | TEST | EXPLAIN | RULES | SEND)

const struct option_info option_table[] = {
	{ "rules", 'r', "PATH",
	    "rule file or folder; may repeat; 'builtin' is the built-in pack",
	    OPT_RULES, READING | EXPLAIN | RULES, true },
	{ "regex", 'e', "RE", "a rule: messages that match this regex",
	    OPT_REGEX, READING | EXPLAIN | RULES, true },
	{ "filter-pattern", 'p', "PAT",
	    "a rule: a CloudWatch Logs filter pattern", OPT_PATTERN,
	    READING | EXPLAIN | RULES, true },
	{ "text", 't', "STRING", "a rule: messages that hold this text",
	    OPT_TEXT, READING | EXPLAIN | RULES, true },
	{ "without", 0, "ID", "leave one rule out", OPT_WITHOUT,
	    READING | EXPLAIN | RULES, false },
	{ "group", 'g', "NAME", "log group of the operands behind it",
	    OPT_GROUP, READING | EXPLAIN, true },
	{ "service", 's', "NAME", "service of the operands behind it",
	    OPT_SERVICE, READING | EXPLAIN, true },
	{ "from", 0, "SHAPE", "do not recognise the input: it is this shape",
	    OPT_FROM, READING | EXPLAIN, false },
	{ "window", 'w', "DUR",
	    "failures closer than this are one incident (10m)",
	    OPT_WINDOW, READING, true },
	{ "late", 0, "DUR", "how late a record may come; live long, json (10m)",
	    OPT_LATE, READING, false },
	{ "since", 0, "T", "only event times from T on: 2h, 2026-11-23, "
	    "yesterday", OPT_SINCE, SIFT, true },
	{ "until", 0, "T", "only event times before T", OPT_UNTIL, SIFT,
	    true },
	{ "level", 0, "L", "lowest level told: fatal, error (default), warn",
	    OPT_LEVEL, READING, true },
	{ "tz", 0, "ZONE", "zone of printed times (default: the local one)",
	    OPT_TZ, READING | EXPLAIN | SEND, false },
	{ "utc", 0, NULL, "print times in UTC", OPT_UTC,
	    READING | EXPLAIN | SEND, false },
	{ "output", 'o', "F", "line (default), long, json or records",
	    OPT_OUTPUT, READING, true },
	{ "output", 'o', "F", "text (default) or tap", OPT_REPORT, TEST,
	    true },
	{ "output", 'o', "F", "text (default) or json", OPT_REPORT, EXPLAIN,
	    true },
	{ "run", 0, "RE", "only what has an id or file name that matches",
	    OPT_RUN, TEST, true },
	{ "strict", 0, NULL, "a rule without a + and a - example fails",
	    OPT_STRICT, TEST, true },
	{ "update", 0, NULL, "rewrite expectations after showing the difference",
	    OPT_UPDATE, TEST, true },
	{ "only", 0, "ID", "speak of this rule alone", OPT_ONLY, EXPLAIN,
	    true },
	{ "matched", 0, NULL, "only records that some rule speaks of",
	    OPT_MATCHED, EXPLAIN, true },
	{ "unmatched", 0, NULL, "only records that no rule speaks of",
	    OPT_UNMATCHED, EXPLAIN, true },
	{ "list", 0, NULL, "id, level, place and first condition of each rule",
	    OPT_LIST, RULES, true },
	{ "check", 0, NULL, "say what is doubtful in the rules", OPT_CHECK,
	    RULES, true },
	{ "export", 0, "F", "filter rules as terraform or cli", OPT_EXPORT,
	    RULES, true },
	{ "import", 0, "FILE",
	    "describe-metric-filters JSON as a rule file", OPT_IMPORT, RULES,
	    true },
	{ "list", 0, NULL, "say what waits, send nothing", OPT_LIST, SEND,
	    true },
	{ "sns", 'n', "ARN", "also publish to this SNS topic", OPT_SNS, READING,
	    true },
	{ "dry-run", 0, NULL, "print the requests instead of sending them",
	    OPT_DRY_RUN, READING | SEND, false },
	{ "spool", 0, "DIR", "folder of what waits to be sent, and what was",
	    OPT_SPOOL, READING | SEND, false },
	{ "repeat", 0, "DUR", "remind that often of an incident that goes on",
	    OPT_REPEAT, READING, false },
	{ "restart", 0, "WHEN", "never, failure or always (default)",
	    OPT_RESTART, WATCH, true },
	{ "alert-gap", 0, "DUR",
	    "not watching for this long is an incident (15m)",
	    OPT_ALERT_GAP, WATCH, true },
	{ "heartbeat", 0, "DUR", "say that often what was read",
	    OPT_HEARTBEAT, WATCH, true },
	{ "color", 0, "WHEN", "auto (default), always or never",
	    OPT_COLOR, READING | TEST | EXPLAIN, false },
	{ "live", 0, NULL, "tell failures as they come, whatever the input is",
	    OPT_LIVE, SIFT, false },
	{ "batch", 0, NULL, "tell them at the end of the input",
	    OPT_BATCH, SIFT, false },
	{ "threads", 'j', "N", "threads to use (default: processors)",
	    OPT_THREADS, SIFT, false },
	{ "stats", 0, NULL, "say on standard error what was read",
	    OPT_STATS, READING, true },
	{ "verbose", 'v', NULL, "say too how often each rule matched",
	    OPT_VERBOSE, READING, false },
	{ "quiet", 'q', NULL, "never say it", OPT_QUIET, READING, true },
	{ "exit-code", 0, NULL, "exit 1 when there was an incident",
	    OPT_EXIT_CODE, READING, true },
	{ "allow-empty", 0, NULL, "reading no record at all is fine",
	    OPT_ALLOW_EMPTY, READING, true },
	{ NULL, 'h', NULL, "the common options", OPT_HELP_SHORT, ALL, true },
	{ "help", 0, NULL, "this help", OPT_HELP, ALL, true },
	{ "version", 0, NULL, "version, and those of the libraries",
	    OPT_VERSION, ALL, false },
	{ "no-search", 0, NULL, NULL, OPT_NO_SEARCH, READING, false },
};

const size_t option_count = sizeof option_table / sizeof option_table[0];

const struct verb_info verb_table[] = {
	{ "sift", VERB_SIFT, "[OPTION...] [FILE|DIR|-]...",
	    "Reads CloudWatch Logs records, whatever they come wrapped in, and "
	    "prints what\n"
	    "failed and when: one line per incident, `service TAB time`.\n"
	    "\n"
	    "    cwsift watch -- aws logs tail /aws/lambda/nightly --follow\n"
	    "    aws logs tail /aws/lambda/nightly --since 12h | cwsift -g "
	    "/aws/lambda/nightly\n"
	    "    cwsift exported/ firehose/2026/11/23/\n" },
	{ "watch", VERB_WATCH, "watch [OPTION...] -- COMMAND...",
	    "Runs `aws logs tail ... --follow` (or another command that prints "
	    "records) under\n"
	    "a pseudo-terminal, starts it again when it ends, and prints what "
	    "failed and when.\n" },
	{ "test", VERB_TEST, "test [OPTION...] [RULES|DIR]...",
	    "Runs the examples of rules, and samples that have an expectation "
	    "beside them.\n" },
	{ "explain", VERB_EXPLAIN, "explain [OPTION...] [FILE]",
	    "Says of each record what it was understood as, and which rules "
	    "spoke of it and why.\n" },
	{ "rules", VERB_RULES, "rules [OPTION...]",
	    "Lists rules, checks them, takes them to CloudWatch and back.\n" },
	{ "send", VERB_SEND, "send [OPTION...]",
	    "Delivers what waits in the spool.\n" },
};

const size_t verb_count = sizeof verb_table / sizeof verb_table[0];

static const struct verb_info *
verb_info(enum verb verb)
{
	for (size_t i = 0; i < verb_count; i++)
		if (verb_table[i].verb == verb)
			return &verb_table[i];
	return &verb_table[0];
}

const char *
verb_name(enum verb verb)
{
	return verb_info(verb)->name;
}

static void
help_line(struct buf *out, const struct option_info *info)
{
	size_t start = out->len;

	if (info->letter != 0)
		buf_printf(out, "  -%c%s", info->letter,
		    info->name == NULL ? "" : ", ");
	else
		buf_text(out, "      ");
	if (info->name != NULL)
		buf_printf(out, "--%s", info->name);
	if (info->arg != NULL)
		buf_printf(out, " %s", info->arg);
	do
		buf_byte(out, ' ');
	while (out->len - start < 28);
	buf_printf(out, "%s\n", info->text);
}

void
options_help(struct buf *out, enum verb verb, bool complete)
{
	const struct verb_info *about = verb_info(verb);

	buf_printf(out, "usage: cwsift %s\n", about->usage);
	for (size_t i = 1; verb == VERB_SIFT && i < verb_count; i++)
		buf_printf(out, "       cwsift %s\n", verb_table[i].usage);
	buf_printf(out, "\n%s\n", about->text);
	for (size_t i = 0; i < option_count; i++) {
		const struct option_info *info = &option_table[i];

		if (info->text != NULL && (complete || info->common) &&
		    (info->verbs & 1u << verb) != 0)
			help_line(out, info);
	}
	if (!complete) {
		buf_printf(out, "\n`cwsift %s%s--help` lists all options, "
		    "`man cwsift` tells the rest.\n",
		    verb == VERB_SIFT ? "" : about->name,
		    verb == VERB_SIFT ? "" : " ");
		return;
	}
	if (verb == VERB_SIFT)
		buf_text(out,
		    "\n"
		    "Exit: 0 done, 1 incidents (with --exit-code), 2 usage or "
		    "rules wrong, 3 input\n"
		    "incomplete or no record at all, 4 something could not be "
		    "written or sent;\n"
		    "128 + n after a signal.  `man cwsift` has the rule language, every input "
		    "shape and recipes.\n");
}

void
options_from_help(struct buf *out)
{
	for (int i = SHAPE_UNKNOWN + 1; i < SHAPE_COUNT; i++) {
		const struct shape_info *info = shape_info((enum shape)i);

		if (i != SHAPE_CWSIFT)
			buf_printf(out, "%-16s%s\n", info->name, info->text);
	}
}
