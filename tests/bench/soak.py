#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Half an hour of 2,000 new flows a second: memory and descriptors must not
move any more after five minutes.

    soak.py     SOAK_SECONDS=1800; one line a minute

Shorter than ten minutes, the second half is judged.
"""
import os
import sys
import time

import lab

RATE = 2000
SETTLE = 300
EVERY = 5
FLAT = 1    # percent
LOOKS = 10  # at the descriptors, each time


def descriptors_kept(t):
    """Some are open for an instant: where addresses of other namespaces are
    asked for. What is there at every look has stayed."""
    fewest = None
    for _ in range(LOOKS):
        t.run(0.1)
        n = lab.descriptors(lab.family(t.pid))
        fewest = n if fewest is None else min(fewest, n)
    return fewest


def watch(t, seconds, say):
    """[(seconds, KiB, descriptors)]"""
    found = []
    begin = said = time.monotonic()
    while time.monotonic() < begin + seconds:
        t.run(EVERY - LOOKS * 0.1)
        kept = descriptors_kept(t)
        members = lab.family(t.pid)
        if not members or t.read(0) == b'':
            raise lab.Failed('flowtop has ended')
        found.append((time.monotonic() - begin,
                      lab.memory_kib(members, 'RssAnon'), kept))
        if say and time.monotonic() > said + 60:
            said = time.monotonic()
            print('%6d s %8d KiB %4d descriptors' % found[-1], flush=True)
    return found


def soak(seconds, say=False):
    lab.enter_namespace()
    program = lab.ours()
    t = program.start()
    t.run(1)
    # Each new flow also ends. It lasts for longer than it is watched: the last
    # look may be late, and what an empty table gives back is no part of this.
    job = lab.storm(seconds + 4 * EVERY, 2 * RATE)
    found = watch(t, seconds, say)
    made = lab.storm_end(job)
    lost = lab.netlink_drops(lab.family(t.pid))
    program.stop(t)
    late = [f for f in found if f[0] > min(SETTLE, seconds / 2)]
    kib = [f[1] for f in late]
    name = 'soak, %d s: ' % seconds
    yield lab.Row(name + 'memory moves by',
                  (max(kib) - min(kib)) * 100 / lab.median(kib), '%', FLAT,
                  note='%d to %d KiB' % (min(kib), max(kib)))
    yield lab.Row(name + 'descriptors move by',
                  max(f[2] for f in late) - min(f[2] for f in late), '', 0)
    yield lab.Row(name + 'lost', lost, 'events', 0,
                  note='{:,} made'.format(made['events']))


def main():
    try:
        rows = list(soak(int(os.environ.get('SOAK_SECONDS', '1800')), True))
    except lab.Failed as e:
        sys.exit('soak.py: %s' % e)
    for row in rows:
        print('%-44s %8s %-8s goal %s: %s' % (
            row.what, lab.number(row.value), row.unit, lab.number(row.goal),
            row.cells()[-1]))
    sys.exit(0 if all(row.met() for row in rows) else 1)


if __name__ == '__main__':
    main()
