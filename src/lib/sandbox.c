/* SPDX-License-Identifier: GPL-2.0-only */
/* Landlock, then seccomp, and what became of them. */
#include "lib/sandbox.h"

#include "lib/landlock.h"
#include "lib/seccomp.h"
#include "lib/str.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* The kernel counts them as links: 2 and the number of threads. Without /proc
 * nobody knows. */
static bool has_threads(void)
{
	struct stat task;

	return !stat("/proc/self/task", &task) && task.st_nlink > 3;
}

int sandbox_enter(enum sandbox_role role, enum sandbox_mode mode,
		  const char *const *read_dirs, struct sandbox_state *state)
{
	bool is_strict = mode == SANDBOX_STRICT;

	*state = (struct sandbox_state){ .role = role, .mode = mode };
	if (mode == SANDBOX_OFF)
		return 0;
	if (has_threads())
		return -EBUSY;
	if (role == SANDBOX_MAIN || role == SANDBOX_SCRIBE) {
		int abi = role == SANDBOX_MAIN ? landlock_enter(read_dirs)
					       : landlock_keep(read_dirs[0]);

		state->landlock_abi = abi > 0 ? abi : 0;
		state->landlock_err = abi < 0 ? abi : 0;
		if (is_strict && abi < 0)
			return abi;
	}
	state->seccomp_err = seccomp_enter(role);
	state->has_seccomp = !state->seccomp_err;
	return is_strict ? state->seccomp_err : 0;
}

static const char *why_no_seccomp(int err)
{
	return err == -ENOTSUP ? "built without libseccomp" : strerror(-err);
}

static const char *why_no_landlock(int err)
{
	switch (err) {
	case -ENOSYS:
		return "not in this kernel";
	case -EOPNOTSUPP:
		return "switched off in this kernel";
	default:
		return strerror(-err);
	}
}

bool sandbox_describe(const struct sandbox_state *state, char *text,
		      size_t size)
{
	char seccomp[96] = "seccomp", landlock[96] = "";

	if (state->mode == SANDBOX_OFF) {
		str_copy(text, size, "off");
		return false;
	}
	if (!state->has_seccomp)
		str_printf(seccomp, sizeof(seccomp), "no seccomp: %s",
			   why_no_seccomp(state->seccomp_err));
	if (state->landlock_abi)
		str_printf(landlock, sizeof(landlock), ", Landlock %d",
			   state->landlock_abi);
	else if (state->role == SANDBOX_MAIN)
		str_printf(landlock, sizeof(landlock), ", no Landlock: %s",
			   why_no_landlock(state->landlock_err));
	str_printf(text, size, "%s%s", seccomp, landlock);
	return state->has_seccomp &&
	       (state->landlock_abi || state->role != SANDBOX_MAIN);
}
