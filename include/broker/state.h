/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What flowtop changed in a network namespace, kept where it outlives flowtop.
 *
 * One file per namespace, DIR/sysctl.COOKIE: two slots, written in turn, each
 * with a checksum. A write that is torn leaves the other slot. Nothing is ever
 * removed by its user, who may have lost the right to: changed == 0 says that
 * there is nothing to put back.
 */
#ifndef FLOWTOP_BROKER_STATE_H
#define FLOWTOP_BROKER_STATE_H

#include "broker/request.h"

/* Plain data: also the layout of the file. */
struct state_facts {
	uint32_t changed;    /* bits 1 << SYSCTL_*: flowtop wrote them */
	uint32_t generation; /* of nftables, when SYSCTL_ACCT was written */
	int32_t writer;      /* process id, for people */
	uint8_t before[SYSCTLS];
	uint8_t ours[SYSCTLS];
	uint8_t has_generation; /* 0: it could not be read */
	uint8_t zero[3];
};

#define BOOT_ID_SIZE 36

struct state_file {
	int fd;        /* -1: none, facts are only in memory */
	bool is_exact; /* the name can never mean another namespace */
	uint64_t serial;
	char boot[BOOT_ID_SIZE];
};

/**
 * state_open - open or make the file of this network namespace
 * @dir: made with mode 0700 when it is not there
 *
 * Needs the rights of the directory's owner; afterwards only the descriptor is
 * used, in this process and in those it forks. Files of other namespaces that
 * nobody uses and that say nothing are removed.
 * Return: 0 or negative errno (-ELOOP a symbolic link, -EPERM somebody else's
 * directory or file, -EINVAL no plain file); then @file->fd is -1.
 */
int state_open(struct state_file *file, const char *dir);

/**
 * state_lock - keep everybody else from state_load() to state_save()
 *
 * The lock belongs to the open file: a forked process that goes on after this
 * one was killed holds it already. Waits for 0.5 s at most.
 * Return: 0 or negative errno (-EAGAIN still locked, -EBADF no file).
 */
int state_lock(struct state_file *file);
void state_unlock(struct state_file *file);

/**
 * state_load - read the newest valid slot
 * @facts: all zero when there is none, or it is from before the last boot
 *
 * Return: 0 or negative errno.
 */
int state_load(struct state_file *file, struct state_facts *facts);

/** state_save - write the older slot, and wait until it is written.
 * Return: 0 or negative errno. */
int state_save(struct state_file *file, const struct state_facts *facts);

#endif
