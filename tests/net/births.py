#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sockets of every kind, and whether their births are known: a test (TAP) to be
run as root in a network namespace of its own, with loopback up.

    births.py BIRTH OTHER_NETNS [--sanitize]

Each process says itself who it is and which cookies its sockets have; that is
compared with what BIRTH, without privileges, knows by BPF.
"""
import contextlib
import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
import time

from tap import done, ok, skip

BIRTH, OTHER = sys.argv[1:3]
SO_COOKIE, SO_NETNS_COOKIE = 57, 71
NOBODY = 65534
TCP, UDP, V4, V6 = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.AF_INET,
                    socket.AF_INET6)
HAS_PID, HAS_UID, HAS_COMM, HAS_NETNS, HAS_ALL = 1, 2, 4, 8, 15
MANY, AT_ONCE, SHORT = 500, 20, 0.005
libc = ctypes.CDLL(None, use_errno=True)


def note(text):
    print("#", text, flush=True)


def same(text, got, want):
    ok(got == want, text, "got %s, wanted %s" % (got, want))


def now():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class Birth:
    """The tool; its first line is in .hello"""

    def __init__(self, *options):
        self.run = subprocess.Popen([BIRTH, *options], text=True,
                                    stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE)
        self.hello = self.run.stdout.readline().split()
        self.is_ready = self.hello[:1] == ["ready"]
        self.since = now()

    def ask(self, *words):
        self.run.stdin.write(" ".join(str(w) for w in words) + "\n")
        self.run.stdin.flush()
        return self.run.stdout.readline().rstrip("\n")

    def find(self, cookie):
        """(pid, uid, netns cookie, name) or None"""
        got = self.ask("find", cookie).split(" ", 3)
        return None if got == ["none"] else (*map(int, got[:3]), got[3])

    def connect(self, here, there, since=None):
        """(pid, uid, cookie, name) or a word"""
        got = self.ask("connect", here[0], here[1], there[0], there[1],
                       self.since if since is None else since)
        words = got.split(" ", 3)
        return (*map(int, words[:3]), words[3]) if len(words) == 4 else got

    def programs(self):
        """Numbers of the programs that hang on its links."""
        found = []
        folder = "/proc/%d/fdinfo" % self.run.pid
        for name in os.listdir(folder):
            with open(folder + "/" + name, encoding="ascii") as text:
                found += [line.split()[1] for line in text
                          if line.startswith("prog_id:")]
        return found

    def end(self):
        self.run.stdin.close()
        return self.run.wait()


def cookie(s):
    return struct.unpack("Q", s.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8))[0]


def netns_cookie(s):
    try:
        raw = s.getsockopt(socket.SOL_SOCKET, SO_NETNS_COOKIE, 8)
    except OSError:
        return None
    return struct.unpack("Q", raw)[0]


def set_name(name):
    libc.prctl(15, name.encode(), 0, 0, 0)  # PR_SET_NAME


def plain(end):
    return end[0].removeprefix("::ffff:"), end[1]


class Told:
    """What a process says about a socket of its own."""

    def __init__(self, s):
        self.pid, self.cookie = os.getpid(), cookie(s)
        self.netns = netns_cookie(s)
        try:
            self.here = plain(s.getsockname())
            self.there = plain(s.getpeername())
        except OSError:
            self.here = self.there = None


def in_child(work, name="shortlived", uid=None):
    """Start a process that does WORK(); a function that gives its results."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            set_name(name)
            if uid is not None:
                os.setresuid(uid, uid, uid)
            told = work()
            os.write(writer, repr(vars(told)).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)

    def result():
        with os.fdopen(reader, "rb") as pipe:
            text = pipe.read().decode()
        os.waitpid(pid, 0)
        if not text:
            raise RuntimeError("a process of the test failed")
        told = Told.__new__(Told)
        vars(told).update(eval(text))  # our own repr()
        return told
    return result


