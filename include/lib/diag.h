/* SPDX-License-Identifier: GPL-2.0-only */
/* What the program says on stderr, one line at a time. Only main and the
 * option parser call these: other code returns errors, its caller prints. */
#ifndef FLOWTOP_LIB_DIAG_H
#define FLOWTOP_LIB_DIAG_H

/**
 * diag - print "flowtop: TEXT" and a newline on stderr
 *
 * Control characters in the text (a file name, an option) are shown as "?".
 */
void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
