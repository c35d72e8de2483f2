/* ahead.c -- two rings: compressed blocks to the thread, what it made back.
 * SPDX-License-Identifier: MIT
 *
 * Who fills a slot, or empties one, has it to himself; the lock is held only to say that
 * it is full, or free again. */
#include "input/ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "input/limits.h"

#define GIVEN_SLOTS 4			/* compressed blocks on the way there */
#define MADE_SLOTS 8			/* ... and inflated ones on the way back */
#define ENOUGH (MADE_SLOTS / 2)		/* who sleeps is not woken for less: waking is
					 * dear, and he would sleep again at once */

/* What one call of inflater_run said. */
struct made {
	enum inflate_event event;
	char *bytes;			/* room for READ_SIZE */
	size_t len;
	const char *why;
	uint64_t at;
};

struct ahead {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t to_thread;	/* something to read, or room to write */
	pthread_cond_t to_taker;

	struct inflater *inflater;	/* the thread's */
	struct buf given[GIVEN_SLOTS];
	size_t given_first, given_count;
	struct made made[MADE_SLOTS];
	size_t made_first, made_count;
	bool ended;			/* no more is given */
	bool left;			/* nobody takes any more */
	bool over;			/* the thread has done all */

	struct made last;		/* the taker's: what it was told last */
	bool holds;			/* made[made_first] is being used by him */
};

/* ---- the thread ---- */

/* Waits for the next block.  False: none comes. */
static bool
wait_given(struct ahead *ahead, struct slice *block)
{
	bool there;

	pthread_mutex_lock(&ahead->lock);
	while (ahead->given_count == 0 && !ahead->ended && !ahead->left)
		pthread_cond_wait(&ahead->to_thread, &ahead->lock);
	there = ahead->given_count > 0 && !ahead->left;
	if (there)
		*block = buf_slice(&ahead->given[ahead->given_first]);
	pthread_mutex_unlock(&ahead->lock);
	return there;
}

/* The block is read: there is room for one, and what was made of it is all there. */
static void
free_given(struct ahead *ahead)
{
	pthread_mutex_lock(&ahead->lock);
	ahead->given_first = (ahead->given_first + 1) % GIVEN_SLOTS;
	ahead->given_count--;
	pthread_cond_signal(&ahead->to_taker);
	pthread_mutex_unlock(&ahead->lock);
}

/* A free slot; NULL: nobody takes any more. */
static struct made *
wait_room(struct ahead *ahead)
{
	struct made *made = NULL;

	pthread_mutex_lock(&ahead->lock);
	while (ahead->made_count == MADE_SLOTS && !ahead->left)
		pthread_cond_wait(&ahead->to_thread, &ahead->lock);
	if (!ahead->left)
		made = &ahead->made[(ahead->made_first + ahead->made_count) %
		    MADE_SLOTS];
	pthread_mutex_unlock(&ahead->lock);
	return made;
}

/* bytes: what the event made, or a part of it. */
static bool
hand_over(struct ahead *ahead, enum inflate_event event, struct slice bytes)
{
	struct made *made = wait_room(ahead);

	if (made == NULL)
		return false;
	made->event = event;
	made->len = bytes.len;
	if (bytes.len > 0 && !inflater_take(ahead->inflater, &made->bytes))
		memcpy(made->bytes, bytes.data, bytes.len);
	made->why = inflater_why(ahead->inflater);
	made->at = inflater_at(ahead->inflater);
	pthread_mutex_lock(&ahead->lock);
	ahead->made_count++;
	if (ahead->made_count >= ENOUGH)
		pthread_cond_signal(&ahead->to_taker);
	pthread_mutex_unlock(&ahead->lock);
	return true;
}

/* All that can be made of the block.  False: nobody takes any more. */
static bool
inflate_given(struct ahead *ahead, struct slice block)
{
	enum inflate_event event;

	while ((event = inflater_run(ahead->inflater, &block)) !=
	    INFLATE_MORE) {
		struct slice bytes = inflater_bytes(ahead->inflater);

		for (; bytes.len > READ_SIZE; bytes = slice_cut(bytes, READ_SIZE,
		    bytes.len))
			if (!hand_over(ahead, INFLATE_BYTES, slice_cut(bytes, 0,
			    READ_SIZE)))
				return false;
		if (!hand_over(ahead, event, bytes))
			return false;
	}
	return true;
}

static void *
inflate_all(void *arg)
{
	struct ahead *ahead = arg;
	struct slice block;

	while (wait_given(ahead, &block)) {
		if (!inflate_given(ahead, block))
			return NULL;
		free_given(ahead);
	}
	inflater_end(ahead->inflater);
	if (!inflate_given(ahead, (struct slice){ NULL, 0 }))
		return NULL;
	pthread_mutex_lock(&ahead->lock);
	ahead->over = true;
	pthread_cond_signal(&ahead->to_taker);
	pthread_mutex_unlock(&ahead->lock);
	return NULL;
}

