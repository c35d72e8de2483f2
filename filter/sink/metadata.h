/* metadata.h -- keys that the machine itself hands out: container, instance.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_METADATA_H
#define SINK_METADATA_H

#include "base/buf.h"
#include "base/error.h"
#include "sink/keys.h"
#include "sink/query.h"

/* 1: keys; 0: not asked for or not there, why appends the reason; -1: it is
 * there and does not give any.  err's kind: ERROR_SYSTEM, it may work later. */

/* AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (ECS) or _FULL_URI (EKS Pod
 * Identity). */
int metadata_container(struct keys *keys, struct caller *caller,
    struct buf *why, struct error *err);

/* IMDS version 2 of EC2; never version 1. */
int metadata_instance(struct keys *keys, struct caller *caller,
    struct buf *why, struct error *err);

#endif
