/* stop.h -- the two signals that ask for an end, as a flag.
 * SPDX-License-Identifier: MIT */
#ifndef VERBS_STOP_H
#define VERBS_STOP_H

/* INT and TERM set the flag; PIPE and XFSZ are ignored: a write says so itself. */
void stop_listen(void);

/* The signal that came, or 0. */
int stop_signal(void);

#endif
