/* expectation.c -- a sample, and beside it what sifting it must print.
 * SPDX-License-Identifier: MIT */
#include "verbs/expectation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clean.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/time.h"
#include "options.h"
#include "sink/output.h"
#include "verbs/exit_status.h"
#include "verbs/sift.h"

#define FILE_LIMIT (64 * 1024 * 1024)	/* bytes of an expectation */
#define LINES_SHOWN 20			/* of each side of a difference */
#define LINE_SHOWN 400			/* bytes of each */

struct expectation {
	const char *sample;
	char *path;		/* of the file */
	bool exists;
	struct buf text;
	struct slice options;	/* of text: behind # */
	struct slice body;	/* of text */
	unsigned body_line;	/* where it begins */
	int status;

	/* the run */
	char **words;		/* argv: owned, ended by NULL */
	size_t word_count, word_room;
	char **joined;		/* paths of -r, owned */
	size_t joined_count, joined_room;
	struct buf out, said;
	struct buf rules;	/* that matched: "ID (COUNT), " */
	int got_status;
	struct fired *fired;
	struct buf details;
};

/* ---- the file ---- */

static struct slice
take_line(struct slice *text)
{
	size_t end = slice_find(*text, (struct slice){ "\n", 1 });
	struct slice line = slice_cut(*text, 0, end);

	*text = end < text->len ? slice_cut(*text, end + 1, text->len) :
	    (struct slice){ NULL, 0 };
	return slice_chomp(line);
}

/* `# exit N`, nothing else: a line of output has a TAB. */
static bool
read_status(struct slice line, int *status)
{
	const char *words = "# exit ";
	int number = 0;

	if (!slice_starts(line, words))
		return false;
	line = slice_cut(line, strlen(words), line.len);
	if (line.len == 0 || line.len > 3)
		return false;
	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] < '0' || line.data[i] > '9')
			return false;
		number = number * 10 + (line.data[i] - '0');
	}
	*status = number;
	return true;
}

static void
parse(struct expectation *e)
{
	struct slice rest = buf_slice(&e->text);
	struct slice after = rest;
	struct slice line = take_line(&after);

	e->body_line = 1;
	if (line.len > 0 && line.data[0] == '#' &&
	    !read_status(line, &e->status)) {
		e->options = slice_trim(slice_cut(line, 1, line.len));
		e->body_line++;
		rest = after;
		line = take_line(&after);
	}
	if (read_status(line, &e->status)) {
		e->body_line++;
		rest = after;
	}
	e->body = rest;
}

/* As rule files may: a line may end in CR LF, which no line that is printed does. */
static void
drop_returns(struct buf *text)
{
	size_t to = 0;

	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] != '\r' || i + 1 == text->len ||
		    text->data[i + 1] != '\n')
			text->data[to++] = text->data[i];
	text->len = to;
}

/* -1 and errno. */
static int
read_expectation(struct expectation *e)
{
	FILE *file = fopen(e->path, "r");
	size_t got = BUFSIZ;
	int status = 0;

	if (file == NULL)
		return errno == ENOENT ? 0 : -1;
	e->exists = true;
	while (got == BUFSIZ) {
		char *at = buf_reserve(&e->text, BUFSIZ);

		if (at == NULL) {
			errno = EFBIG;
			status = -1;
			break;
		}
		got = fread(at, 1, BUFSIZ, file);
		e->text.len += got;
	}
	if (ferror(file))
		status = -1;
	fclose(file);
	drop_returns(&e->text);
	return status;
}

static void
print_file(const struct expectation *e, struct buf *out)
{
	buf_text(out, e->options.len > 0 ? "# " : "#");
	buf_add_slice(out, e->options);
	buf_byte(out, '\n');
	if (e->got_status != 0)
		buf_printf(out, "# exit %d\n", e->got_status);
	buf_add_slice(out, buf_slice(&e->out));
}

