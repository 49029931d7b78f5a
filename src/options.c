/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line. An option is one row of options[]: parser and help come
 * from it, and a test compares it with the manual page.
 */
#include "options.h"

#include "lib/clock.h"
#include "lib/diag.h"
#include "lib/priv.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "net/proto.h"
#include "source/conntrack.h"
#include "ui/views.h"

#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "columnopts.h"
#include "config.h"
#include "filtering.h"
#include "optionkeys.h"
#include "settings.h"

#define MAX_OPTIONS 100

/* What the options say before the defaults are filled in. */
struct parsing {
	struct config *config;
	struct settings *settings;
	const char *given[MAX_OPTIONS]; /* by row: on the command line */
	uint8_t families;               /* SHOW_* */
	uint8_t groups;                 /* enum proto_group */
	bool wants_help, wants_version;
	bool has_json, has_csv;
	bool has_no_config;
};

/* Set what @text says. Return: 0, or what it should have been. */
typedef const char *(*option_fn)(struct parsing *p, const char *text);

struct option_row {
	char letter;          /* 0: none */
	const char *name;     /* long name; NULL: a heading */
	const char *argument; /* NULL: takes none */
	const char *help;     /* NULL: shares a line with the next */
	option_fn set;        /* NULL: not in this version */
	unsigned int from;    /* FROM_*: as a key of settings */
};

#define FLAG(function, statement)                                              \
	static const char *function(struct parsing *p, const char *text)       \
	{                                                                      \
		(void)text;                                                    \
		statement;                                                     \
		return NULL;                                                   \
	}

FLAG(set_ipv4, p->families |= SHOW_IPV4)
FLAG(set_ipv6, p->families |= SHOW_IPV6)
FLAG(set_tcp, p->groups |= GROUP_TCP)
FLAG(set_udp, p->groups |= GROUP_UDP)
FLAG(set_dccp, p->groups |= GROUP_DCCP)
FLAG(set_icmp, p->groups |= GROUP_ICMP)
FLAG(set_sctp, p->groups |= GROUP_SCTP)
FLAG(set_no_dns, p->config->no_dns = true)
FLAG(set_no_geoip, p->config->no_geoip = true)
FLAG(set_no_services, p->config->no_services = true)
FLAG(set_show_src, p->config->show_src = true)
FLAG(set_bits, p->config->bits = true)
FLAG(set_batch, p->config->batch = true)
FLAG(set_once, p->config->once = true)
FLAG(set_json, p->has_json = true)
FLAG(set_csv, p->has_csv = true)
FLAG(set_events, p->config->events = true)
FLAG(set_no_sysctl, p->config->no_sysctl = true)
FLAG(set_no_bpf, p->config->no_bpf = true)
FLAG(set_restore, p->config->restore = true)
FLAG(set_check, p->config->check = true)
FLAG(set_track, p->config->track = true)
FLAG(set_ascii, p->config->is_ascii = true)
FLAG(set_no_color, p->config->color = COLOR_NEVER)
FLAG(set_no_config, p->has_no_config = true)
FLAG(set_config, p->config->config_path = text)
FLAG(set_help, p->wants_help = true)
FLAG(set_version, p->wants_version = true)
FLAG(set_geoip_dir, p->config->geoip_dir = text)
FLAG(set_record, p->config->record = text)
FLAG(set_columns, p->config->columns = text)
FLAG(set_sort, p->config->sort_text = text)
FLAG(set_replay, p->config->replay = text)
FLAG(set_slow, p->config->is_slow = true)
FLAG(set_theme, p->config->theme_name = text)
FLAG(set_mouse, p->config->has_mouse = true)
FLAG(set_no_mouse, p->config->has_mouse = false)

static const char *set_expr(struct parsing *p, const char *text)
{
	return filtering_add(p->config, text);
}

static const char *set_iface(struct parsing *p, const char *text)
{
	return filtering_add_iface(p->config, text);
}

