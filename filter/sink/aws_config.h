/* aws_config.h -- ~/.aws/config and ~/.aws/credentials.
 * SPDX-License-Identifier: MIT */
#ifndef SINK_AWS_CONFIG_H
#define SINK_AWS_CONFIG_H

#include <stdbool.h>

#include "base/error.h"
#include "base/slice.h"

struct aws_config;

enum aws_file {
	AWS_FILE_CREDENTIALS,		/* AWS_SHARED_CREDENTIALS_FILE */
	AWS_FILE_CONFIG,		/* AWS_CONFIG_FILE */
};

/* Reads both; one that is not there is empty.  NULL: one cannot be
 * understood, err says the file and the line, and nothing of what stands
 * there. */
struct aws_config *aws_config_load(struct error *err);
void aws_config_free(struct aws_config *config);

/* For tests: an empty one, and a text as if it were a file of that kind. */
struct aws_config *aws_config_new(void);
int aws_config_read(struct aws_config *config, enum aws_file file,
    struct slice text, struct error *err);

/* AWS_PROFILE, AWS_DEFAULT_PROFILE or "default", and whether it was said. */
const char *aws_config_profile(const struct aws_config *config, bool *said);

/* Whether one of the files has this profile. */
bool aws_config_has(const struct aws_config *config, const char *profile);

/* A value, or NULL when it is not there or empty.  The first looks into both
 * files, the credentials first (measured with botocore: they win).  They
 * last as long as the configuration. */
const char *aws_config_get(const struct aws_config *config,
    const char *profile, const char *key);
const char *aws_config_get_from(const struct aws_config *config,
    enum aws_file file, const char *profile, const char *key);

/* `[services NAME]`, SERVICE =, indented KEY =, of the profile's `services`. */
const char *aws_config_service(const struct aws_config *config,
    const char *profile, const char *service, const char *key);

/* `/home/u/.aws/config: No such file or directory`, or only the path. */
const char *aws_config_path(const struct aws_config *config,
    enum aws_file file);

#endif
