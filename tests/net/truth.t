#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What flowtop prints is what the kernel lists: real connections seen from
# both ends and from a router with NAT, every kind of protocol, zones.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root
topology
for ns in "$client" "$router" "$server"; do
	tracking_on "$ns"
	long_timeouts "$ns"
	in_ns "$ns" conntrack -F 2>/dev/null
done

# ---------------------------------------------------------------- traffic

start_peer "$server" "$work/p1" serve tcp $S4 $PORT_PLAIN $PORT_SNAT
start_peer "$server" "$work/p2" serve tcp $S6 $PORT_PLAIN $PORT_SNAT
start_peer "$server" "$work/p3" serve udp $S4 $PORT_PLAIN $PORT_SNAT
start_peer "$server" "$work/p4" serve udp $S6 $PORT_PLAIN $PORT_SNAT
n=0
for proto in tcp udp; do
	for to in $S4 $V4 $S6 $V6; do
		for port in $PORT_PLAIN $PORT_SNAT; do
			n=$((n + 1))
			start_peer "$client" "$work/h$n" \
				hold $proto 200 1 "$to" $port
		done
	done
done
for to in $S4 $V4; do
	in_ns "$client" $PEER ping $C4 $to >/dev/null
done
for to in $S6 $V6; do
	in_ns "$client" $PEER ping $C6 $to >/dev/null
done
# GRE, and two numbers of which one has no name
for proto in 47 89 253; do
	in_ns "$client" $PEER raw $proto $C4 $S4 >/dev/null
	in_ns "$client" $PEER raw $proto $C6 $S6 >/dev/null
done
# SCTP and UDP-Lite have no module to make real ones with everywhere.
for ns in "$client" "$router" "$server"; do
	in_ns "$ns" "$TOOLS/ctfill" -n 300 --quiet
done

for kind in tcp udp icmp icmpv6 sctp gre udplite unknown; do
	tap_ok "the kernel tracks $kind in the router" \
		file_has <(in_ns "$router" conntrack -L 2>/dev/null) "^$kind "
done

# ---------------------------------------------------------------- sets

for name in client router server; do
	tap_ok "the $name's flows are the kernel's, 20 of 20 runs" \
		bracketed 20 "${!name}"
done
BRACKET_FULL=--full
for name in client router server; do
	tap_ok "so are reply tuples, states, marks and status in the $name" \
		bracketed 3 "${!name}"
done
BRACKET_FULL=

# Each protocol letter, and each family alone
matches() {
	local pattern=$1

	shift
	ct_set "$router" | awk "$pattern" >"$work/want"
	ft "$router" -j -1 -t 0 --hide none "$@" >"$work/rows" &&
		flowtop_set "$work/rows" >"$work/got" &&
		[ -s "$work/want" ] && same_sets "$work/want" "$work/got"
}
tap_ok "-T: TCP only" matches '$2 == 6' -T
tap_ok "no letters: TCP only" matches '$2 == 6'
tap_ok "-U: UDP and UDP-Lite" matches '$2 == 17 || $2 == 136' -U
tap_ok "-I: ICMP of both families" matches '$2 == 1 || $2 == 58' -I
tap_ok "-S: SCTP" matches '$2 == 132' -S
tap_ok "-TU: both" matches '$2 == 6 || $2 == 17 || $2 == 136' -T -U
tap_ok "-4: every protocol of IPv4" matches '$3 !~ /:/' -4
tap_ok "-6: every protocol of IPv6" matches '$3 ~ /:/' -6
tap_ok "-6T: TCP over IPv6" matches '$3 ~ /:/ && $2 == 6' -6T

# ---------------------------------------------------------------- fields

for name in client router server; do
	ft_all "${!name}" >"$work/$name.json"
done

keys='ts event id zone family proto state status dir src sport dst dport'
keys="$keys reply_src reply_sport reply_dst reply_dport nat icmp_type icmp_code"
keys="$keys icmp_id orig_bytes orig_packets reply_bytes reply_packets orig_rate"
keys="$keys reply_rate start age timeout mark process pid uid user command"
keys="$keys container owner src_name src_country src_city src_asn src_org"
keys="$keys dst_name dst_country dst_city dst_asn dst_org service netns unit"
keys="$keys closed holders iface labels helper"
same_keys() {
	is keys "$(jq -r 'keys_unsorted | join(" ")' "$1" | sort -u)" "$keys"
}
tap_ok "every row has all keys in their order" same_keys "$work/router.json"

