# SPDX-License-Identifier: GPL-2.0-only
"""What the measurements share: a namespace, the programs under test and what
/proc says about them, the floor, and rows of results.

A bench enters a new network namespace itself, so that starting a program costs
no detour and nothing has to be cleaned up: the last process takes it away.
"""
import ctypes
import json
import math
import os
import pickle
import re
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, 'tests', 'tools'))
from ptybox import Terminal, percentile # noqa: E402,F401

BUILD = os.environ.get('BUILD') or os.path.join(TOP, 'build')
FLOWTOP = os.environ.get('FLOWTOP') or os.path.join(BUILD, 'flowtop')
TOOLS = os.path.join(BUILD, 'tests', 'tools')
BENCH = os.path.join(BUILD, 'tests', 'bench')

SIZE = (120, 40)
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
CLONE_NEWNET = 0x40000000
SYSCTL = '/proc/sys/net/netfilter/nf_conntrack_'


class Failed(Exception):
    """A measurement cannot be made."""


# ---------------------------------------------------------------- namespace

libc = ctypes.CDLL(None, use_errno=True)
started = set() # processes that are ours and not of a program under test


def enter_namespace():
    """A new one, with nothing in it. What the old one held is thrown away
    first: the kernel would do it later, beside the next measurement."""
    if os.geteuid():
        raise Failed('needs root')
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    # A process without effect is not worth a test.
    subprocess.run(['conntrack', '-F'], stderr=subprocess.DEVNULL, check=False)
    if libc.unshare(CLONE_NEWNET):
        raise Failed('unshare: ' + os.strerror(ctypes.get_errno()))
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)


def sysctl(name):
    with open(SYSCTL + name) as f:
        return int(f.read())


def room(flows, spare=0):
    """As many of them as the kernel takes; see limit.py."""
    return min(flows, sysctl('max') - spare)


def flush():
    subprocess.run(['conntrack', '-F'], stderr=subprocess.DEVNULL, check=True)


def fill(flows, *more):
    if flows:
        run(os.path.join(TOOLS, 'ctfill'), '-n', str(flows), '--quiet', *more)


def run(*command):
    subprocess.run(command, check=True)


def output(*command, **options):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE, **options).stdout


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])


def start(*command, **options):
    job = subprocess.Popen(command, text=True, stdout=subprocess.PIPE,
                           **options)
    started.add(job.pid)
    return job


# ---------------------------------------------------------------- side by side

def side_by_side(function, each):
    """[function(*arguments) for arguments in each], all at once, each in a
    process of its own and in the namespace of this one. For what mostly waits,
    and for what is compared and has to have the same machine."""
    parts = [begin_part(function, arguments) for arguments in each]
    found = []
    for pid, file in parts:
        with file:
            said = file.read()
        found.append(None if os.waitpid(pid, 0)[1] else said)
    if None in found:
        raise Failed('a part that ran beside others failed')
    return [pickle.loads(said) for said in found]


def begin_part(function, arguments):
    read_end, write_end = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(read_end)
        run_part(write_end, function, arguments)
    started.add(pid)
    os.close(write_end)
    return pid, os.fdopen(read_end, 'rb')


def run_part(fd, function, arguments):
    """Does not return. What a program under test leaves behind is this
    process's."""
    status = 1
    try:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        with os.fdopen(fd, 'wb') as f:
            pickle.dump(function(*arguments), f)
        status = 0
    except (Failed, OSError) as e:
        print('bench: %s' % e, file=sys.stderr, flush=True)
    except Exception: # the process ends here, whatever it was
        traceback.print_exc()
    finally:
        os._exit(status)


# ---------------------------------------------------------------- floor

def floor(*arguments):
    return last_json(output(os.path.join(BENCH, 'floor'), *arguments))


def calibrate():
    """ns for a struct of 256 bytes in a linear walk."""
    return floor('calib')['ns_per_struct']


