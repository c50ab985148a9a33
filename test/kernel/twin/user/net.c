// SPDX-License-Identifier: MIT OR GPL-2.0
/* The device, and a TCP peer of a few lines: no loss, no retransmission, what it sends is exactly what was asked for. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "twin.h"

#define OURS	0x0a000001u	/* 10.0.0.1, the device */
#define PEERS	0x0a000002u
#define PORT	80
#define PEER_PORT 5000
#define HEADERS	(14 + 20 + 20)

#define TH_FIN_	1
#define TH_SYN_	2
#define TH_PSH_	8
#define TH_ACK_	16

static const uint8_t PEER_MAC[6] = { 2, 0, 0, 0, 0, 2 };

int server = -1;
static int device = -1;
static uint8_t our_mac[6];
static uint32_t peer_seq, peer_ack;
static uint64_t stream_sent;
static uint64_t sent_data;	/* payload bytes of frames that the device sent */

static int dev(void)
{
	if (device < 0)
		device = open("/dev/twin", O_RDWR);
	if (device < 0)
		die("/dev/twin");
	return device;
}

static int control(unsigned long request, struct ifreq *ifr)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int err;

	strcpy(ifr->ifr_name, IFNAME);
	err = ioctl(fd, request, ifr) ? -errno : 0;
	close(fd);
	return err;
}

int ifindex(void)
{
	struct ifreq ifr = {};

	return control(SIOCGIFINDEX, &ifr) ? 0 : ifr.ifr_ifindex;
}

int set_up(bool up)
{
	struct ifreq ifr = {};
	int err = control(SIOCGIFFLAGS, &ifr);

	if (err)
		return err;
	ifr.ifr_flags = up ? ifr.ifr_flags | IFF_UP : ifr.ifr_flags & ~IFF_UP;
	return control(SIOCSIFFLAGS, &ifr);
}

static struct sockaddr_in address(uint32_t ip, uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(ip), .sin_port = htons(port),
	};
}

void set_address(void)
{
	struct sockaddr_in ip = address(OURS, 0), mask = address(0xffffff00u, 0), peer = address(PEERS, 0);
	struct arpreq arp = { .arp_flags = ATF_COM | ATF_PERM };
	struct ifreq ifr = {};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	memcpy(&ifr.ifr_addr, &ip, sizeof(ip));
	control(SIOCSIFADDR, &ifr);
	memcpy(&ifr.ifr_netmask, &mask, sizeof(mask));
	control(SIOCSIFNETMASK, &ifr);
	if (!control(SIOCGIFHWADDR, &ifr))
		memcpy(our_mac, ifr.ifr_hwaddr.sa_data, 6);
	memcpy(&arp.arp_pa, &peer, sizeof(peer));
	arp.arp_ha.sa_family = ARPHRD_ETHER;
	memcpy(arp.arp_ha.sa_data, PEER_MAC, 6);
	strcpy(arp.arp_dev, IFNAME);
	ioctl(fd, SIOCSARP, &arp);
	close(fd);
}

