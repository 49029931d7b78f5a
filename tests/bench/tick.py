# SPDX-License-Identifier: GPL-2.0-only
"""What a tick costs per flow: walk, filter, select, compose; see view.c, which
measures more than is taken from it here. In the calm order, which is that of
the screen, each flow's last place is remembered. "Equals": no rate is known or
all are 0, and the selected flow is held; what a frame of them costs is told
without a goal."""
import json
import os

import lab
import places

ORDERS = ('first 50 by rate', 'first 50 by rate, calm')
EQUALS = 'first 50 of equals, held'
EXPECTED = 4 # times the linear walk
# Lines of several flows, from 20,000 addresses whose places are found in files.
# As shown on 80 cells, and with all that 120 may show.
VIEWS = ('hosts', 'countries', 'networks', 'ports')
EXPECTED_VIEW = 12 # times the linear walk
GOAL_VIEW = 60
GOAL_ONLY = 20 # the flows of one line


def of_size(flows, world):
    said = lab.output(os.path.join(lab.BENCH, 'view'), str(flows), 'first 50',
                      world)
    found = {o['what']: o['ns_per_flow']
             for o in map(json.loads, said.splitlines())}
    calib = found['linear walk']

    def row(what, goal, expected):
        return lab.Row('tick, {:,} flows, '.format(flows) + what, found[what],
                       'ns/flow', goal, calib,
                       gate=expected and lab.SLACK * expected * calib)

    for what in ORDERS:
        yield row(what, 15, EXPECTED)
    yield row('first 50 of 2000 processes, calm', GOAL_VIEW, EXPECTED_VIEW)
    for view in VIEWS:
        for wide in '', ', wide':
            yield row('first 50 %s, calm%s' % (view, wide), GOAL_VIEW,
                      EXPECTED_VIEW)
    for view in VIEWS:
        yield row('first 50 of one of %s, calm' % view, GOAL_ONLY,
                  EXPECTED_VIEW)
    yield row(EQUALS, None, None)


def measure(options):
    with lab.scratch() as world:
        places.make_world(world)
        for flows in options.tick_sizes:
            yield from of_size(flows, world)
