/* SPDX-License-Identifier: MIT */
/* Minikernel: module information. */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#define MODULE_DESCRIPTION(text) extern int __module_description
#define MODULE_LICENSE(text) extern int __module_license
#define MODULE_AUTHOR(text) extern int __module_author
#define module_param(name, type, mode) extern int __param_##name

#endif
