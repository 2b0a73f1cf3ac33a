// SPDX-License-Identifier: GPL-2.0-only
/*
 * The executable region on a host that is a process: a memory file, mapped
 * executable for good and writable for the time of a write.
 *
 * Knows nothing of what is written.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>
#include "host/text.h"
#include "jit/jit.h"

#define REGION_SIZE	(16U << 20)
#define STEP		(16UL << 20)
#define NEAR_STEPS	64

static int file = -1;
static u8 *region;
static int want_far;
static u32 limit = REGION_SIZE;

void xbpf_host_text_far(void)
{
	want_far = 1;
}

void xbpf_host_text_limit(unsigned int size)
{
	limit = size;
}

static u8 *map_at(unsigned long hint, int flags)
{
	void *addr = mmap((void *)hint, REGION_SIZE, PROT_READ | PROT_EXEC,
			  MAP_SHARED | flags, file, 0);

	return addr == MAP_FAILED ? NULL : addr;
}

/* Below our own code, so that helpers are in reach. */
static u8 *map_near(void)
{
	unsigned long own = (unsigned long)xbpf_text_base & -STEP, i;
	u8 *addr;

	for (i = 1; i <= NEAR_STEPS && i * STEP < own; i++) {
		addr = map_at(own - i * STEP, MAP_FIXED_NOREPLACE);
		if (addr)
			return addr;
	}
	return NULL;
}

void *xbpf_text_base(void)
{
	if (region)
		return region;
	file = memfd_create("xbpf-text", MFD_CLOEXEC);
	if (file < 0 || ftruncate(file, REGION_SIZE))
		return NULL;
	if (!want_far)
		region = map_near();
	if (!region)
		region = map_at(0, 0);
	return region;
}

u32 xbpf_text_size(void)
{
	return min(limit, REGION_SIZE);
}

static u8 *map_alias(void)
{
	void *addr = mmap(NULL, REGION_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			  file, 0);

	return addr == MAP_FAILED ? NULL : addr;
}

int xbpf_text_write(void *dst, const void *src, u32 len)
{
	u8 *alias = map_alias();

	if (!alias)
		return -ENOMEM;
	memcpy(alias + ((u8 *)dst - region), src, len);
	munmap(alias, REGION_SIZE);
	return 0;
}

int xbpf_text_fill(void *dst, u8 byte, u32 len)
{
	u8 *alias = map_alias();

	if (!alias)
		return -ENOMEM;
	memset(alias + ((u8 *)dst - region), byte, len);
	munmap(alias, REGION_SIZE);
	return 0;
}

/* ---- code that translated code leans on ---- */

void xbpf_host_text_interp_tail(void);
void xbpf_host_text_load8(void);
void xbpf_host_text_load16(void);
void xbpf_host_text_load32(void);
void xbpf_host_text_load64(void);

asm(".text\n"
    ".globl xbpf_host_text_ret, xbpf_host_text_jump_rax\n"
    "xbpf_host_text_ret: ret\n"
    "xbpf_host_text_jump_rax: jmp *%rax\n"
    "xbpf_host_text_interp_tail:\n"
    "	endbr64\n"
    "	mov %r12d, %edx\n"
    "	jmp xbpf_interp_tail\n");

/* Memory here is all in the lower half; only the first page cannot be read. */
#define FAULTING_LOAD(name, insn)					\
	asm(".text\n"							\
	    #name ":\n"							\
	    "	mov %r10, %r11\n"					\
	    "	sar $12, %r11\n"					\
	    "	jle 1f\n"						\
	    "	" insn "\n"						\
	    "	ret\n"							\
	    "1:	xor %r10d, %r10d\n"					\
	    "	ret\n")

FAULTING_LOAD(xbpf_host_text_load8, "movzbl (%r10), %r10d");
FAULTING_LOAD(xbpf_host_text_load16, "movzwl (%r10), %r10d");
FAULTING_LOAD(xbpf_host_text_load32, "movl (%r10), %r10d");
FAULTING_LOAD(xbpf_host_text_load64, "movq (%r10), %r10");

struct xbpf_text_host *xbpf_host_text_traits(void)
{
	static struct xbpf_text_host host;

	if (host.interp_tail)
		return &host;
	host = (struct xbpf_text_host){
		.interp_tail = xbpf_host_text_interp_tail,
		.load = { xbpf_host_text_load8, xbpf_host_text_load16,
			  xbpf_host_text_load32, xbpf_host_text_load64 },
		.has_bmi2 = __builtin_cpu_supports("bmi2") != 0,
	};
	return &host;
}

const struct xbpf_text_host *xbpf_text_host(void)
{
	return xbpf_host_text_traits();
}
