// SPDX-License-Identifier: GPL-2.0-only
/* Places, from files that tests/tools/mmdb.py writes. */
#include "enrich/geo.h"
#include "enrich/geocache.h"
#include "enrich/geofiles.h"
#include "lib/clock.h"
#include "lib/sanitize.h"
#include "unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/flowtop-geo.XXXXXX";
static char good[64], broken[64], used[64];
static const char *dirs[] = { used, NULL };

__attribute__((format(printf, 1, 2))) static void shell(const char *format, ...)
{
	char command[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	if (system(command))
		fail_msg("%s", command);
}

static int make_files(void **state)
{
	const char *top = getenv("TOP");

	(void)state;
	assert_non_null(mkdtemp(root));
	snprintf(good, sizeof(good), "%s/good", root);
	snprintf(broken, sizeof(broken), "%s/broken", root);
	snprintf(used, sizeof(used), "%s/used", root);
	shell("mkdir %s %s %s", good, broken, used);
	for (int i = 0; i < 2; i++)
		shell("PYTHONDONTWRITEBYTECODE=1 python3 "
		      "'%s/tests/tools/mmdb.py' %s %s",
		      top ? top : ".", i ? "broken" : "good",
		      i ? broken : good);
	return 0;
}

static int remove_files(void **state)
{
	(void)state;
	shell("rm -rf %s", root);
	return 0;
}

static int empty_used(void **state)
{
	(void)state;
	shell("rm -rf %s && mkdir %s", used, used);
	return 0;
}

/* The name is all there is to see of a file. */
static void use(const char *dir, const char *name)
{
	shell("cp '%s/%s' '%s/%s'", dir, name, used, name);
}

/* ------------------------------------------------------------------ places */

static bool settle(struct geo *geo)
{
	struct pollfd polled = { .fd = geo_fd(geo), .events = POLLIN };

	for (int i = 0; i < 200 && !geo_is_settled(geo); i++) {
		poll(&polled, 1, 100);
		geo_take(geo);
	}
	return geo_is_settled(geo);
}

static struct geo *open_dirs(const char *const *some, uint64_t max_bytes)
{
	const struct geo_config config = {
		.dirs = some,
		.max_bytes = max_bytes,
		.poll_ns = 20 * NS_PER_MS,
	};
	struct geo *geo = geo_new(&config);

	assert_non_null(geo);
	assert_int_equal(geo_start(geo), 0);
	assert_true(settle(geo));
	return geo;
}

static struct geo *open_geo(void)
{
	return open_dirs(dirs, 0);
}

static struct place place_of(struct geo *geo, const char *text)
{
	struct place place;
	struct addr addr;
	uint8_t family;

	assert_int_equal(addr_parse(text, &addr, &family), 0);
	geo_find(geo, &addr, family, &place);
	return place;
}

static const char *said(const char *text)
{
	return text ? text : "?";
}

/* "DE Germany/Frankfurt 64496 EXAMPLE-CLOUD" */
static void assert_place(struct geo *geo, const char *addr, const char *wanted)
{
	struct place place = place_of(geo, addr);
	char text[512];

	snprintf(text, sizeof(text), "%s %s/%s %u %s",
		 place.cc[0] ? place.cc : "?", said(place.country),
		 said(place.city), (unsigned int)place.asn, said(place.org));
	assert_string_equal(text, wanted);
}

#define NOWHERE "? ?/? 0 ?"
#define HERE "203.0.113.80"

static void test_maxmind(void **state)
{
	struct geo *geo;
	char text[GEO_TEXT_SIZE];

	(void)state;
	use(good, "GeoLite2-City.mmdb");
	use(good, "GeoLite2-ASN.mmdb");
	geo = open_geo();
	assert_place(geo, HERE, "DE Germany/Frankfurt 64496 EXAMPLE-CLOUD");
	assert_place(geo, "::ffff:203.0.113.80",
		     "DE Germany/Frankfurt 64496 EXAMPLE-CLOUD");
	assert_place(geo, "2001:db8:cafe::1",
		     "DE Germany/Berlin 64497 EXAMPLE-SIX");
	assert_place(geo, "2001:db8:f00d::1", "? ?/? 64497 EXAMPLE-SIX");
	assert_place(geo, "198.51.100.127",
		     "FR France/Paris 65551 Example Networks");
	assert_place(geo, "198.51.100.128", "? ?/? 65551 Example Networks");
	assert_place(geo, "9.9.9.9", NOWHERE);
	geo_describe(geo, text);
	assert_string_equal(text, "City+ASN 2026-08");
	assert_false(geo_note(geo, text, sizeof(text)));
	geo_free(geo);
}

static void test_vendors(void **state)
{
	static const struct {
		const char *file, *place;
	} files[] = {
		{ "dbip-city-lite.mmdb", "US United States/Mountain View 0 ?" },
		{ "dbip-asn-lite.mmdb", "? ?/? 64500 Example, Inc." },
		{ "ipinfo_lite.mmdb", "NL Netherlands/? 64511 Example Net" },
		{ "ipinfo_location.mmdb", "NO Norway/Oslo 0 ?" },
		{ "enterprise.mmdb", "IT Italy/Rome 64510 Via" },
		{ "GeoLite2-Country.mmdb", "DE Germany/? 0 ?" },
	};

	for (size_t i = 0; i < N_ELEMS(files); i++) {
		struct geo *geo;

		empty_used(state);
		/* What it is, it says itself. */
		shell("cp %s/%s %s/some.mmdb", good, files[i].file, used);
		geo = open_geo();
		assert_place(geo, HERE, files[i].place);
		assert_place(geo, "9.9.9.9", NOWHERE);
		geo_free(geo);
	}
}

static void test_families(void **state)
{
	struct geo *geo;

	(void)state;
	/* An IPv4 file is not asked about IPv6: its first 32 bits are those of
	 * 203.0.113.80. */
	use(good, "GeoLite2-Country.mmdb");
	geo = open_geo();
	assert_place(geo, "cb00:7150::1", NOWHERE);
	assert_place(geo, "::ffff:203.0.113.80", "DE Germany/? 0 ?");
	/* Registered or represented elsewhere says nothing of where it is. */
	assert_place(geo, "192.0.2.1", NOWHERE);
	geo_free(geo);
}

static void test_scopes(void **state)
{
	static const struct {
		const char *addr;
		enum addr_scope scope;
	} scopes[] = {
		{ "10.1.2.3", SCOPE_PRIVATE },
		{ "127.0.0.1", SCOPE_LOOPBACK },
		{ "100.64.1.1", SCOPE_CGNAT },
		{ "169.254.1.1", SCOPE_LINK },
		{ "224.0.0.251", SCOPE_MULTICAST },
		{ "fe80::1", SCOPE_LINK },
		{ "fd00::1", SCOPE_PRIVATE },
		{ "::1", SCOPE_LOOPBACK },
		{ "::ffff:10.0.0.1", SCOPE_PRIVATE },
		{ "255.255.255.255", SCOPE_BROADCAST },
		{ "0.0.0.0", SCOPE_ANY },
		{ "9.9.9.9", SCOPE_PUBLIC },
	};
	struct geo *geo;

	(void)state;
	shell("cd %s && python3 '%s/tests/tools/mmdb.py' one all.mmdb "
	      "GeoLite2-City 1 '::/1={\"country\":{\"iso_code\":\"ZZ\"}}' "
	      "'8000::/1={\"country\":{\"iso_code\":\"ZZ\"}}'",
	      used, getenv("TOP") ? getenv("TOP") : "$OLDPWD");
	geo = open_geo();
	for (size_t i = 0; i < N_ELEMS(scopes); i++) {
		struct place place = place_of(geo, scopes[i].addr);

		assert_int_equal(place.scope, scopes[i].scope);
		assert_string_equal(
			place.cc, scopes[i].scope == SCOPE_PUBLIC ? "ZZ" : "");
	}
	geo_free(geo);
}

/* --------------------------------------------------------------- which one */

static void make_one(const char *path, unsigned int epoch, const char *cc)
{
	const char *top = getenv("TOP");

	shell("python3 '%s/tests/tools/mmdb.py' one '%s/%s' GeoLite2-City %u "
	      "'203.0.113.0/24={\"country\":{\"iso_code\":\"%s\"}}'",
	      top ? top : ".", used, path, epoch, cc);
}

static void test_choice(void **state)
{
	char first[80], second[80];
	const char *both[] = { first, second, NULL };
	const char *absent[] = { "/nowhere/at/all", first, second, NULL };
	struct geo *geo;

	(void)state;
	snprintf(first, sizeof(first), "%s/1", used);
	snprintf(second, sizeof(second), "%s/2", used);
	shell("mkdir %s %s", first, second);
	make_one("2/newest.mmdb", 1700000000, "CC");
	make_one("1/a.mmdb", 1500000000, "AA");
	make_one("1/b.mmdb", 1600000000, "BB");
	geo = open_dirs(both, 0);
	assert_place(geo, HERE, "BB ?/? 0 ?");
	geo_free(geo);
	geo = open_dirs(absent, 0);
	assert_place(geo, HERE, "BB ?/? 0 ?");
	geo_free(geo);
}

static void test_large(void **state)
{
	struct geo *geo;
	char text[GEO_TEXT_SIZE];

	(void)state;
	use(good, "GeoLite2-City.mmdb");
	use(good, "GeoLite2-Country.mmdb");
	geo = open_dirs(dirs, 1000);
	assert_place(geo, HERE, "DE Germany/? 0 ?");
	assert_true(geo_note(geo, text, sizeof(text)));
	assert_non_null(strstr(text, "GeoLite2-City.mmdb: it would take"));
	assert_false(geo_note(geo, text, sizeof(text)));
	geo_free(geo);
}

static void test_dirs(void **state)
{
	const char *found[GEO_DIRS];
	char store[1024];

	(void)state;
	geo_dirs("/some", "/home/a", found, store, sizeof(store));
	assert_string_equal(found[0], "/some");
	assert_null(found[1]);
	geo_dirs(NULL, "/home/a", found, store, sizeof(store));
	assert_string_equal(found[0], "/home/a/.local/share/flowtop");
	assert_string_equal(found[1], "/usr/share/GeoIP");
	assert_string_equal(found[4], "/var/lib/flowtop");
	assert_null(found[5]);
	geo_dirs(NULL, "", found, store, sizeof(store));
	assert_string_equal(found[0], "/usr/share/GeoIP");
}

/* ------------------------------------------------------------------ broken */

/* Each file of that group alone. */
static int each_broken(const char *group,
		       void (*check)(struct geo *geo, const char *name))
{
	DIR *dir = opendir(broken);
	const struct dirent *entry;
	int n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		struct geo *geo;

		if (strncmp(entry->d_name, group, strlen(group)))
			continue;
		empty_used(NULL);
		use(broken, entry->d_name);
		/* As if it had been there for long. */
		shell("touch -d @1700000000 '%s/%s'", used, entry->d_name);
		geo = open_geo();
		check(geo, entry->d_name);
		geo_free(geo);
		n++;
	}
	closedir(dir);
	return n;
}

