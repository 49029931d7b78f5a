/* SPDX-License-Identifier: GPL-2.0-only */
/* What flowtop may do here, and what it can give up. */
#include "broker/finder.h"
#include "broker/text.h"
#include "broker/track.h"
#include "check/fact.h"
#include "enrich/births.h"
#include "lib/priv.h"
#include "lib/sandbox.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "options.h"

static void fix_by_setcap(struct fact *fact, const char *caps)
{
	char path[PATH_MAX] = "", quoted[FACT_FIX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		str_copy(path, sizeof(path), "/usr/sbin/flowtop");
	shell_quote(quoted, sizeof(quoted), path);
	fact_fix(fact, FIX_ROOT, "setcap %s %s", caps, quoted);
}

void find_capability(const struct check *check, struct fact *fact)
{
	bool is_denied =
		check->ctnetlink == -EPERM || check->ctnetlink == -EACCES;
	bool is_there = priv_permitted() & PRIV_CAP(CAP_NET_ADMIN);
	char who[160] = "";

	priv_describe(who, sizeof(who));
	if (is_there && !is_denied) {
		fact_set(fact, FACT_OK, "CAP_NET_ADMIN: %s", who);
	} else if (is_there) {
		fact_set(fact, FACT_MISSING,
			 "CAP_NET_ADMIN is not that of the user namespace to "
			 "which this network namespace belongs");
		fact_fix(fact, FIX_ALONE,
			 "start flowtop outside of this user namespace");
	} else if (is_root()) {
		fact_set(fact, FACT_MISSING,
			 "no CAP_NET_ADMIN, although root: a container or "
			 "service took it away (%s)",
			 who);
		fact_fix(fact, FIX_ALONE,
			 "give it back: docker run --cap-add NET_ADMIN, "
			 "CapabilityBoundingSet=CAP_NET_ADMIN");
	} else {
		fact_set(fact, FACT_MISSING,
			 "no CAP_NET_ADMIN (%s); or start flowtop by sudo",
			 who);
		fix_by_setcap(fact, "cap_net_admin+ep");
	}
}

/* ---------------------------------------------------------------- sandbox */

static void fix_sandbox(struct fact *fact, const struct sandbox_state *state)
{
	if (state->mode == SANDBOX_OFF)
		fact_fix(fact, FIX_ALONE, "flowtop --sandbox=auto");
	else if (state->seccomp_err == -ENOTSUP)
		fact_fix(fact, FIX_ALONE,
			 "./configure --install-deps --with-libseccomp && "
			 "make");
	else if (state->landlock_err == -EOPNOTSUPP)
		fact_fix(fact, FIX_ALONE,
			 "add landlock to lsm= on the kernel's command line");
	else
		fact_fix(fact, FIX_ALONE,
			 "use Linux 5.13 or newer with CONFIG_SECCOMP_FILTER=y "
			 "and CONFIG_SECURITY_LANDLOCK=y");
}

static void enter(const struct check *check, struct fact *fact,
		  enum sandbox_role role, uint64_t caps)
{
	enum sandbox_mode mode = check->config->sandbox;
	struct sandbox_state state;
	char text[FACT_TEXT];
	int err = priv_drop(check->caller, caps);
	bool is_whole;

	if (err) {
		fact->is_needed = true;
		fact_set(fact, FACT_MISSING,
			 "privileges cannot be given up for uid %u: %s",
			 (unsigned int)check->caller->uid, strerror(-err));
		fact_fix(fact, FIX_ALONE, "%s", "");
		return;
	}
	err = sandbox_enter(role, mode, NULL, &state);
	is_whole = sandbox_describe(&state, text, sizeof(text));
	/* Strict is: all or no flowtop. */
	fact->is_needed = err != 0;
	fact_set(
		fact, is_whole ? FACT_OK : FACT_MISSING, "%s%s",
		role == SANDBOX_MAIN ? "" : "the privileged processes: ", text);
	fix_sandbox(fact, &state);
}

/* In children: as main, the broker and the finder do it. */
static void enter_as_main(const struct check *check, struct fact *fact)
{
	enter(check, fact, SANDBOX_MAIN, 0);
}

static void enter_as_broker(const struct check *check, struct fact *fact)
{
	enter(check, fact, SANDBOX_BROKER,
	      priv_permitted() & PRIV_CAP(CAP_NET_ADMIN));
}

static void enter_as_finder(const struct check *check, struct fact *fact)
{
	enter(check, fact, SANDBOX_FINDER, priv_permitted() & FINDER_CAPS);
}

void find_sandbox(const struct check *check, struct fact *fact)
{
	static const fact_fn others[] = { enter_as_broker, enter_as_finder };
	struct fact other;

	fact_in_child(check, fact, enter_as_main);
	for (int i = 0; i < 2 && fact->state == FACT_OK; i++) {
		other = *fact;
		fact_in_child(check, &other, others[i]);
		if (other.state != FACT_OK)
			*fact = other;
	}
}

/* ---------------------------------------------------------------- --track */

static void fix_tables(struct fact *fact, enum track_result result)
{
	switch (result) {
	case TRACK_NO_OWNER:
		fact_fix(fact, FIX_ALONE, "use Linux 5.12 or newer");
		break;
	case TRACK_NO_NFT:
		fact_fix(fact, FIX_ROOT, "modprobe -a nf_tables nft_ct");
		break;
	default:
		fact_fix(fact, FIX_ALONE, "%s", "");
	}
}

/* In a child: a new network namespace has no ruleset to be changed. */
static void probe_tables(const struct check *check, struct fact *fact)
{
	enum track_result result;
	struct track track;

	(void)check;
	if (unshare(CLONE_NEWNET)) {
		if (is_root())
			fact_set(fact, FACT_UNKNOWN,
				 "no network namespace to try it in: %s",
				 strerror(errno));
		else
			fact_set(fact, FACT_UNKNOWN, "trying it needs root");
		fact_fix(fact, is_root() ? FIX_ALONE : FIX_AGAIN, "%s", "");
		return;
	}
	track_init(&track);
	result = track_probe(&track);
	track_off(&track);
	if (result == TRACK_ON) {
		fact_set(fact, FACT_OK,
			 "nftables tables that go with their owner");
		return;
	}
	fact_set(fact, FACT_MISSING, "%s%s%s", track_text(result),
		 track.error ? ": " : "",
		 track.error ? strerror(-track.error) : "");
	fix_tables(fact, result);
}

void find_tables(const struct check *check, struct fact *fact)
{
	fact_in_child(check, fact, probe_tables);
}

/* ----------------------------------------------------------------- owners */

static void fix_owners(struct fact *fact)
{
	if (is_root())
		fact_fix(fact, FIX_ALONE,
			 "give them back: docker run --cap-add SYS_PTRACE "
			 "--cap-add DAC_READ_SEARCH --cap-add SYS_ADMIN");
	else
		fix_by_setcap(fact, PRIV_SETCAP);
}

void find_owners(const struct check *check, struct fact *fact)
{
	uint64_t lacking = FINDER_CAPS & ~priv_permitted();
	struct stat st;

	(void)check;
	if (lacking & ~PRIV_CAP(CAP_SYS_ADMIN)) {
		fact_set(fact, FACT_MISSING,
			 "only processes of the same user are found: "
			 "no%s%s",
			 lacking & PRIV_CAP(CAP_SYS_PTRACE) ? " CAP_SYS_PTRACE"
							    : "",
			 lacking & PRIV_CAP(CAP_DAC_READ_SEARCH)
				 ? " CAP_DAC_READ_SEARCH"
				 : "");
		fix_owners(fact);
	} else if (lacking) {
		fact_set(fact, FACT_MISSING,
			 "processes in other network namespaces are not "
			 "found: no CAP_SYS_ADMIN");
		fix_owners(fact);
	} else if (stat("/proc/self/ns/pid", &st) ||
		   st.st_ino != FINDER_FIRST_PIDS) {
		fact_set(fact, FACT_MISSING,
			 "processes outside of this pid namespace cannot be "
			 "seen");
		fact_fix(fact, FIX_ALONE,
			 "start flowtop outside of it; docker run --pid host");
	} else {
		fact_set(fact, FACT_OK,
			 "processes of all users, in every network namespace");
	}
}

/* ------------------------------------------------------------- cgroup BPF */

static void found_births(struct fact *fact, const struct births_state *state)
{
	if (state->has_connects)
		fact_set(fact, FACT_OK,
			 "births of sockets and TCP connections are seen");
	else
		fact_set(fact, FACT_OK,
			 "births of sockets are seen, not those of TCP "
			 "connections: %s: %s",
			 state->what, strerror(-state->error));
}

static void missed_births(struct fact *fact, const struct births_state *state)
{
	int err = state->error;
	bool is_denied = err == -EPERM || err == -EACCES;

	if (is_denied && !is_root()) {
		fact_set(fact, FACT_UNKNOWN, "trying BPF needs root");
		fact_fix(fact, FIX_AGAIN, "%s", "");
		return;
	}
	/* Of a namespace the step says it all. */
	fact_set(fact, FACT_MISSING, "births of sockets are not seen: %s%s%s",
		 state->what, err == -ENOTSUP ? "" : ": ",
		 err == -ENOTSUP ? "" : strerror(-err));
	if (is_denied || err == -ENOTSUP)
		fact_fix(fact, FIX_ALONE,
			 "start flowtop outside of the container or user "
			 "namespace");
	else if (err != -ENOENT) /* that is: no cgroup2 */
		fact_fix(fact, FIX_ALONE,
			 "use Linux 5.8 or newer with CONFIG_CGROUP_BPF=y");
}

/* In a child: what is attached goes with it. */
static void probe_births(const struct check *check, struct fact *fact)
{
	struct births_state state;
	struct births *births;

	(void)check;
	if (births_open(&births, &state))
		missed_births(fact, &state);
	else
		found_births(fact, &state);
	births_close(births);
}

void find_cgroup_bpf(const struct check *check, struct fact *fact)
{
	if (check->config->no_bpf) {
		fact_set(fact, FACT_MISSING, "--no-bpf: it is not tried");
		fact_fix(fact, FIX_ALONE, "start flowtop without --no-bpf");
		return;
	}
	fact_in_child(check, fact, probe_births);
}
