/* reducer.c -- per service, incidents in the order of time, folded by gap.
 * SPDX-License-Identifier: MIT */
#include "reduce/reducer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FIRST_BUCKETS 64		/* of a table, doubled as it fills */
#define HEIGHT_LIMIT 12			/* levels of a skip list: 4^12 */

/* A table of what is known by its bytes: services, ids of rules. */
struct entry {
	struct entry *next;		/* in the bucket */
	uint64_t hash;
	struct slice name;		/* owned */
};

struct table {
	struct entry **buckets;
	size_t bucket_count;		/* a power of two */
	size_t count;
};

/* The id of a rule. */
struct id {
	struct entry entry;		/* first: an id is found by it */
	uint64_t count;			/* matches taken, told or not */
};

/* An incident in its train. */
struct node {
	struct incident incident;	/* first: a node is found by it */
	unsigned height;
	struct node *next[];		/* height of them */
};

/* The incidents of one service: a skip list (W. Pugh, 1990), so that any order
 * of arrival costs log n.  They are disjoint and window or more apart, so the
 * order of first times is also that of last times. */
struct train {
	struct entry entry;		/* first: a train is found by it */
	struct node *head[HEIGHT_LIMIT];
	struct node **tail[HEIGHT_LIMIT];	/* the NULL that ends a level */
	struct node *last;
	struct node *timeless;
	struct node *recent;		/* took the match before this one */
};

struct reducer {
	int64_t window_ms;
	struct table trains;
	struct table ids;
	struct train *recent;
	size_t count;			/* incidents */
	uint64_t dropped;
	uint64_t random;		/* for heights: no result shows it */
	int64_t oldest_ms;		/* no incident's last time is before */
	struct tally *tallies;		/* a part's rules, ids interned */
	size_t tally_room;
	struct incident **sorted;
	size_t sorted_room;
	struct tally *totals;		/* for reducer_totals */
	size_t total_room;
};

/* FNV-1a, 64 bits. */
static uint64_t
hash_of(struct slice s)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.data[i]) *
		    UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

static struct entry *
table_find(const struct table *table, struct slice name, uint64_t hash)
{
	struct entry *entry;

	if (table->bucket_count == 0)
		return NULL;
	entry = table->buckets[hash & (table->bucket_count - 1)];
	while (entry != NULL && !(entry->hash == hash &&
	    slice_equal(entry->name, name)))
		entry = entry->next;
	return entry;
}

static void
table_grow(struct table *table)
{
	size_t count = table->bucket_count == 0 ? FIRST_BUCKETS :
	    table->bucket_count * 2;
	struct entry **buckets = mem_zero(count, sizeof *buckets);

	for (size_t i = 0; i < table->bucket_count; i++) {
		struct entry *next;

		for (struct entry *e = table->buckets[i]; e != NULL; e = next) {
			next = e->next;
			e->next = buckets[e->hash & (count - 1)];
			buckets[e->hash & (count - 1)] = e;
		}
	}
	free(table->buckets);
	table->buckets = buckets;
	table->bucket_count = count;
}

/* An entry of size bytes, zeroed behind its head; the name is copied. */
static struct entry *
table_add(struct table *table, struct slice name, uint64_t hash, size_t size)
{
	struct entry *entry = mem_zero(1, size);
	struct entry **bucket;

	if (table->count >= table->bucket_count)
		table_grow(table);
	bucket = &table->buckets[hash & (table->bucket_count - 1)];
	entry->name = (struct slice){ mem_copy(name), name.len };
	entry->hash = hash;
	entry->next = *bucket;
	*bucket = entry;
	table->count++;
	return entry;
}

static void
entry_free(struct entry *entry)
{
	free((void *)(uintptr_t)entry->name.data);
	free(entry);
}

/* Frees the entries too; what else they hold must be gone. */
static void
table_free(struct table *table)
{
	for (size_t i = 0; i < table->bucket_count; i++) {
		struct entry *next;

		for (struct entry *e = table->buckets[i]; e != NULL; e = next) {
			next = e->next;
			entry_free(e);
		}
	}
	free(table->buckets);
	*table = (struct table){ 0 };
}

static void
node_free(struct node *node)
{
	if (node == NULL)
		return;
	incident_clear(&node->incident);
	free(node);
}

static struct train *
train_of(struct entry *entry)
{
	return (struct train *)(void *)entry;
}

static void
train_empty(struct train *train)
{
	struct node *next;

	for (struct node *n = train->head[0]; n != NULL; n = next) {
		next = n->next[0];
		node_free(n);
	}
	node_free(train->timeless);
}

