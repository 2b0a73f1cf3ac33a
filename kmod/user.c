// SPDX-License-Identifier: GPL-2.0-only
/*
 * What comes from user memory in more than one command: sizes, names, arrays of
 * records. Does not know what the records mean.
 */
#include <linux/ctype.h>
#include "device.h"

int xbpf_user_tail_zero(const void __user *uptr, size_t known, size_t given)
{
	int zero;

	if (given > PAGE_SIZE)
		return -E2BIG;
	if (given <= known)
		return 0;
	zero = check_zeroed_user(uptr + known, given - known);
	if (zero < 0)
		return zero;
	return zero ? 0 : -E2BIG;
}

int xbpf_user_name(char *dst, const char *src)
{
	size_t i;

	memset(dst, 0, XBPF_OBJ_NAME_LEN);
	for (i = 0; i < XBPF_OBJ_NAME_LEN && src[i]; i++) {
		if (!isalnum(src[i]) && src[i] != '_' && src[i] != '.')
			return -EINVAL;
		dst[i] = src[i];
	}
	return i == XBPF_OBJ_NAME_LEN ? -EINVAL : 0;
}

int xbpf_user_open_flags(u32 map_flags)
{
	switch (map_flags & (XBPF_F_RDONLY | XBPF_F_WRONLY)) {
	case 0:
		return O_RDWR;
	case XBPF_F_RDONLY:
		return O_RDONLY;
	case XBPF_F_WRONLY:
		return O_WRONLY;
	}
	return -EINVAL;
}
