/* SPDX-License-Identifier: GPL-2.0-only */
/* What needs no privilege: the environment, and who is asked for the caller.
 * Dropping is tested by net/sandbox.t, in processes of its own. */
#include "lib/priv.h"
#include "lib/sandbox.h"
#include "unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* cmocka asks it what to print, between the tests. */
static char **real_environment;

static int environment_save(void **state)
{
	(void)state;
	real_environment = environ;
	return 0;
}

static int environment_restore(void **state)
{
	(void)state;
	environ = real_environment;
	return 0;
}

static void set_all(const char *const pairs[][2], size_t n)
{
	clearenv();
	for (size_t i = 0; i < n; i++)
		assert_int_equal(setenv(pairs[i][0], pairs[i][1], 1), 0);
}

static size_t count(void)
{
	size_t n = 0;

	while (environ && environ[n])
		n++;
	return n;
}

static void harmless_variables_stay(void **state)
{
	static const char *const pairs[][2] = {
		{ "TERM", "xterm-256color" },
		{ "LANG", "de_DE.UTF-8@euro" },
		{ "LANGUAGE", "de:en" },
		{ "LC_TIME", "C.UTF-8" },
		{ "COLORTERM", "truecolor" },
		{ "NO_COLOR", "" },
		{ "ESCDELAY", "25" },
		{ "TZ", "Europe/Berlin" },
		{ "LINES", "24" },
		{ "COLUMNS", "80" },
		{ "SUDO_UID", "1000" },
		{ "SUDO_GID", "1000" },
		{ "DOAS_USER", "me" },
		{ "PKEXEC_UID", "1000" },
	};

	(void)state;
	set_all(pairs, N_ELEMS(pairs));
	priv_clean_environment();
	for (size_t i = 0; i < N_ELEMS(pairs); i++) {
		const char *value = getenv(pairs[i][0]);

		assert_non_null(value);
		assert_string_equal(value, pairs[i][1]);
	}
	assert_string_equal(getenv("PATH"), "/usr/sbin:/usr/bin:/sbin:/bin");
	assert_int_equal(count(), N_ELEMS(pairs) + 1);
}

static void others_go(void **state)
{
	static const char *const pairs[][2] = {
		{ "HOME", "/root" },
		{ "TERMINFO", "/tmp/x" },
		{ "TERMINFO_DIRS", "/tmp" },
		{ "TERMCAP", "x" },
		{ "TERMX", "x" },
		{ "TER", "x" },
		{ "LD_PRELOAD", "/tmp/x.so" },
		{ "LOCALDOMAIN", "x" },
		{ "RES_OPTIONS", "debug" },
		{ "HOSTALIASES", "/tmp/x" },
		{ "NLSPATH", "/tmp/%N" },
		{ "LOCPATH", "/tmp" },
		{ "GCONV_PATH", "/tmp" },
		{ "NCURSES_ASSUMED_COLORS", "x" },
		{ "SUDO_COMMAND", "x" },
		{ "IFS", "x" },
	};

	(void)state;
	set_all(pairs, N_ELEMS(pairs));
	setenv("PATH", "/tmp", 1);
	priv_clean_environment();
	assert_string_equal(getenv("PATH"), "/usr/sbin:/usr/bin:/sbin:/bin");
	assert_int_equal(count(), 1);
}

static void harmful_values_go(void **state)
{
	static const char *const pairs[][2] = {
		{ "TERM", "../../tmp/x" }, { "LANG", "/tmp/x" },
		{ "LC_ALL", "%n%n" },      { "LC_TIME", "a\033[2J" },
		{ "LC_X", "a b" },         { "ESCDELAY", "-1" },
		{ "TZ", "/etc/shadow" },   { "LINES", "x" },
		{ "COLUMNS", "-1" },       { "LC_Y", "\xc2\x9b" },
	};
	static const char *const zones[] = { ":/etc/shadow", "../../x",
					     "Europe/../../x", "a b", "a%n" };
	char longer[200];

	(void)state;
	set_all(pairs, N_ELEMS(pairs));
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	setenv("COLORTERM", longer, 1);
	priv_clean_environment();
	assert_int_equal(count(), 1);
	for (size_t i = 0; i < N_ELEMS(zones); i++) {
		setenv("TZ", zones[i], 1);
		priv_clean_environment();
		assert_null(getenv("TZ"));
	}
}

