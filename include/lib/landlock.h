/* SPDX-License-Identifier: GPL-2.0-only */
/* File system and socket rules of the Landlock security module. */
#ifndef FLOWTOP_LIB_LANDLOCK_H
#define FLOWTOP_LIB_LANDLOCK_H

/**
 * landlock_enter - from now on only read, and only what a viewer has to read
 * @read_dirs: more directories that may be read, NULL at the end; NULL: none.
 *	One that is not there, or that has a .ssh in it (a home), is left out
 *
 * Files that are open stay as they are. See landlock.c for what is allowed.
 * Context: before the first thread, no_new_privs set.
 * Return: the version of the kernel's interface (1 or more) or negative errno
 * (-ENOSYS the kernel has none, -EOPNOTSUPP it is switched off).
 */
int landlock_enter(const char *const *read_dirs);

/** landlock_keep - from now on only read and write files beneath @dir, make and
 * remove them. Context, Return: as landlock_enter(). */
int landlock_keep(const char *dir);

#endif
