// SPDX-License-Identifier: MIT OR GPL-2.0
/* io_uring zero-copy receive without a library: one ring, one interface queue, one multishot request. */
#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "twin.h"

#define SQ_ENTRIES	8
#define CQ_ENTRIES	512
#define RQ_ENTRIES	256
#define MAX_LENT	65536

static int ring = -1;
static uint8_t *rings;
static size_t rings_bytes;
static struct io_uring_sqe *sqes;
static struct io_uring_params params;
static uint8_t *area;
static size_t area_bytes;
static uint64_t area_token;
static uint8_t *refill;
static struct io_uring_zcrx_offsets refill_at;
static uint32_t zcrx_id;
static bool armed, registered;
static struct { uint64_t off; uint32_t len; } lent[MAX_LENT];
static unsigned int first_lent, last_lent;

static uint32_t *word(uint32_t offset)
{
	return (uint32_t *)(rings + offset);
}

static int open_ring(unsigned int flags)
{
	memset(&params, 0, sizeof(params));
	params.flags = IORING_SETUP_CQSIZE | flags;
	params.cq_entries = CQ_ENTRIES;
	ring = syscall(SYS_io_uring_setup, SQ_ENTRIES, &params);
	if (ring < 0)
		return -errno;
	rings_bytes = params.cq_off.cqes + CQ_ENTRIES * 32;
	rings = mmap(NULL, rings_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	sqes = mmap(NULL, SQ_ENTRIES * sizeof(*sqes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
		    IORING_OFF_SQES);
	if (rings == MAP_FAILED || sqes == MAP_FAILED)
		die("io_uring mmap");
	return 0;
}

int register_zcrx(int queue, size_t pages, unsigned int buf_len, const char *mistake)
{
	struct io_uring_zcrx_area_reg area_reg = {};
	struct io_uring_region_desc region = {};
	struct io_uring_zcrx_ifq_reg reg = {};
	size_t region_bytes = PAGE + RQ_ENTRIES * sizeof(struct io_uring_zcrx_rqe);
	int err = open_ring(!strcmp(mistake, "ring-flags") ? IORING_SETUP_CQE32 :
			    IORING_SETUP_CQE32 | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);

	if (err)
		return err;
	area_bytes = pages * PAGE;
	if (area_bytes) {
		area = mmap(NULL, area_bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE | MAP_POPULATE, -1, 0);
		area_reg.addr = (uintptr_t)area;
		area_reg.len = area_bytes;
	}
	region_bytes = (region_bytes + PAGE - 1) / PAGE * PAGE;
	refill = mmap(NULL, region_bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE | MAP_POPULATE, -1, 0);
	region.user_addr = (uintptr_t)refill;
	region.size = region_bytes;
	region.flags = IORING_MEM_REGION_TYPE_USER;
	reg.if_idx = !strcmp(mistake, "no-device") ? 99 : ifindex();
	reg.if_rxq = queue;
	reg.rq_entries = !strcmp(mistake, "no-refill-entries") ? 0 :
			 !strcmp(mistake, "too-many-refill-entries") ? 65536 : RQ_ENTRIES;
	reg.area_ptr = (uintptr_t)&area_reg;
	reg.region_ptr = (uintptr_t)&region;
	reg.rx_buf_len = buf_len;
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_ZCRX_IFQ, &reg, 1))
		return -errno;
	refill_at = reg.offsets;
	zcrx_id = reg.zcrx_id;
	registered = true;
	area_token = area_reg.rq_area_token;
	armed = false;
	return 0;
}

static void arm(const char *how)
{
	uint32_t tail = *word(params.sq_off.tail);
	uint32_t slot = tail & *word(params.sq_off.ring_mask);
	struct io_uring_sqe *sqe = &sqes[slot];

	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_RECV_ZC;
	sqe->fd = server;
	sqe->ioprio = strcmp(how, "zcrx-one-shot") ? IORING_RECV_MULTISHOT : 0;
	sqe->zcrx_ifq_idx = zcrx_id;
	word(params.sq_off.array)[slot] = slot;
	__atomic_store_n(word(params.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
	armed = true;
	if (syscall(SYS_io_uring_enter, ring, 1, 0, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		die("io_uring_enter");
}

static void take(struct reading *reading, const struct io_uring_cqe *cqe)
{
	const struct io_uring_zcrx_cqe *zc = (const void *)(cqe + 1);
	uint64_t at = zc->off & ~IORING_ZCRX_AREA_MASK;
	uint32_t bytes = cqe->res;
	uint32_t i;

	reading->device += bytes;
	reading->device_messages++;
	if (at + bytes > area_bytes) {
		reading->wrong += bytes;
		return;
	}
	for (i = 0; i < bytes; i++)
		reading->wrong += area[at + i] != pattern(stream_read + i);
	stream_read += bytes;
	if (last_lent < MAX_LENT) {
		lent[last_lent].off = at;
		lent[last_lent++].len = bytes;
	}
}

void read_zcrx(const char *how)
{
	struct reading reading = {};
	unsigned int idle = 0, ends = 0;
	int err = 0;

	/* Who is refused an interface reads as everybody does. */
	if (!registered || server < 0) {
		read_device_memory("plain", 64);
		return;
	}
	if (!armed)
		arm(how);
	/* Completions come in turns of at most twenty frames. */
	while (idle < 4 && !err) {
		uint32_t head = *word(params.cq_off.head);
		uint32_t tail = __atomic_load_n(word(params.cq_off.tail), __ATOMIC_ACQUIRE);

		idle = head == tail ? idle + 1 : 0;
		for (; head != tail; head++) {
			const struct io_uring_cqe *cqe = (const void *)(rings + params.cq_off.cqes +
				(size_t)(head & *word(params.cq_off.ring_mask)) * 32);

			if (cqe->res < 0)
				err = -cqe->res;
			else if (cqe->res > 0)
				take(&reading, cqe);
			if (!(cqe->flags & IORING_CQE_F_MORE)) {
				armed = false;
				ends++;
			}
		}
		__atomic_store_n(word(params.cq_off.head), head, __ATOMIC_RELEASE);
		syscall(SYS_io_uring_enter, ring, 0, 0, IORING_ENTER_GETEVENTS, NULL, 0);
	}
	put_errno(err);
	put_number("ends", ends);
	put_reading(&reading);
}

void return_zcrx(void)
{
	uint32_t *tail = (uint32_t *)(refill + refill_at.tail);
	struct io_uring_zcrx_rqe *rqes = (void *)(refill + refill_at.rqes);
	unsigned int freed = 0;
	uint32_t at = registered ? *tail : 0;

	while (first_lent < last_lent) {
		struct io_uring_zcrx_rqe *rqe = &rqes[at & (RQ_ENTRIES - 1)];

		rqe->off = lent[first_lent].off | area_token;
		rqe->len = lent[first_lent].len;
		rqe->__pad = 0;
		first_lent++;
		at++;
		freed++;
	}
	if (registered)
		__atomic_store_n(tail, at, __ATOMIC_RELEASE);
	put_number("freed", freed);
}

void close_zcrx(void)
{
	if (ring < 0)
		return;
	/* A mapping keeps the ring as an open file does. */
	munmap(rings, rings_bytes);
	munmap(sqes, SQ_ENTRIES * sizeof(*sqes));
	close(ring);
	ring = -1;
	armed = registered = false;
}
