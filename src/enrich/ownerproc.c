/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/ownerproc.h"

#include "enrich/procinfo.h"
#include "enrich/users.h"
#include "lib/clock.h"
#include "lib/procstat.h"
#include "lib/sanitize.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK_NS (250 * NS_PER_MS)
#define LOOK_NS (5 * NS_PER_S)  /* at the name */
#define READ_NS (30 * NS_PER_S) /* all of it */
#define SLICE_NS (250 * NS_PER_MS)
#define ENDED_NS (3 * NS_PER_S) /* kept for answers that are under way */
#define READS 16                /* in a slice: one to two milliseconds */

/* Start times of what is no process. */
#define KEY_USER UINT64_MAX
#define KEY_KERNEL (UINT64_MAX - 1)

struct own_proc {
	struct clock_node node;       /* pid, start time */
	const struct proc_fact *fact; /* NULL: just added */
	uint64_t checked_ns;          /* when it ended, of one that has */
	uint64_t looked_ns, read_ns;
	uint64_t comm_hash; /* 0: not known */
	bool is_ended, has_news, is_end_told;
};

static void proc_drop(void *elem)
{
	struct own_proc *proc = elem;

	proc_fact_put(proc->fact);
}

int ownerprocs_init(struct ownerprocs *procs, struct users *users)
{
	long ticks = sysconf(_SC_CLK_TCK);

	memset(procs, 0, sizeof(*procs));
	procs->users = users;
	procs->tick_ns = NS_PER_S / (uint64_t)(ticks > 0 ? ticks : 100);
	return clockmap_init(&procs->map, sizeof(struct own_proc),
			     OWNERPROCS_MAX, proc_drop);
}

void ownerprocs_fini(struct ownerprocs *procs)
{
	clockmap_fini(&procs->map);
}

/* ------------------------------------------------------------ life */

struct look {
	struct procstat stat;
	uint64_t comm_hash;
};

/* What is between the first "(" and the last ")". */
static uint64_t comm_hash(const char *text, size_t size)
{
	const char *at = memchr(text, '(', size);
	const char *end = memrchr(text, ')', size);
	uint64_t hash = 0xcbf29ce484222325;

	for (; at && at < end; at++)
		hash = (hash ^ (uint8_t)*at) * 0x100000001b3;
	return hash | 1;
}

/* With hidepid, or in a /proc of another kind, strangers are not there. */
static enum proc_life why_missing(void)
{
	return access("/proc/1/stat", F_OK) ? PROC_HIDDEN : PROC_GONE;
}

static enum proc_life look_at(uint32_t pid, struct look *look)
{
	char path[32], text[1024];
	ssize_t n = -1;
	int fd;

	str_printf(path, sizeof(path), "/proc/%u/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? why_missing() : PROC_HIDDEN;
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n < 0)
		return PROC_GONE;
	if (procstat_parse(text, (size_t)n, &look->stat))
		return PROC_HIDDEN;
	look->comm_hash = comm_hash(text, (size_t)n);
	return look->stat.state == 'Z' || look->stat.state == 'X' ? PROC_ZOMBIE
								  : PROC_LIVES;
}

static void news(struct ownerprocs *procs, struct own_proc *proc)
{
	if (!proc->has_news && !(proc->is_ended && !proc->is_end_told))
		return;
	procs->n_news++;
}

static void set_ended(struct ownerprocs *procs, struct own_proc *proc)
{
	if (proc->is_ended)
		return;
	proc->is_ended = true;
	news(procs, proc);
}

static enum proc_life check(struct ownerprocs *procs, struct own_proc *proc,
			    uint64_t now_ns, struct look *look)
{
	enum proc_life life;

	if (proc->is_ended)
		return PROC_GONE;
	life = look_at(proc->fact->pid, look);
	if ((life == PROC_LIVES || life == PROC_ZOMBIE) &&
	    look->stat.starttime != proc->fact->starttime)
		life = PROC_GONE;
	proc->checked_ns = now_ns;
	if (life == PROC_GONE)
		set_ended(procs, proc);
	return life;
}

/* ------------------------------------------------------------ facts */

static struct own_proc *proc_of(struct ownerprocs *procs,
				const struct proc_fact *fact)
{
	return clockmap_find(&procs->map, fact->pid, fact->starttime);
}

/* Takes the reference. */
static void set_fact(struct ownerprocs *procs, struct own_proc *proc,
		     const struct proc_fact *fact)
{
	bool is_changed = proc->fact && !proc_fact_equal(proc->fact, fact);

	proc_fact_put(proc->fact);
	proc->fact = fact;
	if (fact->has_uid && procs->users)
		users_want(procs->users, fact->uid);
	if (is_changed) {
		proc->has_news = true;
		news(procs, proc);
	}
}

