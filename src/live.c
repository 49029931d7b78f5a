/* SPDX-License-Identifier: GPL-2.0-only */
#include "live.h"

#include "broker/request.h"
#include "broker/text.h"
#include "lib/clock.h"
#include "lib/diag.h"
#include "lib/priv.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "source/conntrack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "health.h"
#include "options.h"

#define NOTE_TEXT 160

static void tell_not_permitted(int err)
{
	char program[512];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (n > 0)
		sanitize_text(program, sizeof(program), program, (size_t)n,
			      NULL);
	else
		str_copy(program, sizeof(program), "/usr/sbin/flowtop");
	fprintf(stderr,
		"Cannot read the connection tracking table: %s.\n"
		"\n"
		"flowtop needs CAP_NET_ADMIN to read it.\n"
		"\n"
		"  sudo flowtop -46UTs\n"
		"\n"
		"or once, for every user of this program; the second finds "
		"processes, too:\n"
		"\n"
		"  setcap cap_net_admin+ep %s\n"
		"  setcap " PRIV_SETCAP " %s\n"
		"\n"
		"Recordings need no privilege:  flowtop --replay FILE\n"
		"What else is missing here:     flowtop --check\n",
		strerror(-err), program, program);
}

static int open_source(const struct config *config, struct source **source)
{
	/* -1 -t 0 reads the table once; nothing hangs on what comes after. */
	struct conntrack_config conntrack_config = {
		.interval_ns =
			config->interval_ns ? config->interval_ns : NS_PER_S,
		/* -1 needs two listings, and nobody watches meanwhile. */
		.budget = config->once ? 100 : config->budget,
		.rcvbuf = config->rcvbuf,
		.counts_sockets = config->output == OUTPUT_SCREEN,
	};
	int err = conntrack_open(source, &conntrack_config);

	if (err == -EPERM || err == -EACCES) {
		tell_not_permitted(err);
	} else if (err) {
		diag("cannot read the connection tracking table: %s",
		     strerror(-err));
		diag("the kernel lacks ctnetlink; try: modprobe "
		     "nf_conntrack_netlink; flowtop --check says what else "
		     "is missing");
	}
	return err ? 1 : 0;
}

/* Return: a descriptor, or -1; @mine: to be closed. */
static int terminal_find(const struct config *config, int *mine)
{
	*mine = -1;
	if (config->output != OUTPUT_SCREEN)
		return -1;
	if (isatty(STDIN_FILENO))
		return STDIN_FILENO;
	*mine = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	return *mine;
}

int live_open(const struct config *config, const struct caller *caller,
	      struct source **source, struct broker **broker)
{
	struct broker_config broker_config = {
		.caller = caller,
		.sandbox = config->sandbox,
		.may_sysctl = !config->no_sysctl,
		.may_track = config->track || config->output == OUTPUT_SCREEN,
	};
	const char *failed;
	int tty;

	if (open_source(config, source))
		return 1;
	conntrack_sockets(*source, broker_config.fds);
	broker_config.tty = terminal_find(config, &tty);
	*broker = broker_start(&broker_config, &failed);
	if (!*broker)
		diag("cannot %s: %s", failed,
		     errno == EPIPE ? "it ended at once" : strerror(errno));
	if (tty >= 0)
		close(tty);
	return *broker ? 0 : 1;
}

static const char *track_result_text(int result)
{
	return result < 0 ? live_fatal_text(result) : track_text(result);
}

/* Return: as request_track(). */
static int track(struct broker *broker, struct health *health)
{
	int result = request_track(broker);

	if (!result)
		counter_set(&health->tracking, 1);
	return result;
}

void live_track(struct broker *broker, struct health *health, char *text,
		size_t size)
{
	int result = track(broker, health);

	if (result)
		str_printf(text, size, "cannot start tracking: %s",
			   track_result_text(result));
	else
		str_copy(text, size,
			 "new connections are tracked while flowtop runs");
}

static int start_tracking(const struct config *config, struct broker *broker,
			  struct health *health,
			  void (*note)(void *ctx, const char *text), void *ctx)
{
	int result = config->track ? track(broker, health) : 0;
	char text[NOTE_TEXT];

	if (!result)
		return 0;
	/* What is in the table was tracked by somebody: it can be shown. */
	if (result == TRACK_FULL) {
		str_printf(text, sizeof(text), "cannot start tracking: %s",
			   track_text(result));
		note(ctx, text);
		return 0;
	}
	diag("cannot start tracking: %s", track_result_text(result));
	return 1;
}

int live_switch_on(const struct config *config, struct broker *broker,
		   struct health *health,
		   void (*note)(void *ctx, const char *text), void *ctx)
{
	const unsigned int wanted = 1U << SYSCTL_ACCT | 1U << SYSCTL_TIMESTAMP;
	char text[NOTE_TEXT];
	int status;

	if (!config->no_sysctl && broker_state_error(broker)) {
		str_printf(text, sizeof(text),
			   "cannot note in /run/flowtop what to put back (%s): "
			   "a kill -9 of everything would leave counters on",
			   strerror(-broker_state_error(broker)));
		note(ctx, text);
	}
	/* In this order: our own table is no reason to leave counters on. */
	status = start_tracking(config, broker, health, note, ctx);
	if (!config->no_sysctl)
		request_sysctl_on(broker, wanted);
	return status;
}

int live_restore(void)
{
	static const char *const names[SYSCTLS] = {
		[SYSCTL_ACCT] = "nf_conntrack_acct",
		[SYSCTL_TIMESTAMP] = "nf_conntrack_timestamp",
	};
	struct sysctl_state state;
	enum sysctl_left left;
	int err = sysctl_open(&state);
	int bits = err ? err : sysctl_repair(&state, &left);

	if (bits < 0) {
		diag("cannot restore: " SYSCTL_DIR ": %s", strerror(-bits));
		return 1;
	}
	for (int i = 0; i < SYSCTLS; i++) {
		if (bits & 1 << i)
			printf("%s is off again\n", names[i]);
	}
	if (left != SYSCTL_LEFT_NOTHING)
		puts(sysctl_left_text(left));
	else if (!bits)
		puts("there is nothing to restore");
	return left == SYSCTL_LEFT_NOTHING ? 0 : 1;
}

const char *live_fatal_text(int err)
{
	return err == -EPIPE ? "the privileged process of flowtop is gone; "
			       "flowtop --restore puts back what it may have "
			       "left on"
			     : strerror(-err);
}

void live_tell_fatal(const struct config *config, int err)
{
	if (err == -ENONET && config->netns_label)
		diag("the network namespace \"%s\" is gone",
		     config->netns_label);
	else if (err == -ENONET)
		diag("the network namespace is gone");
	else
		diag("cannot go on: %s", live_fatal_text(err));
}
