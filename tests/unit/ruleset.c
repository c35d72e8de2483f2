/* ruleset.c -- the language of rule files and what it says about mistakes.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "match/builtin.h"
#include "match/ruleset.h"

/* A small pack in the place of the real one. */
static const char pack[] =
    "rules 1\n"
    "naming lambda\n"
    "  group regex ^/aws/lambda/(?<service>[^/]+)\n"
    "rule timeout\n"
    "  match text Task timed out\n"
    "ignore quiet\n"
    "  match text expected\n";
const struct builtin_file builtin_files[] = {
	{ "rules/pack.rules", pack, sizeof pack - 1 },
};
const size_t builtin_file_count = 1;

static void
read_text(struct ruleset *set, const char *text)
{
	ruleset_read(set, slice_from(text), "a.rules", PLACE_USER);
}

/* Reads a file and compares all that is said about it. */
static void
check_errors(const char *text, const char *expected)
{
	struct ruleset set;

	ruleset_init(&set);
	read_text(&set, text);
	ruleset_finish(&set);
	buf_byte(&set.errors, '\0');
	assert_string_equal(set.errors.data, expected);
	ruleset_free(&set);
}

static struct ruleset
good(const char *text)
{
	struct ruleset set;

	ruleset_init(&set);
	read_text(&set, text);
	ruleset_finish(&set);
	if (set.error_count > 0)
		fail_msg("%.*s", (int)set.errors.len, set.errors.data);
	return set;
}

static void
reads_every_key(void **state)
{
	struct ruleset set = good("\xef\xbb\xbf# first\r\n\r\nrules 1\r\n"
	    "rule a.b_c-1\r\n"
	    "  level\tfatal\r\n"
	    "  at-least 3\r\n"
	    "  match  regex ^x(?<name>y)  \r\n"
	    "  match filter { $.a = \"b\" }\r\n"
	    "  match filter\r\n"
	    "  require text  two  words \r\n"
	    "  unless regex z$\r\n"
	    "  group glob /aws/*\r\n"
	    "  group required\r\n"
	    "  stream regex ^s\r\n"
	    "  service app-{name} regex -(?<service>.+)\r\n"
	    "  @ /aws/x st ream\r\n"
	    "  + one\r\n"
	    "  |   two \r\n"
	    "  |\r\n"
	    "  = app-y\r\n"
	    "  @ - only\r\n"
	    "  - not\r\n"
	    "  + bare\r\n");
	const struct rule *r = set.rules[0];

	(void)state;
	assert_int_equal(set.rule_count, 1);
	assert_true(slice_is(r->id, "a.b_c-1"));
	assert_int_equal(r->level, LEVEL_FATAL);
	assert_int_equal(r->at_least, 3);
	assert_int_equal(r->line, 4);
	assert_string_equal(r->file, "a.rules");
	assert_int_equal(r->match.count, 3);
	assert_true(slice_is(r->match.list[0].value, "^x(?<name>y)"));
	assert_int_equal(r->match.list[1].kind, CONDITION_FILTER);
	assert_int_equal(r->match.list[1].line, 8);
	assert_true(slice_is(r->require.list[0].value, "two  words"));
	assert_int_equal(r->unless.count, 1);
	assert_int_equal(r->group.count, 1);
	assert_true(r->group_required);
	assert_int_equal(r->stream.list[0].kind, CONDITION_REGEX);
	assert_non_null(r->service);
	assert_int_equal(r->example_count, 3);
	assert_true(slice_is(r->examples[0].text, "one\n  two\n"));
	assert_true(slice_is(r->examples[0].service, "app-y"));
	assert_true(slice_is(r->examples[0].group, "/aws/x"));
	assert_true(slice_is(r->examples[0].stream, "st ream"));
	assert_false(r->examples[1].must_match);
	assert_null(r->examples[1].group.data);
	assert_true(slice_is(r->examples[1].stream, "only"));
	assert_true(r->examples[2].must_match);
	assert_null(r->examples[2].stream.data);
	ruleset_free(&set);
}

