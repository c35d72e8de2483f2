/* pattern_delimited.c -- [ip, ..., status = 4* && status != 403, bytes].
 * SPDX-License-Identifier: MIT */
#include "match/pattern_parts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct entry {
	struct slice name;	/* owned; NULL data: unnamed */
	struct logic logic;	/* no comparison: any field will do */
};

struct delimited {
	struct entry *entries;	/* without the ellipsis */
	size_t count;
	size_t room;
	bool ellipsis;
	size_t front;		/* entries in front of it */
};

static struct slice
read_name(struct scan *scan)
{
	size_t start = scan->at;

	while (scan->at < scan->text.len &&
	    slice_is_name_byte(scan->text.data[scan->at]))
		scan->at++;
	return slice_cut(scan->text, start, scan->at);
}

/* name op value; each comparison of an entry names the entry's own field. */
static int
read_comparison(void *ctx, struct scan *scan, struct comparison *made)
{
	const struct slice *own = ctx;
	size_t start = scan->at;
	struct slice name = read_name(scan);

	if (name.len == 0)
		return scan_bad_grammar(scan, "a field's name must stand here");
	if (own->data != NULL && !slice_equal(name, *own)) {
		scan->at = start;
		return scan_bad_grammar(scan,
		    "an entry can only compare its own field");
	}
	scan_skip_white(scan);
	if (value_operator(scan, &made->operator) == -1)
		return -1;
	return value_read(scan, made->operator, &made->value);
}

static struct entry *
add_entry(struct delimited *d)
{
	struct entry *entry;

	d->entries = mem_grow(d->entries, d->count + 1, &d->room,
	    sizeof *d->entries);
	entry = &d->entries[d->count++];
	*entry = (struct entry){ .name = { NULL, 0 } };
	return entry;
}

static bool
has_name(const struct delimited *d, struct slice name)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->entries[i].name.data != NULL &&
		    slice_equal(d->entries[i].name, name))
			return true;
	return false;
}

static int
duplicate(struct scan *scan, size_t at, struct slice name)
{
	return error_at(scan->err, ERROR_RULES, at, "Duplicate field '%.*s'",
	    (int)(name.len > 200 ? 200 : name.len), name.data);
}

/* One entry up to its comma or the end. */
static int
read_entry(struct delimited *d, struct scan *scan)
{
	size_t start = scan->at;
	struct entry *entry;
	struct slice name;

	if (scan_looking_at(scan, "...")) {
		scan->at += 3;
		if (d->ellipsis)
			return duplicate(scan, start, slice_from("..."));
		d->ellipsis = true;
		d->front = d->count;
		return 0;
	}
	if (scan->at == scan->text.len || scan_peek(scan) == ',') {
		add_entry(d);
		return 0;
	}
	name = read_name(scan);
	if (name.len == 0)
		return scan_bad_grammar(scan, "a field's name must stand here");
	if (has_name(d, name))
		return duplicate(scan, start, name);
	entry = add_entry(d);
	entry->name = (struct slice){ mem_copy(name), name.len };
	scan_skip_white(scan);
	if (scan->at == scan->text.len || scan_peek(scan) == ',')
		return 0;
	scan->at = start;
	return logic_read(&entry->logic, scan, false, read_comparison,
	    &entry->name);
}

static int
read_entries(struct delimited *d, struct scan *scan)
{
	scan_skip_white(scan);
	if (scan->at == scan->text.len) {	/* [] is any field at all */
		add_entry(d);
		d->ellipsis = true;
		d->front = d->count;
		return 0;
	}
	for (;;) {
		scan_skip_white(scan);
		if (read_entry(d, scan) == -1)
			return -1;
		scan_skip_white(scan);
		if (scan->at == scan->text.len)
			return 0;
		if (!scan_take(scan, ","))
			return scan_bad_grammar(scan,
			    "a comma must stand between fields");
	}
}

struct delimited *
delimited_new(struct scan *scan)
{
	struct delimited *d = mem_zero(1, sizeof *d);

	scan->symbols = ",&|=!<>";
	if (read_entries(d, scan) == -1) {
		delimited_free(d);
		return NULL;
	}
	return d;
}

void
delimited_free(struct delimited *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->count; i++) {
		free((void *)(uintptr_t)d->entries[i].name.data);
		logic_free(&d->entries[i].logic);
	}
	free(d->entries);
	free(d);
}

/* The message cut into fields, one after the other. */
struct splitter {
	struct slice message;	/* without white space at its end */
	size_t at;
	size_t quote, bracket;	/* the next " and ] that were found: not
				 * searched for while they are ahead */
};

static void
skip_white(struct splitter *s)
{
	while (s->at < s->message.len &&
	    scan_is_white(s->message.data[s->at]))
		s->at++;
}

static void
splitter_init(struct splitter *s, struct slice message)
{
	while (message.len > 0 &&
	    scan_is_white(message.data[message.len - 1]))
		message.len--;
	*s = (struct splitter){ .message = message };
	skip_white(s);
}

static bool
at_end(const struct splitter *s)
{
	return s->at == s->message.len;
}

/* The place of the next closing mark behind s->at, or the message's length. */
static size_t
find_closing(struct splitter *s, char mark, size_t *known)
{
	const char *found;
	size_t from = s->at + 1;

	if (*known >= from)
		return *known;
	found = from == s->message.len ? NULL :
	    memchr(s->message.data + from, mark, s->message.len - from);
	*known = found == NULL ? s->message.len :
	    (size_t)(found - s->message.data);
	return *known;
}

