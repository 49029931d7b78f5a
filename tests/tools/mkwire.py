#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Make a recording that costs the screen a known amount of work: 248 flows, of
which some change their counters once a second.

    mkwire.py KIND SECONDS FILE

    idle     none does
    stable   30, each at least 1.4 times as fast as the next: the order holds
    levels   30, each around a level of its own (log-uniform, 10 kB/s to
             10 MB/s) times 0.5 to 1.5
    random   30, each time anything from 10 kB/s to 10 MB/s: no order lasts

Every run makes the same bytes.
"""
import random
import sys

from ctpcap import *

T0 = 1_767_607_200 * S
FLOWS, ACTIVE = 248, 30
HOUR = 3600
ME = '192.168.1.20'
PORTS = (443, 443, 443, 443, 22, 993, 5432, 8080)
KINDS = ('idle', 'stable', 'levels', 'random')


class Flow:
    def __init__(self, n, rng):
        self.n = n
        self.tuple = Tuple(ME, '198.51.%d.%d' % (100 + n // 250, 1 + n % 250),
                           32768 + n * 37, rng.choice(PORTS))
        self.id = rng.randrange(1, 2**32)
        # So old that TIME does not move in a minute.
        self.start = T0 - (rng.randrange(2, 20) * HOUR + HOUR // 2) * S
        # Rounded, so that every C library's power gives the same bytes.
        self.level = round(10 ** rng.uniform(4, 7))
        self.bytes = [rng.randrange(10**5, 10**8) for _ in range(2)]
        self.packets = [n // 800 for n in self.bytes]

    def rate(self, kind, rng): # bytes in one second
        if kind == 'stable':
            level = round(1.4 ** (ACTIVE - self.n) * 2000)
            return int(level * rng.uniform(0.9, 1.1))
        if kind == 'levels':
            return int(self.level * rng.uniform(0.5, 1.5))
        return rng.randrange(10_000, 10_000_000)

    def advance(self, kind, rng):
        down = self.rate(kind, rng)
        for way, n in ((1, down), (0, down // rng.randrange(20, 60))):
            self.bytes[way] += n
            self.packets[way] += 1 + n // 900

    def entry(self):
        return ((self.tuple,),
                dict(ct_id=self.id, state=EST, status=ESTABLISHED_STATUS,
                     timeout=432000, start=self.start,
                     counters=tuple(zip(self.packets, self.bytes))))


def make(kind, seconds, path):
    rng = random.Random('flows') # the same flows in all kinds
    flows = [Flow(n, rng) for n in range(FLOWS)]
    active = [] if kind == 'idle' else flows[:ACTIVE]
    rng = random.Random(kind)
    rec = Recording(T0)
    rec.own()
    # Halfway between the refreshes of the screen, which begin at once.
    for second in range(seconds):
        at = second * S + (S // 2 if second else 0)
        rec.health(at, FLOWS)
        for flow in active:
            flow.advance(kind, rng)
        # What rests is listed twice: then its rate is known to be 0.
        listed = flows if second < 2 else active
        rec.listing(at, [flow.entry() for flow in listed], full=second < 2)
    rec.close(path, seconds * S)


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    make(sys.argv[1], int(sys.argv[2]), sys.argv[3])


if __name__ == '__main__':
    main()
