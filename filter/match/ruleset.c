/* ruleset.c -- all the rules of a run, wherever they come from.
 * SPDX-License-Identifier: MIT */
#include "match/ruleset.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "match/builtin.h"
#include "match/complaint.h"
#include "match/rulefile.h"

#define FILE_LIMIT (16 * 1024 * 1024)	/* bytes of one rule file */
#define SUFFIX ".rules"

void
ruleset_init(struct ruleset *set)
{
	*set = (struct ruleset){ .rules = NULL };
	buf_init(&set->errors, BUF_NO_LIMIT);
}

static void
rules_free(struct rule **list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rule_free(list[i]);
	free(list);
}

void
ruleset_free(struct ruleset *set)
{
	buf_free(&set->errors);
	for (size_t i = 0; i < set->source_count; i++) {
		free((void *)(uintptr_t)set->sources[i].text.data);
		free(set->sources[i].name);
	}
	free(set->sources);
	rules_free(set->namings, set->naming_count);
	rules_free(set->ignores, set->ignore_count);
	rules_free(set->rules, set->rule_count);
	*set = (struct ruleset){ .rules = NULL };
}

void
ruleset_complain(struct ruleset *set, const struct spot *spot,
    const char *format, ...)
{
	va_list args;

	set->error_count++;
	va_start(args, format);
	complaint_add(&set->errors, spot, format, args);
	va_end(args);
}

/* Something is wrong with a file or a name, at no line. */
static int
complain_of(struct ruleset *set, const char *name, const char *what)
{
	ruleset_complain(set, &(struct spot){ .name = name }, "%s", what);
	return -1;
}

/* ---- reading ---- */

static int
read_text(struct ruleset *set, struct slice text, const char *name,
    enum rule_place place, bool only_namings)
{
	size_t errors = set->error_count;
	struct rule_source *source;

	set->sources = mem_grow(set->sources, set->source_count + 1,
	    &set->source_room, sizeof *set->sources);
	source = &set->sources[set->source_count++];
	source->name = mem_copy(slice_from(name));
	source->text = (struct slice){ mem_copy(text), text.len };
	rulefile_read(set, source->text, name, place, only_namings);
	return set->error_count > errors ? -1 : 0;
}

int
ruleset_read(struct ruleset *set, struct slice text, const char *name,
    enum rule_place place)
{
	return read_text(set, text, name, place, false);
}

int
ruleset_read_builtin(struct ruleset *set, bool rules)
{
	int status = 0;

	for (size_t i = 0; i < builtin_file_count; i++) {
		const struct builtin_file *file = &builtin_files[i];

		if (read_text(set, (struct slice){ file->text, file->len },
		    file->name, PLACE_BUILTIN, !rules) == -1)
			status = -1;
	}
	return status;
}

static int
read_file(struct ruleset *set, const char *path)
{
	FILE *file = fopen(path, "r");
	struct buf text;
	int status = -1;

	if (file == NULL)
		return complain_of(set, path, strerror(errno));
	buf_init(&text, FILE_LIMIT);
	for (;;) {
		char *at = buf_reserve(&text, BUFSIZ);
		size_t got;

		if (at == NULL) {
			complain_of(set, path, "too long for a rule file");
			goto out;
		}
		got = fread(at, 1, BUFSIZ, file);
		text.len += got;
		if (got < BUFSIZ)
			break;
	}
	if (ferror(file)) {
		complain_of(set, path, strerror(errno));
		goto out;
	}
	status = ruleset_read(set, buf_slice(&text), path, PLACE_USER);
out:
	buf_free(&text);
	fclose(file);
	return status;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
read_folder(struct ruleset *set, const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char **files = NULL;
	size_t count = 0, room = 0;
	int status = 0;

	if (folder == NULL)
		return complain_of(set, path, strerror(errno));
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    !slice_ends(slice_from(entry->d_name), SUFFIX))
			continue;
		files = mem_grow(files, count + 1, &room, sizeof *files);
		files[count++] = mem_path(path, entry->d_name);
	}
	closedir(folder);
	if (count == 0)
		status = complain_of(set, path, "no *.rules in this folder");
	else
		qsort(files, count, sizeof *files, by_name);
	for (size_t i = 0; i < count; i++) {
		if (read_file(set, files[i]) == -1)
			status = -1;
		free(files[i]);
	}
	free(files);
	return status;
}

int
ruleset_read_path(struct ruleset *set, const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return complain_of(set, path, strerror(errno));
	return S_ISDIR(st.st_mode) ? read_folder(set, path) :
	    read_file(set, path);
}

/* ---- the command line ---- */

