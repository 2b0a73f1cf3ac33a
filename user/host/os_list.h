/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists under the kernel's names: list_head, hlist, hlist_nulls, and their RCU
 * forms. Included by os_host.h only.
 */
#ifndef XBPF_OS_LIST_H
#define XBPF_OS_LIST_H

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

struct hlist_nulls_node {
	struct hlist_nulls_node *next, **pprev;
};

struct hlist_nulls_head {
	struct hlist_nulls_node *first;
};

/* A stored pointer that lock-free readers follow. */
#define xbpf_host_publish(p, v)						\
	__atomic_store_n(&(p), (typeof(p))(v), __ATOMIC_RELEASE)
#define xbpf_host_follow(p)						\
	((typeof((p) + 0))__atomic_load_n(&(p), __ATOMIC_ACQUIRE))

/* ---- list_head ---- */

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define LIST_HEAD(name)		struct list_head name = LIST_HEAD_INIT(name)
#define LIST_POISON1		((void *)0x100)
#define LIST_POISON2		((void *)0x122)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline void xbpf_host_list_insert(struct list_head *node,
					 struct list_head *prev,
					 struct list_head *next)
{
	node->next = next;
	node->prev = prev;
	xbpf_host_publish(prev->next, node);
	next->prev = node;
}

static inline void xbpf_host_list_unlink(struct list_head *node)
{
	node->next->prev = node->prev;
	xbpf_host_publish(node->prev->next, node->next);
}

static inline void list_add(struct list_head *node, struct list_head *head)
{
	xbpf_host_list_insert(node, head, head->next);
}

static inline void list_add_tail(struct list_head *node, struct list_head *head)
{
	xbpf_host_list_insert(node, head->prev, head);
}

static inline void list_del(struct list_head *node)
{
	xbpf_host_list_unlink(node);
	node->next = LIST_POISON1;
	node->prev = LIST_POISON2;
}

static inline void list_del_init(struct list_head *node)
{
	xbpf_host_list_unlink(node);
	INIT_LIST_HEAD(node);
}

static inline void list_del_rcu(struct list_head *node)
{
	xbpf_host_list_unlink(node);
	node->prev = LIST_POISON2;
}

static inline void list_move(struct list_head *node, struct list_head *head)
{
	xbpf_host_list_unlink(node);
	list_add(node, head);
}

static inline void list_move_tail(struct list_head *node,
				  struct list_head *head)
{
	xbpf_host_list_unlink(node);
	list_add_tail(node, head);
}

static inline int list_empty(const struct list_head *head)
{
	return xbpf_host_follow(head->next) == head;
}

static inline int list_is_last(const struct list_head *node,
			       const struct list_head *head)
{
	return node->next == head;
}

static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

static inline void list_splice_init(struct list_head *list,
				    struct list_head *head)
{
	if (list_empty(list))
		return;
	list->next->prev = head;
	list->prev->next = head->next;
	head->next->prev = list->prev;
	head->next = list->next;
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list,
					 struct list_head *head)
{
	list_splice_init(list, head->prev);
}

#define list_add_rcu(n, h)		list_add(n, h)
#define list_add_tail_rcu(n, h)		list_add_tail(n, h)
#define list_entry(p, t, m)		container_of(p, t, m)
#define list_first_entry(h, t, m)	list_entry((h)->next, t, m)
#define list_last_entry(h, t, m)	list_entry((h)->prev, t, m)
#define list_next_entry(p, m)		list_entry((p)->m.next, typeof(*(p)), m)
#define list_prev_entry(p, m)		list_entry((p)->m.prev, typeof(*(p)), m)
#define list_first_entry_or_null(h, t, m)				\
	(list_empty(h) ? NULL : list_first_entry(h, t, m))
#define list_for_each(p, h)						\
	for (p = (h)->next; p != (h); p = p->next)
#define list_for_each_safe(p, n, h)					\
	for (p = (h)->next, n = p->next; p != (h); p = n, n = p->next)
#define list_for_each_entry(p, h, m)					\
	for (p = list_first_entry(h, typeof(*p), m); &p->m != (h);	\
	     p = list_next_entry(p, m))
#define list_for_each_entry_reverse(p, h, m)				\
	for (p = list_last_entry(h, typeof(*p), m); &p->m != (h);	\
	     p = list_prev_entry(p, m))
#define list_for_each_entry_safe(p, n, h, m)				\
	for (p = list_first_entry(h, typeof(*p), m),			\
	     n = list_next_entry(p, m); &p->m != (h);			\
	     p = n, n = list_next_entry(n, m))
