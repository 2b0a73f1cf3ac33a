// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers of network programs that ask the kernel: sockets as its objects, devices,
 * routes, cookies, groups. Run by PROG_TEST_RUN.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "../unit/unit.h"
#include "kit.h"

#define CLS	XBPF_PROG_TYPE_SCHED_CLS
#define PORT	4242
#define LOOPBACK 1

static __u8 frame[64] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00, 0x45, 0, 0, 50, 0, 0, 0, 0,
	64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1,
};

/* Its result, or -errno of whatever failed; @times: as often as that. */
static int result(__u32 type, const struct xbpf_insn *insns, size_t size, int times)
{
	union xbpf_attr attr;
	int prog = kit_load(type, insns, size), err;

	if (prog < 0) {
		printf("# %s\n", kit_log);
		return prog;
	}
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.data_in = kit_ptr(frame);
	attr.test.data_size_in = sizeof(frame);
	attr.test.repeat = times;
	err = xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr));
	close(prog);
	return err < 0 ? err : (int)attr.test.retval;
}

#define RUN(type, ...) ({						\
	const struct xbpf_insn insns[] = { __VA_ARGS__ };		\
	result(type, insns, sizeof(insns), 1);				\
})

#define RUN_OFTEN(type, ...) ({						\
	const struct xbpf_insn insns[] = { __VA_ARGS__ };		\
	result(type, insns, sizeof(insns), 1000);			\
})

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), err = -1;

	if (fd < 0)
		return -1;
	if (write(fd, text, strlen(text)) == (ssize_t)strlen(text))
		err = 0;
	close(fd);
	return err;
}

static long number(const char *path)
{
	FILE *f = fopen(path, "r");
	long value = -1;

	if (!f)
		return -1;
	if (fscanf(f, "%ld", &value) != 1)
		value = -1;
	fclose(f);
	return value;
}

static int loopback_up(void)
{
	struct ifreq req = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), err;

	err = ioctl(fd, SIOCSIFFLAGS, &req);
	close(fd);
	return err;
}

/* ---- sockets ---- */

static int listen_there(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) || listen(fd, 8))
		return -1;
	return fd;
}

/* The listener, in R0; the context is in R6 and stays there. */
#define FIND								\
	STORE_IMM(XBPF_W, 10, htonl(0x7f000001), -12),			\
	STORE_IMM(XBPF_W, 10, htonl(0x7f000001), -8),			\
	STORE_IMM(XBPF_H, 10, htons(1), -4),				\
	STORE_IMM(XBPF_H, 10, htons(PORT), -2),				\
	MOV_REG(1, 6), MOV_REG(2, 10), ADD_IMM(2, -12), MOV_IMM(3, 12),	\
	MOV_IMM(4, -1), MOV_IMM(5, 0), CALL(skc_lookup_tcp)

/* struct tcp_sock begins with the addresses; the family is at 16 everywhere. */
static void test_casts(void)
{
	is(RUN_OFTEN(CLS, MOV_REG(6, 1), FIND, JUMP_IMM(XBPF_JNE, 0, 0, 2),
		     MOV_IMM(0, 77), EXIT,
		     MOV_REG(7, 0), MOV_IMM(8, 78), MOV_REG(1, 0),
		     CALL(skc_to_tcp_sock), JUMP_IMM(XBPF_JEQ, 0, 0, 2),
		     LOAD(XBPF_H, 8, 0, 16), MOV_REG(7, 0),
		     MOV_REG(1, 7), CALL(sk_release), MOV_REG(0, 8), EXIT),
	   AF_INET, "a listener is a struct tcp_sock, and released as one");
	is(RUN(CLS, MOV_REG(6, 1), FIND, JUMP_IMM(XBPF_JNE, 0, 0, 2),
	       MOV_IMM(0, 77), EXIT,
	       MOV_REG(7, 0), MOV_IMM(8, 1), MOV_REG(1, 0),
	       CALL(skc_to_udp6_sock), JUMP_IMM(XBPF_JEQ, 0, 0, 1), MOV_IMM(8, 79),
	       MOV_REG(1, 7), CALL(skc_to_tcp_timewait_sock),
	       JUMP_IMM(XBPF_JEQ, 0, 0, 1), MOV_IMM(8, 80),
	       MOV_REG(1, 7), CALL(sk_release), MOV_REG(0, 8), EXIT),
	   1, "and nothing else");
	is(RUN(CLS, LOAD(XBPF_DW, 1, 1, offsetof(struct xbpf_sk_buff, sk)),
	       JUMP_IMM(XBPF_JNE, 1, 0, 2), MOV_IMM(0, 77), EXIT,
	       CALL(skc_to_tcp_sock), JUMP_IMM(XBPF_JEQ, 0, 0, 2),
	       MOV_IMM(0, 1), EXIT, MOV_IMM(0, 2), EXIT),
	   2, "the packet's own socket is none of TCP");
}

