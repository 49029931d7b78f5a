#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the screen costs on the wire: bytes that reach the terminal.

    wire.py [--seconds N] [--only TEXT] [--json] [--check]

The program ($FLOWTOP) plays recordings of mkwire.py at their own pace on ptys
of real sizes, all cases at once; no root needed. The terminal answers status
requests at once, as a fast one does. The first seconds of a case, with marks
of new flows and unsettled rates, are not counted. A tick is a second around
the moment at which most bytes come.

"random" gives a flow any rate each second, "levels" lets it vary around its
own, which is nearer to life. Both are held against the goal.

--check: exit 1 when a goal is missed by more than NOISE.
"""
import argparse
import cmath
import json
import math
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile

from lab import FLOWTOP, TOP, Row, Terminal, percentile

MKWIRE = os.path.join(TOP, 'tests', 'tools', 'mkwire.py')
NOISE = 1.03
WARM_UP = 6     # seconds
KEYS = 20
MONO = {'NO_COLOR': '1'}


class Failed(Exception):
    pass


def start(case, options):
    env = {'LC_ALL': 'C.UTF-8', 'HOME': options['work']}
    env.update(case.get('env', {}))
    recording = os.path.join(options['work'], case['kind'] + '.pcap')
    t = Terminal([FLOWTOP, '-46UTnGP'] + case.get('arguments', []) +
                 ['-r', recording], *case['size'], env=env,
                 stderr=os.devnull, screen=True)
    if not t.run(5, lambda: '198.51.' in ''.join(map(t.screen.line,
                                                     range(t.rows)))):
        raise Failed('no flows on the screen')
    return t


def finish(t, value):
    if t.close():
        raise Failed('status %#x' % t.status)
    return value


def moment(frames):
    """In which part of a second most bytes come: 0 to 1."""
    vector = sum(n * cmath.exp(2j * math.pi * (at % 1)) for at, n in frames)
    return cmath.phase(vector) / (2 * math.pi) if vector else 0.0


def ticks(case, options):
    """Bytes of each second, bounded halfway between two ticks."""
    t = start(case, options)
    if not t.run(WARM_UP / 2) and t.read(0) == b'':
        raise Failed('it ended')
    if 'key' in case:
        t.send(case['key'])
    t.run(WARM_UP / 2)
    first = len(t.frames)
    seconds = options['seconds']
    t.run(seconds + 2)
    if t.read(0) == b'':
        raise Failed('it ended')
    frames = t.frames[first:]
    edge = moment(frames) + 0.5
    begin = math.ceil(t.started + WARM_UP + 1 - edge) + edge
    sums = [0] * seconds
    for at, n in frames:
        i = math.floor(at - begin)
        if 0 <= i < seconds:
            sums[i] += n
    return finish(t, sums)


def paint(case, options):
    """All bytes until the screen is there, with those that set it up."""
    found = []
    for _ in range(3):
        t = start(case, options)
        t.quiet(0.4, 3)
        found.append(finish(t, t.total))
    return found


def keys(case, options):
    """Bytes after single keys, each pressed in the quiet between two ticks."""
    t = start(case, options)
    t.run(WARM_UP)
    found = []
    for n in range(KEYS):
        # Behind a tick. Where none comes any moment is as good.
        t.run(1.2, lambda n=len(t.frames): len(t.frames) > n)
        t.quiet(0.1, 1)
        before = t.total
        t.send(case['key'][n % len(case['key']):][:1])
        t.run(0.4)
        found.append(t.total - before)
    return finish(t, found)


def cases():
    small, middle, large = (80, 24), (120, 40), (200, 50)
    names = {small: '80x24', middle: '120x40', large: '200x50'}
    found = [
        dict(name='80x24, 30 active, order stable', kind='stable', size=small,
             how=ticks, goals=dict(p95=600)),
    ]
    for size, goals in ((small, dict(average=1000, p95=2200)),
                        (middle, dict(average=1900)),
                        (large, dict(average=2000))):
        for kind in 'levels', 'random':
            found.append(dict(name='%s, 30 active, by rate, %s' %
                              (names[size], kind), kind=kind, size=size,
                              how=ticks, goals=goals))
    found += [
        dict(name='idle network', kind='idle', size=small, how=ticks,
             goals=dict(p95=80)),
        dict(name='paused, 30 active', kind='random', size=small, how=ticks,
             key=b' ', goals=dict(average=20)),
        dict(name='first paint, colour', kind='random', size=small, how=paint,
             goals=dict(max=3600)),
        dict(name='first paint, mono', kind='random', size=small, how=paint,
             env=MONO, goals=dict(max=2400)),
        dict(name='one cursor key (j, k)', kind='idle', size=small, how=keys,
             key=b'jjjk', goals=dict(max=320)),
        dict(name='one cursor key (j, k), mono', kind='idle', size=small,
             how=keys, key=b'jjjk', env=MONO, goals=dict(max=320)),
        dict(name='one page (^F, ^B)', kind='idle', size=small, how=keys,
             key=b'\x06\x02', goals={}),
    ]
    said = subprocess.run([FLOWTOP, '--help'], capture_output=True, text=True,
                          check=True).stdout
    if not re.search(r'^\s+--slow\b', said, re.M):
        return found
    slow = dict(arguments=['--slow'], size=small)
    return found + [
        dict(slow, name='--slow, 30 active', kind='random', how=ticks,
             goals=dict(average=300)),
        dict(slow, name='--slow, idle network', kind='idle', how=ticks,
             goals=dict(max=0)),
        dict(slow, name='--slow, one cursor key', kind='idle', how=keys,
             # The row below the list comes with the next frame, which some
             # of these windows have as well.
             key=b'jjjk', goals=dict(average=40)),
    ]


def run_case(work):
    case, options = work
    try:
        found = case['how'](case, options)
    except (Failed, OSError) as e:
        return dict(name=case['name'], error=str(e), verdict='FAILED')
    got = dict(average=round(sum(found) / len(found)),
               p95=percentile(found, 95), max=max(found))
    ratio = max([got[name] / goal if goal else got[name] and math.inf
                 for name, goal in case['goals'].items()], default=0)
    return dict(name=case['name'], n=len(found), goals=case['goals'], **got,
                verdict='-' if not case['goals'] else
                'ok' if ratio <= 1 else
                'ok (noise)' if ratio <= NOISE else 'over')


def show(results, options):
    print('Bytes on the wire; %s; load average %.2f' %
          (' '.join(options['version']), os.getloadavg()[0]))
    print('%-38s %-22s %8s %6s %6s %4s  %s' %
          ('', 'goal', 'average', 'p95', 'max', 'n', ''))
    for r in results:
        if 'error' in r:
            print('%-38s %s: %s' % (r['name'], r['verdict'], r['error']))
            continue
        goal = ' '.join('%s %d' % g for g in r['goals'].items())
        print('%-38s %-22s %8d %6d %6d %4d  %s' %
              (r['name'], goal, r['average'], r['p95'], r['max'], r['n'],
               r['verdict']))


def run_all(chosen, seconds):
    with tempfile.TemporaryDirectory(prefix='flowtop-wire.') as work:
        for kind in {c['kind'] for c in chosen}:
            subprocess.run([sys.executable, MKWIRE, kind,
                            str(max(seconds, KEYS + 15) + WARM_UP + 10),
                            os.path.join(work, kind + '.pcap')], check=True)
        version = subprocess.run([FLOWTOP, '--version'], text=True,
                                 capture_output=True,
                                 check=True).stdout.split()[:2]
        options = dict(work=work, seconds=seconds, version=version)
        # They sleep nearly all of the time.
        with multiprocessing.Pool(len(chosen)) as pool:
            return pool.map(run_case, [(c, options) for c in chosen], 1), \
                options


def rows_of(result):
    for name, goal in result.get('goals', {}).items():
        yield Row('bytes: %s, %s' % (result['name'], name), result[name], 'B',
                  goal)
    if 'error' in result:
        yield Row('bytes: ' + result['name'], None, 'B', note=result['error'])


def measure(options):
    results, _ = run_all(cases(), options.wire)
    for result in results:
        yield from rows_of(result)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--seconds', type=int, default=20,
                        help='measured time of a case (20)')
    parser.add_argument('--only', default='', help='cases with this text')
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--check', action='store_true')
    args = parser.parse_args()
    chosen = [c for c in cases() if args.only in c['name']]
    if not chosen:
        sys.exit('no such case: ' + args.only)
    results, options = run_all(chosen, args.seconds)
    if args.json:
        for r in results:
            print(json.dumps(r))
    else:
        show(results, options)
    if args.check and any(r['verdict'] in ('over', 'FAILED')
                          for r in results):
        sys.exit(1)


if __name__ == '__main__':
    main()
