# SPDX-License-Identifier: GPL-2.0-only
"""Keys, questions and the end beside name servers of all kinds: part of
asking.t.

    asking.py FLOWTOP DIRECTORY CLIENT SERVER

In namespace CLIENT there are 250 flows to 198.18.0.1 and up; DIRECTORY has what
is to be put over files in /etc, by its script "box".
"""
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in '../tools', '../net':
    sys.path.insert(0, os.path.join(HERE, folder))
import tap # noqa: E402
from ptybox import Terminal, percentile # noqa: E402

CELLS, ROWS = 120, 24
FLOWS = 250
LINES = ROWS - 6
PATIENCE = 30
KEYS = 20
# A key that waits for an answer waits for two seconds, or for ever.
KEY_S = 1.5
END_S = 0.25
TRIES = 3       # of three ends one is not disturbed by the machine
WORKERS = 16
PAGE_DOWN = b'\x1b[6~'
NAME = re.compile(r'h-198-18-0-(\d+)\.example\.test')
FROM_NAME = re.compile(r'198-18-0-(\d+)\.|198\.18\.0\.(\d+) ')
program, work, client, server = sys.argv[1:]
if os.environ.get('SANITIZE'):
    END_S *= 4


class Server:
    """What it was asked about is in asked(): the last byte of addresses."""

    def __init__(self, mode):
        self.log = os.path.join(work, 'asked')
        open(self.log, 'w').close()
        self.job = subprocess.Popen(
            ['nsenter', '--net=/run/netns/' + server, '--', sys.executable,
             os.path.join(HERE, '../tools/dnsd.py'), '192.0.2.53', mode,
             self.log], stdout=subprocess.PIPE, text=True)
        if 'ready' not in self.job.stdout.readline():
            sys.exit('Bail out! no name server')

    def asked(self):
        with open(self.log) as f:
            return {int(line.split()[1].rpartition('.')[2])
                    for line in f if ' 198.18.0.' in line}

    def close(self):
        self.job.kill()
        self.job.wait()


def start(*more):
    t = Terminal(['nsenter', '--net=/run/netns/' + client, '--', 'unshare',
                  '-m', 'sh', os.path.join(work, 'box'), work, program, '-4TGP',
                  '-t', '0.25', *more], CELLS, ROWS, env={'LC_ALL': 'C'},
                 stderr=os.devnull, screen=True)
    if not t.run(PATIENCE, lambda: is_complete(t)):
        print('# ' + '\n# '.join(map(t.screen.line, range(ROWS))))
    return t


def is_complete(t):
    found = re.search(r'(\d+) of \1 flows', t.screen.line(1))
    return found and int(found[1]) >= FLOWS and marked(t) is not None


def marked(t):
    for y in range(4, ROWS - 2):
        if t.screen.grid[y][0] == '>':
            return y
    return None


def shown(t):
    """The last bytes of the addresses that are visible"""
    found = [FROM_NAME.search(t.screen.line(y)) for y in range(4, ROWS - 2)]
    return {int(f[1] or f[2]) for f in found if f}


def press(t):
    """ms that keys took; inf: one had no answer"""
    took = []
    for i in range(KEYS):
        key, by = (b'j', 1) if i % 8 < 4 else (b'k', -1)
        before = marked(t)
        begin = time.monotonic()
        t.send(key)
        seen = t.run(PATIENCE, lambda: before and
                     marked(t) == before + by)
        took.append((time.monotonic() - begin) * 1000 if seen
                    else float('inf'))
    return took


def end(t):
    """Seconds from the key to the end of the process; its status"""
    begin = time.monotonic()
    status = t.close(b'q', PATIENCE)
    return time.monotonic() - begin, status


def is_asked(t, dns, n):
    return t.run(PATIENCE, lambda: len(dns.asked()) >= n)


def named(t):
    return sum(bool(NAME.search(t.screen.line(y))) for y in range(4, ROWS - 2))


