/* metric_export.c -- rules as metric filters, for Terraform or a shell.
 * SPDX-License-Identifier: MIT */
#include "verbs/metric_filters.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/diag.h"
#include "base/mem.h"
#include "match/reason.h"

#define NAMESPACE "cwsift"		/* of the metrics */

struct export {
	struct buf *out;
	enum metric_form form;
	struct slice *names;		/* of filters, owned: each is there once */
	size_t count, room;
};

/* ---- quoting ---- */

/* A string of HCL.  ${ and %{ would begin a template; doubling the mark says that
 * they do not, but not behind another mark. */
static void
add_hcl(struct buf *out, struct slice text)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		bool begins = (c == '$' || c == '%') && i + 1 < text.len &&
		    text.data[i + 1] == '{';

		if (begins && i > 0 && text.data[i - 1] == c)
			buf_printf(out, "\\u%04x", (unsigned)c);
		else if (begins)
			buf_printf(out, "%c%c", c, c);
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\t')
			buf_text(out, "\\t");
		else
			buf_byte(out, c);
	}
	buf_byte(out, '"');
}

/* A word of a shell. */
static void
add_shell(struct buf *out, struct slice text)
{
	buf_byte(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\'')
			buf_text(out, "'\\''");
		else
			buf_byte(out, text.data[i]);
	}
	buf_byte(out, '\'');
}

/* ---- what can be carried over ---- */

static bool
is_text(struct slice text)
{
	while (text.len > 0) {
		size_t len = clean_character(text);

		if (len == 0 || ((unsigned char)text.data[0] < ' ' &&
		    text.data[0] != '\t') || text.data[0] == '\177')
			return false;
		text = slice_cut(text, len, text.len);
	}
	return true;
}

/* NULL, or why the rule is no metric filter. */
static const char *
obstacle(const struct rule *rule)
{
	const struct condition *match = rule->match.list;

	if (rule->match.count > 1)
		return "it has several match lines";
	if (match->kind == CONDITION_TEXT)
		return "its match line is a text, not a filter pattern";
	if (match->kind != CONDITION_FILTER)
		return "its match line is a regex, not a filter pattern";
	if (rule->require.count > 0)
		return "it has a require line";
	if (rule->unless.count > 0)
		return "it has an unless line";
	if (rule->stream.count > 0)
		return "it has a stream line";
	if (!is_text(match->value))
		return "there are bytes in its pattern that are no text";
	return NULL;
}

/* A group line that is the name of one group. */
static bool
is_one_group(const struct condition *group)
{
	return group->kind == CONDITION_GLOB && is_text(group->value) &&
	    memchr(group->value.data, '*', group->value.len) == NULL;
}

static bool
names_groups(const struct rule *rule)
{
	for (size_t i = 0; i < rule->group.count; i++)
		if (!is_one_group(&rule->group.list[i]))
			return false;
	return rule->group.count > 0;
}

/* ---- names ---- */

static bool
is_taken(const struct export *export, struct slice name)
{
	for (size_t i = 0; i < export->count; i++)
		if (slice_equal(export->names[i], name))
			return true;
	return false;
}

/* The name of the next filter of a rule: letters, digits, - and _ (a dot is none in
 * Terraform), a letter or _ in front. */
static struct slice
make_name(struct export *export, struct slice id)
{
	struct buf name;
	size_t len;

	buf_init(&name, BUF_NO_LIMIT);
	for (size_t i = 0; i < id.len; i++) {
		char c = slice_is_name_byte(id.data[i]) ? id.data[i] : '_';

		if (name.len == 0 && c == '-')
			continue;	/* -p#1 */
		if (name.len == 0 && c >= '0' && c <= '9')
			buf_byte(&name, '_');
		buf_byte(&name, c);
	}
	len = name.len;
	for (unsigned n = 2; is_taken(export, buf_slice(&name)); n++) {
		name.len = len;
		buf_printf(&name, "-%u", n);
	}
	export->names = mem_grow(export->names, export->count + 1,
	    &export->room, sizeof *export->names);
	return export->names[export->count++] = buf_slice(&name);
}

/* ---- printing ---- */

/* What a filter cannot say, for who reads the file. */
static void
add_comment(struct buf *out, const struct rule *rule, bool one_group)
{
	buf_text(out, "\n# ");
	clean_line(out, rule->id);
	if (rule->place != PLACE_COMMAND_LINE) {
		buf_text(out, " (");
		clean_line(out, slice_from(rule->file));
		buf_printf(out, ":%u)", rule->line);
	}
	buf_printf(out, ", level %s\n", level_name(rule->level));
	if (rule->at_least > 1)
		buf_printf(out, "# at least %" PRIu64
		    ": the threshold of its alarm\n", rule->at_least);
	for (size_t i = 0; !one_group && i < rule->group.count; i++) {
		const struct condition *group = &rule->group.list[i];

		buf_printf(out, "# for a group that is %s ",
		    reason_kind(group));
		clean_line(out, group->value);
		buf_byte(out, '\n');
	}
}

