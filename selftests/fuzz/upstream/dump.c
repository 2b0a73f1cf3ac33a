// SPDX-License-Identifier: GPL-2.0-only
/*
 * Upstream's test_verifier as a source of seeds: linked with it, this answers
 * bpf(2) with a refusal, after writing each program that it loads, with the maps
 * that the program names, to a file of the directory $FUZZ_SEEDS.
 *
 * Knows nothing of the cases: what the program under test would load is a seed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>
#include <linux/xbpf.h>
#include "host/raw_syscall.h"

#define MAX_FDS		4096
#define MAX_MAPS	8	/* as in fuzz.h, whose struct fuzz_map this is */
#define MAX_INSNS	512

struct fuzz_map {
	uint8_t type;
	uint8_t key_size;
	uint16_t value_size;
	uint16_t max_entries;
	uint8_t map_flags;
	uint8_t frozen;
};

int capget(cap_user_header_t header, cap_user_data_t data);
int capset(cap_user_header_t header, const cap_user_data_t data);

static struct fuzz_map maps[MAX_FDS];

static long map_create(const union xbpf_attr *attr)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fd >= MAX_FDS)
		return -EMFILE;
	maps[fd] = (struct fuzz_map){
		.type = attr->map_type, .key_size = attr->key_size,
		.value_size = attr->value_size,
		.max_entries = attr->max_entries > 32768 ? 32768 :
			attr->max_entries,
		.map_flags = attr->map_flags >> 4,
	};
	return fd;
}

/* Descriptors become indexes into @used. */
static int number_maps(struct xbpf_insn *insns, uint32_t len,
		       struct fuzz_map *used)
{
	int nr = 0, fds[MAX_MAPS], m;
	uint32_t i;

	for (i = 0; i < len; i++) {
		if (insns[i].code != (XBPF_LD | XBPF_IMM | XBPF_DW) ||
		    (insns[i].src_reg != XBPF_PSEUDO_MAP_FD &&
		     insns[i].src_reg != XBPF_PSEUDO_MAP_VALUE))
			continue;
		if (insns[i].imm < 0 || insns[i].imm >= MAX_FDS)
			continue;
		for (m = 0; m < nr && fds[m] != insns[i].imm; m++)
			;
		if (m == MAX_MAPS)
			return -1;
		if (m == nr) {
			fds[nr] = insns[i].imm;
			used[nr++] = maps[insns[i].imm];
		}
		insns[i].imm = m;
	}
	return nr;
}

static void write_case(const union xbpf_attr *attr)
{
	static struct xbpf_insn insns[MAX_INSNS];
	static unsigned int count;
	struct fuzz_map used[MAX_MAPS];
	const char *dir = getenv("FUZZ_SEEDS");
	char path[512];
	uint8_t header[4];
	int nr;
	FILE *f;

	if (!dir || attr->insn_cnt > MAX_INSNS)
		return;
	memcpy(insns, (void *)(uintptr_t)attr->insns,
	       attr->insn_cnt * sizeof(*insns));
	nr = number_maps(insns, attr->insn_cnt, used);
	snprintf(path, sizeof(path), "%s/upstream-%04u", dir, count++);
	f = nr < 0 ? NULL : fopen(path, "w");
	if (!f)
		return;
	header[0] = attr->prog_type;
	header[1] = 1;
	header[2] = attr->prog_flags;
	header[3] = nr;
	fwrite(header, 1, sizeof(header), f);
	fwrite(used, sizeof(*used), nr, f);
	fwrite(insns, sizeof(*insns), attr->insn_cnt, f);
	fclose(f);
}

static long answer(long cmd, const union xbpf_attr *attr)
{
	switch (cmd) {
	case XBPF_MAP_CREATE:
		return map_create(attr);
	case XBPF_MAP_UPDATE_ELEM:
		return 0;
	case XBPF_PROG_LOAD:
		write_case(attr);
		return -EINVAL;
	default:
		return -EINVAL;
	}
}

long syscall(long nr, ...)
{
	va_list args;
	long a[6], ret;
	int i;

	va_start(args, nr);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (nr == SYS_bpf)
		ret = answer(a[0], (void *)a[1]);
	else
		ret = raw_syscall(nr, a);
	if (ret >= 0 || ret < -4095)
		return ret;
	errno = -ret;
	return -1;
}

/* Capabilities are there: the cases of those who have them are the most. */
int capget(cap_user_header_t header, cap_user_data_t data)
{
	memset(data, 0xff, 2 * sizeof(*data));
	return 0;
}

int capset(cap_user_header_t header, const cap_user_data_t data)
{
	return 0;
}
