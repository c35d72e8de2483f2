/* notify.h -- telling the service manager how we are: sd_notify(3), without its library.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct notify {
	struct sockaddr_un address;
	socklen_t len;		/* 0: nobody listens */
	int64_t watchdog_ms;	/* so often it wants to hear WATCHDOG=1; 0: not */
};

/* From NOTIFY_SOCKET and WATCHDOG_USEC, which are taken out of the environment: they
 * are not for the programs we start. */
void notify_init(struct notify *notify);

/* Lines of NAME=VALUE. */
void notify_say(const struct notify *notify, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
