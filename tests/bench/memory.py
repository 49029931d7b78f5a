# SPDX-License-Identifier: GPL-2.0-only
"""Memory for a flow and for a host, and whether it is given back. Both tables
are there at the same time, each in a namespace of its own: nothing here is
about time."""
import lab

FLOWS = 262144
FEW_HOSTS = 50000   # flows of one source
MANY_HOSTS = 16
PATIENCE = 30
# After the last flow has left the screen: closed ones stay in the table for 3 s,
# and what they have taken goes when it was not needed for a while.
RETURN_SECONDS = 15


def kib(t):
    return lab.memory_kib(lab.family(t.pid), 'RssAnon')


def settled(t, flows, program):
    """All of them are shown, and what came late is there too."""
    if not t.run(PATIENCE, lambda: program.flows_seen(t.screen) == flows):
        raise lab.Failed('%d flows instead of %d on the screen' %
                         (program.flows_seen(t.screen), flows))
    t.run(3)
    return kib(t)


def grow(flows, per_host, return_seconds):
    """KiB at the start, with all flows, and after they are gone"""
    program = lab.ours()
    lab.enter_namespace()
    t = program.start()
    t.run(3)
    before = kib(t)
    lab.fill(flows, '--hosts', str(per_host))
    full = settled(t, flows, program)
    lab.flush()
    t.run(PATIENCE, lambda: program.flows_seen(t.screen) == 0)
    t.run(return_seconds)
    after = kib(t)
    program.stop(t)
    return before, full, after


def measure(options):
    flows = lab.room(options.memory)
    (before, full, after), (_, few, _) = lab.side_by_side(grow, (
        (flows, MANY_HOSTS, RETURN_SECONDS), (flows, FEW_HOSTS, 0)))
    name = '{:,} flows'.format(flows)
    # Those that ctfill makes more in the first case
    hosts = flows / MANY_HOSTS - flows / FEW_HOSTS
    yield lab.Row('memory for a flow, 16 per host, ' + name,
                  (full - before) * 1024 / flows, 'B', 300)
    yield lab.Row('memory for a host', (full - few) * 1024 / hosts, 'B')
    yield lab.Row('memory kept when the table is empty',
                  (after / before - 1) * 100, '%', 20,
                  note='%d KiB, %d, %d' % (before, full, after))
