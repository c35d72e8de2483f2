/* recognise.c -- the table of first bytes.
 * SPDX-License-Identifier: MIT */
#include "input/recognise.h"

#include <string.h>

#include "input/csv.h"
#include "input/insights.h"
#include "input/limits.h"
#include "input/lines.h"
#include "input/unread.h"

#define BINARY_SHARE 8			/* one control byte in so many: no text */

#define UTF16 "this is UTF-16, as PowerShell writes it: pipe it through " \
    "`iconv -f UTF-16 -t UTF-8`"

/* Fixed first bytes. */
static const struct {
	const char *bytes;
	size_t len;
	enum layer_kind kind;
	const char *advice;
} magics[] = {
	{ "\x1f\x8b", 2, LAYER_GZIP, NULL },	/* the method may be damaged */
	{ "\x28\xb5\x2f\xfd", 4, LAYER_UNREAD,
	    "this is zstd: pipe it through `zstd -dc`" },
	{ "PK\x03\x04", 4, LAYER_UNREAD,
	    "this is a zip file: pipe it through `unzip -p FILE`" },
	{ "BZh", 3, LAYER_UNREAD,
	    "this is bzip2: pipe it through `bzip2 -dc`" },
	{ "\xfd" "7zXZ", 5, LAYER_UNREAD,
	    "this is xz: pipe it through `xz -dc`" },
	{ "\xff\x06\x00\x00sNaPpY", 10, LAYER_UNREAD,
	    "this is snappy: let Firehose write GZIP or nothing" },
	{ "PAR1", 4, LAYER_UNREAD,
	    "this is Parquet: let Firehose write it unconverted" },
	{ "Obj\x01", 4, LAYER_UNREAD, "this is Avro" },
	{ "\xff\xfe", 2, LAYER_UNREAD, UTF16 },
	{ "\xfe\xff", 2, LAYER_UNREAD, UTF16 },
	{ "H4sI", 4, LAYER_BASE64, NULL },
	{ "\"H4sI", 5, LAYER_BASE64, NULL },
	{ "eyJtZXNzYWdlVHlwZ", 17, LAYER_BASE64, NULL },
	{ "eyJjd3NpZnQiO", 13, LAYER_BASE64, NULL },
	{ "Permission Check Successful", 27, LAYER_SKIP, NULL },
	{ "<!DOCTYPE", 9, LAYER_UNREAD,
	    "this is an HTML page, no log" },
	{ "<!doctype", 9, LAYER_UNREAD,
	    "this is an HTML page, no log" },
	{ "<html", 5, LAYER_UNREAD, "this is an HTML page, no log" },
	{ "<?xml", 5, LAYER_UNREAD,
	    "this is XML, perhaps an error of S3's, no log" },
	{ "LOGGROUPS\t", 10, LAYER_UNREAD,
	    "this is describe-log-groups: it holds no log events" },
	{ "LOGSTREAMS\t", 11, LAYER_UNREAD,
	    "this is describe-log-streams: it holds no log events" },
};

/* The status of a query: a line alone could be anybody's, what follows decides. */
static bool
is_status(struct slice line)
{
	static const char *const statuses[] = { "Complete", "Running",
	    "Scheduled", "Failed", "Cancelled", "Timeout", "Unknown" };

	return slice_is_one_of(slice_trim(line), statuses,
	    sizeof statuses / sizeof statuses[0]);
}

/* What the first line says with the start of the second. */
static bool
by_two_lines(struct slice line, struct slice second, struct recognition *r)
{
	r->advice = unread_by_two_lines(line, second);
	if (r->advice != NULL) {
		r->kind = LAYER_UNREAD;
		return true;
	}
	if (is_status(line) && (second.len == 0 ||
	    slice_starts(second, "RESULTS\t") ||
	    slice_starts(second, "STATISTICS\t"))) {
		r->kind = LAYER_ROWS;
		r->shape = SHAPE_INSIGHTS_TEXT;
		return true;
	}
	return false;
}

/* Whether by_two_lines could say something of a line that begins so. */
static bool
wants_second(struct slice line)
{
	return is_status(line) || unread_wants_second(line);
}

/* What a whole first line says. */
static bool
by_line(struct slice line, struct recognition *r)
{
	static const enum shape stamped[] = { SHAPE_TAIL_DETAILED,
	    SHAPE_TAIL_SHORT, SHAPE_EXPORT, SHAPE_COLUMNS, SHAPE_CONSOLE };
	struct line_head head;
	struct slice text;

	for (size_t i = 0; i < sizeof stamped / sizeof stamped[0]; i++) {
		if (!line_head_read(stamped[i], line, true, &head))
			continue;
		text = slice_cut(line, head.message, line.len);
		/* a bare Lambda time-out is `STAMP UUID Task timed out` */
		if (stamped[i] == SHAPE_EXPORT && text.len > 36 &&
		    text.data[8] == '-' && text.data[23] == '-' &&
		    slice_starts(slice_cut(text, 36, text.len),
		    " Task timed out"))
			return false;
		r->kind = LAYER_LINES;
		r->shape = stamped[i];
		/* a JSON message is on the lines behind its head */
		if (stamped[i] == SHAPE_TAIL_DETAILED &&
		    slice_trim(text).len == 0)
			r->shape = SHAPE_TAIL_JSON;
		return true;
	}
	if (slice_starts(line, "EVENTS\t") ||
	    slice_starts(line, "SEARCHEDLOGSTREAMS\t") ||
	    (slice_starts(line, "b/") &&
	    slice_find(line, slice_from("\tf/")) != SIZE_MAX)) {
		r->kind = LAYER_ROWS;
		r->shape = SHAPE_EVENTS_TEXT;
		return true;
	}
	if (slice_starts(line, "RESULTS\t")) {
		r->kind = LAYER_ROWS;
		r->shape = SHAPE_INSIGHTS_TEXT;
		return true;
	}
	if (csv_is_header(line)) {
		r->kind = LAYER_CSV;
		r->shape = SHAPE_CSV;
		return true;
	}
	return false;
}