static void put_comm(struct proc_fact *fact, const char *comm)
{
	if (comm && !fact->comm[0])
		sanitize_text(fact->comm, sizeof(fact->comm), comm,
			      strnlen(comm, BIRTH_COMM_SIZE), NULL);
}

/* Read it for the first time, or again. What was known stays when it is gone.
 */
static void proc_read(struct ownerprocs *procs, struct own_proc *proc,
		      const char *netns, const char *comm, uint64_t now_ns)
{
	struct proc_fact *fact = proc_fact_new(), got = { .pid = 0 };
	struct look look;
	int err;

	if (!fact)
		return;
	err = procinfo_read((uint32_t)proc->node.key.a, proc->node.key.b, &got);
	if (err && proc->fact) {
		proc_fact_put(fact);
		check(procs, proc, now_ns, &look);
		return;
	}
	got.pid = (uint32_t)proc->node.key.a;
	got.starttime = proc->node.key.b;
	put_comm(&got, comm);
	if (netns[0] || !proc->fact)
		str_copy(got.netns, sizeof(got.netns), netns);
	else
		str_copy(got.netns, sizeof(got.netns), proc->fact->netns);
	/* All but the counter, which is the last. */
	memcpy(fact, &got, offsetof(struct proc_fact, refs));
	proc->read_ns = proc->looked_ns = now_ns;
	set_fact(procs, proc, fact);
	if (err)
		check(procs, proc, now_ns, &look);
}

const struct proc_fact *ownerprocs_get(struct ownerprocs *procs, uint32_t pid,
				       uint64_t starttime, const char *netns,
				       const char *comm, uint64_t now_ns)
{
	struct own_proc *proc = clockmap_get(&procs->map, pid, starttime);

	if (!proc->fact || (netns[0] && strcmp(netns, proc->fact->netns) != 0))
		proc_read(procs, proc, netns, comm, now_ns);
	return proc->fact;
}

/* All that is left of it is its name. */
static const struct proc_fact *gone_birth(struct ownerprocs *procs,
					  const struct birth *birth,
					  const char *netns)
{
	struct own_proc *proc = clockmap_get(&procs->map, birth->pid, 0);
	struct proc_fact *fact = proc_fact_new();

	if (!fact)
		return proc->fact;
	fact->pid = birth->pid;
	fact->has_uid = birth->uid != UINT32_MAX;
	fact->uid = fact->has_uid ? birth->uid : 0;
	put_comm(fact, birth->comm);
	str_copy(fact->netns, sizeof(fact->netns), netns);
	set_fact(procs, proc, fact);
	set_ended(procs, proc);
	return proc->fact;
}

const struct proc_fact *ownerprocs_birth(struct ownerprocs *procs,
					 const struct birth *birth,
					 const char *netns, uint64_t now_ns)
{
	struct look look;
	enum proc_life life = look_at(birth->pid, &look);

	/* A number that was given away again belongs to somebody younger. */
	if ((life == PROC_LIVES || life == PROC_ZOMBIE) &&
	    look.stat.starttime <= birth->boot_ns / procs->tick_ns)
		return ownerprocs_get(procs, birth->pid, look.stat.starttime,
				      netns, birth->comm, now_ns);
	return gone_birth(procs, birth, netns);
}

const struct proc_fact *ownerprocs_user(struct ownerprocs *procs, bool has_uid,
					uint32_t uid)
{
	struct own_proc *proc;
	struct proc_fact *fact;

	if (!has_uid)
		return NULL;
	proc = clockmap_get(&procs->map, uid, KEY_USER);
	if (proc->fact)
		return proc->fact;
	fact = proc_fact_new();
	if (!fact)
		return NULL;
	fact->uid = uid;
	fact->has_uid = true;
	proc->is_ended = proc->is_end_told = true;
	set_fact(procs, proc, fact);
	return proc->fact;
}

const struct proc_fact *ownerprocs_kernel(struct ownerprocs *procs)
{
	struct own_proc *proc = clockmap_get(&procs->map, 0, KEY_KERNEL);
	struct proc_fact *fact;

	if (proc->fact)
		return proc->fact;
	fact = proc_fact_new();
	if (!fact)
		return NULL;
	fact->is_kernel = true;
	str_copy(fact->comm, sizeof(fact->comm), "[kernel]");
	proc->is_ended = proc->is_end_told = true;
	set_fact(procs, proc, fact);
	return proc->fact;
}

/* What is known of it already, for one that was forgotten. */
static void add_known(struct ownerprocs *procs, const struct proc_fact *fact)
{
	struct own_proc *proc =
		clockmap_get(&procs->map, fact->pid, fact->starttime);

	set_fact(procs, proc, proc_fact_get(fact));
}

