/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which listing does a message belong to?
 *
 * In our own recordings marks say so. A capture of a netlink monitor device
 * has only what went over the sockets, of every program and of both
 * directions: a listing is known by the port and sequence number of its
 * answers, and it is trusted to be whole only when its request was captured
 * too, and asked for everything. A listing that is trusted wrongly would
 * remove flows that live; one that is not trusted leaves some that are gone.
 */
#ifndef FLOWTOP_SOURCE_CAPTURE_H
#define FLOWTOP_SOURCE_CAPTURE_H

#include "source/source.h"

#include <stdbool.h>
#include <stdint.h>

#define CAPTURE_REQUESTS 32

enum captured_request {
	REQUEST_NONE,
	REQUEST_GET,   /* about one flow */
	REQUEST_ALL,   /* for the whole table */
	REQUEST_SOME,  /* for a listing of a part of it */
	REQUEST_OTHER, /* anything else: not about the table */
};

struct captured_listing {
	bool is_open;
	bool is_full;
	bool is_trusted;
	bool is_bound; /* pid and seq are known */
	uint32_t pid, seq;
	uint64_t last_ns; /* its last message */
};

struct capture {
	const struct source_sink *sink;
	struct captured_listing listing[MAX_DUMPS];
	struct {
		enum captured_request kind;
		uint32_t pid, seq;
	} request[CAPTURE_REQUESTS];
	unsigned int n_requests; /* ever seen; older ones are overwritten */
	bool has_ended;          /* a listing did; whoever looks resets it */
	bool has_whole;          /* there was a full and complete one */
};

/* What capture_entry() says instead of the number of a listing. */
enum { CAPTURE_ANSWER = -1, CAPTURE_FOREIGN = -2 };

/** capture_begin, capture_bind, capture_end - as the marks tell. */
void capture_begin(struct capture *capture, uint64_t dump, bool is_full);
void capture_bind(struct capture *capture, uint64_t dump, uint32_t pid,
		  uint32_t seq);
void capture_end(struct capture *capture, uint64_t dump, bool complete);

/** capture_find - the open listing of an answer, or CAPTURE_ANSWER. */
int capture_find(const struct capture *capture, const struct nlmsghdr *nlh);

/** capture_request - a program asked the kernel for something. */
void capture_request(struct capture *capture, const struct nlmsghdr *nlh);

/**
 * capture_entry - an entry with NLM_F_MULTI, without marks
 *
 * Begins a listing when need be.
 * Return: its number; CAPTURE_ANSWER it answers a question about one flow, or
 * too many listings run; CAPTURE_FOREIGN it is not from the table.
 */
int capture_entry(struct capture *capture, const struct nlmsghdr *nlh,
		  uint64_t now_ns);

/** capture_done - NLMSG_DONE or NLMSG_ERROR, without marks. */
void capture_done(struct capture *capture, const struct nlmsghdr *nlh,
		  uint64_t now_ns);

/** capture_abort - no listing that is open will end. */
void capture_abort(struct capture *capture);

#endif
