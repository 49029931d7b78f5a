#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""How long a key takes until its effect begins to reach the terminal.

    keys.py [--flows N] [--rate EVENTS/S] [--samples N] [--seed S]
            [--json] [--check]

A namespace with so many flows (ctfill), a storm of events in it (ctstorm) and
the program at 120x40. Keys come at random moments, so that some of them meet a
tick. Needs root.

What comes by itself must not be taken for the answer, so the screen is
emulated and the answer is known by its content:

    j k         the gutter mark ">" is one line further
    PgDn PgUp   another flow is selected: address and port differ. The order is
                held after cursor keys, so that no tick does that.
    in a prompt the row of the prompt shows what was typed
    the others  protocols of row 1, what it says is hidden, tabs and order of
                row 2, the header, or a message differ. They change with keys
                only.

Before some keys the same is asked for half a second without a key: a blank.
One that has an answer is spontaneous, and there should be none.

The time is that of the read() which completed this content, so never too
short. A key without an answer within 2 s is counted as unseen. The walk stays
among what ctfill made, away from the flows of the storm.

Four groups: cursor keys, and keys of a filter that is typed and applied
meanwhile, goal p99 <= 10 ms; keys that sort, and keys that
change what is shown, which may both wait for a new picture: p99 <= one tick +
10 ms. --check: exit 1 when a goal is missed by more than NOISE, keys were
unseen or blanks spontaneous.
"""
import argparse
import json
import os
import random
import re
import signal
import sys
import time

import lab
from lab import percentile

TICK_MS = 1000
NOISE = 1.25    # other programs run here too
UNSEEN = 2.0    # seconds
BLANKS = 0.05   # keys with a blank before
GOALS_MS = {'cursor': 10, 'prompt': 10, 'sort': TICK_MS + 10,
            'view': TICK_MS + 10}
GROUPS = tuple(GOALS_MS)
SPARE = 20000   # room that the storm needs in the kernel's table
PAGE_DOWN, PAGE_UP = b'\x1b[6~', b'\x1b[5~'
PICTURE = 4e-7  # seconds for each flow of a list, at most
FIRST_ROW = 4
# Typed one after the other; most of them are good on the way.
FILTERS = ('port 443', 'tcp and not net 10.0.0.0/8', 'rate > 1k or udp',
           'host 198.18.0.0/15 and state established', 'process ssh')
PROTOCOLS = {'TCP', 'UDP', 'DCCP', 'ICMP', 'SCTP', 'OTHER'}
NAMES = {b'j': 'j', b'k': 'k', PAGE_DOWN: 'PgDn', PAGE_UP: 'PgUp'}


def marked(screen):
    """The line of the selected flow, or None."""
    for y in range(FIRST_ROW, screen.rows - 1):
        if screen.grid[y][0] in '>▌':
            return y
    return None


def selected(screen):
    """What tells a flow from its neighbours, without rates and times."""
    y = marked(screen)
    # "@10.1.2.3" in the place of a process is that of many flows.
    return y and re.findall(r'(?<![@\d.:a-f])(?:[\d.:a-f~…]{7,}|\S+\.test) +\S+',
                            screen.line(y))[:1]


def protocols(line):
    """Which ones row 1 ends with; a short form says the same. None: it gives
    way."""
    words = line.split()
    if not words or not re.fullmatch(r'(IPv|all)\S*', words[-1]):
        return None
    said = set(words[-1].split(','))
    if not said & {'IPv4', 'IPv6'}:
        said |= {'IPv4', 'IPv6'}
    if 'all' in said:
        said = said - {'all'} | PROTOCOLS
    return said


def picture(screen):
    """What keys that sort and select change; see above."""
    message = screen.line(screen.rows - 1)
    return (protocols(screen.line(1)),
            screen.line(2), screen.line(3),
            '' if 'qQuit' in message else message,
            set(re.findall(r'\+\d+ (\w+) hidden', screen.line(1))))


def is_new(before, now):
    """A message that is over is no answer, and neither are protocols that give
    way to a warning."""
    return (now[1:3] != before[1:3] or bool(now[0] and before[0]) and
            now[0] != before[0] or bool(now[3]) and now[3] != before[3] or
            now[4] != before[4])


class Bench:
    def __init__(self, terminal, rng):
        self.t, self.screen, self.rng = terminal, terminal.screen, rng
        self.found = {} # group: [(name of the key, ms)]
        self.unseen = {group: [] for group in GROUPS}
        self.pages = 0
        self.blanks = self.spontaneous = 0
        self.lost = 0
        self.status_line = ''
        self.made = {'events_per_s': 0}
        self.load = 0

    def press(self, group, key, answered):
        """At a random moment. answered(): whether the effect is there."""
        self.t.run(self.rng.uniform(0.02, 0.15) + self.pending())
        name = NAMES.get(key) or key.decode()
        test = answered()
        if self.rng.random() < BLANKS:
            self.blanks += 1
            if self.t.run(0.5, test):
                self.spontaneous += 1
                test = answered()
        start = time.monotonic()
        self.t.send(key)
        if not self.t.run(UNSEEN, test):
            self.unseen[group].append(name)
            return
        took = (self.t.frames[-1][0] - start) * 1000
        self.found.setdefault(group, []).append((name, took))

    def pending(self):
        """How long rows may come after the answer to a key: what they hide is
        said with them, and is no answer to the next one."""
        found = re.search(r' of (\d+) flows', self.screen.line(1))
        return PICTURE * int(found[1]) if found else 0

    def step(self, by):
        def test():
            # A picture may still be under way.
            self.t.run(UNSEEN, lambda: marked(self.screen) is not None)
            before = marked(self.screen)
            if before is None:
                raise lab.Failed('no flow is selected: %s' %
                                 self.screen.line(1))
            return lambda: marked(self.screen) == before + by
        return test

    def other_flow(self):
        before = selected(self.screen)
        return lambda: selected(self.screen) not in (before, None, [])

    def change(self):
        before = picture(self.screen)
        return lambda: is_new(before, picture(self.screen))

    def line(self):
        """One line down or up."""
        y = marked(self.screen) or FIRST_ROW
        down = self.rng.random() < 0.5
        if y <= FIRST_ROW + 1:
            down = True
        if y >= self.screen.rows - 4:
            down = False
        self.press('cursor', b'j' if down else b'k',
                   self.step(1 if down else -1))

    def cursor(self):
        if self.rng.random() < 0.5:
            self.line()
            return
        # Never more than ten pages from where we began; see find_place().
        down = self.rng.random() < 0.5 if abs(self.pages) < 10 \
            else self.pages < 0
        self.pages += 1 if down else -1
        self.press('cursor', PAGE_DOWN if down else PAGE_UP, self.other_flow)

    def view(self, keys):
        """Every key twice, the second one takes back what the first did."""
        key = self.rng.choice(keys)
        for _ in range(2):
            self.press('view', key.encode(), self.change)

    def sort(self, keys):
        self.press('sort', self.rng.choice(keys).encode(), self.change)

    def prompt(self):
        """A filter, typed; then as it was."""
        row = self.screen.rows - 2

        def shows(text):
            return lambda: lambda: \
                self.screen.line(row).rstrip() == ('filter> ' + text).rstrip()

        self.press('prompt', b'/', shows(''))
        text = self.rng.choice(FILTERS)
        # A blank is not seen: it comes with the next character.
        for key in re.findall(r' *\S', text):
            at = self.screen.line(row).rstrip()[len('filter> '):]
            self.press('prompt', key.encode(), shows(at + key))
        self.t.send(b'\x07')
        if not self.t.run(UNSEEN, lambda: 'qQuit' in
                          self.screen.line(self.screen.rows - 1)):
            raise lab.Failed('the prompt stays')

    def press_until(self, group, samples, press, *arguments):
        while len(self.found.get(group, [])) < samples and \
                len(self.unseen[group]) < 20:
            press(*arguments)


def known_keys():
    """Those of them that the key table has."""
    table = os.path.join(lab.TOP, 'src', 'ui', 'keys.c')
    with open(table) as f:
        text = f.read()
    # Not CTRL('B').
    return [k for k in 'TUIabsRBPA' if re.search(r"(?<!\()'%s'" % k, text)]


def is_steady(screen):
    """No flow of the storm is in sight; ctstorm.c has their addresses."""
    table = ''.join(map(screen.line, range(FIRST_ROW, screen.rows - 1)))
    return not re.search(r'198\.19\.|2001:db8::400:', table)


def pages(t, key, n):
    for _ in range(n):
        t.send(key)
        t.run(0.05)


def find_place(t):
    """Steady flows fifteen pages up and down."""
    t.send(b'g')
    t.run(0.5)
    n = 0
    for _ in range(400):
        n = n + 1 if is_steady(t.screen) else 0
        if n == 30:
            break
        pages(t, PAGE_DOWN, 1)
    else:
        raise SystemExit('keys.py: flows of the storm are everywhere')
    pages(t, PAGE_UP, 15)


def begin(program):
    """In the present namespace, which has the flows already."""
    t = program.start()
    if not t.run(10, lambda: marked(t.screen) is not None):
        raise lab.Failed('no flows on the screen')
    return t


def press_all(t, rate, samples, seed, groups=GROUPS):
    """On the screen of begin(), which ends with it."""
    bench = Bench(t, random.Random(seed))
    # Longer than it can take; it is ended when the keys are through.
    job = lab.storm(3 * samples + 60, rate) if rate else None
    t.run(3)
    if job:
        find_place(t)
    else:
        pages(t, PAGE_DOWN, 15)
    t.run(0.5)
    bench.load = os.getloadavg()[0]
    keys = known_keys()
    sorts = [k for k in keys if k in 'RBPA']
    views = [k for k in keys if k not in sorts]
    # A p99 needs many; these are quick.
    bench.press_until('cursor', 2 * samples, bench.cursor)
    if 'prompt' in groups:
        bench.press_until('prompt', samples, bench.prompt)
    if 'sort' in groups:
        bench.press_until('sort', samples, bench.sort, sorts)
    if 'view' in groups:
        bench.press_until('view', samples, bench.view, views)
    bench.lost = lab.netlink_drops(lab.family(t.pid))
    bench.status_line = t.screen.line(1)
    status = t.close()
    if job:
        job.send_signal(signal.SIGINT)
        bench.made = lab.storm_end(job)
    if status:
        raise lab.Failed('the program ended with %#x' % status)
    if t.screen.unknown:
        raise lab.Failed('cannot read %s' % t.screen.unknown)
    return bench


def press_in_views(t, rate, samples, seed):
    """One line up or down, and filters, in each view. Return: (view, Bench)."""
    job = lab.storm(6 * (samples + 60), rate) if rate else None
    t.run(3)
    found = []
    for key in '123456':
        bench = Bench(t, random.Random(seed))
        t.send(key.encode())
        if not t.run(10, lambda k=key: '[' + k in t.screen.line(2)):
            raise lab.Failed('no view ' + key)
        t.run(2)
        bench.press_until('cursor', samples, bench.line)
        bench.press_until('prompt', samples, bench.prompt)
        found.append((t.screen.line(2).split('[')[1].split(']')[0], bench))
    status = t.close()
    if job:
        job.send_signal(signal.SIGINT)
        lab.storm_end(job)
    if status:
        raise lab.Failed('the program ended with %#x' % status)
    return found


def show_views(found):
    for name, bench in found:
        for group in 'cursor', 'prompt':
            got = sorted(ms for _, ms in bench.found.get(group, []))
            print('%-14s %-7s n %3d  p50 %6.2f  p99 %6.2f  max %6.2f ms  '
                  'unseen %d' % (name, group, len(got), lab.percentile(got, 50),
                                 lab.percentile(got, 99), got[-1],
                                 len(bench.unseen[group])))


def p99(bench, group):
    return percentile([ms for _, ms in bench.found.get(group, [])], 99)


def note(got):
    return 'p50 %.2f, max %.2f, n %d, unseen %d' % (
        got['p50'], got['max'], got['n'], got['unseen'])


def measure(options):
    lab.enter_namespace()
    flows = lab.room(options.key_flows, SPARE)
    lab.fill(flows)
    bench = press_all(begin(lab.ours()), options.rate * 2 // 5,
                      options.samples, 1)
    for group in GROUPS:
        got = summary(bench, group)
        yield lab.Row('%s keys p99, {:,} flows, {:,.0f} events/s'.format(
            flows, bench.made['events_per_s']) % group, got['p99'], 'ms',
            GOALS_MS[group], note=note(got))
    yield lab.Row('lost beside keys', bench.lost, 'events', 0)


def summary(bench, group):
    found = bench.found.get(group, [])
    times = [ms for _, ms in found]
    goal = GOALS_MS[group]
    p99 = percentile(times, 99)
    bad = not found or p99 > goal * NOISE or bench.unseen[group]
    return dict(group=group, n=len(times), p50=percentile(times, 50), p99=p99,
                max=max(times, default=float('nan')), goal_p99=goal,
                unseen=len(bench.unseen[group]),
                verdict='over' if bad else
                'ok' if p99 <= goal else 'ok (noise)',
                keys={name: dict(n=len(ms), p50=percentile(ms, 50),
                                 p99=percentile(ms, 99), max=max(ms))
                      for name, ms in by_key(found).items()})


def by_key(found):
    keys = {}
    for name, ms in found:
        keys.setdefault(name, []).append(ms)
    return dict(sorted(keys.items()))


def show(results):
    head = results[0]
    print('Key to effect, ms; %d flows, %d events/s, seed %d, load average '
          '%.2f' % (head['flows'], head['events_per_s'], head['seed'],
                    head['load']))
    print('%d blanks, %d of them spontaneous' %
          (head['blanks'], head['spontaneous']))
    form = '%-12s %6s %8s %8s %8s %8s %8s  %s'
    print(form % ('', 'n', 'p50', 'p99', 'max', 'goal', 'unseen', ''))
    for r in results:
        def row(name, of, *more):
            print(form % (name, of['n'], '%.2f' % of['p50'],
                          '%.2f' % of['p99'], '%.2f' % of['max'], *more))
        row(r['group'], r, r['goal_p99'], r['unseen'], r['verdict'])
        for name, of in r['keys'].items():
            row('  ' + name, of, '', '', '')


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--flows', type=int, default=10000)
    parser.add_argument('--rate', type=int, default=50000,
                        help='events per second; 0: no storm')
    parser.add_argument('--samples', type=int, default=300,
                        help='of each group')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--views', action='store_true',
                        help='one line up or down, and filters, in each view')
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--check', action='store_true')
    args = parser.parse_args()
    for sig in signal.SIGTERM, signal.SIGHUP:
        signal.signal(sig, lambda *_: sys.exit(1))
    try:
        lab.enter_namespace()
        lab.fill(args.flows)
        if args.views:
            show_views(press_in_views(begin(lab.ours()), args.rate,
                                      args.samples, args.seed))
            return
        bench = press_all(begin(lab.ours()), args.rate, args.samples,
                          args.seed)
    except lab.Failed as e:
        sys.exit('keys.py: %s' % e)
    results = [dict(summary(bench, group), blanks=bench.blanks,
                    spontaneous=bench.spontaneous, flows=args.flows,
                    seed=args.seed, load=round(bench.load, 2),
                    events_per_s=bench.made['events_per_s'])
               for group in GROUPS]
    if args.json:
        for r in results:
            print(json.dumps(r))
    else:
        show(results)
    if args.check and any(r['verdict'] == 'over' or r['spontaneous']
                          for r in results):
        sys.exit(1)


if __name__ == '__main__':
    main()
