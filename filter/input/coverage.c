/* coverage.c -- adding up what was read.
 * SPDX-License-Identifier: MIT */
#include "input/coverage.h"

void
coverage_init(struct coverage *coverage)
{
	*coverage = (struct coverage){ .first_ms = TIME_NONE,
	    .last_ms = TIME_NONE };
}

void
coverage_time(struct coverage *coverage, int64_t ms)
{
	if (ms == TIME_NONE)
		return;
	if (coverage->first_ms == TIME_NONE || ms < coverage->first_ms)
		coverage->first_ms = ms;
	if (coverage->last_ms == TIME_NONE || ms > coverage->last_ms)
		coverage->last_ms = ms;
}

void
coverage_merge(struct coverage *into, const struct coverage *from)
{
	into->files += from->files;
	into->bytes += from->bytes;
	into->records += from->records;
	into->outside += from->outside;
	into->skipped += from->skipped;
	into->damages += from->damages;
	into->damaged_bytes += from->damaged_bytes;
	into->lines_not_understood += from->lines_not_understood;
	into->partial += from->partial;
	into->gave_up += from->gave_up;
	coverage_time(into, from->first_ms);
	coverage_time(into, from->last_ms);
	into->shapes |= from->shapes;
}

bool
coverage_complete(const struct coverage *coverage)
{
	return coverage->damages == 0 && coverage->lines_not_understood == 0 &&
	    coverage->partial == 0 && coverage->gave_up == 0;
}
