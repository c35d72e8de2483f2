/* regex.c -- regular expressions: the only file that knows PCRE2.
 * SPDX-License-Identifier: MIT */
#include "match/regex.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/diag.h"
#include "base/mem.h"
#include "match/dialect.h"
#include "match/syntax.h"

#define HEAP_LIMIT (64 * 1024)		/* KiB a match may take without JIT */
#define JIT_STACK_FIRST (32 * 1024)	/* bytes */
#define JIT_STACK_LIMIT (1024 * 1024)	/* more: it is done without JIT */
#define FIRST_GROUPS 8

struct regex {
	pcre2_code *code;
	struct slice pattern;	/* as PCRE2 has it; owned */
	unsigned groups;	/* the highest number */

	/* Most regexes of a run never meet a candidate: made fast by the first
	 * match, before which none may run. */
	atomic_bool fast;
	pthread_mutex_t making_fast;
};

struct regex_run {
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	pcre2_match_data *data;
	unsigned room;		/* groups that data has room for */
	unsigned groups;	/* of the last match */
	const char *subject;
};

static void *
checked(void *made)
{
	if (made == NULL)
		diag_out_of_memory();
	return made;
}

/* (*UTF), (*LIMIT_MATCH=...) and their like would undo what we promise. */
static int
refuse_verbs(struct slice pattern, struct error *err)
{
	if (pattern.len > 2 && pattern.data[0] == '(' &&
	    pattern.data[1] == '*' && pattern.data[2] >= 'A' &&
	    pattern.data[2] <= 'Z')
		return error_at(err, ERROR_RULES, 0,
		    "a regex must not begin with a (*VERB)");
	return 0;
}

static int
refuse_double_names(const pcre2_code *code, struct error *err)
{
	uint32_t changed = 0;

	pcre2_pattern_info(code, PCRE2_INFO_JCHANGED, &changed);
	if (changed != 0)
		return error_set(err, ERROR_RULES,
		    "(?J) is not supported: a name is one group");
	return 0;
}

static pcre2_code *
compile(struct slice pattern, uint32_t options, struct error *err)
{
	PCRE2_UCHAR why[256];
	PCRE2_SIZE at = 0;
	int code = 0;
	pcre2_code *made;

	options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
	    PCRE2_NEVER_BACKSLASH_C;
	made = pcre2_compile((PCRE2_SPTR)(pattern.data == NULL ? "" :
	    pattern.data), pattern.len, options, &code, &at, NULL);
	if (made != NULL)
		return made;
	if (code == PCRE2_ERROR_HEAP_FAILED)
		diag_out_of_memory();
	pcre2_get_error_message(code, why, sizeof why);
	error_at(err, ERROR_RULES, at > pattern.len ? pattern.len : at, "%s",
	    (const char *)why);
	return NULL;
}

/* Takes code over. */
static struct regex *
finish(pcre2_code *code, struct slice pattern)
{
	struct regex *regex = mem_zero(1, sizeof *regex);
	uint32_t groups = 0;

	regex->code = code;
	regex->pattern = (struct slice){ mem_copy(pattern), pattern.len };
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
	regex->groups = groups;
	atomic_init(&regex->fast, false);
	pthread_mutex_init(&regex->making_fast, NULL);
	return regex;
}

/* Any thread may be the first. */
static void
make_fast(const struct regex *shared)
{
	struct regex *regex = (struct regex *)(uintptr_t)shared;

	if (atomic_load_explicit(&regex->fast, memory_order_acquire))
		return;
	pthread_mutex_lock(&regex->making_fast);
	if (!atomic_load_explicit(&regex->fast, memory_order_relaxed)) {
		/* where there is no JIT, pcre2_match does without */
		pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
		atomic_store_explicit(&regex->fast, true,
		    memory_order_release);
	}
	pthread_mutex_unlock(&regex->making_fast);
}

struct regex *
regex_new(struct slice pattern, struct error *err)
{
	pcre2_code *code;

	if (refuse_verbs(pattern, err) == -1)
		return NULL;
	code = compile(pattern, 0, err);
	if (code == NULL)
		return NULL;
	if (refuse_double_names(code, err) == -1) {
		pcre2_code_free(code);
		return NULL;
	}
	return finish(code, pattern);
}