def make(family, kind, proto=0):
    def work():
        with socket.socket(family, kind, proto) as s:
            return Told(s)
    return work


def connect(family, to):
    def work():
        with socket.socket(family, TCP) as s:
            s.connect(to)
            told = Told(s)
            time.sleep(SHORT)
            return told
    return work


def listen(family, address="", port=0):
    s = socket.socket(family, TCP)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, port))
    s.listen(MANY)
    return s


@contextlib.contextmanager
def netns(name):
    was = os.open("/proc/self/ns/net", os.O_RDONLY)
    other = os.open("/run/netns/" + name, os.O_RDONLY)
    try:
        if libc.setns(other, 0):
            raise OSError(ctypes.get_errno(), "setns")
        yield
    finally:
        libc.setns(was, 0)
        os.close(was)
        os.close(other)


def known(birth, text, told, uid=0, name="shortlived"):
    same(text, birth.find(told.cookie),
         (told.pid, uid, told.netns or 0, name))


def sockets(birth):
    known(birth, "TCP socket of a process that is gone",
          in_child(make(V4, TCP))())
    known(birth, "UDP", in_child(make(V4, UDP))())
    known(birth, "UDP, IPv6", in_child(make(V6, UDP))())
    known(birth, "raw", in_child(make(V4, socket.SOCK_RAW, 1))())
    known(birth, "of another user",
          in_child(make(V4, UDP), uid=NOBODY)(), NOBODY)
    name = "a) \033[31m (b"
    known(birth, "a name that pretends",
          in_child(make(V4, UDP), name=name)(), name=name)
    same("a socket that never was", birth.find(2**63), None)
    told = in_child(make(V4, UDP), name="kworker/1:0")()
    same("a name of those that work for anybody", birth.find(told.cookie),
         None)


def inherited(birth):
    with socket.socket(V4, UDP) as s:
        told = in_child(lambda: Told(s))()
        got = birth.find(told.cookie)
        same("a child with its parent's socket: the parent made it",
             got and got[0], os.getpid())


def spaces(birth):
    def work():
        with netns(OTHER):
            return make(V4, TCP)()
    told, here = in_child(work)(), in_child(make(V4, TCP))()
    known(birth, "in another network namespace", told)
    ok(told.netns is None or told.netns != here.netns, "which is another one")

    def in_pidns():
        """A process that is number 1 for itself."""
        libc.unshare(0x20000000)
        reader, writer = os.pipe()
        pid = os.fork()
        if not pid:
            with socket.socket(V4, TCP) as s:
                os.write(writer, b"%d %d" % (os.getpid(), cookie(s)))
                time.sleep(0.3)
            os._exit(0)
        outside = pid_outside()
        text = os.read(reader, 100).split()
        told = Told.__new__(Told)
        told.inside, told.cookie = int(text[0]), int(text[1])
        told.pid = outside
        os.waitpid(pid, 0)
        return told

    def pid_outside():
        with open("/proc/self/task/%d/children" % os.getpid(),
                  encoding="ascii") as text:
            return int(text.read())
    told = in_child(in_pidns)()
    got = birth.find(told.cookie)
    same("in another pid namespace: as the first one counts",
         (told.inside, got and got[0]), (1, told.pid))


def cgroups(birth):
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        roots = [line.split()[1] for line in mounts
                 if line.split()[2] == "cgroup2"]
    folder = "%s/flowtop-births-%d" % (roots[0], os.getpid())
    below = folder + "/below"
    try:
        os.makedirs(below)
    except OSError as e:
        skip("in a cgroup below", e)
        return

    def work():
        with open(below + "/cgroup.procs", "w", encoding="ascii") as procs:
            procs.write("0")
        return make(V4, TCP)()
    known(birth, "in a cgroup below", in_child(work)())
    for path in below, folder:
        for _ in range(100):
            with contextlib.suppress(OSError):
                os.rmdir(path)
                break
            time.sleep(0.02)


