/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The collector: the only writer of flows, hosts and health.
 *
 *   source --samples--> collector --> table --> readers
 *                        ^ |  \-----> recorder (its own thread)
 *     owners --facts-----/ \--------> events (queue), notes (queue)
 *
 * It runs in a thread of its own, or, for a replay that is printed, step by
 * step in the thread of its reader, so that the same recording always gives
 * the same bytes.
 */
#ifndef FLOWTOP_COLLECTOR_H
#define FLOWTOP_COLLECTOR_H

#include "flow/info.h"

#include <stdbool.h>
#include <stdint.h>

#include "health.h"

struct collector;
struct source;
struct source_sink;
struct recorder;
struct table;
struct owners;
struct queue;
struct network;

struct collector_config {
	uint64_t max_flows;
	uint64_t n_expected;
	uint64_t linger_ns;
	bool events;    /* queue new and ended flows */
	bool is_replay; /* listings may hold only what changed */
	const struct network *local_nets; /* borrowed */
	int n_local_nets;
	struct recorder *recorder; /* borrowed; NULL: none */
	bool records_only;         /* nobody sees anything but the recording */
	bool ends_alone; /* with the network namespace; see owners_alone_fd() */
	struct owners *owners; /* borrowed; NULL: nobody is asked for them */
	/* Borrowed. What the reader found out, to be recorded (struct finding),
	 * and who learns what a recording knew; NULL: nobody. */
	struct queue *findings;
	const struct learner *learner;
};

/* Events that wait to be printed. */
#define MAX_EVENTS 65536

enum flow_event_kind { EVENT_NEW, EVENT_END, EVENT_LOST };

/* One line of --events. */
struct flow_event {
	enum flow_event_kind kind;
	uint64_t wall_ns;
	uint64_t mono_ns;      /* the source's clock at that moment */
	uint64_t lost;         /* EVENT_LOST: events lost so far */
	struct flow_info info; /* EVENT_NEW, EVENT_END */
};

#define NOTE_SIZE 160

/* A line of text for the user. */
struct note {
	uint64_t mono_ns;
	bool is_quiet; /* for the list of messages alone: all is well */
	char text[NOTE_SIZE];
};

/** collector_new - Return: freed with collector_free(); NULL with errno. */
struct collector *collector_new(const struct collector_config *config);
void collector_free(struct collector *collector);

/** collector_sink - what a source must call; collector_set_source - take over
 * an opened source, to be closed by collector_free(). */
const struct source_sink *collector_sink(struct collector *collector);
void collector_set_source(struct collector *collector, struct source *source);

/**
 * collector_fd - polls readable when something happened that its reader may
 * wait for: the first complete listing, the end of the source, a failure
 */
int collector_fd(const struct collector *collector);

/** collector_start, collector_stop - run in a thread. 0 or negative errno. */
int collector_start(struct collector *collector);
void collector_stop(struct collector *collector);

/** collector_record - record what the reader has found out. When it has
 * stopped, in the thread of the reader. */
void collector_record(struct collector *collector);

/** collector_finish - stop, and queue the events of flows that ended without
 * the kernel having said so yet. In the thread of the reader. */
void collector_finish(struct collector *collector);

/**
 * collector_run_until - run in the caller's thread until the source's clock
 * has reached @until_ns, the source has ended, or there are many events to take
 * @stop_fd: when this polls readable, return early; -1: none
 *
 * Return: 0; 1 at the end of the source; -EINTR by @stop_fd; negative errno.
 */
int collector_run_until(struct collector *collector, uint64_t until_ns,
			int stop_fd);

/** collector_fatal - 0, or the negative errno that ended the source. */
int collector_fatal(const struct collector *collector);

/** collector_interval - how often the source reads: to be set, by one thread;
 * a replay does not care. Valid as long as the source. */
counter_t *collector_interval(struct collector *collector);

/** collector_table, collector_health - for readers. */
const struct table *collector_table(const struct collector *collector);
struct health *collector_health(struct collector *collector);

/** collector_note - queue a note. Context: before collector_start(). */
void collector_note(struct collector *collector, const char *text,
		    bool is_shown);

/** collector_events, collector_notes - queues of struct flow_event and struct
 * note. */
struct queue *collector_events(struct collector *collector);
struct queue *collector_notes(struct collector *collector);

/** collector_now_ns, collector_wall_ns - present time of the source's clock.
 * In a live run the real clocks. Any thread. */
uint64_t collector_now_ns(const struct collector *collector);
uint64_t collector_wall_ns(const struct collector *collector);

/** collector_iface - interface that owns @addr; copies at most 16 bytes.
 * Any thread, read lock held. Return: false when it is none of ours. */
bool collector_iface(const struct collector *collector, const struct addr *addr,
		     uint8_t family, char *iface);

#endif
