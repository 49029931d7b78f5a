#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the broker changes in the kernel, and that nothing of it stays: switches
# put back by whoever comes last, also after kill -9; rules that need a switch
# keep it; a table for tracking that dies with its owner.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need unshare mkfifo
BT=$TOOLS/brokertest
[ -x "$BT" ] || skip_all "needs $BT"
make_ns one two
ns=$one

# Each step runs with a /run of its own, in which flowtop is $run_dir, so that
# neither this machine's flowtop nor another test is met.
run_dir=$work/run
mkdir -m 700 "$run_dir"
own_run='mount -t tmpfs none /run && mkdir -m 700 /run/flowtop &&
	mount --bind "$0" /run/flowtop && exec "$@"'

# bt NS STEP...
bt() {
	local in=$1

	shift
	nsenter --net=/run/netns/"$in" -- unshare -m sh -c "$own_run" \
		"$run_dir" "$BT" "$@" 2>&1
}

# live NAME NS STEP... - in the background, "wait" waits for let NAME.
declare -A live_pid live_fd
live() {
	local name=$1 in=$2 fd

	shift 2
	mkfifo "$work/$name.in"
	exec {fd}<>"$work/$name.in"
	rm "$work/$name.in"
	live_fd[$name]=$fd
	: >"$work/$name"
	nsenter --net=/run/netns/"$in" -- unshare -m sh -c "$own_run" \
		"$run_dir" "$BT" "$@" <&"$fd" >"$work/$name" 2>&1 &
	live_pid[$name]=$!
	jobs_started+=("$!")
}
# did NAME STEP-AND-RESULT - it came that far
did() {
	wait_for 5 grep -qx -- "$2" "$work/$1" && return 0
	diag "$1: $(tr '\n' ',' <"$work/$1")"
	return 1
}
let_go() {
	echo >&"${live_fd[$1]}"
}
unlink_fd() {
	local fd=${live_fd[$1]}

	exec {fd}>&-
}
# ends NAME - let it go on to its end
ends() {
	let_go "$1"
	wait "${live_pid[$1]}" 2>/dev/null
	unlink_fd "$1"
}
# dies NAME - kill -9
dies() {
	kill -KILL "${live_pid[$1]}"
	wait "${live_pid[$1]}" 2>/dev/null
	unlink_fd "$1"
}
says() {
	local got

	got=$(bt "$ns" "${@:2}" | tr '\n' ' ')
	is "$*" "$got" "$1 "
}

both_are() {
	is "acct and timestamp" \
		"$(sysctl_get "$ns" acct) $(sysctl_get "$ns" timestamp)" "$1"
}
set_both() {
	sysctl_set "$ns" acct "$1"
	sysctl_set "$ns" timestamp "$1"
}
no_table() {
	is "nft list ruleset" "$(in_ns "$ns" nft list ruleset)" ""
}
# What sysctl_restore() returns.
nothing=0 users=1 rules=2 unknown=3 failed=4

# bytes_rule - a rule that needs acct
bytes_rule() {
	in_ns "$ns" nft -f - <<-'END'
	table inet user {
		chain output {
			type filter hook output priority 0
			ct bytes > 50 counter
		}
	}
	END
}
# rule_matches - the counter moves for new flows
rule_matches() {
	local before after

	before=$(rule_packets)
	in_ns "$ns" $PEER ping 127.0.0.1 127.0.0.1 >/dev/null
	in_ns "$ns" $PEER ping 127.0.0.1 127.0.0.2 >/dev/null
	after=$(rule_packets)
	[ "$after" -gt "$before" ] || { diag "$before, then $after"; return 1; }
}
rule_packets() {
	in_ns "$ns" nft -j list table inet user |
		jq '[.. | .counter? // empty | .packets] | add'
}
in_ns "$one" "$TOOLS/ctfill" -n 5 --quiet
in_ns "$two" "$TOOLS/ctfill" -n 5 --quiet
both_are "0 0" || skip_all "a new namespace does not start with 0 0"

# ---------------------------------------------------------------- put back

tap_ok "on and restored" says "open 0 on 0 restore 0" open on 3 restore
tap_ok "both are off" both_are "0 0"
tap_ok "twice is once" says "open 0 on 0 restore 0 restore 0" \
	open on 3 restore restore
