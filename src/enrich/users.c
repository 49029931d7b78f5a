/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hash of names that only grows. One thread adds, all read: a name is
 * complete before the chain leads to it.
 *
 * The thread may hang in a name service. Then it is left behind, with its
 * memory: an exit does not wait for a server.
 */
#include "enrich/users.h"

#include "lib/clock.h"
#include "lib/queue.h"
#include "lib/sanitize.h"
#include "lib/thread.h"

#include <pwd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WAITING 1024
#define MAX_NAMES 16384
#define N_HEADS 1024
#define NAME_SIZE 64
#define ENTRY_SIZE 16384 /* of the passwd file; larger ones are skipped */
#define STOP_MS 100

struct name {
	struct name *next;
	uint32_t uid;
	char text[NAME_SIZE]; /* "": there is none */
};

struct users {
	_Atomic(struct name *) heads[N_HEADS];
	/* What was asked for last, + 1: rows ask again and again. */
	_Atomic uint64_t lately[N_HEADS];
	_Atomic uint64_t version;
	_Atomic bool is_ended; /* the thread */
	struct queue *queue;
	struct thread thread;
	uint32_t n; /* the thread's */
	bool is_started, is_left;
};

static uint32_t place_of(uint32_t uid)
{
	return uid * 0x9e3779b1U >> 22;
}

_Static_assert(N_HEADS == 1U << (32 - 22), "as many as place_of() gives");

struct users *users_new(void)
{
	struct users *users = calloc(1, sizeof(*users));

	if (!users)
		return NULL;
	users->queue = queue_new(sizeof(uint32_t), MAX_WAITING);
	if (!users->queue) {
		free(users);
		return NULL;
	}
	return users;
}

void users_free(struct users *users)
{
	struct name *name, *next;

	if (!users || users->is_left)
		return;
	for (int i = 0; i < N_HEADS; i++) {
		for (name = atomic_load(&users->heads[i]); name; name = next) {
			next = name->next;
			free(name);
		}
	}
	queue_free(users->queue);
	free(users);
}

static const struct name *name_find(const struct users *users, uint32_t uid)
{
	const struct name *name = atomic_load_explicit(
		&users->heads[place_of(uid)], memory_order_acquire);

	while (name && name->uid != uid)
		name = name->next;
	return name;
}

static void name_add(struct users *users, uint32_t uid, const char *text)
{
	_Atomic(struct name *) *head = &users->heads[place_of(uid)];
	struct name *name = calloc(1, sizeof(*name));

	if (!name)
		return;
	name->uid = uid;
	sanitize_text(name->text, sizeof(name->text), text, strlen(text), NULL);
	name->next = atomic_load_explicit(head, memory_order_relaxed);
	atomic_store_explicit(head, name, memory_order_release);
	users->n++;
	if (name->text[0])
		atomic_fetch_add(&users->version, 1);
}

static void look_up(struct users *users, uint32_t uid)
{
	char entry[ENTRY_SIZE];
	struct passwd user, *found = NULL;
	int err;

	if (users->n >= MAX_NAMES || name_find(users, uid))
		return;
	err = getpwuid_r(uid, &user, entry, sizeof(entry), &found);
	if (found)
		name_add(users, uid, user.pw_name);
	else if (!err)
		name_add(users, uid, "");
	else /* a failure that may pass: who asks again gets another try */
		atomic_store(&users->lately[place_of(uid)], 0);
}

static void run(void *arg)
{
	struct users *users = arg;
	uint32_t uid;

	while (queue_wait(users->queue, UINT64_MAX))
		if (queue_pop(users->queue, &uid, 1))
			look_up(users, uid);
	atomic_store(&users->is_ended, true);
}

int users_start(struct users *users)
{
	int err = thread_start(&users->thread, "users", run, users);

	users->is_started = !err;
	return err;
}

void users_stop(struct users *users)
{
	uint32_t uid;

	if (!users->is_started)
		return;
	queue_close(users->queue);
	while (queue_pop(users->queue, &uid, 1))
		;
	for (int i = 0; i < STOP_MS && !atomic_load(&users->is_ended); i++)
		clock_sleep_ns(NS_PER_MS);
	users->is_left = !atomic_load(&users->is_ended);
	if (!users->is_left)
		thread_join(&users->thread);
	users->is_started = false;
}

void users_want(struct users *users, uint32_t uid)
{
	_Atomic uint64_t *lately = &users->lately[place_of(uid)];

	if (name_find(users, uid) ||
	    atomic_exchange(lately, (uint64_t)uid + 1) == (uint64_t)uid + 1)
		return;
	if (!queue_push(users->queue, &uid))
		atomic_store(lately, 0);
}

const char *users_name(const struct users *users, uint32_t uid)
{
	const struct name *name = name_find(users, uid);

	return name && name->text[0] ? name->text : NULL;
}

uint64_t users_version(const struct users *users)
{
	return atomic_load(&users->version);
}