static const char *set_netns(struct parsing *p, const char *text)
{
	static char label[NETNS_LABEL_SIZE];

	sanitize_text(label, sizeof(label), text, strlen(text), NULL);
	p->config->netns = text;
	p->config->netns_label = label;
	return NULL;
}

/* Return: which of @n words @text is; -1 none. */
static int word_index(const char *const *words, int n, const char *text)
{
	for (int i = 0; i < n; i++) {
		if (!strcmp(text, words[i]))
			return i;
	}
	return -1;
}

static const char *set_color(struct parsing *p, const char *text)
{
	static const char *const words[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_NEVER] = "never",
		[COLOR_ALWAYS] = "always",
	};
	int i = word_index(words, 3, text);

	if (i >= 0)
		p->config->color = (enum color_choice)i;
	return i < 0 ? "auto, never or always" : NULL;
}

static const char *set_sandbox(struct parsing *p, const char *text)
{
	static const char *const words[] = {
		[SANDBOX_AUTO] = "auto",
		[SANDBOX_STRICT] = "strict",
		[SANDBOX_OFF] = "off",
	};
	int i = word_index(words, 3, text);

	if (i >= 0)
		p->config->sandbox = (enum sandbox_mode)i;
	return i < 0 ? "auto, strict or off" : NULL;
}

static const char *set_group_by(struct parsing *p, const char *text)
{
	int view = view_by_name(text);

	if (view >= 0)
		p->config->view = view;
	return view < 0 ? "flows, procs, hosts, countries, networks or ports"
			: NULL;
}

static const char *set_interval(struct parsing *p, const char *text)
{
	static const char *const wanted = "seconds, 0.25 to 3600";
	uint64_t ns;

	if (parse_duration(text, 0, 3600 * NS_PER_S, &ns) ||
	    (ns && ns < NS_PER_S / 4))
		return wanted;
	p->config->interval_ns = ns;
	return NULL;
}

static const char *set_count(struct parsing *p, const char *text)
{
	return parse_u64(text, 1, UINT32_MAX, &p->config->max_refreshes)
		       ? "a number from 1"
		       : NULL;
}

static const char *set_linger(struct parsing *p, const char *text)
{
	p->config->linger_given = true;
	return parse_duration(text, 0, 600 * NS_PER_S, &p->config->linger_ns)
		       ? "seconds, 0 to 600"
		       : NULL;
}

static const char *set_wait(struct parsing *p, const char *text)
{
	return parse_duration(text, 0, 3600 * NS_PER_S, &p->config->wait_ns)
		       ? "seconds, 0 to 3600"
		       : NULL;
}

static const char *set_max_flows(struct parsing *p, const char *text)
{
	return parse_u64(text, 1, UINT32_MAX / 2, &p->config->max_flows)
		       ? "a number from 1"
		       : NULL;
}

static const char *set_budget(struct parsing *p, const char *text)
{
	uint64_t budget;

	if (parse_u64(text, 1, 100, &budget))
		return "per cent of one core, 1 to 100";
	p->config->budget = (unsigned int)budget;
	return NULL;
}

static const char *set_rcvbuf(struct parsing *p, const char *text)
{
	uint64_t bytes;

	if (parse_bytes(text, 4096, 1 << 30, &bytes))
		return "bytes, 4096 to 1Gi, such as 64Mi";
	p->config->rcvbuf = (unsigned int)bytes;
	return NULL;
}

static const char *set_speed(struct parsing *p, const char *text)
{
	uint64_t thousandths;

	/* "2.5" reads as 2.5 s: the same grammar, another unit. */
	if (parse_duration(text, 0, 1000000 * NS_PER_S, &thousandths))
		return "a factor such as 1, 2.5 or 0 (as fast as possible)";
	p->config->speed = (double)thousandths / (double)NS_PER_S;
	p->config->speed_given = true;
	return NULL;
}

