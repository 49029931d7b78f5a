// SPDX-License-Identifier: GPL-2.0-only
/* Lines of /proc/PID/cgroup as systems of many kinds have them. */
#include "enrich/cgroup.h"
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define POD "pod01234567_89ab_cdef_0123_456789abcdef"
#define DASHED "pod01234567-89ab-cdef-0123-456789abcdef"

struct cgroup_case {
	const char *text, *unit, *container;
};

// clang-format off
static const struct cgroup_case cases[] = {
	{ "", "", "" },
	{ "\n\n", "", "" },
	{ "0::/\n", "", "" },
	{ "0::/init.scope\n", "init.scope", "" },
	{ "0::/system.slice/ssh.service\n", "ssh.service", "" },
	{ "0::/system.slice/ssh.service", "ssh.service", "" },
	{ "0::/system.slice/system-getty.slice/getty@tty1.service\n",
	  "getty@tty1.service", "" },
	{ "0::/user.slice/user-1000.slice/session-4.scope\n",
	  "session-4.scope", "" },
	{ "0::/user.slice/user-1000.slice/user@1000.service/init.scope\n",
	  "init.scope", "" },
	{ "0::/user.slice/user-1000.slice/user@1000.service/app.slice/"
	  "app-gnome-firefox\\x2desr-4711.scope\n",
	  "app-gnome-firefox\\x2desr-4711.scope", "" },
	{ "0::/user.slice/user-1000.slice/user@1000.service/app.slice/"
	  "app-org.gnome.Terminal.slice/vte-spawn-1b2c.scope\n",
	  "vte-spawn-1b2c.scope", "" },
	{ "0::/user.slice/user-1000.slice/user@1000.service/session.slice/"
	  "dbus.service\n", "dbus.service", "" },
	{ "0::/system.slice/a:b@c:d.service\n", "a:b@c:d.service", "" },
	{ "0::/system.slice/old.service (deleted)\n", "old.service", "" },
	{ "0::/system.slice/systemd-udevd.service/udev\n",
	  "systemd-udevd.service", "" },
	{ "0::/../../system.slice/ssh.service\n", "ssh.service", "" },
	{ "0::/system.slice\n", "", "" },
	{ "0::/.service/.scope\n", "", "" },

	/* version 1, and both */
	{ "12:pids:/user.slice/user-1000.slice/session-4.scope\n"
	  "11:cpuset:/\n10:cpu,cpuacct:/user.slice\n"
	  "9:memory:/user.slice/user-1000.slice/user@1000.service\n"
	  "1:name=systemd:/user.slice/user-1000.slice/session-4.scope\n"
	  "0::/user.slice/user-1000.slice/session-4.scope\n",
	  "session-4.scope", "" },
	{ "9:memory:/system.slice/other.service\n"
	  "1:name=systemd:/system.slice/cron.service\n0::/\n",
	  "cron.service", "" },
	{ "4:memory:/system.slice/cron.service\n", "cron.service", "" },
	{ "1:name=systemd:/\n0::/\n", "", "" },

	/* docker */
	{ "0::/system.slice/docker.service\n", "docker.service", "" },
	{ "0::/system.slice/docker-" ID ".scope\n", "", "docker:0123456789ab" },
	{ "0::/system.slice/docker-" ID ".scope/init\n", "",
	  "docker:0123456789ab" },
	{ "0::/docker/" ID "\n", "", "docker:0123456789ab" },
	{ "12:pids:/docker/" ID "\n1:name=systemd:/docker/" ID "\n0::/\n", "",
	  "docker:0123456789ab" },
	{ "11:memory:/docker/" ID "\n1:name=systemd:/system.slice/"
	  "containerd.service\n", "containerd.service",
	  "docker:0123456789ab" },
	{ "0::/user.slice/user-1000.slice/user@1000.service/user.slice/"
	  "docker-" ID ".scope\n", "", "docker:0123456789ab" },
	{ "0::/docker/" ID "/docker/" ID2 "\n", "", "docker:fedcba987654" },
	{ "0::/docker/" ID "/system.slice/nginx.service\n", "nginx.service",
	  "docker:0123456789ab" },
	{ "0::/docker/buildkit/abcdefghijklmnopqrstuvwxy\n", "", "" },
	{ "0::/actions_job/" ID "\n", "", "container:0123456789ab" },
	{ "0::/ecs/0011223344556677/" ID "\n", "", "ecs:0123456789ab" },
	{ "0::/system.slice/nerdctl-" ID ".scope\n", "",
	  "nerdctl:0123456789ab" },
	{ "0::/default/" ID "\n", "", "container:0123456789ab" },

	/* podman */
	{ "0::/machine.slice/libpod-" ID ".scope\n", "",
	  "podman:0123456789ab" },
	{ "0::/machine.slice/libpod-" ID ".scope/container\n", "",
	  "podman:0123456789ab" },
	{ "0::/machine.slice/libpod-conmon-" ID ".scope\n",
	  "libpod-conmon-" ID ".scope", "" },
	{ "0::/user.slice/user-1000.slice/user@1000.service/user.slice/"
	  "libpod-" ID ".scope/container\n", "", "podman:0123456789ab" },
	{ "0::/machine.slice/machine-libpod_pod_" ID2 ".slice/libpod-" ID
	  ".scope\n", "", "podman:0123456789ab" },
	{ "0::/libpod_parent/libpod-" ID "\n", "", "podman:0123456789ab" },
	{ "0::/system.slice/web.service/libpod-payload-" ID "\n",
	  "web.service", "" },

	/* containerd, CRI-O, kubernetes */
	{ "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-" POD
	  ".slice/cri-containerd-" ID ".scope\n", "",
	  "containerd:0123456789ab" },
	{ "0::/system.slice/containerd.service/kubepods-besteffort-" POD
	  ".slice:cri-containerd:" ID "\n", "", "containerd:0123456789ab" },
	{ "0::/kubepods.slice/kubepods-" POD ".slice/crio-" ID ".scope\n", "",
	  "crio:0123456789ab" },
	{ "0::/kubepods.slice/kubepods-" POD ".slice/crio-conmon-" ID
	  ".scope\n", "crio-conmon-" ID ".scope", "" },
	{ "0::/kubepods.slice/kubepods-" POD ".slice/docker-" ID ".scope\n", "",
	  "docker:0123456789ab" },
	{ "0::/kubepods/burstable/" DASHED "/" ID "\n", "",
	  "kubernetes:0123456789ab" },
	{ "9:memory:/kubepods/besteffort/" DASHED "/" ID "\n"
	  "1:name=systemd:/kubepods/besteffort/" DASHED "/" ID "\n", "",
	  "kubernetes:0123456789ab" },
	{ "0::/docker/" ID2 "/kubelet/kubepods/" DASHED "/" ID "\n", "",
	  "kubernetes:0123456789ab" },

	/* LXC, LXD, Incus, Proxmox */
	{ "0::/lxc.payload.web\n", "", "lxc:web" },
	{ "0::/lxc.payload.web/system.slice/nginx.service\n", "nginx.service",
	  "lxc:web" },
	{ "0::/lxc.monitor.web\n", "", "" },
	{ "0::/lxc/101/ns/init.scope\n", "init.scope", "lxc:101" },
	{ "4:memory:/lxc/web\n1:name=systemd:/lxc/web/init.scope\n",
	  "init.scope", "lxc:web" },
	{ "0::/lxc.payload/web\n", "", "lxc:web" },
	{ "0::/lxc.monitor/web\n", "", "" },
	{ "0::/system.slice/lxc.service\n", "lxc.service", "" },
	{ "0::/lxc\n", "", "" },

	/* systemd-nspawn, and virtual machines, which are no containers */
	{ "0::/machine.slice/machine-web.scope\n", "", "nspawn:web" },
	{ "0::/machine.slice/machine-my\\x2dweb.scope/payload/system.slice/"
	  "nginx.service\n", "nginx.service", "nspawn:my-web" },
	{ "0::/machine.slice/systemd-nspawn@web.service/payload\n",
	  "systemd-nspawn@web.service", "nspawn:web" },
	{ "0::/machine.slice/systemd-nspawn@web.service/payload/init.scope\n",
	  "init.scope", "nspawn:web" },
	{ "0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/"
	  "emulator\n", "machine-qemu\\x2d1\\x2dvm.scope", "" },
	{ "0::/machine.slice/machine-a\\x1b\\x5b2J.scope\n", "",
	  "nspawn:a?[2J" },
	{ "0::/machine.slice/machine-a\\x2.scope\n", "", "nspawn:a\\x2" },
	{ "0::/machine.slice/machine-a\\xzz.scope\n", "", "nspawn:a\\xzz" },
	{ "0::/machine.slice/machine-.scope\n", "machine-.scope", "" },

	/* nearly, or meant to harm */
	{ "0::/system.slice/docker-0123456789ab.scope\n",
	  "docker-0123456789ab.scope", "" },
	{ "0::/system.slice/docker-X" ID ".scope\n",
	  "docker-X" ID ".scope", "" },
	{ "0::/\033[2J.service\n", "?[2J.service", "" },
	{ "0::/lxc/\xe2\x80\xae\n", "", "lxc:?" },
	{ "0:", "", "" },
	{ "0::", "", "" },
	{ ":::::\n", "", "" },
	{ "no colons/x.service\n", "", "" },
};
// clang-format on

