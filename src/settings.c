// SPDX-License-Identifier: GPL-2.0-only
/* Reading saved settings. */
#include "settings.h"

#include "broker/scribe.h"
#include "lib/alloc.h"
#include "lib/diag.h"
#include "lib/nearword.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "ui/keymap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "optionkeys.h"
#include "options.h"

#define ETC_FILE CONFDIR "/flowtop.conf"

/* Who decides about one of them decides about all. */
static const char *const together[] = {
	"ipv4 ipv6",         "protocols tcp udp dccp icmp sctp",
	"color no-color",    "mouse no-mouse",
	"location no-geoip",
};

void settings_init(struct settings *settings, const struct caller *caller)
{
	*settings = (struct settings){ .caller = caller };
}

void settings_warn(struct settings *settings, const char *format, ...)
{
	unsigned int n = settings->n_warnings++;
	va_list ap;

	if (n >= SETTINGS_WARNINGS)
		return;
	va_start(ap, format);
	vsnprintf(settings->warnings[n], SETTINGS_TEXT, format, ap);
	va_end(ap);
	sanitize_text(settings->warnings[n], SETTINGS_TEXT,
		      settings->warnings[n], strlen(settings->warnings[n]),
		      NULL);
}

bool settings_next(struct settings *settings, char *text, size_t size,
		   bool *is_first)
{
	unsigned int i = settings->n_told;

	*is_first = !i;
	if (i >= settings->n_warnings || i > SETTINGS_WARNINGS)
		return false;
	settings->n_told++;
	if (i < SETTINGS_WARNINGS)
		str_copy(text, size, settings->warnings[i]);
	else
		str_printf(text, size, "and %u more about settings",
			   settings->n_warnings - SETTINGS_WARNINGS);
	return true;
}

void settings_tell(struct settings *settings)
{
	char text[SETTINGS_TEXT];
	bool is_first;

	while (settings_next(settings, text, sizeof(text), &is_first))
		diag("%s", text);
}

/* ------------------------------------------------------------- the files */

static const char *why_not(int error)
{
	switch (error) {
	case -EPERM:
		return "ignored: it is another user's, or others can change it";
	case -EINVAL:
		return "ignored: no plain file";
	case -EFBIG:
		return "ignored: larger than 64 KiB";
	default:
		return strerror(-error);
	}
}

/* That of root; nobody else may be able to write it. */
static int read_etc(struct settings_file *file)
{
	int fd = open(ETC_FILE, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	ssize_t n = 1;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) || !S_ISREG(status.st_mode))
		n = -EINVAL;
	else if (status.st_uid || status.st_mode & (S_IWGRP | S_IWOTH))
		n = -EPERM;
	else if (status.st_size > CONF_SIZE)
		n = -EFBIG;
	if (n > 0)
		file->text = xmalloc(CONF_SIZE + 1);
	while (n > 0 && file->size < CONF_SIZE) {
		n = read(fd, file->text + file->size, CONF_SIZE - file->size);
		file->size += n > 0 ? (size_t)n : 0;
		n = n < 0 ? -errno : n;
	}
	close(fd);
	return n < 0 ? (int)n : 0;
}

static void open_etc(struct settings *settings)
{
	struct settings_file *file = &settings->files[LEVEL_ETC];

	str_copy(file->name, sizeof(file->name), ETC_FILE);
	file->error = read_etc(file);
	if (file->error && file->error != -ENOENT)
		settings_warn(settings, "%s: %s", ETC_FILE,
			      why_not(file->error));
}

/* Return: 0, or the exit status. */
static int open_user(struct settings *settings, const struct config *config)
{
	const struct scribe_config scribe_config = {
		.caller = settings->caller,
		.path = config->config_path,
		.sandbox = config->sandbox,
	};
	struct settings_file *file = &settings->files[LEVEL_USER];
	struct scribe_file found = { .error = -ENOENT };

	settings->scribe = scribe_start(&scribe_config, &found);
	if (!settings->scribe)
		found.error = -errno;
	file->error = found.error;
	file->text = found.text;
	file->size = found.size;
	str_copy(file->name, sizeof(file->name),
		 settings->scribe      ? found.path
		 : config->config_path ? config->config_path
				       : "settings");
	if (config->config_path && file->error)
		diag("--config: %s: %s", file->name, why_not(file->error));
	else if (file->error && file->error != -ENOENT)
		settings_warn(settings, "%s: %s", file->name,
			      why_not(file->error));
	return config->config_path && file->error ? 2 : 0;
}

/* ------------------------------------------------------------- their lines */

