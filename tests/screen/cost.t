#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a key costs on the wire: a cursor that moves may not repaint the list.
# The bytes of refreshes are the business of bench/wire.py.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need python3
require_screen
python3 "$TOP/tests/tools/mkwire.py" idle 60 "$work/idle.pcap" || exit 1

cat >"$work/keys.py" <<'END_OF_PYTHON'
import os, sys
sys.path.insert(0, sys.argv[1])
from ptybox import Terminal
program, recording, key = sys.argv[2:5]
t = Terminal([program, '-46UT', '-r', recording], 80, 24, screen=True,
             env={'LC_ALL': 'C', 'HOME': os.path.dirname(recording)})
if not t.run(10, lambda: '198.51.' in ''.join(map(t.screen.line, range(24)))):
    sys.exit('no flows on the screen')
t.run(2.5) # until rates are known
def cursor():
    return [y for y in range(24) if t.screen.line(y)[0] == '>']
t.send(b'jjj')
t.run(1)
worst, moved = 0, True
for n in range(3):
    # Right behind a refresh, with time before the next one.
    t.run(1.2, lambda n=len(t.frames): len(t.frames) > n)
    t.quiet(0.1, 1)
    before, at = t.total, cursor()
    t.send(key.encode())
    t.run(0.3)
    worst = max(worst, t.total - before)
    moved = moved and len(at) == 1 and cursor() == \
        [at[0] + (1 if key == 'j' else -1)]
print('worst=%d moved=%s status=%s' % (worst, moved, t.close()))
END_OF_PYTHON

# costs KEY BYTES
costs() {
	said=$(python3 "$work/keys.py" "$TOP/tests/tools" "$FLOWTOP" \
		"$work/idle.pcap" "$1" 2>&1)
	diag "$1: $said"
	[[ "$said" =~ ^worst=([0-9]+)' moved=True status=0'$ ]] &&
		[ "${BASH_REMATCH[1]}" -gt 0 ] &&
		[ "${BASH_REMATCH[1]}" -le "$2" ]
}
tap_ok 'one j: 320 bytes at most' costs j 320
tap_ok 'one k: 320 bytes at most' costs k 320
tap_done
