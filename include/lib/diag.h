/* SPDX-License-Identifier: GPL-2.0-only */
/* What the program says on stderr, one line at a time. Only main and the
 * option parser call these: other code returns errors, its caller prints. */
#ifndef FLOWTOP_LIB_DIAG_H
#define FLOWTOP_LIB_DIAG_H

/**
 * diag - print "flowtop: TEXT" and a newline on stderr
 *
 * The text goes through sanitize_text(), whatever is in it (a file name, an
 * option), so it is one line.
 */
void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
