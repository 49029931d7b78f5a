#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Measure a command from outside.

    measure.py runs N COMMAND...   median wall and CPU milliseconds of N runs,
                                   output thrown away
    measure.py cpu PID             CPU milliseconds that it used so far, all
                                   of its threads
    measure.py rss PID             resident anonymous memory in KiB
"""
import os
import statistics
import subprocess
import sys
import time


def runs(n, command):
    walls, cpus = [], []
    for _ in range(n):
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        walls.append((time.monotonic() - start) * 1000)
        cpus.append((usage.ru_utime + usage.ru_stime) * 1000)
        if status:
            sys.exit("%s: status %#x" % (command, status))
    print("%.3f %.3f" % (statistics.median(walls), statistics.median(cpus)))


def cpu(pid):
    """From the scheduler in ns where it tells, else in clock ticks."""
    total = 0
    try:
        for task in os.listdir("/proc/%s/task" % pid):
            with open("/proc/%s/task/%s/schedstat" % (pid, task)) as f:
                total += int(f.read().split()[0])
        print("%.3f" % (total / 1e6))
    except OSError:
        with open("/proc/%s/stat" % pid) as f:
            fields = f.read().rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        print("%.3f" % (ticks * 1000 / os.sysconf("SC_CLK_TCK")))


def rss(pid):
    with open("/proc/%s/status" % pid) as f:
        for line in f:
            if line.startswith("RssAnon:"):
                print(line.split()[1])


def main(argv):
    if argv[1:2] == ["runs"]:
        runs(int(argv[2]), argv[3:])
    elif argv[1:2] == ["cpu"]:
        cpu(argv[2])
    elif argv[1:2] == ["rss"]:
        rss(argv[2])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv)
