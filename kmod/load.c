// SPDX-License-Identifier: GPL-2.0-only
/*
 * PROG_LOAD: from the attribute to a descriptor.
 *
 * Knows the rules for each field of the attribute, in the order in which bpf(2)
 * applies them, and the way of a program: copied, verified, decoded, translated,
 * published. Each of these steps is somebody else's.
 */
#include <linux/string.h>
#include <linux/license.h>
#include <linux/module.h>
#include "jit/jit.h"
#include "verifier/verifier.h"
#include "device.h"

#define LICENSE_LEN	128
#define PROG_FLAGS	(XBPF_F_STRICT_ALIGNMENT | XBPF_F_ANY_ALIGNMENT | \
			 XBPF_F_TEST_STATE_FREQ | XBPF_F_SLEEPABLE |	\
			 XBPF_F_TEST_RND_HI32 | XBPF_F_XDP_HAS_FRAGS |	\
			 XBPF_F_XDP_DEV_BOUND_ONLY |			\
			 XBPF_F_TEST_REG_INVARIANTS | XBPF_F_TOKEN_FD)

/* One PROG_LOAD under way: the call's arguments, and what is being made. */
struct load {
	const union xbpf_attr *attr;
	union xbpf_attr __user *uattr;
	u32 size;
	struct xbpf_prog_obj *prog;
	struct xbpf_ulog ulog;
};

/* ---- who may load what ---- */

#define TYPE(t) BIT_ULL(XBPF_PROG_TYPE_##t)

static const u64 net_admin_types =
	TYPE(SCHED_CLS) | TYPE(SCHED_ACT) | TYPE(XDP) | TYPE(LWT_IN) |
	TYPE(LWT_OUT) | TYPE(LWT_XMIT) | TYPE(LWT_SEG6LOCAL) | TYPE(SK_SKB) |
	TYPE(SK_MSG) | TYPE(FLOW_DISSECTOR) | TYPE(CGROUP_DEVICE) |
	TYPE(CGROUP_SOCK) | TYPE(CGROUP_SOCK_ADDR) | TYPE(CGROUP_SOCKOPT) |
	TYPE(CGROUP_SYSCTL) | TYPE(SOCK_OPS) | TYPE(EXT) | TYPE(NETFILTER);
static const u64 perfmon_types =
	TYPE(KPROBE) | TYPE(TRACEPOINT) | TYPE(PERF_EVENT) |
	TYPE(RAW_TRACEPOINT) | TYPE(RAW_TRACEPOINT_WRITABLE) | TYPE(TRACING) |
	TYPE(LSM) | TYPE(STRUCT_OPS) | TYPE(EXT);
static const u64 btf_types =
	TYPE(TRACING) | TYPE(LSM) | TYPE(STRUCT_OPS) | TYPE(EXT);
static const u64 sleepable_types =
	TYPE(KPROBE) | TYPE(TRACING) | TYPE(LSM) | TYPE(STRUCT_OPS) |
	TYPE(SYSCALL);

static int type_in(u32 type, u64 set)
{
	return type < 64 && (set >> type & 1);
}

