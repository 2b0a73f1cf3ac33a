// SPDX-License-Identifier: GPL-2.0-only
/*
 * The perf buffer: PERF_COUNT_SW_BPF_OUTPUT with a ring of its own.
 *
 * Laid out for user space as perf's: a struct perf_event_mmap_page, then the
 * data. Only programs on the ring's CPU write, so producers nest (task,
 * interrupt, NMI) but never run beside each other: positions are local_t, and
 * the outermost producer publishes. data_tail is the reader's and may hold
 * anything: it decides how much room there is, never where is written.
 */
#include <linux/irq_work.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/perf_event.h>
#include <linux/poll.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/local.h>
#include "attach/attach.h"

#define MAX_DATA_PAGES	(1U << 15)

/* Parts of a record that we can write, in the order of perf_event_open(2). */
#define SAMPLE_PARTS (PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP | \
		      PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ADDR | \
		      PERF_SAMPLE_ID | PERF_SAMPLE_STREAM_ID | \
		      PERF_SAMPLE_CPU | PERF_SAMPLE_PERIOD | PERF_SAMPLE_RAW)
#define MAX_FIXED_WORDS	9

/*
 * struct ring - what is mapped, and where the producers are
 * @page: head of the mapping; data follows at PAGE_SIZE
 * @size: bytes of data, a power of two
 * @overwrite: the reader maps read-only: it has no tail, old records go
 * @head: bytes reserved since the beginning
 * @nest: producers now in progress on this CPU
 * @lost: records since the last PERF_RECORD_LOST
 * @since_wakeup: events or bytes, see wanted_wakeup()
 */
struct ring {
	struct perf_event_mmap_page *page;
	unsigned long size;
	int overwrite;
	local_t head;
	local_t nest;
	local_t lost;
	local_t since_wakeup;
};

struct ring_event {
	struct xbpf_event ev;
	struct ring *ring;	/* set once by the first mmap, lives as long as ev */
	struct mutex mmap_lock;
	wait_queue_head_t waitq;
	struct irq_work wakeup;
	atomic_t pending;	/* EPOLLIN since the last poll */
};

struct lost_record {
	struct perf_event_header header;
	u64 id;
	u64 lost;
};

static struct ring_event *ring_event_of(struct xbpf_event *ev)
{
	return container_of(ev, struct ring_event, ev);
}

/* ---- producing ---- */

static void ring_write(struct ring *ring, unsigned long *pos, const void *src,
		       u32 len)
{
	unsigned long at = *pos & (ring->size - 1);
	u32 first = min_t(unsigned long, len, ring->size - at);
	char *data = (char *)ring->page + PAGE_SIZE;

	memcpy(data + at, src, first);
	memcpy(data, src + first, len - first);
	*pos += len;
}

/* The same of bytes that @raw has behind its first. */
static void ring_write_more(struct ring *ring, unsigned long *pos,
			    const struct xbpf_ring_raw *raw)
{
	unsigned long at = *pos & (ring->size - 1);
	u32 first = min_t(unsigned long, raw->more, ring->size - at);
	char *data = (char *)ring->page + PAGE_SIZE;

	if (!raw->more)
		return;
	raw->copy(raw->from, 0, data + at, first);
	raw->copy(raw->from, first, data, raw->more - first);
	*pos += raw->more;
}

/* Position of @len bytes; -ENOSPC when the reader is behind. */
static int ring_reserve(struct ring *ring, u32 len, unsigned long *pos)
{
	unsigned long head, tail;

	do {
		/* Pairs with the reader's barrier before it moves data_tail:
		 * what it gave back is read before it is written again.
		 */
		tail = READ_ONCE(ring->page->data_tail);
		smp_mb();
		head = local_read(&ring->head);
		if (len > ring->size)
			return -ENOSPC;
		if (!ring->overwrite && (head - tail > ring->size ||
					 len > ring->size - (head - tail)))
			return -ENOSPC;
	} while (local_cmpxchg(&ring->head, head, head + len) != head);
	*pos = head;
	return 0;
}

/* The outermost producer makes all records visible that are complete by then. */
static void ring_publish(struct ring *ring)
{
	unsigned long head;

again:
	head = local_read(&ring->head);
	if (local_read(&ring->nest) > 1) {
		local_dec(&ring->nest);
		return;
	}
	smp_wmb();	/* records before the position; pairs with the reader's rmb */
	WRITE_ONCE(ring->page->data_head, head);
	barrier();
	local_dec(&ring->nest);
	barrier();
	if (unlikely(head != local_read(&ring->head))) {
		local_inc(&ring->nest);
		goto again;
	}
}

