#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The picture in README.md is what "make demo" shows. Numbers depend on when
# frames were drawn; the words, the columns and the flows do not. With --print
# it prints a new picture. Names of ports are those of the machine, and not compared.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo
MAKEFILE=$TOP/Makefile
README=$TOP/README.md
# Started by root, flowtop reads files as nobody.
chmod 755 "$work"
WHEN=10:00:08 # on the clock of the recording

# What the target "demo" starts, without its recording
options=$(sed -n 's|^	@exec .(PROGRAM) \(.*\) -r tests/replay/demo.pcap .*|\1|p' \
	"$MAKEFILE")

[ "${1:-}" = --print ] || options="$options -P"
# shellcheck disable=SC2086 # options
screen_start 80 24 "$FLOWTOP" $options --geoip-dir "$work" -r "$DEMO"
# A whole frame, not one that is being drawn
still() {
	line_has 0 "$WHEN" || return 1
	screen >"$work/shown"
	sleep 0.1
	screen | cmp -s - "$work/shown"
}
wait_for 20 still
if [ "${1:-}" = --print ]; then
	sed 's/^/    /; s/ *$//' "$work/shown"
	exit 0
fi
sed -n '/^This is what .make demo. shows/,/^.?. lists the keys/p' "$README" |
	sed -n 's/^    //p' >"$work/pictured"

# words FILE FIRST LAST - its lines with every number as 0
words() {
	sed -n "$2,$3p" "$1" | sed 's/[0-9][0-9.]*[KMG]\{0,1\}/0/g; s/  */ /g; s/ $//'
}

same_words() {
	diff <(words "$work/pictured" "$1" "$2") \
		<(words "$work/shown" "$1" "$2") >"$work/diff" && return
	diag "$(cat "$work/diff")"
	return 1
}

# Process, protocol, direction, address and country of the flows, in the same
# columns
flows() {
	sed -n '5,22p' "$1" | cut -c 2-16,30-57,66-68 | sort
}

same_flows() {
	diff <(flows "$work/pictured") <(flows "$work/shown") >"$work/diff"
	# Around the moment of the picture flows begin and end.
	[ "$(grep -c '^[<>]' "$work/diff")" -le 6 ] || {
		diag "$(cat "$work/diff")"
		return 1
	}
}

# column FILE FROM-TO - the different words of a column of the flows
column() {
	sed -n '5,22p' "$1" | cut -c "$2" | tr -d ' ' | sort -u
}

# What there is of it in the picture is there now, and the other way round: a
# name that changed does not pass as a flow that ended.
same_column() {
	diff <(column "$work/pictured" "$1") <(column "$work/shown" "$1") \
		>"$work/diff" && return
	diag "$(cat "$work/diff")"
	return 1
}

tap_ok 'there is a picture of 24 lines' \
	test "$(wc -l <"$work/pictured")" = 24
tap_ok 'none is too long' \
	test "$(wc -L <"$work/pictured")" -le 80
tap_ok 'title and status say the same' same_words 1 2
tap_ok 'tabs and header are the same' \
	test "$(sed -n 3,4p "$work/pictured")" = \
	"$(sed -n 3,4p "$work/shown" | sed 's/ *$//')"
tap_ok 'the flows are the same' same_flows
tap_ok 'their processes have the same names' same_column 2-11
tap_ok 'their protocols have the same names' same_column 13-16
tap_ok 'and their states' same_column 18-23
tap_ok 'and their countries' same_column 67-68
tap_ok 'the keys are the same' \
	test "$(sed -n 24p "$work/pictured")" = \
	"$(sed -n 24p "$work/shown" | sed 's/ *$//')"
tap_done