tap_ok "restore alone" says "open 0 restore 0" open restore
tap_ok "only what was wanted" says "open 0 on 0" open on 2
tap_ok "timestamp is on" both_are "0 1"
tap_ok "what was left is repaired" says "open 0 left 0 repair 2" open repair
tap_ok "both are off" both_are "0 0"
tap_ok "then there is nothing to do" says "open 0 left 0 repair 0" open repair
set_both 1
tap_ok "was 1" says "open 0 on 0 restore 0" open on 3 restore
tap_ok "stays 1" both_are "1 1"
set_both 0
tap_ok "as nobody with CAP_NET_ADMIN" says "open 0 drop 0 on 0 restore 0" \
	open drop on 3 restore
tap_ok "both are off" both_are "0 0"
tap_ok "on a kernel without cookies" \
	says "open 0 inexact 0 on 0 restore 0" open inexact on 3 restore
tap_ok "both are off" both_are "0 0"

# ---------------------------------------------------------------- killed

live a "$ns" open on 3 wait
did a "on 0"
dies a
tap_ok "killed: both stay on" both_are "1 1"
tap_ok "the next one takes over" says "open 0 on 0 restore 0" open on 3 restore
tap_ok "both are off" both_are "0 0"

live a "$ns" open on 3 wait
did a "on 0"
dies a
sysctl_set "$ns" timestamp 0
tap_ok "killed, one of them changed: repaired" \
	says "open 0 left 0 repair 1" open repair
tap_ok "both are off" both_are "0 0"

live a "$ns" open on 3 wait
did a "on 0"
dies a
tap_ok "of who knows which namespace: not repaired" \
	says "open 0 inexact 0 left 0 repair -95" open inexact repair
tap_ok "nor taken over" says "open 0 inexact 0 on 0 restore 0" \
	open inexact on 3 restore
tap_ok "stays on" both_are "1 1"
set_both 0

live a "$ns" open on 3 wait
did a "on 0"
for f in "$run_dir"/sysctl.*; do
	# The boot id is at 16 of each slot.
	for offset in 16 528; do
		printf x | dd of="$f" bs=1 seek=$offset conv=notrunc status=none
	done
done
dies a
tap_ok "wrong boot id or sum: nothing is believed" \
	says "open 0 left 0 repair 0" open repair
set_both 0

live a "$ns" open keeper on 3 wait
did a "on 0"
pkill -KILL -P "${live_pid[a]}"
tap_ok "killed with a keeper: it restores" did a "kept 0"
tap_ok "both are off" both_are "0 0"
unlink_fd a
live a "$ns" open keeper drop on 3 begin wait
did a "begin 0"
pkill -KILL -P "${live_pid[a]}"
tap_ok "killed with the lock held" did a "kept 0"
unlink_fd a
tap_ok "both are off" both_are "0 0"
live a "$ns" open keeper on 3 begin wait
did a "begin 0"
in_ns "$ns" nft add table inet ours
pkill -KILL -P "${live_pid[a]}"
tap_ok "killed within a transaction of its own" did a "kept 0"
unlink_fd a
tap_ok "both are off" both_are "0 0"
in_ns "$ns" nft delete table inet ours
live a "$ns" open keeper on 3 track begin wait
did a "begin 0"
in_ns "$ns" nft add table inet other
in_ns "$ns" nft delete table inet other
pkill -KILL -P "${live_pid[a]}"
tap_ok "killed in doubt" did a "kept $rules"
unlink_fd a
tap_ok "acct stays on" both_are "1 0"
tap_ok "and the table is gone" no_table
set_both 0

# ---------------------------------------------------------------- others

live a "$ns" open on 3 wait restore
did a "on 0"
live b "$ns" open on 3 wait restore
did b "on 0"
tap_ok "repair while they live" says "open 0 left $users repair 0" open repair
ends a
tap_ok "the first leaves" did a "restore $users"
tap_ok "both stay on" both_are "1 1"
ends b
tap_ok "the second restores" did b "restore $nothing"
tap_ok "both are off" both_are "0 0"

