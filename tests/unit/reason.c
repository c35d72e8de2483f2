/* reason.c -- what decided: the kind, the condition, the span.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "match/builtin.h"
#include "match/reason.h"

const struct builtin_file builtin_files[] = { { "", "", 0 } };
const size_t builtin_file_count = 0;

static const char *const rules =
    "rules 1\n"
    "rule r\n"
    "  group glob /a/*\n"
    "  stream text s\n"
    "  match text FAILED\n"
    "  match regex ^(?<service>\\w+): no\n"
    "  require text i\n"
    "  unless regex dry +run\n"
    "rule other\n"
    "  match text x\n"
    "rule hard\n"
    "  match regex ^(a+)+$\n"
    "ignore i\n"
    "  rule r\n"
    "  group text quiet\n"
    "naming n\n"
    "  group regex ^/a/(?<service>.*)\n";

struct world {
	struct ruleset set;
	struct reasoner *reasoner;
};

static void
begin(struct world *world)
{
	ruleset_init(&world->set);
	ruleset_read(&world->set, slice_from(rules), "x", PLACE_USER);
	assert_int_equal(ruleset_finish(&world->set), 0);
	world->reasoner = reasoner_new();
}

static void
end(struct world *world)
{
	reasoner_free(world->reasoner);
	ruleset_free(&world->set);
}

static void
take(struct world *world, const char *group, const char *stream,
    const char *message)
{
	struct origin origin = { .group = slice_from(group),
	    .stream = slice_from(stream) };

	reasoner_take(world->reasoner, slice_from(message), &origin);
}

/* `KIND match-line@span decided-line@span` of the first rule. */
static const char *
why(struct world *world, const char *group, const char *stream,
    const char *message)
{
	static const char *const kinds[] = {
		[DECIDED_HOLDS] = "holds",
		[DECIDED_GROUP_UNKNOWN] = "group unknown",
		[DECIDED_GROUP] = "group",
		[DECIDED_STREAM_UNKNOWN] = "stream unknown",
		[DECIDED_STREAM] = "stream", [DECIDED_MATCH] = "match",
		[DECIDED_REQUIRE] = "require", [DECIDED_UNLESS] = "unless",
		[DECIDED_GAVE_UP] = "gave up",
	};
	static char text[256];
	struct reason reason;
	size_t len;

	take(world, group, stream, message);
	reason_stanza(world->reasoner, world->set.rules[0], &reason);
	len = (size_t)snprintf(text, sizeof text, "%s",
	    kinds[reason.decision]);
	if (reason.match != NULL)
		len += (size_t)snprintf(text + len, sizeof text - len,
		    " match %u@%.*s", reason.match->line,
		    (int)reason.match_span.len, reason.match_span.data);
	if (reason.decided != NULL)
		snprintf(text + len, sizeof text - len, " %s %u@%.*s",
		    reason_key(world->set.rules[0], reason.decided),
		    reason.decided->line, (int)reason.decided_span.len,
		    reason.decided_span.data);
	return text;
}

static void
says_what_decided_and_where(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	assert_string_equal(why(&world, "/a/b", "s", "it FAILED\n"),
	    "holds match 5@FAILED");
	assert_string_equal(why(&world, "", "", "imp: no"),
	    "holds match 6@imp: no");
	assert_string_equal(why(&world, "/b", "s", "FAILED"), "group");
	assert_string_equal(why(&world, "/a/", "t", "FAILED"), "stream");
	assert_string_equal(why(&world, "/a/", "s", "fine"), "match");
	assert_string_equal(why(&world, "", "", "FAILED"),
	    "require match 5@FAILED require 7@");
	assert_string_equal(why(&world, "", "", "it FAILED, a dry  run"),
	    "unless match 5@FAILED unless 8@dry  run");
	end(&world);
}

static void
knows_a_regex_that_gives_up(void **state)
{
	static const char hard[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
	struct world world;
	struct reason reason;

	(void)state;
	begin(&world);
	take(&world, "", "", hard);
	reason_stanza(world.reasoner, world.set.rules[2], &reason);
	assert_int_equal(reason.decision, DECIDED_GAVE_UP);
	assert_int_equal(reason.decided->line, 12);
	end(&world);
}

static void
an_ignore_speaks_of_its_rule_where_it_says(void **state)
{
	struct world world;
	struct reason reason;

	(void)state;
	begin(&world);
	take(&world, "/a/quiet", "", "it FAILED");
	assert_ptr_equal(reason_ignored(world.reasoner, &world.set,
	    world.set.rules[0], &reason), world.set.ignores[0]);
	assert_int_equal(reason.place, PLACE_HERE);
	assert_null(reason_ignored(world.reasoner, &world.set,
	    world.set.rules[1], &reason));
	take(&world, "", "", "FAILED");
	assert_null(reason_ignored(world.reasoner, &world.set,
	    world.set.rules[0], &reason));
	end(&world);
}

static void
check_name(struct world *world, const struct rule *stanza,
    const char *expected)
{
	struct buf name;

	buf_init(&name, BUF_NO_LIMIT);
	assert_true(reason_service(world->reasoner, stanza, &name) ==
	    (expected[0] != '\0'));
	assert_true(slice_is(buf_slice(&name), expected));
	buf_free(&name);
}

static void
a_stanza_names_by_itself(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	take(&world, "/a/b\tc", "s", "imp: no");
	check_name(&world, world.set.rules[0], "imp");
	check_name(&world, world.set.namings[0], "b?c");
	take(&world, "", "", "it FAILED");
	check_name(&world, world.set.rules[0], "");	/* no such capture */
	check_name(&world, world.set.namings[0], "");
	end(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_decided_and_where),
		cmocka_unit_test(knows_a_regex_that_gives_up),
		cmocka_unit_test(an_ignore_speaks_of_its_rule_where_it_says),
		cmocka_unit_test(a_stanza_names_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
