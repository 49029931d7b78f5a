/* SPDX-License-Identifier: GPL-2.0-only */
/* What flowtop uses besides connection tracking; none of it is needed. */
#include "broker/sysctl.h"
#include "check/fact.h"
#include "lib/priv.h"
#include "lib/str.h"
#include "ui/draw.h"
#include "ui/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "options.h"
#include "settings.h"

/* --------------------------------------------------------------- resolver */

/* Return: lines of @path that begin with @word and have @other in them. */
static int count_lines(const char *path, const char *word, const char *other)
{
	FILE *file = fopen(path, "re");
	char line[512];
	int n = 0;

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, word, strlen(word)) && strstr(line, other))
			n++;
	if (file)
		fclose(file);
	return n;
}

void find_resolver(const struct check *check, struct fact *fact)
{
	int n = count_lines("/etc/resolv.conf", "nameserver", "") +
		count_lines("/etc/nsswitch.conf", "hosts:", " resolve");

	(void)check;
	fact->value = n;
	if (n)
		fact_set(fact, FACT_OK, "%d name server%s", n,
			 n > 1 ? "s" : "");
	else
		fact_set(fact, FACT_MISSING,
			 "no nameserver in /etc/resolv.conf");
}

/* --------------------------------------------------------------- terminal */

static int terminal_fd(void)
{
	if (isatty(STDOUT_FILENO))
		return STDOUT_FILENO;
	return isatty(STDIN_FILENO) ? STDIN_FILENO : -1;
}

/* In a child: what describes terminals is read with the user's rights. */
static void probe_tty(const struct check *check, struct fact *fact)
{
	const char *name = getenv("TERM");
	struct winsize size = { .ws_row = 0 };
	int colors = 0;

	/* Whether that goes well is another fact. */
	if (priv_drop(check->caller, 0) || !name || !*name) {
		fact_set(fact, FACT_MISSING, "TERM is not set");
		return;
	}
	if (!probe_terminal(name, &colors)) {
		fact_set(fact, FACT_MISSING,
			 "TERM=%.40s: unknown, or cannot be drawn on", name);
		return;
	}
	ioctl(terminal_fd(), TIOCGWINSZ, &size);
	fact_set(fact, FACT_OK, "TERM=%.40s, %ux%u, %d colours, %s", name,
		 size.ws_col, size.ws_row, colors,
		 draw_has_utf8(check->config->is_ascii) ? "UTF-8" : "ASCII");
}

void find_terminal(const struct check *check, struct fact *fact)
{
	if (terminal_fd() < 0)
		fact->state = FACT_ABSENT;
	else
		fact_in_child(check, fact, probe_tty);
}

/* -------------------------------------------------------- state directory */

#define STATE_USE "counters stay on if all of flowtop is killed"
#define BY_ROOT "start flowtop by sudo"

/* As lib/slots.c wants it: nobody else can have written there. */
static void judge_dir(struct fact *fact, const struct stat *status)
{
	if (!S_ISDIR(status->st_mode)) {
		fact_set(fact, FACT_MISSING,
			 SYSCTL_DIR " is no directory: " STATE_USE);
		fact_fix(fact, FIX_ROOT, "rm " SYSCTL_DIR);
	} else if (!is_root() && !status->st_uid) {
		fact_set(fact, FACT_MISSING,
			 "only root can write " SYSCTL_DIR ": " STATE_USE);
		fact_fix(fact, FIX_ALONE, BY_ROOT);
	} else if (status->st_uid != geteuid()) {
		fact_set(fact, FACT_MISSING,
			 SYSCTL_DIR " belongs to uid %u: " STATE_USE,
			 (unsigned int)status->st_uid);
		fact_fix(fact, FIX_ROOT, "chown root: " SYSCTL_DIR);
	} else if (status->st_mode & 077) {
		fact_set(fact, FACT_MISSING,
			 SYSCTL_DIR " is open to others: " STATE_USE);
		fact_fix(fact, FIX_ROOT, "chmod 700 " SYSCTL_DIR);
	} else if (faccessat(AT_FDCWD, SYSCTL_DIR, W_OK, AT_EACCESS)) {
		fact_set(fact, FACT_MISSING,
			 SYSCTL_DIR " cannot be written (%s): " STATE_USE,
			 strerror(errno));
	} else {
		fact_set(fact, FACT_OK, SYSCTL_DIR " can be written");
	}
}

void find_state_dir(const struct check *check, struct fact *fact)
{
	struct stat status;
	int err;

	(void)check;
	if (!lstat(SYSCTL_DIR, &status)) {
		judge_dir(fact, &status);
		return;
	}
	err = errno;
	if (err == ENOENT && !faccessat(AT_FDCWD, "/run", W_OK, AT_EACCESS)) {
		fact_set(fact, FACT_OK, SYSCTL_DIR " can be made");
		return;
	}
	err = err == ENOENT ? errno : err;
	fact_set(fact, FACT_MISSING,
		 SYSCTL_DIR " cannot be made (%s): " STATE_USE, strerror(err));
	if (!is_root())
		fact_fix(fact, FIX_ALONE, BY_ROOT);
}

/* ----------------------------------------------------------------- kernel */

/* SO_NETNS_COOKIE; tables with owners are of 5.12, Landlock of 5.13. */
#define MAJOR 5
#define MINOR 14

void find_kernel(const struct check *check, struct fact *fact)
{
	struct utsname name;
	int major = 0, minor = 0;
	bool is_new;

	(void)check;
	if (uname(&name) ||
	    sscanf(name.release, "%d.%d", &major, &minor) != 2) {
		fact_set(fact, FACT_UNKNOWN, "no version");
		return;
	}
	is_new = major > MAJOR || (major == MAJOR && minor >= MINOR);
	fact_set(fact, is_new ? FACT_OK : FACT_MISSING, "%s %.64s%s",
		 name.sysname, name.release,
		 is_new ? ""
			: ": older than 5.14, some of the above is "
			  "missing or less exact");
}

/* --------------------------------------------------------------- settings */

void find_settings(const struct check *check, struct fact *fact)
{
	char text[FACT_TEXT];
	bool is_fine = settings_describe(check->settings, text, sizeof(text));

	fact_set(fact, is_fine ? FACT_OK : FACT_MISSING, "%s", text);
}
