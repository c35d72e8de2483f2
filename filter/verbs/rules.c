/* rules.c -- the verb `rules`: lists rules, checks them, takes them elsewhere.
 * SPDX-License-Identifier: MIT */
#include "verbs/rules.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clean.h"
#include "base/diag.h"
#include "match/reason.h"
#include "sink/output.h"
#include "verbs/exit_status.h"
#include "verbs/lint.h"
#include "verbs/load.h"
#include "verbs/metric_filters.h"

#define ANSWER_LIMIT ((size_t)64 << 20)	/* bytes of describe-metric-filters */
#define EXIT_DOUBTFUL 1

/* ---- --list ---- */

static void
list_stanza(struct buf *out, const struct rule *rule, const char *level)
{
	const struct condition *first = rule->match.count > 0 ?
	    rule->match.list : rule->require.count > 0 ? rule->require.list :
	    rule->group.count > 0 ? rule->group.list : rule->stream.list;

	clean_line(out, rule->id);
	buf_printf(out, "\t%s\t", level);
	clean_line(out, slice_from(rule->file));
	if (rule->place != PLACE_COMMAND_LINE)
		buf_printf(out, ":%u", rule->line);
	buf_byte(out, '\t');
	if (rule->match.count == 0)
		buf_printf(out, "%s ", reason_key(rule, first));
	buf_text(out, reason_kind(first));
	if (first->value.len > 0)
		buf_byte(out, ' ');
	clean_line(out, first->value);
	buf_byte(out, '\n');
}

static void
list(struct buf *out, const struct ruleset *set)
{
	for (size_t i = 0; i < set->rule_count; i++)
		list_stanza(out, set->rules[i],
		    level_name(set->rules[i]->level));
	for (size_t i = 0; i < set->ignore_count; i++)
		list_stanza(out, set->ignores[i], "ignore");
}

/* ---- --import ---- */

static int
read_all(struct buf *text, const char *path)
{
	bool input = strcmp(path, "-") == 0;
	FILE *file = input ? stdin : fopen(path, "r");
	const char *why = NULL;
	size_t got;

	if (file == NULL) {
		diag_say("%s: %s", path, strerror(errno));
		return -1;
	}
	do {
		char *at = buf_reserve(text, BUFSIZ);

		if (at == NULL) {
			why = "too long for a list of metric filters";
			break;
		}
		got = fread(at, 1, BUFSIZ, file);
		text->len += got;
	} while (got == BUFSIZ);
	if (why == NULL && ferror(file))
		why = strerror(errno);
	if (why != NULL)
		diag_say("%s: %s", input ? "standard input" : path, why);
	if (!input)
		fclose(file);
	return why == NULL ? 0 : -1;
}

static int
import(struct buf *out, const char *path)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	int status = EXIT_USAGE;
	struct error err;
	struct buf text;
	size_t left;

	buf_init(&text, ANSWER_LIMIT);
	if (read_all(&text, path) == -1)
		goto out;
	if (metric_import(out, buf_slice(&text), name, &left, &err) == -1)
		diag_say("%s: %s", name, err.text);
	else
		status = left > 0 ? EXIT_INCOMPLETE : EXIT_DONE;
out:
	buf_free(&text);
	return status;
}

/* ---- all ---- */

static int
with_rules(struct buf *out, const struct options *options)
{
	int status = EXIT_DONE;
	struct ruleset set;

	ruleset_init(&set);
	if (load_rules(&set, options) == -1)
		status = EXIT_USAGE;
	else if (options->check)
		status = lint_rules(out, &set) > 0 ? EXIT_DOUBTFUL : EXIT_DONE;
	else if (options->export_as != NULL)
		status = metric_export(out, &set,
		    strcmp(options->export_as, "cli") == 0 ? METRIC_CLI :
		    METRIC_TERRAFORM) > 0 ? EXIT_INCOMPLETE : EXIT_DONE;
	else
		list(out, &set);
	ruleset_free(&set);
	return status;
}

int
rules(const struct options *options)
{
	int jobs = options->list + options->check +
	    (options->export_as != NULL) + (options->import_from != NULL);
	struct buf out;
	int status;

	if (jobs > 1) {
		diag_say("rules: one of --list, --check, --export and --import "
		    "at a time (try rules --help)");
		return EXIT_USAGE;
	}
	if (options->operand_count > 0) {
		diag_say("rules: %s: it takes no operand; -r names rule files "
		    "(try rules --help)", options->operands[0].path);
		return EXIT_USAGE;
	}
	if (options->import_from != NULL && options->rule_count > 0) {
		diag_say("rules: --import makes rules of FILE and takes none "
		    "(try rules --help)");
		return EXIT_USAGE;
	}
	buf_init(&out, BUF_NO_LIMIT);
	if (options->import_from != NULL)
		status = import(&out, options->import_from);
	else
		status = with_rules(&out, options);
	output_write(buf_slice(&out));
	buf_free(&out);
	if (output_failed() != NULL) {
		diag_say("standard output: %s", output_failed());
		status = EXIT_OUTPUT;
	}
	return status;
}
