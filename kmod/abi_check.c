// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our ABI is the kernel's under another prefix: proven at build time, for what
 * the headers of the kernel that we are built for have. Makes no code.
 */
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <uapi/linux/bpf.h>
#include <uapi/linux/btf.h>
#include <linux/xbpf.h>

#define VALUE(theirs, ours)						\
	static_assert((u64)(theirs) == (u64)(ours), #ours);
#define SIZE(theirs, ours)						\
	static_assert(sizeof(theirs) == sizeof(ours), #ours);
#define FIELD(theirs, ours, member)					\
	static_assert(offsetof(theirs, member) ==			\
		      offsetof(ours, member), #ours "." #member);	\
	static_assert(sizeof_field(theirs, member) ==			\
		      sizeof_field(ours, member), #ours "." #member);
#include "abi_check.def"
