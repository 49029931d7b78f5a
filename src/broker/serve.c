/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The broker process, and the keeper beside it.
 *
 * It hears nothing but fixed requests of main and reads nothing that comes
 * from outside this machine's kernel. It has no Landlock domain: with one,
 * other processes' /proc/PID/fd could not be read. It stays in main's session,
 * in a process group of its own: neither ^C nor ^Z reaches it, and it can see
 * whose the terminal is.
 */
#include "broker/ctrequest.h"
#include "broker/protocol.h"
#include "broker/sysctl.h"
#include "broker/text.h"
#include "broker/track.h"
#include "lib/detach.h"
#include "lib/diag.h"
#include "lib/priv.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#define BROKER_CAPS PRIV_CAP(CAP_NET_ADMIN)

#define GUARD_MS 500 /* between looks at how full the table is */

struct server {
	const struct broker_config *config;
	struct sysctl_state *sysctl; /* shared with the keeper */
	struct track track;
	int socket, life;
	int keeper; /* written to: all is put back */
	bool has_sysctl;
	pid_t group; /* of main */
	struct termios before;
	bool has_terminal;
};

/* ------------------------------------------------------------ the end */

/* Only while the terminal is still main's: a shell that has taken it over has
 * made it as it wants it. */
static void terminal_restore(const struct server *s)
{
	struct termios now;
	int tty = s->config->tty;

	if (s->has_terminal && tcgetpgrp(tty) == s->group &&
	    !tcgetattr(tty, &now) && memcmp(&now, &s->before, sizeof(now)))
		tcsetattr(tty, TCSANOW, &s->before);
}

/* Nobody holds the end up by not reading what is said. */
static void say(const char *text)
{
	struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (poll(&fd, 1, 0) == 1 && fd.revents & POLLOUT)
		diag("%s", text);
}

static void restore(struct server *s)
{
	enum sysctl_left left;

	terminal_restore(s);
	track_off(&s->track);
	left = sysctl_restore(s->sysctl);
	/* By the file the other flowtop knows, too. */
	if (left > SYSCTL_LEFT_USERS ||
	    (left == SYSCTL_LEFT_USERS && s->sysctl->file.fd < 0))
		say(sysctl_left_text(left));
}

static _Noreturn void leave(struct server *s)
{
	restore(s);
	if (write(s->keeper, "", 1) == 1)
		_exit(0);
	_exit(1);
}

/* ------------------------------------------------------------ requests */

static bool is_family(uint8_t family)
{
	return family == FAMILY_IPV4 || family == FAMILY_IPV6;
}

static bool may_ask(const struct request *request)
{
	if (request->n < 1 || request->n > MAX_GETS)
		return false;
	for (int i = 0; i < request->n; i++) {
		if (!is_family(request->keys[i].family))
			return false;
	}
	return true;
}

/* Return: the result; @is_bad: main must not ask that. */
static int answer(struct server *s, const struct request *request, bool *is_bad)
{
	bool is_socket = request->socket < CT_SOCKETS;
	int fd = s->config->fds[is_socket ? request->socket : 0];

	switch (request->kind) {
	case REQUEST_LIST:
		*is_bad = !is_socket ||
			  (request->family && !is_family(request->family));
		return *is_bad ? 0
			       : ctrequest_list(fd, request->family,
						request->seq);
	case REQUEST_ASK:
		*is_bad = !is_socket || !may_ask(request);
		return *is_bad ? 0
			       : ctrequest_ask(fd, request->seq, request->keys,
					       request->n);
	case REQUEST_SYSCTL:
		*is_bad = !s->config->may_sysctl || s->has_sysctl ||
			  request->wanted >> SYSCTLS;
		if (*is_bad)
			return 0;
		s->has_sysctl = true;
		return (int)sysctl_on(s->sysctl, request->wanted);
	case REQUEST_TRACK:
		*is_bad = !s->config->may_track;
		return *is_bad ? 0 : track_on(&s->track, s->sysctl);
	default:
		*is_bad = true;
		return 0;
	}
}

