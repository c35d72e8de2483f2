/* journal.c -- appending, locking, healing, replacing.
 * SPDX-License-Identifier: MIT */
#include "sink/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc.h"
#include "base/mem.h"

#define RS '\x1e'
#define HEAD 19				/* RS, 8, SP, 8, SP */
#define BLOCK ((size_t)64 << 10)	/* read at once */
#define JOURNAL "journal"
#define JOURNAL_NEW "journal.new"

struct journal {
	char *folder;
	bool write;
	int dir, lock, fd, fresh;	/* -1: not open */
	uint64_t end;			/* behind the last record understood */
	struct stat file;		/* which fd is */
	struct journal_damage damage;
	struct buf out;
	bool failed;			/* replacing: a write did */
};

/* ---- the folder ---- */

static void
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return;
	fsync(fd);
	close(fd);
}

/* As mkdir -p; what is made is on disk. */
static int
make_folder(const char *path)
{
	char *copy = mem_copy(slice_from(path));
	int status = 0;

	for (char *at = copy + 1; status == 0; at++) {
		char here = *at;

		if (here != '/' && here != '\0')
			continue;
		*at = '\0';
		if (mkdir(copy, 0700) == 0) {
			char *slash = strrchr(copy, '/');

			if (slash == NULL) {
				sync_folder(".");
			} else {
				*slash = '\0';
				sync_folder(slash == copy ? "/" : copy);
				*slash = '/';
			}
		} else if (errno != EEXIST) {
			status = here == '\0' || errno != EROFS ? -1 : 0;
		}
		*at = here;
		if (here == '\0')
			break;
	}
	free(copy);
	return status;
}

static int
failure(const struct journal *journal, const char *name, struct error *err)
{
	return error_set(err, ERROR_SYSTEM, "%s%s%s: %s", journal->folder,
	    name[0] == '\0' ? "" : "/", name,
	    errno == 0 ? "it is not a regular file" :
	    errno == ELOOP ? "it is a symbolic link" : strerror(errno));
}

/* A file of the folder.  Where others can write too, one may have put something in
 * its place: a link is not followed, a FIFO not waited for (errno is then 0). */
static int
open_inside(const struct journal *journal, const char *name, int how)
{
	struct stat file;
	int fd = openat(journal->dir, name, how | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC, 0600);

	if (fd == -1)
		return -1;
	if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) {
		close(fd);
		errno = 0;
		return -1;
	}
	return fd;
}

/* What everybody can write to is nobody's: what waits there could be anyone's
 * words, and would be sent with the keys of whoever runs this. */
static int
check_folder(const struct journal *journal, struct error *err)
{
	struct stat folder;

	if (fstat(journal->dir, &folder) == 0 &&
	    (folder.st_mode & S_IWOTH) != 0)
		return error_set(err, ERROR_SYSTEM, "%s: everybody can write "
		    "to it (mode %o)", journal->folder,
		    (unsigned)folder.st_mode & 07777U);
	return 0;
}

static int
open_file(struct journal *journal, struct error *err)
{
	int fd = open_inside(journal, JOURNAL, journal->write ?
	    O_RDWR | O_CREAT : O_RDONLY);

	if (fd == -1)
		return failure(journal, JOURNAL, err);
	if (fstat(fd, &journal->file) != 0) {
		close(fd);
		return failure(journal, JOURNAL, err);
	}
	if (journal->fd != -1)
		close(journal->fd);
	journal->fd = fd;
	journal->end = 0;
	return 0;
}

