#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write files in the format of MaxMind: good ones, and every kind of broken one.

    mmdb.py good DIRECTORY             files of three vendors
    mmdb.py broken DIRECTORY           see broken(); names say what is wrong
    mmdb.py one FILE TYPE EPOCH NETWORK=JSON...
    mmdb.py big FILE NETWORKS          a City file with so many networks
    mmdb.py world DIRECTORY NETWORKS   so many networks of the same addresses as
                                       big, in 200 countries; one in 16 is an
                                       autonomous system
    mmdb.py hostile FILE NETWORKS      with names that are made to do harm
"""

import ipaddress
import json
import random
import struct
import sys

MARKER = b'\xab\xcd\xefMaxMind.com'
EPOCH = 1_786_000_000  # 2026-08


class Raw(bytes):
    """Bytes of the data section as they are."""


class Typed:
    def __init__(self, kind, value):
        self.kind, self.value = kind, value


# ------------------------------------------------------------------ values

def control(kind, size):
    more = b''
    if size >= 65821:
        size, more = 31, (size - 65821).to_bytes(3, 'big')
    elif size >= 285:
        size, more = 30, (size - 285).to_bytes(2, 'big')
    elif size >= 29:
        size, more = 29, (size - 29).to_bytes(1, 'big')
    if kind > 7:
        return bytes([size, kind - 7]) + more
    return bytes([kind << 5 | size]) + more


def number(kind, value):
    size = (value.bit_length() + 7) // 8
    return control(kind, size) + value.to_bytes(size, 'big')


def pointer(target):
    """Always of the long form: any target."""
    return bytes([1 << 5 | 3 << 3]) + target.to_bytes(4, 'big')


def encode(value):
    if isinstance(value, Raw):
        return bytes(value)
    if isinstance(value, Typed):
        return number(value.kind, value.value)
    if isinstance(value, bool):
        return control(14, int(value))
    if isinstance(value, int):
        return number(6 if value < 1 << 32 else 9, value)
    if isinstance(value, float):
        return control(3, 8) + struct.pack('>d', value)
    if isinstance(value, str):
        value = value.encode()
        return control(2, len(value)) + value
    if isinstance(value, bytes):
        return control(2, len(value)) + value
    if isinstance(value, dict):
        return control(7, len(value)) + b''.join(
            encode(k) + encode(v) for k, v in value.items())
    return control(11, len(value)) + b''.join(encode(v) for v in value)


class Data:
    """The data section: what is there already is pointed to."""

    def __init__(self):
        self.bytes = bytearray()
        self.at = {}

    def add(self, value):
        encoded = encode(value)
        if encoded not in self.at:
            self.at[encoded] = len(self.bytes)
            self.bytes += encoded
        return self.at[encoded]

    def shared(self, value):
        """A pointer, to be put into another value."""
        return Raw(pointer(self.add(value)))


# -------------------------------------------------------------------- tree

class Tree:
    def __init__(self, ip_version):
        self.ip_version = ip_version
        self.nodes = [[None, None]]

    def add(self, network, offset):
        """IPv4 in a tree of IPv6 lies at ::/96."""
        net = ipaddress.ip_network(network)
        bits, length = int(net.network_address), net.prefixlen
        width = 128 if self.ip_version == 6 else 32
        if net.version == 4 and self.ip_version == 6:
            length += 96
        at = 0
        for i in range(length):
            bit = bits >> (width - 1 - i) & 1
            if i == length - 1:
                self.nodes[at][bit] = ('data', offset)
                return
            if not isinstance(self.nodes[at][bit], int):
                self.nodes.append([None, None])
                self.nodes[at][bit] = len(self.nodes) - 1
            at = self.nodes[at][bit]

    def encode(self, record_size):
        count = len(self.nodes)
        out = bytearray()
        for node in self.nodes:
            pair = []
            for record in node:
                if record is None:
                    pair.append(count)
                elif isinstance(record, int):
                    pair.append(record)
                else:
                    pair.append(count + 16 + record[1])
            left, right = pair
            if record_size == 24:
                out += left.to_bytes(3, 'big') + right.to_bytes(3, 'big')
            elif record_size == 28:
                out += (left & 0xffffff).to_bytes(3, 'big')
                out += bytes([left >> 24 << 4 | right >> 24])
                out += (right & 0xffffff).to_bytes(3, 'big')
            else:
                out += struct.pack('>II', left, right)
        return bytes(out)


def database(kind, networks, ip_version=6, record_size=24, epoch=EPOCH,
             **lies):
    """The bytes of a file. lies: of the metadata, None leaves one out; tree=,
    data= replace the sections."""
    data, tree = Data(), Tree(ip_version)
    for network, value in networks.items():
        if callable(value):
            value = value(data)
        offset = value if isinstance(value, int) else data.add(value)
        tree.add(network, offset)
    metadata = {
        'binary_format_major_version': Typed(5, 2),
        'binary_format_minor_version': Typed(5, 0),
        'build_epoch': Typed(9, epoch),
        'database_type': kind,
        'description': {'en': 'made for a test'},
        'ip_version': Typed(5, ip_version),
        'languages': ['en'],
        'node_count': len(tree.nodes),
        'record_size': Typed(5, record_size),
    }
    sections = [lies.pop('tree', tree.encode(record_size)), bytes(16),
                lies.pop('data', bytes(data.bytes))]
    claims = {'claims_records': 'record_size', 'claims_ip': 'ip_version'}
    for key, value in lies.items():
        key = claims.get(key, key)
        if value is None:
            del metadata[key]
        else:
            metadata[key] = value
    return b''.join(sections) + MARKER + encode(metadata)


# ------------------------------------------------------------------- layouts

def names(text):
    return {'de': text + ' (de)', 'en': text, 'fr': text + ' (fr)'}


def maxmind_city(cc, country, city):
    def make(data):
        """Countries are shared, as MaxMind does it."""
        return {
            'city': {'geoname_id': 4711, 'names': names(city)},
            'continent': data.shared({'code': 'EU', 'names': names('Europe')}),
            'country': data.shared({'geoname_id': 1, 'iso_code': cc,
                                    'is_in_european_union': True,
                                    'names': names(country)}),
            'location': {'accuracy_radius': Typed(5, 100),
                         'latitude': 50.1, 'longitude': -8.6,
                         'time_zone': 'Europe/Berlin'},
            'postal': {'code': '60313'},
            'registered_country': data.shared({'iso_code': 'XX',
                                               'names': names('Wrong')}),
            'subdivisions': [{'iso_code': 'HE', 'names': names('Hesse')}],
        }
    return make


def dbip_city(cc, country, city):
    """The same names; English only, subdivisions without codes."""
    return {
        'city': {'names': {'en': city}},
        'continent': {'code': 'NA', 'geoname_id': 6255149,
                      'names': names('North America')},
        'country': {'geoname_id': 6252001, 'is_in_european_union': False,
                    'iso_code': cc, 'names': names(country)},
        'location': {'latitude': 37.4, 'longitude': -122.1},
        'subdivisions': [{'names': {'en': 'California'}}],
    }


def asn(number_, org):
    return {'autonomous_system_number': number_,
            'autonomous_system_organization': org}


def good():
    """Networks for documentation, and public ones that nobody uses here."""
    return {
        'GeoLite2-City.mmdb': database('GeoLite2-City', {
            '203.0.113.0/24': maxmind_city('DE', 'Germany', 'Frankfurt'),
            '198.51.100.0/25': maxmind_city('FR', 'France', 'Paris'),
            '2001:db8:cafe::/48': maxmind_city('DE', 'Germany', 'Berlin'),
        }, record_size=28),
        'GeoLite2-Country.mmdb': database('GeoLite2-Country', {
            '203.0.113.0/24': {'country': {'iso_code': 'DE',
                                           'names': names('Germany')}},
            '192.0.2.0/24': {'registered_country': {'iso_code': 'GB'},
                             'represented_country': {'iso_code': 'GB'}},
        }, ip_version=4),
        'GeoLite2-ASN.mmdb': database('GeoLite2-ASN', {
            '203.0.113.0/24': asn(64496, 'EXAMPLE-CLOUD'),
            '198.51.100.0/24': asn(65551, 'Example Networks'),
            '2001:db8::/32': asn(64497, 'EXAMPLE-SIX'),
        }, record_size=32),
        'dbip-city-lite.mmdb': database('DBIP-City-Lite', {
            '203.0.113.0/24': dbip_city('US', 'United States', 'Mountain View'),
            '2001:db8:beef::/48': dbip_city('JP', 'Japan', 'Tokyo (Chiyoda)'),
        }),
        'dbip-asn-lite.mmdb': database('DBIP-ASN-Lite (compat=GeoLite2-ASN)', {
            '203.0.113.0/24': asn(64500, 'Example, Inc.'),
        }, ip_version=4, record_size=32),
        'ipinfo_lite.mmdb': database('ipinfo generic_ipinfo_lite.mmdb', {
            '203.0.113.0/24': {
                'as_domain': 'example.net', 'as_name': 'Example Net',
                'asn': 'AS64511', 'continent': 'Europe',
                'continent_code': 'EU', 'country': 'Netherlands',
                'country_code': 'NL'},
        }, record_size=32),
        'ipinfo_location.mmdb': database('ipinfo standard_location.mmdb', {
            '203.0.113.0/24': {'city': 'Oslo', 'country': 'NO',
                               'country_name': 'Norway', 'lat': '59.9',
                               'timezone': 'Europe/Oslo'},
        }, record_size=28),
        'enterprise.mmdb': database('DBIP-Location-ISP (compat=Enterprise)', {
            '203.0.113.0/24': {
                'city': {'names': {'en': 'Rome'}},
                'country': {'iso_code': 'IT', 'names': {'en': 'Italy'}},
                'traits': {'autonomous_system_number': 64510,
                           'autonomous_system_organization': 'Via',
                           'isp': 'Via ISP'}},
        }),
    }


# -------------------------------------------------------------------- broken

NET = '203.0.113.0/24'


def city(record, **lies):
    return database('GeoLite2-City', {NET: record}, **lies)


def record_of(**more):
    record = {'city': {'names': {'en': 'Frankfurt'}},
              'country': {'iso_code': 'DE', 'names': {'en': 'Germany'}}}
    record.update(more)
    return record


def nested(depth):
    return Raw(b'\x01\x04' * depth + encode('deep'))


def refused():
    """Files that must not be used at all."""
    whole = good()['GeoLite2-City.mmdb']
    node = (5).to_bytes(3, 'big') + (1 << 23).to_bytes(3, 'big')
    return {
        'empty': b'',
        'cut-1': whole[:-1],
        'cut-4096': database('GeoLite2-City', {
            f'203.0.{n}.0/24': maxmind_city('DE', 'Germany', f'City {n}')
            for n in range(100)})[:-4096],
        'cut-half': whole[:len(whole) // 2],
        'random': random.Random(1).randbytes(100_000),
        'text': b'<html>404 Not Found</html>\n' * 100,
        'wrong-type': database('GeoIP2-Anonymous-IP', {NET: {'a': True}}),
        'no-metadata': whole[:whole.rindex(MARKER)],
        'only-marker': MARKER,
        'metadata-no-map': whole[:whole.rindex(MARKER)] + MARKER + encode('x'),
        'metadata-nested': whole[:whole.rindex(MARKER)] + MARKER +
        encode({'languages': nested(30000)}),
        'metadata-bomb': bomb(whole),
        'no-type': city(record_of(), database_type=None),
        'type-number': city(record_of(), database_type=7),
        'no-epoch-version': city(record_of(),
                                 binary_format_major_version=None),
        'version-3': city(record_of(),
                          binary_format_major_version=Typed(5, 3)),
        'epoch-0': city(record_of(), epoch=0),
        'epoch-none': city(record_of(), build_epoch=None),
        'nodes-0': city(record_of(), node_count=0),
        'nodes-none': city(record_of(), node_count=None),
        'nodes-text': city(record_of(), node_count='many'),
        'nodes-too-many': city(record_of(), node_count=1_000_000),
        'nodes-overflow': city(record_of(), node_count=0xffffffff),
        'nodes-wrap': city(record_of(), node_count=0x40000000,
                           claims_records=Typed(5, 32)),
        'records-0': city(record_of(), claims_records=Typed(5, 0)),
        'records-25': city(record_of(), claims_records=Typed(5, 25)),
        'records-8': city(record_of(), claims_records=Typed(5, 8)),
        'ip-5': city(record_of(), claims_ip=Typed(5, 5)),
        'ip-0': city(record_of(), claims_ip=Typed(5, 0)),
        'tree-beyond': city(record_of(), tree=node * 120),
        'tree-separator': city(record_of(), tree=(
            (120 + 5).to_bytes(3, 'big') * 240)),
        'languages-number': city(record_of(), languages=5),
        'languages-array-of-numbers': city(record_of(), languages=[1, 2]),
        'description-text': city(record_of(), description='x'),
        'description-bad': city(record_of(), description={'en': 5}),
    }


def bomb(whole):
    """Lists of pointers to lists: 8 ** 12 values."""
    head = whole[:whole.rindex(MARKER)] + MARKER
    out = bytearray(control(7, 1) + encode('languages') + pointer(0))
    hole = len(out) - 4
    target = len(out)
    out += encode(['x'] * 8)
    for _ in range(12):
        here = len(out)
        out += control(11, 8) + pointer(target) * 8
        target = here
    out[hole:hole + 4] = target.to_bytes(4, 'big')
    return head + bytes(out)


def damaged():
    """Files that can be opened; what they say of the address is unknown."""
    def loop(data):
        at = len(data.bytes)
        data.bytes += control(7, 1) + encode('city') + pointer(at)
        return at

    def to_itself(data):
        at = len(data.bytes)
        data.bytes += pointer(at)
        return at

    return {
        'pointer-loop': city(loop),
        'pointer-itself': city(to_itself),
        'pointer-beyond': city(Raw(pointer(1 << 30))),
        'huge-array': city(Raw(bytes([31, 4]) + b'\xff\xff\xff')),
        'huge-map': city(Raw(bytes([7 << 5 | 31]) + b'\xff\xff\xff')),
        'huge-text': city({'city': Raw(bytes([2 << 5 | 31]) + b'\xff\xff\xff'
                                       + b'abc')}),
        'huge-number': city({'asn': Raw(bytes([6 << 5 | 29, 200]))}),
        'deep': city({'city': nested(100_000)}),
        'deep-first': city({'a': nested(100_000), **record_of()}),
        'bomb': city(data_bomb),
        'unknown-kind': city(Raw(b'\x00\x20')),
        'container': city(Raw(b'\x00\x05')),
        'end-marker': city(Raw(b'\x00\x06')),
        'key-number': city(Raw(control(7, 1) + encode(5) + encode('x'))),
        'cut-record': city(Raw(control(7, 3) + encode('city'))),
    }


def data_bomb(data):
    target = data.add(['x'] * 8)
    for _ in range(12):
        here = len(data.bytes)
        data.bytes += control(11, 8) + pointer(target) * 8
        target = here
    return target


def strange():
    """Files that are sound, but say odd things."""
    escape = 'A\x1b[2J\x07\u202eB\u200b\U000e0041\x00C\x85'
    return {
        'record-text': city('Frankfurt'),
        'country-number': city({'country': 49, 'city': 7}),
        'code-number': city({'country': {'iso_code': 49}}),
        'code-long': city({'country': {'iso_code': 'DEU'}}),
        'code-digits': city({'country': {'iso_code': '12'}}),
        'code-nul': city({'country': {'iso_code': 'D\x00'}}),
        'names-list': city({'city': {'names': ['Frankfurt']}}),
        'no-english': city({'city': {'names': {'de': 'Wien'}}}),
        'asn-text': database('GeoLite2-ASN', {NET: {
            'autonomous_system_number': 'many',
            'autonomous_system_organization': 5}}),
        'asn-large': database('GeoLite2-ASN', {NET: {
            'autonomous_system_number': Typed(9, 1 << 40)}}),
        'asn-map': database('GeoLite2-ASN', {NET: {'asn': {'a': 1}}}),
        'escape': city(record_of(city={'names': {'en': escape}})),
        'bytes': city(record_of(city={'names': {'en': b'\xff\xfe\x80'}})),
        'long': city(record_of(city={'names': {'en': 'x' * 70_000}})),
        'empty-text': city(record_of(city={'names': {'en': ''}})),
        'epoch-future': city(record_of(), epoch=1 << 62),
        'no-languages': city(record_of(), languages=[]),
        'no-data': database('GeoLite2-City', {}),
    }


def write(path, data):
    with open(path, 'wb') as out:
        out.write(data)


def write_all(directory, files, suffix=''):
    for name, data in files.items():
        write(f'{directory}/{name}{suffix}', data)


def big(path, count):
    rng = random.Random(7)
    networks = {}
    for n in range(count):
        net = (1 + n // 65536, n >> 8 & 255, n & 255)
        value = maxmind_city('DE', 'Germany', f'City {rng.randrange(50000)}')
        networks['%d.%d.%d.0/24' % net] = value
    write(path, database('GeoLite2-City', networks, record_size=28))


def world(directory, count):
    cities, systems = {}, {}
    for n in range(count):
        net = '%d.%d.%d.0/24' % (1 + n // 65536, n >> 8 & 255, n & 255)
        i = n * 7919 % 200
        cc = chr(65 + i // 26) + chr(65 + i % 26)
        cities[net] = maxmind_city(cc, 'Country ' + cc, f'City {n % 5000}')
        systems[net] = asn(64496 + n // 16, f'EXAMPLE-{n // 16}')
    write_all(directory, {
        'city': database('GeoLite2-City', cities, record_size=28),
        'asn': database('GeoLite2-ASN', systems, record_size=28),
    }, '.mmdb')


NASTY = ['\x1b[2J', '\x1b]0;x\x07', '\x9b31m', '\r', '\n', '\b', '\t', '\0',
         '\x7f', '\u202e', '\u2066', '\u200b', '\u200d', '\u2028', '\ufeff',
         '\U000e0041', '\ue000', '\ufffe', '\u3042', '\U0001f600', '\u0301' * 9,
         '\u00ad', '%n%s', '=1+1', 'ok', '\u00e9', '"', ',', '\\']


def hostile(path, count):
    """Each of some of these, of random bytes, and of both."""
    rng = random.Random(11)

    def name():
        parts = [rng.choice(NASTY).encode() if rng.random() < 0.7
                 else rng.randbytes(rng.randrange(6))
                 for _ in range(rng.randrange(1, 12))]
        return b''.join(parts)

    networks = {}
    for n in range(count):
        networks['9.%d.%d.0/24' % (n >> 8, n & 255)] = {
            'city': {'names': {'en': name()}},
            'country': {'iso_code': name()[:2], 'names': {'en': name()}},
            'traits': {'autonomous_system_number': n,
                       'autonomous_system_organization': name()}}
    write(path, database('GeoIP2-Enterprise', networks))


def main(args):
    if len(args) == 2 and args[0] == 'good':
        write_all(args[1], good())
    elif len(args) == 2 and args[0] == 'broken':
        for group in (refused, damaged, strange):
            write_all(args[1], {f'{group.__name__}.{name}': data
                                for name, data in group().items()}, '.mmdb')
    elif len(args) > 3 and args[0] == 'one':
        networks = dict(arg.split('=', 1) for arg in args[4:])
        write(args[1], database(args[2], {
            net: json.loads(text) for net, text in networks.items()},
            epoch=int(args[3])))
    elif len(args) == 3 and args[0] == 'big':
        big(args[1], int(args[2]))
    elif len(args) == 3 and args[0] == 'world':
        world(args[1], int(args[2]))
    elif len(args) == 3 and args[0] == 'hostile':
        hostile(args[1], int(args[2]))
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main(sys.argv[1:])
