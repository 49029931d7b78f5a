#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What keeps flowtop from showing flows or numbers is said on the screen, with
# what to do about it; what it cannot work without is said before.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# ---------------------------------------------------------------- all hidden

screen_start 80 24 "$FLOWTOP" -nGP -46D -r "$DEMO"
tap_ok 'nothing selected: it says so' \
	shows_in 5 '^  No flow matches: IPv4,IPv6,DCCP\.$'
tap_ok 'how many are hidden, and each key that shows some' \
	shows '^  [0-9]* flows are hidden\. T shows [0-9]* TCP, U shows [0-9]* UDP,'
tap_ok 'and the option' shows 'none shows 1 loopback\.$'
tap_ok 'no key that shows none' lacks 'i shows\|a shows\|S shows'
keys T
tap_ok 'T shows them' shows '^[ >+-][^:]* tcp '
screen_start 120 24 "$FLOWTOP" -nGP -4D -r "$DEMO" --hide none
tap_ok 'of one family' shows_in 5 '^  No flow matches: IPv4,DCCP\.$'
tap_ok 'i shows the others' shows ' i shows [0-9]* IPv6\.'
keys D
tap_ok 'without a protocol' \
	shows_in 5 '^  No flow matches: IPv4, no protocol\.$'
resize 40 10
tap_ok 'small: it fits' shows_in 4 '^  No flow matches: IPv4, no protocol\.$'
tap_ok 'small: in whole words' shows '^  .* T shows [0-9]* TCP,$'

# ---------------------------------------------------------------- nearly full

screen_start 80 24 "$FLOWTOP" -nGP -46UT -r "$TOP/tests/replay/full.pcap"
tap_ok 'a table that is 94 % full' shows_in 1 '^ !.* 94% full'

# ---------------------------------------------------------------- no right

# Whatever was drawn would be between these two lines, or instead of them.
only_said() {
	[ "$(screen | sed '/^$/d')" = $'before the program\nended 1' ] || {
		diag "$(screen)"
		return 1
	}
	grep -q CAP_NET_ADMIN "$work/stderr"
}
if [ "$(id -u)" = 0 ]; then
	need setpriv unshare
	screen_start 80 24 setpriv --bounding-set=-net_admin \
		--inh-caps=-net_admin "$FLOWTOP" -nGP -46UT
else
	screen_start 80 24 "$FLOWTOP" -nGP -46UT
fi
tap_ok 'without CAP_NET_ADMIN: ends with 1' shows '^ended 1$'
tap_ok 'nothing is drawn, stderr names the capability' only_said
tap_ok 'nothing was sent to the terminal' same_terminal

[ "$(id -u)" = 0 ] || { tap_done; exit; }
need ip nft conntrack python3 nsenter

# ---------------------------------------------------------------- no tracking

make_ns bare near
screen_start 80 24 "$FLOWTOP" -nGP -N "$bare" -46UT --hide none
tap_ok 'a namespace without rules' shows 'tracks no connections'
tap_ok 'and the rule to add' shows 'nft add table inet flowtop'
below_header() {
	screen | sed -n '5,22p' | grep -q 'tracks no connections' &&
		screen | sed -n '5,22p' | grep -q 'nft add table'
}
tap_ok 'in the table, not over the head' below_header
# What it says is what helps.
in_ns "$bare" sh -c "$(screen | sed -n \
	's/^ *|  *\(nft [^|]*[^ |]\) *|$/\1/p')"
addr "$bare" lo 192.0.2.1/24
start_peer "$bare" "$work/bare" serve udp 192.0.2.1 5001
background nsenter --net=/run/netns/"$bare" \
	python3 "$NET_DIR/peer.py" hold udp 60 3 192.0.2.1 5001 >/dev/null 2>&1
tap_ok 'with these rules there are flows' shows_in 1 ' [1-9][0-9]* of '

# ---------------------------------------------------------------- by itself

make_ns self
no_tables() {
	[ -z "$(in_ns "$1" nft list tables)" ]
}
addr "$self" lo 192.0.2.1/24
start_peer "$self" "$work/self" serve udp 192.0.2.1 5001
screen_start 80 24 "$FLOWTOP" -nGP -N "$self" -46UT --hide none
tap_ok 'nothing is connected: it does not say that something is' \
	shows 'nothing is connected here, or the kernel tracks no connections'
keys X
tap_ok 'X: it says what it has done' shows 'new connections are tracked'
tap_ok 'X: and no longer how to do it' hides 'nft add table'
keys X
tap_ok 'X again: there is nothing to do' shows 'are tracked already'
background nsenter --net=/run/netns/"$self" \
	python3 "$NET_DIR/peer.py" hold udp 60 3 192.0.2.1 5001 >/dev/null 2>&1
tap_ok 'X: a flow within 2 s' within "$(slowly 2000)" has '^.[^:]* udp .* 5001 '
keys q
tap_ok 'afterwards there is no table' \
	wait_for 2 no_tables "$self"

# ---------------------------------------------------------------- no counters

tracking_on "$near"
addr "$near" lo 192.0.2.1/24 192.0.2.2/24
start_peer "$near" "$work/server" serve tcp 192.0.2.2 5001
sysctl_set "$near" acct 0
start_peer "$near" "$work/client" hold tcp 100 3 192.0.2.2 5001

no_counters() {
	tap_ok "$1: a warning" shows_in 1 '^ ! .*counters are off'
	tap_ok "$1: RX and TX are unknown" shows \
		'^>[^:]* tcp .* 192\.0\.2\.[12]  *[0-9]*  *?  *?  *?  *?$'
	tap_ok "$1: of every flow" unknown_everywhere
}
unknown_everywhere() {
	[ "$(screen | grep -c '^.[^:]* tcp ')" -ge 3 ] &&
		[ "$(screen | grep '^.[^:]* tcp ' | grep -vc '? *? *? *?$')" = 0 ]
}
screen_start 100 24 "$FLOWTOP" -nGP -N "$near" -46UT --no-sysctl
no_counters 'counters off, --no-sysctl'

# As in a container: /proc/sys can be read, and that is all.
readonly_sys() {
	echo 'mount --bind /proc/sys /proc/sys &&'
	echo '	mount -o remount,bind,ro /proc/sys || exit 9'
	echo 'exec "$@"'
}
readonly_sys >"$work/readonly"
screen_start 100 24 nsenter --net=/run/netns/"$near" -- \
	unshare --mount -- sh "$work/readonly" "$FLOWTOP" -nGP -46UT
no_counters 'counters off, /proc/sys is read-only'
is_off() {
	[ "$(sysctl_get "$near" acct)" = 0 ]
}
tap_ok 'they are still off' is_off
tap_done
