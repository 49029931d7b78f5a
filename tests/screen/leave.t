#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# However a live flowtop ends, within a second everything is as it was before:
# the terminal, both switches, the ruleset, and no process is left.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip_all 'needs root'
need ip nft nsenter
require_screen
make_ns host

# main with its broker, keeper and finder: "" when there are none.
family() {
	local main=$pid broker

	broker=$(pgrep -P "$main" -x flowtop-broker)
	echo "$main" "$broker" "$(pgrep -P "$broker" -x flowtop-keeper)" \
		"$(pgrep -P "$main" -x flowtop-finder)"
}

switches() {
	echo "$(sysctl_get "$host" acct) $(sysctl_get "$host" timestamp)"
}
switches_are() {
	[ "$(switches)" = "$1" ] || {
		diag "acct and timestamp: $(switches)"
		return 1
	}
}
tables() {
	in_ns "$host" nft list tables
}
no_tables() {
	[ -z "$(tables)" ]
}
tracks() {
	tables | grep -q 'inet flowtop_'
}
all_gone() {
	local one

	for one in $members; do
		is_gone "$one" || return 1
	done
}
# The wrapper's own look may come before the broker's work.
terminal_as_before() {
	stty -a <"$(tm display-message -p '#{pane_tty}')" >"$work/stty.after"
	same_terminal >/dev/null
}

# started [OPTION] - with --track, unless another option is given
started() {
	screen_start 80 24 "$FLOWTOP" -N "$host" -46UT "${1:---track}"
	shows_in 0 '^ flowtop' && wait_for 5 switches_are '1 1' || return 1
	[ $# -gt 0 ] || tracks || return 1
	pid=$(program_pid) && members=$(family) &&
		[ "$(wc -w <<<"$members")" = 4 ]
}

# left HOW - everything is as before
left() {
	tap_ok "$1: every process is gone within a second" \
		within "$(slowly 1000)" all_gone
	tap_ok "$1: both switches are off" within 300 switches_are '0 0'
	tap_ok "$1: no table is left" within 300 no_tables
	tap_ok "$1: the terminal is as it was" \
		within "$(slowly 1000)" terminal_as_before
}

switches_are '0 0' || skip_all 'a new namespace does not start with 0 0'
for key in q C-c; do
	tap_ok "$key: started" started
	keys $key
	left $key
	tap_ok "$key: status" shows '^ended 0$'
	tap_ok "$key: nothing is complained about" test ! -s "$work/stderr"
done
for signal in TERM HUP QUIT ABRT SEGV KILL; do
	if [ -n "${SANITIZE:-}" ] && [[ $signal = ABRT || $signal = SEGV ]]; then
		tap_skip "$signal: as before" 'sanitizers catch it'
		continue
	fi
	tap_ok "$signal: started" started
	kill -$signal "$pid"
	left "$signal"
done

set_killed() {
	local names=(main broker keeper finder) which
	read -ra which <<<"$members"

	for i in "$@"; do
		# It may have followed the one before.
		kill -KILL "${which[$i]}" 2>/dev/null
		said+=" ${names[$i]}"
	done
}
for which in '1' '2' '3' '0 1' '1 0' '1 2' '0 2' '0 3'; do
	said=KILL
	tap_ok "KILL $which: started" started
	# shellcheck disable=SC2086 # a list of numbers
	set_killed $which
	case $which in
	# The keeper alone is not missed; who is left puts back. Without the
	# finder only processes are missing.
	2 | 3)
		tap_ok "$said: goes on" has '^ flowtop'
		keys q
		;;
	# Nobody is left who could: the next one does.
	'1 2')
		tap_ok "$said: main ends" within "$(slowly 1000)" all_gone
		tap_ok "$said: repaired by --restore" \
			"$FLOWTOP" -N "$host" --restore
		;;
	esac
	left "$said"
done
# A broker that somebody has stopped does not hold main up, and puts back when
# it goes on.
read_broker() {
	broker=$(cut -d' ' -f2 <<<"$members")
}
for how in q X-q TERM HUP; do
	tap_ok "broker stopped, $how: started" started --ascii
	read_broker
	kill -STOP "$broker"
	case $how in
	q) keys q ;;
	X-q) keys X q ;;
	*) kill "-$how" "$pid" ;;
	esac
	tap_ok "broker stopped, $how: main is gone within a second" \
		within "$(slowly 1000)" is_gone "$pid"
	kill -CONT "$broker"
	left "broker stopped, $how"
done
# Nothing but a question finds out.
tap_ok 'broker stopped: started' started --ascii
read_broker
kill -STOP "$broker"
keys X
tap_ok 'broker stopped: main ends by itself' \
	within "$(slowly 1500)" is_gone "$pid"
tap_ok 'broker stopped: with status 1' shows '^ended 1$'
tap_ok 'broker stopped: it says what to do' grep -q \
	'flowtop --restore puts back what it may have left on' "$work/stderr"
kill -CONT "$broker"
left 'broker stopped'

# Nor does a finder: it ends when it goes on.
tap_ok 'finder stopped: started' started --ascii
finder=$(cut -d' ' -f4 <<<"$members")
kill -STOP "$finder"
keys q
tap_ok 'finder stopped: main is gone within a second' \
	within "$(slowly 1000)" is_gone "$pid"
kill -CONT "$finder"
left 'finder stopped'

tap_ok 'broker killed: it says why' started
set_killed 1
tap_ok 'with status 1' shows '^ended 1$'
tap_ok 'in one line' grep -q 'the privileged process of flowtop is gone' \
	"$work/stderr"

tap_ok 'lost terminal: started' started
tm kill-server
tap_ok 'lost terminal: every process is gone' within "$(slowly 1000)" all_gone
tap_ok 'lost terminal: both switches are off' within 300 switches_are '0 0'
tap_ok 'lost terminal: no table is left' within 300 no_tables
tap_done
