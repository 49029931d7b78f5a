/* SPDX-License-Identifier: GPL-2.0-only */
#include "lib/slots.h"

#include "lib/clock.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0x31535446 /* "FTS1": another layout is another number */
#define SLOT_OFFSET 512

/* Bytes of the file that are locked: one by who changes it, the other one,
 * shared, by everybody who has it open. */
enum { LOCK_CHANGE, LOCK_OPEN };
#define LOCK_TRIES 50

struct slot {
	uint32_t magic;
	uint32_t zero;
	uint64_t serial;
	char boot[SLOTS_BOOT_ID];
	char content[SLOTS_CONTENT];
	uint32_t zero2;
	uint64_t sum;
};

/* FNV-1a. What it has to find is a write that did not get to its end. */
static uint64_t slot_sum(const struct slot *slot)
{
	const unsigned char *bytes = (const unsigned char *)slot;
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = 0; i < offsetof(struct slot, sum); i++)
		sum = (sum ^ bytes[i]) * 0x100000001b3;
	return sum;
}

static int lock_byte(int fd, int which, short type)
{
	struct flock lock = { .l_type = type, .l_start = which, .l_len = 1 };
	int err = 0;

	for (int i = 0; i < LOCK_TRIES; i++) {
		err = fcntl(fd, F_OFD_SETLK, &lock) ? -errno : 0;
		if (err != -EAGAIN)
			break;
		clock_sleep_ns(10 * NS_PER_MS);
	}
	return err;
}

int slots_lock(const struct slots *slots)
{
	return lock_byte(slots->fd, LOCK_CHANGE, F_WRLCK);
}

void slots_unlock(const struct slots *slots)
{
	lock_byte(slots->fd, LOCK_CHANGE, F_UNLCK);
}

int slots_load(struct slots *slots, void *content, size_t size)
{
	assert(size <= SLOTS_CONTENT);
	memset(content, 0, size);
	slots->serial = 0;
	for (uint64_t i = 0; i < 2; i++) {
		struct slot slot;
		ssize_t n = pread(slots->fd, &slot, sizeof(slot),
				  (off_t)(i * SLOT_OFFSET));

		if (n < 0)
			return -errno;
		if (n != sizeof(slot) || slot.magic != MAGIC ||
		    slot.serial % 2 != i || slot.sum != slot_sum(&slot) ||
		    slot.serial <= slots->serial)
			continue;
		slots->serial = slot.serial;
		memset(content, 0, size);
		if (!memcmp(slot.boot, slots->boot, SLOTS_BOOT_ID))
			memcpy(content, slot.content, size);
	}
	return 0;
}

int slots_save(struct slots *slots, const void *content, size_t size)
{
	struct slot slot = {
		.magic = MAGIC,
		.serial = slots->serial + 1,
	};
	ssize_t n;

	assert(size <= SLOTS_CONTENT);
	memcpy(slot.boot, slots->boot, SLOTS_BOOT_ID);
	memcpy(slot.content, content, size);
	slot.sum = slot_sum(&slot);
	n = pwrite(slots->fd, &slot, sizeof(slot),
		   (off_t)(slot.serial % 2 * SLOT_OFFSET));
	if (n != sizeof(slot))
		return n < 0 ? -errno : -ENOSPC;
	if (fsync(slots->fd))
		return -errno;
	slots->serial = slot.serial;
	return 0;
}

static int read_boot_id(char boot[SLOTS_BOOT_ID])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, boot, SLOTS_BOOT_ID);
	close(fd);
	return n == SLOTS_BOOT_ID ? 0 : -EIO;
}

/* Return: a descriptor, if nobody else can have written there. */
static int open_own(int dir, const char *path, int flags, mode_t kind)
{
	int fd = openat(dir, path, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat status;
	int err = 0;

	if (fd < 0 || fstat(fd, &status))
		err = -errno;
	else if ((status.st_mode & S_IFMT) != kind)
		err = -EINVAL;
	else if (status.st_uid != geteuid() || status.st_mode & 077)
		err = -EPERM;
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
}

static bool has_name(int fd)
{
	struct stat status;

	return !fstat(fd, &status) && status.st_nlink;
}

/*
 * A file that nobody has open and that says nothing is removed. Who opens it
 * at the same time waits for the lock, sees that the file has no name any more
 * and makes a new one.
 */
static void sweep_file(const struct slots *own, int dir, const char *name)
{
	static const char nothing[SLOTS_CONTENT];
	struct flock lock = { .l_type = F_WRLCK, .l_len = 2 };
	struct slots slots = *own;
	char content[SLOTS_CONTENT];

	slots.fd = open_own(dir, name, O_RDWR | O_NONBLOCK, S_IFREG);
	if (slots.fd < 0)
		return;
	if (!fcntl(slots.fd, F_OFD_SETLK, &lock) && has_name(slots.fd) &&
	    !slots_load(&slots, content, sizeof(content)) &&
	    !memcmp(content, nothing, sizeof(content)))
		unlinkat(dir, name, 0);
	close(slots.fd);
}

/* Takes @dir and closes it. */
static void sweep(const struct slots *own, int dir)
{
	DIR *entries = fdopendir(dir);
	struct dirent *entry;

	if (!entries) {
		close(dir);
		return;
	}
	while ((entry = readdir(entries)))
		if (entry->d_name[0] != '.')
			sweep_file(own, dir, entry->d_name);
	closedir(entries);
}

/* Return: a descriptor, or negative errno. */
static int open_file(int dir, const char *name)
{
	for (;;) {
		int fd = open_own(dir, name, O_RDWR | O_NONBLOCK | O_CREAT,
				  S_IFREG);
		int err = fd < 0 ? fd : lock_byte(fd, LOCK_OPEN, F_RDLCK);

		if (fd < 0 || (!err && has_name(fd)))
			return fd;
		close(fd);
		if (err)
			return err;
	}
}

int slots_open(struct slots *slots, const char *dir_path, const char *name)
{
	int dir, fd, err;

	*slots = (struct slots){ .fd = -1 };
	err = read_boot_id(slots->boot);
	if (err)
		return err;
	if (mkdir(dir_path, 0700) && errno != EEXIST)
		return -errno;
	dir = open_own(AT_FDCWD, dir_path, O_RDONLY | O_DIRECTORY, S_IFDIR);
	if (dir < 0)
		return dir;
	fd = open_file(dir, name);
	if (fd < 0) {
		close(dir);
		return fd;
	}
	slots->fd = fd;
	sweep(slots, dir);
	return 0;
}
