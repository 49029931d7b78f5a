# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests on a real kernel share: namespaces, traffic, TAP, and the
# comparison of flowtop's flows with what conntrack(8) lists.
#
# Tests run beside each other. Connection tracking events are switched on for
# the whole machine by a listener in any namespace: where that would change what
# is tested the test runs alone, see ALONE in the Makefile.
#
# A comparison with a living table proves nothing when the table changed while
# it was made. It is therefore bracketed: conntrack -L, flowtop, conntrack -L;
# only a run between two equal lists counts, the others are discarded and
# their number is said.

set -u
export LC_ALL=C

NET_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BUILD=${BUILD:-$NET_DIR/../../build}
BUILD=$(cd "$BUILD" 2>/dev/null && pwd || echo "$BUILD")
FLOWTOP=${FLOWTOP:-$BUILD/flowtop}
TOOLS=$BUILD/tests/tools
CANON="python3 $NET_DIR/canon.py"
PEER="python3 $NET_DIR/peer.py"

# Several tests in one machine must not use each other's names.
NS_PREFIX=ft$$

# What somebody has configured for himself would be tested as well. Started by
# root, flowtop believes no variable about where that is.
own_settings=$(getent passwd "$(id -u)" | cut -d: -f6)/.config/flowtop/config
if [ "$(id -u)" = 0 ] && [ -e "$own_settings" ]; then
	echo "Bail out! settings of root: move $own_settings away"
	exit 1
fi

# ---------------------------------------------------------------- TAP

tap_n=0
tap_failed=0

# tap_ok TEXT COMMAND... - one test: it passes when the command does.
tap_ok() {
	local text=$1

	shift
	tap_n=$((tap_n + 1))
	if "$@"; then
		echo "ok $tap_n - $text"
	else
		echo "not ok $tap_n - $text"
		tap_failed=$((tap_failed + 1))
	fi
}

# into FILE COMMAND... - for tap_ok, whose own output must not go there.
into() {
	local into_file=$1

	shift
	"$@" >"$into_file"
}

tap_skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP ${2:-}"
}

# Lines for the reader, ignored by TAP.
diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

tap_done() {
	echo "1..$tap_n"
	[ "$tap_n" -gt 0 ] && [ "$tap_failed" -eq 0 ]
	exit
}

skip_all() {
	echo "1..0 # SKIP $*"
	echo "SKIPPED: $0: $*" >&2
	exit 0
}

need() {
	local tool

	for tool; do
		command -v "$tool" >/dev/null 2>&1 ||
			skip_all "needs $tool"
	done
}

require_root() {
	[ "$(id -u)" = 0 ] || skip_all "needs root"
	need ip nft conntrack python3 nsenter timeout
	[ -x "$TOOLS/ctfill" ] || skip_all "needs $TOOLS/ctfill"
	if ! [ -x "$FLOWTOP" ]; then
		echo "Bail out! no program at $FLOWTOP"
		exit 1
	fi
	work=$(mktemp -d "${TMPDIR:-/tmp}/flowtop-net.XXXXXX") || exit 1
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# ---------------------------------------------------------------- processes

work=
jobs_started=()
ns_made=()

# background COMMAND... - start a job that cleanup ends; its id is in $bg_pid.
background() {
	"$@" &
	bg_pid=$!
	jobs_started+=("$bg_pid")
}

# is_child PID - and not a stranger: the number of a job that has ended is soon
# that of another process, maybe of another test.
is_child() {
	local status

	{ status=$(<"/proc/$1/status"); } 2>/dev/null &&
		[[ $status == *$'\nPPid:\t'"$BASHPID"$'\n'* ]]
}

# stop PID [SIGNAL] - end a job and wait for it; returns its exit status.
stop() {
	is_child "$1" && kill -"${2:-TERM}" "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

cleanup() {
	local pid ns

	for pid in "${jobs_started[@]}"; do
		is_child "$pid" && kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	for ns in "${ns_made[@]}"; do
		# Whatever we left in it would keep the namespace alive.
		for pid in $(ip netns pids "$ns" 2>/dev/null); do
			kill -KILL "$pid" 2>/dev/null
		done
		ip netns del "$ns" 2>/dev/null
	done
	[ -n "$work" ] && rm -rf "$work"
}

# wait_for SECONDS COMMAND... - until the command succeeds.
wait_for() {
	local end=$((SECONDS + $1))

	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -ge "$end" ] && return 1
		sleep 0.05
	done
}

file_has() {
	grep -q -- "$2" "$1" 2>/dev/null
}

# Started in the background, prints "ready" into FILE when it is.
start_peer() {
	local ns=$1 file=$2

	shift 2
	: >"$file"
	background nsenter --net=/run/netns/"$ns" $PEER "$@" >"$file" 2>&1
	wait_for 10 file_has "$file" ready || {
		diag "peer $* did not start: $(cat "$file")"
		return 1
	}
}

# ---------------------------------------------------------------- namespaces

# make_ns NAME... - NAME=unique name of a new namespace with loopback up.
make_ns() {
	local name ns

	for name; do
		ns=$NS_PREFIX$name
		ip netns add "$ns" || { echo "Bail out! ip netns add"; exit 1; }
		ns_made+=("$ns")
		printf -v "$name" '%s' "$ns"
		in_ns "$ns" ip link set lo up
	done
}

# in_ns NS COMMAND... - not "ip netns exec", which hides cgroups and mounts.
in_ns() {
	local ns=$1

	shift
	nsenter --net=/run/netns/"$ns" -- "$@"
}

# sysctl_get NS NAME, sysctl_set NS NAME VALUE - below nf_conntrack_
sysctl_get() {
	in_ns "$1" cat /proc/sys/net/netfilter/nf_conntrack_"$2"
}

sysctl_set() {
	in_ns "$1" sh -c "echo $3 >/proc/sys/net/netfilter/nf_conntrack_$2"
}

# tracking_on NS - without a rule that asks for it nothing is tracked.
tracking_on() {
	in_ns "$1" nft -f - <<-'END'
	table inet track {
		chain input {
			type filter hook input priority filter
			ct state new counter
		}
		chain output {
			type filter hook output priority filter
			ct state new counter
		}
		chain forward {
			type filter hook forward priority filter
			ct state new counter
		}
	}
	END
}

# long_timeouts NS - entries that need no traffic to stay for ten minutes.
long_timeouts() {
	local name

	for name in udp_timeout udp_timeout_stream icmp_timeout \
		    icmpv6_timeout generic_timeout gre_timeout; do
		sysctl_set "$1" $name 600
	done
}

# link NS1 IF1 NS2 IF2
link() {
	ip link add "$2" netns "$1" type veth peer name "$4" netns "$3" &&
	in_ns "$1" ip link set "$2" up &&
	in_ns "$3" ip link set "$4" up
}

addr() {
	local ns=$1 dev=$2 a

	shift 2
	for a; do
		case $a in
		*:*) in_ns "$ns" ip addr add "$a" dev "$dev" nodad ;;
		*) in_ns "$ns" ip addr add "$a" dev "$dev" ;;
		esac
	done
}

