// SPDX-License-Identifier: GPL-2.0-only
/* Frames wait for the terminal. */
#include "ui/credit.h"

#define FIRST_ANSWER_NS NS_PER_S /* then it does not answer at all */
#define ANSWER_NS (10 * NS_PER_S)
#define LATE_ANSWER_NS (2 * NS_PER_S) /* from one that seemed not to */
#define MIN_WAIT_NS (200 * NS_PER_MS)
#define LONG_WRITE_NS (50 * NS_PER_MS)
#define MAX_REST_NS (10 * NS_PER_S)

void credit_init(struct credit *credit, bool is_asked)
{
	*credit = (struct credit){
		.trust = is_asked ? CREDIT_TRIED : CREDIT_NEVER,
	};
}

bool credit_wants(const struct credit *credit)
{
	return credit->trust != CREDIT_NEVER && !credit->is_open;
}

void credit_asked(struct credit *credit, uint64_t now_ns)
{
	credit->is_open = true;
	credit->asked_ns = now_ns;
}

/* The fastest of the last answers: others had frames to wait for. */
static uint64_t least_delay_ns(const struct credit *credit)
{
	uint64_t least_ns = UINT64_MAX;

	for (unsigned int i = 0; i < CREDIT_DELAYS && i < credit->n_answers;
	     i++)
		if (credit->delay_ns[i] < least_ns)
			least_ns = credit->delay_ns[i];
	return least_ns;
}

void credit_answered(struct credit *credit, uint64_t now_ns)
{
	if (!credit->is_open)
		return;
	credit->is_open = false;
	credit->delay_ns[credit->n_answers++ % CREDIT_DELAYS] =
		now_ns - credit->asked_ns;
	credit->trust = least_delay_ns(credit) > CREDIT_MAX_WAIT_NS
				? CREDIT_NEVER
				: CREDIT_GIVEN;
}

/* Half of the time is enough for writing. */
void credit_wrote(struct credit *credit, uint64_t began_ns, uint64_t now_ns)
{
	uint64_t took_ns = now_ns > began_ns ? now_ns - began_ns : 0;

	if (took_ns > MAX_REST_NS)
		took_ns = MAX_REST_NS;
	credit->ready_ns = took_ns > LONG_WRITE_NS ? now_ns + took_ns : 0;
}

bool credit_is_ready(struct credit *credit, uint64_t now_ns)
{
	bool is_given = credit->trust == CREDIT_GIVEN;

	if (credit->is_open &&
	    now_ns >
		    credit->asked_ns + (is_given ? ANSWER_NS : FIRST_ANSWER_NS))
		credit->trust = CREDIT_NEVER;
	if (credit->trust == CREDIT_NEVER)
		return now_ns >= credit->ready_ns;
	return !(credit->is_open && is_given);
}

uint64_t credit_wait_ns(const struct credit *credit, uint64_t now_ns)
{
	uint64_t end_ns = credit->asked_ns, least_end_ns = now_ns;
	unsigned int last = (credit->n_answers - 1) % CREDIT_DELAYS;

	if (!credit->is_open)
		return 0;
	if (credit->trust == CREDIT_GIVEN) {
		end_ns += 2 * credit->delay_ns[last];
		least_end_ns += MIN_WAIT_NS;
	} else {
		end_ns += LATE_ANSWER_NS;
	}
	if (end_ns < least_end_ns)
		end_ns = least_end_ns;
	return end_ns - now_ns < CREDIT_MAX_WAIT_NS ? end_ns - now_ns
						    : CREDIT_MAX_WAIT_NS;
}
