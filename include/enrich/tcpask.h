/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asks how TCP fares on single connections: a question, and soon an answer.
 *
 *   reader: tcpask_want() --> whoever works: tcpask_step() --> tcpask_take()
 *
 * It needs no capability, and sees the network namespace in which it was made.
 */
#ifndef FLOWTOP_ENRICH_TCPASK_H
#define FLOWTOP_ENRICH_TCPASK_H

#include "fact/tcp.h"

#include <stdbool.h>

struct tcpask;

/** tcpask_new - Context: in the watched network namespace, before the sandbox.
 * Return: freed with tcpask_free(); NULL with errno. */
struct tcpask *tcpask_new(void);
void tcpask_free(struct tcpask *t);

/** tcpask_want - ask; does not wait. When many wait, it is not asked.
 * Context: one thread. */
void tcpask_want(struct tcpask *t, const struct tcp_ask *ask);

/** tcpask_take - the next answer. Return: false: there is none. Context: the
 * same thread. */
bool tcpask_take(struct tcpask *t, struct tcp_answer *answer);

/** tcpask_fd - polls readable while answers wait to be taken. */
int tcpask_fd(const struct tcpask *t);

/** tcpask_work_fd - polls readable while questions wait. */
int tcpask_work_fd(const struct tcpask *t);

/** tcpask_step - put the questions that wait to the kernel, which answers at
 * once. Context: one thread. */
void tcpask_step(struct tcpask *t);

#endif
