// SPDX-License-Identifier: GPL-2.0-only
/*
 * The executable region in the kernel: a part of the module's own text.
 *
 * It is written through a short-lived mapping of its pages, which is writable and
 * not executable; no page is ever both at one address. Knows nothing of what is
 * written.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>
#include <asm/cpufeature.h>
#include <asm/sync_core.h>

#include "compat/percpu.h"
#include "jit/jit.h"

/* arena.S */
extern u8 xbpf_arena_start[], xbpf_arena_end[];
extern u8 xbpf_arena_ret[], xbpf_arena_jump_rax[], xbpf_arena_interp_tail[];
extern u8 xbpf_arena_load8[], xbpf_arena_load16[];
extern u8 xbpf_arena_load32[], xbpf_arena_load64[];

static unsigned int arena_kb = 2048;
module_param(arena_kb, uint, 0444);
MODULE_PARM_DESC(arena_kb, "KiB of the executable region to use, at most 2048");

void *xbpf_text_base(void)
{
	return xbpf_arena_start;
}

u32 xbpf_text_size(void)
{
	u32 size = xbpf_arena_end - xbpf_arena_start;

	return min_t(u64, size, (u64)arena_kb * 1024);
}

static void sync_one(void *unused)
{
	sync_core();
}

/* A writable alias of @nr pages of the region, from the one of @addr on. */
static u8 *map_alias(const u8 *addr, u32 nr)
{
	struct page **pages = kvmalloc_array(nr, sizeof(*pages), GFP_KERNEL);
	u8 *alias = NULL;
	u32 i;

	if (!pages)
		return NULL;
	for (i = 0; i < nr; i++) {
		pages[i] = vmalloc_to_page(addr + (size_t)i * PAGE_SIZE);
		if (WARN_ON_ONCE(!pages[i]))
			goto out;
	}
	alias = vmap(pages, nr, VM_MAP, PAGE_KERNEL);
out:
	kvfree(pages);
	return alias;
}

/* Without @src, @byte is repeated. */
static int write_text(u8 *dst, const void *src, u8 byte, u32 len)
{
	u32 offset = offset_in_page(dst);
	u8 *alias;

	if (dst < xbpf_arena_start || len > xbpf_arena_end - dst)
		return -EFAULT;
	if (!len)
		return 0;
	alias = map_alias(dst - offset, DIV_ROUND_UP(offset + len, PAGE_SIZE));
	if (!alias)
		return -ENOMEM;
	if (src)
		memcpy(alias + offset, src, len);
	else
		memset(alias + offset, byte, len);
	vunmap(alias);
	/* No CPU runs on with what it decoded before. */
	on_each_cpu(sync_one, NULL, 1);
	return 0;
}

int xbpf_text_write(void *dst, const void *src, u32 len)
{
	return write_text(dst, src, 0, len);
}

int xbpf_text_fill(void *dst, u8 byte, u32 len)
{
	return write_text(dst, NULL, byte, len);
}

/* ---- what translated code must do here ---- */

/* Where a sample, as patched by the kernel, jumps; itself if it does not. */
static const void *jump_target(const u8 *sample)
{
	s32 distance;

	if (sample[0] != 0xe9)
		return sample;
	memcpy(&distance, sample + 1, sizeof(distance));
	return sample + 5 + distance;
}

static const void *patched_ret(void)
{
	return xbpf_arena_ret[0] == 0xc3 ? NULL : jump_target(xbpf_arena_ret);
}

static const void *patched_jump_rax(void)
{
	static const u8 plain[] = { 0xff, 0xe0 };

	if (!memcmp(xbpf_arena_jump_rax, plain, sizeof(plain)))
		return NULL;
	return xbpf_arena_jump_rax;
}

/* Displacement from gs; 0 if the address does not fit one. */
static s32 own_offset(const void __percpu *var)
{
	unsigned long offset = (__force unsigned long)var;

	return offset <= S32_MAX ? offset : 0;
}

const struct xbpf_text_host *xbpf_text_host(void)
{
	static struct xbpf_text_host host = {
		.interp_tail = xbpf_arena_interp_tail,
		.load = { xbpf_arena_load8, xbpf_arena_load16,
			  xbpf_arena_load32, xbpf_arena_load64 },
		.endbr = IS_ENABLED(CONFIG_X86_KERNEL_IBT),
	};

	/* Idempotent, so that it does not matter who comes first. */
	host.ret = patched_ret();
	host.jump_rax = patched_jump_rax();
	host.cpu_number = own_offset(xbpf_percpu_number);
	host.task = own_offset(xbpf_percpu_task);
	host.task_pid = offsetof(struct task_struct, pid);
	host.task_tgid = offsetof(struct task_struct, tgid);
	host.has_bmi2 = boot_cpu_has(X86_FEATURE_BMI2);
	return &host;
}
