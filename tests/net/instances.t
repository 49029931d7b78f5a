#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# All orders in which two flowtops of one namespace can start, exit and be
# killed: while one lives the counters stay on, after the last one the values
# are the original ones. Then two namespaces at once, which do not care about
# each other.
#
# INSTANCES=3 (make torture) tries all 720 orders of three.

# shellcheck source=kill.sh
. "$(dirname "$0")/kill.sh"

# orders SO-FAR STATES - one line for each order. A state is a digit for each
# instance: 0 not started, 1 runs, 2 has ended. "0+ 1+ 0x 1-" are the starts,
# a kill and an exit.
orders() {
	local i s=$2 left=0

	for ((i = 0; i < ${#s}; i++)); do
		case ${s:i:1} in
		0)
			orders "$1 $i+" "${s:0:i}1${s:i+1}"
			;;
		1)
			orders "$1 $i-" "${s:0:i}2${s:i+1}"
			orders "$1 ${i}x" "${s:0:i}2${s:i+1}"
			;;
		*)
			continue
			;;
		esac
		left=1
	done
	[ $left = 1 ] || echo "$1"
}

# begin NS I - its processes are known by the name of the program
begin() {
	local exe=$work/bin/$1.$2

	ln -f "$work/bin/flowtop" "$exe"
	nsenter --net=/run/netns/"$1" -- "$exe" -j -t 0.25 -c 200 --hide none \
		</dev/null >"$work/out.$1.$2" 2>"$work/err.$1.$2" &
	mains[$2]=$!
}
ready() {
	wait_for 10 test -s "$work/out.$1.$2"
}

# end NS I HOW - "exit", "main" (SIGKILL) or "all": of it and its children
end() {
	local pid everybody=()

	case $3 in
	exit)
		kill -TERM "${mains[$2]}" 2>/dev/null
		;;
	main)
		# Ours and not waited for yet, whether it is flowtop already or not.
		kill -KILL "${mains[$2]}" 2>/dev/null
		;;
	all)
		for pid in $(ip netns pids "$1"); do
			[ "$(readlink "/proc/$pid/exe")" != \
				"$work/bin/$1.$2" ] || everybody+=("$pid")
		done
		kill_ours "${everybody[@]}"
		;;
	esac
	wait "${mains[$2]}" 2>/dev/null
	rm -f "$work/out.$1.$2"
}

# still NS BOTH - and not only now
still() {
	local now end

	end=$(($(now_ms) + 400))
	while [ "$(now_ms)" -lt $end ]; do
		now=$(both "$1")
		[ "$now" = "$2" ] || return
		sleep 0.05
	done
}

# settled EVENT - of one_order
settled() {
	bad=$what
	clean_within "$ns" "0 0"
	what=$bad${what:+ $1:$what}
}

next_in() {
	ft "$1" -j -t 0.25 -c 1 >/dev/null
}

# one_order NS HOW EVENTS... - HOW they are killed, or "quick": nobody waits
# for anything and only the end counts. Prints a line.
one_order() {
	local ns=$1 how=$2 event i alive=0 dirty=0 took=0 what='' bad
	local line="${*:2}" mains=()

	shift 2
	fresh_ns "$ns"
	in_ns "$ns" "$TOOLS/ctfill" -n 3 --quiet
	for event; do
		i=${event%[-+x]}
		case $event in
		*+)
			begin "$ns" "$i"
			alive=$((alive + 1)) dirty=0
			[ "$how" = quick ] || ready "$ns" "$i" ||
				what+=" $event:no output"
			;;
		*-)
			end "$ns" "$i" exit
			alive=$((alive - 1))
			;;
		*x)
			end "$ns" "$i" "${how/quick/main}"
			alive=$((alive - 1))
			[ "$how" != all ] || [ $alive -gt 0 ] || dirty=1
			;;
		esac
		if [ "$how" = quick ]; then
			# shellcheck disable=SC2031 # of this worker
			sleep 0.0$((RANDOM % 6))
		elif [ $alive -gt 0 ]; then
			still "$ns" "1 1" || what+=" $event:$(both "$ns")"
		elif [ $dirty = 0 ]; then
			settled "$event"
		fi
	done
	if [ $dirty = 1 ]; then
		next_in "$ns" 2>/dev/null
		settled next
	elif [ "$how" = quick ]; then
		settled end
	fi
	echo "$line${what:+:$what}"
}

states=$(printf '%0*d' "${INSTANCES:-2}" 0)
orders '' "$states" >"$work/orders"
many=$(wc -l <"$work/orders")
diag "$many orders of ${#states}"
for how in main all quick; do
	sed "s/^/$how/" "$work/orders" | workers one_order >"$work/kills"
	case $how in
	main) text="killed alone" ;;
	all) text="killed with its children" ;;
	quick) text="without a pause" ;;
	esac
	tap_ok "$many orders, $text" none_of "$work/kills" '/:/'
done

# ---------------------------------------------------------------- two

one=${NS_PREFIX}0 two=${NS_PREFIX}1
mains=()
# begin_two BOTH BOTH - flowtops in two namespaces with these values
begin_two() {
	# shellcheck disable=SC2086 # two words
	{
		fresh_ns "$one" $1
		fresh_ns "$two" $2
	}
	in_ns "$one" "$TOOLS/ctfill" -n 3 --quiet
	in_ns "$two" "$TOOLS/ctfill" -n 3 --quiet
	begin "$one" 0
	begin "$two" 1
	ready "$one" 0 && ready "$two" 1 && on "$one" && on "$two"
}
on() {
	is "acct and timestamp" "$(both "$1")" "1 1"
}
# put_back NS BOTH
put_back() {
	took=0
	clean_within "$1" "$2" || is "left in a namespace" "$what" ""
}

for how in exit main; do
	tap_ok "two namespaces: both on" begin_two "0 0" "0 1"
	end "$one" 0 $how
	tap_ok "$how in one: put back there" put_back "$one" "0 0"
	tap_ok "$how in one: still on in the other" still "$two" "1 1"
	end "$two" 1 $how
	tap_ok "$how in the other: put back there" put_back "$two" "0 1"
done
tap_ok "two namespaces: both on" begin_two "0 0" "1 0"
end "$one" 0 all
end "$two" 1 all
tap_ok "the next one in one" next_in "$one"
tap_ok "repairs that" put_back "$one" "0 0"
tap_ok "the next one in the other" next_in "$two"
tap_ok "repairs that, too" put_back "$two" "1 0"

tap_ok "nothing runs any more" nothing_runs

tap_done
