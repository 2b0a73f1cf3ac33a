// SPDX-License-Identifier: GPL-2.0-only
/*
 * The types of the kernel that a process plays: those of $XBPF_VMLINUX_BTF, else of
 * the kernel that it runs on. Read and parsed when they are first asked for.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "os.h"
#include "btf/btf.h"
#include "host/bpf_inproc.h"

/* A file of sysfs may give a page at a time. */
static int read_whole(int fd, char *data, size_t size)
{
	ssize_t done;

	for (; size; data += done, size -= done) {
		done = read(fd, data, size);
		if (done <= 0)
			return -EIO;
	}
	return 0;
}

static void *read_file(const char *path, u32 *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *data = NULL;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && st.st_size > 0 && st.st_size < XBPF_BTF_MAX_SIZE)
		data = kvmalloc(st.st_size, GFP_KERNEL);
	if (data && read_whole(fd, data, st.st_size)) {
		kvfree(data);
		data = NULL;
	}
	*size = data ? st.st_size : 0;
	close(fd);
	return data;
}

/* NULL: there are none, or not of a form that is understood. */
const struct xbpf_btf *xbpf_inproc_kernel_btf(void)
{
	static const struct xbpf_btf *types;
	static int tried;
	struct xbpf_btf *btf;
	void *data;
	u32 size;

	if (tried)
		return types;
	tried = 1;
	data = read_file(getenv("XBPF_VMLINUX_BTF") ?:
			 "/sys/kernel/btf/vmlinux", &size);
	if (!data)
		return NULL;
	btf = xbpf_btf_parse(data, size, NULL, XBPF_BTF_TRUSTED, NULL);
	if (IS_ERR(btf))
		kvfree(data);
	else
		types = btf;
	return types;
}