# The addresses of the topology below.
C4=192.0.2.2 C6=2001:db8:c::2		# client
S4=198.51.100.2 S6=2001:db8:5::2	# server
V4=203.0.113.80 V6=2001:db8:f::80	# virtual: leads to the server (DNAT)
N4=203.0.113.1 N6=2001:db8:f::1		# what clients look like after SNAT

# Ports that the router treats differently.
PORT_PLAIN=5001
PORT_SNAT=5002

# topology - namespaces in $client, $router, $server:
#
#	client ---- router ---- server
#	192.0.2.2   NAT         198.51.100.2
#
# Flows to V4 go to the server (DNAT), those to PORT_SNAT come from N4 (SNAT),
# those to V4 and PORT_SNAT get both.
topology() {
	make_ns client router server
	link "$client" eth0 "$router" left
	link "$server" eth0 "$router" right
	addr "$client" eth0 $C4/24 $C6/64
	addr "$router" left 192.0.2.1/24 2001:db8:c::1/64
	addr "$router" right 198.51.100.1/24 2001:db8:5::1/64
	addr "$server" eth0 $S4/24 $S6/64
	in_ns "$client" ip route add default via 192.0.2.1
	in_ns "$client" ip route add default via 2001:db8:c::1
	in_ns "$server" ip route add default via 198.51.100.1
	in_ns "$server" ip route add default via 2001:db8:5::1
	in_ns "$router" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	in_ns "$router" nft -f - <<-END
	table inet nat {
		chain pre {
			type nat hook prerouting priority dstnat
			ip daddr $V4 dnat ip to $S4
			ip6 daddr $V6 dnat ip6 to $S6
		}
		chain post {
			type nat hook postrouting priority srcnat
			meta nfproto ipv4 meta l4proto { tcp, udp } \
				th dport $PORT_SNAT snat ip to $N4
			meta nfproto ipv6 meta l4proto { tcp, udp } \
				th dport $PORT_SNAT snat ip6 to $N6
		}
	}
	END
	# The first packets wait for the neighbours to be known.
	if ! wait_for 10 in_ns "$client" $PEER ping $C4 $S4 ||
	   ! wait_for 10 in_ns "$client" $PEER ping $C6 $S6; then
		echo "Bail out! no way through the router"
		exit 1
	fi
}

# ---------------------------------------------------------------- flows

# ct_set NS [--full] - the canonical set of the kernel's entries. Zones are
# part of the lines anyway; without -f conntrack lists both families.
ct_set() {
	local ns=$1

	shift
	in_ns "$ns" conntrack -L -o id 2>/dev/null | $CANON ct "$@"
}

