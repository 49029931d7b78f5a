// SPDX-License-Identifier: GPL-2.0-only
/* The terminal, by way of curses. */
#define NCURSES_NOMACROS /* names such as move and clear are functions */
#include "ui/term.h"

#include "lib/clock.h"
#include "ui/credit.h"
#include "ui/escape.h"
#include "ui/keys.h"
#include "ui/leave.h"
#include "ui/termname.h"
#include "ui/terse.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// clang-format off
#include <curses.h>
#include <term.h> /* uses the types of curses.h without including it */
// clang-format on

/* How long Esc may be the beginning of a longer key. */
#define ESC_MS 25
#define ESC_SLOW_MS 100
#define ESC_ASKED_MS 200 /* an answer may come in pieces */

#define KEY_ANSWER 0x1000 /* what curses calls the answer to a question */

static struct {
	SCREEN *screen; /* NULL: not open */
	FILE *in;       /* NULL: stdin */
	int fd;
	struct escape escape;
	struct credit credit;
	struct termios before;
	bool can_ask; /* it is safe to ask it something */
	int esc_ms;
	bool has_mouse; /* we have switched it on */
} term = { .fd = -1 };

static const char *capability(const char *name)
{
	const char *text = tigetstr(name);

	return text == (const char *)-1 ? NULL : text;
}

/* Deliver @sig to the process group, as the terminal does for ^Z. */
static void stop_group(int sig)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL }, before;
	sigset_t set, mask;

	sigaction(sig, &dfl, &before);
	sigemptyset(&set);
	sigaddset(&set, sig);
	pthread_sigmask(SIG_UNBLOCK, &set, &mask);
	kill(0, sig);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	sigaction(sig, &before, NULL);
}

/* In the background the terminal belongs to somebody else. With the signals
 * blocked the kernel would let us draw on it; so stop as others do. A process
 * that no shell looks after cannot be stopped so, and goes on. */
static void foreground_wait(void)
{
	for (int i = 0; i < 100; i++) {
		pid_t owner = tcgetpgrp(term.fd);

		if (owner < 0 || owner == getpgrp())
			return;
		stop_group(SIGTTOU);
	}
}

static int input_open(void)
{
	int fd;

	term.in = NULL;
	term.fd = STDIN_FILENO;
	if (isatty(STDIN_FILENO))
		return 0;
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -ENOTTY;
	term.in = fdopen(fd, "r+");
	if (!term.in) {
		close(fd);
		return -ENOTTY;
	}
	term.fd = fd;
	return 0;
}

static void input_close(void)
{
	if (term.in)
		fclose(term.in);
	term.in = NULL;
	term.fd = -1;
}

static int screen_open(char *note, size_t size)
{
	const char *name = termname_choose(note, size);

	if (name)
		term.screen = newterm(name, stdout, term.in ? term.in : stdin);
	if (!term.screen)
		return -ENOTSUP;
	set_term(term.screen);
	if (capability("cup")) {
		term.can_ask = termname_is_asked(name);
		credit_init(&term.credit, term.can_ask);
		return 0;
	}
	endwin();
	delscreen(term.screen);
	term.screen = NULL;
	return -ENOTSUP;
}

static void escape_wait(int ms)
{
	if (!getenv("ESCDELAY"))
		set_escdelay(ms);
}

void term_be_slow(bool is_slow)
{
	term.esc_ms = is_slow ? ESC_SLOW_MS : ESC_MS;
	if (!term.credit.is_open)
		escape_wait(term.esc_ms);
}

static void modes_set(void)
{
	/* raw: ^C, ^Z and ^\ are keys, and ^S does not stop the screen. */
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	/* A frame is not left half drawn because a key waits. */
	typeahead(-1);
	term_be_slow(false);
	define_key("\033[0n", KEY_ANSWER);
	define_key("\033[3n", KEY_ANSWER);
	/* A mouse that somebody has left switched on: see ui/escape.c. */
	define_key(NULL, KEY_MOUSE);
	curs_set(0);
}

