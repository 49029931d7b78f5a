#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What reaches the terminal: nothing where nothing changes, and an order that
# rests is right at its top.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need python3
require_screen
require_demo

for kind in idle random; do
	python3 "$TOP/tests/tools/mkwire.py" $kind 60 "$work/$kind.pcap" ||
		skip_all 'no recordings'
done

cat >"$work/quiet.py" <<'END'
import os, sys

sys.path.insert(0, os.path.join(sys.argv[1], "tests", "tools"))
from ptybox import Terminal

program, case, work = sys.argv[2:5]
FIRST_ROW = 4


def start(kind, size, *arguments):
    t = Terminal([program, "-46UT", "-r", "%s/%s.pcap" % (work, kind),
                  *arguments], *size, env={"LC_ALL": "C"}, screen=True)
    t.run(15, lambda: t.screen.line(FIRST_ROW)[:1] == ">")
    return t


def still():
    t = start("idle", (80, 24), "-t", "0.25")
    # Until the first rates are there and the warnings are over.
    for _ in range(10):
        before = t.total
        t.run(2.5)
        if t.total == before:
            break
    print("bytes", t.total - before)
    t.close()


def paused():
    t = start("random", (80, 24))
    t.run(2)
    t.send(b" ")
    t.run(10, lambda: "PAUSED" in t.screen.line(0))
    t.run(1)
    before = t.total
    t.run(10)
    print("bytes", t.total - before)
    t.close()


def number(text):
    return float(text[:-1]) * 1000 ** (1 + "KMG".index(text[-1])) \
        if text[-1] in "KMG" else 0 if text in "-?" else float(text)


def top():
    t = start("random", (120, 40))
    t.run(5)
    worst = 0
    for _ in range(12):
        n = len(t.frames)
        t.run(3, lambda: len(t.frames) > n)
        t.quiet(0.3, 2)
        # RX/s and TX/s behind PROT STATE TIME D ADDRESS PORT.
        rates = [sum(map(number, t.screen.line(y)[1:].split()[-4:-2]))
                 for y in range(FIRST_ROW, 38)]
        worst = max(worst, max(rates) / rates[0])
        if t.screen.line(FIRST_ROW)[:1] != ">":
            worst = 99
    print("percent", round(worst * 100))
    t.close()


{"still": still, "paused": paused, "top": top}[case]()
END

# measure CASE - its number is left in $n.
measure() {
	n=$(python3 "$work/quiet.py" "$TOP" "$FLOWTOP" "$1" "$work" |
		grep -o '[0-9]*$')
	diag "$1: $n"
	[ -n "$n" ]
}

still() {
	measure still && [ "$n" = 0 ]
}
tap_ok 'nothing changes: not a byte' still
# The title counts by fives.
paused() {
	measure paused && [ "$n" -gt 0 ] && [ "$n" -le 100 ]
}
tap_ok 'paused: at most 10 bytes a second' paused
# 1.25, and what may not be seen of a change and is lost in rounding.
top() {
	measure top && [ "$n" -le 131 ]
}
tap_ok 'the first row has the highest rate / 1.25' top
tap_done
