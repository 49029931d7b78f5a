#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Slow lines: --slow, terminals that fall behind, and those that take frames as
# a whole.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need python3
require_screen
require_demo

terminal() {
	python3 "$(dirname "$0")/slow.py" "$1" "$2" "$FLOWTOP" -46UT \
		-r "$DEMO" "${@:3}" >"$work/$1.$2" 2>&1
}
terminal fast xterm --slow -t 1 &
terminal late xterm -t 0.25 &
terminal sync xterm -t 0.5 &
terminal sync-late xterm -t 0.5 &
terminal sync linux -t 0.5 &
wait

# fact KIND.TERM PATTERN
fact() {
	grep -q -- "$2" "$work/$1" || { diag "$(<"$work/$1")"; false; }
}

tap_ok '--slow: the title says so' fact fast.xterm '^title slow link'
tap_ok '--slow: asks for no mode' fact fast.xterm '^asked sync 0$'
tap_ok '--slow: asks for no colour' fact fast.xterm '^asked background 0$'
tap_ok '--slow: ends' fact fast.xterm '^status 0$'

tap_ok 'a terminal that falls behind gets less' fact late.xterm '^title slow link'
tap_ok 'one that falls behind: ends' fact late.xterm '^status 0$'

tap_ok 'fast ones are asked for whole frames' fact sync.xterm '^asked sync 1$'
tap_ok 'large frames are whole' fact sync.xterm '^large [1-9]'
tap_ok 'small ones are not' fact sync.xterm '^small 0$'
tap_ok 'each that begins ends' fact sync.xterm '^begins \([0-9]*\) ends \1$'
tap_ok 'none is inside of another' fact sync.xterm '^nested 0$'
tap_ok 'whole frames: nothing is slow' fact sync.xterm '^title usual'
tap_ok 'who says so too late is not believed' fact sync-late.xterm '^begins 0 ends 0$'
tap_ok 'the console is not asked' fact sync.linux '^asked sync 0$'

# ---------------------------------------------------------------- the screen

screen_start 80 24 "$FLOWTOP" -46UT --slow -r "$DEMO"
tap_ok '--slow: every two seconds' shows_in 0 'slow link, every 2s'
tap_ok '--slow: no clock' line_has 0 '^ flowtop [^ ]*  demo.pcap  slow link'
cursor_on 4
reversed_rows() {
	tm capture-pane -pe | sed -n '5,22p' | grep -c $'\e\\[[0-9;]*7m'
}
tap_ok '--slow: the selected row has only its mark' test "$(reversed_rows)" = 0
keys j
tap_ok '--slow: a key moves the mark' cursor_on 5
address=$(line 5 | cut -c32-57 | tr -d '~ ')
has_peek() {
	line 22 | grep -qF -- "$address"
}
tap_ok '--slow: the row below the list comes with the next frame' \
	wait_for 5 has_peek
keys +
tap_ok '--slow: and slower than the user wants' shows_in 0 'slow link, every 5s'
keys ' '
tap_ok '--slow: paused' shows_in 0 'PAUSED'
keys j
tap_ok '--slow: paused, it moves' cursor_on 6
keys q
tap_done
