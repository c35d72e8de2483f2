/* test.c -- the verb test: what is to be tried, and what came of it.
 * SPDX-License-Identifier: MIT */
#include "verbs/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clean.h"
#include "base/diag.h"
#include "base/mem.h"
#include "input/walk.h"
#include "match/regex.h"
#include "match/ruleset.h"
#include "sink/output.h"
#include "verbs/example.h"
#include "verbs/exit_status.h"
#include "verbs/expectation.h"
#include "verbs/fired.h"
#include "verbs/verdict.h"

#define SAMPLES "samples"		/* tried when no operand is given */
#define RULES_SUFFIX ".rules"
#define HEAD 4096			/* bytes that tell a rule file */

struct paths {
	char **list;
	size_t count, room;
};

struct test {
	struct options *options;
	struct verdict verdict;
	struct regex *only;		/* --run; NULL: all */
	struct regex_run *run;
	struct paths rules, samples;
	bool builtin;			/* its stanzas are told of */
	bool found;			/* something in the operand at hand */
	struct ruleset set;
	struct fired fired;
	size_t examples, sample_count;
};

static void
add_path(struct paths *paths, struct slice path)
{
	paths->list = mem_grow(paths->list, paths->count + 1, &paths->room,
	    sizeof *paths->list);
	paths->list[paths->count++] = mem_copy(path);
}

static void
paths_free(struct paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->list[i]);
	free(paths->list);
}

static bool
is_expectation(const char *path)
{
	return slice_ends(slice_from(path), EXPECTATION_SUFFIX);
}

static bool
is_rule_file(const char *path)
{
	return slice_ends(slice_from(path), RULES_SUFFIX);
}

static void
add_sample_of(struct test *test, const char *expectation)
{
	add_path(&test->samples, (struct slice){ expectation,
	    strlen(expectation) - strlen(EXPECTATION_SUFFIX) });
	test->found = true;
}

/* ---- operands ---- */

static void
take_file(void *ctx, const char *path)
{
	struct test *test = ctx;

	if (!is_rule_file(path))
		return;
	add_path(&test->rules, slice_from(path));
	test->found = true;
}

/* Expectations are among what a walk passes over. */
static void
take_skipped(void *ctx, const char *path)
{
	if (is_expectation(path))
		add_sample_of(ctx, path);
}

static void
fail_file(void *ctx, const char *path, const char *why)
{
	struct test *test = ctx;

	diag_say("%s: %s", path, why);
	test->verdict.broken = true;
	test->found = true;
}

/* Whether its first words are those of a rule file. */
static bool
reads_as_rules(const char *path)
{
	FILE *file = fopen(path, "r");
	char head[HEAD];
	struct slice text;
	bool rules = false;

	if (file == NULL)
		return false;
	text = (struct slice){ head, fread(head, 1, sizeof head, file) };
	fclose(file);
	while (text.len > 0) {
		size_t end = slice_find(text, (struct slice){ "\n", 1 });
		struct slice line = slice_trim(slice_cut(text, 0, end));

		if (line.len > 0 && line.data[0] != '#') {
			rules = slice_starts(line, "rules ");
			break;
		}
		text = end < text.len ? slice_cut(text, end + 1, text.len) :
		    (struct slice){ NULL, 0 };
	}
	return rules;
}

