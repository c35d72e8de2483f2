/* options.c -- the command line, looked up in the table of options.
 * SPDX-License-Identifier: MIT */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "option_table.h"

#define WINDOW_MS (10 * 60 * 1000)	/* -w when it is not given */
#define LATE_MS (10 * 60 * 1000)	/* --late when it is not given */
#define THREADS_MOST 256
#define ALERT_GAP_MS (15 * 60 * 1000)	/* --alert-gap when it is not given */

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
	else if (strcmp(value, "tap") == 0 && (info->verbs & 1u << VERB_TEST) != 0)
		options->report = REPORT_TAP;
	else if (strcmp(value, "json") == 0 && (info->verbs & 1u << VERB_EXPLAIN) != 0)
		options->report = REPORT_JSON;
	else
		return usage(err, info, (info->verbs & 1u << VERB_TEST) != 0 ?
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

/* A name, or the ARN that AWS prints where it means one. */
static struct slice
group_name(struct slice value)
{
	static const char part[] = ":log-group:";
	size_t at = slice_find(value, slice_from(part));

	if (!slice_starts(value, "arn:") || at == SIZE_MAX)
		return value;
	value = slice_cut(value, at + sizeof part - 1, value.len);
	at = slice_find(value, slice_from(":"));	/* no name has one */
	return at == SIZE_MAX ? value : slice_cut(value, 0, at);
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
		options->group = group_name(slice_from(value));
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

static void
add_operand(struct options *options, const char *path)
{
	options->operands = mem_grow(options->operands,
	    options->operand_count + 1, &options->operand_room,
	    sizeof *options->operands);
	options->operands[options->operand_count++] = (struct operand){
	    path, options->group, options->service };
}

/* An option that other verbs have: theirs. */
static int
misplaced(const struct options *options, const char *name, size_t len,
    unsigned verbs, struct error *err)
{
	struct buf text;
	int status;

	buf_init(&text, BUF_NO_LIMIT);
	for (size_t i = 0; i < verb_count; i++)
		if ((verbs & 1u << verb_table[i].verb) != 0)
			buf_printf(&text, "%s%s", text.len == 0 ? "" : ", ",
			    verb_table[i].verb == VERB_SIFT ? "cwsift itself" :
			    verb_table[i].name);
	status = error_set(err, ERROR_USAGE, "%s%s does not take %.*s: it is "
	    "an option of %.*s", options->verb == VERB_SIFT ? "cwsift" : "",
	    options->verb == VERB_SIFT ? " without a verb" :
	    verb_name(options->verb), (int)len, name, (int)text.len, text.data);
	buf_free(&text);
	return status;
}

/* `--name`, `--name=value`, `--name value`. */
static int
long_option(struct options *options, char **argv, int argc, int *at,
    struct error *err)
{
	const char *arg = argv[*at] + 2;
	const char *equals = strchr(arg, '=');
	size_t len = equals == NULL ? strlen(arg) : (size_t)(equals - arg);
	unsigned verbs = 0;

	for (size_t i = 0; i < option_count; i++) {
		const struct option_info *info = &option_table[i];
		const char *value = equals == NULL ? NULL : equals + 1;

		if (info->name == NULL || strlen(info->name) != len ||
		    memcmp(info->name, arg, len) != 0)
			continue;
		verbs |= info->verbs;
		if ((info->verbs & 1u << options->verb) == 0)
			continue;
		if (info->arg == NULL && value != NULL)
			return usage(err, info, "takes no value", value);
		if (info->arg != NULL && value == NULL) {
			if (*at + 1 >= argc)
				return usage(err, info, "needs a value",
				    info->arg);
			value = argv[++*at];
		}
		return take(options, info, value == NULL ? "" : value, err);
	}
	if (verbs != 0)
		return misplaced(options, arg - 2, len + 2, verbs, err);
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
		const char *value = "";
		unsigned verbs = 0;

		for (size_t i = 0; i < option_count && info == NULL; i++) {
			if (option_table[i].letter != *c)
				continue;
			verbs |= option_table[i].verbs;
			if ((option_table[i].verbs & 1u << options->verb) != 0)
				info = &option_table[i];
		}
		if (info == NULL && verbs != 0)
			return misplaced(options, (char[]){ '-', *c }, 2,
			    verbs, err);
		if (info == NULL)
			return error_set(err, ERROR_USAGE,
			    "no such option: -%c", *c);
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
		if (info->arg != NULL)
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

/* How many further arguments the option takes.  That one of a name takes a value in one
 * verb and none in another does not occur. */
static int
values_of(const char *arg)
{
	if (arg[1] == '-') {
		for (size_t i = 0; i < option_count; i++)
			if (option_table[i].name != NULL &&
			    strcmp(option_table[i].name, arg + 2) == 0)
				return option_table[i].arg != NULL;
		return 0;
	}
	for (const char *c = arg + 1; *c != '\0'; c++)
		for (size_t i = 0; i < option_count; i++)
			if (option_table[i].letter == *c &&
			    option_table[i].arg != NULL)
				return c[1] == '\0';
	return 0;
}

/* Where the verb stands, options in front of it or not; 0: nowhere. */
static int
find_verb(struct options *options, int argc, char **argv)
{
	int at = 1;

	while (at < argc && argv[at][0] == '-' && argv[at][1] != '\0') {
		if (strcmp(argv[at], "--") == 0)
			return 0;
		at += 1 + values_of(argv[at]);
	}
	for (size_t i = 1; at < argc && i < verb_count; i++) {
		if (strcmp(argv[at], verb_table[i].name) == 0) {
			options->verb = verb_table[i].verb;
			return at;
		}
	}
	return 0;
}

int
options_read(struct options *options, int argc, char **argv,
    struct error *err)
{
	bool only_operands = false;
	int verb_at;

	*options = (struct options){ .window_ms = WINDOW_MS,
	    .late_ms = LATE_MS, .alert_gap_ms = ALERT_GAP_MS,
	    .restart = CHOICE_ALWAYS,
	    .level = LEVEL_ERROR, .format = FORMAT_LINE,
	    .from = SHAPE_UNKNOWN };
	verb_at = find_verb(options, argc, argv);
	for (int at = 1; at < argc; at++) {
		const char *arg = argv[at];
		int status = 0;

		if (at == verb_at)
			continue;
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
