// SPDX-License-Identifier: GPL-2.0-only
/* The words of the filter language. To add one, add a row, and its words in
 * flowtop-filter(7). */
#include "filter/words.h"

#include "lib/str.h"
#include "net/proto.h"

#include <netinet/in.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

#define END(word, what)                                                        \
	{                                                                      \
		.name = word, .class = WORD_END, .field = what                 \
	}
#define END_ALIAS(word, what, which, number)                                   \
	{                                                                      \
		.name = word, .class = WORD_END, .is_alias = true,             \
		.field = what, .ends = which, .proto = number                  \
	}
#define FIELD(word, what)                                                      \
	{                                                                      \
		.name = word, .class = WORD_FIELD, .field = what               \
	}
#define FIELD_ALIAS(word, what)                                                \
	{                                                                      \
		.name = word, .class = WORD_FIELD, .is_alias = true,           \
		.field = what                                                  \
	}
#define AMOUNT(word, what)                                                     \
	{                                                                      \
		.name = word, .class = WORD_AMOUNT, .field = what              \
	}
#define FLAG(word, what)                                                       \
	{                                                                      \
		.name = word, .class = WORD_FLAG, .field = what                \
	}
#define FLAG_ALIAS(word, what)                                                 \
	{                                                                      \
		.name = word, .class = WORD_FLAG, .is_alias = true,            \
		.field = what                                                  \
	}
#define PROTO(word, number)                                                    \
	{                                                                      \
		.name = word, .class = WORD_PROTO, .proto = number             \
	}
#define FAMILY(word, alias, number)                                            \
	{                                                                      \
		.name = word, .class = WORD_FAMILY, .is_alias = alias,         \
		.family = number                                               \
	}
#define DIR(word, which)                                                       \
	{                                                                      \
		.name = word, .class = WORD_DIR, .ends = which                 \
	}
#define REL(word, which)                                                       \
	{                                                                      \
		.name = word, .class = WORD_REL, .rel = which                  \
	}

