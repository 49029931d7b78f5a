/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing a recording: what goes into the file, and when.
 *
 * All calls come from the collector and end in put_record(), which never
 * waits. A record that is refused leaves a gap: the next one that fits comes
 * behind a LOST mark, listings that were open are not complete any more, and a
 * key frame is due. The file itself is recwriter.c.
 */
#include "source/record.h"

#include "fact/finding.h"
#include "fact/owner.h"
#include "lib/clock.h"
#include "source/mark.h"
#include "source/pcap.h"
#include "source/recprocs.h"
#include "source/recwriter.h"
#include "source/rtaddr.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "health.h"

#define KEYFRAME_NS (60 * NS_PER_S)
#define CLOCK_STEP_NS NS_PER_MS /* a smaller difference is not worth a mark */
#define MAX_MESSAGE (PCAP_MAX_CAPTURED - PCAP_COOKED_HEADER)

/* A listing that is being recorded. */
struct recorded {
	bool is_open; /* its BEGIN mark is in the file */
	bool is_full;
	bool has_gap;  /* something of it was dropped */
	bool is_bound; /* pid and seq are known and in the file */
	uint32_t pid, seq;
	uint64_t begin_ns;
};

struct recorder {
	struct recwriter *writer;
	bool is_started;    /* the START mark was attempted */
	uint64_t base_ns;   /* file time minus monotonic time */
	uint64_t last_ns;   /* file time of the last record: never goes back */
	uint64_t offset_ns; /* wall clock minus file time, as in the file */
	uint64_t n_gap;     /* dropped since the last record that fitted */
	counter_t dropped;
	struct recorded listings[MAX_DUMPS];
	uint64_t keyframe_ns; /* begin of the last whole full listing */
	bool has_keyframe;
	struct recprocs *procs;
	const char *(*user_name)(void *ctx, uint32_t uid); /* NULL: nobody */
	void *user_ctx;
};

static bool put_raw(struct recorder *rec, uint64_t mono_ns, int family,
		    const void *data, size_t size)
{
	uint8_t head[PCAP_RECORD_HEADER + PCAP_COOKED_HEADER];
	struct iovec parts[] = {
		{ .iov_base = head, .iov_len = sizeof(head) },
		{ .iov_base = (void *)(uintptr_t)data, .iov_len = size },
	};
	uint64_t at_ns = mono_ns + rec->base_ns;

	if (at_ns < rec->last_ns)
		at_ns = rec->last_ns;
	pcap_write_record(head, at_ns, family, (uint32_t)size);
	if (!recwriter_put(rec->writer, parts, 2))
		return false;
	rec->last_ns = at_ns;
	return true;
}

static void note_drop(struct recorder *rec)
{
	rec->n_gap++;
	counter_add(&rec->dropped, 1);
	rec->has_keyframe = false;
	for (int i = 0; i < MAX_DUMPS; i++)
		rec->listings[i].has_gap = true;
}

static bool put_gap(struct recorder *rec, uint64_t mono_ns)
{
	const struct mark mark = {
		.kind = MARK_LOST,
		.n_words = 2,
		.word = { rec->n_gap, 1 },
	};
	uint8_t data[MARK_MAX_SIZE];

	if (!put_raw(rec, mono_ns, NETLINK_USERSOCK, data,
		     mark_encode(&mark, data)))
		return false;
	rec->n_gap = 0;
	return true;
}

/* Return: whether the record is on its way to the file. */
static bool put_record(struct recorder *rec, uint64_t mono_ns, int family,
		       const void *data, size_t size)
{
	if (recwriter_error(rec->writer))
		return false;
	if (size <= MAX_MESSAGE && (!rec->n_gap || put_gap(rec, mono_ns)) &&
	    put_raw(rec, mono_ns, family, data, size))
		return true;
	/* It may have failed in between: then nothing is dropped any more. */
	if (!recwriter_error(rec->writer))
		note_drop(rec);
	return false;
}

