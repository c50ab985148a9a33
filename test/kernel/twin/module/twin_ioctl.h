/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* What the user program asks the device at /dev/twin: put a frame on the wire, take one that was sent. */
#ifndef _TWIN_IOCTL_H
#define _TWIN_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define TWIN_MAX_FRAME		16384

/* What the device does with a received frame. */
#define TWIN_RX_NO_SPLIT	(1 << 0)	/* fails to tell headers from payload */
#define TWIN_RX_BAD_CSUM	(1 << 1)	/* the checksum is wrong: no word of the device for it */
#define TWIN_RX_NO_IRQ		(1 << 2)	/* raises no interrupt yet */

/* What became of it. */
#define TWIN_FILLED		0
#define TWIN_NO_DESCRIPTOR	1
#define TWIN_QUEUE_OFF		2
#define TWIN_BAD_ADDRESS	3	/* a descriptor holds an address that is no memory */

struct twin_frame {
	__u64 data;
	__u32 len;
	__u32 queue;
	__u32 flags;
	__u32 result;
};

struct twin_counters {
	__u64 rx_filled;
	__u64 rx_dropped;
	__u64 rx_bad_address;
	__u64 tx_frames;
	__u64 tx_bad_address;
};

#define TWIN_RECEIVE	_IOWR('t', 1, struct twin_frame)
/* The oldest frame that was sent; len is the room, then the length; -EAGAIN when there is none. */
#define TWIN_SENT	_IOWR('t', 2, struct twin_frame)
#define TWIN_COUNTERS	_IOR('t', 3, struct twin_counters)
/* Hold completions of sent frames back (1), or not (0). */
#define TWIN_HOLD_TX	_IOW('t', 4, __u32)

#endif