struct reducer *
reducer_new(int64_t window_ms)
{
	struct reducer *reducer = mem_zero(1, sizeof *reducer);

	reducer->window_ms = window_ms;
	reducer->random = UINT64_C(0x9e3779b97f4a7c15);
	reducer->oldest_ms = INT64_MAX;
	return reducer;
}

void
reducer_free(struct reducer *reducer)
{
	if (reducer == NULL)
		return;
	for (size_t i = 0; i < reducer->trains.bucket_count; i++)
		for (struct entry *e = reducer->trains.buckets[i]; e != NULL;
		    e = e->next)
			train_empty(train_of(e));
	table_free(&reducer->trains);
	table_free(&reducer->ids);
	free(reducer->totals);
	free(reducer->sorted);
	free(reducer->tallies);
	free(reducer);
}

uint64_t
reducer_dropped(const struct reducer *reducer)
{
	return reducer->dropped;
}

/* One level more for one in four (xorshift64). */
static unsigned
random_height(struct reducer *reducer)
{
	uint64_t bits = reducer->random;
	unsigned height = 1;

	bits ^= bits << 13;
	bits ^= bits >> 7;
	bits ^= bits << 17;
	reducer->random = bits;
	for (; height < HEIGHT_LIMIT && (bits & 3) == 0; bits >>= 2)
		height++;
	return height;
}

/* NULL at the limit. */
static struct node *
node_new(struct reducer *reducer, struct train *train,
    const struct incident *part, unsigned height)
{
	struct node *node;

	if (reducer->count >= REDUCER_INCIDENT_LIMIT) {
		reducer->dropped++;
		return NULL;
	}
	node = mem_zero(1, sizeof *node + height * sizeof *node->next);
	node->height = height;
	node->incident.service = train->entry.name;
	node->incident.first_ms = part->first_ms;
	node->incident.last_ms = part->last_ms;
	reducer->count++;
	return node;
}

/* Whether what begins at later is one incident with what ends at earlier. */
static bool
touches(const struct reducer *reducer, int64_t earlier, int64_t later)
{
	if (reducer->window_ms == 0)
		return false;
	return later <= earlier ||
	    (uint64_t)later - (uint64_t)earlier < (uint64_t)reducer->window_ms;
}

/* Whether the incident ends so early that the part is another, behind it. */
static bool
lies_before(const struct reducer *reducer, const struct incident *incident,
    const struct incident *part)
{
	if (reducer->window_ms == 0)
		return incident->first_ms <= part->first_ms;
	return incident->last_ms < part->first_ms &&
	    !touches(reducer, incident->last_ms, part->first_ms);
}

/* Takes the node out of level i, where at points to it. */
static void
unlink_node(struct train *train, struct node *node, unsigned i,
    struct node **at)
{
	*at = node->next[i];
	if (*at == NULL)
		train->tail[i] = at;
}

/* The node grew: those behind it that it now touches become part of it. */
static void
swallow(struct reducer *reducer, struct train *train, struct node *node,
    struct node **path[])
{
	struct node *behind = node->next[0];

	while (behind != NULL && touches(reducer, node->incident.last_ms,
	    behind->incident.first_ms)) {
		incident_fold(&node->incident, &behind->incident);
		for (unsigned i = 0; i < behind->height; i++)
			unlink_node(train, behind, i,
			    i < node->height ? &node->next[i] : path[i]);
		if (train->last == behind)
			train->last = node;
		node_free(behind);
		reducer->count--;
		behind = node->next[0];
	}
}

/* For each level, the last pointer to what does not lie before the part. */
static void
find_path(const struct reducer *reducer, struct train *train,
    const struct incident *part, struct node **path[])
{
	struct node **level = train->head;

	if (train->last == NULL ||
	    lies_before(reducer, &train->last->incident, part)) {
		memcpy(path, train->tail, sizeof train->tail);
		return;			/* nearly always: at the end */
	}
	for (int i = HEIGHT_LIMIT - 1; i >= 0; i--) {
		while (level[i] != NULL &&
		    lies_before(reducer, &level[i]->incident, part))
			level = level[i]->next;
		path[i] = &level[i];
	}
}

static struct node *
place(struct reducer *reducer, struct train *train,
    const struct incident *part)
{
	struct node **path[HEIGHT_LIMIT];
	struct node *node;
	unsigned height;

	find_path(reducer, train, part, path);
	node = *path[0];
	if (node != NULL && reducer->window_ms > 0 &&
	    touches(reducer, part->last_ms, node->incident.first_ms)) {
		incident_fold(&node->incident, part);
		swallow(reducer, train, node, path);
		return node;
	}
	height = random_height(reducer);
	node = node_new(reducer, train, part, height);
	if (node == NULL)
		return NULL;
	incident_fold(&node->incident, part);
	for (unsigned i = 0; i < height; i++) {
		node->next[i] = *path[i];
		*path[i] = node;
		if (node->next[i] == NULL)
			train->tail[i] = &node->next[i];
	}
	if (node->next[0] == NULL)
		train->last = node;
	return node;
}

