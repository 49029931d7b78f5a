#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A flow that has ended stays for a while, marked, with its last numbers, and
# then leaves; a cursor on it does not jump.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need python3
require_screen

# Six flows, each faster than the next. The third ends after five seconds; the
# first one was born with the recording, so its TIME is the time of all that is
# shown, whatever the speed and however busy this machine is.
cat >"$work/make.py" <<'END_OF_PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
from ctpcap import *

T0 = 1_767_607_200 * S
rec = Recording(T0)
rec.own()
def flow(n, t):
    done = min(t, 5) if n == 3 else t
    down = 90_000_000 + 1_000_000 * done >> n
    return ((Tuple('192.168.1.20', '203.0.113.%d' % n, 40000 + n, 443),),
            dict(ct_id=n, state=EST, status=ESTABLISHED_STATUS, timeout=432000,
                 start=T0 if n == 1 else T0 - 3600 * S,
                 counters=((down // 2000, down // 40), (down // 1000, down))))
for t in range(100):
    if t == 6:
        args, more = flow(3, 5)
        rec.destroy(5 * S + S // 2, *args, **dict(more, timeout=None))
    rec.health(t * S, 6)
    rec.listing(t * S, [flow(n, t) for n in range(1, 7) if n != 3 or t < 6])
rec.close(sys.argv[2], 100 * S)
END_OF_PYTHON
python3 "$work/make.py" "$TOP/tests/tools" "$work/six.pcap" || exit 1

# starts SPEED ARGUMENTS... - four refreshes in a second
starts() {
	local speed=$1

	shift
	screen_start 150 24 "$FLOWTOP" -nGP -r "$work/six.pcap" --speed "$speed" \
		-t 0.25 "$@"
	# With a rate: now the order is the right one.
	shows_in 6 '^ [^:]* tcp .*203\.0\.113\.3  *443  *[0-9.]*K '
}

# The time of this picture, in $age.
age_now() {
	local line

	age=
	for line in "${picture[@]:4:6}"; do
		[[ "$line" =~ (([0-9]+)m)?([0-9]+)s\ .*' '203\.0\.113\.1' ' ]] ||
			continue
		age=$((10#0${BASH_REMATCH[2]} * 60 + 10#${BASH_REMATCH[3]}))
	done
	[ -n "$age" ] || diag 'no age'
	[ -n "$age" ]
}

# The third flow in this picture, in $row; "" when it is not there.
row_now() {
	local line

	row=
	for line in "${picture[@]:4:6}"; do
		[[ "$line" != *' 203.0.113.3 '* ]] || row=$line
	done
}

# One picture of the life of the third flow.
closed_at='' left_at=''
watch() {
	local -a word

	age_now || return 1
	row_now
	[ -n "$row" ] || {
		[ -n "$left_at" ] || left_at=$age
		return 0
	}
	read -ra word <<<"$row"
	if [[ "$row" != -* ]]; then
		[ -z "$closed_at" ] || diag 'it is open again'
		[ -z "$closed_at" ]
		return
	fi
	[ -n "$closed_at" ] || closed_at=$age
	# What it had after five seconds.
	[ "${word[*]: -2}" = '11.9M 297K' ] || {
		diag 'these are not its totals'
		return 1
	}
	[ "${word[*]: -6:4}" = '- - - -' ] || {
		diag 'it has a rate'
		return 1
	}
}

# lingers SECONDS TICK PICTURES - a tick more or less; ages are whole seconds
lingers() {
	local time

	closed_at='' left_at=''
	each_picture "$3" watch || return 1
	if [ -z "$closed_at" ] || [ -z "$left_at" ]; then
		diag "closed at ${closed_at:-?}, left at ${left_at:-?}"
		return 1
	fi
	time=$((left_at - closed_at))
	diag "closed at $closed_at s, gone $time s later"
	[ "$closed_at" -le $((5 + 2 * $2)) ] &&
		[ "$time" -ge $(($1 - $2)) ] && [ "$time" -le $(($1 + $2 + 1)) ]
}

starts 4
tap_ok 'it stays 3 s, with its totals and without a rate' lingers 3 1 12
starts 4 --linger 8
tap_ok '--linger 8: for 8 s' lingers 8 1 18
starts 12 --linger 60
tap_ok '--linger 60: for 60 s' lingers 60 3 27
starts 4 --linger 0
gone_at_once() {
	age_now || return 1
	row_now
	[[ "$row" != -* ]] && { [ "$age" -lt 8 ] || [ -z "$row" ]; }
}
tap_ok '--linger 0: not at all' each_picture 10 gone_at_once

# ---------------------------------------------------------------- the cursor

# After the time in which a key holds the order.
starts 1.5
keys j j
tap_ok 'the cursor is on it' shows_in 6 '^>[^:]* tcp .*203\.0\.113\.3 '
tap_ok 'it closes: the cursor stays' shows_in -2 '^-203\.0\.113\.3:443 .* closed'
tap_ok 'in its line' cursor_on 6
left() {
	! has '203\.0\.113\.3[ :]'
}
tap_ok 'it leaves' wait_for "$PATIENCE" left
tap_ok 'the cursor stays in its line, on another one' \
	shows_in 6 '^>[^:]* tcp .*203\.0\.113\.4 '

# Kept for a minute, with a floating list around it.
starts 12 --linger 60
keys j j
tap_ok '--linger 60: the cursor is on it, closed' \
	shows_in -2 '^-203\.0\.113\.3:443 .* closed'
keeps_cursor() {
	[[ "${picture[6]}" == '>'* ]] || {
		diag "line 6: ${picture[6]}"
		return 1
	}
}
tap_ok 'until it leaves, and then, the cursor is in its line' \
	each_picture 24 keeps_cursor
tap_ok 'it has left' left
tap_ok 'the cursor is on the one that has come there' \
	shows_in 6 '^>[^:]* tcp .*203\.0\.113\.4 '

# ---------------------------------------------------------------- key c

starts 4 --linger 60
shows_in 6 '^-[^:]* tcp .*203\.0\.113\.3 '
keys c
tap_ok 'c: nothing that is closed, and it says so' \
	shows_in -1 'nothing that is closed'
tap_ok 'c: it is gone at once' wait_for 2 left
keys c
tap_ok 'c again: it is there' shows '^-[^:]* tcp .*203\.0\.113\.3 '
keys Space
shows_in 0 PAUSED
keys c
tap_ok 'c while paused: gone' wait_for 2 left
tap_ok 'and still paused' shows_in 0 PAUSED
keys c
tap_ok 'c again: back' shows '^-[^:]* tcp .*203\.0\.113\.3 '

# ---------------------------------------------------------------- words

said=$("$FLOWTOP" --help)
tap_ok '--help has --linger' grep -q -e '--linger SEC' <<<"$said"
tap_ok 'and so does the manual page' \
	grep -q 'Fl -linger Ar sec' "$TOP/man/flowtop.8"
tap_done