static const struct {
	const char *word;
	uint8_t bit;
} hide_words[] = {
	{ "none", 0 },
	{ "loopback", HIDE_LOOPBACK },
	{ "self", HIDE_SELF },
	{ "dns", HIDE_DNS },
};

/* Return: bytes up to a comma or the end. */
static size_t item_size(const char *text)
{
	return strcspn(text, ",");
}

static bool hide_word(const char *text, size_t size, uint8_t *hide)
{
	for (size_t i = 0; i < sizeof(hide_words) / sizeof(hide_words[0]);
	     i++) {
		if (strlen(hide_words[i].word) == size &&
		    !strncmp(hide_words[i].word, text, size)) {
			*hide |= hide_words[i].bit;
			return true;
		}
	}
	return false;
}

static const char *set_hide(struct parsing *p, const char *text)
{
	uint8_t hide = 0;

	for (;; text++) {
		size_t size = item_size(text);

		if (!hide_word(text, size, &hide))
			return "words of loopback,self,dns or none";
		text += size;
		if (!*text)
			break;
	}
	p->config->filter.hide = hide;
	return NULL;
}

static const char *set_local_net(struct parsing *p, const char *text)
{
	static const char *const wanted =
		"networks such as 192.168.0.0/16,2001:db8::/32";
	struct config *config = p->config;

	for (;; text++) {
		size_t size = item_size(text);
		char item[ADDR_TEXT_SIZE + 4];

		if (size >= sizeof(item))
			return wanted;
		memcpy(item, text, size);
		item[size] = '\0';
		if (config->n_local_nets == MAX_LOCAL_NETS)
			return "no more than 32 networks";
		if (network_parse(item,
				  &config->local_nets[config->n_local_nets]))
			return wanted;
		config->n_local_nets++;
		text += size;
		if (!*text)
			return NULL;
	}
}

#define MAX_PID (1 << 22)
#define ITEM_SIZE 80

/* Take the next of a list's items. Return: false when it is too long. */
static bool next_item(const char **text, char item[ITEM_SIZE])
{
	size_t size = item_size(*text);

	if (size >= ITEM_SIZE)
		return false;
	memcpy(item, *text, size);
	item[size] = '\0';
	*text += size;
	return true;
}

static const char *set_pids(struct parsing *p, const char *text)
{
	struct filter_config *filter = &p->config->filter;
	char item[ITEM_SIZE];
	uint64_t pid;

	for (;; text++) {
		if (filter->n_pids == FILTER_OWNERS)
			return "no more than 16 numbers of processes";
		if (!next_item(&text, item) ||
		    parse_u64(item, 1, MAX_PID, &pid))
			return "numbers of processes, such as 4711,4712";
		filter->pids[filter->n_pids++] = (uint32_t)pid;
		if (!*text)
			return NULL;
	}
}

static const char *set_users(struct parsing *p, const char *text)
{
	static const char *const wanted = "names or numbers of users";
	struct filter_config *filter = &p->config->filter;
	char item[ITEM_SIZE];
	uint64_t uid;

	for (;; text++) {
		struct filter_user *user = &filter->users[filter->n_users];

		if (filter->n_users == FILTER_OWNERS)
			return "no more than 16 users";
		if (!next_item(&text, item) || !item[0])
			return wanted;
		/* A number is one, whatever users are called. */
		user->has_uid = !parse_u64(item, 0, UINT32_MAX - 1, &uid);
		if (user->has_uid)
			user->uid = (uint32_t)uid;
		else if (!str_copy(user->name, sizeof(user->name), item))
			return wanted;
		filter->n_users++;
		if (!*text)
			return NULL;
	}
}

