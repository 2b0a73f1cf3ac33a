// SPDX-License-Identifier: GPL-2.0-only
/*
 * A link that puts one program on many functions: kprobe.multi and kprobe.session.
 *
 * Entries are one ftrace_ops with all addresses, returns a kretprobe each. A
 * session runs its program at the entry and, unless that run says no, at the
 * return of the same call.
 */
#include <linux/bsearch.h>
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/uaccess.h>
#include <asm/ibt.h>
#include "attach/attach.h"
#include "compat/ftrace.h"

#define MAX_PLACES	(1U << 20)
/* Return instances per function: there may be many functions. */
#define MAXACTIVE	64

/*
 * struct place - one function
 * @site: of its first bytes, that ftrace patches: the array is sorted by it
 * @addr: of the function
 */
struct place {
	unsigned long site;
	unsigned long addr;
	u64 cookie;
};

struct kprobe_multi;

struct return_probe {
	struct kretprobe rp;
	struct kprobe_multi *multi;
	const struct place *place;
};

/*
 * struct kprobe_multi - the link
 * @returns: a probe for each place, NULL where only entries count; those below
 *	@registered are
 */
struct kprobe_multi {
	struct xbpf_link link;
	struct ftrace_ops ops;
	struct place *places;
	struct return_probe *returns;
	u32 count, registered;
	u32 flags;
};

static struct kprobe_multi *multi_of(const struct xbpf_link *link)
{
	return container_of(link, struct kprobe_multi, link);
}

static int is_session(const struct kprobe_multi *km)
{
	return km->link.prog->prog->expected_attach_type ==
	       XBPF_TRACE_KPROBE_SESSION;
}

/* ---- events ---- */

static __always_inline int compare_site(const void *key, const void *elem)
{
	unsigned long site = *(const unsigned long *)key;
	const struct place *place = elem;

	return site < place->site ? -1 : site > place->site;
}

static __always_inline u64 run(struct kprobe_multi *km, const struct place *place,
			       struct pt_regs *regs)
{
	struct xbpf_run_ctx run = {
		.cookie = place->cookie,
		.ip = place->addr,
		.regs = regs,
	};

	return xbpf_run(km->link.prog, regs, &run);
}

static void notrace entry_handler(unsigned long ip, unsigned long parent_ip,
				  struct ftrace_ops *ops,
				  struct ftrace_regs *fregs)
{
	struct kprobe_multi *km = container_of(ops, struct kprobe_multi, ops);
	struct pt_regs *regs = ftrace_get_regs(fregs);
	const struct place *place;

	place = __inline_bsearch(&ip, km->places, km->count, sizeof(*place),
				 compare_site);
	if (place && regs)
		run(km, place, regs);
}
NOKPROBE_SYMBOL(entry_handler);

static struct return_probe *return_probe_of(struct kretprobe_instance *ri)
{
	struct kretprobe *rp = get_kretprobe(ri);

	return rp ? container_of(rp, struct return_probe, rp) : NULL;
}

static int return_handler(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct return_probe *probe = return_probe_of(ri);

	if (probe)
		run(probe->multi, probe->place, regs);
	return 0;
}
NOKPROBE_SYMBOL(return_handler);

/* What is not 0 leaves the return of this call alone. */
static int session_handler(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct return_probe *probe = return_probe_of(ri);

	return !probe || run(probe->multi, probe->place, regs);
}
NOKPROBE_SYMBOL(session_handler);

/* ---- registering ---- */

static void returns_unregister(struct kprobe_multi *km)
{
	struct kretprobe **all;
	u32 i;

	if (!km->registered)
		return;
	/* One wait for all of them, if there is memory to name them in. */
	all = kvmalloc_array(km->registered, sizeof(*all), GFP_KERNEL);
	for (i = 0; i < km->registered; i++)
		if (all)
			all[i] = &km->returns[i].rp;
		else
			unregister_kretprobe(&km->returns[i].rp);
	if (all)
		unregister_kretprobes(all, km->registered);
	kvfree(all);
	km->registered = 0;
}

static int returns_register(struct kprobe_multi *km)
{
	struct return_probe *probe;
	int err;

	km->returns = kvcalloc(km->count, sizeof(*km->returns),
			       GFP_KERNEL_ACCOUNT);
	if (!km->returns)
		return -ENOMEM;
	while (km->registered < km->count) {
		probe = &km->returns[km->registered];
		probe->multi = km;
		probe->place = &km->places[km->registered];
		probe->rp.kp.addr = (kprobe_opcode_t *)probe->place->addr;
		probe->rp.handler = return_handler;
		probe->rp.maxactive = MAXACTIVE;
		if (is_session(km))
			probe->rp.entry_handler = session_handler;
		err = fatal_signal_pending(current) ? -EINTR :
		      register_kretprobe(&probe->rp);
		if (err) {
			returns_unregister(km);
			return err;
		}
		km->registered++;
		cond_resched();
	}
	return 0;
}

