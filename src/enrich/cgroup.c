/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Paths of cgroups, component by component.
 *
 * Every runtime has its own way, and two of them: with its own driver
 * (cgroupfs) a container is a directory below a known one, with that of systemd
 * it is a scope with a known prefix.
 */
#include "enrich/cgroup.h"

#include "lib/sanitize.h"
#include "lib/str.h"

#include <string.h>

#define ID_DIGITS 64    /* of a container's identifier */
#define SHOWN_DIGITS 12 /* of it */

/* Part of the text of the file. */
struct part {
	const char *text;
	size_t size;
};

struct path {
	struct part unit;
	struct part name;    /* of the container */
	const char *runtime; /* NULL: no container */
	bool is_escaped;     /* the name, as systemd does it */
};

static bool is_equal(struct part part, const char *text)
{
	return part.size == strlen(text) && !memcmp(part.text, text, part.size);
}

/* Take @text away from the head, or from the tail, if it is there. */
static bool cut_head(struct part *part, const char *text)
{
	size_t n = strlen(text);

	if (part->size < n || memcmp(part->text, text, n))
		return false;
	part->text += n;
	part->size -= n;
	return true;
}

static bool cut_tail(struct part *part, const char *text)
{
	size_t n = strlen(text);

	if (part->size < n || memcmp(part->text + part->size - n, text, n))
		return false;
	part->size -= n;
	return true;
}

/* Return: what is before the first @c, which is left out; all if there is
 * none. @rest is what is behind it. */
static struct part cut_at(struct part *rest, char c)
{
	const char *at = rest->size ? memchr(rest->text, c, rest->size) : NULL;
	struct part head = *rest;

	if (at) {
		head.size = (size_t)(at - rest->text);
		rest->text = at + 1;
		rest->size -= head.size + 1;
	} else {
		rest->text += rest->size;
		rest->size = 0;
	}
	return head;
}

