/* glob.h -- text with * for any run of bytes, as CloudWatch writes values.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_GLOB_H
#define MATCH_GLOB_H

#include <stdbool.h>

#include "base/slice.h"
#include "match/need.h"

struct glob;				/* compiled; shared between threads */

/* * is the only wildcard, at any place, and there is no escape for it. */
struct glob *glob_new(struct slice text);
void glob_free(struct glob *glob);

/* The whole of text; linear, without going back. */
bool glob_match(const struct glob *glob, struct slice text);

/* Each of its literal parts stands in what matches. */
void glob_need(const struct glob *glob, struct need *need);

#endif
