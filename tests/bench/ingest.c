/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long flowtop needs until its table is complete, and what a flow costs in
 * memory: to be compared with "floor dump" in the same namespace.
 *
 *   ingest [-n RUNS]
 *
 * One JSON line for each run and one for the median.
 */
#include "flow/reader.h"
#include "lib/clock.h"
#include "lib/priv.h"
#include "source/conntrack.h"
#include "source/procfile.h"
#include "source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector.h"

struct run {
	uint64_t complete_ns, cpu_ns, flows, rss_bytes;
};

static uint64_t rss_bytes(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file)
		return 0;
	if (fscanf(file, "%*u %lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static int run_once(struct run *run)
{
	struct conntrack_config config = { .interval_ns = NS_PER_S,
					   .budget = DEFAULT_BUDGET };
	struct collector_config collector_config = {
		.max_flows = 4000000,
		.n_expected = procfile_count(),
	};
	uint64_t before = rss_bytes(), start_ns = clock_mono_ns();
	uint64_t start_cpu_ns = clock_thread_cpu_ns();
	struct caller caller;
	struct broker_config broker_config = { .caller = &caller, .tty = -1 };
	struct source *source;
	struct collector *c;
	struct broker *broker;
	const char *failed;

	if (conntrack_open(&source, &config))
		return -1;
	conntrack_sockets(source, broker_config.fds);
	priv_caller(&caller);
	broker = broker_start(&broker_config, &failed);
	c = collector_new(&collector_config);
	if (!c || !broker)
		return -1;
	conntrack_start(source, broker, collector_sink(c), collector_health(c));
	collector_set_source(c, source);
	while (!counter_get(&collector_health(c)->complete_ns)) {
		if (collector_run_until(c, source->now_ns + 1, -1))
			return -1;
	}
	run->complete_ns =
		counter_get(&collector_health(c)->complete_ns) - start_ns;
	run->cpu_ns = clock_thread_cpu_ns() - start_cpu_ns;
	run->flows = counter_get(&collector_health(c)->n_live);
	run->rss_bytes = rss_bytes() - before;
	collector_free(c);
	broker_close(broker);
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	return (x->complete_ns > y->complete_ns) -
	       (x->complete_ns < y->complete_ns);
}

static void print_run(const char *label, const struct run *run)
{
	printf("{\"%s\":true,\"flows\":%llu,\"complete_ms\":%.3f,"
	       "\"cpu_ms\":%.3f,\"rss_bytes_per_flow\":%.1f}\n",
	       label, (unsigned long long)run->flows,
	       (double)run->complete_ns / 1e6, (double)run->cpu_ns / 1e6,
	       run->flows ? (double)run->rss_bytes / (double)run->flows : 0);
}

int main(int argc, char **argv)
{
	struct run runs[100];
	int n = 5;

	if (argc == 3 && !strcmp(argv[1], "-n"))
		n = atoi(argv[2]);
	if (n < 1 || n > 100)
		return 2;
	reader_register();
	for (int i = 0; i < n; i++) {
		if (run_once(&runs[i])) {
			perror("ingest");
			return 1;
		}
		print_run("run", &runs[i]);
	}
	qsort(runs, (size_t)n, sizeof(runs[0]), by_time);
	print_run("median", &runs[n / 2]);
	reader_unregister();
	return 0;
}
