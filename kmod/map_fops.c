// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor of a map as a file: mmap and poll.
 *
 * Knows that a writable mapping is a writer, which MAP_FREEZE must not overlook,
 * and that a mapping made read-only stays so. Which pages there are is the
 * type's.
 */
#include <linux/mm.h>
#include <linux/poll.h>
#include "compat/compat.h"
#include "device.h"

static struct xbpf_map_obj *map_of_file(struct file *file)
{
	return xbpf_to_map_obj(xbpf_obj_from_file(file));
}

/* A mapping is copied by fork() or split; the writer is counted with it. */
static void vma_open(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_MAYWRITE)
		atomic_inc(&map_of_file(vma->vm_file)->map->writers);
}

static void vma_close(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_MAYWRITE)
		atomic_dec(&map_of_file(vma->vm_file)->map->writers);
}

static const struct vm_operations_struct map_vm_ops = {
	.open	= vma_open,
	.close	= vma_close,
};

static int check_write(const struct xbpf_map *map)
{
	if (map->frozen)
		return -EPERM;
	return map->map_flags & XBPF_F_RDONLY_PROG ? -EACCES : 0;
}

static int insert_pages(struct xbpf_map *map, struct vm_area_struct *vma)
{
	unsigned long i, pages = vma_pages(vma);
	struct page *page;
	int err;

	for (i = 0; i < pages; i++) {
		page = map->ops->mmap_page(map, vma->vm_pgoff + i);
		if (IS_ERR(page))
			return PTR_ERR(page);
		err = vm_insert_page(vma, vma->vm_start + i * PAGE_SIZE, page);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

static int map_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct xbpf_map_obj *obj = map_of_file(file);
	struct xbpf_map *map = obj->map;
	int write = !!(vma->vm_flags & VM_WRITE), err = 0;

	if (!map->ops->mmap_page || !map->ops->mmap_check || map->fields)
		return -ENOTSUPP;
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	mutex_lock(&obj->freeze_lock);
	if (write)
		err = check_write(map);
	if (!err && write)
		atomic_inc(&map->writers);
	mutex_unlock(&obj->freeze_lock);
	if (err)
		return err;
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	if (!write)
		vm_flags_clear(vma, VM_MAYWRITE);
	vma->vm_ops = &map_vm_ops;
	err = map->ops->mmap_check(map, vma->vm_pgoff, vma_pages(vma), write);
	if (!err)
		err = insert_pages(map, vma);
	if (err && write)
		atomic_dec(&map->writers);
	return err;
}

static __poll_t map_poll(struct file *file, struct poll_table_struct *wait)
{
	struct xbpf_map *map = map_of_file(file)->map;

	if (!map->ops->poll || !map->waitq)
		return EPOLLERR;
	poll_wait(file, map->waitq, wait);
	return (__force __poll_t)map->ops->poll(map);
}

/* A map is neither read nor written, but open for it as on Linux. */
static ssize_t map_read(struct file *file, char __user *ubuf, size_t size,
			loff_t *pos)
{
	return -EINVAL;
}

static ssize_t map_write(struct file *file, const char __user *ubuf,
			 size_t size, loff_t *pos)
{
	return -EINVAL;
}

const struct file_operations xbpf_map_fops = {
	XBPF_OBJ_FOPS,
	.read	= map_read,
	.write	= map_write,
	.mmap	= map_mmap,
	.poll	= map_poll,
};
