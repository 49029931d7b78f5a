/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whoever ends last puts back what the first one changed. What that is stands
 * in a file, written before the switch is: so it does not matter who changed
 * it, nor whether he was killed.
 *
 * A rule with "ct bytes" or connbytes sets acct to 1 when it is loaded, which
 * nobody can see when it was 1 already; with 0 the rule would never match
 * again. So acct goes back only when no rule can have come since flowtop wrote
 * it: no transaction of nftables (its generation is read before the switch,
 * and checked again, in turn with transactions, after it is put back) and no
 * table of the old iptables while connbytes is known. Otherwise it stays 1,
 * which harms nobody. Nothing in the kernel depends on timestamp.
 */
#include "broker/sysctl.h"

#include "broker/nft.h"
#include "lib/netns.h"
#include "lib/procnum.h"
#include "lib/str.h"
#include "lib/users.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USERS "flowtop.sysctl"
#define ACCT_BIT (1U << SYSCTL_ACCT)

/* /proc/sys/net shows the namespace of whoever opens it. */
static const char *const paths[SYSCTLS] = {
	[SYSCTL_ACCT] = "/proc/sys/net/netfilter/nf_conntrack_acct",
	[SYSCTL_TIMESTAMP] = "/proc/sys/net/netfilter/nf_conntrack_timestamp",
};

/* Only root may open them, so they are kept. Tables, then matches. */
static const char *const lists[SYSCTL_LISTS] = {
	"/proc/net/ip_tables_names",
	"/proc/net/ip_tables_matches",
	"/proc/net/ip6_tables_names",
	"/proc/net/ip6_tables_matches",
};

static void facts_end(struct sysctl_state *state)
{
	if (state->file.fd >= 0)
		slots_unlock(&state->file);
}

/* From here to facts_end() nobody else changes anything. */
static int facts_begin(struct sysctl_state *state)
{
	int err;

	if (state->file.fd < 0)
		return 0;
	err = slots_lock(&state->file);
	return err ? err
		   : slots_load(&state->file, &state->facts,
				sizeof(state->facts));
}

/* A file that fails is not used again, and stays open: the descriptor is the
 * keeper's, too. */
static void file_failed(struct sysctl_state *state, int err)
{
	facts_end(state);
	state->file.fd = -1;
	state->error = err;
}

static void facts_save(struct sysctl_state *state)
{
	int err;

	if (!state->facts.changed)
		memset(&state->facts, 0, sizeof(state->facts));
	if (state->file.fd < 0)
		return;
	err = slots_save(&state->file, &state->facts, sizeof(state->facts));
	if (err)
		file_failed(state, err);
}

int sysctl_open(struct sysctl_state *state)
{
	struct stat status = { .st_ino = 0 };
	char name[48];
	uint64_t key;

	memset(state, 0, sizeof(*state));
	state->user_fd = -1;
	for (int i = 0; i < SYSCTL_LISTS; i++)
		state->lists[i] = open(lists[i], O_RDONLY | O_CLOEXEC);
	state->is_exact = !netns_cookie(&key);
	if (!state->is_exact) {
		stat("/proc/self/ns/net", &status);
		key = status.st_ino;
	}
	str_printf(name, sizeof(name), "sysctl.%s%llu",
		   state->is_exact ? "" : "inode", (unsigned long long)key);
	state->error = slots_open(&state->file, SYSCTL_DIR, name);
	return state->error;
}

/* What is known of one switch, before it is written. */
static unsigned int plan(struct sysctl_facts *facts, int which, int64_t value,
			 unsigned int wanted)
{
	unsigned int bit = 1U << which;

	if (value != facts->ours[which])
		facts->changed &= ~bit; /* somebody else wrote it since */
	if (!(wanted & bit) || value != 0)
		return 0;
	facts->changed |= bit;
	facts->before[which] = 0;
	facts->ours[which] = 1;
	return bit;
}

unsigned int sysctl_on(struct sysctl_state *state, unsigned int wanted)
{
	struct sysctl_facts *facts = &state->facts;
	unsigned int todo = 0, lacking = 0;
	uint32_t generation;
	int err;

	state->user_fd = users_join(USERS, state->user);
	state->user_pid = getpid();
	err = facts_begin(state);
	if (err)
		file_failed(state, err);
	state->is_on = true;
	if (!state->is_exact && !users_has_others(USERS, state->user))
		facts->changed = 0; /* of a namespace that is gone */
	nft_generation(&generation);
	for (int which = 0; which < SYSCTLS; which++) {
		int64_t value = procnum_read(paths[which]);

		todo |= plan(facts, which, value, wanted);
		if (value < 0)
			lacking |= wanted & 1U << which;
	}
	if (todo & ACCT_BIT)
		facts->generation = generation;
	facts->writer = (int32_t)getpid();
	facts_save(state);
	for (int which = 0; which < SYSCTLS; which++)
		if (todo & 1U << which && procnum_write(paths[which], 1))
			lacking |= 1U << which;
	if (todo & lacking) {
		facts->changed &= ~lacking;
		facts_save(state);
	}
	facts_end(state);
	return lacking;
}