static int entries_register(struct kprobe_multi *km)
{
	unsigned long *sites;
	u32 i;
	int err;

	sites = kvmalloc_array(km->count, sizeof(*sites), GFP_KERNEL);
	if (!sites)
		return -ENOMEM;
	for (i = 0; i < km->count; i++)
		sites[i] = km->places[i].site;
	km->ops.func = entry_handler;
	km->ops.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_RECURSION |
			FTRACE_OPS_FL_RCU;
	/* With an empty filter it would be every function. */
	err = ftrace_set_filter_ips(&km->ops, sites, km->count, 0, 1);
	kvfree(sites);
	if (!err)
		err = register_ftrace_function(&km->ops);
	if (err)
		ftrace_free_filter(&km->ops);
	return err;
}

/* ---- the link ---- */

static void multi_release(struct xbpf_link *link)
{
	struct kprobe_multi *km = multi_of(link);

	if (km->returns) {
		returns_unregister(km);
		return;
	}
	unregister_ftrace_function(&km->ops);
	ftrace_free_filter(&km->ops);
}

static void multi_free(struct xbpf_link *link)
{
	struct kprobe_multi *km = multi_of(link);

	kvfree(km->returns);
	kvfree(km->places);
	kfree(km);
}

static u64 multi_missed(const struct kprobe_multi *km)
{
	u64 missed = 0;
	u32 i;

	for (i = 0; i < km->registered; i++)
		missed += READ_ONCE(km->returns[i].rp.nmissed) +
			  READ_ONCE(km->returns[i].rp.kp.nmissed);
	return missed;
}

static int multi_fill_info(const struct xbpf_link *link,
			   struct xbpf_link_info *info, u32 user_len)
{
	u64 __user *addrs = u64_to_user_ptr(info->kprobe_multi.addrs);
	u64 __user *cookies = u64_to_user_ptr(info->kprobe_multi.cookies);
	struct kprobe_multi *km = multi_of(link);
	u32 i, room = info->kprobe_multi.count;

	if (!addrs != !room && !cookies)
		return -EINVAL;
	if (cookies && !room)
		return -EINVAL;
	info->kprobe_multi.count = km->count;
	info->kprobe_multi.flags = km->flags;
	info->kprobe_multi.missed = multi_missed(km);
	for (i = 0; i < min(room, km->count); i++)
		if ((addrs && put_user((u64)km->places[i].addr, addrs + i)) ||
		    (cookies && put_user(km->places[i].cookie, cookies + i)))
			return -EFAULT;
	return room && room < km->count ? -ENOSPC : 0;
}

static void multi_show_fdinfo(const struct xbpf_link *link, struct seq_file *m)
{
	const struct kprobe_multi *km = multi_of(link);

	seq_printf(m, "type:\t%s\nkprobe_cnt:\t%u\nmissed:\t%llu\n",
		   is_session(km) ? "kprobe_session" :
		   km->flags ? "kretprobe_multi" : "kprobe_multi",
		   km->count, multi_missed(km));
}

static const struct xbpf_link_ops multi_link_ops = {
	.release	= multi_release,
	.free		= multi_free,
	.fill_info	= multi_fill_info,
	.show_fdinfo	= multi_show_fdinfo,
};

/* ---- which functions ---- */

static int starts_with_endbr(unsigned long addr)
{
	u32 insn;

	return !copy_from_kernel_nofault(&insn, (void *)addr, sizeof(insn)) &&
	       is_endbr(insn);
}

/* A function is given by its address or, as ftrace does, by what it patches. */
static void place_set(struct place *place, unsigned long addr)
{
	place->site = starts_with_endbr(addr) ? addr + ENDBR_INSN_SIZE : addr;
	place->addr = place->site;
	if (starts_with_endbr(place->site - ENDBR_INSN_SIZE))
		place->addr -= ENDBR_INSN_SIZE;
}

static int places_by_address(struct kprobe_multi *km, const u64 __user *addrs)
{
	u64 addr;
	u32 i;

	for (i = 0; i < km->count; i++) {
		if (get_user(addr, addrs + i))
			return -EFAULT;
		if (addr < TASK_SIZE_MAX)
			return -EINVAL;
		place_set(&km->places[i], addr);
	}
	return 0;
}

static char *get_name(const u64 __user *names, u32 i)
{
	u64 uname;
	char *name;

	if (get_user(uname, names + i))
		return ERR_PTR(-EFAULT);
	name = strndup_user(u64_to_user_ptr(uname), KSYM_NAME_LEN);
	return PTR_ERR_OR_ZERO(name) == -EINVAL ? ERR_PTR(-E2BIG) : name;
}

