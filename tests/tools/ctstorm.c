// SPDX-License-Identifier: GPL-2.0-only
/*
 * ctstorm - create and delete connection tracking entries as fast as possible.
 *
 * Every thread keeps a window of entries alive: what it creates is deleted
 * some batches later. A random sample of all entries ever made escapes
 * deletion (reservoir sampling: nobody knows beforehand how many there will
 * be) and is what the table holds at the end.
 *
 *	   delete			 create
 *	-----|-----------------------------|----------> number of the entry
 *	 gone|   alive (window)		   |
 */
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "ctmake.h"

#define MAX_THREADS 16

static struct {
	double seconds;
	double rate; /* events/s of all threads; 0: flat out */
	uint64_t keep;
	uint64_t seed;
	uint64_t window; /* entries alive per thread */
	uint64_t max;    /* entries per thread, 0: no limit */
	uint32_t timeout_s;
	unsigned int threads;
	unsigned int batch;
} opt = { 3, 0, 0, 1, 4096, 0, 3600, 2, 128 };

struct worker {
	pthread_t thread;
	unsigned int number;
	uint64_t *kept; /* numbers of the entries that stay */
	uint64_t n_kept, max_kept;
	uint64_t random;
	uint64_t created, deleted, refused;
	int last_error;
};

static atomic_bool stop;

static void on_signal(int sig)
{
	(void)sig;
	atomic_store_explicit(&stop, true, memory_order_relaxed);
}

static uint64_t worker_random(struct worker *w)
{
	return ctmake_mix(w->random++);
}

/* Entry @i of thread @number: 10.T.x.x with every port, one in five IPv6. */
static void make_entry(struct ctmake *c, unsigned int number, uint64_t i)
{
	uint64_t r = ctmake_mix(opt.seed ^ i << 8 ^ number);
	uint32_t host = htonl((uint32_t)(i >> 15) & 0xffff);

	memset(c, 0, sizeof(*c));
	c->family = r % 5 ? AF_INET : AF_INET6;
	c->proto = r >> 8 & 1 ? IPPROTO_TCP : IPPROTO_UDP;
	c->has_ports = true;
	c->state = TCP_CONNTRACK_ESTABLISHED;
	c->timeout_s = opt.timeout_s;
	c->sport = (uint16_t)(1024 + (i & 0x7fff));
	c->dport = (uint16_t)(r >> 16 & 1 ? 443 : 53);
	if (c->family == AF_INET) {
		memcpy(c->src, &host, 4); /* its first two bytes are 0 */
		c->src[0] = 10;
		c->src[1] = (uint8_t)(128 + number);
		c->dst[0] = 198;
		c->dst[1] = 19;
		c->dst[2] = (uint8_t)(r >> 24);
		c->dst[3] = (uint8_t)(r >> 32);
	} else {
		static const uint8_t prefix[4] = { 0x20, 0x01, 0x0d, 0xb8 };

		memcpy(c->src, prefix, 4);
		memcpy(c->dst, prefix, 4);
		c->src[8] = 3;
		c->src[11] = (uint8_t)number;
		memcpy(c->src + 12, &host, 4);
		c->dst[8] = 4;
		c->dst[15] = (uint8_t)(r >> 24);
	}
}

static void delete_number(struct worker *w, struct ctmake_batch *b, uint64_t i)
{
	struct ctmake c;

	make_entry(&c, w->number, i);
	ctmake_delete(b, &c);
	w->deleted++;
}

/* The turn of entry @i to go: it, or another one in its place, or none. */
static void retire(struct worker *w, struct ctmake_batch *b, uint64_t i)
{
	uint64_t place;

	if (w->n_kept < w->max_kept) {
		w->kept[w->n_kept++] = i;
		return;
	}
	place = worker_random(w) % (i + 1);
	if (place < w->max_kept) {
		uint64_t other = w->kept[place];

		w->kept[place] = i;
		i = other;
	}
	delete_number(w, b, i);
}

/* Sleep until the events made so far are due. */
static void pace(uint64_t start_ns, uint64_t events)
{
	double share = opt.rate / opt.threads;
	uint64_t due = start_ns + (uint64_t)((double)events / share * 1e9);
	uint64_t now = ctmake_now_ns();
	struct timespec ts;

	if (now >= due)
		return;
	ts.tv_sec = (time_t)((due - now) / 1000000000ull);
	ts.tv_nsec = (long)((due - now) % 1000000000ull);
	nanosleep(&ts, NULL);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct ctmake_batch b;
	uint64_t start = ctmake_now_ns(), head = 0, tail = 0;
	uint64_t end = start + (uint64_t)(opt.seconds * 1e9);

	ctmake_open(&b, opt.batch);
	while (!atomic_load_explicit(&stop, memory_order_relaxed) &&
	       ctmake_now_ns() < end && (!opt.max || head < opt.max)) {
		unsigned int i;

		for (i = 0; i < opt.batch; i++) {
			struct ctmake c;

			make_entry(&c, w->number, head++);
			ctmake_add(&b, &c);
		}
		while (head - tail > opt.window)
			retire(w, &b, tail++);
		/* Paced load in small steps, not in bursts of whole batches. */
		if (opt.rate > 0) {
			ctmake_flush(&b);
			pace(start, head + w->deleted);
		}
	}
	while (tail < head) {
		retire(w, &b, tail++);
		if (opt.rate > 0 && !(tail % opt.batch)) {
			ctmake_flush(&b);
			pace(start, head + w->deleted);
		}
	}
	ctmake_flush(&b);
	w->created = head;
	w->refused = b.n_refused;
	w->last_error = b.last_error;
	ctmake_close(&b);
	return NULL;
}

