// SPDX-License-Identifier: MIT OR GPL-2.0
/* Device memory as udmabuf gives it: bound for receiving and sending, read through control messages, given back. */
#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/udmabuf.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "twin.h"

#ifndef MSG_SOCK_DEVMEM
#define MSG_SOCK_DEVMEM		0x2000000
#endif
#ifndef SCM_DEVMEM_LINEAR
#define SCM_DEVMEM_LINEAR	78
#define SCM_DEVMEM_DMABUF	79
#define SO_DEVMEM_DONTNEED	80
#endif

/* <linux/uio.h> does not go together with the C library's headers. */
struct dmabuf_cmsg {
	uint64_t frag_offset;
	uint32_t frag_size;
	uint32_t frag_token;
	uint32_t dmabuf_id;
	uint32_t flags;
};

struct dmabuf_token {
	uint32_t token_start;
	uint32_t token_count;
};

#define MAX_TOKENS	65536

static struct memory rx, tx;
static uint32_t tx_id;
static uint32_t tokens[MAX_TOKENS];
static unsigned int first_token, last_token;

uint64_t stream_read;

int make_memory(struct memory *memory, size_t bytes, bool huge)
{
	struct udmabuf_create create = { .flags = UDMABUF_FLAGS_CLOEXEC, .size = bytes };
	int fd = open("/dev/udmabuf", O_RDWR);
	int err = 0;

	memory->bytes = bytes;
	memory->memfd = memfd_create("twin", MFD_ALLOW_SEALING | (huge ? MFD_HUGETLB : 0));
	if (fd < 0 || memory->memfd < 0 || ftruncate(memory->memfd, bytes) ||
	    fcntl(memory->memfd, F_ADD_SEALS, F_SEAL_SHRINK))
		die("udmabuf");
	memory->map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory->memfd, 0);
	create.memfd = memory->memfd;
	memory->dmabuf = ioctl(fd, UDMABUF_CREATE, &create);
	if (memory->dmabuf < 0)
		err = -errno;
	close(fd);
	return err;
}

int bind_device_memory(int queue, size_t pages, unsigned int rx_page_size, const char *mistake)
{
	int index = ifindex();
	int dmabuf;
	uint32_t id = 0;
	struct memory memory;
	int err = make_memory(&memory, (pages ?: 1) * PAGE, !strcmp(mistake, "huge"));

	if (err)
		return err;
	dmabuf = memory.dmabuf;
	if (!strcmp(mistake, "no-queue"))
		queue = -1;
	else if (!strcmp(mistake, "no-fd"))
		dmabuf = -1;
	else if (!strcmp(mistake, "bad-fd"))
		dmabuf = memory.memfd;
	else if (!strcmp(mistake, "closed-fd"))
		dmabuf = 999;
	else if (!strcmp(mistake, "no-device"))
		index = 99;
	err = bind_rx(index, queue, dmabuf, rx_page_size, &id);
	put_number("id", id != 0);
	/* Reads look into the memory that is bound. */
	if (!err)
		rx = memory;
	return err;
}

void put_reading(const struct reading *reading)
{
	put_number("plain", reading->plain);
	put_number("linear", reading->linear);
	put_number("device", reading->device);
	put_number("linearMessages", reading->linear_messages);
	put_number("deviceMessages", reading->device_messages);
	put_number("wrong", reading->wrong);
}

static void check(struct reading *reading, const uint8_t *data, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		reading->wrong += data[i] != pattern(stream_read + i);
	stream_read += bytes;
}

static void take_message(struct msghdr *msg, struct reading *reading, const uint8_t *data, size_t bytes)
{
	size_t copied = 0;
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		struct dmabuf_cmsg frag;

		if (cmsg->cmsg_level != SOL_SOCKET)
			continue;
		memcpy(&frag, CMSG_DATA(cmsg), sizeof(frag));
		if (cmsg->cmsg_type == SCM_DEVMEM_LINEAR) {
			check(reading, data + copied, frag.frag_size);
			copied += frag.frag_size;
			reading->linear += frag.frag_size;
			reading->linear_messages++;
		} else if (cmsg->cmsg_type == SCM_DEVMEM_DMABUF) {
			if (frag.frag_offset + frag.frag_size <= rx.bytes)
				check(reading, rx.map + frag.frag_offset, frag.frag_size);
			else
				reading->wrong += frag.frag_size;
			reading->device += frag.frag_size;
			reading->device_messages++;
			if (last_token < MAX_TOKENS)
				tokens[last_token++] = frag.frag_token;
		}
	}
	if (!reading->linear_messages && !reading->device_messages)
		check(reading, data, bytes);
}