static bool tell(const struct server *s, enum reply_kind kind, int result)
{
	struct reply reply = { .kind = kind, .result = result };

	return send(s->socket, &reply, sizeof(reply),
		    MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof(reply);
}

/* Return: false when main is gone, or is not itself. */
static bool serve_one(struct server *s)
{
	struct request request;
	bool is_bad = false;
	ssize_t n = recv(s->socket, &request, sizeof(request),
			 MSG_DONTWAIT | MSG_TRUNC);
	int result;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (!n)
		return false;
	is_bad = n != (ssize_t)sizeof(request);
	result = is_bad ? 0 : answer(s, &request, &is_bad);
	if (is_bad)
		say("a bad request ended the privileged process");
	return !is_bad && tell(s, REPLY_RESULT, result);
}

static _Noreturn void serve_all(struct server *s)
{
	struct pollfd fd = { .fd = s->socket, .events = POLLIN };

	for (;;) {
		int n = poll(&fd, 1, s->track.fd >= 0 ? GUARD_MS : -1);

		/* Also while main is stopped. */
		if (track_guard(&s->track))
			tell(s, REPLY_UNTRACKED, 0);
		if (n > 0 && !serve_one(s))
			leave(s);
	}
}

/* ------------------------------------------------------------ the start */

static void leave_main(const struct server *s)
{
	const int keep[] = { s->socket, s->life, s->config->tty,
			     s->config->fds[CT_SOCKET_SWEEP],
			     s->config->fds[CT_SOCKET_RESYNC] };

	detach("flowtop-broker", keep, sizeof(keep) / sizeof(keep[0]),
	       s->config->tty);
}

/* Waits for the end of the broker; after one by force it puts back. */
static _Noreturn void keep(struct server *s, int broker)
{
	struct sandbox_state sandbox;
	char done;

	prctl(PR_SET_NAME, "flowtop-keeper");
	/* Main must see the end of the broker, and nobody wait for ours. */
	close(s->socket);
	for (int i = 0; i < CT_SOCKETS; i++)
		close(s->config->fds[i]);
	if (sandbox_enter(SANDBOX_BROKER, s->config->sandbox, NULL, &sandbox))
		_exit(1);
	if (read(broker, &done, 1) == 0)
		restore(s);
	_exit(0);
}

/* Return: 0 or negative errno. */
static int keeper_start(struct server *s)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	signal(SIGCHLD, SIG_IGN);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		close(fds[1]);
		keep(s, fds[0]);
	}
	close(fds[0]);
	s->keeper = fds[1];
	return 0;
}

/* @reply: what to say to main. Return: its result. */
static int start(struct server *s, enum reply_kind *reply)
{
	const struct broker_config *config = s->config;
	struct sandbox_state sandbox;
	int state_error, err;

	s->sysctl = mmap(NULL, sizeof(*s->sysctl), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->sysctl == MAP_FAILED)
		return -errno;
	state_error = sysctl_open(s->sysctl);
	err = priv_drop(config->caller, BROKER_CAPS);
	*reply = err ? REPLY_NO_DROP : REPLY_NO_START;
	if (!err)
		err = keeper_start(s);
	if (!err)
		err = sandbox_enter(SANDBOX_BROKER, config->sandbox, NULL,
				    &sandbox);
	if (err)
		return err;
	*reply = REPLY_HELLO;
	return state_error;
}

_Noreturn void serve(const struct broker_config *config, int socket, int life)
{
	struct server s = { .config = config,
			    .socket = socket,
			    .life = life,
			    .group = getpgrp() };
	enum reply_kind reply = REPLY_NO_START;
	int result;

	s.has_terminal =
		config->tty >= 0 && tcgetattr(config->tty, &s.before) == 0;
	track_init(&s.track);
	leave_main(&s);
	result = start(&s, &reply);
	if (!tell(&s, reply, result) || reply != REPLY_HELLO)
		_exit(1);
	serve_all(&s);
}
