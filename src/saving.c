// SPDX-License-Identifier: GPL-2.0-only
/* Writing settings: what was put becomes lines for the scribe. */
#include "broker/scribe.h"
#include "lib/str.h"

#include <errno.h>
#include <string.h>

#include "settings.h"

#define PATIENCE_MS 250 /* usually it takes a few */

/* Whether a file's line of @level is about @key. */
static bool has_key(const char *text, size_t size, const char *key)
{
	struct conf_reader reader;
	struct conf_line line;

	conf_begin(&reader, text, size);
	while (conf_next(&reader, &line)) {
		if (conf_is_key(&line, key))
			return true;
	}
	return false;
}

/* What is as it is built in needs no line, unless the file of the system says
 * something else. */
void settings_put(struct settings *settings, const char *key, const char *value,
		  bool is_usual)
{
	const struct settings_file *etc = &settings->files[LEVEL_ETC];

	if (is_usual && !has_key(etc->text, etc->size, key))
		settings_put_none(settings, key);
	else
		conf_put(&settings->changes, key, value);
}

void settings_put_none(struct settings *settings, const char *key)
{
	conf_put_none(&settings->changes, key);
}

/* Other ways to say what "protocols" and "location" say, and what the command
 * line has said. */
static void put_others(struct settings *settings)
{
	static const char *const replaced[] = { "tcp",  "udp",  "dccp",
						"icmp", "sctp", "no-geoip" };
	struct conf_reader reader;
	struct conf_line line;
	struct buf *changes = &settings->changes;

	for (size_t i = 0; i < sizeof(replaced) / sizeof(replaced[0]); i++)
		settings_put_none(settings, replaced[i]);
	conf_begin(&reader, settings->given.data, settings->given.size);
	while (conf_next(&reader, &line)) {
		char key[CONF_KEY_SIZE];

		str_printf(key, sizeof(key), "%.*s", (int)line.key_size,
			   line.key);
		if (!has_key(changes->data, changes->size, key))
			buf_bytes(changes, line.start, line.size);
	}
}

static const char *why(int error)
{
	switch (error) {
	case -EPERM:
		return "it is another user's, or others can change it";
	case -EINVAL:
		return "it is no plain file";
	case -EFBIG:
		return "it would be larger than 64 KiB";
	case -EWOULDBLOCK:
		return "another flowtop keeps it locked";
	case -EPROTO:
		return "the changes make no sense";
	default:
		return strerror(-error);
	}
}

static void tell(const struct settings *settings,
		 const struct scribe_reply *reply, char *text, size_t size)
{
	if (reply->error)
		str_printf(text, size, "settings not written: %s: %s",
			   reply->what, why(reply->error));
	else
		str_printf(text, size, "settings written to %s",
			   settings->files[LEVEL_USER].name);
}

bool settings_written(struct settings *settings, char *text, size_t size)
{
	struct scribe_reply reply;
	int taken =
		settings->scribe ? scribe_take(settings->scribe, 0, &reply) : 0;

	if (taken > 0)
		tell(settings, &reply, text, size);
	else if (taken == -EPIPE)
		str_copy(text, size,
			 "settings not written: the process that does it is "
			 "gone");
	return taken > 0 || taken == -EPIPE;
}

static void write_all(struct settings *settings, char *text, size_t size)
{
	struct scribe_reply reply;
	int err;

	put_others(settings);
	err = scribe_write(settings->scribe, settings->changes.data,
			   settings->changes.size);
	if (!err)
		err = scribe_take(settings->scribe, PATIENCE_MS, &reply);
	if (err > 0)
		tell(settings, &reply, text, size);
	else if (err == -EBUSY)
		str_copy(text, size, "settings are being written already");
	else if (err)
		str_printf(text, size, "settings not written: %s",
			   err == -EPIPE ? "the process that does it is gone"
					 : strerror(-err));
}

void settings_write(struct settings *settings, char *text, size_t size)
{
	text[0] = '\0';
	if (settings->is_off)
		str_copy(text, size,
			 "settings not written: flowtop was started with "
			 "--no-config");
	else if (!settings->scribe)
		str_copy(text, size,
			 "settings not written: no process for it could be "
			 "started");
	else if (!settings->files[LEVEL_USER].name[0])
		str_copy(text, size,
			 "settings not written: there is no home directory");
	else
		write_all(settings, text, size);
	buf_reset(&settings->changes);
}
