// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a file of settings, and as changes to it; keys by name. */
#include "lib/conf.h"
#include "ui/keymap.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_ok)
{
	if (!is_ok)
		abort();
}

/* Return: a copy of exactly this size, so that the sanitizer sees a byte too
 * many. */
static char *copy(const uint8_t *data, size_t size)
{
	char *text = malloc(size ? size : 1);

	check(text != NULL);
	memcpy(text, data, size);
	return text;
}

static void as_key(const char *name, const char *value)
{
	char error[200], label[KEYMAP_TEXT];

	if (strncmp(name, "key.", 4) != 0)
		return;
	keymap_set(name + 4, value, error, sizeof(error));
	for (size_t i = 0; i < n_bindings; i++) {
		keymap_names(&bindings[i], label);
		if (bindings[i].hint)
			keymap_hint(&bindings[i], bindings[i].hint, label);
	}
}

/* What is written reads as what it was. */
static void again(const char *key, const char *value)
{
	struct buf buf = { .size = 0 };
	struct conf_reader reader;
	struct conf_line line;

	if (conf_put(&buf, key, value)) {
		conf_begin(&reader, buf.data, buf.size);
		check(conf_next(&reader, &line) && !line.wrong);
		check(conf_is_key(&line, key));
		check(line.value_size == strlen(value) &&
		      !memcmp(line.value, value, line.value_size));
		check(!conf_next(&reader, &line));
	}
	buf_free(&buf);
}

static size_t look(const char *text, size_t size)
{
	struct conf_reader reader;
	struct conf_line line;
	size_t n = 0, bytes = 0;

	conf_begin(&reader, text, size);
	while (conf_next(&reader, &line)) {
		char key[CONF_KEY_SIZE], value[CONF_LINE_SIZE];

		bytes += line.size;
		check(line.number == ++n);
		if (line.wrong || !line.key_size)
			continue;
		check(line.key_size < sizeof(key));
		check(line.value_size < sizeof(value));
		memcpy(key, line.key, line.key_size);
		key[line.key_size] = '\0';
		memcpy(value, line.value, line.value_size);
		value[line.value_size] = '\0';
		check(conf_is_key(&line, key));
		as_key(key, value);
		again(key, value);
	}
	check(bytes == size);
	return n;
}

/* Changing it once more changes nothing. */
static void merge(const char *old, size_t n_old, const char *changes, size_t n)
{
	struct buf once = { .size = 0 }, twice = { .size = 0 };

	if (conf_merge(old, n_old, changes, n, &once)) {
		look(once.data, once.size);
		check(conf_merge(once.data, once.size, changes, n, &twice));
		check(once.size == twice.size &&
		      (!once.size ||
		       !memcmp(once.data, twice.data, once.size)));
	}
	buf_free(&once);
	buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n_old;
	char *old, *changes;

	if (size < 2 || size > 4096)
		return 0;
	n_old = (size_t)data[0] * (size - 1) / 255;
	old = copy(data + 1, n_old);
	changes = copy(data + 1 + n_old, size - 1 - n_old);
	keymap_reset();
	look(old, n_old);
	merge(old, n_old, changes, size - 1 - n_old);
	free(old);
	free(changes);
	return 0;
}
