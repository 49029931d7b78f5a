/* SPDX-License-Identifier: GPL-2.0-only */
#include "broker/state.h"

#include "lib/clock.h"
#include "lib/netns.h"
#include "lib/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0x31535446 /* "FTS1" */
#define SLOT_OFFSET 512
#define PREFIX "sysctl."
#define OPEN_FLAGS (O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)

/* Bytes of the file that are locked: the first by who changes it, the second,
 * shared, by everybody who has it open. */
enum { LOCK_CHANGE, LOCK_OPEN };
#define LOCK_TRIES 50

struct slot {
	uint32_t magic;
	uint32_t size; /* another layout is another size */
	uint64_t serial;
	char boot[BOOT_ID_SIZE];
	struct state_facts facts;
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

int state_lock(struct state_file *file)
{
	return lock_byte(file->fd, LOCK_CHANGE, F_WRLCK);
}

void state_unlock(struct state_file *file)
{
	lock_byte(file->fd, LOCK_CHANGE, F_UNLCK);
}

int state_load(struct state_file *file, struct state_facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	file->serial = 0;
	for (uint64_t i = 0; i < 2; i++) {
		struct slot slot;
		ssize_t n = pread(file->fd, &slot, sizeof(slot),
				  (off_t)(i * SLOT_OFFSET));

		if (n < 0)
			return -errno;
		if (n != sizeof(slot) || slot.magic != MAGIC ||
		    slot.size != sizeof(slot) || slot.serial % 2 != i ||
		    slot.sum != slot_sum(&slot) || slot.serial <= file->serial)
			continue;
		file->serial = slot.serial;
		memset(facts, 0, sizeof(*facts));
		if (!memcmp(slot.boot, file->boot, BOOT_ID_SIZE))
			*facts = slot.facts;
	}
	return 0;
}

int state_save(struct state_file *file, const struct state_facts *facts)
{
	struct slot slot;
	ssize_t n;

	memset(&slot, 0, sizeof(slot));
	slot.magic = MAGIC;
	slot.size = sizeof(slot);
	slot.serial = file->serial + 1;
	memcpy(slot.boot, file->boot, BOOT_ID_SIZE);
	slot.facts = *facts;
	slot.sum = slot_sum(&slot);
	n = pwrite(file->fd, &slot, sizeof(slot),
		   (off_t)(slot.serial % 2 * SLOT_OFFSET));
	if (n != sizeof(slot))
		return n < 0 ? -errno : -ENOSPC;
	if (fsync(file->fd))
		return -errno;
	file->serial = slot.serial;
	return 0;
}

static int read_boot_id(char boot[BOOT_ID_SIZE])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, boot, BOOT_ID_SIZE);
	close(fd);
	return n == BOOT_ID_SIZE ? 0 : -EIO;
}

/* Return: 0; -EPERM somebody else could have written it; -EINVAL. */
static int check_owner(int fd, mode_t kind)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if ((status.st_mode & S_IFMT) != kind)
		return -EINVAL;
	return status.st_uid != geteuid() || status.st_mode & 077 ? -EPERM : 0;
}

static int open_dir(const char *path)
{
	int fd, err;

	if (mkdir(path, 0700) && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = check_owner(fd, S_IFDIR);
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* Kernels without the cookie have the inode, which another namespace may get
 * as soon as this one is gone. */
static int file_name(struct state_file *file, char *name, size_t size)
{
	struct stat status;
	uint64_t key;

	file->is_exact = !netns_cookie(&key);
	if (!file->is_exact) {
		if (stat("/proc/self/ns/net", &status))
			return -errno;
		key = status.st_ino;
	}
	str_printf(name, size, PREFIX "%s%llu", file->is_exact ? "" : "inode",
		   (unsigned long long)key);
	return 0;
}

/*
 * A file that nobody has open and that says nothing is removed. Who opens it
 * at the same time waits for the lock, sees that the file has no name any more
 * and makes a new one.
 */
static void remove_if_clean(const struct state_file *own, int dir,
			    const char *name)
{
	struct flock lock = { .l_type = F_WRLCK, .l_len = 2 };
	struct state_file file = *own;
	struct state_facts facts;

	file.fd = openat(dir, name, OPEN_FLAGS);
	if (file.fd < 0)
		return;
	if (!check_owner(file.fd, S_IFREG) &&
	    !fcntl(file.fd, F_OFD_SETLK, &lock) && !state_load(&file, &facts) &&
	    !facts.changed)
		unlinkat(dir, name, 0);
	close(file.fd);
}

static void remove_clean(const struct state_file *own, int dir)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	while (entries && (entry = readdir(entries)))
		if (!strncmp(entry->d_name, PREFIX, strlen(PREFIX)))
			remove_if_clean(own, dir, entry->d_name);
	if (entries)
		closedir(entries);
	else if (copy >= 0)
		close(copy);
}

/* Return: 0, -ESTALE when it was removed meanwhile, or negative errno. */
static int open_file(struct state_file *file, int dir, const char *name)
{
	struct stat status;
	int err;

	file->fd = openat(dir, name, OPEN_FLAGS | O_CREAT, 0600);
	if (file->fd < 0)
		return -errno;
	err = check_owner(file->fd, S_IFREG);
	if (!err)
		err = lock_byte(file->fd, LOCK_OPEN, F_RDLCK);
	if (!err && (fstat(file->fd, &status) || !status.st_nlink))
		err = -ESTALE;
	if (err) {
		close(file->fd);
		file->fd = -1;
	}
	return err;
}

int state_open(struct state_file *file, const char *dir_path)
{
	char name[48];
	int dir, err;

	*file = (struct state_file){ .fd = -1 };
	err = read_boot_id(file->boot);
	if (!err)
		err = file_name(file, name, sizeof(name));
	if (err)
		return err;
	dir = open_dir(dir_path);
	if (dir < 0)
		return dir;
	do
		err = open_file(file, dir, name);
	while (err == -ESTALE);
	if (!err)
		remove_clean(file, dir);
	close(dir);
	return err;
}