static void expect_refused(struct geo *geo, const char *name)
{
	char text[GEO_TEXT_SIZE];

	if (!geo_note(geo, text, sizeof(text)))
		fail_msg("%s: not refused", name);
	print_message("# %s\n", strrchr(text, '/') + 1);
	assert_non_null(strstr(text, name));
	assert_false(geo_note(geo, text, sizeof(text)));
	assert_place(geo, HERE, NOWHERE);
	assert_place(geo, "2001:db8::1", NOWHERE);
	geo_describe(geo, text);
	assert_string_equal(text, "");
}

static void test_refused(void **state)
{
	(void)state;
	assert_int_equal(each_broken("refused.", expect_refused), 35);
}

static void expect_damaged(struct geo *geo, const char *name)
{
	char text[GEO_TEXT_SIZE];

	assert_false(geo_note(geo, text, sizeof(text)));
	assert_place(geo, HERE, NOWHERE);
	assert_place(geo, "203.0.113.81", NOWHERE);
	if (!geo_note(geo, text, sizeof(text)))
		fail_msg("%s: not noticed", name);
	assert_non_null(strstr(text, "damaged"));
	assert_false(geo_note(geo, text, sizeof(text)));
}

static void test_damaged(void **state)
{
	(void)state;
	assert_int_equal(each_broken("damaged.", expect_damaged), 15);
}