static int wanted_wakeup(struct ring_event *re, u32 len)
{
	const struct perf_event_attr *attr = &re->ev.attr;
	unsigned long add = attr->watermark ? len : 1;
	unsigned long want = attr->watermark ?
		(attr->wakeup_watermark ?: re->ring->size / 2) :
		attr->wakeup_events;

	if (!want || local_add_return(add, &re->ring->since_wakeup) < want)
		return 0;
	local_set(&re->ring->since_wakeup, 0);
	return 1;
}

/* The words of a record between its header and the raw bytes. */
static u32 fixed_words(struct ring_event *re, struct pt_regs *regs, u64 *w)
{
	u64 type = re->ev.attr.sample_type;
	u32 n = 0;

	if (type & PERF_SAMPLE_IDENTIFIER)
		w[n++] = re->ev.event_id;
	if (type & PERF_SAMPLE_IP)
		w[n++] = regs ? instruction_pointer(regs) : 0;
	if (type & PERF_SAMPLE_TID)
		w[n++] = (u32)current->tgid | (u64)current->pid << 32;
	if (type & PERF_SAMPLE_TIME)
		w[n++] = re->ev.attr.use_clockid ? ktime_get_mono_fast_ns() :
						   local_clock();
	if (type & PERF_SAMPLE_ADDR)
		w[n++] = 0;
	if (type & PERF_SAMPLE_ID)
		w[n++] = re->ev.event_id;
	if (type & PERF_SAMPLE_STREAM_ID)
		w[n++] = re->ev.event_id;
	if (type & PERF_SAMPLE_CPU)
		w[n++] = raw_smp_processor_id();
	if (type & PERF_SAMPLE_PERIOD)
		w[n++] = 1;
	return n;
}

static void write_lost(struct ring_event *re, unsigned long *pos, u64 lost)
{
	struct lost_record rec = {
		.header = { PERF_RECORD_LOST, 0, sizeof(rec) },
		.id = re->ev.event_id,
		.lost = lost,
	};

	ring_write(re->ring, pos, &rec, sizeof(rec));
}

static void write_sample(struct ring_event *re, unsigned long *pos, u32 len,
			 const u64 *words, u32 n, const struct xbpf_ring_raw *raw)
{
	struct perf_event_header header = {
		.type = PERF_RECORD_SAMPLE,
		.misc = PERF_RECORD_MISC_KERNEL,
		.size = len,
	};
	u32 room = len - sizeof(header) - n * sizeof(u64) - sizeof(u32);
	static const u64 zero;

	ring_write(re->ring, pos, &header, sizeof(header));
	ring_write(re->ring, pos, words, n * sizeof(u64));
	if (!(re->ev.attr.sample_type & PERF_SAMPLE_RAW))
		return;
	ring_write(re->ring, pos, &room, sizeof(room));
	ring_write(re->ring, pos, raw->data, raw->size);
	ring_write_more(re->ring, pos, raw);
	ring_write(re->ring, pos, &zero, room - raw->size - raw->more);
}

static int ring_produce(struct ring_event *re, struct pt_regs *regs,
			const struct xbpf_ring_raw *raw)
{
	struct ring *ring = re->ring;
	u64 words[MAX_FIXED_WORDS];
	unsigned long pos, lost;
	u32 n, len;

	n = fixed_words(re, regs, words);
	len = sizeof(struct perf_event_header) + n * sizeof(u64);
	if (re->ev.attr.sample_type & PERF_SAMPLE_RAW)
		len += round_up(sizeof(u32) + raw->size + raw->more,
				sizeof(u64));
	if (len > U16_MAX)
		return -E2BIG;
	lost = local_xchg(&ring->lost, 0);
	if (ring_reserve(ring, len + (lost ? sizeof(struct lost_record) : 0),
			 &pos)) {
		local_add(lost + 1, &ring->lost);
		return -ENOSPC;
	}
	if (lost)
		write_lost(re, &pos, lost);
	write_sample(re, &pos, len, words, n, raw);
	return 0;
}

