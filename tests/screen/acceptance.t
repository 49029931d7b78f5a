#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the screen has to do to be accepted, as far as no other test has all of
# it; the table in tests/README.md says which one proves what. All parts run at
# once: they wait most of the time.

# Each part has a $work of its own.
# shellcheck disable=SC2030,SC2031
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need python3
require_screen
require_demo

python3 "$TOP/tests/tools/mkwire.py" random 100 "$work/random.pcap" || exit 1

# ---------------------------------------------------------------- first screen

first_screen() {
	local titles='PROCESS .*PROT .*STATE .*TIME .*ADDRESS .*PORT .*CC .*RX/s .*TX/s'
	local y

	mapfile -t picture < <(screen)
	for ((y = 4; y < 22; y++)); do
		[[ "${picture[y]:-}" =~ [0-9KMG?-]$ ]] || return 1
	done
	[[ "${picture[0]}" == *flowtop* &&
	   "${picture[1]}" == *IPv4,IPv6,TCP,UDP* &&
	   "${picture[2]}" == *'[1 Flows]'* && "${picture[3]}" =~ $titles &&
	   "${picture[23]}" == *qQuit* ]]
}
screen_start 80 24 "$FLOWTOP" -46UT -r "$DEMO"
tap_ok 'the first screen is whole within a second' \
	within "$(slowly 1000)" first_screen

# ---------------------------------------------------------------- its line

# Three flows that are always the fastest, 37 that change places each second,
# and 30 that nothing is slower than: whichever of the 37 is the fourth, there
# is always something above and below that can be scrolled.
cat >"$work/places.py" <<'END_OF_PYTHON'
import random, sys
sys.path.insert(0, sys.argv[1])
from ctpcap import *

T0 = 1_767_607_200 * S
rng = random.Random('places')
rec = Recording(T0)
rec.own()
sums = [10**8] * 70
def rate(n):
    return (10**8 - n * 10**7 if n < 3 else rng.randrange(10**4, 10**7)
            if n < 40 else 1000 + n)
