/* rows.h -- what the AWS CLI prints with --output text: labelled rows.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_ROWS_H
#define INPUT_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "input/frame.h"

struct rows;

/* shape: EVENTS_TEXT or INSIGHTS_TEXT. */
struct rows *rows_new(struct input *input, bool inside, uint64_t base,
    enum shape shape);
void rows_free(struct rows *rows);
void rows_feed(struct rows *rows, const char *bytes, size_t len);
void rows_end(struct rows *rows);
bool rows_at_border(const struct rows *rows);

#endif
