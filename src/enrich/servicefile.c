// SPDX-License-Identifier: GPL-2.0-only
/* Files that name ports, line by line. */
#include "enrich/servicefile.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

/* What is left of a line. */
struct words {
	const char *at, *end;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_blanks(struct words *words)
{
	while (words->at < words->end && is_blank(*words->at))
		words->at++;
}

/* The next line without its comment and without blanks around it. Return: its
 * length before that. */
static size_t take_line(struct words *file, struct words *line)
{
	size_t left = (size_t)(file->end - file->at);
	const char *newline = memchr(file->at, '\n', left);
	const char *end = newline ? newline : file->end;
	size_t size = (size_t)(end - file->at);
	const char *comment = size ? memchr(file->at, '#', size) : NULL;

	line->at = file->at;
	line->end = comment ? comment : end;
	skip_blanks(line);
	while (line->end > line->at && is_blank(line->end[-1]))
		line->end--;
	file->at = newline ? newline + 1 : file->end;
	return size;
}

/* Return: false unless @words begins with a port. */
static bool take_port(struct words *words, uint16_t *port)
{
	const char *start = words->at;
	uint32_t number = 0;

	while (words->at < words->end && is_digit(*words->at) &&
	       number <= UINT16_MAX)
		number = number * 10 + (uint32_t)(*words->at++ - '0');
	if (words->at == start || !number || number > UINT16_MAX)
		return false;
	*port = (uint16_t)number;
	return true;
}

/* Up to a blank. Return: its length; 0 unless it is a name. */
static size_t take_name(struct words *words, const char **name)
{
	bool has_letter = false;
	size_t n;

	*name = words->at;
	while (words->at < words->end && !is_blank(*words->at)) {
		char c = *words->at++;

		has_letter |= is_letter(c);
		if (!is_letter(c) && !is_digit(c) &&
		    !(c && strchr("-_.:+/", c)))
			return 0;
	}
	n = (size_t)(words->at - *name);
	return has_letter && n < SERVICE_NAME_SIZE ? n : 0;
}

static bool take_char(struct words *words, char c)
{
	if (words->at == words->end || *words->at != c)
		return false;
	words->at++;
	return true;
}

/* Return: what is wrong; NULL: nothing. */
static const char *read_conf(struct words line, uint16_t *port,
			     const char **name, size_t *length)
{
	if (!take_port(&line, port))
		return "no port from 1 to 65535";
	skip_blanks(&line);
	if (!take_char(&line, ','))
		return "no \",\" after the port";
	skip_blanks(&line);
	*length = take_name(&line, name);
	if (!*length || line.at != line.end)
		return "no name of a service after the \",\"";
	return NULL;
}

void servicefile_conf(const char *text, size_t size, uint8_t proto,
		      service_fn tell, void *ctx, struct service_faults *faults)
{
	struct words file = { text, text + size }, line;
	size_t number = 0;

	*faults = (struct service_faults){ 0 };
	while (file.at < file.end) {
		size_t length, line_size = take_line(&file, &line);
		const char *name, *what = "a line too long";
		uint16_t port;

		number++;
		if (line_size <= SERVICE_LINE_MAX) {
			if (line.at == line.end)
				continue;
			what = read_conf(line, &port, &name, &length);
		}
		if (!what) {
			tell(ctx, proto, port, name, length);
			continue;
		}
		if (!faults->n++) {
			faults->line = number;
			faults->what = what;
		}
	}
}

/* Return: its number, or -1. */
static int proto_number(const char *text, size_t size)
{
	static const struct {
		const char *name;
		uint8_t number;
	} protos[] = {
		{ "tcp", IPPROTO_TCP },         { "udp", IPPROTO_UDP },
		{ "sctp", IPPROTO_SCTP },       { "dccp", IPPROTO_DCCP },
		{ "udplite", IPPROTO_UDPLITE },
	};

	for (size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (strlen(protos[i].name) == size &&
		    !memcmp(protos[i].name, text, size))
			return protos[i].number;
	return -1;
}

void servicefile_services(const char *text, size_t size, service_fn tell,
			  void *ctx)
{
	struct words file = { text, text + size }, line;

	while (file.at < file.end) {
		const char *name, *proto;
		size_t length, line_size = take_line(&file, &line);
		uint16_t port;
		int number;

		if (line_size > SERVICE_LINE_MAX)
			continue;
		length = take_name(&line, &name);
		skip_blanks(&line);
		if (!length || !take_port(&line, &port) ||
		    !take_char(&line, '/'))
			continue;
		proto = line.at;
		while (line.at < line.end && !is_blank(*line.at))
			line.at++;
		number = proto_number(proto, (size_t)(line.at - proto));
		if (number >= 0)
			tell(ctx, (uint8_t)number, port, name, length);
	}
}