void sysctl_transaction_begin(struct sysctl_state *state)
{
	const struct sysctl_facts *facts = &state->facts;
	uint32_t now;

	state->is_moving = !facts_begin(state) && facts->changed & ACCT_BIT &&
			   !nft_generation(&now) && now == facts->generation;
}

static void transaction_settle(struct sysctl_state *state, bool is_done)
{
	if (state->is_moving && is_done) {
		state->facts.generation++;
		facts_save(state);
	}
	state->is_moving = false;
}

void sysctl_transaction_end(struct sysctl_state *state, bool is_done)
{
	transaction_settle(state, is_done);
	facts_end(state);
}

/* Return: whether there is a line with @word, or negative errno. */
static int list_has(const struct sysctl_state *state, int which,
		    const char *word)
{
	int kept = state->lists[which];
	/* The module may have come meanwhile. The filter of system calls knows
	 * no access(). */
	int fd = kept < 0 ? open(lists[which], O_RDONLY | O_CLOEXEC) : kept;
	char text[4096];
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	n = pread(fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	if (fd != kept)
		close(fd);
	/* Whole lines come, of 30 bytes at most: so many are not all. */
	return n < 0 ? -EIO : n > 4000 || strstr(text, word);
}

/* What the old iptables may need. */
static enum sysctl_left iptables_left(const struct sysctl_state *state)
{
	enum sysctl_left left = SYSCTL_LEFT_NOTHING;

	for (int i = 0; i < SYSCTL_LISTS; i += 2) {
		int tables = list_has(state, i, "\n");
		int matches = list_has(state, i + 1, "connbytes\n");

		if (tables > 0 && matches > 0)
			return SYSCTL_LEFT_RULES;
		if (tables && matches)
			left = SYSCTL_LEFT_UNKNOWN;
	}
	return left;
}

static enum sysctl_left switch_back(struct sysctl_state *state, int which)
{
	const struct sysctl_facts *facts = &state->facts;
	bool is_acct = which == SYSCTL_ACCT;
	enum sysctl_left left;
	uint32_t now;

	if (procnum_read(paths[which]) != facts->ours[which])
		return SYSCTL_LEFT_NOTHING;
	if (is_acct && (nft_generation(&now) || now != facts->generation))
		return SYSCTL_LEFT_RULES;
	left = is_acct ? iptables_left(state) : SYSCTL_LEFT_NOTHING;
	if (left != SYSCTL_LEFT_NOTHING)
		return left;
	if (procnum_write(paths[which], facts->before[which]))
		return SYSCTL_LEFT_FAILED;
	if (is_acct && !nft_is_still(now)) {
		procnum_write(paths[which], facts->ours[which]);
		return SYSCTL_LEFT_RULES;
	}
	state->restored |= 1U << which;
	return SYSCTL_LEFT_NOTHING;
}

static enum sysctl_left put_back(struct sysctl_state *state)
{
	enum sysctl_left left = SYSCTL_LEFT_NOTHING;
	unsigned int failed = 0;

	for (int which = 0; which < SYSCTLS; which++) {
		enum sysctl_left one = state->facts.changed & 1U << which
					       ? switch_back(state, which)
					       : SYSCTL_LEFT_NOTHING;

		if (one >= SYSCTL_LEFT_UNKNOWN)
			failed |= 1U << which;
		if (one != SYSCTL_LEFT_NOTHING)
			left = one;
	}
	state->facts.changed = failed; /* for the next one to try */
	facts_save(state);
	return left;
}

enum sysctl_left sysctl_restore(struct sysctl_state *state)
{
	enum sysctl_left left = SYSCTL_LEFT_NOTHING;
	uint32_t now;

	if (state->user_fd >= 0 && state->user_pid == getpid()) {
		close(state->user_fd);
		state->user_fd = -1;
	}
	if (!state->is_on && !state->is_moving)
		return left;
	if (facts_begin(state)) {
		left = SYSCTL_LEFT_FAILED;
	} else {
		/* Killed with the lock held: one more is our own. */
		transaction_settle(state,
				   state->is_moving && !nft_generation(&now) &&
					   now == state->facts.generation + 1);
		if (state->is_on && state->facts.changed)
			left = users_has_others(USERS, state->user)
				       ? SYSCTL_LEFT_USERS
				       : put_back(state);
	}
	facts_end(state);
	state->is_on = false;
	return left;
}

int sysctl_repair(struct sysctl_state *state, enum sysctl_left *left)
{
	int err;

	*left = SYSCTL_LEFT_NOTHING;
	if (state->file.fd < 0)
		return state->error;
	if (!state->is_exact)
		return -ENOTSUP;
	err = facts_begin(state);
	facts_end(state);
	if (err)
		return err;
	state->is_on = state->facts.changed != 0;
	*left = sysctl_restore(state);
	return (int)state->restored;
}
