/* SPDX-License-Identifier: MIT */
/* Minikernel: memory management; everything here lives in gfp.h. */
#include <linux/gfp.h>