static void answered(void)
{
	credit_answered(&term.credit, clock_mono_ns());
	escape_wait(term.esc_ms);
}

static void ask(void)
{
	static const char question[] = "\033[5n";
	ssize_t size = sizeof(question) - 1;

	if (!credit_wants(&term.credit))
		return;
	if (write(STDOUT_FILENO, question, (size_t)size) != size) {
		credit_init(&term.credit, false);
		return;
	}
	credit_asked(&term.credit, clock_mono_ns());
	escape_wait(ESC_ASKED_MS);
}

static void write_all(const char *text)
{
	ssize_t written = write(STDOUT_FILENO, text, strlen(text));

	(void)written; /* then there is no answer */
}

void term_ask_background(void)
{
	if (term.can_ask)
		write_all("\033]11;?\033\\");
}

void term_ask_sync(void)
{
	if (term.can_ask)
		write_all("\033[?2026$p");
}

bool term_has_sync(void)
{
	return term.escape.has_sync;
}

/* "11;rgb:ffff/ffff/dddd", with one to four digits each. */
bool term_is_light(void)
{
	/* Of what the eye sees: red, green, blue. */
	static const unsigned int weights[] = { 299, 587, 114 };
	unsigned int color[3], light = 0;
	const char *text = term.escape.answer;

	if (strncmp(text, "11;rgb:", 7) ||
	    sscanf(text + 7, "%4x/%4x/%4x", &color[0], &color[1], &color[2]) !=
		    3)
		return false;
	text += 7;
	for (int i = 0; i < 3; i++) {
		size_t digits = strspn(text, "0123456789abcdefABCDEF");
		unsigned int most = (1U << 4 * digits) - 1;

		light += weights[i] * color[i] / (most ? most : 1);
		text += digits + 1;
	}
	return light > 500;
}

#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

void term_catch_mouse(void)
{
	if (!term.can_ask)
		return;
	leave_add(MOUSE_OFF);
	term.has_mouse = true;
	write_all(MOUSE_ON);
}

static void mouse_release(void)
{
	if (term.has_mouse)
		write_all(MOUSE_OFF);
}

const struct mouse_event *term_mouse(void)
{
	return &term.escape.mouse;
}

void term_drawn(uint64_t began_ns, bool is_last)
{
	credit_wrote(&term.credit, began_ns, clock_mono_ns());
	if (!is_last)
		ask();
}

bool term_is_ready(uint64_t now_ns)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return credit_is_ready(&term.credit, now_ns) && poll(&out, 1, 0) != 0;
}

bool term_takes_more(void)
{
	return term.can_ask;
}

bool term_send(const char *bytes, size_t size)
{
	return term_is_ready(clock_mono_ns()) &&
	       write(STDOUT_FILENO, bytes, size) == (ssize_t)size;
}

/* The answer to the last question is not for the shell. What comes even later
 * can only be thrown away as far as it has come. */
static void answer_await(void)
{
	struct pollfd in = { .fd = term.fd, .events = POLLIN };
	uint64_t now_ns = clock_mono_ns();
	uint64_t end_ns = now_ns + credit_wait_ns(&term.credit, now_ns);

	while (term.credit.is_open && now_ns < end_ns) {
		int ms = (int)((end_ns - now_ns) / NS_PER_MS) + 1;

		if (poll(&in, 1, ms) <= 0 ||
		    in.revents & (POLLHUP | POLLERR | POLLNVAL))
			break;
		term_key();
		now_ns = clock_mono_ns();
	}
	if (term.credit.is_open)
		tcflush(term.fd, TCIFLUSH);
	term.credit.is_open = false;
}

