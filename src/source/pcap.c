/* SPDX-License-Identifier: GPL-2.0-only */
/* The pcap file format with link type NETLINK, without any I/O. */
#include "source/pcap.h"

#include "lib/clock.h"

#include <arpa/inet.h>
#include <byteswap.h>
#include <string.h>

#define MAGIC_MICRO 0xa1b2c3d4u
#define MAGIC_NANO 0xa1b23c4du
#define MAGIC_NG 0x0a0d0d0au /* the same in both byte orders */

#define LINK_TYPE_NETLINK 253
#define LINK_TYPE_MASK 0x03ffffffu /* the rest speaks of checksums */

#define HARDWARE_NETLINK 824 /* ARPHRD_NETLINK */
#define PACKET_TYPE_USER 6   /* PACKET_USER: from the kernel to a program */

static uint32_t read_u32(const void *data, size_t at, bool swapped)
{
	uint32_t value;

	memcpy(&value, (const uint8_t *)data + at, sizeof(value));
	return swapped ? bswap_32(value) : value;
}

static uint16_t read_be16(const void *data, size_t at)
{
	uint16_t value;

	memcpy(&value, (const uint8_t *)data + at, sizeof(value));
	return ntohs(value);
}

static void write_u32(uint8_t *data, size_t at, uint32_t value)
{
	memcpy(data + at, &value, sizeof(value));
}

static void write_be16(uint8_t *data, size_t at, uint16_t value)
{
	value = htons(value);
	memcpy(data + at, &value, sizeof(value));
}

const char *pcap_read_file_header(const void *data, struct pcap_format *format)
{
	uint32_t magic = read_u32(data, 0, false);

	if (magic == MAGIC_NG)
		return "a pcapng file; convert it with editcap -F nsecpcap";
	format->swapped =
		magic == bswap_32(MAGIC_MICRO) || magic == bswap_32(MAGIC_NANO);
	magic = read_u32(data, 0, format->swapped);
	if (magic != MAGIC_MICRO && magic != MAGIC_NANO)
		return "not a pcap file";
	format->is_nano = magic == MAGIC_NANO;
	if (read_u32(data, 16, format->swapped) == 0)
		return "damaged file header: snapshot length 0";
	if ((read_u32(data, 20, format->swapped) & LINK_TYPE_MASK) !=
	    LINK_TYPE_NETLINK)
		return "not a netlink capture: link type is not 253";
	return NULL;
}

const char *pcap_read_record(const void *data, const struct pcap_format *format,
			     struct pcap_record *record)
{
	uint64_t seconds = read_u32(data, 0, format->swapped);
	uint64_t fraction = read_u32(data, 4, format->swapped);

	record->captured = read_u32(data, 8, format->swapped);
	record->length = read_u32(data, 12, format->swapped);
	if (record->captured > PCAP_MAX_CAPTURED)
		return "a record is larger than 256 KiB";
	if (record->captured > record->length)
		return "a record is longer than its packet";
	if (!format->is_nano)
		fraction *= NS_PER_US;
	if (fraction >= NS_PER_S)
		fraction = NS_PER_S - 1;
	record->wall_ns = seconds * NS_PER_S + fraction;
	return NULL;
}

int pcap_read_cooked(const void *data)
{
	if (read_be16(data, 2) != HARDWARE_NETLINK)
		return -1;
	return read_be16(data, 14);
}

void pcap_write_file_header(uint8_t data[PCAP_FILE_HEADER])
{
	const uint16_t version[2] = { 2, 4 };

	memset(data, 0, PCAP_FILE_HEADER);
	write_u32(data, 0, MAGIC_NANO);
	memcpy(data + 4, version, sizeof(version));
	write_u32(data, 16, PCAP_MAX_CAPTURED);
	write_u32(data, 20, LINK_TYPE_NETLINK);
}

void pcap_write_record(uint8_t data[PCAP_RECORD_HEADER + PCAP_COOKED_HEADER],
		       uint64_t wall_ns, int family, uint32_t size)
{
	uint8_t *cooked = data + PCAP_RECORD_HEADER;

	write_u32(data, 0, (uint32_t)(wall_ns / NS_PER_S));
	write_u32(data, 4, (uint32_t)(wall_ns % NS_PER_S));
	write_u32(data, 8, size + PCAP_COOKED_HEADER);
	write_u32(data, 12, size + PCAP_COOKED_HEADER);
	memset(cooked, 0, PCAP_COOKED_HEADER);
	write_be16(cooked, 0, PACKET_TYPE_USER);
	write_be16(cooked, 2, HARDWARE_NETLINK);
	write_be16(cooked, 14, (uint16_t)family);
}
