#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whose flow is it? The worker alone, with real sockets and made-up flows, in
# this namespace and in others, with the births of sockets and without.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
make_ns box a b c
cp "$TOOLS/owns" "$work/owns"
chmod 755 "$work" "$work/owns"

tap_ok "in one namespace" into "$work/here" in_ns "$box" \
	python3 "$NET_DIR/ownerjobs.py" "$work/owns" here
why() {
	sed -n '/^not ok/,/^ok/p' "$1" >&2
}
why "$work/here"
diag "$(grep -c ^ok "$work/here") right"

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
tap_ok "in others" into "$work/spaces" in_ns "$box" \
	python3 "$NET_DIR/ownerjobs.py" "$work/owns" spaces "$a" "$b" "$c"
why "$work/spaces"
diag "$(grep -c ^ok "$work/spaces") right"
tap_done
