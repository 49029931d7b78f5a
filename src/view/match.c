// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tree of tests becomes a list of steps. It is made from its end: when a step
 * is added, those that follow it are there already, and it knows where they
 * are.
 */
#include "view/match.h"

#include "filter/expr.h"
#include "flow/host.h"
#include "lib/str.h"
#include "view/matchstep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Instead of the number of a step. */
#define GO_FALSE UINT16_MAX
#define GO_TRUE (UINT16_MAX - 1)
#define STEPS_MAX (UINT16_MAX - 1)

struct match {
	struct expr *expr;
	char *text;
	struct match_step *steps;
	size_t n, room;
	uint16_t first;
	unsigned int lines;
	uint8_t n_slots[MEMO_KINDS];
	struct memos memos;
	struct view_env env; /* of the walk; what is known counts, whether it is
			      * shown or not */
};

/* ---------------------------------------------------------------- steps */

static struct match_step *add_step(struct match *m)
{
	struct match_step *steps;
	size_t room = m->room ? m->room * 2 : 16;

	if (m->n == STEPS_MAX)
		return NULL;
	if (m->n == m->room) {
		steps = realloc(m->steps, room * sizeof(*steps));
		if (!steps)
			return NULL;
		m->steps = steps;
		m->room = room;
	}
	steps = &m->steps[m->n++];
	*steps = (struct match_step){ .slot = MEMO_SLOTS };
	return steps;
}

/* Return: 0, and *@at is where it begins; or -ENOMEM. */
static int put_test(struct match *m, const struct match_field *field,
		    const struct expr_test *test, uint16_t yes, uint16_t no,
		    uint16_t *at)
{
	struct match_step *step = add_step(m);
	uint8_t *n_slots = &m->n_slots[field->memo];

	if (!step)
		return -ENOMEM;
	step->field = field;
	step->is_true = field->is_true;
	step->test = test;
	step->yes = yes;
	step->no = no;
	if (field->memo && *n_slots < MEMO_SLOTS)
		step->slot = (*n_slots)++;
	m->lines |= field->lines;
	*at = (uint16_t)(m->n - 1);
	return field->prepare ? field->prepare(step) : 0;
}

static int put_any(struct match *m, const struct match_field *const *fields,
		   size_t n, const struct expr_test *test, uint16_t yes,
		   uint16_t no, uint16_t *at)
{
	int err = 0;

	for (*at = no; !err && n; n--)
		err = put_test(m, fields[n - 1], test, yes, *at, at);
	return err;
}

static int put_field(struct match *m, const struct expr_test *test,
		     uint16_t yes, uint16_t no, uint16_t *at)
{
	const struct match_field *texts[] = { &match_text_proc,
					      &match_text_service,
					      &match_text_host };
	const struct match_field *numbers[] = { match_field_find(FIELD_PID),
						match_field_find(FIELD_PORT) };

	if (test->field == FIELD_TEXT)
		return put_any(m, texts, 3, test, yes, no, at);
	if (test->field == FIELD_NUMBER)
		return put_any(m, numbers, 2, test, yes, no, at);
	return put_test(m, match_field_find(test->field), test, yes, no, at);
}

static bool has_protos(const struct expr_test *test)
{
	return test->protos[0] | test->protos[1] | test->protos[2] |
	       test->protos[3];
}

/* "tcp port 22" is three tests, if one sees it so. */
static int put_leaf(struct match *m, const struct expr_test *test, uint16_t yes,
		    uint16_t no, uint16_t *at)
{
	int err = put_field(m, test, yes, no, at);

	if (!err && has_protos(test))
		err = put_test(m, &match_protos, test, *at, no, at);
	if (!err && test->family)
		err = put_test(m, &match_families, test, *at, no, at);
	return err;
}

/* ----------------------------------------------------------------- tree */

static unsigned int cost_of_test(const struct expr_test *test)
{
	const struct match_field *field = match_field_find(test->field);

	return field ? field->cost
		     : match_text_proc.cost + match_text_host.cost;
}

static unsigned int cost_of(const struct expr *expr)
{
	unsigned int cost = 0;

	if (expr->kind == EXPR_TEST)
		return cost_of_test(&expr->test);
	for (size_t i = 0; i < expr->n_children; i++)
		cost += cost_of(expr->children[i]);
	return cost;
}

struct child {
	const struct expr *expr;
	unsigned int cost;
	size_t index; /* of equal ones the first comes first */
};

