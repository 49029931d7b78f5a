/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the parser share. */
#ifndef FLOWTOP_FILTER_PARSER_H
#define FLOWTOP_FILTER_PARSER_H

#include "filter/expr.h"
#include "filter/lex.h"
#include "filter/words.h"

#include <stdbool.h>
#include <stddef.h>

/* Far beyond what anybody types; what a stack and a tick can bear. */
#define MAX_DEPTH 64   /* of parentheses and nots */
#define MAX_TESTS 1024 /* with those of named filters */
#define MAX_NAMED 64   /* references to named filters, in all */

/* Which named filters are being read: a name may not come twice. */
struct naming {
	const struct naming *outer;
	const char *name;
};

/* What the text would go on with where it ends: for completion. */
enum expect {
	EXPECT_CONDITION, /* nothing stands there yet */
	EXPECT_JOINT,     /* after a whole condition */
	EXPECT_END,       /* after orig, reply: src, dst or a word of an end */
	EXPECT_HOST,      /* after src, dst: a word of an end, or an address */
	EXPECT_VALUE,
	EXPECT_ORDER, /* a comparison sign */
};

struct parser {
	const char *text;
	size_t at; /* everything before it is read */
	const struct expr_words *words;
	struct expr_error *error;
	const struct naming *naming;
	size_t depth;
	bool is_trial;             /* only whether, not why: no suggestions */
	size_t *n_tests, *n_named; /* shared with named filters */

	/* The test that ends at @at, to say what is wrong with what follows. */
	struct {
		bool is_bare;
		enum expr_field field;
		enum expr_rel rel;
		struct token value;
		size_t end; /* 0: there is none */
	} last;

	enum expect expect;
	enum expr_field expect_field;
};

#define WORD_SHOWN 40 /* bytes of a typed word in a message */

/** fail - the first call counts. @at: offset of the wrong byte. */
void fail(struct parser *p, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** fail_unfinished - the same, when the text may yet become right. */
void fail_unfinished(struct parser *p, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** has_failed - whether one of both was called. */
bool has_failed(const struct parser *p);

/** shown - @token as it was typed, cut; in a buffer of WORD_SHOWN + 4. */
const char *shown(const struct parser *p, const struct token *token, char *out);

/** is_last - whether the text ends with @token: it may still grow. */
bool is_last(const struct parser *p, const struct token *token);

/**
 * value_read - one value of @field
 * @field: changed where the value says so: "as 64500" is asn
 * @value: on success to be freed with value_fini()
 *
 * Return: false with the error set.
 */
bool value_read(struct parser *p, enum expr_field *field,
		const struct token *token, struct expr_value *value);

/** value_fits - whether it would do without an error. */
bool value_fits(const struct parser *p, enum expr_field field,
		const struct token *token);

void value_fini(struct expr_value *value);

/** value_regex - of a text field. Return: false with the error set. */
bool value_regex(struct parser *p, const struct token *token,
		 struct expr_value *value);

/** amount_read - "10Mbit", "1h30m". Return: false with the error set. */
bool amount_read(struct parser *p, enum expr_field field,
		 const struct token *token, struct expr_value *value);

/** amount_is_unit - a unit as a word of its own: "minutes".
 * @name: its short form. */
bool amount_is_unit(enum expr_field field, const char *text, const char **name);

/** address_is_like - digits and dots, or colons: meant to be an address. */
bool address_is_like(const char *text);

/**
 * address_read - address, with or without a prefix length
 * @is_net: missing bytes are zero: "10" is 10.0.0.0/8
 */
bool address_read(struct parser *p, const struct token *token, bool is_net,
		  struct expr_value *value);

/** test_read - endpoint, field, comparison, flag, protocol or bare value, as
 * the tree. Return: NULL with the error set. */
struct expr *test_read(struct parser *p, const struct token *first,
		       bool is_joined);

/**
 * values_read - a relation and values into @expr
 * @expr: a test with nothing but its field and ends; taken
 * @word: what stands before them; NULL for bare values, without a relation
 * @is_host: no field was named; an address with a length is a network then
 *
 * Return: @expr, or EXPR_NOT of it; NULL with the error set.
 */
struct expr *values_read(struct parser *p, struct expr *expr,
			 const struct token *word, bool is_host);

/** filter_read - a whole filter to the end of the text. */
struct expr *filter_read(struct parser *p);

/** text_is_plain - whether @text needs no quotes as a value. */
bool text_is_plain(const char *text);

/** test_new - an empty test. */
struct expr *test_new(enum expr_field field);

/** not_new - @child, or NULL of NULL, denied. */
struct expr *not_new(struct expr *child);

/** check_text - too long, or with characters that cannot be shown. */
bool check_text(struct parser *p);

/** known_trouble - words of tcpdump and options of conntrack that have no
 * meaning here: sets the error. @word: lower case. */
bool known_trouble(struct parser *p, const struct token *token,
		   const char *word);

/** suggest_field - the field nearest to @word; NULL: none is near. */
const char *suggest_field(const char *word);

/**
 * nearest - keeps the best of the candidates it is shown
 *
 * Start with .word; .best is "" while nothing is near.
 */
struct nearest {
	const char *word;
	char best[64];
	unsigned int distance;
	bool is_start; /* @word is how a candidate begins */
};
void nearest_see(struct nearest *nearest, const char *candidate);

#endif