# All orders of two that start (A B) and end (a b), each by itself or killed.
# As long as one lives both are on; --restore has the final word.
order() {
	local how_a=$2 how_b=$3 event living=0 state

	for event in $1; do
		case $event in
		A | B)
			live $event "$ns" open on 3 wait restore
			did $event "on 0" || return 1
			living=$((living + 1))
			;;
		a | b)
			state=how_$event
			${!state} ${event^}
			living=$((living - 1))
			;;
		esac
		[ $living -eq 0 ] || both_are "1 1" || return 1
	done
	[ "$how_a$how_b" != endsends ] || both_are "0 0" || return 1
	bt "$ns" open repair >/dev/null
	both_are "0 0"
}
for events in "A a B b" "A B a b" "A B b a" "B b A a" "B A b a" "B A a b"; do
	for how_a in ends dies; do
		for how_b in ends dies; do
			tap_ok "$events: a $how_a, b $how_b" \
				order "$events" $how_a $how_b
		done
	done
done

# Two that know nothing of each other's file.
live a "$ns" open on 3 wait restore
did a "on 0"
run_dir=$work/run2
mkdir -m 700 "$run_dir"
live b "$ns" open on 3 wait restore
did b "on 0"
run_dir=$work/run
ends a
tap_ok "another file: the first leaves" did a "restore $users"
ends b
tap_ok "the second has nothing to restore" did b "restore $nothing"
tap_ok "on, for the next one" both_are "1 1"
tap_ok "which repairs" says "open 0 left 0 repair 3" open repair

# Anybody can bind such a name: that keeps switches on, and does no more.
live a "$ns" user wait
did a "user 0"
set_both 1
tap_ok "a name that nobody stands for: was 1" says "open 0 on 0 restore 0" open on 3 restore
tap_ok "stays 1" both_are "1 1"
set_both 0
tap_ok "is counted" says "open 0 on 0 restore $users" open on 3 restore
dies a
tap_ok "until it is gone" says "open 0 left 0 repair 3" open repair

ns=$one
live a "$one" open on 3 wait restore
live b "$two" open on 1 wait restore
did a "on 0"
did b "on 0"
ends a
tap_ok "two namespaces: one is off" both_are "0 0"
ns=$two
tap_ok "the other is on" both_are "1 0"
ends b
tap_ok "and off" both_are "0 0"
ns=$one

# ---------------------------------------------------------------- untouched

live a "$ns" open on 3 wait restore
did a "on 0"
sysctl_set "$ns" acct 0
ends a
tap_ok "somebody else wrote 0: nothing is left" did a "restore $nothing"
tap_ok "both are off" both_are "0 0"

live a "$ns" open on 3 wait restore
did a "on 0"
bytes_rule
ends a
tap_ok "ct bytes came meanwhile: acct is left" did a "restore $rules"
tap_ok "acct stays, timestamp goes" both_are "1 0"
tap_ok "the rule goes on matching" rule_matches
sysctl_set "$ns" acct 0
tap_ok "(it would not have)" eval ! rule_matches
in_ns "$ns" nft delete table inet user

live a "$ns" open on 3 wait
did a "on 0"
dies a
bytes_rule
tap_ok "after a kill: left by the next one" \
	says "open 0 on 0 restore $rules" open on 3 restore
tap_ok "the rule goes on matching" rule_matches
tap_ok "and that is all" says "open 0 left 0 repair 0" open repair
tap_ok "acct is still on" both_are "1 0"
in_ns "$ns" nft delete table inet user
set_both 0

# A rule whose transaction was begun before the switch was written.
generation=$(bt "$ns" generation | sed 's/.* //')
tap_ok "the generation is that of now" says "is-still 1" is-still "$generation"
in_ns "$ns" nft add table inet other
tap_ok "not that of before" says "is-still 0" is-still "$generation"
tap_ok "asking changes nothing" says "generation $((generation + 1))" generation
in_ns "$ns" nft delete table inet other

