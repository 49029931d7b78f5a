// SPDX-License-Identifier: GPL-2.0-only
/* The status row in words. */
#include "lib/fmt.h"
#include "lib/str.h"
#include "net/proto.h"
#include "ui/status.h"
#include "ui/title.h"

#include <inttypes.h>
#include <string.h>

/* Parts of a line, those of most weight first: added as long as they fit, the
 * first in any case, and nothing after one that does not. */
struct line {
	char *text;
	size_t size;
	size_t width;
	bool has_keys; /* says which key brings what is hidden */
	bool is_full;  /* something did not fit */
	enum status_left left;
};

static bool line_has_room(struct line *line, const char *part)
{
	size_t n = strlen(line->text);

	line->is_full |= n > 1 && n + 2 + strlen(part) > line->width;
	return !line->is_full;
}

/* For what is not missed. Return: whether there was room for it. */
static bool line_try(struct line *line, const char *part)
{
	size_t n = strlen(line->text);
	int gap = n > 1 ? 2 : 0;

	if (!line_has_room(line, part))
		return false;
	str_printf(line->text + n, line->size - n, "%*s%s", gap, "", part);
	return true;
}

/* For what is. */
static void line_add(struct line *line, const char *part, enum status_left kind)
{
	if (!line_try(line, part) && line->left < kind)
		line->left = kind;
}

/* @key: that shows them; 0: none does. */
static void hidden(struct line *line, uint64_t n, const char *what, char key)
{
	char part[STATUS_TEXT], letter[] = { key, '\0' };
	bool has_key = key && line->has_keys;

	if (!n)
		return;
	str_printf(part, sizeof(part), "+%" PRIu64 " %s hidden%s%s", n, what,
		   has_key ? ": " : "", has_key ? letter : "");
	line_add(line, part, STATUS_FLOWS);
}

const char *status_kind(uint8_t hide)
{
	switch (hide & (HIDE_LOOPBACK | HIDE_DNS)) {
	case HIDE_LOOPBACK:
		return "loopback";
	case HIDE_DNS:
		return "DNS";
	default:
		return "local";
	}
}

static void hidden_kind(struct line *line, uint64_t n, uint8_t hide)
{
	enum status_left left = line->left;

	hidden(line, n, status_kind(hide), 0);
	line->left = left;
}

/* It stands in front of the line. */
static bool is_first(const struct status *status, enum warning which)
{
	return status->warning[which][0] && status_first(status) == (int)which;
}

static bool is_separator(const char *text)
{
	return !strncmp(text, ": ", 2) || !strncmp(text, ", ", 2) ||
	       !strncmp(text, " (", 2);
}

static size_t first_part(const char *text)
{
	size_t n = 0;

	while (text[n] && !is_separator(text + n))
		n++;
	return n;
}

/* Leave explanations out until @text fits. Return: whether it does. */
static bool shorten(char *text, size_t room)
{
	size_t n = strlen(text);

	while (n > room) {
		do
			n--;
		while (n && !is_separator(text + n));
		if (!n)
			return false;
	}
	text[n] = '\0';
	return true;
}

/* " ! text" up to its first explanation: the rest has been read. */
void status_brief(const struct status *status, char *text, size_t size)
{
	int first = status_first(status);
	bool has_brief = first == WARNING_COUNTERS && status->brief[0];
	size_t n;

	text[0] = '\0';
	if (!status->n_warnings)
		return;
	if (status->n_warnings > 1)
		str_printf(text, size, " ! 1/%d ", status->n_warnings);
	else
		str_copy(text, size, " ! ");
	n = strlen(text);
	str_copy(text + n, size - n,
		 has_brief ? status->brief : status->warning[first]);
	text[n + first_part(text + n)] = '\0';
}

