/* syntax.h -- the literals in a regular expression of PCRE2.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_SYNTAX_H
#define MATCH_SYNTAX_H

#include "base/slice.h"
#include "match/need.h"

/* The need of a pattern that PCRE2 has compiled without options that change its
 * syntax.  Whatever is not plainly simple makes it unknown: a literal that some
 * match lacks would be a failure that nobody hears of. */
void syntax_need(struct slice pattern, struct need *need);

#endif
