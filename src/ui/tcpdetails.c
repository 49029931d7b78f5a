// SPDX-License-Identifier: GPL-2.0-only
/* Lines of the pane about a connection of this machine, as TCP sees it. */
#include "fact/owner.h"
#include "lib/fmt.h"
#include "lib/str.h"
#include "ui/commands.h"
#include "ui/details.h"
#include "ui/pane.h"
#include "ui/panels.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>

/* "14.2ms", with three digits. */
static void time_text(char *text, size_t size, uint32_t us)
{
	double ms = us / 1000.0;

	if (us < 1000)
		str_printf(text, size, "%" PRIu32 "us", us);
	else if (us < 1000000)
		str_printf(text, size, "%.*fms",
			   ms < 10    ? 2
			   : ms < 100 ? 1
				      : 0,
			   ms);
	else
		str_printf(text, size, "%.2fs", ms / 1000);
}

static void put_rtt(struct words *words, const struct tcp_fact *fact,
		    bool is_long)
{
	char text[32];

	if (!(fact->has & TCP_HAS_RTT))
		return;
	time_text(text, sizeof(text), fact->rtt_us);
	words_add(words, "rtt %s", text);
	if (is_long && fact->has & TCP_HAS_MIN_RTT) {
		time_text(text, sizeof(text), fact->min_rtt_us);
		words_add(words, "min %s", text);
	}
	words_add(words, "cwnd %" PRIu32, fact->cwnd);
	if (is_long && fact->has & TCP_HAS_SEGMENTS && fact->segments)
		words_add(words, "retrans %" PRIu32 " (%.2f%%)", fact->retrans,
			  100.0 * fact->retrans / fact->segments);
	else
		words_add(words, "retrans %" PRIu32, fact->retrans);
}

static void put_control(struct words *words, const struct tcp_fact *fact)
{
	if (fact->cc[0])
		words_add(words, "%s", fact->cc);
	if (fact->has & TCP_HAS_RTT)
		words_add(words, "mss %" PRIu32, fact->mss);
}

static void put_delivery(struct words *words, const struct tcp_fact *fact)
{
	char text[CELL_TEXT_SIZE];

	if (!(fact->has & TCP_HAS_DELIVERY))
		return;
	fmt_rate(text, sizeof(text), (double)fact->delivery,
		 words->flags & CELL_BITS);
	words_add(words, "delivery %s%s", text,
		  !words_is_said(text)       ? ""
		  : words->flags & CELL_BITS ? "b/s"
					     : "B/s");
}

/* Of the connection that was asked for. */
static const struct tcp_answer *answer_of(const struct details *d)
{
	const struct pane_tcp *tcp = &d->scene->pane->tcp;
	struct tcp_ask ask;

	return row_socket(d->row, &ask) && tcp->has_answer &&
			       tcp_ask_equal(&tcp->ask, &ask)
		       ? &tcp->answer
		       : NULL;
}

/* Return: whether there are figures. Otherwise why not was said, if that is of
 * interest: a socket of another machine is not. */
static bool has_figures(const struct details *d, struct words *words)
{
	const struct tcp_answer *answer = answer_of(d);
	struct tcp_ask ask;

	if (answer && answer->has_fact)
		return true;
	if (!d->scene->pane->tcp.can_ask || d->row->is_closed ||
	    d->row->info.key.proto != IPPROTO_TCP)
		return false;
	if (d->row->info.owner == OWNER_OTHER_NETNS)
		words_add(words, "?  (socket in another network namespace)");
	else if (row_socket(d->row, &ask))
		words_add(words, "?%s",
			  answer ? "  (no such socket any more)" : "");
	return false;
}

bool details_tcp(const struct details *d, struct words *words)
{
	const struct tcp_fact *fact;
	bool is_long = d->shape != SHAPE_NARROW;

	if (!has_figures(d, words))
		return words->text[0];
	fact = &answer_of(d)->fact;
	/* In TIME-WAIT nothing is left of a socket but its addresses. */
	if (!fact->has) {
		words_add(words, "?  (the socket is closing)");
		return true;
	}
	put_rtt(words, fact, is_long);
	if (d->shape != SHAPE_TALL) {
		put_control(words, fact);
		if (is_long)
			put_delivery(words, fact);
		words_add(words, "(local socket)");
	}
	return true;
}

bool details_tcp_more(const struct details *d, struct words *words)
{
	const struct tcp_answer *answer = answer_of(d);

	if (!answer || !answer->has_fact || !answer->fact.has)
		return false;
	put_control(words, &answer->fact);
	put_delivery(words, &answer->fact);
	words_add(words, "(local socket)");
	return true;
}
