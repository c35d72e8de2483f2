/* level.h -- how bad it is.
 * SPDX-License-Identifier: MIT */
#ifndef MATCH_LEVEL_H
#define MATCH_LEVEL_H

#include <stdbool.h>

#include "base/slice.h"

enum level {
	LEVEL_WARN,
	LEVEL_ERROR,
	LEVEL_FATAL,
};

static inline const char *
level_name(enum level level)
{
	switch (level) {
	case LEVEL_WARN:
		return "warn";
	case LEVEL_ERROR:
		return "error";
	case LEVEL_FATAL:
		return "fatal";
	}
	return "?";
}

static inline bool
level_read(struct slice name, enum level *level)
{
	for (int i = LEVEL_WARN; i <= LEVEL_FATAL; i++) {
		if (slice_is(name, level_name((enum level)i))) {
			*level = (enum level)i;
			return true;
		}
	}
	return false;
}

#endif