int term_open(char *note, size_t size)
{
	int err = input_open();

	note[0] = '\0';
	if (err)
		return err;
	if (tcgetattr(term.fd, &term.before) < 0) {
		input_close();
		return -ENOTTY;
	}
	foreground_wait();
	err = screen_open(note, size);
	if (err) {
		input_close();
		return err;
	}
	escape_init(&term.escape);
	leave_begin(term.fd, &term.before);
	terse_begin();
	modes_set();
	atexit(term_close);
	/* Before the first frame: so long an answer takes without one. */
	ask();
	return 0;
}

void term_close(void)
{
	if (!term.screen)
		return;
	mouse_release();
	term.has_mouse = false;
	answer_await();
	endwin();
	leave_clear();
	delscreen(term.screen);
	term.screen = NULL;
	leave_end();
	input_close();
}

int term_fd(void)
{
	return term.fd;
}

bool term_has_input(void)
{
	struct pollfd in = { .fd = term.fd, .events = POLLIN };

	return poll(&in, 1, 0) > 0 && in.revents & POLLIN;
}

bool term_is_there(void)
{
	struct termios now;

	if (tcgetattr(term.fd, &now) < 0)
		return false;
	foreground_wait();
	return true;
}

static bool size_get(int *rows, int *cells)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row ||
	    !size.ws_col)
		return false;
	*rows = size.ws_row;
	*cells = size.ws_col;
	return true;
}

bool term_has_resized(void)
{
	int rows, cells;

	return size_get(&rows, &cells) && (rows != LINES || cells != COLS);
}

void term_resize(void)
{
	int rows, cells;

	if (size_get(&rows, &cells))
		resize_term(rows, cells);
	term_repaint();
}

void term_repaint(void)
{
	clearok(curscr, TRUE);
}

/* We have noticed that we go on; being told makes a second frame. */
static void continue_forget(void)
{
	static const struct timespec now = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCONT);
	sigtimedwait(&set, NULL, &now);
}

void term_suspend(void)
{
	mouse_release();
	answer_await();
	endwin();
	leave_clear();
	stop_group(SIGTSTP);
	foreground_wait();
	continue_forget();
	/* What it is like now is what it has to be like in the end. */
	tcgetattr(term.fd, &term.before);
	leave_restores(&term.before);
	def_shell_mode();
	reset_prog_mode();
	curs_set(0);
	if (term.has_mouse)
		write_all(MOUSE_ON);
	term_resize();
}

void term_resume(void)
{
	foreground_wait();
	continue_forget();
	reset_prog_mode();
	if (term.has_mouse)
		write_all(MOUSE_ON);
	term_repaint();
}

/* A character or key of curses as ui/keys.h has them. */
static int key_read(void)
{
	wint_t c;

	switch (get_wch(&c)) {
	case OK:
		return (int)c;
	case KEY_CODE_YES:
		return KEY_SPECIAL | (int)c;
	default:
		return KEY_NOTHING;
	}
}

/* What is none of the user's keys; see term_has_resized() as well. */
static bool is_internal(int c)
{
	if (c == (KEY_SPECIAL | KEY_ANSWER))
		answered();
	return c == (KEY_SPECIAL | KEY_ANSWER) ||
	       c == (KEY_SPECIAL | KEY_RESIZE);
}

static int next_key(bool may_wait)
{
	struct pollfd in = { .fd = term.fd, .events = POLLIN };
	int c;

	do
		c = key_read();
	while (is_internal(c));
	if (c != KEY_NOTHING || !may_wait || poll(&in, 1, get_escdelay()) <= 0)
		return c;
	return next_key(false);
}

int term_key(void)
{
	int c = escape_key(&term.escape, clock_mono_ns(), next_key);

	if (term.escape.is_status)
		answered();
	term.escape.is_status = false;
	return c;
}

void term_abandon(void)
{
	struct pollfd fd = { .fd = term.fd, .events = POLLOUT };

	if (!term.screen)
		return;
	tcsetattr(term.fd, TCSANOW, &term.before);
	if (poll(&fd, 1, 0) <= 0 || !(fd.revents & POLLOUT))
		return;
	leave_write();
}