bool ownerprocs_has_ended(struct ownerprocs *procs,
			  const struct proc_fact *fact)
{
	struct own_proc *proc = proc_of(procs, fact);

	return !proc || proc->is_ended;
}

const struct proc_fact *ownerprocs_latest(struct ownerprocs *procs,
					  const struct proc_fact *fact)
{
	/* Without a start time it may be another one with its number. */
	bool is_certain = fact->pid && fact->starttime;
	struct own_proc *proc = is_certain ? proc_of(procs, fact) : NULL;

	if (!is_certain)
		return fact;
	if (!proc || !proc->fact) {
		add_known(procs, fact);
		return fact;
	}
	/* The flow that gets it had better hear of the end, too. */
	if (proc->is_ended && proc->is_end_told) {
		proc->is_end_told = false;
		news(procs, proc);
	}
	return proc->fact;
}

bool ownerprocs_lives(struct ownerprocs *procs, const struct proc_fact *fact,
		      uint64_t now_ns)
{
	struct own_proc *proc = proc_of(procs, fact);
	struct look look;
	enum proc_life life;

	if (!fact->pid || !fact->starttime)
		return false;
	if (!proc || !proc->fact) {
		add_known(procs, fact);
		proc = proc_of(procs, fact);
	}
	if (proc->is_ended)
		return false;
	if (proc->checked_ns && now_ns < proc->checked_ns + CHECK_NS)
		return true;
	life = check(procs, proc, now_ns, &look);
	return life == PROC_LIVES || life == PROC_HIDDEN;
}

/* ------------------------------------------------------------ refresh */

/* Return: whether all of it was read, which takes a while. */
static bool refresh_one(struct ownerprocs *procs, struct own_proc *proc,
			uint64_t now_ns)
{
	struct look look = { .comm_hash = 0 };
	enum proc_life life;
	bool is_other, is_read;

	if (!proc->fact || proc->is_ended || now_ns < proc->looked_ns + LOOK_NS)
		return false;
	proc->looked_ns = now_ns;
	life = check(procs, proc, now_ns, &look);
	if (life != PROC_LIVES)
		return false;
	/* exec() nearly always gives another name. */
	is_other = proc->comm_hash && proc->comm_hash != look.comm_hash;
	is_read = is_other || !proc->comm_hash ||
		  now_ns >= proc->read_ns + READ_NS;
	if (is_read)
		proc_read(procs, proc, "", NULL, now_ns);
	proc->comm_hash = look.comm_hash;
	return is_read;
}

/* A process of which nothing is left to be said. */
static bool is_over(const struct own_proc *proc, uint64_t now_ns)
{
	return proc->is_ended && proc->is_end_told && proc->fact->pid &&
	       now_ns >= proc->checked_ns + ENDED_NS;
}

bool ownerprocs_refresh(struct ownerprocs *procs, uint64_t now_ns)
{
	uint64_t since_ns = now_ns - procs->slice_ns;
	int n_read = 0;
	uint32_t n, n_before = procs->map.n;

	if (since_ns < SLICE_NS)
		return false;
	/* Each is visited every second, and most visits look at the time. */
	if (since_ns > NS_PER_S)
		since_ns = NS_PER_S;
	n = (uint32_t)((procs->map.n * since_ns + NS_PER_S - 1) / NS_PER_S);
	procs->slice_ns = now_ns;
	for (; n && n_read < READS && procs->map.n; n--) {
		struct own_proc *proc;

		if (procs->hand >= procs->map.n)
			procs->hand = 0;
		proc = clockmap_at(&procs->map, procs->hand);
		if (is_over(proc, now_ns)) {
			clockmap_remove(&procs->map, procs->hand);
			continue;
		}
		n_read += refresh_one(procs, proc, now_ns);
		procs->hand++;
	}
	procs->is_behind = n && procs->map.n;
	return procs->map.n < n_before;
}

uint64_t ownerprocs_due_ns(const struct ownerprocs *procs)
{
	return procs->is_behind ? procs->slice_ns + SLICE_NS : UINT64_MAX;
}

void ownerprocs_tell(struct ownerprocs *procs, proc_news_fn tell, void *ctx)
{
	for (uint32_t i = 0; i < procs->map.n && procs->n_news; i++) {
		struct own_proc *proc = clockmap_at(&procs->map, i);

		if (proc->has_news) {
			if (!tell(ctx, proc->fact, false))
				return;
			proc->has_news = false;
		}
		if (proc->is_ended && !proc->is_end_told) {
			if (!tell(ctx, proc->fact, true))
				return;
			proc->is_end_told = true;
		}
	}
	procs->n_news = 0;
}