# flow NAME PROTO DST DPORT - words of the one such flow in that namespace
flow() {
	one_flow "$work/$1.json" \
		".proto == \"$2\" and .dst == \"$3\" and .dport == $4" \
		'[.nat, .dir, .state, .reply_src, .reply_sport, .reply_dst]
		| map(. // "null" | tostring) | join(" ")'
}
flow_is() {
	is "$1 $2 to $3 port $4" "$(flow "$1" "$2" "$3" "$4")" "$5"
}
p=$PORT_PLAIN s=$PORT_SNAT
for t in "tcp ESTABLISHED" "udp null"; do
	read -r proto state <<<"$t"
	tap_ok "$proto, IPv4, no NAT: nat is null" flow_is router $proto \
		$S4 $p "null through $state $S4 $p $C4"
	tap_ok "$proto, IPv4, SNAT" flow_is router $proto \
		$S4 $s "src through $state $S4 $s $N4"
	tap_ok "$proto, IPv4, DNAT" flow_is router $proto \
		$V4 $p "dst through $state $S4 $p $C4"
	tap_ok "$proto, IPv4, SNAT and DNAT" flow_is router $proto \
		$V4 $s "src,dst through $state $S4 $s $N4"
	tap_ok "$proto, IPv6, no NAT" flow_is router $proto \
		$S6 $p "null through $state $S6 $p $C6"
	tap_ok "$proto, IPv6, SNAT and DNAT" flow_is router $proto \
		$V6 $s "src,dst through $state $S6 $s $N6"
	tap_ok "$proto goes out of the client" flow_is client $proto \
		$V4 $p "null out $state $V4 $p $C4"
done
# From C4 directly, and as it came to the virtual address.
two_in() {
	is "directions in the server" "$(jq -r -s "map(select(.proto == \"tcp\"
		and .src == \"$C4\" and .dport == $p) | .dir) | join(\" \")" \
		"$work/server.json")" "in in"
}
tap_ok "connections come in at the server" two_in

icmp_is() {
	is "$1 to $2" "$(one_flow "$work/router.json" \
		".proto == \"$1\" and .dst == \"$2\" and .src == \"$3\"" \
		'[.icmp_type, .icmp_code, .sport, .dport, .state,
		(.icmp_id | type), .family] | map(tostring) | join(" ")')" "$4"
}
tap_ok "ICMP has type, code and id and no ports" icmp_is icmp $S4 $C4 \
	"8 0 null null null number ipv4"
tap_ok "ICMPv6 too" icmp_is icmpv6 $S6 $C6 "128 0 null null null number ipv6"
named() {
	one_flow "$work/router.json" \
		".src == \"$C4\" and .dst == \"$S4\" and .proto == \"$1\"" \
		'[.sport, .dport, .icmp_type] | map(tostring) | join(" ")'
}
for proto in gre ospf 253; do
	tap_ok "$proto has no ports" is "$proto" \
		"$(named $proto)" "null null null"
done
status_of() {
	one_flow "$work/router.json" \
		".proto == \"tcp\" and .dst == \"$V4\" and .dport == $s" \
		'.status | map(select(. == "seen-reply" or . == "assured" or
		. == "confirmed")) | sort | join(" ")'
}
tap_ok "status bits have names" is status "$(status_of)" \
	"assured confirmed seen-reply"
# No process of its own has a part in it.
tap_ok "processes of a router's rows are elsewhere" is owner \
	"$(jq -r 'select(.process) | .owner' "$work/router.json" | sort -u)" \
	other-netns

# ---------------------------------------------------------------- zones

# One packet of the same tuple into each of 200 zones, chosen by its mark.
make_ns zones void
link "$zones" eth0 "$void" eth0
addr "$zones" eth0 $C4/24
in_ns "$zones" ip route add default dev eth0
tracking_on "$zones"
long_timeouts "$zones"
{
	printf 'table inet zones {\nchain out {\n'
	echo 'type filter hook output priority raw'
	for z in $(seq 200); do
		echo "meta mark $z ct zone set $z"
	done
	printf '}\n}\n'
} >"$work/zones.nft"
in_ns "$zones" nft -f "$work/zones.nft"
cat >"$work/zones.py" <<END
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("$C4", 7777))
for mark in range(1, 201):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
    s.sendto(b"x", ("$S4", 8888))
END
in_ns "$zones" python3 "$work/zones.py"
tap_ok "the same tuple in 200 zones is 200 flows" bracketed 3 "$zones"
n_zones() {
	is "zones" "$(jq .zone "$work/rows" | sort -un | wc -l)" "$1"
}
tap_ok "in 200 zones" n_zones 200
in_ns "$zones" conntrack -D -w 57 >/dev/null 2>&1
tap_ok "deleting that of zone 57 leaves the others" bracketed 3 "$zones"
tap_ok "199" n_zones 199

tap_done
