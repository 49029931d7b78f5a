#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# However it ends, the terminal is as it was before, and nothing stays behind.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

started() {
	screen_start 80 24 "$FLOWTOP" -46UT -r "$DEMO" "$@"
	shows_in 0 '^ flowtop' && pid=$(program_pid) && [ -n "$pid" ]
}

# left HOW [STATUS] - the screen it had before, with its modes
left() {
	tap_ok "$1: ends" shows "^ended ${2:-0}\$"
	tap_ok "$1: the former screen is back" shows_in 0 'before the program'
	tap_ok "$1: nothing else is on it" lacks 'flowtop .*RX'
	tap_ok "$1: the terminal is as it was" same_terminal
	tap_ok "$1: the cursor is visible" cursor_is_visible
}

cursor_is_visible() {
	[ "$(tm display-message -p '#{cursor_flag}#{alternate_on}')" = 10 ]
}

# ---------------------------------------------------------------- keys

for key in q Q F10 C-c C-\\; do
	tap_ok "$key: started" started
	keys "$key"
	left "$key"
done
tap_ok 'help and q: started' started
keys '?'
shows_in 0 'Help'
keys Q
left 'Q in help'

# ---------------------------------------------------------------- signals

for signal in INT TERM HUP QUIT; do
	tap_ok "$signal: started" started
	kill -"$signal" "$pid"
	tap_ok "$signal: gone within a second" gone_within "$(slowly 1000)" "$pid"
	left "$signal"
done

# A fault gives the terminal back as well; the shell says what happened.
if [ -z "${SANITIZE:-}" ]; then
	tap_ok 'fault: started' started
	kill -SEGV "$pid"
	left fault 139
else
	tap_skip 'a fault gives the terminal back' 'sanitizers catch it'
fi

# ---------------------------------------------------------------- ^Z

# Only a shell with job control can stop a program.
cat >"$work/rc" <<'END'
PS1='prompt\$ '
END
server_new
tm new -d -x 80 -y 24 bash --noprofile --rcfile "$work/rc" -i </dev/null
shows '^prompt'
keys "clear; stty -a >$work/stty.before; $FLOWTOP -46UT -r $DEMO" Enter
tap_ok '^Z: started' shows_in 0 '^ flowtop'
keys C-z
tap_ok '^Z: the shell is back' shows 'Stopped'
keys "clear; stty -a >$work/stty.after; echo written" Enter
shows '^written'
tap_ok '^Z: the terminal is as it was' same_terminal
keys 'fg' Enter
tap_ok 'fg: the screen is back' shows_in 0 '^ flowtop'
tap_ok 'fg: as a whole' shows_in -1 '?Help .*qQuit'
keys '?'
tap_ok 'fg: keys act' shows_in 0 'Help'
keys Q
tap_ok 'fg: ends' shows '^prompt'
keys "clear; stty -a >$work/stty.after; echo over" Enter
shows '^over'
tap_ok 'fg: the terminal is as it was' same_terminal

# ---------------------------------------------------------------- lost

tap_ok 'lost terminal: started' started
tm kill-server
tap_ok 'lost terminal: gone within a second' gone_within "$(slowly 1000)" "$pid"

# No SIGHUP comes here: only reading says that nobody is there.
if command -v python3 >/dev/null; then
	cat >"$work/orphan.py" <<-'END'
	import os, pty, subprocess, sys, time
	master, slave = pty.openpty()
	p = subprocess.Popen(sys.argv[2:], stdin=slave, stdout=slave,
	                     stderr=slave, preexec_fn=os.setsid)
	os.close(slave)
	seen = b""
	while b"Flows" not in seen:
	    seen += os.read(master, 65536)
	os.close(master)
	start = time.time()
	try:
	    p.wait(10)
	except subprocess.TimeoutExpired:
	    p.kill()
	sys.exit(time.time() - start > float(sys.argv[1]))
	END
	tap_ok 'closed terminal: gone within a second' timeout 30 \
		env TERM=xterm LINES=24 COLUMNS=80 python3 "$work/orphan.py" \
		"$(slowly 1)" "$FLOWTOP" -46UT -r "$DEMO"
else
	tap_skip 'closed terminal: gone within a second' 'needs python3'
fi
tap_done
