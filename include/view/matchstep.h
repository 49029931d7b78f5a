/* SPDX-License-Identifier: GPL-2.0-only */
/* The steps of a match (view/match.h) and what they are asked about; for
 * src/view/match*.c alone. */
#ifndef FLOWTOP_VIEW_MATCHSTEP_H
#define FLOWTOP_VIEW_MATCHSTEP_H

#include "fact/proc.h"
#include "filter/expr.h"
#include "flow/reader.h"
#include "net/addr.h"
#include "view/matchmemo.h"
#include "view/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a step is asked about. */
struct subject {
	const struct flow *flow;
	uint32_t has; /* flow_info.has, but for FLOW_CLOSED */
	bool is_ghost;
	const struct view_env *env;
	struct memos *memos;          /* NULL: of a row of events, and */
	const struct proc_fact *proc; /* then this is the process; NULL */
};

/* The four ends of a flow, as bits of a mask. */
enum { MATCH_SRC, MATCH_DST, MATCH_REPLY_SRC, MATCH_REPLY_DST, MATCH_ENDS };

struct match_range {
	uint64_t lo, hi; /* both included */
};

/* An address is in it when both halves are equal under the masks. */
struct match_net {
	uint64_t half[2], mask[2];
	uint8_t family;
};

struct match_step;

/* How a test is done: one row for each field. */
struct match_field {
	/* Of a test of one flow; that of a comparison is 1. */
	uint8_t cost;
	uint8_t lines; /* bits of enum flow_line that it reads */
	uint8_t memo;  /* enum memo_kind: answers are remembered by this */
	bool (*is_true)(const struct match_step *step, const struct subject *s);
	/* Get ready. Return: 0 or -ENOMEM. NULL: nothing is to be done. */
	int (*prepare)(struct match_step *step);
	/* Those of them that the kind of memo needs; what is known of it.
	 * proc: NULL when nobody knows it. */
	bool (*of_proc)(const struct match_step *step,
			const struct proc_fact *proc,
			const struct view_env *env);
	bool (*of_host)(const struct match_step *step, const struct addr *addr,
			uint8_t family, const struct view_env *env);
	bool (*of_service)(const struct match_step *step, const char *name);
	/* One end, of tests that are about ends and remember nothing. */
	bool (*of_end)(const struct match_step *step, const struct subject *s,
		       int end);
	/* Of fields that are compared. */
	enum match_known (*amount)(const struct subject *s, double *amount);
};

enum match_known { MATCH_UNKNOWN, MATCH_AT_LEAST, MATCH_EXACTLY };

struct match_step {
	bool (*is_true)(const struct match_step *step, const struct subject *s);
	uint16_t yes, no; /* where to go on */
	uint8_t ends;     /* enum expr_ends */
	uint8_t mask;     /* bits of ends */
	uint8_t slot;     /* in its memo */
	/* There are among the values; of a bare word: it may be a part of an
	 * address or of a number. */
	bool has_texts;
	const struct match_field *field;
	const struct expr_test *test; /* of the tree */
	size_t n_ranges;
	struct match_range *ranges;
	size_t n_nets;
	struct match_net *nets;
	uint32_t bits;    /* of the status; of families */
	uint64_t set[4];  /* of protocols */
	uint32_t *states; /* by protocol: bits of states */
};

/** match_field_find - the row of @field; NULL for those that are made of
 * others. */
const struct match_field *match_field_find(enum expr_field field);

/* What is made of others: protocols and family in front of a test, and the
 * three parts of a bare word. */
extern const struct match_field match_protos, match_families, match_text_proc,
	match_text_service, match_text_host;

/* matchnum.c: numbers. */
int match_prepare_ranges(struct match_step *step);
bool match_in_ranges(const struct match_step *step, uint64_t number);
bool match_compare(const struct match_step *step, const struct subject *s);

/* matchend.c: ends and what is remembered of hosts, processes, services. */
int match_prepare_ends(struct match_step *step);
int match_prepare_numbers(struct match_step *step);
int match_prepare_host(struct match_step *step);
int match_prepare_text(struct match_step *step);
bool match_ends(const struct match_step *step, const struct subject *s);
bool match_hosts(const struct match_step *step, const struct subject *s);
bool match_host(const struct match_step *step, const struct subject *s);
bool match_iface(const struct match_step *step, const struct subject *s);
bool match_proc(const struct match_step *step, const struct subject *s);
bool match_service(const struct match_step *step, const struct subject *s);
bool match_end_port(const struct match_step *step, const struct subject *s,
		    int end);
const struct addr *match_far(const struct subject *s);

/* matchwho.c: what is asked about each of them. @env: as the rows have it;
 * @proc: NULL: nobody knows it. */
bool match_has_pid(const struct match_step *step, const struct proc_fact *proc,
		   const struct view_env *env);
bool match_has_uid(const struct match_step *step, const struct proc_fact *proc,
		   const struct view_env *env);
bool match_has_comm(const struct match_step *step, const struct proc_fact *proc,
		    const struct view_env *env);
bool match_has_command(const struct match_step *step,
		       const struct proc_fact *proc,
		       const struct view_env *env);
bool match_has_user(const struct match_step *step, const struct proc_fact *proc,
		    const struct view_env *env);
bool match_has_unit(const struct match_step *step, const struct proc_fact *proc,
		    const struct view_env *env);
bool match_has_container(const struct match_step *step,
			 const struct proc_fact *proc,
			 const struct view_env *env);
bool match_has_proc_text(const struct match_step *step,
			 const struct proc_fact *proc,
			 const struct view_env *env);
bool match_is_named(const struct match_step *step, const struct addr *addr,
		    uint8_t family, const struct view_env *env);
bool match_is_in_country(const struct match_step *step, const struct addr *addr,
			 uint8_t family, const struct view_env *env);
bool match_is_in_city(const struct match_step *step, const struct addr *addr,
		      uint8_t family, const struct view_env *env);
bool match_is_in_asn(const struct match_step *step, const struct addr *addr,
		     uint8_t family, const struct view_env *env);
bool match_is_in_as(const struct match_step *step, const struct addr *addr,
		    uint8_t family, const struct view_env *env);
bool match_is_on_iface(const struct match_step *step, const struct addr *addr,
		       uint8_t family, const struct view_env *env);
bool match_has_host_text(const struct match_step *step, const struct addr *addr,
			 uint8_t family, const struct view_env *env);
bool match_has_service_text(const struct match_step *step, const char *name);

/* How much of a text has to be what was typed. */
enum match_how { MATCH_WHOLE, MATCH_PART, MATCH_DOMAIN };

/** match_text_is - whether @text is one of the test's values. @text: NULL or
 * "": unknown, which is false. */
bool match_text_is(const struct match_step *step, const char *text,
		   enum match_how how);

/** match_may_be - whether a text of nothing but @letters can be one. */
bool match_may_be(const struct match_step *step, const char *letters);

/** match_glob - '*' and '?', without case. @is_part: anywhere in @text. */
bool match_glob(const char *pattern, const char *text, bool is_part);

#endif