static bool put_mark(struct recorder *rec, uint64_t mono_ns,
		     const struct mark *mark)
{
	uint8_t data[MARK_MAX_SIZE];

	return put_record(rec, mono_ns, NETLINK_USERSOCK, data,
			  mark_encode(mark, data));
}

/* The first record of all sets the clock of the file. */
static void start(struct recorder *rec, uint64_t mono_ns, uint64_t wall_ns)
{
	struct mark mark = {
		.kind = MARK_START,
		.n_words = 2,
		.word = { wall_ns, mono_ns },
		.n_bytes = sizeof(VERSION) - 1,
	};

	if (rec->is_started)
		return;
	_Static_assert(sizeof(VERSION) <= MARK_MAX_BYTES, "fits into a mark");
	memcpy(mark.byte, VERSION, sizeof(VERSION) - 1);
	rec->is_started = true;
	rec->base_ns = wall_ns - mono_ns;
	put_mark(rec, mono_ns, &mark);
}

static void start_now(struct recorder *rec, uint64_t mono_ns)
{
	if (!rec->is_started)
		start(rec, mono_ns, clock_wall_ns());
}

int recorder_open(struct recorder **out, const char *path)
{
	struct recorder *rec = calloc(1, sizeof(*rec));
	int err;

	if (!rec)
		return -ENOMEM;
	rec->procs = recprocs_new();
	err = rec->procs ? recwriter_open(&rec->writer, path) : -ENOMEM;
	if (err) {
		recprocs_free(rec->procs);
		free(rec);
		return err;
	}
	*out = rec;
	return 0;
}

void recorder_set_users(struct recorder *rec,
			const char *(*name)(void *ctx, uint32_t uid), void *ctx)
{
	rec->user_name = name;
	rec->user_ctx = ctx;
}

int recorder_start(struct recorder *rec)
{
	return recwriter_start(rec->writer);
}

int recorder_close(struct recorder *rec)
{
	struct mark mark = { .kind = MARK_END, .n_words = 1 };
	uint64_t mono_ns;
	int error;

	if (!rec)
		return 0;
	start_now(rec, clock_mono_ns());
	mark.word[0] = counter_get(&rec->dropped);
	mono_ns = rec->last_ns - rec->base_ns;
	put_mark(rec, mono_ns, &mark);
	error = recwriter_close(rec->writer);
	recprocs_free(rec->procs);
	free(rec);
	return error;
}

/* "": nobody knows, or not yet. */
static const char *name_of(const struct recorder *rec,
			   const struct proc_fact *fact)
{
	const char *name = fact->user;

	if (!*name && fact->has_uid && rec->user_name)
		name = rec->user_name(rec->user_ctx, fact->uid);
	return name ? name : "";
}

static bool put_proc(struct recorder *rec, uint64_t mono_ns,
		     struct recproc *entry, uint32_t number)
{
	const struct proc_fact *fact = entry->fact;
	const char *name = name_of(rec, fact);
	struct mark mark;

	mark_from_proc(&mark, number, fact, name, entry->has_ended);
	entry->is_written = put_mark(rec, mono_ns, &mark);
	entry->has_name = *name || !fact->has_uid || !rec->user_name;
	return entry->is_written;
}

/* Names that have been found since. */
static void put_names(struct recorder *rec, uint64_t mono_ns)
{
	struct recproc *entry;
	uint32_t number = 0;

	while ((entry = recprocs_nameless(rec->procs, &number))) {
		if (*name_of(rec, entry->fact))
			put_proc(rec, mono_ns, entry, number);
	}
}

void recorder_clock(struct recorder *rec, uint64_t mono_ns, uint64_t wall_ns)
{
	uint64_t offset_ns, moved_ns;
	struct mark mark = { .kind = MARK_CLOCK, .n_words = 1 };

	start(rec, mono_ns, wall_ns);
	put_names(rec, mono_ns);
	offset_ns = wall_ns - (mono_ns + rec->base_ns);
	moved_ns = offset_ns - rec->offset_ns;
	/* Unsigned: a small step back is a huge number. */
	if (moved_ns + CLOCK_STEP_NS <= 2 * CLOCK_STEP_NS)
		return;
	mark.word[0] = offset_ns;
	if (put_mark(rec, mono_ns, &mark))
		rec->offset_ns = offset_ns;
}