static void
add_terraform(struct buf *out, struct slice name, struct slice pattern,
    const struct condition *group)
{
	buf_text(out, "resource \"aws_cloudwatch_log_metric_filter\" ");
	add_hcl(out, name);
	buf_text(out, " {\n  name           = ");
	add_hcl(out, name);
	buf_text(out, "\n  log_group_name = ");
	if (group == NULL)
		buf_text(out, "var.log_group_name");
	else
		add_hcl(out, group->value);
	buf_text(out, "\n  pattern        = ");
	add_hcl(out, pattern);
	buf_text(out, "\n\n  metric_transformation {\n    name      = ");
	add_hcl(out, name);
	buf_text(out, "\n    namespace = \"" NAMESPACE "\"\n"
	    "    value     = \"1\"\n  }\n}\n");
}

/* With = the value may begin with a dash. */
static void
add_command(struct buf *out, struct slice name, struct slice pattern,
    const struct condition *group)
{
	buf_text(out, "aws logs put-metric-filter \\\n"
	    "    --log-group-name=");
	if (group == NULL)
		buf_text(out, "\"$LOG_GROUP\"");
	else
		add_shell(out, group->value);
	buf_text(out, " \\\n    --filter-name=");
	buf_add_slice(out, name);
	buf_text(out, " \\\n    --filter-pattern=");
	add_shell(out, pattern);
	buf_text(out, " \\\n    --metric-transformations metricName=");
	buf_add_slice(out, name);
	buf_text(out, ",metricNamespace=" NAMESPACE ",metricValue=1\n");
}

static void
export_rule(struct export *export, const struct rule *rule)
{
	bool one_group = names_groups(rule);
	size_t filters = one_group ? rule->group.count : 1;

	add_comment(export->out, rule, one_group);
	for (size_t i = 0; i < filters; i++) {
		struct slice name = make_name(export, rule->id);
		struct slice pattern = rule->match.list[0].value;
		const struct condition *group = one_group ?
		    &rule->group.list[i] : NULL;

		switch (export->form) {
		case METRIC_TERRAFORM:
			add_terraform(export->out, name, pattern, group);
			break;
		case METRIC_CLI:
			add_command(export->out, name, pattern, group);
			break;
		}
	}
}

/* What stands in front of the first: the group that is still to be named. */
static void
add_head(struct buf *out, enum metric_form form, bool open_group)
{
	switch (form) {
	case METRIC_TERRAFORM:
		buf_text(out,
		    "# made by: cwsift rules --export terraform\n");
		if (open_group)
			buf_text(out, "\nvariable \"log_group_name\" {\n"
			    "  description = \"the log group that gets the "
			    "filters\"\n  type        = string\n}\n");
		break;
	case METRIC_CLI:
		buf_text(out, "#!/bin/sh\n"
		    "# made by: cwsift rules --export cli\nset -e\n");
		if (open_group)
			buf_text(out, ": \"${LOG_GROUP:?is the log group that "
			    "gets the filters}\"\n");
		break;
	}
}

size_t
metric_export(struct buf *out, const struct ruleset *set,
    enum metric_form form)
{
	struct export export = { .out = out, .form = form };
	bool any = false, open_group = false;
	size_t left = 0;

	for (size_t i = 0; i < set->rule_count; i++) {
		if (obstacle(set->rules[i]) != NULL)
			continue;
		any = true;
		open_group = open_group || !names_groups(set->rules[i]);
	}
	if (any)
		add_head(out, form, open_group);
	for (size_t i = 0; i < set->rule_count; i++) {
		const struct rule *rule = set->rules[i];
		const char *why = obstacle(rule);

		if (why == NULL) {
			export_rule(&export, rule);
			continue;
		}
		diag_say("rule %.*s is not carried over: %s",
		    (int)rule->id.len, rule->id.data, why);
		left++;
	}
	for (size_t i = 0; i < set->ignore_count; i++) {
		diag_say("ignore %.*s is not carried over: a metric filter "
		    "cannot leave out what another finds",
		    (int)set->ignores[i]->id.len, set->ignores[i]->id.data);
		left++;
	}
	for (size_t i = 0; i < export.count; i++)
		free((void *)(uintptr_t)export.names[i].data);
	free(export.names);
	return left;
}
