/* zone.c -- the zone in use, and no other in its place.
 * SPDX-License-Identifier: MIT */
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/diag.h"
#include "base/env.h"

/* The C library takes a zone that it does not know for UTC without a word; so
 * what it will be given is looked at here first. */

#define ZONE_FOLDER "/usr/share/zoneinfo"
#define ZONE_NAME_LIMIT 255		/* bytes */

/* Three letters or more, or anything sane in <>: behind it, or NULL. */
static const char *
skip_zone_name(const char *s)
{
	const char *start = s;

	if (*s == '<') {
		for (s++; is_letter(*s) || is_digit(*s) || *s == '+' ||
		    *s == '-'; s++)
			;
		return *s == '>' && s - start >= 4 ? s + 1 : NULL;
	}
	while (is_letter(*s))
		s++;
	return s - start >= 3 ? s : NULL;
}

/* A number up to limit: behind it, or NULL. */
static const char *
skip_number(const char *s, int limit)
{
	int value = 0;

	if (!is_digit(*s))
		return NULL;
	for (; is_digit(*s); s++) {
		value = value * 10 + (*s - '0');
		if (value > limit)
			return NULL;
	}
	return s;
}

/* `-9`, `+5:30`, `02:00:00`: behind it, or NULL. */
static const char *
skip_clock(const char *s, int hours)
{
	if (*s == '+' || *s == '-')
		s++;
	s = skip_number(s, hours);
	for (int i = 0; i < 2 && s != NULL && *s == ':'; i++)
		s = skip_number(s + 1, 59);
	return s;
}

/* `,M3.2.0/2`, `,J60`, `,59`: when summer time begins or ends. */
static const char *
skip_rule(const char *s)
{
	if (*s != ',')
		return NULL;
	s++;
	if (*s == 'M') {
		s = skip_number(s + 1, 12);
		for (int limit = 5; s != NULL && limit <= 6; limit++)
			s = *s == '.' ? skip_number(s + 1, limit) : NULL;
	} else {
		s = skip_number(*s == 'J' ? s + 1 : s, 365);
	}
	if (s != NULL && *s == '/')
		s = skip_clock(s + 1, 167);
	return s;
}

/* POSIX's own form, `JST-9` or `EST5EDT,M3.2.0,M11.1.0`. */
static bool
is_posix_zone(const char *s)
{
	s = skip_zone_name(s);
	if (s != NULL)
		s = skip_clock(s, 24);
	if (s == NULL || *s == '\0')
		return s != NULL;
	s = skip_zone_name(s);
	if (s != NULL && *s != '\0' && *s != ',')
		s = skip_clock(s, 24);
	if (s == NULL || *s == '\0')
		return s != NULL;
	s = skip_rule(s);
	if (s != NULL)
		s = skip_rule(s);
	return s != NULL && *s == '\0';
}

static bool
is_zone_file(const char *path)
{
	char magic[4] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t len;

	if (fd == -1)
		return false;
	do {
		len = read(fd, magic, sizeof magic);
	} while (len == -1 && errno == EINTR);
	close(fd);
	return len == sizeof magic && memcmp(magic, "TZif", 4) == 0;
}

static const char *
zone_folder(void)
{
	const char *folder = env_get("TZDIR");

	return folder == NULL ? ZONE_FOLDER : folder;
}

/* A relative name that stays inside the zone database. */
static bool
is_named_zone(const char *name)
{
	char path[4096];
	int len;

	if (name[0] == '/' || name[0] == '.' || strstr(name, "..") != NULL ||
	    strlen(name) > ZONE_NAME_LIMIT)
		return false;
	len = snprintf(path, sizeof path, "%s/%s", zone_folder(), name);
	return len > 0 && (size_t)len < sizeof path && is_zone_file(path);
}

/* The C library reads the zone, and some of it only when it is first used.  Where it
 * has no memory for that it takes UTC without a word, too: all of it is done here,
 * and what it says of memory is looked at. */
static void
take_zone(void)
{
	const time_t some[] = { 0, (time_t)1 << 30, 1783000000, 1799000000 };
	struct tm tm;

	errno = 0;
	tzset();
	for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
		localtime_r(&some[i], &tm);
	if (errno == ENOMEM)
		diag_out_of_memory();
}

/* TZ itself may be wrong; whoever set it may also name any file with it. */
static int
use_local_zone(struct error *err)
{
	const char *value = env_get("TZ");
	const char *name = value;

	if (value != NULL && value[0] == ':')
		name++;
	if (value != NULL && strcmp(name, "UTC") != 0 &&
	    !is_named_zone(name) && !is_posix_zone(name) &&
	    !(name[0] == '/' && is_zone_file(name)))
		return error_set(err, ERROR_USAGE, "TZ=%.200s: no such zone "
		    "in %.200s", value, zone_folder());
	take_zone();
	return 0;
}

int
time_use_zone(const char *name, struct error *err)
{
	if (name == NULL || name[0] == '\0')
		return use_local_zone(err);
	if (strcmp(name, "UTC") == 0) {
		env_set("TZ", "UTC0");	/* needs no zone database */
	} else if (is_named_zone(name) || is_posix_zone(name)) {
		env_set("TZ", name);
	} else {
		return error_set(err, ERROR_USAGE, "no time zone \"%.200s\" in "
		    "%.200s (names are like Asia/Tokyo or UTC; without tzdata: "
		    "JST-9)", name, zone_folder());
	}
	take_zone();
	return 0;
}