void recorder_message(struct recorder *rec, uint64_t mono_ns, uint64_t wall_ns,
		      const struct nlmsghdr *nlh)
{
	start(rec, mono_ns, wall_ns);
	put_record(rec, mono_ns, NETLINK_NETFILTER, nlh, nlh->nlmsg_len);
}

/* The first message of a listing shows which ones are its own. */
static void bind_listing(struct recorder *rec, const struct sample *sample)
{
	const struct nlmsghdr *nlh = sample->raw;
	struct mark mark = {
		.kind = MARK_DUMP_BIND,
		.n_words = 3,
		.word = { sample->dump, nlh->nlmsg_pid, nlh->nlmsg_seq },
	};
	struct recorded *listing;

	if (sample->dump >= MAX_DUMPS)
		return;
	listing = &rec->listings[sample->dump];
	if (!listing->is_open || listing->is_bound)
		return;
	listing->pid = nlh->nlmsg_pid;
	listing->seq = nlh->nlmsg_seq;
	listing->is_bound = put_mark(rec, sample->mono_ns, &mark);
}

void recorder_sample(struct recorder *rec, uint64_t wall_ns,
		     const struct sample *sample)
{
	start(rec, sample->mono_ns, wall_ns);
	if (sample->kind == SAMPLE_GONE) {
		recorder_gone(rec, sample->mono_ns, &sample->key, sample->id);
		return;
	}
	if (!sample->raw)
		return;
	if (sample->kind == SAMPLE_DUMP)
		bind_listing(rec, sample);
	recorder_message(rec, sample->mono_ns, wall_ns, sample->raw);
}

void recorder_address(struct recorder *rec, uint64_t mono_ns,
		      const struct nlmsghdr *nlh, const char *iface)
{
	uint8_t data[4096];
	size_t size = rtaddr_label(nlh, iface, data, sizeof(data));

	start_now(rec, mono_ns);
	if (size)
		put_record(rec, mono_ns, NETLINK_ROUTE, data, size);
	else
		put_record(rec, mono_ns, NETLINK_ROUTE, nlh, nlh->nlmsg_len);
}

void recorder_dump_begin(struct recorder *rec, uint64_t mono_ns, int dump,
			 enum dump_kind kind)
{
	struct recorded *listing = &rec->listings[dump];
	const struct mark mark = {
		.kind = MARK_DUMP_BEGIN,
		.n_words = 2,
		.word = { (uint64_t)dump, kind == DUMP_FULL },
	};

	start_now(rec, mono_ns);
	if (kind == DUMP_FULL)
		recprocs_forget(rec->procs);
	*listing = (struct recorded){
		.is_full = kind == DUMP_FULL,
		.begin_ns = mono_ns,
	};
	listing->is_open = put_mark(rec, mono_ns, &mark);
}

/* For other programs: the listing ends as it did on the socket. */
static void put_done(struct recorder *rec, uint64_t mono_ns,
		     const struct recorded *listing, bool complete)
{
	struct {
		struct nlmsghdr nlh;
		int32_t error;
	} done = {
		.nlh.nlmsg_len = sizeof(done),
		.nlh.nlmsg_type = NLMSG_DONE,
		.nlh.nlmsg_flags = NLM_F_MULTI,
		.nlh.nlmsg_seq = listing->seq,
		.nlh.nlmsg_pid = listing->pid,
		.error = complete ? 0 : -EINTR,
	};

	put_record(rec, mono_ns, NETLINK_NETFILTER, &done, sizeof(done));
}

void recorder_dump_end(struct recorder *rec, uint64_t mono_ns, int dump,
		       bool complete)
{
	struct recorded *listing = &rec->listings[dump];
	struct mark mark = {
		.kind = MARK_DUMP_END,
		.n_words = 2,
		.word = { (uint64_t)dump },
	};

	if (!listing->is_open)
		return;
	complete = complete && !listing->has_gap;
	if (listing->is_bound)
		put_done(rec, mono_ns, listing, complete);
	complete = complete && !listing->has_gap;
	mark.word[1] = complete;
	if (put_mark(rec, mono_ns, &mark) && complete && listing->is_full) {
		rec->keyframe_ns = listing->begin_ns;
		rec->has_keyframe = true;
	}
	listing->is_open = false;
}

