// SPDX-License-Identifier: GPL-2.0-only
/* Themes by name. */
#include "themes.h"

#include "lib/diag.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "ui/theme.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "options.h"
#include "settings.h"

#define MAX_FILE (64 * 1024) /* a theme has some 20 lines */

/* Return: bytes read, at most @size; or negative errno. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
	/* A pipe must not keep us waiting. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	size_t n = 0;
	ssize_t got = 1;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) || !S_ISREG(status.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	while (got > 0 && n < size) {
		got = read(fd, text + n, size - n);
		if (got > 0)
			n += (size_t)got;
	}
	if (got < 0)
		got = -errno;
	close(fd);
	return got < 0 ? got : (ssize_t)n;
}

static int load_file(const char *path, struct theme *theme, char *error,
		     size_t error_size)
{
	static char text[MAX_FILE + 1];
	char wrong[160];
	ssize_t n = read_file(path, text, sizeof(text));

	if (n < 0)
		str_printf(error, error_size, "%s",
			   n == -EINVAL ? "no plain file" : strerror((int)-n));
	if (n < 0)
		return (int)n;
	if (n > MAX_FILE) {
		str_copy(error, error_size, "too large for a theme");
		return -EINVAL;
	}
	if (!theme_parse(theme, text, (size_t)n, wrong, sizeof(wrong)))
		return 0;
	str_copy(error, error_size, wrong);
	return -EINVAL;
}

/* Where themes may be: of the user, and of the system. */
static bool place(int which, const char *home, const char *name, char *path,
		  size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME");

	if (which == 0 && config && config[0] == '/')
		return str_printf(path, size, "%s/flowtop/themes/%s", config,
				  name);
	if (which == 0)
		return home[0] &&
		       str_printf(path, size, "%s/.config/flowtop/themes/%s",
				  home, name);
	return str_printf(path, size, DATADIR "/flowtop/themes/%s", name);
}

static void tell_names(char *text, size_t size)
{
	size_t n;

	for (size_t i = 0; i < n_theme_kinds; i++) {
		n = strlen(text);
		str_printf(text + n, size - n, "%s%s", i ? ", " : " ",
			   theme_kinds[i].name);
	}
}

static int load(const char *name, const char *home, struct theme *theme,
		char *error, size_t size)
{
	bool is_path = strchr(name, '/');
	char path[PATH_MAX], shown[80];
	int err = -ENOENT;
	size_t n;

	if (theme_find(theme, name))
		return 0;
	sanitize_text(shown, sizeof(shown), name, strlen(name), NULL);
	str_printf(error, size, "theme \"%s\": ", shown);
	n = strlen(error);
	str_copy(theme->name, sizeof(theme->name), name);
	if (is_path)
		return load_file(name, theme, error + n, size - n);
	for (int i = 0; i < 2 && err == -ENOENT; i++) {
		if (place(i, home, name, path, sizeof(path)))
			err = load_file(path, theme, error + n, size - n);
	}
	if (err != -ENOENT)
		return err;
	str_printf(error, size, "unknown theme \"%s\"; there are", shown);
	tell_names(error, size);
	return err;
}

int themes_open(struct config *config, struct settings *settings,
		const char *home, const char *advice)
{
	char error[300];
	int err = 0;

	if (config->theme_name)
		err = load(config->theme_name, home, &config->theme, error,
			   sizeof(error));
	if (err && config->theme_is_saved) {
		settings_warn(settings, "%s", error);
		config->theme_name = NULL;
		return 0;
	}
	if (err)
		diag("%s%s", error, err == -EACCES ? advice : "");
	return err ? 2 : 0;
}