static void
the_indentation_tells_a_silenced_rule_from_a_new_one(void **state)
{
	struct ruleset set = good("rules 1\n"
	    "rule one\n  match text x1\n"
	    "ignore i\n  match text y1\n  rule one\n  rule two\n"
	    "rule two\n  match text z1\n"
	    "  ignore j\n    match text y2\n"
	    "  rule three\n    match text z2\n");

	(void)state;
	assert_int_equal(set.rule_count, 3);
	assert_int_equal(set.ignore_count, 2);
	assert_int_equal(set.ignores[0]->silence_count, 2);
	assert_int_equal(set.ignores[1]->silence_count, 0);
	ruleset_free(&set);
}

static void
files_may_be_joined(void **state)
{
	struct ruleset set = good("rules 1\nrule a\n match text xx\n"
	    "rules 1\nrule b\n match text yy\n");

	(void)state;
	assert_int_equal(set.rule_count, 2);
	ruleset_free(&set);
}

static void
all_mistakes_are_told_at_once(void **state)
{
	(void)state;
	check_errors("rules 1\n"
	    "rule a\n"
	    "  mach text x\n"
	    "  match regex a(b\n"
	    "\tmatch regex \xc3\xa9(\n"
	    "  level bad\n"
	    "  at-least 0\n"
	    "rule a\n"
	    "  match text y\n",
	    "a.rules:3:3: unknown key \"mach\" (the nearest is \"match\")\n"
	    "  mach text x\n"
	    "  ^\n"
	    "a.rules:4:18: missing closing parenthesis\n"
	    "  match regex a(b\n"
	    "                 ^\n"
	    "a.rules:5:16: missing closing parenthesis\n"
	    "\tmatch regex \xc3\xa9(\n"
	    "\t              ^\n"
	    "a.rules:6:9: a level is fatal, error or warn\n"
	    "  level bad\n"
	    "        ^\n"
	    "a.rules:7:12: at-least takes a number from 1 on\n"
	    "  at-least 0\n"
	    "           ^\n"
	    "a.rules:8:6: the id \"a\" is taken at a.rules:2\n"
	    "rule a\n"
	    "     ^\n");
}

static void
conditions_that_every_message_meets_are_refused(void **state)
{
	(void)state;
	check_errors("rules 1\nrule a\n"
	    "  match regex a*\n"
	    "  match text\n"
	    "  require\n"
	    "  unless glob x\n"
	    "  group filter x\n",
	    "a.rules:3:15: this matches the empty string, so every message\n"
	    "  match regex a*\n"
	    "              ^\n"
	    "a.rules:4:13: no value behind \"text\"\n"
	    "  match text\n"
	    "            ^\n"
	    "a.rules:5:10: \"require\" takes text, regex or filter, then a "
	    "value\n"
	    "  require\n"
	    "         ^\n"
	    "a.rules:6:10: \"unless\" takes text, regex or filter, then a "
	    "value\n"
	    "  unless glob x\n"
	    "         ^\n"
	    "a.rules:7:9: \"group\" takes glob, regex or text, then a value\n"
	    "  group filter x\n"
	    "        ^\n");
}

