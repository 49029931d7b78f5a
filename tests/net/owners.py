#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Whose flow is it: real sockets of processes that say who they are, and what
flowtop makes of them. Run by owners.t, which has made the namespaces.

    owners.py CLIENT ROUTER SERVER FAR TWIN MID_A MID_B

Of every case: is the owner right, wrong, or unknown? A wrong one is worse than
none, so all that was said while the answer was waited for counts. At the end a
table, with what `ss -tupn` says, and the flowtop of netsniff-ng if it is here.

OWNERS_OFF=1: flowtop has no more than it needs to read the table. Then nearly
every case has to fail, or it would not show anything.
"""
import collections
import json
import os
import re
import select
import shutil
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'tools'))
from ptybox import Terminal  # noqa: E402

FLOWTOP = os.environ['FLOWTOP']
WORK = os.environ['OWNERS_WORK']
OTHER = os.environ.get('COMPARE_OTHER', '/usr/sbin/flowtop')
OFF = bool(os.environ.get('OWNERS_OFF'))
PATIENCE = float(os.environ.get('OWNERS_SECONDS', 10))
C4, C6 = '192.0.2.2', '2001:db8:c::2'
S4, S6 = '198.51.100.2', '2001:db8:5::2'
V4 = '203.0.113.80'
N4 = '203.0.113.1'
SNAT = 5002
ABLE = ['--inh-caps=-all,+net_admin', '--ambient-caps=-all,+net_admin',
        '--bounding-set=-all,+net_admin']
HIDING = ['unshare', '-m', 'sh', '-c', 'mount -t proc -o hidepid=2 proc /proc '
          '&& exec "$@"', 'hiding']
# Nothing but the table.
LEAST = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] + ABLE
USER = 1234

count = failed = 0
ports = iter(range(6001, 7000))


def say(*words):
    print('#', *words, flush=True)


def tap(good, text, *said):
    global count, failed
    count += 1
    failed += not good
    print('%sok %d - %s' % ('' if good else 'not ', count, text), flush=True)
    if not good:
        for line in said:
            say(line)


def within(ns, *command):
    return ['nsenter', '--net=/run/netns/' + ns, '--', *command]


# ---------------------------------------------------------------- actors

class Actor:
    every = []

    def __init__(self, ns, comm, *wrap, python=None, env=None):
        self.comm = comm
        self.job = subprocess.Popen(
            within(ns, *wrap, python or sys.executable,
                   os.path.join(WORK, 'actor.py'), comm),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        Actor.every.append(self)
        self.answer()
        self.pid = self.e('os.getpid()') if '--fork' not in wrap else None

    def answer(self):
        ready = select.select([self.job.stdout], [], [], 15)[0]
        line = self.job.stdout.readline() if ready else ''
        if not line:
            raise RuntimeError('%s does not answer' % self.comm)
        said = json.loads(line)
        if isinstance(said, dict) and 'error' in said:
            raise RuntimeError(said['error'])
        return said

    def tell(self, verb, code):
        self.job.stdin.write('%s %s\n' % (verb, json.dumps(code)))
        self.job.stdin.flush()

    def e(self, code):
        self.tell('e', code)
        return self.answer()

    def x(self, *lines):
        self.tell('x', '\n'.join(lines))
        return self.answer()

    def port(self, name='s'):
        return self.e('%s.getsockname()[1]' % name)

    def end(self):
        self.job.kill()
        self.job.wait()


# ---------------------------------------------------------------- flowtop

Key = collections.namedtuple('Key', 'proto src sport dst dport')


def key_of(row):
    ident = row.get('icmp_id')
    return Key(row['proto'], row['src'], row['sport'] if ident is None
               else ident, row['dst'], row['dport'] if ident is None else None)


class Watch:
    """What flowtop says in a namespace, all the time."""

    def __init__(self, ns):
        self.ns, self.rows, self.times = ns, {}, []
        command = [FLOWTOP, '-46', '-j', '-t', '0.25', '-c', '100000',
                   '--hide', 'none']
        if OFF:
            command = LEAST + command + ['--no-bpf']
        self.job = subprocess.Popen(
            within(ns, *command), stdout=subprocess.PIPE, text=True,
            stderr=open(os.path.join(WORK, 'err.' + ns), 'w'))
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.job.stdout:
            row = json.loads(line)
            key = key_of(row)
            if row.get('closed') and not self.rows.get(
                    key, {}).get('closed', True):
                # The ghost of the one before.
                if row['id'] != self.rows[key]['id']:
                    continue
            self.rows[key] = row

    def end(self):
        if self.job.poll() is not None:
            with open(os.path.join(WORK, 'err.' + self.ns)) as f:
                tap(False, 'flowtop in %s has ended: %d' %
                    (self.ns, self.job.returncode), *f.read().splitlines())
        self.job.terminate()
        self.job.wait()


def listed(ns, *more, off=OFF, wrap=()):
    """The rows of flowtop -1."""
    command = [*wrap, FLOWTOP, '-46', '-j', '-1', '--hide', 'none']
    if off:
        command = LEAST + command + ['--no-bpf']
    run = subprocess.run(within(ns, *command, *more), capture_output=True,
                         text=True, check=False, timeout=60)
    if run.returncode:
        say('flowtop -1:', run.stderr.strip())
    return {key_of(row): row for row in map(json.loads,
                                            run.stdout.splitlines())}


class Others:
    """The flowtop of netsniff-ng, on a terminal with room for all flows."""

    def __init__(self, namespaces):
        self.terminals = {}
        self.is_over = False
        self.ends = 0
        if os.path.exists(OTHER) and not OFF:
            for ns in namespaces:
                self.start(ns)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def start(self, ns):
        self.terminals[ns] = Terminal(
            within(ns, OTHER, '-46UTInGs'), 170, 400, screen=True,
            env={'LC_ALL': 'C'}, stderr=os.devnull)

    def read(self):
        while not self.is_over and self.terminals:
            for ns, t in list(self.terminals.items()):
                t.run(0.05)
                # It does so now and then.
                if os.waitpid(t.pid, os.WNOHANG)[0]:
                    os.close(t.fd)
                    self.ends += 1
                    self.start(ns)

    def pids(self, ns, key):
        """Who it says it is; None: it does not show the flow."""
        if ns not in self.terminals:
            return None
        # It looks once a second.
        end = time.monotonic() + 1.3
        found = None
        while found is None and time.monotonic() < end:
            found = self.shown(ns, key)
            time.sleep(0.1)
        return found

    def shown(self, ns, key):
        screen = self.terminals[ns].screen
        lines = [screen.line(y) for y in range(screen.rows)]
        head = next((n for n, x in enumerate(lines) if 'ADDRESS' in x), None)
        if head is None:
            return None
        at = lines[head].index('ADDRESS')
        for line, below in zip(lines[head + 1:], lines[head + 2:]):
            words, there = line[at:].split(), below[at:].split()
            if len(words) < 2 or not there or key.proto not in line[:at]:
                continue
            if words[0] == key.src and words[1] == str(key.sport) and \
                    there[0] == key.dst:
                return [int(x) for x in re.findall(r'\s(\d+)\s+\w+', line[:at])]
        return None

    def end(self):
        self.is_over = True
        self.thread.join()
        for t in self.terminals.values():
            t.close(b'q')
        if self.ends:
            say('the flowtop of netsniff-ng ended by itself %d times' %
                self.ends)


def ss_pids(ns, key):
    """Who holds the socket with just this tuple; None: there is none."""
    if key.proto not in ('tcp', 'udp'):
        return None
    run = subprocess.run(within(ns, 'ss', '-tupnaH'), capture_output=True,
                         text=True, check=False)

    def end(text):
        address, _, port = text.rpartition(':')
        address = address.strip('[]').split('%')[0]
        return address.removeprefix('::ffff:'), port
    ends = ((key.src, str(key.sport)), (key.dst, str(key.dport)))
    found = {}
    for line in run.stdout.splitlines():
        words = line.split(None, 6)
        if words[0] == key.proto:
            found[end(words[4]), end(words[5])] = \
                [int(x) for x in re.findall(r'pid=(\d+)', line)]
    # Of a flow within the machine, who asked.
    return found.get(ends, found.get(ends[::-1]))


# ---------------------------------------------------------------- verdicts

results = []


def verdict(pids, want):
    if pids is None:
        return '-'
    if not pids:
        return 'right' if want is None else 'unknown'
    return 'right' if want in pids else 'wrong'


def judge(case, ns, key, pid, *, row=None, needs=True, rivals=(),
          beside=True, **want):
    """@pid: of the process, or None where nobody is to be named. @row: as listed
    before. @needs: unknown is not enough. @want: other keys, as they have to
    be; a tuple is one of them."""
    key = Key(*key)
    want = dict(pid=pid, **want)

    def fits(got):
        return got and all(got[k] in v if isinstance(v, tuple) else got[k] == v
                           for k, v in want.items())
    wrong = None
    end = time.monotonic() + (PATIENCE if row is None else 0)
    while True:
        got = watches[ns].rows.get(key) if row is None else row
        if got and got['pid'] not in (None, pid) and \
                got['pid'] not in rivals:
            wrong = got
        if fits(got) or time.monotonic() >= end:
            break
        time.sleep(0.05)
    if fits(got) and pid is None:
        # It must not come later, either.
        time.sleep(1 if row is None else 0)
        got = watches[ns].rows.get(key) if row is None else row
        if got['pid'] is not None:
            wrong = got
    if wrong:
        verdict_is, got = 'wrong', wrong
    elif fits(got):
        verdict_is = 'right'
    elif got and got['pid'] == pid and pid is not None:
        verdict_is = 'half'  # the process is, something else is not
    else:
        verdict_is = 'unknown'
    results.append((case, verdict_is,
                    verdict(ss_pids(ns, key), pid) if beside else '-',
                    verdict(others.pids(ns, key), pid) if beside else '-'))
    good = verdict_is == 'right' or verdict_is == 'unknown' and not needs
    if OFF:
        return
    seen = {k: got[k] for k in ('pid', 'process', 'holders', 'user', 'uid',
                                'owner', 'netns', 'state', 'dir')} \
        if got else 'no such flow'
    tap(good, case, 'flow %s in %s' % (tuple(key), ns), 'wanted %s' % want,
        'got %s' % seen)


def local(case, ns, key, actor, pid=None, **want):
    want.setdefault('owner', 'local')
    want.setdefault('process', actor.comm)
    judge(case, ns, key, pid or actor.pid, **want)


# ---------------------------------------------------------------- cases

def tcp_pair(case, at=S4, to=None, port=None, source=C4, dual=False):
    """A connection and its ends; (client, server, the client's tuple)."""
    port = port or next(ports)
    server = Actor(SERVER, 'srv-' + case)
    server.x('l = listen(%r, %d, %r)' % ('::' if dual else at, port, dual))
    client = Actor(CLIENT, 'cli-' + case)
    client.x('s = tcp(%r, %d)' % (to or at, port))
    server.x('c = l.accept()[0]')
    client.x('s.send(b"x")')
    server.x('c.recv(9)', 'c.send(b"y")')
    # What is left unread makes a reset of the end.
    client.x('s.recv(9)')
    return client, server, Key('tcp', source, client.port(),
                               (to or at).removeprefix('::ffff:'), port)


def case_tcp():
    client, server, key = tcp_pair('tcp')
    local('TCP, outgoing', CLIENT, key, client, holders=1, uid=0, netns=None)
    local('TCP, inbound', SERVER, key, server, holders=1, uid=0)
    judge('TCP, forwarded from namespace to namespace', ROUTER, key,
          client.pid, owner='other-netns', process=client.comm, beside=False)
    rows = {} if OFF else listed(ROUTER, off=True)
    judge('the same without rights', ROUTER, key, None,
          row=rows.get(key, {}), owner='forwarded', process=None, beside=False)


def case_tcp6():
    client, server, key = tcp_pair('tcp6', S6, source=C6)
    local('TCP over IPv6, outgoing', CLIENT, key, client)
    local('TCP over IPv6, inbound', SERVER, key, server)


def case_mapped():
    port = next(ports)
    server = Actor(SERVER, 'srv-mapped')
    server.x('l = listen("::", %d, True)' % port)
    client = Actor(CLIENT, 'cli-mapped')
    client.x('s = tcp("::ffff:%s", %d)' % (S4, port))
    server.x('c = l.accept()[0]')
    key = Key('tcp', C4, client.port(), S4, port)
    local('v4-mapped, outgoing', CLIENT, key, client)
    local('v4-mapped, inbound', SERVER, key, server)


def case_udp():
    port = next(ports)
    server = Actor(SERVER, 'srv-udp')
    server.x('s = udp(%r, %d)' % (S4, port))
    keys = {}
    for name, code in (('connected', 's = udp(to=(%r, %d)); s.send(b"x")'),
                       ('unconnected', 's = udp(%r, 0); s.sendto(b"x", '
                        '(%r, %d))')):
        client = Actor(CLIENT, 'cli-' + name[:9])
        args = (S4, port) if name == 'connected' else ('0.0.0.0', S4, port)
        client.x(code % args)
        server.x('echo(s)')
        client.x('s.recv(9)')
        keys[name] = Key('udp', C4, client.port(), S4, port)
        local('UDP client, %s' % name, CLIENT, keys[name], client)
    for name, key in keys.items():
        local('UDP server with two clients, the %s one' % name, SERVER, key,
              server)


def case_udp6():
    port = next(ports)
    server = Actor(SERVER, 'srv-udp6')
    server.x('s = udp(%r, %d)' % (S6, port))
    client = Actor(CLIENT, 'cli-udp6')
    client.x('s = udp(to=(%r, %d))' % (S6, port), 's.send(b"x")')
    server.x('echo(s)')
    key = Key('udp', C6, client.port(), S6, port)
    local('UDP over IPv6, outgoing', CLIENT, key, client)
    local('UDP over IPv6, inbound', SERVER, key, server)


def case_prefork():
    port = next(ports)
    master = Actor(SERVER, 'master')
    master.x('l = listen(%r, %d)' % (S4, port), 'time.sleep(0.05)',
             'workers = [worker(l) for _ in range(3)]')
    workers = master.e('workers')
    client = Actor(CLIENT, 'cli-prefork')
    client.x('s = tcp(%r, %d)' % (S4, port), 't = tcp(%r, %d)' % (S4, port))
    waiting = Key('tcp', C4, client.port('t'), S4, port)
    taken = Key('tcp', C4, client.port('s'), S4, port)
    local('pre-fork server, not accepted yet: its master', SERVER, waiting,
          master, holders=4)
    # The backlog is in order.
    master.x('os.write(workers[1][1], b"x")')
    client.x('s.send(b"x")', 's.recv(9)')
    local('pre-fork server, accepted by the second of 3 workers', SERVER,
          taken, master, pid=workers[1][0], holders=1, rivals=(master.pid,))
    master.x('os.write(workers[2][1], b"x")')
    client.x('t.send(b"x")', 't.recv(9)')
    local('the other connection, accepted later by the third', SERVER, waiting,
          master, pid=workers[2][0], holders=1, rivals=(master.pid,))


def case_waiting():
    port = next(ports)
    server = Actor(SERVER, 'srv-waiting')
    server.x('l = listen(%r, %d)' % (S4, port))
    client = Actor(CLIENT, 'cli-waiting')
    client.x('s = tcp(%r, %d)' % (S4, port))
    key = Key('tcp', C4, client.port(), S4, port)
    local('connection not yet accepted: the listener', SERVER, key, server)


def case_ping():
    for kind, ident, name in (('SOCK_DGRAM', 7001, 'ICMP'),
                              ('SOCK_RAW', 7002, 'raw')):
        client = Actor(CLIENT, 'ping-' + name)
        client.x('s = ping(%r, %s, %d)' % (S4, kind, ident))
        local('ping by %s socket' % name, CLIENT,
              Key('icmp', C4, ident, S4, None), client)
    if shutil.which('ping'):
        job = subprocess.Popen(within(CLIENT, 'ping', '-e', '7003', '-i', '1',
                                      S4), stdout=subprocess.DEVNULL)
        judge('ping, the program', CLIENT, ('icmp', C4, 7003, S4, None),
              job.pid, process='ping', owner='local')
        job.kill()
        job.wait()


def case_time_wait():
    client, server, key = tcp_pair('wait')
    local('before TIME_WAIT', CLIENT, key, client, state='ESTABLISHED')
    client.x('s.close()')
    server.x('c.close()')
    local('TIME_WAIT of a connection that was known', CLIENT, key, client,
          state='TIME-WAIT', beside=True, uid=0)
    client.end()
    time.sleep(0.5)
    local('also when its process has ended', CLIENT, key, client,
          state='TIME-WAIT')
    rows = listed(CLIENT)
    judge('TIME_WAIT that nobody knew before: closed, not root', CLIENT, key,
          None, row=rows.get(key, {}), owner='closed', uid=None, user=None,
          process=None)


def case_ended():
    port = next(ports)
    client = Actor(CLIENT, 'cli-ended')
    client.x('s = udp(to=(%r, %d))' % (S4, port), 's.send(b"x")')
    key = Key('udp', C4, client.port(), S4, port)
    local('a flow of a process that lives', CLIENT, key, client)
    client.end()
    time.sleep(1)
    local('kept when the process has ended', CLIENT, key, client)


def case_same_port():
    port, source = next(ports), 40001
    server = Actor(SERVER, 'srv-again')
    server.x('l = listen(%r, %d)' % (S4, port))
    first, second = Actor(CLIENT, 'cli-first'), Actor(CLIENT, 'cli-second')
    key = Key('tcp', C4, source, S4, port)
    first.x('s = tcp(%r, %d, %r, %d)' % (S4, port, C4, source))
    server.x('c = l.accept()[0]')
    local('a source port', CLIENT, key, first)
    first.x('reset(s)')
    time.sleep(0.6)
    second.x('s = tcp(%r, %d, %r, %d)' % (S4, port, C4, source))
    server.x('d = l.accept()[0]')
    local('the same source port, used by another process then', CLIENT, key,
          second, rivals=(first.pid,))
    # For good, and the one before does not come back.
    time.sleep(1)
    local('and still', CLIENT, key, second)


def case_same_flow():
    """The kernel keeps a UDP flow; who takes its port over goes on with it."""
    port, source = next(ports), 40002
    Actor(SERVER, 'srv-hears').x('s = udp(%r, %d)' % (S4, port))
    first, second = Actor(CLIENT, 'cli-leaves'), Actor(CLIENT, 'cli-takes')
    make = 's = udp(%r, %d, to=(%r, %d))' % (C4, source, S4, port)
    key = Key('udp', C4, source, S4, port)
    first.x(make, 's.send(b"x")')
    local('a UDP flow', CLIENT, key, first)
    first.end()
    second.x(make)
    end = time.monotonic() + 6
    while time.monotonic() < end:
        second.x('s.send(b"x")')
        time.sleep(0.2)
    local('the same UDP flow, gone on with by another process', CLIENT, key,
          second, rivals=(first.pid,))


def case_reuseport():
    port = next(ports)
    pair = [Actor(SERVER, 'reuse-%d' % n) for n in range(2)]
    for server in pair:
        server.x('s = udp(%r, %d, reuseport=True)' % (S4, port),
                 's.settimeout(0.3)')
    for n in range(4):
        client = Actor(CLIENT, 'cli-reuse')
        client.x('s = udp(to=(%r, %d))' % (S4, port), 's.send(b"x")')
        taker = None
        for server in pair:
            try:
                server.x('echo(s)')
                taker = server
            except RuntimeError:
                pass
        judge('SO_REUSEPORT pair, UDP client %d: never the wrong one' % (n + 1),
              SERVER, ('udp', C4, client.port(), S4, port), taker.pid,
              needs=False)
    port = next(ports)
    for server in pair:
        server.x('l = listen(%r, %d, reuseport=True)' % (S4, port),
                 'l.settimeout(0.3)')
    client = Actor(CLIENT, 'cli-reuse')
    client.x('s = tcp(%r, %d)' % (S4, port))
    key = Key('tcp', C4, client.port(), S4, port)
    time.sleep(1)
    for server in pair:
        try:
            server.x('c = l.accept()[0]')
            taker = server
        except RuntimeError:
            pass
    local('SO_REUSEPORT pair, TCP, accepted', SERVER, key, taker)


def case_snat():
    client, server, key = tcp_pair('snat', port=SNAT)
    local('out of a namespace through SNAT, seen inside', CLIENT, key, client)
    judge('the same, seen by the router', ROUTER, key, client.pid,
          owner='other-netns', process=client.comm, beside=False)
    local('the same, seen by the server', SERVER,
          key._replace(src=N4), server)


def case_dnat():
    """Nobody here has the client's socket: it is far away."""
    port = next(ports)
    server = Actor(SERVER, 'srv-dnat')
    server.x('s = udp(%r, %d)' % (S4, port))
    client = Actor(CLIENT, 'cli-dnat')
    client.x('without_socket(%r, 40002, %r, %d)' % (C4, V4, port))
    server.x('echo(s)')
    judge('published port through DNAT, seen by the router', ROUTER,
          ('udp', C4, 40002, V4, port), server.pid, owner='other-netns',
          process=server.comm, beside=False)
    local('the same, seen inside', SERVER, ('udp', C4, 40002, S4, port),
          server)


def case_dnat_here():
    client, server, key = tcp_pair('dnat', to=V4)
    local('to a published port, seen by who asks', CLIENT, key, client)
    judge('the same by the router: who asks', ROUTER, key, client.pid,
          owner='other-netns', process=client.comm, beside=False)


def case_far():
    """Neither end is here."""
    far = Actor(FAR, 'far')
    far.x('without_socket(%r, 40003, %r, 9)' % ('192.0.2.77', '198.51.100.77'))
    judge('from elsewhere to elsewhere: forwarded, nobody', ROUTER,
          ('udp', '192.0.2.77', 40003, '198.51.100.77', 9), None,
          owner='forwarded', process=None, uid=None, beside=False)


def case_twins():
    port, source = next(ports), 40004
    first, second = Actor(CLIENT, 'twin-first'), Actor(TWIN, 'twin-second')
    for twin in (second, first):
        twin.x('s = udp(%r, %d, to=(%r, %d))' % (C4, source, S4, port))
    time.sleep(1)
    first.x('s.send(b"x")')
    judge('two namespaces with the same address and port: neither', ROUTER,
          ('udp', C4, source, S4, port), None, process=None, beside=False)


def case_users():
    port = next(ports)
    one = Actor(CLIENT, 'cli-user', 'setpriv', '--reuid=%d' % USER,
                '--regid=%d' % USER, '--clear-groups')
    one.x('s = udp(to=(%r, %d))' % (S4, port), 's.send(b"x")')
    key = Key('udp', C4, one.port(), S4, port)
    local('another user', CLIENT, key, one, uid=USER)
    rows = listed(CLIENT, off=True)
    judge('without CAP_SYS_PTRACE: denied, the user is known', CLIENT, key,
          None, row=rows.get(key, {}), owner='denied', uid=USER, process=None,
          beside=False)
    rows = listed(CLIENT, wrap=HIDING)
    judge('hidden from flowtop itself by hidepid=2', CLIENT, key, one.pid,
          row=rows.get(key, {}), owner='local', process=one.comm, holders=1,
          beside=False)
    inner = Actor(CLIENT, 'cli-userns', 'setpriv', '--reuid=%d' % USER,
                  '--regid=%d' % USER, '--clear-groups')
    try:
        inner.x('user_namespace()')
    except RuntimeError as e:
        say('no user namespace: %s' % e)
    inner.x('s = udp(to=(%r, %d))' % (S4, port), 's.send(b"x")')
    local('root of a user namespace is who he is outside', CLIENT,
          ('udp', C4, inner.port(), S4, port), inner, uid=USER)


def case_midstream():
    """Tracking starts when the connection is there; the answer comes first."""
    server, client = Actor(MID_B, 'srv-mid'), Actor(MID_A, 'cli-mid')
    port = next(ports)
    server.x('l = listen("10.7.0.2", %d)' % port)
    client.x('s = tcp("10.7.0.2", %d)' % port)
    server.x('c = l.accept()[0]')
    tracking_on(MID_A)
    tracking_on(MID_B)
    time.sleep(0.5)
    server.x('c.send(b"x")')
    client.x('s.recv(9)', 's.send(b"y")')
    key = Key('tcp', '10.7.0.2', port, '10.7.0.1', client.port())
    local('picked up in mid-stream, by an answer: who answers', MID_B, key,
          server, dir='in')
    local('the same, seen by who asked', MID_A, key, client)


def case_exec():
    port = next(ports)
    client = Actor(CLIENT, 'before')
    client.x('s = udp("0.0.0.0", 0)')
    client.tell('x', 'become(sys.executable, s)')
    client.answer()
    client.x('s = inherited[0]', 's.sendto(b"x", (%r, %d))' % (S4, port))
    client.comm = 'after'
    local('another program by exec, before the first packet', CLIENT,
          ('udp', C4, client.port(), S4, port), client)
    port = next(ports)
    client = Actor(CLIENT, 'before')
    client.x('s = udp(to=(%r, %d))' % (S4, port), 's.send(b"x")')
    key = Key('udp', C4, client.port(), S4, port)
    local('before an exec', CLIENT, key, client)
    client.tell('x', 'become(sys.executable, s)')
    client.answer()
    client.comm = 'after'
    local('behind an exec', CLIENT, key, client)


def case_deleted():
    port = next(ports)
    program = os.path.join(WORK, 'deleted')
    shutil.copy(os.path.realpath(sys.executable), program)
    client = Actor(CLIENT, 'deleted', python=program,
                   env=dict(os.environ, PYTHONHOME=sys.prefix))
    os.unlink(program)
    client.x('s = udp(to=(%r, %d))' % (S4, port), 's.send(b"x")')
    local('a program whose file was deleted', CLIENT,
          ('udp', C4, client.port(), S4, port), client)


def case_names():
    for comm, shown in ((') (', ') ('), ('a b  c', 'a b  c'), ('é→x', 'é→x'),
                        ('\x1b[31mred', '?[31mred'), ('tab\there', 'tab here'),
                        ('12 (x) R 1', '12 (x) R 1'), ('"q\\"', '"q\\"')):
        port = next(ports)
        client = Actor(CLIENT, comm)
        client.x('s = udp(to=(%r, %d))' % (S4, port), 's.send(b"x")')
        client.comm = shown
        local('a process named %s' % json.dumps(comm).replace('#', ' '),
              CLIENT, ('udp', C4, client.port(), S4, port), client)


def case_loopback():
    port = next(ports)
    server, client = Actor(CLIENT, 'lo-server'), Actor(CLIENT, 'lo-client')
    server.x('l = listen("127.0.0.1", %d)' % port)
    client.x('s = tcp("127.0.0.1", %d)' % port)
    server.x('c = l.accept()[0]')
    local('both ends here: who asked', CLIENT,
          ('tcp', '127.0.0.1', client.port(), '127.0.0.1', port), client)


def tracking_on(ns):
    subprocess.run(within(ns, 'nft', 'add table inet t; add chain inet t o '
                          '{ type filter hook output priority 0; }; '
                          'add rule inet t o ct state new counter; '
                          'add chain inet t i '
                          '{ type filter hook input priority 0; }; '
                          'add rule inet t i ct state new counter'),
                   check=True)


# ---------------------------------------------------------------- all

def table():
    say('%-62s %-8s %-8s %s' % ('case', 'flowtop', 'ss', 'flowtop 0.6.8'))
    for case, *said in results:
        say('%-62s %-8s %-8s %s' % (case[:62], *said))
    for at, name in enumerate(('flowtop', 'ss', 'flowtop 0.6.8'), 1):
        found = collections.Counter(r[at] for r in results)
        say('%s: %s' % (name, ', '.join('%d %s' % (n, word) for word, n
                                        in sorted(found.items()))))


def run_cases():
    names = sys.argv[8:] or [n[5:] for n in globals()
                             if n.startswith('case_')]
    for name in names:
        try:
            globals()['case_' + name]()
        except (RuntimeError, AttributeError, KeyError, TypeError) as e:
            tap(False, 'case %s ran' % name, repr(e))


def main():
    global CLIENT, ROUTER, SERVER, FAR, TWIN, MID_A, MID_B, watches, others
    CLIENT, ROUTER, SERVER, FAR, TWIN, MID_A, MID_B = sys.argv[1:8]
    watches = {ns: Watch(ns) for ns in (CLIENT, ROUTER, SERVER, MID_A, MID_B)}
    others = Others((CLIENT, SERVER))
    time.sleep(2)
    try:
        run_cases()
    finally:
        for watch in watches.values():
            watch.end()
        others.end()
        for actor in Actor.every:
            actor.end()
    table()
    if OFF:
        named = [case for case, said, *_ in results if said == 'right']
        tap(not any(said == 'wrong' for _, said, *_ in results),
            'with the feature off nobody is named')
        tap(len(named) <= NOBODY,
            'and %d of %d cases fail' % (len(results) - len(named),
                                         len(results)),
            'right all the same: %s' % named)
    print('1..%d' % count)
    return failed != 0


# Cases where nobody is to be named anyway.
NOBODY = 4

if __name__ == '__main__':
    sys.exit(main())
