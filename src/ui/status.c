// SPDX-License-Identifier: GPL-2.0-only
/* What the status row is made of. */
#include "ui/status.h"

#include "lib/clock.h"
#include "lib/str.h"

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
	/* The half of a table has another number. */
	if (!status->is_complete)
		return;
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
	if (status->warning[WARNING_COUNTERS][0] &&
	    counter_get(&health->acct) != 0)
		str_printf(status->brief, STATUS_TEXT, "%" PRIu64 " uncounted",
			   n);
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
		.is_complete = complete_ns && complete_ns <= now_ns,
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

int status_first(const struct status *status)
{
	int i = 0;

	while (i < WARNINGS - 1 && !status->warning[i][0])
		i++;
	return i;
}

/* How long the same warning has been the one that is shown. */
static void remember_first(struct status_memory *memory, struct status *status,
			   uint64_t now_ns)
{
	int first = status_first(status);

	if (!status->warning[first][0])
		memory->first_ns = 0;
	else if (!memory->first_ns || memory->first != first)
		memory->first_ns = now_ns;
	memory->first = first;
	status->is_known =
		memory->first_ns && now_ns >= memory->first_ns + WARNING_NS;
}

void status_remember(struct status_memory *memory, struct status *status,
		     const struct health *health, uint64_t now_ns,
		     status_fn tell, void *ctx)
{
	for (int i = 0; i < WARNINGS; i++)
		remember_warning(&memory->warning[i], status->warning[i],
				 status, now_ns, tell, ctx);
	remember_first(memory, status, now_ns);
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