/* Completion offers them in this order. */
// clang-format off
const struct filter_word filter_words[] = {
	END("host", FIELD_HOST),
	END("port", FIELD_PORT),
	END("net", FIELD_NET),
	DIR("src", ENDS_SRC),
	DIR("dst", ENDS_DST),
	DIR("local", ENDS_LOCAL),
	DIR("remote", ENDS_REMOTE),
	FIELD("process", FIELD_PROCESS),
	FIELD("pid", FIELD_PID),
	FIELD("user", FIELD_USER),
	FIELD("state", FIELD_STATE),
	END("country", FIELD_COUNTRY),
	END("city", FIELD_CITY),
	END("asn", FIELD_ASN),
	END("as", FIELD_AS),
	END("name", FIELD_NAME),
	FIELD("cmd", FIELD_CMD),
	FIELD("uid", FIELD_UID),
	FIELD("unit", FIELD_UNIT),
	FIELD("container", FIELD_CONTAINER),
	FIELD("iface", FIELD_IFACE),
	FIELD("proto", FIELD_PROTO),
	FIELD("status", FIELD_STATUS),
	FIELD("mark", FIELD_MARK),
	FIELD("zone", FIELD_ZONE),
	FIELD("label", FIELD_LABEL),
	FIELD("helper", FIELD_HELPER),
	FIELD("id", FIELD_ID),
	FIELD("text", FIELD_TEXT),
	AMOUNT("rate", FIELD_RATE),
	AMOUNT("rx", FIELD_RX),
	AMOUNT("tx", FIELD_TX),
	AMOUNT("pps", FIELD_PPS),
	AMOUNT("packets", FIELD_PACKETS),
	AMOUNT("bytes", FIELD_BYTES),
	AMOUNT("rxbytes", FIELD_RXBYTES),
	AMOUNT("txbytes", FIELD_TXBYTES),
	AMOUNT("age", FIELD_AGE),
	AMOUNT("idle", FIELD_IDLE),
	AMOUNT("timeout", FIELD_TIMEOUT),
	PROTO("tcp", IPPROTO_TCP),
	PROTO("udp", IPPROTO_UDP),
	PROTO("icmp", IPPROTO_ICMP),
	PROTO("icmp6", IPPROTO_ICMPV6),
	PROTO("sctp", IPPROTO_SCTP),
	PROTO("dccp", IPPROTO_DCCP),
	PROTO("udplite", IPPROTO_UDPLITE),
	PROTO("gre", IPPROTO_GRE),
	PROTO("esp", IPPROTO_ESP),
	PROTO("ah", IPPROTO_AH),
	FAMILY("ip", false, FAMILY_IPV4),
	FAMILY("ip6", false, FAMILY_IPV6),
	FLAG("in", FIELD_IN),
	FLAG("out", FIELD_OUT),
	FLAG("through", FIELD_THROUGH),
	FLAG("loopback", FIELD_LOOPBACK),
	FLAG("nat", FIELD_NAT),
	FLAG("snat", FIELD_SNAT),
	FLAG("dnat", FIELD_DNAT),
	FLAG("assured", FIELD_ASSURED),
	FLAG("replied", FIELD_REPLIED),
	FLAG("unreplied", FIELD_UNREPLIED),
	FLAG("offload", FIELD_OFFLOAD),
	FLAG("active", FIELD_ACTIVE),
	FLAG("closed", FIELD_CLOSED),
	FLAG("private", FIELD_PRIVATE),
	FLAG("public", FIELD_PUBLIC),
	FLAG("multicast", FIELD_MULTICAST),
	{ .name = "orig", .class = WORD_TUPLE, .tuple = TUPLE_ORIG },
	{ .name = "reply", .class = WORD_TUPLE, .tuple = TUPLE_REPLY },
	{ .name = "and", .class = WORD_AND },
	{ .name = "or", .class = WORD_OR },
	{ .name = "not", .class = WORD_NOT },

	REL("contains", REL_CONTAINS),
	REL("matches", REL_REGEX),
	REL("eq", REL_EQ),
	{ .name = "ne", .class = WORD_REL, .rel = REL_EQ, .is_alias = true },
	REL("lt", REL_LT),
	REL("le", REL_LE),
	REL("gt", REL_GT),
	REL("ge", REL_GE),

	END_ALIAS("portrange", FIELD_PORT, ENDS_ANY, 0),
	END_ALIAS("service", FIELD_PORT, ENDS_ANY, 0),
	END_ALIAS("svc", FIELD_PORT, ENDS_ANY, 0),
	END_ALIAS("sport", FIELD_PORT, ENDS_SRC, 0),
	END_ALIAS("dport", FIELD_PORT, ENDS_DST, 0),
	END_ALIAS("cc", FIELD_COUNTRY, ENDS_ANY, 0),
	END_ALIAS("hostname", FIELD_NAME, ENDS_ANY, 0),
	END_ALIAS("dns", FIELD_NAME, ENDS_ANY, 0),
	FIELD_ALIAS("proc", FIELD_PROCESS),
	FIELD_ALIAS("comm", FIELD_PROCESS),
	FIELD_ALIAS("interface", FIELD_IFACE),
	FIELD_ALIAS("dev", FIELD_IFACE),
	FIELD_ALIAS("fwmark", FIELD_MARK),
	FIELD_ALIAS("ctmark", FIELD_MARK),
	{ .name = "duration", .class = WORD_AMOUNT, .is_alias = true,
	  .field = FIELD_AGE },
	FLAG_ALIAS("inbound", FIELD_IN),
	FLAG_ALIAS("outbound", FIELD_OUT),
	FLAG_ALIAS("forward", FIELD_THROUGH),
	FLAG_ALIAS("any-nat", FIELD_NAT),
	FLAG_ALIAS("src-nat", FIELD_SNAT),
	FLAG_ALIAS("dst-nat", FIELD_DNAT),
	FAMILY("ipv4", true, FAMILY_IPV4),
	FAMILY("ipv6", true, FAMILY_IPV6),
	FAMILY("inet", true, FAMILY_IPV4),
	FAMILY("inet6", true, FAMILY_IPV6),
	END_ALIAS("ip.addr", FIELD_HOST, ENDS_ANY, 0),
	END_ALIAS("ip.src", FIELD_HOST, ENDS_SRC, 0),
	END_ALIAS("ip.dst", FIELD_HOST, ENDS_DST, 0),
	END_ALIAS("ipv6.addr", FIELD_HOST, ENDS_ANY, 0),
	END_ALIAS("ipv6.src", FIELD_HOST, ENDS_SRC, 0),
	END_ALIAS("ipv6.dst", FIELD_HOST, ENDS_DST, 0),
	END_ALIAS("tcp.port", FIELD_PORT, ENDS_ANY, IPPROTO_TCP),
	END_ALIAS("tcp.srcport", FIELD_PORT, ENDS_SRC, IPPROTO_TCP),
	END_ALIAS("tcp.dstport", FIELD_PORT, ENDS_DST, IPPROTO_TCP),
	END_ALIAS("udp.port", FIELD_PORT, ENDS_ANY, IPPROTO_UDP),
	END_ALIAS("udp.srcport", FIELD_PORT, ENDS_SRC, IPPROTO_UDP),
	END_ALIAS("udp.dstport", FIELD_PORT, ENDS_DST, IPPROTO_UDP),
};