static int compare_children(const void *a, const void *b)
{
	const struct child *x = a, *y = b;

	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static struct child *sorted_children(const struct expr *expr)
{
	struct child *children =
		calloc(expr->n_children + 1, sizeof(*children));

	if (!children)
		return NULL;
	for (size_t i = 0; i < expr->n_children; i++)
		children[i] = (struct child){ expr->children[i],
					      cost_of(expr->children[i]), i };
	qsort(children, expr->n_children, sizeof(*children), compare_children);
	return children;
}

static int put(struct match *m, const struct expr *expr, uint16_t yes,
	       uint16_t no, uint16_t *at);

/* The last one decides; those before it go on to the next one. */
static int put_children(struct match *m, const struct expr *expr, uint16_t yes,
			uint16_t no, uint16_t *at)
{
	struct child *children = sorted_children(expr);
	bool is_and = expr->kind == EXPR_AND;
	int err = children ? 0 : -ENOMEM;

	*at = is_and ? yes : no;
	for (size_t i = expr->n_children; !err && i; i--)
		err = is_and ? put(m, children[i - 1].expr, *at, no, at)
			     : put(m, children[i - 1].expr, yes, *at, at);
	free(children);
	return err;
}

static int put(struct match *m, const struct expr *expr, uint16_t yes,
	       uint16_t no, uint16_t *at)
{
	switch (expr->kind) {
	case EXPR_TEST:
		return put_leaf(m, &expr->test, yes, no, at);
	case EXPR_NOT:
		return put(m, expr->children[0], no, yes, at);
	default:
		return put_children(m, expr, yes, no, at);
	}
}

/* ------------------------------------------------------------------ API */

struct match *match_new(struct expr *expr, const char *text)
{
	struct match *m = calloc(1, sizeof(*m));

	if (!m) {
		expr_free(expr);
		return NULL;
	}
	m->expr = expr;
	m->text = strdup(text);
	if (m->text && !put(m, expr, GO_TRUE, GO_FALSE, &m->first) &&
	    !memos_init(&m->memos, m->n_slots))
		return m;
	match_free(m);
	return NULL;
}

struct match *match_parse(const char *text, const struct expr_words *words,
			  struct expr_error *error)
{
	struct expr *expr = expr_parse(text, words, error);
	struct match *m = expr ? match_new(expr, text) : NULL;

	if (expr && !m) {
		*error = (struct expr_error){ .column = 0 };
		str_copy(error->text, sizeof(error->text), "out of memory");
	}
	return m;
}

void match_free(struct match *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++) {
		free(m->steps[i].ranges);
		free(m->steps[i].nets);
		free(m->steps[i].states);
	}
	memos_fini(&m->memos);
	free(m->steps);
	free(m->text);
	expr_free(m->expr);
	free(m);
}

const char *match_text(const struct match *m)
{
	return m->text;
}

const struct expr *match_expr(const struct match *m)
{
	return m->expr;
}

unsigned int match_lines(const struct match *m)
{
	return m->lines;
}

static void know_all(struct view_env *env)
{
	env->no_names = env->no_services = env->no_places = false;
}

void match_begin(struct match *m, const struct view_env *env)
{
	m->env = *env;
	know_all(&m->env);
	memos_begin(&m->memos, env->now_ns);
}

static bool test(const struct match *m, const struct subject *s)
{
	uint16_t at = m->first;

	while (at < GO_TRUE) {
		const struct match_step *step = &m->steps[at];

		at = step->is_true(step, s) ? step->yes : step->no;
	}
	return at == GO_TRUE;
}

bool match_test(struct match *m, const struct flow *flow, bool is_ghost)
{
	const struct subject subject = {
		.flow = flow,
		.has = counter_get(&flow->hot.has),
		.is_ghost = is_ghost,
		.env = &m->env,
		.memos = &m->memos,
	};

	return test(m, &subject);
}

/* A flow that is in no table. */
static void flow_of_row(struct flow *flow, const struct row *row)
{
	const struct flow_info *info = &row->info;

	memset(flow, 0, sizeof(*flow));
	flow->key = info->key;
	flow->id = info->id;
	flow->reply = info->reply;
	flow->zone_reply = info->zone_reply;
	flow->born_ns = info->born_ns;
	flow->hot.family = info->key.family;
	flow->hot.proto = info->key.proto;
#define COPY(field, value) counter_set(&flow->field, value)
	for (int dir = 0; dir < DIR_MAX; dir++) {
		flow->host[dir] = HOST_NONE;
		COPY(hot.bytes[dir], info->bytes[dir]);
		COPY(hot.packets[dir], info->packets[dir]);
		counter_set_float(&flow->hot.rate[dir], info->rate[dir]);
		counter_set_float(&flow->hot.smooth[dir], info->smooth[dir]);
		counter_set_float(&flow->packet_rate[dir],
				  info->packet_rate[dir]);
	}
	COPY(hot.has, info->has);
	COPY(hot.status, info->status);
	COPY(hot.state, info->state);
	COPY(hot.dir, info->dir);
	COPY(start_ns, info->start_ns);
	COPY(active_ns, info->active_ns);
	COPY(sampled_ns, info->sampled_ns);
	COPY(mark, info->mark);
	COPY(timeout_s, info->timeout_s);
#undef COPY
	atomic_init(&flow->extra, &info->extra);
}

bool match_test_row(struct match *m, const struct row *row,
		    const struct view_env *env)
{
	struct view_env all = *env;
	struct flow flow;
	const struct subject subject = {
		.flow = &flow,
		.has = row->info.has,
		.is_ghost = row->is_closed,
		.env = &all,
		.proc = row->proc,
	};

	know_all(&all);
	flow_of_row(&flow, row);
	return test(m, &subject);
}
