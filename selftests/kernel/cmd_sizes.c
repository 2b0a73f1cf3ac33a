// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rule for sizes, for every command that there is and some that there are
 * not: with /dev/xbpf as with the kernel's own bpf(2).
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include "door.h"

#define PAGE		4096

/* Commands that we have; the others are -EINVAL whatever the attribute is. */
static const struct {
	int cmd;
	const char *name;
	unsigned int end;	/* of the last field */
} cmds[] = {
#define CMD(cmd, last) \
	{ XBPF_##cmd, #cmd, offsetof(union xbpf_attr, last) + \
			    sizeof(((union xbpf_attr *)0)->last) }
	CMD(MAP_CREATE, excl_prog_hash_size),
	CMD(MAP_LOOKUP_ELEM, flags),
	CMD(MAP_UPDATE_ELEM, flags),
	CMD(MAP_DELETE_ELEM, key),
	CMD(MAP_GET_NEXT_KEY, next_key),
	CMD(PROG_LOAD, keyring_id),
	CMD(PROG_TEST_RUN, test.batch_size),
	CMD(PROG_GET_NEXT_ID, next_id),
	CMD(MAP_GET_NEXT_ID, next_id),
	CMD(PROG_GET_FD_BY_ID, prog_id),
	CMD(MAP_GET_FD_BY_ID, open_flags),
	CMD(OBJ_GET_INFO_BY_FD, info.info),
	CMD(OBJ_PIN, path_fd),
	CMD(OBJ_GET, path_fd),
	CMD(PROG_QUERY, query.revision),
	CMD(RAW_TRACEPOINT_OPEN, raw_tracepoint.cookie),
	CMD(BTF_LOAD, btf_token_fd),
	CMD(BTF_GET_FD_BY_ID, fd_by_id_token_fd),
	CMD(MAP_LOOKUP_AND_DELETE_ELEM, flags),
	CMD(MAP_FREEZE, map_fd),
	CMD(BTF_GET_NEXT_ID, next_id),
	CMD(MAP_LOOKUP_BATCH, batch.flags),
	CMD(MAP_LOOKUP_AND_DELETE_BATCH, batch.flags),
	CMD(MAP_UPDATE_BATCH, batch.flags),
	CMD(MAP_DELETE_BATCH, batch.flags),
	CMD(LINK_CREATE, link_create.uprobe_multi.path_fd),
	CMD(LINK_UPDATE, link_update.old_prog_fd),
	CMD(LINK_GET_FD_BY_ID, link_id),
	CMD(LINK_GET_NEXT_ID, next_id),
	CMD(ENABLE_STATS, enable_stats.type),
	CMD(ITER_CREATE, iter_create.flags),
	CMD(LINK_DETACH, link_detach.link_fd),
	CMD(PROG_BIND_MAP, prog_bind_map.flags),
#undef CMD
};
#define NR_CMDS (sizeof(cmds) / sizeof(cmds[0]))

static unsigned char buf[4 * PAGE] __attribute__((aligned(8)));

static void wrong_sizes(struct door *d, int cmd, const char *name)
{
	const size_t known = sizeof(union xbpf_attr);

	memset(buf, 0, sizeof(buf));
	is(d->sys(cmd, buf, PAGE + 8), -E2BIG, "%s of more than a page", name);
	buf[known + 63] = 1;
	is(d->sys(cmd, buf, known + 64), -E2BIG,
	   "%s with a field that nobody knows", name);
	is(d->sys(cmd, (void *)BAD_PTR, known), -EFAULT,
	   "%s at a bad address", name);
	is(d->sys(cmd, (void *)BAD_PTR, 8), -EFAULT,
	   "%s of 8 bytes at a bad address", name);
	is(d->sys(cmd, NULL, known), -EFAULT, "%s at address 0", name);
}

/* What a command says is the same when more zeros come with it. */
static void zeros_do_not_count(struct door *d, int cmd, const char *name)
{
	int with, without;

	if (gives_fd(cmd))
		return;
	memset(buf, 0, sizeof(buf));
	without = d->sys(cmd, buf, sizeof(union xbpf_attr));
	memset(buf, 0, sizeof(buf));
	with = d->sys(cmd, buf, PAGE);
	is(with, without, "%s with more zeros", name);
}