void read_device_memory(const char *how, unsigned int room)
{
	static uint8_t data[1 << 22], control[1 << 16];
	struct reading reading = {};
	unsigned int calls = 0, truncated = 0;
	int flags = !strcmp(how, "devmem") ? MSG_SOCK_DEVMEM : !strcmp(how, "trunc") ? MSG_TRUNC : 0;
	int err = 0;

	if (server < 0) {
		put_errno(ENOTCONN);
		return;
	}
	for (;;) {
		struct iovec iov = { data, sizeof(data) };
		struct msghdr msg = {
			.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			.msg_controllen = room * CMSG_SPACE(sizeof(struct dmabuf_cmsg)),
		};
		uint64_t before = reading.linear + reading.device;
		ssize_t got = recvmsg(server, &msg, flags | MSG_DONTWAIT);
		uint64_t in_messages;

		if (got < 0 && errno != EAGAIN)
			err = errno;
		if (got <= 0)
			break;
		calls++;
		truncated += !!(msg.msg_flags & MSG_CTRUNC);
		if (flags == MSG_TRUNC) {
			stream_read += got;
			reading.plain += got;
			continue;
		}
		take_message(&msg, &reading, data, got);
		in_messages = reading.linear + reading.device - before;
		if (in_messages < (uint64_t)got)
			reading.plain += got - in_messages;
	}
	put_errno(err);
	put_number("calls", calls);
	put_number("truncated", truncated);
	put_reading(&reading);
}

void return_tokens(const char *how, unsigned int batch)
{
	struct dmabuf_token entries[256];
	unsigned int freed = 0;
	int err = 0;

	while (first_token < last_token && !err) {
		unsigned int n = 0;
		int result;

		while (n < batch && n < 256 && first_token + n < last_token) {
			entries[n].token_start = tokens[first_token + n] + (!strcmp(how, "unknown") ? 100000 : 0);
			entries[n].token_count = 1;
			n++;
		}
		result = setsockopt(server, SOL_SOCKET, SO_DEVMEM_DONTNEED, entries,
				    n * sizeof(*entries) - (!strcmp(how, "odd") ? 1 : 0));
		if (result < 0)
			err = errno;
		else
			freed += result;
		first_token += n;
	}
	put_errno(err);
	put_number("freed", freed);
}

int bind_transmit(size_t pages)
{
	int err = make_memory(&tx, pages * PAGE, false);
	size_t i;

	if (err)
		return err;
	for (i = 0; i < tx.bytes; i++)
		tx.map[i] = pattern(i);
	err = bind_tx(ifindex(), tx.dmabuf, &tx_id);
	put_number("id", tx_id != 0);
	/* Id 0 stands for no binding at all. */
	if (!tx_id)
		tx_id = 1000;
	return err;
}

static uint64_t tx_at;

void send_device_memory(unsigned int count, unsigned int bytes, const char *how)
{
	unsigned int sent = 0, i;
	uint64_t total = 0;
	int err = 0;

	if (server < 0) {
		put_errno(ENOTCONN);
		return;
	}
	for (i = 0; i < count && !err; i++) {
		bool plain = !strcmp(how, "pages");
		uint64_t at = !strcmp(how, "beyond") ? tx.bytes : tx_at;
		struct iovec iov = { plain ? tx.map + at : (void *)(uintptr_t)at, bytes };
		char control[CMSG_SPACE(sizeof(uint32_t))] = {};
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
		struct cmsghdr *cmsg;
		uint32_t id = !strcmp(how, "unknown") ? tx_id + 1000 : tx_id;
		ssize_t got;

		if (!plain) {
			msg.msg_control = control;
			msg.msg_controllen = sizeof(control);
			cmsg = CMSG_FIRSTHDR(&msg);
			cmsg->cmsg_level = SOL_SOCKET;
			cmsg->cmsg_type = SCM_DEVMEM_DMABUF;
			cmsg->cmsg_len = CMSG_LEN(!strcmp(how, "short") ? 2 : sizeof(uint32_t));
			memcpy(CMSG_DATA(cmsg), &id, sizeof(id));
		}
		got = sendmsg(server, &msg, MSG_DONTWAIT | (!strcmp(how, "copied") ? 0 : MSG_ZEROCOPY));
		if (got < 0) {
			err = errno;
			break;
		}
		sent++;
		total += got;
		tx_at += got;
	}
	put_errno(err);
	put_number("sent", sent);
	put_number("bytes", total);
}

void read_notifications(void)
{
	unsigned int notified = 0, copied = 0;

	for (;;) {
		char control[256], data[16];
		struct iovec iov = { data, sizeof(data) };
		struct msghdr msg = {
			.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
		};
		struct cmsghdr *cmsg;

		if (server < 0 || recvmsg(server, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			break;
		for (cmsg = CMSG_FIRSTHDR(&msg); cmsg; cmsg = CMSG_NXTHDR(&msg, cmsg)) {
			struct sock_extended_err *e = (void *)CMSG_DATA(cmsg);

			if (cmsg->cmsg_level != SOL_IP || cmsg->cmsg_type != IP_RECVERR ||
			    e->ee_origin != SO_EE_ORIGIN_ZEROCOPY)
				continue;
			notified += e->ee_data - e->ee_info + 1;
			copied += !!(e->ee_code & SO_EE_CODE_ZEROCOPY_COPIED);
		}
	}
	put_number("notified", notified);
	put_number("copied", copied);
}
