/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flowtop: live flows of the kernel's connection tracking table.
 *
 * The map of the program, in the order in which things start:
 *
 *   options.c              the command line -> struct config
 *   settings.c             files say the rest: settingskeys.c; saving.c: key W
 *     broker/scribe.c        reads and writes them as the user: scribeserve.c
 *   filtering.c            FILTER, -f, -i: filter/ reads them
 *   check/                 --check: what works here, a row for each fact
 *   lib/priv.c             who started us; giving up what he did not have
 *   live.c                 with privileges: the sockets, and
 *     broker/request.c       the broker, seen from here
 *     broker/serve.c         the broker, a process of its own: ctrequest.c
 *       broker/sysctl.c        counters on, and back; track.c tracking, nft.c
 *   ownership.c            with privileges, too: whose flows are they
 *     broker/finder.c        the finder, seen from here
 *     broker/finderserve.c   the finder, another process: procwalk.c who holds
 *                            a socket, finderscan.c network namespaces
 *     enrich/births.c        births of sockets, told by BPF
 *     enrich/owners.c        thread: jobs in, facts out; sockdiag.c procinfo.c
 *     enrich/users.c         thread: names of users
 *   naming.c               names and places: enrich/{services,servicefile}.c
 *     enrich/names.c         who is asked for: namecache.c what is known
 *     enrich/namepool.c      threads that wait for name servers: lib/resolver.c
 *     enrich/geopoll.c       thread: geofiles.c which, geovet.c what, geodb.c
 *     enrich/geocache.c      places by address; geostrings.c their texts
 *   lib/sandbox.c          from here on little can be done: landlock.c
 *   signals.c              thread: whoever must end, ends
 *   source/conntrack.c     live: when to read what
 *     source/events.c        what the kernel tells by itself
 *     source/listing.c       reading the table, and single flows
 *     source/slices.c        thread: a listing, read ahead
 *     source/rtnl.c          our own addresses
 *     source/procfile.c      count, max and switches in /proc
 *     source/overruns.c      when events are too many; fulls.c: seldom
 *   source/replay.c        recorded: source/{capture,playback,pcap,mark,...}.c
 *     source/ctmsg.c       the one parser of ctnetlink messages, for both
 *   source/record.c        writing a recording, in a thread of its own
 *   collector.c            thread; intake.c, attribution.c: the only writers of
 *     flow/table.c           hash (lookup.c) and generations; slab.c: memory
 *     flow/apply.c           sample -> flow; flow/rate.c
 *     flow/host.c            interned addresses; flow/tombs.c: the dead
 *     flow/own.c             owners of flows; flow/procs.c: processes
 *     source/addrs.c         which end is ours
 *   view/view.c            table -> frame of rows: filter.c sort.c row.c
 *     view/walk.c            every flow, once; sieve.c calm.c sortkeys.c
 *     view/match.c           filter expressions, in steps: match*.c
 *     view/columns.c         every column, one row each; value.c layout.c
 *     view/choice.c          which of them a user wants; chosen.c, columnopts.c
 *   themes.c, ui/theme.c   how things look
 *   screen.c, ui/ui.c      the screen: keys.c draw.c panels.c status.c term.c
 *     ui/filterprompt.c      typing a filter: prompt.c lineedit.c history.c
 *     ui/finding.c           finding a line: view/seek.c
 *     ui/steady.c, terse.c, pace.c   fewer bytes for the terminal
 *     ui/overlay.c           on top of the list: columnbox.c in a frame.c
 *   batch.c, output/       text, JSON, CSV; batchevents.c, batchnames.c
 *   filter/parse.c         expressions: lex.c; test.c which end, values.c what
 *     filter/words.c         every word, one row each; trouble.c, suggest.c
 *     filter/echo.c          back to text; complete.c: what may come next
 *   lib/, net/             what everybody uses: memory, time, text; addresses
 *
 * main() starts them in this order and stops them in the reverse one.
 */
