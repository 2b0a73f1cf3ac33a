// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file system of pins: mount -t xbpf.
 *
 * Knows directories and files that hold an object as a descriptor does. There is
 * one of it, however often it is mounted; while an object is pinned it stays,
 * mounted or not. Who may pin what is pin.c's.
 */
#include <linux/fs_context.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include "compat/fs.h"
#include "device.h"

static struct file_system_type pin_fs_type;
static struct vfsmount *own_mount;	/* while something is pinned */
static int pinned;
static const struct inode_operations dir_ops;
static const struct inode_operations obj_ops = { };

/* Nothing is read from a pin but what an iterator gives. */
static int obj_open(struct inode *inode, struct file *file)
{
	struct xbpf_obj *obj = inode->i_private;

	return obj->ops->kind == XBPF_OBJ_LINK ?
	       xbpf_iter_open(xbpf_to_link(obj), file) : -EIO;
}

static const struct file_operations obj_fops = {
	.open	= obj_open,
};

/* ---- inodes ---- */

static struct inode *inode_new(struct inode *dir, umode_t mode)
{
	struct inode *inode = new_inode(dir->i_sb);

	if (!inode)
		return ERR_PTR(-ENOSPC);
	inode->i_ino = get_next_ino();
	xbpf_inode_begin(inode);
	inode_init_owner(XBPF_NOP_IDMAP, inode, dir, mode);
	return inode;
}

static void publish(struct dentry *dentry, struct inode *inode, struct inode *dir)
{
	d_instantiate(dentry, inode);
	dget(dentry);
	xbpf_inode_changed(dir);
}

static int dir_mkdir(struct xbpf_idmap *idmap, struct inode *dir,
		     struct dentry *dentry, umode_t mode)
{
	struct inode *inode = inode_new(dir, mode | S_IFDIR);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	inode->i_op = &dir_ops;
	inode->i_fop = &simple_dir_operations;
	inc_nlink(inode);
	inc_nlink(dir);
	publish(dentry, inode, dir);
	return 0;
}

/* Names with a dot are kept for later use, as in bpffs. */
static struct dentry *dir_lookup(struct inode *dir, struct dentry *dentry,
				 unsigned int flags)
{
	if (strchr(dentry->d_name.name, '.'))
		return ERR_PTR(-EPERM);
	return simple_lookup(dir, dentry, flags);
}

static const struct inode_operations dir_ops = {
	.lookup	= dir_lookup,
	.mkdir	= dir_mkdir,
	.rmdir	= simple_rmdir,
	.rename	= simple_rename,
	.link	= simple_link,
	.unlink	= simple_unlink,
};

int xbpf_pin_make(struct dentry *dentry, umode_t mode, void *arg)
{
	struct inode *dir = dentry->d_parent->d_inode, *inode;
	int err = simple_pin_fs(&pin_fs_type, &own_mount, &pinned);

	if (err)
		return err;
	inode = inode_new(dir, mode);
	if (IS_ERR(inode)) {
		simple_release_fs(&own_mount, &pinned);
		return PTR_ERR(inode);
	}
	inode->i_op = &obj_ops;
	inode->i_fop = &obj_fops;
	inode->i_private = arg;
	xbpf_obj_user_get(arg);
	publish(dentry, inode, dir);
	return 0;
}

int xbpf_pin_is_dir(const struct inode *inode)
{
	return inode->i_op == &dir_ops;
}

struct xbpf_obj *xbpf_pin_object(const struct inode *inode)
{
	return inode->i_op == &obj_ops ? inode->i_private : NULL;
}

/* ---- the file system ---- */

static void evict(struct inode *inode)
{
	struct xbpf_obj *obj = xbpf_pin_object(inode);

	truncate_inode_pages_final(&inode->i_data);
	clear_inode(inode);
	if (!obj)
		return;
	xbpf_obj_user_put(obj);
	simple_release_fs(&own_mount, &pinned);
}

static const struct super_operations super_ops = {
	.statfs		= simple_statfs,
	.drop_inode	= generic_delete_inode,
	.evict_inode	= evict,
};

static int fill_super(struct super_block *sb, struct fs_context *fc)
{
	static const struct tree_descr nothing[] = { { "" } };
	struct inode *root;
	int err = simple_fill_super(sb, BPF_FS_MAGIC, nothing);

	if (err)
		return err;
	sb->s_op = &super_ops;
	root = sb->s_root->d_inode;
	root->i_op = &dir_ops;
	root->i_mode = S_IFDIR | S_ISVTX | 0777;
	return 0;
}

static int get_tree(struct fs_context *fc)
{
	return get_tree_single(fc, fill_super);
}

static const struct fs_context_operations context_ops = {
	.get_tree	= get_tree,
};

static int init_context(struct fs_context *fc)
{
	fc->ops = &context_ops;
	return 0;
}

static struct file_system_type pin_fs_type = {
	.owner			= THIS_MODULE,
	.name			= "xbpf",
	.init_fs_context	= init_context,
	.kill_sb		= kill_litter_super,
};
MODULE_ALIAS_FS("xbpf");

int xbpf_pin_init(void)
{
	return register_filesystem(&pin_fs_type);
}

void xbpf_pin_exit(void)
{
	unregister_filesystem(&pin_fs_type);
}
