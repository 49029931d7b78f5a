/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flowtop: live flows of the kernel's connection tracking table.
 *
 * The map of the program, in the order in which things start:
 *
 *   options.c              the command line -> struct config
 *   broker/request.c       the privileged actions, broker/sysctl.c
 *   source/conntrack.c     live: when to read what
 *     source/events.c        what the kernel tells by itself
 *     source/listing.c       reading the table, and single flows
 *     source/rtnl.c          our own addresses
 *     source/procfile.c      count, max and switches in /proc
 *   source/replay.c        recorded: source/{capture,playback,pcap,mark,...}.c
 *     source/ctmsg.c       the one parser of ctnetlink messages, for both
 *   source/record.c        writing a recording, in a thread of its own
 *   collector.c            thread; intake.c: the only writer of what follows
 *     flow/table.c           hash and generations; flow/slab.c: memory
 *     flow/apply.c           sample -> flow; flow/rate.c
 *     flow/host.c            interned addresses; flow/tombs.c: the dead
 *     source/addrs.c         which end is ours
 *   view/view.c            table -> frame of rows: filter.c sort.c row.c
 *     view/columns.c         every column, one row each; value.c layout.c
 *   ui/ui.c                the screen: keys.c draw.c panels.c status.c term.c
 *   batch.c, output/       text, JSON, CSV, events
 *   lib/, net/             what everybody uses: memory, time, text; addresses
 *
 * main() starts them in this order and stops them in the reverse one.
 */
#include "broker/request.h"
#include "lib/clock.h"
#include "lib/diag.h"
#include "lib/netns.h"
#include "lib/queue.h"
#include "lib/rcu.h"
#include "lib/str.h"
#include "lib/thread.h"
#include "source/conntrack.h"
#include "source/procfile.h"
#include "source/record.h"
#include "source/replay.h"
#include "ui/term.h"
#include "ui/ui.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "batch.h"
#include "collector.h"
#include "config.h"
#include "options.h"

#define MAX_FLOWS 4000000
#define FLOW_BYTES 512 /* with its share of everything else, amply */
#define MAX_RCVBUF (64U << 20)

/* Everything that main starts and stops. */
struct program {
	struct config config;
	struct source *source; /* until the collector owns it */
	struct broker *broker;
	struct recorder *recorder;
	struct collector *collector;
	int signal_fd;
	struct thread watch;
	bool is_watching;
	int watch_end_fd;
};

/* How long a signal may wait for whoever should have read it: so many looks,
 * so far apart. A program that was stopped meanwhile has not been waiting. */
#define PATIENCE_LOOKS 7
#define PATIENCE_MS 100

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

static const int ending_signals[] = {
	SIGINT,    SIGTERM, SIGHUP,  SIGQUIT, SIGUSR2, SIGALRM,
	SIGVTALRM, SIGPROF, SIGPOLL, SIGPWR,  SIGXCPU, SIGSTKFLT,
};
#define N_ENDING (sizeof(ending_signals) / sizeof(ending_signals[0]))

/* Every signal that would end the program is read from a descriptor instead, so
 * that nothing is left behind. */
