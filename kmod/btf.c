// SPDX-License-Identifier: GPL-2.0-only
/*
 * BTF objects: BTF_LOAD, and the kernel's own types.
 *
 * Knows where types come from and who holds them. What is in them is btf/'s.
 *
 * The kernel's types are an object like the others, with id 1, but nobody's: it
 * does not hold the module, is not counted, and goes with the module. They are
 * read when first asked for.
 */
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/module.h>
#include <linux/sched/task.h>
#include <linux/skbuff.h>
#include <net/sock.h>
#include "device.h"

#define VMLINUX_ID	1
#define KFUNCS_ID	2
#define VMLINUX_PATH	"/sys/kernel/btf/vmlinux"
#define VMLINUX_MAX	(64 << 20)

static DEFINE_MUTEX(vmlinux_lock);
static struct xbpf_btf_obj *vmlinux;	/* set once, published with release */
static struct xbpf_btf_obj *kfuncs;	/* what it lacks; the same, or NULL */

static void btf_free(struct xbpf_obj *obj)
{
	struct xbpf_btf_obj *btf = xbpf_to_btf_obj(obj);

	xbpf_btf_free(btf->btf);
	kfree(btf);
}

static void btf_show_fdinfo(struct xbpf_obj *obj, struct seq_file *m)
{
	seq_printf(m, "btf_id:\t%u\n", obj->id);
}

static const struct file_operations btf_file_ops = {
	XBPF_OBJ_FOPS,
};

static const struct xbpf_obj_ops btf_obj_ops = {
	.fd_name	= "btf",
	.kind		= XBPF_OBJ_BTF,
	.free		= btf_free,
	.show_fdinfo	= btf_show_fdinfo,
	.fops		= &btf_file_ops,
};

static struct xbpf_btf_obj *btf_obj_new(struct xbpf_btf *btf)
{
	struct xbpf_btf_obj *obj = kzalloc(sizeof(*obj), GFP_KERNEL_ACCOUNT);
	int err;

	if (!obj)
		return ERR_PTR(-ENOMEM);
	err = xbpf_obj_init(&obj->obj, &btf_obj_ops);
	if (err) {
		kfree(obj);
		return ERR_PTR(err);
	}
	obj->btf = btf;
	return obj;
}

/* ---- BTF_LOAD ---- */

static struct xbpf_btf *parse_user(const union xbpf_attr *attr,
				   struct xbpf_log *log)
{
	struct xbpf_btf *btf;
	void *data;

	data = kvmalloc(attr->btf_size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!data)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(data, u64_to_user_ptr(attr->btf), attr->btf_size))
		btf = ERR_PTR(-EFAULT);
	else
		btf = xbpf_btf_parse(data, attr->btf_size, NULL,
				     XBPF_BTF_UNTRUSTED, log);
	if (IS_ERR(btf))
		kvfree(data);
	return btf;
}

/* Parses with a log; what becomes of the log is told in any case. */
static struct xbpf_btf *parse_logged(const union xbpf_attr *attr,
				     union xbpf_attr __user *uattr, u32 size)
{
	struct xbpf_ulog ulog;
	struct xbpf_btf *btf;
	u32 true_size;
	int err;

	if (attr->btf_size > XBPF_BTF_MAX_SIZE)
		return ERR_PTR(-E2BIG);
	err = xbpf_ulog_init(&ulog, attr->btf_log_level, attr->btf_log_buf,
			     attr->btf_log_size);
	if (err)
		return ERR_PTR(err);
	btf = parse_user(attr, &ulog.log);
	err = xbpf_ulog_finish(&ulog, &true_size);
	if (size >= offsetofend(union xbpf_attr, btf_log_true_size) &&
	    put_user(true_size, &uattr->btf_log_true_size))
		err = -EFAULT;
	if (!err)
		return btf;
	if (!IS_ERR(btf))
		xbpf_btf_free(btf);
	return ERR_PTR(err);
}

static int btf_publish(struct xbpf_btf *btf)
{
	struct xbpf_btf_obj *obj = btf_obj_new(btf);
	int fd;

	if (IS_ERR(obj)) {
		xbpf_btf_free(btf);
		return PTR_ERR(obj);
	}
	fd = xbpf_obj_finalize(&obj->obj);
	if (!fd)
		fd = xbpf_obj_new_fd(&obj->obj, O_RDONLY | O_CLOEXEC);
	xbpf_obj_put(&obj->obj);	/* the descriptor has its own */
	return fd;
}

