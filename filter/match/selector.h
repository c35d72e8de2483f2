/* selector.h -- $.json.selectors: the one implementation, for filters and services.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_SELECTOR_H
#define MATCH_SELECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json.h"
#include "base/slice.h"
#include "match/need.h"

/* $.a.b  $.a[0]  $.a[*].b  $.*  $['a.b']  $.a-b: filter-patterns section 4. */
struct selector;

/* Reads one at the front of text; *used is the bytes it took.  err->at is an
 * offset in text. */
struct selector *selector_new(struct slice text, size_t *used,
    struct error *err);
void selector_free(struct selector *selector);

bool selector_has_wildcard(const struct selector *selector);

/* A key that every object it reaches something in must have. */
void selector_need(const struct selector *selector, struct need *need);

/* Calls visit for each node reached (index in json) until it returns true; true
 * when a visit did.  Of doubled keys the last counts.  Iterative. */
bool selector_each(const struct selector *selector, const struct json *json,
    const char *text, bool (*visit)(void *ctx, uint32_t node), void *ctx);

/* The first node reached: 1 and *node, or 0. */
bool selector_first(const struct selector *selector, const struct json *json,
    const char *text, uint32_t *node);

#endif