#define HOSTILE 4000 /* times three texts */

static void assert_clean(const char *text)
{
	char clean[512];
	bool is_changed;

	if (!text)
		return;
	assert_in_range(strlen(text), 1, 95);
	sanitize_text(clean, sizeof(clean), text, strlen(text), &is_changed);
	assert_false(is_changed);
}

static void expect_strange(struct geo *geo, const char *name)
{
	static const struct {
		const char *name, *place;
	} places[] = {
		{ "escape", "DE Germany/A?[2J??B?? C? 0 ?" },
		{ "bytes", "DE Germany/??? 0 ?" },
		{ "empty-text", "DE Germany/? 0 ?" },
		{ "epoch", "DE Germany/Frankfurt 0 ?" },
		{ "no-english", NOWHERE },
		{ "no-languages", "DE Germany/Frankfurt 0 ?" },
	};
	struct place place = place_of(geo, HERE);
	const char *texts[] = { place.country, place.city, place.org };
	char text[GEO_TEXT_SIZE];

	if (geo_note(geo, text, sizeof(text)))
		fail_msg("%s", text);
	for (size_t i = 0; i < N_ELEMS(texts); i++)
		assert_clean(texts[i]);
	assert_true(!place.cc[0] || !strcmp(place.cc, "DE"));
	for (size_t i = 0; i < N_ELEMS(places); i++)
		if (strstr(name, places[i].name))
			assert_place(geo, HERE, places[i].place);
	geo_describe(geo, text);
	if (strstr(name, "epoch"))
		assert_string_equal(text, "City");
}

