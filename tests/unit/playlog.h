/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests of recordings: ctnetlink messages, whole files in memory, and a
 * sink that writes down every call as a line of text. */
#ifndef FLOWTOP_TESTS_PLAYLOG_H
#define FLOWTOP_TESTS_PLAYLOG_H

#include "fact/owner.h"
#include "lib/clock.h"
#include "source/pcap.h"
#include "source/replay.h"
#include "unit/unit.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "health.h"

#define T0 (1700000000ULL * NS_PER_S) /* file time of the first record */

/* ------------------------------------------------------------ messages */

struct msg {
	uint8_t data[1024] __attribute__((aligned(8)));
};

static inline struct nlmsghdr *msg_hdr(struct msg *m)
{
	return (struct nlmsghdr *)m->data;
}

static inline void msg_start(struct msg *m, uint16_t type, uint16_t flags,
			     uint32_t pid, uint32_t seq)
{
	memset(m, 0, sizeof(*m));
	*msg_hdr(m) = (struct nlmsghdr){
		.nlmsg_len = NLMSG_HDRLEN,
		.nlmsg_type = type,
		.nlmsg_flags = flags,
		.nlmsg_seq = seq,
		.nlmsg_pid = pid,
	};
}

static inline void msg_add(struct msg *m, const void *data, size_t size)
{
	struct nlmsghdr *nlh = msg_hdr(m);

	if (size)
		memcpy(m->data + nlh->nlmsg_len, data, size);
	nlh->nlmsg_len += NLMSG_ALIGN((uint32_t)size);
}

static inline void msg_attr(struct msg *m, uint16_t type, const void *data,
			    size_t size)
{
	struct nlattr attr = {
		.nla_len = (uint16_t)(NLA_HDRLEN + size),
		.nla_type = type,
	};

	msg_add(m, &attr, sizeof(attr));
	msg_add(m, data, size);
}

static inline size_t msg_nest(struct msg *m, uint16_t type)
{
	size_t at = msg_hdr(m)->nlmsg_len;

	msg_attr(m, type | NLA_F_NESTED, NULL, 0);
	return at;
}

static inline void msg_nest_end(struct msg *m, size_t at)
{
	struct nlattr *attr = (struct nlattr *)(m->data + at);

	attr->nla_len = (uint16_t)(msg_hdr(m)->nlmsg_len - at);
}

static inline void msg_tuple(struct msg *m, uint16_t type, uint32_t src,
			     uint32_t dst, uint16_t sport, uint16_t dport)
{
	size_t tuple = msg_nest(m, type), inner;
	const uint8_t proto = IPPROTO_TCP;
	uint32_t be32;
	uint16_t be16;

	inner = msg_nest(m, CTA_TUPLE_IP);
	be32 = htonl(src);
	msg_attr(m, CTA_IP_V4_SRC, &be32, sizeof(be32));
	be32 = htonl(dst);
	msg_attr(m, CTA_IP_V4_DST, &be32, sizeof(be32));
	msg_nest_end(m, inner);
	inner = msg_nest(m, CTA_TUPLE_PROTO);
	msg_attr(m, CTA_PROTO_NUM, &proto, sizeof(proto));
	be16 = htons(sport);
	msg_attr(m, CTA_PROTO_SRC_PORT, &be16, sizeof(be16));
	be16 = htons(dport);
	msg_attr(m, CTA_PROTO_DST_PORT, &be16, sizeof(be16));
	msg_nest_end(m, inner);
	msg_nest_end(m, tuple);
}

/* Any ctnetlink message about flow number @id. */
static inline struct nlmsghdr *msg_flow(struct msg *m, uint8_t type,
					uint16_t flags, uint32_t pid,
					uint32_t seq, uint32_t id)
{
	const struct nfgenmsg nfg = { .nfgen_family = 2 };
	const uint32_t src = 0xc0a80114, dst = 0xc0000201 + id;
	const uint32_t be_id = htonl(id), status = htonl(0x18e);
	const uint64_t be64[2] = { htobe64(7), htobe64(1000 + id) };
	size_t nest;

	msg_start(m, (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | type), flags, pid,
		  seq);
	msg_add(m, &nfg, sizeof(nfg));
	msg_tuple(m, CTA_TUPLE_ORIG, src, dst, 40000, 443);
	msg_tuple(m, CTA_TUPLE_REPLY, dst, src, 443, 40000);
	msg_attr(m, CTA_ID, &be_id, sizeof(be_id));
	msg_attr(m, CTA_STATUS, &status, sizeof(status));
	nest = msg_nest(m, CTA_COUNTERS_ORIG);
	msg_attr(m, CTA_COUNTERS_PACKETS, &be64[0], 8);
	msg_attr(m, CTA_COUNTERS_BYTES, &be64[1], 8);
	msg_nest_end(m, nest);
	return msg_hdr(m);
}

static inline struct nlmsghdr *msg_event(struct msg *m, uint32_t id)
{
	return msg_flow(m, IPCTNL_MSG_CT_NEW, NLM_F_CREATE | NLM_F_EXCL, 0, 0,
			id);
}

