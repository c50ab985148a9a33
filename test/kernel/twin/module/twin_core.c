// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The twin's core: a PCI device that is only memory, the wire behind it, and /dev/twin for the program at the other end
 * of the wire. Everything happens at once, in the call that asks for it: a frame that TWIN_RECEIVE puts on the wire has
 * been through driver and stack when the call returns.
 */
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <linux/uaccess.h>
#include <linux/udp.h>

#include "twin.h"

#define TWIN_REGS	8192

struct twin_sent {
	struct list_head list;
	u32 len;
	u8 data[];
};

static struct {
	struct pci_dev *pdev;
	struct pci_driver *driver;
	const struct twin_hw *hw;
	u8 *regs;
	irq_handler_t handler[TWIN_MAX_QUEUES];
	void *handler_data[TWIN_MAX_QUEUES];
	struct list_head sent;
	u8 *tx;			/* frame that is being gathered */
	u32 tx_len;
	bool tx_bad;
	bool hold_tx;
	bool tx_data;		/* a frame with payload was sent since the last interrupt */
	struct twin_counters counters;
} twin = { .sent = LIST_HEAD_INIT(twin.sent) };

void __iomem *twin_iomap(struct pci_dev *pdev)
{
	return (void __force __iomem *)twin.regs;
}
EXPORT_SYMBOL(twin_iomap);

void twin_write(volatile void __iomem *addr, u64 value)
{
	u32 reg = (volatile u8 __force *)addr - twin.regs;

	if (reg > TWIN_REGS - sizeof(value))
		return;
	*(u64 *)(twin.regs + reg) = value;
	local_bh_disable();
	twin.hw->write(twin.pdev, reg, value);
	local_bh_enable();
}
EXPORT_SYMBOL(twin_write);

int twin_request_irq(unsigned int irq, irq_handler_t handler, void *data)
{
	if (irq >= TWIN_MAX_QUEUES)
		return -EINVAL;
	twin.handler[irq] = handler;
	twin.handler_data[irq] = data;
	return 0;
}
EXPORT_SYMBOL(twin_request_irq);

static void twin_interrupt(u32 queue)
{
	unsigned long flags;

	if (queue >= TWIN_MAX_QUEUES || !twin.handler[queue])
		return;
	local_irq_save(flags);
	twin.handler[queue](queue, twin.handler_data[queue]);
	local_irq_restore(flags);
}

/* Frames were sent. Those without payload wait for the next interrupt: when TCP acknowledges depends on time. */
void twin_raise_irq(u32 queue)
{
	if (!twin.tx_data)
		return;
	twin.tx_data = false;
	twin_interrupt(queue);
}
EXPORT_SYMBOL(twin_raise_irq);

static bool twin_is_memory(dma_addr_t addr, size_t len)
{
	return addr && len && pfn_valid(addr >> PAGE_SHIFT) && pfn_valid((addr + len - 1) >> PAGE_SHIFT);
}

bool twin_dma_write(dma_addr_t to, const void *from, size_t len)
{
	if (!twin_is_memory(to, len)) {
		twin.counters.rx_bad_address++;
		return false;
	}
	memcpy(phys_to_virt(to), from, len);
	return true;
}
EXPORT_SYMBOL(twin_dma_write);

bool twin_tx_gather(dma_addr_t from, size_t len)
{
	if (!twin_is_memory(from, len) || twin.tx_len + len > TWIN_MAX_FRAME) {
		twin.tx_bad = true;
		return false;
	}
	memcpy(twin.tx + twin.tx_len, phys_to_virt(from), len);
	twin.tx_len += len;
	return true;
}
EXPORT_SYMBOL(twin_tx_gather);

/* Bytes up to the end of the transport header; 0 if there is none the device knows. */
static u32 twin_headers(const u8 *data, u32 len)
{
	const struct ethhdr *eth = (const void *)data;
	const struct iphdr *ip = (const void *)(eth + 1);
	u32 at;

	if (len < sizeof(*eth) + sizeof(*ip) || eth->h_proto != htons(ETH_P_IP) || ip->version != 4 || ip->ihl < 5)
		return 0;
	at = sizeof(*eth) + ip->ihl * 4;
	if (ip->protocol == IPPROTO_UDP)
		at += sizeof(struct udphdr);
	else if (ip->protocol == IPPROTO_TCP && at + sizeof(struct tcphdr) <= len)
		at += ((const struct tcphdr *)(data + at))->doff * 4;
	else
		return 0;
	return at <= len ? at : 0;
}

void twin_tx_end(void)
{
	struct twin_sent *sent;

	if (twin.tx_bad) {
		twin.counters.tx_bad_address++;
	} else {
		twin.counters.tx_frames++;
		twin.tx_data |= twin_headers(twin.tx, twin.tx_len) < twin.tx_len;
		sent = kmalloc(sizeof(*sent) + twin.tx_len, GFP_ATOMIC);
		if (sent) {
			sent->len = twin.tx_len;
			memcpy(sent->data, twin.tx, twin.tx_len);
			list_add_tail(&sent->list, &twin.sent);
		}
	}
	twin.tx_bad = false;
	twin.tx_len = 0;
}
EXPORT_SYMBOL(twin_tx_end);

