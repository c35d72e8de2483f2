/* spool.c -- what waits and what was told, through crashes, damage and other processes.
 * SPDX-License-Identifier: MIT */
#include "sink/spool.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/crc.h"
#include "base/mem.h"
#include "base/time.h"
#include "sink/ledger.h"

#define CHECK(x) assert_true(x)
#define TOPIC "arn:aws:sns:eu-west-1:123456789012:t"
#define OTHER "arn:aws:sns:eu-west-1:123456789012:u"
#define MINUTE INT64_C(60000)
#define START INT64_C(1795457000000)

static const struct spool_terms terms = { 10 * MINUTE, 0 };
static struct error err;
static char folder[64];

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/cwsift-unit.XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) == 0 ? 0 : -1;
}

static struct spool *
open_spool(bool write)
{
	struct spool *spool = spool_open(folder, write, &err);

	if (spool == NULL)
		fail_msg("%s", err.text);
	return spool;
}

static enum spool_news
take_on(struct spool *spool, const char *topic, const struct spool_terms *on,
    const char *service, int64_t first, int64_t last)
{
	struct tally tally = { slice_from("rule"), 3, 1 };
	struct incident incident = { .service = slice_from(service),
	    .first_ms = first == TIME_NONE ? first : START + first * MINUTE,
	    .last_ms = last == TIME_NONE ? last : START + last * MINUTE,
	    .count = 3, .level = LEVEL_FATAL, .rules = &tally,
	    .rule_count = 1 };

	return spool_take(spool, topic, on, &incident, &err);
}

static enum spool_news
take(struct spool *spool, const char *service, int64_t first, int64_t last)
{
	return take_on(spool, TOPIC, &terms, service, first, last);
}

/* The first that waits was sent. */
static void
send_first(struct spool *spool)
{
	char ids[1][SPOOL_ID_SIZE];

	memcpy(ids[0], spool_front(spool, TOPIC)->id, SPOOL_ID_SIZE);
	assert_int_equal(spool_sent(spool, TOPIC, ids, 1, "m-1", &err), 0);
}

static char *
journal_path(void)
{
	static char path[80];

	snprintf(path, sizeof path, "%s/journal", folder);
	return path;
}

static size_t
journal_size(void)
{
	struct stat st;

	assert_int_equal(stat(journal_path(), &st), 0);
	return (size_t)st.st_size;
}

static char *
read_journal(size_t *size)
{
	char *whole;
	FILE *file = fopen(journal_path(), "rb");

	*size = journal_size();
	whole = mem_alloc(*size);
	assert_int_equal(fread(whole, 1, *size, file), *size);
	fclose(file);
	return whole;
}

