/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who started the program, and giving up what he did not have.
 *
 * The order at the start, all before the first thread, because capabilities
 * are per thread:
 *
 *	if (priv_is_privileged())
 *		priv_clean_environment();
 *	priv_caller(&caller);
 *	priv_stand_in(&caller, &as);
 *	(sockets, fork)
 *	priv_drop(&as, 0);              main
 *	priv_drop(&as, kept);           broker
 *
 * Only system calls are used, no library, so it is always there.
 */
#ifndef FLOWTOP_LIB_PRIV_H
#define FLOWTOP_LIB_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** PRIV_CAP - the bit of a CAP_X of <linux/capability.h> */
#define PRIV_CAP(cap) (1ULL << (cap))

/* What the program can use, as setcap(8) takes it. */
#define PRIV_SETCAP                                                            \
	"cap_net_admin,cap_sys_ptrace,cap_dac_read_search,cap_sys_admin+ep"

/* Who started the program; files are his. */
struct caller {
	uid_t uid;
	gid_t gid;
};

/**
 * priv_caller - who started the program
 *
 * A process that is root all through (real and effective) asks SUDO_UID and
 * SUDO_GID, DOAS_USER, PKEXEC_UID, in this order; everybody else is who the
 * kernel says. A set-user-id program does not ask: there the variables are the
 * user's own. The ids of DOAS_USER and PKEXEC_UID come from the password
 * database, which may load NSS modules: clean the environment first.
 * Context: before the first thread.
 * Return: 0; or negative errno when a variable is there and is nonsense (not a
 * number, half of root, nobody of that name): then @caller is "nobody".
 */
int priv_caller(struct caller *caller);

/**
 * priv_home - the home directory of @caller
 *
 * From the password database: call it after priv_drop().
 * Return: whether it is known, and absolute.
 */
bool priv_home(const struct caller *caller, char *path, size_t size);

/**
 * priv_stand_in - whom to be for @caller
 *
 * The caller himself; but root reads and writes most files without any
 * capability, as they are his own. For him it is "nobody", where the user
 * namespace has one and the kernel lets us.
 * Context: before the first thread.
 */
void priv_stand_in(const struct caller *caller, struct caller *as);

/**
 * priv_is_privileged - whether there is more than the caller's rights
 *
 * Effective user 0, other effective than real ids, a permitted capability, or
 * a start that the C library treats as secure (set-id, file capabilities).
 */
bool priv_is_privileged(void);

/** priv_permitted - the capabilities of the calling thread, as PRIV_CAP(). */
uint64_t priv_permitted(void);

/**
 * priv_clean_environment - only variables that a privileged process can bear
 *
 * TERM, LANG, LANGUAGE, LC_*, COLORTERM, NO_COLOR, ESCDELAY, TZ and what
 * priv_caller() reads stay, if their values are harmless: no path, no format.
 * LINES and COLUMNS are brought between 1 and 1000. PATH is that of the system.
 * HOME goes: set it to the caller's after priv_drop(), for ~/.terminfo.
 * Also: umask 077, and no core files.
 * Context: before the first thread and before whatever reads a variable.
 */
void priv_clean_environment(void);

/**
 * priv_drop - be the caller, with no more capabilities than @caps
 * @caps: PRIV_CAP() bits that stay permitted and effective; all of them must be
 *        in priv_permitted()
 *
 * Supplementary groups, group, user (real, effective, saved), bounding and
 * ambient set, permitted, effective and inheritable capabilities,
 * no_new_privs, not dumpable. Then all of it is read back.
 *
 * Where the kernel does not let us, two things may stay as they are: the
 * bounding set (no CAP_SETPCAP; no_new_privs makes it meaningless), and the
 * groups of a caller whose ids do not change (they are his own). Groups
 * that are not the caller's are an error, as in a user namespace that denies
 * setgroups.
 * Context: before the first thread.
 * Return: 0; or negative errno, -EPERM also when something read back differs.
 * After an error the process must not go on.
 */
int priv_drop(const struct caller *caller, uint64_t caps);

/** priv_describe - "uid 1000, no capabilities, no_new_privs", as it is now. */
void priv_describe(char *text, size_t size);

#endif
