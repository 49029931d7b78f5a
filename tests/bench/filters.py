# SPDX-License-Identifier: GPL-2.0-only
"""What a filter of three terms costs per flow beside a walk that looks at
nothing but the family, and what it adds to a frame; see view.c, which has the
expressions. Answers about hosts and processes are remembered in a walk, so that
texts and regular expressions cost once for each of 20,000 hosts and 2,000
processes."""
import json
import os

import lab
import places

FILTERS = ('numbers', 'all true', 'addresses', 'processes', 'countries',
           'text', 'regex')
GOAL = 100
EXPECTED = 12 # times the linear walk


def of_size(flows, world):
    said = lab.output(os.path.join(lab.BENCH, 'view'), str(flows), 'filter',
                      world)
    found = {o['what']: o['ns_per_flow']
             for o in map(json.loads, said.splitlines())}
    calib = found['linear walk']
    for name in FILTERS:
        what = 'filter, {:,} flows, {}'.format(flows, name)
        yield lab.Row(what, found['filter ' + name], 'ns/flow', GOAL, calib,
                      gate=lab.SLACK * EXPECTED * calib)
        yield lab.Row(what + ', with the frame',
                      found['filter %s, frame' % name], 'ns/flow', None, calib)
    yield lab.Row('filter, {:,} flows, none, frame'.format(flows),
                  found['filter none, frame'], 'ns/flow', None, calib)


def measure(options):
    with lab.scratch() as world:
        places.make_world(world)
        for flows in options.tick_sizes:
            yield from of_size(flows, world)
