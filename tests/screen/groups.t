#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The views of hosts, countries, networks and ports: what they look like at three
# sizes, the way into a row and back, order, a pause, any size. Names and places
# that this machine knows do not count, and neither do its names of ports.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need python3
require_screen
# Without places of its own
python3 -B "$TOP/tests/tools/mkdemo.py" "$work" --plain
# Started by root, flowtop reads files as nobody.
chmod 755 "$work"
mkdir "$work/none"
DEMO=$work/demo.pcap

# ---------------------------------------------------------------- recording

screen_start 80 24 "$FLOWTOP" -46UTIn --geoip-dir "$work/none" -r "$DEMO" -g hosts
tap_ok '-g hosts: starts there' \
	shows_in 2 '^ 1 Flows  2 Procs \[3 Hosts\] 4 Geo  5 Nets  6 Ports  *sort rate v$'
tap_ok 'with columns of its own' \
	shows_in 3 '^ HOST  *CC FLOWS  RX/s  TX/s    RX    TX SEEN BUSIEST PRO~$'
tap_ok 'a row for each far end' \
	shows '^[ >]203\.0\.113\.80  *?  *1 .* firefox$'
tap_ok 'what is local is in no country' shows '^[ >]192\.168\.1\.10  *-  *[1-9]'
tap_ok 'the selected one in full' \
	shows_in -2 '^ [0-9a-f.:]*  [0-9]* flows\{0,1\}, [0-9]* process'
keys 4
tap_ok '4: countries' shows_in 2 '^ 1 Flows .* 3 Hosts \[4 Geo\] 5 Nets '
tap_ok 'their columns' \
	shows_in 3 '^ CC COUNTRY  *FLOWS HOSTS  RX/s  TX/s    RX    TX  %RX BUSIEST PRO~$'
tap_ok 'what no database knows' shows '^[ >]?? unknown  *[0-9]*  *[0-9]* .*100% '
tap_ok 'what needs none' shows '^[ >]-- local network  *[0-9]* '
tap_ok 'and what would tell more' shows ' --geoip-dir '
keys 5
tap_ok '5: networks' shows_in 2 '\[5 Nets\]'
tap_ok 'their columns' \
	shows_in 3 '^ NETWORK  *FLOWS HALF HOSTS  RX/s  TX/s    RX    TX BUSIEST PRO~$'
tap_ok 'what is local, by kind' shows '^[ >]-- private  *[0-9]* '
keys 6
tap_ok '6: ports' shows_in 2 '\[6 Ports\]'
tap_ok 'their columns' \
	shows_in 3 '^ SERVICE     PORT PROT FLOWS HALF HOSTS  RX/s  TX/s    RX    TX BUSIEST PROCESS$'
tap_ok 'a row for each' shows '^[ >][^ ]*  *443 tcp  *[0-9]* '
tap_ok 'one for what has none' shows '^[ >]-  *- icmp  *1 '
tap_ok 'in words' shows_in -2 '^ .*tcp/443  [0-9]* flows to [0-9]* hosts.*  Enter lists its flows'
keys B
tap_ok 'B: by bytes' shows_in 2 ' sort bytes v$'
keys c
tap_ok 'c: nothing is kept of these' shows_in -1 'nothing that is closed'
keys c
tap_ok 'c again: closed ones' shows_in -1 'closed ones while they linger'
keys 3
tap_ok 'each view has its order' shows_in 2 '\[3 Hosts\].* sort rate v$'
keys '>' '>'
tap_ok '>: column by column' shows_in 2 ' sort HOST ^$'
first_is_ipv4() {
	has '^>[0-9]*\.[0-9.]* '
}
tap_ok 'in the order of addresses' wait_for "$PATIENCE" first_is_ipv4
keys r
tap_ok 'r: and the other way round' shows '^>[0-9a-f]*:[0-9a-f:]* '
keys R

