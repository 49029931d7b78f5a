// SPDX-License-Identifier: GPL-2.0-only
/* Writing a recording and playing it back: the same calls in the same order,
 * also when the disk or the reader fails. */
#include "lib/ring.h"
#include "lib/thread.h"
#include "source/mark.h"
#include "source/record.h"
#include "unit/playlog.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define MONO (500 * NS_PER_S) /* the recording host has been up for a while */
#define MS(n) (MONO + (n)*NS_PER_MS)
#define WALL(n) (T0 + (n)*NS_PER_MS)

static struct playlog log_;
static struct msg m_;
static char dir_[] = "/tmp/flowtop-record-XXXXXX";
static char path_[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(dir_))
		return -1;
	snprintf(path_, sizeof(path_), "%s/r.pcap", dir_);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path_);
	return rmdir(dir_);
}

static struct recorder *begin(void)
{
	struct recorder *rec;

	unlink(path_);
	assert_int_equal(recorder_open(&rec, path_), 0);
	assert_int_equal(recorder_start(rec), 0);
	return rec;
}

static void play(const char *text)
{
	struct file f;

	file_load(&f, path_);
	playlog_run(&log_, &f, true);
	assert_int_equal(log_.open_error, 0);
	assert_int_equal(log_.work_error, 1);
	assert_string_equal(log_.text, text);
	file_free(&f);
}

static void put_sample(struct recorder *rec, uint64_t ms, enum sample_kind kind,
		       int dump, const struct nlmsghdr *nlh)
{
	const struct sample sample = {
		.kind = kind,
		.dump = (uint8_t)dump,
		.mono_ns = MS(ms),
		.raw = nlh,
	};

	recorder_sample(rec, WALL(ms), &sample);
}

static void test_round_trip(void **state)
{
	struct recorder *rec = begin();
	struct flow_key key = { .zone = 7, .family = 2, .proto = 6 };

	(void)state;
	key.tuple.dport = 443;
	recorder_clock(rec, MS(0), WALL(0));
	recorder_address(rec, MS(0), msg_addr4(&m_, RTM_NEWADDR, NULL), "eth0");
	recorder_address(rec, MS(0), msg_addr4(&m_, RTM_NEWADDR, "lan"),
			 "eth1");
	recorder_address(rec, MS(0), msg_addr4(&m_, RTM_DELADDR, NULL), NULL);
	recorder_dump_begin(rec, MS(1), 0, DUMP_FULL);
	put_sample(rec, 2, SAMPLE_DUMP, 0, msg_entry(&m_, 50, 1, 1));
	put_sample(rec, 3, SAMPLE_NEW, 0, msg_event(&m_, 2));
	/* An answer on the same socket is no part of the listing. */
	put_sample(rec, 3, SAMPLE_GET, 0, msg_entry(&m_, 50, 2, 3));
	recorder_dump_begin(rec, MS(4), 1, DUMP_DELTA);
	put_sample(rec, 4, SAMPLE_DUMP, 1, msg_entry(&m_, 51, 3, 4));
	put_sample(rec, 5, SAMPLE_DUMP, 0, msg_entry(&m_, 50, 1, 5));
	recorder_dump_end(rec, MS(6), 0, true);
	recorder_dump_end(rec, MS(6), 1, false);
	recorder_gone(rec, MS(7), &key, 99);
	recorder_lost(rec, MS(8), 12);
	recorder_message(rec, MS(9), WALL(9),
			 msg_flow(&m_, IPCTNL_MSG_CT_DELETE, 0, 0, 0, 1));
	assert_int_equal(recorder_dropped(rec), 0);
	assert_int_equal(recorder_error(rec), 0);
	assert_int_equal(recorder_close(rec), 0);

	play("add 192.168.1.20/24 eth0\nadd 192.168.1.20/24 lan\n"
	     "remove 192.168.1.20/24 \n"
	     "begin 0 full\n2 dump 1 of 0 7/1001\n3 new 2 7/1002\n"
	     "3 get 3 7/1003\nbegin 1 delta\n4 dump 4 of 1 7/1004\n"
	     "5 dump 5 of 0 7/1005\nend 0 complete\nend 1 incomplete\n"
	     "7 gone 99 zone 7 port 443\nlost 12\n9 destroy 1 7/1001\n");
}