# The old iptables has no generation. Asking for a table makes it.
make_old_table() {
	in_ns "$ns" python3 -c '
import ctypes, socket
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
info = ctypes.create_string_buffer(b"filter", 84)
size = ctypes.c_uint32(84)
ctypes.CDLL(None).getsockopt(s.fileno(), 0, 64, info, ctypes.byref(size))' &&
	[ -n "$(in_ns "$ns" cat /proc/net/ip_tables_names)" ]
}
make_ns three
ns=$three
in_ns "$ns" "$TOOLS/ctfill" -n 5 --quiet
if in_ns "$ns" grep -qx connbytes /proc/net/ip_tables_matches &&
   make_old_table; then
	tap_ok "iptables and connbytes: acct is left" \
		says "open 0 on 0 restore $rules" open on 3 restore
	tap_ok "acct stays, timestamp goes" both_are "1 0"
	sysctl_set "$ns" acct 0
	tap_ok "the same as nobody" \
		says "open 0 drop 0 on 0 restore $rules" open drop on 3 restore
	sysctl_set "$ns" acct 0
	tap_ok "who cannot look leaves it, too" \
		says "drop 0 open -13 on 0 restore $unknown" drop open on 3 restore
else
	tap_skip "iptables and connbytes" "not in this kernel"
fi
ns=$one

# ---------------------------------------------------------------- no file

# without WHAT ERROR - the file cannot be had
without() {
	tap_ok "$1: works, and says so" says "open $2 on 0 restore 0" \
		open on 3 restore
	tap_ok "$1: both are off" both_are "0 0"
}
# The only file that is open now is ours.
live a "$ns" open wait
did a "open 0"
name=$(basename "$(readlink "/proc/${live_pid[a]}"/fd/* | grep sysctl)")
ends a
fresh() {
	run_dir=$work/$1
	mkdir -m 700 "$run_dir"
}
fresh link
ln -s /etc/hostname "$run_dir/$name"
without "a symbolic link" -40
tap_ok "its target is as before" grep -q . /etc/hostname
fresh fifo
mkfifo -m 600 "$run_dir/$name"
without "a FIFO" -22
fresh dir
mkdir "$run_dir/$name"
without "a directory" -21
fresh mode
chmod 755 "$run_dir"
without "a directory for all" -1
fresh owner
chown 65534 "$run_dir"
without "somebody else's directory" -1
fresh garbage
head -c 1100 /dev/urandom >"$run_dir/$name"
chmod 600 "$run_dir/$name"
without "garbage" 0
own_run='mount -t tmpfs -o ro none /run && exec "$@"'
without "a read-only /run" -30
own_run='mount -t tmpfs -o mode=755 none /run && exec "$@"'
# Only root may see whether there are rules of the old iptables.
left=$nothing
[ ! -e /proc/net/ip_tables_names ] || left=$unknown
tap_ok "no root: works, and says so" says "drop 0 open -13 on 0 restore $left" \
	drop open on 3 restore
set_both 0
own_run='mount -t tmpfs none /run && mkdir -m 700 /run/flowtop &&
	exec "$@"'
tap_ok "no right to write the switches" \
	says "open 0 nobody 0 on 3 restore 0" open nobody on 3 restore
tap_ok "no right any more" \
	says "open 0 on 0 nobody 0 restore $failed" open on 3 nobody restore
set_both 0
own_run='mount -t tmpfs -o size=4k none /run && mkdir -m 700 /run/flowtop &&
	head -c 4096 /dev/zero >/run/full && exec "$@"'
tap_ok "a full disk: memory will do" \
	says "open 0 on 0 error -28 restore 0" open on 3 error restore
tap_ok "a full disk: both are off" both_are "0 0"
own_run='mount -t tmpfs none /run && mkdir -m 700 /run/flowtop &&
	mount --bind "$0" /run/flowtop && exec "$@"'
run_dir=$work/run

# ---------------------------------------------------------------- tracking

