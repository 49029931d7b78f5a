/* SPDX-License-Identifier: GPL-2.0-only */
/* Which listing does a message belong to? */
#include "source/capture.h"

#include "lib/clock.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <string.h>

/* Its end was not captured, or its program does not read on. */
#define STALE_NS (10 * NS_PER_S)

static void begin(struct capture *c, int dump, enum dump_kind kind)
{
	c->listing[dump] = (struct captured_listing){
		.is_open = true,
		.is_full = kind == DUMP_FULL,
	};
	c->sink->dump_begin(c->sink->ctx, dump, kind);
}

static void end(struct capture *c, int dump, bool complete)
{
	if (!c->listing[dump].is_open)
		return;
	c->listing[dump].is_open = false;
	c->has_ended = true;
	c->has_whole |= complete && c->listing[dump].is_full;
	c->sink->dump_end(c->sink->ctx, dump, complete);
}

void capture_begin(struct capture *c, uint64_t dump, bool is_full)
{
	if (dump >= MAX_DUMPS)
		return;
	end(c, (int)dump, false);
	begin(c, (int)dump, is_full ? DUMP_FULL : DUMP_DELTA);
}

void capture_bind(struct capture *c, uint64_t dump, uint32_t pid, uint32_t seq)
{
	struct captured_listing *listing;

	if (dump >= MAX_DUMPS || !c->listing[dump].is_open)
		return;
	listing = &c->listing[dump];
	listing->is_bound = true;
	listing->pid = pid;
	listing->seq = seq;
}

void capture_end(struct capture *c, uint64_t dump, bool complete)
{
	if (dump < MAX_DUMPS)
		end(c, (int)dump, complete);
}

int capture_find(const struct capture *c, const struct nlmsghdr *nlh)
{
	for (int i = 0; i < MAX_DUMPS; i++) {
		const struct captured_listing *listing = &c->listing[i];

		if (listing->is_open && listing->is_bound &&
		    listing->pid == nlh->nlmsg_pid &&
		    listing->seq == nlh->nlmsg_seq)
			return i;
	}
	return CAPTURE_ANSWER;
}

static enum captured_request request_kind(const struct nlmsghdr *nlh)
{
	const size_t head = NLMSG_HDRLEN + sizeof(struct nfgenmsg);
	struct nfgenmsg nfg;