/* Whole or not at all.  -1 and errno. */
static int
write_expectation(const struct expectation *e)
{
	struct buf text, path;
	FILE *file;
	int status = -1;

	buf_init(&text, BUF_NO_LIMIT);
	buf_init(&path, BUF_NO_LIMIT);
	print_file(e, &text);
	buf_printf(&path, "%s.new", e->path);
	buf_byte(&path, '\0');
	file = fopen(path.data, "w");
	if (file == NULL)
		goto out;
	status = fwrite(text.data, 1, text.len, file) == text.len ? 0 : -1;
	if (fclose(file) != 0)
		status = -1;
	if (status == 0)
		status = rename(path.data, e->path);
	if (status == -1) {
		int why = errno;

		remove(path.data);
		errno = why;
	}
out:
	buf_free(&path);
	buf_free(&text);
	return status;
}

/* ---- the run ---- */

static void
add_word(struct expectation *e, char *word)
{
	e->words = mem_grow(e->words, e->word_count + 1, &e->word_room,
	    sizeof *e->words);
	e->words[e->word_count++] = word;
}

static void
add_text(struct expectation *e, const char *word)
{
	add_word(e, mem_copy(slice_from(word)));
}

/* Words as a shell takes them apart, as far as blanks and quotes go. */
static int
split_options(struct expectation *e)
{
	struct slice text = e->options;
	struct buf word;
	char quote = 0;
	bool inside = false;

	buf_init(&word, BUF_NO_LIMIT);
	for (size_t i = 0; i <= text.len; i++) {
		char c = i < text.len ? text.data[i] : ' ';

		if (quote == 0 && (c == ' ' || c == '\t')) {
			if (inside)
				add_word(e, mem_copy(buf_slice(&word)));
			buf_clear(&word);
			inside = false;
		} else if (quote == 0 && (c == '\'' || c == '"')) {
			quote = c;
			inside = true;
		} else if (i < text.len && c == quote) {
			quote = 0;
		} else if (i < text.len) {
			buf_byte(&word, c);
			inside = true;
		}
	}
	buf_free(&word);
	return quote == 0 ? 0 : -1;
}

/* -r names files from where the expectation is. */
static const char *
beside(struct expectation *e, const char *path)
{
	const char *slash = strrchr(e->path, '/');
	struct buf whole;

	if (path[0] == '/' || slash == NULL || strcmp(path, "builtin") == 0)
		return path;
	buf_init(&whole, BUF_NO_LIMIT);
	buf_add(&whole, e->path, (size_t)(slash - e->path) + 1);
	buf_text(&whole, path);
	buf_byte(&whole, '\0');
	e->joined = mem_grow(e->joined, e->joined_count + 1, &e->joined_room,
	    sizeof *e->joined);
	e->joined[e->joined_count++] = whole.data;
	return whole.data;
}

/* What a test may not do, or NULL. */
static const char *
forbidden(const struct options *options)
{
	if (options->verb != VERB_SIFT || options->operand_count != 1)
		return "only options may stand in it";
	if (options->sns != NULL)
		return "a test does not send";
	if (options->help || options->long_help || options->version ||
	    options->from_help)
		return "nothing is sifted with these options";
	return NULL;
}

static void
add_rules(struct options *options, const struct sample_rules *rules)
{
	for (size_t i = 0; options->rule_count < rules->count; i++) {
		options->rules = mem_grow(options->rules,
		    options->rule_count + 1, &options->rule_room,
		    sizeof *options->rules);
		options->rules[options->rule_count++] =
		    (struct rule_option){ 'r', rules->paths[i] };
	}
}

static void
on_fired(void *ctx, struct slice id, uint64_t count)
{
	struct expectation *e = ctx;

	fired_mark(e->fired, id);
	if (e->rules.len > 0)
		buf_text(&e->rules, ", ");
	buf_add_slice(&e->rules, id);
	buf_printf(&e->rules, " (%llu)", (unsigned long long)count);
}

/* -1: the options are wrong, and err says how. */
static int
run(struct expectation *e, const struct sample_rules *rules,
    struct error *err)
{
	struct options options = { .verb = VERB_SIFT };
	struct sift_ear ear = { e, on_fired };
	int status = -1;