static inline struct nlmsghdr *msg_entry(struct msg *m, uint32_t pid,
					 uint32_t seq, uint32_t id)
{
	return msg_flow(m, IPCTNL_MSG_CT_NEW, NLM_F_MULTI, pid, seq, id);
}

static inline struct nlmsghdr *msg_done(struct msg *m, uint32_t pid,
					uint32_t seq, int32_t error)
{
	msg_start(m, NLMSG_DONE, NLM_F_MULTI, pid, seq);
	msg_add(m, &error, sizeof(error));
	return msg_hdr(m);
}

/* A request for a listing; @family 0 is everything. */
static inline struct nlmsghdr *msg_request(struct msg *m, uint16_t flags,
					   uint32_t seq, uint8_t family)
{
	const struct nfgenmsg nfg = { .nfgen_family = family };

	msg_start(m, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET,
		  NLM_F_REQUEST | flags, 0, seq);
	msg_add(m, &nfg, sizeof(nfg));
	return msg_hdr(m);
}

static inline struct nlmsghdr *msg_addr4(struct msg *m, uint16_t type,
					 const char *label)
{
	const struct ifaddrmsg ifa = {
		.ifa_family = 2,
		.ifa_prefixlen = 24,
		.ifa_index = 2,
	};
	const uint32_t local = htonl(0xc0a80114);
	const uint32_t flags = 0x80;

	msg_start(m, type, 0, 0, 0);
	msg_add(m, &ifa, sizeof(ifa));
	msg_attr(m, IFA_ADDRESS, &local, sizeof(local));
	msg_attr(m, IFA_LOCAL, &local, sizeof(local));
	if (label)
		msg_attr(m, IFA_LABEL, label, strlen(label) + 1);
	msg_attr(m, IFA_FLAGS, &flags, sizeof(flags));
	return msg_hdr(m);
}

/* ------------------------------------------------------------ files */

struct file {
	uint8_t *data;
	size_t size;
};

static inline void file_add(struct file *f, const void *data, size_t size)
{
	f->data = realloc(f->data, f->size + size);
	memcpy(f->data + f->size, data, size);
	f->size += size;
}

static inline void file_free(struct file *f)
{
	free(f->data);
	*f = (struct file){ 0 };
}

static inline void file_start(struct file *f)
{
	uint8_t header[PCAP_FILE_HEADER];

	*f = (struct file){ 0 };
	pcap_write_file_header(header);
	file_add(f, header, sizeof(header));
}

static inline void file_packet(struct file *f, uint64_t wall_ns, int family,
			       const void *data, size_t size)
{
	uint8_t head[PCAP_RECORD_HEADER + PCAP_COOKED_HEADER];

	pcap_write_record(head, wall_ns, family, (uint32_t)size);
	file_add(f, head, sizeof(head));
	file_add(f, data, size);
}

/* A conntrack message at @ms after T0. */
static inline void file_msg(struct file *f, uint64_t ms,
			    const struct nlmsghdr *nlh)
{
	file_packet(f, T0 + ms * NS_PER_MS, NETLINK_NETFILTER, nlh,
		    nlh->nlmsg_len);
}

static inline void file_load(struct file *f, const char *path)
{
	uint8_t block[65536];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*f = (struct file){ 0 };
	while (fd >= 0 && (n = read(fd, block, sizeof(block))) > 0)
		file_add(f, block, (size_t)n);
	close(fd);
}

/* ------------------------------------------------------------ playing */

struct playlog {
	struct source *source;
	struct health health;
	struct source_sink sink;
	char error[128];
	int open_error; /* of replay_open() */
	int work_error; /* of the last work() */
	unsigned int n_calls, n_notes, n_samples;
	bool with_notes; /* into the text */
	uint64_t last_mono_ns;
	bool is_monotonic;
	size_t size;
	char text[1 << 16];
};

static inline void __attribute__((format(printf, 2, 3)))
playlog_line(struct playlog *log, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(log->text + log->size, sizeof(log->text) - log->size,
		      format, args);
	va_end(args);
	if (n > 0 && log->size + (size_t)n < sizeof(log->text))
		log->size += (size_t)n;
}

static inline void playlog_sample(void *ctx, const struct sample *s)
{
	static const char *const kinds[] = { "new",  "update", "destroy",
					     "dump", "get",    "gone" };
	struct playlog *log = ctx;
	uint64_t ms = (s->mono_ns - NS_PER_S) / NS_PER_MS;

	log->n_calls++;
	log->n_samples++;
	if (s->mono_ns < log->last_mono_ns)
		log->is_monotonic = false;
	log->last_mono_ns = s->mono_ns;
	playlog_line(log, "%llu %s %u", (unsigned long long)ms, kinds[s->kind],
		     s->id);
	if (s->kind == SAMPLE_DUMP)
		playlog_line(log, " of %u", s->dump);
	if (s->has & HAS_COUNTERS_ORIG)
		playlog_line(log, " %llu/%llu",
			     (unsigned long long)s->packets[0],
			     (unsigned long long)s->bytes[0]);
	if (s->kind == SAMPLE_GONE)
		playlog_line(log, " zone %u port %u", s->key.zone,
			     s->key.tuple.dport);
	playlog_line(log, "\n");
}