def connected(birth, text, told, uid=0, name="shortlived"):
    same(text, birth.connect(told.here, told.there),
         (told.pid, uid, told.cookie, name))


def other_ways(birth):
    """TCP that does not begin with socket(TCP) and connect()."""
    with listen(V4) as s:
        to = ("127.0.0.1", s.getsockname()[1])

        def fast_open():
            with socket.socket(V4, TCP) as c:
                c.sendto(b"x", 0x20000000, to)  # MSG_FASTOPEN
                return Told(c)

        def not_waiting():
            with socket.socket(V4, TCP) as c:
                c.setblocking(False)
                c.connect_ex(to)
                time.sleep(SHORT)
                return Told(c)
        connected(birth, "TCP Fast Open", in_child(fast_open)())
        connected(birth, "connect without waiting", in_child(not_waiting)())
        try:
            socket.socket(V4, TCP, 262).close()
        except OSError as e:
            skip("MPTCP: who has connected", e)
            return

        def mptcp():
            with socket.socket(V4, TCP, 262) as c:
                c.connect(to)
                return Told(c)
        told = in_child(mptcp)()
        got = birth.connect(told.here, told.there)
        # Its cookie is that of a socket of the kernel.
        same("MPTCP: who has connected", (got[0], got[3]),
             (told.pid, "shortlived"))


def connects(birth):
    with listen(V4) as s4, listen(V6) as s6:
        port4, port6 = s4.getsockname()[1], s6.getsockname()[1]
        connected(birth, "connect, IPv4",
                  in_child(connect(V4, ("127.0.0.1", port4)))())
        connected(birth, "connect, IPv6",
                  in_child(connect(V6, ("::1", port6)))())
        told = in_child(connect(V6, ("::ffff:127.0.0.1", port4)))()
        same("v4-mapped: it is IPv4", told.there, ("127.0.0.1", port4))
        connected(birth, "connect, v4-mapped", told)
        connected(birth, "connect, another user", in_child(
            connect(V4, ("127.0.0.1", port4)), uid=NOBODY)(), NOBODY)
        same("the other direction", birth.connect(told.there, told.here),
             "none")
        same("another port", birth.connect(
            told.here, (told.there[0], 1)), "none")
        same("too long ago", birth.connect(told.here, told.there, now()),
             "none")
        same("there could have been another before it is known",
             birth.connect(told.here, told.there, 0), "several")

        # Made here, connected there: who has connected counts.
        with socket.socket(V4, TCP) as s:
            def work():
                s.connect(("127.0.0.1", port4))
                return Told(s)
            told = in_child(work)()
            connected(birth, "connect of an inherited socket", told)
    other_ways(birth)
    refused = socket.socket(V4, TCP)
    refused.bind(("127.0.0.1", 0))
    here = refused.getsockname()
    with contextlib.suppress(OSError):
        refused.connect(("127.0.0.1", port4))  # it listens no more
    same("a connect that is refused",
         birth.connect(here, ("127.0.0.1", port4)),
         (os.getpid(), 0, cookie(refused), "births"))


def bound(to, port):
    def work():
        with socket.socket(V4, TCP) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                         struct.pack("ii", 1, 0))
            s.bind(("127.0.0.1", port))
            s.connect(to)
            return Told(s)
    return work


def ambiguous(birth):
    with listen(V4, "127.0.0.1") as s:
        to = s.getsockname()
        first = in_child(bound(to, 15678))()
        since = now()
        second = in_child(bound(to, 15678))()
    same("the same ports, one after the other: cannot be told",
         birth.connect(first.here, first.there), "several")
    same("since the first one has ended: the second", birth.connect(
        second.here, second.there, since),
        (second.pid, 0, second.cookie, "shortlived"))

    def work():
        with netns(OTHER), listen(V4, *to):
            return bound(to, 15679)()
    with listen(V4, *to):
        told = in_child(bound(to, 15679))()
        in_child(work)()
    same("the same ports in two namespaces: cannot be told",
         birth.connect(told.here, told.there), "several")