/* Each way to say which of two equal sockets goes. */
static void test_twice(void)
{
	is(RUN_OFTEN(CLS, MOV_REG(6, 1), FIND, JUMP_IMM(XBPF_JNE, 0, 0, 2),
		     MOV_IMM(0, 77), EXIT,
		     MOV_REG(7, 0), FIND, JUMP_IMM(XBPF_JNE, 0, 0, 4),
		     MOV_REG(1, 7), CALL(sk_release), MOV_IMM(0, 78), EXIT,
		     MOV_REG(8, 0), MOV_REG(1, 0), CALL(skc_to_tcp_sock),
		     JUMP_IMM(XBPF_JEQ, 0, 0, 1), MOV_REG(8, 0),
		     MOV_REG(1, 8), CALL(sk_release),
		     LOAD(XBPF_W, 9, 7, offsetof(struct xbpf_sock, family)),
		     MOV_REG(1, 7), CALL(sk_release), MOV_REG(0, 9), EXIT),
	   AF_INET, "found twice, released twice");
}

/* A line of /proc/net/sockstat: sockets of TCP that have memory. */
static int tcp_sockets(void)
{
	FILE *f = fopen("/proc/net/sockstat", "r");
	int alloc = -1, inuse, orphan, tw;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "TCP: inuse %d orphan %d tw %d alloc %d", &inuse,
			   &orphan, &tw, &alloc) == 4)
			break;
	if (f)
		fclose(f);
	return alloc;
}

static void test_sockets(void)
{
	int before = tcp_sockets(), fd = listen_there(), tries = 50;

	ok(fd >= 0 && before >= 0, "a socket listens");
	test_casts();
	test_twice();
	close(fd);
	while (tcp_sockets() > before && tries--)
		usleep(20000);
	is(tcp_sockets(), before, "and is gone when it is closed");
}

/* ---- cookies: headers at -64 and -40 of the stack ---- */

#define HEADERS								\
	STORE_IMM(XBPF_DW, 10, 0x45, -64),				\
	STORE_IMM(XBPF_DW, 10, 0, -56), STORE_IMM(XBPF_DW, 10, 1, -48),	\
	STORE_IMM(XBPF_DW, 10, 0, -40), STORE_IMM(XBPF_DW, 10, 0, -32),	\
	STORE_IMM(XBPF_DW, 10, 0, -24),					\
	STORE_IMM(XBPF_B, 10, 0x50, -28)

#define TO_BE32(d)							\
	{ .code = XBPF_ALU | XBPF_END | XBPF_TO_BE, .dst_reg = (d), .imm = 32 }

static void test_cookies(void)
{
	is(RUN(CLS, HEADERS, MOV_REG(1, 10), ADD_IMM(1, -64), MOV_REG(2, 10),
	       ADD_IMM(2, -40), MOV_IMM(3, 20), CALL(tcp_raw_gen_syncookie_ipv4),
	       ADD_IMM(0, 1), TO_BE32(0), STORE(XBPF_W, 10, 0, -32),
	       STORE_IMM(XBPF_W, 10, htonl(1), -36),
	       MOV_REG(1, 10), ADD_IMM(1, -64), MOV_REG(2, 10), ADD_IMM(2, -40),
	       CALL(tcp_raw_check_syncookie_ipv4), EXIT),
	   0, "a cookie is what comes back");
	is(RUN(CLS, HEADERS, MOV_REG(1, 10), ADD_IMM(1, -64), MOV_REG(2, 10),
	       ADD_IMM(2, -40), CALL(tcp_raw_check_syncookie_ipv4), EXIT),
	   -EACCES, "another number is none");
	is(RUN(CLS, HEADERS, MOV_REG(1, 10), ADD_IMM(1, -64), MOV_REG(2, 10),
	       ADD_IMM(2, -40), MOV_IMM(3, 21), CALL(tcp_raw_gen_syncookie_ipv4),
	       EXIT), -EINVAL, "a header is as long as it says");
}

/* A cookie of the listener for the connection of HEADERS: 0, or -errno. */
static int cookie_of_listener(void)
{
	return RUN(CLS, MOV_REG(6, 1), FIND, JUMP_IMM(XBPF_JNE, 0, 0, 2),
		   MOV_IMM(0, 77), EXIT, MOV_REG(7, 0),
		   HEADERS, STORE_IMM(XBPF_B, 10, 2, -27),	/* SYN */
		   MOV_REG(1, 7), MOV_REG(2, 10), ADD_IMM(2, -64), MOV_IMM(3, 20),
		   MOV_REG(4, 10), ADD_IMM(4, -40), MOV_IMM(5, 20),
		   CALL(tcp_gen_syncookie), MOV_REG(8, 0),
		   JUMP_IMM(XBPF_JSLT, 0, 0, 15),
		   ADD_IMM(0, 1), TO_BE32(0), STORE(XBPF_W, 10, 0, -32),
		   STORE_IMM(XBPF_W, 10, htonl(1), -36),
		   STORE_IMM(XBPF_B, 10, 16, -27),		/* ACK */
		   MOV_REG(1, 7), MOV_REG(2, 10), ADD_IMM(2, -64), MOV_IMM(3, 20),
		   MOV_REG(4, 10), ADD_IMM(4, -40), MOV_IMM(5, 20),
		   CALL(tcp_check_syncookie), MOV_REG(8, 0),
		   JUMP_IMM(XBPF_JA, 0, 0, 0),
		   MOV_REG(1, 7), CALL(sk_release), MOV_REG(0, 8), EXIT);
}

