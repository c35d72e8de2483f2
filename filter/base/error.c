/* error.c -- filling in the reason.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

static void
fill(struct error *err, enum error_kind kind, size_t at, const char *format,
    va_list args) __attribute__((format(printf, 4, 0)));

static void
fill(struct error *err, enum error_kind kind, size_t at, const char *format,
    va_list args)
{
	err->kind = kind;
	err->at = at;
	vsnprintf(err->text, sizeof err->text, format, args);
}

int
error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(err, kind, ERROR_NOWHERE, format, args);
	va_end(args);
	return -1;
}

int
error_at(struct error *err, enum error_kind kind, size_t at,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(err, kind, at, format, args);
	va_end(args);
	return -1;
}