static int open_signals(bool is_screen)
{
	static const int of_screen[] = { SIGTSTP, SIGCONT, SIGWINCH };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < N_ENDING; i++)
		sigaddset(&set, ending_signals[i]);
	for (size_t i = 0; is_screen && i < 3; i++)
		sigaddset(&set, of_screen[i]);
	signal(SIGPIPE, SIG_IGN);
	/* liburcu's threads unblock it, so it cannot be read here. */
	signal(SIGUSR1, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static uint64_t ram_bytes(void)
{
	struct sysinfo info;

	return sysinfo(&info) ? 1ULL << 30
			      : (uint64_t)info.totalram * info.mem_unit;
}

static void fill_defaults(struct config *config)
{
	uint64_t ram = ram_bytes();

	if (!config->max_flows) {
		config->max_flows = ram / 8 / FLOW_BYTES;
		if (config->max_flows > MAX_FLOWS)
			config->max_flows = MAX_FLOWS;
	}
	if (!config->rcvbuf)
		config->rcvbuf = ram / 16 < MAX_RCVBUF
					 ? (unsigned int)(ram / 16)
					 : MAX_RCVBUF;
}

static void tell_not_permitted(int err)
{
	char program[512];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	program[n > 0 ? n : 0] = '\0';
	fprintf(stderr,
		"Cannot read the connection tracking table: %s.\n"
		"\n"
		"flowtop needs CAP_NET_ADMIN to read it.\n"
		"\n"
		"  sudo flowtop -46UTs\n"
		"\n"
		"or once, for every user of this program:\n"
		"\n"
		"  setcap cap_net_admin+ep %s\n"
		"\n"
		"Recordings need no privilege:  flowtop --replay FILE\n",
		strerror(-err), n > 0 ? program : "/usr/sbin/flowtop");
}

static int open_live(struct program *p)
{
	/* -1 -t 0 reads the table once; nothing hangs on what comes after. */
	struct conntrack_config config = {
		.interval_ns = p->config.interval_ns ? p->config.interval_ns
						     : NS_PER_S,
		/* -1 needs two listings, and nobody watches meanwhile. */
		.budget = p->config.once ? 100 : p->config.budget,
		.rcvbuf = p->config.rcvbuf,
	};
	int fds[CT_SOCKETS];
	int err = conntrack_open(&p->source, &config);

	if (err == -EPERM || err == -EACCES) {
		tell_not_permitted(err);
		return 1;
	}
	if (err) {
		diag("cannot read the connection tracking table: %s\n"
		     "flowtop: the kernel lacks ctnetlink; try: modprobe "
		     "nf_conntrack_netlink",
		     strerror(-err));
		return 1;
	}
	conntrack_sockets(p->source, fds);
	p->broker = broker_open(fds);
	if (!p->broker) {
		diag("out of memory");
		return 1;
	}
	return 0;
}

/* Without them only their fields are missing, and the screen says so. */
static void switch_counters_on(struct program *p)
{
	if (p->config.no_sysctl)
		return;
	request_sysctl_on(p->broker,
			  1U << SYSCTL_ACCT | 1U << SYSCTL_TIMESTAMP);
}

static int open_recorder(struct program *p)
{
	const char *path = p->config.record;
	int err = path ? recorder_open(&p->recorder, path) : 0;

	if (err == -EEXIST)
		diag("%s: exists already, or is not a plain file", path);
	else if (err)
		diag("%s: %s", path, strerror(-err));
	return err ? 1 : 0;
}

static int open_collector(struct program *p)
{
	struct collector_config config = {
		.max_flows = p->config.max_flows,
		.n_expected = p->source ? conntrack_count() : 0,
		.linger_ns = p->config.linger_ns,
		.events = p->config.events,
		.is_replay = p->config.replay != NULL,
		.local_nets = p->config.local_nets,
		.n_local_nets = p->config.n_local_nets,
		.recorder = p->recorder,
		.records_only = p->config.output == OUTPUT_NONE,
	};

	if (config.n_expected == HEALTH_UNKNOWN)
		config.n_expected = 0;
	p->collector = collector_new(&config);
	if (p->collector)
		return 0;
	diag("out of memory");
	return 1;
}

static int attach_source(struct program *p)
{
	const struct source_sink *sink = collector_sink(p->collector);
	struct health *health = collector_health(p->collector);
	bool is_final = p->config.once && !p->config.speed_given;
	char error[160];

	if (p->source)
		conntrack_start(p->source, p->broker, sink, health);
	else if (replay_open(&p->source, p->config.replay,
			     is_final ? 0 : p->config.speed, sink, health,
			     error, sizeof(error))) {
		diag("%s: %s", p->config.replay, error);
		return 1;
	}
	collector_set_source(p->collector, p->source);
	p->source = NULL;
	return 0;
}

static uint64_t ui_now(void *ctx)
{
	return collector_now_ns(ctx);
}

static uint64_t ui_wall(void *ctx)
{
	return collector_wall_ns(ctx);
}

static bool ui_iface(void *ctx, const struct addr *addr, uint8_t family,
		     char *iface)
{
	return collector_iface(ctx, addr, family, iface);
}

static bool ui_note(void *ctx, char *text, size_t size)
{
	struct note note;

	if (!queue_pop(collector_notes(ctx), &note, 1))
		return false;
	str_copy(text, size, note.text);
	return true;
}

static int ui_error(void *ctx)
{
	return collector_fatal(ctx);
}

static int run_screen(struct program *p)
{
	const struct config *config = &p->config;
	struct ui_config ui_config = {
		.filter = config->filter,
		.show_src = config->show_src,
		.bits = config->bits,
		.is_ascii = config->is_ascii,
		.color = config->color,
		.interval_ns = config->interval_ns,
		.max_refreshes = config->max_refreshes,
	};
	char host[65] = "";
	struct ui_env env = {
		.table = collector_table(p->collector),
		.health = collector_health(p->collector),
		.ctx = p->collector,
		.now_ns = ui_now,
		.wall_ns = ui_wall,
		.iface = ui_iface,
		.next_note = ui_note,
		.source_error = ui_error,
		.n_sockets = config->replay ? NULL : procfile_connected,
		.signal_fd = p->signal_fd,
		.host = config->replay ? config->replay : host,
		.version = VERSION,
		.netns = config->netns,
	};
	int err;

	gethostname(host, sizeof(host) - 1);
	err = ui_run(&ui_config, &env);
	if (err == -ENOTTY || err == -ENOTSUP)
		diag("this terminal cannot be drawn on; try --batch");
	else if (err)
		diag("cannot go on: %s", strerror(-err));
	return err ? 1 : 0;
}

static bool is_readable(int fd, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, timeout_ms) > 0;
}