static void
write_journal(const char *bytes, size_t size)
{
	FILE *file = fopen(journal_path(), "wb");

	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static void
the_checksum_is_the_one_of_the_rfc(void **state)
{
	char zeros[32] = { 0 };

	(void)state;
	/* RFC 3720, B.4 */
	assert_int_equal(crc32c((struct slice){ zeros, 32 }), 0x8a9136aa);
	assert_int_equal(crc32c(slice_from("123456789")), 0xe3069283);
	assert_int_equal(crc32c(slice_from("")), 0);
}

static void
what_is_taken_waits_until_it_was_sent(void **state)
{
	struct spool *spool = open_spool(true);
	const struct spool_item *item;

	(void)state;
	assert_int_equal(take(spool, "a", 0, 5), SPOOL_NEW);
	assert_int_equal(take(spool, "b \"\\\x01", 1, 1), SPOOL_NEW);
	spool_close(spool);
	spool = open_spool(true);
	assert_int_equal(spool_waiting(spool, TOPIC), 2);
	assert_int_equal(spool_waiting(spool, OTHER), 0);
	item = spool_front(spool, TOPIC);
	CHECK(slice_is(item->service, "a"));
	assert_int_equal(item->time_ms, START);
	assert_int_equal(item->count, 3);
	assert_int_equal(item->level, LEVEL_FATAL);
	CHECK(!item->reminder);
	CHECK(slice_is(item->next->service, "b \"\\\x01"));
	CHECK(spool_sent_ms(spool, TOPIC) == TIME_NONE);
	send_first(spool);
	assert_int_equal(spool_waiting(spool, TOPIC), 1);
	spool_close(spool);
	spool = open_spool(true);
	assert_int_equal(spool_waiting(spool, TOPIC), 1);
	CHECK(slice_is(spool_front(spool, TOPIC)->service, "b \"\\\x01"));
	CHECK(spool_sent_ms(spool, TOPIC) != TIME_NONE);
	CHECK(strcmp(spool_topic(spool, 0), TOPIC) == 0);
	CHECK(spool_topic(spool, 1) == NULL);
	spool_close(spool);
}

static void
what_folds_with_what_was_told_is_known(void **state)
{
	struct spool *spool = open_spool(true);

	(void)state;
	assert_int_equal(take(spool, "a", 0, 5), SPOOL_NEW);
	send_first(spool);
	assert_int_equal(take(spool, "a", 0, 5), SPOOL_KNOWN);
	assert_int_equal(take(spool, "a", 14, 14), SPOOL_KNOWN);
	assert_int_equal(take(spool, "b", 0, 5), SPOOL_NEW);
	assert_int_equal(take_on(spool, OTHER, &terms, "a", 0, 5), SPOOL_NEW);
	/* it came up to 14, which counts, also for the next run */
	assert_int_equal(spool_flush(spool, &err), 0);
	spool_close(spool);
	spool = open_spool(true);
	assert_int_equal(take(spool, "a", 23, 30), SPOOL_KNOWN);
	assert_int_equal(take(spool, "a", 40, 40), SPOOL_NEW);
	assert_int_equal(take(spool, "a", -10, -10), SPOOL_NEW);
	assert_int_equal(take(spool, "a", -19, -19), SPOOL_KNOWN);
	spool_close(spool);
}

static void
with_window_0_each_time_is_its_own(void **state)
{
	const struct spool_terms none = { 0, 0 };
	struct spool *spool = open_spool(true);

	(void)state;
	assert_int_equal(take_on(spool, TOPIC, &none, "a", 0, 0), SPOOL_NEW);
	assert_int_equal(take_on(spool, TOPIC, &none, "a", 1, 1), SPOOL_NEW);
	assert_int_equal(take_on(spool, TOPIC, &none, "a", 0, 0), SPOOL_KNOWN);
	spool_close(spool);
	spool = open_spool(true);
	assert_int_equal(take_on(spool, TOPIC, &none, "a", 1, 1), SPOOL_KNOWN);
	assert_int_equal(take_on(spool, TOPIC, &none, "a", 2, 2), SPOOL_NEW);
	spool_close(spool);
}

static void
what_has_no_time_has_that_of_the_clock(void **state)
{
	struct spool *spool = open_spool(true);

	(void)state;
	assert_int_equal(take(spool, "a", TIME_NONE, TIME_NONE), SPOOL_NEW);
	assert_int_equal(take(spool, "a", TIME_NONE, TIME_NONE), SPOOL_KNOWN);
	spool_close(spool);
	spool = open_spool(true);
	CHECK(spool_front(spool, TOPIC)->time_ms == TIME_NONE);
	assert_int_equal(take(spool, "a", TIME_NONE, TIME_NONE), SPOOL_KNOWN);
	assert_int_equal(take_on(spool, TOPIC, &(struct spool_terms){ 0, 0 },
	    "b", TIME_NONE, TIME_NONE), SPOOL_NEW);
	spool_close(spool);
}

static void
reminders_come_at_their_distance(void **state)
{
	const struct spool_terms hourly = { 10 * MINUTE, 60 * MINUTE };
	struct spool *spool = open_spool(true);

	(void)state;
	assert_int_equal(take_on(spool, TOPIC, &hourly, "a", 0, 5), SPOOL_NEW);
	assert_int_equal(take_on(spool, TOPIC, &hourly, "a", 0, 64),
	    SPOOL_KNOWN);
	assert_int_equal(take_on(spool, TOPIC, &hourly, "a", 0, 65),
	    SPOOL_REMINDER);
	spool_close(spool);
	spool = open_spool(true);
	CHECK(spool_front(spool, TOPIC)->next->reminder);
	assert_int_equal(take_on(spool, TOPIC, &hourly, "a", 0, 124),
	    SPOOL_KNOWN);
	assert_int_equal(take_on(spool, TOPIC, &hourly, "a", 0, 125),
	    SPOOL_REMINDER);
	assert_int_equal(take(spool, "a", 0, 500), SPOOL_KNOWN);
	spool_close(spool);
}

static void
two_handles_see_each_other(void **state)
{
	struct spool *one = open_spool(true), *two = open_spool(true);

	(void)state;
	assert_int_equal(take(one, "a", 0, 0), SPOOL_NEW);
	assert_int_equal(take(two, "a", 0, 0), SPOOL_KNOWN);
	assert_int_equal(take(two, "b", 0, 0), SPOOL_NEW);
	assert_int_equal(spool_refresh(one, &err), 0);
	assert_int_equal(spool_waiting(one, TOPIC), 2);
	send_first(one);
	assert_int_equal(spool_refresh(two, &err), 0);
	assert_int_equal(spool_waiting(two, TOPIC), 1);
	spool_close(two);
	spool_close(one);
}

static void
one_sender_at_a_time(void **state)
{
	struct spool *one = open_spool(true), *two = open_spool(true);
	int claim = spool_claim(one, TOPIC);
	int other = spool_claim(two, OTHER);

	(void)state;
	CHECK(claim != -1 && other != -1);
	assert_int_equal(spool_claim(two, TOPIC), -1);
	close(claim);
	claim = spool_claim(two, TOPIC);
	CHECK(claim != -1);
	close(claim);
	close(other);
	spool_close(two);
	spool_close(one);
}

static void
looking_changes_nothing(void **state)
{
	struct spool *spool = open_spool(true);
	size_t size;
	int fd;

	(void)state;
	take(spool, "a", 0, 0);
	spool_close(spool);
	fd = open(journal_path(), O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "\x1e" "0000", 5), 5);
	close(fd);
	size = journal_size();
	spool = open_spool(false);
	assert_int_equal(spool_waiting(spool, TOPIC), 1);
	spool_close(spool);
	assert_int_equal(journal_size(), size);
	spool = open_spool(true);
	spool_close(spool);
	assert_int_equal(journal_size(), size - 5);
}