struct journal *
journal_open(const char *folder, bool write, struct error *err)
{
	struct journal *journal = mem_zero(1, sizeof *journal);

	journal->folder = mem_copy(slice_from(folder));
	journal->write = write;
	journal->dir = journal->lock = journal->fd = journal->fresh = -1;
	buf_init(&journal->out, BUF_NO_LIMIT);
	if (write && make_folder(folder) == -1) {
		failure(journal, "", err);
		goto fail;
	}
	journal->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (journal->dir == -1) {
		failure(journal, "", err);
		goto fail;
	}
	if (write && check_folder(journal, err) == -1)
		goto fail;
	journal->lock = open_inside(journal, "lock", write ?
	    O_RDWR | O_CREAT : O_RDONLY);
	if (journal->lock == -1) {
		failure(journal, "lock", err);
		goto fail;
	}
	if (open_file(journal, err) == -1)
		goto fail;
	if (write && journal->file.st_size == 0)
		fsync(journal->dir);	/* it may be new */
	return journal;
fail:
	journal_close(journal);
	return NULL;
}

void
journal_close(struct journal *journal)
{
	if (journal == NULL)
		return;
	if (journal->fresh != -1)
		close(journal->fresh);
	if (journal->fd != -1)
		close(journal->fd);
	if (journal->lock != -1)
		close(journal->lock);
	if (journal->dir != -1)
		close(journal->dir);
	buf_free(&journal->out);
	free(journal->folder);
	free(journal);
}

/* ---- reading ---- */

static bool
read_hex(const char *digits, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < 8; i++) {
		char c = digits[i];
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (uint32_t)(c - 'a') + 10;
		else
			return false;
		*value = *value << 4 | digit;
	}
	return true;
}

enum found {
	WHOLE,
	CUT,			/* right as far as it goes */
	BROKEN,
};

/* The record at the front of in, of which the first byte is RS. */
static enum found
look(struct slice in, struct slice *body)
{
	uint32_t len, crc;

	if (in.len < HEAD)
		return CUT;
	if (in.data[9] != ' ' || in.data[18] != ' ' ||
	    !read_hex(in.data + 1, &len) || !read_hex(in.data + 10, &crc) ||
	    len > JOURNAL_RECORD_LIMIT)
		return BROKEN;
	if (in.len < HEAD + (size_t)len + 1)
		return CUT;
	*body = slice_cut(in, HEAD, HEAD + len);
	return crc32c(*body) == crc ? WHOLE : BROKEN;
}

/* A pass over the file: gathers bytes, hands on what is whole in them. */
struct pass {
	struct buf in;
	uint64_t at;		/* where in stands in the file */
	uint64_t end;		/* behind the last whole record */
	uint64_t lost;		/* bytes of the damage that goes on here */
	struct journal_damage damage;
	void (*record)(void *ctx, struct slice body);
	void *ctx;
};

static void
close_damage(struct pass *pass)
{
	if (pass->lost == 0)
		return;
	pass->damage.places++;
	pass->damage.bytes += pass->lost;
	pass->lost = 0;
}

/* Bytes that are no record, up to the next RS behind the first of them. */
static size_t
skip(struct slice in)
{
	const char *next = memchr(in.data + 1, RS, in.len - 1);

	return next == NULL ? in.len : (size_t)(next - in.data);
}

static void
take_whole(struct pass *pass, bool final)
{
	size_t at = 0;

	while (at < pass->in.len) {
		struct slice in = slice_cut(buf_slice(&pass->in), at,
		    pass->in.len);
		enum found found = BROKEN;
		struct slice body = { 0 };
		bool alone;		/* no other begins behind */

		if (in.data[0] == RS)
			found = look(in, &body);
		if (found == WHOLE) {
			close_damage(pass);
			pass->record(pass->ctx, body);
			at += HEAD + body.len + 1;
			pass->end = pass->at + at;
			continue;
		}
		alone = skip(in) == in.len;
		if (!final && (found == CUT || (alone && in.len < 2 * BLOCK)))
			break;
		/* a file system may have known of the length, and not yet
		 * of the bytes: then it ends in zeros */
		if (alone && (found == CUT || in.data[in.len - 1] == '\0')) {
			pass->damage.torn = in.len;
			at = pass->in.len;
			break;
		}
		pass->lost += skip(in);
		at += skip(in);
	}
	pass->at += at;
	buf_drop(&pass->in, at);
}

