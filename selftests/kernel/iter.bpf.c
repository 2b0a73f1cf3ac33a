// SPDX-License-Identifier: GPL-2.0-only
/*
 * Iterators: each program writes a line for each object, and one at the end.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

int again;		/* task_again() asks so often for its object again */
int pages;		/* task_long() writes so many pages for its first task */

SEC("iter/task")
int tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task)
		BPF_SEQ_PRINTF(seq, "end %llu\n", ctx->meta->seq_num);
	else
		BPF_SEQ_PRINTF(seq, "%llu %d %d\n", ctx->meta->seq_num,
			       task->tgid, task->pid);
	return 0;
}

SEC("iter/task")
int others(struct bpf_iter__task *ctx)
{
	if (!ctx->task)
		BPF_SEQ_PRINTF(ctx->meta->seq, "others\n");
	return 0;
}

SEC("iter/task")
int task_again(struct bpf_iter__task *ctx)
{
	if (again > 0) {
		again--;
		return 1;
	}
	if (!ctx->task)
		BPF_SEQ_PRINTF(ctx->meta->seq, "end %llu\n", ctx->meta->seq_num);
	return 0;
}

static const char page[1024] = "x";

SEC("iter/task")
int task_long(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	int i;

	if (!ctx->task) {
		bpf_seq_write(seq, "end\n", 4);
		return 0;
	}
	if (ctx->meta->seq_num)
		return 0;
	for (i = 0; i < 4 * pages && i < 400; i++)
		bpf_seq_write(seq, page, sizeof(page));
	return 0;
}

SEC("iter/task_file")
int files(struct bpf_iter__task_file *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (!task || !file)
		BPF_SEQ_PRINTF(seq, "end\n");
	else
		BPF_SEQ_PRINTF(seq, "%d %d %lu\n", task->tgid, ctx->fd,
			       file->f_inode->i_ino);
	return 0;
}

SEC("iter/task_vma")
int mappings(struct bpf_iter__task_vma *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct vm_area_struct *vma = ctx->vma;

	if (!task || !vma)
		BPF_SEQ_PRINTF(seq, "end\n");
	else
		BPF_SEQ_PRINTF(seq, "%d %lx-%lx\n", task->tgid,
			       vma->vm_start, vma->vm_end);
	return 0;
}

SEC("iter/bpf_map")
int maps(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;

	if (map)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%u %s %d %u\n", map->id,
			       map->name, map->map_type, map->max_entries);
	return 0;
}

SEC("iter/bpf_prog")
int progs(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *prog = ctx->prog;

	if (prog)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%u %s %d %s\n", prog->aux->id,
			       prog->aux->name, prog->type,
			       prog->aux->attach_func_name);
	return 0;
}

SEC("iter/bpf_link")
int links(struct bpf_iter__bpf_link *ctx)
{
	struct bpf_link *link = ctx->link;

	if (link)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%u %u\n", link->id,
			       link->prog->aux->id);
	return 0;
}
