// SPDX-License-Identifier: GPL-2.0-only
/*
 * crowd - many processes with many sockets, some of which have sent something.
 *
 *	crowd PROCESSES SOCKETS FLOWS ADDRESS PORT
 *
 * UDP sockets, connected to ADDRESS. The flows are spread over the processes.
 * Prints "ready", and stays until it is killed; then all of them go.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in to;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void member(long n_sockets, long n_flows, int done)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (long i = 0; i < n_sockets; i++) {
		int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

		if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
			die("crowd: socket");
		/* Nobody has to take it. */
		if (i < n_flows && send(fd, "x", 1, 0) < 0 &&
		    errno != ECONNREFUSED)
			die("crowd: send");
	}
	if (write(done, "d", 1) != 1)
		die("crowd: pipe");
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	long n_processes, n_sockets, n_flows;
	int done[2];
	char c;

	if (argc != 6) {
		fputs("usage: crowd PROCESSES SOCKETS FLOWS ADDRESS PORT\n",
		      stderr);
		return 1;
	}
	n_processes = atol(argv[1]);
	n_sockets = atol(argv[2]);
	n_flows = atol(argv[3]);
	to.sin_family = AF_INET;
	to.sin_port = htons((uint16_t)atol(argv[5]));
	if (n_processes < 1 || inet_pton(AF_INET, argv[4], &to.sin_addr) != 1 ||
	    pipe(done))
		die("crowd");
	for (long i = 0; i < n_processes; i++) {
		/* Each its part, and the first ones what is left. */
		long part = n_flows / n_processes +
			    (i < n_flows % n_processes ? 1 : 0);
		pid_t pid = fork();

		if (pid < 0)
			die("crowd: fork");
		if (!pid)
			member(n_sockets, part, done[1]);
		if (read(done[0], &c, 1) != 1)
			die("crowd: pipe");
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
