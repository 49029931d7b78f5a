// SPDX-License-Identifier: GPL-2.0-only
/*
 * view - what a frame and a line of output cost per flow.
 *
 * view [FLOWS [WHAT [DIRECTORY]]] prints one JSON object per measurement, or
 * only for those whose names begin with WHAT. Each figure is a median and
 * stands beside that of a linear walk of 256-byte structs in the same run, so
 * that figures of different machines can be compared. Places are those of the
 * files in DIRECTORY, see "mmdb.py world"; without them all are unknown.
 */
#include "view/view.h"

#include "enrich/geo.h"
#include "fact/owner.h"
#include "filter/expr.h"
#include "flow/writer.h"
#include "lib/clock.h"
#include "output/output.h"
#include "view/columns.h"
#include "view/ends.h"
#include "view/groupcols.h"
#include "view/groups.h"
#include "view/match.h"
#include "view/still.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNS 15

struct bench {
	struct table *table;
	size_t n, n_hosts;
	struct view_env env;
	struct view_query query;
	struct view_frame frame;
	struct output *output;
	unsigned char *structs;
	struct geo *geo;
	uint64_t sum;
	const char *only;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t random_u64(void)
{
	static uint64_t x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

static void on_end(void *ctx, const struct flow *flow, enum end_reason reason)
{
	(void)ctx;
	(void)flow;
	(void)reason;
}

static uint8_t classify(void *ctx, const struct flow_key *key,
			const struct tuple *reply, uint32_t *bits)
{
	(void)ctx;
	(void)key;
	(void)reply;
	(void)bits;
	return FLOW_DIR_OUT;
}

/* One in @share flows is active. */
static void fill(struct bench *b, unsigned int share, uint64_t now_ns,
		 bool is_second)
{
	struct sample s = {
		.kind = SAMPLE_DUMP,
		.has = HAS_COUNTERS | HAS_STATUS | HAS_STATE | HAS_TIMEOUT |
		       HAS_REPLY | HAS_ID | HAS_START | HAS_MARK,
		.key = { .family = FAMILY_IPV4, .proto = 6 },
		.state = 3,
		.status = 0x1e,
		.timeout_s = 431999,
		.mono_ns = now_ns,
		.start_ns = 1700000000ULL * NS_PER_S,
	};

	reader_lock();
	for (size_t i = 0; i < b->n; i++) {
		uint32_t host = (uint32_t)(i % b->n_hosts * 7919 % b->n_hosts);

		memcpy(s.key.tuple.src.byte, "\300\250\1\24", 4);
		s.key.tuple.dst.byte[0] = 1;
		s.key.tuple.dst.byte[1] = (uint8_t)(host >> 8);
		s.key.tuple.dst.byte[2] = (uint8_t)host;
		s.key.tuple.dst.byte[3] = 80;
		s.key.tuple.sport = (uint16_t)(1024 + i % 60000);
		s.key.tuple.dport = (uint16_t)(i % 3 ? 443 : i % 30000);
		s.reply.src = s.key.tuple.dst;
		s.reply.dst = s.key.tuple.src;
		s.reply.sport = s.key.tuple.dport;
		s.reply.dport = s.key.tuple.sport;
		s.id = (uint32_t)i * 7 + 1;
		for (int dir = 0; dir < DIR_MAX; dir++) {
			bool is_active = is_second && i % share == 0;

			s.packets[dir] = 10 + (is_active ? 100 : 0);
			s.bytes[dir] = 5000 + (i * 37) % 1000 +
				       (is_active ? random_u64() % 1000000 : 0);
		}
		table_upsert(b->table, &s);
	}
	reader_unlock();
}

/* So many processes, each with its share of the flows; one flow in ten passes
 * through. */
static void own(struct bench *b, size_t n_procs)
{
	struct table_cursor cursor;
	const struct flow *flow;

	reader_lock();
	cursor = table_walk_begin(b->table);
	while ((flow = table_walk_next(&cursor))) {
		struct proc_fact *proc = proc_fact_new();
		struct owner_fact fact = { .fact = FACT_OWNER,
					   .kind = OWNER_LOCAL,
					   .proc = proc };
		struct owner_job job;

		if (!proc)
			die("proc_fact_new");
		table_job(flow, &job);
		fact.flow = job.flow;
		proc->pid = 1000 + (uint32_t)(flow->slot % n_procs);
		proc->starttime = 1;
		strcpy(proc->comm, "bench");
		if (flow->slot % 10 == 0) {
			fact.kind = OWNER_FORWARDED;
			fact.proc = NULL;
		}
		table_own(b->table, &fact);
		proc_fact_put(proc);
	}
	reader_unlock();
}

static int compare_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double measure(struct bench *b, const char *name,
		      void (*run)(struct bench *), double calib)
{
	double ns[RUNS];

	if (calib > 0 && b->only && strncmp(name, b->only, strlen(b->only)))
		return 0;
	run(b);
	for (int i = 0; i < RUNS; i++) {
		uint64_t start = clock_mono_ns();

		run(b);
		ns[i] = (double)(clock_mono_ns() - start) / (double)b->n;
	}
	qsort(ns, RUNS, sizeof(*ns), compare_double);
	printf("{\"what\":\"%s\",\"flows\":%zu,\"ns_per_flow\":%.2f", name,
	       b->n, ns[RUNS / 2]);
	if (calib > 0)
		printf(",\"ratio\":%.2f", ns[RUNS / 2] / calib);
	printf("}\n");
	return ns[RUNS / 2];
}

static void run_calib(struct bench *b)
{
	for (size_t i = 0; i < b->n; i++)
		for (size_t line = 0; line < 256; line += 64)
			b->sum += b->structs[i * 256 + line];
}

static void run_frame(struct bench *b)
{
	if (view_frame_make(&b->frame, b->table, &b->query, &b->env))
		die("view_frame_make");
	b->sum += b->frame.n_match;
}

/* Three terms, and what none of them is. */
static const struct {
	const char *name, *text;
} filters[] = {
	{ "numbers", "tcp and dst port 443 and rate > 100k" },
	{ "all true", "tcp and not port 9 and age > 1s" },
	{ "addresses", "net 1.0.0.0/9 and dst port 443 and state established" },
	{ "processes", "process bench and net 1.0.0.0/9 and not port 9" },
	{ "countries", "country US,DE and tcp and not port 9" },
	{ "text", "google and tcp and not port 9" },
	{ "regex", "name ~ \"(a|b)+\\.example\\.org$\" and tcp and out" },
};

static void run_match(struct bench *b)
{
	struct match *match = b->query.filter.match;
	struct table_cursor cursor;
	const struct flow *flow;

	reader_lock();
	match_begin(match, &b->env);
	cursor = table_walk_begin(b->table);
	while ((flow = table_walk_next(&cursor)))
		b->sum += match_test(match, flow, false);
	reader_unlock();
}

static void run_walk(struct bench *b)
{
	struct table_cursor cursor;
	const struct flow *flow;

	reader_lock();
	cursor = table_walk_begin(b->table);
	while ((flow = table_walk_next(&cursor)))
		b->sum += flow->hot.family;
	reader_unlock();
}

static void run_still(struct bench *b)
{
	struct still *still;

	if (still_take(&still, b->table, SIZE_MAX, 1, 1))
		die("still_take");
	b->sum += still->n;
	still_free(still);
}

static void run_output(struct bench *b)
{
	if (output_frame(b->output, &b->frame, NULL))
		die("output_frame");
}

/* Hold on to the first flow, as the screen does to the selected one. */
static void anchor_first(struct bench *b)
{
	const struct row *row = b->frame.rows;

	b->query.has_anchor = true;
	b->query.anchor =
		(struct flow_ref){ .key = row->info.key, .id = row->info.id };
}

static void measure_frames(struct bench *b, double calib)
{
	b->query.count = 50;
	measure(b, "first 50 by rate", run_frame, calib);
	b->query.order = ORDER_CALM;
	measure(b, "first 50 by rate, calm", run_frame, calib);
	b->query.order = ORDER_FRESH;
	b->query.first = b->n / 2;
	measure(b, "middle 50 by rate", run_frame, calib);
	b->query.first = 0;
	b->query.sort = column_find("bytes");
	measure(b, "first 50 by bytes", run_frame, calib);
	b->query.sort = column_find("mark");
	measure(b, "first 50 of equals", run_frame, calib);
	run_frame(b);
	anchor_first(b);
	measure(b, "first 50 of equals, held", run_frame, calib);
	b->query.has_anchor = false;
	b->query.first = b->n / 2;
	measure(b, "middle 50 of equals", run_frame, calib);
	b->query.first = 0;
	b->query.sort = column_find("address");
	measure(b, "first 50 by address", run_frame, calib);
	b->query.sort = column_find("proto");
	measure(b, "first 50 by proto", run_frame, calib);
	b->query.sort = NULL;
	b->query.filter.groups = GROUP_UDP;
	measure(b, "nothing matches", run_frame, calib);
	b->query.filter.groups = GROUP_ALL;
	b->query.count = SIZE_MAX;
	measure(b, "all by rate", run_frame, calib);
}

static void find_place(void *ctx, const struct addr *addr, uint8_t family,
		       struct place *place)
{
	const struct bench *b = ctx;

	geo_find(b->geo, addr, family, place);
}

/* All have the same name, which nothing matches. */
static const struct name_fact *find_name(void *ctx, const struct addr *addr,
					 uint8_t family)
{
	static const struct name_fact *name;

	(void)ctx;
	(void)addr;
	(void)family;
	if (!name)
		name = name_fact_new("video-edge-c61.lhr.example.net");
	return name;
}

static void open_geo(struct bench *b, const char *dir)
{
	const char *dirs[] = { dir, NULL };
	const struct geo_config config = { .dirs = dirs, .is_silent = !dir };
	struct pollfd polled = { .events = POLLIN };

	b->geo = geo_new(&config);
	if (!b->geo || geo_start(b->geo))
		die("geo");
	polled.fd = geo_fd(b->geo);
	while (!geo_is_settled(b->geo)) {
		poll(&polled, 1, 100);
		geo_take(b->geo);
	}
	geo_stop(b->geo);
}

/* The flows of one of them, as after Enter. */
static void measure_only(struct bench *b, const char *name, double calib)
{
	char what[80];

	b->query.only = b->frame.groups[0].ref;
	b->query.has_only = true;
	b->query.grouping = NULL;
	snprintf(what, sizeof(what), "first 50 of one of %s, calm", name);
	measure(b, what, run_frame, calib);
	b->query.has_only = false;
}

/* What the screen shows of each view at 80 cells, and all there is. */
static void measure_views(struct bench *b, double calib)
{
	static const struct {
		const char *name;
		const struct grouping *grouping;
		unsigned int narrow; /* bits of enum group_second */
	} views[] = {
		{ "hosts", GROUPING_HOSTS, 1 << SECOND_OWNER },
		{ "countries", GROUPING_COUNTRIES,
		  1 << SECOND_HOST | 1 << SECOND_OWNER },
		{ "networks", GROUPING_NETWORKS,
		  1 << SECOND_HOST | 1 << SECOND_OWNER },
		{ "ports", GROUPING_PORTS,
		  1 << SECOND_HOST | 1 << SECOND_OWNER },
	};
	struct view_ends ends = { .ctx = b, .place = find_place };
	char name[80];

	b->env.ends = &ends;
	b->query.order = ORDER_CALM;
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		b->query.grouping = views[i].grouping;
		b->query.without = ~views[i].narrow;
		snprintf(name, sizeof(name), "first 50 %s, calm",
			 views[i].name);
		measure(b, name, run_frame, calib);
		b->query.without = 0;
		snprintf(name, sizeof(name), "first 50 %s, calm, wide",
			 views[i].name);
		measure(b, name, run_frame, calib);
		run_frame(b);
		measure_only(b, views[i].name, calib);
	}
	b->query.order = ORDER_FRESH;
	b->env.ends = NULL;
}

/* The expression alone, and the frame with it. */
static void measure_filters(struct bench *b, double calib)
{
	struct view_ends ends = { .ctx = b,
				  .place = find_place,
				  .name = find_name };

	b->env.ends = &ends;
	b->query.count = 50;
	measure(b, "filter none", run_walk, calib);
	measure(b, "filter none, frame", run_frame, calib);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct expr_error error;
		char name[80];

		b->query.filter.match =
			match_parse(filters[i].text, NULL, &error);
		if (!b->query.filter.match) {
			fprintf(stderr, "%s: %s\n", filters[i].text,
				error.text);
			exit(1);
		}
		snprintf(name, sizeof(name), "filter %s", filters[i].name);
		measure(b, name, run_match, calib);
		snprintf(name, sizeof(name), "filter %s, frame",
			 filters[i].name);
		measure(b, name, run_frame, calib);
		match_free(b->query.filter.match);
		b->query.filter.match = NULL;
	}
	b->env.ends = NULL;
}

