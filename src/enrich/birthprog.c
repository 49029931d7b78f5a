/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record is put together on the stack and given to the ring in one call.
 * In C it were:
 *
 *	if (kind == BIRTH_CONNECT && ctx->op != BPF_SOCK_OPS_TCP_CONNECT_CB)
 *		return 1;
 *	struct birth_record r = { .kind = kind, .has = has };
 *	r.cookie = bpf_get_socket_cookie(ctx);
 *	r.boot_ns = bpf_ktime_get_boot_ns();
 *	(and what else it has)
 *	if (bpf_ringbuf_output(ring, &r, size, BPF_RB_NO_WAKEUP))
 *		__sync_fetch_and_add(&lost[kind], 1);
 *	return 1;
 *
 * No wake-up: the reader looks from time to time, and a process that makes a
 * socket shall not pay for it.
 */
#include "enrich/birthprog.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

/* Newer than some headers with which this is built. */
enum {
	CALL_GET_NETNS_COOKIE = 122, /* BPF_FUNC_get_netns_cookie */
	CALL_KTIME_GET_BOOT_NS = 125,
	CALL_RINGBUF_OUTPUT = 130,
	RINGBUF_NO_WAKEUP = 1, /* BPF_RB_NO_WAKEUP */
};

/* r0 is what a call returns, r1 to r5 are its arguments, and lost by it; r6
 * survives. */
enum {
	RESULT = BPF_REG_0,
	ARG1 = BPF_REG_1,
	ARG2 = BPF_REG_2,
	ARG3 = BPF_REG_3,
	ARG4 = BPF_REG_4,
	CONTEXT = BPF_REG_6,
	STACK = BPF_REG_10,
};

#define RECORD (-(int)sizeof(struct birth_record)) /* on the stack */
#define AT(field) (RECORD + (int)offsetof(struct birth_record, field))
#define WORD sizeof(uint32_t)

/* ----------------------------------------------------------- instructions */

/* Return: its place. */
static int put(struct birthprog *p, int code, int dst, int src, int off,
	       int imm)
{
	p->insn[p->n] = (struct bpf_insn){
		.code = (uint8_t)code,
		.dst_reg = (uint8_t)dst & 0xf,
		.src_reg = (uint8_t)src & 0xf,
		.off = (int16_t)off,
		.imm = imm,
	};
	return p->n++;
}