# flowtop_set FILE [--full] [--refresh N | --after TIME K] - the same of
# flowtop's JSON lines; see canon.py.
flowtop_set() {
	local file=$1

	shift
	$CANON json "$@" <"$file"
}

# has_refreshes FILE N - so many are complete: the last one may still grow.
has_refreshes() {
	[ "$($CANON refreshes <"$1" | wc -l)" -gt "$2" ]
}

# refreshing FILE N - wait for that; without it nothing else makes sense.
refreshing() {
	wait_for 15 has_refreshes "$1" "$2" && return 0
	diag "flowtop said: $(head -3 "$1.err")"
	echo "Bail out! flowtop does not refresh"
	exit 1
}

# has_after FILE TIME N - the same of those made after TIME.
has_after() {
	$CANON refreshes <"$1" |
		awk -v t="$2" -v n="$3" '$1 > t { k++ } END { exit k <= n }'
}

# What every flowtop is started with: what the machine calls its neighbours must
# not change a test.
FT_OPTIONS=-n

# ft NS ARGUMENTS... - flowtop in a namespace, never longer than a minute.
ft() {
	local ns=$1

	shift
	# shellcheck disable=SC2086 # options
	timeout -k 5 "${FT_TIMEOUT:-60}" nsenter --net=/run/netns/"$ns" -- \
		"$FLOWTOP" $FT_OPTIONS "$@"
}

# ft_all NS [ARGUMENTS...] - one complete table.
ft_all() {
	local ns=$1

	shift
	ft "$ns" -46 -j -1 -t 0 --hide none "$@"
}

# ft_background NS FILE ARGUMENTS... - flowtop itself, not a wrapper, is
# $bg_pid: signals and /proc/PID mean the program.
ft_background() {
	local ns=$1 file=$2

	shift 2
	# shellcheck disable=SC2086 # options
	nsenter --net=/run/netns/"$ns" -- "$FLOWTOP" $FT_OPTIONS "$@" \
		>"$file" 2>"$file.err" </dev/null &
	bg_pid=$!
	jobs_started+=("$bg_pid")
}

# same_sets A B - with the difference as diagnostics.
same_sets() {
	cmp -s "$1" "$2" && return 0
	diag "$(wc -l <"$1") flows in the kernel, $(wc -l <"$2") in flowtop"
	diff "$1" "$2" | sed -n '1,8s/^/# /p'
	return 1
}

# bracketed N NS [COMMAND...] - N valid comparisons of the command's JSON with
# the kernel's table in NS; ft_all is the default command. Succeeds when all
# are equal and the table was not empty. BRACKET_FULL=--full compares all that
# canon.py knows; BRACKET_SECONDS ends it early after three valid runs.
bracketed() {
	local n=$1 ns=$2 valid=0 equal=0 discarded=0 tries=0 max
	local full=${BRACKET_FULL:-} end=$((SECONDS + ${BRACKET_SECONDS:-600}))

	shift 2
	[ $# -gt 0 ] || set -- ft_all "$ns"
	max=$((3 * n + 20))
	ct_set "$ns" $full >"$work/before"
	while [ $valid -lt "$n" ] && [ $tries -lt $max ]; do
		[ $valid -ge 3 ] && [ $SECONDS -ge $end ] && break
		tries=$((tries + 1))
		"$@" >"$work/rows" 2>"$work/err" || {
			diag "$* failed: $(head -3 "$work/err")"
			return 1
		}
		ct_set "$ns" $full >"$work/after"
		if ! cmp -s "$work/before" "$work/after"; then
			discarded=$((discarded + 1))
			mv "$work/after" "$work/before"
			continue
		fi
		valid=$((valid + 1))
		flowtop_set "$work/rows" $full >"$work/got" 2>"$work/err" || {
			diag "no valid JSON: $(tail -1 "$work/err")"
			return 1
		}
		if [ -s "$work/before" ] &&
		   same_sets "$work/before" "$work/got"; then
			equal=$((equal + 1))
		fi
	done
	diag "$equal of $valid valid runs equal, $discarded discarded," \
		"$(wc -l <"$work/before") flows"
	[ $valid -gt 0 ] && [ $equal -eq $valid ] || return 1
	[ $valid -eq "$n" ] || [ -n "${BRACKET_SECONDS:-}" ]
}

# one_flow FILE JQ-CONDITION JQ-EXPRESSION - of the only flow that matches.
one_flow() {
	jq -r -s "map(select($2)) | if length == 1 then .[0] | $3
		else \"\(length) flows match\" end" "$1"
}

# is WHAT GOT WANTED
is() {
	[ "$2" = "$3" ] && return 0
	diag "$1: got \"$2\" instead of \"$3\""
	return 1
}

# now - seconds since 1970, as flowtop's time stamps
now() {
	date +%s.%N
}