def many(birth):
    """Right, wrong and unknown of short-lived connections."""
    with listen(V4) as s:
        to = ("127.0.0.1", s.getsockname()[1])
        told, running = [], []
        for i in range(MANY):
            running.append(in_child(connect(V4, to), "short%d" % i))
            if len(running) == AT_ONCE:
                told.append(running.pop(0)())
            if i % 50 == 0:
                birth.ask("lost")  # others fill the ring, too
        told += [result() for result in running]
    found = [birth.find(t.cookie) for t in told]
    by_ends = [birth.connect(t.here, t.there) for t in told]
    for how, got in ("cookie", found), ("ends", by_ends):
        right = sum(isinstance(g, tuple) and
                    (g[0], g[3]) == (t.pid, "short%d" % i)
                    for i, (g, t) in enumerate(zip(got, told)))
        wrong = sum(isinstance(g, tuple) for g in got) - right
        note("by %s: %d right, %d wrong, %d unknown of %d processes" % (
            how, right, wrong, MANY - right - wrong, MANY))
        ok(not wrong, "by %s: none is wrong" % how)
        ok(right >= 0.99 * MANY, "by %s: 99 %% are found" % how)
    same("nothing was lost", birth.ask("lost"), "0")


def overflow():
    """More than the ring holds, while nobody reads."""
    birth = Birth()
    with listen(V4, "127.0.0.1") as s:
        to = s.getsockname()
        for _ in range(20000):
            socket.socket(V4, UDP).close()
        told = in_child(bound(to, 15680))()
        lost = int(birth.ask("lost"))
        ok(lost >= 5000, "a full ring: what is lost is counted",
           "%d lost" % lost)
        same("what found it full is not known", birth.find(told.cookie), None)
        second = in_child(bound(to, 15680))()
        same("a lost connect could have been it: cannot be told",
             birth.connect(second.here, second.there), "several")
        known(birth, "then births are known again", in_child(make(V4, TCP))())
    birth.end()


def poorer(has, text):
    """As an older kernel tells it."""
    with listen(V4) as listener, socket.socket(V4, TCP) as old:
        to = ("127.0.0.1", listener.getsockname()[1])
        birth = Birth("-m", str(has))
        ok(birth.is_ready and int(birth.hello[2]) == has, text + ": loaded")
        connected(birth, text + ": connect",
                  in_child(connect(V4, to))())

        def using(s):
            def work():
                s.connect(to)
                return Told(s)
            return work
        told = in_child(using(old))()
        same(text + ": a socket older than us",
             birth.connect(told.here, told.there), "none")
        with socket.socket(V4, TCP) as young:
            told = in_child(using(young))()
        got = birth.connect(told.here, told.there)
        if has & HAS_PID:
            same(text + ": who connects is known, but neither name nor user",
                 got, (told.pid, -1, told.cookie, ""))
        else:
            same(text + ": the maker is known",
                 got, (os.getpid(), 0, told.cookie, "births"))
        birth.end()


def leave_nothing(birth):
    """Two at once, one is killed."""
    second = Birth()
    told = in_child(make(V4, TCP))()
    known(birth, "two at once: the first sees it", told)
    known(second, "two at once: the second sees it", told)
    programs = second.programs()
    same("two programs hang on its links", len(programs), 2)

    def left():
        return subprocess.run([BIRTH, "-p", *programs], text=True, check=True,
                              stdout=subprocess.PIPE).stdout.split()
    same("they are in the kernel", left(), programs)
    second.run.send_signal(signal.SIGKILL)
    second.run.wait()
    end = time.monotonic() + 5
    while left() and time.monotonic() < end:
        time.sleep(0.05)
    same("after kill -9 they are not", left(), [])
    known(birth, "and the first one goes on", in_child(make(V4, TCP))())


