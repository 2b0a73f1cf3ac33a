// SPDX-License-Identifier: GPL-2.0-only
/*
 * The type information of a program: func_info and line_info of PROG_LOAD.
 *
 * Knows that records in user memory may be longer than ours, if what is longer
 * is zero. What a record means is btf/'s.
 */
#include "device.h"

/* An array of records of the caller's: where it is, how long a record is. */
struct records {
	u64 uptr;
	u32 nr;
	u32 usize;
	u32 size;
	const char *complaint;
};

static int copy_record(void *dst, const struct records *r, u32 i)
{
	const void __user *src = u64_to_user_ptr(r->uptr + (u64)i * r->usize);
	int err = xbpf_user_tail_zero(src, r->size, r->usize);

	if (err)
		return err;
	return copy_from_user(dst, src, min(r->size, r->usize)) ? -EFAULT : 0;
}

/*
 * Copies all of them; on E2BIG tells the caller in *@urec_size how long a record
 * may be.
 */
static void *copy_records(const struct records *r, u32 __user *urec_size,
			  struct xbpf_log *log)
{
	void *copy = kvcalloc(r->nr, r->size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	int err = 0;
	u32 i;

	if (!copy)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < r->nr && !err; i++) {
		err = copy_record(copy + (size_t)i * r->size, r, i);
		cond_resched();
	}
	if (err == -E2BIG) {
		xbpf_log_printf(log, "%s", r->complaint);
		if (put_user(min(r->size, r->usize), urec_size))
			err = -EFAULT;
	}
	if (!err)
		return copy;
	kvfree(copy);
	return ERR_PTR(err);
}

static int record_size_ok(u32 size, u32 min_size)
{
	return size >= min_size && size <= XBPF_BTF_MAX_INFO_SIZE && !(size % 4);
}

static int copy_funcs(struct xbpf_prog_obj *prog, const union xbpf_attr *attr,
		      union xbpf_attr __user *uattr, struct xbpf_log *log)
{
	const struct records r = {
		.uptr	= attr->func_info,
		.nr	= attr->func_info_cnt,
		.usize	= attr->func_info_rec_size,
		.size	= sizeof(struct xbpf_func_info),
		.complaint = "nonzero tailing record in func info",
	};
	void *copy;

	if (!r.nr)
		return 0;
	if (!record_size_ok(r.usize, 8)) {
		xbpf_log_printf(log, "invalid func info rec size %u\n", r.usize);
		return -EINVAL;
	}
	/* One a subprogram: without this the copy could be as large as one asks. */
	if (r.nr > XBPF_MAX_SUBPROGS) {
		xbpf_log_printf(log,
			"number of funcs in func_info doesn't match number of subprogs\n");
		return -EINVAL;
	}
	copy = copy_records(&r, &uattr->func_info_rec_size, log);
	if (IS_ERR(copy))
		return PTR_ERR(copy);
	prog->func_info = copy;
	prog->nr_func_info = r.nr;
	return xbpf_btf_check_func_info(prog->btf->btf, copy, r.nr, log);
}

static int copy_lines(struct xbpf_prog_obj *prog, const union xbpf_attr *attr,
		      union xbpf_attr __user *uattr, struct xbpf_log *log)
{
	const struct records r = {
		.uptr	= attr->line_info,
		.nr	= attr->line_info_cnt,
		.usize	= attr->line_info_rec_size,
		.size	= sizeof(struct xbpf_line_info),
		.complaint = "nonzero tailing record in line_info",
	};
	void *copy;

	if (!r.nr)
		return 0;
	if (r.nr > INT_MAX / sizeof(struct xbpf_line_info) ||
	    !record_size_ok(r.usize, sizeof(struct xbpf_line_info)))
		return -EINVAL;
	/* One an instruction: more cannot be in order. */
	if (r.nr > prog->prog->len)
		return -EINVAL;
	copy = copy_records(&r, &uattr->line_info_rec_size, log);
	if (IS_ERR(copy))
		return PTR_ERR(copy);
	prog->line_info = copy;
	prog->nr_line_info = r.nr;
	return xbpf_btf_check_line_info(prog->btf->btf, copy, r.nr,
					prog->prog->insns, prog->prog->len,
					log);
}

int xbpf_prog_info_copy(struct xbpf_prog_obj *prog, const union xbpf_attr *attr,
			union xbpf_attr __user *uattr, struct xbpf_log *log)
{
	struct xbpf_obj *btf;

	if (!attr->func_info_cnt && !attr->line_info_cnt)
		return 0;
	btf = xbpf_obj_from_fd(attr->prog_btf_fd, XBPF_OBJ_BTF);
	if (IS_ERR(btf))
		return PTR_ERR(btf);
	prog->btf = xbpf_to_btf_obj(btf);
	if (prog->btf->kernel_btf)
		return -EACCES;
	return copy_funcs(prog, attr, uattr, log) ?:
	       copy_lines(prog, attr, uattr, log);
}

int xbpf_prog_info_match(const struct xbpf_prog_obj *prog, struct xbpf_log *log)
{
	const struct xbpf_prog *p = prog->prog;
	int err = 0;

	if (prog->nr_func_info)
		err = xbpf_btf_match_func_info(prog->func_info,
					       prog->nr_func_info, p->subprogs,
					       p->nr_subprogs, log);
	if (!err && prog->nr_line_info)
		err = xbpf_btf_match_line_info(prog->line_info,
					       prog->nr_line_info, p->subprogs,
					       p->nr_subprogs, log);
	return err;
}
