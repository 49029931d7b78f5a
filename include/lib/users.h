/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many processes of a kind there are in this network namespace: each binds
 * an abstract socket, @KIND.PID.RANDOM, which belongs to the namespace and
 * dies with its process. Anybody can make such a name, so nothing but that it
 * is there may be believed.
 */
#ifndef FLOWTOP_LIB_USERS_H
#define FLOWTOP_LIB_USERS_H

#include <stdbool.h>

#define USER_NAME 40

/**
 * users_join - be counted until the socket is closed
 * @kind: letters and dots
 * @name: filled in
 *
 * Return: the socket, or negative errno: not counted.
 */
int users_join(const char *kind, char name[USER_NAME]);

/**
 * users_has_others - whether there is one besides @name
 *
 * Return: also true when it cannot be known.
 */
bool users_has_others(const char *kind, const char *name);

#endif
