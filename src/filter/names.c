// SPDX-License-Identifier: GPL-2.0-only
/* Names that values are picked from. */
#include "filter/names.h"

#include "filter/parser.h"
#include "filter/words.h"
#include "lib/str.h"
#include "net/country.h"
#include "net/proto.h"
#include "net/status.h"

#include <stddef.h>

/* What ss and tables print, beside the names of the kernel. */
static const struct {
	const char *name, *state;
} state_aliases[] = {
	{ "estab", "ESTABLISHED" },   { "tw", "TIME-WAIT" },
	{ "timewait", "TIME-WAIT" },  { "fin-wait-1", "FIN-WAIT" },
	{ "fin-wait-2", "FIN-WAIT" }, { "syn-rcvd", "SYN-RECV" },
};

const char *state_find(const char *text)
{
	for (unsigned int n = 0; n <= UINT8_MAX; n++) {
		const struct proto *proto = proto_find((uint8_t)n);

		for (size_t i = 0; i < proto->n_states; i++)
			if (!str_casecmp(proto->states[i], text))
				return proto->states[i];
	}
	for (size_t i = 0; i < sizeof(state_aliases) / sizeof(state_aliases[0]);
	     i++)
		if (!str_casecmp(state_aliases[i].name, text))
			return state_aliases[i].state;
	return NULL;
}

const char *status_find(const char *text)
{
	for (const char *const *word = ct_status_words; *word; word++)
		if (!str_casecmp(*word, text))
			return *word;
	return NULL;
}

bool proto_named(const char *text, uint8_t *number)
{
	for (size_t i = 0; i < n_filter_words; i++)
		if (filter_words[i].class == WORD_PROTO &&
		    !str_casecmp(filter_words[i].name, text)) {
			*number = filter_words[i].proto;
			return true;
		}
	for (unsigned int n = 0; n <= UINT8_MAX; n++) {
		const char *name = proto_find((uint8_t)n)->name;

		if (name && !str_casecmp(name, text)) {
			*number = (uint8_t)n;
			return true;
		}
	}
	return false;
}

static void lower_to(void (*found)(void *arg, const char *name), void *arg,
		     const char *name)
{
	char text[32];
	size_t n = 0;

	for (; name[n] && n + 1 < sizeof(text); n++)
		text[n] = str_lower(name[n]);
	text[n] = '\0';
	found(arg, text);
}

static void each_state(void (*found)(void *arg, const char *name), void *arg)
{
	/* TCP first: it has the lowest number. */
	for (unsigned int n = 0; n <= UINT8_MAX; n++) {
		const struct proto *proto = proto_find((uint8_t)n);

		for (size_t i = 1; i < proto->n_states; i++)
			lower_to(found, arg, proto->states[i]);
	}
}

static void each_proto(void (*found)(void *arg, const char *name), void *arg)
{
	for (size_t i = 0; i < n_filter_words; i++)
		if (filter_words[i].class == WORD_PROTO)
			found(arg, filter_words[i].name);
	for (unsigned int n = 0; n <= UINT8_MAX; n++) {
		const char *name = proto_find((uint8_t)n)->name;

		if (name && !proto_word((uint8_t)n))
			found(arg, name);
	}
}

void names_each(const struct expr_words *words, enum expr_field field,
		void (*found)(void *arg, const char *name), void *arg)
{
	switch (field) {
	case FIELD_STATE:
		each_state(found, arg);
		break;
	case FIELD_STATUS:
		for (const char *const *word = ct_status_words; *word; word++)
			found(arg, *word);
		break;
	case FIELD_PROTO:
		each_proto(found, arg);
		break;
	case FIELD_COUNTRY:
		for (size_t i = 0; i < n_countries; i++)
			found(arg, countries[i].name);
		break;
	case FIELD_PORT:
		if (words && words->each_service)
			words->each_service(words->ctx, found, arg);
		break;
	default:
		break;
	}
}