make_ns bare peer
link "$bare" eth0 "$peer" eth0
addr "$bare" eth0 192.0.2.1/24 2001:db8:c::1/64
addr "$peer" eth0 192.0.2.2/24 2001:db8:c::2/64
ns=$bare
flows() {
	in_ns "$ns" conntrack -L 2>/dev/null
	in_ns "$ns" conntrack -L -f ipv6 2>/dev/null
}
# seen PATTERN - a flow that looks so
seen() {
	flows | grep -q -- "$1" || { diag "$1 is not in: $(flows)"; return 1; }
}
start_peer "$peer" "$work/serve4" serve udp 192.0.2.2 5001
start_peer "$peer" "$work/serve4t" serve tcp 192.0.2.2 5001
start_peer "$peer" "$work/serve6" serve udp 2001:db8:c::2 5001
start_peer "$peer" "$work/serve6t" serve tcp 2001:db8:c::2 5001
start_peer "$bare" "$work/in4" serve tcp 192.0.2.1 5002
start_peer "$bare" "$work/in6" serve udp 2001:db8:c::1 5002
in_ns "$bare" $PEER ping 192.0.2.1 192.0.2.2 >/dev/null
tap_ok "nothing is tracked without" is flows "$(flows)" ""
live a "$ns" open track wait untrack wait
tap_ok "tracking is on" did a "track 0"
begin=$(date +%s%N)
start_peer "$bare" "$work/hold" hold tcp 30 1 192.0.2.2 5001
tap_ok "a flow is seen" seen 'tcp .*dst=192.0.2.2 .*dport=5001'
took=$((($(date +%s%N) - begin) / 1000000))
tap_ok "within 2 s" [ $took -le 2000 ]
start_peer "$bare" "$work/hold2" hold udp 30 1 192.0.2.2 5001
start_peer "$bare" "$work/hold3" hold tcp 30 1 2001:db8:c::2 5001
start_peer "$bare" "$work/hold4" hold udp 30 1 2001:db8:c::2 5001
start_peer "$peer" "$work/hold5" hold tcp 30 1 192.0.2.1 5002
start_peer "$peer" "$work/hold6" hold udp 30 1 2001:db8:c::1 5002
in_ns "$bare" $PEER ping 192.0.2.1 192.0.2.2 >/dev/null
in_ns "$bare" $PEER ping 2001:db8:c::1 2001:db8:c::2 >/dev/null
for pattern in 'udp .*dst=192.0.2.2 .*dport=5001' \
	       'tcp .*dst=2001:db8:c::2 .*dport=5001' \
	       'udp .*dst=2001:db8:c::2 .*dport=5001' \
	       'tcp .*dst=192.0.2.1 .*dport=5002' \
	       'udp .*dst=2001:db8:c::1 .*dport=5002' \
	       'icmp .*dst=192.0.2.2' 'icmpv6 .*dst=2001:db8:c::2'; do
	tap_ok "seen: $pattern" seen "$pattern"
done
in_ns "$ns" nft list ruleset | sed 's/^/# /'
in_ns "$ns" nft flush ruleset
tap_ok "nft flush ruleset does not remove it" \
	eval '[ "$(in_ns "$ns" nft list ruleset | grep -c "ct state new")" = 3 ]'
tap_ok "no verdict, nothing dropped" \
	eval '! in_ns "$ns" nft list ruleset | grep -qE "drop|reject|return"'
live b "$ns" open track wait
tap_ok "a second one" did b "track 0"
dies b
tap_ok "killed: only the other table is there" eval \
	'[ "$(in_ns "$ns" nft list tables | wc -l)" = 1 ]'
let_go a
did a "untrack 0"
tap_ok "untrack: no table" no_table
ends a
live a "$ns" open track wait
did a "track 0"
dies a
tap_ok "killed: no table" no_table
live a "$ns" open keeper track on 3 wait
did a "on 0"
pkill -KILL -P "${live_pid[a]}"
tap_ok "killed with a keeper" did a "kept 0"
tap_ok "no table" no_table
tap_ok "both are off" both_are "0 0"
unlink_fd a
tap_ok "not by nobody" eval 'in_ns "$ns" setpriv --reuid=65534 --clear-groups \
	"$BT" track | grep -qx "track 1"'
tap_ok "a probe works" says "probe 0" probe
tap_ok "and leaves nothing" no_table
tap_ok "far from full: stays" says "open 0 track 0 guard 0 untrack 0 guard 0" \
	open track guard untrack guard

# Our own transactions, and those of another flowtop, are no doubt.
tap_ok "tracking before" says "open 0 track 0 on 0 restore 0" \
	open track on 3 restore
tap_ok "both are off" both_are "0 0"
tap_ok "tracking after" says "open 0 on 0 track 0 restore 0" \
	open on 3 track restore
tap_ok "both are off" both_are "0 0"
live a "$ns" open on 3 wait track untrack track wait restore
did a "on 0"
live b "$ns" open track untrack track wait
did b "wait 0" || true
let_go a
wait_for 5 eval '[ "$(grep -c "track 0" "$work/a")" -ge 3 ]'
ends b
ends a
tap_ok "tracking of two" did a "restore $nothing"
tap_ok "both are off" both_are "0 0"
tap_ok "tables are gone" no_table
live a "$ns" open on 3 wait restore
did a "on 0"
in_ns "$ns" nft add table inet other
bt "$ns" open track >/dev/null
ends a
tap_ok "somebody's change before ours is a doubt" did a "restore $rules"
in_ns "$ns" nft delete table inet other
set_both 0

