/* explanation_text.c -- what became of a record, for people.
 * SPDX-License-Identifier: MIT */
#include "verbs/explanation.h"

#include <inttypes.h>

#include "base/clean.h"
#include "base/time.h"
#include "verbs/verdict.h"

#define MESSAGE_SHOWN 2000		/* bytes of a message */
#define MARGIN "           "		/* under the words in front */

#define MATCHED "\033[1;31m"		/* SGR: bold, red */
#define VETOED "\033[33m"		/* yellow */
#define MARKED "\033[1;4m"		/* bold, underlined */
#define FAINT "\033[2m"
#define AS_BEFORE "\033[0m"

struct page {
	struct buf *out;
	const struct explanation *ex;
	bool colour;
};

/* ---- the record ---- */

/* `  message  ` */
static void
add_word(struct page *page, const char *word, const char *colour)
{
	size_t start = page->out->len;

	buf_text(page->out, "  ");
	if (page->colour && colour != NULL)
		buf_text(page->out, colour);
	buf_text(page->out, word);
	if (page->colour && colour != NULL) {
		buf_text(page->out, AS_BEFORE);
		start += sizeof AS_BEFORE - 1;
		for (; *colour != '\0'; colour++)
			start++;
	}
	while (page->out->len - start < sizeof MARGIN - 1)
		buf_byte(page->out, ' ');
}

static void
add_origin(struct page *page)
{
	const struct explanation *ex = page->ex;
	const struct slice names[] = { ex->origin.group, ex->origin.stream };
	const char *const words[] = { "group", "stream" };

	add_word(page, "read as", NULL);
	buf_add_slice(page->out, ex->layers);
	buf_printf(page->out, "%s, at byte %" PRIu64 "%s\n",
	    shape_info(ex->shape)->name, ex->record->at,
	    ex->layers.len > 0 ? " of what is inside" : "");
	for (int i = 0; i < 2; i++) {
		add_word(page, words[i], NULL);
		if (names[i].len > 0)
			clean_line(page->out, names[i]);
		else
			buf_text(page->out, "not known");
		buf_byte(page->out, '\n');
	}
}

/* Of the first stanza that found something in one place of the message. */
static struct slice
main_span(const struct explanation *ex)
{
	for (size_t i = 0; i < ex->stanza_count; i++) {
		const struct stanza_report *s = &ex->stanzas[i];

		for (size_t j = 0; j < s->own_count; j++) {
			const struct condition_report *c =
			    &ex->conditions[s->condition + j];

			if (c->span.data != NULL && c->holds == 1)
				return c->span;
			for (size_t k = 0; k < c->finding_count &&
			    c->holds == 1; k++) {
				const struct finding *f =
				    &ex->findings[c->finding + k];

				if (f->holds == 1 && f->seen.data != NULL)
					return f->seen;
			}
		}
	}
	return (struct slice){ NULL, 0 };
}

/* Lines but the first are moved in. */
static void
add_lines(struct page *page, struct slice text)
{
	while (text.len > 0) {
		size_t end = slice_find(text, slice_from("\n"));

		if (end > text.len)
			end = text.len;
		clean_text(page->out, slice_cut(text, 0, end));
		if (end == text.len)
			return;
		buf_text(page->out, "\n" MARGIN);
		text = slice_cut(text, end + 1, text.len);
	}
}

static void
add_message(struct page *page)
{
	struct slice text = slice_chomp(page->ex->message);
	struct slice span = main_span(page->ex);
	size_t shown = text.len, from, to;

	if (shown > MESSAGE_SHOWN)
		for (shown = MESSAGE_SHOWN; shown > MESSAGE_SHOWN - 4 &&
		    ((unsigned char)text.data[shown] & 0xc0) == 0x80; shown--)
			;
	from = to = shown;
	if (page->colour && span.data != NULL) {
		from = (size_t)(span.data - text.data);
		to = from + span.len;
	}
	add_word(page, "message", NULL);
	if (to > shown)
		from = to = shown;
	add_lines(page, slice_cut(text, 0, from));
	if (to > from) {
		buf_text(page->out, MARKED);
		add_lines(page, slice_cut(text, from, to));
		buf_text(page->out, AS_BEFORE);
	}
	add_lines(page, slice_cut(text, to, shown));
	if (shown < text.len)
		buf_printf(page->out, "... (%zu bytes more)",
		    text.len - shown);
	buf_byte(page->out, '\n');
}

/* ---- conditions ---- */

static void
add_span(struct page *page, const char *before, struct slice span)
{
	buf_printf(page->out, "%s at byte %zu: ", before,
	    (size_t)(span.data - page->ex->message.data));
	verdict_excerpt(page->out, span);
}

/* Of a filter only what made it so: where it holds, what holds. */
static void
add_findings(struct page *page, const struct condition_report *c)
{
	for (size_t i = 0; i < c->finding_count; i++) {
		const struct finding *f = &page->ex->findings[c->finding + i];

		if (f->holds != c->holds)
			continue;
		buf_text(page->out, MARGIN "    ");
		verdict_excerpt(page->out, slice_cut(c->condition->value,
		    f->from, f->to));
		buf_text(page->out, f->holds == 1 ? ": true" :
		    f->holds == 0 ? ": false" : ": gave up");
		if (f->seen.data != NULL)
			add_span(page, ",", f->seen);
		else
			buf_text(page->out, ", there is none");
		buf_byte(page->out, '\n');
	}
	if (c->obstacle != NULL)
		buf_printf(page->out, MARGIN "    %s\n", c->obstacle);
}