int xbpf_ring_output(struct xbpf_event *ev, struct pt_regs *regs,
		     const struct xbpf_ring_raw *raw)
{
	struct ring_event *re = ring_event_of(ev);
	struct ring *ring;
	int err;

	if (ev->source != &xbpf_ring_source)
		return -EINVAL;
	ring = smp_load_acquire(&re->ring);
	if (ev->cpu != raw_smp_processor_id())
		return -EOPNOTSUPP;
	/* As perf: a buffer that nobody mapped swallows records. */
	if (!ring || !READ_ONCE(ev->enabled))
		return 0;
	local_inc(&ring->nest);
	barrier();
	err = ring_produce(re, regs, raw);
	ring_publish(ring);
	if (wanted_wakeup(re, raw->size + raw->more)) {
		atomic_set(&re->pending, (__force int)EPOLLIN);
		irq_work_queue(&re->wakeup);
	}
	return err;
}

/* ---- reading ---- */

static void ring_wake(struct irq_work *work)
{
	wake_up_all(&container_of(work, struct ring_event, wakeup)->waitq);
}

static struct ring *ring_alloc(unsigned long pages, int overwrite)
{
	struct ring *ring = kzalloc(sizeof(*ring), GFP_KERNEL_ACCOUNT);

	if (!ring)
		return NULL;
	ring->page = vmalloc_user((pages + 1) << PAGE_SHIFT);
	if (!ring->page) {
		kfree(ring);
		return NULL;
	}
	ring->size = pages << PAGE_SHIFT;
	ring->overwrite = overwrite;
	ring->page->size = offsetof(struct perf_event_mmap_page, __reserved);
	ring->page->data_offset = PAGE_SIZE;
	ring->page->data_size = ring->size;
	return ring;
}

static int ring_mmap(struct xbpf_event *ev, struct vm_area_struct *vma)
{
	struct ring_event *re = ring_event_of(ev);
	unsigned long pages = vma_pages(vma) - 1;
	struct ring *ring;
	int err = 0;

	if (vma->vm_pgoff || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (!pages || !is_power_of_2(pages) || pages > MAX_DATA_PAGES)
		return -EINVAL;
	mutex_lock(&re->mmap_lock);
	if (!re->ring) {
		ring = ring_alloc(pages, !(vma->vm_flags & VM_WRITE));
		if (ring)	/* pairs with the acquire of xbpf_ring_output() */
			smp_store_release(&re->ring, ring);
		else
			err = -ENOMEM;
	} else if (re->ring->size != pages << PAGE_SHIFT) {
		err = -EINVAL;
	}
	if (!err)
		err = remap_vmalloc_range(vma, re->ring->page, 0);
	mutex_unlock(&re->mmap_lock);
	return err;
}

static __poll_t ring_poll(struct xbpf_event *ev, struct file *file,
			  struct poll_table_struct *wait)
{
	struct ring_event *re = ring_event_of(ev);

	poll_wait(file, &re->waitq, wait);
	if (!smp_load_acquire(&re->ring))
		return EPOLLHUP;
	return (__force __poll_t)atomic_xchg(&re->pending, 0);
}

/* ---- life ---- */

static int ring_open(struct xbpf_event *ev, const char *name)
{
	struct ring_event *re = ring_event_of(ev);

	if (ev->attr.sample_type & ~(u64)SAMPLE_PARTS)
		return -EOPNOTSUPP;
	if (ev->cpu < 0)
		return -EOPNOTSUPP;
	mutex_init(&re->mmap_lock);
	init_waitqueue_head(&re->waitq);
	init_irq_work(&re->wakeup, ring_wake);
	return 0;
}

static void ring_free(struct xbpf_event *ev)
{
	struct ring_event *re = ring_event_of(ev);

	irq_work_sync(&re->wakeup);
	if (!re->ring)
		return;
	vfree(re->ring->page);
	kfree(re->ring);
}

static int ring_enable(struct xbpf_event *ev)
{
	return 0;
}

static void ring_disable(struct xbpf_event *ev)
{
}

const struct xbpf_event_source xbpf_ring_source = {
	.name		= "bpf_output",
	.size		= sizeof(struct ring_event),
	.prog_type	= XBPF_PROG_TYPE_UNSPEC,
	.open		= ring_open,
	.free		= ring_free,
	.enable		= ring_enable,
	.disable	= ring_disable,
	.mmap		= ring_mmap,
	.poll		= ring_poll,
};
