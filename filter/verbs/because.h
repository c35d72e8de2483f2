/* because.h -- a reason in words: the condition that decided, and where it stands.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_BECAUSE_H
#define VERBS_BECAUSE_H

#include "base/buf.h"
#include "match/match.h"
#include "match/reason.h"

/* Append lines "because: FILE:LINE: what".  origin is that which the reasoner has. */

/* Why the stanza does not hold, or that it does and which line of it. */
void because_stanza(struct buf *out, struct reasoner *reasoner,
    const struct rule *stanza, const struct reason *reason,
    const struct origin *origin);

/* Why the service has this name. */
void because_named(struct buf *out, enum namer namer,
    const struct rule *naming);

#endif
