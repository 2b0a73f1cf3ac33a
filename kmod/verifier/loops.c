// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pass 5: loops, and which of them lie in which.
 *
 * Requires blocks. Afterwards block->head says where loops are entered, and
 * block->loop which loop a block is in: 1 + the block that is its head, 0: none.
 * A loop with several entries is none here: its rounds are walked one by one.
 *
 * Not trusted: walk and attempts only ask it where to try something, and which
 * blocks a path leaves a loop by. Tarjan's intervals: heads innermost first, each
 * collapsing its body, so that the time is almost linear.
 */
#include "verifier/priv.h"

#define UNSEEN	0

/*
 * What the pass needs of each block while it runs.
 * @pre: number in the order in which a depth-first search meets blocks, from 1
 * @last: the largest @pre below it in the search tree
 * @rep: what it was collapsed into
 * @next: next successor to follow; then: mark of the head that has met it
 */
struct node {
	u32 pre, last, rep, next;
};

struct forest {
	struct node *node;
	u32 *order;		/* blocks by @pre, from [1] */
	u32 *stack;
	u32 *pred_start, *pred;
	u32 nr;
};

static void forest_free(struct forest *f)
{
	kvfree(f->node);
	kvfree(f->order);
	kvfree(f->stack);
	kvfree(f->pred_start);
	kvfree(f->pred);
}

static int forest_init(const struct xbpf_venv *env, struct forest *f)
{
	u32 n = env->nr_blocks, i, s;

	f->node = kvcalloc(n, sizeof(*f->node), GFP_KERNEL_ACCOUNT);
	f->order = kvcalloc(n + 1, sizeof(u32), GFP_KERNEL_ACCOUNT);
	f->stack = kvcalloc(n, sizeof(u32), GFP_KERNEL_ACCOUNT);
	f->pred_start = kvcalloc(n + 2, sizeof(u32), GFP_KERNEL_ACCOUNT);
	f->pred = kvcalloc(2 * n, sizeof(u32), GFP_KERNEL_ACCOUNT);
	if (!f->node || !f->order || !f->stack || !f->pred_start || !f->pred)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		for (s = 0; s < env->block[i].nr_succ; s++)
			f->pred_start[env->block[i].succ[s] + 2]++;
	for (i = 2; i < n + 2; i++)
		f->pred_start[i] += f->pred_start[i - 1];
	for (i = 0; i < n; i++) {
		f->node[i].rep = i;
		for (s = 0; s < env->block[i].nr_succ; s++)
			f->pred[f->pred_start[env->block[i].succ[s] + 1]++] = i;
	}
	return 0;
}

static void meet(struct forest *f, u32 block)
{
	f->node[block].pre = ++f->nr;
	f->order[f->nr] = block;
}

/* Numbers what can be reached from @root. */
static void search(const struct xbpf_venv *env, struct forest *f, u32 root)
{
	u32 depth = 0;

	meet(f, root);
	f->stack[depth++] = root;
	while (depth) {
		u32 at = f->stack[depth - 1];
		struct node *n = &f->node[at];
		const struct xbpf_block *b = &env->block[at];

		if (n->next == b->nr_succ) {
			n->last = f->nr;
			n->next = 0;
			depth--;
			continue;
		}
		at = b->succ[n->next++];
		if (f->node[at].pre != UNSEEN)
			continue;
		meet(f, at);
		f->stack[depth++] = at;
	}
}

static int is_below(const struct forest *f, u32 block, u32 head)
{
	return f->node[head].pre <= f->node[block].pre &&
	       f->node[block].pre <= f->node[head].last;
}

static u32 find(struct forest *f, u32 block)
{
	while (f->node[block].rep != block) {
		f->node[block].rep = f->node[f->node[block].rep].rep;
		block = f->node[block].rep;
	}
	return block;
}

/* @block, as what it was collapsed into, is in the body; meets it once. */
static u32 body_add(struct forest *f, u32 head, u32 block, u32 nr)
{
	block = find(f, block);
	if (block == head || f->node[block].next == head + 1)
		return nr;
	f->node[block].next = head + 1;
	f->stack[nr] = block;
	return nr + 1;
}

/* The blocks from which back edges lead to @head, on f->stack. */
static u32 latches(struct xbpf_venv *env, struct forest *f, u32 head)
{
	u32 i, nr = 0;

	for (i = f->pred_start[head]; i < f->pred_start[head + 1]; i++) {
		if (!f->node[f->pred[i]].pre || !is_below(f, f->pred[i], head))
			continue;
		env->block[head].head = 1;	/* itself, maybe: no body */
		nr = body_add(f, head, f->pred[i], nr);
	}
	return nr;
}

static void find_body(struct xbpf_venv *env, struct forest *f, u32 head)
{
	u32 nr = latches(env, f, head), done, i;

	for (done = 0; done < nr; done++) {
		u32 at = f->stack[done];

		for (i = f->pred_start[at]; i < f->pred_start[at + 1]; i++) {
			u32 from = find(f, f->pred[i]);

			if (!f->node[from].pre)
				continue;
			if (is_below(f, from, head))
				nr = body_add(f, head, from, nr);
			else
				env->block[head].head = 0;
		}
	}
	for (i = 0; i < nr; i++) {
		f->node[f->stack[i]].rep = head;
		env->block[f->stack[i]].loop = head + 1;
	}
}

/**
 * xbpf_in_loop - is a block in the loop of a head?
 * @env: the verification
 * @block: index
 * @head: index of the head, which is in its loop
 */
int xbpf_in_loop(const struct xbpf_venv *env, u32 block, u32 head)
{
	while (block != head && env->block[block].loop)
		block = env->block[block].loop - 1;
	return block == head;
}

int xbpf_pass_loops(struct xbpf_venv *env)
{
	struct forest f = { 0 };
	int err = forest_init(env, &f);
	u32 i;

	for (i = 0; !err && i < env->nr_subs; i++)
		search(env, &f, env->sub[i].first_block);
	for (i = f.nr; !err && i; i--)
		find_body(env, &f, f.order[i]);
	forest_free(&f);
	return err;
}
