// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of a stopped thread: all of inject that depends on the CPU.
 */
#ifndef TOOLS_REGS_H
#define TOOLS_REGS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/user.h>

#define MAX_ARGS 6

struct insn {
	uint8_t bytes[4];
	size_t size;
};

#if defined(__x86_64__)
static const struct insn syscall_insn = { { 0x0f, 0x05 }, 2 };

static inline void set_call(struct user_regs_struct *regs, uint64_t insn,
			    long nr, const uint64_t args[MAX_ARGS])
{
	regs->rip = insn;
	regs->rax = (uint64_t)nr;
	regs->orig_rax = (uint64_t)-1; /* in no call that is to be restarted */
	regs->rdi = args[0];
	regs->rsi = args[1];
	regs->rdx = args[2];
	regs->r10 = args[3];
	regs->r8 = args[4];
	regs->r9 = args[5];
}

static inline uint64_t stack_of(const struct user_regs_struct *regs)
{
	return regs->rsp;
}
#elif defined(__aarch64__)
static const struct insn syscall_insn = { { 0x01, 0x00, 0x00, 0xd4 }, 4 };

static inline void set_call(struct user_regs_struct *regs, uint64_t insn,
			    long nr, const uint64_t args[MAX_ARGS])
{
	regs->pc = insn;
	regs->regs[8] = (uint64_t)nr;
	memcpy(regs->regs, args, MAX_ARGS * sizeof(*args));
}

static inline uint64_t stack_of(const struct user_regs_struct *regs)
{
	return regs->sp;
}
#else
#error "no register access for this CPU"
#endif

#endif
