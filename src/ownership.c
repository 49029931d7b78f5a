/* SPDX-License-Identifier: GPL-2.0-only */
#include "ownership.h"

#include "broker/finder.h"
#include "enrich/owners.h"
#include "enrich/tcpask.h"
#include "enrich/users.h"
#include "lib/str.h"

#include <errno.h>
#include <string.h>

#include "collector.h"
#include "health.h"
#include "options.h"

static void open_births(struct ownership *o, const struct config *config)
{
	int err;

	o->is_bpf_off = config->no_bpf;
	if (config->no_bpf)
		return;
	err = births_open(&o->births, &o->births_state);
	if (err) {
		o->births = NULL;
		if (!o->births_state.error)
			o->births_state.error = err;
	}
}

void ownership_open(struct ownership *o, const struct config *config,
		    const struct caller *caller)
{
	const struct finder_config finder_config = {
		.caller = caller,
		.sandbox = config->sandbox,
	};
	struct owners_config owners_config;

	o->finder = finder_start(&finder_config);
	o->finder_error = o->finder ? 0 : errno;
	/* After the last fork: a child would hold the programs, too. */
	open_births(o, config);
	o->users = users_new();
	o->tcpask = config->output == OUTPUT_SCREEN ? tcpask_new() : NULL;
	owners_config = (struct owners_config){
		.finder = o->finder,
		.births = o->births,
		.users = o->users,
		.tcpask = o->tcpask,
		.has_spaces = o->finder &&
			      finder_rights(o->finder) & FINDER_CAN_NETNS,
		.has_company = config->netns,
	};
	o->owners = owners_new(&owners_config);
}

int ownership_start(struct ownership *o)
{
	int err = o->users ? users_start(o->users) : 0;

	if (err)
		return err;
	o->has_started_users = o->users != NULL;
	err = o->owners ? owners_start(o->owners) : 0;
	o->has_started_owners = o->owners && !err;
	return err;
}

static unsigned int rights_of(const struct ownership *o)
{
	return o->finder ? finder_rights(o->finder) : 0;
}

static bool sees_others(const struct ownership *o)
{
	const unsigned int wanted = FINDER_CAN_PTRACE | FINDER_CAN_READ;

	return (rights_of(o) & wanted) == wanted;
}

static unsigned int ways_of(const struct ownership *o)
{
	unsigned int ways = 0;

	if (o->owners)
		ways |= HEALTH_OWNERS_SOCKETS;
	if (o->owners && sees_others(o))
		ways |= HEALTH_OWNERS_WALK;
	if (o->owners && o->births && o->births_state.has_sockets)
		ways |= HEALTH_OWNERS_BIRTHS;
	if (o->owners && o->births && o->births_state.has_connects)
		ways |= HEALTH_OWNERS_CONNECTS;
	if (o->owners && rights_of(o) & FINDER_CAN_NETNS)
		ways |= HEALTH_OWNERS_SPACES;
	return ways;
}

/* Why there are no births, or not all. */
static void births_text(const struct ownership *o, char *text, size_t size)
{
	const struct births_state *state = &o->births_state;

	if (o->is_bpf_off)
		str_copy(text, size, "--no-bpf");
	else
		str_printf(text, size, "BPF: %s%s%s",
			   state->what ? state->what : "",
			   state->what ? ": " : "", strerror(-state->error));
}

static void ways_text(const struct ownership *o, char *text, size_t size)
{
	char why[NOTE_SIZE];

	births_text(o, why, sizeof(why));
	if (!o->owners)
		str_copy(text, size, "owners: none, out of memory");
	else if (!o->births)
		str_printf(text, size, "owners: /proc only: %s", why);
	else if (!o->births_state.has_connects)
		str_printf(text, size,
			   "owners: socket births (BPF) and /proc, no "
			   "connects: %s",
			   why);
	else
		str_copy(text, size, "owners: socket births (BPF) and /proc");
}

/* Whoever watches should know why fields are empty; a script has asked for
 * what there is. */
static void tell_missing(const struct ownership *o, const struct config *config,
			 struct collector *collector)
{
	bool is_shown = config->output == OUTPUT_SCREEN;
	char text[NOTE_SIZE];

	if (!o->finder) {
		str_printf(text, sizeof(text),
			   "processes cannot be looked through: %s",
			   strerror(o->finder_error));
		collector_note(collector, text, is_shown);
	} else if (!sees_others(o)) {
		collector_note(collector,
			       "owners of other users' sockets need "
			       "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH",
			       is_shown);
	} else if (!(finder_rights(o->finder) & FINDER_CAN_NETNS)) {
		collector_note(collector,
			       "owners in other network namespaces need "
			       "CAP_SYS_ADMIN: their flows are forwarded ones",
			       false);
	}
}

void ownership_tell(const struct ownership *o, const struct config *config,
		    struct collector *collector)
{
	char text[NOTE_SIZE];

	counter_set(&collector_health(collector)->owners_ways, ways_of(o));
	ways_text(o, text, sizeof(text));
	collector_note(collector, text, false);
	tell_missing(o, config, collector);
}

void ownership_stop(struct ownership *o)
{
	if (o->has_started_owners)
		owners_stop(o->owners);
	if (o->has_started_users)
		users_stop(o->users);
	o->has_started_owners = o->has_started_users = false;
}

void ownership_close(struct ownership *o)
{
	ownership_stop(o);
	if (o->owners)
		owners_free(o->owners);
	if (o->users)
		users_free(o->users);
	tcpask_free(o->tcpask);
	births_close(o->births);
	finder_close(o->finder);
	*o = (struct ownership){ 0 };
}
