/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/ownersock.h"

#include "broker/finder.h"
#include "lib/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Holders come and go: after that time a full walk is wanted again, and later
 * and later each time it has found the same: 30 s, 1, 2, 4, 8, 16 min. */
#define FULL_NS (30 * NS_PER_S)
#define FULL_DOUBLES 5

/* Walks that find nobody, of a socket that cannot be the kernel's: somebody
 * may have it in a message, or registered with an io_uring. */
#define LOST_MAX 3

/* Walks that find nobody, of a socket that may be the kernel's: behind the back
 * of one a server gives what it has accepted to a child that was not there when
 * the walk began. */
#define KERNEL_LOST 2

/* Questions about a socket come when its flow begins; who asks later can have
 * it looked for again. So it is forgotten when it was not asked for in a while:
 * above so many, and of processes that have ended. */
#define MANY_SOCKS 1024
#define UNASKED_NS (15 * NS_PER_S)
#define ENDED_NS (60 * NS_PER_S)
#define SLICE_NS (250 * NS_PER_MS)
#define SLICES 16 /* until each had its turn */

static void sock_drop(void *elem)
{
	struct own_sock *sock = elem;

	proc_fact_put(sock->fact);
}

int ownersocks_init(struct ownersocks *socks, struct ownerprocs *procs,
		    struct births *births)
{
	memset(socks, 0, sizeof(*socks));
	socks->procs = procs;
	socks->births = births;
	socks->wanted = calloc(OWNERSOCKS_WANTED, sizeof(*socks->wanted));
	if (!socks->wanted)
		return -ENOMEM;
	return clockmap_init(&socks->map, sizeof(struct own_sock),
			     OWNERSOCKS_MAX, sock_drop);
}

void ownersocks_fini(struct ownersocks *socks)
{
	clockmap_fini(&socks->map);
	free(socks->wanted);
	socks->wanted = NULL;
}

static void set_fact(struct own_sock *sock, const struct proc_fact *fact)
{
	proc_fact_get(fact);
	proc_fact_put(sock->fact);
	sock->fact = fact;
}

static bool find_birth(const struct ownersocks *socks,
		       const struct clock_key *key, struct birth *birth)
{
	return socks->births && births_find(socks->births, key->a, birth) &&
	       birth->pid;
}

/* ------------------------------------------------------------ wanted */

static void want(struct ownersocks *socks, struct own_sock *sock, bool is_hasty)
{
	if (!sock->inode || !socks->has_finder)
		return;
	/* Who asks while he waits does not make it faster. */
	if (sock->is_walked_full || (is_hasty && sock->is_walked_hasty))
		return;
	if (sock->is_wanted) {
		if (is_hasty && !sock->is_hasty) {
			sock->is_hasty = true;
			socks->n_hasty++;
			socks->n_full--;
		}
		return;
	}
	if (socks->n_wanted == OWNERSOCKS_WANTED)
		return;
	sock->is_wanted = true;
	sock->is_hasty = is_hasty;
	socks->wanted[socks->n_wanted++] = sock->node.key;
	if (is_hasty)
		socks->n_hasty++;
	else
		socks->n_full++;
}

int ownersocks_take_wanted(struct ownersocks *socks, bool is_hasty,
			   struct wanted_sock *taken, int max)
{
	int n = 0, kept = 0;

	socks->n_hasty = socks->n_full = 0;
	for (int i = 0; i < socks->n_wanted; i++) {
		struct clock_key key = socks->wanted[i];
		struct own_sock *sock =
			clockmap_find(&socks->map, key.a, key.b);

		if (!sock || !sock->is_wanted)
			continue;
		if (n == max || (is_hasty && !sock->is_hasty)) {
			socks->wanted[kept++] = key;
			socks->n_hasty += sock->is_hasty;
			socks->n_full += !sock->is_hasty;
			continue;
		}
		sock->is_wanted = sock->is_hasty = false;
		*(is_hasty ? &sock->is_walked_hasty : &sock->is_walked_full) =
			true;
		taken[n++] = (struct wanted_sock){
			.key = key,
			.inode = sock->inode,
		};
	}
	socks->n_wanted = kept;
	return n;
}