static int
read_on(struct journal *journal, struct pass *pass, struct error *err)
{
	for (;;) {
		char *to = buf_reserve(&pass->in, BLOCK);
		ssize_t len = pread(journal->fd, to, BLOCK,
		    (off_t)(pass->at + pass->in.len));

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return failure(journal, JOURNAL, err);
		pass->in.len += (size_t)len;
		take_whole(pass, len == 0);
		if (len == 0)
			break;
	}
	close_damage(pass);
	return 0;
}

/* ---- the lock ---- */

static bool
is_replaced(const struct journal *journal)
{
	struct stat now;

	return fstatat(journal->dir, JOURNAL, &now, 0) != 0 ||
	    now.st_ino != journal->file.st_ino ||
	    now.st_dev != journal->file.st_dev;
}

/* What stands behind the last whole record goes: nobody else writes now. */
static int
heal(struct journal *journal, const struct pass *pass, struct error *err)
{
	uint64_t all = pass->at + pass->in.len;

	journal->end = pass->end;
	if (all == pass->end || !journal->write)
		return 0;
	if (ftruncate(journal->fd, (off_t)pass->end) != 0)
		return failure(journal, JOURNAL, err);
	return 0;
}

int
journal_lock(struct journal *journal, const struct journal_sink *sink,
    struct error *err)
{
	struct pass pass = { .record = sink->record, .ctx = sink->ctx };
	int status = -1;

	while (flock(journal->lock, journal->write ? LOCK_EX : LOCK_SH) != 0)
		if (errno != EINTR)
			return failure(journal, "lock", err);
	buf_init(&pass.in, BUF_NO_LIMIT);
	if (is_replaced(journal) && open_file(journal, err) == -1)
		goto out;
	if (journal->end == 0)
		sink->restart(sink->ctx);
	pass.at = pass.end = journal->end;
	if (read_on(journal, &pass, err) == -1 ||
	    heal(journal, &pass, err) == -1)
		goto out;
	journal->damage.places += pass.damage.places;
	journal->damage.bytes += pass.damage.bytes;
	journal->damage.torn += pass.damage.torn;
	status = 0;
out:
	buf_free(&pass.in);
	if (status == -1)
		flock(journal->lock, LOCK_UN);
	return status;
}

void
journal_unlock(struct journal *journal)
{
	flock(journal->lock, LOCK_UN);
}

/* ---- writing ---- */