static long twin_receive(struct twin_frame *frame)
{
	struct twin_wire wire = { .len = frame->len, .flags = frame->flags };
	u8 *data;

	if (!frame->len || frame->len > TWIN_MAX_FRAME || frame->queue >= TWIN_MAX_QUEUES)
		return -EINVAL;
	data = memdup_user(u64_to_user_ptr(frame->data), frame->len);
	if (IS_ERR(data))
		return PTR_ERR(data);
	wire.data = data;
	wire.headers = frame->flags & TWIN_RX_NO_SPLIT ? 0 : twin_headers(data, frame->len);

	local_bh_disable();
	frame->result = twin.hw ? twin.hw->receive(twin.pdev, frame->queue, &wire) : TWIN_QUEUE_OFF;
	if (frame->result == TWIN_FILLED)
		twin.counters.rx_filled++;
	else
		twin.counters.rx_dropped++;
	/* A device without descriptors asks for some. */
	if (frame->result != TWIN_QUEUE_OFF && !(frame->flags & TWIN_RX_NO_IRQ))
		twin_interrupt(frame->queue);
	local_bh_enable();
	kfree(data);
	return 0;
}

static long twin_sent(struct twin_frame *frame)
{
	struct twin_sent *sent;
	long err = 0;

	local_bh_disable();
	sent = list_first_entry_or_null(&twin.sent, struct twin_sent, list);
	if (sent)
		list_del(&sent->list);
	local_bh_enable();
	if (!sent)
		return -EAGAIN;
	if (copy_to_user(u64_to_user_ptr(frame->data), sent->data, min(frame->len, sent->len)))
		err = -EFAULT;
	frame->len = sent->len;
	kfree(sent);
	return err;
}

static void twin_hold_tx(bool hold)
{
	u32 queue;

	twin.hold_tx = hold;
	if (hold || !twin.hw)
		return;
	for (queue = 0; queue < TWIN_MAX_QUEUES; queue++) {
		local_bh_disable();
		twin.hw->transmit(twin.pdev, queue);
		local_bh_enable();
	}
}

static long twin_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	void __user *user = (void __user *)argument;
	struct twin_frame frame;
	long err;
	u32 hold;

	switch (command) {
	case TWIN_RECEIVE:
	case TWIN_SENT:
		if (copy_from_user(&frame, user, sizeof(frame)))
			return -EFAULT;
		err = command == TWIN_RECEIVE ? twin_receive(&frame) : twin_sent(&frame);
		if (!err && copy_to_user(user, &frame, sizeof(frame)))
			err = -EFAULT;
		return err;
	case TWIN_COUNTERS:
		return copy_to_user(user, &twin.counters, sizeof(twin.counters)) ? -EFAULT : 0;
	case TWIN_HOLD_TX:
		if (get_user(hold, (u32 __user *)user))
			return -EFAULT;
		twin_hold_tx(hold);
		return 0;
	default:
		return -ENOTTY;
	}
}

bool twin_holds_tx(void)
{
	return twin.hold_tx;
}
EXPORT_SYMBOL(twin_holds_tx);

static void twin_release_device(struct device *dev)
{
	kfree(to_pci_dev(dev));
}

int twin_attach(struct pci_driver *driver, const struct twin_hw *hw)
{
	struct pci_dev *pdev;
	int err;

	if (twin.pdev)
		return -EBUSY;
	pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);
	if (!pdev)
		return -ENOMEM;
	device_initialize(&pdev->dev);
	dev_set_name(&pdev->dev, "twin");
	pdev->dev.release = twin_release_device;
	pdev->dma_mask = DMA_BIT_MASK(64);
	pdev->dev.dma_mask = &pdev->dma_mask;
	pdev->dev.coherent_dma_mask = DMA_BIT_MASK(64);
	pdev->dev.dma_parms = &pdev->dma_parms;
	dma_set_max_seg_size(&pdev->dev, UINT_MAX);
	err = device_add(&pdev->dev);
	if (err) {
		put_device(&pdev->dev);
		return err;
	}
	twin.pdev = pdev;
	twin.driver = driver;
	twin.hw = hw;
	err = driver->probe(pdev, driver->id_table);
	if (err) {
		twin.pdev = NULL;
		twin.hw = NULL;
		device_unregister(&pdev->dev);
	}
	return err;
}
EXPORT_SYMBOL(twin_attach);

void twin_detach(void)
{
	struct pci_dev *pdev = twin.pdev;

	twin.driver->remove(pdev);
	memset(twin.handler, 0, sizeof(twin.handler));
	twin.pdev = NULL;
	twin.hw = NULL;
	device_unregister(&pdev->dev);
}
EXPORT_SYMBOL(twin_detach);

static const struct file_operations twin_fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= twin_ioctl,
};

static struct miscdevice twin_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "twin",
	.fops	= &twin_fops,
};

static int __init twin_init(void)
{
	int err;

	twin.regs = kzalloc(TWIN_REGS, GFP_KERNEL);
	twin.tx = kmalloc(TWIN_MAX_FRAME, GFP_KERNEL);
	err = twin.regs && twin.tx ? misc_register(&twin_misc) : -ENOMEM;
	if (err) {
		kfree(twin.regs);
		kfree(twin.tx);
	}
	return err;
}
module_init(twin_init);

static void __exit twin_exit(void)
{
	struct twin_sent *sent, *next;

	misc_deregister(&twin_misc);
	list_for_each_entry_safe(sent, next, &twin.sent, list)
		kfree(sent);
	kfree(twin.regs);
	kfree(twin.tx);
}
module_exit(twin_exit);

MODULE_DESCRIPTION("A network device in software, for drivers of Netmem Workbench");
MODULE_LICENSE("Dual MIT/GPL");
