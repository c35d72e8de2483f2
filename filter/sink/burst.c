/* burst.c -- gathering, and showing instead of sending.
 * SPDX-License-Identifier: MIT */
#include "sink/burst.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sink/output.h"

void
burst_add(struct burst *burst, const struct notice *notice)
{
	struct notice *own;

	burst->notices = mem_grow(burst->notices, burst->count + 1,
	    &burst->room, sizeof *burst->notices);
	own = &burst->notices[burst->count++];
	*own = *notice;
	own->service.data = mem_copy(notice->service);
}

static void
drop_last(struct burst *burst)
{
	burst->count--;
	free((void *)(uintptr_t)burst->notices[burst->count].service.data);
}

void
burst_clear(struct burst *burst)
{
	while (burst->count > 0)
		drop_last(burst);
}

void
burst_free(struct burst *burst)
{
	burst_clear(burst);
	free(burst->notices);
	*burst = (struct burst){ 0 };
}

void
burst_trim(struct burst *burst)
{
	size_t fit = notice_fit(burst->notices, burst->count);

	while (burst->count > fit)
		drop_last(burst);
}

void
burst_show(struct burst *burst, const struct sns *sns)
{
	struct buf message, body;

	if (burst->count == 0)
		return;
	buf_init(&message, BUF_NO_LIMIT);
	buf_init(&body, BUF_NO_LIMIT);
	notice_print(&message, burst->notices, burst->count);
	sns_body(sns, &body, buf_slice(&message));
	buf_byte(&body, '\n');
	output_write(buf_slice(&body));
	buf_free(&body);
	buf_free(&message);
	burst_clear(burst);
}
