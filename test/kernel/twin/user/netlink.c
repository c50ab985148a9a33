// SPDX-License-Identifier: MIT OR GPL-2.0
/* Generic netlink by hand: ring settings of ethtool, and bind, page pools and queues of the netdev family. */
#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/netdev.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "twin.h"

struct message {
	union {
		struct nlmsghdr header;
		uint8_t bytes[2048];
	};
};

static uint32_t sequence;
static uint8_t answer[1 << 16];

static int open_netlink(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);

	if (fd < 0)
		die("netlink socket");
	return fd;
}

static void start(struct message *message, int family, int command, int flags)
{
	struct genlmsghdr *genl = (void *)(message->bytes + NLMSG_HDRLEN);

	memset(message, 0, sizeof(*message));
	message->header.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN;
	message->header.nlmsg_type = family;
	message->header.nlmsg_flags = NLM_F_REQUEST | flags;
	message->header.nlmsg_seq = ++sequence;
	genl->cmd = command;
	genl->version = 1;
}

static struct nlattr *put(struct message *message, int type, const void *data, size_t bytes)
{
	struct nlattr *attr = (void *)(message->bytes + NLMSG_ALIGN(message->header.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + bytes;
	if (bytes)
		memcpy((uint8_t *)attr + NLA_HDRLEN, data, bytes);
	message->header.nlmsg_len = (uint8_t *)attr - message->bytes + NLMSG_ALIGN(attr->nla_len);
	return attr;
}

static void put_u32(struct message *message, int type, uint32_t value)
{
	put(message, type, &value, sizeof(value));
}

static struct nlattr *nest(struct message *message, int type)
{
	return put(message, type | NLA_F_NESTED, NULL, 0);
}

static void end_nest(struct message *message, struct nlattr *attr)
{
	attr->nla_len = message->bytes + message->header.nlmsg_len - (uint8_t *)attr;
}

typedef void (*handler)(const struct nlattr *attrs, size_t bytes, void *data);

/* Sends, and gives the attributes of each answer to the handler; 0, or the negative errno of the kernel. */
static int talk(int fd, struct message *message, handler each, void *data)
{
	if (send(fd, message, message->header.nlmsg_len, 0) < 0)
		die("netlink send");
	for (;;) {
		ssize_t got = recv(fd, answer, sizeof(answer), 0);
		struct nlmsghdr *nl = (void *)answer;

		if (got < 0)
			die("netlink receive");
		for (; NLMSG_OK(nl, got); nl = NLMSG_NEXT(nl, got)) {
			if (nl->nlmsg_type == NLMSG_ERROR)
				return ((struct nlmsgerr *)NLMSG_DATA(nl))->error;
			if (nl->nlmsg_type == NLMSG_DONE)
				return *(int *)NLMSG_DATA(nl);
			if (each)
				each(NLMSG_DATA(nl) + GENL_HDRLEN, NLMSG_PAYLOAD(nl, GENL_HDRLEN), data);
		}
	}
}

#define each_attr(attr, attrs, bytes)							\
	for (const struct nlattr *attr = (attrs);					\
	     (const uint8_t *)attr + NLA_HDRLEN <= (const uint8_t *)(attrs) + (bytes);	\
	     attr = (const void *)((const uint8_t *)attr + NLMSG_ALIGN(attr->nla_len)))

static const struct nlattr *find(const struct nlattr *attrs, size_t bytes, int type)
{
	each_attr(attr, attrs, bytes) {
		if (attr->nla_len < NLA_HDRLEN)
			break;
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
	}
	return NULL;
}

/* Unsigned integer of any length; -1 when it is not there. */
static long long value_of(const struct nlattr *attrs, size_t bytes, int type)
{
	const struct nlattr *attr = find(attrs, bytes, type);
	uint64_t value = 0;

	if (!attr)
		return -1;
	memcpy(&value, (const uint8_t *)attr + NLA_HDRLEN, attr->nla_len - NLA_HDRLEN > 8 ? 8 : attr->nla_len - NLA_HDRLEN);
	return value;
}

static void take_family(const struct nlattr *attrs, size_t bytes, void *data)
{
	*(int *)data = value_of(attrs, bytes, CTRL_ATTR_FAMILY_ID);
}

static int family(const char *name)
{
	struct message message;
	int fd = open_netlink();
	int id = -1;

	start(&message, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	put(&message, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	talk(fd, &message, take_family, &id);
	close(fd);
	if (id < 0)
		die(name);
	return id;
}

static void put_device(struct message *message, int type)
{
	struct nlattr *header = nest(message, type);

	put(message, ETHTOOL_A_HEADER_DEV_NAME, IFNAME, sizeof(IFNAME));
	end_nest(message, header);
}

int set_rings(int split, long thresh)
{
	struct message message;
	int fd = open_netlink();
	uint8_t mode = split;
	int err;

	start(&message, family("ethtool"), ETHTOOL_MSG_RINGS_SET, NLM_F_ACK);
	put_device(&message, ETHTOOL_A_RINGS_HEADER);
	if (split >= 0)
		put(&message, ETHTOOL_A_RINGS_TCP_DATA_SPLIT, &mode, 1);
	if (thresh >= 0)
		put_u32(&message, ETHTOOL_A_RINGS_HDS_THRESH, thresh);
	err = talk(fd, &message, NULL, NULL);
	close(fd);
	return err;
}

static void take_rings(const struct nlattr *attrs, size_t bytes, void *data)
{
	put_number("split", value_of(attrs, bytes, ETHTOOL_A_RINGS_TCP_DATA_SPLIT));
	put_number("thresh", value_of(attrs, bytes, ETHTOOL_A_RINGS_HDS_THRESH));
}

void get_rings(void)
{
	struct message message;
	int fd = open_netlink();

	start(&message, family("ethtool"), ETHTOOL_MSG_RINGS_GET, NLM_F_ACK);
	put_device(&message, ETHTOOL_A_RINGS_HEADER);
	put_errno(talk(fd, &message, take_rings, NULL));
	close(fd);
}

/* A binding lives as long as the socket that asked for it. */
static int bindings[8];
static int bound;

static void take_id(const struct nlattr *attrs, size_t bytes, void *data)
{
	*(uint32_t *)data = value_of(attrs, bytes, NETDEV_A_DMABUF_ID);
}

static int keep(int fd, int err)
{
	if (err || bound == 8)
		close(fd);
	else
		bindings[bound++] = fd;
	return err;
}

int bind_rx(int index, int queue, int dmabuf, unsigned int rx_page_size, uint32_t *id)
{
	struct message message;
	int fd = open_netlink();

	start(&message, family("netdev"), NETDEV_CMD_BIND_RX, NLM_F_ACK);
	put_u32(&message, NETDEV_A_DMABUF_IFINDEX, index);
	if (dmabuf >= 0)
		put_u32(&message, NETDEV_A_DMABUF_FD, dmabuf);
	if (queue >= 0) {
		struct nlattr *queues = nest(&message, NETDEV_A_DMABUF_QUEUES);

		put_u32(&message, NETDEV_A_QUEUE_ID, queue);
		put_u32(&message, NETDEV_A_QUEUE_TYPE, NETDEV_QUEUE_TYPE_RX);
		end_nest(&message, queues);
	}
	if (rx_page_size)
		put_u32(&message, NETDEV_A_DMABUF_RX_PAGE_SIZE, rx_page_size);
	return keep(fd, talk(fd, &message, take_id, id));
}

int bind_tx(int index, int dmabuf, uint32_t *id)
{
	struct message message;
	int fd = open_netlink();

	start(&message, family("netdev"), NETDEV_CMD_BIND_TX, NLM_F_ACK);
	put_u32(&message, NETDEV_A_DMABUF_IFINDEX, index);
	put_u32(&message, NETDEV_A_DMABUF_FD, dmabuf);
	return keep(fd, talk(fd, &message, take_id, id));
}

void unbind(void)
{
	while (bound)
		close(bindings[--bound]);
}

static const char *const STATS[] = {
	"alloc-fast", "alloc-slow", "alloc-slow-high-order", "alloc-empty", "alloc-refill", "alloc-waive",
	"recycle-cached", "recycle-cache-full", "recycle-ring", "recycle-ring-full", "recycle-released-refcnt",
};

static void take_pool(const struct nlattr *attrs, size_t bytes, void *data)
{
	put_object();
	put_number("id", value_of(attrs, bytes, NETDEV_A_PAGE_POOL_ID));
	put_number("ifindex", value_of(attrs, bytes, NETDEV_A_PAGE_POOL_IFINDEX));
	put_number("inflight", value_of(attrs, bytes, NETDEV_A_PAGE_POOL_INFLIGHT));
	put_number("detached", find(attrs, bytes, NETDEV_A_PAGE_POOL_DETACH_TIME) != NULL);
	put_number("dmabuf", value_of(attrs, bytes, NETDEV_A_PAGE_POOL_DMABUF));
	put_number("ioUring", find(attrs, bytes, NETDEV_A_PAGE_POOL_IO_URING) != NULL);
	end_object();
}

static void take_stats(const struct nlattr *attrs, size_t bytes, void *data)
{
	const struct nlattr *info = find(attrs, bytes, NETDEV_A_PAGE_POOL_STATS_INFO);
	int i;

	if (!info)
		return;
	put_object();
	put_number("id", value_of((const void *)(info + 1), info->nla_len - NLA_HDRLEN, NETDEV_A_PAGE_POOL_ID));
	for (i = 0; i < 11; i++)
		put_number(STATS[i], value_of(attrs, bytes, NETDEV_A_PAGE_POOL_STATS_ALLOC_FAST + i));
	end_object();
}

void put_pools(void)
{
	struct message message;
	int fd = open_netlink();
	int netdev = family("netdev");

	put_array("pools");
	start(&message, netdev, NETDEV_CMD_PAGE_POOL_GET, NLM_F_DUMP);
	talk(fd, &message, take_pool, NULL);
	end_array();
	put_array("stats");
	start(&message, netdev, NETDEV_CMD_PAGE_POOL_STATS_GET, NLM_F_DUMP);
	talk(fd, &message, take_stats, NULL);
	end_array();
	close(fd);
}

static void count_pool(const struct nlattr *attrs, size_t bytes, void *data)
{
	++*(unsigned int *)data;
}

void settle(unsigned int ms)
{
	unsigned int waited = 0, pools;
	int netdev = family("netdev");

	do {
		struct message message;
		int fd = open_netlink();

		pools = 0;
		start(&message, netdev, NETDEV_CMD_PAGE_POOL_GET, NLM_F_DUMP);
		talk(fd, &message, count_pool, &pools);
		close(fd);
		if (!pools)
			break;
		pause_ms(20);
		waited += 20;
	} while (waited < ms);
}

static void take_queue(const struct nlattr *attrs, size_t bytes, void *data)
{
	put_number("dmabuf", value_of(attrs, bytes, NETDEV_A_QUEUE_DMABUF));
	put_number("ioUring", find(attrs, bytes, NETDEV_A_QUEUE_IO_URING) != NULL);
}

void put_queue(int queue)
{
	struct message message;
	int fd = open_netlink();

	start(&message, family("netdev"), NETDEV_CMD_QUEUE_GET, NLM_F_ACK);
	put_u32(&message, NETDEV_A_QUEUE_IFINDEX, ifindex());
	put_u32(&message, NETDEV_A_QUEUE_TYPE, NETDEV_QUEUE_TYPE_RX);
	put_u32(&message, NETDEV_A_QUEUE_ID, queue);
	put_errno(talk(fd, &message, take_queue, NULL));
	close(fd);
}
