// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raw tracepoints that programs may change something in: that of the nbd driver, by
 * a disk whose server is this test. The driver is a module of the guest's kernel.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nbd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include "../unit/unit.h"
#include "kit.h"

#define TYPE		XBPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE
#define POINT		"nbd_send_request"
#define BLOCK		4096
#define FROM		16	/* in the request: where on the disk, big endian */
#define REQUEST		28	/* bytes */
#define ASKED		(2 * BLOCK)
#define CHANGED		(5 * BLOCK)

/* Stores @size bytes of @value at @off of the buffer. */
static int load_store(int off, int size, __u64 value)
{
	const struct xbpf_insn insns[] = {
		LOAD(XBPF_DW, 2, 1, 0),
		{ .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = 3, .imm = value },
		{ .imm = value >> 32 },
		{ .code = XBPF_STX | XBPF_MEM | size, .dst_reg = 2, .src_reg = 3,
		  .off = off },
		MOV_IMM(0, 0),
		EXIT,
	};

	return kit_load(TYPE, insns, sizeof(insns));
}

/* Reads the word of the context at @off, and nothing of the buffer. */
static int load_word(int off)
{
	const struct xbpf_insn insns[] = {
		LOAD(XBPF_DW, 0, 1, off), MOV_IMM(0, 0), EXIT,
	};

	return kit_load(TYPE, insns, sizeof(insns));
}

static void test_point(int prog, const char *point, int want, const char *what)
{
	int link = prog < 0 ? prog : kit_raw_tracepoint(prog, point);

	ok(want ? link == want : link >= 0, "%s: %d", what, link);
	close(link);
	close(prog);
}

static void test_sizes(void)
{
	test_point(load_store(REQUEST - 4, XBPF_W, 0), POINT, 0,
		   "up to the buffer's end");
	test_point(load_store(REQUEST - 4, XBPF_DW, 0), POINT, -EINVAL,
		   "beyond the buffer's end");
	test_point(load_word(16), POINT, 0, "the last argument");
	test_point(load_word(24), POINT, -EINVAL, "an argument more");
}

static void test_kernel(void)
{
	test_point(load_store(0, XBPF_B, 0), "sched_switch", -EINVAL,
		   "a tracepoint that is not writable");
	test_point(load_word(0), "sched_switch", 0,
		   "a tracepoint that is not writable, nor written");
}

static void test_elsewhere(void)
{
	int array = kit_map(XBPF_MAP_TYPE_PROG_ARRAY, 4, 4, 1);
	int prog = load_store(0, XBPF_B, 0), plain = load_word(8);
	union xbpf_attr attr;
	__u32 key = 0;

	is(kit_update(array, &key, &prog), -EINVAL,
	   "it is not called by others, whose buffer may be smaller");
	is(kit_update(array, &key, &plain), 0, "unless it does not touch it");
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	is(xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr)), -524,
	   "no test run, which would make up an address");
	close(prog);
	close(plain);
	close(array);
}

/* ---- a disk ---- */

/* Answers requests; *@from is where the last one read. */
static void serve(int sock, volatile __u64 *from)
{
	static char block[1 << 20];
	unsigned char request[REQUEST];
	struct nbd_reply reply = { .magic = htobe32(NBD_REPLY_MAGIC) };
	__u32 len;

	while (recv(sock, request, REQUEST, MSG_WAITALL) == REQUEST) {
		memcpy((void *)from, request + FROM, sizeof(*from));
		memcpy(&len, request + 24, sizeof(len));
		memcpy(&reply.handle, request + 8, sizeof(reply.handle));
		if (write(sock, &reply, sizeof(reply)) < 0 ||
		    write(sock, block, be32toh(len) % sizeof(block)) < 0)
			break;
	}
	_exit(0);
}

static int read_block(int disk)
{
	static char block[BLOCK] __attribute__((aligned(BLOCK)));

	return pread(disk, block, BLOCK, ASKED);
}

static void test_change(int disk, volatile __u64 *from)
{
	int prog = load_store(FROM, XBPF_DW, htobe64(CHANGED)), link;

	is(read_block(disk), BLOCK, "the disk is read");
	is(be64toh(*from), ASKED, "where it was asked for");
	link = kit_raw_tracepoint(prog, POINT);
	ok(link >= 0, "attached: %d", link);
	is(read_block(disk), BLOCK, "the disk is read, the program changes the request");
	is(be64toh(*from), CHANGED, "the server sees the change");
	close(link);
	is(read_block(disk), BLOCK, "the disk is read, detached");
	is(be64toh(*from), ASKED, "where it was asked for");
	close(prog);
}

static int start_disk(int disk, int sock)
{
	int pid;

	if (ioctl(disk, NBD_SET_BLKSIZE, BLOCK) ||
	    ioctl(disk, NBD_SET_SIZE_BLOCKS, 64) ||
	    ioctl(disk, NBD_SET_SOCK, sock))
		return -errno;
	pid = fork();
	if (!pid)
		_exit(ioctl(disk, NBD_DO_IT) ? 1 : 0);
	return pid;
}

static void test_disk(void)
{
	volatile __u64 *from = mmap(NULL, BLOCK, PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int disk = open("/dev/nbd0", O_RDWR), direct, sock[2], server, pid;

	ok(disk >= 0, "the driver's disk is there: %d", disk < 0 ? errno : 0);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sock))
		return;
	server = fork();
	if (!server) {
		close(sock[0]);
		close(disk);
		serve(sock[1], from);
	}
	close(sock[1]);
	pid = start_disk(disk, sock[0]);
	ok(pid > 0, "the disk has a server: %d", pid);
	usleep(500000);		/* the partitions are looked for */
	direct = open("/dev/nbd0", O_RDONLY | O_DIRECT);
	test_change(direct, from);
	close(direct);
	ioctl(disk, NBD_DISCONNECT);
	ioctl(disk, NBD_CLEAR_SOCK);
	close(sock[0]);
	close(disk);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	waitpid(pid, NULL, 0);
}

int main(void)
{
	test_kernel();
	test_elsewhere();
	if (system("modprobe -d $BUILD/kernels/$VM_KERNEL/root nbd max_part=0")) {
		skip("nbd cannot be loaded", "a disk");
		return unit_done();
	}
	test_sizes();
	test_disk();
	is(system("rmmod nbd"), 0, "the driver can go: nobody holds it");
	return unit_done();
}