void recorder_gone(struct recorder *rec, uint64_t mono_ns,
		   const struct flow_key *key, uint32_t id)
{
	struct mark mark;

	start_now(rec, mono_ns);
	mark_from_gone(&mark, key, id);
	put_mark(rec, mono_ns, &mark);
}

/* Without its MARK_PROC the number would mean somebody else. Return: 0 when it
 * is not in the file. */
static uint32_t number_of(struct recorder *rec, uint64_t mono_ns,
			  const struct proc_fact *fact)
{
	uint32_t number;
	struct recproc *entry = recprocs_get(rec->procs, fact, &number);

	if (!entry->is_written && !put_proc(rec, mono_ns, entry, number))
		return 0;
	return number;
}

static void put_ended(struct recorder *rec, uint64_t mono_ns,
		      const struct proc_fact *fact)
{
	struct mark mark = { .kind = MARK_PROC_ENDED, .n_words = 1 };
	uint32_t number;
	struct recproc *entry = recprocs_get(rec->procs, fact, &number);

	if (entry->has_ended)
		return;
	entry->has_ended = true;
	mark.word[0] = number;
	/* What is not written yet says it itself. */
	if (entry->is_written)
		put_mark(rec, mono_ns, &mark);
	else
		put_proc(rec, mono_ns, entry, number);
}

void recorder_owner(struct recorder *rec, uint64_t mono_ns,
		    const struct flow_key *key, uint32_t id,
		    const struct owner_fact *fact)
{
	uint32_t number = 0;
	struct mark mark;

	start_now(rec, mono_ns);
	if (fact->fact == FACT_PROC_ENDED) {
		put_ended(rec, mono_ns, fact->proc);
		return;
	}
	if (fact->proc) {
		number = number_of(rec, mono_ns, fact->proc);
		if (!number)
			return;
	}
	if (fact->fact != FACT_OWNER)
		return;
	mark_from_owner(&mark, key, id, fact, number);
	put_mark(rec, mono_ns, &mark);
}

void recorder_finding(struct recorder *rec, uint64_t mono_ns,
		      const struct finding *f)
{
	struct mark mark;

	start_now(rec, mono_ns);
	if (f->name)
		mark_from_name(&mark, &f->addr, f->family, f->name->text);
	else
		mark_from_place(&mark, &f->addr, f->family, &f->place);
	put_mark(rec, mono_ns, &mark);
}

void recorder_lost(struct recorder *rec, uint64_t mono_ns, uint64_t n)
{
	const struct mark mark = {
		.kind = MARK_LOST,
		.n_words = 2,
		.word = { n, 0 },
	};

	start_now(rec, mono_ns);
	put_mark(rec, mono_ns, &mark);
}

void recorder_health(struct recorder *rec, uint64_t mono_ns,
		     const struct health *health)
{
	struct mark mark;

	start_now(rec, mono_ns);
	mark_from_health(&mark, health);
	put_mark(rec, mono_ns, &mark);
}

bool recorder_wants_keyframe(struct recorder *rec, uint64_t mono_ns)
{
	for (int i = 0; i < MAX_DUMPS; i++) {
		const struct recorded *listing = &rec->listings[i];

		if (listing->is_open && listing->is_full && !listing->has_gap)
			return false;
	}
	if (recwriter_error(rec->writer) || recwriter_is_busy(rec->writer))
		return false;
	return !rec->has_keyframe || mono_ns - rec->keyframe_ns >= KEYFRAME_NS;
}

int recorder_error(const struct recorder *rec)
{
	return recwriter_error(rec->writer);
}

uint64_t recorder_dropped(const struct recorder *rec)
{
	return counter_get(&rec->dropped);
}