def is_confined(birth):
    with open("/proc/%d/status" % birth.run.pid, encoding="ascii") as text:
        status = dict(line.split(":\t") for line in text if ":\t" in line)
    same("whoever reads has no capability",
         (status["Uid"].split()[1] != "0", int(status["CapPrm"], 16)),
         (True, 0))
    if "--sanitize" in sys.argv:
        skip("and is in the sandbox", "sanitizers run without")
    elif status["Seccomp"].strip() == "2":
        ok(True, "and is in the sandbox")
    else:
        skip("and is in the sandbox", "built without libseccomp")


def refusals():
    """What cannot be had is said, in one line."""
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    for text, prefix, want in [
            ("no capability", nobody, "-1 making a BPF ring buffer"),
            ("another pid namespace",
             ["unshare", "-p", "--fork", "--mount-proc"],
             "-95 processes have other numbers in this pid namespace"),
            ("another pid namespace with the old /proc",
             ["unshare", "-p", "--fork"],
             "-95 processes have other numbers in this pid namespace"),
            ("another time namespace", ["unshare", "-T", "--fork"],
             "-95 the clock is another one in this time namespace"),
            ("no cgroup2",
             ["unshare", "-m", "sh", "-c", "for dir in $(awk "
              "'$3 == \"cgroup2\" { print $2 }' /proc/self/mounts); do "
              "umount -l $dir; done; exec \"$@\"", "-"],
             "-2 finding a mounted cgroup2"),
            ("something lies on cgroup2",
             ["unshare", "-m", "sh", "-c", "for dir in $(awk "
              "'$3 == \"cgroup2\" { print $2 }' /proc/self/mounts); do "
              "mount -t tmpfs none $dir; done; exec \"$@\"", "-"],
             "-2 finding a mounted cgroup2")]:
        if subprocess.run([*prefix, "true"], check=False,
                          stderr=subprocess.DEVNULL).returncode:
            skip("refused: " + text, "cannot be had here")
            continue
        run = subprocess.run([*prefix, BIRTH], check=False, text=True,
                             input="", capture_output=True)
        same("refused: " + text, (run.stdout + run.stderr).strip(),
             "error " + want)


def why_none():
    """Why this machine may lack it; None: it should not."""
    kernel = [int(n) for n in os.uname().release.split("-")[0].split(".")[:2]]
    if kernel < [5, 8]:
        return "Linux before 5.8"
    if os.readlink("/proc/self/ns/pid") != "pid:[4026531836]":
        return "another pid namespace"
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        if " cgroup2 " not in mounts.read():
            return "no cgroup2"
    with open("/proc/self/uid_map", encoding="ascii") as uids:
        if uids.read().split() != ["0", "0", "4294967295"]:
            return "a user namespace"
    with open("/proc/self/status", encoding="ascii") as text:
        caps = [line.split()[1] for line in text if line[:6] == "CapEff"]
    if not int(caps[0], 16) & (1 << 39 | 1 << 21):
        return "no CAP_BPF"
    return None


def main():
    set_name("births")
    birth = Birth()
    if not birth.is_ready and why_none():
        print("1..0 # SKIP no BPF here:", why_none())
        return 0
    ok(birth.is_ready, "BPF is there", *birth.hello)
    if not birth.is_ready:
        print("1..1")
        return 1
    is_confined(birth)
    refusals()
    same("connects are seen", birth.hello[1], "1")
    sockets(birth)
    inherited(birth)
    spaces(birth)
    cgroups(birth)
    connects(birth)
    ambiguous(birth)
    many(birth)
    leave_nothing(birth)
    overflow()
    poorer(HAS_PID | HAS_NETNS, "without names")
    poorer(HAS_NETNS, "without processes")
    poorer(0, "without namespaces")
    same("an orderly end", birth.end(), 0)
    return done()


sys.exit(main())
