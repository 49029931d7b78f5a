/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strings that strangers choose, made harmless where they come in: what these
 * functions give can be shown in any terminal and written to any file. It is
 * valid UTF-8 whatever the locale is; what the locale cannot show is the
 * business of those who draw.
 */
#ifndef FLOWTOP_LIB_SANITIZE_H
#define FLOWTOP_LIB_SANITIZE_H

#include <stdbool.h>
#include <stddef.h>

#define SANITIZE_HOST_SIZE 254 /* longest name of a host with its NUL */

/**
 * sanitize_text - names of processes, users, interfaces; command lines; places
 * @out: NUL-terminated; may be the same as @text, but not overlap otherwise
 * @size: of @out in bytes, at least 1
 * @text: @length bytes of any kind, also NULs
 * @is_changed: whether a character was replaced, dropped or cut off; NULL: who
 * cares. That a NUL became a space, or was the end, is no change.
 *
 * A character stays when unitext_width() knows it. NUL, which separates the
 * words of a command line, tab and newline become a space. Anything else
 * becomes one "?": control characters (C0, DEL, C1), everything that acts on
 * direction or has no cell, spaces of other kinds, unassigned and private
 * characters, characters of two cells, bytes that are no UTF-8. A character
 * keeps the first of its combining marks; the others, and those of a "?" put
 * here, are dropped; a mark at the very beginning becomes "?".
 *
 * NULs at the end are not part of the text. The result is never longer than
 * @text, never cut inside of a character, and stays as it is when it comes here
 * once more.
 * Return: length of @out in bytes.
 */
size_t sanitize_text(char *out, size_t size, const char *text, size_t length,
		     bool *is_changed);

/**
 * sanitize_host - the name that somebody's name server gave an address
 * @out: NUL-terminated, "" for a rejected name; as @name or apart from it
 * @size: of @out in bytes, at least 1; with SANITIZE_HOST_SIZE all names fit
 * @name: @length bytes of any kind; an IDN as it is on the wire (xn--...)
 * @is_changed: whether there is a "?" in place of something; NULL: who cares
 *
 * Letters, digits, "." "-" and "_" of ASCII stay, in their case; any other
 * character, or byte that is none, becomes "?". A dot at the end goes.
 *
 * A name is rejected, never cut: when it is empty or longer than 253 bytes
 * (RFC 1035, 2.3.4) or than @size; when it begins with "-" (an option to a
 * program that it is given to); when a label is empty; and when it could be
 * taken for an address: everything inet_aton() and inet_pton() read, with or
 * without scope and brackets, and all names whose labels have no letter
 * ("10-0-0-1") or are hexadecimal ("0x7f.1").
 *
 * Return: length of @out in bytes, 0 for a rejected name.
 */
size_t sanitize_host(char *out, size_t size, const char *name, size_t length,
		     bool *is_changed);

#endif
