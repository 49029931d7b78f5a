/* SPDX-License-Identifier: GPL-2.0-only */
/* /proc/PID/cgroup: which unit of systemd, which container. */
#ifndef FLOWTOP_ENRICH_CGROUP_H
#define FLOWTOP_ENRICH_CGROUP_H

#include "fact/proc.h"

#include <stddef.h>

/**
 * cgroup_parse - read the text of a cgroup file, of version 1, 2 or both
 * @size: bytes of @text, which needs no NUL
 * @unit: PROC_UNIT_SIZE bytes. The innermost service or scope, in a container
 *	  that of its own systemd; "" if there is none. The scope that is a
 *	  container is none
 * @container: PROC_CONTAINER_SIZE bytes. The innermost one as "RUNTIME:NAME",
 *	  of an identifier the first 12 digits, as the runtimes' own tools show
 *	  it; "" if there is none
 *
 * Names are chosen by whoever may create a cgroup: they say where a process
 * runs, and prove nothing.
 */
void cgroup_parse(const char *text, size_t size, char *unit, char *container);

#endif