void ownersocks_want_again(struct ownersocks *socks,
			   const struct clock_key *key, bool is_hasty)
{
	struct own_sock *sock = clockmap_find(&socks->map, key->a, key->b);

	if (!sock)
		return;
	sock->is_walked_hasty = sock->is_walked_full = false;
	want(socks, sock, is_hasty);
}

/* ------------------------------------------------------------ a walk's word */

static void note_full(struct own_sock *sock, const struct proc_fact *fact,
		      uint16_t holders, uint64_t now_ns)
{
	bool is_same = sock->full_ns && sock->fact &&
		       sock->holders == holders &&
		       proc_fact_same(sock->fact, fact);

	if (!is_same)
		sock->n_same = 0;
	else if (sock->n_same < FULL_DOUBLES)
		sock->n_same++;
	sock->full_ns = now_ns;
}

static void found_owner(struct ownersocks *socks, struct own_sock *sock,
			const struct walk_found *found, uint64_t now_ns)
{
	const struct proc_fact *fact;

	/* Asked for before the holders were counted, it knows one of them. */
	if (found->is_partial && sock->fact && sock->holders &&
	    ownerprocs_lives(socks->procs, sock->fact, now_ns))
		return;
	fact = ownerprocs_get(socks->procs, found->pid, found->starttime,
			      sock->netns, found->comm, now_ns);
	if (!fact)
		return;
	if (!found->is_partial)
		note_full(sock, fact, found->holders, now_ns);
	set_fact(sock, fact);
	sock->holders = found->is_partial ? 0 : found->holders;
	sock->is_denied = sock->is_kernel = false;
	sock->n_lost = 0;
}

void ownersocks_found(struct ownersocks *socks, const struct clock_key *key,
		      const struct walk_found *found, uint64_t now_ns)
{
	struct own_sock *sock = clockmap_find(&socks->map, key->a, key->b);

	if (!sock)
		return;
	sock->told_ns = now_ns;
	sock->is_walked_hasty = false;
	sock->is_walked_full = sock->is_walked_full && found->is_partial;
	if (found->pid) {
		found_owner(socks, sock, found, now_ns);
	} else if (found->is_denied) {
		sock->is_denied = true;
		sock->holders = 0;
		sock->full_ns = now_ns;
	} else {
		sock->is_denied = false;
		sock->holders = 0;
		sock->lost_ns = now_ns;
		sock->n_lost += sock->n_lost < UINT8_MAX;
	}
}

/* ------------------------------------------------------------ questions */

static struct sock_answer user_answer(struct ownersocks *socks,
				      const struct sock_id *id,
				      enum sock_verdict verdict)
{
	return (struct sock_answer){
		.verdict = verdict,
		.fact = ownerprocs_user(socks->procs, id->has_uid, id->uid),
		.is_settled = true,
	};
}

static struct sock_answer owned_answer(struct ownersocks *socks,
				       struct own_sock *sock, bool is_settled)
{
	return (struct sock_answer){
		.verdict = SOCK_OWNED,
		.fact = ownerprocs_latest(socks->procs, sock->fact),
		.holders = sock->holders,
		.is_settled = is_settled,
	};
}

static void take_birth(struct ownersocks *socks, struct own_sock *sock,
		       uint64_t now_ns)
{
	struct birth birth;

	if (find_birth(socks, &sock->node.key, &birth))
		set_fact(sock, ownerprocs_birth(socks->procs, &birth,
						sock->netns, now_ns));
}

static struct own_sock *sock_get(struct ownersocks *socks,
				 const struct sock_id *id, uint64_t now_ns)
{
	struct own_sock *sock =
		clockmap_get(&socks->map, id->cookie, id->space);

	sock->netns = id->netns;
	sock->asked_ns = now_ns;
	if (id->inode)
		sock->inode = id->inode;
	if (!sock->fact)
		take_birth(socks, sock, now_ns);
	return sock;
}

