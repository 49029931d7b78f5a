/* SPDX-License-Identifier: GPL-2.0-only */
/* Main's side: starting the scribe, asking it, and leaving it. */
#include "broker/scribe.h"

#include "broker/scribeserve.h"
#include "lib/alloc.h"
#include "lib/conf.h"
#include "lib/fdpass.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* It asks for the home directory, which may be a question to a network. */
#define START_MS 10000
#define LEAVE_MS 100

struct scribe {
	int socket;
	pid_t pid;
	bool is_asked, is_gone;
};

/* Return: 1, 0 or negative errno, as fdpass_receive(). */
static int hear(struct scribe *s, int ms, void *message, size_t size)
{
	struct pollfd fd = { .fd = s->socket, .events = POLLIN };
	int fds[FDPASS_MAX], heard;

	if (poll(&fd, 1, ms) < 1)
		return 0;
	heard = fdpass_receive(s->socket, message, size, fds);
	for (int i = 0; i < FDPASS_MAX && heard == 1; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return heard;
}

static int take_file(struct scribe *s, int memfd, struct scribe_file *file)
{
	struct scribe_hello hello;
	int heard = hear(s, START_MS, &hello, sizeof(hello));
	ssize_t n;

	if (heard < 1)
		return heard ? heard : -ETIMEDOUT;
	*file = (struct scribe_file){ .error = hello.error };
	hello.path[sizeof(hello.path) - 1] = '\0';
	str_copy(file->path, sizeof(file->path), hello.path);
	if (hello.size > CONF_SIZE)
		return -EPROTO;
	file->text = xmalloc(hello.size + 1);
	n = pread(memfd, file->text, hello.size, 0);
	file->size = n > 0 ? (size_t)n : 0;
	file->text[file->size] = '\0';
	return 0;
}

static int start(struct scribe *s, const struct scribe_config *config,
		 struct scribe_file *file)
{
	int sockets[2], memfd, err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		return -errno;
	s->socket = sockets[0];
	memfd = memfd_create("settings", MFD_CLOEXEC);
	s->pid = memfd < 0 ? -1 : fork();
	err = s->pid < 0 ? -errno : 0;
	if (!s->pid)
		scribe_serve(config, sockets[1], memfd);
	close(sockets[1]);
	if (!err)
		err = take_file(s, memfd, file);
	if (memfd >= 0)
		close(memfd);
	return err;
}

struct scribe *scribe_start(const struct scribe_config *config,
			    struct scribe_file *file)
{
	struct scribe *s = xmalloc(sizeof(*s));
	int err;

	*s = (struct scribe){ .socket = -1, .pid = -1 };
	err = start(s, config, file);
	if (!err)
		return s;
	scribe_close(s);
	errno = -err;
	return NULL;
}

void scribe_close(struct scribe *s)
{
	struct pollfd fd = { .events = POLLIN };
	bool has_left = false;

	if (!s)
		return;
	if (s->socket >= 0) {
		shutdown(s->socket, SHUT_WR);
		fd.fd = s->socket;
		/* What it is writing just now gets done, with us or without. */
		while (!has_left && poll(&fd, 1, LEAVE_MS) == 1) {
			char rest[sizeof(struct scribe_reply)];

			has_left = recv(s->socket, rest, sizeof(rest), 0) <= 0;
		}
		close(s->socket);
	}
	if (s->pid > 0)
		waitpid(s->pid, NULL, has_left ? 0 : WNOHANG);
	free(s);
}

/* Return: a descriptor that nobody can change any more; negative errno. */
static int sealed(const char *text, size_t size)
{
	int fd = memfd_create("changes", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, size) != (ssize_t)size ||
	    fcntl(fd, F_ADD_SEALS,
		  F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL))
		err = errno ? -errno : -EIO;
	if (!err)
		return fd;
	close(fd);
	return err;
}

int scribe_write(struct scribe *s, const char *changes, size_t size)
{
	int fd, err;

	if (s->is_gone)
		return -EPIPE;
	if (s->is_asked)
		return -EBUSY;
	if (size > CONF_SIZE)
		return -EFBIG;
	fd = sealed(changes, size);
	if (fd < 0)
		return fd;
	err = fdpass_send(s->socket, "W", 1, &fd, 1);
	close(fd);
	s->is_asked = !err;
	s->is_gone = err == -EPIPE;
	return err;
}

int scribe_take(struct scribe *s, int ms, struct scribe_reply *reply)
{
	int heard;

	if (!s->is_asked)
		return -ENOMSG;
	heard = hear(s, ms, reply, sizeof(*reply));
	s->is_asked = !heard;
	s->is_gone = heard < 0;
	reply->what[SCRIBE_TEXT - 1] = '\0';
	return heard;
}
