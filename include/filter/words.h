/* SPDX-License-Identifier: GPL-2.0-only */
/* The words of the filter language and what each field takes: two tables that
 * the parser, the echo, completion and suggestions read. */
#ifndef FLOWTOP_FILTER_WORDS_H
#define FLOWTOP_FILTER_WORDS_H

#include "filter/expr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum word_class {
	WORD_AND,
	WORD_OR,
	WORD_NOT,
	WORD_TUPLE,
	WORD_DIR,    /* which end */
	WORD_END,    /* a field of an end */
	WORD_FIELD,  /* a field of the flow */
	WORD_AMOUNT, /* a field that is compared */
	WORD_FLAG,
	WORD_PROTO,
	WORD_FAMILY,
	WORD_REL, /* only where a relation may stand */
};

struct filter_word {
	const char *name;
	enum word_class class;
	bool is_alias; /* another word is what the echo writes */
	uint8_t field; /* enum expr_field */
	uint8_t tuple; /* enum expr_tuple */
	uint8_t ends;  /* enum expr_ends */
	uint8_t rel;   /* enum expr_rel */
	uint8_t proto; /* WORD_PROTO, and WORD_END with a protocol of its own */
	uint8_t family;
};

extern const struct filter_word filter_words[];
extern const size_t n_filter_words;

/** word_find - the row of @length bytes at @text, any case; NULL: none. */
const struct filter_word *word_find(const char *text, size_t length);

/** word_takes_value - whether values follow it. */
bool word_takes_value(const struct filter_word *word);

/* What values of a field look like. */
enum value_kind {
	KIND_NONE, /* flags */
	KIND_HOST,
	KIND_NET,
	KIND_PORT,
	KIND_TEXT,
	KIND_COUNTRY,
	KIND_ASN,
	KIND_AS,
	KIND_NUMBER,
	KIND_MARK,
	KIND_STATE,
	KIND_STATUS,
	KIND_PROTO,
	KIND_RATE,
	KIND_COUNT,
	KIND_SIZE,
	KIND_TIME,
};

struct filter_field {
	const char *name; /* what the echo writes */
	enum value_kind kind;
	uint64_t max;        /* of numbers */
	const char *by_name; /* the field for names where this takes numbers */
};

/** field_find - what @field takes; never NULL. */
const struct filter_field *field_find(enum expr_field field);

/** field_is_amount - whether it is compared with an amount. */
bool field_is_amount(enum expr_field field);

/** field_is_text - whether ~ and contains may be used. */
bool field_is_text(enum expr_field field);

/** proto_word - the word of protocol @number; NULL: none. */
const char *proto_word(uint8_t number);

/** proto_text - that word, or else its name elsewhere; NULL: none. */
const char *proto_text(uint8_t number);

#endif