// clang-format off
static const struct option_row options[] = {
	{ 0, NULL, NULL, "What is shown", NULL, 0 },
	{ '4', "ipv4", NULL, NULL, set_ipv4, FROM_ANY },
	{ '6', "ipv6", NULL, "this family only (default: both)", set_ipv6, FROM_ANY },
	{ 'T', "tcp", NULL, NULL, set_tcp, FROM_ANY },
	{ 'U', "udp", NULL, "TCP (without letters only that), UDP and UDP-Lite", set_udp, FROM_ANY },
	{ 'D', "dccp", NULL, NULL, set_dccp, FROM_ANY },
	{ 'S', "sctp", NULL, "DCCP, SCTP; with only -4, -6: every protocol", set_sctp, FROM_ANY },
	{ 'I', "icmp", NULL, "ICMP and ICMPv6", set_icmp, FROM_ANY },
	{ 'f', "filter", "EXPR", "flows that match this, as the words FILTER...", set_expr, FROM_LIST | FROM_PASSING },
	{ 'i', "iface", "IF,...", "flows of these interfaces of ours only", set_iface, FROM_LIST | FROM_PASSING },
	{ 'p', "pid", "PID,...", "flows of these processes only", set_pids, FROM_LIST | FROM_PASSING },
	{ 0, "user", "USER,...", "flows of these users only, names or numbers", set_users, FROM_LIST | FROM_PASSING },
	{ 0, "hide", "LIST", "hide loopback,self,dns or none (loopback,self)", set_hide, FROM_ANY },
	{ 0, "linger", "SEC", "keep closed flows visible (3)", set_linger, FROM_ANY },
	{ 0, "local-net", "NET,...", "networks on the near side of forwarded flows", set_local_net, FROM_LIST },

	{ 0, NULL, NULL, "How it is shown", NULL, 0 },
	{ 'g', "group-by", "VIEW", "start with procs, hosts, countries, networks or ports", set_group_by, FROM_ANY },
	{ 'o', "sort", "COL", "sort by it; -COL ascends; help lists names", set_sort, FROM_LINE },
	{ 0, "columns", "LIST", "columns, or changes: +NAME,-NAME; help lists them", set_columns, FROM_LINE },
	{ 's', "show-src", NULL, "source as well: two lines for a flow", set_show_src, FROM_ANY },
	{ 'b', "bits", NULL, "rates in bits per second", set_bits, FROM_ANY },
	{ 'n', "no-dns", NULL, NULL, set_no_dns, FROM_ANY },
	{ 'G', "no-geoip", NULL, "addresses, no host names; no countries, cities", set_no_geoip, FROM_ANY },
	{ 0, "geoip-dir", "DIR", "the only place to look for GeoIP files", set_geoip_dir, FROM_ANY },
	{ 'P', "numeric-ports", NULL, "numbers of ports, no names of services", set_no_services, FROM_ANY },
	{ 0, "color", "WHEN", "auto, never or always", set_color, FROM_ANY },
	{ 0, "theme", "NAME", "default, cb, mono, light, flowtop, or a file", set_theme, FROM_ANY },
	{ 'C', "no-color", NULL, NULL, set_no_color, FROM_ANY },
	{ 0, "ascii", NULL, "no colours; no signs beyond ASCII", set_ascii, FROM_ANY },
	{ 0, "mouse", NULL, NULL, set_mouse, FROM_ANY },
	{ 0, "no-mouse", NULL, "click, double click and wheel; not (default)", set_no_mouse, FROM_ANY },
	{ 0, "slow", NULL, "for slow lines: fewer frames, less in each", set_slow, FROM_ANY },
	{ 't', "interval", "SEC", "time between refreshes, 0.25 to 3600 (1)", set_interval, FROM_ANY },
	{ 'c', "count", "N", "stop after N refreshes", set_count, FROM_LINE },

	{ 0, NULL, NULL, "Output without a screen", NULL, 0 },
	{ 0, "batch", NULL, "text; also when stdout is no terminal", set_batch, FROM_LINE },
	{ '1', "once", NULL, "one table after one interval; -t 0: at once", set_once, FROM_LINE },
	{ 'j', "json", NULL, "JSON, one object for a flow and line", set_json, FROM_LINE },
	{ 0, "csv", NULL, "CSV, the same fields", set_csv, FROM_LINE },
	{ 0, "events", NULL, "a line for each new and each ended flow", set_events, FROM_LINE },
	{ 0, "wait", "SEC", "for host names, before the first table (1)", set_wait, FROM_ANY },

	{ 0, NULL, NULL, "Where flows come from, and the rest", NULL, 0 },
	{ 'w', "record", "FILE", "write a recording; - is standard output", set_record, FROM_LINE },
	{ 'r', "replay", "FILE", "show a recording, without root; - is standard input", set_replay, FROM_LINE },
	{ 0, "speed", "X", "of the replay (1); 0: as fast as possible", set_speed, FROM_LINE },
	{ 'N', "netns", "NAME|PID", "work in that network namespace", set_netns, FROM_ETC },
	{ 0, "track", NULL, "track connections while flowtop runs", set_track, FROM_ETC },
	{ 0, "no-sysctl", NULL, NULL, set_no_sysctl, FROM_ETC },
	{ 0, "no-bpf", NULL, "change no nf_conntrack_ switch; load no BPF program", set_no_bpf, FROM_ETC },
	{ 0, "rcvbuf", "BYTES", "buffer for events (64Mi, at most RAM/16)", set_rcvbuf, FROM_ETC },
	{ 0, "max-flows", "N", "store no more; others are counted", set_max_flows, FROM_ANY },
	{ 0, "budget", "PERCENT", "of one core for re-reading the table (25)", set_budget, FROM_ANY },
	{ 0, "restore", NULL, "put back what a killed flowtop left on, and exit", set_restore, FROM_LINE },
	{ 0, "check", NULL, "say what works here, what is missing, and exit", set_check, FROM_LINE },
	{ 0, "sandbox", "MODE", "auto, strict (all of it, or exit) or off", set_sandbox, FROM_ETC },
	{ 'u', "update", NULL, "update the GeoIP databases and exit", NULL, FROM_LINE },
	{ 0, "config", "FILE", NULL, set_config, FROM_LINE },
	{ 0, "no-config", NULL, "settings of FILE alone, or none", set_no_config, FROM_LINE },
	{ 'v', "version", NULL, NULL, set_version, FROM_LINE },
	{ 'h', "help", NULL, "print the version; print this", set_help, FROM_LINE },
};
// clang-format on

