/* expectation.h -- a sample, and beside it what sifting it must print.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_EXPECTATION_H
#define VERBS_EXPECTATION_H

#include <stdbool.h>
#include <stddef.h>

#include "verbs/fired.h"
#include "verbs/verdict.h"

/* NAME.expect beside NAME:
 *	# OPTIONS	of the run; may be left out
 *	# exit N	its status, where that is not 0; may be left out
 *	then what standard output must be. */
#define EXPECTATION_SUFFIX ".expect"

/* Rule files that samples are sifted with whose options name none; count 0: the
 * built-in pack. */
struct sample_rules {
	const char *const *paths;
	size_t count;
};

/* Sifts the sample, as `cwsift OPTIONS SAMPLE` does, and tells whether it printed
 * what is expected.  update: where it did not, the difference is shown and the
 * expectation written anew (or for the first time). */
void expectation_try(const char *sample, const struct sample_rules *rules,
    bool update, struct verdict *verdict, struct fired *fired);

#endif