/* Nothing at all is a recording, too. */
static void test_empty(void **state)
{
	(void)state;
	assert_int_equal(recorder_close(begin()), 0);
	assert_int_equal(recorder_close(NULL), 0);
	play("");
}

static void test_health(void **state)
{
	struct recorder *rec = begin();
	struct health health;

	(void)state;
	health_init(&health);
	counter_set(&health.n_kernel, 61605);
	counter_set(&health.max_kernel, 65536);
	counter_set(&health.lost, 5);
	recorder_health(rec, MS(0), &health);
	recorder_close(rec);
	play("");
	assert_int_equal(counter_get(&log_.health.n_kernel), 61605);
	assert_int_equal(counter_get(&log_.health.max_kernel), 65536);
	/* Losses are counted by who hears of them. */
	assert_int_equal(counter_get(&log_.health.lost), 0);
}

static struct proc_fact *process(uint32_t pid, const char *comm)
{
	struct proc_fact *proc = proc_fact_new();

	assert_non_null(proc);
	proc->pid = pid;
	proc->starttime = 7;
	proc->uid = 1000;
	proc->has_uid = true;
	snprintf(proc->comm, sizeof(proc->comm), "%s", comm);
	return proc;
}

static void put_owner(struct recorder *rec, uint64_t ms, uint16_t port,
		      enum owner_kind kind, const struct proc_fact *proc)
{
	const struct flow_key key = { .tuple.dport = port };
	const struct owner_fact fact = {
		.kind = (uint8_t)kind,
		.holders = 3,
		.is_answering = kind == OWNER_CLOSED,
		.proc = proc,
	};

	recorder_owner(rec, MS(ms), &key, port + 1000U, &fact);
}

static void put_process(struct recorder *rec, uint64_t ms,
			enum owner_fact_kind kind, const struct proc_fact *proc)
{
	const struct owner_fact fact = { .fact = (uint8_t)kind, .proc = proc };

	recorder_owner(rec, MS(ms), NULL, 0, &fact);
}

/* A process is written once, again when it is another, or says something else
 * of itself, and in each key frame. */
static void test_owners(void **state)
{
	struct recorder *rec = begin();
	struct proc_fact *sh = process(500, "sh");
	struct proc_fact *exec = process(500, "curl");
	struct proc_fact *kernel = proc_fact_new();
	struct proc_fact *rich = process(501, "(sd-pam) \u00e9");

	(void)state;
	kernel->is_kernel = true;
	snprintf(kernel->comm, sizeof(kernel->comm), "[kernel]");
	snprintf(rich->command, sizeof(rich->command), "a b  c");
	snprintf(rich->unit, sizeof(rich->unit), "x.service");
	snprintf(rich->container, sizeof(rich->container), "docker:0123");
	snprintf(rich->netns, sizeof(rich->netns), "net:[1]");
	snprintf(rich->user, sizeof(rich->user), "eve");
	put_owner(rec, 1, 1, OWNER_LOCAL, sh);
	put_owner(rec, 2, 2, OWNER_CLOSED, sh);
	put_process(rec, 3, FACT_PROC, exec);
	put_process(rec, 3, FACT_PROC, exec);
	put_owner(rec, 4, 3, OWNER_OTHER_NETNS, rich);
	put_owner(rec, 5, 4, OWNER_KERNEL, kernel);
	put_owner(rec, 6, 5, OWNER_FORWARDED, NULL);
	put_process(rec, 7, FACT_PROC_ENDED, exec);
	put_process(rec, 7, FACT_PROC_ENDED, exec);
	recorder_dump_begin(rec, MS(8), 0, DUMP_FULL);
	put_owner(rec, 9, 1, OWNER_LOCAL, exec);
	recorder_dump_end(rec, MS(10), 0, true);
	proc_fact_put(sh);
	proc_fact_put(exec);
	proc_fact_put(kernel);
	proc_fact_put(rich);
	assert_int_equal(recorder_close(rec), 0);

	play("proc 500/7 uid 1000 sh|||||\n"
	     "owner of 1001 port 1: local by 3 500/7 uid 1000 sh|||||\n"
	     "owner of 1002 port 2: closed answering by 3"
	     " 500/7 uid 1000 sh|||||\n"
	     "proc 500/7 uid 1000 curl|||||\n"
	     "proc 501/7 uid 1000"
	     " (sd-pam) \u00e9|a b  c|x.service|docker:0123|net:[1]|eve\n"
	     "owner of 1003 port 3: other-netns by 3 501/7 uid 1000"
	     " (sd-pam) \u00e9|a b  c|x.service|docker:0123|net:[1]|eve\n"
	     "proc 0/0 kernel [kernel]|||||\n"
	     "owner of 1004 port 4: kernel by 3 0/0 kernel [kernel]|||||\n"
	     "owner of 1005 port 5: forwarded by 3\n"
	     "ended 500/7 uid 1000 curl|||||\n"
	     "begin 0 full\n"
	     "proc 500/7 uid 1000 curl|||||\n"
	     "ended 500/7 uid 1000 curl|||||\n"
	     "owner of 1001 port 1: local by 3 500/7 uid 1000 curl|||||\n"
	     "end 0 complete\n");
}

