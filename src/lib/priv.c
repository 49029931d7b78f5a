/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Giving up privileges by plain system calls.
 *
 * capset() and prctl() act on the calling thread only, and what they do is
 * what has to be read back, so nothing is gained by a library in between.
 */
#include "lib/priv.h"

#include "lib/str.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534 /* the kernel's overflow id, and everybody's "nobody" */
#define MAX_ID (UINT32_MAX - 1) /* -1 means "leave it" to the kernel */
#define MAX_SIDE 1000 /* rows or columns; curses allocates their product */

/* ------------------------------------------------------------- the caller */

/* Root may use sudo as well; half of him is nonsense. */
static bool is_half_root(uid_t uid, gid_t gid)
{
	return !uid != !gid;
}

static int by_ids(const char *uid_text, const char *gid_text,
		  struct caller *caller)
{
	uint64_t uid, gid;

	if (!gid_text || parse_u64(uid_text, 0, MAX_ID, &uid) ||
	    parse_u64(gid_text, 0, MAX_ID, &gid) ||
	    is_half_root((uid_t)uid, (gid_t)gid))
		return -EINVAL;
	caller->uid = (uid_t)uid;
	caller->gid = (gid_t)gid;
	return 0;
}

static int by_entry(const struct passwd *entry, struct caller *caller)
{
	if (!entry)
		return -ENOENT;
	if (is_half_root(entry->pw_uid, entry->pw_gid))
		return -EINVAL;
	caller->uid = entry->pw_uid;
	caller->gid = entry->pw_gid;
	return 0;
}

/* Return: 0, negative errno, or 1 when no variable names a caller. */
static int by_environment(struct caller *caller)
{
	const char *sudo = getenv("SUDO_UID");
	const char *doas = getenv("DOAS_USER");
	const char *pkexec = getenv("PKEXEC_UID");
	uint64_t uid;

	if (sudo)
		return by_ids(sudo, getenv("SUDO_GID"), caller);
	if (doas)
		return by_entry(getpwnam(doas), caller);
	if (!pkexec)
		return 1;
	if (parse_u64(pkexec, 0, MAX_ID, &uid))
		return -EINVAL;
	return by_entry(getpwuid((uid_t)uid), caller);
}

int priv_caller(struct caller *caller)
{
	int err = 1;

	*caller = (struct caller){ .uid = getuid(), .gid = getgid() };
	if (!getuid() && !geteuid())
		err = by_environment(caller);
	if (err < 0)
		*caller = (struct caller){ .uid = NOBODY, .gid = NOBODY };
	return err < 0 ? err : 0;
}

bool priv_home(const struct caller *caller, char *path, size_t size)
{
	const struct passwd *entry = getpwuid(caller->uid);

	return entry && entry->pw_dir && entry->pw_dir[0] == '/' &&
	       str_copy(path, size, entry->pw_dir);
}

void priv_stand_in(const struct caller *caller, struct caller *as)
{
	gid_t gid = getegid();
	uid_t uid = geteuid();
	bool may_change;

	*as = *caller;
	if (caller->uid || setegid(NOBODY))
		return;
	may_change = !seteuid(NOBODY) && !seteuid(uid);
	if (!setegid(gid) && may_change)
		*as = (struct caller){ .uid = NOBODY, .gid = NOBODY };
}

/* ------------------------------------------------------------ environment */

#define SYSTEM_PATH "/usr/sbin:/usr/bin:/sbin:/bin"
#define MAX_VALUE 128
#define MAX_KEPT 64

/* Printable ASCII without what makes a path, a format or an escape. */
static bool is_word(const char *value)
{
	size_t n = 0;

	for (; value[n]; n++) {
		if (value[n] <= ' ' || value[n] > '~' || value[n] == '/' ||
		    value[n] == '%')
			return false;
	}
	return n <= MAX_VALUE;
}

/* A name below zoneinfo or a POSIX rule, never another file. */
static bool is_zone(const char *value)
{
	size_t n = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz"
				 "0123456789+-_/:,.<>");

	if (value[0] == ':')
		value++, n--;
	return !value[n] && n <= MAX_VALUE && value[0] != '/' &&
	       !strstr(value, "..");
}

