/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing a recording: a pcap file of the messages that a source handed on and
 * of marks (source/mark.h) for what netlink does not say.
 *
 *   collector --records--> ring (fixed memory) --> writer thread --> file
 *
 * The caller chooses what is worth recording. Nothing here waits for the file:
 * when the ring is full, the record is dropped and counted, a LOST mark stands
 * in its place, a listing that lacks it is not complete any more, and a new
 * key frame is asked for; so a replay loses time, but never the truth.
 *
 * Time in the file is the wall clock of the start plus what the monotonic
 * clock made since: it never goes back. CLOCK marks tell the difference.
 */
#ifndef FLOWTOP_SOURCE_RECORD_H
#define FLOWTOP_SOURCE_RECORD_H

#include "source/source.h"

#include <stdbool.h>
#include <stdint.h>

struct owner_fact;
struct finding;
struct recorder;

/**
 * recorder_open - make the file of a recording
 * @path: a file that does not exist yet, or "-" for standard output
 *
 * Return: 0, then closed with recorder_close(); negative errno (-EEXIST also
 * for links, pipes and devices).
 */
int recorder_open(struct recorder **out, const char *path);

/** recorder_set_users - whom to ask for the name of a user, which is recorded
 * as soon as it is known: NULL until then. Not while samples come. */
void recorder_set_users(struct recorder *rec,
			const char *(*name)(void *ctx, uint32_t uid),
			void *ctx);

/** recorder_start - start the thread that writes. Return: 0 or negative errno.
 */
int recorder_start(struct recorder *rec);

/**
 * recorder_close - write the end mark and what is still waiting; NULL allowed
 *
 * A reader that takes nothing is given two seconds.
 * Return: recorder_error() as it is at the very end.
 */
int recorder_close(struct recorder *rec);

/**
 * recorder_clock - tell both clocks; writes a mark when they moved apart
 *
 * Call it first, so that the recording starts at the source's wall clock, and
 * then now and then.
 */
void recorder_clock(struct recorder *rec, uint64_t mono_ns, uint64_t wall_ns);

/**
 * recorder_message - a ctnetlink message that belongs to no listing
 *
 * One with NLM_F_MULTI is replayed as the answer to a question.
 */
void recorder_message(struct recorder *rec, uint64_t mono_ns, uint64_t wall_ns,
		      const struct nlmsghdr *nlh);

/**
 * recorder_sample - the message (or mark) behind a sample of any kind
 *
 * As recorder_message(), and remembers which listing it belongs to.
 */
void recorder_sample(struct recorder *rec, uint64_t wall_ns,
		     const struct sample *sample);

/**
 * recorder_address - one of our own addresses came or went
 * @nlh: RTM_NEWADDR or RTM_DELADDR
 * @iface: goes into the message when it has no IFA_LABEL (IPv6 has none);
 *	   NULL or "" when it is not known
 */
void recorder_address(struct recorder *rec, uint64_t mono_ns,
		      const struct nlmsghdr *nlh, const char *iface);

/**
 * recorder_dump_begin, recorder_dump_end - a listing as the sink saw it
 *
 * Ask recorder_wants_keyframe() first: a listing of which only the changed
 * entries will follow is DUMP_DELTA.
 */
void recorder_dump_begin(struct recorder *rec, uint64_t mono_ns, int dump,
			 enum dump_kind kind);
void recorder_dump_end(struct recorder *rec, uint64_t mono_ns, int dump,
		       bool complete);

/** recorder_gone - a listing or a question showed that the flow is gone. */
void recorder_gone(struct recorder *rec, uint64_t mono_ns,
		   const struct flow_key *key, uint32_t id);

/**
 * recorder_owner - what is known of a flow's owner, or of a process, now
 * @key, @id: the flow of a FACT_OWNER; else NULL and 0
 * @fact: borrowed; fact->flow does not matter
 *
 * A file is read from any of its key frames, so the caller says the owner of
 * each flow again behind its entry there. That makes a key frame half as long
 * again (176 bytes each), and what is written of a process (150 to 700) is said
 * once.
 */
void recorder_owner(struct recorder *rec, uint64_t mono_ns,
		    const struct flow_key *key, uint32_t id,
		    const struct owner_fact *fact);

/** recorder_finding - what the reader has found out about an address. */
void recorder_finding(struct recorder *rec, uint64_t mono_ns,
		      const struct finding *finding);

/** recorder_lost - the kernel dropped @n events; 0: an unknown number. */
void recorder_lost(struct recorder *rec, uint64_t mono_ns, uint64_t n);

/** recorder_health - what the source knows about the kernel. */
void recorder_health(struct recorder *rec, uint64_t mono_ns,
		     const struct health *health);

/**
 * recorder_wants_keyframe - should the next listing be recorded in full?
 *
 * True for the first one, 60 s after the last one that was recorded whole, and
 * after a loss; not while the ring is half full.
 */
bool recorder_wants_keyframe(struct recorder *rec, uint64_t mono_ns);

/**
 * recorder_error - 0, or the errno that ended the recording
 *
 * Nothing more is written then; the file is good up to its last whole record.
 * Context: any thread.
 */
int recorder_error(const struct recorder *rec);

/** recorder_dropped - records that did not fit so far. Any thread. */
uint64_t recorder_dropped(const struct recorder *rec);

#endif
