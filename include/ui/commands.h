/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands for a shell that end what a line shows: text to copy, nothing is
 * done here.
 */
#ifndef FLOWTOP_UI_COMMANDS_H
#define FLOWTOP_UI_COMMANDS_H

#include "fact/tcp.h"

#include <stdbool.h>
#include <stddef.h>

struct row;

#define COMMAND_TEXT 512

/**
 * command_delete - conntrack(8) that deletes this entry and no other
 *
 * Return: false: there is none. conntrack does not compare the keys of GRE, and
 * a flow that has ended is no entry any more.
 */
bool command_delete(const struct row *row, char text[COMMAND_TEXT]);

/**
 * command_kill - ss(8) that closes its socket
 *
 * Return: false: there is none: only TCP of a process in the watched namespace
 * has one that can be named so.
 */
bool command_kill(const struct row *row, char text[COMMAND_TEXT]);

/**
 * row_socket - the ends of its TCP socket, after NAT as the socket has them
 *
 * Return: false: it is no TCP, it has ended, or no end of it is ours.
 */
bool row_socket(const struct row *row, struct tcp_ask *ask);

#endif