	add_text(e, "cwsift");
	if (split_options(e) == -1)
		return error_set(err, ERROR_USAGE, "a quote is not closed");
	add_text(e, "--");
	add_text(e, e->sample);
	add_word(e, NULL);
	if (options_read(&options, (int)e->word_count - 1, e->words,
	    err) == -1)
		goto out;
	if (forbidden(&options) != NULL) {
		error_set(err, ERROR_USAGE, "%s", forbidden(&options));
		goto out;
	}
	for (size_t i = 0; i < options.rule_count; i++)
		if (options.rules[i].kind == 'r')
			options.rules[i].value = beside(e,
			    options.rules[i].value);
	if (options.rule_count == 0)
		add_rules(&options, rules);
	if (time_use_zone(options.zone == NULL ? "UTC" : options.zone,
	    err) == -1)
		goto out;
	output_capture(&e->out);
	diag_capture(&e->said);
	e->got_status = sift_heard(&options, &ear);
	diag_capture(NULL);
	output_capture(NULL);
	status = 0;
out:
	options_free(&options);
	return status;
}

/* ---- telling ---- */

static size_t
count_lines(struct slice text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.data[i] == '\n' || i + 1 == text.len;
	return count;
}

static void
print_side(struct buf *out, struct slice text, char sign)
{
	size_t count = count_lines(text);

	for (size_t i = 0; i < LINES_SHOWN && text.len > 0; i++) {
		buf_printf(out, "%c ", sign);
		clean_text(out, slice_cut(take_line(&text), 0, LINE_SHOWN));
		buf_byte(out, '\n');
	}
	if (count > LINES_SHOWN)
		buf_printf(out, "%c ... %zu lines more\n", sign,
		    count - LINES_SHOWN);
}

/* Drops the lines that both begin with; how many. */
static unsigned
drop_common_front(struct slice *a, struct slice *b)
{
	unsigned count = 0;

	while (a->len > 0 && b->len > 0) {
		struct slice x = *a, y = *b;
		size_t end = slice_find(x, (struct slice){ "\n", 1 });

		if (end > x.len || !slice_equal(slice_cut(x, 0, end + 1),
		    slice_cut(y, 0, end + 1)))
			break;
		*a = slice_cut(x, end + 1, x.len);
		*b = slice_cut(y, end + 1, y.len);
		count++;
	}
	return count;
}

/* Drops the whole lines that both end with. */
static void
drop_common_end(struct slice *a, struct slice *b)
{
	size_t same = 0, whole = 0;

	while (same < a->len && same < b->len &&
	    a->data[a->len - same - 1] == b->data[b->len - same - 1]) {
		if (same > 0 && a->data[a->len - same - 1] == '\n')
			whole = same;
		same++;
	}
	if (same == a->len && (same == b->len ||
	    b->data[b->len - same - 1] == '\n'))
		whole = same;
	else if (same == b->len && a->data[a->len - same - 1] == '\n')
		whole = same;
	a->len -= whole;
	b->len -= whole;
}

/* What differs; returns the line of the file where it begins. */
static unsigned
print_difference(struct expectation *e)
{
	struct buf *out = &e->details;
	struct slice want = e->body, got = buf_slice(&e->out);
	unsigned line = e->body_line;

	line += drop_common_front(&want, &got);
	drop_common_end(&want, &got);
	if (want.len > 0 || got.len > 0) {
		buf_text(out, "difference (- expected, + got):\n");
		print_side(out, want, '-');
		print_side(out, got, '+');
	}
	if (e->got_status != e->status)
		buf_printf(out, "expected: exit status %d\n"
		    "got:      exit status %d\n", e->status, e->got_status);
	return line;
}

/* What decided: the rules that matched, and what was said meanwhile. */
static void
print_causes(struct expectation *e)
{
	struct buf *out = &e->details;
	struct slice said = buf_slice(&e->said);

	buf_text(out, "because:  ");
	if (e->rules.len > 0) {
		buf_text(out, "these rules matched: ");
		clean_line(out, buf_slice(&e->rules));
	} else {
		buf_text(out, "no rule matched");
	}
	buf_byte(out, '\n');
	while (said.len > 0) {
		clean_line(out, take_line(&said));
		buf_byte(out, '\n');
	}
}