static void behind_last(struct door *d, int cmd, const char *name,
			unsigned int end)
{
	if (end >= sizeof(union xbpf_attr))
		return;
	memset(buf, 0, sizeof(buf));
	buf[end] = 1;
	is(d->sys(cmd, buf, sizeof(union xbpf_attr)), -EINVAL,
	   "%s with a byte behind its last field", name);
	memset(buf, 0, sizeof(buf));
	buf[sizeof(union xbpf_attr) - 1] = 1;
	is(d->sys(cmd, buf, sizeof(union xbpf_attr)), -EINVAL,
	   "%s with a last byte", name);
}

static int is_known(int cmd)
{
	unsigned int i;

	for (i = 0; i < NR_CMDS; i++)
		if (cmds[i].cmd == cmd)
			return 1;
	return 0;
}

static void unknown(struct door *d)
{
	int cmd;

	for (cmd = 0; cmd < 256; cmd++) {
		if (is_known(cmd) || (cmd >= XBPF_CMD_OWN &&
				      cmd < __XBPF_CMD_OWN_MAX))
			continue;
		memset(buf, 0, sizeof(buf));
		if (d->sys(cmd, buf, sizeof(union xbpf_attr)) != -EINVAL)
			break;
	}
	is(cmd, 256, "commands that do not exist");
}

static void own(struct door *d)
{
	struct xbpf_info info = {};
	int cmd;

	for (cmd = XBPF_CMD_OWN; cmd < __XBPF_CMD_OWN_MAX; cmd++) {
		memset(buf, 0, sizeof(buf));
		buf[1000] = 1;
		is(d->sys(cmd, buf, 1024), -E2BIG,
		   "own command %#x with a field that nobody knows", cmd);
		is(d->sys(cmd, (void *)BAD_PTR, 16), -EFAULT,
		   "own command %#x at a bad address", cmd);
	}
	is(d->sys(XBPF_INFO, &info, 4), 0, "the start of XBPF_INFO");
	is(info.abi, XBPF_ABI_VERSION, "is written");
	is(info.version[0], 0, "and no more");
	is(d->sys(XBPF_INFO, &info, 0), 0, "nothing of XBPF_INFO");
}

/* A short attribute is filled up with zeros; the page behind it is not touched. */
static void at_page_end(struct door *d)
{
	char *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	union xbpf_attr *attr;

	munmap(page + PAGE, PAGE);
	attr = (void *)(page + PAGE - 20);
	attr->map_type = XBPF_MAP_TYPE_ARRAY;
	attr->key_size = 4;
	attr->value_size = 4;
	attr->max_entries = 1;
	attr->map_flags = 0;
	ok(d->sys(XBPF_MAP_CREATE, attr, 20) >= 0, "the first five fields");
	is(d->sys(XBPF_MAP_CREATE, attr, 24), -EFAULT, "six fields, one of them away");
	is(d->sys(XBPF_MAP_CREATE, attr, 4), -EINVAL, "the first field");
	is(d->sys(XBPF_MAP_CREATE, attr, 0), -EINVAL, "no field");
	is(d->sys(XBPF_MAP_CREATE, NULL, 0), -EINVAL, "no field and no address");
	munmap(page, PAGE);
}

static void not_ours(void)
{
	int fd = xbpf_device_fd();
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	is(ioctl(fd, _IOC(_IOC_READ | _IOC_WRITE, 0xba, 0, 72), &attr) < 0 ?
	   errno : 0, ENOTTY, "another magic number");
	is(ioctl(fd, _IOC(_IOC_WRITE, XBPF_IOC_MAGIC, 0, 72), &attr) < 0 ?
	   errno : 0, ENOTTY, "another direction");
	is(ioctl(fd, 0x5401, &attr) < 0 ? errno : 0, ENOTTY, "TCGETS");
}

int main(void)
{
	struct door d;
	unsigned int i;

	if (!door_open(&d, 0)) {
		at_page_end(&d);
		door_close(&d);
	}
	is(door_open(&d, 1), 0, "objects for the calls can be made");
	for (i = 0; i < NR_CMDS; i++) {
		wrong_sizes(&d, cmds[i].cmd, cmds[i].name);
		zeros_do_not_count(&d, cmds[i].cmd, cmds[i].name);
		behind_last(&d, cmds[i].cmd, cmds[i].name, cmds[i].end);
	}
	unknown(&d);
	own(&d);
	at_page_end(&d);
	not_ours();
	door_close(&d);
	return unit_done();
}
