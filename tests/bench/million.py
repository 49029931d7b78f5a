# SPDX-License-Identifier: GPL-2.0-only
"""One million flows, where nf_conntrack_max lets them in: keys, the time of a
sweep that the screen tells, and losses."""
import re

import keys
import lab

FLOWS = 1000000


def sweep_ms(line):
    found = re.search(r'sweep ([\d.]+)(ms|s|m)\b', line)
    unit = dict(ms=1, s=1000, m=60000)
    return float(found[1]) * unit[found[2]] if found else None


def measure(options):
    lab.enter_namespace()
    if lab.room(FLOWS, keys.SPARE) < FLOWS:
        yield lab.Row('one million flows', None, '',
                      note='nf_conntrack_max is {:,}; raise it to {:,}'.format(
                          lab.sysctl('max'), FLOWS + keys.SPARE))
        return
    lab.fill(FLOWS)
    bench = keys.press_all(FLOWS, options.rate // 5, options.samples, 1)
    for group in keys.GROUPS:
        yield lab.Row('%s keys p99, one million flows' % group,
                      keys.p99(bench, group), 'ms', 20)
    sweep = sweep_ms(bench.status_line)
    yield lab.Row('sweep of one million flows', sweep, 'ms',
                  note='' if sweep else 'not on the screen')
    yield lab.Row('lost, one million flows', bench.lost, 'events', 0)
