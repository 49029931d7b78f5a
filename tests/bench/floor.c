// SPDX-License-Identifier: GPL-2.0-only
/*
 * floor - what the kernel alone costs.
 *
 * A monitor cannot be faster than the listing and the events that it reads.
 * This program reads both and does nothing with them; its figures, taken in
 * the same run, are what the monitor's are divided by.
 */
#include <errno.h>
#include <getopt.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

/* The kernel never makes a listing datagram larger than 32 KiB. */
#define DUMP_BUFFER (64 * 1024)

#define EVENT_SIZE 4096 /* one event; they take 200 to 400 bytes */
#define EVENT_BATCH 256
#define BUSY_BATCH 64 /* as many at once: more are on their way */
#define COALESCE_NS (2 * 1000 * 1000)

#define CALIB_STRUCTS 262144

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

static int compare_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, unsigned int n)
{
	qsort(values, n, sizeof(*values), compare_double);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static struct mnl_socket *open_socket(unsigned int groups)
{
	struct mnl_socket *nl =
		mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);

	if (!nl)
		die("netlink socket");
	if (mnl_socket_bind(nl, groups, MNL_SOCKET_AUTOPID) < 0)
		die("bind netlink socket");
	return nl;
}

static void request_dump(struct mnl_socket *nl, uint32_t seq)
{
	char buf[64] = { 0 };
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfh;

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = seq;
	nfh = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfh));
	nfh->nfgen_family = AF_UNSPEC;
	nfh->version = NFNETLINK_V0;
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die("request listing");
}

struct dump_result {
	uint64_t entries, bytes, wall_ns, cpu_ns;
};

/* Return: true at NLMSG_DONE. */
static bool count_datagram(const char *buf, size_t len, struct dump_result *r)
{
	const struct nlmsghdr *nlh = (const void *)buf;
	int left = (int)len;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_type == NLMSG_DONE)
			return true;
		if (nlh->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

			errno = -e->error;
			die("listing");
		}
		r->entries++;
		r->bytes += nlh->nlmsg_len;
	}
	return false;
}

static void dump_once(struct mnl_socket *nl, uint32_t seq,
		      struct dump_result *r)
{
	static char buf[DUMP_BUFFER];
	uint64_t wall = clock_ns(CLOCK_MONOTONIC);
	uint64_t cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	bool done = false;

	memset(r, 0, sizeof(*r));
	request_dump(nl, seq);
	while (!done) {
		ssize_t len = recv(mnl_socket_get_fd(nl), buf, sizeof(buf), 0);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			die("receive listing");
		done = count_datagram(buf, (size_t)len, r);
	}
	r->cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
	r->wall_ns = clock_ns(CLOCK_MONOTONIC) - wall;
}

static int floor_dump(unsigned int repeats)
{
	struct mnl_socket *nl = open_socket(0);
	double *wall = calloc(repeats, sizeof(*wall));
	double *cpu = calloc(repeats, sizeof(*cpu));
	struct dump_result r = { 0 };
	unsigned int i;

	if (!wall || !cpu)
		die("calloc");
	for (i = 0; i < repeats; i++) {
		dump_once(nl, i + 1, &r);
		wall[i] = (double)r.wall_ns / 1e6;
		cpu[i] = (double)r.cpu_ns / 1e6;
		printf("{\"run\":%u,\"entries\":%llu,\"bytes_per_entry\":%.1f,"
		       "\"wall_ms\":%.3f,\"cpu_ms\":%.3f}\n",
		       i + 1, (unsigned long long)r.entries,
		       r.entries ? (double)r.bytes / (double)r.entries : 0.0,
		       wall[i], cpu[i]);
	}
	printf("{\"median\":true,\"runs\":%u,\"entries\":%llu,"
	       "\"bytes_per_entry\":%.1f,\"wall_ms\":%.3f,\"cpu_ms\":%.3f}\n",
	       repeats, (unsigned long long)r.entries,
	       r.entries ? (double)r.bytes / (double)r.entries : 0.0,
	       median(wall, repeats), median(cpu, repeats));
	free(wall);
	free(cpu);
	mnl_socket_close(nl);
	return 0;
}

/* Events dropped by this socket; the only place where the kernel says it. */
static uint32_t socket_drops(int fd)
{
	uint32_t mem[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(mem);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, mem, &len) < 0)
		die("SO_MEMINFO");
	return mem[SK_MEMINFO_DROPS];
}

struct event_result {
	uint64_t events, bytes, batches, overruns;
};

static struct mmsghdr *event_vector(void)
{
	struct mmsghdr *v = calloc(EVENT_BATCH, sizeof(*v));
	struct iovec *iov = calloc(EVENT_BATCH, sizeof(*iov));
	char *data = malloc((size_t)EVENT_BATCH * EVENT_SIZE);
	int i;

	if (!v || !iov || !data)
		die("malloc");
	for (i = 0; i < EVENT_BATCH; i++) {
		iov[i].iov_base = data + (size_t)i * EVENT_SIZE;
		iov[i].iov_len = EVENT_SIZE;
		v[i].msg_hdr.msg_iov = &iov[i];
		v[i].msg_hdr.msg_iovlen = 1;
	}
	return v;
}

