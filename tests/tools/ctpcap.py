# SPDX-License-Identifier: GPL-2.0-only
"""Writing recordings by hand: ctnetlink messages and pcap files of them.

Messages are built in host order of the host that the file pretends to come
from ("<" or ">"); what ctnetlink puts into attributes is big-endian always.
"""

import ipaddress
import struct

NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_NETFILTER = 0, 2, 12

NEW, GET, DELETE = 0x100, 0x101, 0x102
DONE, ERROR = 3, 2
NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK = 1, 2, 4
NLM_F_DUMP, NLM_F_EXCL, NLM_F_CREATE = 0x300, 0x200, 0x400
NLM_F_DUMP_FILTERED = 0x20

TCP, UDP, ICMP, ICMPV6, SCTP, DCCP, GRE = 6, 17, 1, 58, 132, 33, 47

# nf_conntrack_common.h
EXPECTED, SEEN_REPLY, ASSURED, CONFIRMED = 1, 2, 4, 8
SRC_NAT, DST_NAT, NAT_DONE = 0x10, 0x20, 0x180
DYING, HELPER, OFFLOAD, HW_OFFLOAD = 0x200, 0x2000, 0x4000, 0x8000
ESTABLISHED_STATUS = SEEN_REPLY | ASSURED | CONFIRMED | NAT_DONE

# nf_conntrack_tcp.h
(SYN_SENT, SYN_RECV, EST, FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT,
 CLOSE) = range(1, 9)

# Marks of our own recordings: include/source/mark.h
MARK_MAGIC, MARK_VERSION = 0x666c6f77, 1
(START, CLOCK, DUMP_BEGIN, DUMP_BIND, DUMP_END, GONE, LOST, HEALTH,
 END, PROC, OWNER, PROC_ENDED, NAME, PLACE) = range(0x10, 0x1e)

# enum owner_kind of include/fact/owner.h
(O_UNKNOWN, O_LOCAL, O_OTHER_NETNS, O_FORWARDED, O_KERNEL, O_CLOSED,
 O_DENIED) = range(7)

S = 1_000_000_000
MS = 1_000_000


class Tuple:
    """One direction. For ICMP: sport is the id, dport is (type, code)."""

    def __init__(self, src, dst, sport=0, dport=0, proto=TCP, zone=None):
        self.src = ipaddress.ip_address(src)
        self.dst = ipaddress.ip_address(dst)
        self.sport, self.dport = sport, dport
        self.proto, self.zone = proto, zone

    def family(self):
        return 2 if self.src.version == 4 else 10

    def reversed(self):
        dport, sport = self.sport, self.dport
        if self.proto in (ICMP, ICMPV6):
            kind, code = self.dport
            answers = {8: 0, 0: 8, 128: 129, 129: 128, 13: 14, 14: 13}
            sport, dport = self.sport, (answers.get(kind, kind), code)
        return Tuple(self.dst, self.src, sport, dport, self.proto)


