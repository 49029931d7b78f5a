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
	FIELD_COUNTRY, /* EXPR_TEXT with the two letters of the code */
	FIELD_CITY,
	FIELD_ASN, /* number of the autonomous system */
	FIELD_AS,  /* anywhere in its name */
	/* Of the flow. */
	FIELD_PROCESS,
	FIELD_CMD, /* anywhere in the command line */
	FIELD_PID,
	FIELD_USER, /* name, or its number in digits */
	FIELD_UID,
	FIELD_UNIT,
	FIELD_CONTAINER,
	FIELD_IFACE,
	FIELD_STATE,  /* as the program writes it: "SYN-SENT", compared by
		       * text without case; "_" is "-" */
	FIELD_PROTO,  /* number of the protocol */
	FIELD_FAMILY, /* AF_INET or AF_INET6: words ip, ip6 */
	FIELD_STATUS, /* words of the conntrack status: "assured" */
	FIELD_MARK,   /* EXPR_MASKED, always */
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

/* Ends as they are shown are those of the original tuple: so are ENDS_SRC,
 * ENDS_DST and ENDS_BOTH without a tuple. ENDS_ANY without one tests all four.
 * Local and remote are the near side and the far end. */
enum expr_ends {
	ENDS_ANY,
	ENDS_SRC,
	ENDS_DST,
	ENDS_BOTH, /* src and dst */
	ENDS_LOCAL,
	ENDS_REMOTE,
};

/* "!=" and "!~" are EXPR_NOT of a test. With the four orders it has one value;
 * with REL_REGEX and REL_CONTAINS any of its values will do, too. */
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
	EXPR_AMOUNT, /* of fields that are compared */
};

struct expr_value {
	enum expr_value_type type;
	bool is_glob;
	uint64_t lo, hi;
	double amount;  /* of fields that are compared; as expr_field says */
	uint8_t family; /* AF_INET or AF_INET6 */
	struct addr addr;
	uint8_t prefix;
	char *text; /* ASCII in lower case for EXPR_TEXT; as the echo writes
		     * it for EXPR_REGEX and EXPR_AMOUNT; NULL for others */
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
	/* Call @found for the name of each named filter, without "@". May be
	 * NULL. */
	void (*each_named)(void *ctx,
			   void (*found)(void *arg, const char *name),
			   void *arg);
};

#define EXPR_ERROR_SIZE 200
#define EXPR_COMPLETIONS 256
#define EXPR_TEXT_MAX 1024 /* bytes of an expression with the NUL */

struct expr_error {
	int column;         /* of the first wrong byte, from 1 */
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

/**
 * expr_seek - a tree of what is looked for: @text as a filter, or else as a
 * text that may occur anywhere
 * @text: without blanks around it
 *
 * A word of the language that is a filter by itself, and a bare number, are
 * both: "in" is whatever comes in, and "in" in a name.
 * Return: to be freed with expr_free(); NULL when @text is empty.
 */
struct expr *expr_seek(const char *text, const struct expr_words *words);

/** expr_free - NULL is allowed. */
void expr_free(struct expr *expr);

/**
 * expr_echo - @expr in the words of the manual page, which reads the same
 * @is_mixed: and and or stood side by side without parentheses: worth showing;
 *	NULL: who cares
 *
 * Return: bytes without the NUL; cut at @size - 1.
 */
size_t expr_echo(const struct expr *expr, char *out, size_t size,
		 bool *is_mixed);

/**
 * expr_hint - a field that a bare text in @expr is a slip of the pen away from,
 * or a value of
 *
 * For when nothing matches: "did you mean country?". Return: static; NULL:
 * there is none, or @expr is NULL.
 */
const char *expr_hint(const struct expr *expr);

/**
 * expr_complete - what the word before @cursor may become
 * @cursor: offset in bytes, at most the length of @text
 * @start: where the word to be replaced begins, its quote included
 * @found: called for each, best first: values that occur now, then names that
 *	are known; or words of the language. In quotes where it needs them. The
 *	text is valid for the call. At most EXPR_COMPLETIONS.
 */
void expr_complete(const char *text, size_t cursor,
		   const struct expr_words *words, size_t *start,
		   void (*found)(void *arg, const char *word), void *arg);

#endif
