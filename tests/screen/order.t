#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# While flows overtake one another at every refresh, a floating cursor is on the
# fastest one, and an anchored one neither leaves its flow nor its line.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need python3
require_screen

# A rate like any other for each of 30 flows and every second, of 248 flows.
python3 "$TOP/tests/tools/mkwire.py" random 200 "$work/random.pcap" || exit 1

# Each picture has another second of it. At the end of the lines: RX/s TX/s.
starts() {
	screen_start 80 24 "$FLOWTOP" -46UT -r "$work/random.pcap" \
		-t 0.25 --speed 4
	shows_in 4 '^>.*[0-9][KM] *[0-9.]*[KM]$'
}

# rate_of LINE - RX/s and TX/s of it, in $rate
rate_of() {
	local word

	read -ra word <<<"$1"
	bytes_of "${word[-1]}"
	rate=$bytes
	bytes_of "${word[-2]}"
	rate=$((rate + bytes))
}

addresses() {
	local line

	for line in "${picture[@]:4:18}"; do
		[[ "$line" =~ ( |^)([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+) ]] &&
			printf '%s ' "${BASH_REMATCH[2]}"
	done
}

# How often the order was another one.
n_orders=0 last_order=
count_order() {
	local order

	order=$(addresses)
	[ "$order" = "$last_order" ] || n_orders=$((n_orders + 1))
	last_order=$order
}

# ---------------------------------------------------------------- the top

# A quarter less than the fastest is allowed: that is what keeps lines calm.
# What is shown has three digits, and changes of less than 2 % are not drawn.
top_is_fastest() {
	local line fastest=0 top

	count_order
	[[ "${picture[4]}" == '>'* ]] || {
		diag 'the first line has no cursor'
		return 1
	}
	rate_of "${picture[4]}"
	top=$rate
	for line in "${picture[@]:4:18}"; do
		rate_of "$line"
		[ "$rate" -le "$fastest" ] || fastest=$rate
	done
	[ $((top * 125)) -ge $((fastest * 96)) ] && [ "$top" -gt 0 ] && return 0
	diag "the first has $top B/s, another one $fastest"
	return 1
}
starts
tap_ok 'without a key: the first line has the cursor and the fastest flow' \
	each_picture 30 top_is_fastest
keys j j j
shows_in 2 ' follow '
keys g
shows_in 4 '^>'
tap_ok 'after g: again' each_picture 10 top_is_fastest
diag "$n_orders orders in 40 pictures"
# Not that it is calm, but that there was something to see; a loaded machine shows
# fewer pictures.
tap_ok 'and the flows did change places' test $n_orders -ge 5

# ---------------------------------------------------------------- its flow

n_orders=0 n_home=0
keeps_flow() {
	local n line=0

	count_order
	for ((n = 4; n < 22; n++)); do
		[[ "${picture[n]}" != '>'* ]] || line=$n
	done
	[[ "${picture[line]}" =~ ' '$flow' ' ]] || {
		diag "not $flow: ${picture[line]}"
		return 1
	}
	# It may only go up: where the list has nothing to scroll any more.
	[ "$line" -le "$home" ] || {
		diag "it was on line $home and is on $line"
		return 1
	}
	[ "$line" != "$home" ] || n_home=$((n_home + 1))
}
noted() {
	local line

	line=$(screen | grep '^>')
	[[ "$line" =~ ' '([0-9]+\.[0-9.]+)' ' ]] && flow=${BASH_REMATCH[1]}
	home=$(screen | grep -n '^>' | cut -d: -f1)
	home=$((home - 1))
	diag "$flow on line $home"
}
keys j j j
cursor_on 7
noted
# After a key the order is held for 12 refreshes.
tap_ok 'after j j j: its flow, in its line' each_picture 45 keeps_flow
diag "$n_orders orders, $n_home of 45 pictures in its line"
tap_ok 'which it left for the upper ones alone' test $n_home -ge 12
tap_ok 'and the others moved' test $n_orders -ge 4

# In the middle of the list there is room to scroll both ways.
starts
keys C-f j j j
cursor_on 7
noted
n_orders=0 n_home=0
tap_ok 'a page down: its flow, in its line' each_picture 45 keeps_flow
diag "$n_orders orders, $n_home of 45 pictures in its line"
tap_ok 'nearly always in the same' test $n_home -ge 28
tap_ok 'and the others moved here' test $n_orders -ge 6

# ---------------------------------------------------------------- a day's work

if [ -r "$DEMO" ]; then
	screen_start 80 24 "$FLOWTOP" -46UT -r "$DEMO" -t 0.25
	shows_in 4 '^>.*[KM]$'
	# A flow that is over keeps its place for a while.
	demo_top() {
		[[ "${picture[22]}" == -* ]] || top_is_fastest
	}
	tap_ok 'a workstation: the first line is the fastest' \
		each_picture 15 demo_top
fi
tap_done