# header WIDTH HEIGHT KEY PATTERN
header() {
	resize "$1" "$2"
	keys "$3"
	shows_in 3 "$4"
}
tap_ok '120x40: hosts' header 120 40 3 \
	'^ HOST  *CC CITY  *NETWORK  *FLOWS PROCS  RX/s  TX/s    RX    TX SEEN BUSIEST PRO~$'
tap_ok 'with whole names of views' shows_in 2 ' 4 Countries  5 Networks  6 Ports  *sort '
tap_ok '120x40: countries' header 120 40 4 \
	'^ CC COUNTRY  *FLOWS HOSTS NETS  RX/s  TX/s    RX    TX  %RX SHARE OF RX+TX RATE  *BUSIEST PRO~$'
tap_ok 'with bars' shows '^[ >]?? unknown .* ##*\.* '
tap_ok '120x40: networks' header 120 40 5 \
	'^ NETWORK  *IN/OUT FLOWS ESTAB HALF HOSTS  RX/s .* BUSIEST PROCESS  BUSIEST HOST$'
tap_ok '120x40: ports' header 120 40 6 \
	'^ SERVICE     PORT PROT IN/OUT FLOWS ESTAB HALF HOSTS  RX/s .* BUSIEST PROCESS  BUSIEST HOST$'
tap_ok '200x50: hosts' header 200 50 3 \
	'^ HOST  *ADDRESS  *CC CITY  *NETWORK  *FLOWS PROCS PORTS  RX/s .* SEEN BUSIEST PROCESS$'
tap_ok '200x50: countries' header 200 50 4 ' SHARE OF RX+TX RATE  *BUSIEST PROCESS  BUSIEST HOST$'

fits() {
	[ "$(tm display-message -p '#{pane_width} #{pane_height}')" = "$1 $2" ] &&
		[ "$(screen | awk '{ if (length > n) n = length } END { print n + 0 }')" -le "$1" ] &&
		screen | grep -q .
}
any_size() {
	local size view

	for view in 3 4 5 6; do
		keys "$view"
		for size in 20x5 10x2 40x10 100x30; do
			resize "${size%x*}" "${size#*x}"
			within "$(slowly 3000)" fits "${size%x*}" "${size#*x}" || {
				diag "view $view, $size"
				diag "$(screen)"
				return 1
			}
		done
	done
	[ -n "$(program_pid)" ]
}
tap_ok 'any size' any_size
keys q
tap_ok 'q: leaves' shows 'ended 0'

wrong() {
	"$FLOWTOP" -r "$DEMO" "$@" >/dev/null 2>"$work/said"
	[ $? = 2 ] && [ "$(wc -l <"$work/said")" = 1 ]
}
tap_ok '-g ports without a screen' wrong -g ports --json

# ---------------------------------------------------------------- live

[ "$(id -u)" = 0 ] || { tap_done; exit; }
need ip conntrack
make_ns near far
link "$near" eth0 "$far" eth0
addr "$near" eth0 192.0.2.1/24

# flow PROTOCOL HOST PORT SOURCE-PORT [OPTIONS...]
flow() {
	local proto=$1 host=$2 port=$3 sport=$4

	shift 4
	[ "$proto" != tcp ] || set -- --state ESTABLISHED "$@"
	in_ns "$near" conntrack -I -p "$proto" -s 192.0.2.1 -d "$host" \
		--sport "$sport" --dport "$port" -t 600 "$@" >/dev/null 2>&1
}
flow tcp 198.51.100.1 443 1001 -u SEEN_REPLY
flow tcp 198.51.100.1 80 1002 -u SEEN_REPLY
flow udp 198.51.100.1 53 1003
flow tcp 198.51.100.2 443 1004 -u SEEN_REPLY
flow tcp 198.51.100.3 443 1005 -u SEEN_REPLY
flow udp 10.1.1.1 53 1006 -u SEEN_REPLY

