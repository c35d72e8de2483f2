/* explain.c -- the verb `explain`: per record, which rule decided, and why.
 * SPDX-License-Identifier: MIT
 *
 * Records come from a source and go through a matcher, as in the real run: what it
 * says is what happens.  Then holds.c is asked again, rule by rule, for the reasons. */
#include "verbs/explain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "input/limits.h"
#include "input/source.h"
#include "match/complaint.h"
#include "match/matcher.h"
#include "sink/output.h"
#include "verbs/exit_status.h"
#include "verbs/explanation.h"
#include "verbs/load.h"
#include "verbs/stop.h"

/* What the matcher said of a record of the chunk at hand. */
struct said {
	size_t record;
	size_t service, service_len;	/* in explain.names */
	enum namer namer;
	const struct rule *naming;
	enum level level;
};

struct explain {
	const struct options *options;
	const char *name;		/* of the input, for messages */
	struct naming naming;
	struct ruleset set;
	const struct rule *only;
	struct plan *plan;
	struct matcher *matcher;
	struct reasoner *reasoner;
	struct regex_run *run;
	struct source *source;
	struct coverage coverage;
	struct explanation explanation;

	/* of the chunk at hand */
	struct said *said;
	size_t said_count, said_room;
	struct buf names, layers, scratch, out;
	bool partial;			/* it is our own json */
	bool told;			/* some record */
};

/* ---- records ---- */

static void
on_match(void *ctx, const struct match *match)
{
	struct explain *e = ctx;
	struct said *said;

	e->said = mem_grow(e->said, e->said_count + 1, &e->said_room,
	    sizeof *e->said);
	said = &e->said[e->said_count++];
	*said = (struct said){ .record = match->record,
	    .service = e->names.len, .service_len = match->service.len,
	    .namer = match->namer, .naming = match->naming,
	    .level = match->level };
	buf_add_slice(&e->names, match->service);
}

static void
on_gave_up(void *ctx, struct slice rule, const struct record *record)
{
	struct explain *e = ctx;

	e->coverage.gave_up++;
	diag_say("%s: rule %.*s gave up on the record at byte %llu", e->name,
	    (int)rule.len, rule.data, (unsigned long long)record->at);
}

/* Whether it is a record that was asked for: by the rule of --only, or by any. */
static bool
is_wanted(const struct explain *e)
{
	const struct explanation *ex = &e->explanation;
	bool matched = e->only == NULL ? ex->matched :
	    ex->stanza_count > 0 && stanza_report_holds(&ex->stanzas[0]);

	return e->options->matched ? matched : !e->options->unmatched ||
	    !matched;
}

static void
tell(struct explain *e)
{
	explanation_find(&e->explanation, e->reasoner, e->run, &e->set,
	    e->only);
	if (!is_wanted(e))
		return;
	switch (e->options->report) {
	case REPORT_JSON:
		explanation_json(&e->out, &e->explanation);
		break;
	case REPORT_TEXT:
	case REPORT_TAP:		/* not for explain */
		if (e->told)
			buf_byte(&e->out, '\n');
		explanation_text(&e->out, &e->explanation,
		    e->options->colour == CHOICE_ALWAYS);
		break;
	}
	e->told = true;
	output_write(buf_slice(&e->out));
	buf_clear(&e->out);
}

static void
on_chunk(void *ctx, const struct chunk *chunk)
{
	struct explain *e = ctx;
	struct match_sink sink = { e, on_match, on_gave_up };
	struct explanation *ex = &e->explanation;
	size_t next = 0;

	if (chunk->shape == SHAPE_CWSIFT) {
		e->partial = true;
		return;
	}
	e->said_count = 0;
	buf_clear(&e->names);
	buf_clear(&e->layers);
	source_layers(e->source, &e->layers);
	matcher_chunk(e->matcher, chunk, &e->naming, &sink);
	ex->shape = chunk->shape;
	ex->layers = buf_slice(&e->layers);
	for (size_t i = 0; i < chunk->count && !output_closed() &&
	    stop_signal() == 0; i++) {
		ex->number++;
		ex->record = &chunk->records[i];
		ex->message = chunk_message(chunk, ex->record, &e->scratch);
		ex->origin = chunk_origin(chunk, ex->record->origin);
		if (ex->origin.group.len == 0)
			ex->origin.group = e->naming.group;
		ex->matched = next < e->said_count &&
		    e->said[next].record == i;
		if (ex->matched) {
			const struct said *said = &e->said[next++];

			ex->service = slice_cut(buf_slice(&e->names),
			    said->service, said->service + said->service_len);
			ex->namer = said->namer;
			ex->naming = said->naming;
			ex->level = said->level;
		}
		tell(e);
	}
}

static void
on_problem(void *ctx, const struct problem *problem)
{
	const struct explain *e = ctx;

	diag_say("%s: %s, at byte %llu%s", e->name, problem->text,
	    (unsigned long long)problem->at,
	    problem->inside ? " of what is inside" : "");
}

/* ---- bytes ---- */

