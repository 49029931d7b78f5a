#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""flowtop beside what the kernel alone costs and beside its peers, in one run,
because only then the machine and its load are the same.

    bench.py [--quick] [--only "NAME..."] [--million] [--results FILE] [--json]
             [--check]

Runs as root, in network namespaces of its own; nothing leaves the machine and
nothing of it is changed, but for nf_conntrack_max where --million or
BENCH_MILLION=1 asks for that: see limit.py. One module measures one thing; MEASUREMENTS has them
all. Each figure is a median of several runs beside the floor's of the same
run, so compare ratios, not milliseconds.

--quick takes half a minute and fails only where a ratio to the floor is three
times what it should be, which no load of the machine explains. --check fails
for every missed goal. --results writes the tables to FILE.

BENCH_PEERS="/path/of/a/screen ARGUMENTS; ..." measures other programs, too.
"""
import argparse
import datetime
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
import traceback
import typing

import births
import events
import filters
import flood
import idle
import keys
import lab
import limit
import memory
import million
import naming
import places
import router
import table
import tick
import whose
import wire

FULL = dict(
    runs=5, sizes=(1000, 10000, 100000, 262144, 1000000),
    idle_sizes=(0, 1000, 10000, 100000), tick_sizes=(100000, 262144),
    seconds=5, keys=40, storm=3, flat_out=1, rate=250000, samples=75,
    key_flows=262144, memory=memory.FLOWS, million_samples=30, owner_keys=10,
    naming_keys=30, wire=20)
QUICK = dict(
    runs=2, sizes=(10000, ), idle_sizes=(1000, ), tick_sizes=(100000, ),
    seconds=3, keys=10, storm=1, flat_out=0, rate=100000, samples=10,
    key_flows=10000, memory=20000, wire=0)


class Part(typing.NamedTuple):
    """waits: no time or CPU is measured, so that such parts run side by side"""
    measure: typing.Callable
    is_quick: bool = False # --quick does it as well
    waits: bool = False


MEASUREMENTS = {
    'table': Part(table.measure, is_quick=True),
    'idle': Part(idle.measure, is_quick=True),
    'tick': Part(tick.measure, is_quick=True),
    'filter': Part(filters.measure, is_quick=True),
    'events': Part(events.measure, is_quick=True),
    'overload': Part(flood.measure),
    'keys': Part(keys.measure),
    'memory': Part(memory.measure, waits=True),
    'owners': Part(whose.measure),
    'million': Part(million.measure),
    'births': Part(births.measure),
    'places': Part(places.measure),
    'naming': Part(naming.measure),
    'router': Part(router.measure),
    'wire': Part(wire.measure, waits=True),
}
GOALS_HEAD = ('what', 'floor', 'value', 'of floor', 'goal', '', '')


def processor():
    with open('/proc/cpuinfo') as f:
        found = re.search(r'^(?:model name|Processor|cpu model)\s*:\s*(.*)',
                          f.read(), re.M)
    return found[1].strip() if found else platform.machine()


def revision():
    said = subprocess.run(['git', '-C', lab.TOP, 'describe', '--always',
                           '--dirty'], text=True, capture_output=True,
                          check=False)
    return said.stdout.strip() or 'unknown'


def machine(options):
    version = lab.output(lab.FLOWTOP, '--version').split('\n')[0]
    return [
        ('date', datetime.datetime.now(datetime.timezone.utc).strftime(
            '%Y-%m-%d %H:%M UTC')),
        ('program', '%s (%s)' % (version, revision())),
        ('kernel', platform.release()),
        ('processor', '%d x %s' % (os.cpu_count(), processor())),
        ('calibration', '%.2f ns for a struct of 256 bytes in a linear walk' %
         lab.calibrate()),
        ('load average', '%.2f at the start' % os.getloadavg()[0]),
        ('room', 'nf_conntrack_max {:,}, nf_conntrack_buckets {:,}'.format(
            lab.sysctl('max'), lab.sysctl('buckets'))),
        ('beside it', ', '.join(p.name for p in options.peers) or 'nothing'),
    ]


class Tables:
    """Text for people: columns, or Markdown."""

    def __init__(self, rows):
        self.goals = [r for r in rows if isinstance(r, lab.Row)]
        self.beside = [r for r in rows if isinstance(r, lab.Beside)]

    def names(self):
        names = ['floor', 'flowtop']
        for row in self.beside:
            names += [n for n in row.values if n not in names]
        return names

    def each(self):
        yield 'Goals', GOALS_HEAD, [r.cells() for r in self.goals]
        names = self.names()
        yield ('Beside others, and how many times what flowtop needs',
               ('what', '', *names), [r.cells(names) for r in self.beside])

    def text(self):
        out = []
        for title, head, rows in self.each():
            if not rows:
                continue
            widths = [max(len(line[i]) for line in [head, *rows])
                      for i in range(len(head))]
            out += ['', title, '']
            out += ['  '.join(c.ljust(w) if i == 0 or i > 4 else c.rjust(w)
                              for i, (c, w) in enumerate(zip(line, widths))
                              ).rstrip() for line in [head, *rows]]
        return '\n'.join(out)

    def markdown(self):
        out = []
        for title, head, rows in self.each():
            if not rows:
                continue
            out += ['', '## ' + title, '']
            out += ['| ' + ' | '.join(line) + ' |' for line in [
                head, ['---'] + ['---:'] * 4 + ['---'] * (len(head) - 5),
                *rows]]
        return '\n'.join(out)


def summary(goals):
    judged = [r for r in goals if r.goal is not None and r.value is not None]
    return '%d of %d goals met, %d not measured' % (
        sum(r.met() for r in judged), len(judged),
        sum(r.value is None for r in goals))


def write_results(path, facts, tables, took):
    with open(path, 'w') as f:
        f.write('<!-- SPDX-License-Identifier: GPL-2.0-only -->\n'
                '# Results\n\n'
                'Written by `make bench`. Other machines have other '
                'milliseconds; compare ratios.\n\n'
                '| | |\n| --- | --- |\n')
        f.writelines('| %s | %s |\n' % fact for fact in facts)
        f.write('| took | %d s |\n\n%s.\n' % (took, summary(tables.goals)))
        f.write(tables.markdown() + '\n')


def say_time(name, begin):
    print('%-8s %4d s' % (name, time.monotonic() - begin), file=sys.stderr,
          flush=True)


def rows_of(name, options):
    """A measurement that fails is a row, too."""
    begin = time.monotonic()
    rows = []
    try:
        for row in MEASUREMENTS[name].measure(options):
            rows.append(row)
    except Exception as e: # the others took minutes
        if not isinstance(e, (lab.Failed, OSError)):
            traceback.print_exc()
        rows.append(lab.Row(name, None, '', 0, note='failed: %s' % e, gate=0))
    say_time(name, begin)
    return rows


def collect(options, chosen):
    """All rows, in the order of MEASUREMENTS."""
    begin = time.monotonic()
    waiting = [n for n in chosen if MEASUREMENTS[n].waits]
    found = {n: rows_of(n, options) for n in chosen if n not in waiting}
    found.update(zip(waiting, lab.side_by_side(rows_of, [
        (n, options) for n in waiting])))
    say_time('all', begin)
    return sum((found[n] for n in chosen), [])


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--only', default='',
                        help=', '.join(MEASUREMENTS))
    parser.add_argument('--million', action='store_true',
                        default=bool(os.environ.get('BENCH_MILLION')),
                        help='raise nf_conntrack_max for a million flows')
    parser.add_argument('--results', metavar='FILE')
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--check', action='store_true')
    args = parser.parse_args()
    chosen = args.only.replace(',', ' ').split() if args.only else \
        [n for n, part in MEASUREMENTS.items() if part.is_quick or not args.quick]
    for name in chosen:
        if name not in MEASUREMENTS:
            parser.error('no such measurement: ' + name)
    return args, chosen


def print_json(rows):
    for row in rows:
        o = dict(vars(row))
        if isinstance(row, lab.Row):
            o['met'] = row.met() if row.value is not None else None
        print(json.dumps(o))


def main():
    args, chosen = arguments()
    if os.geteuid():
        sys.exit('bench.py: needs root')
    for sig in signal.SIGTERM, signal.SIGHUP:
        signal.signal(sig, lambda *_: sys.exit(1))
    begin = time.monotonic()
    options = argparse.Namespace(**(QUICK if args.quick else FULL))
    options.peers = [] if args.quick else lab.peers()
    if args.million:
        limit.raise_to(million.ROOM)
    facts = machine(options)
    rows = collect(options, chosen)
    tables = Tables(rows)
    if args.json:
        print_json(rows)
    else:
        print('\n'.join('%-12s %s' % fact for fact in facts))
        print(tables.text())
        print('\n' + summary(tables.goals))
    if args.results:
        write_results(args.results, facts, tables, time.monotonic() - begin)
    bad = [r for r in tables.goals
           if not (r.passes() if args.quick else r.met())]
    for row in bad if args.quick or args.check else ():
        print('bench: %s: %s %s, goal %s' % (
            row.what, lab.number(row.value), row.unit,
            lab.number(row.goal)), file=sys.stderr)
    sys.exit(1 if bad and (args.quick or args.check) else 0)


if __name__ == '__main__':
    main()
