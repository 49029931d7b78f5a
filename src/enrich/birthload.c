/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/birthload.h"

#include "enrich/birthprog.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Newer than some headers with which this is built. */
enum {
	COMMAND_LINK_CREATE = 28,  /* BPF_LINK_CREATE, Linux 5.7 */
	MAP_RINGBUF = 27,          /* BPF_MAP_TYPE_RINGBUF, 5.8 */
	MAP_IS_MMAPABLE = 1 << 10, /* BPF_F_MMAPABLE, 5.5 */
	CGROUP2_MAGIC = 0x63677270,
};

/* The part of union bpf_attr that is for BPF_LINK_CREATE. */
struct link_attr {
	uint32_t prog_fd, target_fd, attach_type, flags;
};

/* What a kernel may be able to tell, the best first: tried in this order. */
static const uint32_t wishes[] = {
	BIRTH_HAS_ALL,                   /* of connects: not before 6.16 */
	BIRTH_HAS_PID | BIRTH_HAS_NETNS, /* 6.10 */
	BIRTH_HAS_NETNS,                 /* 5.15 */
	0,                               /* 5.8 */
};

#define N_WISHES (sizeof(wishes) / sizeof(wishes[0]))

/* What a kind of program is to the kernel. */
static const struct {
	enum bpf_prog_type type;
	enum bpf_attach_type attach;
	uint32_t expected_attach;
	uint32_t needs; /* BIRTH_HAS_*: useless without */
	const char *name;
	const char *loading, *attaching; /* steps, for people */
} kinds[] = {
	[BIRTH_SOCKET] = { BPF_PROG_TYPE_CGROUP_SOCK,
			   BPF_CGROUP_INET_SOCK_CREATE,
			   BPF_CGROUP_INET_SOCK_CREATE, BIRTH_HAS_PID,
			   "flowtop_socket", "loading the program for sockets",
			   "attaching the program for sockets" },
	/* Without a process it is still that which has made the socket. */
	[BIRTH_CONNECT] = { BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS, 0, 0,
			    "flowtop_connect",
			    "loading the program for connects",
			    "attaching the program for connects" },
};

/* Descriptors that are needed only while loading. */
struct loading {
	int cgroup;
	struct birthmaps maps;
};

/* ------------------------------------------------------------ system calls */

/* Return: descriptor or negative errno. */
static int bpf(int command, const void *attr, size_t size)
{
	long fd = syscall(SYS_bpf, command, attr, size);

	return fd < 0 ? -errno : (int)fd;
}

