// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of ports, in memory: a list sorted by protocol and port.
 *
 * The files are read here and not by getservent(): that may ask the network,
 * has no bounds, and is not for threads.
 */
#include "enrich/services.h"

#include "enrich/servicefile.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (1U << 20)
#define PATH_SIZE 512
#define SYSTEM_FILE "/etc/services"

struct service {
	uint32_t key;   /* protocol, port */
	uint32_t order; /* when it was found: the first one counts */
	char name[SERVICE_NAME_SIZE];
};

struct services {
	struct service *list;
	size_t n, room;
	bool is_short; /* of memory */
};

static uint32_t key_of(uint8_t proto, uint16_t port)
{
	return (uint32_t)proto << 16 | port;
}

static void add(void *ctx, uint8_t proto, uint16_t port, const char *name,
		size_t length)
{
	struct services *s = ctx;
	struct service *service;

	if (s->n == s->room) {
		size_t room = s->room ? s->room * 2 : 512;
		struct service *list =
			realloc(s->list, room * sizeof(*s->list));

		if (!list) {
			s->is_short = true;
			return;
		}
		s->list = list;
		s->room = room;
	}
	service = &s->list[s->n];
	service->key = key_of(proto, port);
	service->order = (uint32_t)s->n++;
	memcpy(service->name, name, length);
	service->name[length] = '\0';
}

static int read_all(int fd, char *text, size_t *size)
{
	size_t n = 0;
	ssize_t got;

	do {
		got = read(fd, text + n, FILE_MAX + 1 - n);
		if (got > 0)
			n += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (got < 0)
		return -errno;
	*size = n;
	return n > FILE_MAX ? -EFBIG : 0;
}

/* Regular files only: nothing else has an end for sure. Return: 0 or negative
 * errno; @text is to be freed. */
static int read_file(const char *path, char **text, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int err = 0;

	*text = NULL;
	*size = 0;
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	else if (st.st_size > FILE_MAX)
		err = -EFBIG;
	if (!err) {
		/* It may grow meanwhile. */
		*text = malloc(FILE_MAX + 1);
		err = *text ? read_all(fd, *text, size) : -ENOMEM;
	}
	close(fd);
	return err;
}

static const char *why(int err)
{
	switch (err) {
	case -EINVAL:
		return "not a regular file";
	case -EFBIG:
		return "larger than 1 MiB";
	default:
		return strerror(-err);
	}
}

static void complain(char *error, const char *path,
		     const struct service_faults *faults)
{
	char more[32] = "";

	if (*error || !faults->n)
		return;
	if (faults->n > 1)
		str_printf(more, sizeof(more), ", and %zu more lines",
			   faults->n - 1);
	str_printf(error, SERVICES_ERROR_SIZE, "%s:%zu: %s%s", path,
		   faults->line, faults->what, more);
}

/* Return: false when there is no such file. */
static bool load_conf(struct services *s, const char *dir, const char *file,
		      uint8_t proto, char *error)
{
	struct service_faults faults;
	char path[PATH_SIZE], *text;
	size_t size;
	int err;

	str_printf(path, sizeof(path), "%s/%s", dir, file);
	err = read_file(path, &text, &size);
	if (!err) {
		servicefile_conf(text, size, proto, add, s, &faults);
		complain(error, path, &faults);
	} else if (err != -ENOENT && err != -ENOTDIR && !*error) {
		str_printf(error, SERVICES_ERROR_SIZE, "%s: %s", path,
			   why(err));
	}
	free(text);
	return err != -ENOENT && err != -ENOTDIR;
}

static void load_system(struct services *s)
{
	char *text;
	size_t size;

	if (!read_file(SYSTEM_FILE, &text, &size))
		servicefile_services(text, size, add, s);
	free(text);
}

static int by_key(const void *a, const void *b)
{
	const struct service *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Of each port the name that was found first. */
static void settle(struct services *s)
{
	size_t n = 0;

	if (s->n)
		qsort(s->list, s->n, sizeof(s->list[0]), by_key);
	for (size_t i = 0; i < s->n; i++)
		if (!n || s->list[n - 1].key != s->list[i].key)
			s->list[n++] = s->list[i];
	s->n = n;
}

struct services *services_load(const char *dir, const char *fallback,
			       char *error)
{
	static const struct {
		const char *file;
		uint8_t proto;
	} confs[] = {
		{ "tcp.conf", IPPROTO_TCP },
		{ "udp.conf", IPPROTO_UDP },
	};
	struct services *s = calloc(1, sizeof(*s));

	*error = '\0';
	if (!s)
		return NULL;
	for (size_t i = 0; i < sizeof(confs) / sizeof(confs[0]); i++)
		if (!load_conf(s, dir, confs[i].file, confs[i].proto, error) &&
		    fallback)
			load_conf(s, fallback, confs[i].file, confs[i].proto,
				  error);
	load_system(s);
	settle(s);
	if (s->is_short) {
		services_free(s);
		return NULL;
	}
	return s;
}

void services_free(struct services *services)
{
	if (!services)
		return;
	free(services->list);
	free(services);
}

static int find_key(const void *key, const void *entry)
{
	uint32_t wanted = *(const uint32_t *)key;
	const struct service *service = entry;

	return wanted < service->key ? -1 : wanted > service->key;
}

const char *services_name(const struct services *services, uint8_t proto,
			  uint16_t port)
{
	uint32_t key = key_of(proto, port);
	const struct service *found;

	if (!services->n)
		return NULL;
	found = bsearch(&key, services->list, services->n,
			sizeof(services->list[0]), find_key);
	return found ? found->name : NULL;
}

/* Those of TCP are the first of the list that have ports. */
int services_port(const struct services *services, const char *name,
		  uint16_t *port)
{
	for (size_t i = 0; i < services->n; i++) {
		const struct service *service = &services->list[i];

		if (str_casecmp(service->name, name))
			continue;
		*port = (uint16_t)service->key;
		return 0;
	}
	return -ENOENT;
}

void services_each(const struct services *services,
		   void (*found)(void *arg, const char *name), void *arg)
{
	for (size_t i = 0; i < services->n; i++)
		found(arg, services->list[i].name);
}