for t in range(150):
    for n in range(70):
        sums[n] += rate(n)
    rec.health(t * S, 70)
    rec.listing(t * S, [
        ((Tuple('192.168.1.20', '198.51.100.%d' % (n + 1), 40000 + n, 443),),
         dict(ct_id=n + 1, state=EST, status=ESTABLISHED_STATUS,
              timeout=432000, start=T0 - 3600 * S,
              counters=((sums[n] // 2000, sums[n] // 40),
                        (sums[n] // 1000, sums[n]))))
        for n in range(70)])
rec.close(sys.argv[2], 150 * S)
END_OF_PYTHON

n_orders=0 last_order=
same_line() {
	local y n_marks=0 order=

	for ((y = 4; y < 22; y++)); do
		[[ "${picture[y]}" != '>'* ]] || n_marks=$((n_marks + 1))
		[[ "${picture[y]}" =~ (198\.[0-9.]+) ]] &&
			order+="${BASH_REMATCH[1]} "
	done
	[ "$order" = "$last_order" ] || n_orders=$((n_orders + 1))
	last_order=$order
	[[ $n_marks = 1 && "${picture[7]}" == '>'*" $flow "* ]] && return 0
	diag "not $flow: ${picture[7]}"
	return 1
}
anchored() {
	python3 "$work/../places.py" "$TOP/tests/tools" "$work/places.pcap" ||
		return 1
	screen_start 80 24 "$FLOWTOP" -46UTn -r "$work/places.pcap" \
		-t 0.25 --speed 4
	shows_in 4 '^>.* 198\.51\.100\.1 .*[0-9][KM] *[0-9.]*[KM]$' &&
		shows_in 7 ' [0-9.]*[KM]$' || return 1
	keys j j j
	cursor_on 7 || return 1
	[[ "$(line 7)" =~ ' '(198\.[0-9.]+)' ' ]] && flow=${BASH_REMATCH[1]}
	# For 12 of them the order is held.
	each_picture 44 same_line && diag "$n_orders orders of 44" &&
		[ "$n_orders" -ge 5 ]
}

# ---------------------------------------------------------------- paused

paused() {
	local before after

	screen_start 80 24 "$FLOWTOP" -46UTn -r "$work/../random.pcap"
	shows_in 4 '^>.*[0-9][KM] *[0-9.]*[KM]$' || return 1
	keys Space
	shows_in 0 ' PAUSED ' || return 1
	sleep 0.5
	before=$(screen)
	sleep 10
	after=$(screen)
	[ "${before#*$'\n'}" = "${after#*$'\n'}" ] || {
		diag "$(diff <(echo "$before") <(echo "$after"))"
		return 1
	}
	[[ "${after%%$'\n'*}" == *' PAUSED 1'?'s '* ]] || return 1
	keys j
	cursor_on 5 || return 1
	keys /
	shows_in -2 '^filter>' || return 1
	keys -l 'port 22'
	shows_in 1 ' [1-9][0-9] of 248 flows' || return 1
	keys Escape
	shows_in -1 qQuit && shows_in 1 ' 248 of 248 flows' || return 1
	keys o
	shows 'Enter sort' || return 1
	keys Escape
	hides 'Enter sort' && shows_in 0 ' PAUSED ' || return 1
	before=$(screen | tail -n +5 | head -n 18)
	keys Space
	hides PAUSED && wait_for "$PATIENCE" is_other "$before"
}
is_other() {
	[ "$(screen | tail -n +5 | head -n 18)" != "$1" ]
}

# ---------------------------------------------------------------- mono, ASCII

# Colours among all that tmux prints of attributes.
colours() {
	tm capture-pane -pe | grep -o $'\e\\[[0-9;]*m' | tr -dc '0-9;\n' |
		tr ';' '\n' | awk '$1 >= 30 && $1 <= 38 || $1 >= 40 && $1 <= 48 ||
			$1 >= 90 && $1 <= 107'
}
# The selected row is reverse from its first cell on.
reverse_row() {
	tm capture-pane -pe | awk '
		{
			at = index($0, ">")
			text = $0
			gsub(/\033\[[0-9;]*m/, "", text)
			if (text ~ /^>/)
				said = before substr($0, 1, at)
			before = before $0
		}
		END {
			while (match(said, /\033\[[0-9;]*m/)) {
				last = substr(said, RSTART + 2, RLENGTH - 3)
				said = substr(said, RSTART + RLENGTH)
			}
			exit !((";" last ";") ~ /;7;/)
		}'
}
plain() {
	local n

	n=$(colours)
	[ -z "$n" ] || { diag "$1: SGR $n"; return 1; }
	! screen | LC_ALL=C grep -n '[^ -~]' || {
		diag "$1: not ASCII"
		return 1
	}
	[ -z "${2:-}" ] || reverse_row || {
		diag "$1: the selected row is not reverse"
		return 1
	}
}
# everywhere NAME=VALUE - each view and all that can be opened
everywhere() {
	local view

	screen_start 80 24 env "$1" "$FLOWTOP" -46UTI --speed 0 -r "$DEMO"
	cursor_on 4 && shows_in 1 'end of recording' || return 1
	for view in 1 2 3 4 5 6; do
		keys "$view"
		shows_in 2 "\\[$view " && cursor_on 4 &&
			plain "view $view" row || return 1
	done
	keys '='
	shows '^ Details ' && plain 'details of a group' || return 1
	keys Escape
	hides '^ Details ' || return 1
	keys 1 s
	shows ' => ' && plain 'sources' row || return 1
	keys s Enter
	shows '^ Details ' && plain 'details' row || return 1
	keys Escape
	hides '^ Details ' || return 1
	keys C
	shows 'Esc done' && plain 'columns' || return 1
	keys C
	hides 'Esc done' || return 1
	keys o
	shows 'Enter sort' && plain 'order' || return 1
	keys o
	hides 'Enter sort' || return 1
	keys /
	shows_in -2 '^filter>' || return 1
	keys -l 'contry DE'
	shows_in -1 'unknown field' && plain 'an error' row || return 1
	keys Escape
	shows_in -1 qQuit || return 1
	keys F3
	shows_in -2 '^find>' && plain 'find' row || return 1
	keys Escape
	shows_in -1 qQuit || return 1
	keys '?'
	shows_in 0 Help && plain 'help' || return 1
	keys q '!'
	shows_in 0 Messages && plain 'messages'
}
no_color() {
	everywhere NO_COLOR=1
}
vt100() {
	everywhere TERM=vt100
}
# The other way round: it is not always so.
empty_no_color() {
	screen_start 80 24 env NO_COLOR= "$FLOWTOP" -46UTI -r "$DEMO"
	cursor_on 4 && wait_for "$PATIENCE" has_colours
}
has_colours() {
	[ -n "$(colours)" ]
}
# In colours, but ASCII.
c_locale() {
	screen_start 80 24 env LC_ALL=C "$FLOWTOP" -46UTI -r "$DEMO"
	cursor_on 4 && wait_for "$PATIENCE" has_colours &&
		! screen | LC_ALL=C grep -n '[^ -~]'
}

# ---------------------------------------------------------------- cost, exit

cat >"$work/wire.py" <<'END_OF_PYTHON'
import os, re, signal, sys, termios, time

sys.path.insert(0, os.path.join(sys.argv[1], 'tests', 'tools'))
from ptybox import Terminal

program, work, case = sys.argv[2:5]
sent = []

def start(*arguments):
    t = Terminal([program, '-46UT', '-r', work + '/random.pcap', *arguments],
                 env={'LC_ALL': 'C', 'HOME': work}, screen=True)
    t.on_data = lambda now, data: sent.append(data)
    if not t.run(20, lambda: t.screen.line(4)[:1] == '>'):
        sys.exit('no flows on the screen')
    return t

def cost():
    """60 refreshes of a second of the recording each."""
    t = start('-t', '0.25', '--speed', '4')
    t.run(2)
    before, n = t.total, 0
    order, shown = set(), lambda: tuple(t.screen.line(y)[30:57]
                                        for y in range(4, 22))
    for _ in range(60):
        t.run(0.25)
        order.add(shown())
    print('average=%d orders=%d status=%d' %
          ((t.total - before) / 60, len(order), t.close()))

def leave(how):
    """What it leaves the terminal with, by what it has sent."""
    t = start()
    t.run(1)
    modes = set(t.screen.modes)
    before = termios.tcgetattr(t.fd)[3] & termios.ICANON
    if how == 'TERM':
        os.kill(t.pid, signal.SIGTERM)
    status = t.close(b'' if how == 'TERM' else how.encode())
    text = b''.join(sent)
    at = text.rfind(b'\x1b[?1049l')
    # Behind it there are modes, no text; attributes are off.
    rest = re.sub(rb'\x1b\[[?0-9;]*[a-zA-Z]|\x1b[=>]|\r', b'', text[at:])
    looks = re.findall(rb'\x1b\[([0-9;]*)m', text)
    left = t.screen.modes - {b'7', b'12'} # what most terminals begin with
    print('before=%s raw=%s status=%d left=%s rest=%r looks=%s' %
          (b'1049' in modes, not before, status,
           b','.join(sorted(left)).decode(), rest, looks[-1].decode()))

cost() if case == 'cost' else leave(case)
END_OF_PYTHON

wire() {
	said=$(python3 "$work/../wire.py" "$TOP" "$FLOWTOP" "$work/.." "$1" 2>&1)
	diag "$said"
}
cost() {
	wire cost
	[[ "$said" =~ ^average=([0-9]+)' 'orders=([0-9]+)' status=0'$ ]] &&
		[ "${BASH_REMATCH[1]}" -gt 100 ] &&
		[ "${BASH_REMATCH[1]}" -le 1000 ] &&
		[ "${BASH_REMATCH[2]}" -ge 5 ]
}
# On the alternate screen, raw; then neither, and the cursor is seen.
leaves() {
	wire "$1"
	case $said in
	"before=True raw=True status=0 left=25 rest=b'' looks=" | \
		"before=True raw=True status=0 left=25 rest=b'' looks=39;49") ;;
	*) return 1 ;;
	esac
}
leaves_q() {
	leaves q
}
leaves_ctrl_c() {
	leaves $'\003'
}
leaves_term() {
	leaves TERM
}

# ---------------------------------------------------------------- all at once

# part FUNCTION - with a place of its own
part() (
	work=$work/$1 SOCKET='' n_servers=0
	mkdir "$work"
	cp "$work/../tmux.conf" "$work"
	trap screen_end EXIT
	if "$1" >"$work/said" 2>&1; then
		touch "$work/passed"
	else
		screen >>"$work/said" 2>&1
	fi
)
verdict() {
	sed 's/^\(# \)*/# /' "$work/$1/said"
	[ -e "$work/$1/passed" ]
}
screen_end
SOCKET=
parts='anchored paused no_color vt100 empty_no_color c_locale cost leaves_q
	leaves_ctrl_c leaves_term'
waiting=()
for name in $parts; do
	part "$name" &
	waiting+=($!)
done
wait "${waiting[@]}"
tap_ok 'after j j j its flow keeps its line, always' verdict anchored
tap_ok 'paused: ten seconds later the same below row 0; j / o Space act' \
	verdict paused
tap_ok 'NO_COLOR: reverse, no colour, ASCII in all there is' verdict no_color
tap_ok 'vt100: the same' verdict vt100
tap_ok 'an empty NO_COLOR: colours' verdict empty_no_color
tap_ok 'C locale: colours, and ASCII' verdict c_locale
tap_ok 'random rates, by rate: at most 1,000 bytes a refresh' verdict cost
tap_ok 'q: the terminal is left as it was' verdict leaves_q
tap_ok '^C: the terminal is left as it was' verdict leaves_ctrl_c
tap_ok 'TERM: the terminal is left as it was' verdict leaves_term
tap_done