class FloorListener:
    """Receives events and throws them away."""

    def __init__(self, seconds):
        self.job = start(os.path.join(BENCH, 'floor'), 'events', '-s',
                         str(seconds), stderr=subprocess.PIPE)
        if 'listening' not in self.job.stderr.readline():
            raise Failed('floor does not listen')

    def close(self):
        self.job.send_signal(signal.SIGINT)
        return last_json(self.job.communicate(timeout=30)[0])


def storm(seconds, rate=0, keep=0, **options):
    """rate 0: flat out. Return: a job; see storm_end()."""
    return start(os.path.join(TOOLS, 'ctstorm'), '-s', str(seconds), '--rate',
                 str(rate), '--keep', str(keep), **options)


def storm_end(job, timeout=60):
    made = last_json(job.communicate(timeout=timeout)[0])
    if job.returncode:
        raise Failed('ctstorm: status %d' % job.returncode)
    made['events'] = made['created'] + made['deleted']
    return made


# ---------------------------------------------------------------- /proc

def parents(states='RSDTtIWP'):
    """{process: its parent} of those in one of these states"""
    found = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open('/proc/%s/stat' % name) as f:
                    fields = f.read().rpartition(')')[2].split()
            except OSError:
                continue
            if fields[0] in states:
                found[int(name)] = int(fields[1])
    return found


def family(pid):
    """A program under test: its process, all below it, and what it has left
    behind: this process adopts orphans."""
    of = parents()
    me = os.getpid()
    members = [p for p in of
               if p == pid or of[p] == me and p not in started]
    for p in members:
        members += [q for q in of if of[q] == p and q not in members]
    return members


def reap_orphans():
    for pid, parent in parents('Z').items():
        if parent == os.getpid() and pid not in started:
            os.waitpid(pid, 0)


def cpu_ns(pids):
    """Of all threads, also those that have ended. The process's clock is what
    /proc/PID/stat shows, but not in steps of 10 ms."""
    total = 0
    for pid in pids:
        try:
            total += time.clock_gettime_ns(~pid << 3 | 2)
        except OSError:
            pass
    return total


def memory_kib(pids, key):
    """Sum of a line of /proc/PID/status: RssAnon, VmRSS, VmHWM"""
    total = 0
    for pid in pids:
        try:
            with open('/proc/%d/status' % pid) as f:
                found = re.search(r'^%s:\s+(\d+)' % key, f.read(), re.M)
        except OSError:
            continue
        total += int(found[1]) if found else 0
    return total


def descriptors(pids):
    return sum(len(os.listdir('/proc/%d/fd' % pid)) for pid in pids)


def netlink_drops(pids):
    """Messages that the kernel could not deliver to these processes."""
    inodes = set()
    for pid in pids:
        for fd in os.listdir('/proc/%d/fd' % pid):
            try:
                target = os.readlink('/proc/%d/fd/%s' % (pid, fd))
            except OSError:
                continue
            if target.startswith('socket:['):
                inodes.add(target[8:-1])
    with open('/proc/net/netlink') as f:
        rows = [line.split() for line in f][1:]
    return sum(int(row[8]) for row in rows if row[9] in inodes)


class Meter:
    """CPU of a program and of all its helpers from here on."""

    def __init__(self, pid):
        self.pid = pid
        self.at = time.monotonic()
        self.before = {p: cpu_ns([p]) for p in family(pid)}

    def ms(self):
        return sum(cpu_ns([p]) - self.before.get(p, 0)
                   for p in family(self.pid)) / 1e6

    def percent(self):
        return self.ms() / (time.monotonic() - self.at) / 10


# ---------------------------------------------------------------- programs

class Program:
    """One that is measured. count: what it says about the number of flows;
    row: where flows begin on its screen, None when it has no screen."""

    def __init__(self, name, command, count=None, row=None, down=b'\x1b[B',
                 leave=b'q', until=None, part=1):
        self.name, self.command, self.count = name, command, count
        self.row, self.down, self.leave = row, down, leave
        self.until = until # the largest table worth trying
        self.part = part   # how much of a table it shows

    def rows_seen(self, screen):
        return bool(screen.line(self.row).strip())

    def flows_seen(self, screen):
        if not self.count:
            return 0
        for y in range(self.row):
            found = re.search(self.count, screen.line(y))
            if found:
                return int(found[1])
        return 0

    def start(self, size=SIZE):
        return Terminal(self.command, *size, env={'LC_ALL': 'C.UTF-8'},
                        stderr=os.devnull, screen=True)

    def stop(self, terminal):
        status = terminal.close(self.leave)
        reap_orphans()
        return status