static bool is_number(const char *value)
{
	uint64_t number;

	return !parse_u64(value, 0, 10000, &number);
}

static bool is_size(const char *value)
{
	uint64_t number;

	return !parse_u64(value, 0, UINT32_MAX, &number);
}

static const struct {
	const char *name; /* LC_* is added by is_kept() */
	bool (*is_sane)(const char *value);
} kept_names[] = {
	{ "TERM", is_word },       { "LANG", is_word },
	{ "LANGUAGE", is_word },   { "COLORTERM", is_word },
	{ "NO_COLOR", is_word },   { "ESCDELAY", is_number },
	{ "TZ", is_zone },         { "LINES", is_size },
	{ "COLUMNS", is_size },    { "SUDO_UID", is_word },
	{ "SUDO_GID", is_word },   { "DOAS_USER", is_word },
	{ "PKEXEC_UID", is_word },
};

static bool is_kept(const char *entry)
{
	const char *value = strchr(entry, '=');
	size_t n = value ? (size_t)(value - entry) : 0;

	if (!n)
		return false;
	value++;
	if (!strncmp(entry, "LC_", 3))
		return is_word(value);
	for (size_t i = 0; i < sizeof(kept_names) / sizeof(kept_names[0]);
	     i++) {
		if (strlen(kept_names[i].name) == n &&
		    !strncmp(entry, kept_names[i].name, n))
			return kept_names[i].is_sane(value);
	}
	return false;
}

static void clamp(const char *name)
{
	const char *value = getenv(name);
	uint64_t number;

	if (!value || parse_u64(value, 0, UINT32_MAX, &number))
		return;
	if (number > MAX_SIDE)
		setenv(name, "1000", 1);
	else if (!number)
		setenv(name, "1", 1);
}

void priv_clean_environment(void)
{
	static const struct rlimit no_core = { 0, 0 };
	char *kept[MAX_KEPT];
	size_t n = 0;

	/* The strings are the kernel's copy and outlive the list. */
	for (char **entry = environ; entry && *entry; entry++) {
		if (n < MAX_KEPT && is_kept(*entry))
			kept[n++] = *entry;
	}
	clearenv();
	/* Of two with one name the first counts, as for getenv(). */
	while (n)
		putenv(kept[--n]);
	setenv("PATH", SYSTEM_PATH, 1);
	clamp("LINES");
	clamp("COLUMNS");
	umask(077);
	setrlimit(RLIMIT_CORE, &no_core);
}

/* ----------------------------------------------------------- capabilities */

struct caps {
	uint64_t permitted, effective, inheritable;
};

static int caps_get(struct caps *caps)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct half[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, half))
		return -errno;
	caps->permitted = half[0].permitted | (uint64_t)half[1].permitted << 32;
	caps->effective = half[0].effective | (uint64_t)half[1].effective << 32;
	caps->inheritable = half[0].inheritable | (uint64_t)half[1].inheritable
							  << 32;
	return 0;
}

/* Permitted and effective the same, inheritable none. */
static int caps_set(uint64_t caps)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct half[_LINUX_CAPABILITY_U32S_3] = {
		{ .permitted = (uint32_t)caps, .effective = (uint32_t)caps },
		{ .permitted = (uint32_t)(caps >> 32),
		  .effective = (uint32_t)(caps >> 32) },
	};

	return syscall(SYS_capset, &head, half) ? -errno : 0;
}

uint64_t priv_permitted(void)
{
	struct caps caps;

	return caps_get(&caps) ? 0 : caps.permitted;
}

bool priv_is_privileged(void)
{
	return !geteuid() || geteuid() != getuid() || getegid() != getgid() ||
	       priv_permitted() || getauxval(AT_SECURE);
}

static bool bounding_is_empty(void)
{
	for (unsigned long cap = 0;; cap++) {
		int is_there = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (is_there < 0)
			return true;
		if (is_there)
			return false;
	}
}

