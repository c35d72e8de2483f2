/* incident.c -- parts of an incident become one, in whatever order they come.
 * SPDX-License-Identifier: MIT */
#include "reduce/incident.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/mem.h"

#define NAME_LIMIT 1024			/* bytes; AWS's own limit is 512 */

/* Counts that do not fit stay at the top: that too is independent of order. */
static uint64_t
add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

bool
incident_tellable(const struct incident *incident)
{
	for (size_t i = 0; i < incident->rule_count; i++)
		if (incident->rules[i].count >= incident->rules[i].at_least)
			return true;
	return false;
}

static bool
is_ascii(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.data[i] >= 0x80)
			return false;
	return true;
}

/* What JSON cannot carry must not make a difference before it is written: each
 * byte that is no UTF-8 becomes U+FFFD here, once and for all. */
static void
make_well_formed(struct buf *out, struct slice s)
{
	while (s.len > 0) {
		size_t len = clean_character(s);
		size_t fits = len == 0 ? 3 : len;

		if (out->len + fits > NAME_LIMIT)
			break;
		buf_add(out, len == 0 ? "\xef\xbf\xbd" : s.data, fits);
		s = slice_cut(s, len == 0 ? 1 : len, s.len);
	}
}

/* The list owns its bytes, though to others they are slices. */
static void
free_bytes(struct slice s)
{
	free((void *)(uintptr_t)s.data);
}

/* A name that is fit to be kept. */
static void
add_fit(struct names *names, struct slice name)
{
	size_t at = names->count;

	while (at > 0) {
		int order = slice_compare(names->list[at - 1], name);

		if (order == 0)
			return;
		if (order < 0)
			break;
		at--;
	}
	if (names->count == INCIDENT_NAMES) {
		names->more = true;
		if (at == INCIDENT_NAMES)
			return;
		free_bytes(names->list[--names->count]);
	}
	memmove(names->list + at + 1, names->list + at,
	    (names->count - at) * sizeof *names->list);
	names->list[at] = (struct slice){ mem_copy(name), name.len };
	names->count++;
}

void
names_add(struct names *names, struct slice name)
{
	struct buf fit;

	if (name.len == 0)
		return;
	for (size_t i = 0; i < names->count; i++)	/* nearly always */
		if (slice_equal(names->list[i], name))
			return;
	if (name.len <= NAME_LIMIT && is_ascii(name)) {
		add_fit(names, name);
		return;
	}
	buf_init(&fit, NAME_LIMIT);
	make_well_formed(&fit, name);
	add_fit(names, buf_slice(&fit));
	buf_free(&fit);
}

static void
names_fold(struct names *into, const struct names *part)
{
	for (size_t i = 0; i < part->count; i++)
		names_add(into, part->list[i]);
	into->more |= part->more;
}

/* Where the id stands among the incident's rules, or where it belongs. */
static size_t
tally_place(const struct incident *incident, struct slice id)
{
	size_t low = 0, high = incident->rule_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (slice_compare(incident->rules[middle].id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
tally_fold(struct incident *into, const struct tally *part)
{
	size_t at = tally_place(into, part->id);
	size_t room = into->rule_count;

	if (at < into->rule_count &&
	    slice_equal(into->rules[at].id, part->id)) {
		struct tally *tally = &into->rules[at];

		tally->count = add(tally->count, part->count);
		if (part->at_least > tally->at_least)
			tally->at_least = part->at_least;
		return;
	}
	/* the room is the next power of two: it need not be kept, and most
	 * incidents have one rule */
	if (room == 0)
		into->rules = mem_alloc(sizeof *into->rules);
	else if ((room & (room - 1)) == 0)
		into->rules = mem_grow(into->rules, room + 1, &room,
		    sizeof *into->rules);
	memmove(into->rules + at + 1, into->rules + at,
	    (into->rule_count - at) * sizeof *into->rules);
	into->rules[at] = *part;
	into->rule_count++;
}

void
incident_fold(struct incident *into, const struct incident *part)
{
	if (part->first_ms < into->first_ms)
		into->first_ms = part->first_ms;
	if (part->last_ms > into->last_ms)
		into->last_ms = part->last_ms;
	into->count = add(into->count, part->count);
	if (part->level > into->level)
		into->level = part->level;
	for (size_t i = 0; i < part->rule_count; i++)
		tally_fold(into, &part->rules[i]);
	names_fold(&into->groups, &part->groups);
	names_fold(&into->streams, &part->streams);
	into->told |= part->told;
}

static void
names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free_bytes(names->list[i]);
	*names = (struct names){ 0 };
}

void
incident_clear(struct incident *incident)
{
	free(incident->rules);
	incident->rules = NULL;
	incident->rule_count = 0;
	names_free(&incident->groups);
	names_free(&incident->streams);
}

/* -1, 0, 1 */
static int
order_of(bool less, bool more)
{
	return less ? -1 : more;
}

static int
rules_compare(const struct incident *a, const struct incident *b)
{
	for (size_t i = 0; i < a->rule_count && i < b->rule_count; i++) {
		const struct tally *x = &a->rules[i], *y = &b->rules[i];
		int order = slice_compare(x->id, y->id);

		if (order == 0)
			order = order_of(x->count < y->count,
			    x->count > y->count);
		if (order == 0)
			order = order_of(x->at_least < y->at_least,
			    x->at_least > y->at_least);
		if (order != 0)
			return order;
	}
	return order_of(a->rule_count < b->rule_count,
	    a->rule_count > b->rule_count);
}

static int
names_compare(const struct names *a, const struct names *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		int order = slice_compare(a->list[i], b->list[i]);

		if (order != 0)
			return order;
	}
	return order_of(a->count < b->count, a->count > b->count);
}

int
incident_compare(const struct incident *a, const struct incident *b)
{
	int order = order_of(a->first_ms < b->first_ms,
	    a->first_ms > b->first_ms);

	if (order == 0)
		order = slice_compare(a->service, b->service);
	if (order == 0)
		order = order_of(a->last_ms < b->last_ms,
		    a->last_ms > b->last_ms);
	if (order == 0)
		order = order_of(a->count < b->count, a->count > b->count);
	if (order == 0)
		order = order_of(a->level < b->level, a->level > b->level);
	if (order == 0)
		order = rules_compare(a, b);
	if (order == 0)
		order = names_compare(&a->groups, &b->groups);
	if (order == 0)
		order = names_compare(&a->streams, &b->streams);
	if (order == 0)
		order = order_of(!a->groups.more && !a->streams.more &&
		    (b->groups.more || b->streams.more),
		    (a->groups.more || a->streams.more) &&
		    !b->groups.more && !b->streams.more);
	return order;
}
