/* ledger.c -- fuzz: spans of time that fold, and the plainest way to fold them.
 * SPDX-License-Identifier: MIT
 *
 * Lines `SERVICE FIRST LENGTH` in minutes; the window is ten. */
#include "sink/ledger.h"

#include "fuzz.h"

#define SPANS 200
#define WINDOW 10

struct plain {
	struct slice service;
	int64_t first, last;
};

static bool
one(const struct plain *a, const struct plain *b)
{
	return slice_equal(a->service, b->service) &&
	    a->first < b->last + WINDOW && b->first < a->last + WINDOW;
}

/* Any two that touch become one, until none do. */
static size_t
fold(struct plain *spans, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++) {
			if (!one(&spans[i], &spans[k]))
				continue;
			if (spans[k].first < spans[i].first)
				spans[i].first = spans[k].first;
			if (spans[k].last > spans[i].last)
				spans[i].last = spans[k].last;
			spans[k] = spans[--count];
			return fold(spans, count);
		}
	return count;
}

struct check {
	const struct plain *spans;
	size_t count, seen;
};

static void
give(void *ctx, struct slice service, struct ledger_span *span)
{
	struct check *check = ctx;

	for (size_t i = 0; i < check->count; i++)
		if (slice_equal(check->spans[i].service, service) &&
		    check->spans[i].first == span->first_ms &&
		    check->spans[i].last == span->last_ms)
			check->seen++;
}

static int64_t
number(struct slice *rest)
{
	int64_t value = 0;

	while (rest->len > 0 && rest->data[0] != ' ') {
		value = (value * 10 + rest->data[0] - '0') % 10000;
		*rest = slice_cut(*rest, 1, rest->len);
	}
	*rest = slice_cut(*rest, 1, rest->len);
	return value;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = { (const char *)data, size };
	struct plain spans[SPANS];
	struct ledger *ledger = ledger_new();
	struct check check = { .spans = spans };
	size_t lines = 0;

	while (rest.len > 0 && lines++ < SPANS) {
		struct slice line = fuzz_line(&rest);
		struct plain *plain = &spans[check.count];
		const struct ledger_span *found;
		struct ledger_span span = { .at_ms = 0 };
		bool touched = false;

		plain->service = slice_cut(line, 0, 1);
		line = slice_cut(line, 2, line.len);
		plain->first = number(&line);
		plain->last = plain->first + (number(&line) & 1023);
		span.first_ms = plain->first;
		span.last_ms = span.told_ms = plain->last;
		for (size_t i = 0; i < check.count; i++)
			touched = touched || one(&spans[i], plain);
		found = ledger_find(ledger, plain->service, plain->first,
		    plain->last, WINDOW);
		HOLDS((found != NULL) == touched);
		ledger_add(ledger, plain->service, &span, WINDOW);
		check.count = fold(spans, check.count + 1);
		HOLDS(ledger_count(ledger) == check.count);
	}
	ledger_each(ledger, give, &check);
	HOLDS(check.seen == check.count);
	ledger_free(ledger);
	return 0;
}