static int check_flags(const union xbpf_attr *attr)
{
	struct file *file;

	if (attr->btf_flags & ~XBPF_F_TOKEN_FD)
		return -EINVAL;
	if (!(attr->btf_flags & XBPF_F_TOKEN_FD))
		return 0;
	file = fget(attr->btf_token_fd);
	if (!file)
		return -EBADF;
	fput(file);
	return -EINVAL;			/* nothing is a token here */
}

int xbpf_cmd_btf_load(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		      u32 size)
{
	struct xbpf_btf *btf;
	int err = check_flags(attr);

	if (err)
		return err;
	if (!bpf_capable())
		return -EPERM;
	btf = parse_logged(attr, uattr, size);
	return IS_ERR(btf) ? PTR_ERR(btf) : btf_publish(btf);
}

/* ---- the kernel's own ---- */

static char *vmlinux_path = VMLINUX_PATH;
module_param_named(btf, vmlinux_path, charp, 0444);
MODULE_PARM_DESC(btf, "file of this kernel's types (default: " VMLINUX_PATH ")");

/* As the first process sees it: a container's own /sys is not to be trusted. */
static struct file *vmlinux_open(void)
{
	struct file *file;
	struct path root;

	task_lock(&init_task);
	get_fs_root(init_task.fs, &root);
	task_unlock(&init_task);
	file = file_open_root(&root, vmlinux_path, O_RDONLY, 0);
	path_put(&root);
	return file;
}

/*
 * struct known_type - a type that this module was compiled with, too
 *
 * A file that somebody names may be that of another kernel. Programs would read wrong
 * members; helpers would be given wrong objects.
 */
struct known_type {
	const char *name;
	u32 size;
};

static const struct known_type known_types[] = {
	{ "task_struct", sizeof(struct task_struct) },
	{ "mm_struct", sizeof(struct mm_struct) },
	{ "file", sizeof(struct file) },
	{ "inode", sizeof(struct inode) },
	{ "sk_buff", sizeof(struct sk_buff) },
	{ "sock", sizeof(struct sock) },
	{ "module", sizeof(struct module) },
	{ "pt_regs", sizeof(struct pt_regs) },
};

static int is_of_this_kernel(const struct xbpf_btf *btf)
{
	const struct known_type *known = known_types;
	size_t i;
	s32 id;

	for (i = 0; i < ARRAY_SIZE(known_types); i++, known++) {
		id = xbpf_btf_find(btf, known->name, XBPF_BTF_KIND_STRUCT);
		if (id > 0 && xbpf_btf_type(btf, id)->size == known->size)
			continue;
		pr_warn("xbpf: %s: not of this kernel: another struct %s (parameter btf)\n",
			vmlinux_path, known->name);
		return 0;
	}
	return 1;
}

static int read_whole(struct file *file, void *data, size_t size)
{
	loff_t pos = 0;
	ssize_t done;

	while (pos < size) {
		done = kernel_read(file, data + pos, size - pos, &pos);
		if (done < 0)
			return done;
		if (!done)
			return -EIO;
	}
	return 0;
}

static struct xbpf_btf *vmlinux_read(void)
{
	struct file *file = vmlinux_open();
	struct xbpf_btf *btf;
	void *data;
	loff_t size;
	int err;

	if (IS_ERR(file))
		return ERR_CAST(file);
	size = i_size_read(file_inode(file));
	data = size > 0 && size <= VMLINUX_MAX ? kvmalloc(size, GFP_KERNEL) : NULL;
	err = data ? read_whole(file, data, size) : -ENOMEM;
	fput(file);
	btf = err ? ERR_PTR(err) :
	      xbpf_btf_parse(data, size, NULL, XBPF_BTF_TRUSTED, NULL);
	if (IS_ERR(btf)) {
		kvfree(data);
	} else if (!is_of_this_kernel(btf)) {
		xbpf_btf_free(btf);
		btf = ERR_PTR(-EINVAL);
	}
	return btf;
}

/* An object with the module's own types, which belong to it in any case. */
static struct xbpf_btf_obj *kernel_obj_make(struct xbpf_btf *btf, u32 id,
					    const char *name)
{
	struct xbpf_btf_obj *obj = btf_obj_new(btf);
	int err;

	if (IS_ERR(obj)) {
		xbpf_btf_free(btf);
		return obj;
	}
	xbpf_obj_abort(&obj->obj);	/* not counted, holds no module */
	obj->kernel_btf = 1;
	strscpy(obj->name, name, sizeof(obj->name));
	err = xbpf_obj_reserve_id(&obj->obj, id);
	if (!err)
		return obj;
	btf_free(&obj->obj);
	return ERR_PTR(err);
}

static struct xbpf_btf_obj *vmlinux_make(void)
{
	struct xbpf_btf *btf = vmlinux_read();