static void
add_condition(struct page *page, const struct rule *stanza,
    const struct condition_report *c)
{
	struct buf *out = page->out;

	if (stanza->place == PLACE_COMMAND_LINE)
		buf_text(out, MARGIN);
	else
		buf_printf(out, "%9u  ", c->condition->line);
	buf_printf(out, "%s %s ", c->key, reason_kind(c->condition));
	verdict_excerpt(out, c->condition->value);
	buf_text(out, "\n" MARGIN "  ");
	buf_text(out, c->holds == 1 ? "holds" : c->holds == 0 ?
	    "does not hold" : "gave up: it takes too many steps");
	if (c->span.data != NULL)
		add_span(page, ",", c->span);
	buf_byte(out, '\n');
	add_findings(page, c);
}

/* ---- stanzas ---- */

static const char *
decision_text(enum decision decision)
{
	switch (decision) {
	case DECIDED_HOLDS:
		return "";
	case DECIDED_GROUP_UNKNOWN:
		return ": it wants a log group, and that is not known";
	case DECIDED_GROUP:
		return ": it is not for this log group";
	case DECIDED_STREAM_UNKNOWN:
		return ": it wants a log stream, and that is not known";
	case DECIDED_STREAM:
		return ": it is not for this log stream";
	case DECIDED_MATCH:
		return ": no match line holds";
	case DECIDED_REQUIRE:
		return ": a require line does not hold";
	case DECIDED_UNLESS:
		return ": an unless line holds";
	case DECIDED_GAVE_UP:
		return ": it gave up";
	}
	return "";
}

/* `lambda-timeout (rules/lambda.rules:33)` */
static void
add_name(struct page *page, const struct rule *stanza)
{
	clean_line(page->out, stanza->id);
	if (stanza->place == PLACE_COMMAND_LINE)
		return;
	buf_text(page->out, " (");
	clean_line(page->out, slice_from(stanza->file));
	buf_printf(page->out, ":%u)", stanza->line);
}

static void
add_stanza(struct page *page, const struct stanza_report *s)
{
	const struct rule *stanza = s->stanza;
	bool is_rule = stanza->stanza == STANZA_RULE;

	if (s->ignored != NULL)
		add_word(page, "ignored", VETOED);
	else if (s->decision == DECIDED_HOLDS)
		add_word(page, is_rule ? "matched" : "holds", MATCHED);
	else
		add_word(page, s->decision == DECIDED_MATCH ? "not" : "vetoed",
		    s->decision == DECIDED_MATCH ? FAINT : VETOED);
	add_name(page, stanza);
	if (s->ignored != NULL) {
		buf_text(page->out, ": by ignore ");
		add_name(page, s->ignored);
	} else if (s->decision == DECIDED_HOLDS && is_rule) {
		buf_printf(page->out, ", level %s", level_name(stanza->level));
		if (stanza->at_least > 1)
			buf_printf(page->out, ", told from %" PRIu64
			    " of them on", stanza->at_least);
	}
	buf_text(page->out, decision_text(s->decision));
	buf_byte(page->out, '\n');
	for (size_t i = 0; i < s->condition_count; i++)
		add_condition(page, i < s->own_count || s->ignored == NULL ?
		    stanza : s->ignored,
		    &page->ex->conditions[s->condition + i]);
}

/* ---- the service ---- */

static void
add_namer(struct page *page)
{
	const struct explanation *ex = page->ex;
	const struct rule *naming = ex->naming;

	switch (ex->namer) {
	case NAMER_OPTION:
		buf_text(page->out, "said by -s");
		break;
	case NAMER_RULE:
	case NAMER_NAMING:
		buf_text(page->out, ex->namer == NAMER_RULE ? "by rule " :
		    "by naming ");
		add_name(page, naming);
		if (naming->service == NULL) {
			buf_text(page->out, ", the capture (?<service>)");
			break;
		}
		buf_text(page->out, ", service ");
		verdict_excerpt(page->out, service_value(naming->service));
		break;
	case NAMER_GROUP:
		buf_text(page->out, "the log group, nothing else names it");
		break;
	case NAMER_STREAM:
		buf_text(page->out, "the log stream, nothing else names it");
		break;
	case NAMER_NOTHING:
		buf_text(page->out, "nothing names it (-g says the group)");
		break;
	}
}

static void
add_service(struct page *page)
{
	const struct explanation *ex = page->ex;

	add_word(page, "service", NULL);
	if (page->colour)
		buf_text(page->out, MATCHED);
	clean_line(page->out, ex->service);
	if (page->colour)
		buf_text(page->out, AS_BEFORE);
	buf_text(page->out, "\n" MARGIN "  ");
	add_namer(page);
	buf_byte(page->out, '\n');
	if (ex->level == LEVEL_WARN)
		buf_text(page->out, MARGIN "  level warn: told only with "
		    "--level warn\n");
}

void
explanation_text(struct buf *out, const struct explanation *explanation,
    bool colour)
{
	const struct explanation *ex = explanation;
	struct page page = { out, ex, colour };

	buf_printf(out, "record %" PRIu64 ": ", ex->number);
	time_print(out, ex->record->time_ms);
	buf_byte(out, '\n');
	add_origin(&page);
	add_message(&page);
	for (size_t i = 0; i < ex->stanza_count; i++)
		add_stanza(&page, &ex->stanzas[i]);
	if (ex->stanza_count == 0) {
		add_word(&page, "nothing", FAINT);
		buf_text(out, "no match line of any rule holds\n");
	}
	if (ex->matched && ex->stanza_count > 0 &&
	    stanza_report_holds(&ex->stanzas[0]))
		add_service(&page);
}