static void move(struct birthprog *p, int dst, int src)
{
	put(p, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static void set(struct birthprog *p, int dst, int value)
{
	put(p, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value);
}

/* dst = address of that place of the stack */
static void set_stack(struct birthprog *p, int dst, int place)
{
	move(p, dst, STACK);
	put(p, BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, place);
}

/* dst = the map, or with BPF_PSEUDO_MAP_VALUE the address in its value; the
 * kernel puts it in. */
static void set_map(struct birthprog *p, int dst, int pseudo, int fd, int off)
{
	put(p, BPF_LD | BPF_DW | BPF_IMM, dst, pseudo, 0, fd);
	put(p, 0, 0, 0, 0, off);
}

static void load_word(struct birthprog *p, int dst, int src, size_t off)
{
	put(p, BPF_LDX | BPF_MEM | BPF_W, dst, src, (int)off, 0);
}

static void store(struct birthprog *p, int place, int src)
{
	put(p, BPF_STX | BPF_MEM | BPF_DW, STACK, src, place, 0);
}

static void store_word(struct birthprog *p, int place, int src)
{
	put(p, BPF_STX | BPF_MEM | BPF_W, STACK, src, place, 0);
}

static void store_number(struct birthprog *p, int place, uint32_t value)
{
	put(p, BPF_ST | BPF_MEM | BPF_W, STACK, 0, place, (int)value);
}

static void call(struct birthprog *p, int function)
{
	put(p, BPF_JMP | BPF_CALL, 0, 0, 0, function);
}

/* Jump to a place that is not known yet: see land(). @compare: BPF_JEQ... */
static int jump_if(struct birthprog *p, int compare, int reg, int value)
{
	return put(p, BPF_JMP | compare | BPF_K, reg, 0, 0, value);
}

/* The jump at @from ends here. */
static void land(struct birthprog *p, int from)
{
	p->insn[from].off = (int16_t)(p->n - from - 1);
}

/* --------------------------------------------------------------- fragments */

/* What a helper says, into that place of the record. */
static void tell(struct birthprog *p, int function, int place)
{
	move(p, ARG1, CONTEXT);
	call(p, function);
	store(p, place, RESULT);
}

static void tell_comm(struct birthprog *p)
{
	set_stack(p, ARG1, AT(comm));
	set(p, ARG2, BIRTH_COMM_SIZE);
	call(p, BPF_FUNC_get_current_comm);
}

static void tell_word(struct birthprog *p, size_t off, int place)
{
	load_word(p, ARG1, CONTEXT, off);
	store_word(p, place, ARG1);
}

#define CTX(field) offsetof(struct bpf_sock_ops, field)

/* The kernel allows only loads of single words there. */
static void tell_addresses(struct birthprog *p)
{
	int to_ipv4, to_end;

	tell_word(p, CTX(family), AT(family)); /* and it is in ARG1 */
	to_ipv4 = jump_if(p, BPF_JNE, ARG1, AF_INET6);
	for (int i = 0; i < 4; i++) {
		int off = i * (int)WORD;

		tell_word(p, CTX(remote_ip6) + (size_t)off, AT(remote) + off);
		tell_word(p, CTX(local_ip6) + (size_t)off, AT(local) + off);
	}
	to_end = put(p, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	land(p, to_ipv4);
	tell_word(p, CTX(remote_ip4), AT(remote));
	tell_word(p, CTX(local_ip4), AT(local));
	land(p, to_end);
	tell_word(p, CTX(remote_port), AT(remote_port));
	tell_word(p, CTX(local_port), AT(local_port));
}

/* The stack has to be written before it may be read. */
static void clear_record(struct birthprog *p)
{
	size_t i;

	set(p, RESULT, 0);
	for (i = 0; i < sizeof(struct birth_record); i += sizeof(uint64_t))
		store(p, RECORD + (int)i, RESULT);
}

static void write_out(struct birthprog *p, enum birth_kind kind,
		      const struct birthmaps *maps)
{
	int to_end;

	set_map(p, ARG1, BPF_PSEUDO_MAP_FD, maps->ring, 0);
	set_stack(p, ARG2, RECORD);
	set(p, ARG3,
	    kind == BIRTH_CONNECT ? (int)BIRTH_CONNECT_SIZE
				  : (int)BIRTH_SOCKET_SIZE);
	set(p, ARG4, RINGBUF_NO_WAKEUP);
	call(p, CALL_RINGBUF_OUTPUT);
	to_end = jump_if(p, BPF_JEQ, RESULT, 0);
	set_map(p, ARG1, BPF_PSEUDO_MAP_VALUE, maps->lost,
		(int)kind * (int)sizeof(uint64_t));
	set(p, ARG2, 1);
	put(p, BPF_STX | BPF_XADD | BPF_DW, ARG1, ARG2, 0, 0);
	land(p, to_end);
}

/* What can be left out: bit, helper, place. */
static const struct {
	uint32_t bit;
	int function;
	int place;
} parts[] = {
	{ BIRTH_HAS_NETNS, CALL_GET_NETNS_COOKIE, AT(netns_cookie) },
	{ BIRTH_HAS_PID, BPF_FUNC_get_current_pid_tgid, AT(pid_tgid) },
	{ BIRTH_HAS_UID, BPF_FUNC_get_current_uid_gid, AT(uid_gid) },
};

#define N_PARTS (sizeof(parts) / sizeof(parts[0]))

void birthprog_make(struct birthprog *prog, enum birth_kind kind, uint32_t has,
		    const struct birthmaps *maps)
{
	struct birthprog *p = prog;
	int to_end = -1;

	memset(p, 0, sizeof(*p));
	move(p, CONTEXT, ARG1);
	if (kind == BIRTH_CONNECT) {
		load_word(p, ARG2, CONTEXT, CTX(op));
		to_end = jump_if(p, BPF_JNE, ARG2, BPF_SOCK_OPS_TCP_CONNECT_CB);
	}
	clear_record(p);
	store_number(p, AT(kind), kind);
	store_number(p, AT(has), has);
	tell(p, BPF_FUNC_get_socket_cookie, AT(cookie));
	tell(p, CALL_KTIME_GET_BOOT_NS, AT(boot_ns));
	for (size_t i = 0; i < N_PARTS; i++) {
		if (has & parts[i].bit)
			tell(p, parts[i].function, parts[i].place);
	}
	if (has & BIRTH_HAS_COMM)
		tell_comm(p);
	if (kind == BIRTH_CONNECT)
		tell_addresses(p);
	write_out(p, kind, maps);
	if (to_end >= 0)
		land(p, to_end);
	set(p, RESULT, 1);
	put(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}