static void usage(FILE *f)
{
	fputs("usage: ctstorm [-s SECONDS] [--rate EVENTS-PER-SECOND]\n"
	      "               [--keep N] [--seed S] [--threads N] [--batch N]\n"
	      "               [--window ENTRIES-PER-THREAD] [--timeout S]\n"
	      "               [--max ENTRIES-PER-THREAD]\n",
	      f);
}

static void parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "seconds", required_argument, NULL, 's' },
		{ "rate", required_argument, NULL, 'r' },
		{ "keep", required_argument, NULL, 'k' },
		{ "seed", required_argument, NULL, 'S' },
		{ "threads", required_argument, NULL, 't' },
		{ "batch", required_argument, NULL, 'b' },
		{ "window", required_argument, NULL, 'w' },
		{ "timeout", required_argument, NULL, 'o' },
		{ "max", required_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "s:h", longs, NULL)) != -1) {
		switch (c) {
		case 's':
			opt.seconds = strtod(optarg, NULL);
			break;
		case 'r':
			opt.rate = strtod(optarg, NULL);
			break;
		case 'k':
			opt.keep = strtoull(optarg, NULL, 0);
			break;
		case 'S':
			opt.seed = strtoull(optarg, NULL, 0);
			break;
		case 't':
			opt.threads = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'b':
			opt.batch = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'w':
			opt.window = strtoull(optarg, NULL, 0);
			break;
		case 'o':
			opt.timeout_s = (uint32_t)strtoul(optarg, NULL, 0);
			break;
		case 'm':
			opt.max = strtoull(optarg, NULL, 0);
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
	if (!opt.threads || opt.threads > MAX_THREADS || !opt.batch ||
	    optind != argc) {
		usage(stderr);
		exit(2);
	}
	if (opt.rate > 0) {
		double share = opt.rate / opt.threads;

		/* Steps of at most 20 ms, and 0.1 s to clean up at the end. */
		if (opt.batch > share / 50)
			opt.batch = (unsigned int)(share / 50) + 1;
		if (opt.window > share / 10)
			opt.window = (uint64_t)(share / 10);
	}
}

static void start_worker(struct worker *w, unsigned int number)
{
	w->number = number;
	w->random = ctmake_mix(opt.seed + number);
	w->max_kept =
		opt.keep / opt.threads + (number < opt.keep % opt.threads);
	w->kept = calloc(w->max_kept + 1, sizeof(*w->kept));
	if (!w->kept)
		ctmake_die("calloc");
	errno = pthread_create(&w->thread, NULL, worker_main, w);
	if (errno)
		ctmake_die("pthread_create");
}

int main(int argc, char **argv)
{
	static struct worker workers[MAX_THREADS];
	struct worker sum = { 0 };
	uint64_t start;
	unsigned int i;
	double seconds;

	parse(argc, argv);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	start = ctmake_now_ns();
	for (i = 0; i < opt.threads; i++)
		start_worker(&workers[i], i);
	for (i = 0; i < opt.threads; i++) {
		struct worker *w = &workers[i];

		pthread_join(w->thread, NULL);
		sum.created += w->created;
		sum.deleted += w->deleted;
		sum.refused += w->refused;
		sum.n_kept += w->n_kept;
		if (w->last_error)
			sum.last_error = w->last_error;
		free(w->kept);
	}
	seconds = (double)(ctmake_now_ns() - start) / 1e9;
	printf("{\"seconds\":%.3f,\"created\":%llu,\"deleted\":%llu,"
	       "\"kept\":%llu,\"refused\":%llu,\"events_per_s\":%.0f,"
	       "\"count\":%ld}\n",
	       seconds, (unsigned long long)sum.created,
	       (unsigned long long)sum.deleted, (unsigned long long)sum.n_kept,
	       (unsigned long long)sum.refused,
	       (double)(sum.created + sum.deleted) / seconds, ctmake_count());
	if (sum.refused) {
		fprintf(stderr, "ctstorm: %llu requests refused: %s\n",
			(unsigned long long)sum.refused,
			strerror(sum.last_error));
		return 1;
	}
	return 0;
}
