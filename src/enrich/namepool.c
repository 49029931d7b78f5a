// SPDX-License-Identifier: GPL-2.0-only
#include "enrich/namepool.h"

#include "lib/clock.h"
#include "lib/queue.h"
#include "lib/resolver.h"
#include "lib/thread.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define IDLE_NS (10 * NS_PER_S)
/* Of addresses, not of memory. Modules of name services parse answers on it. */
#define STACK_BYTES (512 << 10)
/* Whose the socket of a question was is found in this time, or by births. */
#define SEEN_NS (50 * NS_PER_MS)

struct worker {
	struct thread thread;
	struct namepool *pool;
	bool is_used;
};

struct namepool {
	struct names_config config;
	_Atomic uint32_t refs; /* the owner, and each thread */
	_Atomic uint32_t n_learned;
	struct queue *questions, *answers;
	struct mutex mutex; /* of what follows, and of taking questions */
	struct worker worker[NAMES_THREADS];
	uint32_t n_threads, n_busy;
};

struct namepool *namepool_new(const struct names_config *config)
{
	struct namepool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pool->config = *config;
	atomic_init(&pool->refs, 1);
	mutex_init(&pool->mutex);
	pool->questions =
		queue_new(sizeof(struct name_question), NAMES_OUTSTANDING);
	pool->answers = queue_new(sizeof(struct name_answer),
				  NAMES_OUTSTANDING + NAMES_LEARNED);
	if (pool->questions && pool->answers)
		return pool;
	namepool_leave(pool);
	return NULL;
}

static void put(struct namepool *pool)
{
	struct name_answer answer;

	if (atomic_fetch_sub(&pool->refs, 1) != 1)
		return;
	while (pool->answers && namepool_take(pool, &answer))
		name_fact_put(answer.fact);
	queue_free(pool->questions);
	queue_free(pool->answers);
	mutex_destroy(&pool->mutex);
	free(pool);
}

void namepool_leave(struct namepool *pool)
{
	if (pool)
		put(pool);
}

/* ---------------------------------------------------------------- threads */

static int ask_system(const struct addr *addr, uint8_t family, char *name)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (family == FAMILY_IPV4) {
		memcpy(&in.sin_addr, addr, sizeof(in.sin_addr));
		return resolver_name((struct sockaddr *)&in, sizeof(in), name);
	}
	memcpy(&in6.sin6_addr, addr, sizeof(in6.sin6_addr));
	return resolver_name((struct sockaddr *)&in6, sizeof(in6), name);
}

static const struct name_fact *look_up(const struct names_config *config,
				       const struct name_question *question)
{
	char name[RESOLVER_NAME_SIZE] = "";
	int err = config->look_up
			  ? config->look_up(config->ctx, &question->addr,
					    question->family, name)
			  : ask_system(&question->addr, question->family, name);

	return err ? NULL : name_fact_accept(name, strnlen(name, sizeof(name)));
}

static void answer(struct namepool *pool, const struct name_question *question)
{
	struct name_answer found = {
		.addr = question->addr,
		.family = question->family,
		.fact = look_up(&pool->config, question),
	};

	if (!queue_push(pool->answers, &found))
		name_fact_put(found.fact);
	if (pool->config.look_up)
		return;
	clock_sleep_ns(SEEN_NS);
	resolver_close();
}

/* Return: whether there is one. @was_busy: with the one before. */
static bool next_question(struct namepool *pool, bool was_busy,
			  struct name_question *question)
{
	bool has_one;

	mutex_lock(&pool->mutex);
	has_one = queue_pop(pool->questions, question, 1);
	pool->n_busy -= was_busy;
	pool->n_busy += has_one;
	mutex_unlock(&pool->mutex);
	return has_one;
}

/* Nobody may think that this thread takes a question when it does not. */
static bool may_end(struct namepool *pool, struct worker *worker)
{
	bool may;

	mutex_lock(&pool->mutex);
	may = !queue_count(pool->questions);
	if (may) {
		pool->n_threads--;
		worker->is_used = false;
	}
	mutex_unlock(&pool->mutex);
	return may;
}

static void run(void *arg)
{
	struct worker *worker = arg;
	struct namepool *pool = worker->pool;
	struct name_question question;
	bool is_busy = false;

	do {
		while (next_question(pool, is_busy, &question)) {
			answer(pool, &question);
			is_busy = true;
		}
		is_busy = false;
		queue_wait(pool->questions, IDLE_NS);
	} while (!may_end(pool, worker));
	put(pool);
}

/* Context: locked. When none can be started, one that is there has to do it. */
static void start_one(struct namepool *pool)
{
	struct worker *worker = pool->worker;

	while (worker->is_used)
		worker++;
	worker->pool = pool;
	atomic_fetch_add(&pool->refs, 1);
	if (thread_start_free(&worker->thread, "names", run, worker,
			      STACK_BYTES)) {
		atomic_fetch_sub(&pool->refs, 1);
		return;
	}
	worker->is_used = true;
	pool->n_threads++;
}

bool namepool_ask(struct namepool *pool, const struct name_question *question)
{
	bool is_asked;

	mutex_lock(&pool->mutex);
	if (pool->n_threads < NAMES_THREADS &&
	    queue_count(pool->questions) >= pool->n_threads - pool->n_busy)
		start_one(pool);
	is_asked = pool->n_threads && queue_push(pool->questions, question);
	mutex_unlock(&pool->mutex);
	return is_asked;
}

void namepool_close(struct namepool *pool)
{
	struct name_question question;

	mutex_lock(&pool->mutex);
	queue_close(pool->questions);
	while (queue_pop(pool->questions, &question, 1))
		;
	mutex_unlock(&pool->mutex);
	queue_close(pool->answers);
}

/* ---------------------------------------------------------------- answers */

void namepool_learn(struct namepool *pool, const struct addr *addr,
		    uint8_t family, const struct name_fact *fact)
{
	const struct name_answer learned = {
		.addr = *addr,
		.family = family,
		.fact = fact,
		.is_learned = true,
	};

	/* Answers always have room beside them. */
	if (atomic_fetch_add(&pool->n_learned, 1) < NAMES_LEARNED &&
	    queue_push(pool->answers, &learned))
		return;
	atomic_fetch_sub(&pool->n_learned, 1);
	name_fact_put(fact);
}

bool namepool_take(struct namepool *pool, struct name_answer *found)
{
	if (!queue_pop(pool->answers, found, 1))
		return false;
	if (found->is_learned)
		atomic_fetch_sub(&pool->n_learned, 1);
	return true;
}

int namepool_fd(const struct namepool *pool)
{
	return queue_fd(pool->answers);
}
