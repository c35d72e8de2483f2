/* overlap.c -- a bounded table of the records of the last minutes.
 * SPDX-License-Identifier: MIT */
#include "verbs/overlap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define INTERVAL_MS (2 * 60 * 1000)	/* what is repeated: records that came late
					 * have so long to be seen after all */
#define TABLE_LEAST ((size_t)1 << 10)
#define TABLE_MOST ((size_t)1 << 17)	/* entries; more records in the interval
					 * shorten it */

/* A record, or several that are alike. */
struct entry {
	int64_t time_ms;
	uint64_t hash;
	uint32_t total;		/* the most that one run held; 0: free */
	uint32_t here;		/* of this run, so far */
	uint64_t run;
};

/* A record that may go on. */
struct open {
	bool set;
	bool dropped;		/* it is a repeat, as far as it goes; of one that
				 * was cut: what was handed on of it is void */
	int64_t time_ms;
	uint64_t stream, message;	/* hashes */
	size_t len;
	bool json;		/* it looks like the beginning of a document */
	uint32_t ordinal;	/* it was so manieth of its like */
};

struct overlap {
	uint64_t key[2];	/* nobody who writes logs can make two messages
				 * of one hash */
	struct entry *table;
	size_t room, count;
	int64_t newest_ms, floor_ms;	/* before floor_ms nothing is known */
	uint64_t run, repeats;
	struct open open;	/* in this run */
	struct open cut;	/* by the end of an earlier one */
	struct chunk kept;	/* the open record, then the one that was cut */
	struct record *records;	/* what is handed on */
	size_t record_room;
};

/* ---- SipHash-2-4 (Aumasson, Bernstein: a fast short-input PRF) ---- */

