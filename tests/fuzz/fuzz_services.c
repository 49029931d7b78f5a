// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a file that names ports: the first byte says which kind. */
#include "enrich/servicefile.h"
#include "lib/sanitize.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_ok)
{
	if (!is_ok)
		abort();
}

/* It is no number, fits, and nothing in it is harmful. */
static void look(void *ctx, uint8_t proto, uint16_t port, const char *name,
		 size_t length)
{
	char text[SERVICE_NAME_SIZE];
	bool is_changed;

	(*(size_t *)ctx)++;
	check(proto && port && length && length < SERVICE_NAME_SIZE);
	check(sanitize_text(text, sizeof(text), name, length, &is_changed) ==
	      length);
	check(!is_changed && !memchr(name, '?', length));
	check(strspn(text, "0123456789-_.:+/") < length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct service_faults faults;
	size_t n_found = 0;
	char *text;

	if (!size || size > 65536)
		return 0;
	/* Of exactly this size, so that the sanitizer sees a byte too many. */
	text = malloc(size > 1 ? size - 1 : 1);
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	if (*data & 1) {
		servicefile_conf(text, size - 1, 6, look, &n_found, &faults);
		check(!faults.n == !faults.what && !faults.n == !faults.line);
		check(n_found + faults.n <= size);
	} else {
		servicefile_services(text, size - 1, look, &n_found);
	}
	free(text);
	return 0;
}
