/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The program that runs as init on the twin's kernel. Its arguments are steps, `verb:argument:…`, joined by commas;
 * each writes one line of JSON to the second serial port, and a mark into the kernel's log.
 */
#ifndef _TWIN_USER_H
#define _TWIN_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../module/twin_ioctl.h"

#define IFNAME		"eth0"
#define PAGE		4096u

/* Results: fields of the line that the step at work writes. */
void put_number(const char *key, long long value);
void put_text(const char *key, const char *value);
void put_errno(int err);
/* Starts and ends an object in an array field; both take place between put_array() and end_array(). */
void put_array(const char *key);
void end_array(void);
void put_object(void);
void end_object(void);

const char *errno_name(int err);
void pause_ms(long ms);
/* Ends the machine: the program itself cannot go on. */
void die(const char *what);

/* net.c: the device, and the connection whose other end this program plays through /dev/twin. */
extern int server;		/* accepted socket; -1 without */
int ifindex(void);
int set_up(bool up);
void set_address(void);
int connect_peer(unsigned int queue);
/* Puts `count` segments of `bytes` on the wire. */
void send_segments(unsigned int queue, unsigned int count, unsigned int bytes, unsigned int flags, bool together);
void send_datagrams(unsigned int queue, unsigned int count, unsigned int bytes);
/* What the device has sent since: counts it, and acknowledges data if asked to. */
void take_sent(unsigned int queue, bool acknowledge);
void put_counters(void);
/* Resets the connection, so that nothing of it lives on in FIN_WAIT after the socket is closed. */
void close_connection(void);
int attach_xdp(void);
void hold_tx(bool hold);
/* Byte of the stream at a position. */
static inline uint8_t pattern(uint64_t at)
{
	return (uint8_t)(at * 7 + (at >> 8) + 3);
}

/* netlink.c: the ethtool and netdev families. */
int set_rings(int split, long thresh);
void get_rings(void);
int bind_rx(int ifindex, int queue, int fd, unsigned int rx_page_size, uint32_t *id);
int bind_tx(int ifindex, int fd, uint32_t *id);
void unbind(void);
void put_pools(void);
/* Waits until no pool is left, or so long. */
void settle(unsigned int ms);
void put_queue(int queue);

/* devmem.c */
struct memory {
	int memfd;
	int dmabuf;
	uint8_t *map;
	size_t bytes;
};
int make_memory(struct memory *memory, size_t bytes, bool huge);
int bind_device_memory(int queue, size_t pages, unsigned int rx_page_size, const char *mistake);
void read_device_memory(const char *how, unsigned int room);
void return_tokens(const char *how, unsigned int batch);
int bind_transmit(size_t pages);
void send_device_memory(unsigned int count, unsigned int bytes, const char *how);
void read_notifications(void);

/* zcrx.c */
int register_zcrx(int queue, size_t pages, unsigned int buf_len, const char *mistake);
void read_zcrx(const char *how);
void return_zcrx(void);
void close_zcrx(void);

/* What readers found: bytes by where they were, and bytes that are not the stream's. */
struct reading {
	uint64_t plain, linear, device;
	unsigned int linear_messages, device_messages, wrong, copies;
};
extern uint64_t stream_read;
void put_reading(const struct reading *reading);

#endif