def never_waits(mode):
    """Beside a server of this kind"""
    ends = []
    for i in range(TRIES):
        dns = Server(mode)
        t = start()
        # All threads may be waiting then.
        is_asked(t, dns, 3 if mode == 'gone' else WORKERS)
        if i == 0:
            took = press(t)
            tap.ok(max(took) < KEY_S * 1000, mode + ': keys do not wait',
                   'ms: ' + ' '.join('%.0f' % ms for ms in took))
            print('# %s: keys p50 %.1f, max %.1f ms' %
                  (mode, percentile(took, 50), max(took)))
            if mode == 'hostile':
                # See HOSTILE of dnsd.py for the first addresses.
                tap.ok(len(shown(t)) >= LINES - 3 and not any(
                    re.search('> (?!198|192)', t.screen.line(y))
                    for y in range(4, ROWS - 2)), 'hostile: no name is better',
                       *map(t.screen.line, range(ROWS)))
            if mode == 'gone':
                tap.ok(t.run(PATIENCE, lambda: named(t) + page_below(dns, t)
                             >= 1), 'gone: what was answered is shown')
        took, status = end(t)
        dns.close()
        ends.append(took)
        if status or took <= END_S:
            break
    tap.ok(not status and min(ends) <= END_S, mode + ': q ends it at once',
           'status %#x, seconds: ' % status +
           ' '.join('%.3f' % s for s in ends))
    print('# %s: ended %.0f ms after q' % (mode, min(ends) * 1000))


def page_below(dns, t):
    """Whether all three may be of the page below, which is asked for, too."""
    return not dns.asked() & shown(t)


def only_visible():
    dns = Server('fast')
    t = start()
    tap.ok(t.run(PATIENCE, lambda: named(t) == LINES),
           'all that is visible has its name',
           *map(t.screen.line, range(ROWS)))
    tap.ok(is_asked(t, dns, 2 * LINES), 'so has one page more',
           '%d' % len(dns.asked()))
    # Ten pictures, and more than a second's room for questions.
    t.run(2.5)
    asked, first = dns.asked(), shown(t)
    # The list may have begun with others while it was read.
    tap.ok(len(asked) <= 4 * LINES and first <= asked,
           'those further away are not asked for', '%d' % len(asked))
    t.send(PAGE_DOWN)
    tap.ok(is_asked(t, dns, 3 * LINES) and
           t.run(PATIENCE, lambda: not shown(t) & first and
                 named(t) == LINES) and shown(t) <= asked,
           'a page further: it had been asked for, and the next one is')
    off(t, dns)
    end(t)
    dns.close()


def off(t, dns):
    t.send(b'n')
    tap.ok(t.run(PATIENCE, lambda: named(t) == 0), 'n: addresses')
    t.run(0.5)
    before = len(dns.asked())
    for _ in range(3):
        old = shown(t)
        t.send(PAGE_DOWN)
        t.run(PATIENCE, lambda: not shown(t) & old)
    t.run(1)
    tap.ok(len(dns.asked()) == before and named(t) == 0,
           'n: nobody is asked, whatever is looked at',
           '%d more' % (len(dns.asked()) - before))
    t.send(b'n')
    tap.ok(t.run(PATIENCE, lambda: named(t) == LINES), 'n: names again')


def without():
    dns = Server('fast')
    t = start('-n')
    t.send(PAGE_DOWN)
    t.run(1.5)
    tap.ok(not dns.asked() and named(t) == 0, '-n: nobody is asked')
    took = press(t)
    print('# -n: keys p50 %.1f, max %.1f ms' %
          (percentile(took, 50), max(took)))
    t.send(b'n')
    tap.ok(t.run(PATIENCE, lambda: named(t) == LINES), '-n: n asks')
    t.send(b'n')
    took, _ = end(t)
    print('# -n: ended %.0f ms after q' % (took * 1000))
    dns.close()


def main():
    without()
    only_visible()
    for mode in 'fast', 'slow', 'servfail', 'hostile', 'dead', 'gone':
        never_waits(mode)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main())
