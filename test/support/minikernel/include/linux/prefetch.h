/* SPDX-License-Identifier: MIT */
/* Minikernel: prefetch() is in types.h. */
#include <linux/types.h>
