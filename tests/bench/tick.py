# SPDX-License-Identifier: GPL-2.0-only
"""What a tick costs per flow: walk, filter, select, compose; see view.c, which
measures more than is taken from it here. In the calm order, which is that of
the screen, each flow's last place is remembered. "Equals": no rate is known or
all are 0, and the selected flow is held; what a frame of them costs is told
without a goal."""
import json
import os

import lab

ORDERS = ('first 50 by rate', 'first 50 by rate, calm')
EQUALS = 'first 50 of equals, held'
EXPECTED = 4 # times the linear walk
# Lines of several flows, from 20,000 addresses, as they are shown on 80 cells.
VIEWS = ('processes', 'hosts', 'countries', 'networks', 'ports')
EXPECTED_VIEW = 12 # times the linear walk
GOAL_VIEW = 60


def of_size(flows):
    said = lab.output(os.path.join(lab.BENCH, 'view'), str(flows), 'first 50')
    found = {o['what']: o['ns_per_flow']
             for o in map(json.loads, said.splitlines())}
    calib = found['linear walk']
    for what in ORDERS:
        yield lab.Row('tick, {:,} flows, '.format(flows) + what, found[what],
                      'ns/flow', 15, calib,
                      gate=lab.SLACK * EXPECTED * calib)
    for view in VIEWS:
        what = 'first 50 {}, calm'.format(view)
        what = what.replace('50 processes', '50 of 2000 processes')
        yield lab.Row('tick, {:,} flows, '.format(flows) + what, found[what],
                      'ns/flow', GOAL_VIEW, calib,
                      gate=lab.SLACK * EXPECTED_VIEW * calib)
    yield lab.Row('tick, {:,} flows, '.format(flows) + EQUALS, found[EQUALS],
                  'ns/flow', None, calib)


def measure(options):
    for flows in options.tick_sizes:
        yield from of_size(flows)