static bool has_unread_ending(void)
{
	sigset_t set;

	if (sigpending(&set))
		return false;
	for (size_t i = 0; i < N_ENDING; i++) {
		if (sigismember(&set, ending_signals[i]) == 1)
			return true;
	}
	return false;
}

/*
 * Signals are blocked and read, so a write that blocks (a pipe or a terminal
 * that nobody reads) would make the program immortal. When a signal has been
 * waiting for long, leave the hard way: what was changed is put back.
 */
static void watch_signals(void *arg)
{
	struct program *p = arg;
	struct pollfd fds[] = {
		{ .fd = p->signal_fd, .events = POLLIN },
		{ .fd = p->watch_end_fd, .events = POLLIN },
	};

	for (int looks = 0;; looks = has_unread_ending() ? looks + 1 : 0) {
		if (!looks && poll(fds, 2, -1) < 0)
			continue;
		if (is_readable(p->watch_end_fd, PATIENCE_MS))
			return;
		if (looks < PATIENCE_LOOKS)
			continue;
		term_abandon();
		if (p->broker)
			broker_restore(p->broker);
		_exit(1);
	}
}

static void watch_start(struct program *p)
{
	p->watch_end_fd = eventfd(0, EFD_CLOEXEC);
	p->is_watching = p->watch_end_fd >= 0 &&
			 !thread_start(&p->watch, "watch", watch_signals, p);
}

static void watch_stop(struct program *p)
{
	if (p->is_watching) {
		eventfd_write(p->watch_end_fd, 1);
		thread_join(&p->watch);
	}
	if (p->watch_end_fd >= 0)
		close(p->watch_end_fd);
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
	status = is_screen ? run_screen(p)
			   : batch_run(&p->config, p->collector, p->signal_fd);
	collector_stop(p->collector);
	return status;
}

static int start_and_run(struct program *p)
{
	int status = 0;

	if (!p->config.replay)
		status = open_live(p);
	if (status)
		return status;
	watch_start(p);
	status = open_recorder(p);
	if (status)
		return status;
	if (p->broker)
		switch_counters_on(p);
	status = open_collector(p);
	if (!status)
		status = attach_source(p);
	return status ? status : run(p);
}

/* Return: whether all went well. */
static bool stop(struct program *p)
{
	int err = 0;

	watch_stop(p);
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
	broker_close(p->broker);
	return err == 0;
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
	struct program p = { .signal_fd = -1, .watch_end_fd = -1 };
	int status, err;

	open_standard_fds();
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* "every 0.5s" everywhere */
	status = options_parse(argc, argv, &p.config);
	if (status >= 0)
		return flush_stdout(status);
	fill_defaults(&p.config);
	p.signal_fd = open_signals(p.config.output == OUTPUT_SCREEN);
	if (p.signal_fd < 0) {
		diag("cannot read signals: %s", strerror(errno));
		return 1;
	}
	err = p.config.netns ? netns_enter(p.config.netns) : 0;
	if (err) {
		diag("network namespace \"%s\": %s", p.config.netns,
		     strerror(-err));
		return 1;
	}
	reader_register();
	status = start_and_run(&p);
	if (!stop(&p) && !status)
		status = 1;
	reader_unregister();
	close(p.signal_fd);
	return status;
}
