#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A pause keeps all flows, however many they are: what stands still can be
# moved in, sorted and filtered.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
need python3

# 2000 TCP and 1000 UDP flows. The first ones have the most bytes and no rate,
# the last hundred have rates, and go on for a minute.
python3 - "$NET_DIR/../tools" "$work/many.pcap" <<'END' || exit 1
import sys
sys.path.insert(0, sys.argv[1])
from ctpcap import *

T0 = 1_767_607_200 * S
N = 3000

def entry(n, second):
    udp = n % 3 == 2
    here = Tuple('192.168.1.20', '198.51.%d.%d' % (n // 200, 1 + n % 200),
                 20000 + n, 443, UDP if udp else TCP)
    count = 10**9 - n * 100_000 + (second * n * 10 if n >= N - 100 else 0)
    more = {} if udp else dict(state=EST)
    return ((here,), dict(ct_id=n + 1, status=ESTABLISHED_STATUS, timeout=9000,
                          start=T0 - 9000 * S, **more,
                          counters=((count // 800, count // 2),
                                    (count // 800, count - count // 2))))

rec = Recording(T0)
rec.own()
for second in range(60):
    at = second * S + (S // 2 if second else 0)
    full = second < 2
    rec.health(at, N)
    rec.listing(at, [entry(n, second) for n in range(0 if full else N - 100, N)],
                full=full)
rec.close(sys.argv[2], 60 * S)
END

screen_start 80 24 "$FLOWTOP" -nGP -46T -r "$work/many.pcap"
shows_in 1 ' 2000 of 2000 flows  +1000 UDP hidden'
# Rates are known.
shows '^[ >][^:]* tcp .* 198\.51\.14\.[0-9]*  *443 .*[KM]$'
keys Space
tap_ok 'paused' shows_in 0 ' PAUSED [0-9]*s '
is_paused() {
	shows_in 0 ' PAUSED [0-9]*s '
}

keys G
tap_ok 'G: the last flow of all, not of those around' \
	shows '^>[^:]* tcp .* 198\.51\.14\.100  *443  *-  *-$'
tap_ok 'G: on the last line' cursor_on 21
tap_ok 'G: still paused' is_paused
keys k k
tap_ok 'and from there up' cursor_on 19
keys g
tap_ok 'g: the first flow' cursor_on 4
for _ in $(seq 40); do keys NPage; done
tap_ok 'forty pages down' shows_in 2 ' follow '
full_page() {
	[ "$(screen | grep -c '^[ >][^:]* tcp ')" = 18 ]
}
tap_ok 'there are flows as well' wait_for "$PATIENCE" full_page

keys g B
tap_ok 'B: sorted by bytes' shows_in 2 ' sort bytes v$'
tap_ok 'B: the most of all come first' \
	shows_in 4 '^>[^:]* tcp .* 198\.51\.0\.1  *443 '
tap_ok 'B: still paused' is_paused
keys G
tap_ok 'B: the least of all come last' \
	shows_in 21 '^>[^:]* tcp .* 198\.51\.14\.199  *443 '
keys g r
tap_ok 'r: and the other way round' \
	shows_in 4 '^>[^:]* tcp .* 198\.51\.14\.199  *443 '

keys r U
tap_ok 'U: flows that were hidden are there' shows_in 1 ' 3000 of 3000 flows'
tap_ok 'U: in their place' shows_in 6 '^ [^:]* udp .* 198\.51\.0\.3  *443 '
tap_ok 'U: still paused' is_paused
keys a
tap_ok 'a: active flows of that moment' shows_in 1 ' 100 of 3000 flows'
tap_ok 'a: still paused' is_paused
keys a
shows_in 1 ' 3000 of 3000 flows'
keys R
tap_ok 'R: by the rates of that moment' shows_in 4 '^>.* 198\.51\.14\.'
keys i
tap_ok 'i: still paused' is_paused
keys i i
shows_in 1 ' 3000 of 3000 flows'

shows_in 0 ' PAUSED [0-9]*s '
frozen=$(screen | sed -n '2,23p')
paused_since=$(line 0 | sed 's/.*PAUSED \([0-9]*\)s.*/\1/')
later() {
	local now

	now=$(line 0 | sed 's/.*PAUSED \([0-9]*\)s.*/\1/')
	[ "$now" -gt $((paused_since + 2)) ]
}
tap_ok 'seconds later' wait_for "$PATIENCE" later
same() {
	[ "$(screen | sed -n '2,23p')" = "$frozen" ]
}
tap_ok 'nothing has moved' same

keys + + + + +
tap_ok '+ while paused: slower' shows_in -1 'every 60s'
paused_since=$(line 0 | sed 's/.*PAUSED \([0-9]*\)s.*/\1/')
tap_ok '+ while paused: its time goes on' wait_for "$PATIENCE" later
keys - - - - -
keys Space
tap_ok 'Space: goes on' shows_in 0 ' every 1s '
tap_ok 'Space: with what has changed' wait_for "$PATIENCE" eval '! same'
tap_done