static void test_strange(void **state)
{
	(void)state;
	assert_int_equal(each_broken("strange.", expect_strange), 18);
}

static void test_hostile(void **state)
{
	const char *top = getenv("TOP");
	unsigned int n = 0;
	struct geo *geo;

	(void)state;
	shell("'%s/tests/tools/mmdb.py' hostile %s/x.mmdb %d", top ? top : ".",
	      used, HOSTILE);
	geo = open_geo();
	for (unsigned int i = 0; i < HOSTILE; i++) {
		char addr[24];
		struct place place;

		snprintf(addr, sizeof(addr), "9.%u.%u.1", i >> 8, i & 255);
		place = place_of(geo, addr);
		assert_int_equal(place.asn, i);
		assert_clean(place.country);
		assert_clean(place.city);
		assert_clean(place.org);
		for (const char *c = place.cc; *c; c++)
			assert_in_range(*c, 'A', 'Z');
		n += place.city != NULL;
	}
	assert_in_range(n, HOSTILE * 9 / 10, HOSTILE);
	geo_free(geo);
}

/* No file at all, though the name says so. */
/* What is said of many files leaves room for what was read of others. */
static void test_many_wrong(void **state)
{
	const struct geo_config config = {
		.dirs = dirs,
		.poll_ns = 3600 * NS_PER_S,
	};
	struct geo *geo = geo_new(&config);
	char text[GEO_TEXT_SIZE];

	(void)state;
	assert_non_null(geo);
	use(good, "GeoLite2-City.mmdb");
	for (int i = 0; i < 9; i++)
		shell("echo >%s/%d.mmdb && touch -d '1 hour ago' %s/%d.mmdb",
		      used, i, used, i);
	assert_int_equal(geo_start(geo), 0);
	for (int i = 0, n = 0; n < 9 && i < 20000; i++) {
		n += geo_note(geo, text, sizeof(text));
		clock_sleep_ns(NS_PER_MS);
	}
	assert_true(settle(geo));
	assert_place(geo, HERE, "DE Germany/Frankfurt 0 ?");
	geo_free(geo);
}

/* A thread that hangs may outlive them. */
static void test_dirs_copied(void **state)
{
	char name[sizeof(used)];
	const char *list[] = { name, NULL };
	const struct geo_config config = { .dirs = list };
	struct geo *geo;

	(void)state;
	use(good, "GeoLite2-City.mmdb");
	strcpy(name, used);
	geo = geo_new(&config);
	assert_non_null(geo);
	name[0] = '\0';
	list[0] = NULL;
	assert_int_equal(geo_start(geo), 0);
	assert_true(settle(geo));
	assert_place(geo, HERE, "DE Germany/Frankfurt 0 ?");
	geo_free(geo);
}

