// SPDX-License-Identifier: GPL-2.0-only
/* The status row in words. */
#include "ui/status.h"

#include "lib/clock.h"
#include "lib/str.h"
#include "net/proto.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FULL_PERCENT 80 /* a table as full as this deserves a warning */
#define LOST_SHOWN_NS (10 * NS_PER_S)

__attribute__((format(printf, 2, 3))) static void warn(struct status *status,
						       const char *format, ...)
{
	va_list ap;

	if (status->n_warnings == STATUS_PARTS)
		return;
	va_start(ap, format);
	vsnprintf(status->warning[status->n_warnings++], STATUS_TEXT, format,
		  ap);
	va_end(ap);
}

static void check_table(struct status *status, const struct health *health)
{
	uint64_t n = counter_get(&health->n_kernel);
	uint64_t max = counter_get(&health->max_kernel);

	status->is_empty = n == 0;
	status->table_percent = HEALTH_UNKNOWN;
	if (n == HEALTH_UNKNOWN || max == HEALTH_UNKNOWN || !max)
		return;
	status->table_percent = (uint64_t)((double)n * 100 / (double)max);
	if (status->table_percent >= FULL_PERCENT)
		warn(status,
		     "conntrack table %" PRIu64 "%% full (%" PRIu64 "/%" PRIu64
		     "): new flows will drop",
		     status->table_percent, n, max);
}

static void check_events(struct status *status, const struct health *health,
			 uint64_t now_ns)
{
	uint64_t lost = counter_get(&health->lost);
	uint64_t lost_ns = counter_get(&health->lost_ns);
	uint64_t ago_s = now_ns > lost_ns ? (now_ns - lost_ns) / NS_PER_S : 0;

	status->lost = lost == HEALTH_UNKNOWN ? 0 : lost;
	if (status->lost && lost_ns && lost_ns != HEALTH_UNKNOWN &&
	    now_ns < lost_ns + LOST_SHOWN_NS)
		warn(status,
		     "events lost %" PRIu64 "s ago (%" PRIu64
		     " in all): reading again",
		     ago_s, lost);
	if (counter_get(&health->poll_mode) == 1)
		warn(status, "too many events: listings only");
}

static void check_flows(struct status *status, const struct health *health,
			uint64_t interval_ns)
{
	uint64_t rejected = counter_get(&health->n_rejected);
	uint64_t sweep_ns = counter_get(&health->sweep_ns);

	if (counter_get(&health->acct) == 0)
		warn(status, "byte counters are off (nf_conntrack_acct=0): "
			     "RX TX show ?");
	if (counter_get(&health->kernel_events) == 0)
		warn(status, "events are off (nf_conntrack_events=0): "
			     "listings only");
	if (rejected && rejected != HEALTH_UNKNOWN)
		warn(status, "%" PRIu64 " flows not stored (--max-flows)",
		     rejected);
	if (sweep_ns != HEALTH_UNKNOWN && sweep_ns > interval_ns)
		warn(status, "sweep %.1fs", (double)sweep_ns / 1e9);
}

void status_read(struct status *status, const struct health *health,
		 uint64_t now_ns, uint64_t interval_ns)
{
	uint64_t complete_ns = counter_get(&health->complete_ns);

	*status = (struct status){
		.is_complete = complete_ns && complete_ns != HEALTH_UNKNOWN,
	};
	check_table(status, health);
	check_events(status, health, now_ns);
	check_flows(status, health, interval_ns);
	if (counter_get(&health->at_end) == 1)
		warn(status, "end of recording");
}

/* Parts of a line: added as long as they fit, the first in any case. */
struct line {
	char *text;
	size_t size;
	size_t width;
};

static bool line_add(struct line *line, const char *part)
{
	size_t n = strlen(line->text);
	size_t gap = n > 1 ? 2 : 0;

	if (gap && n + gap + strlen(part) > line->width)
		return false;
	return str_printf(line->text + n, line->size - n, "%*s%s", (int)gap, "",
			  part);
}

static void hidden(struct line *line, uint64_t n, const char *what)
{
	char part[STATUS_TEXT];

	if (!n)
		return;
	str_printf(part, sizeof(part), "+%" PRIu64 " %s hidden", n, what);
	line_add(line, part);
}

static const char *kind_name(uint8_t hide)
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

/* Room that is kept for "  +9 more". */
#define MORE_CELLS 9

void status_warning(const struct status *status, int width, char *text,
		    size_t size)
{
	struct line line = { text, size, 0 };
	size_t room = width > 0 ? (size_t)width : 0;
	char more[24];
	int n = 0;

	text[0] = '\0';
	if (!status->n_warnings)
		return;
	str_printf(text, size, " ! %s", status->warning[n++]);
	while (n < status->n_warnings) {
		bool is_last = n + 1 == status->n_warnings;

		line.width =
			is_last || room < MORE_CELLS ? room : room - MORE_CELLS;
		if (!line_add(&line, status->warning[n]))
			break;
		n++;
	}
	line.width = room;
	str_printf(more, sizeof(more), "+%d more", status->n_warnings - n);
	if (n < status->n_warnings)
		line_add(&line, more);
}

static void line_numbers(struct line *line, const struct status *status)
{
	char part[STATUS_TEXT] = "table ?";

	if (status->table_percent != HEALTH_UNKNOWN)
		str_printf(part, sizeof(part), "table %" PRIu64 "%%",
			   status->table_percent);
	line_add(line, part);
	str_printf(part, sizeof(part), "lost %" PRIu64, status->lost);
	line_add(line, part);
}

void status_line(const struct status *status, const struct view_frame *frame,
		 const struct filter_config *filter, int width, char *text,
		 size_t size)
{
	const struct view_totals *totals = &frame->totals;
	struct line line = { text, size, width > 0 ? (size_t)width : 0 };
	char part[STATUS_TEXT];

	status_warning(status, width, text, size);
	if (!text[0])
		str_copy(text, size, " ");
	str_printf(part, sizeof(part), "%" PRIu64 " of %zu flows",
		   totals->shown.n, frame->n_flows);
	line_add(&line, part);
	for (size_t i = 0; i < n_proto_groups; i++) {
		int bit = __builtin_ctz(proto_groups[i].group);

		hidden(&line, totals->group_hidden[bit], proto_groups[i].name);
	}
	hidden(&line, totals->n_family,
	       filter->families & SHOW_IPV4 ? "IPv6" : "IPv4");
	line_numbers(&line, status);
	hidden(&line, totals->n_kind, kind_name(filter->hide));
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