/* The field at s->at, which is not the end; s->at is then at the next. */
static struct slice
next_field(struct splitter *s)
{
	struct slice message = s->message;
	size_t start = s->at;
	size_t end = message.len;

	if (message.data[start] == '"')
		end = find_closing(s, '"', &s->quote);
	else if (message.data[start] == '[')
		end = find_closing(s, ']', &s->bracket);
	if (end < message.len && (end + 1 == message.len ||
	    scan_is_white(message.data[end + 1]))) {
		s->at = end + 1;
		skip_white(s);
		return slice_cut(message, start + 1, end);
	}
	while (s->at < message.len && !scan_is_white(message.data[s->at]))
		s->at++;
	end = s->at;
	skip_white(s);
	return slice_cut(message, start, end);
}

struct look {
	struct slice field;
	struct regex_run *run;
};

static int
test(void *ctx, const struct comparison *comparison)
{
	const struct look *look = ctx;
	double number;
	bool is_number;
	int result;

	switch (comparison->operator) {
	case OPERATOR_EQUAL:
	case OPERATOR_DIFFERENT:
		result = value_equal(&comparison->value, look->field, true,
		    look->run);
		if (result == -1)
			return -1;
		return (result == 1) ==
		    (comparison->operator == OPERATOR_EQUAL);
	case OPERATOR_LESS:
	case OPERATOR_LESS_EQUAL:
	case OPERATOR_GREATER:
	case OPERATOR_GREATER_EQUAL:
		is_number = value_number(look->field, &number);
		return is_number && value_order(comparison->operator, number,
		    comparison->value.number);
	case OPERATOR_IS_NULL:
	case OPERATOR_IS_TRUE:
	case OPERATOR_IS_FALSE:
	case OPERATOR_NOT_EXISTS:
		break;			/* not in this kind of pattern */
	}
	return 0;
}

/* Takes the result of one entry into that of all: false when nothing can help
 * any more. */
static bool
take(int *all, const struct entry *entry, struct slice field,
    struct regex_run *run)
{
	struct look look = { field, run };
	int result = logic_test(&entry->logic, test, &look);

	if (result != 1)
		*all = result;
	return result != 0;
}

/* Without an ellipsis the last entry takes what is left, as written when it is
 * more than one field. */
static int
match_all(const struct delimited *d, struct slice message,
    struct regex_run *run)
{
	struct splitter s;
	struct slice field;
	size_t start;
	int all = 1;

	splitter_init(&s, message);
	for (size_t i = 0; i < d->count; i++) {
		if (at_end(&s))
			return 0;
		start = s.at;
		field = next_field(&s);
		if (i + 1 == d->count && !at_end(&s))
			field = slice_cut(s.message, start, s.message.len);
		if (!take(&all, &d->entries[i], field, run))
			return 0;
	}
	return all;
}

/* Entries in front of the ellipsis count from the start, those behind it from
 * the end: the fields are counted first, then looked at. */
static int
match_ends(const struct delimited *d, struct slice message,
    struct regex_run *run)
{
	struct splitter first, s;
	size_t fields = 0;
	size_t back = d->count - d->front;
	int all = 1;

	splitter_init(&first, message);
	for (s = first; !at_end(&s); fields++)
		next_field(&s);
	if (fields < d->count)
		return 0;
	s = first;
	for (size_t i = 0; i < fields; i++) {
		struct slice field = next_field(&s);
		const struct entry *entry;

		if (i < d->front)
			entry = &d->entries[i];
		else if (i >= fields - back)
			entry = &d->entries[d->front + i - (fields - back)];
		else
			continue;
		if (!take(&all, entry, field, run))
			return 0;
	}
	return all;
}

int
delimited_match(const struct delimited *d, struct slice message,
    struct regex_run *run)
{
	return d->ellipsis ? match_ends(d, message, run) :
	    match_all(d, message, run);
}

/* What one entry's comparisons find in its field. */
static void
explain_entry(const struct entry *entry, struct slice field,
    struct regex_run *run, const struct finder *finder)
{
	struct look look = { field, run };

	for (size_t i = 0; i < entry->logic.count; i++) {
		const struct comparison *comparison =
		    &entry->logic.comparisons[i];
		struct finding finding = { comparison->from, comparison->to,
		    test(&look, comparison), field };

		finder->found(finder->ctx, &finding);
	}
}

/* The fields are those of match_all and match_ends. */
const char *
delimited_explain(const struct delimited *d, struct slice message,
    struct regex_run *run, const struct finder *finder)
{
	struct splitter first, s;
	size_t fields = 0;
	size_t back = d->count - d->front;

	splitter_init(&first, message);
	for (s = first; !at_end(&s); fields++)
		next_field(&s);
	if (fields < d->count)
		return "the message has fewer fields than the pattern";
	s = first;
	for (size_t i = 0; !at_end(&s); i++) {
		size_t start = s.at;
		struct slice field = next_field(&s);
		size_t entry = i;

		if (!d->ellipsis && i + 1 == d->count && !at_end(&s)) {
			field = slice_cut(s.message, start, s.message.len);
			s.at = s.message.len;
		} else if (d->ellipsis && i >= d->front) {
			if (i < fields - back)
				continue;
			entry = d->front + i - (fields - back);
		}
		explain_entry(&d->entries[entry], field, run, finder);
	}
	return NULL;
}

static void
comparison_need(const struct comparison *comparison, struct need *need)
{
	if (comparison->operator == OPERATOR_EQUAL)
		value_need(&comparison->value, need);
}

void
delimited_need(const struct delimited *d, struct need *need)
{
	need_free(need);
	for (size_t i = 0; i < d->count; i++) {
		struct need one = { 0 };

		logic_need(&d->entries[i].logic, &one, comparison_need);
		need_and(need, &one);
	}
}