#define N_OPTIONS (sizeof(options) / sizeof(options[0]))

_Static_assert(N_OPTIONS <= MAX_OPTIONS, "MAX_OPTIONS");

int option_find(const char *name)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		if (options[i].name && !strcmp(options[i].name, name))
			return (int)i;
	}
	return -1;
}

const char *option_name(int row)
{
	return row >= 0 && row < (int)N_OPTIONS ? options[row].name : NULL;
}

int option_rows(void)
{
	return N_OPTIONS;
}

unsigned int option_from(int row)
{
	return options[row].set ? options[row].from : FROM_LINE;
}

const char *option_given(const struct parsing *p, int row)
{
	return p->given[row];
}

struct config *option_config(struct parsing *p)
{
	return p->config;
}

const char *option_set(struct parsing *p, int row, const char *text)
{
	static const char *const words[] = { "yes", "on",  "true",
					     "no",  "off", "false" };
	int i;

	if (options[row].argument)
		return options[row].set(p, text);
	i = word_index(words, 6, text);
	if (i < 0)
		return "yes or no";
	/* No is what there is without it. */
	return i < 3 ? options[row].set(p, NULL) : NULL;
}

const char *option_set_protocols(struct parsing *p, const char *text)
{
	uint8_t groups = 0;

	if (!strcmp(text, "all")) {
		p->groups |= GROUP_ALL;
		return NULL;
	}
	for (;; text++) {
		size_t i = 0;
		char item[ITEM_SIZE];

		if (!next_item(&text, item))
			item[0] = '\0';
		while (i < n_proto_groups &&
		       strcasecmp(proto_groups[i].name, item) != 0)
			i++;
		if (i == n_proto_groups)
			return "all, or words of tcp,udp,dccp,icmp,sctp,other";
		groups |= proto_groups[i].group;
		if (!*text)
			break;
	}
	p->groups |= groups;
	return NULL;
}

