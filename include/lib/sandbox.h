/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a process can still do after somebody else has taken it over.
 *
 * Landlock limits files and sockets, seccomp the system calls. Both are for
 * good, both are inherited, and both are for the calling thread only: enter
 * before the first thread, after priv_drop() and after the files of the user
 * were opened.
 */
#ifndef FLOWTOP_LIB_SANDBOX_H
#define FLOWTOP_LIB_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

enum sandbox_mode {
	SANDBOX_AUTO,   /* what cannot be had is left out and told */
	SANDBOX_STRICT, /* all of it, or an error */
	SANDBOX_OFF,    /* nothing */
};

enum sandbox_role {
	SANDBOX_MAIN,   /* reads and parses, draws, looks names up */
	SANDBOX_BROKER, /* asks the kernel, writes switches */
	SANDBOX_FINDER, /* looks into processes, enters network namespaces */
	SANDBOX_SCRIBE, /* writes the settings of the caller */
};

/* LeakSanitizer needs ptrace, and the run time of the others starts threads
 * and reads what it likes. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_DEFAULT SANDBOX_OFF
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
	__has_feature(memory_sanitizer)
#define SANDBOX_DEFAULT SANDBOX_OFF
#endif
#endif
#ifndef SANDBOX_DEFAULT
#define SANDBOX_DEFAULT SANDBOX_AUTO
#endif

/* What there is in the end. */
struct sandbox_state {
	enum sandbox_role role;
	enum sandbox_mode mode;
	int landlock_abi; /* 0 none */
	int landlock_err; /* negative errno: why none */
	bool has_seccomp;
	int seccomp_err; /* negative errno: why not */
};

/**
 * sandbox_enter - give up files and system calls that @role does not need
 * @read_dirs: directories that main may read besides those of the system, NULL
 *	at the end; NULL: none. See landlock_enter(). The scribe may write in
 *	the first, and nothing else; the others ignore them
 * @state: filled in also after an error
 *
 * The others get no Landlock: in a Landlock domain the kernel no longer lets
 * them look at /proc/PID/fd of processes outside, whatever their capabilities.
 *
 * Context: before the first thread.
 * Return: 0; -EBUSY there are threads already; with SANDBOX_STRICT also why
 * something cannot be had. After an error the process is half restricted and
 * should end.
 */
int sandbox_enter(enum sandbox_role role, enum sandbox_mode mode,
		  const char *const *read_dirs, struct sandbox_state *state);

/**
 * sandbox_describe - "seccomp, Landlock 6", or what is missing and why
 *
 * Return: whether all that the role asks for is there.
 */
bool sandbox_describe(const struct sandbox_state *state, char *text,
		      size_t size);

#endif
