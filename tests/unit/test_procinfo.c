// SPDX-License-Identifier: GPL-2.0-only
/* Names of processes, and what is read of real ones. */
#include "enrich/procinfo.h"
#include "lib/procstat.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define S(text) text, sizeof(text) - 1

struct name_case {
	const char *comm;
	size_t n_comm;
	const char *cmdline;
	size_t n_cmdline;
	bool is_kernel;
	const char *name;
};

// clang-format off
static const struct name_case names[] = {
	{ S("sshd\n"), S("sshd: a [priv]\0"), false, "sshd" },
	{ S("sshd"), S(""), false, "sshd" },
	{ S(""), S(""), false, "" },
	{ S("\n"), S(""), false, "" },

	/* cut at 15 */
	{ S("systemd-resolve\n"), S("/lib/systemd/systemd-resolved\0"), false,
	  "systemd-resolved" },
	{ S("systemd-network\n"), S("/lib/systemd/systemd-networkd\0-x\0"),
	  false, "systemd-networkd" },
	{ S("gnome-software\n"), S("/usr/bin/gnome-software\0--x\0"), false,
	  "gnome-software" },
	{ S("NetworkManager\n"), S("/usr/sbin/NetworkManager\0"), false,
	  "NetworkManager" },
	{ S("fifteen-letters\n"), S("/bin/fifteen-letters\0"), false,
	  "fifteen-letters" },
	{ S("systemd-resolve\n"), S("systemd-resolved"), false,
	  "systemd-resolved" },
	{ S("systemd-resolve\n"), S(""), false, "systemd-resolve" }, /* zombie */

	/* not cut: what the program is called is no matter */
	{ S("bash\n"), S("bash-static\0"), false, "bash" },
	{ S("sh\n"), S("/bin/shadow\0"), false, "sh" },

	/* scripts, titles, others */
	{ S("unattended-upgr\n"), S("/usr/bin/python3\0/usr/share/"
	  "unattended-upgrades/unattended-upgrade-shutdown\0"), false,
	  "unattended-upgr" },
	{ S("postgres-exporte\n"), S("x\0"), false, "postgres-exporte" },
	{ S("my-long-daemon-\n"), S("my-long-daemon-name: worker\0"), false,
	  "my-long-daemon-name" },
	{ S("my-long-daemon-\n"), S("my-long-daemon-name worker\0"), false,
	  "my-long-daemon-name" },
	{ S("a b: c d: e f:g\n"), S("/x/a b: c d: e f:gh\0"), false,
	  "a b: c d: e f:gh" },
	{ S("my-long-daemon-\n"), S("my-long-daemon-name: /run/x\0"), false,
	  "my-long-daemon-" },

	/* the kernel */
	{ S("kthreadd\n"), S(""), true, "[kthreadd]" },
	{ S("kworker/u8:2-events_unbound\n"), S(""), true,
	  "[kworker/u8:2-events_unbound]" },
	{ S("0123456789012345678901234567890123456789012345678901234567890123"),
	  S(""), true,
	  "[0123456789012345678901234567890123456789012345678901234567890]" },

	/* what is not to be shown as it is */
	{ S("\033[2J\033[H\n"), S("\033[2J\033[H\0"), false, "?[2J?[H" },
	{ S("a) S (b\n"), S(""), false, "a) S (b" },
	{ S("a\nb\n"), S(""), false, "a b" },
	{ S("\xc3\xa4\xc3\xb6\xc3\xbc\n"), S(""), false,
	  "\xc3\xa4\xc3\xb6\xc3\xbc" },
	{ S("01234567890123\xc3\n"), S("01234567890123\xc3\xa4\0"), false,
	  "01234567890123\xc3\xa4" },
	{ S("01234567890123\xc3\n"), S(""), false, "01234567890123?" },
};
// clang-format on

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(names); i++) {
		const struct name_case *c = &names[i];
		char name[PROC_COMM_SIZE];

		procinfo_name(name, c->comm, c->n_comm, c->cmdline,
			      c->n_cmdline, c->is_kernel);
		if (strcmp(name, c->name))
			fail_msg("\"%s\" gives \"%s\"", c->comm, name);
	}
}

static void test_uid(void **state)
{
	static const struct {
		const char *text;
		bool is_uid;
		uint32_t uid;
	} cases[] = {
		{ "Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t5\n", true, 2 },
		{ "Name:\tx\nUid:\t0\t4294967295\t0\t0\n", true, UINT32_MAX },
		{ "Name:\tx\nUid:\t0\t4294967296\t0\t0\n", false, 0 },
		{ "Name:\t\\nUid:\t1\t2\nUid:\t3\t4\t5\n", true, 4 },
		{ "Uid:\t3\t4\t5\n", false, 0 },
		{ "Name:\tx\nUid:\t1\n", false, 0 },
		{ "Name:\tx\nUid:\t1\t", false, 0 },
		{ "Name:\tx\nUid:\t1\t2", false, 0 },
		{ "Name:\tx\nUid:\t1\t-2\t3\n", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		uint32_t uid = 0;
		bool is_uid = procinfo_uid(cases[i].text, strlen(cases[i].text),
					   &uid);

		if (is_uid != cases[i].is_uid || uid != cases[i].uid)
			fail_msg("%s: %d, %u", cases[i].text, is_uid, uid);
	}
}

static void test_self(void **state)
{
	struct proc_fact fact;
	struct procstat stat;

	(void)state;
	assert_int_equal(prctl(PR_SET_NAME, "a) R (\033[0m"), 0);
	assert_int_equal(procstat_read(AT_FDCWD, "/proc/self/stat", &stat), 0);
	assert_int_equal(
		procinfo_read((uint32_t)getpid(), stat.starttime, &fact), 0);
	assert_string_equal(fact.comm, "a) R (?[0m");
	assert_true(fact.has_uid);
	assert_int_equal(fact.uid, geteuid());
	assert_int_equal(fact.pid, getpid());
	assert_true(fact.starttime == stat.starttime);
	assert_non_null(strstr(fact.command, "test_procinfo"));
	assert_int_equal(fact.parent_pid, getppid());
	assert_true(fact.parent[0]);
	assert_int_equal(stat.parent, getppid());

	/* the number is that of another process now */
	memset(&fact, 0x55, sizeof(fact));
	assert_int_equal(
		procinfo_read((uint32_t)getpid(), stat.starttime + 1, &fact),
		-ESRCH);
	assert_int_equal(fact.pid, 0x55555555);
}

/* A zombie is there until it is waited for, and has lost its command. */
static void test_gone(void **state)
{
	struct proc_fact fact;
	struct procstat stat;
	siginfo_t info;
	char path[32];
	pid_t pid;

	(void)state;
	prctl(PR_SET_NAME, "mayfly");
	pid = fork();
	if (!pid)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	assert_int_equal(procstat_read(AT_FDCWD, path, &stat), 0);
	assert_int_equal(stat.state, 'Z');
	assert_int_equal(procinfo_read((uint32_t)pid, stat.starttime, &fact),
			 0);
	assert_string_equal(fact.comm, "mayfly");
	assert_string_equal(fact.command, "");
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(procinfo_read((uint32_t)pid, stat.starttime, &fact),
			 -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_uid),
		cmocka_unit_test(test_self),
		cmocka_unit_test(test_gone),
	};

	return cmocka_run_group_tests_name("procinfo", tests, NULL, NULL);
}
