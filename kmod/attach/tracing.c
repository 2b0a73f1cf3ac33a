// SPDX-License-Identifier: GPL-2.0-only
/*
 * Links of tracing programs to functions: fentry, fexit, fmod_ret.
 *
 * Knows which functions there are, by name and type, and which may not be traced.
 * How they are made to call programs is the trampoline's.
 */
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/slab.h>
#include "attach/attach.h"
#include "attach/tramp.h"

#define REGISTER_WORDS	6

struct tracing_link {
	struct xbpf_link link;
	struct xbpf_tramp_user user;
};

static struct tracing_link *tracing_link_of(const struct xbpf_link *link)
{
	return container_of(link, struct tracing_link, link);
}

/* ---- functions that may not be traced ---- */

/* What a run of a program itself goes through. */
static const char *const denied[] = {
	"__rcu_read_lock", "__rcu_read_unlock", "migrate_disable",
	"migrate_enable", "preempt_count_add", "preempt_count_sub",
	"rcu_read_unlock_strict", "rcu_is_watching",
};

/* What never returns, so that nothing can run behind it. */
static const char *const never_return[] = {
	"__ia32_sys_exit", "__ia32_sys_exit_group",
	"__module_put_and_kthread_exit", "__stack_chk_fail", "__x64_sys_exit",
	"__x64_sys_exit_group", "arch_cpu_idle_dead", "cpu_startup_entry",
	"do_exit", "do_group_exit", "do_task_dead", "kthread_complete_and_exit",
	"kthread_exit", "kunit_try_catch_throw", "machine_real_restart",
	"make_task_dead", "nmi_panic_self_stop", "panic", "play_dead",
	"rest_init", "rewind_stack_and_make_dead", "start_kernel",
	"stop_this_cpu", "x86_64_start_kernel", "x86_64_start_reservations",
};

static int is_among(const char *name, const char *const *names, size_t nr)
{
	while (nr--)
		if (!strcmp(names[nr], name))
			return 1;
	return 0;
}

static int check_name(const char *name, enum xbpf_tramp_when when)
{
	if (is_among(name, denied, ARRAY_SIZE(denied))) {
		pr_info_ratelimited("xbpf: %s: programs go through it themselves\n",
				    name);
		return -EINVAL;
	}
	if (when != XBPF_TRAMP_ENTRY &&
	    is_among(name, never_return, ARRAY_SIZE(never_return))) {
		pr_info_ratelimited("xbpf: %s: never returns: nothing runs behind it\n",
				    name);
		return -EINVAL;
	}
	return 0;
}

/* ---- where a function is, and what it takes ---- */

static const char no_symbol[] =
	"the kernel has no such symbol: inlined everywhere, or renamed by the compiler";
static const char no_probe[] = "the kernel lets nobody probe this function";

/*
 * The kprobe gives the address that ftrace patches, behind an ENDBR if there is
 * one; the symbol's own distance from it is in the text of the symbol.
 */
static int find_address(struct xbpf_tramp_place *place, const char *name)
{
	struct kprobe kp = {
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};
	char symbol[KSYM_SYMBOL_LEN], *plus;
	unsigned int distance = 0;
	int err = register_kprobe(&kp);

	if (err) {
		pr_info_ratelimited("xbpf: %s: %s\n", name,
				    err == -ENOENT ? no_symbol : no_probe);
		return err;
	}
	place->site = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	sprint_symbol(symbol, place->site);
	plus = strchr(symbol, '+');
	if (plus && sscanf(plus, "+%x/", &distance) != 1)
		distance = 0;
	place->addr = place->site - distance;
	return 0;
}

/*
 * Words of the context. A struct of two words that finds one register left goes to
 * the stack, and what follows it into that register: we do not follow it there.
 */
static int find_words(struct xbpf_tramp_place *place, const char *name)
{
	const struct xbpf_btf *btf = xbpf_btf_vmlinux();
	u32 sizes[XBPF_TRAMP_ARGS], used = 0, words;
	int nr, i;

	if (!btf)
		return -EOPNOTSUPP;
	nr = xbpf_btf_func_arg_sizes(btf, name, sizes, XBPF_TRAMP_ARGS);
	if (nr < 0)
		return nr;
	for (i = 0; i < nr; i++) {
		words = DIV_ROUND_UP(sizes[i], sizeof(u64));
		if (words > 2)
			return -EOPNOTSUPP;
		if (words == 2 && used == REGISTER_WORDS - 1)
			return -EOPNOTSUPP;
		used += words;
	}
	place->words = used;
	return used > XBPF_TRAMP_ARGS ? -EOPNOTSUPP : 0;
}