static uint64_t
turn(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = turn(v[1], 13) ^ v[0];
	v[0] = turn(v[0], 32);
	v[2] += v[3];
	v[3] = turn(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = turn(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = turn(v[1], 17) ^ v[2];
	v[2] = turn(v[2], 32);
}

static uint64_t
sip_hash(const uint64_t key[2], struct slice bytes)
{
	uint64_t v[4] = { key[0] ^ UINT64_C(0x736f6d6570736575),
	    key[1] ^ UINT64_C(0x646f72616e646f6d),
	    key[0] ^ UINT64_C(0x6c7967656e657261),
	    key[1] ^ UINT64_C(0x7465646279746573) };
	uint64_t last = (uint64_t)bytes.len << 56;
	size_t at = 0;

	for (; bytes.len - at >= 8; at += 8) {
		uint64_t word = 0;

		for (unsigned i = 0; i < 8; i++)
			word |= (uint64_t)(unsigned char)bytes.data[at + i] <<
			    (8 * i);
		v[3] ^= word;
		sip_round(v);
		sip_round(v);
		v[0] ^= word;
	}
	for (unsigned i = 0; at < bytes.len; at++, i++)
		last |= (uint64_t)(unsigned char)bytes.data[at] << (8 * i);
	v[3] ^= last;
	sip_round(v);
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- the table ---- */

struct overlap *
overlap_new(void)
{
	struct overlap *overlap = mem_zero(1, sizeof *overlap);

	overlap->room = TABLE_LEAST;
	overlap->table = mem_zero(overlap->room, sizeof *overlap->table);
	overlap->newest_ms = overlap->floor_ms = TIME_NONE;
	chunk_init(&overlap->kept);
	overlap->key[0] = (uint64_t)time_now_ms() << 20 ^ (uint64_t)getpid();
	overlap->key[1] = (uint64_t)(uintptr_t)overlap->table ^
	    (uint64_t)(uintptr_t)&overlap << 24;
	return overlap;
}

void
overlap_free(struct overlap *overlap)
{
	if (overlap == NULL)
		return;
	chunk_free(&overlap->kept);
	free(overlap->records);
	free(overlap->table);
	free(overlap);
}

/* Its entry, or the free one where it belongs. */
static struct entry *
find(const struct overlap *overlap, int64_t time_ms, uint64_t hash)
{
	size_t mask = overlap->room - 1;

	for (size_t i = (size_t)(hash ^ (uint64_t)time_ms) & mask;;
	    i = (i + 1) & mask) {
		struct entry *entry = &overlap->table[i];

		if (entry->total == 0 || (entry->hash == hash &&
		    entry->time_ms == time_ms))
			return entry;
	}
}

static size_t
count_from(const struct overlap *overlap, int64_t ms)
{
	size_t count = 0;

	for (size_t i = 0; i < overlap->room; i++)
		if (overlap->table[i].total > 0 &&
		    overlap->table[i].time_ms >= ms)
			count++;
	return count;
}

/* Only what is not older than floor_ms, in a table of that size. */
static void
rebuild(struct overlap *overlap, size_t room)
{
	struct entry *old = overlap->table;
	size_t old_room = overlap->room;

	overlap->table = mem_zero(room, sizeof *overlap->table);
	overlap->room = room;
	overlap->count = 0;
	for (size_t i = 0; i < old_room; i++) {
		if (old[i].total == 0 || old[i].time_ms < overlap->floor_ms)
			continue;
		*find(overlap, old[i].time_ms, old[i].hash) = old[i];
		overlap->count++;
	}
	free(old);
}

static void
make_room(struct overlap *overlap)
{
	int64_t floor_ms = overlap->newest_ms - INTERVAL_MS;
	size_t room = overlap->room, left;

	if (overlap->count + 1 <= room / 4 * 3)
		return;
	if (floor_ms < overlap->floor_ms)
		floor_ms = overlap->floor_ms;
	left = count_from(overlap, floor_ms);
	while (left > room / 2 && room < TABLE_MOST)
		room *= 2;
	while (left > room / 2 && floor_ms < overlap->newest_ms) {
		floor_ms += (overlap->newest_ms - floor_ms + 1) / 2;
		left = count_from(overlap, floor_ms);
	}
	if (left > room / 4 * 3)	/* one instant alone fills it */
		floor_ms = INT64_MAX;
	overlap->floor_ms = floor_ms;
	rebuild(overlap, room);
	if (floor_ms == INT64_MAX)
		overlap->floor_ms = overlap->newest_ms;
}

/* ---- handing on ---- */

struct part {
	const struct chunk *chunk;	/* that it is of */
	void (*take)(void *ctx, const struct chunk *chunk);
	void *ctx;
};

static void
hand_on(const struct part *part, struct record *records, size_t count,
    bool again, bool open)
{
	struct chunk view = *part->chunk;

	view.records = records;
	view.count = view.room = count;
	view.again = again;
	view.open = open;
	part->take(part->ctx, &view);
}

/* ---- records ---- */

/* What a record is known by. */
static struct open
look(const struct overlap *overlap, const struct chunk *chunk, size_t i)
{
	const struct record *record = &chunk->records[i];
	struct slice message = { chunk->bytes.data + record->offset,
	    record->len };
	struct open seen = { .set = true, .time_ms = record->time_ms,
	    .len = record->len };
	size_t at = 0;

	seen.stream = sip_hash(overlap->key,
	    chunk_origin(chunk, record->origin).stream);
	seen.message = sip_hash(overlap->key, message);
	while (at < message.len && (message.data[at] == ' ' ||
	    message.data[at] == '\n' || message.data[at] == '\r'))
		at++;
	seen.json = at < message.len &&
	    (message.data[at] == '{' || message.data[at] == '[');
	return seen;
}

static uint64_t
hash_of(const struct open *seen)
{
	return turn(seen->stream, 32) * UINT64_C(0x9e3779b97f4a7c15) ^
	    seen->message;
}

static bool
is_known(const struct overlap *overlap, int64_t time_ms)
{
	return time_ms != TIME_NONE && time_ms >= overlap->floor_ms;
}

/* How many of its like this run has given. */
static uint32_t
count_here(const struct overlap *overlap, const struct open *seen)
{
	const struct entry *entry = find(overlap, seen->time_ms,
	    hash_of(seen));

	return entry->run == overlap->run ? entry->here : 0;
}

/* Whether an earlier run gave more of its like than this one did until now. */
static bool
is_repeat(const struct overlap *overlap, const struct open *seen)
{
	return is_known(overlap, seen->time_ms) &&
	    count_here(overlap, seen) < find(overlap, seen->time_ms,
	    hash_of(seen))->total;
}

static void
make_newest(struct overlap *overlap, int64_t time_ms)
{
	int64_t now_ms;

	if (time_ms == TIME_NONE || (overlap->newest_ms != TIME_NONE &&
	    time_ms <= overlap->newest_ms))
		return;
	/* a time in the future does not make the present the past */
	now_ms = time_now_ms();
	if (time_ms > now_ms)
		time_ms = now_ms;
	if (overlap->newest_ms == TIME_NONE || time_ms > overlap->newest_ms)
		overlap->newest_ms = time_ms;
}

/* The entry of a record, made where there is none; NULL: its time is not known. */
static struct entry *
enter(struct overlap *overlap, const struct open *seen)
{
	struct entry *entry;

	make_newest(overlap, seen->time_ms);
	if (!is_known(overlap, seen->time_ms))
		return NULL;
	make_room(overlap);
	if (!is_known(overlap, seen->time_ms))
		return NULL;
	entry = find(overlap, seen->time_ms, hash_of(seen));
	if (entry->total == 0) {
		*entry = (struct entry){ .time_ms = seen->time_ms,
		    .hash = hash_of(seen) };
		overlap->count++;
	}
	return entry;
}

/* A record that is whole counts.  False: it is a repeat. */
static bool
take(struct overlap *overlap, const struct open *seen)
{
	struct entry *entry = enter(overlap, seen);

	if (entry == NULL)
		return true;
	if (entry->run != overlap->run) {
		entry->run = overlap->run;
		entry->here = 0;
	}
	entry->here++;
	if (entry->here <= entry->total) {
		overlap->repeats++;
		return false;
	}
	entry->total = entry->here;
	return true;
}

/* The open record was whole. */
static void
settle(struct overlap *overlap, struct coverage *coverage)
{
	if (overlap->open.set && !take(overlap, &overlap->open))
		coverage->records--;
	overlap->open.set = false;
}

/* A copy of an open record, for when it is cut. */
static void
keep(struct overlap *overlap, const struct chunk *chunk, size_t i)
{
	struct chunk *kept = &overlap->kept;
	struct record record = chunk->records[i];
	struct origin origin = chunk_origin(chunk, record.origin);

	chunk_clear(kept);
	kept->escaping = chunk->escaping;
	kept->shape = chunk->shape;
	buf_add(&kept->bytes, chunk->bytes.data + record.offset, record.len);
	record.offset = 0;
	record.origin = chunk_add_origin(kept, &origin);
	*chunk_add_record(kept) = record;
}

/* The record that was cut does not come again: it counts as it was. */
static void
settle_cut(struct overlap *overlap, const struct part *part,
    struct coverage *coverage)
{
	struct entry *entry;

	if (!overlap->cut.set)
		return;
	overlap->cut.set = false;
	if (overlap->cut.dropped)
		part->take(part->ctx, &overlap->kept);
	coverage->records++;
	coverage_time(coverage, overlap->cut.time_ms);
	entry = enter(overlap, &overlap->cut);
	if (entry != NULL && entry->total < overlap->cut.ordinal)
		entry->total = overlap->cut.ordinal;
}

/* Whether a record, which is not known as it is, is the one that was cut.  (What
 * `aws --format json` prints was rewritten once it was whole.) */
static bool
is_cut(const struct overlap *overlap, const struct chunk *chunk, size_t i,
    const struct open *seen)
{
	const struct open *cut = &overlap->cut;
	struct slice message = { chunk->bytes.data + chunk->records[i].offset,
	    chunk->records[i].len };

	if (!cut->set || seen->time_ms != cut->time_ms ||
	    seen->stream != cut->stream)
		return false;
	if (chunk->shape == SHAPE_TAIL_JSON && cut->json && seen->json)
		return true;
	return seen->len >= cut->len &&
	    sip_hash(overlap->key, slice_cut(message, 0, cut->len)) ==
	    cut->message;
}

/* Whether it is new.  *cut: it is the one that was cut. */
static bool
judge(struct overlap *overlap, const struct chunk *chunk, size_t i, bool open,
    struct coverage *coverage, bool *cut)
{
	struct open seen = look(overlap, chunk, i);

	*cut = false;
	if (open) {
		seen.dropped = is_repeat(overlap, &seen);
		overlap->open = seen;
		if (seen.dropped)
			return false;
		*cut = is_cut(overlap, chunk, i, &seen);
		if (!overlap->cut.set || *cut)
			keep(overlap, chunk, i);
		return true;
	} else if (!take(overlap, &seen)) {
		coverage->records--;
		return false;
	}
	*cut = is_cut(overlap, chunk, i, &seen);
	return true;
}

/* ---- chunks ---- */

/* Of the records that are to be handed on none is the one that was cut.  What stands
 * behind it in time shows that it will not come; until then, what was handed on of it is
 * void, for others cannot stand between its two pieces. */
static void
wait_for_cut(struct overlap *overlap, const struct part *part,
    struct coverage *coverage, struct record *records, size_t count)
{
	if (!overlap->cut.set)
		return;
	for (size_t i = 0; i < count; i++) {
		if (records[i].time_ms == TIME_NONE ||
		    records[i].time_ms > overlap->cut.time_ms) {
			settle_cut(overlap, part, coverage);
			return;
		}
	}
	if (!overlap->cut.dropped)
		hand_on(part, records, 0, true, false);
	overlap->cut.dropped = true;
}

/* The chunk's first record is the one that was open.  What was handed on of it is void;
 * it is handed on again unless it turns out to be a repeat. */
static bool
go_on(struct overlap *overlap, const struct part *part,
    struct coverage *coverage)
{
	const struct chunk *chunk = part->chunk;
	bool was_dropped = overlap->open.dropped, cut, fresh, again;
	bool open = chunk->open && chunk->count == 1;

	overlap->open.set = false;
	fresh = judge(overlap, chunk, 0, open, coverage, &cut);
	if (was_dropped && !fresh)
		return false;
	again = !was_dropped;
	if (cut) {
		again = again || !overlap->cut.dropped;
		overlap->cut.set = false;
	} else if (was_dropped) {
		wait_for_cut(overlap, part, coverage, chunk->records, 1);
	}
	overlap->records[0] = chunk->records[0];
	hand_on(part, overlap->records, fresh ? 1 : 0, again, open && fresh);
	return true;
}

void
overlap_chunk(struct overlap *overlap, const struct chunk *chunk,
    struct coverage *coverage,
    void (*take_part)(void *ctx, const struct chunk *chunk), void *ctx)
{
	struct part part = { chunk, take_part, ctx };
	size_t first = 0, count = 0, found = SIZE_MAX;
	bool given = false, open = false;

	overlap->records = mem_grow(overlap->records, chunk->count + 1,
	    &overlap->record_room, sizeof *overlap->records);
	if (chunk->again && overlap->open.set) {
		given = go_on(overlap, &part, coverage);
		first = 1;
	} else {
		settle(overlap, coverage);
	}
	for (size_t i = first; i < chunk->count; i++) {
		bool last = chunk->open && i + 1 == chunk->count, cut;

		if (!judge(overlap, chunk, i, last, coverage, &cut))
			continue;
		open = last;
		if (cut) {
			overlap->cut.set = false;
			if (!overlap->cut.dropped)
				found = count;
		}
		overlap->records[count++] = chunk->records[i];
	}
	if (found != SIZE_MAX && open && found + 1 == count && count > 1) {
		/* it stands last and stays open: void now, told there */
		hand_on(&part, overlap->records, 0, true, false);
	} else if (found != SIZE_MAX) {
		struct record record = overlap->records[found];

		hand_on(&part, &record, 1, true, open && count == 1);
		open = open && count > 1;
		memmove(overlap->records + found, overlap->records + found + 1,
		    (count - found - 1) * sizeof record);
		if (--count == 0)
			return;
	} else if (count > 0) {
		wait_for_cut(overlap, &part, coverage, overlap->records,
		    count);
	}
	if (count > 0 || (!given && !overlap->cut.set))
		hand_on(&part, overlap->records, count, false, open);
}

/* ---- the ends ---- */

void
overlap_begin(struct overlap *overlap)
{
	overlap->run++;
	overlap->open.set = false;
}

bool
overlap_is_open(const struct overlap *overlap)
{
	/* one is waited for at a time: another counts as it is */
	return overlap->open.set && !overlap->cut.set;
}

void
overlap_end(struct overlap *overlap, struct coverage *coverage, bool cut)
{
	struct open *open = &overlap->open;

	if (!cut) {
		settle(overlap, coverage);
		return;
	}
	make_newest(overlap, open->set ? open->time_ms : TIME_NONE);
	if (open->set && !open->dropped) {
		overlap->cut = *open;
		overlap->cut.ordinal = is_known(overlap, open->time_ms) ?
		    count_here(overlap, open) + 1 : 1;
	}
	open->set = false;
}

void
overlap_over(struct overlap *overlap, struct coverage *coverage,
    void (*take_part)(void *ctx, const struct chunk *chunk), void *ctx)
{
	struct part part = { &overlap->kept, take_part, ctx };

	settle_cut(overlap, &part, coverage);
}

int64_t
overlap_since(const struct overlap *overlap)
{
	int64_t ms = overlap->newest_ms;

	if (ms == TIME_NONE)
		return TIME_NONE;
	ms -= INTERVAL_MS;
	return ms < overlap->floor_ms ? overlap->floor_ms : ms;
}

uint64_t
overlap_repeats(const struct overlap *overlap)
{
	return overlap->repeats;
}
