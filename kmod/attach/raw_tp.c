// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raw tracepoints: the program sees the arguments of the tracepoint as u64[].
 *
 * The kernel calls a probe with as many arguments as the tracepoint has, each of
 * its own width; the number and the widths come from the kernel's BTF. Without
 * it, the arguments that travel in registers are passed as they arrive. Of modules'
 * tracepoints their number is known, and what of the first programs may change.
 */
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include "attach/attach.h"
#include "compat/raw_event.h"

#define MAX_ARGS	12
#define REGISTER_ARGS	5	/* of six; the first is the probe's data */

/*
 * struct raw_tp_link
 * @owner: module that the tracepoint is in, held; NULL: the kernel
 * @mask: which bits of each argument are real
 * @narrow: arguments up to and with the last that has a mask
 */
struct raw_tp_link {
	struct xbpf_link link;
	struct tracepoint *tp;
	struct module *owner;
	void *probe;
	u64 cookie;
	u64 mask[MAX_ARGS];
	unsigned int narrow;
};

static void raw_tp_run(struct raw_tp_link *rl, u64 *args)
{
	struct xbpf_run_ctx run = { .cookie = rl->cookie };
	struct xbpf_prog_obj *prog = rl->link.prog;
	struct pt_regs regs;
	unsigned int i;

	for (i = 0; i < rl->narrow; i++)
		args[i] &= rl->mask[i];
	if (prog->prog->uses_stack_ctx) {
		perf_fetch_caller_regs(&regs);
		run.regs = &regs;
	}
	xbpf_run(prog, args, &run);
}

#define P1 u64 a0
#define P2 P1, u64 a1
#define P3 P2, u64 a2
#define P4 P3, u64 a3
#define P5 P4, u64 a4
#define P6 P5, u64 a5
#define P7 P6, u64 a6
#define P8 P7, u64 a7
#define P9 P8, u64 a8
#define P10 P9, u64 a9
#define P11 P10, u64 a10
#define P12 P11, u64 a11
#define A1 a0
#define A2 A1, a1
#define A3 A2, a2
#define A4 A3, a3
#define A5 A4, a4
#define A6 A5, a5
#define A7 A6, a6
#define A8 A7, a7
#define A9 A8, a8
#define A10 A9, a9
#define A11 A10, a10
#define A12 A11, a11