static const struct filter_field fields[EXPR_FIELDS] = {
	[FIELD_HOST] = { "host", KIND_HOST, 0, NULL },
	[FIELD_NET] = { "net", KIND_NET, 0, NULL },
	[FIELD_PORT] = { "port", KIND_PORT, UINT16_MAX, NULL },
	[FIELD_NAME] = { "name", KIND_TEXT, 0, NULL },
	[FIELD_COUNTRY] = { "country", KIND_COUNTRY, 0, NULL },
	[FIELD_CITY] = { "city", KIND_TEXT, 0, NULL },
	[FIELD_ASN] = { "asn", KIND_ASN, UINT32_MAX, "as" },
	[FIELD_AS] = { "as", KIND_AS, 0, NULL },
	[FIELD_PROCESS] = { "process", KIND_TEXT, 0, NULL },
	[FIELD_CMD] = { "cmd", KIND_TEXT, 0, NULL },
	[FIELD_PID] = { "pid", KIND_NUMBER, INT32_MAX, "process" },
	[FIELD_USER] = { "user", KIND_TEXT, 0, NULL },
	[FIELD_UID] = { "uid", KIND_NUMBER, UINT32_MAX, "user" },
	[FIELD_UNIT] = { "unit", KIND_TEXT, 0, NULL },
	[FIELD_CONTAINER] = { "container", KIND_TEXT, 0, NULL },
	[FIELD_IFACE] = { "iface", KIND_TEXT, 0, NULL },
	[FIELD_STATE] = { "state", KIND_STATE, 0, NULL },
	[FIELD_PROTO] = { "proto", KIND_PROTO, UINT8_MAX, NULL },
	[FIELD_FAMILY] = { "ip", KIND_NONE, 0, NULL },
	[FIELD_STATUS] = { "status", KIND_STATUS, 0, NULL },
	[FIELD_MARK] = { "mark", KIND_MARK, UINT32_MAX, NULL },
	[FIELD_ZONE] = { "zone", KIND_NUMBER, UINT16_MAX, NULL },
	[FIELD_LABEL] = { "label", KIND_TEXT, 0, NULL },
	[FIELD_HELPER] = { "helper", KIND_TEXT, 0, NULL },
	[FIELD_ID] = { "id", KIND_NUMBER, UINT32_MAX, NULL },
	[FIELD_RATE] = { "rate", KIND_RATE, 0, NULL },
	[FIELD_RX] = { "rx", KIND_RATE, 0, NULL },
	[FIELD_TX] = { "tx", KIND_RATE, 0, NULL },
	[FIELD_PPS] = { "pps", KIND_COUNT, 0, NULL },
	[FIELD_PACKETS] = { "packets", KIND_COUNT, 0, NULL },
	[FIELD_BYTES] = { "bytes", KIND_SIZE, 0, NULL },
	[FIELD_RXBYTES] = { "rxbytes", KIND_SIZE, 0, NULL },
	[FIELD_TXBYTES] = { "txbytes", KIND_SIZE, 0, NULL },
	[FIELD_AGE] = { "age", KIND_TIME, 0, NULL },
	[FIELD_IDLE] = { "idle", KIND_TIME, 0, NULL },
	[FIELD_TIMEOUT] = { "timeout", KIND_TIME, 0, NULL },
	[FIELD_IN] = { "in", KIND_NONE, 0, NULL },
	[FIELD_OUT] = { "out", KIND_NONE, 0, NULL },
	[FIELD_THROUGH] = { "through", KIND_NONE, 0, NULL },
	[FIELD_LOOPBACK] = { "loopback", KIND_NONE, 0, NULL },
	[FIELD_NAT] = { "nat", KIND_NONE, 0, NULL },
	[FIELD_SNAT] = { "snat", KIND_NONE, 0, NULL },
	[FIELD_DNAT] = { "dnat", KIND_NONE, 0, NULL },
	[FIELD_ASSURED] = { "assured", KIND_NONE, 0, NULL },
	[FIELD_REPLIED] = { "replied", KIND_NONE, 0, NULL },
	[FIELD_UNREPLIED] = { "unreplied", KIND_NONE, 0, NULL },
	[FIELD_OFFLOAD] = { "offload", KIND_NONE, 0, NULL },
	[FIELD_ACTIVE] = { "active", KIND_NONE, 0, NULL },
	[FIELD_CLOSED] = { "closed", KIND_NONE, 0, NULL },
	[FIELD_PRIVATE] = { "private", KIND_NONE, 0, NULL },
	[FIELD_PUBLIC] = { "public", KIND_NONE, 0, NULL },
	[FIELD_MULTICAST] = { "multicast", KIND_NONE, 0, NULL },
	[FIELD_TEXT] = { "text", KIND_TEXT, 0, NULL },
	[FIELD_NUMBER] = { "", KIND_NUMBER, UINT32_MAX, NULL },
};
// clang-format on

