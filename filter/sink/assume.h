/* assume.h -- STS: a role taken on, for keys that end.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_ASSUME_H
#define SINK_ASSUME_H

#include "base/error.h"
#include "sink/keys.h"
#include "sink/query.h"

struct role {
	const char *arn;
	const char *session;		/* NULL: "cwsift" */
	const char *external_id;	/* NULL: none */
	const char *duration;		/* seconds as text; NULL: STS's hour */
};

/* err's kind: ERROR_SYSTEM, it may work later; ERROR_USAGE, it will not. */
int assume_role(struct keys *keys, struct caller *caller,
    const struct endpoint *sts, const char *region, const struct role *role,
    const struct keys *with, struct error *err);

/* The token is read from its file each time: who puts it there renews it. */
int assume_web(struct keys *keys, struct caller *caller,
    const struct endpoint *sts, const char *region, const struct role *role,
    const char *token_file, struct error *err);

#endif