static void test_no_files(void **state)
{
	static const struct {
		const char *make, *said;
	} things[] = {
		{ "ln -s /etc/shadow x.mmdb", "symbolic link" },
		{ "ln -s ../good/GeoLite2-City.mmdb x.mmdb", "symbolic link" },
		{ "ln -s x.mmdb x.mmdb", "symbolic link" },
		{ "mkfifo x.mmdb", "no plain file" },
		{ "mkdir x.mmdb", "no plain file" },
		{ "truncate -s 1073741825 x.mmdb && touch -d @9 x.mmdb",
		  "larger than 1 GiB" },
		{ "touch -d @9 x.mmdb && chmod 0 x.mmdb", "no permission" },
	};
	char text[GEO_TEXT_SIZE];

	for (size_t i = 0; i < N_ELEMS(things); i++) {
		struct geo *geo;

		/* Root reads what nobody may. */
		if (strstr(things[i].said, "permission") && !geteuid())
			continue;
		empty_used(state);
		shell("cd %s && %s && touch -h -d @9 x.mmdb", used,
		      things[i].make);
		geo = open_geo();
		assert_true(geo_note(geo, text, sizeof(text)));
		assert_non_null(strstr(text, things[i].said));
		assert_place(geo, HERE, NOWHERE);
		geo_free(geo);
	}
}

/* ---------------------------------------------------------------- changes */

/* Until the place is that, for as long as a loaded machine may need. */
static void await_place(struct geo *geo, const char *wanted)
{
	struct pollfd polled = { .fd = geo_fd(geo), .events = POLLIN };
	uint64_t until_ns = clock_mono_ns() + 30 * NS_PER_S;

	while (strcmp(place_of(geo, HERE).cc, wanted) &&
	       clock_mono_ns() < until_ns) {
		poll(&polled, 1, 1000);
		geo_take(geo);
	}
	assert_string_equal(place_of(geo, HERE).cc, wanted);
}

static void await_note(struct geo *geo, const char *wanted)
{
	struct pollfd polled = { .fd = geo_fd(geo), .events = POLLIN };
	uint64_t until_ns = clock_mono_ns() + 30 * NS_PER_S;
	char text[GEO_TEXT_SIZE];

	while (!geo_note(geo, text, sizeof(text))) {
		assert_true(clock_mono_ns() < until_ns);
		poll(&polled, 1, 1000);
		geo_take(geo);
	}
	assert_non_null(strstr(text, wanted));
}

static void test_replaced(void **state)
{
	struct place place;
	struct geo *geo;

	(void)state;
	make_one("x.mmdb", 1500000000, "AA");
	make_one("new", 1500000000, "BB");
	geo = open_geo();
	place = place_of(geo, HERE);
	assert_string_equal(place.cc, "AA");
	/* By another one, in place, with garbage, with nothing. */
	shell("cd %s && mv new x.mmdb", used);
	await_place(geo, "BB");
	make_one("new", 1400000000, "CC");
	shell("cd %s && cat new >x.mmdb", used);
	await_place(geo, "CC");
	shell("cd %s && echo garbage >x.mmdb", used);
	await_note(geo, "x.mmdb: it is no MaxMind database");
	assert_string_equal(place_of(geo, HERE).cc, "CC");
	shell("cd %s && rm x.mmdb", used);
	make_one("other.mmdb", 1400000000, "DD");
	await_place(geo, "DD");
	/* Texts of places that were given out are still good. */
	assert_string_equal(place.cc, "AA");
	geo_free(geo);
}

/* ------------------------------------------------------------------ inside */

static struct addr numbered(uint32_t n)
{
	struct addr addr = { .byte = { 9 } };

	memcpy(addr.byte + 1, &n, 3);
	return addr;
}

