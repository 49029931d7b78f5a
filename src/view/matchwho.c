// SPDX-License-Identifier: GPL-2.0-only
/* Tests of whose a flow is and whom it is with. Each is asked once for a
 * process, an address or a service and its answer is remembered. */
#include "fact/name.h"
#include "fact/place.h"
#include "lib/str.h"
#include "view/hostcell.h"
#include "view/matchstep.h"

#include <inttypes.h>
#include <string.h>

/* ------------------------------------------------------------- processes */

bool match_has_pid(const struct match_step *step, const struct proc_fact *proc,
		   const struct view_env *env)
{
	(void)env;
	return proc && proc->pid && match_in_ranges(step, proc->pid);
}

bool match_has_uid(const struct match_step *step, const struct proc_fact *proc,
		   const struct view_env *env)
{
	(void)env;
	return proc && proc->has_uid && match_in_ranges(step, proc->uid);
}

bool match_has_comm(const struct match_step *step, const struct proc_fact *proc,
		    const struct view_env *env)
{
	(void)env;
	return proc && match_text_is(step, proc->comm, MATCH_WHOLE);
}

bool match_has_command(const struct match_step *step,
		       const struct proc_fact *proc, const struct view_env *env)
{
	(void)env;
	return proc && match_text_is(step, proc->command, MATCH_PART);
}

bool match_has_user(const struct match_step *step, const struct proc_fact *proc,
		    const struct view_env *env)
{
	char number[12];

	if (!proc)
		return false;
	str_printf(number, sizeof(number), "%" PRIu32, proc->uid);
	return match_text_is(step, view_user(env, proc), MATCH_WHOLE) ||
	       (proc->has_uid && match_text_is(step, number, MATCH_WHOLE));
}

/* Services need no ending. */
bool match_has_unit(const struct match_step *step, const struct proc_fact *proc,
		    const struct view_env *env)
{
	static const char ending[] = ".service";
	char name[PROC_UNIT_SIZE];
	size_t n, left;

	(void)env;
	if (!proc)
		return false;
	str_copy(name, sizeof(name), proc->unit);
	n = strlen(name);
	left = sizeof(ending) - 1;
	if (match_text_is(step, name, MATCH_WHOLE))
		return true;
	if (n <= left || strcmp(name + n - left, ending))
		return false;
	name[n - left] = '\0';
	return match_text_is(step, name, MATCH_WHOLE);
}

/* "docker:0123456789ab" or what is behind the colon. */
bool match_has_container(const struct match_step *step,
			 const struct proc_fact *proc,
			 const struct view_env *env)
{
	const char *id;

	(void)env;
	if (!proc)
		return false;
	id = strchr(proc->container, ':');
	return match_text_is(step, proc->container, MATCH_WHOLE) ||
	       (id && match_text_is(step, id + 1, MATCH_WHOLE));
}

bool match_has_proc_text(const struct match_step *step,
			 const struct proc_fact *proc,
			 const struct view_env *env)
{
	return proc && (match_text_is(step, proc->comm, MATCH_PART) ||
			match_text_is(step, proc->command, MATCH_PART) ||
			match_text_is(step, proc->unit, MATCH_PART) ||
			match_text_is(step, view_user(env, proc), MATCH_PART));
}

/* ----------------------------------------------------------------- hosts */

bool match_is_named(const struct match_step *step, const struct addr *addr,
		    uint8_t family, const struct view_env *env)
{
	const struct name_fact *name = view_name(env, addr, family);

	return name && match_text_is(step, name->text, MATCH_DOMAIN);
}

/* Addresses that are not public are nowhere. */
static struct place place_of(const struct addr *addr, uint8_t family,
			     const struct view_env *env)
{
	struct place place;

	view_place(env, addr, family, &place);
	if (place.scope != SCOPE_PUBLIC)
		return (struct place){ .scope = place.scope };
	return place;
}

bool match_is_in_country(const struct match_step *step, const struct addr *addr,
			 uint8_t family, const struct view_env *env)
{
	struct place place = place_of(addr, family, env);

	return match_text_is(step, place.cc, MATCH_WHOLE) ||
	       match_text_is(step, place.country, MATCH_WHOLE);
}

bool match_is_in_city(const struct match_step *step, const struct addr *addr,
		      uint8_t family, const struct view_env *env)
{
	return match_text_is(step, place_of(addr, family, env).city,
			     MATCH_WHOLE);
}

bool match_is_in_asn(const struct match_step *step, const struct addr *addr,
		     uint8_t family, const struct view_env *env)
{
	uint32_t asn = place_of(addr, family, env).asn;

	return asn && match_in_ranges(step, asn);
}

bool match_is_in_as(const struct match_step *step, const struct addr *addr,
		    uint8_t family, const struct view_env *env)
{
	return match_text_is(step, place_of(addr, family, env).org, MATCH_PART);
}

bool match_is_on_iface(const struct match_step *step, const struct addr *addr,
		       uint8_t family, const struct view_env *env)
{
	char iface[IFACE_SIZE + 1] = "";

	return env->iface && env->iface(env->iface_ctx, addr, family, iface) &&
	       match_text_is(step, iface, MATCH_WHOLE);
}

static bool has_number(const struct match_step *step, const struct addr *addr,
		       uint8_t family, uint32_t asn)
{
	char text[ADDR_TEXT_SIZE];

	addr_format(addr, family, text);
	if (match_text_is(step, text, MATCH_PART))
		return true;
	if (!asn)
		return false;
	str_printf(text, sizeof(text), "AS%" PRIu32, asn);
	return match_text_is(step, text, MATCH_PART);
}

bool match_has_host_text(const struct match_step *step, const struct addr *addr,
			 uint8_t family, const struct view_env *env)
{
	const struct name_fact *name = view_name(env, addr, family);
	struct place place = place_of(addr, family, env);

	return (name && match_text_is(step, name->text, MATCH_PART)) ||
	       match_text_is(step, place.cc, MATCH_WHOLE) ||
	       match_text_is(step, place.country, MATCH_PART) ||
	       match_text_is(step, place.city, MATCH_PART) ||
	       match_text_is(step, place.org, MATCH_PART) ||
	       (step->has_texts && has_number(step, addr, family, place.asn));
}

bool match_has_service_text(const struct match_step *step, const char *name)
{
	return match_text_is(step, name, MATCH_PART);
}
