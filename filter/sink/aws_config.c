/* aws_config.c -- the two files that all AWS tools share.
 * SPDX-License-Identifier: MIT
 *
 * What the tools disagree on follows AWS's C library (sns.md 3.2): a comment
 * behind a value begins at white space and # or ;, behind a section at a
 * bare # or ;. */
#include "sink/aws_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/env.h"
#include "base/mem.h"

#define FILE_LIMIT (1024 * 1024)	/* bytes */
#define FILES 2

/* A line `key = value` of a section; a section without any has one without a
 * key.  In a sub-map the key is `parent.key`. */
struct entry {
	enum aws_file file;
	char *section;		/* `profile NAME`, `services NAME` ... */
	char *key;		/* lower case; NULL: the section itself */
	char *value;
};

struct aws_config {
	struct entry *entries;
	size_t count, room;
	char *path[FILES];
};

/* Where the reading of a file stands. */
struct reader {
	struct aws_config *config;
	enum aws_file file;
	char *section;			/* NULL: none yet */
	char *parent;			/* of a sub-map, or NULL */
};

static struct entry *
add(struct reader *reader, char *key, char *value)
{
	struct aws_config *config = reader->config;

	config->entries = mem_grow(config->entries, config->count + 1,
	    &config->room, sizeof *config->entries);
	config->entries[config->count] = (struct entry){ reader->file,
	    mem_copy(slice_from(reader->section)), key, value };
	return &config->entries[config->count++];
}

/* Two texts as one. */
static char *
join(const char *a, const char *between, struct slice b)
{
	size_t a_len = strlen(a), len = strlen(between);
	char *made = mem_alloc(a_len + len + b.len + 1);

	memcpy(made, a, a_len);
	memcpy(made + a_len, between, len);
	if (b.len > 0)
		memcpy(made + a_len + len, b.data, b.len);
	made[a_len + len + b.len] = '\0';
	return made;
}