/* getopt returns FIRST_VALUE + row, so that letters stay out of the way. */
#define FIRST_VALUE 1000

#define HELP_CELLS 24 /* for the names of options */

/* The names of the options that share the line of row @i. Return: its last
 * row. */
static size_t help_names(size_t i, char *left, size_t size)
{
	for (size_t n = 0;; i++) {
		const struct option_row *o = &options[i];
		char letter[5] = { '-', o->letter, ',', ' ' };

		/* Alone it stands below the names of others. */
		if (!o->letter)
			str_copy(letter, sizeof(letter), n ? "" : "    ");
		str_printf(left + n, size - n, "%s%s--%s%s%s", n ? "  " : "",
			   letter, o->name, o->argument ? " " : "",
			   o->argument ? o->argument : "");
		n = strlen(left);
		if (o->help)
			return i;
	}
}

static void print_help(void)
{
	puts("Usage: flowtop [OPTION...] [FILTER...]  shows the flows that "
	     "the kernel tracks");
	for (size_t i = 0; i < N_OPTIONS; i++) {
		char left[80];

		if (!options[i].name) {
			printf("\n%s:\n", options[i].help);
			continue;
		}
		i = help_names(i, left, sizeof(left));
		printf("  %-*s%s%s%s\n", HELP_CELLS, left,
		       strlen(left) > HELP_CELLS ? "  " : " ", options[i].help,
		       options[i].set ? "" : " (not built yet)");
	}
	puts("\nUsually: sudo flowtop -46UTs        Keys: press ? while it runs"
	     "\nManual:  man flowtop                Exit: 0 ok, 1 failed, 2 "
	     "usage");
}

static void make_getopt(struct option *longs, char *shorts)
{
	char *s = shorts;

	*s++ = ':';
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option_row *o = &options[i];

		if (!o->name)
			continue;
		*longs++ = (struct option){
			.name = o->name,
			.has_arg =
				o->argument ? required_argument : no_argument,
			.val = FIRST_VALUE + (int)i,
		};
		if (!o->letter)
			continue;
		*s++ = o->letter;
		if (o->argument)
			*s++ = ':';
	}
	*longs = (struct option){ 0 };
	*s = '\0';
}

static const struct option_row *row_of(int value)
{
	if (value >= FIRST_VALUE)
		return &options[value - FIRST_VALUE];
	for (size_t i = 0; i < N_OPTIONS; i++) {
		if (options[i].letter && options[i].letter == value)
			return &options[i];
	}
	return NULL;
}

static int usage_error(int value, char **argv)
{
	const char *word = argv[optind - 1];

	if (value == ':')
		diag("option \"%s\" needs an argument; see flowtop --help",
		     word);
	else if (optopt && optopt < FIRST_VALUE)
		diag("unknown option \"-%c\"; see flowtop --help", optopt);
	else if (optopt)
		diag("option \"%s\" takes no argument; see flowtop --help",
		     word);
	else
		diag("unknown option \"%s\"; see flowtop --help", word);
	return 2;
}

static int set_option(struct parsing *p, int value)
{
	const struct option_row *o = row_of(value);
	const char *wanted;

	if (!o->set) {
		diag("--%s is not built yet", o->name);
		return 1;
	}
	wanted = o->set(p, optarg);
	if (!wanted) {
		p->given[o - options] = optarg ? optarg : "yes";
		return -1;
	}
	diag("bad value \"%s\" for --%s: it takes %s", optarg, o->name, wanted);
	return 2;
}