static const char *name_of_user(void *ctx, uint32_t uid)
{
	const char *const *name = ctx;

	return uid == 1000 ? *name : NULL;
}

/* The name of a user comes later than what it is the user of. */
static void test_users(void **state)
{
	struct recorder *rec = begin();
	struct proc_fact *sh = process(500, "sh");
	const char *name = NULL;

	(void)state;
	recorder_set_users(rec, name_of_user, &name);
	recorder_clock(rec, MS(0), WALL(0));
	put_owner(rec, 1, 1, OWNER_LOCAL, sh);
	recorder_clock(rec, MS(1000), WALL(1000));
	name = "alice";
	recorder_clock(rec, MS(2000), WALL(2000));
	recorder_clock(rec, MS(3000), WALL(3000));
	put_owner(rec, 3001, 2, OWNER_LOCAL, sh);
	proc_fact_put(sh);
	assert_int_equal(recorder_close(rec), 0);

	play("proc 500/7 uid 1000 sh|||||\n"
	     "owner of 1001 port 1: local by 3 500/7 uid 1000 sh|||||\n"
	     "proc 500/7 uid 1000 sh|||||alice\n"
	     "owner of 1002 port 2: local by 3 500/7 uid 1000 sh|||||alice\n");
}

/* More processes than there are numbers: each flow has its own one. */
static void test_many_processes(void **state)
{
	const uint32_t n = 2 * MARK_PROCS;
	struct recorder *rec = begin();
	uint32_t n_owners = 0, n_wrong = 0;
	struct file f;

	(void)state;
	for (uint32_t i = 0; i < n; i++) {
		struct proc_fact *proc = process(10000 + i, "x");

		put_owner(rec, 1, (uint16_t)i, OWNER_LOCAL, proc);
		proc_fact_put(proc);
	}
	assert_int_equal(recorder_dropped(rec), 0);
	assert_int_equal(recorder_close(rec), 0);
	file_load(&f, path_);
	assert_true(playlog_open_file(&log_, &f, 0));
	for (;;) {
		int end = playlog_work(&log_);
		unsigned int port, pid;
		const char *at = log_.text;

		log_.text[log_.size] = '\0';
		while ((at = strstr(at, "owner of "))) {
			if (sscanf(at, "owner of %*u port %u: local by 3 %u/",
				   &port, &pid) != 2 ||
			    port != ((pid - 10000) & 0xffff))
				n_wrong++;
			n_owners++;
			at++;
		}
		log_.size = 0;
		if (end)
			break;
	}
	playlog_close(&log_);
	file_free(&f);
	assert_int_equal(n_owners, n);
	assert_int_equal(n_wrong, 0);
}

