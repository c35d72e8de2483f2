/* options.c -- one table of options: it is looked into, and printed as the help.
 * SPDX-License-Identifier: MIT */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"

#define WINDOW_MS (10 * 60 * 1000)	/* -w when it is not given */
#define LATE_MS (10 * 60 * 1000)	/* --late when it is not given */
#define THREADS_MOST 256
#define ALERT_GAP_MS (15 * 60 * 1000)	/* --alert-gap when it is not given */
#define CANNOT_FORWARD "this version cannot forward yet"

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

/* The verbs that take an option. */
#define SIFT (1u << VERB_SIFT)
#define WATCH (1u << VERB_WATCH)
#define TEST (1u << VERB_TEST)
#define EXPLAIN (1u << VERB_EXPLAIN)
#define RULES (1u << VERB_RULES)
#define SEND (1u << VERB_SEND)
#define READING (SIFT | WATCH)		/* records in, incidents out */
#define ALL (READING | TEST | EXPLAIN | RULES | SEND)

static const struct option_info {
	const char *name;	/* long, without -- */
	char letter;		/* or 0 */
	const char *arg;	/* NULL: takes none */
	const char *text;	/* for --help; NULL: not shown */
	enum option id;
	unsigned verbs;
	bool common;		/* -h shows it too */
} options_table[] = {
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
	{ "sns", 'n', "ARN", NULL, OPT_SNS, READING, true },
	{ "dry-run", 0, NULL, NULL, OPT_DRY_RUN, READING | SEND, false },
	{ "spool", 0, "DIR", NULL, OPT_SPOOL, READING | SEND, false },
	{ "repeat", 0, "DUR", NULL, OPT_REPEAT, READING, false },
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
	{ "threads", 'j', "N", "files read at once (default: processors)",
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

#define OPTION_COUNT (sizeof options_table / sizeof options_table[0])

/* ready: the verb is there; the others have their place. */
static const struct verb_info {
	const char *name;
	enum verb verb;
	bool ready;
	const char *usage;
	const char *text;
} verbs[] = {
	{ "sift", VERB_SIFT, true, "[OPTION...] [FILE|DIR|-]...",
	    "Reads CloudWatch Logs records, whatever they come wrapped in, and "
	    "prints what\n"
	    "failed and when: one line per incident, `service TAB time`.\n"
	    "\n"
	    "    aws logs tail /aws/lambda/nightly --since 12h | cwsift\n"
	    "    cwsift exported/ firehose/2026/11/23/\n" },
	{ "watch", VERB_WATCH, false, "watch [OPTION...] -- COMMAND...",
	    "Runs `aws logs tail ... --follow` (or another command that prints "
	    "records) under\n"
	    "a pseudo-terminal, starts it again when it ends, and prints what "
	    "failed and when.\n" },
	{ "test", VERB_TEST, false, "test [OPTION...] [RULES|DIR]...",
	    "Runs the examples of rules, and samples that have an expectation "
	    "beside them.\n" },
	{ "explain", VERB_EXPLAIN, false, "explain [OPTION...] [FILE]",
	    "Says of each record what it was understood as, and which rules "
	    "spoke of it and why.\n" },
	{ "rules", VERB_RULES, false, "rules [OPTION...]",
	    "Lists rules, checks them, takes them to CloudWatch and back.\n" },
	{ "send", VERB_SEND, false, "send [OPTION...]",
	    "Delivers what waits in the spool.\n" },
};

static const struct verb_info *
verb_info(enum verb verb)
{
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (verbs[i].verb == verb)
			return &verbs[i];
	return &verbs[0];
}

bool
verb_ready(enum verb verb)
{
	return verb_info(verb)->ready;
}

const char *
verb_name(enum verb verb)
{
	return verb_info(verb)->name;
}

static int
usage(struct error *err, const struct option_info *info, const char *why,
    const char *value)
{
	char name[32];

	if (info->name != NULL)
		snprintf(name, sizeof name, "--%s", info->name);
	else
		snprintf(name, sizeof name, "-%c", info->letter);
	return error_set(err, ERROR_USAGE, "%s: %s%s%s", name, why,
	    value == NULL ? "" : ": ", value == NULL ? "" : value);
}

static int
read_from(struct options *options, const struct option_info *info,
    const char *value, struct error *err)
{
	if (strcmp(value, "help") == 0) {
		options->from_help = true;
		return 0;
	}
	options->from = shape_by_name(slice_from(value));
	if (options->from == SHAPE_COUNT)
		return usage(err, info, "no such shape (--from help lists them)",
		    value);
	return 0;
}

static int
read_output(struct options *options, const struct option_info *info,
    const char *value, struct error *err)
{
	static const char *const names[] = {
		[FORMAT_LINE] = "line", [FORMAT_LONG] = "long",
		[FORMAT_JSON] = "json", [FORMAT_RECORDS] = "records",
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(value, names[i]) == 0) {
			options->format = (enum format)i;
			return 0;
		}
	}
	return usage(err, info, "not line, long, json or records", value);
}

static int
read_report(struct options *options, const struct option_info *info,
    const char *value, struct error *err)
{
	if (strcmp(value, "text") == 0)
		options->report = REPORT_TEXT;
	else if (strcmp(value, "tap") == 0 && info->verbs == TEST)
		options->report = REPORT_TAP;
	else if (strcmp(value, "json") == 0 && info->verbs == EXPLAIN)
		options->report = REPORT_JSON;
	else
		return usage(err, info, info->verbs == TEST ?
		    "not text or tap" : "not text or json", value);
	return 0;
}

static int
read_duration(int64_t *ms, const struct option_info *info, const char *value,
    struct error *err)
{
	struct error why;

	if (time_read_duration(slice_from(value), ms, &why) == -1)
		return usage(err, info, why.text, NULL);
	return 0;
}

static int
read_restart(struct options *options, const struct option_info *info,
    const char *value, struct error *err)
{
	if (strcmp(value, "never") == 0)
		options->restart = CHOICE_NEVER;
	else if (strcmp(value, "always") == 0)
		options->restart = CHOICE_ALWAYS;
	else if (strcmp(value, "failure") == 0)
		options->restart = CHOICE_AUTO;
	else
		return usage(err, info, "not never, failure or always", value);
	return 0;
}

static int
read_colour(struct options *options, const struct option_info *info,
    const char *value, struct error *err)
{
	if (strcmp(value, "auto") == 0)
		options->colour = CHOICE_AUTO;
	else if (strcmp(value, "always") == 0)
		options->colour = CHOICE_ALWAYS;
	else if (strcmp(value, "never") == 0)
		options->colour = CHOICE_NEVER;
	else
		return usage(err, info, "not auto, always or never", value);
	return 0;
}

static int
read_threads(struct options *options, const struct option_info *info,
    const char *value, struct error *err)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end != '\0' || n < 1 ||
	    n > THREADS_MOST)
		return usage(err, info, "not a number from 1 to 256", value);
	options->threads = (unsigned)n;
	return 0;
}

