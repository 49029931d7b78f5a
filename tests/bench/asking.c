// SPDX-License-Identifier: GPL-2.0-only
/*
 * What owners cost the collector: flows that begin and end, as fast as they can
 * be taken in, with nobody to ask, with a worker that is asked, and with one
 * that answers.
 *
 *   asking [FLOWS]
 *
 * One JSON line for each, in nanoseconds of CPU for a flow. The worker is
 * played here: a queue, as the real one has; what is defined here, the linker
 * does not take from the library.
 */
#include "enrich/owners.h"
#include "lib/clock.h"
#include "lib/queue.h"
#include "lib/rcu.h"
#include "source/source.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "intake.h"

#define SLICE 256   /* flows between two slices of owners */
#define N_PROCS 500 /* that they belong to */

struct owners {
	struct queue *jobs;
	bool answers;
	uint64_t worker_ns; /* what this play costs, and not the collector */
	const struct proc_fact *proc[N_PROCS];
};

bool owners_ask(struct owners *o, const struct owner_job *job)
{
	return queue_push(o->jobs, job);
}

void owners_send(struct owners *o)
{
	(void)o;
}

int owners_fd(const struct owners *o)
{
	(void)o;
	return -1;
}

size_t owners_take(struct owners *o, struct owner_fact *facts, size_t max)
{
	uint64_t start_ns = clock_thread_cpu_ns();
	struct owner_job jobs[SLICE];
	size_t n = queue_pop(o->jobs, jobs, max < SLICE ? max : SLICE);

	for (size_t i = 0; i < n; i++)
		facts[i] = (struct owner_fact){
			.fact = FACT_OWNER,
			.kind = OWNER_LOCAL,
			.holders = 1,
			.flow = jobs[i].flow,
			.proc = proc_fact_get(
				o->proc[jobs[i].flow.id % N_PROCS]),
		};
	o->worker_ns += clock_thread_cpu_ns() - start_ns;
	if (o->answers)
		return n;
	for (size_t i = 0; i < n; i++)
		proc_fact_put(facts[i].proc);
	return 0;
}

uint64_t owners_pending(const struct owners *o)
{
	(void)o;
	return 0;
}

void owners_trim(struct owners *owners)
{
	(void)owners;
}

int owners_alone_fd(const struct owners *o)
{
	(void)o;
	return -1;
}

static struct sample sample_make(enum sample_kind kind, uint32_t n)
{
	struct sample s = {
		.kind = kind,
		.has = HAS_ID | HAS_REPLY | HAS_STATUS | HAS_COUNTERS,
		.mono_ns = NS_PER_S + n,
		.id = n,
		.key = { .family = FAMILY_IPV4, .proto = IPPROTO_UDP },
		.bytes = { 100, 1000 },
	};

	memcpy(s.key.tuple.src.byte, &n, sizeof(n));
	s.key.tuple.dst.byte[0] = 10;
	s.reply.src = s.key.tuple.dst;
	s.reply.dst = s.key.tuple.src;
	return s;
}

static void run(const char *label, struct owners *o, uint32_t n_flows)
{
	struct collector_config config = {
		.max_flows = 1000000,
		.n_expected = 20000,
		.linger_ns = NS_PER_S,
		.owners = o,
	};
	struct intake in;
	uint64_t start_ns;

	if (intake_init(&in, &config))
		abort();
	start_ns = clock_thread_cpu_ns();
	for (uint32_t n = 1; n <= n_flows; n++) {
		struct sample s = sample_make(SAMPLE_NEW, n);

		in.sink.sample(in.sink.ctx, &s);
		if (n > 10000) {
			s = sample_make(SAMPLE_DESTROY, n - 10000);
			in.sink.sample(in.sink.ctx, &s);
		}
		if (n % SLICE == 0)
			intake_own(&in);
		if (n % 8192 == 0)
			intake_expire(&in);
	}
	start_ns = clock_thread_cpu_ns() - start_ns - (o ? o->worker_ns : 0);
	printf("{\"run\":\"%s\",\"flows\":%u,\"ns_per_flow\":%.1f}\n", label,
	       n_flows, (double)start_ns / n_flows);
	intake_fini(&in);
	rcu_drain();
}

int main(int argc, char **argv)
{
	uint32_t n_flows = argc > 1 ? (uint32_t)atol(argv[1]) : 2000000;
	struct owners o = {
		.jobs = queue_new(sizeof(struct owner_job), OWNERS_JOBS),
	};

	reader_register();
	for (uint32_t i = 0; i < N_PROCS; i++) {
		struct proc_fact *proc = proc_fact_new();

		if (!proc)
			abort();
		proc->pid = proc->starttime = i + 1;
		o.proc[i] = proc;
	}
	for (int i = 0; i < 3; i++) {
		run("nobody", NULL, n_flows);
		o.worker_ns = 0;
		o.answers = false;
		run("asked", &o, n_flows);
		o.worker_ns = 0;
		o.answers = true;
		run("answered", &o, n_flows);
	}
	for (int i = 0; i < N_PROCS; i++)
		proc_fact_put(o.proc[i]);
	queue_free(o.jobs);
	reader_unregister();
	return 0;
}
