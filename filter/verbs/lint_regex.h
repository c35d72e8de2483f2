/* lint_regex.h -- what is doubtful in the text of a regular expression.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_LINT_REGEX_H
#define VERBS_LINT_REGEX_H

#include <stdbool.h>

#include "base/slice.h"

/* The pattern is one that PCRE2 has compiled. */

/* Whether a repeated group can repeat what is in it in more than one way, as
 * (a+)+ does: a message that nearly matches then takes very long. */
bool lint_regex_nests(struct slice pattern);

/* Whether the word ERROR may go on to the left or right (NOERROR, ERROR_COUNT). */
bool lint_regex_is_open(struct slice pattern);

/* Whether `":` or `,"` stands in it, and no blank may stand between. */
bool lint_regex_spaces(struct slice pattern);

#endif
