#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whose flow is it: every kind of socket there is, in this namespace and in
# others, beside ss and the flowtop of netsniff-ng. The cases are in owners.py.
#
# OWNERS_CASES="tcp udp" only those.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
need ss setpriv unshare
topology
make_ns far twin mid_a mid_b
# Far away behind the router, on the side of the clients.
link "$far" eth0 "$router" far
addr "$far" eth0 192.0.2.77/32
addr "$router" far 10.8.0.1/24
in_ns "$far" ip route add default dev eth0
in_ns "$router" ip route add 192.0.2.77/32 dev far
in_ns "$router" sh -c 'echo 1 >/proc/sys/net/ipv4/conf/far/proxy_arp
	echo 0 >/proc/sys/net/ipv4/conf/far/rp_filter
	echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter'
# The client's address once more, where nobody is reached.
link "$twin" eth0 "$twin" eth1
addr "$twin" eth0 $C4/24
in_ns "$twin" ip route add default dev eth0
# Not tracked until later.
link "$mid_a" eth0 "$mid_b" eth0
addr "$mid_a" eth0 10.7.0.1/24
addr "$mid_b" eth0 10.7.0.2/24
for ns in "$client" "$router" "$server"; do
	tracking_on "$ns"
	long_timeouts "$ns"
	in_ns "$ns" conntrack -F 2>/dev/null
	# As distributions have it.
	in_ns "$ns" sh -c \
		'echo "0 2147483647" >/proc/sys/net/ipv4/ping_group_range'
done
# Who sends as somebody else answers nothing in his own name.
in_ns "$client" nft -f - <<-'END'
table inet quiet {
	chain output {
		type filter hook output priority filter
		icmp type destination-unreachable drop
	}
}
END
chmod 755 "$work"
cp "$NET_DIR/actor.py" "$work/actor.py"
cp "$FLOWTOP" "$work/flowtop"
chmod 755 "$work/actor.py" "$work/flowtop"

# The last one makes the plan.
# shellcheck disable=SC2086
OWNERS_WORK=$work FLOWTOP=$work/flowtop PYTHONDONTWRITEBYTECODE=1 \
	python3 "$NET_DIR/owners.py" "$client" "$router" "$server" "$far" \
	"$twin" "$mid_a" "$mid_b" ${OWNERS_CASES:-}
