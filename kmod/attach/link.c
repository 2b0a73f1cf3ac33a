// SPDX-License-Identifier: GPL-2.0-only
/*
 * LINK_CREATE: which function makes a link of which attach type; and the link
 * that puts a program on a descriptor of XBPF_PERF_EVENT_OPEN.
 */
#include <linux/slab.h>
#include "attach/attach.h"

/* ---- program on a perf event ---- */

struct perf_link {
	struct xbpf_link link;
	struct xbpf_event *ev;	/* reference held */
};

static struct perf_link *perf_link_of(const struct xbpf_link *link)
{
	return container_of(link, struct perf_link, link);
}

static void perf_link_release(struct xbpf_link *link)
{
	xbpf_event_detach(perf_link_of(link)->ev);
}

static void perf_link_free(struct xbpf_link *link)
{
	struct perf_link *pl = perf_link_of(link);

	xbpf_obj_put(&pl->ev->obj);
	kfree(pl);
}

static int perf_link_fill_info(const struct xbpf_link *link,
			       struct xbpf_link_info *info, u32 user_len)
{
	struct xbpf_event *ev = perf_link_of(link)->ev;

	return ev->source->fill_info(ev, info);
}

static const struct xbpf_link_ops perf_link_ops = {
	.release	= perf_link_release,
	.free		= perf_link_free,
	.fill_info	= perf_link_fill_info,
};

static int perf_link_create(struct xbpf_prog_obj *prog,
			    const union xbpf_attr *attr)
{
	struct xbpf_obj *obj;
	struct perf_link *pl;
	int err;

	if (attr->link_create.flags)
		return -EINVAL;
	obj = xbpf_obj_from_fd(attr->link_create.target_fd, XBPF_OBJ_PERF);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	pl = kzalloc(sizeof(*pl), GFP_KERNEL_ACCOUNT);
	if (!pl) {
		err = -ENOMEM;
		goto put_event;
	}
	pl->ev = xbpf_event_of(obj);
	err = xbpf_link_init(&pl->link, XBPF_LINK_TYPE_PERF_EVENT,
			     &perf_link_ops, prog);
	if (err)
		goto free;
	err = xbpf_event_attach(pl->ev, prog,
				attr->link_create.perf_event.bpf_cookie);
	if (!err)
		return xbpf_link_publish(&pl->link);
	xbpf_link_abort(&pl->link);	/* frees pl, puts the event */
	return err;
free:
	kfree(pl);
put_event:
	xbpf_obj_put(obj);
	return err;
}

/* ---- the table ---- */

/*
 * struct link_kind - a row: an attach type of LINK_CREATE
 * @prog_types: bit mask of enum xbpf_prog_type
 */
struct link_kind {
	u32 attach_type;
	u64 prog_types;
	int (*create)(struct xbpf_prog_obj *prog, const union xbpf_attr *attr);
};

static const struct link_kind link_kinds[] = {
	{
		.attach_type	= XBPF_PERF_EVENT,
		.prog_types	= BIT_ULL(XBPF_PROG_TYPE_KPROBE) |
				  BIT_ULL(XBPF_PROG_TYPE_TRACEPOINT) |
				  BIT_ULL(XBPF_PROG_TYPE_PERF_EVENT),
		.create		= perf_link_create,
	}, {
		.attach_type	= XBPF_TRACE_UPROBE_MULTI,
		.prog_types	= BIT_ULL(XBPF_PROG_TYPE_KPROBE),
		.create		= xbpf_uprobe_multi_create,
	}, {
		.attach_type	= XBPF_TRACE_KPROBE_MULTI,
		.prog_types	= BIT_ULL(XBPF_PROG_TYPE_KPROBE),
		.create		= xbpf_kprobe_multi_create,
	}, {
		.attach_type	= XBPF_TRACE_KPROBE_SESSION,
		.prog_types	= BIT_ULL(XBPF_PROG_TYPE_KPROBE),
		.create		= xbpf_kprobe_multi_create,
	}, {
		.attach_type	= XBPF_TRACE_ITER,
		.prog_types	= BIT_ULL(XBPF_PROG_TYPE_TRACING),
		.create		= xbpf_iter_link_create,
	}, {
		.attach_type	= XBPF_TRACE_RAW_TP,
		.prog_types	= BIT_ULL(XBPF_PROG_TYPE_TRACING),
		.create		= xbpf_tracing_create,
	}, {
		.attach_type	= XBPF_TRACE_FENTRY,
		.prog_types	= BIT_ULL(XBPF_PROG_TYPE_TRACING),
		.create		= xbpf_tracing_create,
	}, {
		.attach_type	= XBPF_TRACE_FEXIT,
		.prog_types	= BIT_ULL(XBPF_PROG_TYPE_TRACING),
		.create		= xbpf_tracing_create,
	}, {
		.attach_type	= XBPF_MODIFY_RETURN,
		.prog_types	= BIT_ULL(XBPF_PROG_TYPE_TRACING),
		.create		= xbpf_tracing_create,
	},
};

/* A program that was loaded for links of one kind has the context of that kind. */
static int link_fits(const struct xbpf_prog *prog, u32 type)
{
	u32 expected = prog->expected_attach_type;

	if (prog->type != XBPF_PROG_TYPE_KPROBE)
		return 1;
	return type == expected || (expected != XBPF_TRACE_KPROBE_MULTI &&
				    expected != XBPF_TRACE_UPROBE_MULTI &&
				    expected != XBPF_TRACE_KPROBE_SESSION &&
				    expected != XBPF_TRACE_UPROBE_SESSION);
}

int xbpf_attach_link_create(struct xbpf_prog_obj *prog,
			    const union xbpf_attr *attr)
{
	const struct link_kind *kind;
	u32 type = attr->link_create.attach_type;

	if (type >= __MAX_XBPF_ATTACH_TYPE || !link_fits(prog->prog, type))
		return -EINVAL;
	for (kind = link_kinds; kind < link_kinds + ARRAY_SIZE(link_kinds); kind++)
		if (kind->attach_type == type &&
		    kind->prog_types & BIT_ULL(prog->prog->type))
			return kind->create(prog, attr);
	return -EINVAL;
}