static const char *keep(struct settings *settings, const char *text,
			size_t size)
{
	char *copy = xmalloc(size + 1);

	memcpy(copy, text, size);
	copy[size] = '\0';
	settings->kept = xrealloc_array(settings->kept, settings->n_kept + 1,
					sizeof(settings->kept[0]));
	settings->kept[settings->n_kept++] = copy;
	return copy;
}

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (; words; words = strchr(words, ' ')) {
		words += *words == ' ';
		if (!strncmp(words, word, n) && (!words[n] || words[n] == ' '))
			return true;
	}
	return false;
}

/* The name under which it is decided about. */
static const char *decided_name(const char *key)
{
	for (size_t i = 0; i < sizeof(together) / sizeof(together[0]); i++) {
		if (has_word(together[i], key))
			return together[i];
	}
	return key;
}

/* Return: whether a higher level has decided about @key already. */
static bool is_decided(const struct settings *settings, const char *key,
		       enum settings_level level)
{
	const char *name = decided_name(key);

	for (size_t i = 0; i < settings->n_decided; i++) {
		if (settings->decided[i].level < level &&
		    !strcmp(settings->decided[i].key, name))
			return true;
	}
	return false;
}

static void decide(struct settings *settings, const char *key,
		   enum settings_level level)
{
	settings->decided =
		xrealloc_array(settings->decided, settings->n_decided + 1,
			       sizeof(settings->decided[0]));
	settings->decided[settings->n_decided++] =
		(struct settings_decided){ decided_name(key), level };
}

struct nearest {
	struct near_word near;
	const char *key;
};

static void try_key(void *arg, const char *key)
{
	struct nearest *nearest = arg;

	near_word_try(&nearest->near, nearest->key, key);
}

/* File and line of what is told about. */
struct position {
	const struct settings_file *file;
	unsigned int line;
};

static void unknown_key(struct settings *settings, struct position at,
			const char *key)
{
	struct nearest nearest = { .key = key };

	for (int i = 0; i < option_rows(); i++)
		if (option_name(i) && !(option_from(i) & FROM_LINE))
			try_key(&nearest, option_name(i));
	settings_each_key(try_key, &nearest);
	settings_warn(settings, "%s:%u: unknown key \"%s\"%s%s%s",
		      at.file->name, at.line, key,
		      nearest.near.word ? "; did you mean \"" : "",
		      nearest.near.word ? nearest.near.word : "",
		      nearest.near.word ? "\"?" : "");
}

/* Return: what is wrong with it; "" nothing. */
static void take_option(struct parsing *p, int row, const char *value,
			char *error, size_t size)
{
	struct config *config = option_config(p);
	uint64_t interval_ns = config->interval_ns;
	const char *wanted = option_set(p, row, value);

	/* Only together with --once. */
	if (!wanted && interval_ns && !config->interval_ns) {
		config->interval_ns = interval_ns;
		wanted = "seconds, 0.25 to 3600";
	}
	if (wanted)
		str_printf(error, size, "bad value \"%s\" for %s: it takes %s",
			   value, option_name(row), wanted);
}

/* Why an option may not stand in such a file; "" it may. */
static void find_misplaced(int row, enum settings_level level, char *error,
			   size_t size)
{
	unsigned int from = option_from(row);

	if (from & FROM_LINE)
		str_printf(error, size, "\"%s\" is for the command line only",
			   option_name(row));
	else if (from & FROM_ETC && level != LEVEL_ETC)
		str_printf(error, size,
			   "\"%s\" is for the command line and " ETC_FILE
			   " only",
			   option_name(row));
}

static void take_value(struct settings *settings, struct parsing *p,
		       struct position at, enum settings_level level,
		       const char *key, const char *value)
{
	char wrong[SETTINGS_TEXT] = "", error[SETTINGS_TEXT] = "";
	int row = option_find(key);

	if (row >= 0)
		find_misplaced(row, level, error, sizeof(error));
	if (!error[0] && is_decided(settings, key, level))
		return;
	if (row >= 0 && !error[0]) {
		take_option(p, row, value, error, sizeof(error));
	} else if (row < 0) {
		if (!settings_key(settings, p, key, value, wrong,
				  sizeof(wrong))) {
			unknown_key(settings, at, key);
			return;
		}
		if (wrong[0])
			str_printf(error, sizeof(error), "%s: %s", key, wrong);
	}
	if (error[0])
		settings_warn(settings, "%s:%u: %s", at.file->name, at.line,
			      error);
	else
		decide(settings, key, level);
}

static void take_line(struct settings *settings, struct parsing *p,
		      struct settings_file *file, enum settings_level level,
		      const struct conf_line *line)
{
	struct position at = { file, line->number };
	const char *key;

	if (line->wrong) {
		settings_warn(settings, "%s:%u: %s", file->name, line->number,
			      line->wrong);
		return;
	}
	key = keep(settings, line->key, line->key_size);
	file->n_keys++;
	if (!line->value_size && !line->is_quoted)
		settings_warn(settings, "%s:%u: \"%s\" has no value",
			      file->name, line->number, key);
	else
		take_value(settings, p, at, level, key,
			   keep(settings, line->value, line->value_size));
}