struct regex *
regex_new_cloudwatch(struct slice pattern, struct error *err)
{
	struct dialect dialect = { .from = NULL };
	struct regex *regex = NULL;
	struct error why;
	struct slice text;
	pcre2_code *code;

	if (dialect_read(&dialect, pattern, err) == -1)
		goto out;
	text = buf_slice(&dialect.pattern);
	code = compile(text, PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY, &why);
	if (code == NULL) {
		dialect_refuse(err, why.at < text.len ?
		    dialect.from[why.at] : pattern.len, why.text);
		goto out;
	}
	regex = finish(code, text);
out:
	dialect_free(&dialect);
	return regex;
}

void
regex_free(struct regex *regex)
{
	if (regex == NULL)
		return;
	free((void *)(uintptr_t)regex->pattern.data);
	pcre2_code_free(regex->code);
	pthread_mutex_destroy(&regex->making_fast);
	free(regex);
}

void
regex_need(const struct regex *regex, struct need *need)
{
	syntax_need(regex->pattern, need);
}

unsigned
regex_group(const struct regex *regex, struct slice name)
{
	PCRE2_SPTR table = NULL;
	uint32_t count = 0, size = 0;

	pcre2_pattern_info(regex->code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(regex->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(regex->code, PCRE2_INFO_NAMETABLE, &table);
	for (uint32_t i = 0; i < count; i++, table += size)
		if (slice_is(name, (const char *)table + 2))
			return (unsigned)table[0] << 8 | table[1];
	return 0;
}

struct regex_run *
regex_run_new(void)
{
	struct regex_run *run = mem_zero(1, sizeof *run);

	run->context = checked(pcre2_match_context_create(NULL));
	pcre2_set_match_limit(run->context, REGEX_STEPS);
	pcre2_set_depth_limit(run->context, REGEX_STEPS);
	pcre2_set_heap_limit(run->context, HEAP_LIMIT);
	/* NULL where there is no JIT */
	run->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_LIMIT,
	    NULL);
	pcre2_jit_stack_assign(run->context, NULL, run->stack);
	run->room = FIRST_GROUPS;
	run->data = checked(pcre2_match_data_create(run->room + 1, NULL));
	return run;
}

void
regex_run_free(struct regex_run *run)
{
	if (run == NULL)
		return;
	pcre2_match_data_free(run->data);
	pcre2_jit_stack_free(run->stack);
	pcre2_match_context_free(run->context);
	free(run);
}

static int
match(const struct regex *regex, struct regex_run *run, struct slice subject,
    uint32_t options)
{
	int found;

	if (regex->groups > run->room) {
		run->room = regex->groups;
		pcre2_match_data_free(run->data);
		run->data = checked(pcre2_match_data_create(run->room + 1,
		    NULL));
	}
	run->groups = regex->groups;
	run->subject = subject.data == NULL ? "" : subject.data;
	found = pcre2_match(regex->code, (PCRE2_SPTR)run->subject, subject.len,
	    0, options, run->data, run->context);
	if (found == PCRE2_ERROR_JIT_STACKLIMIT)
		found = pcre2_match(regex->code, (PCRE2_SPTR)run->subject,
		    subject.len, 0, PCRE2_NO_JIT, run->data, run->context);
	if (found == PCRE2_ERROR_NOMATCH)
		return 0;
	if (found == PCRE2_ERROR_NOMEMORY)
		diag_out_of_memory();
	return found > 0 ? 1 : -1;
}

int
regex_match(const struct regex *regex, struct regex_run *run,
    struct slice subject)
{
	make_fast(regex);
	return match(regex, run, subject, 0);
}

bool
regex_matches_empty(const struct regex *regex)
{
	struct regex_run *run = regex_run_new();
	int found = match(regex, run, (struct slice){ "", 0 },
	    PCRE2_NO_JIT);

	regex_run_free(run);
	return found == 1;
}

struct slice
regex_capture(const struct regex_run *run, unsigned group)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(run->data);
	PCRE2_SIZE start, end;

	if (group > run->groups)
		return (struct slice){ NULL, 0 };
	start = at[2 * group];
	end = at[2 * group + 1];
	if (start == PCRE2_UNSET || end < start)
		return (struct slice){ NULL, 0 };
	return (struct slice){ run->subject + start, end - start };
}

const char *
regex_library_version(void)
{
	static char version[64];

	if (version[0] == '\0')
		pcre2_config(PCRE2_CONFIG_VERSION, version);
	return version;
}
