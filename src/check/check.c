/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of facts, and how they are printed. */
#include "check/check.h"

#include "check/fact.h"
#include "lib/buf.h"
#include "lib/diag.h"
#include "lib/sanitize.h"
#include "lib/str.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

struct fact_row {
	const char *name;
	fact_fn find;
	bool is_needed;
	enum fix_kind fix_kind;
	const char *fix; /* of what is not ok, unless the function has another
			  */
};

#define SYSCTL_ON(name) "sysctl -w net.netfilter.nf_conntrack_" name "=1"
#define MOUNT_CGROUP2 "mount -t cgroup2 -o X-mount.mkdir cgroup2 /run/cgroup2"

/* In the order in which they matter. The manual has the same names. */
// clang-format off
static const struct fact_row rows[] = {
	{ "conntrack", find_conntrack, true, FIX_ROOT, "modprobe nf_conntrack_netlink" },
	{ "tracking", find_tracking, true, FIX_NETNS, "" },
	{ "acct", find_acct, false, FIX_NETNS, SYSCTL_ON("acct") },
	{ "timestamp", find_timestamp, false, FIX_NETNS, SYSCTL_ON("timestamp") },
	{ "events", find_events, false, FIX_NETNS, SYSCTL_ON("events") },
	{ "rcvbuf", find_rcvbuf, false, FIX_ROOT, "" },
	{ "capability", find_capability, true, FIX_ROOT, "" },
	{ "sandbox", find_sandbox, false, FIX_ALONE, "" },
	{ "tables", find_tables, false, FIX_ROOT, "" },
	{ "owners", find_owners, false, FIX_ROOT, "" },
	{ "cgroup-bpf", find_cgroup_bpf, false, FIX_ROOT, MOUNT_CGROUP2 },
	{ "geoip", find_geoip, false, FIX_ROOT, "geoipupdate -d /usr/share/GeoIP" },
	{ "resolver", find_resolver, false, FIX_ALONE, "echo nameserver ADDRESS | sudo tee -a /etc/resolv.conf" },
	{ "terminal", find_terminal, false, FIX_ALONE, "export TERM=xterm-256color" },
	{ "state", find_state_dir, false, FIX_ROOT, "mount -o remount,rw /run" },
	{ "settings", find_settings, false, FIX_ALONE, "man 5 flowtop.conf" },
	{ "kernel", find_kernel, false, FIX_ALONE, "use Linux 5.14 or newer" },
};
// clang-format on

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static const struct {
	const char *word, *json;
} states[] = {
	[FACT_OK] = { "ok", "true" },
	[FACT_MISSING] = { "missing", "false" },
	[FACT_OFF] = { "off", "false" },
	[FACT_UNKNOWN] = { "unknown", "null" },
};

/* Where commands for the network namespace have to be run. */
static void netns_path(char *out, size_t size, const char *netns)
{
	bool is_pid = !netns[strspn(netns, "0123456789")];
	char path[FACT_FIX];

	str_printf(path, sizeof(path),
		   is_pid ? "/proc/%s/ns/net" : "/run/netns/%s", netns);
	shell_quote(out, size, path);
}

/* Complete @fact->fix to what a user can type. */
static void make_command(const struct check *check, struct fact *fact)
{
	const char *netns = check->config->netns;
	char command[FACT_FIX], place[FACT_FIX] = "";

	if (fact->state == FACT_OK) {
		fact->fix[0] = '\0';
		return;
	}
	str_copy(command, sizeof(command), fact->fix);
	if (fact->fix_kind == FIX_AGAIN) {
		if (netns)
			shell_quote(place, sizeof(place), netns);
		str_printf(fact->fix, sizeof(fact->fix),
			   "sudo flowtop --check%s%s", netns ? " -N " : "",
			   place);
	} else if (command[0] && fact->fix_kind != FIX_ALONE) {
		bool is_there = netns && fact->fix_kind == FIX_NETNS;

		if (is_there)
			netns_path(place, sizeof(place), netns);
		str_printf(fact->fix, sizeof(fact->fix), "%s%s%s%s%s",
			   is_root() ? "" : "sudo ",
			   is_there ? "nsenter --net=" : "", place,
			   is_there ? " " : "", command);
	}
}

static void find(const struct check *check, const struct fact_row *row,
		 struct fact *fact)
{
	*fact = (struct fact){ .is_needed = row->is_needed,
			       .value = FACT_NO_VALUE };
	fact_fix(fact, row->fix_kind, "%s", row->fix);
	row->find(check, fact);
	make_command(check, fact);
	sanitize_text(fact->text, sizeof(fact->text), fact->text,
		      strlen(fact->text), NULL);
	sanitize_text(fact->fix, sizeof(fact->fix), fact->fix,
		      strlen(fact->fix), NULL);
}

static void put_text(struct buf *buf, const char *name, const struct fact *fact)
{
	buf_printf(buf, "%-11s %-8s %s\n", name, states[fact->state].word,
		   fact->text);
	if (fact->fix[0])
		buf_printf(buf, "%-11s %-8s %s\n", "", "fix:", fact->fix);
}

static void put_json(struct buf *buf, const char *name, const struct fact *fact)
{
	buf_printf(buf, "{\"check\":\"%s\",\"ok\":%s,\"state\":\"%s\"", name,
		   states[fact->state].json, states[fact->state].word);
	buf_printf(buf, ",\"needed\":%s,\"value\":",
		   fact->is_needed ? "true" : "false");
	if (fact->value == FACT_NO_VALUE)
		buf_str(buf, "null");
	else
		buf_printf(buf, "%" PRId64, fact->value);
	buf_str(buf, ",\"text\":");
	buf_json(buf, fact->text, strlen(fact->text));
	buf_str(buf, ",\"fix\":");
	if (fact->fix[0])
		buf_json(buf, fact->fix, strlen(fact->fix));
	else
		buf_str(buf, "null");
	buf_str(buf, "}\n");
}

/* Return: exit status; @lacking: names of what is needed and not there. */
static int find_all(const struct check *check, struct buf *buf, char *lacking,
		    size_t size)
{
	bool is_json = check->config->output == OUTPUT_JSON;

	lacking[0] = '\0';
	for (size_t i = 0; i < N_ROWS; i++) {
		size_t used = strlen(lacking);
		struct fact fact;

		find(check, &rows[i], &fact);
		if (fact.state == FACT_ABSENT)
			continue;
		(is_json ? put_json : put_text)(buf, rows[i].name, &fact);
		if (fact.is_needed && fact.state != FACT_OK)
			str_printf(lacking + used, size - used, "%s%s",
				   used ? ", " : "", rows[i].name);
	}
	return lacking[0] ? 1 : 0;
}

int check_run(const struct config *config, const struct caller *caller,
	      const struct settings *settings)
{
	const struct check check = {
		.config = config,
		.caller = caller,
		.settings = settings,
		.ctnetlink = ctnetlink_ask(),
	};
	struct buf buf = { .size = 0 };
	char lacking[160];
	int status = find_all(&check, &buf, lacking, sizeof(lacking));
	int err;

	if (config->output != OUTPUT_JSON && status)
		buf_printf(&buf, "\nNeeded to show flows: %s\n", lacking);
	else if (config->output != OUTPUT_JSON)
		buf_str(&buf, "\nFlows can be shown.\n");
	err = buf_write(&buf, STDOUT_FILENO);
	buf_free(&buf);
	if (!err || err == -EPIPE)
		return status;
	diag("cannot write: %s", strerror(-err));
	return 1;
}
