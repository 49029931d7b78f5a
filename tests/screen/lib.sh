# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of the screen share: a terminal (tmux) of a given size, keys
# that are typed into it, and what can be read on it.
#
# Nothing here sleeps for a fixed time: what is expected is waited for, and only
# a test that failed takes long.

# TAP, waiting, background jobs, namespaces.
# shellcheck source=../net/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../net/lib.sh"

export LC_ALL=C.UTF-8
TOP=$(cd "$NET_DIR/../.." && pwd)
DEMO=${DEMO:-$TOP/tests/replay/demo.pcap}
SOCKET=
PATIENCE=10 # seconds until something that should happen has not

# What has a limit of its own takes longer in a program with sanitizers.
slowly() {
	if [ -n "${SANITIZE:-}" ]; then
		echo $(($1 * 4))
	else
		echo "$1"
	fi
}

require_screen() {
	need tmux pgrep stty
	if ! [ -x "$FLOWTOP" ]; then
		echo "Bail out! no program at $FLOWTOP"
		exit 1
	fi
	work=$(mktemp -d "${TMPDIR:-/tmp}/flowtop-screen.XXXXXX") || exit 1
	trap 'screen_end; cleanup' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	cat >"$work/tmux.conf" <<-'END'
	set -g status off
	set -g escape-time 0
	set -g default-terminal screen-256color
	END
}

require_demo() {
	[ -r "$DEMO" ] || skip_all "no recording $DEMO"
}

tm() {
	tmux -S "$SOCKET" -f "$work/tmux.conf" "$@"
}

# ---------------------------------------------------------------- terminal

# screen_start CELLS ROWS COMMAND... - run it in a terminal of its own, which
# stays when it has ended: then its last line is "ended STATUS".
screen_start() {
	local cells=$1 rows=$2

	shift 2
	server_new
	cat >"$work/run" <<-END
	#!/bin/bash
	echo before the program
	stty -a >'$work/stty.before'
	LC_ALL=${SCREEN_LOCALE:-C} "\$@" 2>'$work/stderr'
	status=\$?
	stty -a >'$work/stty.after'
	echo "ended \$status"
	exec sleep 1000
	END
	rm -f "$work"/stty.*
	tm new -d -x "$cells" -y "$rows" \
		bash "$work/run" "$@" </dev/null
}

# Waits for the program, which may have something to put in order.
screen_end() {
	local pid

	[ -n "$SOCKET" ] || return 0
	pid=$(program_pid 2>/dev/null)
	tm kill-server 2>/dev/null
	[ -z "$pid" ] || wait_for "$PATIENCE" is_gone "$pid"
}

# Each has a name of its own: the last one may still be about to end.
n_servers=0
server_new() {
	screen_end
	n_servers=$((n_servers + 1))
	SOCKET=$work/tmux-$n_servers
}

# The process of the program itself, whatever has started it.
program_pid() {
	local shell

	shell=$(tm display-message -p '#{pane_pid}') || return 1
	pgrep -P "$shell" -f "$(basename "$FLOWTOP")" | head -n 1
}

keys() {
	tm send-keys "$@"
}

resize() {
	tm resize-window -x "$1" -y "$2"
}

# screen - its lines; line N - one of them, from 0; line -1 is the last.
screen() {
	tm capture-pane -p
}

line() {
	if [ "$1" -lt 0 ]; then
		screen | tail -n "$((-$1))" | head -n 1
	else
		screen | sed -n "$(($1 + 1))p"
	fi
}

# each_picture N COMMAND - call it for N different pictures, one after the other,
# with the lines in $picture. What is half drawn does not count: only what two
# captures agree about.
each_picture() {
	local left=$1 last='' before='' text end

	shift
	end=$((SECONDS + left + PATIENCE))
	while [ "$left" -gt 0 ]; do
		[ "$SECONDS" -lt "$end" ] || {
			diag "the screen stands still, $left pictures before the end"
			return 1
		}
		text=$(screen)
		if [ "$text" = "$last" ] || [ "$text" != "$before" ]; then
			before=$text
			sleep 0.01
			continue
		fi
		last=$text
		left=$((left - 1))
		mapfile -t picture <<<"$text"
		"$@" || {
			diag "$text"
			return 1
		}
	done
}

# bytes_of TEXT - "64.2K" is 64200, in $bytes; zero is "-"
bytes_of() {
	local number=${1%[KMGT]} unit=1

	case $1 in
	-) number=0 ;;
	*K) unit=1000 ;;
	*M) unit=1000000 ;;
	*G) unit=1000000000 ;;
	*T) unit=1000000000000 ;;
	esac
	# Three digits at most: without the point they are whole.
	case $number in
	*.??) bytes=$((10#${number/./} * unit / 100)) ;;
	*.?) bytes=$((10#${number/./} * unit / 10)) ;;
	*) bytes=$((10#$number * unit)) ;;
	esac
}

# ---------------------------------------------------------------- waiting

has() {
	screen | grep -q -e "$1"
}

line_has() {
	line "$1" | grep -q -e "$2"
}

# shows PATTERN, hides PATTERN - within the patience; shows_in LINE PATTERN.
shows() {
	wait_for "$PATIENCE" has "$1" || {
		diag "not on the screen: $1"
		diag "$(screen)"
		return 1
	}
}

lacks() {
	! has "$1"
}

hides() {
	wait_for "$PATIENCE" lacks "$1" || {
		diag "still on the screen: $1"
		diag "$(screen)"
		return 1
	}
}

shows_in() {
	wait_for "$PATIENCE" line_has "$1" "$2" || {
		diag "line $1 lacks: $2"
		diag "$(screen)"
		return 1
	}
}

# cursor_on LINE - the selected flow is there, and nowhere else.
cursor_is_on() {
	[ "$(screen | grep -n '^>' | cut -d: -f1)" = "$(($1 + 1))" ]
}

cursor_on() {
	wait_for "$PATIENCE" cursor_is_on "$1" || {
		diag "the cursor is not on line $1"
		diag "$(screen)"
		return 1
	}
}

# Without a parent and without a real init it may stay as a zombie.
is_gone() {
	! kill -0 "$1" 2>/dev/null ||
		grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

# within MILLISECONDS COMMAND... - finer than wait_for.
within() {
	local end=$(($(date +%s%3N) + $1))

	shift
	until "$@"; do
		[ "$(date +%s%3N)" -lt "$end" ] || return 1
		sleep 0.02
	done
}

# gone_within MILLISECONDS PID
gone_within() {
	within "$1" is_gone "$2" || {
		diag "process $2 still runs: $(cat "/proc/$2/wchan" 2>/dev/null)"
		return 1
	}
}

# The size is the user's business.
same_terminal() {
	sed -i 's/rows [0-9]*; columns [0-9]*;//' "$work"/stty.*
	same_sets "$work/stty.before" "$work/stty.after"
}
