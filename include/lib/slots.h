/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A few bytes in a file that outlive their writer, until the next boot.
 *
 * The file has two slots, written in turn, each with a checksum: a write that
 * is torn leaves the other slot. Content of zeros means that there is nothing
 * to remember; it takes the place of removing the file, for which the writer
 * may have lost the right.
 */
#ifndef FLOWTOP_LIB_SLOTS_H
#define FLOWTOP_LIB_SLOTS_H

#include <stddef.h>
#include <stdint.h>

#define SLOTS_CONTENT 32
#define SLOTS_BOOT_ID 36

/* Plain data, for more than one process. */
struct slots {
	int fd; /* -1: none */
	uint64_t serial;
	char boot[SLOTS_BOOT_ID];
};

/**
 * slots_open - open or make the file @name in @dir
 * @dir: made with mode 0700 when it is not there
 *
 * Needs the rights of the directory's owner; afterwards only the descriptor is
 * used, in this process and in those it forks. Other files in @dir that nobody
 * has open and that remember nothing are removed.
 * Return: 0 or negative errno (-ELOOP a symbolic link, -EPERM somebody else
 * owns it or may write it, -EINVAL no plain file); then @slots->fd is -1.
 */
int slots_open(struct slots *slots, const char *dir, const char *name);

/**
 * slots_lock - keep everybody else out from slots_load() to slots_save()
 *
 * The lock belongs to the open file: a forked process that goes on after this
 * one was killed holds it already. Waits for 0.5 s at most.
 * Return: 0 or negative errno (-EAGAIN still locked).
 */
int slots_lock(const struct slots *slots);
void slots_unlock(const struct slots *slots);

/**
 * slots_load - read the newest valid slot
 * @content: all zero when there is none, or it is from before the last boot
 * @size: at most SLOTS_CONTENT
 *
 * Return: 0 or negative errno.
 */
int slots_load(struct slots *slots, void *content, size_t size);

/**
 * slots_save - write the older slot, and wait until it is written
 *
 * After slots_load(), under the same lock. Return: 0 or negative errno.
 */
int slots_save(struct slots *slots, const void *content, size_t size);

#endif