screen_start 120 24 "$FLOWTOP" -N "$near" -46UTIn --geoip-dir "$work/none" -g hosts -t 0.25
tap_ok 'hosts, with what they have' shows '^[ >]198\.51\.100\.1 .* 3     [?0-9] '
tap_ok 'the next one' shows '^[ >]198\.51\.100\.2 .* 1     [?0-9] '
keys 6
port_row() {
	shows "^[ >][^ ]*  *$1 $2  $3  *$4  *$5  *$6  *$7 "
}
tap_ok 'ports: 443' port_row 443 tcp 0/3 3 3 0 3
tap_ok 'ports: 53, one without an answer' port_row 53 udp 0/2 2 - 1 2
keys 4
tap_ok 'countries: five that are unknown' shows '^[ >]?? unknown  *5  *3 '
tap_ok 'and the local network' shows '^[ >]-- local network  *1  *1 '
keys 5
tap_ok 'networks' shows '^[ >]-- private  *0/1  *1  *-  *0  *1 '
keys 3
shows_in 2 '\[3 Hosts\]'
keys g '>' '>'
shows_in 2 ' sort HOST ^$'
keys j
tap_ok 'the second host' shows_in 5 '^>198\.51\.100\.1 '
keys Enter
tap_ok 'Enter: its flows' shows_in 2 '^\[1 Flows\] .*/host 198\.51\.100\.1  sort '
only() {
	[ "$(screen | sed -n '5,22p' | grep -c .)" = "$2" ] &&
		[ "$(screen | sed -n '5,22p' | grep -c " $1 ")" = "$2" ]
}
tap_ok 'and no others' wait_for "$PATIENCE" only '198\.51\.100\.1' 3
tap_ok 'of how many' shows_in 1 ' 3 of 6 flows'
flow tcp 10.1.1.0 443 1007 -u SEEN_REPLY
shows_in 1 ' 3 of 7 flows'
keys Escape
tap_ok 'Esc: back' shows_in 2 '\[3 Hosts\]'
tap_ok 'to the same host, wherever it is by now' shows '^>198\.51\.100\.1 '
keys 6 g
shows_in 2 '\[6 Ports\]'
keys '>' '>' '>'
shows_in 2 ' sort PORT ^$'
tap_ok 'ports by number' shows_in 4 '^>[^ ]*  *53 udp '
keys Enter
tap_ok 'into a port' shows_in 2 '/udp port 53 '
tap_ok 'its flows' shows_in 1 ' 2 of 7 flows'
keys Escape
tap_ok 'and back' shows_in 4 '^>[^ ]*  *53 udp '
keys 4
shows_in 2 '\[4 Countries\]'
keys g '>' '>' '>' '>'
shows_in 2 ' sort FLOWS v$'
shows_in 4 '^>?? unknown '
keys Enter
tap_ok 'into whatever is unknown' shows_in 2 '/country unknown '
tap_ok 'its flows' shows_in 1 ' 5 of 7 flows'
keys Escape
shows_in 2 '\[4 Countries\]'
keys 3
shows_in 2 '\[3 Hosts\]'

keys Space
shows_in 0 PAUSED
flow tcp 198.51.100.9 443 1008 -u SEEN_REPLY
in_ns "$near" conntrack -D -p tcp -d 198.51.100.3 >/dev/null 2>&1
still_there() {
	local end=$((SECONDS + 2))

	while [ "$SECONDS" -lt "$end" ]; do
		has '198\.51\.100\.3 ' && lacks '198\.51\.100\.9 ' || return 1
		sleep 0.2
	done
}
tap_ok 'paused: nothing comes, nothing goes' still_there
keys 5
tap_ok 'paused: another view of the same moment' shows '^[ >]?? unknown .* 5  *4  *1  *3 '
keys 3
shows_in 2 '\[3 Hosts\]'
keys Space
tap_ok 'on: what came' shows '^[ >]198\.51\.100\.9 '
tap_ok 'on: what went' hides '[ >]198\.51\.100\.3 '
keys q
tap_ok 'q: leaves at last' shows 'ended 0'
tap_done
