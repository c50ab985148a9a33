/* SPDX-License-Identifier: MIT */
/* Minikernel: PCI drivers. */
#ifndef _LINUX_PCI_H
#define _LINUX_PCI_H

#include <linux/device.h>

struct pci_dev {
	struct device dev;
	unsigned int irq;
};

struct pci_device_id {
	u32 vendor, device;
};

struct pci_driver {
	const char *name;
	const struct pci_device_id *id_table;
	int (*probe)(struct pci_dev *pdev, const struct pci_device_id *id);
	void (*remove)(struct pci_dev *pdev);
};

#define PCI_DEVICE(vend, dev) .vendor = (vend), .device = (dev)
#define MODULE_DEVICE_TABLE(bus, table) extern __typeof__(table) table
#define module_pci_driver(driver) struct pci_driver *driver##_module(void) { return &(driver); } struct pci_driver *driver##_module(void)

int pcim_enable_device(struct pci_dev *pdev);
void __iomem *pcim_iomap(struct pci_dev *pdev, int bar, unsigned long max);
void pci_set_drvdata(struct pci_dev *pdev, void *data);
void *pci_get_drvdata(struct pci_dev *pdev);
const char *pci_name(const struct pci_dev *pdev);
int pci_irq_vector(struct pci_dev *pdev, unsigned int index);

#endif
