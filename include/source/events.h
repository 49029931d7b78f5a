/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event socket: what the kernel tells by itself.
 *
 * Waking up for each event costs 2 us and more, on both sides; taking 64 at a
 * time costs a third of it. So after a large batch the socket rests for
 * EVENT_REST_NS before it is looked at again.
 */
#ifndef FLOWTOP_SOURCE_EVENTS_H
#define FLOWTOP_SOURCE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

struct source_sink;

#define EVENT_REST_NS 2000000ULL

struct event_socket {
	int fd;
	uint64_t rest_until_ns;
	uint32_t drops;   /* SO_MEMINFO's counter when last read */
	bool is_overrun;  /* lost some; not yet drained to empty */
	bool is_drained;  /* the last drain emptied the queue */
	uint64_t n_taken; /* messages so far */
	struct event_batch *batch;
};

/**
 * event_socket_open - bind to the conntrack event groups
 * @rcvbuf: bytes wanted
 *
 * Return: 0 or negative errno (-EPERM without CAP_NET_ADMIN).
 */
int event_socket_open(struct event_socket *events, unsigned int rcvbuf);
void event_socket_close(struct event_socket *events);

/** event_socket_granted - size of the receive buffer that was granted. */
unsigned int event_socket_granted(const struct event_socket *events);

/**
 * event_rcvbuf_try - size of the receive buffer that would be granted
 * @rcvbuf: bytes wanted
 *
 * No listener comes of it, so the kernel makes no events for it. 0: no socket.
 */
unsigned int event_rcvbuf_try(unsigned int rcvbuf);

/**
 * event_socket_drain - take events until the queue is empty or @deadline_ns
 * @sink: gets them; NULL throws them away
 * @now_ns: stamped on the samples
 *
 * Return: 0, or negative errno when the socket is of no use any more.
 */
int event_socket_drain(struct event_socket *events,
		       const struct source_sink *sink, uint64_t now_ns,
		       uint64_t deadline_ns);

/**
 * event_socket_lost - events lost since the last call, by the kernel's count
 *
 * It sees also what never gave an ENOBUFS.
 */
uint32_t event_socket_lost(struct event_socket *events);

#endif