static void bounding_clear(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0;
	     cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

static bool ambient_is_empty(void)
{
	for (unsigned long cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) > 0)
			return false;
	}
	return true;
}

/* --------------------------------------------------------------- the drop */

static bool has_ids(const struct caller *caller)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	/* The last is for files; an invalid id changes nothing. */
	return !getresuid(&ruid, &euid, &suid) &&
	       !getresgid(&rgid, &egid, &sgid) && ruid == caller->uid &&
	       euid == caller->uid && suid == caller->uid &&
	       rgid == caller->gid && egid == caller->gid &&
	       sgid == caller->gid &&
	       (uid_t)setfsuid((uid_t)-1) == caller->uid &&
	       (gid_t)setfsgid((gid_t)-1) == caller->gid;
}

/* Whether no supplementary group but @gid is left. */
static bool has_no_groups(gid_t gid)
{
	gid_t groups[4];
	/* More than fit is an error, and then they are not cleared. */
	int n = getgroups(4, groups);

	for (int i = 0; i < n; i++) {
		if (groups[i] != gid)
			return false;
	}
	return n >= 0;
}

static int ids_change(const struct caller *caller, uint64_t caps)
{
	/* Also in a user namespace that has no name for them. */
	if (has_ids(caller))
		return 0;
	/* Without it the kernel takes all capabilities at the change. */
	if (caps && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return -errno;
	if (setresgid(caller->gid, caller->gid, caller->gid) ||
	    setresuid(caller->uid, caller->uid, caller->uid))
		return -errno;
	return 0;
}

/* Read back by other means than it was set with, where there are any. */
static bool is_dropped(const struct caller *caller, uint64_t caps)
{
	struct caps now;

	return has_ids(caller) && !caps_get(&now) && now.permitted == caps &&
	       now.effective == caps && !now.inheritable &&
	       ambient_is_empty() && !prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0) &&
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
	       !prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
}

int priv_drop(const struct caller *caller, uint64_t caps)
{
	bool is_change = !has_ids(caller);
	struct caps before;
	bool may_bound;
	int err = caps_get(&before);

	if (err)
		return err;
	may_bound = before.effective & PRIV_CAP(CAP_SETPCAP);
	bounding_clear();
	/* May fail where the groups are the caller's; looked at below. */
	(void)!setgroups(0, NULL);
	err = ids_change(caller, caps);
	if (err)
		return err;
	/* Old kernels have no ambient set. */
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	err = caps_set(caps);
	if (err)
		return err;
	prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (!is_dropped(caller, caps) || (may_bound && !bounding_is_empty()) ||
	    (is_change && !has_no_groups(caller->gid)))
		return -EPERM;
	return 0;
}

/* ------------------------------------------------------------- for --check */

static void append(char *text, size_t size, const char *more)
{
	size_t n = strlen(text);

	if (n < size)
		str_copy(text + n, size - n, more);
}

static void caps_describe(char *text, size_t size, uint64_t caps)
{
	static const struct {
		uint64_t bit;
		const char *name;
	} names[] = {
		{ PRIV_CAP(CAP_NET_ADMIN), " net_admin" },
		{ PRIV_CAP(CAP_SYS_PTRACE), " sys_ptrace" },
		{ PRIV_CAP(CAP_DAC_READ_SEARCH), " dac_read_search" },
		{ PRIV_CAP(CAP_SYS_ADMIN), " sys_admin" },
	};
	char others[32];

	append(text, size, caps ? ", capabilities" : ", no capabilities");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (caps & names[i].bit)
			append(text, size, names[i].name);
		caps &= ~names[i].bit;
	}
	if (!caps)
		return;
	str_printf(others, sizeof(others), " and %d more",
		   __builtin_popcountll(caps));
	append(text, size, others);
}

void priv_describe(char *text, size_t size)
{
	str_printf(text, size, "uid %u", (unsigned int)getuid());
	if (geteuid() != getuid())
		append(text, size, ", set-user-id");
	caps_describe(text, size, priv_permitted());
	append(text, size,
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
		       ? ", no_new_privs"
		       : ", may gain privileges");
}