static void sizes_are_limited(void **state)
{
	(void)state;
	clearenv();
	setenv("LINES", "0", 1);
	setenv("COLUMNS", "4000000000", 1);
	priv_clean_environment();
	assert_string_equal(getenv("LINES"), "1");
	assert_string_equal(getenv("COLUMNS"), "1000");
}

static void the_first_of_two_stays(void **state)
{
	static char first[] = "TERM=first", second[] = "TERM=second";
	static char no_name[] = "=x", no_value[] = "TERM", empty[] = "";
	static char *both[] = { first, no_name, no_value, second, empty, NULL };

	(void)state;
	environ = both;
	priv_clean_environment();
	assert_string_equal(getenv("TERM"), "first");
	assert_int_equal(count(), 2);
	environ = NULL;
	priv_clean_environment();
	assert_int_equal(count(), 1);
}

static void files_are_private(void **state)
{
	struct rlimit core;

	(void)state;
	umask(0);
	priv_clean_environment();
	assert_int_equal(umask(077), 077);
	assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
	assert_int_equal(core.rlim_max, 0);
}

/* Root asks the environment, nobody else does. */
static void caller_of_sudo(void **state)
{
	struct caller caller;
	bool is_root = !getuid() && !geteuid();

	(void)state;
	clearenv();
	assert_int_equal(priv_caller(&caller), 0);
	assert_int_equal(caller.uid, getuid());
	assert_int_equal(caller.gid, getgid());
	setenv("SUDO_UID", "4000000001", 1);
	setenv("SUDO_GID", "4000000002", 1);
	assert_int_equal(priv_caller(&caller), 0);
	assert_int_equal(caller.uid, is_root ? 4000000001U : getuid());
	assert_int_equal(caller.gid, is_root ? 4000000002U : getgid());
	setenv("SUDO_UID", "0", 1);
	assert_int_equal(priv_caller(&caller), is_root ? -EINVAL : 0);
	setenv("SUDO_GID", "0", 1);
	assert_int_equal(priv_caller(&caller), 0);
	assert_int_equal(caller.uid, getuid());
	setenv("SUDO_UID", "4000000001", 1);
	unsetenv("SUDO_GID");
	assert_int_equal(priv_caller(&caller), is_root ? -EINVAL : 0);
	assert_int_equal(caller.uid, is_root ? 65534U : getuid());
	if (is_root)
		clearenv();
}

static void sandbox_says_what_is_missing(void **state)
{
	struct sandbox_state is = { .role = SANDBOX_MAIN,
				    .has_seccomp = true,
				    .landlock_abi = 3 };
	char text[100];

	(void)state;
	assert_true(sandbox_describe(&is, text, sizeof(text)));
	assert_string_equal(text, "seccomp, Landlock 3");
	is.has_seccomp = false;
	is.seccomp_err = -ENOTSUP;
	assert_false(sandbox_describe(&is, text, sizeof(text)));
	assert_string_equal(text, "no seccomp: built without libseccomp, "
				  "Landlock 3");
	is.has_seccomp = true;
	is.landlock_abi = 0;
	is.landlock_err = -ENOSYS;
	assert_false(sandbox_describe(&is, text, sizeof(text)));
	assert_string_equal(text, "seccomp, no Landlock: not in this kernel");
	is.role = SANDBOX_BROKER;
	assert_true(sandbox_describe(&is, text, sizeof(text)));
	assert_string_equal(text, "seccomp");
	assert_int_equal(sandbox_enter(SANDBOX_MAIN, SANDBOX_OFF, NULL, &is),
			 0);
	assert_false(sandbox_describe(&is, text, sizeof(text)));
	assert_string_equal(text, "off");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, environment_save,                \
					environment_restore)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(harmless_variables_stay),
		TEST(others_go),
		TEST(harmful_values_go),
		TEST(sizes_are_limited),
		TEST(the_first_of_two_stays),
		TEST(files_are_private),
		TEST(caller_of_sudo),
		TEST(sandbox_says_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