#include "broker/request.h"
#include "check/check.h"
#include "enrich/geo.h"
#include "enrich/owners.h"
#include "enrich/users.h"
#include "lib/diag.h"
#include "lib/netns.h"
#include "lib/priv.h"
#include "lib/procnum.h"
#include "lib/rcu.h"
#include "lib/sandbox.h"
#include "lib/slack.h"
#include "lib/str.h"
#include "source/conntrack.h"
#include "source/procfile.h"
#include "source/record.h"
#include "source/replay.h"
#include "ui/term.h"
#include "view/layout.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "collector.h"
#include "filtering.h"
#include "live.h"
#include "naming.h"
#include "options.h"
#include "ownership.h"
#include "screen.h"
#include "settings.h"
#include "signals.h"
#include "themes.h"

/* Everything that main starts and stops. */
struct program {
	struct config config;
	struct source *source; /* until the collector owns it */
	struct broker *broker;
	struct ownership ownership; /* not of a recording */
	struct recorder *recorder;
	struct collector *collector;
	struct naming naming;
	struct settings settings;
	struct caller caller; /* the files that he names are opened as his */
	struct caller as;     /* whose rights are left in the end */
	char home[256];       /* of the caller; "" unknown, or root's */
	struct sandbox_state sandbox;
	int signal_fd;
	struct watch *watch;
};

/* A closed 0, 1 or 2 would become a socket, and a message on stderr would be
 * written into it. Opened like this, writing fails, as it should. */
static void open_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* Why sudo may not be enough. */
static const char *whose_rights(const struct program *p)
{
	return p->caller.uid ? " (files are opened with the rights of the "
			       "user who started flowtop)"
			     : "";
}

static int open_recording(struct program *p)
{
	const char *path = p->config.record;
	int err = path ? recorder_open(&p->recorder, path) : 0;

	if (err == -EEXIST)
		diag("%s: exists already, or is not a plain file", path);
	else if (err)
		diag("%s: %s%s", path, strerror(-err), whose_rights(p));
	return err ? 1 : 0;
}

static int open_replay(struct program *p)
{
	bool is_final = p->config.once && !p->config.speed_given;
	char error[160];
	int err;

	/* Nothing is to be put back yet, and a pipe may never be opened. */
	signals_default();
	err = replay_open(&p->source, p->config.replay,
			  is_final ? 0 : p->config.speed, error, sizeof(error));
	signals_block();
	if (err)
		diag("%s: %s%s", p->config.replay, error,
		     err == -EACCES ? whose_rights(p) : "");
	return err ? 1 : 0;
}

/* Strangers may have written it: not a byte is read outside the sandbox. */
static int begin_replay(struct program *p)
{
	char error[160];
	int err;

	signals_default();
	err = replay_begin(p->source, error, sizeof(error));
	signals_block();
	if (err)
		diag("%s: %s", p->config.replay, error);
	return err ? 1 : 0;
}

static int open_collector(struct program *p)
{
	struct collector_config config = {
		.max_flows = p->config.max_flows,
		.n_expected = p->broker ? procfile_count() : 0,
		.linger_ns = p->config.linger_ns,
		.events = p->config.events,
		.is_replay = p->config.replay != NULL,
		.local_nets = p->config.local_nets,
		.n_local_nets = p->config.n_local_nets,
		.recorder = p->recorder,
		.records_only = p->config.output == OUTPUT_NONE,
		.ends_alone = p->ownership.owners &&
			      owners_can_be_alone(p->ownership.owners),
		.owners = p->ownership.owners,
		.findings = p->naming.findings,
		.learner = &p->naming.learner,
	};

	if (config.n_expected == HEALTH_UNKNOWN)
		config.n_expected = 0;
	p->collector = collector_new(&config);
	if (p->collector)
		return 0;
	diag("out of memory");
	return 1;
}

static void attach_source(struct program *p)
{
	const struct source_sink *sink = collector_sink(p->collector);
	struct health *health = collector_health(p->collector);

	if (p->broker)
		conntrack_start(p->source, p->broker, sink, health);
	else
		replay_start(p->source, sink, health);
	collector_set_source(p->collector, p->source);
	p->source = NULL;
}