static void
what_only_the_whole_stanza_shows_is_told_too(void **state)
{
	(void)state;
	check_errors("rules 1\n"
	    "rule none\n"
	    "naming nowhere\n"
	    "  service x\n"
	    "naming nameless\n"
	    "  group regex ^a\n"
	    "ignore all\n"
	    "  unless text xx\n"
	    "rule captures\n"
	    "  match regex (?<a>bc)\n"
	    "  service {a}-{group}-{b}\n"
	    "rule example\n"
	    "  match text xx\n"
	    "  = y\n"
	    "  | z\n"
	    "  - no\n"
	    "  = y\n"
	    "  @ group\n",
	    "a.rules:2:1: rule \"none\" has no match line\n"
	    "rule none\n"
	    "^\n"
	    "a.rules:3:1: naming \"nowhere\" has no group, stream or match "
	    "line\n"
	    "naming nowhere\n"
	    "^\n"
	    "a.rules:5:1: naming \"nameless\" has no service line and no "
	    "regex with (?<service>...)\n"
	    "naming nameless\n"
	    "^\n"
	    "a.rules:7:1: ignore \"all\" has no match, require, group or "
	    "stream line: it would silence everything\n"
	    "ignore all\n"
	    "^\n"
	    "a.rules:11:24: no match regex here has a group (?<b>...)\n"
	    "  service {a}-{group}-{b}\n"
	    "                       ^\n"
	    "a.rules:14:3: no example is above this \"=\"\n"
	    "  = y\n"
	    "  ^\n"
	    "a.rules:15:3: \"|\" goes on with an example: none is above it\n"
	    "  | z\n"
	    "  ^\n"
	    "a.rules:17:3: the example above must not match: it has no "
	    "service\n"
	    "  = y\n"
	    "  ^\n"
	    "a.rules:18:3: no example behind this \"@\"\n"
	    "  @ group\n"
	    "  ^\n");
}

static void
a_key_has_its_stanzas_and_its_number(void **state)
{
	(void)state;
	check_errors("rules 1\n"
	    "match text xx\n"
	    "naming n\n"
	    "  group regex (?<service>x)\n"
	    "  level error\n"
	    "ignore i\n"
	    "  match text xx\n"
	    "  service x\n"
	    "expect e\n"
	    "  every 1d\n"
	    "rule a\n"
	    "  match text xx\n"
	    "  level warn\n"
	    "  level warn\n"
	    "  service {nope\n"
	    "  service x regex (y)\n"
	    "  +x\n"
	    "rule -b\n"
	    "  match text xx\n",
	    "a.rules:2:1: \"match\" stands in no stanza (rule, naming, "
	    "ignore)\n"
	    "match text xx\n"
	    "^\n"
	    "a.rules:5:3: \"level\" has no place in a naming stanza\n"
	    "  level error\n"
	    "  ^\n"
	    "a.rules:8:3: \"service\" has no place in an ignore stanza\n"
	    "  service x\n"
	    "  ^\n"
	    "a.rules:9:1: \"expect\" is reserved: this version does not know "
	    "it\n"
	    "expect e\n"
	    "^\n"
	    "a.rules:14:3: a rule has one level\n"
	    "  level warn\n"
	    "  ^\n"
	    "a.rules:15:16: missing }\n"
	    "  service {nope\n"
	    "               ^\n"
	    "a.rules:16:3: a stanza has one service\n"
	    "  service x regex (y)\n"
	    "  ^\n"
	    "a.rules:17:3: a blank must follow \"+\"\n"
	    "  +x\n"
	    "  ^\n"
	    "a.rules:18:6: an id is letters, digits, \".\", \"_\" and, not in "
	    "front, \"-\"\n"
	    "rule -b\n"
	    "     ^\n");
}

static void
what_is_no_rule_file_is_said_once(void **state)
{
	struct ruleset set;

	(void)state;
	check_errors("{\"a\":1}\n{\"b\":2}\n",
	    "a.rules:1:1: a rule file begins with the line \"rules 1\"\n"
	    "{\"a\":1}\n"
	    "^\n");
	check_errors("rule a\n  match text xx\n",
	    "a.rules:1:1: a rule file begins with the line \"rules 1\"\n"
	    "rule a\n"
	    "^\n");
	check_errors("rules 2\nrule a\n match text xx\n",
	    "a.rules:1:7: this program reads version 1 of the language: "
	    "\"rules 1\"\n"
	    "rules 2\n"
	    "      ^\n");
	check_errors("",
	    "cwsift: a.rules: no rule, naming or ignore stanza in it\n");
	check_errors("# nothing\nrules 1\n",
	    "cwsift: a.rules: no rule, naming or ignore stanza in it\n");
	ruleset_init(&set);
	assert_int_equal(ruleset_read(&set, (struct slice){
	    "rules 1\nrule a\0b\n", 17 }, "b.rules", PLACE_USER), -1);
	assert_true(slice_is(buf_slice(&set.errors),
	    "b.rules:2:7: a NUL byte: this is no rule file\n"
	    "rule a\\x00b\n"
	    "      ^\n"));
	ruleset_free(&set);
}