int
ruleset_add(struct ruleset *set, char kind, struct slice value)
{
	enum condition_kind condition = kind == 'e' ? CONDITION_REGEX :
	    kind == 'p' ? CONDITION_FILTER : CONDITION_TEXT;
	char id[32];
	unsigned number = 1;
	struct spot spot = { .name = id, .line = 1, .text = value };
	size_t errors = set->error_count;
	struct rule *rule;

	for (size_t i = 0; i < set->rule_count; i++)
		number += set->rules[i]->place == PLACE_COMMAND_LINE &&
		    set->rules[i]->id.data[1] == kind;
	snprintf(id, sizeof id, "-%c#%u", kind, number);
	rule = rule_new(STANZA_RULE, slice_from(id));
	rule->place = PLACE_COMMAND_LINE;
	rule->file = mem_copy(slice_from(id));
	rule->line = 1;
	if (value.len == 0 && condition == CONDITION_TEXT)
		ruleset_complain(set, &spot,
		    "the empty string is in every message");
	else if (rulefile_condition(set, &rule->match, condition, value,
	    &spot) && condition == CONDITION_REGEX &&
	    regex_matches_empty(rule->match.list[0].regex))
		ruleset_complain(set, &spot,
		    "this matches the empty string, so every message");
	set->rules = mem_grow(set->rules, set->rule_count + 1,
	    &set->rule_room, sizeof *set->rules);
	set->rules[set->rule_count++] = rule;
	return set->error_count > errors ? -1 : 0;
}

/* ---- the whole ---- */

static bool
leave_out(struct rule **list, size_t *count, struct slice id)
{
	for (size_t i = 0; i < *count; i++) {
		if (!slice_equal(list[i]->id, id))
			continue;
		rule_free(list[i]);
		--*count;
		memmove(list + i, list + i + 1, (*count - i) * sizeof *list);
		return true;
	}
	return false;
}

/* Ignore stanzas must not name a rule that is left out; one that silenced this
 * rule alone goes too, or it would silence all. */
static void
forget_silences(struct ruleset *set, struct slice id)
{
	for (size_t i = set->ignore_count; i-- > 0;) {
		struct rule *ignore = set->ignores[i];
		size_t kept = 0;

		if (ignore->silence_count == 0)
			continue;
		for (size_t j = 0; j < ignore->silence_count; j++) {
			struct slice silence = ignore->silences[j];

			if (slice_equal(silence, id)) {
				free((void *)(uintptr_t)silence.data);
				continue;
			}
			ignore->silence_lines[kept] =
			    ignore->silence_lines[j];
			ignore->silences[kept++] = silence;
		}
		ignore->silence_count = kept;
		if (kept > 0)
			continue;
		rule_free(ignore);
		set->ignore_count--;
		memmove(set->ignores + i, set->ignores + i + 1,
		    (set->ignore_count - i) * sizeof *set->ignores);
	}
}

static struct slice
rule_id(void *ctx, size_t i)
{
	const struct ruleset *set = ctx;

	if (i < set->rule_count)
		return set->rules[i]->id;
	return (struct slice){ NULL, 0 };
}

static void
complain_of_id(struct ruleset *set, const struct spot *spot, struct slice id)
{
	struct slice near = complaint_nearest(id, rule_id, set);

	if (near.data != NULL)
		ruleset_complain(set, spot, "there is no rule \"%.*s\" (the "
		    "nearest is \"%.*s\")", (int)id.len, id.data,
		    (int)near.len, near.data);
	else
		ruleset_complain(set, spot, "there is no rule \"%.*s\"",
		    (int)id.len, id.data);
}

int
ruleset_without(struct ruleset *set, struct slice id)
{
	/* id may be the rule's own, which is freed */
	struct slice kept = { mem_copy(id), id.len };
	int status = 0;

	if (leave_out(set->rules, &set->rule_count, kept)) {
		forget_silences(set, kept);
	} else if (!leave_out(set->ignores, &set->ignore_count, kept)) {
		complain_of_id(set, &(struct spot){ .name = "--without" },
		    kept);
		status = -1;
	}
	free((void *)(uintptr_t)kept.data);
	return status;
}

static bool
has_rule(const struct ruleset *set, struct slice id)
{
	for (size_t i = 0; i < set->rule_count; i++)
		if (slice_equal(set->rules[i]->id, id))
			return true;
	return false;
}

/* The line of a source, to quote it. */
static struct slice
source_line(const struct ruleset *set, const char *name, unsigned line)
{
	struct slice text = { NULL, 0 };

	for (size_t i = 0; i < set->source_count; i++)
		if (strcmp(set->sources[i].name, name) == 0)
			text = set->sources[i].text;
	while (text.len > 0) {
		size_t end = slice_find(text, (struct slice){ "\n", 1 });

		if (--line == 0)
			return slice_chomp(slice_cut(text, 0, end));
		text = end < text.len ? slice_cut(text, end + 1, text.len) :
		    (struct slice){ NULL, 0 };
	}
	return text;
}

static void
check_silences(struct ruleset *set, const struct rule *ignore)
{
	for (size_t i = 0; i < ignore->silence_count; i++) {
		struct slice id = ignore->silences[i];
		struct spot spot = { .name = ignore->file,
		    .line = ignore->silence_lines[i] };

		if (has_rule(set, id))
			continue;
		spot.text = source_line(set, spot.name, spot.line);
		spot.at = (size_t)(slice_trim(spot.text).data -
		    spot.text.data) + slice_trim(spot.text).len - id.len;
		complain_of_id(set, &spot, id);
	}
}

int
ruleset_finish(struct ruleset *set)
{
	for (size_t i = 0; i < set->ignore_count; i++)
		check_silences(set, set->ignores[i]);
	if (set->rule_count == 0 && set->error_count == 0)
		complain_of(set, "rules", "there is no rule at all (the "
		    "built-in ones are -r builtin)");
	return set->error_count > 0 ? -1 : 0;
}