/* Which protocols, as the original decided: letters are exactly what is shown;
 * only a family means every protocol; nothing at all means TCP. */
static void set_filter(struct parsing *p)
{
	struct filter_config *filter = &p->config->filter;

	filter->families = p->families ? p->families : SHOW_BOTH;
	if (p->groups)
		filter->groups = p->groups;
	else
		filter->groups = p->families ? GROUP_ALL : GROUP_TCP;
	/* Who it was when a recording was made is not known. */
	if (!p->config->replay)
		filter->self = (uint32_t)getpid();
}

static void set_output(struct parsing *p)
{
	struct config *config = p->config;
	const char *term = getenv("TERM");

	if (config->record && !strcmp(config->record, "-"))
		config->output = OUTPUT_NONE;
	else if (p->has_json)
		config->output = OUTPUT_JSON;
	else if (p->has_csv)
		config->output = OUTPUT_CSV;
	else if (config->batch || config->once || config->events ||
		 config->check || !isatty(STDOUT_FILENO) ||
		 (term && !strcmp(term, "dumb")))
		config->output = OUTPUT_TEXT;
	else
		config->output = OUTPUT_SCREEN;
	config->filter.ghosts =
		config->output == OUTPUT_SCREEN || config->linger_given;
	if (config->output != OUTPUT_SCREEN && !config->linger_given)
		config->linger_ns = 0;
}

/* Options for what is shown are harmless: people add --check to what they
 * usually type. */
static bool is_more_than_check(const struct parsing *p)
{
	const struct config *config = p->config;

	return p->has_csv || config->events || config->once ||
	       config->max_refreshes || config->record || config->replay ||
	       config->restore || config->track;
}

/* Return: what is wrong with the combination; NULL: nothing. */
static const char *find_conflict(const struct parsing *p)
{
	const struct config *config = p->config;

	if (config->check && is_more_than_check(p))
		return "--check shows no flows: it does not go with other "
		       "outputs, recordings, --track and --restore";
	if (p->has_json && p->has_csv)
		return "choose one of --json and --csv";
	if (config->events && config->once)
		return "--events and --once exclude each other";
	if (config->once && config->max_refreshes)
		return "--once and --count exclude each other";
	if (!config->interval_ns && !config->once)
		return "--interval 0 goes only with --once";
	if (config->speed_given && !config->replay)
		return "--speed goes only with --replay";
	if (config->replay && config->netns)
		return "--replay and --netns exclude each other";
	if (config->record && !strcmp(config->record, "-") &&
	    (p->has_json || p->has_csv || config->batch || config->events))
		return "--record - takes standard output: no other output";
	if (config->record && !strcmp(config->record, "-") &&
	    isatty(STDOUT_FILENO))
		return "--record - would fill the terminal; use a pipe";
	if (config->replay && config->record &&
	    !strcmp(config->replay, config->record) &&
	    strcmp(config->replay, "-"))
		return "--replay and --record name the same file";
	return NULL;
}

/* Return: false when there is no such user; a recording may have him. */
static bool find_users(const struct parsing *p, struct filter_config *filter)
{
	const struct config *config = p->config;
	bool is_given = option_given(p, option_find("user"));

	for (uint8_t i = 0; i < filter->n_users; i++) {
		struct filter_user *user = &filter->users[i];
		const struct passwd *entry =
			user->has_uid ? NULL : getpwnam(user->name);

		if (entry)
			user->uid = entry->pw_uid;
		user->has_uid |= entry != NULL;
		if (user->has_uid || config->replay)
			continue;
		if (!is_given) {
			settings_warn(p->settings,
				      "user: there is no user \"%s\"",
				      user->name);
			continue;
		}
		diag("--user: there is no user \"%s\"", user->name);
		return false;
	}
	return true;
}

