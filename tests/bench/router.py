# SPDX-License-Identifier: GPL-2.0-only
"""A small router: 500 flows, little memory, little flash."""
import os

import lab

FLOWS = 500


def stripped_kib():
    with lab.scratch() as work:
        path = os.path.join(work, 'flowtop')
        lab.run('strip', '-o', path, lab.FLOWTOP)
        return os.path.getsize(path) / 1024


def measure(options):
    lab.enter_namespace()
    lab.fill(FLOWS)
    program = lab.ours()
    t = program.start()
    t.run(3)
    meter = lab.Meter(t.pid)
    t.run(options.seconds)
    percent = meter.percent()
    members = lab.family(t.pid)
    yield lab.Row('router, 500 flows: CPU at 1 Hz', percent, '%', None,
                  lab.floor('dump')['cpu_ms'] / 10)
    yield lab.Row('router, 500 flows: resident', lab.memory_kib(
        members, 'VmRSS'), 'KiB', note='%d processes, shared pages counted '
                  'in each' % len(members))
    yield lab.Row('router, 500 flows: resident, its own', lab.memory_kib(
        members, 'RssAnon'), 'KiB')
    program.stop(t)
    yield lab.Row('the program, stripped', stripped_kib(), 'KiB')
