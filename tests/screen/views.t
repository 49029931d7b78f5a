#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The views of the demo recording at its end, cell by cell: names, places and
# what is counted, in their columns and cut where they should be; all but the
# rates, which may be shown late. And what keys n and L do to them. Names of
# ports and places that this machine knows do not count.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo
# Started by root, flowtop reads files as nobody.
chmod 755 "$work"
mkdir "$work/none"

# rows - each line of the standard input is on the screen, columns of rates and
# marks apart
rows() {
	cat >"$work/wanted"
	wait_for "$PATIENCE" has_rows || {
		diag "missing: $(cat "$work/missing")"
		diag "$(screen)"
		return 1
	}
}
has_rows() {
	screen | awk '
		NR < 4 { next }
		NR == 4 { rate = index($0, "RX/s"); share = index($0, "%RX") }
		{
			sub(/^[>+-]/, " ")
			if (share)
				$0 = substr($0, 1, share - 3) substr($0, share + 3)
			$0 = substr($0, 1, rate - 3) substr($0, rate + 10)
			sub(/ *$/, "")
			print
		}' | sort -u >"$work/shown"
	sort -u "$work/wanted" | comm -23 - "$work/shown" >"$work/missing"
	! [ -s "$work/missing" ]
}
view() {
	keys "$1" g
	shows_in 2 "\\[$1 "
}

screen_start 80 24 "$FLOWTOP" -46UTIP --geoip-dir "$work/none" -r "$DEMO" \
	--speed 0
shows_in 1 'end of recording'
tap_ok 'flows' rows <<'END'
 PROCESS    PROT STATE  TIME D ADDRESS                    PORT    CC
 firefox    tcp  ESTAB    4m > ~-edge-c61.lhr.example.net 443     GB
 python3    tcp  ESTAB    1m > nas.lan                    22000   -
 @web1      tcp  ESTAB   40m = api.payments.example.com   443     US
 nginx +3   tcp  ESTAB    2m = ~awl-23.search.example.com 8080    US
 [kernel]   udp  ASSUR    1d > vpn.example.com            51820   CH
 sshd +1    tcp  ESTAB   18m < ~51-100-77.dsl.isp.example 22      SE
END
tap_ok 'the first one in full' shows_in -2 \
	'^ 2874 alice  video-edge-c61\.lhr\.example\.net  203\.0\.113\.80:443  timeout [0-9a-z]*$'
view 2
tap_ok 'processes' rows <<'END'
 PROCESS        PID USER     FLOWS HOSTS    RX    TX BUSIEST PEER
 firefox       2874 alice       10     9 1.70G  227M ~hr.example.net
 python3       3120 alice        3     3 5.49M  102M nas.lan
 @web1            - -            1     1 52.6M 1.20M ~ts.example.com
 [kernel]         - -            2     2 2.29G 1.30G vpn.example.com
 systemd-r~     688 systemd~     9     3 2.25K  311K gw.lan
 ?                ? ?            2     2   404   404 gw.lan
END
keys n
tap_ok 'n: an inner end without its name' shows '^ @~2\.17\.0\.2  .* 203\.0\.113\.200$'
keys n
view 3
tap_ok 'hosts' rows <<'END'
 HOST                         CC FLOWS    RX    TX SEEN BUSIEST PRO~
 ~eo-edge-c61.lhr.example.net GB     1 1.02G 24.4M   4m firefox
 nas.lan                      -      2 93.4M 97.1M   1d python3
 api.payments.example.com     US     1 52.6M 1.20M  40m @web1
 ~8-51-100-77.dsl.isp.example SE     1 62.6K  735K  18m sshd
 gw.lan                       -      6 1.41K   725  30s systemd-res~
END
tap_ok 'the first one in full' shows_in -2 \
	'^ video-edge-c61\.lhr\.example\.net  203\.0\.113\.80  1 flow, 1 process  firefox$'
keys n
tap_ok 'n: addresses; nobody has a name' shows \
	'^ 203\.0\.113\.200  *US  *1 .* 40m @172\.17\.0\.2$'
keys n L
tap_ok 'L: no column of places' shows_in 3 '^ HOST  *FLOWS  RX/s '
view 4
tap_ok 'but a list of them is asked for' shows '^[ >]US United States '
keys Enter
tap_ok 'and so are the flows of one' shows_in 2 '/country '
tap_ok 'which are found' shows_in 1 ' [1-9][0-9]* of 37 flows'
keys Escape
shows_in 2 '\[4 Geo\]'
keys L L L
tap_ok 'L: all of them again' shows_in -1 'city and network'
tap_ok 'countries' rows <<'END'
 CC COUNTRY                FLOWS HOSTS    RX    TX BUSIEST PRO~
 GB United Kingdom             1     1 1.02G 24.4M firefox
 -- local network             11     5 93.4M 97.7M python3
 US United States              6     5 67.2M 10.2M @web1
 SE Sweden                     1     1 62.6K  735K sshd
 ?? unknown                    1     1 5.04K 5.04K ping
END
view 5
tap_ok 'networks' rows <<'END'
 NETWORK                   FLOWS HALF HOSTS    RX    TX BUSIEST PRO~
 AS64500 EXAMPLE-CDN           2    0     2 1.35G 29.1M firefox
 -- private                   10    0     4 93.4M 97.4M python3
 AS64508 PAY-EX                1    0     1 52.6M 1.20M @web1
 AS64504 ISP-EX-AB             2    1     2 62.6K  736K sshd
 -- multicast                  1    1     1     -  311K systemd-res~
 ?? unknown                    1    0     1 5.04K 5.04K ping
END
view 6
tap_ok 'ports' rows <<'END'
 SERVICE     PORT PROT FLOWS HALF HOSTS    RX    TX BUSIEST PROCESS
 443          443 tcp      6    0     5 1.08G 25.8M firefox
 22000      22000 tcp      1    0     1 2.39M 93.0M python3
 5432        5432 tcp      1    0     1 40.1M  958K @worker
 53            53 udp      8    0     2 1.67K   628 systemd-resolved
 8443        8443 tcp      1    1     1     -   240 firefox
 -              - icmp     1    0     1 5.04K 5.04K ping
END
keys '!'
tap_ok 'messages say why there may be no places' shows 'no GeoIP files: '
keys q
hides 'Messages, latest'
keys q
tap_ok 'q: leaves' shows 'ended 0'
screen_start 80 24 "$FLOWTOP" -G --geoip-dir "$work/none" -r "$DEMO" --speed 0
shows_in 1 'end of recording'
keys '!'
tap_ok '-G: nothing to say' shows 'Messages, latest first'
tap_ok 'about places' lacks 'GeoIP'
tap_done