/* Those of files, unless the command line says otherwise. */
static int read_files(struct parsing *p)
{
	struct config *config = p->config;
	bool is_linger = config->linger_given;
	int n_exprs = config->n_exprs;
	int status = p->has_no_config ? 0 : settings_read(p->settings, p);

	p->settings->is_off = p->has_no_config;
	config->n_given_exprs = n_exprs;
	config->theme_is_saved = !option_given(p, option_find("theme"));
	/* What outputs have does not hang on a file. */
	config->linger_given = is_linger;
	return status;
}

static int finish(struct parsing *p, int argc, char **argv)
{
	const char *conflict, *wanted;
	int status;

	if (p->wants_help) {
		print_help();
		return 0;
	}
	if (p->wants_version) {
		puts("flowtop " VERSION);
		return 0;
	}
	wanted = optind < argc ? filtering_add_words(p->config, argv + optind,
						     argc - optind)
			       : NULL;
	if (wanted) {
		diag("bad filter expression: it takes %s", wanted);
		return 2;
	}
	if (optind < argc)
		p->given[option_find("filter")] = argv[optind];
	if (p->has_no_config && p->config->config_path)
		conflict = "--config and --no-config exclude each other";
	else
		conflict = find_conflict(p);
	if (conflict) {
		diag("%s", conflict);
		return 2;
	}
	status = read_files(p);
	if (status)
		return status;
	set_filter(p);
	set_output(p);
	if (p->config->output != OUTPUT_SCREEN)
		settings_release(p->settings);
	if (p->config->output != OUTPUT_SCREEN &&
	    !option_given(p, option_find("group-by")))
		p->config->view = VIEW_FLOWS;
	if (columnopts_help(p->config))
		return 0;
	if (!find_users(p, &p->config->filter))
		return 2;
	if (p->config->view && p->config->output != OUTPUT_SCREEN) {
		diag("--group-by %s is for the screen only",
		     view_kinds[p->config->view].name);
		return 2;
	}
	status = columnopts_finish(p->config);
	/* Whoever has rights that are not his gives them up before. */
	if (status < 0 && !priv_is_privileged() &&
	    filtering_check(p->config, p->settings))
		status = 2;
	return status;
}

#define MAX_FLOWS 4000000
#define FLOW_BYTES 512 /* with its share of everything else, amply */
#define MAX_RCVBUF (64U << 20)

static uint64_t ram_bytes(void)
{
	struct sysinfo info;

	return sysinfo(&info) ? 1ULL << 30
			      : (uint64_t)info.totalram * info.mem_unit;
}

void options_fill(struct config *config)
{
	uint64_t ram = ram_bytes();

	if (!config->max_flows) {
		config->max_flows = ram / 8 / FLOW_BYTES;
		if (config->max_flows > MAX_FLOWS)
			config->max_flows = MAX_FLOWS;
	}
	if (!config->rcvbuf)
		config->rcvbuf = ram / 16 < MAX_RCVBUF
					 ? (unsigned int)(ram / 16)
					 : MAX_RCVBUF;
}

int options_parse(int argc, char **argv, struct config *config,
		  struct settings *settings)
{
	struct parsing p = { .config = config, .settings = settings };
	struct option longs[N_OPTIONS + 1];
	char shorts[2 * N_OPTIONS + 2];
	int value, status;

	*config = (struct config){
		.interval_ns = NS_PER_S,
		.linger_ns = 3 * NS_PER_S,
		.wait_ns = NS_PER_S,
		.speed = 1,
		.budget = DEFAULT_BUDGET,
		.sandbox = SANDBOX_DEFAULT,
		.location = PLACES_ALL,
		.filter.hide = HIDE_LOOPBACK | HIDE_SELF,
	};
	make_getopt(longs, shorts);
	opterr = 0;
	while ((value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (value == '?' || value == ':')
			return usage_error(value, argv);
		status = set_option(&p, value);
		if (status >= 0)
			return status;
	}
	return finish(&p, argc, argv);
}
