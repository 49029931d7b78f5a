#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Real sockets, and whether their owner is found: a test (TAP) to be run in a
network namespace of its own, with loopback and the interface "wire" up.

    sockdiag.py WHOSE

Each socket is compared with what /proc says about its descriptor.
"""
import contextlib
import json
import os
import socket
import subprocess
import sys
import time

from tap import done, ok, skip

WHOSE = sys.argv[1]
UDPLITE = 136
TCP, UDP, SCTP = socket.IPPROTO_TCP, socket.IPPROTO_UDP, socket.IPPROTO_SCTP
NOBODY = 65534
A4, B4 = "127.0.0.1", "127.0.0.2"


def inode(s):
    link = os.readlink("/proc/%d/fd/%d" % (os.getpid(), s.fileno()))
    return int(link[len("socket:["):-1])


def ask(*queries, user=None):
    lines = "".join(" ".join(str(w) for w in q) + "\n" for q in queries)
    done = subprocess.run([WHOSE, "-"], input=lines, capture_output=True,
                          text=True, check=False, user=user)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return [json.loads(line) for line in done.stdout.splitlines()]


def plain(address):
    return address[len("::ffff:"):] if address.startswith("::ffff:") \
        else address.split("%")[0]


def flow(s, proto=TCP, to=None):
    """The tuple of a socket, seen from it."""
    here, there = s.getsockname(), to or s.getpeername()
    return proto, plain(here[0]), here[1], plain(there[0]), there[1]


def check(text, query, match, s=None, **more):
    """It is found, in that way, and it is socket S."""
    got = ask(query)[0]
    want = dict(match=match, inode=inode(s) if s else 0, **more)
    if s and "uid" not in more:
        want["uid"] = os.fstat(s.fileno()).st_uid
    different = {k: (got[k], v) for k, v in want.items() if got[k] != v}
    ok(not different, text, "asked %s" % (query,), "got %s" % got,
       "got, wanted: %s" % different)
    return got


def make(kind=socket.SOCK_STREAM, family=socket.AF_INET, bind=None, proto=0,
         listen=None, options=()):
    s = socket.socket(family, kind, proto)
    for level, name, value in options:
        s.setsockopt(level, name, value)
    if bind:
        s.bind(bind)
    if listen is not None:
        s.listen(listen)
    return s


REUSEPORT = [(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)]
REUSEADDR = [(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)]
V6ONLY = [(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)]
DUAL = [(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)]


def until(condition, seconds=3):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)


def tcp_pair(name, family, listen_at, connect_to):
    """Outgoing, inbound, not accepted yet, closing, gone."""
    options = DUAL if family == socket.AF_INET6 else []
    server = make(family=family, bind=(listen_at, 0), listen=5,
                  options=options)
    port = server.getsockname()[1]
    client = socket.create_connection((connect_to, port))
    there = flow(client)
    back = (TCP,) + there[3:] + there[1:3]
    check("%s: outgoing" % name, there, "exact", client, state=1)
    waits = check("%s: not accepted yet, so its listener" % name, back,
                  "listener", server, candidates=1)
    accepted = server.accept()[0]
    found = check("%s: inbound" % name, back, "exact", accepted, state=1)
    ok(found["cookie"] != waits["cookie"], "%s: another cookie" % name)
    client.close()
    check("%s: closed, not yet by the other side: nobody" % name, there,
          "exact", uid=None)
    accepted.close()
    time_wait = check("%s: TIME_WAIT is nobody's, not root's" % name, there,
                      "exact", uid=None, state=6)
    ok(time_wait["cookie"] != 0, "%s: it still has a cookie" % name)
    # The side that was closed last is gone; what is left is the listener.
    check("%s: what is gone is not an old connection" % name, back,
          "listener", server)
    server.close()
    check("%s: nothing at all" % name, back, "none", uid=None)


def cookies():
    server = make(bind=(A4, 0), listen=5)
    client = socket.create_connection(server.getsockname())
    there = flow(client)
    before = ask(there)[0]["cookie"]
    client.close()
    closing = ask(there)[0]["cookie"]
    server.accept()[0].close()
    after = ask(there)[0]
    ok(before == closing == after["cookie"] and after["state"] == 6,
       "the cookie stays through TIME_WAIT", before, closing, after)


def mapped():
    server = make(family=socket.AF_INET6, bind=("::", 0), listen=5,
                  options=DUAL)
    port = server.getsockname()[1]
    client = make(family=socket.AF_INET6, options=DUAL)
    client.connect(("::ffff:127.0.0.1", port))
    accepted = server.accept()[0]
    check("v4-mapped: outgoing", flow(client), "exact", client)
    check("v4-mapped: inbound", flow(accepted), "exact", accepted)
    only = make(family=socket.AF_INET6, bind=("::", 0), listen=5,
                options=V6ONLY)
    port = only.getsockname()[1]
    check("IPv6 only: not for IPv4", (TCP, A4, port, A4, 9), "none")
    check("IPv6 only: for IPv6", (TCP, "::1", port, "::1", 9), "listener",
          only)


def users():
    """Of somebody else, asked by somebody else, who has no right at all."""
    server = make(bind=(A4, 0), listen=5)
    here, there = socket.socketpair()
    child = os.fork()
    if not child:
        os.setuid(NOBODY)
        held = socket.create_connection(server.getsockname())
        there.send(("%d %d" % (held.getsockname()[1], inode(held))).encode())
        there.recv(1)
        os._exit(0)
    port, number = map(int, here.recv(64).split())
    query = (TCP, A4, port) + server.getsockname()
    for user in 0, NOBODY:
        got = ask(query, user=user)[0]
        ok(got["inode"] == number and got["uid"] == NOBODY,
           "a socket of uid %d, asked by uid %d" % (NOBODY, user), got)
    here.send(b".")
    os.waitpid(child, 0)


def syn_recv():
    """The answer to the SYN is dropped: a connection half open."""
    server = make(bind=(A4, 0), listen=5)
    port = server.getsockname()[1]
    rules = "table ip half {\nchain out {\ntype filter hook output " \
        "priority 0\ntcp sport %d drop\n}\n}\n" % port
    subprocess.run(["nft", rules], check=True)
    client = make()
    client.setblocking(False)
    client.connect_ex((A4, port))
    there = (TCP, A4, client.getsockname()[1], A4, port)
    back = (TCP, A4, port, A4, client.getsockname()[1])
    check("SYN_SENT", there, "exact", client, state=2)
    until(lambda: any(e["state"] == 3 for e in dump(TCP)))
    check("SYN_RECV: its listener", back, "listener", server, candidates=1)
    half = [e for e in dump(TCP) if e["state"] == 3]
    ok(len(half) == 1 and half[0]["inode"] == 0 and half[0]["uid"] is None,
       "SYN_RECV itself is nobody's, not root's", half)
    client.close()
    subprocess.run(["nft", "delete table ip half"], check=True)


def dump(proto):
    done = subprocess.run([WHOSE, "dump", str(proto)], capture_output=True,
                          text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def udp(name, proto):
    kind = socket.SOCK_DGRAM
    nine = (A4, 9)
    s = make(kind, bind=(A4, 0), proto=proto)
    check("%s: bound to an address" % name, flow(s, proto, nine),
          "unconnected", s, candidates=1)
    s.connect(nine)
    check("%s: connected" % name, flow(s, proto), "exact", s)
    check("%s: connected, but not to that" % name, flow(s, proto, (A4, 10)),
          "none")
    # Nobody bound it; it sends. Only the flow knows its address.
    s = make(kind, proto=proto)
    s.sendto(b"x", nine)
    port = s.getsockname()[1]
    check("%s: unconnected client" % name, (proto, A4, port) + nine,
          "wildcard", s, candidates=1)
    # One server, two clients.
    for where, match in (A4, "unconnected"), ("0.0.0.0", "wildcard"):
        server = make(kind, bind=(where, 0), proto=proto)
        port = server.getsockname()[1]
        for _ in range(2):
            client = make(kind, proto=proto)
            client.connect((A4, port))
            client.send(b"x")
            data, peer = server.recvfrom(9)
            assert data == b"x"
            check("%s: server at %s" % (name, where),
                  (proto, A4, port) + peer, match, server, candidates=1)
            check("%s: its client" % name, flow(client, proto), "exact",
                  client)
    s = make(kind, socket.AF_INET6, ("::1", 0), proto)
    port = s.getsockname()[1]
    check("%s: IPv6" % name, (proto, "::1", port, "::1", 9), "unconnected", s)
    s = make(kind, socket.AF_INET6, ("::", 0), proto, options=DUAL)
    port = s.getsockname()[1]
    check("%s: any address of both, for IPv6" % name,
          (proto, "::1", port, "::1", 9), "wildcard", s, candidates=1)
    check("%s: any address of both, for IPv4" % name,
          (proto, A4, port) + nine, "wildcard", s, candidates=1)
    s.connect(("::ffff:127.0.0.1", 9))
    check("%s: v4-mapped, connected" % name, (proto, A4, port) + nine,
          "exact", s)
    s = make(kind, socket.AF_INET6, ("::ffff:127.0.0.1", 0), proto,
             options=DUAL)
    port = s.getsockname()[1]
    check("%s: v4-mapped, bound" % name, (proto, A4, port) + nine,
          "unconnected", s, candidates=1)


def same_port():
    """One port, two addresses, and any address."""
    tcp = [make(bind=(A4, 0), listen=5)]
    port = tcp[0].getsockname()[1]
    tcp += [make(bind=(B4, port), listen=5)]
    for s, address in zip(tcp, (A4, B4)):
        check("the listener at %s" % address, (TCP, address, port, A4, 9),
              "listener", s, candidates=1)
        client = socket.create_connection((address, port))
        there = flow(client)
        check("its connection", (TCP,) + there[3:] + there[1:3], "listener",
              s, candidates=1)
    kind = socket.SOCK_DGRAM
    sockets = [make(kind, bind=("0.0.0.0", 0), options=REUSEADDR)]
    port = sockets[0].getsockname()[1]
    sockets += [make(kind, bind=(a, port), options=REUSEADDR)
                for a in (A4, B4)]
    for s, address in zip(sockets, ("127.0.0.3", A4, B4)):
        check("UDP at %s" % address, (UDP, address, port, A4, 9),
              "wildcard" if s is sockets[0] else "unconnected", s,
              candidates=1)


def shared_udp():
    """Who of the group got the datagram is who is found."""
    group = [make(socket.SOCK_DGRAM, bind=("0.0.0.0", 0), options=REUSEPORT)]
    port = group[0].getsockname()[1]
    group += [make(socket.SOCK_DGRAM, bind=("0.0.0.0", port),
                   options=REUSEPORT)]
    right, seen, counted = 0, set(), set()
    for _ in range(20):
        client = make(socket.SOCK_DGRAM)
        client.connect((A4, port))
        client.send(b"x")
        got = ask((UDP, A4, port) + client.getsockname())[0]
        for s in group:
            s.settimeout(0.02)
            with contextlib.suppress(TimeoutError):
                s.recv(9)
                right += got["inode"] == inode(s)
        seen.add(got["inode"])
        counted.add(got["candidates"])
    ok(right == 20, "SO_REUSEPORT, UDP: who gets it is found",
       "%d of 20" % right)
    ok(seen == {inode(s) for s in group}, "each of the group")
    ok(counted == {2}, "and that it is one of two", counted)


def shared_tcp():
    group = [make(bind=(A4, 0), listen=50, options=REUSEPORT)]
    port = group[0].getsockname()[1]
    group += [make(bind=(A4, port), listen=50, options=REUSEPORT)]
    client = socket.create_connection((A4, port))
    there = flow(client)
    back = (TCP,) + there[3:] + there[1:3]
    got = ask(back)[0]
    for s in group:
        s.setblocking(False)
    owner = []
    for s in group:
        with contextlib.suppress(BlockingIOError):
            owner.append((s, s.accept()[0]))
    ok(len(owner) == 1 and got["inode"] == inode(owner[0][0]) and
       got["match"] == "listener" and got["candidates"] == 1,
       "SO_REUSEPORT, TCP: only one has a queue, so it is that", got)
    check("accepted, there is no doubt", back, "exact", owner[0][1])
    clients = [socket.create_connection((A4, port)) for _ in range(20)]
    answers = ask(*[(TCP,) + f[3:] + f[1:3] for f in map(flow, clients)])
    ok(all(a["candidates"] == 2 and a["match"] == "listener" and
           a["inode"] in [inode(s) for s in group] for a in answers),
       "both have a queue: it says that it is one of two", answers)


def interfaces():
    """What is bound to one is found only with its number."""
    index = socket.if_nametoindex("wire")
    link = subprocess.run(["ip", "-6", "-o", "addr", "show", "dev", "wire",
                           "scope", "link"], capture_output=True, text=True,
                          check=True).stdout.split()[3].split("/")[0]
    server = make(family=socket.AF_INET6, bind=("::", 0), listen=5)
    port = server.getsockname()[1]
    client = make(family=socket.AF_INET6)
    client.connect((link, port, 0, index))
    accepted = server.accept()[0]
    for name, s in ("outgoing", client), ("inbound", accepted):
        got = ask(flow(s))[0]
        ok(got["inode"] != inode(s), "link-local, %s: not without the "
           "interface" % name, got)
        check("link-local, %s" % name, flow(s) + (index,), "exact", s)
    check("any interface, asked with one", (TCP, link, port, link, 9, index),
          "listener", server)
    s = make(socket.SOCK_DGRAM, bind=("0.0.0.0", 0), options=[
        (socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"wire\0")])
    query = (UDP, "192.0.2.1", s.getsockname()[1], "192.0.2.2", 9)
    check("SO_BINDTODEVICE: not without", query, "none")
    check("SO_BINDTODEVICE", query + (index,), "wildcard", s, ifindex=index)


def many():
    """More than are sent at once, in another order."""
    server = make(bind=(A4, 0), listen=500)
    held = [(c, server.accept()[0]) for c in
            (socket.create_connection(server.getsockname())
             for _ in range(200))]
    sockets = [s for pair in held for s in reversed(pair)]
    queries = [flow(s) for s in sockets]
    for i in range(0, len(queries), 5):
        queries[i] = (TCP, A4, 1, A4, 1)
    got = ask(*queries)
    want = [0 if i % 5 == 0 else inode(s) for i, s in enumerate(sockets)]
    ok([g["inode"] for g in got] == want, "400 at once")
    listed = {e["inode"] for e in dump(TCP)}
    ok({inode(s) for s in sockets} <= listed, "all of them in a dump")


def main():
    tcp_pair("IPv4", socket.AF_INET, "0.0.0.0", A4)
    tcp_pair("IPv6", socket.AF_INET6, "::1", "::1")
    tcp_pair("IPv4 to a server for both", socket.AF_INET6, "::", A4)
    mapped()
    cookies()
    users()
    syn_recv()
    udp("UDP", UDP)
    try:
        make(socket.SOCK_DGRAM, proto=UDPLITE).close()
        udp("UDP-Lite", UDPLITE)
    except OSError as error:
        skip("UDP-Lite", error)
    same_port()
    shared_udp()
    shared_tcp()
    interfaces()
    many()
    try:
        ask((SCTP, A4, 1, A4, 1))
        ok(True, "SCTP can be asked about")
    except RuntimeError as error:
        ok("not supported" in str(error), "SCTP is not known, which is said",
           error)
    sys.exit(done())


main()