#define PROBE(n)						\
static void probe_##n(void *data, P##n)				\
{								\
	u64 args[MAX_ARGS] = { A##n };				\
								\
	raw_tp_run(data, args);					\
}

PROBE(1) PROBE(2) PROBE(3) PROBE(4) PROBE(5) PROBE(6)
PROBE(7) PROBE(8) PROBE(9) PROBE(10) PROBE(11) PROBE(12)

static void probe_0(void *data)
{
	u64 args[MAX_ARGS] = {};

	raw_tp_run(data, args);
}

static void *const probes[MAX_ARGS + 1] = {
	probe_0, probe_1, probe_2, probe_3, probe_4, probe_5, probe_6,
	probe_7, probe_8, probe_9, probe_10, probe_11, probe_12,
};

/* ---- arguments ---- */

/* Masks by the prototype behind typedef btf_trace_NAME: arguments, or -ENOENT. */
static int raw_tp_prototype(const char *name, u64 *mask)
{
	const struct xbpf_btf *btf = xbpf_btf_vmlinux();
	u32 sizes[MAX_ARGS + 1];
	char *typedef_name;
	int nr, i;

	for (i = 0; i < MAX_ARGS; i++)
		mask[i] = U64_MAX;
	if (!btf)
		return -ENOENT;
	typedef_name = kasprintf(GFP_KERNEL, "btf_trace_%s", name);
	if (!typedef_name)
		return -ENOMEM;
	nr = xbpf_btf_func_arg_sizes(btf, typedef_name, sizes, MAX_ARGS + 1);
	kfree(typedef_name);
	if (nr < 1)		/* there is always the probe's data */
		return nr < 0 ? nr : -EINVAL;
	for (i = 1; i < nr; i++)
		if (sizes[i] < sizeof(u64))
			mask[i - 1] = (1ULL << (8 * sizes[i])) - 1;
	return nr - 1;
}

/* How many arguments the probe takes; does the tracepoint have what @prog uses? */
static int raw_tp_args(struct raw_tp_link *rl, const struct xbpf_prog *prog)
{
	struct xbpf_raw_event event = {};
	int known, nr;

	known = rl->owner && xbpf_module_raw_event(rl->owner, rl->tp, &event);
	if (prog->max_tp_access > event.writable_size)
		return -EINVAL;
	nr = raw_tp_prototype(rl->tp->name, rl->mask);
	if (nr == -ENOENT && !known)
		return REGISTER_ARGS;
	if (nr == -ENOENT)
		nr = event.nr_args;
	if (nr > MAX_ARGS)
		return -EINVAL;
	if (nr >= 0 && prog->max_ctx > nr * sizeof(u64))
		return -EINVAL;
	return nr;
}

/* ---- link ---- */

static struct raw_tp_link *raw_tp_link_of(const struct xbpf_link *link)
{
	return container_of(link, struct raw_tp_link, link);
}

static void raw_tp_release(struct xbpf_link *link)
{
	struct raw_tp_link *rl = raw_tp_link_of(link);

	tracepoint_probe_unregister(rl->tp, rl->probe, rl);
	tracepoint_synchronize_unregister();
}

static void raw_tp_free(struct xbpf_link *link)
{
	struct raw_tp_link *rl = raw_tp_link_of(link);

	module_put(rl->owner);
	kfree(rl);
}

static int raw_tp_fill_info(const struct xbpf_link *link,
			    struct xbpf_link_info *info, u32 user_len)
{
	struct raw_tp_link *rl = raw_tp_link_of(link);

	info->raw_tracepoint.cookie = rl->cookie;
	return xbpf_event_copy_name(info->raw_tracepoint.tp_name,
				    &info->raw_tracepoint.tp_name_len,
				    rl->tp->name);
}

static void raw_tp_show_fdinfo(const struct xbpf_link *link, struct seq_file *m)
{
	struct raw_tp_link *rl = raw_tp_link_of(link);

	seq_printf(m, "tp_name:\t%s\ncookie:\t%llu\n", rl->tp->name, rl->cookie);
}

static const struct xbpf_link_ops raw_tp_link_ops = {
	.release	= raw_tp_release,
	.free		= raw_tp_free,
	.fill_info	= raw_tp_fill_info,
	.show_fdinfo	= raw_tp_show_fdinfo,
};

int xbpf_attach_raw_tracepoint(struct xbpf_prog_obj *prog, const char *name,
			       u64 cookie)
{
	struct raw_tp_link *rl;
	int nr, err;

	if (prog->prog->type != XBPF_PROG_TYPE_RAW_TRACEPOINT &&
	    prog->prog->type != XBPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE &&
	    prog->prog->type != XBPF_PROG_TYPE_TRACING)
		return -EINVAL;
	rl = kzalloc(sizeof(*rl), GFP_KERNEL_ACCOUNT);
	if (!rl)
		return -ENOMEM;
	rl->tp = xbpf_tracepoint_get(name, &rl->owner);
	if (!rl->tp) {
		err = -ENOENT;
		goto free;
	}
	rl->cookie = cookie;
	nr = raw_tp_args(rl, prog->prog);
	if (nr < 0) {
		err = nr;
		goto free;
	}
	rl->probe = probes[nr];
	while (nr && rl->mask[nr - 1] == U64_MAX)
		nr--;
	rl->narrow = nr;
	err = xbpf_link_init(&rl->link, XBPF_LINK_TYPE_RAW_TRACEPOINT,
			     &raw_tp_link_ops, prog);
	if (err)
		goto free;
	err = tracepoint_probe_register(rl->tp, rl->probe, rl);
	if (!err)
		return xbpf_link_publish(&rl->link);
	xbpf_link_abort(&rl->link);	/* frees rl */
	return err;
free:
	raw_tp_free(&rl->link);
	return err;
}