static int check_caps(const union xbpf_attr *attr)
{
	u32 type = attr->prog_type;

	if (!bpf_capable())
		return -EPERM;
	if (!attr->insn_cnt || attr->insn_cnt > XBPF_MAX_INSNS)
		return -E2BIG;
	if (type_in(type, net_admin_types) && !capable(CAP_NET_ADMIN) &&
	    !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (type_in(type, perfmon_types) && !perfmon_capable())
		return -EPERM;
	return 0;
}

/* A token is a file of a kind that xbpf does not make. */
static int check_token(int fd)
{
	struct file *file = fget(fd);

	if (!file)
		return -EBADF;
	fput(file);
	return -EINVAL;
}

/*
 * What attach_prog_fd names: a program, or the BTF of a kernel. Programs do not
 * attach to programs, and the verifier knows the types of vmlinux only.
 */
static int check_target_fd(const union xbpf_attr *attr)
{
	struct xbpf_obj *obj;
	int err = 0;

	obj = xbpf_obj_from_fd(attr->attach_prog_fd, XBPF_OBJ_PROG);
	if (!IS_ERR(obj)) {
		err = -EINVAL;
		goto put;
	}
	obj = xbpf_obj_from_fd(attr->attach_btf_obj_fd, XBPF_OBJ_BTF);
	if (IS_ERR(obj))
		return -EINVAL;
	if (!xbpf_to_btf_obj(obj)->kernel_btf ||
	    xbpf_to_btf_obj(obj)->btf != xbpf_btf_vmlinux())
		err = -ENOTSUPP;
	else if (!attr->attach_btf_id)
		err = -EINVAL;
put:
	xbpf_obj_put(obj);
	return err;
}

static int check_attach(const union xbpf_attr *attr)
{
	u32 type = attr->prog_type;
	int err;

	if (attr->attach_prog_fd) {
		err = check_target_fd(attr);
		if (err)
			return err;
	} else if (attr->attach_btf_id && !xbpf_btf_vmlinux()) {
		return -EINVAL;
	}
	if (attr->attach_btf_id && (attr->attach_btf_id > XBPF_BTF_MAX_TYPE ||
				    !type_in(type, btf_types)))
		return -EINVAL;
	return 0;
}

static int check_attr(const union xbpf_attr *attr)
{
	int err;

	if (attr->prog_flags & ~PROG_FLAGS)
		return -EINVAL;
	if (attr->prog_flags & XBPF_F_TOKEN_FD) {
		err = check_token(attr->prog_token_fd);
		if (err)
			return err;
	}
	return check_caps(attr) ?: check_attach(attr);
}

/* ---- what is copied ---- */

static int copy_license(struct xbpf_prog *prog, u64 uptr)
{
	char license[LICENSE_LEN];

	if (strncpy_from_user(license, u64_to_user_ptr(uptr),
			      sizeof(license) - 1) < 0)
		return -EFAULT;
	license[sizeof(license) - 1] = '\0';
	prog->gpl_compatible = license_is_gpl_compatible(license) ? 1 : 0;
	return 0;
}

static int copy_prog(struct xbpf_prog *prog, const union xbpf_attr *attr)
{
	int err;

	if (copy_from_user(prog->insns, u64_to_user_ptr(attr->insns),
			   array_size(attr->insn_cnt, sizeof(*prog->insns))))
		return -EFAULT;
	err = copy_license(prog, attr->license);
	if (err)
		return err;
	/* Signatures are not checked: a program that relies on one is refused. */
	if (attr->signature || attr->prog_ifindex)
		return -EINVAL;
	if (!xbpf_prog_type_get(attr->prog_type) ||
	    !xbpf_prog_type_attach_ok(attr->prog_type,
				      attr->expected_attach_type))
		return -EINVAL;
	prog->type = attr->prog_type;
	prog->expected_attach_type = attr->expected_attach_type;
	prog->flags = attr->prog_flags;
	return xbpf_prog_tag(prog, xbpf_prog_obj_of(prog)->tag);
}

/* ---- descriptors in the program ---- */

static struct xbpf_map *map_get(void *ctx, int fd)
{
	struct xbpf_obj *obj = xbpf_obj_from_fd(fd, XBPF_OBJ_MAP);

	return IS_ERR(obj) ? ERR_CAST(obj) : xbpf_to_map_obj(obj)->map;
}

static int fd_array_at(const union xbpf_attr *attr, u32 idx, int *fd)
{
	u64 uptr = attr->fd_array + (u64)idx * sizeof(int);

	return copy_from_user(fd, u64_to_user_ptr(uptr), sizeof(*fd)) ?
		-EFAULT : 0;
}

static struct xbpf_map *map_get_idx(void *ctx, u32 idx)
{
	struct load *load = ctx;
	int err, fd;

	if (!load->attr->fd_array)
		return ERR_PTR(-EPROTO);
	err = fd_array_at(load->attr, idx, &fd);
	return err ? ERR_PTR(err) : map_get(ctx, fd);
}

static void map_put(void *ctx, struct xbpf_map *map)
{
	xbpf_obj_put(&xbpf_map_obj_of(map)->obj);
}

static int may_call(void *ctx, u32 id, const struct xbpf_helper *helper)
{
	if ((helper->flags & XBPF_HELPER_PERFMON) && !perfmon_capable())
		return -EPERM;
	if ((helper->flags & XBPF_HELPER_BOOT) && !capable(CAP_SYS_BOOT))
		return -EPERM;
	if ((helper->flags & XBPF_HELPER_ADMIN) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	return 0;
}

static const struct xbpf_btf *kernel_btf(void *ctx)
{
	return xbpf_btf_vmlinux();
}

/* Types of the kernel's, which stay: any other has no functions to call. */
static const struct xbpf_btf *btf_get_idx(void *ctx, u32 idx)
{
	const struct xbpf_btf *btf = ERR_PTR(-EINVAL);
	struct load *load = ctx;
	struct xbpf_obj *obj;
	int err, fd;

	if (!load->attr->fd_array)
		return ERR_PTR(-EPROTO);
	err = fd_array_at(load->attr, idx, &fd);
	if (err)
		return ERR_PTR(err);
	obj = xbpf_obj_from_fd(fd, XBPF_OBJ_BTF);
	if (IS_ERR(obj))
		return ERR_CAST(obj);
	if (xbpf_to_btf_obj(obj)->kernel_btf)
		btf = xbpf_to_btf_obj(obj)->btf;
	xbpf_obj_put(obj);
	return btf;
}

/* An element of a counted fd_array: a map, which the program then holds, or BTF. */
static int hold_fd(struct load *load, int fd)
{
	struct xbpf_obj *obj = xbpf_obj_from_fd(fd, XBPF_OBJ_MAP);
	int err;

	if (!IS_ERR(obj)) {
		err = xbpf_prog_hold_map(load->prog, xbpf_to_map_obj(obj));
		if (err == -E2BIG)
			xbpf_log_printf(&load->ulog.log,
					"The total number of maps per program "
					"has reached the limit of %u\n",
					XBPF_MAX_USED_MAPS);
		return err;
	}
	err = PTR_ERR(obj);
	obj = xbpf_obj_from_fd(fd, XBPF_OBJ_BTF);
	if (!IS_ERR(obj)) {
		xbpf_obj_put(obj);
		return 0;
	}
	xbpf_log_printf(&load->ulog.log,
			"fd %d is not pointing to valid bpf_map or btf\n", fd);
	return err;
}

static int hold_fd_array(struct load *load)
{
	const union xbpf_attr *attr = load->attr;
	int err, fd;
	u32 i;

	if (attr->fd_array_cnt >= U32_MAX / sizeof(int)) {
		xbpf_log_printf(&load->ulog.log,
				"fd_array_cnt is too big (%u)\n",
				attr->fd_array_cnt);
		return -EINVAL;
	}
	for (i = 0; i < attr->fd_array_cnt; i++) {
		err = fd_array_at(attr, i, &fd) ?: hold_fd(load, fd);
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/* ---- verified and translated ---- */

static int check_sleepable(struct load *load)
{
	if (!(load->attr->prog_flags & XBPF_F_SLEEPABLE) ||
	    type_in(load->attr->prog_type, sleepable_types))
		return 0;
	xbpf_log_printf(&load->ulog.log,
			"Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and "
			"struct_ops programs can be sleepable\n");
	return -EINVAL;
}

static int check_relocations(struct load *load)
{
	if (!load->attr->core_relo_cnt)
		return 0;
	xbpf_log_printf(&load->ulog.log,
			"CO-RE relocations are the loader's to apply\n");
	return -EINVAL;
}

/* Prog arrays that the program uses must hold programs of its kind. */
static int check_prog_arrays(const struct xbpf_prog *prog)
{
	int err = 0;
	u32 i;

	for (i = 0; i < prog->nr_maps && !err; i++)
		if (prog->maps[i]->ops->holds == XBPF_MAP_HOLDS_PROGS)
			err = xbpf_map_prog_fits(prog->maps[i], prog);
	return err;
}

static int verify(struct load *load)
{
	struct xbpf_prog_obj *prog = load->prog;
	struct xbpf_verify_opts opts = {
		.map_get	 = map_get,
		.map_get_idx	 = map_get_idx,
		.map_put	 = map_put,
		.may_call	 = may_call,
		.kernel_btf	 = kernel_btf,
		.btf_get_idx	 = btf_get_idx,
		.allow_ptr_leaks = perfmon_capable(),
		.ctx		 = load,
	};
	struct xbpf_log *log = &load->ulog.log;
	int err;

	err = hold_fd_array(load) ?:
	      xbpf_prog_info_copy(prog, load->attr, load->uattr, log) ?:
	      check_sleepable(load) ?:
	      check_relocations(load);
	if (err)
		return err;
	opts.btf = prog->btf ? prog->btf->btf : NULL;
	opts.attach_btf_id = load->attr->attach_btf_id;
	prog->attach_btf_id = load->attr->attach_btf_id;
	opts.func_info = prog->func_info;
	opts.nr_func_info = prog->nr_func_info;
	opts.line_info = prog->line_info;
	opts.nr_line_info = prog->nr_line_info;
	err = xbpf_verify(prog->prog, &opts, log, NULL);
	if (err)
		return err;
	xbpf_prog_unhold_used(prog);
	return xbpf_prog_info_match(prog, log) ?: check_prog_arrays(prog->prog);
}

/* Verifies with a log; what becomes of the log is told in any case. */
static int verify_logged(struct load *load)
{
	u32 true_size;
	int err, log_err;

	err = xbpf_ulog_init(&load->ulog, load->attr->log_level,
			     load->attr->log_buf, load->attr->log_size);
	if (err)
		return err;
	err = verify(load);
	log_err = xbpf_ulog_finish(&load->ulog, &true_size);
	if (log_err)
		err = log_err;
	if (load->size >= offsetofend(union xbpf_attr, log_true_size) &&
	    put_user(true_size, &load->uattr->log_true_size))
		err = -EFAULT;
	return err;
}

static void translate(struct xbpf_prog_obj *obj)
{
	struct xbpf_prog *prog = obj->prog;

	xbpf_prog_set_interp(prog);
	if (!READ_ONCE(xbpf_jit_wanted))
		return;
	if (xbpf_jit_compile(prog) != -ENOSPC)
		return;
	obj->stats_flags |= XBPF_PROG_STATS_ARENA_FULL;
	atomic64_inc(&xbpf_prog_totals.arena_full);
	pr_notice_once("xbpf: no room for machine code: "
		       "programs that do not fit are interpreted\n");
}

static void prepare_helpers(const struct xbpf_prog *prog)
{
	u32 i;

	for (i = 0; i < prog->len; i++)
		if (prog->insns[i].code == (XBPF_JMP | XBPF_CALL) &&
		    !prog->insns[i].src_reg)
			xbpf_helper_prepare(prog->insns[i].imm);
}

static int load_prog(struct load *load)
{
	struct xbpf_prog *prog = load->prog->prog;
	int err;

	err = copy_prog(prog, load->attr) ?:
	      xbpf_user_name(load->prog->name, load->attr->prog_name) ?:
	      verify_logged(load) ?:
	      xbpf_prog_decode(prog);
	if (err)
		return err;
	prepare_helpers(prog);
	translate(load->prog);
	return 0;
}

int xbpf_cmd_prog_load(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		       u32 size)
{
	struct load load = { .attr = attr, .uattr = uattr, .size = size };
	struct xbpf_prog *prog;
	int err;

	err = check_attr(attr);
	if (err)
		return err;
	prog = xbpf_prog_alloc(attr->insn_cnt);
	if (!prog)
		return -ENOMEM;
	load.prog = xbpf_prog_obj_alloc(prog);
	if (IS_ERR(load.prog)) {
		xbpf_prog_free(prog);
		return PTR_ERR(load.prog);
	}
	err = load_prog(&load);
	if (err) {
		xbpf_prog_obj_abort(load.prog);
		return err;
	}
	return xbpf_prog_obj_new_fd(load.prog);
}
