# SPDX-License-Identifier: GPL-2.0-only
"""What the place of an address costs: in the cache, and looked up for the first
time, after which it is there; see geo.c. Of 20,000 addresses in as many
networks of a file with cities in the layout of MaxMind."""
import json
import os
import subprocess
import sys

import lab

NETWORKS = 20000


def make_files(what, path):
    subprocess.run([sys.executable, os.path.join(lab.TOP, 'tests/tools/mmdb.py'),
                    what, path, str(NETWORKS)], check=True)


def make_world(directory):
    """Cities, countries and networks, as if of MaxMind."""
    make_files('world', directory)


def measure(options):
    del options
    with lab.scratch() as directory:
        make_files('big', os.path.join(directory, 'city.mmdb'))
        said = lab.output(os.path.join(lab.BENCH, 'geo'), directory)
    found = {o['what']: o for o in map(json.loads, said.splitlines())}
    calib = found['linear walk']['ns']
    yield lab.Row('place of an address, cached', found['cached']['ns'],
                  'ns', 50, calib)
    yield lab.Row('place of an address, looked up', found['first look-up']['ns'],
                  'ns', 5000, calib)
