#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""One canonical text form for flows, whoever printed them.

    canon.py ct [--full]        lines of "conntrack -L -o id" -> sorted set
    canon.py json [--full] [--refresh N | --after TIME K]
                                flowtop's JSON lines -> sorted set
    canon.py refreshes          "ts rows" of each refresh of "flowtop -j -t"
    canon.py rates LIMIT        checks all rates and counters for nonsense
    canon.py twice              tuples that one refresh shows more than once

A canonical line holds what tells a flow from every other one:

    zone proto src sport dst dport icmp-type icmp-code icmp-id ct-id

proto is the number, "-" stands for what the flow does not have. Equal lines
are kept: a flow printed twice must not compare equal to one printed once. GRE
compares without its keys, which are not ports. With --full the reply tuple,
the state, "replied", "assured" and the mark follow.

--refresh N chooses one refresh of "flowtop -j -t", -1 is the last one;
--after TIME K the Kth that was made after TIME (seconds since 1970).
"""
import datetime
import ipaddress
import json
import sys

WITH_PORTS = {6, 17, 33, 132, 136}

# Names where the program prints one instead of the number.
NUMBERS = {
    "icmp": 1, "igmp": 2, "ipencap": 4, "tcp": 6, "egp": 8, "udp": 17,
    "dccp": 33, "ipv6": 41, "rsvp": 46, "gre": 47, "esp": 50, "ah": 51,
    "icmpv6": 58, "ipv6-icmp": 58, "eigrp": 88, "ospf": 89, "ipip": 94,
    "pim": 103, "ipcomp": 108, "vrrp": 112, "l2tp": 115, "sctp": 132,
    "udplite": 136,
}


def address(text):
    # Both sides print canonical text; make sure instead of hoping so.
    return str(ipaddress.ip_address(text)) if ":" in text else text


def line(zone, proto, src, sport, dst, dport, icmp, ident):
    return " ".join(str(x) for x in
                    (zone, proto, src, sport, dst, dport, *icmp, ident))


def full(reply, state, replied, assured, mark):
    return " ".join(str(x) for x in
                    ("", *reply, state, "replied" if replied else "-",
                     "assured" if assured else "-", mark))


def from_conntrack(text, with_more):
    """One line of conntrack -L -o id; the original tuple comes first."""
    words = text.split()
    first, last, zone = {}, {}, 0
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            continue
        if key in ("zone", "zone-orig"):
            zone = int(value)
        first.setdefault(key, value)
        last[key] = value
    proto = int(words[1])
    sport = dport = "-"
    icmp = ("-", "-", "-")
    if proto in WITH_PORTS:
        sport, dport = first["sport"], first["dport"]
    elif proto in (1, 58):
        icmp = (first["type"], first["code"], first["id"])
    out = line(zone, proto, address(first["src"]), sport,
               address(first["dst"]), dport, icmp, last["id"])
    if with_more:
        ports = proto in WITH_PORTS
        out += full((address(last["src"]), last["sport"] if ports else "-",
                     address(last["dst"]), last["dport"] if ports else "-"),
                    "-" if "=" in words[3] else words[3].replace("_", "-"),
                    "[UNREPLIED]" not in words, "[ASSURED]" in words,
                    last["mark"])
    return out


def dash(value):
    return "-" if value is None else value


def from_json(o, with_more=False):
    proto = o["proto"]
    if isinstance(proto, str):
        proto = NUMBERS[proto] if proto in NUMBERS else int(proto)
    version = 6 if ":" in o["src"] else 4
    if o["family"] != "ipv%d" % version:
        raise ValueError("family %r of %s" % (o["family"], o["src"]))
    out = line(dash(o["zone"]), proto, address(o["src"]), dash(o["sport"]),
               address(o["dst"]), dash(o["dport"]),
               (dash(o["icmp_type"]), dash(o["icmp_code"]),
                dash(o["icmp_id"])), dash(o["id"]))
    if with_more:
        out += full((address(o["reply_src"]), dash(o["reply_sport"]),
                     address(o["reply_dst"]), dash(o["reply_dport"])),
                    dash(o["state"]), "seen-reply" in o["status"],
                    "assured" in o["status"], dash(o["mark"]))
    return out


def seconds(ts):
    """The time stamp of a row in seconds since 1970."""
    if isinstance(ts, (int, float)):
        return float(ts)
    return datetime.datetime.fromisoformat(
        ts.replace("Z", "+00:00")).timestamp()


def is_flow(o):
    return o.get("src") is not None


def texts():
    for text in sys.stdin:
        if text.endswith("\n"):  # else the program is still writing
            yield text


def rows():
    for text in texts():
        o = json.loads(text)
        if is_flow(o):
            yield o


def refreshes():
    """[time, texts of the rows] of each: all its rows carry the same stamp.

    The stamp is the first key; only few rows are worth parsing, of a file
    that may have millions.
    """
    out = []
    last = None
    for text in texts():
        stamp = text.partition(",")[0]
        if stamp != last:
            out.append((seconds(json.loads(text)["ts"]), []))
            last = stamp
        out[-1][1].append(text)
    return out


def parse(group):
    return [o for o in map(json.loads, group) if is_flow(o)]


def check_rates(limit):
    """No counter or rate below zero or beyond what the machine can do."""
    bad = 0
    for o in rows():
        for key in ("orig_rate", "reply_rate"):
            if o[key] is not None and not 0 <= o[key] <= limit:
                bad += 1
                print("%s = %r: %s" % (key, o[key], from_json(o)))
        for key in ("orig_bytes", "orig_packets", "reply_bytes",
                    "reply_packets"):
            if o[key] is not None and not 0 <= o[key] < 1 << 62:
                bad += 1
                print("%s = %r: %s" % (key, o[key], from_json(o)))
    return bad


def check_twice():
    bad = 0
    for ts, group in refreshes():
        seen = set()
        for o in parse(group):
            tuple_only = from_json(o).rsplit(" ", 1)[0]
            if tuple_only in seen:
                bad += 1
                print("twice at %s: %s" % (ts, from_json(o)))
            seen.add(tuple_only)
    return bad


def choose(argv):
    if "--refresh" in argv:
        n = int(argv[argv.index("--refresh") + 1])
        all_of_them = refreshes()
        return parse(all_of_them[n][1]) if all_of_them else []
    if "--after" in argv:
        where = argv.index("--after")
        start, k = float(argv[where + 1]), int(argv[where + 2])
        late = [g for ts, g in refreshes() if ts > start]
        if len(late) < k:
            sys.exit("only %d refreshes after %f" % (len(late), start))
        return parse(late[k - 1])
    return rows()


def main(argv):
    mode = argv[1] if len(argv) > 1 else ""
    with_more = "--full" in argv
    if mode == "ct":
        lines = [from_conntrack(t, with_more) for t in sys.stdin
                 if "src=" in t]
    elif mode == "json":
        lines = [from_json(o, with_more) for o in choose(argv)]
    elif mode == "refreshes":
        for ts, group in refreshes():
            print("%.6f %d" % (ts, len(group)))
        return 0
    elif mode == "rates":
        return 1 if check_rates(float(argv[2])) else 0
    elif mode == "twice":
        return 1 if check_twice() else 0
    else:
        print(__doc__, file=sys.stderr)
        return 2
    lines.sort()
    if lines:
        print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
