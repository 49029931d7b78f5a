#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A network namespace that is deleted goes within a second, whatever flowtop
# does: while its finder lists and opens it over and over, and while flowtop
# watches it.
#
# That it is gone is seen in another namespace, where the other end of a veth
# pair goes with it. NETNSDEL_ROUNDS: how often.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
[ -x "$TOOLS/find" ] || skip_all "needs $TOOLS/find"
[ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] ||
	skip_all "needs the initial namespace of processes"
rounds=${NETNSDEL_ROUNDS:-10}
make_ns home
chmod 755 "$work"

name=${NS_PREFIX}victim
ns_made+=("$name")
victim_make() {
	ip netns add "$name" && in_ns "$name" ip link set lo up &&
		link "$name" eth0 "$home" peer &&
		addr "$name" eth0 192.0.2.1/24
}
is_linked() {
	in_ns "$home" ip link show dev peer >/dev/null 2>&1
}
# victim_goes - it goes within a second of being deleted; $took milliseconds
victim_goes() {
	local start=${EPOCHREALTIME/./}

	ip netns del "$name" || return
	while is_linked; do
		took=$(((${EPOCHREALTIME/./} - start) / 1000))
		[ "$took" -lt 1000 ] || return
		sleep 0.005
	done
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
}
# cycles HOW... - as often as was asked for: make it, HOW, delete it
cycles() {
	local gone=0 worst=0 i

	for ((i = 0; i < rounds; i++)); do
		victim_make && "$@" || return
		victim_goes && gone=$((gone + 1))
		[ "$took" -le "$worst" ] || worst=$took
		is_linked && in_ns "$home" ip link del peer
	done
	diag "$gone of $rounds gone within a second, the slowest after" \
		"$worst ms"
	[ "$gone" -eq "$rounds" ]
}

tap_ok "nobody looks" cycles true

# ---------------------------------------------------------------- looked at

for _ in {1..1000}; do
	echo "churn 0.5"
done >"$work/questions"
background nsenter --net=/run/netns/"$home" sh -c \
	'exec "$0" <"$1" >"$2"' "$TOOLS/find" "$work/questions" "$work/churned"
churn=$bg_pid
churning() {
	sleep 0.0$((RANDOM % 90 + 10))
}
# opened N - the finder has opened namespaces so often, at least
opened() {
	awk '/^CHURNED/ { lists += $2; opens += $3; failed += $4 }
		END { print "# " lists + 0, "lists,", opens - failed,
			"opened,", failed + 0, "gone meanwhile"
		      exit opens - failed < '"$1"' }' "$work/churned"
}
# A namespace that is held open does not go: the test can fail.
victim_make
exec 8<"/run/netns/$name"
tap_ok "held by somebody it stays" eval '! victim_goes'
exec 8<&-
tap_ok "until he lets it go" wait_for 2 eval '! is_linked'
tap_ok "a finder lists and opens it all the time" cycles churning
tap_ok "it really did" opened $((10 * rounds))
stop "$churn"

# ---------------------------------------------------------------- watched

# watched_by HOW - flowtop looks at it: -N NAME, -N PID, or started there
watched_by() {
	: >"$work/out"
	case $1 in
	name)
		background sh -c 'exec "$@" >"$0" 2>"$0.err" </dev/null' \
			"$work/out" "$FLOWTOP" -N "$name" -46 -j -t 0.25 \
			--hide none
		;;
	pid)
		background nsenter --net=/run/netns/"$name" sleep 300
		sleeper=$bg_pid
		wait_for 5 test "/proc/$sleeper/ns/net" -ef \
			"/run/netns/$name" || return
		background sh -c 'exec "$@" >"$0" 2>"$0.err" </dev/null' \
			"$work/out" "$FLOWTOP" -N "$sleeper" -46 -j -t 0.25 \
			--hide none
		;;
	there)
		ft_background "$name" "$work/out" -46 -j -t 0.25 --hide none
		;;
	esac
	flowtop=$bg_pid
	in_ns "$name" "$TOOLS/ctfill" -n 1 --quiet
	wait_for 10 test -s "$work/out" || return
	# The last process goes with the name.
	[ "$1" != pid ] || stop "$sleeper" KILL || :
}
# It has ended as it should: in one line, with 1, and all of it.
left_well() {
	wait_for 1 test ! -e "/proc/$flowtop/exe" || return
	wait "$flowtop"
	is status $? 1 && is lines "$(wc -l <"$work/out.err")" 1 && return
	diag "$(head -3 "$work/out.err")"
	return 1
}
for how in name pid there; do
	tap_ok "flowtop watches it ($how)" cycles watched_by "$how"
	tap_ok "it says so and ends with 1" left_well
done
# A process in it, or another name, is reason to stay.
victim_make
watched_by name
touch "/run/netns/$name.too"
mount --bind "/run/netns/$name" "/run/netns/$name.too"
ip netns del "$name"
sleep 1.5
tap_ok "another name: flowtop stays" test -e "/proc/$flowtop/exe"
ip netns del "$name.too"
tap_ok "then it goes" wait_for 3 test ! -e "/proc/$flowtop/exe"

tap_done