/* Bytes all over a journal in turn, changed in some bit. */
static void
a_damaged_byte_costs_its_record_and_no_other(void **state)
{
	struct spool *spool = open_spool(true);
	char *whole, name[16];
	size_t size;

	(void)state;
	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof name, "s%d", i);
		take(spool, name, 0, 0);
	}
	spool_close(spool);
	whole = read_journal(&size);
	for (size_t i = 0; i < size; i += 5) {
		size_t waiting;

		whole[i] ^= (char)(1 << i % 8);
		write_journal(whole, size);
		whole[i] ^= (char)(1 << i % 8);
		spool = spool_open(folder, true, &err);
		if (spool == NULL)
			fail_msg("byte %zu: %s", i, err.text);
		waiting = spool_waiting(spool, TOPIC);
		if (waiting < 5)
			fail_msg("byte %zu: %zu left", i, waiting);
		if (waiting == 5)	/* and it can be taken again */
			for (int k = 0; k < 6; k++) {
				snprintf(name, sizeof name, "s%d", k);
				take(spool, name, 0, 0);
			}
		assert_int_equal(spool_waiting(spool, TOPIC), 6);
		spool_close(spool);
	}
	free(whole);
}

/* Cut anywhere, it is a journal of the records before the cut. */
static void
a_torn_end_is_healed(void **state)
{
	struct spool *spool = open_spool(true);
	size_t empty = journal_size(), one, size;
	char *whole;

	(void)state;
	take(spool, "a", 0, 0);
	one = journal_size();
	take(spool, "b", 0, 0);
	spool_close(spool);
	whole = read_journal(&size);
	for (size_t len = 0; len < size; len += 3) {
		write_journal(whole, len);
		/* zeros instead of what was to be written */
		if (len % 2 == 0)
			assert_int_equal(truncate(journal_path(),
			    (off_t)size), 0);
		spool = open_spool(true);
		assert_int_equal(spool_waiting(spool, TOPIC),
		    len >= one ? 1 : 0);
		assert_int_equal(spool_damaged(spool), 0);
		CHECK(journal_size() == (len >= one ? one : empty));
		spool_close(spool);
	}
	free(whole);
}

static void
write_past(struct spool *spool, int from, int to)
{
	char service[300];

	for (int i = from; i < to; i++) {
		snprintf(service, sizeof service, "%0250d", i % 50);
		assert_int_equal(take(spool, service, i * 20, i * 20 + 1),
		    SPOOL_NEW);
		send_first(spool);
	}
}