static void
read_all(struct explain *e, int fd)
{
	char *bytes = mem_alloc(READ_SIZE);

	while (stop_signal() == 0 && !output_closed()) {
		ssize_t len = read(fd, bytes, READ_SIZE);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0) {
			e->coverage.damages++;
			diag_say("%s: %s", e->name, strerror(errno));
			break;
		}
		if (len == 0)
			break;
		source_feed(e->source, bytes, (size_t)len);
	}
	if (stop_signal() == 0 && !output_closed())
		source_end(e->source);
	free(bytes);
}

/* Opens the operand; -1: it cannot be read. */
static int
open_input(struct explain *e, const struct operand *operand)
{
	int fd = STDIN_FILENO;
	struct stat st;

	if (strcmp(operand->path, "-") != 0)
		fd = open(operand->path, O_RDONLY | O_CLOEXEC);
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		if (fd != STDIN_FILENO)
			close(fd);
		errno = EISDIR;
		fd = -1;
	}
	if (fd == -1)
		diag_say("%s: %s", e->name, strerror(errno));
	return fd;
}

static int
conclude(struct explain *e)
{
	int status = EXIT_DONE;

	if (e->partial) {
		diag_say("%s: this is cwsift's own json: it has incidents, and "
		    "no records to explain", e->name);
		status = EXIT_INCOMPLETE;
	} else if (e->coverage.records == 0 && !output_closed()) {
		diag_say("%s: no record was read", e->name);
		status = EXIT_INCOMPLETE;
	}
	return exit_status(status, &e->coverage);
}

static int
explain_operand(struct explain *e, const struct operand *operand)
{
	struct source_sink sink = { e, on_chunk, on_problem };
	bool input = strcmp(operand->path, "-") == 0;
	int fd, status;

	e->name = input ? "standard input" : operand->path;
	e->naming = (struct naming){ .service = operand->service,
	    .group = operand->group };
	fd = open_input(e, operand);
	if (fd == -1)
		return EXIT_INCOMPLETE;
	e->plan = plan_new(&e->set, LEVEL_WARN, true);
	e->matcher = matcher_new(e->plan);
	e->reasoner = reasoner_new();
	e->run = regex_run_new();
	e->source = source_new(input ? NULL : operand->path,
	    e->options->from, &sink, &e->coverage);
	read_all(e, fd);
	status = conclude(e);
	source_free(e->source);
	regex_run_free(e->run);
	reasoner_free(e->reasoner);
	matcher_free(e->matcher);
	plan_free(e->plan);
	if (!input)
		close(fd);
	return status;
}

/* ---- the command line ---- */

struct stanza_list {
	struct rule *const *list;
	size_t count;
};

static struct slice
stanza_id(void *ctx, size_t i)
{
	const struct ruleset *set = ctx;
	const struct stanza_list lists[] = {
		{ set->rules, set->rule_count },
		{ set->ignores, set->ignore_count },
		{ set->namings, set->naming_count },
	};

	for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++) {
		if (i < lists[l].count)
			return lists[l].list[i]->id;
		i -= lists[l].count;
	}
	return (struct slice){ NULL, 0 };
}

static const struct rule *
find_in(struct rule *const *list, size_t count, struct slice id)
{
	for (size_t i = 0; i < count; i++)
		if (slice_equal(list[i]->id, id))
			return list[i];
	return NULL;
}

static int
find_only(struct explain *e)
{
	struct ruleset *set = &e->set;
	struct slice id, near;

	if (e->options->only == NULL)
		return 0;
	id = slice_from(e->options->only);
	e->only = find_in(set->rules, set->rule_count, id);
	if (e->only == NULL)
		e->only = find_in(set->ignores, set->ignore_count, id);
	if (e->only == NULL)
		e->only = find_in(set->namings, set->naming_count, id);
	if (e->only != NULL)
		return 0;
	near = complaint_nearest(id, stanza_id, set);
	if (near.data != NULL)
		diag_say("--only: there is no rule \"%s\" (the nearest is "
		    "\"%.*s\")", e->options->only, (int)near.len, near.data);
	else
		diag_say("--only: there is no rule \"%s\"",
		    e->options->only);
	return -1;
}

static int
check_usage(const struct options *options)
{
	if (options->operand_count > 1) {
		diag_say("explain: %s: it takes one file (try explain --help)",
		    options->operands[1].path);
		return -1;
	}
	if (options->matched && options->unmatched) {
		diag_say("explain: --matched or --unmatched (try explain --help)");
		return -1;
	}
	return 0;
}

int
explain(const struct options *options)
{
	struct explain e = { .options = options };
	struct operand input = { "-", options->group, options->service };
	int status = EXIT_USAGE;

	if (check_usage(options) == -1)
		return EXIT_USAGE;
	ruleset_init(&e.set);
	coverage_init(&e.coverage);
	buf_init(&e.names, BUF_NO_LIMIT);
	buf_init(&e.layers, BUF_NO_LIMIT);
	buf_init(&e.scratch, BUF_NO_LIMIT);
	buf_init(&e.out, BUF_NO_LIMIT);
	if (load_rules(&e.set, options) == 0 && find_only(&e) == 0)
		status = explain_operand(&e, options->operand_count == 0 ?
		    &input : &options->operands[0]);
	buf_free(&e.out);
	buf_free(&e.scratch);
	buf_free(&e.layers);
	buf_free(&e.names);
	free(e.said);
	explanation_free(&e.explanation);
	ruleset_free(&e.set);
	return status;
}
