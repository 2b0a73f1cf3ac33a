// SPDX-License-Identifier: GPL-2.0-only
/*
 * The process's descriptor of the device: opened once, checked at each use.
 *
 * The program around us may close descriptors that it did not open, or let
 * another file take their number.  So a descriptor is believed only when it
 * still is the device that was opened.  There is no lock: threads that race
 * for the first open each open, one wins, the others close theirs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xbpf/libxbpf.h>

/* Above what programs that keep tables by descriptor usually reach */
#define DEVICE_FD_MIN	512

/*
 * Below: descriptor + 1, so that 0 means: not open.  Above: how often it was
 * opened; a descriptor that was closed comes back with its number, and threads
 * that open it again must not take the one for the other.
 */
static __u64 device_slot;
static dev_t device_rdev;

static int slot_fd(__u64 slot)
{
	return (int)(__u32)slot - 1;
}

static __u64 slot_next(__u64 slot, int fd)
{
	return ((slot >> 32) + 1) << 32 | (__u32)(fd + 1);
}

const char *xbpf_device_path(void)
{
	const char *path = getenv("XBPF_DEVICE");

	return path && *path ? path : XBPF_DEVICE;
}

static int is_device(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISCHR(st.st_mode) &&
	       st.st_rdev == __atomic_load_n(&device_rdev, __ATOMIC_ACQUIRE);
}

/* Moves a descriptor up; it stays where it is when the limit is too low */
static int move_high(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, DEVICE_FD_MIN);

	if (high < 0)
		return fd;
	close(fd);
	return high;
}

static int device_open(void)
{
	struct stat st;
	int fd, err;

	fd = open(xbpf_device_path(), O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st)) {
		err = errno;
		close(fd);
		return -err;
	}
	if (!S_ISCHR(st.st_mode)) {
		close(fd);
		return -ENODEV;
	}
	__atomic_store_n(&device_rdev, st.st_rdev, __ATOMIC_RELEASE);
	return move_high(fd);
}

int xbpf_device_fd(void)
{
	__u64 slot = __atomic_load_n(&device_slot, __ATOMIC_ACQUIRE);
	int fd;

	if (slot && is_device(slot_fd(slot)))
		return slot_fd(slot);
	fd = device_open();
	if (fd < 0)
		return fd;
	if (__atomic_compare_exchange_n(&device_slot, &slot,
					slot_next(slot, fd), 0,
					__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return fd;
	close(fd);
	return slot_fd(slot);
}