static void
an_old_journal_is_written_anew_and_says_the_same(void **state)
{
	struct spool *spool = open_spool(true), *other;
	size_t before;

	(void)state;
	assert_int_equal(take(spool, "first", 0, 0), SPOOL_NEW);
	send_first(spool);
	/* 40 days of them: more than is remembered by event time, but told
	 * just now */
	write_past(spool, 0, 2880);
	for (int i = 1; i < 3000; i++)
		assert_int_equal(take(spool, "long", i * 9, i * 9 + 1),
		    i == 1 ? SPOOL_NEW : SPOOL_KNOWN);
	assert_int_equal(spool_flush(spool, &err), 0);
	before = journal_size();
	other = open_spool(true);	/* sees the old one */
	for (int i = 0; i < 5000; i++) {
		char ids[1][SPOOL_ID_SIZE] = { "0123456789abcdef" };

		spool_sent(spool, TOPIC, ids, 1, "m", &err);
		if (journal_size() < before)
			break;
	}
	CHECK(journal_size() < before);
	for (int i = 0; i < 2; i++) {
		struct spool *each = i == 0 ? other : spool;
		char service[300];

		snprintf(service, sizeof service, "%0250d", 7);
		assert_int_equal(take(each, "first", 0, 0), SPOOL_KNOWN);
		assert_int_equal(take(each, "long", 15000, 15000),
		    SPOOL_KNOWN);
		assert_int_equal(take(each, service, 57 * 20 + 1, 57 * 20 + 2),
		    SPOOL_KNOWN);
		assert_int_equal(spool_waiting(each, TOPIC), 1);
		CHECK(slice_is(spool_front(each, TOPIC)->service, "long"));
	}
	assert_int_equal(take(other, "new", 0, 0), SPOOL_NEW);
	assert_int_equal(take(spool, "new", 0, 0), SPOOL_KNOWN);
	assert_int_equal(spool_waiting(spool, TOPIC), 2);
	spool_close(other);
	spool_close(spool);
}

static void
a_ledger_forgets_what_is_old_by_both_clocks(void **state)
{
	struct ledger *ledger = ledger_new();
	struct ledger_span span = { 100, 200, 200, 1000, .unwritten = false };

	(void)state;
	ledger_add(ledger, slice_from("a"), &span, 0);
	ledger_forget(ledger, 150, 5000);
	assert_int_equal(ledger_count(ledger), 1);
	ledger_forget(ledger, 5000, 900);
	assert_int_equal(ledger_count(ledger), 1);
	ledger_forget(ledger, 201, 1001);
	assert_int_equal(ledger_count(ledger), 0);
	CHECK(ledger_find(ledger, slice_from("a"), 100, 200, 10) == NULL);
	ledger_free(ledger);
}

static void
spans_that_a_new_one_joins_become_one(void **state)
{
	struct ledger *ledger = ledger_new();
	struct ledger_span *span;

	(void)state;
	for (int i = 9; i >= 0; i--) {
		struct ledger_span one = { i * 100, i * 100 + 10, 0, i,
		    .unwritten = false };

		ledger_add(ledger, slice_from("a"), &one, 10);
	}
	assert_int_equal(ledger_count(ledger), 10);
	CHECK(ledger_find(ledger, slice_from("a"), 20, 90, 10) == NULL);
	span = ledger_find(ledger, slice_from("a"), 19, 90, 10);
	CHECK(span != NULL && span->first_ms == 0);
	span = ledger_find(ledger, slice_from("a"), 20, 91, 10);
	CHECK(span != NULL && span->first_ms == 100);
	span = ledger_add(ledger, slice_from("a"),
	    &(struct ledger_span){ 215, 495, 495, 3, .unwritten = true }, 10);
	assert_int_equal(span->first_ms, 200);
	assert_int_equal(span->last_ms, 510);
	assert_int_equal(span->at_ms, 5);
	CHECK(span->unwritten);
	assert_int_equal(ledger_count(ledger), 7);
	CHECK(ledger_find(ledger, slice_from("b"), 0, 1000, 10) == NULL);
	ledger_free(ledger);
}

static void
a_newer_spool_is_refused(void **state)
{
	const char record[] = "\x1e" "00000012 %08x {\"cwsift_spool\":2}\n";
	struct spool *spool;
	FILE *file;

	(void)state;
	file = fopen(journal_path(), "wb");
	fprintf(file, record, crc32c(slice_from("{\"cwsift_spool\":2}")));
	fclose(file);
	spool = spool_open(folder, true, &err);
	CHECK(spool == NULL);
	CHECK(strstr(err.text, "newer") != NULL);
}

#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_checksum_is_the_one_of_the_rfc),
		TEST(what_is_taken_waits_until_it_was_sent),
		TEST(what_folds_with_what_was_told_is_known),
		TEST(with_window_0_each_time_is_its_own),
		TEST(what_has_no_time_has_that_of_the_clock),
		TEST(reminders_come_at_their_distance),
		TEST(two_handles_see_each_other),
		TEST(one_sender_at_a_time),
		TEST(looking_changes_nothing),
		TEST(a_damaged_byte_costs_its_record_and_no_other),
		TEST(a_torn_end_is_healed),
		TEST(an_old_journal_is_written_anew_and_says_the_same),
		cmocka_unit_test(a_ledger_forgets_what_is_old_by_both_clocks),
		cmocka_unit_test(spans_that_a_new_one_joins_become_one),
		TEST(a_newer_spool_is_refused),
	};

	/* what is said of damage is not this test's */
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
