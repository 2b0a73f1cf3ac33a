// SPDX-License-Identifier: GPL-2.0-only
/*
 * kprobes and kretprobes as events.
 *
 * A probe is registered disarmed when the event is opened, so that a name which
 * cannot be probed fails there, and armed when the event is enabled.
 */
#include <linux/kprobes.h>
#include <linux/slab.h>
#include "attach/attach.h"

/* Return instances per probe: blocking functions hold one for long. */
#define MAXACTIVE	512

#define CONFIG_RETPROBE	1	/* bit 0 of attr.config, as the kprobe PMU has it */

/*
 * struct kprobe_event - a probe
 * @ev: what is behind the descriptor
 * @rp: of a kprobe only ->kp is in use
 * @symbol: that ->kp points to; owned
 * @missed: what collect() has accounted for already
 */
struct kprobe_event {
	struct xbpf_event ev;
	struct kretprobe rp;
	char *symbol;
	u64 missed;
};

static struct kprobe_event *kprobe_event_of(struct xbpf_event *ev)
{
	return container_of(ev, struct kprobe_event, ev);
}

static int is_return(const struct xbpf_event *ev)
{
	return ev->attr.config & CONFIG_RETPROBE;
}

static int kprobe_handler(struct kprobe *kp, struct pt_regs *regs)
{
	struct kprobe_event *ke = container_of(kp, struct kprobe_event, rp.kp);
	struct xbpf_run_ctx run = {
		.ip = (unsigned long)kp->addr,
		.regs = regs,
	};

	xbpf_event_run(&ke->ev, regs, &run);
	return 0;
}
NOKPROBE_SYMBOL(kprobe_handler);

static int kretprobe_handler(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct kretprobe *rp = get_kretprobe(ri);
	struct kprobe_event *ke;
	struct xbpf_run_ctx run = { .regs = regs };

	if (!rp)		/* being unregistered */
		return 0;
	ke = container_of(rp, struct kprobe_event, rp);
	run.ip = (unsigned long)rp->kp.addr;
	xbpf_event_run(&ke->ev, regs, &run);
	return 0;
}
NOKPROBE_SYMBOL(kretprobe_handler);

static int probe_register(struct kprobe_event *ke)
{
	if (!is_return(&ke->ev)) {
		ke->rp.kp.pre_handler = kprobe_handler;
		return register_kprobe(&ke->rp.kp);
	}
	ke->rp.handler = kretprobe_handler;
	ke->rp.maxactive = MAXACTIVE;
	return register_kretprobe(&ke->rp);
}

static int kprobe_open(struct xbpf_event *ev, const char *name)
{
	struct kprobe_event *ke = kprobe_event_of(ev);
	int err;

	if (ev->attr.config & ~(u64)CONFIG_RETPROBE)
		return -EINVAL;
	ke->rp.kp.flags = KPROBE_FLAG_DISABLED;
	if (name) {
		ke->symbol = kstrdup(name, GFP_KERNEL_ACCOUNT);
		if (!ke->symbol)
			return -ENOMEM;
		ke->rp.kp.symbol_name = ke->symbol;
		ke->rp.kp.offset = ev->attr.config2;
		if (ke->rp.kp.offset != ev->attr.config2) {
			err = -EINVAL;
			goto free;
		}
	} else {
		ke->rp.kp.addr = (kprobe_opcode_t *)(unsigned long)
				 ev->attr.config2;
	}
	err = probe_register(ke);
	if (!err)
		return 0;
free:
	kfree(ke->symbol);
	return err;
}

static void kprobe_close(struct xbpf_event *ev)
{
	struct kprobe_event *ke = kprobe_event_of(ev);

	if (is_return(ev))
		unregister_kretprobe(&ke->rp);
	else
		unregister_kprobe(&ke->rp.kp);
	kfree(ke->symbol);
}

static int kprobe_enable(struct xbpf_event *ev)
{
	return enable_kprobe(&kprobe_event_of(ev)->rp.kp);
}

static void kprobe_disable(struct xbpf_event *ev)
{
	disable_kprobe(&kprobe_event_of(ev)->rp.kp);
}

static void kprobe_collect(struct xbpf_event *ev)
{
	struct kprobe_event *ke = kprobe_event_of(ev);
	u64 now = READ_ONCE(ke->rp.kp.nmissed);

	if (is_return(ev))
		now += READ_ONCE(ke->rp.nmissed);
	xbpf_event_miss(ev, is_return(ev) ? XBPF_MISS_MAXACTIVE :
			XBPF_MISS_EVENT, now - ke->missed);
	ke->missed = now;
}

static int kprobe_fill_info(struct xbpf_event *ev, struct xbpf_link_info *info)
{
	struct kprobe_event *ke = kprobe_event_of(ev);
	const char *name = ke->symbol ?: "";

	info->perf_event.type = is_return(ev) ? XBPF_PERF_EVENT_KRETPROBE :
						XBPF_PERF_EVENT_KPROBE;
	info->perf_event.kprobe.offset = ke->rp.kp.offset;
	info->perf_event.kprobe.addr = (unsigned long)ke->rp.kp.addr;
	info->perf_event.kprobe.missed = READ_ONCE(ke->rp.kp.nmissed) +
					 READ_ONCE(ke->rp.nmissed);
	info->perf_event.kprobe.cookie = ev->cookie;
	return xbpf_event_copy_name(info->perf_event.kprobe.func_name,
				    &info->perf_event.kprobe.name_len, name);
}

const struct xbpf_event_source xbpf_kprobe_source = {
	.name		= "kprobe",
	.size		= sizeof(struct kprobe_event),
	.prog_type	= XBPF_PROG_TYPE_KPROBE,
	.open		= kprobe_open,
	.close		= kprobe_close,
	.enable		= kprobe_enable,
	.disable	= kprobe_disable,
	.collect	= kprobe_collect,
	.fill_info	= kprobe_fill_info,
};