class Builder:
    """Netlink messages of a host with byte order "<" or ">"."""

    def __init__(self, order='<'):
        self.order = order

    def pack(self, form, *values):
        return struct.pack(self.order + form, *values)

    def attr(self, kind, data):
        head = self.pack('HH', 4 + len(data), kind)
        return head + data + bytes(-len(data) % 4)

    def nest(self, kind, *attrs):
        return self.attr(kind | 0x8000, b''.join(attrs))

    def be(self, kind, form, value):
        return self.attr(kind, struct.pack('>' + form, value))

    def message(self, kind, flags, payload, pid=0, seq=0):
        head = self.pack('IHHII', 16 + len(payload), kind, flags, seq, pid)
        return head + payload

    def tuple(self, kind, t):
        first = 1 if t.src.version == 4 else 3
        proto = self.attr(1, bytes([t.proto]))
        if t.proto in (ICMP, ICMPV6):
            base = 4 if t.proto == ICMP else 7
            proto += self.be(base, 'H', t.sport)
            proto += self.attr(base + 1, bytes([t.dport[0]]))
            proto += self.attr(base + 2, bytes([t.dport[1]]))
        elif t.sport is not None:
            proto += self.be(2, 'H', t.sport) + self.be(3, 'H', t.dport)
        zone = b'' if t.zone is None else self.be(3, 'H', t.zone)
        return self.nest(kind,
                         self.nest(1, self.attr(first, t.src.packed),
                                   self.attr(first + 1, t.dst.packed)),
                         self.nest(2, proto), zone)

    def protoinfo(self, proto, state):
        if proto == TCP:
            inner = self.nest(1, self.attr(1, bytes([state])),
                              self.attr(2, b'\7'), self.attr(3, b'\7'),
                              self.attr(4, b'\x23\0'), self.attr(5, b'\x23\0'))
        elif proto == SCTP:
            inner = self.nest(3, self.attr(1, bytes([state])),
                              self.be(2, 'I', 0x11111111),
                              self.be(3, 'I', 0x22222222))
        else:
            inner = self.nest(2, self.attr(1, bytes([state])),
                              self.attr(2, b'\0'), self.be(3, 'Q', 77))
        return self.nest(4, inner)

    def counters(self, kind, counts):
        return self.nest(kind, self.be(1, 'Q', counts[0]),
                         self.be(2, 'Q', counts[1]))

    def flow(self, kind, flags, orig, reply=None, ct_id=1, status=None,
             state=None, timeout=None, mark=0, counters=None, start=None,
             stop=None, zone=None, labels=None, helper=None, master=None,
             event=None, extra=b'', family=None, pid=0, seq=0):
        """A ctnetlink message. counters: ((packets, bytes) of the original
        direction, the same of the reply), either may be None."""
        reply = reply or orig.reversed()
        parts = [struct.pack('BB', family or orig.family(), 0) + b'\0\0',
                 self.tuple(1, orig), self.tuple(2, reply)]
        if zone is not None:
            parts.append(self.be(18, 'H', zone))
        parts.append(self.be(12, 'I', ct_id))
        if status is not None:
            parts.append(self.be(3, 'I', status))
        if timeout is not None:
            parts.append(self.be(7, 'I', timeout))
        for at, counts in enumerate(counters or ()):
            if counts:
                parts.append(self.counters(9 + at, counts))
        if start is not None:
            times = [self.be(1, 'Q', start)]
            if stop is not None:
                times.append(self.be(2, 'Q', stop))
            parts.append(self.nest(20, *times))
        if event is not None:
            parts.append(self.be(27, 'Q', event))
        if state is not None:
            parts.append(self.protoinfo(orig.proto, state))
        if helper:
            parts.append(self.nest(5, self.attr(1, helper.encode() + b'\0')))
        if mark is not None:
            parts.append(self.be(8, 'I', mark))
        if labels:
            parts.append(self.attr(22, labels))
        if master:
            parts.append(self.tuple(14, master))
        return self.message(kind, flags, b''.join(parts) + extra, pid, seq)

    def request(self, seq, flags=NLM_F_DUMP, family=0, kind=GET, extra=b''):
        return self.message(kind, NLM_F_REQUEST | flags,
                            bytes([family, 0, 0, 0]) + extra, 0, seq)

    def done(self, pid, seq, error=0):
        return self.message(DONE, NLM_F_MULTI, self.pack('i', error), pid, seq)

    def error(self, pid, seq, error, request):
        return self.message(ERROR, 0, self.pack('i', error) + request[:16],
                            pid, seq)

    def address(self, address, prefix, index, iface, added=True):
        ip = ipaddress.ip_address(address)
        family = 2 if ip.version == 4 else 10
        attrs = self.attr(1, ip.packed)
        if ip.version == 4:
            attrs += self.attr(2, ip.packed)
        if iface:
            attrs += self.attr(3, iface.encode() + b'\0')
        attrs += self.attr(8, self.pack('I', 0x80))
        head = self.pack('BBBBI', family, prefix, 0x80, 0, index)
        return self.message(20 if added else 21, 0, head + attrs)

    def mark(self, kind, words=(), data=b''):
        head = self.pack('IIII', MARK_MAGIC, MARK_VERSION, len(words),
                         len(data))
        words = b''.join(self.pack('Q', w & (2**64 - 1)) for w in words)
        return self.message(kind, 0, head + words + data)


