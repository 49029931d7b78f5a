/* SPDX-License-Identifier: GPL-2.0-only */
/* Trees of filter expressions, compared; and words that a test knows. */
#ifndef FLOWTOP_TESTS_UNIT_EXPRGEN_H
#define FLOWTOP_TESTS_UNIT_EXPRGEN_H

#include "filter/expr.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	uint16_t port;
} test_services[] = {
	{ "http", 80 },   { "https", 443 }, { "ssh", 22 },
	{ "domain", 53 }, { "smtp", 25 },   { "http-alt", 8080 },
	{ "imaps", 993 },
};

static inline int test_service(void *ctx, const char *name, uint16_t *port)
{
	(void)ctx;
	for (size_t i = 0; i < sizeof(test_services) / sizeof(*test_services);
	     i++)
		if (!strcasecmp(test_services[i].name, name)) {
			*port = test_services[i].port;
			return 0;
		}
	return -ENOENT;
}

static inline void test_each_service(void *ctx,
				     void (*found)(void *arg, const char *name),
				     void *arg)
{
	(void)ctx;
	for (size_t i = 0; i < sizeof(test_services) / sizeof(*test_services);
	     i++)
		found(arg, test_services[i].name);
}

static inline const char *test_named(void *ctx, const char *name)
{
	static const char *const named[][2] = {
		{ "web", "port 80 or 443" },
		{ "bad", "tcp and or udp" },
		{ "empty", " " },
		{ "self", "tcp and @self" },
		{ "ping", "@pong" },
		{ "pong", "udp or @ping" },
		{ "outer", "tcp and not @web" },
		{ "wide0", "@wide1 @wide1 @wide1 @wide1" },
		{ "wide1", "@wide2 @wide2 @wide2 @wide2" },
		{ "wide2", "@wide3 @wide3 @wide3 @wide3" },
		{ "wide3", "@web @web @web @web" },
	};

	(void)ctx;
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		if (!strcmp(named[i][0], name))
			return named[i][1];
	return NULL;
}

static inline void test_each_value(void *ctx, enum expr_field field,
				   void (*found)(void *arg, const char *value),
				   void *arg)
{
	(void)ctx;
	if (field == FIELD_PROCESS) {
		found(arg, "firefox");
		found(arg, "Web Content");
		found(arg, "and");
	} else if (field == FIELD_COUNTRY) {
		found(arg, "US");
		found(arg, "DE");
	} else if (field == FIELD_STATE) {
		found(arg, "ESTABLISHED");
	}
}

static const struct expr_words test_words = {
	.service = test_service,
	.each_service = test_each_service,
	.named = test_named,
	.each_value = test_each_value,
};

static inline bool value_is_same(const struct expr_value *a,
				 const struct expr_value *b)
{
	return a->type == b->type && a->is_glob == b->is_glob &&
	       a->lo == b->lo && a->hi == b->hi &&
	       !memcmp(&a->amount, &b->amount, sizeof(a->amount)) &&
	       a->family == b->family && addr_equal(&a->addr, &b->addr) &&
	       a->prefix == b->prefix && !a->text == !b->text &&
	       (!a->text || !strcmp(a->text, b->text));
}

/* Parentheses may differ where they change nothing. */
static inline bool expr_is_same(const struct expr *a, const struct expr *b)
{
	const struct expr_test *x = &a->test, *y = &b->test;

	if (a->kind != b->kind || a->n_children != b->n_children ||
	    x->field != y->field || x->tuple != y->tuple ||
	    x->ends != y->ends || x->family != y->family || x->rel != y->rel ||
	    memcmp(x->protos, y->protos, sizeof(x->protos)) != 0 ||
	    x->n_values != y->n_values)
		return false;
	for (size_t i = 0; i < x->n_values; i++)
		if (!value_is_same(&x->values[i], &y->values[i]))
			return false;
	for (size_t i = 0; i < a->n_children; i++)
		if (!expr_is_same(a->children[i], b->children[i]))
			return false;
	return true;
}

#endif
