// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as files of /proc/PID: the first byte says which one. */
#include "enrich/cgroup.h"
#include "enrich/procinfo.h"
#include "lib/procstat.h"
#include "lib/sanitize.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_ok)
{
	if (!is_ok)
		abort();
}

/* It fits, and nothing in it is harmful. */
static void check_text(const char *text, size_t size)
{
	char again[PROC_COMMAND_SIZE];
	size_t n = strnlen(text, size);
	bool is_changed;

	check(n < size);
	sanitize_text(again, sizeof(again), text, n, &is_changed);
	check(!is_changed);
}

static void *buffer(size_t size)
{
	void *p = malloc(size ? size : 1);

	check(p != NULL);
	memset(p, 0x55, size);
	return p;
}

static void fuzz_stat(const char *text, size_t size)
{
	struct procstat stat;

	if (procstat_parse(text, size, &stat))
		return;
	/* Nothing behind the last ")" can be a name. */
	check(memrchr(text, ')', size) != NULL);
	check(stat.state == ((const char *)memrchr(text, ')', size))[2]);
	check(strnlen(stat.comm, sizeof(stat.comm)) < sizeof(stat.comm));
}

static void fuzz_cgroup(const char *text, size_t size)
{
	char *unit = buffer(PROC_UNIT_SIZE);
	char *container = buffer(PROC_CONTAINER_SIZE);

	cgroup_parse(text, size, unit, container);
	check_text(unit, PROC_UNIT_SIZE);
	check_text(container, PROC_CONTAINER_SIZE);
	check(!container[0] || strchr(container, ':'));
	free(unit);
	free(container);
}

/* @n_comm of it are the name, the rest is the command. */
static void fuzz_name(const char *text, size_t size, size_t n_comm,
		      bool is_kernel)
{
	char *name = buffer(PROC_COMM_SIZE);
	char *comm;

	if (n_comm > size)
		n_comm = size;
	comm = buffer(n_comm);
	memcpy(comm, text, n_comm);
	procinfo_name(name, comm, n_comm, text + n_comm, size - n_comm,
		      is_kernel);
	check_text(name, PROC_COMM_SIZE);
	free(comm);
	free(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t uid;
	char *text;

	if (!size || size > 8192)
		return 0;
	text = buffer(size - 1);
	memcpy(text, data + 1, size - 1);
	switch (data[0] % 4) {
	case 0:
		fuzz_stat(text, size - 1);
		break;
	case 1:
		fuzz_cgroup(text, size - 1);
		break;
	case 2:
		fuzz_name(text, size - 1, data[0] / 8, data[0] & 4);
		break;
	default:
		procinfo_uid(text, size - 1, &uid);
	}
	free(text);
	return 0;
}