/* A clock that is set shows in the wall clock, never in the order. */
static void test_clock_step(void **state)
{
	struct recorder *rec = begin();
	const uint64_t hour = 3600 * NS_PER_S;

	(void)state;
	recorder_clock(rec, MS(0), WALL(0));
	recorder_message(rec, MS(10), WALL(10), msg_event(&m_, 1));
	recorder_clock(rec, MS(20), WALL(20) + NS_PER_MS);
	recorder_clock(rec, MS(30), WALL(30) - hour);
	recorder_clock(rec, MS(31), WALL(31) - hour - NS_PER_MS / 2);
	recorder_message(rec, MS(40), WALL(40) - hour, msg_event(&m_, 2));
	/* Samples may be a little older than what was recorded before. */
	recorder_message(rec, MS(35), WALL(35) - hour, msg_event(&m_, 3));
	recorder_close(rec);
	play("10 new 1 7/1001\n40 new 2 7/1002\n40 new 3 7/1003\n");
	assert_true(log_.is_monotonic);
	assert_int_equal(counter_get(&log_.health.now_ns) +
				 counter_get(&log_.health.wall_offset_ns),
			 WALL(40) - hour);
}

static void test_keyframes(void **state)
{
	struct recorder *rec = begin();

	(void)state;
	assert_true(recorder_wants_keyframe(rec, MS(0)));
	recorder_dump_begin(rec, MS(0), 0, DUMP_FULL);
	assert_false(recorder_wants_keyframe(rec, MS(1)));
	recorder_dump_end(rec, MS(2), 0, false);
	assert_true(recorder_wants_keyframe(rec, MS(3)));
	recorder_dump_begin(rec, MS(4), 1, DUMP_FULL);
	recorder_dump_end(rec, MS(5), 1, true);
	assert_false(recorder_wants_keyframe(rec, MS(60003)));
	assert_true(recorder_wants_keyframe(rec, MS(60004)));
	recorder_dump_begin(rec, MS(60005), 1, DUMP_DELTA);
	recorder_dump_end(rec, MS(60006), 1, true);
	assert_true(recorder_wants_keyframe(rec, MS(60007)));
	recorder_close(rec);
}

