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
#define WARNING_NS (5 * NS_PER_S) /* time to read it */

__attribute__((format(printf, 3, 4))) static void warn(struct status *status,
						       enum warning which,
						       const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(status->warning[which], STATUS_TEXT, format, ap);
	va_end(ap);
	status->n_warnings++;
}

static void check_table(struct status *status, const struct health *health)
{
	uint64_t n = counter_get(&health->n_kernel);
	uint64_t max = counter_get(&health->max_kernel);

	status->n_kernel = n;
	status->max_kernel = max;
	status->n_sockets = counter_get(&health->n_sockets);
	status->is_empty = n == 0;
	status->has_module = n != HEALTH_UNKNOWN;
	status->is_tracking = counter_get(&health->tracking) == 1;
	status->table_percent = HEALTH_UNKNOWN;
	if (n == HEALTH_UNKNOWN || max == HEALTH_UNKNOWN || !max)
		return;
	status->table_percent = (uint64_t)((double)n * 100 / (double)max);
	if (status->table_percent >= FULL_PERCENT)
		warn(status, WARNING_TABLE,
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
	bool is_reread = counter_get(&health->reread_ns) > lost_ns;

	status->lost = lost == HEALTH_UNKNOWN ? 0 : lost;
	if (status->lost && lost_ns && lost_ns != HEALTH_UNKNOWN &&
	    now_ns < lost_ns + LOST_SHOWN_NS)
		warn(status, WARNING_LOST,
		     "%" PRIu64 " events lost %" PRIu64 "s ago, %s", lost,
		     ago_s,
		     is_reread ? "table re-read: counts are right"
			       : "reading the table again");
	if (counter_get(&health->poll_mode) == 1)
		warn(status, WARNING_POLL, "too many events: listings only");
}

uint64_t status_uncounted(const struct health *health,
			  const struct view_sums *sums)
{
	/* The kernel decides at the first packet, for good. */
	if (counter_get(&health->acct) == 0)
		return sums->n_uncounted;
	return sums->n_uncounted - sums->n_awaited;
}

/* A few old flows among many are a number; most of them are a warning. */
static void check_counters(struct status *status, const struct health *health,
			   const struct view_sums *all)
{
	uint64_t n = status_uncounted(health, all);
	const char *s = n == 1 ? "" : "s", *have = n == 1 ? "has" : "have";

	status->n_uncounted = n;
	if (counter_get(&health->acct) == 0 && n == all->n)
		warn(status, WARNING_COUNTERS,
		     "byte counters are off (nf_conntrack_acct=0): "
		     "RX TX show ?");
	else if (counter_get(&health->acct) == 0)
		warn(status, WARNING_COUNTERS,
		     "new flows are not counted (nf_conntrack_acct=0): "
		     "%" PRIu64 " of %" PRIu64 " show ?",
		     n, all->n);
	else if (n && n >= all->n - n)
		warn(status, WARNING_COUNTERS,
		     "%" PRIu64 " flow%s older than flowtop %s no counters%s",
		     n, s, have, n == all->n ? ": RX TX show ?" : "");
}

static void check_flows(struct status *status, const struct health *health,
			uint64_t interval_ns)
{
	uint64_t rejected = counter_get(&health->n_rejected);
	uint64_t sweep_ns = counter_get(&health->sweep_ns);

	if (counter_get(&health->kernel_events) == 0)
		warn(status, WARNING_EVENTS,
		     "events are off (nf_conntrack_events=0): listings only");
	if (rejected && rejected != HEALTH_UNKNOWN)
		warn(status, WARNING_REJECTED,
		     "%" PRIu64 " flows not stored (--max-flows)", rejected);
	if (sweep_ns != HEALTH_UNKNOWN && sweep_ns > interval_ns)
		status->sweep_ns = sweep_ns;
}

void status_read(struct status *status, const struct health *health,
		 const struct view_sums *all, uint64_t now_ns,
		 uint64_t interval_ns)
{
	uint64_t complete_ns = counter_get(&health->complete_ns);

	*status = (struct status){
		.is_complete = complete_ns && complete_ns != HEALTH_UNKNOWN,
		.new_rate = -1,
		.end_rate = -1,
	};
	check_table(status, health);
	check_events(status, health, now_ns);
	check_counters(status, health, all);
	check_flows(status, health, interval_ns);
	if (counter_get(&health->at_end) == 1)
		warn(status, WARNING_END, "end of recording");
}

/* "3s ago" is true only at the moment when it is shown. */
static void tell_change(const char *text, bool is_over, status_fn tell,
			void *ctx)
{
	const char *ago = strstr(text, "s ago");
	const char *from = ago;
	char said[STATUS_TEXT];

	if (!ago) {
		tell(ctx, text, is_over);
		return;
	}
	while (from > text &&
	       (from[-1] == ' ' || (from[-1] >= '0' && from[-1] <= '9')))
		from--;
	str_printf(said, sizeof(said), "%.*s%s", (int)(from - text), text,
		   ago + strlen("s ago"));
	tell(ctx, said, is_over);
}

static void remember_warning(struct warning_memory *memory, char *text,
			     struct status *status, uint64_t now_ns,
			     status_fn tell, void *ctx)
{
	if (text[0]) {
		if (!memory->since_ns) {
			memory->since_ns = now_ns;
			tell_change(text, false, tell, ctx);
		}
		str_copy(memory->text, STATUS_TEXT, text);
	} else if (memory->since_ns && now_ns < memory->since_ns + WARNING_NS) {
		str_copy(text, STATUS_TEXT, memory->text);
		status->n_warnings++;
	} else if (memory->since_ns) {
		memory->since_ns = 0;
		tell_change(memory->text, true, tell, ctx);
	}
}

/* New and ended flows per second, over a second at least. */
static void remember_rates(struct status_memory *memory,
			   const struct health *health, uint64_t now_ns)
{
	uint64_t n_new = counter_get(&health->new_flows);
	uint64_t n_ended = counter_get(&health->ended_flows);
	double s = (double)(now_ns - memory->counted_ns) / 1e9;

	if (memory->counted_ns && s < 0.95)
		return;
	memory->new_rate = memory->end_rate = -1;
	if (memory->counted_ns && n_new >= memory->n_new &&
	    n_ended >= memory->n_ended) {
		memory->new_rate = (double)(n_new - memory->n_new) / s;
		memory->end_rate = (double)(n_ended - memory->n_ended) / s;
	}
	memory->counted_ns = now_ns;
	memory->n_new = n_new;
	memory->n_ended = n_ended;
}

void status_remember(struct status_memory *memory, struct status *status,
		     const struct health *health, uint64_t now_ns,
		     status_fn tell, void *ctx)
{
	for (int i = 0; i < WARNINGS; i++)
		remember_warning(&memory->warning[i], status->warning[i],
				 status, now_ns, tell, ctx);
	/* The first reading of the table is not news. */
	if (status->is_complete)
		remember_rates(memory, health, now_ns);
	status->new_rate = memory->counted_ns ? memory->new_rate : -1;
	status->end_rate = memory->counted_ns ? memory->end_rate : -1;
	if (!status->is_empty)
		memory->empty_ns = 0;
	else if (!memory->empty_ns)
		memory->empty_ns = now_ns;
}

/* Parts of a line: added as long as they fit, the first in any case. */
struct line {
	char *text;
	size_t size;
	size_t width;
	bool has_keys; /* says which key brings what is hidden */
	bool is_cut;   /* something did not fit */
};

static bool line_add(struct line *line, const char *part)
{
	size_t n = strlen(line->text);
	size_t gap = n > 1 ? 2 : 0;

	if (gap && n + gap + strlen(part) > line->width) {
		line->is_cut = true;
		return false;
	}
	return str_printf(line->text + n, line->size - n, "%*s%s", (int)gap, "",
			  part);
}

/* The same for what is not missed. */
static void line_try(struct line *line, const char *part)
{
	bool is_cut = line->is_cut;

	line_add(line, part);
	line->is_cut = is_cut;
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
	line_add(line, part);
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
	bool is_cut = line->is_cut;

	hidden(line, n, status_kind(hide), 0);
	line->is_cut = is_cut;
}

static const char *first_warning(const struct status *status)
{
	int i = 0;

	while (i < WARNINGS - 1 && !status->warning[i][0])
		i++;
	return status->warning[i];
}

/* Leave explanations out until @text fits. Return: whether it does. */
static bool shorten(char *text, size_t room)
{
	size_t n = strlen(text);

	while (n > room) {
		do
			n--;
		while (n && strncmp(text + n, ": ", 2) &&
		       strncmp(text + n, ", ", 2) &&
		       strncmp(text + n, " (", 2));
		if (!n)
			return false;
	}
	text[n] = '\0';
	return true;
}

/* " ! 1/3 text      ! shows all 3"; where that is too long, less text. */
void status_warning(const struct status *status, int width, char *text,
		    size_t size)
{
	const char *first = first_warning(status);
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
	line_add(line, part);
	str_printf(part, sizeof(part), "end %.0f/s", status->end_rate);
	line_add(line, part);
}

/* Return: whether there was room for it. */
static bool add_table(struct line *line, const struct status *status,
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
	/* Its warning comes first and says the same. */
	if (status->warning[WARNING_TABLE][0])
		return true;
	return line_add(line, part);
}

static void add_number(struct line *line, const char *what, uint64_t n)
{
	char part[STATUS_TEXT];

	if (!n)
		return;
	str_printf(part, sizeof(part), "%s %" PRIu64, what, n);
	line_add(line, part);
}

static void line_numbers(struct line *line, const struct status *status,
			 bool is_wide)
{
	char part[STATUS_TEXT];

	if (status->sweep_ns) {
		str_printf(part, sizeof(part), "sweep %.1fs",
			   (double)status->sweep_ns / 1e9);
		line_add(line, part);
	}
	if (is_wide)
		add_rates(line, status);
	else
		add_number(line, "uncounted", status->n_uncounted);
	/* That nothing is lost is the first thing that can be left out. */
	if (add_table(line, status, is_wide) && !status->lost)
		line_try(line, "lost 0");
	if (is_wide)
		add_number(line, "uncounted", status->n_uncounted);
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
}

bool status_line(const struct status *status, const struct view_frame *frame,
		 const struct filter_config *filter, int width, bool is_wide,
		 char *text, size_t size)
{
	const struct view_totals *totals = &frame->totals;
	struct line line = { .is_cut = true };
	char part[STATUS_TEXT];

	for (int keys = 1; keys >= 0 && line.is_cut; keys--) {
		line = (struct line){ text, size, width > 0 ? (size_t)width : 0,
				      keys, false };
		status_warning(status, width, text, size);
		if (!text[0])
			str_copy(text, size, " ");
		str_printf(part, sizeof(part), "%" PRIu64 " of %zu flows",
			   totals->shown.n, frame->n_flows);
		line_add(&line, part);
		add_number(&line, "lost", status->lost);
		line_hidden(&line, totals, filter);
		line_numbers(&line, status, is_wide);
		hidden_kind(&line, totals->n_kind, filter->hide);
	}
	return !line.is_cut;
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
