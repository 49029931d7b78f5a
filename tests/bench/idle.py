# SPDX-License-Identifier: GPL-2.0-only
"""What a program costs that nobody uses: CPU, bytes to the terminal and memory
while nothing changes, and how soon it answers a key then.

The table is re-read once a second, so the floor is one listing in a second.
This program is alone while it is measured, peers are side by side.
The key moves the cursor or scrolls; it is answered by the first byte that
arrives, which for a program that draws all the time may be luck.
"""
import random
import time

import lab

BUDGET = 25 # percent: what re-reading may cost, see --budget
WARM_UP = 2
KEY_SECONDS = 3
PEER_SECONDS = 3


def goal(flows, floor):
    """Percent of a processor, or None."""
    if flows == 0:
        return 0.1
    if flows <= 1000:
        return 0.5
    if flows <= 10000:
        return floor + 1.5
    return BUDGET + 2


def keys(t, program, n):
    """ms until the first byte after each of n keys, or of as many as it takes
    in KEY_SECONDS"""
    rng = random.Random(1)
    found = []
    end = time.monotonic() + KEY_SECONDS
    for _ in range(n):
        if time.monotonic() > end:
            break
        t.run(rng.uniform(0.02, 0.2))
        seen = len(t.frames)
        begin = time.monotonic()
        t.send(program.down)
        if t.run(2, lambda seen=seen: len(t.frames) > seen):
            found.append((t.frames[seen][0] - begin) * 1000)
    return found


def watch(program, flows, seconds, n_keys):
    """percent, bytes per second, KiB at most, [ms of keys]"""
    t = program.start()
    # A slow one is not measured while it starts.
    if flows:
        t.run(10, lambda: program.rows_seen(t.screen))
    t.run(WARM_UP)
    meter, before = lab.Meter(t.pid), t.total
    t.run(seconds)
    percent = meter.percent()
    rate = (t.total - before) / seconds
    peak = lab.memory_kib(lab.family(t.pid), 'VmHWM')
    found = keys(t, program, n_keys) if flows else []
    if program.stop(t) and program.name == 'flowtop':
        raise lab.Failed('flowtop ended with %#x' % t.status)
    return percent, rate, peak, found


def of_size(flows, options):
    lab.enter_namespace()
    flows = lab.room(flows)
    name = '{:,} flows'.format(flows) if flows else 'empty table'
    lab.fill(flows)
    floor = lab.floor('dump')['cpu_ms'] / 10 # percent of a second
    peers = [p for p in options.peers
             if p.row and not (p.until and flows > p.until)]
    found = {'flowtop': watch(lab.ours(), flows, options.seconds,
                              options.keys)}
    found.update(zip((p.name for p in peers), lab.side_by_side(watch, [
        (p, flows, PEER_SECONDS, options.keys // 2) for p in peers])))
    percent, rate, _, times = found['flowtop']
    yield lab.Row('CPU at 1 Hz, ' + name, percent, '%', goal(flows, floor),
                  floor, gate=lab.SLACK * (goal(flows, floor) + floor))
    if flows:
        yield lab.Row('bytes to the terminal, ' + name, rate, 'B/s',
                      80 if flows <= 1000 else None)
        yield lab.Row('key p99, idle, ' + name, lab.percentile(times, 99), 'ms',
                      10)
    for i, (what, unit) in enumerate((('CPU at 1 Hz', '%'),
                                      ('bytes to the terminal', 'B/s'),
                                      ('peak memory', 'KiB'))):
        values = {n: f[i] for n, f in found.items()}
        if i == 0:
            values['floor'] = floor
        yield lab.Beside('%s, %s' % (what, name), unit, values)
    for percent in (50, 99, 100) if flows else ():
        yield lab.Beside('key to first byte p%d, %s' % (percent, name), 'ms',
                         {n: lab.percentile(f[3], percent)
                          for n, f in found.items() if f[3]})


def measure(options):
    for flows in options.idle_sizes:
        yield from of_size(flows, options)
