// SPDX-License-Identifier: GPL-2.0-only
/* Who else is in our network namespace: at what price it is asked again. */
#include "broker/finderscan.h"
#include "unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct finderscan scan;

/* Another program, which exec() makes of it: then the pipe ends. It lives no
 * longer than a failed test. */
static pid_t company_start(void)
{
	int fds[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execlp("sleep", "sleep", "300", (char *)NULL);
		_exit(127);
	}
	assert_true(pid > 0);
	close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
	return pid;
}

static void company_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Return: how many steps it took, of which each reads a directory at most. */
static int ask_alone(void)
{
	int n = 1;

	finderscan_begin(&scan, SCAN_ALONE);
	while (!finderscan_step(&scan, 0))
		n++;
	return n;
}

static void test_company(void **state)
{
	pid_t pid = company_start();
	int n_all;

	(void)state;
	assert_int_equal(finderscan_init(&scan), 0);
	scan.sees_all = true;
	n_all = ask_alone();
	assert_false(scan.is_alone);
	assert_true(n_all > 1);
	/* Whoever was found is looked at first. */
	assert_int_equal(ask_alone(), 1);
	assert_false(scan.is_alone);
	scan.company = (uint32_t)pid;
	assert_int_equal(ask_alone(), 1);
	assert_false(scan.is_alone);
	assert_int_equal(scan.company, pid);
	/* When he has left all are, again. */
	company_stop(pid);
	assert_true(ask_alone() > 1);
	assert_false(scan.is_alone);
	assert_int_not_equal(scan.company, pid);
	assert_int_equal(ask_alone(), 1);
}

/* Nobody has to be looked for by whoever would not see him. */
static void test_blind(void **state)
{
	(void)state;
	assert_int_equal(finderscan_init(&scan), 0);
	scan.sees_all = false;
	scan.company = 0;
	assert_int_equal(ask_alone(), 1);
	assert_false(scan.is_alone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_company),
		cmocka_unit_test(test_blind),
	};

	return cmocka_run_group_tests_name("finderscan", tests, NULL, NULL);
}