static void
text_in_errors_is_made_harmless(void **state)
{
	(void)state;
	check_errors("rules 1\nrule a\n  match text xx\n  \x1b[31m y\n",
	    "a.rules:4:3: unknown key \"\\x1b[31m\"\n"
	    "  \\x1b[31m y\n"
	    "  ^\n");
}

static void
a_long_line_is_cut_around_the_place(void **state)
{
	char text[400] = "rules 1\nrule a\n  match regex ";
	struct ruleset set;
	size_t len = strlen(text);

	(void)state;
	memset(text + len, 'a', 200);
	strcpy(text + len + 200, "(bcd\n");
	ruleset_init(&set);
	read_text(&set, text);
	buf_byte(&set.errors, '\0');
	assert_string_equal(set.errors.data,
	    "a.rules:3:219: missing closing parenthesis\n"
	    "...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(bcd\n"
	    "                                                               ^"
	    "\n");
	ruleset_free(&set);
}

static void
silences_must_name_a_rule(void **state)
{
	(void)state;
	check_errors("rules 1\nrule timeout\n  match text xx\n"
	    "ignore i\n  match text yy\n  rule timeuot  \n",
	    "a.rules:6:8: there is no rule \"timeuot\" (the nearest is "
	    "\"timeout\")\n"
	    "  rule timeuot  \n"
	    "       ^\n");
	check_errors("rules 1\nignore i\n  match text yy\n",
	    "cwsift: rules: there is no rule at all (the built-in ones are "
	    "-r builtin)\n");
}

static void
the_built_in_names_are_there_without_the_rules(void **state)
{
	struct ruleset set;

	(void)state;
	ruleset_init(&set);
	assert_int_equal(ruleset_read_builtin(&set, false), 0);
	assert_int_equal(set.rule_count, 0);
	assert_int_equal(set.ignore_count, 0);
	assert_int_equal(set.naming_count, 1);
	/* a user's naming may have the same id, and comes first */
	read_text(&set, "rules 1\nnaming lambda\n"
	    "  group regex ^/(?<service>x)\nrule timeout\n  match text xx\n");
	assert_int_equal(ruleset_finish(&set), 0);
	assert_int_equal(set.naming_count, 2);
	assert_int_equal(set.namings[0]->place, PLACE_USER);
	ruleset_free(&set);

	ruleset_init(&set);
	assert_int_equal(ruleset_read_builtin(&set, true), 0);
	read_text(&set, "rules 1\nrule timeout\n  match text xx\n");
	buf_byte(&set.errors, '\0');
	assert_string_equal(set.errors.data,
	    "a.rules:2:6: the id \"timeout\" is taken at rules/pack.rules:4\n"
	    "rule timeout\n"
	    "     ^\n");
	ruleset_free(&set);
}

static void
the_command_line_makes_rules(void **state)
{
	struct ruleset set;

	(void)state;
	ruleset_init(&set);
	assert_int_equal(ruleset_add(&set, 'e', slice_from("a+")), 0);
	assert_int_equal(ruleset_add(&set, 't', slice_from("x")), 0);
	assert_int_equal(ruleset_add(&set, 'e', slice_from("b+")), 0);
	assert_int_equal(ruleset_add(&set, 'p', slice_from("")), 0);
	assert_true(slice_is(set.rules[0]->id, "-e#1"));
	assert_true(slice_is(set.rules[1]->id, "-t#1"));
	assert_true(slice_is(set.rules[2]->id, "-e#2"));
	assert_true(slice_is(set.rules[3]->id, "-p#1"));
	assert_int_equal(set.rules[0]->place, PLACE_COMMAND_LINE);
	assert_int_equal(ruleset_add(&set, 'e', slice_from("c(")), -1);
	assert_int_equal(ruleset_add(&set, 'e', slice_from("c*")), -1);
	assert_int_equal(ruleset_add(&set, 't', slice_from("")), -1);
	assert_int_equal(ruleset_without(&set, slice_from("-e#9")), -1);
	assert_int_equal(ruleset_without(&set, slice_from("-e#1")), 0);
	buf_byte(&set.errors, '\0');
	assert_string_equal(set.errors.data,
	    "-e#3:1:3: missing closing parenthesis\n"
	    "c(\n"
	    "  ^\n"
	    "-e#4:1:1: this matches the empty string, so every message\n"
	    "c*\n"
	    "^\n"
	    "-t#2:1:1: the empty string is in every message\n"
	    "\n"
	    "^\n"
	    "cwsift: --without: there is no rule \"-e#9\" (the nearest is "
	    "\"-e#1\")\n");
	ruleset_free(&set);
}

