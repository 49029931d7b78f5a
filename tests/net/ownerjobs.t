#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whose flow is it? The worker alone, with real sockets and made-up flows, in
# this namespace and in others, with the births of sockets and without.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
make_ns here unborn less box a b c
cp "$TOOLS/owns" "$work/owns"
chmod 755 "$work" "$work/owns"

# Most of the time it is waited for answers, so all parts wait at once.
# part NAMESPACE ARGUMENTS... - in the namespace of that name, see whole()
declare -A pid
part() {
	local name=$1

	shift
	background nsenter --net=/run/netns/"${!name}" \
		python3 "$NET_DIR/ownerjobs.py" "$work/owns" "$@" >"$work/$name.tap"
	pid[$name]=$bg_pid
}
whole() {
	wait "${pid[$1]}" && return 0
	sed -n '/^not ok/,/^ok/p' "$work/$1.tap" >&2
	return 1
}

link "$box" left "$a" wire
link "$box" right "$b" wire
addr "$box" left 192.0.2.1/24
addr "$box" right 198.51.100.1/24
addr "$a" wire 192.0.2.2/24
addr "$b" wire 198.51.100.2/24
in_ns "$a" ip route add default via 192.0.2.1
in_ns "$b" ip route add default via 198.51.100.1
link "$c" wire "$c" other
addr "$c" wire 192.0.2.2/24
in_ns "$box" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
part here here
part unborn here no-births
part less less
part box spaces "$a" "$b" "$c"
tap_ok "in one namespace" whole here
tap_ok "in one namespace, without the births of sockets" whole unborn
tap_ok "with less rights" whole less
tap_ok "in others" whole box
for name in here unborn less box; do
	diag "$name: $(grep -c ^ok "$work/$name.tap") right"
done
tap_done