/* ---- links ---- */

static void tracing_release(struct xbpf_link *link)
{
	xbpf_tramp_detach(&tracing_link_of(link)->user);
}

static void tracing_free(struct xbpf_link *link)
{
	kfree(tracing_link_of(link));
}

/* Of all kernels' types the kernel's own are object 1. */
#define VMLINUX_ID	1

static int tracing_fill_info(const struct xbpf_link *link,
			     struct xbpf_link_info *info, u32 user_len)
{
	info->tracing.attach_type = link->prog->prog->expected_attach_type;
	info->tracing.target_obj_id = VMLINUX_ID;
	info->tracing.target_btf_id = link->prog->attach_btf_id;
	info->tracing.cookie = tracing_link_of(link)->user.cookie;
	return 0;
}

static void tracing_show_fdinfo(const struct xbpf_link *link, struct seq_file *m)
{
	seq_printf(m, "attach_type:\t%u\n",
		   link->prog->prog->expected_attach_type);
	seq_printf(m, "target_obj_id:\t%u\ntarget_btf_id:\t%u\n",
		   VMLINUX_ID, link->prog->attach_btf_id);
	seq_printf(m, "cookie:\t%llu\n", tracing_link_of(link)->user.cookie);
}

static const struct xbpf_link_ops tracing_link_ops = {
	.release	= tracing_release,
	.free		= tracing_free,
	.fill_info	= tracing_fill_info,
	.show_fdinfo	= tracing_show_fdinfo,
};

static int when_of(const struct xbpf_prog *prog)
{
	switch (prog->expected_attach_type) {
	case XBPF_TRACE_FENTRY:
		return XBPF_TRAMP_ENTRY;
	case XBPF_MODIFY_RETURN:
		return XBPF_TRAMP_MODIFY;
	case XBPF_TRACE_FEXIT:
		return XBPF_TRAMP_EXIT;
	}
	return -EINVAL;
}

static int attach(struct tracing_link *tl, const char *name)
{
	struct xbpf_tramp_place place = {};
	int err;

	err = check_name(name, tl->user.when) ?: find_words(&place, name) ?:
	      find_address(&place, name);
	if (err)
		return err;
	err = xbpf_tramp_attach(&tl->user, &place);
	if (err == -EBUSY)
		pr_info_ratelimited("xbpf: %s: notrace, or has a trampoline already\n",
				    name);
	return err;
}

int xbpf_attach_tracing(struct xbpf_prog_obj *prog, u64 cookie)
{
	struct tracing_link *tl;
	int when = when_of(prog->prog), err;

	if (when < 0 || prog->prog->type != XBPF_PROG_TYPE_TRACING)
		return -EINVAL;
	tl = kzalloc(sizeof(*tl), GFP_KERNEL_ACCOUNT);
	if (!tl)
		return -ENOMEM;
	tl->user.prog = prog;
	tl->user.cookie = cookie;
	tl->user.when = when;
	err = xbpf_link_init(&tl->link, XBPF_LINK_TYPE_TRACING,
			     &tracing_link_ops, prog);
	if (err) {
		kfree(tl);
		return err;
	}
	err = attach(tl, prog->prog->attach_name);
	if (!err)
		return xbpf_link_publish(&tl->link);
	xbpf_link_abort(&tl->link);	/* frees tl */
	return err;
}

int xbpf_tracing_create(struct xbpf_prog_obj *prog, const union xbpf_attr *attr)
{
	u64 cookie = attr->link_create.tracing.cookie;

	if (attr->link_create.flags || attr->link_create.target_fd ||
	    attr->link_create.tracing.target_btf_id ||
	    attr->link_create.attach_type != prog->prog->expected_attach_type)
		return -EINVAL;
	if (attr->link_create.attach_type == XBPF_TRACE_RAW_TP)
		return xbpf_attach_raw_tracepoint(prog, prog->prog->attach_name,
						  cookie);
	return xbpf_attach_tracing(prog, cookie);
}