static void
add_rule(struct options *options, char kind, const char *value)
{
	options->rules = mem_grow(options->rules, options->rule_count + 1,
	    &options->rule_room, sizeof *options->rules);
	options->rules[options->rule_count++] =
	    (struct rule_option){ kind, value };
}

static int
take(struct options *options, const struct option_info *info,
    const char *value, struct error *err)
{
	switch (info->id) {
	case OPT_RULES:
	case OPT_REGEX:
	case OPT_PATTERN:
	case OPT_TEXT:
		add_rule(options, info->letter, value);
		return 0;
	case OPT_WITHOUT:
		options->without = mem_grow(options->without,
		    options->without_count + 1, &options->without_room,
		    sizeof *options->without);
		options->without[options->without_count++] = value;
		return 0;
	case OPT_GROUP:
		options->group = slice_from(value);
		return 0;
	case OPT_SERVICE:
		options->service = slice_from(value);
		return 0;
	case OPT_FROM:
		return read_from(options, info, value, err);
	case OPT_WINDOW:
		return read_duration(&options->window_ms, info, value, err);
	case OPT_LATE:
		return read_duration(&options->late_ms, info, value, err);
	case OPT_SINCE:
		options->since = value;
		return 0;
	case OPT_UNTIL:
		options->until = value;
		return 0;
	case OPT_LEVEL:
		if (!level_read(slice_from(value), &options->level))
			return usage(err, info, "not fatal, error or warn",
			    value);
		return 0;
	case OPT_TZ:
		options->zone = value;
		return 0;
	case OPT_UTC:
		options->zone = "UTC";
		return 0;
	case OPT_OUTPUT:
		return read_output(options, info, value, err);
	case OPT_REPORT:
		return read_report(options, info, value, err);
	case OPT_RUN:
		options->run = value;
		return 0;
	case OPT_STRICT:
		options->strict = true;
		return 0;
	case OPT_UPDATE:
		options->update = true;
		return 0;
	case OPT_ONLY:
		options->only = value;
		return 0;
	case OPT_MATCHED:
		options->matched = true;
		return 0;
	case OPT_UNMATCHED:
		options->unmatched = true;
		return 0;
	case OPT_LIST:
		options->list = true;
		return 0;
	case OPT_CHECK:
		options->check = true;
		return 0;
	case OPT_EXPORT:
		if (strcmp(value, "terraform") != 0 && strcmp(value, "cli") != 0)
			return usage(err, info, "not terraform or cli", value);
		options->export_as = value;
		return 0;
	case OPT_IMPORT:
		options->import_from = value;
		return 0;
	case OPT_SNS:
		options->sns = value;
		return 0;
	case OPT_DRY_RUN:
		options->dry_run = true;
		return 0;
	case OPT_SPOOL:
		options->spool = value;
		return 0;
	case OPT_REPEAT:
		return read_duration(&options->repeat_ms, info, value, err);
	case OPT_RESTART:
		return read_restart(options, info, value, err);
	case OPT_ALERT_GAP:
		return read_duration(&options->alert_gap_ms, info, value, err);
	case OPT_HEARTBEAT:
		return read_duration(&options->heartbeat_ms, info, value, err);
	case OPT_VERBOSE:
		options->verbose = true;
		return 0;
	case OPT_COLOR:
		return read_colour(options, info, value, err);
	case OPT_LIVE:
		options->live = true;
		options->batch = false;
		return 0;
	case OPT_BATCH:
		options->batch = true;
		options->live = false;
		return 0;
	case OPT_THREADS:
		return read_threads(options, info, value, err);
	case OPT_STATS:
		options->stats = true;
		return 0;
	case OPT_QUIET:
		options->quiet = true;
		return 0;
	case OPT_EXIT_CODE:
		options->exit_code = true;
		return 0;
	case OPT_ALLOW_EMPTY:
		options->allow_empty = true;
		return 0;
	case OPT_HELP_SHORT:
		options->help = true;
		return 0;
	case OPT_HELP:
		options->long_help = true;
		return 0;
	case OPT_VERSION:
		options->version = true;
		return 0;
	case OPT_NO_SEARCH:
		options->no_search = true;
		return 0;
	}
	return 0;
}