#define list_for_each_entry_rcu(p, h, m, ...)				\
	for (p = list_entry(xbpf_host_follow((h)->next), typeof(*p), m); \
	     &p->m != (h);						\
	     p = list_entry(xbpf_host_follow(p->m.next), typeof(*p), m))

/* ---- hlist ---- */

#define HLIST_HEAD_INIT		{ .first = NULL }
#define INIT_HLIST_HEAD(h)	((h)->first = NULL)

static inline void INIT_HLIST_NODE(struct hlist_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

static inline int hlist_unhashed(const struct hlist_node *node)
{
	return !node->pprev;
}

static inline int hlist_empty(const struct hlist_head *head)
{
	return !xbpf_host_follow(head->first);
}

static inline void hlist_add_head(struct hlist_node *node,
				  struct hlist_head *head)
{
	struct hlist_node *first = head->first;

	node->next = first;
	node->pprev = &head->first;
	xbpf_host_publish(head->first, node);
	if (first)
		first->pprev = &node->next;
}

static inline void hlist_del(struct hlist_node *node)
{
	xbpf_host_publish(*node->pprev, node->next);
	if (node->next)
		node->next->pprev = node->pprev;
	node->pprev = LIST_POISON2;
}

static inline void hlist_del_init(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	hlist_del(node);
	INIT_HLIST_NODE(node);
}

static inline void hlist_del_init_rcu(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	hlist_del(node);
	node->pprev = NULL;
}

#define hlist_add_head_rcu(n, h)	hlist_add_head(n, h)
#define hlist_del_rcu(n)		hlist_del(n)
#define hlist_entry(p, t, m)		container_of(p, t, m)
#define hlist_entry_safe(p, t, m)					\
	({ typeof(p) _p = (p); _p ? hlist_entry(_p, t, m) : NULL; })
#define hlist_for_each_entry(p, h, m)					\
	for (p = hlist_entry_safe((h)->first, typeof(*(p)), m); p;	\
	     p = hlist_entry_safe((p)->m.next, typeof(*(p)), m))
#define hlist_for_each_entry_safe(p, n, h, m)				\
	for (p = hlist_entry_safe((h)->first, typeof(*p), m);		\
	     p && ({ n = p->m.next; 1; });				\
	     p = hlist_entry_safe(n, typeof(*p), m))
#define hlist_for_each_entry_rcu(p, h, m, ...)				\
	for (p = hlist_entry_safe(xbpf_host_follow((h)->first),		\
				  typeof(*(p)), m); p;			\
	     p = hlist_entry_safe(xbpf_host_follow((p)->m.next),	\
				  typeof(*(p)), m))

/* ---- hlist_nulls: the end marker carries a number ---- */

#define NULLS_MARKER(v)		(1UL | ((unsigned long)(v) << 1))
#define INIT_HLIST_NULLS_HEAD(h, n)					\
	((h)->first = (struct hlist_nulls_node *)NULLS_MARKER(n))
#define hlist_nulls_entry(p, t, m)	container_of(p, t, m)

static inline int is_a_nulls(const struct hlist_nulls_node *ptr)
{
	return (unsigned long)ptr & 1;
}

static inline unsigned long get_nulls_value(const struct hlist_nulls_node *ptr)
{
	return (unsigned long)ptr >> 1;
}

static inline void hlist_nulls_add_head_rcu(struct hlist_nulls_node *node,
					    struct hlist_nulls_head *head)
{
	struct hlist_nulls_node *first = head->first;

	node->next = first;
	node->pprev = &head->first;
	xbpf_host_publish(head->first, node);
	if (!is_a_nulls(first))
		first->pprev = &node->next;
}

static inline void hlist_nulls_del_rcu(struct hlist_nulls_node *node)
{
	xbpf_host_publish(*node->pprev, node->next);
	if (!is_a_nulls(node->next))
		node->next->pprev = node->pprev;
	node->pprev = LIST_POISON2;
}

#define hlist_nulls_for_each_entry_rcu(p, pos, h, m)			\
	for (pos = xbpf_host_follow((h)->first);			\
	     !is_a_nulls(pos) &&					\
	     ({ p = hlist_nulls_entry(pos, typeof(*p), m); 1; });	\
	     pos = xbpf_host_follow(pos->next))
#define hlist_nulls_for_each_entry_safe(p, pos, h, m)			\
	for (pos = (h)->first;						\
	     !is_a_nulls(pos) &&					\
	     ({ p = hlist_nulls_entry(pos, typeof(*p), m);		\
		pos = pos->next; 1; });)

#endif