static void
take_operand(struct test *test, const char *path)
{
	struct walk walk = { test, take_file, take_skipped, fail_file };
	struct stat st;

	test->found = false;
	if (strcmp(path, "builtin") == 0) {
		test->builtin = true;
	} else if (is_expectation(path)) {
		add_sample_of(test, path);
	} else if (stat(path, &st) == -1) {
		fail_file(test, path, strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		walk_operand(&walk, path);
		if (!test->found)
			fail_file(test, path, "nothing to test in it: neither "
			    "*.rules nor *.expect");
	} else if (is_rule_file(path) || reads_as_rules(path)) {
		add_path(&test->rules, slice_from(path));
	} else {
		add_path(&test->samples, slice_from(path));
	}
}

static void
take_operands(struct test *test)
{
	const struct options *options = test->options;
	struct stat st;

	for (size_t i = 0; i < options->operand_count; i++)
		take_operand(test, options->operands[i].path);
	if (options->operand_count > 0)
		return;
	test->builtin = true;
	if (stat(SAMPLES, &st) == 0 && S_ISDIR(st.st_mode))
		take_operand(test, SAMPLES);
}

static int
load(struct test *test)
{
	struct ruleset *set = &test->set;

	for (size_t i = 0; i < test->rules.count; i++)
		ruleset_read_path(set, test->rules.list[i]);
	/* samples alone are sifted with the built-in pack */
	ruleset_read_builtin(set, test->builtin || test->rules.count == 0);
	if (ruleset_finish(set) == 0)
		return 0;
	diag_raw(buf_slice(&set->errors));
	return -1;
}

/* ---- what is wanted ---- */

static bool
is_chosen(const struct test *test, struct slice name)
{
	return test->only == NULL ||
	    regex_match(test->only, test->run, name) == 1;
}

static bool
wants(void *ctx, const struct rule *stanza)
{
	const struct test *test = ctx;

	if (stanza->place == PLACE_BUILTIN && !test->builtin)
		return false;
	return is_chosen(test, stanza->id) ||
	    is_chosen(test, slice_from(stanza->file));
}

/* ---- running ---- */

static void
try_samples(struct test *test)
{
	struct paths with = { NULL, 0, 0 };
	struct sample_rules rules;

	for (size_t i = 0; i < test->rules.count; i++)
		add_path(&with, slice_from(test->rules.list[i]));
	if (test->builtin && test->rules.count > 0)
		add_path(&with, slice_from("builtin"));
	rules = (struct sample_rules){ (const char *const *)with.list,
	    with.count };
	for (size_t i = 0; i < test->samples.count; i++) {
		const char *sample = test->samples.list[i];

		if (!is_chosen(test, slice_from(sample)))
			continue;
		expectation_try(sample, &rules, test->options->update,
		    &test->verdict, &test->fired);
		test->sample_count++;
	}
	paths_free(&with);
}

static void
tell_coverage(struct test *test)
{
	struct buf out;
	size_t silent = 0;

	buf_init(&out, BUF_NO_LIMIT);
	for (size_t i = 0; i < test->set.rule_count; i++) {
		const struct rule *rule = test->set.rules[i];

		if (test->fired.rules[i] || !wants(test, rule))
			continue;
		if (silent++ == 0)
			buf_text(&out, "no example and no sample fires:\n");
		buf_printf(&out, "    %s:%u: ", rule->file, rule->line);
		clean_line(&out, rule->id);
		buf_byte(&out, '\n');
	}
	verdict_note(&test->verdict, buf_slice(&out));
	buf_clear(&out);
	buf_printf(&out, "%zu example%s, %zu sample%s\n", test->examples,
	    test->examples == 1 ? "" : "s", test->sample_count,
	    test->sample_count == 1 ? "" : "s");
	verdict_note(&test->verdict, buf_slice(&out));
	buf_free(&out);
}

static int
try_all(struct test *test)
{
	const struct options *options = test->options;
	struct verdict *verdict = &test->verdict;

	if (load(test) == -1)
		return EXIT_USAGE;
	fired_init(&test->fired, &test->set);
	test->examples = examples_try(&test->set, wants, test,
	    options->strict, verdict, &test->fired);
	try_samples(test);
	if (verdict->count == 0) {
		diag_say("nothing to test%s", options->run == NULL ? "" :
		    ": no rule and no sample has a name that --run matches");
		verdict->broken = true;
	} else {
		tell_coverage(test);
	}
	verdict_end(verdict);
	if (output_failed() != NULL) {
		diag_say("standard output: %s", output_failed());
		return EXIT_OUTPUT;
	}
	if (verdict->broken)
		return EXIT_USAGE;
	return verdict->failed > 0 ? 1 : EXIT_DONE;
}

int
test(struct options *options)
{
	struct test test = { .options = options, .verdict = {
	    .format = options->report,
	    .colour = options->colour == CHOICE_ALWAYS } };
	struct error err;
	int status = EXIT_USAGE;

	ruleset_init(&test.set);
	test.run = regex_run_new();
	if (options->run != NULL) {
		test.only = regex_new(slice_from(options->run), &err);
		if (test.only == NULL) {
			diag_say("--run: %s (try test --help)", err.text);
			goto out;
		}
	}
	take_operands(&test);
	status = try_all(&test);
out:
	fired_free(&test.fired);
	paths_free(&test.samples);
	paths_free(&test.rules);
	regex_free(test.only);
	regex_run_free(test.run);
	ruleset_free(&test.set);
	return status;
}
