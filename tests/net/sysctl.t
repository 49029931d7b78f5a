#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# flowtop switches counting and time stamps on and leaves no trace of that:
# whatever it changed it puts back, however it ends, and nothing that somebody
# else wants is undone.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need pgrep mkfifo
make_ns host
ns=$host

both() {
	echo "$(sysctl_get "$ns" acct) $(sysctl_get "$ns" timestamp)"
}
both_are() {
	is "acct and timestamp" "$(both)" "$1"
}
set_both() {
	sysctl_set "$ns" acct "$1"
	sysctl_set "$ns" timestamp "$1"
}
both_now() {
	[ "$(both)" = "$1" ]
}
both_become() {
	wait_for 3 both_now "$1" || both_are "$1"
}
start() {
	ft_background "$ns" "$work/out" -46 -j -t 1 -c 60
	wait_for 10 both_now "1 1" || true
}
in_ns "$ns" "$TOOLS/ctfill" -n 20 --quiet
both_are "0 0" || skip_all "a new namespace does not start with 0 0"

# ---------------------------------------------------------------- put back

start
tap_ok "both are on while it runs" both_are "1 1"
for signal in INT TERM HUP QUIT; do
	[ $signal = INT ] || start
	begin=$(date +%s%N)
	# A shell's background job ignores INT and QUIT; so must not we.
	kill -$signal "$bg_pid"
	tap_ok "$signal ends it" wait_for 3 test ! -e "/proc/$bg_pid/exe"
	took=$((($(date +%s%N) - begin) / 1000000))
	tap_ok "within a second" [ $took -le 1000 ]
	wait "$bg_pid" 2>/dev/null
	diag "$signal: status $?, $took ms"
	tap_ok "$signal: both are off again" both_become "0 0"
done
tap_ok "it ends by itself after -c 2" \
	into "$work/out" ft "$ns" -46 -j -t 0.25 -c 2
tap_ok "both are off again" both_become "0 0"
tap_ok "-1 ends at once" into "$work/out" ft_all "$ns"
tap_ok "both are off again" both_become "0 0"
ft "$ns" -46 -j -t 1 -c 60 2>/dev/null | head -1 >/dev/null
tap_ok "nobody reads any more: both are off again" both_become "0 0"
start
kill -KILL "$bg_pid"
wait "$bg_pid" 2>/dev/null
tap_ok "KILL: both are off again" both_become "0 0"
tap_ok "the next one starts" into "$work/out" ft_all "$ns"
tap_ok "after that both are off again" both_become "0 0"
set_both 0

# ---------------------------------------------------------------- untouched

ft_background "$ns" "$work/out" --no-sysctl -46 -j -t 1 -c 60
refreshing "$work/out" 1
tap_ok "--no-sysctl leaves them alone" both_are "0 0"
stop "$bg_pid"
tap_ok "to the end" both_are "0 0"

set_both 1
start
tap_ok "1 stays 1" both_are "1 1"
stop "$bg_pid"
tap_ok "also afterwards" both_are "1 1"
sysctl_set "$ns" timestamp 0
start
stop "$bg_pid"
tap_ok "each on its own" both_become "1 0"
set_both 0

# ---------------------------------------------------------------- others

start
sysctl_set "$ns" acct 0
sleep 1.5
tap_ok "switched off by somebody else: stays off" both_are "0 1"
stop "$bg_pid"
tap_ok "also afterwards" both_become "0 0"

set_both 1
start
set_both 0
stop "$bg_pid"
tap_ok "was 1, somebody else wrote 0: stays 0" both_become "0 0"

# A rule that needs the counters switches them on by itself and never off.
start
in_ns "$ns" nft -f - <<-'END'
table inet user {
	chain output {
		type filter hook output priority 0
		ct bytes > 50 counter
	}
}
END
stop "$bg_pid"
tap_ok "a rule with ct bytes came meanwhile: acct stays 1" \
	is acct "$(sysctl_get "$ns" acct)" 1
diag "it said: $(cat "$work/out.err")"
in_ns "$ns" nft delete table inet user
set_both 0

