#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""See overload.t; bench/flood.py does it."""
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'bench'))
import lab                          # noqa: E402
import flood                        # noqa: E402
import keys                         # noqa: E402
from tap import done, ok            # noqa: E402


def say(got):
    ms = got['ms']
    print('# keys: n %d, p50 %.2f ms, p99 %.2f ms; memory %d to %d KiB' %
          (len(ms), lab.percentile(ms, 50), lab.percentile(ms, 99),
           got['before'], got['peak']))


def storm():
    got = flood.storm(flood.SECONDS if os.environ.get('OVERLOAD_ALL')
                      else flood.ONCE_SECONDS)
    say(got)
    print('# %.0f events/s, %d lost' % (got['made'], got['lost']))
    lines = got['lines']
    ok(got['lost'] > 0, 'storm: more events than can be taken')
    ok(got['said'], 'storm: the screen says that there are listings only',
       *lines)
    ok(got['ms'] and not got['unseen'], 'storm: each key is answered')
    ok(got['peak'] <= got['bound'], 'storm: memory is bounded',
       '%d KiB, at most %d' % (got['peak'], got['bound']))
    ok(got['left'], 'afterwards: events are taken again', *lines[-3:])
    ok(got['equal'], "afterwards: the flows are the kernel's")


def full():
    got = flood.full()
    say(got)
    lines = got['lines']
    ok(got['said'], '--max-flows: the screen says that some are missing',
       *lines)
    ok(got['counted'], '--max-flows: and how many', *lines)
    ok(got['ms'] and not got['unseen'], '--max-flows: each key is answered')
    ok(got['peak'] <= got['bound'], '--max-flows: memory is bounded',
       '%d KiB, at most %d' % (got['peak'], got['bound']))
    ok(got['left'], 'fewer flows: nothing is missing any more', *lines[-3:])
    ok(got['equal'], "fewer flows: they are the kernel's")


def occupied():
    """The kernel answers nobody while it empties a table of another namespace:
    that takes longer than a question to it usually does."""
    lab.flush()
    lab.fill(1000)
    job = subprocess.Popen(
        ['unshare', '-n', 'sh', '-c', '"$0" -n 220000 --quiet; echo; read x; '
         'conntrack -F', os.path.join(lab.TOOLS, 'ctfill')], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL)
    lab.started.add(job.pid)
    program = flood.Watched('-t', '0.25')
    job.stdout.readline()
    began = time.monotonic()
    job.stdin.write('\n')
    job.stdin.flush()
    while job.poll() is None:
        program.t.run(0.02)
    took = time.monotonic() - began
    program.t.run(1)
    ok(program.t.read(1) != b'' and keys.marked(program.t.screen),
       'kernel occupied: flowtop goes on', program.line())
    print('# for %.2f s' % took)
    program.close()


def main():
    try:
        # net/busy.t plays it in less time.
        if os.environ.get('OVERLOAD_ALL'):
            occupied()
        storm()
        full()
    except lab.Failed as e:
        ok(False, str(e))
    return done()


if __name__ == '__main__':
    sys.exit(main())
