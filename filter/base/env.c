/* env.c -- the only file that touches the environment.
 * SPDX-License-Identifier: MIT */
#include "base/env.h"

#include <stdlib.h>

#include "base/diag.h"

extern char **environ;			/* POSIX has no header for it */

const char *
env_get(const char *name)
{
	const char *value = getenv(name);

	return value == NULL || value[0] == '\0' ? NULL : value;
}

void
env_set(const char *name, const char *value)
{
	if (setenv(name, value, 1) != 0)
		diag_out_of_memory();
}

void
env_unset(const char *name)
{
	unsetenv(name);
}

char **
env_all(void)
{
	return environ;
}
