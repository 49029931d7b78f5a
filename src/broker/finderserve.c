/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The finder process: a little work, a look at the socket, and so on. What it
 * has found waits until main reads, and all work with it. Like the broker it
 * has no Landlock domain, which would hide other processes.
 */
#include "broker/finderserve.h"

#include "broker/finderscan.h"
#include "lib/clock.h"
#include "lib/detach.h"
#include "lib/diag.h"
#include "lib/fdpass.h"
#include "lib/priv.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLICE_NS (5 * NS_PER_MS)
#define HOLD_NS (5 * NS_PER_MS)

/* In the order in which they are worked on; but every fourth slice goes to the
 * last that is there, so that each of them ends. */
enum { JOB_HASTY, JOB_SCAN, JOB_FULL, JOBS };

struct walker {
	struct procwalk walk;
	uint64_t cost_ns;
	uint64_t hold_ns; /* no pass begins before; 0 */
	bool is_over;     /* the pass, which main was not told yet */
};

static struct server {
	int socket;
	unsigned int turn;
	struct walker walkers[JOBS]; /* of JOB_HASTY and JOB_FULL */
	struct walk_recent recent;
	struct finderscan scan;
	bool wants_list, wants_alone;
	int n_told; /* of the list of namespaces; -1: all */
	struct finder_answer out;
	bool has_out; /* it is still to be sent */
} server;

/* ------------------------------------------------------------ answers */

static _Noreturn void end(const char *why)
{
	struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

	/* Nobody holds the end up by not reading what is said. */
	if (why && poll(&fd, 1, 0) == 1 && fd.revents & POLLOUT)
		diag("%s", why);
	_exit(why ? 1 : 0);
}

static struct finder_answer *answer_new(struct server *s,
					enum finder_answer_kind kind)
{
	memset(&s->out, 0, sizeof(s->out));
	s->out.kind = kind;
	s->out.diag_fd = s->out.route_fd = -1;
	return &s->out;
}

/* Return: 0 or -EAGAIN. */
static int answer_send(struct server *s, const int *fds, int n)
{
	int err = fdpass_send(s->socket, &s->out, sizeof(s->out), fds, n);

	if (err && err != -EAGAIN && err != -ENOBUFS)
		end(NULL);
	s->has_out = err;
	return err;
}

static void open_space(struct server *s, uint64_t inode)
{
	struct finder_answer *answer = answer_new(s, FINDER_SPACE_OPENED);
	int fds[2], err = finderscan_open(&s->scan, inode, fds);

	answer->inode = inode;
	answer->error = err;
	/* They do not wait here: the namespace may have to go. */
	if (answer_send(s, fds, err ? 0 : 2) && !err)
		answer->error = -EAGAIN;
	for (int i = 0; i < 2 && !err; i++)
		close(fds[i]);
}

/* ------------------------------------------------------------ requests */

static bool has_room(const struct server *s)
{
	for (int i = 0; i < JOBS; i++) {
		if (s->walkers[i].walk.n_waiting > WALK_WANTED - FINDER_INODES)
			return false;
	}
	return true;
}

/* Behind a request that is full comes another: one pass will do for both. */
static bool take_walk(struct walker *w, const struct finder_request *request)
{
	bool is_full = request->n == FINDER_INODES;

	w->hold_ns = is_full ? clock_mono_ns() + HOLD_NS : 0;
	return request->n && request->n <= FINDER_INODES &&
	       !procwalk_want(&w->walk, request->inodes, (int)request->n);
}

/* Return: false: main must not ask that. */
static bool take(struct server *s, const struct finder_request *request)
{
	switch (request->kind) {
	case FINDER_WALK_HASTY:
		return take_walk(&s->walkers[JOB_HASTY], request);
	case FINDER_WALK:
		return take_walk(&s->walkers[JOB_FULL], request);
	case FINDER_LIST_SPACES:
		s->wants_list = true;
		return true;
	case FINDER_OPEN_SPACE:
		open_space(s, request->inode);
		return true;
	case FINDER_ASK_ALONE:
		s->wants_alone = true;
		return true;
	default:
		return false;
	}
}

static void take_one(struct server *s)
{
	struct finder_request request;
	ssize_t n = recv(s->socket, &request, sizeof(request),
			 MSG_DONTWAIT | MSG_TRUNC);

	if (!n || (n < 0 && errno != EAGAIN && errno != EINTR))
		end(NULL);
	if (n > 0 && (n != (ssize_t)sizeof(request) || !take(s, &request)))
		end("a bad request ended the process that finds owners");
}

/* ------------------------------------------------------------ work */

static void walk_slice(struct server *s, struct walker *w)
{
	struct finder_answer *answer;
	uint64_t start = clock_thread_cpu_ns();

	if (w->is_over) {
		answer = answer_new(s, FINDER_PASS_DONE);
		answer->cost_ns = w->cost_ns;
		answer->is_full = !w->walk.is_partial;
		w->is_over = false;
		w->cost_ns = 0;
		answer_send(s, NULL, 0);
		return;
	}
	answer = answer_new(s, FINDER_FOUND_SOCKETS);
	answer->n =
		(uint32_t)procwalk_step(&w->walk, clock_mono_ns() + SLICE_NS,
					answer->found, FINDER_FOUND);
	w->cost_ns += clock_thread_cpu_ns() - start;
	w->is_over = w->walk.phase == WALK_IDLE;
	if (answer->n)
		answer_send(s, NULL, 0);
}