static int make_map(const char *name, uint32_t type, uint32_t key_size,
		    uint32_t value_size, uint32_t n, uint32_t flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key_size;
	attr.value_size = value_size;
	attr.max_entries = n;
	attr.map_flags = flags;
	str_copy(attr.map_name, sizeof(attr.map_name), name);
	return bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static int load_program(enum birth_kind kind, const struct birthprog *prog)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = kinds[kind].type;
	attr.expected_attach_type = kinds[kind].expected_attach;
	attr.insns = (uintptr_t)prog->insn;
	attr.insn_cnt = (uint32_t)prog->n;
	attr.license = (uintptr_t) "GPL";
	str_copy(attr.prog_name, sizeof(attr.prog_name), kinds[kind].name);
	return bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int attach(enum birth_kind kind, int prog, int cgroup)
{
	struct link_attr attr = {
		.prog_fd = (uint32_t)prog,
		.target_fd = (uint32_t)cgroup,
		.attach_type = kinds[kind].attach,
	};

	return bpf(COMMAND_LINK_CREATE, &attr, sizeof(attr));
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ------------------------------------------------------------------- where */

/* Return: descriptor if it is a cgroup2 (nothing else lies on it), or -1. */
static int open_cgroup2(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd >= 0 && (fstatfs(fd, &fs) || fs.f_type != CGROUP2_MAGIC))
		close_fd(&fd);
	return fd;
}

int birthload_cgroup(char *path, size_t size)
{
	FILE *file = setmntent("/proc/self/mounts", "re");
	const struct mntent *entry;
	int fd = -1;

	while (file && fd < 0 && (entry = getmntent(file))) {
		if (strcmp(entry->mnt_type, "cgroup2"))
			continue;
		fd = open_cgroup2(entry->mnt_dir);
		if (fd >= 0 && path)
			str_copy(path, size, entry->mnt_dir);
	}
	if (file)
		endmntent(file);
	return fd < 0 ? -ENOENT : fd;
}

/*
 * The programs see processes and times as the first namespaces count them. In
 * another one the same number is another process. The kernel has fixed the
 * numbers of the first ones.
 */
static bool is_namespace(const char *path, const char *wanted)
{
	char text[64];
	ssize_t n = readlink(path, text, sizeof(text) - 1);

	if (n < 0)
		return false;
	text[n] = '\0';
	return !strcmp(text, wanted);
}

static int look_around(struct births_state *state)
{
	if (!is_namespace("/proc/self/ns/pid", "pid:[4026531836]")) {
		state->what = "processes have other numbers in this pid "
			      "namespace";
		return -ENOTSUP;
	}
	/* Not every kernel has them. */
	if (!access("/proc/self/ns/time", F_OK) &&
	    !is_namespace("/proc/self/ns/time", "time:[4026531834]")) {
		state->what = "the clock is another one in this time "
			      "namespace";
		return -ENOTSUP;
	}
	return 0;
}

/* ----------------------------------------------------------------- mapping */

/* Return: NULL with errno. */
static void *map(int fd, size_t size, int prot, size_t offset)
{
	void *at = mmap(NULL, size, prot, MAP_SHARED, fd, (off_t)offset);

	return at == MAP_FAILED ? NULL : at;
}

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* Behind the producer's page, the data twice. */
static size_t producer_size(void)
{
	return page_size() + 2 * (size_t)BIRTHLOAD_RING;
}

static int map_all(struct birthload *load, const struct birthmaps *maps)
{
	struct birthring *ring = &load->ring;
	const void *producer;

	ring->consumer =
		map(maps->ring, page_size(), PROT_READ | PROT_WRITE, 0);
	if (!ring->consumer)
		return -errno;
	producer = map(maps->ring, producer_size(), PROT_READ, page_size());
	if (!producer)
		return -errno;
	ring->producer = producer;
	ring->data = (const uint8_t *)producer + page_size();
	ring->size = BIRTHLOAD_RING;
	load->lost = map(maps->lost, page_size(), PROT_READ, 0);
	return load->lost ? 0 : -errno;
}

static void unmap(const void *at, size_t size)
{
	if (at)
		munmap((void *)(uintptr_t)at, size);
}

/* ----------------------------------------------------------------- loading */

/* Before Linux 5.11 maps count as locked memory. */
static int make_maps(struct birthmaps *maps)
{
	struct rlimit was, more;
	int err = 0;
	bool is_raised;

	is_raised = !getrlimit(RLIMIT_MEMLOCK, &was);
	more.rlim_cur = more.rlim_max = RLIM_INFINITY;
	is_raised = is_raised && !setrlimit(RLIMIT_MEMLOCK, &more);
	maps->ring = make_map("flowtop_births", MAP_RINGBUF, 0, 0,
			      BIRTHLOAD_RING, 0);
	maps->lost =
		make_map("flowtop_lost", BPF_MAP_TYPE_ARRAY, sizeof(uint32_t),
			 BIRTH_KINDS * sizeof(uint64_t), 1, MAP_IS_MMAPABLE);
	if (maps->ring < 0 || maps->lost < 0)
		err = maps->ring < 0 ? maps->ring : maps->lost;
	if (is_raised)
		setrlimit(RLIMIT_MEMLOCK, &was);
	return err;
}

/* Return: descriptor of the best program that this kernel takes. */
static int load_best(struct birthload *load, enum birth_kind kind, uint32_t may,
		     const struct birthmaps *maps)
{
	int fd = -EINVAL;

	for (size_t i = 0; i < N_WISHES && fd < 0; i++) {
		struct birthprog prog;
		uint32_t has = wishes[i];

		if ((has & ~may) || (~has & kinds[kind].needs))
			continue;
		birthprog_make(&prog, kind, has, maps);
		fd = load_program(kind, &prog);
		load->has[kind] = has;
	}
	return fd;
}

static int put_in_place(struct birthload *load, enum birth_kind kind,
			uint32_t may, const struct loading *with,
			const char **what)
{
	int prog = load_best(load, kind, may, &with->maps);
	int link;

	if (prog < 0) {
		*what = kinds[kind].loading;
		return prog;
	}
	link = attach(kind, prog, with->cgroup);
	close(prog);
	if (link < 0) {
		*what = kinds[kind].attaching;
		return link;
	}
	load->links[kind] = link;
	return 0;
}

static int load_all(struct birthload *load, struct loading *with, uint32_t may,
		    struct births_state *state)
{
	int err;

	state->what = "finding a mounted cgroup2";
	with->cgroup = birthload_cgroup(NULL, 0);
	if (with->cgroup < 0)
		return with->cgroup;
	state->what = "making a BPF ring buffer";
	err = make_maps(&with->maps);
	if (err)
		return err;
	state->what = "mapping the BPF ring buffer";
	err = map_all(load, &with->maps);
	if (err)
		return err;
	state->what = NULL;
	err = put_in_place(load, BIRTH_SOCKET, BIRTH_HAS_ALL, with,
			   &state->what);
	if (err)
		return err;
	state->has_sockets = true;
	state->error =
		put_in_place(load, BIRTH_CONNECT, may, with, &state->what);
	state->has_connects = !state->error;
	return 0;
}

int birthload_open(struct birthload *load, uint32_t may,
		   struct births_state *state)
{
	struct loading with = { .cgroup = -1, .maps = { -1, -1 } };
	int err;

	*state = (struct births_state){ 0 };
	*load = (struct birthload){ .links = { -1, -1 } };
	err = look_around(state);
	if (!err)
		err = load_all(load, &with, may, state);
	/* The links hold the programs, and those the maps. */
	close_fd(&with.cgroup);
	close_fd(&with.maps.ring);
	close_fd(&with.maps.lost);
	if (err) {
		state->error = err;
		birthload_close(load);
	}
	return err;
}

void birthload_close(struct birthload *load)
{
	for (int i = 0; i < BIRTH_KINDS; i++)
		close_fd(&load->links[i]);
	unmap(load->ring.consumer, page_size());
	unmap(load->ring.producer, producer_size());
	unmap(load->lost, page_size());
	load->ring = (struct birthring){ 0 };
	load->lost = NULL;
}