static void
tell(struct expectation *e, struct verdict *verdict, unsigned line)
{
	struct buf place;

	buf_init(&place, BUF_NO_LIMIT);
	buf_printf(&place, "%s:%u", e->path, line);
	verdict_tell(verdict, buf_slice(&place), slice_from(
	    "what sifting prints"), buf_slice(&e->details));
	buf_free(&place);
}

static void
tell_broken(struct expectation *e, struct verdict *verdict, const char *why)
{
	verdict->broken = true;
	buf_printf(&e->details, "%s\n", why);
	tell(e, verdict, 1);
}

static void
tell_update(struct expectation *e, struct verdict *verdict)
{
	bool written = write_expectation(e) == 0;
	const char *why = strerror(errno);
	struct buf note;

	buf_init(&note, BUF_NO_LIMIT);
	if (written)
		buf_printf(&note, "%s: %s\n", e->path, e->exists ?
		    "written anew" : "written");
	buf_add_slice(&note, buf_slice(&e->details));
	buf_clear(&e->details);
	if (written)
		tell(e, verdict, 1);
	else
		tell_broken(e, verdict, why);
	verdict_note(verdict, buf_slice(&note));
	buf_free(&note);
}

static void
judge(struct expectation *e, bool update, struct verdict *verdict)
{
	unsigned line = 1;

	if (e->exists && e->got_status == e->status &&
	    slice_equal(e->body, buf_slice(&e->out))) {
		tell(e, verdict, line);
		return;
	}
	if (e->got_status == EXIT_USAGE && e->status != EXIT_USAGE) {
		print_causes(e);
		tell_broken(e, verdict, "it cannot be sifted");
		return;
	}
	line = print_difference(e);
	if (update) {
		tell_update(e, verdict);
		return;
	}
	print_causes(e);
	tell(e, verdict, line);
}

static void
try(struct expectation *e, const struct sample_rules *rules, bool update,
    struct verdict *verdict)
{
	struct error err;
	struct stat st;

	if (stat(e->sample, &st) == -1) {
		buf_printf(&e->details, "%s: ", e->sample);
		tell_broken(e, verdict, strerror(errno));
		return;
	}
	if (read_expectation(e) == -1) {
		tell_broken(e, verdict, strerror(errno));
		return;
	}
	if (!e->exists && !update) {
		tell_broken(e, verdict, "there is no such file (--update "
		    "writes it)");
		return;
	}
	parse(e);
	if (run(e, rules, &err) == -1)
		tell_broken(e, verdict, err.text);
	else
		judge(e, update, verdict);
}

void
expectation_try(const char *sample, const struct sample_rules *rules,
    bool update, struct verdict *verdict, struct fired *fired)
{
	struct expectation e = { .sample = sample, .fired = fired };
	struct buf path;

	buf_init(&path, BUF_NO_LIMIT);
	buf_printf(&path, "%s%s", sample, EXPECTATION_SUFFIX);
	buf_byte(&path, '\0');
	e.path = path.data;
	buf_init(&e.text, FILE_LIMIT);
	buf_init(&e.out, BUF_NO_LIMIT);
	buf_init(&e.said, BUF_NO_LIMIT);
	buf_init(&e.rules, BUF_NO_LIMIT);
	buf_init(&e.details, BUF_NO_LIMIT);
	try(&e, rules, update, verdict);
	buf_free(&e.details);
	buf_free(&e.rules);
	buf_free(&e.said);
	buf_free(&e.out);
	for (size_t i = 0; i < e.joined_count; i++)
		free(e.joined[i]);
	free(e.joined);
	for (size_t i = 0; i < e.word_count; i++)
		free(e.words[i]);
	free(e.words);
	buf_free(&e.text);
	buf_free(&path);
}