# Nobody reads what is said, and nobody is left to end the others.
mkfifo "$work/full.err"
exec {full}<>"$work/full.err"
dd if=/dev/zero of="$work/full.err" bs=4096 oflag=nonblock 2>/dev/null
ft_background "$ns" "$work/full" -46 -j -t 1 -c 60
main=$bg_pid
tap_ok "stderr is a full pipe: both are on" both_become "1 1"
broker=$(pgrep -P "$main" -x flowtop-broker)
keeper=$(pgrep -P "$broker" -x flowtop-keeper)
in_ns "$ns" nft 'add table inet user; delete table inet user'
kill -KILL "$main"
wait "$main" 2>/dev/null
tap_ok "its broker and keeper end all the same" wait_for 3 \
	test -n "$keeper" -a ! -e "/proc/$broker/exe" -a ! -e "/proc/$keeper/exe"
tap_ok "and put back" both_become "1 0"
exec {full}>&-
set_both 0

start
first=$bg_pid
ft_background "$ns" "$work/out2" -46 -j -t 1 -c 60
second=$bg_pid
refreshing "$work/out2" 1
restore_says() {
	ft "$ns" --restore >"$work/said"
	[ $? = 1 ] && grep -q '^something named flowtop.sysctl' "$work/said"
}
tap_ok "--restore meanwhile: says why not" restore_says
stop $first
sleep 0.3
tap_ok "the first of two ends: still on" both_are "1 1"
stop $second
tap_ok "the last one ends: off" both_become "0 0"
set_both 0

# Without a file the other one does not know what there is to put back.
nsenter --net=/run/netns/"$ns" -- unshare -m sh -c '
	mount -t tmpfs -o ro none /run && exec "$@"' sh \
	"$FLOWTOP" -n -46 -j -t 1 -c 60 >"$work/out" 2>"$work/out.err" </dev/null &
first=$!
jobs_started+=("$first")
tap_ok "without a file: both are on" both_become "1 1"
refreshing "$work/out" 1
ft_background "$ns" "$work/out2" -46 -j -t 1 -c 60
second=$bg_pid
refreshing "$work/out2" 1
stop $first
tap_ok "it says why they stay on" wait_for 3 grep -q \
	'something named flowtop.sysctl.* exists' "$work/out.err"
tap_ok "and so they do" both_are "1 1"
stop $second
set_both 0

# All orders of two that start (A B) and end (a b), each by itself or killed.
# As long as one lives both are on; after the last one that was killed the next
# that starts puts back what nobody else could.
declare -A pid
order() {
	local how_a=$2 how_b=$3 event how living=0

	for event in $1; do
		case $event in
		A | B)
			ft_background "$ns" "$work/$event" -46 -j -t 0.25 -c 240
			pid[$event]=$bg_pid
			refreshing "$work/$event" 1
			living=$((living + 1))
			;;
		a | b)
			how=how_$event
			stop "${pid[${event^}]}" "${!how}"
			living=$((living - 1))
			;;
		esac
		[ $living -eq 0 ] || both_are "1 1" || return 1
	done
	[ "$how_a$how_b" = TERMTERM ] || ft_all "$ns" >"$work/out"
	both_become "0 0"
}
for events in "A a B b" "A B a b" "A B b a" "B b A a" "B A b a" "B A a b"; do
	for how_a in TERM KILL; do
		for how_b in TERM KILL; do
			tap_ok "$events: a $how_a, b $how_b" \
				order "$events" $how_a $how_b
		done
	done
done
set_both 0

# ---------------------------------------------------------------- no files

# hidden MOUNT-COMMANDS - flowtop where the files are not as they should be
hidden() {
	timeout 30 nsenter --net=/run/netns/"$ns" -- unshare -m sh -c "$1"'
		shift
		exec "$@"' sh x "$FLOWTOP" -46 -j -1 -t 0 --hide none \
		>"$work/rows" 2>"$work/err"
}
the_truth() {
	ct_set "$ns" >"$work/want"
	flowtop_set "$work/rows" >"$work/got" &&
		[ -s "$work/want" ] && same_sets "$work/want" "$work/got"
}
all_null() {
	is "$1" "$(jq -r ".$1" "$work/rows" | sort -u)" null
}
few_words() {
	diag "it said: $(cat "$work/err")"
	[ "$(wc -l <"$work/err")" -le 2 ]
}
missing='mount -t tmpfs none /proc/sys/net/netfilter;'
readonly='mount --bind /proc/sys /proc/sys;
	mount -o remount,bind,ro /proc/sys;'
for how in missing readonly; do
	tap_ok "$how files: it works" hidden "${!how}"
	tap_ok "$how files: flows are the kernel's" the_truth
	for key in orig_bytes reply_packets orig_rate start age; do
		tap_ok "$how files: $key is unknown" all_null $key
	done
	tap_ok "$how files: few words about it" few_words
done

tap_done
