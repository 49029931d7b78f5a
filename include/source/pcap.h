/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pcap file format with link type NETLINK, without any I/O.
 *
 *   file header (24)  { record header (16)  cooked header (16)  netlink }*
 *
 * Headers are in the byte order of the recording host, except the cooked one,
 * which is in network order. So are the netlink messages.
 */
#ifndef FLOWTOP_SOURCE_PCAP_H
#define FLOWTOP_SOURCE_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCAP_FILE_HEADER 24
#define PCAP_RECORD_HEADER 16
#define PCAP_COOKED_HEADER 16
#define PCAP_MAX_CAPTURED (256 * 1024) /* larger records are refused */

/* How to read this file. */
struct pcap_format {
	bool swapped; /* written on a host of the other byte order */
	bool is_nano; /* fractions of a second are nanoseconds */
};

struct pcap_record {
	uint64_t wall_ns;
	uint32_t captured; /* bytes that follow in the file */
	uint32_t length;   /* bytes that the packet had */
};

/**
 * pcap_read_file_header - check the first PCAP_FILE_HEADER bytes of a file
 *
 * Return: NULL, or what is wrong with it in a few words.
 */
const char *pcap_read_file_header(const void *data, struct pcap_format *format);

/**
 * pcap_read_record - decode PCAP_RECORD_HEADER bytes
 *
 * Return: NULL, or what is wrong: nothing behind it can be read then.
 */
const char *pcap_read_record(const void *data, const struct pcap_format *format,
			     struct pcap_record *record);

/**
 * pcap_read_cooked - decode PCAP_COOKED_HEADER bytes
 *
 * Return: the netlink family, or -1 when the packet is not netlink.
 */
int pcap_read_cooked(const void *data);

/** pcap_write_file_header - host order, nanoseconds. */
void pcap_write_file_header(uint8_t data[PCAP_FILE_HEADER]);

/** pcap_write_record - record and cooked header of a packet with @size bytes of
 * netlink. */
void pcap_write_record(uint8_t data[PCAP_RECORD_HEADER + PCAP_COOKED_HEADER],
		       uint64_t wall_ns, int family, uint32_t size);

#endif
