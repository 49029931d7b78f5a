/* SPDX-License-Identifier: GPL-2.0-only */
/* Which system calls a process may make from now on; by libseccomp. */
#ifndef FLOWTOP_LIB_SECCOMP_H
#define FLOWTOP_LIB_SECCOMP_H

#include "lib/sandbox.h"

/**
 * seccomp_enter - allow what @role needs and nothing else, for good
 *
 * Context: before the first thread; after this nothing else can be given up.
 * Return: 0 or negative errno (-ENOTSUP: built without libseccomp).
 */
int seccomp_enter(enum sandbox_role role);

#endif
