// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracepoints by name: the kernel's own, and those of modules.
 *
 * Modules are followed as they come and go. Whoever uses a tracepoint of a module
 * holds the module, as on Linux: it cannot go away under an attached program.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include "attach/attach.h"

/* A module with tracepoints. */
struct owner {
	struct list_head node;
	struct module *mod;
};

static LIST_HEAD(owners);
static DEFINE_MUTEX(owners_lock);

static void owner_add(struct module *mod)
{
	struct owner *owner = kmalloc(sizeof(*owner), GFP_KERNEL);

	if (!owner)		/* its tracepoints will not be found */
		return;
	owner->mod = mod;
	list_add_tail(&owner->node, &owners);
}

static void owner_del(const struct module *mod)
{
	struct owner *owner, *next;

	list_for_each_entry_safe(owner, next, &owners, node) {
		if (owner->mod != mod)
			continue;
		list_del(&owner->node);
		kfree(owner);
	}
}

static int owner_event(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct tp_module *tp_mod = data;

	mutex_lock(&owners_lock);
	if (event == MODULE_STATE_COMING)
		owner_add(tp_mod->mod);
	else if (event == MODULE_STATE_GOING)
		owner_del(tp_mod->mod);
	mutex_unlock(&owners_lock);
	return NOTIFY_OK;
}

static struct notifier_block owner_notifier = {
	.notifier_call	= owner_event,
};

struct point_search {
	const char *name;
	struct tracepoint *found;
};

static void point_match(struct tracepoint *tp, void *priv)
{
	struct point_search *search = priv;

	if (!strcmp(tp->name, search->name))
		search->found = tp;
}

struct tracepoint *xbpf_tracepoint_find(const char *name)
{
	struct point_search search = { .name = name };

	for_each_kernel_tracepoint(point_match, &search);
	return search.found;
}

static struct tracepoint *find_in(const struct module *mod, const char *name)
{
	struct tracepoint *tp;
	unsigned int i;

	for (i = 0; i < mod->num_tracepoints; i++) {
		tp = tracepoint_ptr_deref(mod->tracepoints_ptrs + i);
		if (!strcmp(tp->name, name))
			return tp;
	}
	return NULL;
}

struct tracepoint *xbpf_tracepoint_get(const char *name, struct module **mod)
{
	struct tracepoint *tp = xbpf_tracepoint_find(name);
	struct owner *owner;

	*mod = NULL;
	if (tp)
		return tp;
	mutex_lock(&owners_lock);
	list_for_each_entry(owner, &owners, node) {
		tp = find_in(owner->mod, name);
		if (!tp)
			continue;
		if (try_module_get(owner->mod))
			*mod = owner->mod;
		else
			tp = NULL;
		break;
	}
	mutex_unlock(&owners_lock);
	return tp;
}

int xbpf_tracepoints_init(void)
{
	return register_tracepoint_module_notifier(&owner_notifier);
}

void xbpf_tracepoints_exit(void)
{
	struct owner *owner, *next;

	unregister_tracepoint_module_notifier(&owner_notifier);
	list_for_each_entry_safe(owner, next, &owners, node)
		kfree(owner);
	INIT_LIST_HEAD(&owners);
}
