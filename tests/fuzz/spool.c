/* spool.c -- fuzz: the journal of a spool; what is damaged is told once, and what was
 * understood is there when it is opened again.
 * SPDX-License-Identifier: MIT
 *
 * A first line `records`: each further line is the body of a whole record.  Else it is
 * the file as it is. */
#include "sink/spool.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc.h"
#include "base/diag.h"
#include "fuzz.h"
#include "sink/journal.h"

#define TOPICS 8			/* looked at */

static const char *
folder(void)
{
	static char path[64];

	if (path[0] == '\0')
		snprintf(path, sizeof path, "%s/cwsift-fuzz.%ld",
		    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
		    (long)getpid());
	return path;
}

static void
remove_file(const char *name)
{
	char path[96];

	snprintf(path, sizeof path, "%s/%s", folder(), name);
	unlink(path);
}

static void
remove_folder(void)
{
	remove_file("lock");
	remove_file("journal");
	remove_file("dead-letter");
	rmdir(folder());
}

static void
write_journal(struct slice bytes)
{
	char path[96];
	int fd;

	snprintf(path, sizeof path, "%s/journal", folder());
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	HOLDS(fd != -1 && write(fd, bytes.data, bytes.len) ==
	    (ssize_t)bytes.len);
	close(fd);
}

/* All that shows of a spool. */
static void
show(struct buf *out, const struct spool *spool)
{
	const char *topic;

	for (size_t i = 0; i < TOPICS &&
	    (topic = spool_topic(spool, i)) != NULL; i++) {
		size_t count = 0;

		buf_printf(out, "%s %" PRId64 "\n", topic,
		    spool_sent_ms(spool, topic));
		for (const struct spool_item *item = spool_front(spool, topic);
		    item != NULL; item = item->next) {
			buf_printf(out, "%s %" PRId64 " %" PRId64 " %" PRIu64
			    " %d %d ", item->id, item->time_ms, item->at_ms,
			    item->count, (int)item->level, item->reminder);
			buf_add_slice(out, item->service);
			buf_byte(out, '\n');
			count++;
		}
		HOLDS(count == spool_waiting(spool, topic));
	}
}

/* A topic that nothing waits of, and a time of sending, may have been forgotten when it
 * was opened for writing: what waits may not. */
static void
waiting(struct buf *out, const struct spool *spool)
{
	const char *topic;

	for (size_t i = 0; (topic = spool_topic(spool, i)) != NULL; i++)
		for (const struct spool_item *item = spool_front(spool, topic);
		    item != NULL; item = item->next) {
			buf_printf(out, "%s %s %" PRId64 " ", topic, item->id,
			    item->time_ms);
			buf_add_slice(out, item->service);
			buf_byte(out, '\n');
		}
}

/* It is used as forwarding does. */
static void
use(struct spool *spool)
{
	static const char topic[] = "arn:aws:sns:eu-west-1:123456789012:t";
	struct spool_terms terms = { 600000, 3600000 };
	struct tally tally = { slice_from("rule"), 1, 1 };
	struct incident incident = { .service = slice_from("mail"),
	    .first_ms = INT64_C(1795457000000), .last_ms =
	    INT64_C(1795457060000), .count = 1, .level = LEVEL_ERROR,
	    .rules = &tally, .rule_count = 1 };
	char id[1][SPOOL_ID_SIZE];
	struct error err;
	size_t before = spool_waiting(spool, topic);
	enum spool_news news = spool_take(spool, topic, &terms, &incident,
	    &err);

	HOLDS(news == SPOOL_KNOWN || news == SPOOL_NEW ||
	    news == SPOOL_REMINDER);
	HOLDS(spool_waiting(spool, topic) == before +
	    (news != SPOOL_KNOWN));
	HOLDS(spool_knows(spool, topic, &terms, &incident));
	if (spool_front(spool, topic) != NULL) {
		size_t now = spool_waiting(spool, topic);

		memcpy(id[0], spool_front(spool, topic)->id, SPOOL_ID_SIZE);
		HOLDS(spool_sent(spool, topic, id, 1, "1-2-3", &err) == 0);
		HOLDS(spool_waiting(spool, topic) == now - 1);
	}
	HOLDS(spool_flush(spool, &err) == 0);
}

static struct spool *
open_spool(bool write, struct buf *said)
{
	struct error err;
	struct spool *spool;

	diag_capture(said);
	spool = spool_open(folder(), write, &err);
	diag_capture(NULL);
	/* the one reason: a version of another program */
	HOLDS(spool != NULL || strstr(err.text, "newer cwsift") != NULL);
	return spool;
}

static void
wrap(struct buf *out, struct slice lines)
{
	while (lines.len > 0) {
		struct slice body = fuzz_line(&lines);

		buf_printf(out, "\x1e%08zx %08" PRIx32 " ", body.len,
		    crc32c(body));
		buf_add_slice(out, body);
		buf_byte(out, '\n');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = { (const char *)data, size };
	struct buf journal, said, wait, wait_again, first, second;
	struct spool *spool;
	bool records = fuzz_word(&bytes, "records\n");

	buf_init(&journal, BUF_NO_LIMIT);
	buf_init(&said, BUF_NO_LIMIT);
	buf_init(&wait, BUF_NO_LIMIT);
	buf_init(&wait_again, BUF_NO_LIMIT);
	buf_init(&first, BUF_NO_LIMIT);
	buf_init(&second, BUF_NO_LIMIT);
	if (records)
		wrap(&journal, bytes);
	else
		buf_add_slice(&journal, bytes);
	mkdir(folder(), 0700);
	write_journal(buf_slice(&journal));
	spool = open_spool(true, &said);
	if (spool == NULL)
		goto out;
	HOLDS((spool_damaged(spool) > 0) <= (said.len > 0));
	waiting(&wait, spool);
	show(&first, spool);
	spool_close(spool);
	buf_clear(&said);
	spool = open_spool(false, &said);
	HOLDS(spool != NULL);
	waiting(&wait_again, spool);
	HOLDS(fuzz_same(&wait, &wait_again));
	spool_close(spool);

	spool = open_spool(true, &said);
	use(spool);
	buf_clear(&first);
	show(&first, spool);
	spool_close(spool);
	spool = open_spool(false, &said);
	show(&second, spool);
	HOLDS(fuzz_same(&first, &second));
	spool_close(spool);
out:
	remove_folder();
	buf_free(&second);
	buf_free(&first);
	buf_free(&wait_again);
	buf_free(&wait);
	buf_free(&said);
	buf_free(&journal);
	return 0;
}