static void test_refused(void **state)
{
	struct recorder *rec;
	struct stat st;
	char link[80], fifo[80];

	(void)state;
	umask(0);
	recorder_close(begin());
	assert_int_equal(stat(path_, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	snprintf(link, sizeof(link), "%s/link", dir_);
	snprintf(fifo, sizeof(fifo), "%s/fifo", dir_);
	assert_int_equal(symlink("/nonexistent", link), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(recorder_open(&rec, path_), -EEXIST);
	assert_int_equal(recorder_open(&rec, link), -EEXIST);
	assert_int_equal(recorder_open(&rec, fifo), -EEXIST);
	assert_int_equal(recorder_open(&rec, "/dev/null"), -EEXIST);
	assert_int_equal(recorder_open(&rec, dir_), -EEXIST);
	assert_int_equal(recorder_open(&rec, "/nonexistent/x"), -ENOENT);
	/* The file that was there is as it was. */
	assert_int_equal(stat(path_, &st), 0);
	assert_true(st.st_size > PCAP_FILE_HEADER);
	unlink(link);
	unlink(fifo);
}

/* The disk is full in the middle of a record. */
static void test_disk_full(void **state)
{
	struct recorder *rec = begin();
	const struct rlimit small = { 10000, RLIM_INFINITY };
	struct rlimit before;
	struct file f;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &small);
	for (uint32_t i = 0; i < 500; i++)
		recorder_message(rec, MS(i), WALL(i), msg_event(&m_, i));
	for (int i = 0; i < 1000 && !recorder_error(rec); i++)
		clock_sleep_ns(NS_PER_MS);
	assert_int_equal(recorder_error(rec), EFBIG);
	/* It goes on without being written. */
	recorder_message(rec, MS(600), WALL(600), msg_event(&m_, 600));
	assert_int_equal(recorder_dropped(rec), 0);
	assert_false(recorder_wants_keyframe(rec, MS(600)));
	assert_int_equal(recorder_close(rec), EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);

	file_load(&f, path_);
	assert_in_range(f.size, 5000, 10000);
	playlog_run(&log_, &f, true);
	assert_int_equal(log_.work_error, 1);
	assert_in_range(log_.n_samples, 30, 50);
	/* Whole records only: it was not cut off within one. */
	assert_non_null(strstr(log_.text, "without its end mark"));
	assert_null(strstr(log_.text, "cut off"));
	file_free(&f);
}

/* Standard output as a pipe; what stands in for it is put back. */
static int pipe_out(int fds[2])
{
	int saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);

	fflush(stdout);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	dup2(fds[1], STDOUT_FILENO);
	close(fds[1]);
	return saved;
}

static void pipe_back(int saved)
{
	dup2(saved, STDOUT_FILENO);
	close(saved);
}

struct drain {
	int fd;
	struct file file;
};

static void drain_run(void *arg)
{
	struct drain *drain = arg;
	uint8_t block[65536];
	ssize_t n;

	while ((n = read(drain->fd, block, sizeof(block))) > 0)
		file_add(&drain->file, block, (size_t)n);
}

/* A reader that sleeps: records are dropped, and the recording knows. */
static void test_overflow(void **state)
{
	const uint32_t n_events = 60000;
	struct recorder *rec;
	struct drain drain = { 0 };
	struct thread thread;
	int fds[2], saved, error;
	uint64_t dropped = 0;

	(void)state;
	saved = pipe_out(fds);
	error = recorder_open(&rec, "-");
	if (!error)
		error = recorder_start(rec);
	if (!error) {
		recorder_dump_begin(rec, MS(0), 0, DUMP_FULL);
		put_sample(rec, 0, SAMPLE_DUMP, 0, msg_entry(&m_, 50, 1, 1));
		msg_event(&m_, 7);
		for (uint32_t i = 0; i < n_events; i++)
			recorder_message(rec, MS(1), WALL(1), msg_hdr(&m_));
		dropped = recorder_dropped(rec);
		/* Not now, but as soon as there is room. */
		error = recorder_wants_keyframe(rec, MS(2));
		drain.fd = fds[0];
		thread_start(&thread, "drain", drain_run, &drain);
		for (int i = 0; i < 3000; i++) {
			if (recorder_wants_keyframe(rec, MS(3)))
				break;
			clock_sleep_ns(NS_PER_MS);
		}
		error |= !recorder_wants_keyframe(rec, MS(3)) << 1;
		recorder_dump_end(rec, MS(4), 0, true);
		recorder_dump_begin(rec, MS(5), 0, DUMP_FULL);
		recorder_dump_end(rec, MS(6), 0, true);
		error |= recorder_wants_keyframe(rec, MS(7)) << 2;
		error |= recorder_close(rec) << 3;
		pipe_back(saved);
		thread_join(&thread);
	} else {
		pipe_back(saved);
	}
	close(fds[0]);
	assert_int_equal(error, 0);
	assert_in_range(dropped, 1000, n_events);

	playlog_run(&log_, &drain.file, true);
	file_free(&drain.file);
	assert_int_equal(log_.work_error, 1);
	assert_int_equal(log_.n_samples, n_events + 1 - dropped);
	log_.text[sizeof(log_.text) - 1] = '\0';
	assert_ptr_equal(strstr(log_.text, "begin 0 full\n0 dump 1"),
			 log_.text);
}

/* The listing that lacks a record must not be taken for complete. */
static void test_gap_in_listing(void **state)
{
	struct recorder *rec = begin();
	static struct {
		struct nlmsghdr nlh;
		uint8_t rest[PCAP_MAX_CAPTURED];
	} huge;

	(void)state;
	huge.nlh.nlmsg_len = sizeof(huge); /* larger than a record may be */
	recorder_dump_begin(rec, MS(0), 0, DUMP_FULL);
	put_sample(rec, 1, SAMPLE_DUMP, 0, msg_entry(&m_, 50, 1, 1));
	recorder_message(rec, MS(2), WALL(2), &huge.nlh);
	assert_int_equal(recorder_dropped(rec), 1);
	recorder_dump_end(rec, MS(3), 0, true);
	assert_true(recorder_wants_keyframe(rec, MS(4)));
	recorder_close(rec);
	play("begin 0 full\n1 dump 1 of 0 7/1001\nlost 1\nend 0 incomplete\n");
}

/* Nobody reads at all: the end comes nevertheless. */
static void test_reader_stopped(void **state)
{
	struct recorder *rec;
	uint64_t begin_ns, took_ns;
	int fds[2], saved, error;

	(void)state;
	saved = pipe_out(fds);
	error = recorder_open(&rec, "-");
	if (!error)
		error = recorder_start(rec);
	begin_ns = clock_mono_ns();
	if (!error) {
		msg_event(&m_, 7);
		for (int i = 0; i < 1000; i++)
			recorder_message(rec, MS(1), WALL(1), msg_hdr(&m_));
		error = recorder_close(rec);
	}
	took_ns = clock_mono_ns() - begin_ns;
	pipe_back(saved);
	close(fds[0]);
	assert_int_equal(error, ETIMEDOUT);
	assert_in_range(took_ns, NS_PER_S, 4 * NS_PER_S);
}

/* The reader went away. */
static void test_reader_gone(void **state)
{
	struct recorder *rec;
	int fds[2], saved, error;

	(void)state;
	saved = pipe_out(fds);
	error = recorder_open(&rec, "-");
	if (!error)
		error = recorder_start(rec);
	close(fds[0]);
	if (!error) {
		recorder_message(rec, MS(1), WALL(1), msg_event(&m_, 1));
		error = recorder_close(rec);
	}
	pipe_back(saved);
	assert_int_equal(error, EPIPE);
}

/* ------------------------------------------------------------ the ring */

static bool put(struct ring *ring, const char *text)
{
	const struct iovec part = {
		.iov_base = (void *)(uintptr_t)text,
		.iov_len = strlen(text),
	};

	return ring_put(ring, &part, 1);
}

static void test_ring(void **state)
{
	struct ring *ring = ring_new(16);
	char out[64] = "";

	(void)state;
	assert_true(ring_wait(ring, 1, NS_PER_MS));
	assert_true(put(ring, "abcd"));
	assert_true(put(ring, "efgh"));
	assert_int_equal(ring_used(ring), 16);
	assert_false(put(ring, ""));
	assert_int_equal(ring_take(ring, out, 7), 4);
	assert_memory_equal(out, "abcd", 4);
	/* Around the end of the memory. */
	for (int i = 0; i < 50; i++) {
		assert_true(put(ring, "12"));
		assert_int_equal(ring_take(ring, out, 3), i ? 2 : 0);
		if (!i)
			assert_int_equal(ring_take(ring, out, 4), 4);
		if (!i)
			assert_int_equal(ring_take(ring, out, 4), 2);
		assert_memory_equal(out, "12", 2);
	}
	assert_true(put(ring, "z"));
	ring_close(ring);
	assert_false(put(ring, "y"));
	assert_true(ring_wait(ring, 100, UINT64_MAX));
	assert_int_equal(ring_take(ring, out, sizeof(out)), 1);
	assert_false(ring_wait(ring, 1, UINT64_MAX));
	ring_free(ring);
	ring_free(NULL);
}

static void ring_producer(void *arg)
{
	struct ring *ring = arg;

	for (uint32_t i = 0; i < 200000; i++) {
		uint8_t rest[64];
		const struct iovec parts[] = {
			{ .iov_base = &i, .iov_len = sizeof(i) },
			{ .iov_base = rest, .iov_len = i % 61 },
		};

		memset(rest, (int)(i & 0xff), sizeof(rest));
		while (!ring_put(ring, parts, 2))
			clock_sleep_ns(1000);
	}
	ring_close(ring);
}

static void test_ring_threads(void **state)
{
	static uint8_t out[1000];
	struct ring *ring = ring_new(4096);
	struct thread thread;
	uint32_t next = 0;
	bool good = true;

	(void)state;
	thread_start(&thread, "producer", ring_producer, ring);
	while (ring_wait(ring, 500, NS_PER_MS)) {
		size_t n = ring_take(ring, out, sizeof(out)), at = 0;

		while (at < n) {
			uint32_t i;

			memcpy(&i, out + at, sizeof(i));
			good &= i == next++;
			at += sizeof(i);
			for (uint32_t k = 0; k < i % 61; k++)
				good &= out[at++] == (i & 0xff);
		}
	}
	thread_join(&thread);
	ring_free(ring);
	assert_true(good);
	assert_int_equal(next, 200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_health),
		cmocka_unit_test(test_owners),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_many_processes),
		cmocka_unit_test(test_clock_step),
		cmocka_unit_test(test_keyframes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_disk_full),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_gap_in_listing),
		cmocka_unit_test(test_reader_stopped),
		cmocka_unit_test(test_reader_gone),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_ring_threads),
	};

	return cmocka_run_group_tests_name("record", tests, set_up, tear_down);
}