static void list_tell(struct server *s)
{
	struct finder_answer *answer = answer_new(s, FINDER_SPACE_LIST);
	const struct scan_list *list = &s->scan.done;
	int n = list->n - s->n_told;

	n = n < FINDER_SPACES ? n : FINDER_SPACES;
	memcpy(answer->space, list->spaces + s->n_told,
	       (size_t)n * sizeof(list->spaces[0]));
	answer->n = (uint32_t)n;
	s->n_told += n;
	answer->is_last = s->n_told == list->n;
	if (answer->is_last)
		s->n_told = -1;
	answer_send(s, NULL, 0);
}

static void scan_slice(struct server *s)
{
	enum scan_kind kind = s->scan.kind;

	if (s->n_told >= 0) {
		list_tell(s);
		return;
	}
	if (kind == SCAN_NONE) {
		kind = s->wants_alone ? SCAN_ALONE : SCAN_LIST;
		*(s->wants_alone ? &s->wants_alone : &s->wants_list) = false;
		finderscan_begin(&s->scan, kind);
	}
	if (!finderscan_step(&s->scan, clock_mono_ns() + SLICE_NS))
		return;
	if (kind == SCAN_LIST) {
		s->n_told = 0;
		return;
	}
	answer_new(s, FINDER_ALONE)->is_alone = s->scan.is_alone;
	answer_send(s, NULL, 0);
}

static bool is_held(const struct walker *w)
{
	return w->hold_ns && w->walk.phase == WALK_IDLE && !w->is_over &&
	       clock_mono_ns() < w->hold_ns;
}

static bool is_busy(const struct server *s, int job)
{
	const struct walker *w = &s->walkers[job];

	if (job == JOB_SCAN)
		return s->scan.kind != SCAN_NONE || s->n_told >= 0 ||
		       s->wants_list || s->wants_alone;
	return !is_held(w) && (procwalk_is_busy(&w->walk) || w->is_over);
}

/* Return: how long there is nothing to do without a request; -1 for ever. */
static int wait_ms(const struct server *s, int job)
{
	if (s->has_out)
		return -1;
	if (job != JOBS)
		return 0;
	for (int i = 0; i < JOBS; i++) {
		if (i != JOB_SCAN && is_held(&s->walkers[i]))
			return 1;
	}
	return -1;
}

/* Return: the job whose turn it is; JOBS: none. */
static int job_next(const struct server *s)
{
	int next = JOBS;

	for (int i = 0; i < JOBS; i++) {
		if (is_busy(s, i) && (next == JOBS || s->turn % 4 == 3))
			next = i;
	}
	return next;
}

static _Noreturn void serve_all(struct server *s)
{
	struct pollfd fd = { .fd = s->socket };

	for (;; s->turn++) {
		int job = job_next(s);

		fd.events = s->has_out ? POLLOUT : has_room(s) ? POLLIN : 0;
		poll(&fd, 1, wait_ms(s, job));
		if (fd.revents & (POLLHUP | POLLERR))
			end(NULL);
		if (s->has_out)
			answer_send(s, NULL, 0);
		else if (fd.revents & POLLIN)
			take_one(s);
		else if (job == JOB_SCAN)
			scan_slice(s);
		else if (job != JOBS)
			walk_slice(s, &s->walkers[job]);
	}
}

/* ------------------------------------------------------------ the start */

static uint32_t rights_find(void)
{
	uint64_t caps = priv_permitted();
	uint32_t rights = 0;
	struct stat st;

	if (caps & PRIV_CAP(CAP_SYS_PTRACE))
		rights |= FINDER_CAN_PTRACE;
	if (caps & PRIV_CAP(CAP_DAC_READ_SEARCH))
		rights |= FINDER_CAN_READ;
	if (caps & PRIV_CAP(CAP_SYS_ADMIN))
		rights |= FINDER_CAN_NETNS;
	if (!stat("/proc/self/ns/pid", &st) && st.st_ino == FINDER_FIRST_PIDS)
		rights |= FINDER_SEES_ALL;
	return rights;
}

/* Return: 0 or negative errno. */
static int start(struct server *s, const struct finder_config *config,
		 uint32_t *rights)
{
	struct sandbox_state sandbox;
	int err = priv_drop(config->caller, priv_permitted() & FINDER_CAPS);

	if (!err)
		err = finderscan_init(&s->scan);
	if (err)
		return err;
	*rights = rights_find();
	/* A /proc with hidepid hides them from who lacks CAP_SYS_PTRACE. */
	s->scan.sees_all =
		*rights & FINDER_SEES_ALL && *rights & FINDER_CAN_PTRACE;
	s->n_told = -1;
	for (int i = 0; i < JOBS; i++) {
		if (i == JOB_SCAN)
			continue;
		procwalk_init(&s->walkers[i].walk);
		s->walkers[i].walk.is_hasty = i == JOB_HASTY;
		s->walkers[i].walk.recent = &s->recent;
	}
	return sandbox_enter(SANDBOX_FINDER, config->sandbox, NULL, &sandbox);
}

_Noreturn void finder_serve(const struct finder_config *config, int socket)
{
	struct finder_hello hello = { .rights = 0 };
	struct server *s = &server;

	s->socket = socket;
	detach("flowtop-finder", &socket, 1, -1);
	hello.result = start(s, config, &hello.rights);
	if (fdpass_send(socket, &hello, sizeof(hello), NULL, 0) || hello.result)
		_exit(1);
	serve_all(s);
}
