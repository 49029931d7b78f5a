#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is not as it should be is said, where it can be read, and not for longer
# than it is true.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need python3
require_screen
require_demo

# ---------------------------------------------------------------- long sweeps

cat >"$work/sweep.py" <<'END'
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from ctpcap import Recording, S
rec = Recording(1767607200 * S)
rec.health(0, 61605, sweep_ns=3200000000)
rec.listing(0, [])
rec.health(1 * S, 100, sweep_ns=3200000000)
rec.health(60 * S, 100, sweep_ns=10000000)
rec.close(sys.argv[2])
END
python3 "$work/sweep.py" "$TOP/tests/tools" "$work/sweep.pcap"
screen_start 80 24 "$FLOWTOP" -46UT -r "$work/sweep.pcap"
tap_ok 'a sweep longer than the interval is shown' \
	shows_in 1 ' sweep 3\.2s'
keys + + +
shows_in 0 ' every 10s '
line_lacks() {
	! line_has "$@"
}
tap_ok 'but not where the interval is longer' \
	wait_for 20 line_lacks 1 ' sweep '

# ---------------------------------------------------------------- no flows

sed 's/61605/0/; s/ S, 100/ S, 0/' "$work/sweep.py" >"$work/empty.py"
python3 "$work/empty.py" "$TOP/tests/tools" "$work/empty.pcap"
screen_start 80 24 "$FLOWTOP" -46UT -r "$work/empty.pcap"
tap_ok 'an empty recording is one' \
	shows '^ *No flows: the recorded table was empty\.$'
tap_ok 'and no advice follows' lacks 'nft\|press X'

# ---------------------------------------------------------------- lost events

# The clock of a recording stands at its end; what was lost goes all the same.
screen_start 80 24 "$FLOWTOP" -46 -r "$TOP/tests/replay/lost.pcap" --speed 0
tap_ok 'lost events are a warning' shows_in 1 ' ! 1/2 [0-9]* events lost [0-9]*s ago'
tap_ok 'and that the table was read again' shows_in 1 ' ago, table re-read'
tap_ok 'for a while, also at the end of a recording' \
	wait_for 25 line_has 1 ' ! 1/1 end of recording'
keys '!'
tap_ok 'and a message that stays true' shows ' ! [0-9]* events lost, '
tap_ok 'also when it is over' shows ' [0-9]* events lost, .* (over)'
tap_ok 'nothing there is "ago"' lacks ' ago'

# ---------------------------------------------------------------- full disk

[ "$(id -u)" = 0 ] || { tap_done; exit; }
need ip conntrack mount
make_ns box
in_ns "$box" "$TOOLS/ctfill" -n 1000 --quiet
mkdir "$work/small"
if mount -t tmpfs -o size=64k small "$work/small" 2>/dev/null; then
	screen_start 80 24 "$FLOWTOP" -N "$box" -46 -w "$work/small/a.pcap"
	tap_ok 'a full disk is said' shows_in -1 ' the recording could not be'
	keys '!'
	tap_ok 'and the page has all of it' shows '^ *without it$'
	tap_ok 'in two lines' \
		has '^ [0-9:]*  *the recording could not .* goes on$'
	screen_end
	umount "$work/small"
else
	tap_skip 'a full disk is said' 'no tmpfs here'
fi
tap_done