/* No process has it, and it is still there. */
static struct sock_answer still_there(struct ownersocks *socks,
				      struct own_sock *sock,
				      const struct sock_id *id)
{
	struct birth birth;
	/* Who made it has a name, or at least a user. */
	bool may_be_kernel = !id->uid && socks->sees_all &&
			     !find_birth(socks, &sock->node.key, &birth);

	if (may_be_kernel && sock->n_lost >= KERNEL_LOST) {
		sock->is_kernel = true;
		return (struct sock_answer){
			.verdict = SOCK_KERNEL,
			.fact = ownerprocs_kernel(socks->procs),
			.is_settled = true,
		};
	}
	if (sock->n_lost >= LOST_MAX || !socks->has_finder)
		return user_answer(socks, id, SOCK_UNKNOWN);
	want(socks, sock, true);
	return (struct sock_answer){ .verdict = SOCK_WAIT };
}

/* Somebody has it now. */
static struct sock_answer ask_open(struct ownersocks *socks,
				   struct own_sock *sock,
				   const struct sock_id *id, uint64_t since_ns,
				   bool is_again, uint64_t now_ns)
{
	bool is_lost = sock->n_lost && sock->lost_ns == sock->told_ns;
	bool is_fresh = sock->told_ns && sock->told_ns >= since_ns;
	bool is_old = !sock->full_ns ||
		      now_ns > sock->full_ns + (FULL_NS << sock->n_same);

	if (is_lost && (is_fresh || sock->is_kernel))
		return is_again || sock->is_kernel
			       ? still_there(socks, sock, id)
			       : (struct sock_answer){ .verdict = SOCK_LOST };
	if (sock->fact &&
	    ((is_fresh && !sock->is_denied) ||
	     ownerprocs_lives(socks->procs, sock->fact, now_ns))) {
		if (is_old)
			want(socks, sock, false);
		return owned_answer(socks, sock, !is_old || !socks->has_finder);
	}
	if (!socks->has_finder)
		return user_answer(socks, id, SOCK_DENIED);
	if (sock->is_denied && !is_old)
		return user_answer(socks, id, SOCK_DENIED);
	want(socks, sock, true);
	return (struct sock_answer){ .verdict = SOCK_WAIT };
}

struct sock_answer ownersocks_ask(struct ownersocks *socks,
				  const struct sock_id *id, uint64_t since_ns,
				  bool is_again, uint64_t now_ns)
{
	struct own_sock *sock = sock_get(socks, id, now_ns);

	if (id->inode)
		return ask_open(socks, sock, id, since_ns, is_again, now_ns);
	if (sock->fact)
		return owned_answer(socks, sock, true);
	return (struct sock_answer){ .verdict = SOCK_NOBODY };
}

/* ------------------------------------------------------------ forgetting */

static bool can_go(struct ownersocks *socks, const struct own_sock *sock,
		   uint64_t now_ns)
{
	if (sock->is_wanted || sock->is_walked_full || sock->is_walked_hasty)
		return false;
	if (socks->map.n > MANY_SOCKS)
		return now_ns >= sock->asked_ns + UNASKED_NS;
	return now_ns >= sock->asked_ns + ENDED_NS &&
	       (!sock->fact || ownerprocs_has_ended(socks->procs, sock->fact));
}

bool ownersocks_refresh(struct ownersocks *socks, uint64_t now_ns)
{
	uint32_t n_before = socks->map.n, n = n_before / SLICES + 1;

	if (now_ns < socks->slice_ns + SLICE_NS)
		return false;
	socks->slice_ns = now_ns;
	for (; n && socks->map.n; n--) {
		if (socks->hand >= socks->map.n)
			socks->hand = 0;
		if (can_go(socks, clockmap_at(&socks->map, socks->hand),
			   now_ns))
			clockmap_remove(&socks->map, socks->hand);
		else
			socks->hand++;
	}
	return socks->map.n < n_before;
}