/* A burst: the part touches the incident that took the one before, and what
 * stands behind that one stays out of reach. */
static bool
is_burst(const struct reducer *reducer, const struct node *recent,
    const struct incident *part)
{
	const struct incident *incident;

	if (recent == NULL)
		return false;
	incident = &recent->incident;
	return part->first_ms >= incident->first_ms &&
	    touches(reducer, incident->last_ms, part->first_ms) &&
	    (recent->next[0] == NULL || part->last_ms <= incident->last_ms ||
	    !touches(reducer, part->last_ms,
	    recent->next[0]->incident.first_ms));
}

static struct train *
find_train(struct reducer *reducer, struct slice service)
{
	struct entry *entry;
	struct train *train;
	uint64_t hash;

	if (reducer->recent != NULL &&
	    slice_equal(reducer->recent->entry.name, service))
		return reducer->recent;
	hash = hash_of(service);
	entry = table_find(&reducer->trains, service, hash);
	if (entry == NULL) {
		entry = table_add(&reducer->trains, service, hash,
		    sizeof *train);
		train = train_of(entry);
		for (unsigned i = 0; i < HEIGHT_LIMIT; i++)
			train->tail[i] = &train->head[i];
	}
	reducer->recent = train_of(entry);
	return reducer->recent;
}

/* The part's ids must be the reducer's. */
static struct incident *
take(struct reducer *reducer, const struct incident *part)
{
	struct train *train;
	struct node *node;

	if (reducer->count >= REDUCER_INCIDENT_LIMIT && table_find(
	    &reducer->trains, part->service, hash_of(part->service)) == NULL) {
		reducer->dropped++;	/* no train without an incident */
		return NULL;
	}
	train = find_train(reducer, part->service);
	if (part->first_ms == TIME_NONE) {
		if (train->timeless == NULL)
			train->timeless = node_new(reducer, train, part, 0);
		node = train->timeless;
		if (node != NULL)
			incident_fold(&node->incident, part);
	} else {
		if (is_burst(reducer, train->recent, part)) {
			node = train->recent;
			incident_fold(&node->incident, part);
		} else {
			node = place(reducer, train, part);
			train->recent = node;
		}
		if (part->last_ms < reducer->oldest_ms)
			reducer->oldest_ms = part->last_ms;
	}
	return node == NULL ? NULL : &node->incident;
}

static struct id *
id_of(struct entry *entry)
{
	return (struct id *)(void *)entry;
}

/* The id with the reducer's own bytes; so many matches of it more. */
static struct slice
intern(struct reducer *reducer, struct slice id, uint64_t count)
{
	uint64_t hash = hash_of(id);
	struct entry *entry = table_find(&reducer->ids, id, hash);

	if (entry == NULL)
		entry = table_add(&reducer->ids, id, hash, sizeof(struct id));
	id_of(entry)->count += count;
	return entry->name;
}

static void
need_tallies(struct reducer *reducer, size_t count)
{
	reducer->tallies = mem_grow(reducer->tallies, count,
	    &reducer->tally_room, sizeof *reducer->tallies);
}

struct incident *
reducer_take(struct reducer *reducer, const struct match *match)
{
	struct incident part = {
		.service = match->service,
		.first_ms = match->time_ms,
		.last_ms = match->time_ms,
		.count = 1,
		.level = match->level,
		.rule_count = match->rule_count,
	};

	need_tallies(reducer, match->rule_count);
	for (size_t i = 0; i < match->rule_count; i++)
		reducer->tallies[i] = (struct tally){
		    intern(reducer, match->rules[i].id, 1), 1,
		    match->rules[i].at_least };
	part.rules = reducer->tallies;
	/* borrowed: the fold copies them, and makes them fit */
	part.groups.list[0] = match->origin.group;
	part.groups.count = match->origin.group.len > 0;
	part.streams.list[0] = match->origin.stream;
	part.streams.count = match->origin.stream.len > 0;
	return take(reducer, &part);
}

/* counted: its matches are new to the totals. */
static struct incident *
merge(struct reducer *reducer, const struct incident *part, bool counted)
{
	struct incident own = *part;

	need_tallies(reducer, part->rule_count);
	for (size_t i = 0; i < part->rule_count; i++) {
		reducer->tallies[i] = part->rules[i];
		reducer->tallies[i].id = intern(reducer, part->rules[i].id,
		    counted ? part->rules[i].count : 0);
	}
	own.rules = reducer->tallies;
	return take(reducer, &own);
}

