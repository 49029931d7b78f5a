# SPDX-License-Identifier: GPL-2.0-only
"""How long until the first flows and until all flows are shown.

The floor is the kernel's own listing, before and after each program. On the
screen a table is complete when the number of flows that the program tells is
the kernel's; a program that tells none is complete when its first rows are
there, or, without a screen, when it ends. Inside: see ingest.c.
"""
import os
import subprocess
import time

import lab
import limit

LIMIT = 10 # seconds for a table
PEER_LIMIT = 5
PEER_RUNS = 2
PLAIN_RUNS = 2 # of what has no goal
LARGE = 100000 # from here on one listing takes long enough to be measured
MANY = 1000000 # from here on each run takes seconds
BUSY = 1.4 # times its CPU: then the floor had to wait for others
SETTLE = 0.1


def floor_ms(flows, found, cpu):
    got = lab.floor('dump', '-n', '1' if flows >= LARGE else '3')
    found.append(got['wall_ms'])
    cpu.append(got['cpu_ms'])


def run_once(command):
    """Wall-clock ms of a program that prints all and ends."""
    begin = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=True)
    return (time.monotonic() - begin) * 1000


def on_screen(program, flows, limit_s=LIMIT):
    """ms until first rows, ms until complete; None: not within the limit."""
    t = program.start()
    first = []

    def shown():
        if not first and program.rows_seen(t.screen):
            first.append(t.frames[-1][0])
        if not program.count:
            return bool(first)
        return bool(first) and \
            program.flows_seen(t.screen) >= flows * program.part
    done = t.run(limit_s, shown)
    complete = t.frames[-1][0] if done else None
    t.run(SETTLE)
    program.stop(t)
    return ((first[0] - t.started) * 1000 if first else None,
            (complete - t.started) * 1000 if done else None)


def json_once():
    return [lab.FLOWTOP, '-46nGP', '-j', '-1', '-t', '0', '--hide',
            'none']


def goal(floor):
    """What the table has to keep, in ms."""
    return 1.5 * floor + 20


def peer_times(program, flows, runs):
    """The first table that takes too long is the last."""
    found = []
    if program.until and flows > program.until:
        return 'not tried'
    for _ in range(1 if flows >= MANY else runs):
        ms = on_screen(program, flows, PEER_LIMIT)[1] if program.row \
            else run_once(program.command)
        if ms is None:
            return '> %d s' % PEER_LIMIT
        found.append(ms)
        if ms > PEER_LIMIT * 1000 / 4:
            break
    return lab.median(found)


def of_size(flows, options):
    lab.enter_namespace()
    name = '{:,} flows'.format(flows)
    if lab.room(flows) < flows:
        yield lab.Row('complete table, ' + name, None, 'ms',
                      note=limit.note())
        return
    lab.fill(flows)
    floors, firsts, complete, plain, cpu = [], [], [], [], []
    program = lab.ours()
    floor_ms(flows, floors, cpu)
    for _ in range(min(3, options.runs) if flows >= MANY else options.runs):
        first, all_of_it = on_screen(program, flows)
        firsts.append(first or LIMIT * 1000)
        complete.append(all_of_it or LIMIT * 1000)
        if len(plain) < PLAIN_RUNS:
            plain.append(run_once(json_once()))
        floor_ms(flows, floors, cpu)
    floor = lab.median(floors)
    tight = 1.3 * floor + 20
    for what, found, limit_ms in (
            ('complete on the screen', complete, goal(floor)),
            # It waits for owners, and then each flow is written.
            ('complete as JSON', plain, None)):
        value = lab.median(found)
        note = 'also 1.3 x floor + 20 ms' if limit_ms and value <= tight else ''
        if floor > BUSY * lab.median(cpu):
            note = 'but the machine was busy: the floor needs ' \
                '%.1f ms of CPU' % lab.median(cpu)
        yield lab.Row('%s, %s' % (what, name), value, 'ms', limit_ms, floor,
                      note, lab.SLACK * goal(floor))
    yield lab.Row('first rows, ' + name, lab.median(firsts), 'ms', 50)
    inner = lab.last_json(lab.output(os.path.join(lab.BENCH, 'ingest'), '-n',
                                     '1' if flows >= MANY else '3'))
    yield lab.Row('complete inside, no start or output, ' + name,
                  inner['complete_ms'], 'ms', None, floor)
    values = {p.name: peer_times(p, flows, min(PEER_RUNS, options.runs))
              for p in options.peers}
    yield lab.Beside('complete table, ' + name, 'ms',
                     dict(values, floor=floor, flowtop=lab.median(complete)))


def measure(options):
    for flows in options.sizes:
        yield from of_size(flows, options)
