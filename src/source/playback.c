/* SPDX-License-Identifier: GPL-2.0-only */
/* What the datagrams of a recording mean. */
#include "source/playback.h"

#include "fact/finding.h"
#include "fact/owner.h"
#include "source/ctmsg.h"
#include "source/rtaddr.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "health.h"

void playback_init(struct playback *p, const struct source_sink *sink,
		   struct health *health)
{
	memset(p, 0, sizeof(*p));
	p->health = health;
	p->capture.sink = sink;
}

static void play_flow(struct playback *p, const struct nlmsghdr *nlh,
		      uint64_t now_ns)
{
	const struct source_sink *sink = p->capture.sink;
	struct sample sample;
	int dump = CAPTURE_ANSWER;

	if (ctmsg_parse(nlh, &sample)) {
		p->n_damaged++;
		return;
	}
	if (nlh->nlmsg_flags & NLM_F_MULTI) {
		dump = p->has_marks ? capture_find(&p->capture, nlh)
				    : capture_entry(&p->capture, nlh, now_ns);
		if (dump == CAPTURE_FOREIGN) {
			p->n_skipped++;
			return;
		}
		sample.kind = dump >= 0 ? SAMPLE_DUMP : SAMPLE_GET;
	} else {
		counter_add(&p->health->events, 1);
	}
	sample.dump = dump >= 0 ? (uint8_t)dump : 0;
	sample.mono_ns = now_ns;
	sample.raw = nlh;
	sink->sample(sink->ctx, &sample);
}

static void play_netfilter(struct playback *p, const struct nlmsghdr *nlh,
			   uint64_t now_ns)
{
	if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR) {
		if (!p->has_marks)
			capture_done(&p->capture, nlh, now_ns);
	} else if (nlh->nlmsg_flags & NLM_F_REQUEST) {
		if (!p->has_marks)
			capture_request(&p->capture, nlh);
	} else if (ctmsg_is_flow(nlh)) {
		play_flow(p, nlh, now_ns);
	} else {
		p->n_skipped++;
	}
}

static void play_route(struct playback *p, const struct nlmsghdr *nlh)
{
	const struct source_sink *sink = p->capture.sink;
	struct own_addr addr;
	bool is_added;

	if (nlh->nlmsg_flags & NLM_F_REQUEST)
		return;
	if (nlh->nlmsg_type != RTM_NEWADDR && nlh->nlmsg_type != RTM_DELADDR)
		p->n_skipped++;
	else if (rtaddr_parse(nlh, &addr, &is_added))
		p->n_damaged++;
	else
		sink->own_addr(sink->ctx, &addr, is_added, nlh);
}

static void play_gone(struct playback *p, const struct mark *mark,
		      uint64_t now_ns)
{
	const struct source_sink *sink = p->capture.sink;
	struct sample sample;

	if (mark_to_gone(mark, &sample)) {
		p->n_damaged++;
		return;
	}
	sample.mono_ns = now_ns;
	sink->sample(sink->ctx, &sample);
}

/* Up to 146 years either way; no sum of ours overflows. */
static void play_clock(struct playback *p, const struct mark *mark)
{
	const uint64_t limit_ns = UINT64_MAX / 4;
	uint64_t offset_ns = mark_word(mark, 0, 0);

	if (offset_ns + limit_ns <= 2 * limit_ns)
		p->offset_ns = offset_ns;
}

static void play_lost(struct playback *p, const struct mark *mark)
{
	const struct source_sink *sink = p->capture.sink;
	uint64_t n = mark_word(mark, 0, 0);

	sink->lost(sink->ctx, n <= UINT32_MAX ? n : 0);
}

static void forget_procs(struct playback *p)
{
	for (uint32_t i = 0; i <= MARK_PROCS; i++) {
		proc_fact_put(p->proc[i]);
		p->proc[i] = NULL;
	}
}

static void tell_proc(struct playback *p, const struct proc_fact *proc,
		      enum owner_fact_kind kind)
{
	const struct source_sink *sink = p->capture.sink;
	const struct owner_fact fact = { .fact = (uint8_t)kind, .proc = proc };

	sink->owner(sink->ctx, NULL, 0, &fact);
}

static void play_proc(struct playback *p, const struct mark *mark)
{
	struct proc_fact *proc = proc_fact_new();
	uint32_t number;
	bool has_ended;

	if (!proc || mark_to_proc(mark, &number, proc, &has_ended)) {
		proc_fact_put(proc);
		p->n_damaged++;
		return;
	}
	proc_fact_put(p->proc[number]);
	p->proc[number] = proc;
	tell_proc(p, proc, FACT_PROC);
	if (has_ended)
		tell_proc(p, proc, FACT_PROC_ENDED);
}

