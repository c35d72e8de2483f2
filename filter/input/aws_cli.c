/* aws_cli.c -- the last words of botocore and of the AWS CLI, as they begin.
 * SPDX-License-Identifier: MIT */
#include "input/aws_cli.h"

#include <stdint.h>

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

/* Of the commands whose output holds records. */
static const char *const of_records[] = {
	"StartLiveTail operation", "FilterLogEvents operation",
	"GetLogEvents operation", "GetLogRecord operation",
	"StartQuery operation", "GetQueryResults operation",
	"DescribeLogGroups operation", "DescribeLogStreams operation",
	"GetRecords operation", "GetShardIterator operation",
	"ReceiveMessage operation",
};

/* And of those whose answers are read beside them. */
static const char *const of_answers[] = {
	"AssumeRole operation", "AssumeRoleWithWebIdentity operation",
	"GetRoleCredentials operation", "DescribeExecution operation",
	"ListExecutions operation", "GetExecutionHistory operation",
	"DescribeAlarms operation", "DescribeAlarmHistory operation",
	"DescribeJobs operation", "ListJobs operation",
	"DescribeTasks operation", "GetJobRuns operation",
	"BatchGetBuilds operation", "LookupEvents operation",
	"DownloadDBLogFilePortion operation",
};

static bool
begins_with_one(struct slice line, const char *const *of, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slice_starts(line, of[i]))
			return true;
	return false;
}
#define BEGINS(line, of) begins_with_one(line, of, sizeof of / sizeof of[0])

/* What it called when "An error occurred (Code) when calling the ...", or nothing. */
static struct slice
called(struct slice line)
{
	static const char calling[] = ") when calling the ";
	size_t at = SIZE_MAX;

	if (slice_starts(line, "An error occurred ("))
		at = slice_find(line, slice_from(calling));
	if (at == SIZE_MAX)
		return (struct slice){ line.data, 0 };
	return slice_cut(line, at + sizeof calling - 1, line.len);
}

bool
aws_cli_is_usage(struct slice line)
{
	return BEGINS(line, usage);
}

bool
aws_cli_is_error(struct slice line)
{
	return BEGINS(called(line), of_records);
}

bool
aws_cli_gave_up(struct slice line)
{
	return aws_cli_is_error(line) || BEGINS(line, words) ||
	    BEGINS(called(line), of_answers);
}