struct incident *
reducer_merge(struct reducer *reducer, const struct incident *part)
{
	return merge(reducer, part, true);
}

void
reducer_note(struct reducer *reducer, struct slice id)
{
	intern(reducer, id, 1);
}

/* The totals go over as they are: they count incidents, too, that have expired. */
void
reducer_absorb(struct reducer *into, struct reducer *from)
{
	struct incident **list;
	size_t count;

	list = reducer_sorted(from, &count);
	for (size_t i = 0; i < count; i++)
		merge(into, list[i], false);
	for (size_t i = 0; i < from->ids.bucket_count; i++)
		for (struct entry *e = from->ids.buckets[i]; e != NULL;
		    e = e->next)
			intern(into, e->name, id_of(e)->count);
	into->dropped += from->dropped;
}

static int
by_id(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	return slice_compare(x->id, y->id);
}

const struct tally *
reducer_totals(struct reducer *reducer, size_t *count)
{
	*count = 0;
	reducer->totals = mem_grow(reducer->totals, reducer->ids.count,
	    &reducer->total_room, sizeof *reducer->totals);
	for (size_t i = 0; i < reducer->ids.bucket_count; i++)
		for (struct entry *e = reducer->ids.buckets[i]; e != NULL;
		    e = e->next)
			reducer->totals[(*count)++] = (struct tally){
			    .id = e->name, .count = id_of(e)->count };
	if (*count > 0)
		qsort(reducer->totals, *count, sizeof *reducer->totals, by_id);
	return reducer->totals;
}

static int
compare(const void *a, const void *b)
{
	struct incident *const *x = a, *const *y = b;

	return incident_compare(*x, *y);
}

static void
sorted_add(struct reducer *reducer, size_t *count, struct node *node)
{
	reducer->sorted = mem_grow(reducer->sorted, *count + 1,
	    &reducer->sorted_room, sizeof *reducer->sorted);
	reducer->sorted[(*count)++] = &node->incident;
}

struct incident **
reducer_sorted(struct reducer *reducer, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < reducer->trains.bucket_count; i++) {
		for (struct entry *e = reducer->trains.buckets[i]; e != NULL;
		    e = e->next) {
			struct train *train = train_of(e);

			if (train->timeless != NULL)
				sorted_add(reducer, count, train->timeless);
			for (struct node *n = train->head[0]; n != NULL;
			    n = n->next[0])
				sorted_add(reducer, count, n);
		}
	}
	if (*count > 0)
		qsort(reducer->sorted, *count, sizeof *reducer->sorted,
		    compare);
	return reducer->sorted;
}

/* Takes the expired incidents off the train's front, into sorted. */
static void
train_expire(struct reducer *reducer, struct train *train, int64_t ms,
    size_t *count)
{
	struct node *n;

	while ((n = train->head[0]) != NULL && n->incident.last_ms < ms) {
		for (unsigned i = 0; i < n->height; i++)
			unlink_node(train, n, i, &train->head[i]);
		if (train->recent == n)
			train->recent = NULL;
		if (train->last == n)
			train->last = NULL;
		sorted_add(reducer, count, n);
	}
	if (n != NULL && n->incident.last_ms < reducer->oldest_ms)
		reducer->oldest_ms = n->incident.last_ms;
}

/* A service that is silent again costs nothing. */
static void
remove_empty(struct reducer *reducer)
{
	struct table *table = &reducer->trains;

	reducer->recent = NULL;
	for (size_t i = 0; i < table->bucket_count; i++) {
		struct entry **at = &table->buckets[i];

		while (*at != NULL) {
			struct entry *entry = *at;

			if (train_of(entry)->head[0] != NULL ||
			    train_of(entry)->timeless != NULL) {
				at = &entry->next;
				continue;
			}
			*at = entry->next;
			entry_free(entry);
			table->count--;
		}
	}
}

void
reducer_expire(struct reducer *reducer, int64_t ms,
    void (*give)(void *ctx, struct incident *incident), void *ctx)
{
	size_t count = 0;

	if (ms <= reducer->oldest_ms)
		return;
	reducer->oldest_ms = INT64_MAX;
	for (size_t i = 0; i < reducer->trains.bucket_count; i++)
		for (struct entry *e = reducer->trains.buckets[i]; e != NULL;
		    e = e->next)
			train_expire(reducer, train_of(e), ms, &count);
	if (count > 0)
		qsort(reducer->sorted, count, sizeof *reducer->sorted,
		    compare);
	for (size_t i = 0; i < count; i++) {
		give(ctx, reducer->sorted[i]);
		node_free((struct node *)(void *)reducer->sorted[i]);
		reducer->count--;
	}
	if (count > 0)
		remove_empty(reducer);
}
