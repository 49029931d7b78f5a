/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When the terminal can take another frame.
 *
 * How much it has yet to read cannot be seen from here: on a pty TIOCOUTQ is
 * always 0. So it is asked for its status (CSI 5 n) after a frame; the answer
 * (CSI 0 n) comes after all that was written before. Where there is no answer,
 * or one so late that leaving could not wait for it, the time that writing a
 * frame took has to do.
 */
#ifndef FLOWTOP_UI_CREDIT_H
#define FLOWTOP_UI_CREDIT_H

#include "lib/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* Whoever leaves waits no longer for an answer. */
#define CREDIT_MAX_WAIT_NS (750 * NS_PER_MS)
#define CREDIT_DELAYS 4

enum credit_trust {
	CREDIT_NEVER, /* does not answer in time: is not asked */
	CREDIT_TRIED, /* nobody knows */
	CREDIT_GIVEN,
};

struct credit {
	enum credit_trust trust;
	bool is_open;      /* a question is open: */
	uint64_t asked_ns; /* since then */
	uint64_t ready_ns; /* without answers: when the next frame may come */
	unsigned int n_answers;
	uint64_t delay_ns[CREDIT_DELAYS]; /* of the last answers */
};

/** credit_init - @is_asked: the terminal may be asked. */
void credit_init(struct credit *credit, bool is_asked);

/** credit_wants - a question may be asked now. */
bool credit_wants(const struct credit *credit);

/** credit_asked, credit_answered - the question and its answer. */
void credit_asked(struct credit *credit, uint64_t now_ns);
void credit_answered(struct credit *credit, uint64_t now_ns);

/** credit_wrote - a frame was written. */
void credit_wrote(struct credit *credit, uint64_t began_ns, uint64_t now_ns);

/** credit_is_ready - another frame may be written. */
bool credit_is_ready(struct credit *credit, uint64_t now_ns);

/** credit_wait_ns - how long an answer is worth waiting for when leaving.
 * Return: 0 when none is. */
uint64_t credit_wait_ns(const struct credit *credit, uint64_t now_ns);

#endif