static bool adds_up(const struct conf_line *line)
{
	char key[CONF_KEY_SIZE];
	int row;

	str_printf(key, sizeof(key), "%.*s", (int)line->key_size, line->key);
	row = option_find(key);
	return row >= 0 ? option_from(row) & FROM_LIST
			: !strcmp(key, "history");
}

/* Of two lines about one thing the last one counts. */
static bool is_overruled(const struct conf_line *lines, size_t n, size_t i)
{
	const struct conf_line *line = &lines[i];

	if (line->wrong || adds_up(line))
		return false;
	for (i++; i < n; i++) {
		if (!lines[i].wrong && lines[i].key_size == line->key_size &&
		    !memcmp(lines[i].key, line->key, line->key_size))
			return true;
	}
	return false;
}

static void take_file(struct settings *settings, struct parsing *p,
		      enum settings_level level)
{
	struct settings_file *file = &settings->files[level];
	struct conf_line *lines = xcalloc(CONF_LINES, sizeof(*lines));
	struct conf_reader reader;
	size_t n = 0;

	conf_begin(&reader, file->text, file->size);
	while (n < CONF_LINES && conf_next(&reader, &lines[n]))
		n += lines[n].key_size || lines[n].wrong;
	if (n == CONF_LINES)
		settings_warn(settings,
			      "%s:%u: too many lines; the rest is ignored",
			      file->name, lines[n - 1].number);
	for (size_t i = 0; i < n; i++) {
		if (!is_overruled(lines, n, i))
			take_line(settings, p, file, level, &lines[i]);
	}
	free(lines);
}

/* For W: what the command line has said holds for the next time, too. */
static void take_given(struct settings *settings, struct parsing *p)
{
	for (int i = 0; i < option_rows(); i++) {
		const char *given = option_name(i) ? option_given(p, i) : NULL;

		if (!given)
			continue;
		decide(settings, option_name(i), LEVEL_LINE);
		if (!(option_from(i) & (FROM_LINE | FROM_ETC | FROM_PASSING)))
			conf_put(&settings->given, option_name(i), given);
	}
}

int settings_read(struct settings *settings, struct parsing *p)
{
	const struct config *config = option_config(p);
	int status = open_user(settings, config);
	char text[SETTINGS_TEXT];

	if (status)
		return status;
	if (!config->config_path)
		open_etc(settings);
	take_given(settings, p);
	keymap_reset();
	for (enum settings_level i = LEVEL_USER; i < LEVELS; i++)
		if (settings->files[i].text)
			take_file(settings, p, i);
	keymap_finish(settings->has_htop_keys, text, sizeof(text));
	if (text[0])
		settings_warn(settings, "%s", text);
	return 0;
}

/* ------------------------------------------------------------- the rest */

static void describe(const struct settings_file *file, char *text, size_t size)
{
	size_t n = strlen(text);

	if (!file->name[0])
		return;
	str_printf(text + n, size - n, "%s%s", n ? "; " : "", file->name);
	n = strlen(text);
	if (!file->error)
		str_printf(text + n, size - n, " (%u line%s)", file->n_keys,
			   file->n_keys == 1 ? "" : "s");
	else
		str_printf(text + n, size - n, " (%s)",
			   file->error == -ENOENT ? "none"
						  : why_not(file->error));
}

bool settings_describe(const struct settings *settings, char *text, size_t size)
{
	bool is_fine = !settings->n_warnings;
	size_t n;

	text[0] = '\0';
	for (int i = LEVEL_USER; i < LEVELS; i++)
		describe(&settings->files[i], text, size);
	if (!text[0])
		str_copy(text, size, "no files");
	n = strlen(text);
	if (!is_fine)
		str_printf(text + n, size - n, "; %s",
			   settings->n_warnings == 1 ? "1 thing is wrong"
						     : "some things are wrong");
	return is_fine;
}

void settings_release(struct settings *settings)
{
	scribe_close(settings->scribe);
	settings->scribe = NULL;
}

int settings_close(struct settings *settings, int status)
{
	settings_release(settings);
	for (size_t i = 0; i < settings->n_kept; i++)
		free(settings->kept[i]);
	free(settings->kept);
	free(settings->decided);
	for (int i = 0; i < LEVELS; i++)
		free(settings->files[i].text);
	buf_free(&settings->given);
	buf_free(&settings->changes);
	*settings = (struct settings){ .caller = NULL };
	return status;
}