static int
write_all(int fd, struct slice bytes, uint64_t at)
{
	while (bytes.len > 0) {
		ssize_t done = pwrite(fd, bytes.data, bytes.len, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		if (done == 0) {
			errno = ENOSPC;
			return -1;
		}
		at += (uint64_t)done;
		bytes = slice_cut(bytes, (size_t)done, bytes.len);
	}
	return 0;
}

static void
wrap(struct buf *out, struct slice body)
{
	buf_printf(out, "%c%08zx %08" PRIx32 " ", RS, body.len, crc32c(body));
	buf_add_slice(out, body);
	buf_byte(out, '\n');
}

int
journal_add(struct journal *journal, struct slice body, struct error *err)
{
	if (body.len > JOURNAL_RECORD_LIMIT) {
		errno = EMSGSIZE;
		return failure(journal, JOURNAL, err);
	}
	buf_clear(&journal->out);
	wrap(&journal->out, body);
	if (write_all(journal->fd, buf_slice(&journal->out),
	    journal->end) == -1) {
		failure(journal, JOURNAL, err);
		/* what of it was written is torn: the next who locks would
		 * cut it off too */
		if (ftruncate(journal->fd, (off_t)journal->end) != 0)
			return -1;
		return -1;
	}
	journal->end += journal->out.len;
	return 0;
}

int
journal_room(struct journal *journal, size_t len, struct error *err)
{
	int status = 0;

	/* zeros: of one that is killed here they are a torn end */
	buf_clear(&journal->out);
	memset(buf_reserve(&journal->out, len), 0, len);
	if (write_all(journal->fd, (struct slice){ journal->out.data, len },
	    journal->end) == -1)
		status = failure(journal, JOURNAL, err);
	if (ftruncate(journal->fd, (off_t)journal->end) != 0 && status == 0)
		status = failure(journal, JOURNAL, err);
	return status;
}

int
journal_descriptor(const struct journal *journal)
{
	return fcntl(journal->fd, F_DUPFD_CLOEXEC, 0);
}

int
journal_again(struct journal *journal, void (*record)(void *ctx,
    struct slice body), void *ctx, struct error *err)
{
	struct pass pass = { .record = record, .ctx = ctx };
	int status;

	buf_init(&pass.in, BUF_NO_LIMIT);
	status = read_on(journal, &pass, err);
	buf_free(&pass.in);
	return status;
}

int
journal_replace_begin(struct journal *journal, struct error *err)
{
	journal->failed = false;
	buf_clear(&journal->out);
	if (journal->fresh != -1)
		close(journal->fresh);	/* it was given up */
	unlinkat(journal->dir, JOURNAL_NEW, 0);	/* of one that was killed */
	journal->fresh = open_inside(journal, JOURNAL_NEW,
	    O_RDWR | O_CREAT | O_EXCL);
	if (journal->fresh == -1)
		return failure(journal, JOURNAL_NEW, err);
	return 0;
}

static void
flush_fresh(struct journal *journal)
{
	off_t at = lseek(journal->fresh, 0, SEEK_END);

	if (at == -1 || write_all(journal->fresh, buf_slice(&journal->out),
	    (uint64_t)at) == -1)
		journal->failed = true;
	buf_clear(&journal->out);
}

void
journal_replace_keep(struct journal *journal, struct slice body)
{
	wrap(&journal->out, body);
	if (journal->out.len >= BLOCK)
		flush_fresh(journal);
}

int
journal_replace_end(struct journal *journal, struct error *err)
{
	struct stat file;

	flush_fresh(journal);
	if (journal->failed || fsync(journal->fresh) != 0 ||
	    fstat(journal->fresh, &file) != 0 ||
	    renameat(journal->dir, JOURNAL_NEW, journal->dir, JOURNAL) != 0) {
		failure(journal, JOURNAL_NEW, err);
		close(journal->fresh);
		journal->fresh = -1;
		unlinkat(journal->dir, JOURNAL_NEW, 0);
		return -1;
	}
	fsync(journal->dir);
	close(journal->fd);
	journal->fd = journal->fresh;
	journal->fresh = -1;
	journal->file = file;
	journal->end = (uint64_t)file.st_size;
	return 0;
}

int
journal_aside(const struct journal *journal, const char *name,
    struct slice line, struct error *err)
{
	struct stat file;
	int fd = open_inside(journal, name, O_WRONLY | O_CREAT | O_APPEND);

	if (fd == -1)
		return failure(journal, name, err);
	if (fstat(fd, &file) != 0 ||
	    write_all(fd, line, (uint64_t)file.st_size) == -1 ||
	    fsync(fd) != 0) {
		failure(journal, name, err);
		close(fd);
		return -1;
	}
	close(fd);
	fsync(journal->dir);
	return 0;
}

int
journal_claim(const struct journal *journal, const char *name)
{
	int fd = open_inside(journal, name, O_RDWR | O_CREAT);

	if (fd == -1)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

uint64_t
journal_size(const struct journal *journal)
{
	return journal->end;
}

const struct journal_damage *
journal_damage(const struct journal *journal)
{
	return &journal->damage;
}

const char *
journal_folder(const struct journal *journal)
{
	return journal->folder;
}
