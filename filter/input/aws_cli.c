/* aws_cli.c -- the last words of botocore and of the AWS CLI, as they begin.
 * SPDX-License-Identifier: MIT */
#include "input/aws_cli.h"

#include <stddef.h>

#include "input/frame.h"

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

/* Of the commands whose answers are read, beside those of the logs themselves. */
static const char *const operations[] = {
	"AssumeRole operation", "AssumeRoleWithWebIdentity operation",
	"GetRoleCredentials operation", "DescribeExecution operation",
	"ListExecutions operation", "GetExecutionHistory operation",
	"DescribeAlarms operation", "DescribeAlarmHistory operation",
	"DescribeJobs operation", "ListJobs operation",
	"DescribeTasks operation", "GetJobRuns operation",
	"BatchGetBuilds operation", "LookupEvents operation",
	"DownloadDBLogFilePortion operation",
};

bool
aws_cli_is_usage(struct slice line)
{
	for (size_t i = 0; i < sizeof usage / sizeof usage[0]; i++)
		if (slice_starts(line, usage[i]))
			return true;
	return false;
}

bool
aws_cli_gave_up(struct slice line)
{
	static const char calling[] = " when calling the ";
	size_t at;

	if (frame_is_cli_error(line))
		return true;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (slice_starts(line, words[i]))
			return true;
	if (!slice_starts(line, "An error occurred ("))
		return false;
	at = slice_find(line, slice_from(calling));
	if (at == SIZE_MAX)
		return false;
	line = slice_cut(line, at + sizeof calling - 1, line.len);
	for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
		if (slice_starts(line, operations[i]))
			return true;
	return false;
}
