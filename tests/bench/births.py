# SPDX-License-Identifier: GPL-2.0-only
"""What watching the births of sockets costs those who make them."""
import os

import lab


def measure(options):
    del options
    lab.enter_namespace()
    found = lab.last_json(lab.output(os.path.join(lab.BENCH, 'births')))
    for what in 'socket', 'connect':
        yield lab.Row('%s() and close(), births watched' % what,
                      found[what + '_ns'] + found[what + '_more_ns'], 'ns',
                      None, found[what + '_ns'])
    yield lab.Row('reading a birth', found['read_ns'], 'ns')