const size_t n_filter_words = N(filter_words);

const struct filter_word *word_find(const char *text, size_t length)
{
	for (size_t i = 0; i < n_filter_words; i++)
		if (!str_ncasecmp(filter_words[i].name, text, length) &&
		    !filter_words[i].name[length])
			return &filter_words[i];
	return NULL;
}

bool word_takes_value(const struct filter_word *word)
{
	return word->class == WORD_DIR || word->class == WORD_END ||
	       word->class == WORD_FIELD || word->class == WORD_AMOUNT ||
	       word->class == WORD_TUPLE;
}

const struct filter_field *field_find(enum expr_field field)
{
	return &fields[field];
}

bool field_is_amount(enum expr_field field)
{
	return fields[field].kind >= KIND_RATE;
}

bool field_is_text(enum expr_field field)
{
	switch (fields[field].kind) {
	case KIND_HOST:
	case KIND_TEXT:
	case KIND_AS:
	case KIND_STATE:
		return true;
	default:
		return false;
	}
}

const char *proto_word(uint8_t number)
{
	for (size_t i = 0; i < n_filter_words; i++)
		if (filter_words[i].class == WORD_PROTO &&
		    filter_words[i].proto == number)
			return filter_words[i].name;
	return NULL;
}

const char *proto_text(uint8_t number)
{
	const char *word = proto_word(number);

	return word ? word : proto_find(number)->name;
}
