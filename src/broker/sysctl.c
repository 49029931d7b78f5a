/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whoever ends last puts back what the first one changed. What that is stands
 * in a file (state.h), written before the switch is; so it does not matter who
 * changed it, nor whether he was killed. Users are counted by abstract sockets,
 * which belong to the namespace and die with their process:
 *
 *	@flowtop.sysctl.PID.RANDOM
 *
 * Anybody can make such a name: it is counted, and nothing else is believed.
 *
 * A rule with "ct bytes" or connbytes sets acct to 1 when it is loaded, which
 * nobody can see when it was 1 already; with 0 the rule would never match
 * again. So acct goes back only when no rule can have come since flowtop wrote
 * it: no transaction of nftables (its generation is read before the switch,
 * and once more, in turn with transactions, after it is put back) and no table
 * of the old iptables while connbytes is known. Otherwise it stays 1, which
 * harms nobody. Nothing in the kernel depends on timestamp.
 */
#include "broker/sysctl.h"

#include "broker/nft.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define USER_PREFIX "flowtop.sysctl."
#define ACCT_BIT (1U << SYSCTL_ACCT)

static const char *const names[SYSCTLS] = {
	[SYSCTL_ACCT] = "acct",
	[SYSCTL_TIMESTAMP] = "timestamp",
};

/* Only root may open them, so they are kept. Tables, then matches. */
static const char *const lists[SYSCTL_LISTS] = {
	"/proc/net/ip_tables_names",
	"/proc/net/ip_tables_matches",
	"/proc/net/ip6_tables_names",
	"/proc/net/ip6_tables_matches",
};

/* /proc/sys/net shows the namespace of whoever opens it. */
static int open_number(const char *name, int flags)
{
	char path[64];
	int fd;

	str_printf(path, sizeof(path),
		   "/proc/sys/net/netfilter/nf_conntrack_%s", name);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int64_t sysctl_number(const char *name)
{
	int fd = open_number(name, O_RDONLY);
	char text[24];
	uint64_t value;
	ssize_t n;
	int err;

	if (fd < 0)
		return fd;
	n = read(fd, text, sizeof(text) - 1);
	err = n < 0 ? -errno : 0;
	close(fd);
	if (err)
		return err;
	text[n > 0 && text[n - 1] == '\n' ? n - 1 : n] = '\0';
	err = parse_u64(text, 0, INT64_MAX, &value);
	return err ? err : (int64_t)value;
}

static int switch_write(int which, int value)
{
	int fd = open_number(names[which], O_WRONLY);
	char digit = (char)('0' + value);
	int err = 0;

	if (fd < 0)
		return fd;
	if (write(fd, &digit, 1) != 1)
		err = -errno;
	close(fd);
	return err;
}

static bool has_other_users(const struct sysctl_state *state)
{
	FILE *file = fopen("/proc/net/unix", "re");
	bool is_found = false;
	char line[512];

	if (!file)
		return true;
	while (!is_found && fgets(line, sizeof(line), file)) {
		const char *name = strstr(line, " @" USER_PREFIX);

		line[strcspn(line, "\n")] = '\0';
		is_found = name && strcmp(name + 2, state->user) != 0;
	}
	fclose(file);
	return is_found;
}

static void user_announce(struct sysctl_state *state)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	uint32_t random = 0;
	size_t size;

	/* Process ids repeat: a container may have its own. */
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = (uint32_t)(uintptr_t)state;
	str_printf(state->user, sizeof(state->user), USER_PREFIX "%d.%08x",
		   (int)getpid(), random);
	size = strlen(state->user);
	memcpy(name.sun_path + 1, state->user, size);
	size += offsetof(struct sockaddr_un, sun_path) + 1;
	state->user_pid = getpid();
	state->user_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (state->user_fd >= 0)
		bind(state->user_fd, (struct sockaddr *)&name, (socklen_t)size);
}

static void facts_end(struct sysctl_state *state)
{
	if (state->file.fd >= 0)
		state_unlock(&state->file);
}

/* From here to facts_end() nobody else changes anything. */
static int facts_begin(struct sysctl_state *state)
{
	int err;

	if (state->file.fd < 0)
		return 0;
	err = state_lock(&state->file);
	if (!err)
		err = state_load(&state->file, &state->facts);
	return err;
}

/* A file that fails is not used again. The descriptor may be a keeper's, too,
 * so it is left open. */
static void facts_save(struct sysctl_state *state)
{
	if (state->file.fd < 0)
		return;
	state->facts.writer = (int32_t)getpid();
	state->error = state_save(&state->file, &state->facts);
	if (!state->error)
		return;
	facts_end(state);
	state->file.fd = -1;
}

int sysctl_open(struct sysctl_state *state)
{
	memset(state, 0, sizeof(*state));
	state->user_fd = -1;
	for (int i = 0; i < SYSCTL_LISTS; i++)
		state->lists[i] = open(lists[i], O_RDONLY | O_CLOEXEC);
	state->error = state_open(&state->file, SYSCTL_DIR);
	return state->error;
}

