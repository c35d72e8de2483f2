/* csv.h -- the console's and Logs Insights' CSV files.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_CSV_H
#define INPUT_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "input/frame.h"

struct csv;

struct csv *csv_new(struct input *input, bool inside, uint64_t base);
void csv_free(struct csv *csv);
void csv_feed(struct csv *csv, const char *bytes, size_t len);
void csv_end(struct csv *csv);
bool csv_at_border(const struct csv *csv);

/* Whether a line names columns that we know a message in. */
bool csv_is_header(struct slice line);

#endif
