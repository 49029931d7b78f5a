/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of ports: those of the system (/etc/services), and files of flowtop
 * that come before it. */
#ifndef FLOWTOP_ENRICH_SERVICES_H
#define FLOWTOP_ENRICH_SERVICES_H

#include <stddef.h>
#include <stdint.h>

struct services;

#define SERVICES_ERROR_SIZE 256

/**
 * services_load - read all files
 * @dir: of tcp.conf and udp.conf
 * @fallback: read instead where @dir has none; NULL: none
 * @error: what was wrong, with file and line, of the first thing that was; "".
 *	SERVICES_ERROR_SIZE bytes
 *
 * Lines that are wrong are left out, the others count.
 * Return: freed with services_free(); NULL without memory.
 */
struct services *services_load(const char *dir, const char *fallback,
			       char *error);
void services_free(struct services *services);

/** services_name - Any thread. @proto: IPPROTO_*. Return: static until
 * services_free(), harmless; NULL: none. */
const char *services_name(const struct services *services, uint8_t proto,
			  uint16_t port);

/** services_port - the port that is called @name, in any case; TCP first. Any
 * thread. Return: 0 or -ENOENT. */
int services_port(const struct services *services, const char *name,
		  uint16_t *port);

/** services_each - call @found for each name, with some more than once. */
void services_each(const struct services *services,
		   void (*found)(void *arg, const char *name), void *arg);

#endif