def ours(*more):
    """Numbers only: what others call them is no part of what is measured."""
    return with_names('-nGP', *more)


def with_names(*more):
    return Program('flowtop', [FLOWTOP, '-46', '--hide', 'none', *more],
                   r'\d+ of (\d+) flows', 4, b'j', b'Q')


def is_netsniff(path):
    said = subprocess.run([path, '-v'], text=True, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False)
    return 'netsniff-ng' in said.stdout + said.stderr


def peers():
    """Whatever is installed. BENCH_PEERS adds screens by path, separated by
    semicolons: "/opt/conntop/conntop -n; /opt/other"."""
    found = []
    path = os.environ.get('COMPARE_OTHER') or shutil.which(
        'flowtop', path='/usr/sbin:/usr/bin:/usr/local/sbin')
    if path and is_netsniff(path):
        # It asks for each flow by itself: 10,000 take longer than anybody
        # waits. Name servers' flows are always hidden.
        found.append(Program('netsniff-ng', [path, '-nG', '-46UTIDS'],
                             r'flows\((\d+)\)', 4, leave=b'Q', until=1000,
                             part=0.85))
    if shutil.which('iptstate'):
        found.append(Program('iptstate', ['iptstate', '-R', '1', '-t'],
                             r'Total States: (\d+)', 4))
    if shutil.which('conntrack'):
        found.append(Program('conntrack', ['conntrack', '-L']))
    for command in os.environ.get('BENCH_PEERS', '').split(';'):
        if command.strip():
            words = shlex.split(command)
            found.append(Program(os.path.basename(words[0]), words, row=5,
                                 leave=b'\x03', until=100000))
    return found


# ---------------------------------------------------------------- results

SLACK = 3 # times what is expected: see Row


class Row:
    """A measured value and its goal; None: it is only told. gate: more than
    that no load of the machine explains, so it hangs on the floor."""

    def __init__(self, what, value, unit, goal=None, floor=None, note='',
                 gate=None):
        self.what, self.value, self.unit = what, value, unit
        self.goal, self.floor, self.note = goal, floor, note
        self.gate = gate

    def met(self):
        return self.goal is None or (self.value is not None and
                                     self.value <= self.goal)

    def passes(self):
        return self.gate is None or (self.value is not None and
                                     self.value <= self.gate)

    def verdict(self):
        if self.value is None:
            return 'not measured'
        if self.goal is None:
            return ''
        return 'met' if self.met() else 'missed'

    def cells(self):
        return (self.what, number(self.floor), number(self.value),
                ratio(self.value, self.floor), number(self.goal), self.unit,
                self.verdict() + (self.note and '; ' + self.note))


class Beside:
    """One figure of several programs; values: {name: number or text}"""

    def __init__(self, what, unit, values):
        self.what, self.unit, self.values = what, unit, values

    def cells(self, names):
        mine = self.values.get('flowtop')
        cells = [self.what, self.unit]
        for name in names:
            value = self.values.get(name)
            if value is None or isinstance(value, str):
                cells.append(value or '')
            else:
                times = ratio(value, mine) if name != 'flowtop' else ''
                cells.append(number(value) + (times and ' (%s)' % times))
        return cells


def number(value):
    if value is None or math.isnan(value):
        return '-'
    if value and abs(value) < 1:
        return '%.2f' % value
    return '%.1f' % value if abs(value) < 100 else '{:,.0f}'.format(value)


def ratio(value, of):
    if not of or value is None or math.isnan(value):
        return ''
    times = value / of
    return ('%.2f x' if times < 10 else '%.0f x') % times


def median(values):
    return statistics.median(values) if values else None


def scratch():
    return tempfile.TemporaryDirectory(prefix='flowtop-bench.')
