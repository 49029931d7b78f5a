# SPDX-License-Identifier: GPL-2.0-only
"""What it costs to know whose 100,000 flows they are, with owners and without:
CPU side by side, so that the machine is the same, keys in turns.

Some flows have sockets, of many processes; the others look as if they began
here and have none, so that each has to be asked about before nobody is its
owner. Nothing switches owners off; where sockets cannot be asked about there
are none, and no flow is asked about.
"""
import json
import os
import subprocess
import sys

import keys
import lab

FLOWS = 100000
PROCESSES, SOCKETS = 1000, 10
HERE, THERE = '198.18.0.1/24', '198.18.0.2'
RULES = """table inet track {
    chain output { type filter hook output priority filter; ct state new counter; }
}"""
OURS = '--local-net', '10.0.0.0/8' # the addresses of ctfill
AF_NETLINK, NETLINK_SOCK_DIAG = 16, 4
SETTLE = 4
ROUNDS = 2
MORE_CPU = 3 # percent
KEYS_MS = keys.GOALS_MS['cursor']


def make_flows():
    """Return: the job that has the sockets."""
    lab.enter_namespace()
    with open(lab.SYSCTL + 'udp_timeout', 'w') as f:
        f.write('3600')
    for words in (
            'link add near type veth peer name far', 'link set near up',
            'link set far up', 'addr add %s dev near' % HERE,
            # Nobody has it.
            'neigh add %s lladdr 02:00:00:00:00:01 dev near' % THERE):
        lab.run('ip', *words.split())
    subprocess.run(['nft', '-f', '-'], input=RULES, text=True, check=True)
    n = PROCESSES * SOCKETS
    job = lab.start(os.path.join(lab.TOOLS, 'crowd'), str(PROCESSES),
                    str(SOCKETS), str(n), THERE, '4500')
    if 'ready' not in job.stdout.readline():
        raise lab.Failed('no processes with sockets')
    lab.fill(FLOWS - n)
    return job


def program(has_owners):
    found = lab.ours(*OURS)
    if not has_owners:
        found.command = [
            sys.executable, os.path.join(lab.TOP, 'tests/tools/deny.py'),
            'socket', 'EPERM', '0=%d' % AF_NETLINK, '2=%d' % NETLINK_SOCK_DIAG,
            ':', *found.command]
    return found


def owned(has_owners):
    """Flows that have a process"""
    said = lab.output(*program(has_owners).command, '-j', '-1', '-t', '0',
                      stderr=subprocess.DEVNULL)
    return sum(json.loads(line).get('process') is not None
               for line in said.splitlines())


def watch(has_owners, options):
    """percent"""
    found = program(has_owners)
    t = keys.begin(found)
    t.run(SETTLE)
    meter = lab.Meter(t.pid)
    t.run(options.seconds)
    percent = meter.percent()
    if found.stop(t):
        raise lab.Failed('flowtop ended with %#x' % t.status)
    return percent


def press(has_owners, options, seed):
    """[ms of keys], seen by nobody"""
    bench = keys.press_all(keys.begin(program(has_owners)),
                           options.rate * 2 // 5, options.owner_keys, seed,
                           ('cursor', ))
    lab.reap_orphans()
    return [ms for _, ms in bench.found['cursor']], bench.lost


def measure(options):
    job = make_flows()
    cpu, ms, lost = ({False: [], True: []} for _ in range(3))
    try:
        for seed in range(ROUNDS):
            for has_owners, percent in zip((False, True), lab.side_by_side(
                    watch, ((False, options), (True, options)))):
                cpu[has_owners].append(percent)
            for has_owners in (False, True):
                found, unread = press(has_owners, options, seed)
                ms[has_owners] += found
                lost[has_owners].append(unread)
        n, none = owned(True), owned(False)
    finally:
        job.kill()
        job.wait()
    if none or not n:
        raise lab.Failed('%d flows have a process with owners, %d without' %
                         (n, none))
    name = '{:,} flows, {:,} with a process'.format(FLOWS, n)
    without = lab.median(cpu[False])
    yield lab.Row('CPU at 1 Hz with owners, ' + name, lab.median(cpu[True]),
                  '%', without + MORE_CPU, without, 'floor: without owners')
    for percent, goal in (50, None), (99, KEYS_MS):
        yield lab.Row('cursor keys p%d with owners, %s' % (percent, name),
                      lab.percentile(ms[True], percent), 'ms', goal,
                      lab.percentile(ms[False], percent),
                      'floor: without owners')
    yield lab.Row('lost beside keys with owners', sum(lost[True]), 'events', 0)
