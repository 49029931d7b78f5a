// SPDX-License-Identifier: GPL-2.0-only
/* The bytes are a recording; the sink looks at everything it is given. */
#include "fact/finding.h"
#include "fact/owner.h"
#include "lib/sanitize.h"
#include "source/replay.h"

#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "health.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
	volatile uint64_t sum; /* nothing that was read is optimised away */
	uint64_t last_ns;
	bool is_running[MAX_DUMPS];
} seen;

static void touch(const void *data, size_t size)
{
	const uint8_t *at = data;

	for (size_t i = 0; i < size; i++)
		seen.sum += at[i];
}

static void touch_text(const char *text, size_t max)
{
	if (strnlen(text, max) == max)
		abort();
}

/* A name of whoever made the file. */
static void touch_name(const char *name, size_t max)
{
	char clean[PROC_COMMAND_SIZE];
	bool is_changed;

	touch_text(name, max);
	sanitize_text(clean, sizeof(clean), name, strlen(name), &is_changed);
	if (is_changed)
		abort();
}

static void on_sample(void *ctx, const struct sample *s)
{
	(void)ctx;
	if (s->mono_ns < seen.last_ns)
		abort();
	seen.last_ns = s->mono_ns;
	if (s->kind == SAMPLE_DUMP &&
	    (s->dump >= MAX_DUMPS || !seen.is_running[s->dump]))
		abort();
	touch(&s->key, sizeof(s->key));
	if (s->has & HAS_REPLY)
		touch(&s->reply, sizeof(s->reply));
	if (s->has & HAS_MASTER)
		touch(&s->master, sizeof(s->master));
	if (s->has & HAS_LABELS) {
		if (s->labels_size > LABELS_SIZE)
			abort();
		touch(s->labels, s->labels_size);
	}
	if (s->has & HAS_HELPER)
		touch_name(s->helper, sizeof(s->helper));
	for (int dir = 0; dir < DIR_MAX; dir++) {
		if (s->has & (uint32_t)HAS_COUNTERS_ORIG << dir)
			seen.sum += s->bytes[dir] + s->packets[dir];
	}
	if (s->has & HAS_START)
		seen.sum += s->start_ns;
	if (s->has & HAS_STOP)
		seen.sum += s->stop_ns;
	seen.sum += s->id + s->state + s->zone_reply;
	if (s->raw)
		touch(s->raw, s->raw->nlmsg_len);
}

static void on_begin(void *ctx, int dump, enum dump_kind kind)
{
	(void)ctx;
	if (dump < 0 || dump >= MAX_DUMPS || seen.is_running[dump] ||
	    (kind != DUMP_FULL && kind != DUMP_DELTA))
		abort();
	seen.is_running[dump] = true;
}

static void on_end(void *ctx, int dump, bool complete)
{
	(void)ctx;
	(void)complete;
	if (dump < 0 || dump >= MAX_DUMPS || !seen.is_running[dump])
		abort();
	seen.is_running[dump] = false;
}

static void on_lost(void *ctx, uint64_t n)
{
	(void)ctx;
	if (n > UINT32_MAX)
		abort();
}

static void touch_proc(const struct proc_fact *proc)
{
	touch_name(proc->comm, sizeof(proc->comm));
	touch_name(proc->command, sizeof(proc->command));
	touch_name(proc->unit, sizeof(proc->unit));
	touch_name(proc->container, sizeof(proc->container));
	touch_name(proc->netns, sizeof(proc->netns));
	touch_name(proc->user, sizeof(proc->user));
	seen.sum += proc->pid + proc->starttime + proc->uid;
}

static void on_owner(void *ctx, const struct flow_key *key, uint32_t id,
		     const struct owner_fact *fact)
{
	(void)ctx;
	if (!key != (fact->fact != FACT_OWNER) || fact->kind >= OWNER_KINDS)
		abort();
	if (key)
		touch(key, sizeof(*key));
	else if (!fact->proc)
		abort();
	if (fact->proc)
		touch_proc(fact->proc);
	seen.sum += id + fact->holders;
}

static void on_name(void *ctx, const struct addr *addr, uint8_t family,
		    const char *text, size_t length)
{
	(void)ctx;
	if (!addr_size(family))
		abort();
	touch(addr, sizeof(*addr));
	touch(text, length);
}

static void on_place(void *ctx, const struct addr *addr, uint8_t family,
		     const struct place *place)
{
	const char *texts[] = { place->cc, place->country, place->city,
				place->org };

	(void)ctx;
	if (!addr_size(family))
		abort();
	touch(addr, sizeof(*addr));
	for (int i = 0; i < 4; i++)
		if (texts[i])
			touch_name(texts[i], i ? 128 : sizeof(place->cc));
	seen.sum += place->asn;
}

static const struct learner learner = { .name = on_name, .place = on_place };

static void on_addr(void *ctx, const struct own_addr *addr, bool added,
		    const struct nlmsghdr *raw)
{
	(void)ctx;
	(void)added;
	if (addr->prefix > addr_size(addr->family) * 8)
		abort();
	touch(addr, sizeof(*addr));
	touch_name(addr->iface, sizeof(addr->iface));
	touch(raw, raw->nlmsg_len);
}

static void on_note(void *ctx, const char *text)
{
	(void)ctx;
	touch_text(text, 160);
}

static const struct source_sink sink = {
	.sample = on_sample,
	.dump_begin = on_begin,
	.dump_end = on_end,
	.lost = on_lost,
	.owner = on_owner,
	.learner = &learner,
	.own_addr = on_addr,
	.note = on_note,
};

static struct source *open_bytes(const uint8_t *data, size_t size)
{
	struct source *source = NULL;
	char path[32], error[64];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (replay_open(&source, path, 0, error, sizeof(error)))
		abort();
	if (replay_begin(source, error, sizeof(error))) {
		touch_text(error, sizeof(error));
		source->ops->close(source);
		source = NULL;
	}
	close(fd);
	return source;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct health health = { 0 };
	struct source *source = open_bytes(data, size);
	uint64_t before_ns = 0;

	if (!source)
		return 0;
	memset(&seen, 0, sizeof(seen));
	replay_start(source, &sink, &health);
	while (!source->ops->work(source, NULL, 0)) {
		if (source->now_ns < before_ns)
			abort();
		before_ns = source->now_ns;
	}
	if (counter_get(&health.at_end) &&
	    (seen.is_running[0] || seen.is_running[1]))
		abort();
	source->ops->close(source);
	return 0;
}