static uint32_t add16(uint32_t sum, const uint8_t *data, size_t bytes)
{
	size_t i;

	for (i = 0; i + 1 < bytes; i += 2)
		sum += data[i] << 8 | data[i + 1];
	if (bytes & 1)
		sum += data[bytes - 1] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

/* Ethernet and IP around a transport header and payload that are already in place. */
static void wrap(uint8_t *frame, uint8_t protocol, size_t bytes)
{
	uint8_t *ip = frame + 14, *transport = ip + 20;
	static uint16_t id;
	uint32_t sum;

	memcpy(frame, our_mac, 6);
	memcpy(frame + 6, PEER_MAC, 6);
	put16(frame + 12, 0x0800);
	memset(ip, 0, 20);
	ip[0] = 0x45;
	put16(ip + 2, 20 + bytes);
	put16(ip + 4, ++id);
	put16(ip + 6, 0x4000);
	ip[8] = 64;
	ip[9] = protocol;
	put32(ip + 12, PEERS);
	put32(ip + 16, OURS);
	put16(ip + 10, fold(add16(0, ip, 20)));
	sum = add16(protocol + bytes, ip + 12, 8);
	put16(transport + (protocol == IPPROTO_TCP ? 16 : 6), fold(add16(sum, transport, bytes)));
}

static unsigned int put_frame(unsigned int queue, uint8_t *frame, size_t bytes, unsigned int flags)
{
	struct twin_frame wire = {
		.data = (uintptr_t)frame, .len = bytes, .queue = queue, .flags = flags,
	};

	if (ioctl(dev(), TWIN_RECEIVE, &wire))
		die("TWIN_RECEIVE");
	return wire.result;
}

static unsigned int put_segment(unsigned int queue, uint8_t tcp_flags, size_t payload, unsigned int flags)
{
	static uint8_t frame[TWIN_MAX_FRAME];
	/* MSS 1460, window scale 7. */
	static const uint8_t options[8] = { 2, 4, 1460 >> 8, 1460 & 255, 1, 3, 3, 7 };
	size_t header = tcp_flags & TH_SYN_ ? 28 : 20;
	uint8_t *tcp = frame + 34;
	size_t i;

	memset(tcp, 0, header);
	put16(tcp, PEER_PORT);
	put16(tcp + 2, PORT);
	put32(tcp + 4, peer_seq);
	put32(tcp + 8, tcp_flags & TH_ACK_ ? peer_ack : 0);
	tcp[12] = header / 4 << 4;
	tcp[13] = tcp_flags;
	put16(tcp + 14, 0xffff);
	if (tcp_flags & TH_SYN_)
		memcpy(tcp + 20, options, sizeof(options));
	for (i = 0; i < payload; i++)
		tcp[header + i] = pattern(stream_sent + i);
	wrap(frame, IPPROTO_TCP, header + payload);
	if (flags & TWIN_RX_BAD_CSUM)
		tcp[16] ^= 0xff;
	peer_seq += payload + !!(tcp_flags & (TH_SYN_ | TH_FIN_));
	stream_sent += payload;
	return put_frame(queue, frame, 34 + header + payload, flags);
}

void take_sent(unsigned int queue, bool acknowledge)
{
	static uint8_t frame[TWIN_MAX_FRAME];
	unsigned int frames = 0, wrong = 0;
	uint64_t data = 0;

	for (;;) {
		struct twin_frame sent = { .data = (uintptr_t)frame, .len = sizeof(frame) };
		uint32_t header, payload, i;

		if (ioctl(dev(), TWIN_SENT, &sent))
			break;
		if (sent.len < HEADERS || frame[23] != IPPROTO_TCP)
			continue;
		header = 34 + (frame[34 + 12] >> 4) * 4;
		payload = sent.len - header;
		peer_ack = get32(frame + 34 + 4) + payload + !!(frame[34 + 13] & (TH_SYN_ | TH_FIN_));
		if (!payload)
			continue;
		frames++;
		for (i = 0; i < payload; i++)
			wrong += frame[header + i] != pattern(sent_data + i);
		sent_data += payload;
		data += payload;
		if (acknowledge)
			put_segment(queue, TH_ACK_, 0, 0);
	}
	if (acknowledge) {
		put_number("frames", frames);
		put_number("bytes", data);
		put_number("wrong", wrong);
	}
}

int connect_peer(unsigned int queue)
{
	struct sockaddr_in ours = address(OURS, PORT);
	int one = 1, room = 8 << 20;
	/* Where no frame comes through there is nothing to accept. */
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(listener, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(listener, (struct sockaddr *)&ours, sizeof(ours)) || listen(listener, 1))
		return -errno;
	peer_seq = 1000;
	take_sent(queue, false);
	put_segment(queue, TH_SYN_, 0, 0);
	take_sent(queue, false);
	put_segment(queue, TH_ACK_, 0, 0);
	server = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	if (server < 0) {
		int err = errno;

		close(listener);
		return -err;
	}
	close(listener);
	setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(server, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one));
	return 0;
}

void send_segments(unsigned int queue, unsigned int count, unsigned int bytes, unsigned int flags, bool together)
{
	unsigned int results[4] = {};
	unsigned int i, result;

	for (i = 0; i < count; i++) {
		unsigned int last = together && i + 1 < count ? TWIN_RX_NO_IRQ : 0;

		take_sent(queue, false);
		result = put_segment(queue, TH_ACK_ | TH_PSH_, bytes, flags | last);
		results[result & 3]++;
		/* The peer does not send again what the device lost: the stream goes on without it. */
	}
	put_number("filled", results[TWIN_FILLED]);
	put_number("noDescriptor", results[TWIN_NO_DESCRIPTOR]);
	put_number("queueOff", results[TWIN_QUEUE_OFF]);
	put_number("badAddress", results[TWIN_BAD_ADDRESS]);
}

