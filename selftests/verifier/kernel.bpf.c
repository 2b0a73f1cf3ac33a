// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel of the verifier's test cases, as far as its BTF goes: never run,
 * never linked. Names that the verifier knows are those of Linux, the rest is
 * made up to have every form of member.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define __tag(x)	__attribute__((btf_type_tag(#x)))
#define __used_name	__attribute__((used, noinline))

struct cred {
	u32 uid;
	u32 gid;
};

struct list_head {
	struct list_head *next, *prev;
};

union number {
	struct cred *cred;
	u64 word;
	u32 half[2];
};

struct mm_struct {
	struct {
		u64 start_brk;
		u64 brk;
	};
	struct list_head list;
	struct cred __tag(percpu) *counters;	/* 32 */
};

struct vm_area_struct {
	u64 vm_start;
	u64 vm_end;
	struct mm_struct *vm_mm;
};

/* Offsets are what the cases name. */
struct task_struct {
	u32 flags;			/* 0 */
	int pid;			/* 4 */
	struct task_struct *parent;	/* 8 */
	struct mm_struct *mm;		/* 16 */
	char comm[16];			/* 24 */
	u32 bits_a : 3;			/* 40 */
	u32 bits_b : 13;
	u16 tail;			/* 42 */
	u32 hole;			/* 44 */
	union number number;		/* 48 */
	struct list_head children;	/* 56 */
	struct cred pair[2];		/* 72 */
	struct cred __tag(user) *ucred;	/* 88 */
	const volatile struct cred *real_cred;	/* 96 */
	void *stack;			/* 104 */
	int (*hook)(int);		/* 112 */
	struct cred *creds[2];		/* 120 */
	struct cred __tag(rcu) *rcred;	/* 136 */
	struct task_struct *group_leader;	/* 144 */
};					/* 152 */

/* Begins with a task. */
struct thread {
	struct task_struct task;
	u64 more;
};

struct flexible {
	u32 nr;
	u32 pad;
	struct cred items[];
};

struct bytes {
	u32 len;
	u8 data[];
};

struct ends {
	u32 len;
	u32 last[2];
};

struct path {
	void *mnt;
	void *dentry;
};

struct file {
	u64 f_mode;
	struct path f_path;		/* 8 */
	struct file *next;		/* 24 */
	struct inode *f_inode;		/* 32 */
};

struct inode {
	u64 i_ino;
};

/* What the kernel's own tests are about. */
struct prog_test_member1 {
	int a;
};

struct prog_test_member {
	struct prog_test_member1 m;
	int c;
};

struct prog_test_ref_kfunc {
	int a;
	int b;
	struct prog_test_member memb;
	struct prog_test_ref_kfunc *next;
	int cnt;
};

struct prog_test_pass1 {
	int a;
	struct { int b; struct { int c; } d; } e[1];
};

/* Each begins with the one before. */
struct sock_common {
	u64 addresses;
};

struct sock {
	struct sock_common common;
	u32 mark;
};

struct tcp_sock {
	struct sock sk;
	u32 cwnd;
};

struct sock a_sock;

enum mode { MODE_OFF, MODE_ON };

typedef void (*btf_trace_sched_switch)(void *, u8, struct task_struct *,
				       struct task_struct *, u32);
typedef void (*btf_trace_numbers)(void *, int, int *, const char *, enum mode);


typedef void (*btf_trace_measured)(void *, double, u64, union number *);

btf_trace_measured tp_measured;
btf_trace_sched_switch tp_switch;
btf_trace_numbers tp_numbers;
struct thread a_thread;
struct flexible a_flexible;
struct bytes a_bytes;
struct ends an_end;
struct inode an_inode;
struct path a_path;
struct file a_file;
struct mm_struct a_mm;
struct vm_area_struct a_vma;
struct tcp_sock a_tcp_sock;

/* What tracing programs attach to. */
__used_name int do_task(struct task_struct *task, int nr, struct flexible *flex)
{
	return nr;
}

__used_name int vfs_getattr(struct path *path, int flags)
{
	return flags;
}

__used_name int filp_close(struct file *file, u64 id)
{
	return id;
}

__used_name int with_bytes(struct bytes *b, struct ends *e)
{
	return 0;
}

__used_name void do_nothing(void)
{
}

__used_name struct task_struct *find_thread(struct thread *t, u64 nr,
					    enum mode mode)
{
	return 0;
}

__used_name int many(int a, int b, int c, int d, int e)
{
	return a + b + c + d + e;
}

__used_name int with_float(float *f, double d)
{
	return 0;
}

/* Packets on their way in. */
struct sk_buff {
	u32 len;
};

struct xdp_buff {
	void *data;
};

__used_name int receive(struct sk_buff *skb, struct xdp_buff *xdp)
{
	return 0;
}

/* An iterator over tasks. */
struct seq_file {
	u64 count;
};

struct bpf_iter_meta {
	union {
		struct seq_file *seq;	/* 0 */
	};
	u64 session_id;
};

struct seq_file a_seq_file;

__used_name int bpf_iter_task(struct bpf_iter_meta *meta,
			      struct task_struct *task)
{
	return 0;
}

/* Prototypes of the programs' own global functions: see "func:" in .data files. */
#define __arg(x)	__attribute__((btf_decl_tag("arg:" #x)))
#define GLOBAL(proto)	__used_name proto { return 0; }

struct __sk_buff {
	u32 len;
};

struct bpf_dynptr {
	u64 opaque[2];
};

struct pt_regs {
	u64 r15;
};

struct bpf_raw_tracepoint_args {
	u64 args[1];
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
};

struct hidden;
struct empty { };

struct task_struct___old {
	int pid;
};

typedef struct pt_regs bpf_user_pt_regs_t;
typedef const struct cred cred_t;

GLOBAL(int g_number(int a, enum mode b))
GLOBAL(u64 g_bytes(cred_t *a))
GLOBAL(int g_word(int *a))
GLOBAL(int g_words(u64 *a, u64 *b __arg(nonnull)))
GLOBAL(int g_array(u64 (*a)[4]))
GLOBAL(int g_skb(struct __sk_buff *a, u32 b))
GLOBAL(int g_skb_word(struct __sk_buff *a, int *b))
GLOBAL(int g_regs(bpf_user_pt_regs_t *a))
GLOBAL(int g_ctx(void *a __arg(ctx)))
GLOBAL(int g_empty(struct empty *a))
GLOBAL(int g_const(const void *a))
GLOBAL(int g_ctx_raw(struct bpf_raw_tracepoint_args *a __arg(ctx)))
GLOBAL(int g_ctx_iter(struct bpf_iter__task *a __arg(ctx)))
GLOBAL(int g_ctx_named(struct cred *a __arg(ctx)))
GLOBAL(int g_ctx_word(u64 *a __arg(ctx)))
GLOBAL(int g_skb_tagged(struct __sk_buff *a __arg(ctx)))
GLOBAL(int g_ctx_number(u64 a __arg(ctx)))
GLOBAL(int g_ctx_trusted(void *a __arg(ctx) __arg(trusted)))
GLOBAL(int g_trusted(struct task_struct *a __arg(trusted)))
GLOBAL(int g_trusted_file(struct inode *a __arg(trusted)))
GLOBAL(int g_cred(struct cred *a __arg(trusted)))
GLOBAL(int g_flavour(struct task_struct___old *a __arg(trusted) __arg(nullable)))
GLOBAL(int g_stranger(struct hidden *a __arg(trusted)))
GLOBAL(int g_untrusted(struct task_struct *a __arg(untrusted)))
GLOBAL(int g_untrusted_bytes(char *a __arg(untrusted)))
GLOBAL(int g_nullable(int *a __arg(nullable)))
GLOBAL(int g_dynptr(struct bpf_dynptr *a))
GLOBAL(int g_arena(void *a __arg(arena)))
GLOBAL(int g_tag(void *a __arg(other)))
GLOBAL(int g_hidden(struct hidden *a))
GLOBAL(int g_struct(struct cred a))
GLOBAL(int *g_pointer(int a))
__used_name void g_void(int a) { }
static __used_name int s_number(int *a) { return *a; }

/* Kfuncs. */
#define KFUNC(name)	__used_name void name(void) { }
KFUNC(bpf_rcu_read_lock)
KFUNC(bpf_rcu_read_unlock)
KFUNC(bpf_preempt_disable)
KFUNC(bpf_preempt_enable)
KFUNC(bpf_task_acquire)
KFUNC(bpf_task_release)
KFUNC(bpf_task_from_pid)
KFUNC(bpf_rdonly_cast)
KFUNC(bpf_dynptr_from_skb)
KFUNC(bpf_dynptr_from_xdp)
KFUNC(bpf_dynptr_slice)
KFUNC(bpf_dynptr_slice_rdwr)
KFUNC(bpf_dynptr_adjust)
KFUNC(bpf_dynptr_is_null)
KFUNC(bpf_dynptr_is_rdonly)
KFUNC(bpf_dynptr_size)
KFUNC(bpf_dynptr_clone)
KFUNC(bpf_iter_num_new)
KFUNC(bpf_iter_num_next)
KFUNC(bpf_iter_num_destroy)
KFUNC(bpf_iter_bits_new)
KFUNC(bpf_iter_bits_next)
KFUNC(bpf_iter_bits_destroy)
KFUNC(bpf_iter_task_new)
KFUNC(bpf_iter_task_next)
KFUNC(bpf_iter_task_destroy)
KFUNC(bpf_no_such_kfunc)
KFUNC(bpf_kfunc_call_memb_acquire)
KFUNC(bpf_kfunc_call_test_destructive)
__used_name struct prog_test_ref_kfunc *
bpf_kfunc_call_test_acquire(unsigned long *scalar_ptr) { return 0; }
__used_name void bpf_kfunc_call_test_release(struct prog_test_ref_kfunc *p) { }
__used_name void bpf_kfunc_call_memb1_release(struct prog_test_member1 *p) { }
__used_name void bpf_kfunc_call_test_ref(struct prog_test_ref_kfunc *p) { }
__used_name struct prog_test_ref_kfunc *
bpf_kfunc_call_test_kptr_get(struct prog_test_ref_kfunc **pp, int a, int b) { return 0; }
__used_name int *
bpf_kfunc_call_test_get_rdwr_mem(struct prog_test_ref_kfunc *p, int size) { return 0; }
__used_name int *
bpf_kfunc_call_test_get_rdonly_mem(struct prog_test_ref_kfunc *p, int size) { return 0; }
__used_name int *
bpf_kfunc_call_test_acq_rdonly_mem(struct prog_test_ref_kfunc *p, int size) { return 0; }
__used_name void bpf_kfunc_call_int_mem_release(int *p) { }
__used_name void bpf_kfunc_call_test_pass_ctx(void *ctx) { }
__used_name void bpf_kfunc_call_test_pass1(struct prog_test_member *p) { }
__used_name void bpf_kfunc_call_test_mem_len_pass1(void *mem, int mem__sz) { }
__used_name void bpf_kfunc_call_test_mem_len_fail1(void *mem, int len) { }
__used_name void bpf_kfunc_call_test_fail2(int len) { }
__used_name u64 bpf_kfunc_call_test1(struct sock *sk, u32 a, u64 b, u32 c, u64 d) { return a; }
__used_name struct sock *bpf_kfunc_call_test3(struct sock *sk) { return sk; }