/* A name is looked up by a kprobe that is never armed: 0 or -errno. */
static int find_by_name(struct place *place, struct kprobe *kp, const char *name)
{
	int err;

	kp->symbol_name = name;
	kp->flags = KPROBE_FLAG_DISABLED;
	err = register_kprobe(kp);
	if (!err)
		place_set(place, (unsigned long)kp->addr);
	return err == -ENOENT ? -ESRCH : err;
}

static int places_by_name(struct kprobe_multi *km, const u64 __user *names)
{
	struct kprobe *kps, **all;
	u32 i, done = 0;
	int err = -ENOMEM;
	char *name;

	kps = kvcalloc(km->count, sizeof(*kps), GFP_KERNEL_ACCOUNT);
	all = kvmalloc_array(km->count, sizeof(*all), GFP_KERNEL_ACCOUNT);
	if (!kps || !all)
		goto free;
	for (err = 0; done < km->count && !err; done += !err) {
		name = get_name(names, done);
		if (IS_ERR(name)) {
			err = PTR_ERR(name);
			break;
		}
		all[done] = &kps[done];
		err = fatal_signal_pending(current) ? -EINTR :
		      find_by_name(&km->places[done], &kps[done], name);
		if (err) {
			pr_info_ratelimited("xbpf: %s: no such function, or not to be probed: %d\n",
					    name, err);
			kfree(name);
		}
		cond_resched();
	}
	if (done)
		unregister_kprobes(all, done);
	for (i = 0; i < done; i++)
		kfree(kps[i].symbol_name);
free:
	kvfree(all);
	kvfree(kps);
	return err;
}

static int compare_places(const void *a, const void *b)
{
	return compare_site(a, b);
}

static int places_get(struct kprobe_multi *km, const union xbpf_attr *attr)
{
	const u64 __user *addrs =
		u64_to_user_ptr(attr->link_create.kprobe_multi.addrs);
	const u64 __user *names =
		u64_to_user_ptr(attr->link_create.kprobe_multi.syms);
	const u64 __user *cookies =
		u64_to_user_ptr(attr->link_create.kprobe_multi.cookies);
	u32 i;
	int err;

	km->places = kvcalloc(km->count, sizeof(*km->places),
			      GFP_KERNEL_ACCOUNT);
	if (!km->places)
		return -ENOMEM;
	err = addrs ? places_by_address(km, addrs) : places_by_name(km, names);
	for (i = 0; !err && cookies && i < km->count; i++)
		if (get_user(km->places[i].cookie, cookies + i))
			err = -EFAULT;
	if (!err)
		sort(km->places, km->count, sizeof(*km->places), compare_places,
		     NULL);
	return err;
}

/* ---- creation ---- */

/*
 * Linux wants the program to have been loaded for such a link. bpftrace 0.17 forgets
 * that for all but the first of several wildcards, and so fails where the kernel has
 * such links. The context is that of any kprobe: it may be taken.
 */
static int is_for_link(const struct xbpf_prog *prog, u32 type)
{
	return prog->expected_attach_type == type ||
	       (type == XBPF_TRACE_KPROBE_MULTI && !prog->expected_attach_type);
}

static int check(const struct xbpf_prog_obj *prog, const union xbpf_attr *attr)
{
	u32 type = attr->link_create.attach_type;
	u32 flags = attr->link_create.kprobe_multi.flags;

	if (attr->link_create.flags || !is_for_link(prog->prog, type) ||
	    flags & ~XBPF_F_KPROBE_MULTI_RETURN)
		return -EINVAL;
	if (type == XBPF_TRACE_KPROBE_SESSION && flags)
		return -EINVAL;
	if (!attr->link_create.kprobe_multi.addrs ==
	    !attr->link_create.kprobe_multi.syms)
		return -EINVAL;
	if (!attr->link_create.kprobe_multi.cnt)
		return -EINVAL;
	return attr->link_create.kprobe_multi.cnt > MAX_PLACES ? -E2BIG : 0;
}

int xbpf_kprobe_multi_create(struct xbpf_prog_obj *prog,
			     const union xbpf_attr *attr)
{
	struct kprobe_multi *km;
	int err = check(prog, attr);

	if (err)
		return err;
	km = kzalloc(sizeof(*km), GFP_KERNEL_ACCOUNT);
	if (!km)
		return -ENOMEM;
	km->count = attr->link_create.kprobe_multi.cnt;
	km->flags = attr->link_create.kprobe_multi.flags;
	err = xbpf_link_init(&km->link, XBPF_LINK_TYPE_KPROBE_MULTI,
			     &multi_link_ops, prog);
	if (err) {
		kfree(km);
		return err;
	}
	err = places_get(km, attr);
	if (!err)
		err = km->flags || is_session(km) ? returns_register(km) :
						    entries_register(km);
	if (!err)
		return xbpf_link_publish(&km->link);
	xbpf_link_abort(&km->link);	/* frees km */
	return err;
}