class Capture:
    """A pcap file, in memory."""

    def __init__(self, t0, order='<', nano=True):
        self.b = Builder(order)
        self.t0, self.nano = t0, nano
        magic = 0xa1b23c4d if nano else 0xa1b2c3d4
        self.data = bytearray(self.b.pack('IHHiIII', magic, 2, 4, 0, 0,
                                          262144, 253))

    def packet(self, t, data, family=NETLINK_NETFILTER, to_kernel=False):
        """t: nanoseconds since t0."""
        at = self.t0 + int(t)
        cooked = struct.pack('>HH10xH', 7 if to_kernel else 6, 824, family)
        part = at % S if self.nano else at % S // 1000
        size = len(cooked) + len(data)
        self.data += self.b.pack('IIII', at // S, part, size, size)
        self.data += cooked + data

    def flow(self, t, kind, flags, *args, **more):
        self.packet(t, self.b.flow(kind, flags, *args, **more))

    def new(self, t, *args, **more):
        self.flow(t, NEW, NLM_F_CREATE | NLM_F_EXCL, *args, **more)

    def update(self, t, *args, **more):
        self.flow(t, NEW, 0, *args, **more)

    def destroy(self, t, *args, **more):
        self.flow(t, DELETE, 0, *args, **more)

    def entry(self, t, pid, seq, *args, flags=NLM_F_MULTI, **more):
        self.flow(t, NEW, flags, *args, pid=pid, seq=seq, **more)

    def address(self, t, *args, **more):
        self.packet(t, self.b.address(*args, **more), NETLINK_ROUTE)

    def mark(self, t, kind, words=(), data=b''):
        self.packet(t, self.b.mark(kind, words, data), NETLINK_USERSOCK)

    def write(self, path):
        with open(path, 'wb') as out:
            out.write(self.data)


class Recording(Capture):
    """As flowtop writes them."""

    def __init__(self, t0, **more):
        super().__init__(t0, **more)
        self.seq = 100
        self.last = 0
        self.mark(0, START, (t0, 1000 * S), b'0.9.0')

    def packet(self, t, data, family=NETLINK_NETFILTER, to_kernel=False):
        assert t >= getattr(self, 'last', 0), 'records go forward'
        self.last = t
        super().packet(t, data, family, to_kernel)

    def own(self, t=0):
        self.address(t, '127.0.0.1', 8, 1, 'lo')
        self.address(t, '192.168.1.20', 24, 2, 'wlan0')
        self.address(t, '2001:db8:1:20::c0de', 64, 2, 'wlan0')
        self.address(t, '::1', 128, 1, 'lo')

    def begin(self, t, dump=0, full=True):
        """Return: (pid, seq) of its entries, for entry()."""
        self.seq += 1
        pid = 4000 + dump
        self.mark(t, DUMP_BEGIN, (dump, int(full)))
        self.mark(t, DUMP_BIND, (dump, pid, self.seq))
        return pid, self.seq

    def end(self, t, listing, complete=True):
        pid, seq = listing
        self.packet(t, self.b.done(pid, seq, 0 if complete else -4))
        self.mark(t, DUMP_END, (pid - 4000, int(complete)))

    def listing(self, t, flows, dump=0, full=True, complete=True):
        """All at once; flows: (arguments, keywords) of flow()."""
        ids = self.begin(t, dump, full)
        for args, more in flows:
            self.entry(t, *ids, *args, **more)
        self.end(t, ids, complete)

    def gone(self, t, tup, ct_id, zone=0):
        self.mark(t, GONE, (ct_id, zone, tup.family(), tup.proto, tup.sport,
                            tup.dport),
                  tup.src.packed.ljust(16, b'\0') +
                  tup.dst.packed.ljust(16, b'\0'))

    def proc(self, t, number, pid, starttime, uid=None, comm='', command='',
             unit='', container='', netns='', user='', kernel=False,
             ended=False):
        """A process, from here on known as @number; strings may be bytes."""
        bits = (uid is not None) | kernel << 1 | ended << 2
        texts = (comm, command, unit, container, netns, user)
        self.mark(t, PROC, (number, pid, starttime, uid or 0, bits),
                  b''.join((x if isinstance(x, bytes) else x.encode()) + b'\0'
                           for x in texts))

    def owner(self, t, tup, ct_id, kind, number=0, holders=1, answering=False,
              zone=0):
        dport = tup.dport
        if tup.proto in (ICMP, ICMPV6):
            dport = dport[0] << 8 | dport[1]
        self.mark(t, OWNER, (ct_id, zone, tup.family(), tup.proto, tup.sport,
                             dport, kind, holders, int(answering), number),
                  tup.src.packed.ljust(16, b'\0') +
                  tup.dst.packed.ljust(16, b'\0'))

    def proc_ended(self, t, number):
        self.mark(t, PROC_ENDED, (number,))

    def name(self, t, address, name):
        """Of a host; it may be bytes, of any kind."""
        ip = ipaddress.ip_address(address)
        self.mark(t, NAME, (2 if ip.version == 4 else 10, ),
                  ip.packed.ljust(16, b'\0') +
                  (name if isinstance(name, bytes) else name.encode()) + b'\0')

    def place(self, t, address, cc='', country='', city='', asn=0, org=''):
        address = ipaddress.ip_address(address)
        self.mark(t, PLACE, (2 if address.version == 4 else 10, asn),
                  address.packed.ljust(16, b'\0') +
                  b''.join(x.encode() + b'\0'
                           for x in (cc, country, city, org)))

    def health(self, t, n, max_n=65536, acct=1, timestamp=1, events=2,
               rcvbuf=67108864, sweep_ns=1500000, poll_mode=0, resyncs=0):
        self.mark(t, HEALTH, (n, max_n, acct, timestamp, events, rcvbuf,
                              sweep_ns, poll_mode, resyncs))

    def close(self, path, t=None):
        self.mark(self.last if t is None else t, END, (0,))
        self.write(path)