static bool
is_binary(struct slice line)
{
	size_t controls = 0;

	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.data[i];

		if (c < 0x20 && c != '\n' && c != '\t' && c != '\r' &&
		    c != 0x1b)
			controls++;
	}
	return line.len > 0 && controls > line.len / BINARY_SHARE;
}

struct recognition
recognise(struct slice head, bool final, enum own own)
{
	struct recognition r = { LAYER_UNDECIDED, SHAPE_UNKNOWN, NULL, 0 };
	struct slice text = head, line;
	const char *lf;

	/* what is said may not depend on how many bytes came at once */
	if (head.len >= RECOGNISE_SIZE) {
		text.len = RECOGNISE_SIZE;
		final = true;
	}
	if (slice_starts(text, "\xef\xbb\xbf")) {
		r.mark = 3;
		text = slice_cut(text, 3, text.len);
	}
	while (text.len > 0 && (text.data[0] == '\n' || text.data[0] == '\r'))
		text = slice_cut(text, 1, text.len);
	if (text.len == 0) {
		if (final)
			r.kind = LAYER_DOCUMENT;
		return r;
	}
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
		size_t len = magics[i].len;

		if (text.len >= len &&
		    memcmp(text.data, magics[i].bytes, len) == 0) {
			r.kind = magics[i].kind;
			r.advice = magics[i].advice;
			return r;
		}
		/* it may still become one */
		if (!final && text.len < len &&
		    memcmp(text.data, magics[i].bytes, text.len) == 0)
			return r;
	}
	if (own == OWN_REFUSED && slice_starts(text, "{\"cwsift\":")) {
		r.kind = LAYER_UNREAD;
		r.advice = "this is cwsift's json in base64: pipe it through "
		    "`base64 -d`";
		return r;
	}
	if (own == OWN_READ && slice_starts(text, "{\"cwsift\":")) {
		r.kind = LAYER_LINES;
		r.shape = SHAPE_CWSIFT;
		return r;
	}
	if (text.data[0] == '{') {
		if (!final && text.len < sizeof "{\"cwsift\":" - 1)
			return r;
		r.kind = LAYER_DOCUMENT;
		return r;
	}
	lf = memchr(text.data, '\n', text.len);
	if (lf == NULL && !final)
		return r;
	line = slice_cut(text, 0, lf == NULL ? text.len :
	    (size_t)(lf - text.data));
	if (by_line(line, &r))
		return r;
	if (wants_second(line)) {
		struct slice second = slice_cut(text, line.len + 1, text.len);

		lf = second.len == 0 ? NULL :
		    memchr(second.data, '\n', second.len);
		if (lf == NULL && !final)
			return r;
		if (by_two_lines(line, second, &r))
			return r;
	}
	r.advice = unread_by_line(line);
	r.kind = r.advice != NULL ? LAYER_UNREAD : LAYER_DOCUMENT;
	if (r.kind == LAYER_DOCUMENT && is_binary(line)) {
		r.kind = LAYER_UNKNOWN;
		r.advice = "this is no text and no format that is known";
	}
	return r;
}

enum layer_kind
recognise_reader(enum shape shape)
{
	switch (shape) {
	case SHAPE_EXPORT:
	case SHAPE_TAIL_SHORT:
	case SHAPE_TAIL_DETAILED:
	case SHAPE_TAIL_JSON:
	case SHAPE_COLUMNS:
	case SHAPE_CONSOLE:
	case SHAPE_CWSIFT:
		return LAYER_LINES;
	case SHAPE_EVENTS_TEXT:
	case SHAPE_INSIGHTS_TEXT:
		return LAYER_ROWS;
	case SHAPE_CSV:
		return LAYER_CSV;
	case SHAPE_SUBSCRIPTION:
	case SHAPE_EVENTS_JSON:
	case SHAPE_MESSAGES_TEXT:
	case SHAPE_MESSAGES_JSON:
	case SHAPE_INSIGHTS_JSON:
	case SHAPE_LIVE_TAIL_JSON:
	case SHAPE_EVENT:
	case SHAPE_BARE:
		return LAYER_DOCUMENT;
	case SHAPE_UNKNOWN:
	case SHAPE_COUNT:
		break;
	}
	return LAYER_UNDECIDED;
}
