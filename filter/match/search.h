/* search.h -- many literals at once in a run of bytes.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_SEARCH_H
#define MATCH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "match/literal.h"

struct search;				/* built once; shared between threads */

/* Literals are numbered by their place in the list.  portable:
 * without the vector instructions that this processor may have (the tests compare;
 * built with SEARCH_PORTABLE it is always so). */
struct search *search_new(const struct literal *literals, size_t count,
    bool portable);
void search_free(struct search *search);

/* Calls hit for every occurrence; found is the literal's number and end the
 * offset behind its last byte.  Of two occurrences that share no byte the
 * first is told first.  hit may return an offset not below end: no occurrence
 * that ends at or before it is told any more, and one that only begins before
 * it may be left out, so a record already decided can be passed over. */
void search_run(const struct search *search, struct slice bytes,
    size_t (*hit)(void *ctx, size_t found, size_t end), void *ctx);

#endif
