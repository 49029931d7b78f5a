/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/geofiles.h"

#include "enrich/geodb.h"
#include "lib/clock.h"
#include "lib/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#define SUFFIX ".mmdb"
#define SHARE 8      /* one file may take this part of the memory */
#define FRESH_S 5    /* somebody may still write a file that is not older */
#define CHUNK 262144 /* copied at once */

static uint64_t share_of_memory(void)
{
	struct sysinfo info;

	if (sysinfo(&info))
		return GEOFILES_BYTES;
	return (uint64_t)info.totalram * info.mem_unit / SHARE;
}

void geofiles_init(struct geofiles *files, const char *const *dirs,
		   uint64_t max_bytes)
{
	memset(files, 0, sizeof(*files));
	files->dirs = dirs;
	files->max_bytes = max_bytes ? max_bytes : share_of_memory();
}

void geofile_path(const struct geofiles *files, const struct geofile *file,
		  char *path)
{
	if (!str_printf(path, GEOFILES_PATH, "%s/%s", files->dirs[file->dir],
			file->name))
		*path = '\0';
}

bool geofile_same(const struct geofile *a, const struct geofile *b)
{
	return a->dir == b->dir && !strcmp(a->name, b->name);
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same_sign(const struct geosign *a, const struct geosign *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       is_same_time(&a->mtime, &b->mtime) &&
	       is_same_time(&a->ctime, &b->ctime);
}

bool geofile_unchanged(const struct geofile *a, const struct geofile *b)
{
	return geofile_same(a, b) && is_same_sign(&a->sign, &b->sign);
}

static struct geosign sign_of(const struct stat *status)
{
	return (struct geosign){
		.dev = status->st_dev,
		.ino = status->st_ino,
		.size = status->st_size,
		.mtime = status->st_mtim,
		.ctime = status->st_ctim,
	};
}

/* --------------------------------------------------------------- looking */

static struct geofile *entry_of(struct geofiles *files, int dir,
				const char *name)
{
	struct geofile *file;

	for (int i = 0; i < files->n; i++) {
		file = &files->file[i];
		if (file->dir == dir && !strcmp(file->name, name))
			return file;
	}
	if (files->n == GEOFILES_MAX)
		return NULL;
	file = &files->file[files->n++];
	*file = (struct geofile){ .dir = dir };
	str_copy(file->name, sizeof(file->name), name);
	return file;
}

/* Return: whether it is other than before. */
static bool see(struct geofiles *files, int dir, const char *name,
		const struct stat *status)
{
	struct geosign sign = sign_of(status);
	struct geofile *file = entry_of(files, dir, name);

	if (!file)
		return false;
	file->is_there = true;
	if (is_same_sign(&file->sign, &sign)) {
		bool was_steady = file->is_steady;

		file->is_steady = true;
		return !was_steady;
	}
	file->sign = sign;
	file->is_steady = !files->is_later;
	file->is_read = file->is_told = false;
	file->wrong = NULL;
	return true;
}

static bool has_suffix(const char *name)
{
	size_t length = strlen(name), suffix = sizeof(SUFFIX) - 1;

	return length > suffix && !strcmp(name + length - suffix, SUFFIX);
}

static bool look_into(struct geofiles *files, int i)
{
	DIR *dir = opendir(files->dirs[i]);
	const struct dirent *entry;
	bool is_changed = false;

	files->error[i] = dir ? 0 : errno;
	if (files->error[i] == ENOENT && files->dirs[1])
		files->error[i] = 0;
	while (dir && (entry = readdir(dir))) {
		struct stat status;

		if (has_suffix(entry->d_name) &&
		    !fstatat(dirfd(dir), entry->d_name, &status,
			     AT_SYMLINK_NOFOLLOW))
			is_changed |= see(files, i, entry->d_name, &status);
	}
	if (dir)
		closedir(dir);
	return is_changed;
}

/* Return: whether there was one. */
static bool forget_gone(struct geofiles *files)
{
	int n = 0;

	for (int i = 0; i < files->n; i++)
		if (files->file[i].is_there)
			files->file[n++] = files->file[i];
	if (n == files->n)
		return false;
	files->n = n;
	return true;
}

/* ---------------------------------------------------------------- reading */

static const char *why_not(int error)
{
	switch (error) {
	case ENOENT:
		return "it is gone";
	case EACCES:
		return "there is no permission to read it";
	default:
		return "it cannot be read";
	}
}

/* Of whatever is there now: a device is not even opened. Return: descriptor, or
 * -1 with @wrong. */
static int open_plain(const char *path, struct stat *status, const char **wrong)
{
	int fd;

	*wrong = NULL;
	if (lstat(path, status))
		*wrong = why_not(errno);
	else if (S_ISLNK(status->st_mode))
		*wrong = "it is a symbolic link";
	else if (!S_ISREG(status->st_mode))
		*wrong = "it is no plain file";
	if (*wrong)
		return -1;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, status))
		*wrong = why_not(errno);
	else if (!S_ISREG(status->st_mode))
		*wrong = "it is no plain file";
	else if (!status->st_size)
		*wrong = "it is empty";
	else if ((uint64_t)status->st_size > GEOFILES_BYTES)
		*wrong = "it is larger than 1 GiB";
	if (*wrong && fd >= 0)
		close(fd);
	return *wrong ? -1 : fd;
}

