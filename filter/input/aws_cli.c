/* aws_cli.c -- the last words of botocore and of the AWS CLI, as they begin.
 * SPDX-License-Identifier: MIT */
#include "input/aws_cli.h"

#include <stddef.h>
#include <string.h>

#define TOLD_LIMIT 200			/* bytes of such a line that are told */

static const char *const words[] = {
	"Unable to locate credentials",
	"Partial credentials found in ",
	"Credentials were refreshed, but ",
	"Error when retrieving ",
	"Error loading SSO Token: ",
	"The SSO session associated with this profile ",
	"The SSO access token ",
	"Token has expired and refresh failed",
	"Your session has expired",
	"The config profile (",
	"Unable to parse config file",
	"You must specify a region",
	"Could not connect to the endpoint URL: ",
	"Connect timeout on endpoint URL: ",
	"Read timeout on endpoint URL: ",
	"Connection was closed before we received a valid response from endpoint",
	"Failed to connect to proxy URL: ",
	"SSL validation failed for ",
	"Invalid endpoint: ",
	"Parameter validation failed:",
	"Error parsing parameter ",
	"Unknown options: ",
	"[Errno 32] Broken pipe",
	"aws: error: ",
	"aws: [ERROR]: ",
};

/* What stands in front of that when an option is wrong. */
static const char *const usage[] = {
	"usage: aws [options] ",
	"To see help text, you can run:",
	"  aws help",
	"  aws <command> ",
};

/* "An error occurred (Code) when calling the NAME operation: ..." of the commands whose
 * answers are read.  among: of those that print records, so that it may stand among
 * these; programs call the others, too. */
static const struct {
	const char *name;
	bool among;
} operations[] = {
	{ "StartLiveTail", true },
	{ "FilterLogEvents", true },
	{ "GetLogEvents", true },
	{ "GetLogRecord", true },
	{ "StartQuery", true },
	{ "GetQueryResults", true },
	{ "DescribeLogGroups", true },
	{ "DescribeLogStreams", true },
	{ "GetRecords", true },
	{ "GetShardIterator", true },
	{ "ReceiveMessage", true },
	{ "AssumeRole", false },
	{ "AssumeRoleWithWebIdentity", false },
	{ "GetRoleCredentials", false },
	{ "DescribeExecution", false },
	{ "ListExecutions", false },
	{ "GetExecutionHistory", false },
	{ "DescribeAlarms", false },
	{ "DescribeAlarmHistory", false },
	{ "DescribeJobs", false },
	{ "ListJobs", false },
	{ "DescribeTasks", false },
	{ "GetJobRuns", false },
	{ "BatchGetBuilds", false },
	{ "LookupEvents", false },
	{ "DownloadDBLogFilePortion", false },
};

/* Whether an operation failed; all: also one that is not called among records. */
static bool
is_failed_call(struct slice line, bool all)
{
	static const char calling[] = ") when calling the ";
	size_t at;

	if (!slice_starts(line, "An error occurred ("))
		return false;
	at = slice_find(line, slice_from(calling));
	if (at == SIZE_MAX)
		return false;
	line = slice_cut(line, at + sizeof calling - 1, line.len);
	for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
		if ((all || operations[i].among) &&
		    slice_starts(line, operations[i].name) &&
		    slice_starts(slice_cut(line, strlen(operations[i].name),
		    line.len), " operation"))
			return true;
	return false;
}

bool
aws_cli_is_usage(struct slice line)
{
	for (size_t i = 0; i < sizeof usage / sizeof usage[0]; i++)
		if (slice_starts(line, usage[i]))
			return true;
	return false;
}

bool
aws_cli_is_error(struct slice line)
{
	return is_failed_call(line, false);
}

bool
aws_cli_gave_up(struct slice line)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (slice_starts(line, words[i]))
			return true;
	return is_failed_call(line, true);
}

void
aws_cli_tell(struct frame *frame, size_t offset, struct slice line)
{
	line = slice_chomp(line);
	frame_problem(frame, PROBLEM_PARTIAL, offset, 0,
	    "the AWS CLI failed: %.*s",
	    (int)(line.len < TOLD_LIMIT ? line.len : TOLD_LIMIT), line.data);
}