static inline void playlog_begin(void *ctx, int dump, enum dump_kind kind)
{
	struct playlog *log = ctx;

	log->n_calls++;
	playlog_line(log, "begin %d %s\n", dump,
		     kind == DUMP_FULL ? "full" : "delta");
}

static inline void playlog_end(void *ctx, int dump, bool complete)
{
	struct playlog *log = ctx;

	log->n_calls++;
	playlog_line(log, "end %d %s\n", dump,
		     complete ? "complete" : "incomplete");
}

static inline void playlog_missing(void *ctx, const struct flow_key *key,
				   uint64_t now_ns)
{
	struct playlog *log = ctx;

	(void)key;
	(void)now_ns;
	log->n_calls++;
	playlog_line(log, "missing\n");
}

static inline void playlog_lost(void *ctx, uint64_t n)
{
	struct playlog *log = ctx;

	log->n_calls++;
	playlog_line(log, "lost %llu\n", (unsigned long long)n);
}

/* The strings of a process in their order, with the uid or "-". */
static inline void playlog_proc(struct playlog *log,
				const struct proc_fact *proc)
{
	playlog_line(log, " %u/%llu", proc->pid,
		     (unsigned long long)proc->starttime);
	if (proc->has_uid)
		playlog_line(log, " uid %u", proc->uid);
	playlog_line(log, "%s %s|%s|%s|%s|%s|%s",
		     proc->is_kernel ? " kernel" : "", proc->comm,
		     proc->command, proc->unit, proc->container, proc->netns,
		     proc->user);
}

static inline void playlog_owner(void *ctx, const struct flow_key *key,
				 uint32_t id, const struct owner_fact *fact)
{
	static const char *const facts[] = { "owner", "proc", "ended" };
	struct playlog *log = ctx;

	log->n_calls++;
	playlog_line(log, "%s", facts[fact->fact]);
	if (key)
		playlog_line(log, " of %u port %u: %s%s by %u", id,
			     key->tuple.dport, owner_kind_name(fact->kind),
			     fact->is_answering ? " answering" : "",
			     fact->holders);
	if (fact->proc)
		playlog_proc(log, fact->proc);
	playlog_line(log, "\n");
}

static inline void playlog_addr(void *ctx, const struct own_addr *addr,
				bool added, const struct nlmsghdr *raw)
{
	struct playlog *log = ctx;
	char text[ADDR_TEXT_SIZE];

	(void)raw;
	log->n_calls++;
	addr_format(&addr->addr, addr->family, text);
	playlog_line(log, "%s %s/%u %s\n", added ? "add" : "remove", text,
		     addr->prefix, addr->iface);
}

static inline void playlog_note(void *ctx, const char *text)
{
	struct playlog *log = ctx;

	log->n_notes++;
	if (log->with_notes)
		playlog_line(log, "note: %s\n", text);
}

/* Return: whether it could be opened. */
static inline bool playlog_open(struct playlog *log, const char *path,
				double speed)
{
	memset(log, 0, sizeof(*log));
	health_init(&log->health);
	log->is_monotonic = true;
	log->sink = (struct source_sink){
		.ctx = log,
		.sample = playlog_sample,
		.dump_begin = playlog_begin,
		.dump_end = playlog_end,
		.missing = playlog_missing,
		.lost = playlog_lost,
		.owner = playlog_owner,
		.own_addr = playlog_addr,
		.note = playlog_note,
	};
	log->open_error = replay_open(&log->source, path, speed, log->error,
				      sizeof(log->error));
	if (!log->open_error)
		log->open_error = replay_begin(log->source, log->error,
					       sizeof(log->error));
	if (log->open_error && log->source)
		log->source->ops->close(log->source);
	if (log->open_error)
		return false;
	replay_start(log->source, &log->sink, &log->health);
	return !log->open_error;
}

static inline bool playlog_open_file(struct playlog *log, const struct file *f,
				     double speed)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	char path[32];
	bool is_open;

	if (fd < 0 || write(fd, f->data, f->size) != (ssize_t)f->size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	is_open = playlog_open(log, path, speed);
	close(fd);
	return is_open;
}

static inline int playlog_work(struct playlog *log)
{
	log->work_error = log->source->ops->work(log->source, NULL, 0);
	return log->work_error;
}

static inline void playlog_close(struct playlog *log)
{
	log->source->ops->close(log->source);
	log->source = NULL;
}

/* Play all of it at once. */
static inline void playlog_run(struct playlog *log, const struct file *f,
			       bool with_notes)
{
	if (!playlog_open_file(log, f, 0))
		return;
	log->with_notes = with_notes;
	while (!playlog_work(log))
		;
	playlog_close(log);
}

#endif
