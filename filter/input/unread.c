/* unread.c -- lines of what is known and not read, and what to do instead.
 * SPDX-License-Identifier: MIT */
#include "input/unread.h"

#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "base/time.h"
#include "input/csv.h"

#define JSON_INSTEAD "ask the AWS CLI for --output json"

/* The rule of a table. */
static bool
is_rule(struct slice line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] != '-' && line.data[i] != '+' &&
		    line.data[i] != '\r')
			return false;
	return line.len > 4;
}

/* What yaml begins with: a line alone could be anybody's. */
static bool
is_yaml_head(struct slice line)
{
	static const char *const heads[] = { "events:", "- events:", "results:",
	    "- results:", "executions:", "- executions:", "MetricAlarms:",
	    "- MetricAlarms:", "CompositeAlarms:", "- CompositeAlarms:",
	    "AlarmHistoryItems:", "jobs:", "jobSummaryList:", "tasks:", "JobRuns:",
	    "builds:" };

	return slice_is_one_of(slice_trim(line), heads,
	    sizeof heads / sizeof heads[0]);
}

const char *
unread_by_two_lines(struct slice line, struct slice second)
{
	if (is_rule(line) && slice_starts(second, "|"))
		return "this is a table: " JSON_INSTEAD;
	if (is_yaml_head(line) && slice_starts(slice_trim(second), "- "))
		return "this is yaml: " JSON_INSTEAD;
	return NULL;
}

bool
unread_wants_second(struct slice line)
{
	return is_rule(line) || is_yaml_head(line);
}

/* The next of the fields that TABs separate, taken from line. */
static struct slice
take_field(struct slice *line)
{
	size_t tab = slice_find(*line, slice_from("\t"));
	size_t len = tab == SIZE_MAX ? line->len : tab;
	struct slice field = slice_cut(*line, 0, len);

	*line = slice_cut(*line, tab == SIZE_MAX ? len : len + 1, line->len);
	return field;
}

/* Another answer of the AWS CLI as text: a row with its label, or describe-execution's
 * fields, which have no label.  Programs log ARNs and TABs too, but then with a time. */
static bool
is_answer_text(struct slice line)
{
	static const char *const labels[] = { "EXECUTIONS", "METRICALARMS",
	    "COMPOSITEALARMS", "ALARMHISTORYITEMS", "JOBS", "JOBSUMMARYLIST",
	    "TASKS", "JOBRUNS", "BUILDS", "STATEMACHINES", "FUNCTIONS" };
	static const char *const ends[] = { "RUNNING", "SUCCEEDED", "FAILED",
	    "TIMED_OUT", "ABORTED", "PENDING_REDRIVE" };
	bool execution = false, status = false;
	struct slice field;

	line = slice_chomp(line);
	if (slice_find(line, slice_from("arn:aws")) == SIZE_MAX ||
	    time_in_message(line) != TIME_NONE)
		return false;
	field = line;
	field = take_field(&field);
	if (field.len < line.len && slice_is_one_of(slice_trim(field), labels,
	    sizeof labels / sizeof labels[0]))
		return true;
	while (line.len > 0) {
		field = take_field(&line);
		execution = execution || (slice_starts(field, "arn:aws") &&
		    slice_find(field, slice_from(":execution:")) != SIZE_MAX);
		status = status || slice_is_one_of(slice_trim(field), ends,
		    sizeof ends / sizeof ends[0]);
	}
	return execution && status;
}

/* The header line of CSV, as a spreadsheet writes it where the comma is decimal. */
static bool
is_other_csv(struct slice line)
{
	char commas[256];
	bool other = false;

	line = slice_trim(slice_chomp(line));
	if (line.len > sizeof commas)
		return false;
	for (size_t i = 0; i < line.len; i++) {
		bool separator = line.data[i] == ';' || line.data[i] == '\t';

		commas[i] = separator ? ',' : line.data[i];
		other = other || separator;
	}
	return other && csv_is_header((struct slice){ commas, line.len });
}

/* kinesis get-records --output text: MillisBehindLatest, TAB, NextShardIterator
 * (base64) in front of the RECORDS rows. */
static bool
is_kinesis_text(struct slice line)
{
	size_t at = 0, from;

	line = slice_chomp(line);
	if (slice_starts(line, "RECORDS\t"))
		return true;
	while (at < line.len && is_digit(line.data[at]))
		at++;
	if (at == 0 || at >= line.len || line.data[at] != '\t')
		return false;
	for (from = ++at; at < line.len; at++)
		if (strchr("+/=", line.data[at]) == NULL &&
		    !is_letter(line.data[at]) && !is_digit(line.data[at]))
			return false;
	return at - from >= 20;
}

/* describe-execution as yaml has no list in front. */
static bool
is_execution_yaml(struct slice line)
{
	return slice_starts(line, "executionArn: arn:");
}

/* A row of the console's CSV without the header in front: milliseconds and the message,
 * which is in quotes as soon as there is a comma in it.  What a program prints itself in
 * columns has more of them. */
static bool
is_headless_csv(struct slice line)
{
	int64_t ms;
	size_t used = time_read_millis(line, &ms);

	line = slice_cut(line, used, line.len);
	if (used == 0 || !slice_starts(line, ","))
		return false;
	line = slice_cut(line, 1, line.len);
	return slice_starts(line, "\"") ||
	    slice_find(line, slice_from(",")) == SIZE_MAX;
}

/* `stats ... by bin(5m)` as CSV. */
static bool
is_query_numbers(struct slice line)
{
	return slice_starts(line, "bin(") &&
	    slice_find(line, slice_from("),")) != SIZE_MAX;
}

const char *
unread_by_line(struct slice line)
{
	static const struct {
		bool (*is)(struct slice line);
		const char *advice;
	} known[] = {
		{ is_kinesis_text, "this is kinesis get-records as text: add "
		    "--query 'Records[].Data'" },
		{ is_answer_text, "this is an AWS answer as text, no log: "
		    JSON_INSTEAD },
		{ is_execution_yaml, "this is yaml: " JSON_INSTEAD },
		{ is_headless_csv, "this is CSV without its header line: put "
		    "`timestamp,message` in front" },
		{ is_query_numbers, "these are the numbers of a query, it holds "
		    "no log events" },
		{ is_other_csv, "this is CSV whose columns are not separated by "
		    "commas: save it with commas" },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (known[i].is(line))
			return known[i].advice;
	return NULL;
}