/* What is in the table and cannot be done yet. */
static bool
is_later(const struct option_info *info)
{
	return info->id == OPT_SNS || info->id == OPT_DRY_RUN ||
	    info->id == OPT_SPOOL || info->id == OPT_REPEAT;
}

static void
add_operand(struct options *options, const char *path)
{
	options->operands = mem_grow(options->operands,
	    options->operand_count + 1, &options->operand_room,
	    sizeof *options->operands);
	options->operands[options->operand_count++] = (struct operand){
	    path, options->group, options->service };
}

/* `--name`, `--name=value`, `--name value`. */
static int
long_option(struct options *options, char **argv, int argc, int *at,
    struct error *err)
{
	const char *arg = argv[*at] + 2;
	const char *equals = strchr(arg, '=');
	size_t len = equals == NULL ? strlen(arg) : (size_t)(equals - arg);
	bool known = false;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_info *info = &options_table[i];
		const char *value = equals == NULL ? NULL : equals + 1;

		if (info->name == NULL || strlen(info->name) != len ||
		    memcmp(info->name, arg, len) != 0)
			continue;
		known = true;
		if ((info->verbs & 1u << options->verb) == 0)
			continue;
		if (is_later(info))
			return usage(err, info, CANNOT_FORWARD, NULL);
		if (info->arg == NULL && value != NULL)
			return usage(err, info, "takes no value", value);
		if (info->arg != NULL && value == NULL) {
			if (*at + 1 >= argc)
				return usage(err, info, "needs a value",
				    info->arg);
			value = argv[++*at];
		}
		return take(options, info, value, err);
	}
	if (known)
		return error_set(err, ERROR_USAGE, "%s does not take --%.*s",
		    verb_name(options->verb), (int)len, arg);
	return error_set(err, ERROR_USAGE, "no such option: --%.*s", (int)len,
	    arg);
}