/* ---- who takes ---- */

/* INT and TERM are for the threads that read: they look for the flag, and a wait of
 * theirs ends. */
static int
start(struct ahead *ahead)
{
	sigset_t all, before;
	int status;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = pthread_create(&ahead->thread, NULL, inflate_all, ahead);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return status == 0 ? 0 : -1;
}

static void
free_all(struct ahead *ahead)
{
	for (size_t i = 0; i < MADE_SLOTS; i++)
		free(ahead->made[i].bytes);
	for (size_t i = 0; i < GIVEN_SLOTS; i++)
		buf_free(&ahead->given[i]);
	pthread_cond_destroy(&ahead->to_taker);
	pthread_cond_destroy(&ahead->to_thread);
	pthread_mutex_destroy(&ahead->lock);
	free(ahead);
}

struct ahead *
ahead_new(struct inflater *inflater)
{
	struct ahead *ahead = mem_zero(1, sizeof *ahead);

	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->to_thread, NULL);
	pthread_cond_init(&ahead->to_taker, NULL);
	ahead->inflater = inflater;
	for (size_t i = 0; i < GIVEN_SLOTS; i++)
		buf_init(&ahead->given[i], BUF_NO_LIMIT);
	for (size_t i = 0; i < MADE_SLOTS; i++)
		ahead->made[i].bytes = mem_alloc(READ_SIZE);
	if (start(ahead) == 0)
		return ahead;
	free_all(ahead);
	return NULL;
}

void
ahead_free(struct ahead *ahead)
{
	if (ahead == NULL)
		return;
	pthread_mutex_lock(&ahead->lock);
	ahead->left = true;
	pthread_cond_signal(&ahead->to_thread);
	pthread_mutex_unlock(&ahead->lock);
	pthread_join(ahead->thread, NULL);
	inflater_free(ahead->inflater);
	free_all(ahead);
}

/* Hands a block over if there is room for one. */
static void
give(struct ahead *ahead, struct slice *input)
{
	struct buf *slot = NULL;

	if (input->len == 0)
		return;
	pthread_mutex_lock(&ahead->lock);
	if (ahead->given_count < GIVEN_SLOTS)
		slot = &ahead->given[(ahead->given_first +
		    ahead->given_count) % GIVEN_SLOTS];
	pthread_mutex_unlock(&ahead->lock);
	if (slot == NULL)
		return;
	buf_clear(slot);
	buf_add_slice(slot, *input);
	*input = slice_cut(*input, input->len, input->len);
	pthread_mutex_lock(&ahead->lock);
	ahead->given_count++;
	pthread_cond_signal(&ahead->to_thread);
	pthread_mutex_unlock(&ahead->lock);
}

/* The slot whose bytes were lent out by the last call. */
static void
give_back(struct ahead *ahead)
{
	if (!ahead->holds)
		return;
	ahead->holds = false;
	pthread_mutex_lock(&ahead->lock);
	ahead->made_first = (ahead->made_first + 1) % MADE_SLOTS;
	ahead->made_count--;
	if (ahead->made_count <= ENOUGH)
		pthread_cond_signal(&ahead->to_thread);
	pthread_mutex_unlock(&ahead->lock);
}

enum inflate_event
ahead_run(struct ahead *ahead, struct slice *input)
{
	give_back(ahead);
	ahead->last = (struct made){ .event = INFLATE_MORE };
	for (;;) {
		give(ahead, input);
		pthread_mutex_lock(&ahead->lock);
		/* there is reason to wait for room, or behind the end */
		while (ahead->made_count == 0 && !ahead->over &&
		    (input->len > 0 ? ahead->given_count == GIVEN_SLOTS :
		    ahead->ended))
			pthread_cond_wait(&ahead->to_taker, &ahead->lock);
		ahead->holds = ahead->made_count > 0;
		if (ahead->holds)
			ahead->last = ahead->made[ahead->made_first];
		pthread_mutex_unlock(&ahead->lock);
		if (ahead->holds || input->len == 0)
			return ahead->last.event;
	}
}

void
ahead_end(struct ahead *ahead)
{
	pthread_mutex_lock(&ahead->lock);
	ahead->ended = true;
	pthread_cond_signal(&ahead->to_thread);
	pthread_mutex_unlock(&ahead->lock);
}

struct slice
ahead_bytes(const struct ahead *ahead)
{
	return (struct slice){ ahead->last.bytes, ahead->last.len };
}

const char *
ahead_why(const struct ahead *ahead)
{
	return ahead->last.why;
}

uint64_t
ahead_at(const struct ahead *ahead)
{
	return ahead->last.at;
}