/* A recording may come from a machine with larger numbers. */
static void fit_pids(const struct config *config)
{
	int64_t max = procnum_read("/proc/sys/kernel/pid_max");

	if (!config->replay && max > 0)
		layout_set_pids((uint64_t)max);
}

static int run(struct program *p)
{
	bool is_screen = p->config.output == OUTPUT_SCREEN;
	/* A printed replay runs in this thread: the same bytes each time. */
	int err = is_screen || !p->config.replay ? collector_start(p->collector)
						 : 0;
	int status;

	if (err) {
		diag("cannot start a thread: %s", strerror(-err));
		return 1;
	}
	fit_pids(&p->config);
	if (!is_screen)
		settings_tell(&p->settings);
	status = is_screen ? screen_run(&p->config, p->collector, p->broker,
					&p->ownership, &p->naming, &p->settings,
					p->signal_fd)
			   : batch_run(&p->config, p->collector,
				       p->ownership.users, &p->naming,
				       p->signal_fd);
	/* The collector may be waiting for an answer. */
	broker_hang_up(p->broker);
	collector_stop(p->collector);
	collector_record(p->collector);
	return status;
}

static int enter_netns(const struct program *p)
{
	const char *netns = p->config.netns;
	int err = netns ? netns_enter(netns) : 0;

	if (err)
		diag("network namespace \"%s\": %s", netns, strerror(-err));
	return err ? 1 : 0;
}

static int open_files(struct program *p)
{
	int status =
		themes_open(&p->config, &p->settings, p->home, whose_rights(p));

	if (!status)
		status = open_recording(p);
	if (!status && p->config.replay)
		status = open_replay(p);
	return status;
}

/* The names of files are the caller's: they are opened with his rights, those
 * of root while we still have them. */
static int give_up_privileges(struct program *p)
{
	bool is_root = !p->caller.uid;
	int status = is_root ? open_files(p) : 0;
	int err = status ? 0 : priv_drop(&p->as, 0);

	if (err) {
		diag("cannot give up privileges: %s", strerror(-err));
		return 1;
	}
	/* For ~/.terminfo. */
	if (p->as.uid == p->caller.uid &&
	    priv_home(&p->as, p->home, sizeof(p->home)))
		setenv("HOME", p->home, 1);
	else
		p->home[0] = '\0';
	if (!status && !is_root)
		status = open_files(p);
	if (!status) {
		naming_open(&p->naming, &p->config, p->home);
		settings_words(&p->settings, &p->naming.words);
		status = filtering_open(&p->config, &p->settings,
					&p->naming.words);
	}
	return status;
}

/* From here on nothing can be opened for writing. */
static int enter_sandbox(struct program *p)
{
	char terminfo[PATH_MAX];
	/* With those of the places and the NULL. */
	const char *dirs[1 + GEO_DIRS] = { terminfo };
	int err;

	naming_dirs(&p->naming, dirs + 1);
	str_printf(terminfo, sizeof(terminfo), "%s/.terminfo", p->home);
	err = sandbox_enter(SANDBOX_MAIN, p->config.sandbox, dirs, &p->sandbox);
	if (err)
		diag("cannot enter the sandbox: %s; --sandbox=auto does what "
		     "can be done",
		     strerror(-err));
	return err ? 1 : 0;
}

/* What --sandbox=auto had to do without. */
static void tell_sandbox(struct program *p)
{
	const struct source_sink *sink = collector_sink(p->collector);
	char what[100], text[NOTE_SIZE];

	if (p->config.sandbox != SANDBOX_AUTO ||
	    sandbox_describe(&p->sandbox, what, sizeof(what)))
		return;
	str_printf(text, sizeof(text), "not all of the sandbox is there: %s",
		   what);
	sink->note(sink->ctx, text);
}

