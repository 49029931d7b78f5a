#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who knows the flowtop of netsniff-ng types its options, short and long.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# run ARGUMENTS... - output in $work/out and $work/err, status in $status
run() {
	timeout 20 "$FLOWTOP" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

# accepted ARGUMENTS... - with flows, without a word on stderr
accepted() {
	run "$@" -r "$DEMO" --speed 0 -1
	[ "$status" = 0 ] && [ -s "$work/out" ] && [ ! -s "$work/err" ] &&
		return 0
	diag "status $status: $(head -n 3 "$work/err")"
	return 1
}
for option in -4 -6 -T -U -D -I -S -n -G -s -b '-t 2' -t2 \
	      --ipv4 --ipv6 --tcp --udp --dccp --icmp --sctp --no-dns \
	      --no-geoip --show-src --bits '--interval 2' --interval=2 \
	      -46UTDISs; do
	# shellcheck disable=SC2086 # an option and its value
	tap_ok "$option" accepted $option
done

# says OPTION PATTERN - on stdout, and ends well
says() {
	run "$1"
	[ "$status" = 0 ] && [ ! -s "$work/err" ] && grep -q "$2" "$work/out"
}
for option in -v --version; do
	tap_ok "$option" says $option '^flowtop [0-9]'
done
for option in -h --help; do
	tap_ok "$option" says $option '^Usage: flowtop'
done
known() {
	run "$1"
	[ "$status" != 2 ] && ! grep -q 'unknown option' "$work/err"
}
for option in -u --update; do
	tap_ok "$option: known" known $option
done

one_line() {
	run "$@"
	[ "$status" = 2 ] && [ ! -s "$work/out" ] &&
		[ "$(wc -l <"$work/err")" = 1 ]
}
for option in --bogus -Y -46UTY --interval -4=1; do
	tap_ok "$option: one line, and status 2" one_line $option
done

# On the screen nothing but the line, and the terminal as it was.
screen_start 80 24 "$FLOWTOP" --bogus
shows '^ended 2$'
untouched() {
	[ "$(screen | sed '/^$/d')" = $'before the program\nended 2' ]
}
tap_ok '--bogus: nothing is drawn' untouched
tap_ok '--bogus: the terminal is as it was' same_terminal

# Only a family: every protocol; a letter: exactly that; nothing: TCP.
protocols() {
	screen_start 100 24 "$FLOWTOP" -r "$DEMO" "${@:2}"
	shows_in 1 " $1\$"
}
tap_ok 'nothing: TCP' protocols IPv4,IPv6,TCP
tap_ok '-4: all of IPv4' protocols IPv4,TCP,UDP,DCCP,ICMP,SCTP,OTHER -4
tap_ok '-6U: UDP over IPv6' protocols IPv6,UDP -6U
screen_start 80 24 "$FLOWTOP" -b -r "$DEMO"
tap_ok '-b: bits' shows_in 3 ' RXb/s TXb/s$'
tap_done
