#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Make the small recordings that tests/replay plays.

    mkpcap.py DIRECTORY

Each function below is one file; its text says what flowtop has to make of it.
"""

import os
import sys

from ctpcap import *

T0 = 1_750_000_000 * S
ME, ME6 = '192.168.1.20', '2001:db8:1:20::c0de'
SERVER, SERVER6 = '192.0.2.10', '2001:db8:beef::1'


def tcp(n, ct_id=None, counters=((10, 1000), (8, 9000)), **more):
    """A flow like many, told apart by its port."""
    more.setdefault('state', EST)
    more.setdefault('status', ESTABLISHED_STATUS)
    more.setdefault('timeout', 432000)
    more.setdefault('start', T0 - 60 * S)
    return ((Tuple(ME, SERVER, 40000 + n, 443),),
            dict(ct_id=ct_id or n, counters=counters, **more))


def started(**more):
    rec = Recording(T0, **more)
    rec.own()
    return rec


def doubles(rec):
    """A listing has an entry twice: one row, with the later numbers."""
    rec.listing(0, [tcp(1), tcp(2), tcp(2, counters=((11, 1100), (9, 9900))),
                    tcp(3)])


def gaps(rec):
    """An incomplete listing and a partial one lack flow 3: it stays."""
    rec.listing(0, [tcp(1), tcp(2), tcp(3)])
    rec.listing(1 * S, [tcp(1), tcp(2)], complete=False)
    rec.listing(2 * S, [tcp(1)], full=False)


def gaps_complete(rec):
    """The same, and a complete listing that lacks it, too: it goes."""
    gaps(rec)
    rec.listing(3 * S, [tcp(1), tcp(2)])


def ids(rec):
    """Two tuples with one id are two flows; one tuple with a new id is a new
    flow, and the end of the old one does not touch it."""
    rec.listing(0, [tcp(1, 77), tcp(2, 77), tcp(3, 78)])
    args, more = tcp(3, 79, counters=None, start=None)
    rec.new(1 * S, *args, **more)
    args, more = tcp(3, 78)
    rec.destroy(2 * S, *args, **more)


def zones(rec):
    """Equal tuples in zone 0, in zone 5 and in zone 6 for the original
    direction only, and one whose reply is in zone 7: four flows. The end of
    a fifth in zone 8 ends none of them."""
    def flow(ct_id, zone=None, orig=None, reply=None, sport=40000):
        a = Tuple(ME, SERVER, sport, 443, zone=orig)
        b = a.reversed()
        b.zone = reply
        return ((a, b), dict(ct_id=ct_id, zone=zone, state=EST,
                             status=ESTABLISHED_STATUS, timeout=100,
                             counters=((1, ct_id), (1, ct_id))))
    rec.listing(0, [flow(1), flow(2, zone=5), flow(3, orig=6),
                    flow(4, reply=7, sport=40001)])
    args, more = flow(1, zone=8)
    rec.destroy(1 * S, *args, **more)


def unknown(rec):
    """Protocol 200 without ports, a state, status bits and attributes that do
    not exist yet: shown as numbers or left out, never refused."""
    unknown_l4 = Tuple(ME, SERVER, None, None, proto=200)
    b = rec.b
    extra = b.be(60, 'Q', 1) + b.nest(61, b.be(1, 'I', 2)) + b.attr(62, b'')
    rec.listing(0, [
        ((unknown_l4,), dict(ct_id=1, status=ESTABLISHED_STATUS, timeout=600,
                             counters=((1, 20), (1, 20)))),
        tcp(2, state=255),
        tcp(3, status=0xffff0000 | CONFIRMED),
        tcp(4, event=T0, extra=extra),
    ])


def family(rec):
    """A family that is neither IPv4 nor IPv6 does no harm."""
    rec.listing(0, [tcp(1), tcp(2, family=7), tcp(3)])


def icmp(rec):
    """ICMP and ICMPv6 have type, code and id; unknown types, too."""
    ping = Tuple(ME, SERVER, 4660, (8, 0), proto=ICMP)
    ping6 = Tuple(ME6, SERVER6, 22136, (128, 0), proto=ICMPV6)
    odd = Tuple(SERVER, ME, 1, (42, 7), proto=ICMP)
    rec.listing(0, [
        ((ping,), dict(ct_id=1, status=ESTABLISHED_STATUS, timeout=29,
                       counters=((5, 420), (4, 336)))),
        ((ping6,), dict(ct_id=2, status=ESTABLISHED_STATUS, timeout=29,
                        counters=((5, 520), (5, 520)))),
        ((odd,), dict(ct_id=3, status=CONFIRMED, timeout=5,
                      counters=((1, 64), (0, 0)))),
    ])


def states(rec):
    """Every state that TCP, SCTP and DCCP have, and some that they have
    not."""
    flows = []
    for proto, n in ((TCP, 12), (SCTP, 12), (DCCP, 12)):
        for state in range(n):
            flows.append(((Tuple(ME, SERVER, 100 * proto + state, 5000,
                                 proto=proto),),
                          dict(ct_id=len(flows) + 1, state=state, timeout=60,
                               status=CONFIRMED)))
    rec.listing(0, flows)


def protocols(rec):
    """UDP, UDP-Lite, GRE with keys, ESP, IGMP."""
    def flow(ct_id, proto, sport, dport, src=ME, dst=SERVER):
        return ((Tuple(src, dst, sport, dport, proto=proto),),
                dict(ct_id=ct_id, status=SEEN_REPLY | CONFIRMED, timeout=30,
                     counters=((2, 200), (2, 400))))
    rec.listing(0, [flow(1, UDP, 50000, 53), flow(2, 136, 50001, 5004),
                    flow(3, GRE, 0x1234, 0x5678), flow(4, 50, None, None),
                    flow(5, 2, None, None, dst='224.0.0.22')])


def extras(rec):
    """Mark, labels, helper, and the data connection of an FTP session with
    its master."""
    control = Tuple(ME, SERVER, 40021, 21)
    data = Tuple(SERVER, ME, 20, 40022)
    rec.listing(0, [
        ((control,), dict(ct_id=1, state=EST, helper='ftp', timeout=300,
                          status=ESTABLISHED_STATUS | HELPER,
                          counters=((9, 700), (7, 800)))),
        ((data,), dict(ct_id=2, state=EST, master=control, timeout=300,
                       status=ESTABLISHED_STATUS | EXPECTED,
                       counters=((90, 135000), (50, 2600)))),
        tcp(3, mark=0xdeadbeef),
        tcp(4, labels=bytes([0x05, 0, 0, 0x80] + [0] * 12)),
        tcp(5, helper='a-name-that-is-far-too-long'),
    ])


def offload(rec):
    """Flows in a flowtable have neither timeout nor state."""
    rec.listing(0, [
        tcp(1, state=None, timeout=None, status=ESTABLISHED_STATUS | OFFLOAD),
        tcp(2, state=None, timeout=None,
            status=ESTABLISHED_STATUS | OFFLOAD | HW_OFFLOAD)])


def nat(rec):
    """Masquerading, a port forwarding, both at once, and IPv6 to IPv6."""
    snat = Tuple('192.168.1.50', SERVER, 40001, 443)
    dnat = Tuple('198.51.100.7', ME, 40002, 8080)
    both = Tuple('192.168.1.50', ME, 40003, 8080)
    snat6 = Tuple('fd00::5', SERVER6, 40004, 443)

    def flow(ct_id, orig, reply, bits):
        return ((orig, reply),
                dict(ct_id=ct_id, state=EST, timeout=300,
                     status=ESTABLISHED_STATUS | bits,
                     counters=((10, 1000), (20, 20000))))
    rec.listing(0, [
        flow(1, snat, Tuple(SERVER, ME, 443, 61001), SRC_NAT),
        flow(2, dnat, Tuple('172.17.0.3', '198.51.100.7', 80, 40002), DST_NAT),
        flow(3, both, Tuple('172.17.0.3', ME, 80, 61003), SRC_NAT | DST_NAT),
        flow(4, snat6, Tuple(SERVER6, ME6, 443, 61004), SRC_NAT)])


def revive(rec):
    """A flow ends while a listing runs and still comes in it: it stays dead.
    A new flow with its tuple lives."""
    rec.listing(0, [tcp(1), tcp(2), tcp(3)])
    running = rec.begin(1 * S)
    args, more = tcp(1)
    rec.entry(1 * S, *running, *args, **more)
    for n in (2, 3):
        args, more = tcp(n)
        rec.destroy(1 * S + MS, *args, **more)
    args, more = tcp(3, 33, counters=None, start=None, state=SYN_SENT,
                     status=CONFIRMED)
    rec.new(1 * S + 2 * MS, *args, **more)
    young = ((2, 120), (1, 60))
    for flow in (tcp(2), tcp(3),
                 tcp(3, 33, counters=young, start=T0 + 1 * S + 2 * MS)):
        args, more = flow
        rec.entry(1 * S + 3 * MS, *running, *args, **more)
    rec.end(1 * S + 4 * MS, running)


def counters(rec):
    """Never counted, one direction only, zeroed by somebody, huge."""
    rec.listing(0, [tcp(1, counters=None), tcp(2, counters=((5, 500), None)),
                    tcp(3, counters=((100, 100000), (100, 900000))),
                    tcp(4, counters=((2**63, 2**64 - 1), (1, 1)))])
    rec.listing(2 * S, [tcp(1, counters=None), tcp(2, counters=((6, 600), None)),
                        tcp(3, counters=((2, 3000), (4, 8000))),
                        tcp(4, counters=((2**63, 2**64 - 1), (1, 1)))])


def rates(rec):
    """10,000 and 250,000 bytes in two seconds; then nothing in one."""
    a, b = ((10, 1000), (20, 50000)), ((20, 11000), (220, 300000))
    rec.listing(0, [tcp(1, counters=a), tcp(2, counters=a)])
    rec.listing(2 * S, [tcp(1, counters=b), tcp(2, counters=b)], full=False)
    rec.listing(3 * S, [tcp(1, counters=b)], full=False)


def life(rec):
    """Events only: opened, established, closed; opened and still open; ended
    without a beginning. Events carry no counters."""
    rec.listing(0, [])
    for n in (1, 2):
        args, more = tcp(n, counters=None, start=None, state=SYN_SENT,
                         status=CONFIRMED, timeout=120)
        rec.new(n * 100 * MS, *args, **more)
    for state in (SYN_RECV, EST):
        for n in (1, 2):
            args, more = tcp(n, counters=None, start=None, state=state)
            rec.update(400 * MS, *args, **more)
    args, more = tcp(1, state=TIME_WAIT, start=T0 + 100 * MS, stop=T0 + 2 * S)
    rec.destroy(2 * S, *args, **more)
    args, more = tcp(9, state=TIME_WAIT, stop=T0 + 2 * S)
    rec.destroy(2 * S, *args, **more)


def gone(rec):
    """A mark says that a sweep found flow 1 missing. Flow 2 has another id
    than its mark."""
    rec.listing(0, [tcp(1), tcp(2), tcp(3)])
    rec.gone(1 * S, Tuple(ME, SERVER, 40001, 443), 1)
    rec.gone(1 * S, Tuple(ME, SERVER, 40002, 443), 22)


def lost(rec):
    """Events were lost, the end of flow 1 and the birth of flow 3 with them;
    the next whole listing puts it right."""
    rec.listing(0, [tcp(1), tcp(2)])
    rec.mark(1 * S, LOST, (250, 0))
    rec.listing(1 * S + 50 * MS, [tcp(2), tcp(3)])


def foreign(cap):
    """A capture of nlmon: requests, other programs' listings, several messages
    in a datagram, other families."""
    b = cap.b
    cap.address(0, ME, 24, 2, 'wlan0')
    # Its beginning was missed: nothing may be concluded from its end.
    args, more = tcp(1)
    cap.entry(0, 300, 7, *args, **more)
    cap.packet(0, b.done(300, 7))
    # Whole, asked for and complete: 1 goes, 2 to 4 come.
    cap.packet(1 * S, b.request(8), to_kernel=True)
    data = b''
    for n in (2, 3, 4):
        args, more = tcp(n)
        data += b.flow(NEW, NLM_F_MULTI, *args, pid=301, seq=8, **more)
    cap.packet(1 * S, data)
    cap.packet(1 * S, b.done(301, 8))
    # Somebody else's listing of IPv6, of which 2 to 4 are no part.
    cap.packet(2 * S, b.request(9, family=10), to_kernel=True)
    cap.packet(2 * S, b.done(302, 9))
    # One that failed.
    cap.packet(3 * S, b.request(10), to_kernel=True)
    args, more = tcp(2)
    cap.entry(3 * S, 303, 10, *args, **more)
    cap.packet(3 * S, b.error(303, 10, -105, b.request(10)))
    cap.packet(4 * S, b.request(11), to_kernel=True)
    cap.packet(4 * S, b.done(304, 11, -4))
    # A program asks for the addition of an entry; the kernel does not.
    args, more = tcp(5)
    cap.packet(5 * S, b.flow(NEW, NLM_F_REQUEST | NLM_F_CREATE, *args, **more),
               to_kernel=True)
    # It adds another one, and asks about it.
    args, more = tcp(6, counters=None)
    cap.new(6 * S, *args, **more)
    cap.packet(6 * S, b.request(12, flags=0, family=2), to_kernel=True)
    args, more = tcp(6)
    cap.entry(6 * S, 305, 12, *args, **more)
    for other in (4, 9, 15, 16, NETLINK_USERSOCK):
        cap.packet(6 * S, b.message(0x10, 0, b'not for us, and long enough'),
                   other)


def cut(rec):
    """Ends in the middle of a message."""
    rec.listing(0, [tcp(1), tcp(2)])
    rec.new(1 * S, *tcp(3)[0], **tcp(3)[1])


def owners(rec):
    """Whose flows: 1 and 2 of one process, of which 2 has three holders; 3 of
    a process in a container; 4 is forwarded, 5 the kernel's, 6 closed, 7 must
    not be looked at, 8 is a stranger's user; 9 nobody knows. 10's process is
    not in the file, which is damage, and 11 is no flow. The process of 1
    becomes another program after it was told, and ends."""
    rec.listing(0, [tcp(n) for n in range(1, 11)])

    def own(n, *args, **more):
        rec.owner(1 * S, tcp(n)[0][0], n, *args, **more)
    rec.proc(1 * S, 1, 500, 7, 1000, 'sh', 'sh -c "curl x"',
             'session-2.scope', user='alice')
    own(1, O_LOCAL, 1)
    own(2, O_LOCAL, 1, holders=3)
    rec.proc(1 * S, 2, 600, 8, 0, '(a) \u00e9 b', 'a  b', 'x.service',
             'docker:0123456789ab', 'net:[4026532417]', 'root')
    own(3, O_OTHER_NETNS, 2)
    own(4, O_FORWARDED, holders=0)
    rec.proc(1 * S, 3, 0, 0, comm='[kernel]', kernel=True)
    own(5, O_KERNEL, 3, holders=0)
    own(6, O_CLOSED, holders=0)
    rec.proc(1 * S, 4, 0, 0, 1001)
    own(7, O_DENIED, 4, holders=0)
    rec.proc(1 * S, 5, 700, 9, 65534, b'\x1b[31m\xe2\x80\xae', b'x\xff\ty')
    own(8, O_LOCAL, 5)
    own(10, O_LOCAL, 6)
    own(11, O_LOCAL, 1)
    rec.proc(2 * S, 1, 500, 7, 1000, 'curl', 'curl x', 'session-2.scope',
             user='alice')
    rec.proc_ended(3 * S, 1)


MADE_BY_US = (doubles, gaps, gaps_complete, ids, zones, unknown, family, icmp,
              states, protocols, extras, offload, nat, revive, counters, rates,
              life, gone, lost, owners)


def main():
    os.chdir(sys.argv[1])
    for make in MADE_BY_US:
        rec = started()
        make(rec)
        rec.close(make.__name__ + '.pcap')
    # The same flows from a host of the other byte order, and in microseconds.
    for name, more in (('nat-be', {'order': '>'}), ('nat-us', {'nano': False})):
        rec = started(**more)
        nat(rec)
        rec.close(name + '.pcap')
    cap = Capture(T0)
    foreign(cap)
    cap.write('foreign.pcap')
    rec = started()
    cut(rec)
    del rec.data[-30:]
    rec.write('cut.pcap')


if __name__ == '__main__':
    main()