# Forwarded flows.
make_ns fleft fmid fright
link "$fleft" eth0 "$fmid" left
link "$fright" eth0 "$fmid" right
addr "$fleft" eth0 192.0.2.2/24 2001:db8:c::2/64
addr "$fmid" left 192.0.2.1/24 2001:db8:c::1/64
addr "$fmid" right 198.51.100.1/24 2001:db8:5::1/64
addr "$fright" eth0 198.51.100.2/24 2001:db8:5::2/64
for n in "$fleft 192.0.2.1 2001:db8:c::1" "$fright 198.51.100.1 2001:db8:5::1"; do
	set -- $n
	in_ns "$1" ip route add default via "$2"
	in_ns "$1" ip route add default via "$3"
done
in_ns "$fmid" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
ns=$fmid
wait_for 10 in_ns "$fleft" $PEER ping 2001:db8:c::2 2001:db8:5::2
live a "$ns" open track wait
did a "track 0"
in_ns "$fleft" $PEER ping 192.0.2.2 198.51.100.2 >/dev/null
in_ns "$fleft" $PEER ping 2001:db8:c::2 2001:db8:5::2 >/dev/null
start_peer "$fright" "$work/fserve" serve udp 198.51.100.2 5001
start_peer "$fleft" "$work/fhold" hold udp 30 1 198.51.100.2 5001
start_peer "$fright" "$work/fserve6" serve tcp 2001:db8:5::2 5001
start_peer "$fleft" "$work/fhold6" hold tcp 30 1 2001:db8:5::2 5001
for pattern in 'icmp .*dst=198.51.100.2' 'icmpv6 .*dst=2001:db8:5::2' \
	       'udp .*dst=198.51.100.2 ' 'tcp .*dst=2001:db8:5::2 '; do
	tap_ok "forwarded: $pattern" seen "$pattern"
done
ends a
tap_ok "no table" no_table

# ---------------------------------------------------------------- how full

# filled COUNT MAX STEP... - as if so many of so many entries were there
filled() {
	local count=$1 max=$2

	shift 2
	echo "$count" >"$work/count"
	echo "$max" >"$work/max"
	nsenter --net=/run/netns/"$ns" -- unshare -m sh -c '
		mount --bind "$0/count" /proc/sys/net/netfilter/nf_conntrack_count
		mount --bind "$0/max" /proc/sys/net/netfilter/nf_conntrack_max
		exec "$@"' "$work" "$BT" "$@" | tr '\n' ' '
}
full=4
tap_ok "half full: on" is said "$(filled 50 100 track)" "track 0 "
tap_ok "more: refused" is said "$(filled 51 100 track)" "track $full "
tap_ok "no limit: on" is said "$(filled 51 0 track)" "track 0 "
tap_ok "unreadable: refused" is said "$(filled '' 100 track)" "track 5 "
tap_ok "and there is no table" no_table
echo 100 >"$work/max"
echo 50 >"$work/count"
own_run='mount --bind "$0/count" /proc/sys/net/netfilter/nf_conntrack_count &&
	mount --bind "$0/max" /proc/sys/net/netfilter/nf_conntrack_max &&
	exec "$@"'
run_dir=$work
live a "$ns" track guard wait guard wait guard wait
did a "guard 0"
echo 89 >"$work/count"
let_go a
wait_for 5 eval '[ "$(grep -c "guard 0" "$work/a")" = 2 ]'
tap_ok "89 %: stays" eval '! no_table >/dev/null'
echo 90 >"$work/count"
let_go a
tap_ok "90 %: removed" did a "guard 1"
tap_ok "the table is gone" no_table
dies a
live a "$ns" track wait guard wait
tap_ok "not at 90 %" did a "track $full"
dies a
echo 10 >"$work/count"
live a "$ns" track wait guard wait
did a "track 0"
echo >"$work/count"
let_go a
tap_ok "no way to see how full: removed" did a "guard 1"
dies a
tap_done