static void leave_by_force(void *ctx)
{
	struct program *p = ctx;

	term_abandon();
	if (p->broker)
		broker_leave(p->broker);
}

/* With threads. */
static const char *user_name(void *users, uint32_t uid)
{
	return users ? users_name(users, uid) : NULL;
}

static int start_and_run(struct program *p)
{
	int status, err;

	reader_register();
	p->watch = watch_start(p->signal_fd, leave_by_force, p);
	if (p->recorder)
		recorder_set_users(p->recorder, user_name, p->ownership.users);
	err = p->recorder ? recorder_start(p->recorder) : 0;
	if (!err)
		err = ownership_start(&p->ownership);
	if (!err)
		err = naming_start(&p->naming);
	if (err) {
		diag("cannot start a thread: %s", strerror(-err));
		return 1;
	}
	status = open_collector(p);
	if (!status)
		tell_sandbox(p);
	if (!status && p->broker)
		ownership_tell(&p->ownership, &p->config, p->collector);
	if (!status && p->broker)
		status = live_switch_on(&p->config, p->broker,
					collector_health(p->collector),
					collector_sink(p->collector)->note,
					collector_sink(p->collector)->ctx);
	if (status)
		return status;
	attach_source(p);
	return run(p);
}

/* Return: whether all went well. */
static bool stop(struct program *p)
{
	int err = 0, signal;

	broker_hang_up(p->broker);
	watch_stop(p->watch);
	naming_close(&p->naming);
	ownership_close(&p->ownership);
	collector_free(p->collector);
	if (p->recorder) {
		err = recorder_close(p->recorder);
		if (err == EPIPE)
			err = 0;
		if (err)
			diag("%s: %s; the recording ends there",
			     p->config.record, strerror(err));
	}
	if (p->source)
		p->source->ops->close(p->source);
	signal = broker_close(p->broker);
	if (signal)
		diag("the privileged process was ended by signal %d", signal);
	return err == 0 && !signal;
}

/* Help that did not reach its file is a failure. */
static int flush_stdout(int status)
{
	if (fflush(stdout) || ferror(stdout)) {
		diag("cannot write: %s", strerror(errno));
		return 1;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct program p = { .signal_fd = -1 };
	int status;

	open_standard_fds();
	slack_init();
	if (priv_is_privileged())
		priv_clean_environment();
	/* Which signs there are; words and "every 0.5s" are ours. */
	setlocale(LC_CTYPE, "");
	priv_caller(&p.caller);
	settings_init(&p.settings, &p.caller);
	status = options_parse(argc, argv, &p.config, &p.settings);
	if (status >= 0) {
		filtering_close(&p.config);
		return flush_stdout(settings_close(&p.settings, status));
	}
	options_fill(&p.config);
	priv_stand_in(&p.caller, &p.as);
	p.signal_fd = signals_open(p.config.output == OUTPUT_SCREEN);
	if (p.signal_fd < 0) {
		diag("cannot read signals: %s", strerror(-p.signal_fd));
		return 1;
	}
	status = enter_netns(&p);
	if (!status && p.config.check) {
		signals_default(); /* there is nothing to put back */
		settings_tell(&p.settings);
		return settings_close(&p.settings,
				      check_run(&p.config, &p.as, &p.settings));
	}
	if (!status && p.config.restore)
		return flush_stdout(
			settings_close(&p.settings, live_restore()));
	/* With the privileges it was started with. */
	if (!status && !p.config.replay)
		status = live_open(&p.config, &p.as, &p.source, &p.broker);
	if (!status && p.broker)
		ownership_open(&p.ownership, &p.config, &p.as);
	if (!status)
		status = give_up_privileges(&p);
	if (!status)
		status = enter_sandbox(&p);
	if (!status && p.config.replay)
		status = begin_replay(&p);
	if (!status)
		status = start_and_run(&p);
	if (!stop(&p) && !status)
		status = 1;
	filtering_close(&p.config);
	close(p.signal_fd);
	return settings_close(&p.settings, status);
}
