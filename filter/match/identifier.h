/* identifier.h -- names that no human gave.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_IDENTIFIER_H
#define MATCH_IDENTIFIER_H

#include <stdbool.h>

#include "base/slice.h"

/* Whether a log stream's name is only an id: empty, hexadecimal, a UUID, mostly
 * digits, a job run's jr_HEX, an instance's i-HEX, Lambda's
 * 2026/11/23/[$LATEST]HEX. */
bool identifier_is(struct slice name);

#endif