static void test_cache(void **state)
{
	struct geocache cache;
	struct place place = { .asn = 1 }, found;
	struct addr addr;
	size_t n = 0;

	(void)state;
	geocache_init(&cache, 4096);
	addr = numbered(0);
	assert_false(geocache_find(&cache, &addr, FAMILY_IPV4, &found));
	for (uint32_t i = 0; i < 2000; i++) {
		addr = numbered(i);
		place.asn = i + 1;
		assert_true(geocache_put(&cache, &addr, FAMILY_IPV4, &place,
					 false));
	}
	for (uint32_t i = 0; i < 2000; i++) {
		addr = numbered(i);
		assert_true(geocache_find(&cache, &addr, FAMILY_IPV4, &found));
		assert_int_equal(found.asn, i + 1);
		assert_int_equal(found.scope, SCOPE_PUBLIC);
		assert_false(geocache_find(&cache, &addr, FAMILY_IPV6, &found));
	}
	for (uint32_t i = 0; i < 100000; i++) {
		addr = numbered(i);
		place.asn = i + 1;
		assert_true(
			geocache_put(&cache, &addr, FAMILY_IPV4, &place, true));
		assert_true(geocache_find(&cache, &addr, FAMILY_IPV4, &found));
		assert_int_equal(found.asn, i + 1);
	}
	for (uint32_t i = 0; i < 100000; i++) {
		addr = numbered(i);
		n += geocache_find(&cache, &addr, FAMILY_IPV4, &found);
	}
	assert_in_range(n, 1000, 4096);
	geocache_drop(&cache);
	assert_false(geocache_find(&cache, &addr, FAMILY_IPV4, &found));
}

static void test_learn(void **state)
{
	const char *none[] = { NULL };
	const struct geo_config config = { .dirs = none };
	struct geo *geo = geo_new(&config);
	struct place place = {
		.cc = "SE", .country = "Swe\x1b[den", .org = "An org", .asn = 5
	};
	struct addr addr;
	uint8_t family;

	(void)state;
	assert_place(geo, HERE, NOWHERE);
	addr_parse(HERE, &addr, &family);
	geo_learn(geo, &addr, family, &place);
	assert_true(geo_take(geo));
	assert_place(geo, HERE, "SE Swe?[den/? 5 An org");
	addr_parse("::ffff:203.0.113.81", &addr, &family);
	memcpy(place.cc, "\x1b[", 2);
	geo_learn(geo, &addr, family, &place);
	addr_parse("10.0.0.1", &addr, &family);
	geo_learn(geo, &addr, family, &place);
	assert_true(geo_take(geo));
	assert_false(geo_take(geo));
	assert_place(geo, "203.0.113.81", "? Swe?[den/? 5 An org");
	assert_place(geo, "10.0.0.1", NOWHERE);
	geo_free(geo);
}

/* Everybody has a network of his own. */
static void test_numbers(void **state)
{
	const char *none[] = { NULL };
	const struct geo_config config = { .dirs = none };
	struct geo *geo = geo_new(&config);
	struct place place = { .cc = "SE" }, found;
	uint32_t countries = 0;
	struct addr addr;
	char city[16];

	(void)state;
	for (uint32_t i = 0; i < PLACE_MAX + 1000; i++) {
		addr = numbered(i);
		snprintf(city, sizeof(city), "C%u", (unsigned int)i);
		place.city = place.org = city;
		place.asn = i + 1;
		geo_learn(geo, &addr, FAMILY_IPV4, &place);
	}
	geo_take(geo);
	for (uint32_t i = 0; i < PLACE_MAX + 1000; i++) {
		addr = numbered(i);
		geo_find(geo, &addr, FAMILY_IPV4, &found);
		if (!countries)
			countries = found.country_number;
		assert_int_equal(found.country_number, countries);
		assert_int_equal(found.network_number,
				 i < PLACE_MAX ? i + 1 : PLACE_OTHERS);
		assert_int_equal(found.asn, i + 1);
		assert_true(!found.org == (i >= PLACE_MAX));
		assert_true(!found.city == (i >= PLACE_MAX));
	}
	geo_free(geo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_maxmind, empty_used),
		cmocka_unit_test_setup(test_vendors, empty_used),
		cmocka_unit_test_setup(test_families, empty_used),
		cmocka_unit_test_setup(test_scopes, empty_used),
		cmocka_unit_test_setup(test_choice, empty_used),
		cmocka_unit_test_setup(test_large, empty_used),
		cmocka_unit_test(test_dirs),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_strange),
		cmocka_unit_test_setup(test_hostile, empty_used),
		cmocka_unit_test_setup(test_many_wrong, empty_used),
		cmocka_unit_test_setup(test_dirs_copied, empty_used),
		cmocka_unit_test(test_no_files),
		cmocka_unit_test_setup(test_replaced, empty_used),
		cmocka_unit_test(test_cache),
		cmocka_unit_test(test_learn),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