static bool read_all(int fd, uint8_t *data, size_t size, off_t at)
{
	while (size) {
		ssize_t n = pread(fd, data, size, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

static const char *read_meta(int fd, uint64_t file_size, struct geometa *meta)
{
	size_t size = file_size < GEOVET_TAIL ? file_size : GEOVET_TAIL;
	uint8_t *tail = malloc(size);
	const char *wrong;

	if (!tail)
		return "there is no memory for it";
	if (read_all(fd, tail, size, (off_t)(file_size - size)))
		wrong = geovet_metadata(meta, tail, size, file_size,
					clock_wall_ns() / NS_PER_S);
	else
		wrong = "it cannot be read";
	free(tail);
	if (!wrong && !meta->kinds)
		wrong = "it has no cities, countries or networks";
	return wrong;
}

/* A file that is wrong may be about to be written. */
static bool is_fresh(const struct geofile *file)
{
	uint64_t now_s = clock_wall_ns() / NS_PER_S;
	uint64_t then_s = (uint64_t)file->sign.mtime.tv_sec;

	return then_s <= now_s && now_s - then_s < FRESH_S;
}

static void read_file(const struct geofiles *files, struct geofile *file)
{
	char path[GEOFILES_PATH];
	struct geometa meta;
	struct stat status;
	int fd;

	geofile_path(files, file, path);
	fd = open_plain(path, &status, &file->wrong);
	if (fd >= 0) {
		file->wrong = read_meta(fd, (uint64_t)status.st_size, &meta);
		close(fd);
	}
	if (file->wrong && !files->is_later && is_fresh(file)) {
		file->wrong = NULL;
		file->is_steady = false;
		return;
	}
	file->is_read = true;
	if (file->wrong)
		return;
	file->meta = meta;
	file->is_large = (uint64_t)status.st_size > files->max_bytes;
}

bool geofiles_scan(struct geofiles *files)
{
	bool is_changed = !files->is_later;

	for (int i = 0; i < files->n; i++)
		files->file[i].is_there = false;
	for (int i = 0; i < GEOFILES_DIRS && files->dirs[i]; i++)
		is_changed |= look_into(files, i);
	is_changed |= forget_gone(files);
	for (int i = 0; i < files->n; i++) {
		struct geofile *file = &files->file[i];

		if (file->is_steady && !file->is_read)
			read_file(files, file);
	}
	files->is_later = true;
	return is_changed;
}

/* --------------------------------------------------------------- choosing */

static bool is_before(const struct geofile *a, const struct geofile *b)
{
	if (a->dir != b->dir)
		return a->dir < b->dir;
	if (a->meta.epoch != b->meta.epoch)
		return a->meta.epoch > b->meta.epoch;
	return strcmp(a->name, b->name) < 0;
}

struct geofile *geofiles_best(struct geofiles *files, uint8_t kinds,
			      const struct geofile *used)
{
	struct geofile *best = NULL;

	for (int i = 0; i < files->n; i++) {
		struct geofile *file = &files->file[i];
		bool is_good = file->is_read && !file->wrong && !file->is_large;

		if (!(file->meta.kinds & kinds) ||
		    (!is_good && !(used && geofile_same(file, used))))
			continue;
		if (!best || is_before(file, best))
			best = file;
	}
	return best;
}

/* ---------------------------------------------------------------- loading */

static bool write_all(int fd, const uint8_t *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		size -= (size_t)n;
	}
	return true;
}

static const char *copy(int from, int to, uint64_t size,
			const atomic_bool *is_stopped)
{
	uint8_t *data = malloc(CHUNK);
	const char *wrong = data ? NULL : "there is no memory for it";

	for (uint64_t at = 0; !wrong && at < size; at += CHUNK) {
		size_t n = size - at < CHUNK ? size - at : CHUNK;

		if (is_stopped && atomic_load(is_stopped))
			wrong = "reading it was stopped";
		else if (!read_all(from, data, n, (off_t)at))
			wrong = "it cannot be read";
		else if (!write_all(to, data, n))
			wrong = "there is no memory for it";
	}
	free(data);
	return wrong;
}

/* The metadata may have changed since it was read: the copy counts. */
static const char *open_copy(int from, struct geofile *file, uint64_t size,
			     const atomic_bool *is_stopped, struct geodb **out)
{
	int fd = memfd_create("places", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct geometa meta;
	const char *wrong;

	if (fd < 0)
		return "there is no memory for it";
	wrong = copy(from, fd, size, is_stopped);
	if (!wrong &&
	    fcntl(fd, F_ADD_SEALS,
		  F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL))
		wrong = "its copy cannot be sealed";
	if (!wrong)
		wrong = read_meta(fd, size, &meta);
	if (!wrong) {
		file->meta = meta;
		wrong = geodb_open(out, fd, &meta, is_stopped);
	}
	close(fd);
	return wrong;
}

bool geofiles_load(const struct geofiles *files, struct geofile *file,
		   const atomic_bool *is_stopped, struct geodb **out)
{
	struct stat before, after;
	struct geosign sign_before, sign_after;
	char path[GEOFILES_PATH];
	struct geometa meta = file->meta;
	int fd;

	geofile_path(files, file, path);
	fd = open_plain(path, &before, &file->wrong);
	if (fd < 0)
		return false;
	*out = NULL;
	file->wrong =
		open_copy(fd, file, (uint64_t)before.st_size, is_stopped, out);
	if (fstat(fd, &after))
		after = before;
	close(fd);
	sign_before = sign_of(&before);
	sign_after = sign_of(&after);
	/* Half of it may be of another file than the rest. */
	if (!is_same_sign(&sign_before, &sign_after) ||
	    !is_same_sign(&sign_before, &file->sign)) {
		geodb_put(*out);
		*out = NULL;
		file->wrong = NULL;
		file->meta = meta;
		file->is_steady = file->is_read = false;
	}
	return *out != NULL;
}