static void test_corpus(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		char unit[PROC_UNIT_SIZE], container[PROC_CONTAINER_SIZE];
		const struct cgroup_case *c = &cases[i];

		cgroup_parse(c->text, strlen(c->text), unit, container);
		if (strcmp(unit, c->unit) || strcmp(container, c->container))
			fail_msg("%s: unit \"%s\", container \"%s\"", c->text,
				 unit, container);
	}
}

/* Buffers of exactly their size: a sanitizer sees a byte too many. */
static void test_long(void **state)
{
	char *unit = malloc(PROC_UNIT_SIZE);
	char *container = malloc(PROC_CONTAINER_SIZE);
	static char text[4096];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "0::/lxc/", 8);
	cgroup_parse(text, sizeof(text), unit, container);
	assert_int_equal(strlen(container), PROC_CONTAINER_SIZE - 1);
	assert_string_equal(unit, "");
	memcpy(text, "0::/machine.slice/machine-", 26);
	memcpy(text + sizeof(text) - 6, ".scope", 6);
	cgroup_parse(text, sizeof(text), unit, container);
	assert_int_equal(strlen(container), PROC_CONTAINER_SIZE - 1);
	memcpy(text, "0::/system.slice/aaaaaaaaa", 26);
	cgroup_parse(text, sizeof(text), unit, container);
	assert_int_equal(strlen(unit), PROC_UNIT_SIZE - 1);
	free(unit);
	free(container);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
