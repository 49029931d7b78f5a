# SPDX-License-Identifier: GPL-2.0-only
"""One million flows, where nf_conntrack_max lets them in: keys, memory, the
time of a sweep that the screen tells, and losses."""
import re

import keys
import lab
import limit

FLOWS = 1000000
ROOM = 2 * FLOWS # a table that is nearly full is a warning on the screen
PER_HOST = 16
SETTLE = 8
GOAL_MS = 20


def sweep_ms(line):
    found = re.search(r'sweep ([\d.]+)(ms|s|m)\b', line)
    unit = dict(ms=1, s=1000, m=60000)
    return float(found[1]) * unit[found[2]] if found else None


def measure(options):
    lab.enter_namespace()
    if lab.room(FLOWS, keys.SPARE) < FLOWS:
        yield lab.Row('one million flows', None, '', note=limit.note())
        return
    lab.fill(FLOWS, '--hosts', str(PER_HOST))
    t = keys.begin(lab.ours())
    t.run(SETTLE)
    kib = lab.memory_kib(lab.family(t.pid), 'RssAnon')
    bench = keys.press_all(t, options.rate // 5, options.million_samples, 1)
    for group in keys.GROUPS:
        got = keys.summary(bench, group)
        yield lab.Row('%s keys p99, one million flows, {:,.0f} events/s'.format(
            bench.made['events_per_s']) % group, got['p99'], 'ms', GOAL_MS,
            note=keys.note(got))
    yield lab.Row('memory for a flow, 16 per host, one million flows',
                  kib * 1024 / FLOWS, 'B', 300, note='all of it')
    sweep = sweep_ms(bench.status_line)
    yield lab.Row('sweep of one million flows', sweep, 'ms',
                  note='' if sweep else 'not on the screen')
    yield lab.Row('lost, one million flows', bench.lost, 'events', 0)