/* " ! 1/3 text      ! shows all 3"; where that is too long, less text. */
void status_warning(const struct status *status, int width, char *text,
		    size_t size)
{
	const char *first = status->warning[status_first(status)];
	char more[24] = "";
	size_t room = width > 0 ? (size_t)width : 0;
	size_t n;

	text[0] = '\0';
	if (!status->n_warnings)
		return;
	str_printf(text, size, " ! 1/%d %s", status->n_warnings, first);
	if (status->n_warnings > 1)
		str_printf(more, sizeof(more), "      ! shows all %d",
			   status->n_warnings);
	if (room > strlen(more) && shorten(text, room - strlen(more))) {
		n = strlen(text);
		str_copy(text + n, size - n, more);
	} else if (!shorten(text, room) && room) {
		text[room - 1] = '~';
		text[room] = '\0';
	}
}

static void add_rates(struct line *line, const struct status *status)
{
	char part[STATUS_TEXT];

	if (status->new_rate < 0)
		return;
	str_printf(part, sizeof(part), "new %.0f/s", status->new_rate);
	line_add(line, part, STATUS_NUMBERS);
	str_printf(part, sizeof(part), "end %.0f/s", status->end_rate);
	line_add(line, part, STATUS_NUMBERS);
}

static void add_table(struct line *line, const struct status *status,
		      bool is_wide)
{
	char part[STATUS_TEXT] = "table ?";

	if (status->table_percent != HEALTH_UNKNOWN && is_wide)
		str_printf(part, sizeof(part),
			   "table %" PRIu64 "/%" PRIu64 " %" PRIu64 "%%",
			   status->n_kernel, status->max_kernel,
			   status->table_percent);
	else if (status->table_percent != HEALTH_UNKNOWN)
		str_printf(part, sizeof(part), "table %" PRIu64 "%%",
			   status->table_percent);
	/* The warning says the same. */
	if (!is_first(status, WARNING_TABLE))
		line_add(line, part, STATUS_NUMBERS);
}

static void add_number(struct line *line, const char *what, uint64_t n,
		       enum status_left kind)
{
	char part[STATUS_TEXT];

	if (!n)
		return;
	str_printf(part, sizeof(part), "%s %" PRIu64, what, n);
	line_add(line, part, kind);
}

static void add_uncounted(struct line *line, const struct status *status)
{
	if (!is_first(status, WARNING_COUNTERS) || !status->brief[0])
		add_number(line, "uncounted", status->n_uncounted,
			   STATUS_NUMBERS);
}

static void add_names(struct line *line, const struct status *status)
{
	char part[STATUS_TEXT];

	if (status->has_names) {
		str_printf(part, sizeof(part), "names %u%%",
			   status->names_percent);
		line_try(line, part);
	}
	if (status->geo[0]) {
		str_printf(part, sizeof(part), "geo %s", status->geo);
		line_try(line, part);
	}
}

static void line_numbers(struct line *line, const struct status *status,
			 bool is_wide)
{
	char part[STATUS_TEXT];

	if (status->sweep_ns) {
		str_printf(part, sizeof(part), "sweep %.1fs",
			   (double)status->sweep_ns / 1e9);
		line_add(line, part, STATUS_NUMBERS);
	}
	if (is_wide)
		add_rates(line, status);
	else
		add_uncounted(line, status);
	add_table(line, status, is_wide);
	/* That nothing is lost is the first thing that can be left out. */
	if (!status->lost)
		line_try(line, "lost 0");
	if (is_wide)
		add_uncounted(line, status);
}

static void line_hidden(struct line *line, const struct view_totals *totals,
			const struct filter_config *filter)
{
	for (size_t i = 0; i < n_proto_groups; i++) {
		int bit = __builtin_ctz(proto_groups[i].group);

		hidden(line, totals->group_hidden[bit], proto_groups[i].name,
		       proto_groups[i].letter);
	}
	hidden(line, totals->n_family,
	       filter->families & SHOW_IPV4 ? "IPv6" : "IPv4", 'i');
	hidden(line, totals->n_idle, "idle", 'a');
	hidden(line, totals->n_owner, "of others", 0);
}

