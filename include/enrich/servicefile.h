/* SPDX-License-Identifier: GPL-2.0-only */
/* The two formats of files that name ports. Nothing is read here: a text comes
 * in, and lines of it come out. */
#ifndef FLOWTOP_ENRICH_SERVICEFILE_H
#define FLOWTOP_ENRICH_SERVICEFILE_H

#include <stddef.h>
#include <stdint.h>

#define SERVICE_NAME_SIZE 32  /* longest name with its NUL */
#define SERVICE_LINE_MAX 4096 /* bytes; a longer one is wrong */

/* A port has a name. @name: @length bytes, harmless, fewer than
 * SERVICE_NAME_SIZE. */
typedef void (*service_fn)(void *ctx, uint8_t proto, uint16_t port,
			   const char *name, size_t length);

/* What is wrong with a file. */
struct service_faults {
	size_t n;         /* wrong lines */
	size_t line;      /* the first of them, from 1 */
	const char *what; /* is wrong with it; static */
};

/**
 * servicefile_conf - lines of "PORT, NAME"
 * @proto: of all of them
 * @faults: overwritten
 *
 * Blank lines, blanks around words, and what follows a "#" do not count. A name
 * is made of letters, digits and - _ . : + / of ASCII, with one letter at
 * least: it cannot be taken for a port.
 */
void servicefile_conf(const char *text, size_t size, uint8_t proto,
		      service_fn tell, void *ctx,
		      struct service_faults *faults);

/** servicefile_services - lines of services(5), "NAME PORT/PROTOCOL ALIAS...".
 * Others are left out: they are the system's business. */
void servicefile_services(const char *text, size_t size, service_fn tell,
			  void *ctx);

#endif