/* `-x`, `-xy`, `-xVALUE`, `-x VALUE`. */
static int
letters(struct options *options, char **argv, int argc, int *at,
    struct error *err)
{
	for (const char *c = argv[*at] + 1; *c != '\0'; c++) {
		const struct option_info *info = NULL;
		const char *value = NULL;

		for (size_t i = 0; i < OPTION_COUNT && info == NULL; i++)
			if (options_table[i].letter == *c &&
			    (options_table[i].verbs & 1u << options->verb) != 0)
				info = &options_table[i];
		if (info == NULL)
			return error_set(err, ERROR_USAGE,
			    "no such option: -%c", *c);
		if (is_later(info))
			return usage(err, info, CANNOT_FORWARD, NULL);
		if (info->arg != NULL) {
			if (c[1] != '\0')
				value = c + 1;
			else if (*at + 1 < argc)
				value = argv[++*at];
			else
				return usage(err, info, "needs a value",
				    info->arg);
		}
		if (take(options, info, value, err) == -1)
			return -1;
		if (value != NULL)
			break;
	}
	return 0;
}

/* -g and -s speak of the operands behind them: one with none is a slip. */
static int
check_reach(const struct options *options, struct error *err)
{
	const struct operand *last;

	if (options->operand_count == 0)
		return 0;
	last = &options->operands[options->operand_count - 1];
	if (last->group.data != options->group.data)
		return error_set(err, ERROR_USAGE,
		    "--group: it speaks of the operands behind it, and there "
		    "are none");
	if (last->service.data != options->service.data)
		return error_set(err, ERROR_USAGE,
		    "--service: it speaks of the operands behind it, and there "
		    "are none");
	return 0;
}

int
options_read(struct options *options, int argc, char **argv,
    struct error *err)
{
	bool only_operands = false;
	int at = 1;

	*options = (struct options){ .window_ms = WINDOW_MS,
	    .late_ms = LATE_MS, .alert_gap_ms = ALERT_GAP_MS,
	    .restart = CHOICE_ALWAYS,
	    .level = LEVEL_ERROR, .format = FORMAT_LINE,
	    .from = SHAPE_UNKNOWN };
	for (size_t i = 1; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(argv[1], verbs[i].name) == 0) {
			options->verb = verbs[i].verb;
			at = 2;
		}
	}
	for (; at < argc; at++) {
		const char *arg = argv[at];
		int status = 0;

		if (only_operands || arg[0] != '-' || arg[1] == '\0')
			add_operand(options, arg);
		else if (strcmp(arg, "--") == 0 &&
		    options->verb == VERB_WATCH) {
			options->command = argv + at + 1;
			break;
		} else if (strcmp(arg, "--") == 0)
			only_operands = true;
		else if (arg[1] == '-')
			status = long_option(options, argv, argc, &at, err);
		else
			status = letters(options, argv, argc, &at, err);
		if (status == -1)
			return -1;
	}
	return check_reach(options, err);
}

void
options_free(struct options *options)
{
	free(options->without);
	free(options->rules);
	free(options->operands);
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
	for (size_t i = 1; verb == VERB_SIFT &&
	    i < sizeof verbs / sizeof verbs[0]; i++)
		if (verbs[i].ready)
			buf_printf(out, "       cwsift %s\n", verbs[i].usage);
	buf_printf(out, "\n%s\n", about->text);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_info *info = &options_table[i];

		if (info->text != NULL && (complete || info->common) &&
		    (info->verbs & 1u << verb) != 0)
			help_line(out, info);
	}
	if (!complete) {
		buf_text(out, "\n`--help` lists all options, "
		    "`man cwsift` tells the rest.\n");
		return;
	}
	if (verb == VERB_SIFT)
		buf_text(out,
		    "\n"
		    "Exit: 0 done, 1 incidents (with --exit-code), 2 usage or "
		    "rules wrong, 3 input\n"
		    "incomplete or no record at all, 4 something could not be "
		    "written; 128 + n after\n"
		    "a signal.  `man cwsift` has the rule language, every input "
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
