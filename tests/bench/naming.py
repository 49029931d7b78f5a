# SPDX-License-Identifier: GPL-2.0-only
"""What it costs that flows are readable: 100,000 flows to 20,000 addresses with
names, places and services and without, all side by side; and keys while a name
server is dead or late, in turns.

The name server is tests/tools/dnsd.py in the same namespace, places are those of
"mmdb.py world". Only this program sees them, in a mount namespace of its own.
"""
import os
import sys

import keys
import lab
import places

FLOWS, HOSTS = 100000, places.NETWORKS
SERVER = '127.0.0.53'
SETTLE = 4
ROUNDS = 2      # of what is side by side
MORE_CPU = 3 # percent
MORE_MS = 2  # or a quarter
FILES = {
    'resolv.conf': 'nameserver %s\noptions timeout:30\n' % SERVER,
    'nsswitch.conf': 'hosts: files dns\n',
    'hosts': '127.0.0.1 localhost\n',
}
BOX = """for f in %s; do
	mount --bind "$1/$f" "/etc/$f" || exit 1
done
shift
exec "$@"
""" % ' '.join(FILES)


class Lab:
    """A directory for files, and what runs with them."""

    def __init__(self, work):
        self.work = work
        # Started by root, flowtop reads files as nobody.
        os.chmod(work, 0o755)
        self.world = os.path.join(work, 'world')
        os.mkdir(self.world)
        places.make_world(self.world)
        for name, text in dict(FILES, box=BOX).items():
            with open(os.path.join(work, name), 'w') as f:
                f.write(text)

    def server(self, mode):
        job = lab.start(sys.executable, os.path.join(lab.TOP, 'tests/tools/dnsd.py'),
                        SERVER, mode, os.devnull)
        if 'ready' not in job.stdout.readline():
            raise lab.Failed('no name server')
        return job

    def program(self, has_names, *more):
        found = lab.with_names('--geoip-dir', self.world, *more) if has_names \
            else lab.ours(*more)
        found.command = ['unshare', '-m', 'sh', os.path.join(self.work, 'box'),
                         self.work, *found.command]
        return found


def end(job):
    job.kill()
    job.wait()


def press(files, mode, options):
    """[ms of keys] beside that server; None: without names"""
    job = files.server(mode) if mode else None
    try:
        bench = keys.press_all(keys.begin(files.program(bool(mode))), 0,
                               options.naming_keys, 1, ('cursor', ))
    finally:
        if job:
            end(job)
        lab.reap_orphans()
    return ([ms for _, ms in bench.found['cursor']],
            len(bench.unseen['cursor']))


def watch_keys(files, options):
    modes = None, 'dead', 'slow'
    found, unseen = {}, {}
    for mode in modes:
        found[mode], unseen[mode] = press(files, mode, options)
    for percent in 50, 99:
        without, *beside = (lab.percentile(found[mode], percent)
                            for mode in modes)
        for what, value in zip(('dead', '2 s late'), beside):
            yield lab.Row(
                'cursor keys p%d, name server %s, {:,} flows'.format(FLOWS) %
                (percent, what), value, 'ms',
                max(without * 1.25, without + MORE_MS), without,
                'floor: with -n; unseen %d, %d' % (
                    unseen[modes[1 + (what != 'dead')]], unseen[None]))


def watch(program, options):
    """percent, KiB"""
    t = keys.begin(program)
    t.run(SETTLE)
    meter = lab.Meter(t.pid)
    t.run(options.seconds)
    percent = meter.percent()
    kib = lab.memory_kib(lab.family(t.pid), 'RssAnon')
    program.stop(t)
    return percent, kib


def watch_costs(files, options):
    name = '{:,} flows to {:,} addresses'.format(FLOWS, HOSTS)
    job = files.server('fast')
    lists = ('the list of flows', ()), ('countries', ('-g', 'countries'))
    cases = [(has_names, more) for _, more in lists
             for has_names in (False, True)]
    found = {case: [] for case in cases}
    try:
        for _ in range(ROUNDS):
            for case, got in zip(cases, lab.side_by_side(watch, [
                    (files.program(case[0], *case[1]), options)
                    for case in cases])):
                found[case].append(got)
        for what, more in lists:
            (cpu, kib), (more_cpu, more_kib) = (
                (min(c for c, _ in found[k, more]),
                 lab.median([m for _, m in found[k, more]]))
                for k in (False, True))
            yield lab.Row('CPU at 1 Hz with names and places, %s, %s' % (
                what, name), more_cpu, '%', cpu + MORE_CPU, cpu,
                          'floor: with -nGP')
            yield lab.Row('memory for the place of a host, %s, %s' % (
                what, name), (more_kib - kib) * 1024 / HOSTS, 'B',
                          note='%d KiB, %d with -nGP' % (more_kib, kib))
    finally:
        end(job)


def measure(options):
    lab.enter_namespace()
    lab.fill(lab.room(FLOWS), '--peers', str(HOSTS))
    with lab.scratch() as work:
        files = Lab(work)
        yield from watch_costs(files, options)
        lab.enter_namespace()
        lab.fill(lab.room(FLOWS))
        yield from watch_keys(files, options)