static void test_listener(void)
{
	const char *sysctl = "/proc/sys/net/ipv4/tcp_syncookies";
	int fd = listen_there();

	is(put(sysctl, "1"), 0, "cookies in need");
	is(cookie_of_listener(), -ENOENT, "there is no need");
	is(put(sysctl, "2"), 0, "cookies always");
	is(cookie_of_listener(), 0, "one is made, and known again");
	is(put(sysctl, "0"), 0, "no cookies");
	is(cookie_of_listener(), -ENOENT, "none");
	put(sysctl, "1");
	close(fd);
}

/* ---- devices and routes ---- */

/* struct bpf_fib_lookup at -64: @family, from the loopback device, to @to. */
#define ROUTE(type, family, to)						\
	RUN(type, STORE_IMM(XBPF_DW, 10, family, -64),			\
	    STORE_IMM(XBPF_DW, 10, LOOPBACK, -56),			\
	    STORE_IMM(XBPF_DW, 10, 0, -48), STORE_IMM(XBPF_DW, 10, 0, -40), \
	    STORE_IMM(XBPF_DW, 10, 0, -32), STORE_IMM(XBPF_DW, 10, 0, -24), \
	    STORE_IMM(XBPF_DW, 10, 0, -16), STORE_IMM(XBPF_DW, 10, 0, -8), \
	    STORE_IMM(XBPF_W, 10, htonl(to), -32),			\
	    MOV_REG(2, 10), ADD_IMM(2, -64), MOV_IMM(3, 64), MOV_IMM(4, 0), \
	    CALL(fib_lookup), EXIT)

static void test_routes(void)
{
	const char *v4 = "/proc/sys/net/ipv4/conf/lo/forwarding";
	const char *v6 = "/proc/sys/net/ipv6/conf/lo/forwarding";

	is(put(v4, "0") | put(v6, "0"), 0, "nothing is forwarded");
	is(ROUTE(CLS, AF_INET, 0xcb007101), XBPF_FIB_LKUP_RET_FWD_DISABLED,
	   "nor looked up");
	is(ROUTE(XBPF_PROG_TYPE_XDP, AF_INET6, 0x20010db8),
	   XBPF_FIB_LKUP_RET_FWD_DISABLED, "of IPv6 either");
	is(put(v4, "1") | put(v6, "1"), 0, "now it is");
	is(ROUTE(CLS, AF_INET, 0xcb007101), XBPF_FIB_LKUP_RET_NOT_FWDED,
	   "a network to which no route leads");
	is(ROUTE(CLS, AF_INET, 0x7f000001), XBPF_FIB_LKUP_RET_NOT_FWDED,
	   "this machine is not forwarded to");
	is(ROUTE(CLS, AF_INET6, 0x20010db8), XBPF_FIB_LKUP_RET_NOT_FWDED,
	   "the same of IPv6");
	put(v4, "0");
	put(v6, "0");
}

static void test_devices(void)
{
	const char *sent = "/sys/class/net/lo/statistics/tx_packets";
	long before;

	is(RUN(CLS, MOV_IMM(2, 99), MOV_IMM(3, 0), CALL(clone_redirect), EXIT),
	   -EINVAL, "a copy to no device");
	is(loopback_up(), 0, "the loopback device is up");
	before = number(sent);
	is(RUN(CLS, MOV_IMM(2, LOOPBACK), MOV_IMM(3, 0), CALL(clone_redirect), EXIT),
	   0, "a copy to it");
	is(number(sent), before + 1, "is sent");
	is(RUN(CLS, STORE_IMM(XBPF_W, 10, 0, -4), MOV_IMM(2, 0), MOV_REG(3, 10),
	       ADD_IMM(3, -4), MOV_IMM(4, 0), MOV_IMM(5, 0), CALL(check_mtu),
	       LOAD(XBPF_W, 0, 10, -4), EXIT), number("/sys/class/net/lo/mtu"),
	   "what fits into it");
}

/* ---- groups ---- */

static void test_groups(void)
{
	is(RUN(CLS, MOV_REG(6, 1), CALL(skb_cgroup_id), MOV_REG(7, 0),
	       JUMP_IMM(XBPF_JNE, 0, 0, 1), EXIT,
	       MOV_REG(1, 6), MOV_IMM(2, 0), CALL(skb_ancestor_cgroup_id), EXIT),
	   1, "above every group is the first");
	is(RUN(CLS, MOV_IMM(2, 200), CALL(skb_ancestor_cgroup_id), EXIT), 0,
	   "so deep is none");
	ok(RUN(CLS, CALL(get_netns_cookie), EXIT) > 0, "a namespace has a number");
}

int main(void)
{
	test_sockets();
	test_cookies();
	test_listener();
	test_routes();
	test_devices();
	test_groups();
	return unit_done();
}
