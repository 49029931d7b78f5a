/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of /proc that hold one number. */
#ifndef FLOWTOP_LIB_PROCNUM_H
#define FLOWTOP_LIB_PROCNUM_H

#include <stdint.h>

/** procnum_read - Return: the number, or negative errno (-EINVAL: no number).
 */
int64_t procnum_read(const char *path);

/** procnum_write - Return: 0 or negative errno. */
int procnum_write(const char *path, unsigned int number);

#endif
