# SPDX-License-Identifier: GPL-2.0-only
"""A storm of new and ended flows: what it costs per event, what is lost,
whether the table is right one interval later, and how much the listener slows
down whoever makes the events."""
import os
import subprocess
import sys
import time

import lab

sys.path.insert(0, os.path.join(lab.TOP, 'tests', 'net'))
import canon # noqa: E402

FLOOR_STORM = 1 # seconds: what an event costs there does not need more
KEEP = 300      # flows that are left over, to compare
PATIENCE = 20
EXPECTED = 2.5  # times the floor


def start_screen(options):
    t = lab.ours().start()
    if not t.run(5, lambda: 'Quit' in t.screen.line(t.rows - 1)):
        raise lab.Failed('flowtop shows nothing')
    t.run(0.5)
    return t


def speed(options, listener=None):
    """Events per second flat out."""
    lab.flush()
    close = None
    job = None
    if listener == 'floor':
        close = lab.FloorListener(60).close
    elif listener:
        t = start_screen(options)
        close = lambda: lab.ours().stop(t) # noqa: E731
    job = lab.storm(options.flat_out)
    if listener == 'flowtop':
        while job.poll() is None and t.read(0.1) != b'':
            pass
    made = lab.storm_end(job)
    if close:
        close()
    return made['events_per_s']


def floor_cost(options):
    lab.flush()
    listener = lab.FloorListener(60)
    lab.storm_end(lab.storm(FLOOR_STORM, options.rate))
    time.sleep(0.5)
    got = listener.close()
    return got['us_per_event'], got['drops']


def screen_cost(options):
    """us of all of flowtop's CPU for an event, lost, events per second"""
    lab.flush()
    t = start_screen(options)
    meter = lab.Meter(t.pid)
    job = lab.storm(options.storm, options.rate)
    while job.poll() is None and t.read(0.1) != b'':
        pass
    made = lab.storm_end(job)
    t.run(0.5)
    us = meter.ms() * 1000 / made['events']
    lost = lab.netlink_drops(lab.family(t.pid))
    lab.ours().stop(t)
    return us, lost, made['events_per_s']


def kernel_set():
    said = lab.output('conntrack', '-L', '-o', 'id', stderr=subprocess.DEVNULL)
    return sorted(canon.from_conntrack(line, False)
                     for line in said.splitlines() if 'src=' in line)


def refresh_after(path, moment):
    """The flows of the first complete refresh that began after it."""
    with open(path) as f:
        sys.stdin = f
        late = [group for at, group in canon.refreshes() if at > moment]
        sys.stdin = sys.__stdin__
    if len(late) < 2: # the last one may still grow
        return None
    return sorted(map(canon.from_json, canon.parse(late[0])))


def truth(options):
    """Whether the table is right one interval after the storm."""
    lab.flush()
    with lab.scratch() as work:
        path = os.path.join(work, 'rows')
        with open(path, 'w') as f:
            job = subprocess.Popen([lab.FLOWTOP, '-46nGP', '-j', '-t', '1', '-c',
                                    '600', '--hide', 'none'], stdout=f,
                                   stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            lab.storm_end(lab.storm(options.storm, options.rate, KEEP))
            moment = time.time() + 1
            end = time.monotonic() + PATIENCE
            got = None
            while got is None and time.monotonic() < end:
                time.sleep(0.3)
                got = refresh_after(path, moment)
            lost = lab.netlink_drops(lab.family(job.pid))
            return got == kernel_set(), lost
        finally:
            job.terminate()
            job.wait()


def conntrack_events(options):
    """conntrack -E beside it: us per event, and what is lost or where it
    stopped."""
    lab.flush()
    job = subprocess.Popen(['conntrack', '-E', '-b', str(64 << 20)],
                           stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    meter = lab.Meter(job.pid)
    made = lab.storm_end(lab.storm(options.storm, options.rate))
    time.sleep(0.5)
    if job.poll() is not None:
        return 'ended', 'ended'
    us = meter.ms() * 1000 / made['events']
    lost = lab.netlink_drops([job.pid])
    job.terminate()
    job.wait()
    return us, lost


def median_of(function, n, *arguments):
    found = [function(*arguments) for _ in range(n)]
    if isinstance(found[0], tuple):
        return [lab.median(column) for column in zip(*found)]
    return lab.median(found)


def measure_cost(options):
    n = min(3, options.runs)
    floor, floor_lost = median_of(floor_cost, n, options)
    us, lost, rate = median_of(screen_cost, n, options)
    load = '{:,.0f} events/s made'.format(rate)
    yield lab.Row('an event, flowtop on a screen', us, 'us', 1.0, floor, load,
                  lab.SLACK * EXPECTED * floor)
    yield lab.Row('lost on a screen', lost, 'events', 0, note=load)
    values = dict(floor=floor, flowtop=us)
    losses = dict(floor=floor_lost, flowtop=lost)
    if any(p.name == 'conntrack' for p in options.peers):
        values['conntrack'], losses['conntrack'] = conntrack_events(options)
    yield lab.Beside('CPU for an event', 'us', values)
    yield lab.Beside('events lost', '', losses)


def measure_truth(options):
    equal, lost = truth(options)
    yield lab.Row('sets that differ one interval later', 0 if equal else 1,
                  '', 0)
    yield lab.Row('lost beside JSON', lost, 'events', 0)


def slowdown(free, held):
    return (free / held - 1) * 100


def measure_sender(options):
    # In turns: the machine changes as time goes on.
    found = {None: [], 'floor': [], 'flowtop': []}
    for _ in range(min(3, options.runs)):
        for listener in found:
            found[listener].append(speed(options, listener))
    free, floor, mine = (lab.median(found[k]) for k in found)
    own = slowdown(free, floor)
    yield lab.Row('the sender is slowed by', slowdown(free, mine), '%',
                  25 + max(0, own), own,
                  note='{:,.0f} events/s with no listener'.format(free))


def measure(options):
    lab.enter_namespace()
    yield from measure_cost(options)
    yield from measure_truth(options)
    if options.flat_out:
        yield from measure_sender(options)
