# SPDX-License-Identifier: GPL-2.0-only
"""More than can be taken: a storm flat out into a receive buffer that must
overflow, so that listings only ("poll mode") are left, and a table with more
flows than --max-flows. What the screen says about it, keys meanwhile, memory,
and whether the flows are the kernel's afterwards.

tests/net/overload.t asks whether all that happens, the bench how fast.
"""
import os
import random
import re
import signal
import subprocess
import time

import events
import keys
import lab

BUFFER = 32768
FLOWS = 5000
CALM = '-I' # protocols that storms have not: their flows keep their places
KEEP = 300
SECONDS = 12        # twice into poll mode, and once more out of it
ONCE_SECONDS = 6    # into poll mode; it is left when all is over
STORM_FLOWS = 50000 # more than it has at once, with those that have ended
MAX_FLOWS = 20000
FLOW_BYTES = 512    # what a flow may take, with its share of everything
SLACK_KIB = 16384   # a program without flows grows, too
PATIENCE = 30
POLL = 'too many events'
REJECTED = ' flows not stored'


class Watched:
    """A program on a screen: what it has said, and its peak memory."""

    def __init__(self, *more):
        self.t = keys.begin(lab.ours(CALM, *more))
        self.t.run(2)
        self.bench = keys.Bench(self.t, random.Random(1))
        self.before = self.peak = self.kib()
        self.lines = []
        self.look()

    def kib(self):
        return lab.memory_kib(lab.family(self.t.pid), 'RssAnon')

    def line(self):
        return self.t.screen.line(1)

    def says(self, pattern):
        return bool(re.search(pattern, self.line()))

    def said(self, pattern):
        return any(re.search(pattern, line) for line in self.lines)

    def look(self):
        self.peak = max(self.peak, self.kib())
        if self.line() not in self.lines:
            self.lines.append(self.line())

    def press(self):
        """One key; it is waited for."""
        self.bench.line()
        self.look()

    def wait(self, pattern, is_there=True):
        done = self.t.run(PATIENCE, lambda: self.says(pattern) == is_there)
        self.look()
        return done

    def close(self):
        status = lab.ours().stop(self.t)
        if status:
            raise lab.Failed('flowtop ended with %#x' % status)

    def bound(self, max_flows):
        """KiB that it may have at most."""
        return self.before + max_flows * FLOW_BYTES // 1024 + SLACK_KIB

    def result(self):
        return dict(ms=[ms for _, ms in self.bench.found.get('cursor', [])],
                    unseen=len(self.bench.unseen['cursor']),
                    before=self.before, peak=self.peak, lines=self.lines)


class Rows:
    """flowtop -j once a second, with the same buffer."""

    def __init__(self, work, *more):
        self.path = os.path.join(work, 'rows')
        with open(self.path, 'w') as f:
            self.job = subprocess.Popen(
                [lab.FLOWTOP, '-46nGP', '-j', '-t', '1', '-c', '600', '--hide',
                 'none', *more], stdout=f, stderr=subprocess.DEVNULL)
        lab.started.add(self.job.pid)

    def are_the_kernels(self, since):
        """Those of the first refresh that began after this moment."""
        end = time.monotonic() + PATIENCE
        got = None
        while got is None and time.monotonic() < end:
            time.sleep(0.3)
            got = events.refresh_after(self.path, since)
        return got == events.kernel_set()

    def close(self):
        self.job.send_signal(signal.SIGTERM)
        self.job.wait()


def storm(seconds):
    """Poll mode comes, is said, and goes."""
    lab.flush()
    lab.fill(FLOWS)
    small = '--rcvbuf', str(BUFFER), '--max-flows', str(STORM_FLOWS)
    with lab.scratch() as work:
        rows = Rows(work, *small)
        program = Watched(*small)
        try:
            job = lab.storm(seconds, 0, KEEP)
            while job.poll() is None:
                program.press()
            made = lab.storm_end(job)
            said = program.said(POLL)
            lost = lab.netlink_drops(lab.family(program.t.pid))
            # Whoever is in poll mode leaves it within that time.
            left = program.wait(POLL, False)
            equal = rows.are_the_kernels(time.time() + 1)
            program.close()
        finally:
            rows.close()
    return dict(program.result(), said=said, lost=lost, left=left,
                bound=program.bound(STORM_FLOWS),
                equal=equal, made=made['events_per_s'])


def full():
    """More flows than are to be stored, then fewer."""
    lab.flush()
    with lab.scratch() as work:
        limit = '--max-flows', str(MAX_FLOWS)
        lab.fill(FLOWS)
        program = Watched(*limit)
        lab.fill(3 * MAX_FLOWS, '--seed', '2')
        rows = Rows(work, *limit)
        try:
            told = program.wait(REJECTED)
            # What a listing found that began before they were all there
            counted = program.wait('%d%s' % (FLOWS + 2 * MAX_FLOWS, REJECTED))
            for _ in range(50):
                program.press()
            lab.flush()
            lab.fill(FLOWS)
            left = program.wait(REJECTED, False)
            equal = rows.are_the_kernels(time.time() + 2)
            program.close()
        finally:
            rows.close()
    return dict(program.result(), said=told, counted=counted, left=left,
                equal=equal,
                bound=program.bound(MAX_FLOWS))


def measure(options):
    del options
    lab.enter_namespace()
    got = storm(SECONDS)
    yield lab.Row('poll mode was entered, shown and left', int(
        not (got['said'] and got['left'])), 'misses', 0,
                  note='{:,.0f} events/s made, {:,} lost'.format(
                      got['made'], got['lost']))
    yield lab.Row('poll mode: sets that differ afterwards',
                  int(not got['equal']), '', 0)
    yield lab.Row('poll mode: cursor keys p99', lab.percentile(got['ms'], 99),
                  'ms', keys.GOALS_MS['cursor'], note='p50 %.2f, n %d, '
                  'unseen %d' % (lab.percentile(got['ms'], 50),
                                 len(got['ms']), got['unseen']))
    yield lab.Row('poll mode: memory at most', got['peak'], 'KiB',
                  got['bound'])
    got = full()
    yield lab.Row('--max-flows: cursor keys p99',
                  lab.percentile(got['ms'], 99), 'ms', keys.GOALS_MS['cursor'])
    yield lab.Row('--max-flows: memory at most', got['peak'], 'KiB',
                  got['bound'])