static void measure_groups(struct bench *b, double calib)
{
	own(b, 2000);
	b->env.procs = table_procs(b->table);
	b->query.count = 50;
	b->query.grouping = &groupings[0];
	measure(b, "first 50 of 2000 processes", run_frame, calib);
	b->query.order = ORDER_CALM;
	measure(b, "first 50 of 2000 processes, calm", run_frame, calib);
	b->query.order = ORDER_FRESH;
	b->query.sort = group_column_find("process");
	measure(b, "first 50 of 2000 processes by name", run_frame, calib);
	b->query.sort = NULL;
	measure_views(b, calib);
	b->query.grouping = NULL;
	measure_filters(b, calib);
	b->query.count = SIZE_MAX;
	run_frame(b);
}

static void measure_output(struct bench *b, const char *format, double calib)
{
	struct output_config config = { 0 };
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		die("/dev/null");
	b->output = output_open(output_find(format), &config, fd);
	measure(b, format, run_output, calib);
	output_close(b->output);
	close(fd);
}

int main(int argc, char **argv)
{
	struct table_hooks hooks = { .end = on_end, .classify = classify };
	struct table_config config = { .max_flows = 10000000 };
	struct bench b = { .n = 100000, .n_hosts = 20000 };
	double calib;

	if (argc > 1)
		b.n = strtoull(argv[1], NULL, 10);
	if (argc > 2)
		b.only = argv[2];
	config.n_expected = b.n;
	reader_register();
	b.table = table_new(&config, &hooks);
	b.structs = calloc(b.n, 256);
	if (!b.table || !b.structs)
		die("table");
	open_geo(&b, argc > 3 ? argv[3] : NULL);
	memset(b.structs, 1, b.n * 256);
	fill(&b, 10, 10 * NS_PER_S, false);
	fill(&b, 10, 11 * NS_PER_S, true);
	b.env = (struct view_env){ .now_ns = 11 * NS_PER_S,
				   .wall_ns = 1700000100ULL * NS_PER_S };
	b.query.filter = (struct filter_config){ .families = SHOW_BOTH,
						 .groups = GROUP_ALL };
	b.query.is_descending = true;
	view_frame_init(&b.frame);
	calib = measure(&b, "linear walk", run_calib, 0);
	measure_frames(&b, calib);
	measure_groups(&b, calib);
	measure(&b, "still", run_still, calib);
	measure_output(&b, "json", calib);
	measure_output(&b, "csv", calib);
	measure_output(&b, "text", calib);
	view_frame_fini(&b.frame);
	free(b.structs);
	geo_free(b.geo);
	table_free(b.table);
	reader_unregister();
	return b.sum == 0;
}