	switch (nlh->nlmsg_type) {
	case NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET:
	case NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET_CTRZERO:
		break;
	default:
		return REQUEST_OTHER;
	}
	if ((nlh->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		return REQUEST_GET;
	if (nlh->nlmsg_len < head)
		return REQUEST_SOME;
	memcpy(&nfg, (const uint8_t *)nlh + NLMSG_HDRLEN, sizeof(nfg));
	/* An attribute is a filter, as is the family. */
	if (nlh->nlmsg_len > head || nfg.nfgen_family != 0)
		return REQUEST_SOME;
	return REQUEST_ALL;
}

void capture_request(struct capture *c, const struct nlmsghdr *nlh)
{
	unsigned int i = c->n_requests++ % CAPTURE_REQUESTS;

	c->request[i].kind = request_kind(nlh);
	c->request[i].pid = nlh->nlmsg_pid;
	c->request[i].seq = nlh->nlmsg_seq;
}

static bool request_fits(const struct capture *c, int i,
			 const struct nlmsghdr *nlh)
{
	return c->request[i].kind != REQUEST_NONE &&
	       c->request[i].seq == nlh->nlmsg_seq &&
	       (!c->request[i].pid || c->request[i].pid == nlh->nlmsg_pid);
}

/*
 * What was asked for with this answer's number. Programs like the time as
 * sequence number and leave the port out, so several requests may fit: then
 * they have to agree.
 */
static enum captured_request asked(const struct capture *c,
				   const struct nlmsghdr *nlh)
{
	enum captured_request found = REQUEST_NONE;

	for (int i = 0; i < CAPTURE_REQUESTS; i++) {
		enum captured_request kind = c->request[i].kind;

		if (!request_fits(c, i, nlh))
			continue;
		if (found != REQUEST_NONE && found != kind)
			return REQUEST_SOME;
		found = kind;
	}
	return found;
}

/* A request is answered once: an end that comes after all must not mean that
 * the table is empty. */
static void forget_request(struct capture *c, const struct nlmsghdr *nlh)
{
	for (int i = 0; i < CAPTURE_REQUESTS; i++) {
		if (request_fits(c, i, nlh)) {
			c->request[i].kind = REQUEST_NONE;
			return;
		}
	}
}

/* Return: a free number; CAPTURE_ANSWER when too many listings run. */
static int make_room(struct capture *c, uint32_t pid, uint64_t now_ns)
{
	int found = CAPTURE_ANSWER;

	for (int i = 0; i < MAX_DUMPS; i++) {
		struct captured_listing *listing = &c->listing[i];

		/* The kernel runs one at a time on a socket. */
		if (listing->is_open && (listing->pid == pid ||
					 now_ns - listing->last_ns > STALE_NS))
			end(c, i, false);
		if (!listing->is_open)
			found = i;
	}
	return found;
}

static int open_listing(struct capture *c, const struct nlmsghdr *nlh,
			bool is_trusted, uint64_t now_ns)
{
	int dump = make_room(c, nlh->nlmsg_pid, now_ns);

	if (dump < 0)
		return dump;
	forget_request(c, nlh);
	begin(c, dump, DUMP_FULL);
	capture_bind(c, (uint64_t)dump, nlh->nlmsg_pid, nlh->nlmsg_seq);
	c->listing[dump].is_trusted = is_trusted;
	c->listing[dump].last_ns = now_ns;
	return dump;
}

int capture_entry(struct capture *c, const struct nlmsghdr *nlh,
		  uint64_t now_ns)
{
	const uint16_t partial = NLM_F_DUMP_INTR | NLM_F_DUMP_FILTERED;
	int dump = capture_find(c, nlh);

	if (dump < 0) {
		switch (asked(c, nlh)) {
		case REQUEST_GET:
			return CAPTURE_ANSWER;
		case REQUEST_OTHER:
			return CAPTURE_FOREIGN;
		case REQUEST_ALL:
			dump = open_listing(c, nlh, true, now_ns);
			break;
		case REQUEST_SOME:
		case REQUEST_NONE:
			dump = open_listing(c, nlh, false, now_ns);
			break;
		}
		if (dump < 0)
			return dump;
	}
	c->listing[dump].last_ns = now_ns;
	if (nlh->nlmsg_flags & partial)
		c->listing[dump].is_trusted = false;
	return dump;
}

void capture_done(struct capture *c, const struct nlmsghdr *nlh,
		  uint64_t now_ns)
{
	int dump = capture_find(c, nlh);
	int32_t error = 0;

	if (nlh->nlmsg_len >= NLMSG_HDRLEN + sizeof(error))
		memcpy(&error, (const uint8_t *)nlh + NLMSG_HDRLEN,
		       sizeof(error));
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (dump >= 0 && error)
			end(c, dump, false);
		else if (error)
			forget_request(c, nlh);
		return;
	}
	/* A listing of an empty table is nothing but its end. */
	if (dump < 0 && !error && asked(c, nlh) == REQUEST_ALL)
		dump = open_listing(c, nlh, true, now_ns);
	if (dump < 0)
		return;
	if (error || nlh->nlmsg_flags & (NLM_F_DUMP_INTR | NLM_F_DUMP_FILTERED))
		c->listing[dump].is_trusted = false;
	end(c, dump, c->listing[dump].is_trusted);
}

void capture_abort(struct capture *c)
{
	for (int i = 0; i < MAX_DUMPS; i++)
		end(c, i, false);
}
