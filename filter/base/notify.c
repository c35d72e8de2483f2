/* notify.c -- one datagram for each word to the service manager.
 * SPDX-License-Identifier: MIT */
#include "base/notify.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/env.h"

void
notify_init(struct notify *notify)
{
	const char *path = env_get("NOTIFY_SOCKET");
	const char *watchdog = env_get("WATCHDOG_USEC");
	const char *pid = env_get("WATCHDOG_PID");
	size_t len;

	*notify = (struct notify){ .address = { .sun_family = AF_UNIX } };
	if (path != NULL && (path[0] == '/' || path[0] == '@') &&
	    strlen(path) < sizeof notify->address.sun_path) {
		len = strlen(path);
		memcpy(notify->address.sun_path, path, len);
		if (path[0] == '@')	/* of Linux's abstract names */
			notify->address.sun_path[0] = '\0';
		else
			len++;
		notify->len = (socklen_t)(offsetof(struct sockaddr_un,
		    sun_path) + len);
	}
	if (watchdog != NULL &&
	    (pid == NULL || strtol(pid, NULL, 10) == (long)getpid()))
		notify->watchdog_ms = strtoll(watchdog, NULL, 10) / 2000;
	if (notify->watchdog_ms < 0)
		notify->watchdog_ms = 0;
	env_unset("NOTIFY_SOCKET");
	env_unset("WATCHDOG_USEC");
	env_unset("WATCHDOG_PID");
}

void
notify_say(const struct notify *notify, const char *format, ...)
{
	char text[512];
	va_list args;
	int fd, len;

	if (notify->len == 0)
		return;
	va_start(args, format);
	len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof text)
		len = sizeof text - 1;
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd == -1)
		return;
	/* a manager that does not listen is not waited for */
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	(void)!sendto(fd, text, (size_t)len, 0,
	    (const struct sockaddr *)&notify->address, notify->len);
	close(fd);
}
