/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Filter expressions: what was typed, as a tree. Knows nothing of flows; the
 * tree is made once and never changes.
 *
 *   filter = and { ("or" | "||" | "|") and }
 *   and    = unary { ["and" | "&&" | "&"] unary }
 *   unary  = ("not" | "!") unary | "(" filter ")" | test
 */
#ifndef FLOWTOP_FILTER_EXPR_H
#define FLOWTOP_FILTER_EXPR_H

#include "net/addr.h"

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a test looks at. Their words, aliases and kinds of values are rows of a
 * table in filter/fields.c. */
enum expr_field {
	/* Of an end: tuple, dir and protos of the test say which. */
	FIELD_HOST,    /* address or prefix, or a known name and below it */
	FIELD_NET,     /* prefix */
	FIELD_PORT,    /* numbers or ranges; services are numbers by then */
	FIELD_NAME,    /* known host name */
	FIELD_COUNTRY, /* code, or name as the database says it */
	FIELD_CITY,
	FIELD_ASN, /* number of the autonomous system */
	FIELD_AS,  /* its name */
	/* Of the flow. */
	FIELD_PROCESS,
	FIELD_CMD,
	FIELD_PID,
	FIELD_USER,
	FIELD_UID,
	FIELD_UNIT,
	FIELD_CONTAINER,
	FIELD_IFACE,
	FIELD_STATE,  /* as the program writes it: "SYN-SENT", compared by
		       * text without case; "_" is "-" */
	FIELD_PROTO,  /* number of the protocol */
	FIELD_FAMILY, /* 4 or 6: words ip, ip6 */
	FIELD_STATUS, /* words of the conntrack status: "assured" */
	FIELD_MARK,   /* number with mask */
	FIELD_ZONE,
	FIELD_LABEL,
	FIELD_HELPER,
	FIELD_ID,
	/* Compared with an amount: per second, so far, nanoseconds. */
	FIELD_RATE, /* bytes per second, both directions, smoothed */
	FIELD_RX,
	FIELD_TX,
	FIELD_PPS,
	FIELD_PACKETS,
	FIELD_BYTES,
	FIELD_RXBYTES,
	FIELD_TXBYTES,
	FIELD_AGE,
	FIELD_IDLE,
	FIELD_TIMEOUT,
	/* Flags: no value. */
	FIELD_IN,
	FIELD_OUT,
	FIELD_THROUGH,
	FIELD_LOOPBACK,
	FIELD_NAT,
	FIELD_SNAT,
	FIELD_DNAT,
	FIELD_ASSURED,
	FIELD_REPLIED,
	FIELD_UNREPLIED,
	FIELD_OFFLOAD,
	FIELD_ACTIVE,
	FIELD_CLOSED,
	FIELD_PRIVATE,
	FIELD_PUBLIC,
	FIELD_MULTICAST,
	/* A bare word: anywhere in program, command, user, names, addresses,
	 * service, country, city, network, unit. */
	FIELD_TEXT,
	/* A bare number: port or pid. */
	FIELD_NUMBER,
	EXPR_FIELDS
};

enum expr_tuple { TUPLE_ANY, TUPLE_ORIG, TUPLE_REPLY };

/* Ends as they are shown are those of the original tuple. Without a tuple
 * ENDS_ANY tests all four, ENDS_SRC and ENDS_DST those of both tuples. Local
 * and remote are the near side and the far end. */
enum expr_ends {
	ENDS_ANY,
	ENDS_SRC,
	ENDS_DST,
	ENDS_BOTH, /* src and dst */
	ENDS_LOCAL,
	ENDS_REMOTE,
};

enum expr_rel {
	REL_EQ,
	REL_LT,
	REL_LE,
	REL_GT,
	REL_GE,
	REL_REGEX,
	REL_CONTAINS
};

enum expr_value_type {
	EXPR_TEXT,   /* without case; '*' and '?' are a pattern if is_glob */
	EXPR_RANGE,  /* lo to hi, both included */
	EXPR_MASKED, /* lo is the value, hi the mask */
	EXPR_PREFIX, /* address and length */
	EXPR_REGEX,  /* POSIX extended, without case */
};

struct expr_value {
	enum expr_value_type type;
	bool is_glob;
	uint64_t lo, hi;
	double amount;  /* of fields that are compared; as expr_field says */
	uint8_t family; /* AF_INET or AF_INET6 */
	struct addr addr;
	uint8_t prefix;
	char *text; /* lower case for EXPR_TEXT; as typed for others */
	regex_t regex;
};

struct expr_test {
	enum expr_field field;
	enum expr_tuple tuple;
	enum expr_ends ends;
	uint64_t
		protos[4]; /* bit set of protocols in front of it; all 0: any */
	uint8_t family;    /* likewise: AF_INET, AF_INET6, 0 any */
	enum expr_rel rel;
	size_t n_values;
	struct expr_value *values; /* any of them */
};

enum expr_kind { EXPR_OR, EXPR_AND, EXPR_NOT, EXPR_TEST };

struct expr {
	enum expr_kind kind;
	bool has_parens; /* typed so */
	size_t n_children;
	struct expr **children; /* of EXPR_NOT one */
	struct expr_test test;
};

/* Words that are known only at run time. Everything is borrowed. */
struct expr_words {
	void *ctx;
	/* The port of service @name, whatever the protocol. Return: 0, or
	 * -ENOENT. May be NULL. */
	int (*service)(void *ctx, const char *name, uint16_t *port);
	/* Call @found for each known name of a service. May be NULL. */
	void (*each_service)(void *ctx,
			     void (*found)(void *arg, const char *name),
			     void *arg);
	/* The expression called @name ("@name" in a filter). Return: NULL when
	 * there is none. May be NULL. */
	const char *(*named)(void *ctx, const char *name);
	/* Call @found for values of @field that occur now, for completion. May
	 * be NULL. */
	void (*each_value)(void *ctx, enum expr_field field,
			   void (*found)(void *arg, const char *value),
			   void *arg);
};

#define EXPR_ERROR_SIZE 200
#define EXPR_TEXT_MAX 1024 /* bytes of an expression with the NUL */

struct expr_error {
	int column;         /* of the first wrong character, from 1 */
	bool is_unfinished; /* only something is missing at the end */
	char text[EXPR_ERROR_SIZE];
};

/**
 * expr_parse - make a tree of @text
 *
 * Return: to be freed with expr_free(); NULL with @error set, or, when @text is
 * blank, with error->column 0: no filter.
 */
struct expr *expr_parse(const char *text, const struct expr_words *words,
			struct expr_error *error);

/** expr_free - NULL is allowed. */
void expr_free(struct expr *expr);

/**
 * expr_echo - @expr in the words of the manual page, which reads the same
 * @is_mixed: and and or stood side by side without parentheses: worth showing
 *
 * Return: bytes without the NUL; cut at @size - 1.
 */
size_t expr_echo(const struct expr *expr, char *out, size_t size,
		 bool *is_mixed);

/**
 * expr_complete - what the word before @cursor may become
 * @cursor: offset in bytes
 * @start: where the word to be replaced begins
 * @found: called for each, best first; keywords, then values
 */
void expr_complete(const char *text, size_t cursor,
		   const struct expr_words *words, size_t *start,
		   void (*found)(void *arg, const char *word), void *arg);

#endif