static void
leaving_out_a_rule_leaves_out_its_silences(void **state)
{
	struct ruleset set;

	(void)state;
	ruleset_init(&set);
	read_text(&set, "rules 1\nrule a\n  match text xx\n"
	    "rule b\n  match text xx\n"
	    "ignore i\n  match text yy\n  rule a\n  rule b\n"
	    "ignore j\n  match text zz\n  rule a\n");
	assert_int_equal(ruleset_without(&set, slice_from("a")), 0);
	assert_int_equal(ruleset_finish(&set), 0);
	assert_int_equal(set.rule_count, 1);
	assert_int_equal(set.ignore_count, 1);
	assert_int_equal(set.ignores[0]->silence_count, 1);
	ruleset_free(&set);
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
reads_files_and_folders(void **state)
{
	char folder[] = "/tmp/cwsift-ruleset-XXXXXX";
	char path[64], other[64], error[128];
	struct ruleset set;

	(void)state;
	assert_non_null(mkdtemp(folder));
	ruleset_init(&set);
	assert_int_equal(ruleset_read_path(&set, folder), -1);
	snprintf(error, sizeof error, "cwsift: %s: no *.rules in this folder\n",
	    folder);
	assert_true(slice_is(buf_slice(&set.errors), error));
	ruleset_free(&set);

	snprintf(path, sizeof path, "%s/b.rules", folder);
	write_file(path, "rules 1\nrule b\n  match text xx\n");
	snprintf(other, sizeof other, "%s/a.rules", folder);
	write_file(other, "rules 1\nrule a\n  match text xx\n");
	ruleset_init(&set);
	assert_int_equal(ruleset_read_path(&set, folder), 0);
	assert_int_equal(set.rule_count, 2);
	assert_true(slice_is(set.rules[0]->id, "a"));
	assert_int_equal(ruleset_read_path(&set, path), -1);
	ruleset_free(&set);
	unlink(other);
	unlink(path);
	rmdir(folder);

	ruleset_init(&set);
	assert_int_equal(ruleset_read_path(&set, path), -1);
	snprintf(error, sizeof error,
	    "cwsift: %s: No such file or directory\n", path);
	assert_true(slice_is(buf_slice(&set.errors), error));
	ruleset_free(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_key),
		cmocka_unit_test(
		    the_indentation_tells_a_silenced_rule_from_a_new_one),
		cmocka_unit_test(files_may_be_joined),
		cmocka_unit_test(all_mistakes_are_told_at_once),
		cmocka_unit_test(
		    conditions_that_every_message_meets_are_refused),
		cmocka_unit_test(what_only_the_whole_stanza_shows_is_told_too),
		cmocka_unit_test(a_key_has_its_stanzas_and_its_number),
		cmocka_unit_test(what_is_no_rule_file_is_said_once),
		cmocka_unit_test(text_in_errors_is_made_harmless),
		cmocka_unit_test(a_long_line_is_cut_around_the_place),
		cmocka_unit_test(silences_must_name_a_rule),
		cmocka_unit_test(
		    the_built_in_names_are_there_without_the_rules),
		cmocka_unit_test(the_command_line_makes_rules),
		cmocka_unit_test(leaving_out_a_rule_leaves_out_its_silences),
		cmocka_unit_test(reads_files_and_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
