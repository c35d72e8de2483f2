/* env.h -- the environment: every variable the program reads goes through here.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_ENV_H
#define BASE_ENV_H

/* The value, or NULL when it is unset or empty. */
const char *env_get(const char *name);
void env_set(const char *name, const char *value);
void env_unset(const char *name);

/* All of it, for a child; ended by NULL. */
char **env_all(void);

#endif