/* What is known of one switch, before it is written. */
static unsigned int plan(struct state_facts *facts, int which, int64_t value,
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
	struct state_facts *facts = &state->facts;
	unsigned int todo = 0, lacking = 0;
	uint32_t generation;
	bool is_known;

	user_announce(state);
	state->error = facts_begin(state);
	if (state->error) {
		facts_end(state);
		state->file.fd = -1;
	}
	state->is_on = true;
	if (!state->file.is_exact && !has_other_users(state))
		facts->changed = 0; /* of a namespace that is gone */
	is_known = !nft_generation(&generation);
	for (int which = 0; which < SYSCTLS; which++) {
		int64_t value = sysctl_number(names[which]);

		todo |= plan(facts, which, value, wanted);
		if (value < 0)
			lacking |= wanted & 1U << which;
	}
	if (todo & ACCT_BIT) {
		facts->generation = is_known ? generation : 0;
		facts->has_generation = is_known;
	}
	facts_save(state);
	for (int which = 0; which < SYSCTLS; which++)
		if (todo & 1U << which && switch_write(which, 1))
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
	const struct state_facts *facts = &state->facts;
	uint32_t now;

	state->is_moving = !facts_begin(state) && facts->changed & ACCT_BIT &&
			   facts->has_generation && !nft_generation(&now) &&
			   now == facts->generation;
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

/* Return: whether there is a line with @word, or no way to know. */
static bool list_may_have(const struct sysctl_state *state, int which,
			  const char *word)
{
	int own = state->lists[which] >= 0
			  ? -1
			  : open(lists[which], O_RDONLY | O_CLOEXEC);
	int fd = own >= 0 ? own : state->lists[which];
	char text[4096];
	size_t used = 0;
	ssize_t n;

	if (fd < 0)
		return errno != ENOENT;
	do {
		n = pread(fd, text + used, sizeof(text) - 1 - used,
			  (off_t)used);
		used += n > 0 ? (size_t)n : 0;
	} while (n > 0 && used < sizeof(text) - 1);
	text[used] = '\0';
	if (own >= 0)
		close(own);
	return n != 0 || strstr(text, word);
}

static bool may_have_connbytes(const struct sysctl_state *state)
{
	for (int i = 0; i < SYSCTL_LISTS; i += 2)
		if (list_may_have(state, i, "\n") &&
		    list_may_have(state, i + 1, "connbytes\n"))
			return true;
	return false;
}

static enum sysctl_left acct_back(const struct sysctl_state *state)
{
	const struct state_facts *facts = &state->facts;
	uint32_t now;

	if (!facts->has_generation || nft_generation(&now))
		return SYSCTL_LEFT_UNKNOWN;
	if (now != facts->generation || may_have_connbytes(state))
		return SYSCTL_LEFT_RULES;
	if (switch_write(SYSCTL_ACCT, facts->before[SYSCTL_ACCT]))
		return SYSCTL_LEFT_UNKNOWN;
	if (nft_is_still(now))
		return SYSCTL_LEFT_NOTHING;
	switch_write(SYSCTL_ACCT, facts->ours[SYSCTL_ACCT]);
	return SYSCTL_LEFT_RULES;
}

static enum sysctl_left put_back(struct sysctl_state *state)
{
	struct state_facts *facts = &state->facts;
	enum sysctl_left left = SYSCTL_LEFT_NOTHING;
	unsigned int changed = facts->changed;

	facts->changed = 0;
	for (int which = 0; which < SYSCTLS; which++) {
		enum sysctl_left one = SYSCTL_LEFT_NOTHING;

		if (!(changed & 1U << which) ||
		    sysctl_number(names[which]) != facts->ours[which])
			continue;
		if (which == SYSCTL_ACCT)
			one = acct_back(state);
		else if (switch_write(which, facts->before[which]))
			one = SYSCTL_LEFT_UNKNOWN;
		if (one == SYSCTL_LEFT_UNKNOWN)
			facts->changed |= 1U << which; /* for the next one */
		if (one == SYSCTL_LEFT_NOTHING)
			state->restored |= 1U << which;
		else
			left = one;
	}
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
		left = SYSCTL_LEFT_UNKNOWN;
	} else {
		/* Killed with the lock held: one more is our own. */
		transaction_settle(state,
				   !nft_generation(&now) &&
					   now == state->facts.generation + 1);
		if (state->is_on && state->facts.changed)
			left = has_other_users(state) ? SYSCTL_LEFT_USERS
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
	if (!state->file.is_exact)
		return -ENOTSUP;
	err = facts_begin(state);
	facts_end(state);
	if (err)
		return err;
	state->is_on = state->facts.changed != 0;
	*left = sysctl_restore(state);
	return (int)state->restored;
}
