# SPDX-License-Identifier: GPL-2.0-only
"""nf_conntrack_max for the time of a measurement.

It is one limit for all namespaces and belongs to the whole machine, so it is
raised only where that was asked for. A process of its own puts it back as soon
as this one has ended, however it ended: it waits for the end of a pipe that
nobody else has. It can be written in the initial namespace only, where that
process stays.
"""
import atexit
import os
import signal

import lab

PATH = lab.SYSCTL + 'max'


def note():
    """Why there are not enough flows."""
    return 'nf_conntrack_max is {:,}: BENCH_MILLION=1 raises it'.format(
        lab.sysctl('max'))


def write(value):
    with open(PATH, 'w') as f:
        f.write(str(value))


def guard(pipe, before, raised):
    """Until the pipe ends. What somebody else has set since then stays."""
    os.setsid()
    for sig in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        signal.signal(sig, signal.SIG_IGN)
    os.read(pipe, 1)
    if lab.sysctl('max') == raised:
        write(before)


def raise_to(flows):
    """At least so many, until this process ends."""
    before = lab.sysctl('max')
    if before >= flows:
        return
    read_end, write_end = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            os.close(write_end)
            guard(read_end, before, flows)
            status = 0
        finally:
            os._exit(status)
    lab.started.add(pid)
    os.close(read_end)
    atexit.register(put_back, pid, write_end)
    try:
        write(flows)
    except OSError as e:
        raise lab.Failed('%s: %s; it is written in the initial network '
                         'namespace only' % (PATH, e.strerror)) from e


def put_back(pid, pipe):
    os.close(pipe)
    os.waitpid(pid, 0)
