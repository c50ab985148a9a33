/* SPDX-License-Identifier: MIT */
/* Minikernel: XDP. */
#ifndef _NET_XDP_H
#define _NET_XDP_H

#include <linux/netdevice.h>

struct xdp_rxq_info {
	struct net_device *dev;
};

struct xdp_buff {
	void *data, *data_end, *data_meta, *data_hard_start;
	struct xdp_rxq_info *rxq;
};

struct xdp_frame {
	void *data;
	u16 len;
};

enum xdp_action { XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX, XDP_REDIRECT };
enum xdp_mem_type { MEM_TYPE_PAGE_SHARED, MEM_TYPE_PAGE_ORDER0, MEM_TYPE_PAGE_POOL, MEM_TYPE_XSK_BUFF_POOL };

void xdp_init_buff(struct xdp_buff *xdp, u32 frame_size, struct xdp_rxq_info *rxq);
void xdp_prepare_buff(struct xdp_buff *xdp, unsigned char *hard_start, int headroom, int len, bool meta_valid);
u32 bpf_prog_run_xdp(const struct bpf_prog *prog, struct xdp_buff *xdp);
int xdp_do_redirect(struct net_device *dev, struct xdp_buff *xdp, const struct bpf_prog *prog);
int xdp_rxq_info_reg_mem_model(struct xdp_rxq_info *rxq, enum xdp_mem_type type, void *allocator);
struct xdp_frame *xdp_convert_buff_to_frame(struct xdp_buff *xdp);
//- since 6.18
bool xdp_buff_add_frag(struct xdp_buff *xdp, netmem_ref netmem, u32 offset, u32 size, u32 truesize);
//- end

#endif
