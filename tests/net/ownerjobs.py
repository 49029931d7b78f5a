#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Real sockets, and whose the worker says they are: a test (TAP) to be run in
a network namespace of its own.

    ownerjobs.py OWNS here [WORDS]     the worker with these words
    ownerjobs.py OWNS less             with less rights; and how fast it is
    ownerjobs.py OWNS spaces A B C     names in /run/netns; this one routes

Sockets are opened by child processes, which are the right answers.
"""
import contextlib
import ctypes
import json
import os
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

from tap import done, ok, skip

OWNS = sys.argv[1]
NOBODY = 65534
TCP, UDP, ICMP = socket.IPPROTO_TCP, socket.IPPROTO_UDP, socket.IPPROTO_ICMP
A4, B4 = "127.0.0.1", "127.0.0.2"


class Owns:
    """The worker in a process of its own."""

    def __init__(self, *words, user=None):
        self.process = subprocess.Popen(
            [OWNS, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, user=user)
        self.facts, self.flow = [], 0
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.ready = self.take(10)

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def take(self, seconds):
        try:
            fact = self.lines.get(timeout=seconds)
        except queue.Empty:
            return None
        self.facts.append(fact)
        return fact

    def say(self, *words):
        self.process.stdin.write(" ".join(str(w) for w in words) + "\n")
        self.process.stdin.flush()

    def ask(self, near, proto, orig, reply=None, mid=False):
        self.flow += 1
        self.say("ask", self.flow, near, proto, *orig, *(reply or ()),
                 *(["mid"] if mid else ()))
        return self.flow

    def wait(self, condition, seconds=4):
        """The first fact that fits, also of those that are here already."""
        end = time.monotonic() + seconds
        seen = 0
        while True:
            for fact in self.facts[seen:]:
                if condition(fact):
                    return fact
            seen = len(self.facts)
            left = end - time.monotonic()
            if left <= 0 or not self.take(left):
                return None

    def last(self, flow):
        mine = [f for f in self.facts if f.get("flow") == flow]
        return mine[-1] if mine else {}

    def pending(self):
        self.facts = [f for f in self.facts if f["fact"] != "pending"]
        self.say("pending")
        return self.wait(lambda f: f["fact"] == "pending")

    def close(self):
        # Children may have this pipe as well, so that it does not end.
        self.say("end")
        self.process.stdin.close()
        return self.process.wait(10)


def check(owns, text, question, seconds=20, want=None, **keys):
    """In the end the answer is that."""
    flow = owns.ask(*question) if isinstance(question, tuple) else question
    want = {**(want or {}), **keys}

    def fits(f):
        return f.get("flow") == flow and \
            all(f.get(k) == v for k, v in want.items())

    first = owns.wait(lambda f: f.get("flow") == flow, seconds)
    good = owns.wait(fits, seconds)
    ok(good and fits(owns.last(flow)), text, "asked %s" % (question,),
       "wanted %s" % want, "first %s" % first, "last %s" % owns.last(flow))
    return flow


class Child:
    """A process that runs a generator: go() lets it do the next part, and
    gives what that yields."""

    def __init__(self, part, *args, uid=None):
        ours, theirs = socket.socketpair()
        self.pid = os.fork()
        if not self.pid:
            ours.close()
            if uid is not None:
                os.setresuid(uid, uid, uid)
            for value in part(*args):
                theirs.sendall(json.dumps(value).encode() + b"\n")
                if theirs.recv(1) != b"g":
                    break
            os._exit(0)
        theirs.close()
        self.link = ours
        self.file = ours.makefile()
        self.value = self.read()
        children.append(self)

    def read(self):
        line = self.file.readline()
        return json.loads(line) if line else None

    def go(self):
        self.link.sendall(b"g")
        return self.read()

    def kill(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
            self.file.close()
            self.link.close()


children = []


def kill_all():
    while children:
        children.pop().kill()


def enter(name):
    """Move this process into a namespace of /run/netns."""
    fd = os.open("/run/netns/" + name, os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(fd, 0x40000000):
        raise OSError(ctypes.get_errno(), "setns")
    os.close(fd)


def plain(address):
    return address[len("::ffff:"):] if address.startswith("::ffff:") \
        else address.split("%")[0]


def ends(s, to=None):
    here, there = s.getsockname(), to or s.getpeername()
    return plain(here[0]), here[1], plain(there[0]), there[1]


def back(tuple4):
    return tuple4[2:] + tuple4[:2]


def make(kind=socket.SOCK_STREAM, family=socket.AF_INET, bind=None,
         listen=None, reuse=False, proto=0):
    s = socket.socket(family, kind, proto)
    if reuse:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if bind:
        s.bind(bind)
    if listen is not None:
        s.listen(listen)
    return s


# ---------------------------------------------------------------- parts

def server_part(address, family=socket.AF_INET, ns=None):
    """Listens; accepts; closes; and so on."""
    if ns:
        enter(ns)
    s = make(family=family, bind=address, listen=10)
    yield s.getsockname()
    while True:
        c = s.accept()[0]
        yield ends(c)
        c.close()
        yield 0


def client_part(to, family=socket.AF_INET, source=None, ns=None, dev=None):
    """Connects; closes."""
    if ns:
        enter(ns)
    c = make(family=family, bind=source)
    if dev:
        c.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, dev.encode())
    c.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    c.connect(to)
    yield ends(c)
    c.close()
    yield 0


def udp_part(address, to=None, is_connected=False, reuse=False, ns=None):
    if ns:
        enter(ns)
    s = make(socket.SOCK_DGRAM, bind=address, reuse=reuse)
    if is_connected:
        s.connect(to)
        s.send(b"x")
    elif to:
        s.sendto(b"x", to)
    yield s.getsockname()


def prefork_part(n):
    """Listens, and forks workers of which one accepts when told."""
    s = make(bind=(A4, 0), listen=10)
    ours, theirs = socket.socketpair()
    workers = []
    for i in range(n):
        pid = os.fork()
        if not pid:
            ours.close()
            if i == 1:
                theirs.recv(1)
                kept = s.accept()
            while True:
                time.sleep(100)
        workers.append(pid)
    yield s.getsockname()[1], workers
    ours.send(b"x")
    time.sleep(0.1)
    yield 0
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    yield 0


def hand_over_part(to):
    """Opens a connection, and leaves it to a child."""
    c = socket.create_connection(to)
    pid = os.fork()
    if not pid:
        time.sleep(100)
    where = ends(c)
    c.close()
    yield where, pid
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    yield 0


def exec_part(to):
    """Another program with the same connection."""
    c = socket.create_connection(to)
    os.set_inheritable(c.fileno(), True)
    yield ends(c)
    os.execvp("sleep", ["sleep", "60"])


# ---------------------------------------------------------------- here

def tcp_tests(owns, name, family, listen_at, connect_to):
    server = Child(server_part, (listen_at, 0), family)
    port = server.value[1]
    client = Child(client_part, (connect_to, port), family)
    there = client.value
    check(owns, "%s: outgoing" % name, ("orig", TCP, there), kind="local",
          pid=client.pid, holders=1)
    check(owns, "%s: not accepted yet: who listens" % name,
          ("reply", TCP, there, back(there)), kind="local",
          pid=server.pid, holders=1)
    server.go()
    check(owns, "%s: inbound" % name, ("reply", TCP, there, back(there)),
          kind="local", pid=server.pid, holders=1)
    check(owns, "%s: both ends are here: who began" % name,
          ("both", TCP, there, back(there)), kind="local", pid=client.pid)
    check(owns, "%s: picked up in mid-stream, it answers" % name,
          ("orig", TCP, back(there), there, True), kind="local",
          pid=server.pid, answering=1)
    check(owns, "%s: picked up in mid-stream, it has begun" % name,
          ("orig", TCP, there, back(there), True), kind="local",
          pid=client.pid, answering=0)
    client.go()
    server.go()
    check(owns, "%s: TIME_WAIT is still his" % name, ("orig", TCP, there),
          kind="local", pid=client.pid)
    bound = Child(client_part, (connect_to, port), family, None, None, "lo")
    check(owns, "%s: bound to an interface" % name,
          ("orig", TCP, bound.value), kind="local", pid=bound.pid)
    quick = Child(client_part, (connect_to, port), family)
    for _ in ("accept", "close", "accept", "close"):
        server.go()
    check(owns, "%s: accepted and closed before anybody asked" % name,
          ("reply", TCP, quick.value, back(quick.value)), kind="local",
          pid=server.pid)
    check(owns, "%s: the same, long ago" % name,
          ("reply", TCP, quick.value, back(quick.value), True),
          kind="closed", pid=None)


def prefork_tests(owns):
    master = Child(prefork_part, 3)
    port, workers = master.value
    client = Child(client_part, (A4, port))
    there = client.value
    flow = check(owns, "pre-fork: who listens is the master, and has three "
                 "more", ("reply", TCP, there, back(there)), kind="local",
                 pid=master.pid, holders=4)
    master.go()
    check(owns, "pre-fork: who has accepted is the worker", flow, kind="local",
          pid=workers[1], holders=1)
    master.go()


def udp_tests(owns):
    server = Child(udp_part, (A4, 0))
    to = tuple(server.value)
    for text, args in (("unconnected", (("", 0), to)),
                       ("bound", ((B4, 0), to)),
                       ("connected", (("", 0), to, True))):
        client = Child(udp_part, *args)
        source = client.value[0] if client.value[0] != "0.0.0.0" else A4
        tuple4 = (source, client.value[1]) + to
        check(owns, "UDP, %s: outgoing" % text, ("orig", UDP, tuple4),
              kind="local", pid=client.pid, holders=1)
        check(owns, "UDP, %s: its server" % text,
              ("reply", UDP, tuple4, back(tuple4)), kind="local",
              pid=server.pid, holders=1)
    gone = Child(udp_part, (A4, 0), to)
    tuple4 = tuple(gone.value) + to
    gone.kill()
    check(owns, "UDP: closed before anybody asked", ("orig", UDP, tuple4),
          kind="closed", pid=None)
    check(owns, "UDP: nobody was ever there", ("reply", UDP, tuple4,
          (B4, 9, B4, 10)), kind="unknown", pid=None)


def reuse_tests(owns):
    first = Child(udp_part, (A4, 0), None, False, True)
    port = first.value[1]
    tuple4 = ("127.0.0.9", 1234, A4, port)
    check(owns, "SO_REUSEPORT, only one", ("reply", UDP, tuple4),
          kind="local", pid=first.pid)
    time.sleep(1.1)
    Child(udp_part, (A4, port), None, False, True)
    check(owns, "SO_REUSEPORT, two processes: it cannot be told",
          ("reply", UDP, tuple4), kind="unknown", pid=None)

    def both_part():
        a = make(socket.SOCK_DGRAM, bind=(A4, 0), reuse=True)
        b = make(socket.SOCK_DGRAM, bind=a.getsockname(), reuse=True)
        yield b.getsockname()

    both = Child(both_part)
    check(owns, "SO_REUSEPORT, two sockets of one process: it is his",
          ("reply", UDP, ("127.0.0.9", 1234) + tuple(both.value)),
          kind="local", pid=both.pid)


def again_tests(owns):
    server = Child(server_part, (A4, 0))
    to = tuple(server.value)
    with contextlib.closing(make(bind=(A4, 0))) as s:
        port = s.getsockname()[1]
    first = Child(udp_part, (A4, port), to)
    tuple4 = (A4, port) + to
    check(owns, "a port, first process", ("orig", UDP, tuple4), kind="local",
          pid=first.pid)
    pid = first.pid
    first.kill()
    ok(owns.wait(lambda f: f["fact"] == "ended" and f["pid"] == pid, 10),
       "its end is told", "%d of %s" % (pid, tuple4), *owns.facts[-3:])
    second = Child(udp_part, (A4, port), to)
    check(owns, "the same port, second process", ("orig", UDP, tuple4),
          kind="local", pid=second.pid)


def ping_tests(owns):
    with open("/proc/sys/net/ipv4/ping_group_range", "w",
              encoding="ascii") as f:
        f.write("0 2147483647")

    def ping_part():
        s = make(socket.SOCK_DGRAM, bind=(A4, 0), proto=ICMP)
        yield s.getsockname()

    def raw_part(proto):
        s = make(socket.SOCK_RAW, proto=proto)
        yield 0

    ping = Child(ping_part)
    echo = ("orig", ICMP, (A4, ping.value[1], A4, 8 << 8))
    check(owns, "ping", echo, kind="local", pid=ping.pid)
    other = ("orig", ICMP, (A4, (ping.value[1] + 1) % 65536, A4, 8 << 8))
    check(owns, "ping: another identifier", other, kind="unknown", pid=None)
    raw = Child(raw_part, ICMP)
    check(owns, "ping by a raw socket", other, kind="local", pid=raw.pid)
    check(owns, "ping: its own socket is surer", echo, kind="local",
          pid=ping.pid)
    Child(raw_part, ICMP)
    check(owns, "two raw sockets: it cannot be told", other, kind="unknown",
          pid=None)
    check(owns, "somebody pings us", ("reply", ICMP, (B4, 1, A4, 8 << 8)),
          kind="unknown", pid=None)
    gre = Child(raw_part, 47)
    check(owns, "GRE by a raw socket", ("orig", 47, (A4, 0, B4, 0)),
          kind="local", pid=gre.pid)
    check(owns, "ESP by nobody", ("reply", 50, (A4, 0, B4, 0)),
          kind="unknown", pid=None)


def birth_tests(owns):
    server = Child(server_part, (A4, 0))
    to = tuple(server.value)
    handed = Child(hand_over_part, to)
    there, heir = handed.value
    check(owns, "a connection that was handed over", ("orig", TCP, there),
          kind="local", pid=heir, holders=1)
    handed.go()
    quick = Child(client_part, to)
    pid, there = quick.pid, quick.value
    quick.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          struct.pack("ii", 1, 0))
    quick.kill()
    # The server has it still, so that it is closed, and not gone.
    if owns.ready["births"]:
        check(owns, "ended before anybody asked", ("orig", TCP, there),
              kind="local", pid=pid)
        same = Child(client_part, to, socket.AF_INET)
        same.go()
        check(owns, "closed, and asked then", ("orig", TCP, same.value),
              kind="local", pid=same.pid)
    else:
        check(owns, "ended before anybody asked", ("orig", TCP, there),
              kind="closed", pid=None)
    changed = Child(exec_part, to)
    check(owns, "before exec", ("orig", TCP, changed.value), kind="local",
          pid=changed.pid, comm="python3")
    changed.link.sendall(b"g")
    ok(owns.wait(lambda f: f.get("pid") == changed.pid and
                 f["fact"] == "proc" and f["comm"] == "sleep", 12),
       "exec is told", *owns.facts[-3:])


def kernel_tests(owns):
    text = "a socket of the kernel"
    if subprocess.run("ip link add vx0 type vxlan id 7 dstport 4789 local "
                      "127.0.0.1 && ip link set vx0 up", shell=True,
                      capture_output=True, check=False).returncode:
        skip(text, "no vxlan")
        return
    # Where even root may not look into a process, it may be his.
    try:
        os.readlink("/proc/1/fd/0")
        want = {"kind": "kernel", "comm": "[kernel]"}
    except OSError:
        print("# process 1 hides")
        want = {"kind": "denied", "uid": 0}
    check(owns, text, ("reply", UDP, (B4, 4000, A4, 4789)), pid=0,
          **want)
    subprocess.run("ip link del vx0", shell=True, check=False)


def here(*words):
    name = " ".join(words) or "all"
    owns = Owns(*words)
    print("# %s: %s" % (name, owns.ready))
    tcp_tests(owns, "IPv4", socket.AF_INET, A4, A4)
    tcp_tests(owns, "IPv6", socket.AF_INET6, "::1", "::1")
    tcp_tests(owns, "IPv4 by IPv6", socket.AF_INET6, "::", "::ffff:127.0.0.1")
    kill_all()
    prefork_tests(owns)
    udp_tests(owns)
    reuse_tests(owns)
    kill_all()
    again_tests(owns)
    birth_tests(owns)
    kill_all()
    ping_tests(owns)
    kernel_tests(owns)
    kill_all()
    ok(owns.pending()["n"] == 0, "nothing is pending", owns.facts[-1])
    ok(owns.close() == 0, "it ends")


def denied():
    server = Child(server_part, (A4, 0))
    client = Child(client_part, tuple(server.value))
    mine = Child(client_part, tuple(server.value), uid=NOBODY)
    owns = Owns("no-births", user=NOBODY)
    check(owns, "without rights: denied, and whose user",
          ("orig", TCP, client.value), kind="denied", pid=0, uid=0)
    owns.close()
    owns = Owns("no-births", "no-finder")
    check(owns, "without finder: denied", ("orig", TCP, mine.value),
          kind="denied", pid=0, uid=NOBODY)
    owns.close()
    owns = Owns("no-births")
    check(owns, "with a finder", ("orig", TCP, client.value), kind="local",
          pid=client.pid)
    with open("/proc/%d/task/%d/children" % (owns.process.pid,
              owns.process.pid), encoding="ascii") as f:
        os.kill(int(f.read()), signal.SIGKILL)
    check(owns, "the finder has died: what was known",
          ("orig", TCP, client.value), kind="local", pid=client.pid)
    check(owns, "the finder has died: denied", ("orig", TCP, mine.value),
          kind="denied", pid=0, uid=NOBODY)
    ok(owns.pending()["n"] == 0, "the finder has died: nothing is pending")
    owns.close()
    owns = Owns("no-finder")
    if owns.ready["births"]:
        late = Child(client_part, tuple(server.value))
        check(owns, "without finder: who has made it",
              ("orig", TCP, late.value), kind="local", pid=late.pid,
              holders=0)
    owns.close()
    kill_all()


def speed():
    """What a flow costs whose socket is known."""
    server = Child(server_part, (A4, 0))
    client = Child(client_part, tuple(server.value))
    owns = Owns()
    check(owns, "a flow", ("orig", TCP, client.value), kind="local",
          pid=client.pid, holders=1)
    for text, near, tuple4 in (
            ("owned", "orig", client.value),
            ("forwarded", "none", ("100.127.255.1", 1, "100.127.255.2", 2))):
        owns.say("many", 100000, 1, near, TCP, *tuple4)
        many = owns.wait(lambda f: f["fact"] == "many", 60)
        owns.facts = []
        ok(many, "100,000 flows: %s" % text)
        if many:
            print("# %s: %.2f us of CPU each, %.0f ms, %d KiB" % (
                text, many["cpu_ns"] / 1e8, many["wall_ns"] / 1e6,
                many["rss_kib"]))
    owns.close()
    kill_all()


# ---------------------------------------------------------------- spaces

def spaces(a, b, c):
    """A 192.0.2.2 and B 198.51.100.2 behind us, and C with A's address."""
    for words in ((), ("no-births",)):
        owns = Owns(*words)
        name = " ".join(words) or "all"
        server = Child(server_part, ("198.51.100.2", 0), socket.AF_INET, b)
        to = tuple(server.value)
        client = Child(client_part, to, socket.AF_INET, None, a)
        there = client.value
        check(owns, "%s: from one namespace to another: who began" % name,
              ("none", TCP, there, back(there)), kind="other-netns",
              pid=client.pid, netns=a)
        outside = ("203.0.113.9", 4000) + to
        check(owns, "%s: into a namespace: who listens there" % name,
              ("none", TCP, outside, back(outside)), kind="other-netns",
              pid=server.pid, netns=b)
        public = ("203.0.113.9", 4001, "203.0.113.80", 80)
        check(owns, "%s: and after DNAT" % name,
              ("none", TCP, public, to + public[:2]), kind="other-netns",
              pid=server.pid, netns=b)
        check(owns, "%s: nobody of ours" % name,
              ("none", TCP, ("203.0.113.9", 1, "203.0.113.8", 2)),
              kind="forwarded", pid=None)
        udp = Child(udp_part, ("192.0.2.2", 5353), None, False, False, a)
        from_a = ("192.0.2.2", 5353, "198.51.100.2", 53)
        check(owns, "%s: UDP from a namespace" % name,
              ("none", UDP, from_a), kind="other-netns", pid=udp.pid, netns=a)
        Child(udp_part, ("192.0.2.2", 5353), None, False, False, c)
        check(owns, "%s: the same address and port twice: null" % name,
              ("none", UDP, from_a), kind="unknown", pid=None)
        ok(owns.pending()["n"] == 0, "%s: nothing is pending" % name)
        owns.close()
        kill_all()
    owns = Owns("no-spaces", "no-births")
    check(owns, "not looked for: forwarded", ("none", UDP, from_a),
          kind="forwarded", pid=None)
    owns.close()
    # One that is asked for all the time can still be deleted.
    owns = Owns("no-births")
    client = Child(udp_part, ("192.0.2.2", 5353), None, False, False, a)
    check(owns, "before it is deleted", ("none", UDP, from_a),
          kind="other-netns", pid=client.pid)
    open_there = [os.readlink("/proc/%d/fd/%s" % (owns.process.pid, fd))
                  for fd in os.listdir("/proc/%d/fd" % owns.process.pid)]
    ok(sum("socket:" in link for link in open_there) <= 2,
       "nothing of it stays open", open_there)
    owns.close()
    kill_all()


if sys.argv[2] == "here":
    here(*sys.argv[3:])
elif sys.argv[2] == "less":
    denied()
    speed()
else:
    spaces(*sys.argv[3:])
sys.exit(done())
