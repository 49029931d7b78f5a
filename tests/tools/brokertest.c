// SPDX-License-Identifier: GPL-2.0-only
/*
 * brokertest - what the broker does to the kernel, one step at a time.
 *
 *	brokertest STEP...
 *
 *	open, on BITS, restore, repair       as in broker/sysctl.h
 *	track, untrack, guard, probe         as in broker/track.h
 *	generation, is-still N               as in broker/nft.h
 *	inexact          as on a kernel without namespace cookies
 *	begin, end       a transaction of our own that is none
 *	user             be counted, and no more
 *	keeper           fork; the parent restores when the child was killed
 *	drop, nobody     become nobody, with CAP_NET_ADMIN only or without
 *	error            that of the file
 *	wait             for a line on standard input
 *
 * Each step prints its name and its result.
 */
#include "broker/nft.h"
#include "broker/sysctl.h"
#include "broker/track.h"

#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sysctl_state *state;
static struct track track;

static int keeper(void)
{
	pid_t child = fork();
	int status;

	if (child <= 0)
		return child;
	if (waitpid(child, &status, 0) == child && WIFSIGNALED(status))
		printf("kept %d\n", (int)sysctl_restore(state));
	exit(0);
}

static int drop(bool has_cap)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3,
						   0 };
	struct __user_cap_data_struct caps[2] = { { 0, 0, 0 } };

	if (has_cap)
		caps[0].effective = caps[0].permitted = 1U << CAP_NET_ADMIN;

	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || setgroups(0, NULL) ||
	       setresgid(65534, 65534, 65534) ||
	       setresuid(65534, 65534, 65534) ||
	       syscall(SYS_capset, &header, caps);
}

static int repair(void)
{
	enum sysctl_left left;
	int done = sysctl_repair(state, &left);

	printf("left %d\n", (int)left);
	return done;
}

static long step(const char *name, const char *next)
{
	uint32_t generation;
	char line[80];

	if (!strcmp(name, "open"))
		return sysctl_open(state);
	if (!strcmp(name, "on"))
		return sysctl_on(state, (unsigned int)atoi(next));
	if (!strcmp(name, "restore"))
		return sysctl_restore(state);
	if (!strcmp(name, "repair"))
		return repair();
	if (!strcmp(name, "track"))
		return track_on(&track, state);
	if (!strcmp(name, "probe"))
		return track_probe(&track);
	if (!strcmp(name, "guard"))
		return track_guard(&track);
	if (!strcmp(name, "untrack"))
		return track_off(&track), 0;
	if (!strcmp(name, "generation"))
		return nft_generation(&generation) ? -1 : (long)generation;
	if (!strcmp(name, "is-still"))
		return nft_is_still((uint32_t)strtoul(next, NULL, 10));
	if (!strcmp(name, "begin"))
		return sysctl_transaction_begin(state), 0;
	if (!strcmp(name, "end"))
		return sysctl_transaction_end(state, false), 0;
	if (!strcmp(name, "inexact"))
		return state->is_exact = false;
	if (!strcmp(name, "keeper"))
		return keeper();
	if (!strcmp(name, "drop"))
		return drop(true);
	if (!strcmp(name, "nobody"))
		return drop(false);
	if (!strcmp(name, "error"))
		return state->error;
	if (!strcmp(name, "user"))
		return users_join("flowtop.sysctl", state->user) < 0;
	if (!strcmp(name, "wait"))
		return fgets(line, sizeof(line), stdin) ? 0 : -1;
	fprintf(stderr, "brokertest: no step %s\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (state == MAP_FAILED)
		return 1;
	state->file.fd = state->user_fd = -1;
	track_init(&track);
	for (int i = 1; i < argc; i++) {
		const char *next = i + 1 < argc ? argv[i + 1] : "0";

		printf("%s %ld\n", argv[i], step(argv[i], next));
		if (!strcmp(argv[i], "on") || !strcmp(argv[i], "is-still"))
			i++;
	}
	return 0;
}