/* Take all there is. Return: the number of messages. */
static unsigned int drain(int fd, struct mmsghdr *v, struct event_result *r)
{
	unsigned int taken = 0;

	for (;;) {
		int i, n = recvmmsg(fd, v, EVENT_BATCH, MSG_DONTWAIT, NULL);

		if (n < 0 && errno == ENOBUFS) {
			r->overruns++;
			continue;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			die("receive events");
		if (n <= 0)
			return taken;
		r->batches++;
		for (i = 0; i < n; i++)
			r->bytes += v[i].msg_len;
		taken += (unsigned int)n;
		r->events += (unsigned int)n;
		if (n < EVENT_BATCH)
			return taken;
	}
}

static void read_events(int fd, double seconds, struct event_result *r)
{
	struct mmsghdr *v = event_vector();
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + (uint64_t)(seconds * 1e9);
	unsigned int last = 0;

	while (!stopped) {
		uint64_t now = clock_ns(CLOCK_MONOTONIC);
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (now >= end)
			break;
		if (poll(&p, 1, (int)((end - now) / 1000000) + 1) <= 0)
			continue;
		/* Waking up for every event costs more than the event. */
		if (last >= BUSY_BATCH) {
			struct timespec ts = { 0, COALESCE_NS };

			nanosleep(&ts, NULL);
		}
		last = drain(fd, v, r);
	}
	free(v[0].msg_hdr.msg_iov[0].iov_base);
	free(v[0].msg_hdr.msg_iov);
	free(v);
}

static int floor_events(double seconds, int rcvbuf)
{
	struct mnl_socket *nl = open_socket(NF_NETLINK_CONNTRACK_NEW |
					    NF_NETLINK_CONNTRACK_UPDATE |
					    NF_NETLINK_CONNTRACK_DESTROY);
	int fd = mnl_socket_get_fd(nl), granted = 0;
	socklen_t len = sizeof(granted);
	struct event_result r = { 0 };
	uint64_t cpu, cpu_ns;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf,
		       sizeof(rcvbuf)) < 0)
		die("SO_RCVBUFFORCE");
	getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &len);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	/* Whoever waits for this line knows that nothing is missed. */
	fprintf(stderr, "floor: listening\n");
	cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	read_events(fd, seconds, &r);
	cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
	printf("{\"events\":%llu,\"bytes_per_event\":%.1f,\"batches\":%llu,"
	       "\"cpu_ms\":%.3f,\"us_per_event\":%.4f,\"drops\":%u,"
	       "\"overruns\":%llu,\"rcvbuf\":%d}\n",
	       (unsigned long long)r.events,
	       r.events ? (double)r.bytes / (double)r.events : 0.0,
	       (unsigned long long)r.batches, (double)cpu_ns / 1e6,
	       r.events ? (double)cpu_ns / 1e3 / (double)r.events : 0.0,
	       socket_drops(fd), (unsigned long long)r.overruns, granted);
	mnl_socket_close(nl);
	return 0;
}

/* A flow in miniature: what a walk over a table has to pull into the cache. */
struct calib {
	uint64_t words[32];
};

_Static_assert(sizeof(struct calib) == 256, "four cache lines");

static int floor_calib(unsigned int repeats)
{
	struct calib *array = malloc(sizeof(*array) * CALIB_STRUCTS);
	double *ns = calloc(repeats, sizeof(*ns));
	uint64_t sum = 0;
	unsigned int i, j;

	if (!array || !ns)
		die("malloc");
	for (i = 0; i < CALIB_STRUCTS; i++)
		for (j = 0; j < 32; j++)
			array[i].words[j] = (uint64_t)i * j;
	for (i = 0; i < repeats; i++) {
		uint64_t start = clock_ns(CLOCK_MONOTONIC);

		for (j = 0; j < CALIB_STRUCTS; j++)
			sum += array[j].words[0] + array[j].words[8] +
			       array[j].words[16] + array[j].words[24];
		ns[i] = (double)(clock_ns(CLOCK_MONOTONIC) - start) /
			CALIB_STRUCTS;
	}
	printf("{\"calib\":true,\"structs\":%d,\"ns_per_struct\":%.3f,"
	       "\"sum\":%llu}\n",
	       CALIB_STRUCTS, median(ns, repeats), (unsigned long long)sum);
	free(array);
	free(ns);
	return 0;
}

static int usage(void)
{
	fputs("usage: floor dump [-n REPEATS]\n"
	      "       floor events [-s SECONDS] [--rcvbuf BYTES]\n"
	      "       floor [calib] [-n REPEATS]\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "repeats", required_argument, NULL, 'n' },
		{ "seconds", required_argument, NULL, 's' },
		{ "rcvbuf", required_argument, NULL, 'b' },
		{ NULL, 0, NULL, 0 },
	};
	int c, repeats = 9, rcvbuf = 64 << 20;
	double seconds = 3;

	while ((c = getopt_long(argc, argv, "n:s:", longs, NULL)) != -1) {
		if (c == 'n')
			repeats = atoi(optarg);
		else if (c == 's')
			seconds = strtod(optarg, NULL);
		else if (c == 'b')
			rcvbuf = atoi(optarg);
		else
			return usage();
	}
	if (repeats < 1 || optind + 1 < argc)
		return usage();
	/* What needs neither privilege nor flows */
	if (optind == argc)
		return floor_calib((unsigned int)repeats);
	if (!strcmp(argv[optind], "dump"))
		return floor_dump((unsigned int)repeats);
	if (!strcmp(argv[optind], "events"))
		return floor_events(seconds, rcvbuf);
	if (!strcmp(argv[optind], "calib"))
		return floor_calib((unsigned int)repeats);
	return usage();
}
