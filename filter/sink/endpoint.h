/* endpoint.h -- where a service of AWS answers.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_ENDPOINT_H
#define SINK_ENDPOINT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/slice.h"
#include "sink/aws_config.h"

struct endpoint {
	char *url;			/* `https://HOST[:PORT]/PATH` */
	char *host;			/* as the Host header has it */
	char *path;			/* `/`, or what the given URL has */
	bool loopback;			/* it is on this machine */
};

/* Whether we know the partition (aws, aws-cn ...). */
bool endpoint_partition(struct slice partition);

/* service is `sns` or `sts`.  What the environment or the profile say goes
 * before the host that the region has (sns.md 3.4).  -1: it cannot be used,
 * and why. */
int endpoint_find(struct endpoint *endpoint, const struct aws_config *config,
    const char *service, const char *partition, const char *region,
    struct error *err);
void endpoint_free(struct endpoint *endpoint);

/* AWS_CA_BUNDLE or the profile's ca_bundle; NULL: the system's. */
const char *endpoint_ca_file(const struct aws_config *config);

#endif