static void
forget(char *text)
{
	if (text != NULL)
		mem_wipe(text, strlen(text));
	free(text);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Without a comment that begins at white space and # or ;. */
static struct slice
without_comment(struct slice line)
{
	for (size_t i = 1; i < line.len; i++)
		if ((line.data[i] == '#' || line.data[i] == ';') &&
		    is_blank(line.data[i - 1]))
			return slice_trim(slice_cut(line, 0, i));
	return line;
}

/* `profile "two words"` has kind profile and this name. */
static struct slice
unquote(struct slice name)
{
	name = slice_trim(name);
	if (name.len >= 2 && (name.data[0] == '"' || name.data[0] == '\'') &&
	    name.data[name.len - 1] == name.data[0])
		name = slice_cut(name, 1, name.len - 1);
	return name;
}

/* What stands between [ and ] as `KIND NAME`.  In the credentials file each
 * is a profile's; in the other `[default]` is, and the rest say their kind. */
static char *
section_name(enum aws_file file, struct slice text)
{
	size_t kind = 0;

	text = slice_trim(text);
	if (file == AWS_FILE_CREDENTIALS)
		return join("profile", " ", unquote(text));
	while (kind < text.len && !is_blank(text.data[kind]))
		kind++;
	if (kind == text.len)		/* `default`, or nothing we know */
		return mem_copy(text);
	{
		char *word = mem_copy(slice_cut(text, 0, kind));
		char *name = join(word, " ",
		    unquote(slice_cut(text, kind, text.len)));

		free(word);
		return name;
	}
}

static const char *
read_section(struct reader *reader, struct slice line)
{
	const char *end = memchr(line.data, ']', line.len);
	struct slice behind;

	if (end == NULL)
		return "a section without its ]";
	behind = slice_trim(slice_cut(line, (size_t)(end - line.data) + 1,
	    line.len));
	if (behind.len > 0 && behind.data[0] != '#' && behind.data[0] != ';')
		return "something behind the ] of a section";
	free(reader->section);
	reader->section = section_name(reader->file,
	    slice_cut(line, 1, (size_t)(end - line.data)));
	free(reader->parent);
	reader->parent = NULL;
	add(reader, NULL, NULL);
	return NULL;
}

/* `key = value` into its parts. */
static bool
split(struct slice line, char **key, struct slice *value)
{
	const char *equals = memchr(line.data, '=', line.len);
	struct slice name;

	if (equals == NULL)
		return false;
	name = slice_trim(slice_cut(line, 0, (size_t)(equals - line.data)));
	if (name.len == 0)
		return false;
	*key = mem_copy(name);
	for (char *c = *key; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	*value = without_comment(slice_trim(slice_cut(line,
	    (size_t)(equals - line.data) + 1, line.len)));
	return true;
}

static const char *
read_property(struct reader *reader, struct slice line)
{
	struct slice value;
	char *key;

	if (!split(line, &key, &value))
		return "neither [section] nor key = value";
	if (reader->section == NULL) {
		free(key);
		return "a key before the first [section]";
	}
	free(reader->parent);
	reader->parent = value.len == 0 ? mem_copy(slice_from(key)) : NULL;
	add(reader, key, mem_copy(value));
	return NULL;
}

/* An indented line: of the sub-map of a key without a value, or more of the
 * value. */
static const char *
read_indented(struct reader *reader, struct slice line)
{
	struct aws_config *config = reader->config;
	struct entry *last;
	struct slice value;
	char *key, *longer;

	line = slice_trim(line);
	if (reader->parent != NULL && split(line, &key, &value)) {
		longer = join(reader->parent, ".", slice_from(key));
		free(key);
		add(reader, longer, mem_copy(value));
		return NULL;
	}
	last = config->count == 0 ? NULL : &config->entries[config->count - 1];
	if (reader->section == NULL || last == NULL || last->key == NULL)
		return "an indented line without a key above it";
	longer = join(last->value, "\n", without_comment(line));
	forget(last->value);
	last->value = longer;
	return NULL;
}

int
aws_config_read(struct aws_config *config, enum aws_file file,
    struct slice text, struct error *err)
{
	struct reader reader = { .config = config, .file = file };
	const char *why = NULL;

	if (slice_starts(text, "\xef\xbb\xbf"))
		text = slice_cut(text, 3, text.len);
	for (unsigned number = 1; text.len > 0 && why == NULL; number++) {
		const char *lf = memchr(text.data, '\n', text.len);
		size_t len = lf == NULL ? text.len :
		    (size_t)(lf - text.data) + 1;
		struct slice line = slice_chomp(slice_cut(text, 0, len));
		struct slice trimmed = slice_trim(line);

		text = slice_cut(text, len, text.len);
		if (trimmed.len == 0 || trimmed.data[0] == '#' ||
		    trimmed.data[0] == ';')
			continue;
		if (is_blank(line.data[0]))
			why = read_indented(&reader, line);
		else if (line.data[0] == '[')
			why = read_section(&reader, line);
		else
			why = read_property(&reader, line);
		if (why != NULL)
			error_set(err, ERROR_USAGE, "%u: %s", number, why);
	}
	free(reader.section);
	free(reader.parent);
	return why == NULL ? 0 : -1;
}

/* Where a file is: as the environment says, or below the home folder. */
static char *
find_path(const char *variable, const char *below_home)
{
	const char *said = env_get(variable), *home = env_get("HOME");

	if (said != NULL && (strncmp(said, "~/", 2) != 0 || home == NULL))
		return mem_copy(slice_from(said));
	if (home == NULL)
		return NULL;
	return join(home, "/", slice_from(said == NULL ? below_home :
	    said + 2));
}

/* 0 also when it is not there: then its path says why. */
static int
load_file(struct aws_config *config, enum aws_file file, struct error *err)
{
	char **path = &config->path[file];
	FILE *stream = fopen(*path, "re");
	char *text = NULL, *longer;
	size_t len = 0;
	int status = -1;

	if (stream != NULL) {
		text = mem_alloc(FILE_LIMIT + 1);
		errno = 0;
		len = fread(text, 1, FILE_LIMIT + 1, stream);
	}
	if (stream == NULL || ferror(stream)) {
		longer = join(*path, ": ", slice_from(strerror(errno)));
		free(*path);
		*path = longer;
		status = 0;
	} else if (len > FILE_LIMIT) {
		error_set(err, ERROR_USAGE, "%s: more than %d bytes", *path,
		    FILE_LIMIT);
	} else {
		struct error why;

		status = aws_config_read(config, file,
		    (struct slice){ text, len }, &why);
		if (status == -1)
			error_set(err, ERROR_USAGE, "%s:%s", *path, why.text);
	}
	if (text != NULL)
		mem_wipe(text, len);
	free(text);
	if (stream != NULL)
		fclose(stream);
	return status;
}

struct aws_config *
aws_config_new(void)
{
	return mem_zero(1, sizeof(struct aws_config));
}

struct aws_config *
aws_config_load(struct error *err)
{
	struct aws_config *config = aws_config_new();

	config->path[AWS_FILE_CREDENTIALS] =
	    find_path("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
	config->path[AWS_FILE_CONFIG] =
	    find_path("AWS_CONFIG_FILE", ".aws/config");
	for (int i = 0; i < FILES; i++) {
		if (config->path[i] != NULL &&
		    load_file(config, (enum aws_file)i, err) == -1) {
			aws_config_free(config);
			return NULL;
		}
	}
	return config;
}

void
aws_config_free(struct aws_config *config)
{
	if (config == NULL)
		return;
	for (size_t i = 0; i < config->count; i++) {
		free(config->entries[i].section);
		free(config->entries[i].key);
		forget(config->entries[i].value);
	}
	free(config->entries);
	for (int i = 0; i < FILES; i++)
		free(config->path[i]);
	free(config);
}

const char *
aws_config_profile(const struct aws_config *config, bool *said)
{
	const char *name = env_get("AWS_PROFILE");

	(void)config;
	if (name == NULL)
		name = env_get("AWS_DEFAULT_PROFILE");
	*said = name != NULL;
	return name == NULL ? "default" : name;
}

/* The last one of a section; key NULL asks for the section. */
static const struct entry *
find(const struct aws_config *config, enum aws_file file, const char *section,
    const char *key)
{
	for (size_t i = config->count; i-- > 0;) {
		const struct entry *entry = &config->entries[i];

		if (entry->file == file &&
		    strcmp(entry->section, section) == 0 && (key == NULL ||
		    (entry->key != NULL && strcmp(entry->key, key) == 0)))
			return entry;
	}
	return NULL;
}

/* The profile's section; `[profile default]` makes `[default]` not count. */
static char *
profile_section(const struct aws_config *config, enum aws_file file,
    const char *profile)
{
	char *section = join("profile", " ", slice_from(profile));

	if (file == AWS_FILE_CONFIG && strcmp(profile, "default") == 0 &&
	    find(config, file, section, NULL) == NULL) {
		free(section);
		section = mem_copy(slice_from("default"));
	}
	return section;
}

bool
aws_config_has(const struct aws_config *config, const char *profile)
{
	bool has = false;

	for (int i = 0; i < FILES; i++) {
		char *section = profile_section(config, (enum aws_file)i,
		    profile);

		has = has || find(config, (enum aws_file)i, section, NULL) !=
		    NULL;
		free(section);
	}
	return has;
}

static const char *
value_of(const struct entry *entry)
{
	return entry == NULL || entry->value[0] == '\0' ? NULL : entry->value;
}

const char *
aws_config_get_from(const struct aws_config *config, enum aws_file file,
    const char *profile, const char *key)
{
	char *section = profile_section(config, file, profile);
	const struct entry *entry = find(config, file, section, key);

	free(section);
	return value_of(entry);
}

const char *
aws_config_get(const struct aws_config *config, const char *profile,
    const char *key)
{
	const char *value = aws_config_get_from(config, AWS_FILE_CREDENTIALS,
	    profile, key);

	return value != NULL ? value :
	    aws_config_get_from(config, AWS_FILE_CONFIG, profile, key);
}

const char *
aws_config_service(const struct aws_config *config, const char *profile,
    const char *service, const char *key)
{
	const char *name = aws_config_get_from(config, AWS_FILE_CONFIG,
	    profile, "services");
	const struct entry *entry;
	char *section, *path;

	if (name == NULL)
		return NULL;
	section = join("services", " ", slice_from(name));
	path = join(service, ".", slice_from(key));
	entry = find(config, AWS_FILE_CONFIG, section, path);
	free(path);
	free(section);
	return value_of(entry);
}

const char *
aws_config_path(const struct aws_config *config, enum aws_file file)
{
	return config->path[file] == NULL ? "HOME is not set" :
	    config->path[file];
}
