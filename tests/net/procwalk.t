#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Which processes hold a socket, on a real /proc: those that share it, pass it
# on, end meanwhile, hide, or follow another one with the same number.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need unshare setpriv mount
[ -x "$TOOLS/holders" ] || skip_all "needs $TOOLS/holders"
if ! unshare -pf --mount-proc true 2>/dev/null; then
	skip_all "needs namespaces of processes"
fi

# holds CASE - alone in a namespace
holds() {
	timeout -k 5 120 unshare -pf --mount-proc --kill-child \
		python3 "$NET_DIR/procs.py" "$1" "$TOOLS/holders"
}

tap_ok "sockets of one process" holds single
tap_ok "a server and its workers" holds prefork
tap_ok "process 1 holds it for another one" holds first
tap_ok "a descriptor that was passed on" holds passed
tap_ok "a process that ends meanwhile" holds dying
tap_ok "a socket that is closed meanwhile" holds closed
tap_ok "another process with the same number" holds reuse
tap_ok "with capabilities and without" holds denied
tap_ok "the same with hidepid=2" holds hidepid
tap_ok "processes come and go" holds storm

# room - for 2,000 processes of Python?
room() {
	[ -z "${SANITIZE:-}" ] &&
		[ "$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)" \
			-gt 4000000 ] &&
		unshare -pf --kill-child bash -c 'ulimit -u' |
			awk '{ exit !($1 == "unlimited" || $1 > 3000) }'
}
if room; then
	tap_ok "20,000 sockets of 2,000 processes" holds large
else
	tap_skip "20,000 sockets of 2,000 processes" "no room for them"
fi

tap_done
