// SPDX-License-Identifier: GPL-2.0-only
/*
 * geo - what a place costs.
 *
 * geo DIRECTORY prints one JSON object per measurement: an address that is in
 * the cache and one that is not, of 20,000 in the networks of "mmdb.py big"
 * with as many, and how much memory the files and the addresses take. The times
 * stand beside that of a linear walk of 256-byte structs in the same run.
 */
#include "enrich/geo.h"

#include "lib/clock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADDRS 20000
#define RUNS 15
#define STRUCTS 100000
#define STRUCT_SIZE 256

static struct addr addrs[ADDRS];
static volatile uint64_t sum;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void make_addrs(void)
{
	for (uint32_t i = 0; i < ADDRS; i++) {
		uint32_t net = i * 7919 % ADDRS;

		addrs[i].byte[0] = 1;
		addrs[i].byte[1] = (uint8_t)(net >> 8);
		addrs[i].byte[2] = (uint8_t)net;
		addrs[i].byte[3] = (uint8_t)i;
	}
}

static double walk_ns(void)
{
	static unsigned char *structs;
	uint64_t begin_ns;

	if (!structs)
		structs = calloc(STRUCTS, STRUCT_SIZE);
	if (!structs)
		die("calloc");
	begin_ns = clock_mono_ns();
	for (size_t i = 0; i < STRUCTS; i++)
		for (size_t line = 0; line < STRUCT_SIZE; line += 64)
			sum += structs[i * STRUCT_SIZE + line];
	return (double)(clock_mono_ns() - begin_ns) / STRUCTS;
}

static double find_ns(struct geo *geo)
{
	uint64_t begin_ns = clock_mono_ns();

	for (int i = 0; i < ADDRS; i++) {
		struct place place;

		geo_find(geo, &addrs[i], FAMILY_IPV4, &place);
		sum += place.asn + (uint8_t)place.cc[0];
	}
	return (double)(clock_mono_ns() - begin_ns) / ADDRS;
}

static long rss_kb(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long pages = 0;

	if (!file || fscanf(file, "%*d %ld", &pages) != 1)
		die("/proc/self/statm");
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Learning something makes the cache forget. */
static void forget(struct geo *geo)
{
	static const struct addr other = { .byte = { 9, 9, 9, 9 } };
	const struct place place = { .cc = "DE" };

	geo_learn(geo, &other, FAMILY_IPV4, &place);
	if (!geo_take(geo))
		die("geo_take");
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_median(const char *what, double *ns)
{
	qsort(ns, RUNS, sizeof(*ns), compare);
	printf("{\"what\":\"%s\",\"ns\":%.1f}\n", what, ns[RUNS / 2]);
}

static struct geo *open_geo(const char *dir)
{
	const char *dirs[] = { dir, NULL };
	const struct geo_config config = { .dirs = dirs };
	struct geo *geo = geo_new(&config);
	struct pollfd polled = { .events = POLLIN };

	if (!geo || geo_start(geo))
		die("geo");
	polled.fd = geo_fd(geo);
	while (!geo_is_settled(geo)) {
		poll(&polled, 1, 100);
		geo_take(geo);
	}
	geo_stop(geo);
	return geo;
}

int main(int argc, char **argv)
{
	double walk[RUNS], first[RUNS], again[RUNS];
	uint64_t begin_ns = clock_mono_ns();
	long before_kb = rss_kb(), open_kb, full_kb;
	char text[GEO_TEXT_SIZE];
	struct geo *geo;

	if (argc != 2) {
		fputs("usage: geo DIRECTORY\n", stderr);
		return 2;
	}
	geo = open_geo(argv[1]);
	geo_describe(geo, text);
	printf("{\"what\":\"open\",\"files\":\"%s\",\"ms\":%.1f}\n", text,
	       (double)(clock_mono_ns() - begin_ns) / (double)NS_PER_MS);
	make_addrs();
	open_kb = rss_kb();
	find_ns(geo);
	full_kb = rss_kb();
	for (int i = 0; i < RUNS; i++) {
		walk[i] = walk_ns();
		forget(geo);
		first[i] = find_ns(geo);
		again[i] = find_ns(geo);
	}
	print_median("linear walk", walk);
	print_median("first look-up", first);
	print_median("cached", again);
	printf("{\"what\":\"memory\",\"open_kb\":%ld,\"looked_up_kb\":%ld}\n",
	       open_kb - before_kb, full_kb - open_kb);
	geo_free(geo);
	return 0;
}
