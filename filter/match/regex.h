/* regex.h -- regular expressions: the owner of PCRE2.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_REGEX_H
#define MATCH_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/slice.h"
#include "match/need.h"

struct regex;				/* compiled; shared between threads */
struct regex_run;			/* what a thread needs to match */

/* UTF mode, invalid UTF in the subject matched as bytes (PCRE2_MATCH_INVALID_UTF),
 * JIT where there is one.  err->at is the byte in the pattern. */
struct regex *regex_new(struct slice pattern, struct error *err);

/* The same, only accepting CloudWatch's dialect (filter-patterns section 3) and
 * meaning what AWS means: $ is the end of the subject alone, \d \w \s are ASCII. */
struct regex *regex_new_cloudwatch(struct slice pattern, struct error *err);
void regex_free(struct regex *regex);

/* Whether the empty subject matches: such a condition is refused. */
bool regex_matches_empty(const struct regex *regex);

/* What it needs: from simple syntax only, else unknown. */
void regex_need(const struct regex *regex, struct need *need);

/* The number of the group called name, or 0. */
unsigned regex_group(const struct regex *regex, struct slice name);

struct regex_run *regex_run_new(void);
void regex_run_free(struct regex_run *run);

/* 1 it matches, 0 it does not, -1 it gave up at REGEX_STEPS (never "no match"). */
#define REGEX_STEPS 1000000		/* PCRE2's match limit */
int regex_match(const struct regex *regex, struct regex_run *run,
    struct slice subject);

/* A capture of the last match in run that returned 1; NULL data when unset.  A
 * slice of that subject. */
struct slice regex_capture(const struct regex_run *run, unsigned group);

/* "10.42 2022-12-11" for --version. */
const char *regex_library_version(void);

#endif