/* "5 of 248 flows", and what goes through those that a filter shows. */
static void add_flows(struct line *line, const struct status *status,
		      const struct view_frame *frame,
		      const struct filter_config *filter, bool is_wide)
{
	const struct view_sums *shown = &frame->totals.shown;
	bool is_known = !shown->n || shown->n_unrated < shown->n;
	const char *unit = status->is_bits ? "b/s" : "B/s";
	char part[STATUS_TEXT], rx[FMT_SIZE], tx[FMT_SIZE];
	size_t n;

	str_printf(part, sizeof(part), "%" PRIu64 " of %zu flows", shown->n,
		   frame->n_flows);
	if (!filter->match || !is_wide) {
		line_add(line, part, STATUS_FLOWS);
		return;
	}
	n = strlen(part);
	title_rate(rx, shown->rx, is_known, status->is_bits);
	title_rate(tx, shown->tx, is_known, status->is_bits);
	str_printf(part + n, sizeof(part) - n, ", RX %s%s  TX %s%s", rx, unit,
		   tx, unit);
	if (!line_has_room(line, part)) {
		line->is_full = false;
		part[n] = '\0';
	}
	line_add(line, part, STATUS_FLOWS);
}

/* @is_brief: the warning's first part only */
static enum status_left make_line(struct line *line,
				  const struct status *status,
				  const struct view_frame *frame,
				  const struct filter_config *filter,
				  bool is_wide, bool is_brief)
{
	if (is_brief)
		status_brief(status, line->text, line->size);
	else
		status_warning(status, (int)line->width, line->text,
			       line->size);
	if (!line->text[0])
		str_copy(line->text, line->size, " ");
	add_flows(line, status, frame, filter, is_wide);
	/* The warning says the same. */
	if (!is_first(status, WARNING_LOST))
		add_number(line, "lost", status->lost, STATUS_FLOWS);
	line_hidden(line, &frame->totals, filter);
	line_numbers(line, status, is_wide);
	hidden_kind(line, frame->totals.n_kind, filter->hide);
	if (is_wide)
		add_names(line, status);
	return line->left;
}

enum status_left status_line(const struct status *status,
			     const struct view_frame *frame,
			     const struct filter_config *filter, int width,
			     bool is_wide, char *text, size_t size)
{
	/* What is left out, one after the other. */
	static const struct {
		bool is_brief, has_keys;
	} forms[] = { { false, true },
		      { true, true },
		      { false, false },
		      { true, false } };
	enum status_left left = STATUS_FLOWS;

	for (size_t i = 0; left && i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct line line = { text,
				     size,
				     width > 0 ? (size_t)width : 0,
				     forms[i].has_keys,
				     false,
				     STATUS_ALL };

		if (forms[i].is_brief == status->is_known ||
		    (!forms[i].is_brief && forms[i].has_keys))
			left = make_line(&line, status, frame, filter, is_wide,
					 forms[i].is_brief);
	}
	return left;
}

bool status_protocols_short(const struct filter_config *filter, char *text,
			    size_t size)
{
	static const char *const families[] = {
		[0] = "none",
		[SHOW_IPV4] = "IPv4,all",
		[SHOW_IPV6] = "IPv6,all",
		[SHOW_BOTH] = "all",
	};

	if ((filter->groups & GROUP_ALL) != GROUP_ALL)
		return false;
	str_copy(text, size, families[filter->families & SHOW_BOTH]);
	return true;
}

void status_protocols(const struct filter_config *filter, char *text,
		      size_t size)
{
	size_t n;

	str_printf(text, size, "%s%s",
		   filter->families & SHOW_IPV4 ? ",IPv4" : "",
		   filter->families & SHOW_IPV6 ? ",IPv6" : "");
	for (size_t i = 0; i < n_proto_groups; i++) {
		n = strlen(text);
		if (filter->groups & proto_groups[i].group)
			str_printf(text + n, size - n, ",%s",
				   proto_groups[i].name);
	}
	/* without the first comma */
	n = strlen(text);
	if (n)
		memmove(text, text + 1, n);
}