void send_datagrams(unsigned int queue, unsigned int count, unsigned int bytes)
{
	static uint8_t frame[TWIN_MAX_FRAME];
	unsigned int filled = 0, i;

	for (i = 0; i < count; i++) {
		uint8_t *udp = frame + 34;

		memset(udp, 0, 8);
		put16(udp, PEER_PORT);
		put16(udp + 2, PORT);
		put16(udp + 4, 8 + bytes);
		memset(udp + 8, 'u', bytes);
		wrap(frame, IPPROTO_UDP, 8 + bytes);
		filled += put_frame(queue, frame, 34 + 8 + bytes, 0) == TWIN_FILLED;
	}
	put_number("filled", filled);
}

/* A named counter of a table like /proc/net/snmp: a line of names, a line of values. */
static long long table_value(const char *path, const char *prefix, const char *name)
{
	char names[2048], values[2048];
	long long found = -1;
	FILE *file = fopen(path, "r");

	while (file && found < 0 && fgets(names, sizeof(names), file) && fgets(values, sizeof(values), file)) {
		char *n = names, *v = values, *word;

		if (strncmp(names, prefix, strlen(prefix)))
			continue;
		while ((word = strsep(&n, " \n"))) {
			char *value = strsep(&v, " \n");

			if (value && !strcmp(word, name))
				found = atoll(value);
		}
	}
	if (file)
		fclose(file);
	return found;
}

void put_counters(void)
{
	struct twin_counters counters;
	struct tcp_info info = {};
	socklen_t size = sizeof(info);

	put_number("ipIn", table_value("/proc/net/snmp", "Ip:", "InReceives"));
	put_number("ipBadHeaders", table_value("/proc/net/snmp", "Ip:", "InHdrErrors"));
	put_number("tcpIn", table_value("/proc/net/snmp", "Tcp:", "InSegs"));
	put_number("tcpErrors", table_value("/proc/net/snmp", "Tcp:", "InErrs"));
	put_number("tcpChecksum", table_value("/proc/net/snmp", "Tcp:", "InCsumErrors"));
	put_number("tcpOutOfOrder", table_value("/proc/net/netstat", "TcpExt:", "TCPOFOQueue"));
	if (server >= 0 && !getsockopt(server, IPPROTO_TCP, TCP_INFO, &info, &size)) {
		put_number("received", info.tcpi_bytes_received);
		put_number("acked", info.tcpi_bytes_acked);
	}
	if (!ioctl(dev(), TWIN_COUNTERS, &counters)) {
		put_number("rxBadAddress", counters.rx_bad_address);
		put_number("txBadAddress", counters.tx_bad_address);
	}
}

void close_connection(void)
{
	static const struct linger none = { .l_onoff = 1 };

	if (server < 0)
		return;
	setsockopt(server, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(server);
	server = -1;
}

void hold_tx(bool hold)
{
	uint32_t value = hold;

	put_errno(ioctl(dev(), TWIN_HOLD_TX, &value) ? errno : 0);
}

/* A program that passes everything, attached in the generic mode. */
int attach_xdp(void)
{
	struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP, .prog_flags = BPF_F_XDP_HAS_FRAGS,
		.insns = (uintptr_t)program, .insn_cnt = 2, .license = (uintptr_t)"MIT",
	};
	struct {
		struct nlmsghdr header;
		struct ifinfomsg info;
		struct nlattr xdp, fd_attr;
		int32_t fd;
		struct nlattr flags_attr;
		uint32_t flags;
	} request = {
		.header = { sizeof(request), RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0 },
		.info = { .ifi_index = ifindex() },
		.xdp = { sizeof(request) - offsetof(typeof(request), xdp), IFLA_XDP | NLA_F_NESTED },
		.fd_attr = { 8, IFLA_XDP_FD },
		.flags_attr = { 8, IFLA_XDP_FLAGS },
		.flags = XDP_FLAGS_SKB_MODE,
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[512];
	} reply;
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	int nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (fd < 0)
		die("BPF_PROG_LOAD");
	request.fd = fd;
	if (send(nl, &request, sizeof(request), 0) < 0 || recv(nl, &reply, sizeof(reply), 0) < 0)
		die("RTM_SETLINK");
	close(nl);
	return reply.error.error;
}
