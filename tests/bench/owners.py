#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What it costs to know whose flows they are; run by owners.sh.

    owners.py NAMESPACE [--seconds N] [--flows N] [--check]

The program on a terminal of 80x24 at 1 Hz, with owners and without what finds
them (its least privileges, no BPF), one after the other:

    CPU         of the worker that asks and the process that looks, of the
                whole program, and both without owners; after two seconds
    frames      how late they begin, against a second after the one before
    first       from the first flows on the screen to the first with a process,
                and until every row has one
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'tools'))
from ptybox import Terminal, percentile  # noqa: E402

BUILD = os.environ.get('BUILD') or os.path.join(HERE, '..', '..', 'build')
FLOWTOP = os.environ.get('FLOWTOP') or os.path.join(BUILD, 'flowtop')
LEAST = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups',
         '--inh-caps=-all,+net_admin', '--ambient-caps=-all,+net_admin',
         '--bounding-set=-all,+net_admin']
FIRST_ROW = 4
TICK = 1.0
GAP = 0.3       # seconds without output: a new frame begins
GOAL_CPU, GOAL_LATE_MS, GOAL_FIRST_MS = 3.0, 20, 1000
NOISE = 1.25    # other programs run here too
WORKERS = ('owners', 'users', 'flowtop-finder', 'finder')


def read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ''


def family(pid):
    """It and what it has started."""
    found = [pid]
    for task in os.listdir('/proc/%d/task' % pid):
        for child in read('/proc/%d/task/%s/children' % (pid, task)).split():
            found += family(int(child))
    return found


def used(pid):
    """{name of a thread: CPU seconds}, of all processes."""
    times = {}
    for process in family(pid):
        main = read('/proc/%d/comm' % process).strip()
        for task in os.listdir('/proc/%d/task' % process):
            at = '/proc/%d/task/%s/' % (process, task)
            name = read(at + 'comm').strip()
            if name == 'flowtop':
                name = main
            spent = read(at + 'schedstat').split()
            if spent:
                times[name] = times.get(name, 0) + int(spent[0]) / 1e9
    return times


def rows(screen):
    """(flows on the screen, how many of them have a process)"""
    head = screen.line(FIRST_ROW - 1)
    at = head.find('PROCESS')
    end = head.find('PROT')
    lines = [screen.line(y) for y in range(FIRST_ROW, screen.rows - 1)]
    flows = [x for x in lines if re.search(r'\d+\.\d+\.\d+\.\d+', x)]
    if at < 0:
        return len(flows), 0
    return len(flows), sum(bool(re.match(r'[\w\[@]', x[at:end].strip()))
                           for x in flows)


def lateness(frames, since):
    """How late each frame began, in ms, against the pace."""
    starts, last = [], 0
    for at, _ in frames:
        if at - last > GAP and at > since:
            starts.append(at)
        last = at
    late = [((b - a) - TICK) * 1000 for a, b in zip(starts, starts[1:])]
    # What came at another time than the tick is no frame of its own.
    return [x for x in late if x > -TICK * 500]


def measure(args, least):
    command = [FLOWTOP, '-46UTnGP', '-t', '1']
    if least:
        command = LEAST + command + ['--no-bpf']
    t = Terminal(['nsenter', '--net=/run/netns/' + args.namespace, '--'] +
                 command, env={'LC_ALL': 'C.UTF-8'}, stderr=os.devnull,
                 screen=True)
    flows_at = first_at = all_at = None
    found = {}
    end = time.monotonic() + 5
    while time.monotonic() < end and not (all_at or least and flows_at):
        t.run(0.005)
        n, owned = rows(t.screen)
        now = time.monotonic()
        flows_at = flows_at or (n and now)
        first_at = first_at or (owned and now)
        all_at = all_at or (n and n == owned and now)
    if not flows_at:
        raise SystemExit('owners.py: no flows on the screen')
    t.run(max(0, t.started + 2 - time.monotonic()))
    before, since = used(t.pid), time.monotonic()
    t.run(args.seconds)
    after, now = used(t.pid), time.monotonic()
    for name in after:
        found[name] = (after[name] - before.get(name, 0)) * 100 / \
            (now - since)
    late = lateness(t.frames, since)
    if t.close():
        raise SystemExit('owners.py: the program has failed')
    return dict(cpu=found, late=late, start=t.started,
                flows=flows_at - t.started,
                first=first_at and first_at - flows_at,
                all=all_at and all_at - flows_at)


def show(name, value, goal, unit, best):
    word = '' if goal is None else \
        'ok' if value <= goal else \
        'ok (noise)' if value <= best else 'over'
    print('%-48s %9.2f %-6s %8s  %s' %
          (name, value, unit, '' if goal is None else goal, word))
    return word == 'over'


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('namespace')
    parser.add_argument('--seconds', type=int, default=20)
    parser.add_argument('--check', action='store_true')
    args = parser.parse_args()
    without = measure(args, True)
    owned = measure(args, False)
    work = sum(x for n, x in owned['cpu'].items() if n in WORKERS)
    rest = sum(owned['cpu'].values()) - work
    bad = False
    print('threads:', ', '.join('%s %.2f' % (n, x) for n, x in
                                sorted(owned['cpu'].items())))
    print('%-48s %9s %-6s %8s' % ('', 'measured', '', 'goal'))
    bad |= show('CPU, finding owners', work, GOAL_CPU, '%',
                GOAL_CPU * NOISE)
    show('CPU, the rest', rest, None, '%', None)
    show('CPU without owners', sum(without['cpu'].values()), None, '%', None)
    for name, run in (('without owners', without), ('with owners', owned)):
        show('frames %s, p50' % name, statistics.median(run['late']), None,
             'ms', None)
        show('frames %s, latest of %d' % (name, len(run['late'])),
             max(run['late']), None, 'ms', None)
    bad |= show('frames later than without, latest',
                max(owned['late']) - max(without['late']), GOAL_LATE_MS, 'ms',
                GOAL_LATE_MS * NOISE)
    bad |= show('frames later than without, p99',
                percentile(owned['late'], 99) -
                percentile(without['late'], 99), GOAL_LATE_MS, 'ms',
                GOAL_LATE_MS * NOISE)
    if owned['first'] is None:
        raise SystemExit('owners.py: no owners on the screen')
    bad |= show('owners on the screen, first', owned['first'] * 1000,
                GOAL_FIRST_MS, 'ms', GOAL_FIRST_MS * NOISE)
    # Of what was over before we came there will never be one.
    if owned['all'] is not None:
        show('owners on the screen, in all rows', owned['all'] * 1000, None,
             'ms', None)
    return args.check and bad


if __name__ == '__main__':
    sys.exit(main())