	return IS_ERR(btf) ? ERR_CAST(btf) :
		kernel_obj_make(btf, VMLINUX_ID, "vmlinux");
}

/* Loaders look for kfuncs by name: those that this kernel has not are ours. */
static void kfuncs_make(const struct xbpf_btf *base)
{
	struct xbpf_btf *btf = xbpf_btf_kfuncs(base);
	struct xbpf_btf_obj *obj;

	if (!btf)
		return;
	obj = kernel_obj_make(btf, KFUNCS_ID, "xbpf");
	if (!IS_ERR(obj))
		kfuncs = obj;
}

const struct xbpf_btf *xbpf_btf_vmlinux(void)
{
	struct xbpf_btf_obj *obj = smp_load_acquire(&vmlinux);

	if (obj)
		return obj->btf;
	mutex_lock(&vmlinux_lock);
	obj = vmlinux;
	if (!obj) {
		obj = vmlinux_make();
		if (IS_ERR(obj))	/* none, or a want that may pass */
			obj = NULL;
		else
			kfuncs_make(obj->btf);
		smp_store_release(&vmlinux, obj);
	}
	mutex_unlock(&vmlinux_lock);
	return obj ? obj->btf : NULL;
}

int xbpf_btf_subsys_init(void)
{
	return 0;
}

void xbpf_btf_subsys_exit(void)
{
	if (kfuncs)
		btf_free(&kfuncs->obj);
	if (vmlinux)
		btf_free(&vmlinux->obj);
	kfuncs = NULL;
	vmlinux = NULL;
}

/* ---- the types of a map ---- */

/* An integer of 32 bits, as the index of an array is. */
static int is_index(const struct xbpf_btf *btf, u32 id)
{
	const struct xbpf_btf_type *type = xbpf_btf_skip(btf, id, NULL);
	u32 bits;

	if (!type || xbpf_btf_kind(type) != XBPF_BTF_KIND_INT)
		return 0;
	bits = *(const u32 *)xbpf_btf_tail(type);
	return XBPF_BTF_INT_BITS(bits) == 32 && !XBPF_BTF_INT_OFFSET(bits);
}

static int is_struct(const struct xbpf_btf *btf, u32 id)
{
	const struct xbpf_btf_type *type = xbpf_btf_type(btf, id);

	return type && xbpf_btf_kind(type) == XBPF_BTF_KIND_STRUCT;
}

/* Without a key type only a section of global data can be described. */
static int check_section(const struct xbpf_map *map, const struct xbpf_btf *btf,
			 u32 value_id)
{
	const struct xbpf_btf_type *type = xbpf_btf_type(btf, value_id);

	if (map->type != XBPF_MAP_TYPE_ARRAY || map->max_entries != 1 ||
	    !type || xbpf_btf_kind(type) != XBPF_BTF_KIND_DATASEC)
		return -EINVAL;
	return 0;
}

int xbpf_map_check_btf(const struct xbpf_map_obj *obj)
{
	const struct xbpf_btf *btf = obj->btf->btf;
	const struct xbpf_map *map = obj->map;
	u32 key_id = obj->btf_key_type_id, value_id = obj->btf_value_type_id;

	if (key_id && xbpf_btf_size(btf, key_id) != map->key_size)
		return -EINVAL;
	if (!key_id && map->type != XBPF_MAP_TYPE_ARRAY &&
	    map->type != XBPF_MAP_TYPE_BLOOM_FILTER)
		return -EINVAL;
	if (xbpf_btf_size(btf, value_id) != xbpf_map_shown_value_size(map))
		return -EINVAL;
	switch (map->type) {
	case XBPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case XBPF_MAP_TYPE_STACK_TRACE:
	case XBPF_MAP_TYPE_CGROUP_ARRAY:
	case XBPF_MAP_TYPE_DEVMAP:
	case XBPF_MAP_TYPE_DEVMAP_HASH:
	case XBPF_MAP_TYPE_CPUMAP:
	case XBPF_MAP_TYPE_XSKMAP:
	case XBPF_MAP_TYPE_ARRAY_OF_MAPS:
	case XBPF_MAP_TYPE_HASH_OF_MAPS:
		return -ENOTSUPP;
	case XBPF_MAP_TYPE_ARRAY:
	case XBPF_MAP_TYPE_PERCPU_ARRAY:
		if (!key_id)
			return check_section(map, btf, value_id);
		return is_index(btf, key_id) ? 0 : -EINVAL;
	case XBPF_MAP_TYPE_LPM_TRIE:	/* a length and its bits */
		return is_struct(btf, key_id) ? 0 : -EINVAL;
	case XBPF_MAP_TYPE_BLOOM_FILTER:
		return key_id ? -EINVAL : 0;
	}
	return 0;
}