static bool is_id(struct part part)
{
	if (part.size != ID_DIGITS)
		return false;
	for (size_t i = 0; i < part.size; i++) {
		char c = part.text[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return true;
}

/* ------------------------------------------------------------ containers */

/* What comes before the identifier; also before a colon of some versions of
 * containerd: "SLICE:cri-containerd:ID". */
static const struct {
	const char *prefix, *runtime;
} scopes[] = {
	{ "docker", "docker" },
	{ "libpod", "podman" },
	{ "cri-containerd", "containerd" },
	{ "crio", "crio" },
	{ "nerdctl", "nerdctl" },
};

/* Directories in which a plain identifier is a container, and of what. Also at
 * the beginning of a name only: "kubepods-burstable.slice". */
static const struct {
	const char *prefix, *runtime;
} parents[] = {
	{ "docker", "docker" },
	{ "kubepods", "kubernetes" },
	{ "ecs", "ecs" },
};

/* What is further in is inside of it. */
static void found(struct path *path, const char *runtime, struct part name)
{
	path->unit.size = 0;
	path->runtime = runtime;
	path->name = name;
	path->is_escaped = false;
}

static bool prefixed_parse(struct path *path, struct part component,
			   const char *separator)
{
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		struct part id = component;

		if (cut_head(&id, scopes[i].prefix) &&
		    cut_head(&id, separator) && is_id(id)) {
			found(path, scopes[i].runtime, id);
			return true;
		}
	}
	return false;
}

/* "docker-ID.scope", "libpod-ID", "SLICE:cri-containerd:ID" */
static bool scope_parse(struct path *path, struct part component)
{
	struct part rest = component;

	cut_tail(&component, ".scope");
	if (prefixed_parse(path, component, "-"))
		return true;
	cut_at(&rest, ':');
	return prefixed_parse(path, rest, ":");
}

/* A machine that systemd knows. Virtual machines are none of ours: what runs
 * there is the emulator. */
static bool machine_parse(struct path *path, struct part component)
{
	struct part name = component;

	if (cut_head(&name, "machine-") && cut_tail(&name, ".scope") &&
	    name.size) {
		if (cut_head(&name, "qemu\\x2d"))
			return false;
		found(path, "nspawn", name);
		path->is_escaped = true;
		return true;
	}
	return false;
}

/* "systemd-nspawn@NAME.service" is a container and a unit. */
static void nspawn_parse(struct path *path, struct part component)
{
	struct part name = component;

	if (cut_head(&name, "systemd-nspawn@") && cut_tail(&name, ".service") &&
	    name.size) {
		found(path, "nspawn", name);
		path->is_escaped = true;
	}
}

/* "lxc.payload.NAME", "lxc/NAME", "lxc.payload/NAME"; the part with "monitor"
 * is outside of the container. */
static bool lxc_parse(struct path *path, struct part before,
		      struct part component)
{
	struct part name = component;

	if (cut_head(&name, "lxc.payload.") && name.size) {
		found(path, "lxc", name);
		return true;
	}
	if (is_equal(before, "lxc") || is_equal(before, "lxc.payload")) {
		found(path, "lxc", component);
		return true;
	}
	return false;
}

/* @runtime: of a directory further up; NULL. */
static bool id_parse(struct path *path, const char *runtime,
		     struct part component)
{
	if (!is_id(component))
		return false;
	found(path, runtime ? runtime : "container", component);
	return true;
}

/* ------------------------------------------------------------ a path */

static const char *parent_runtime(struct part component)
{
	for (size_t i = 0; i < sizeof(parents) / sizeof(parents[0]); i++) {
		struct part rest = component;

		if (cut_head(&rest, parents[i].prefix) &&
		    (!rest.size || rest.text[0] == '-' || rest.text[0] == '.'))
			return parents[i].runtime;
	}
	return NULL;
}

static bool is_unit(struct part component)
{
	return (cut_tail(&component, ".service") ||
		cut_tail(&component, ".scope")) &&
	       component.size;
}

static void path_parse(struct path *path, struct part rest)
{
	struct part before = { "", 0 };
	const char *runtime = NULL;

	cut_tail(&rest, " (deleted)");
	while (rest.size) {
		struct part component = cut_at(&rest, '/');
		const char *of = parent_runtime(component);

		if (!component.size)
			continue;
		if (!scope_parse(path, component) &&
		    !machine_parse(path, component) &&
		    !lxc_parse(path, before, component) &&
		    !id_parse(path, runtime, component)) {
			nspawn_parse(path, component);
			if (is_unit(component))
				path->unit = component;
		}
		runtime = of ? of : runtime;
		before = component;
	}
}

/* ------------------------------------------------------------ results */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Return: bytes of @out; never more than @size. */
static size_t unescape(char *out, size_t size, struct part name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.size && n < size; i++) {
		const char *s = name.text + i;
		int high = -1, low = -1;

		if (name.size - i >= 4 && s[0] == '\\' && s[1] == 'x') {
			high = hex_digit(s[2]);
			low = hex_digit(s[3]);
		}
		if (high < 0 || low < 0) {
			out[n++] = *s;
			continue;
		}
		out[n++] = (char)(high << 4 | low);
		i += 3;
	}
	return n;
}

static void put_container(char *container, const struct path *path)
{
	char name[PROC_CONTAINER_SIZE];
	struct part part = path->name;
	size_t n;

	if (is_id(part))
		part.size = SHOWN_DIGITS;
	str_printf(container, PROC_CONTAINER_SIZE, "%s:", path->runtime);
	n = strlen(container);
	if (path->is_escaped) {
		part.size = unescape(name, sizeof(name), part);
		part.text = name;
	}
	sanitize_text(container + n, PROC_CONTAINER_SIZE - n, part.text,
		      part.size, NULL);
}

void cgroup_parse(const char *text, size_t size, char *unit, char *container)
{
	struct part rest = { text, size };
	bool has_systemd = false;

	unit[0] = container[0] = '\0';
	while (rest.size) {
		/* HIERARCHY:CONTROLLERS:PATH, where the path may have colons */
		struct part line = cut_at(&rest, '\n');
		struct part number = cut_at(&line, ':');
		struct part controllers = cut_at(&line, ':');
		struct path path = { .runtime = NULL };
		/* The hierarchy where systemd keeps its units. */
		bool is_systemd = is_equal(controllers, "name=systemd") ||
				  is_equal(number, "0");

		path_parse(&path, line);
		if (path.runtime && !container[0])
			put_container(container, &path);
		if (!path.unit.size || (unit[0] && !is_systemd) || has_systemd)
			continue;
		sanitize_text(unit, PROC_UNIT_SIZE, path.unit.text,
			      path.unit.size, NULL);
		has_systemd = is_systemd;
	}
}
