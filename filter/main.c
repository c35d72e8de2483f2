/* main.c -- the command line to a verb, a verb to an exit status.
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/env.h"
#include "base/time.h"
#include "input/inflate.h"
#include "match/regex.h"
#include "options.h"
#include "sink/http.h"
#include "sink/output.h"
#include "verbs/exit_status.h"
#include "verbs/explain.h"
#include "verbs/rules.h"
#include "verbs/send.h"
#include "verbs/sift.h"
#include "verbs/stop.h"
#include "verbs/test.h"
#include "verbs/watch.h"

/* Standard output got a text that was asked for. */
static int
print(const struct buf *text)
{
	output_write(buf_slice(text));
	if (output_failed() == NULL)
		return EXIT_DONE;
	diag_say("standard output: %s", output_failed());
	return EXIT_OUTPUT;
}

static bool
wants_text(const struct options *options, struct buf *text)
{
	if (options->help || options->long_help)
		options_help(text, options->verb, options->long_help);
	else if (options->from_help)
		options_from_help(text);
	else if (options->version)
		buf_printf(text, "cwsift %s\n%s %s%s%s\nPCRE2 %s\n"
		    "libcurl %s\n", CWSIFT_VERSION,
		    inflate_library(), inflate_library_version(),
		    inflate_whole_library()[0] == '\0' ? "" : ", ",
		    inflate_whole_library(),
		    regex_library_version(), http_library_version());
	else
		return false;
	return true;
}

/* Colour: on a terminal that can, and nobody said no (no-color.org). */
static void
settle_colour(struct options *options)
{
	const char *terminal = env_get("TERM");

	if (options->colour != CHOICE_AUTO)
		return;
	options->colour = output_is_terminal() && env_get("NO_COLOR") == NULL &&
	    terminal != NULL && strcmp(terminal, "dumb") != 0 ?
	    CHOICE_ALWAYS : CHOICE_NEVER;
}

static void
say_usage(const struct options *options, const char *what, const char *why)
{
	bool sift = options->verb == VERB_SIFT;

	diag_say("%s%s (try %s%s--help)", what, why,
	    sift ? "" : verb_name(options->verb), sift ? "" : " ");
}

static int
run(struct options *options)
{
	struct error err;

	if (time_use_zone(options->zone, &err) == -1) {
		say_usage(options, "--tz: ", err.text);
		return EXIT_USAGE;
	}
	settle_colour(options);
	if ((options->verb == VERB_SIFT || options->verb == VERB_EXPLAIN) &&
	    options->operand_count == 0 && isatty(STDIN_FILENO) == 1)
		diag_say("reading standard input (--help says more)");
	switch (options->verb) {
	case VERB_SIFT:
		return sift(options);
	case VERB_TEST:
		return test(options);
	case VERB_EXPLAIN:
		return explain(options);
	case VERB_WATCH:
		return watch(options);
	case VERB_RULES:
		return rules(options);
	case VERB_SEND:
		return send_waiting(options);
	}
	return EXIT_USAGE;
}

/* A standard descriptor that was closed must not become a file's: it is opened the
 * wrong way round, so that using it still fails. */
static void
hold_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			(void)!open("/dev/null",
			    fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct error err;
	struct buf text;
	int status;

	hold_descriptors();
	stop_listen();
	buf_init(&text, BUF_NO_LIMIT);
	if (options_read(&options, argc, argv, &err) == -1) {
		say_usage(&options, "", err.text);
		status = EXIT_USAGE;
	} else if (wants_text(&options, &text)) {
		status = print(&text);
	} else {
		status = run(&options);
	}
	buf_free(&text);
	options_free(&options);
	return status;
}
