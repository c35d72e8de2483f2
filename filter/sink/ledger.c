/* ledger.c -- per service, spans in the order of time.
 * SPDX-License-Identifier: MIT */
#include "sink/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "base/mem.h"

#define FIRST_BUCKETS 64		/* doubled as they fill */

/* Those of one service: disjoint, sorted. */
struct account {
	struct account *next;		/* in the bucket */
	uint32_t hash;
	char *service;
	size_t len;
	struct ledger_span *spans;
	size_t count, room;
};

struct ledger {
	struct account **buckets;
	size_t bucket_count;		/* a power of two */
	size_t account_count;
	size_t count;			/* spans */
};

struct ledger *
ledger_new(void)
{
	struct ledger *ledger = mem_zero(1, sizeof *ledger);

	ledger->bucket_count = FIRST_BUCKETS;
	ledger->buckets = mem_zero(FIRST_BUCKETS, sizeof *ledger->buckets);
	return ledger;
}

void
ledger_free(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	for (size_t i = 0; i < ledger->bucket_count; i++) {
		struct account *next;

		for (struct account *a = ledger->buckets[i]; a != NULL;
		    a = next) {
			next = a->next;
			free(a->spans);
			free(a->service);
			free(a);
		}
	}
	free(ledger->buckets);
	free(ledger);
}

size_t
ledger_count(const struct ledger *ledger)
{
	return ledger->count;
}

static struct account *
find_account(const struct ledger *ledger, struct slice service, uint32_t hash)
{
	struct account *a = ledger->buckets[hash & (ledger->bucket_count - 1)];

	while (a != NULL && !(a->hash == hash && slice_equal(service,
	    (struct slice){ a->service, a->len })))
		a = a->next;
	return a;
}

static void
grow(struct ledger *ledger)
{
	size_t count = ledger->bucket_count * 2;
	struct account **buckets = mem_zero(count, sizeof *buckets);

	for (size_t i = 0; i < ledger->bucket_count; i++) {
		struct account *next;

		for (struct account *a = ledger->buckets[i]; a != NULL;
		    a = next) {
			next = a->next;
			a->next = buckets[a->hash & (count - 1)];
			buckets[a->hash & (count - 1)] = a;
		}
	}
	free(ledger->buckets);
	ledger->buckets = buckets;
	ledger->bucket_count = count;
}

static struct account *
make_account(struct ledger *ledger, struct slice service, uint32_t hash)
{
	struct account *a = mem_zero(1, sizeof *a);
	struct account **bucket;

	if (ledger->account_count >= ledger->bucket_count)
		grow(ledger);
	bucket = &ledger->buckets[hash & (ledger->bucket_count - 1)];
	a->service = mem_copy(service);
	a->len = service.len;
	a->hash = hash;
	a->next = *bucket;
	*bucket = a;
	ledger->account_count++;
	return a;
}

/* Whether what begins at later is one with what ends at earlier. */
static bool
touches(int64_t earlier, int64_t later, int64_t window_ms)
{
	return later <= earlier ||
	    (uint64_t)later - (uint64_t)earlier < (uint64_t)window_ms;
}

/* The first span that does not end out of reach before first_ms. */
static size_t
place(const struct account *a, int64_t first_ms, int64_t window_ms)
{
	size_t low = 0, high = a->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (touches(a->spans[middle].last_ms, first_ms, window_ms))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct ledger_span *
ledger_find(const struct ledger *ledger, struct slice service,
    int64_t first_ms, int64_t last_ms, int64_t window_ms)
{
	struct account *a = find_account(ledger, service, crc32c(service));
	size_t at;

	if (a == NULL)
		return NULL;
	at = place(a, first_ms, window_ms);
	if (at == a->count ||
	    !touches(last_ms, a->spans[at].first_ms, window_ms))
		return NULL;
	return &a->spans[at];
}

static void
fold(struct ledger_span *into, const struct ledger_span *part)
{
	if (part->first_ms < into->first_ms)
		into->first_ms = part->first_ms;
	if (part->last_ms > into->last_ms)
		into->last_ms = part->last_ms;
	if (part->told_ms > into->told_ms)
		into->told_ms = part->told_ms;
	if (part->at_ms > into->at_ms)
		into->at_ms = part->at_ms;
	into->unwritten |= part->unwritten;
}

struct ledger_span *
ledger_add(struct ledger *ledger, struct slice service,
    const struct ledger_span *span, int64_t window_ms)
{
	uint32_t hash = crc32c(service);
	struct account *a = find_account(ledger, service, hash);
	struct ledger_span whole = *span;
	size_t from, to;

	if (a == NULL)
		a = make_account(ledger, service, hash);
	from = to = place(a, span->first_ms, window_ms);
	while (to < a->count &&
	    touches(whole.last_ms, a->spans[to].first_ms, window_ms))
		fold(&whole, &a->spans[to++]);
	if (from == to) {
		a->spans = mem_grow(a->spans, a->count + 1, &a->room,
		    sizeof *a->spans);
		memmove(a->spans + from + 1, a->spans + from,
		    (a->count - from) * sizeof *a->spans);
		a->count++;
		ledger->count++;
	} else {
		memmove(a->spans + from + 1, a->spans + to,
		    (a->count - to) * sizeof *a->spans);
		a->count -= to - from - 1;
		ledger->count -= to - from - 1;
	}
	a->spans[from] = whole;
	return &a->spans[from];
}

void
ledger_forget(struct ledger *ledger, int64_t event_ms, int64_t clock_ms)
{
	for (size_t i = 0; i < ledger->bucket_count; i++) {
		for (struct account *a = ledger->buckets[i]; a != NULL;
		    a = a->next) {
			size_t kept = 0;

			for (size_t k = 0; k < a->count; k++)
				if (a->spans[k].last_ms >= event_ms ||
				    a->spans[k].at_ms >= clock_ms)
					a->spans[kept++] = a->spans[k];
			ledger->count -= a->count - kept;
			a->count = kept;
		}
	}
}

void
ledger_each(struct ledger *ledger, void (*give)(void *ctx,
    struct slice service, struct ledger_span *span), void *ctx)
{
	for (size_t i = 0; i < ledger->bucket_count; i++)
		for (struct account *a = ledger->buckets[i]; a != NULL;
		    a = a->next)
			for (size_t k = 0; k < a->count; k++)
				give(ctx, (struct slice){ a->service, a->len },
				    &a->spans[k]);
}