static void play_proc_ended(struct playback *p, const struct mark *mark)
{
	const struct proc_fact *proc = p->proc[mark_number(mark)];

	if (proc)
		tell_proc(p, proc, FACT_PROC_ENDED);
	else
		p->n_damaged++;
}

static void play_owner(struct playback *p, const struct mark *mark)
{
	const struct source_sink *sink = p->capture.sink;
	struct owner_fact fact;
	struct sample sample;
	uint32_t number;

	if (mark_to_owner(mark, &sample, &fact, &number) ||
	    (number && !p->proc[number])) {
		p->n_damaged++;
		return;
	}
	fact.proc = p->proc[number];
	sink->owner(sink->ctx, &sample.key, sample.id, &fact);
}

static void play_name(struct playback *p, const struct mark *mark)
{
	const struct learner *learner = p->capture.sink->learner;
	struct addr addr;
	const char *text;
	uint8_t family;
	size_t length;

	if (mark_to_name(mark, &addr, &family, &text, &length))
		p->n_damaged++;
	else if (learner)
		learner->name(learner->ctx, &addr, family, text, length);
}

static void play_place(struct playback *p, const struct mark *mark)
{
	const struct learner *learner = p->capture.sink->learner;
	char texts[3][MARK_PLACE_TEXT];
	struct place place;
	struct addr addr;
	uint8_t family;

	if (mark_to_place(mark, &addr, &family, &place, texts))
		p->n_damaged++;
	else if (learner)
		learner->place(learner->ctx, &addr, family, &place);
}

static void play_mark(struct playback *p, const struct nlmsghdr *nlh,
		      uint64_t now_ns)
{
	struct capture *capture = &p->capture;
	struct mark mark;

	if (mark_decode(nlh, &mark)) {
		p->n_skipped++;
		return;
	}
	switch (mark.kind) {
	case MARK_START:
		/* What stood before it was no recording of ours. */
		capture_abort(capture);
		forget_procs(p);
		p->has_marks = true;
		p->offset_ns = 0;
		break;
	case MARK_CLOCK:
		play_clock(p, &mark);
		break;
	case MARK_DUMP_BEGIN:
		capture_begin(capture, mark_word(&mark, 0, MAX_DUMPS),
			      mark_word(&mark, 1, 0) == 1);
		break;
	case MARK_DUMP_BIND:
		capture_bind(capture, mark_word(&mark, 0, MAX_DUMPS),
			     (uint32_t)mark_word(&mark, 1, 0),
			     (uint32_t)mark_word(&mark, 2, 0));
		break;
	case MARK_DUMP_END:
		capture_end(capture, mark_word(&mark, 0, MAX_DUMPS),
			    mark_word(&mark, 1, 0) == 1);
		break;
	case MARK_GONE:
		play_gone(p, &mark, now_ns);
		break;
	case MARK_PROC:
		play_proc(p, &mark);
		break;
	case MARK_OWNER:
		play_owner(p, &mark);
		break;
	case MARK_PROC_ENDED:
		play_proc_ended(p, &mark);
		break;
	case MARK_NAME:
		play_name(p, &mark);
		break;
	case MARK_PLACE:
		play_place(p, &mark);
		break;
	case MARK_LOST:
		play_lost(p, &mark);
		break;
	case MARK_HEALTH:
		mark_to_health(&mark, p->health);
		break;
	case MARK_END:
		p->has_end = true;
		break;
	default:
		p->n_skipped++;
	}
}

static void play_message(struct playback *p, int family,
			 const struct nlmsghdr *nlh, uint64_t now_ns)
{
	switch (family) {
	case NETLINK_NETFILTER:
		play_netfilter(p, nlh, now_ns);
		break;
	case NETLINK_ROUTE:
		play_route(p, nlh);
		break;
	case NETLINK_USERSOCK:
		play_mark(p, nlh, now_ns);
		break;
	default:
		p->n_skipped++;
	}
}

void playback_datagram(struct playback *p, int family, const void *data,
		       size_t size, uint64_t now_ns)
{
	const uint8_t *at = data;

	if (family != NETLINK_NETFILTER && family != NETLINK_ROUTE &&
	    family != NETLINK_USERSOCK) {
		p->n_skipped++;
		return;
	}
	while (size >= NLMSG_HDRLEN) {
		const struct nlmsghdr *nlh = (const void *)at;
		size_t step;

		if (nlh->nlmsg_len < NLMSG_HDRLEN || nlh->nlmsg_len > size) {
			p->n_damaged++;
			return;
		}
		play_message(p, family, nlh, now_ns);
		step = NLMSG_ALIGN(nlh->nlmsg_len);
		if (step >= size)
			return;
		at += step;
		size -= step;
	}
}

void playback_end(struct playback *p)
{
	capture_abort(&p->capture);
}

void playback_fini(struct playback *p)
{
	forget_procs(p);
}
