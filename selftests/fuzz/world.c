// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory that programs find: maps, which are kept from case to case,
 * contexts, and a list of all that is there at the moment.
 */
#include "fuzz.h"

#define MAX_MAPS	128
#define MAX_ELEMENTS	8	/* of a map that are filled and listed */
#define CTX_ROOM	(1 << 16)
#define CTX_FILLED	1024

struct object objects[MAX_OBJECTS];
u32 nr_objects;

static u8 plain_ctx[CTX_ROOM] __aligned(16);
static struct xbpf_skb skb;
static struct xbpf_xdp xdp;
static struct xbpf_socket sock;
static u8 packet[512] __aligned(16);
static u8 buffer[WORLD_BUFFER] __aligned(16);	/* that a tracepoint lets change */

/* Those below are there as long as the case is. */
static u32 nr_lasting;

/* What is in every map of maps. */
struct xbpf_map *world_inner;

static struct {
	struct fuzz_map spec;
	struct xbpf_map *map;
} known[MAX_MAPS];
static u32 nr_known;

/* ---- maps ---- */

static void key_of(const struct xbpf_map *map, u32 i, u8 *key)
{
	memset(key, 0, map->key_size);
	memcpy(key, &i, min_t(u32, sizeof(i), map->key_size));
}

static int holds_bytes(const struct xbpf_map *map)
{
	return map->key_size && map->ops->lookup && map->ops->update &&
	       map->ops->holds == XBPF_MAP_HOLDS_BYTES;
}

static void fill_frozen(struct xbpf_map *map)
{
	u8 value[4096], key[256];
	u32 i;

	for (i = 0; i < map->value_size && i < sizeof(value); i++)
		value[i] = i % 3 ? i * 7 : 0;
	key_of(map, 0, key);
	map->ops->update(map, key, value, 0);
	map->frozen = 1;
}

static int fill_outer(struct xbpf_map *map)
{
	u8 key[256];
	void *old;
	int err = xbpf_map_set_inner(map, world_inner);

	if (err)
		return err;
	key_of(map, 0, key);
	return map->ops->swap_ptr(map, key, world_inner, 0, &old);
}

static int make_inner(void)
{
	union xbpf_attr attr = {
		.map_type = XBPF_MAP_TYPE_ARRAY, .key_size = 4,
		.value_size = 48, .max_entries = 1,
	};

	if (!world_inner)
		world_inner = xbpf_map_alloc(&attr);
	return IS_ERR(world_inner) ? -ENOMEM : 0;
}

static struct xbpf_map *make_map(const struct fuzz_map *m)
{
	union xbpf_attr attr = {
		.map_type = m->type, .key_size = m->key_size,
		.value_size = m->value_size, .max_entries = m->max_entries,
		.map_flags = m->map_flags << MAP_FLAGS_SHIFT,
	};
	struct xbpf_map *map;

	if (m->value_size > 4096)
		return ERR_PTR(-EINVAL);
	map = xbpf_map_alloc(&attr);
	if (IS_ERR(map))
		return map;
	if (map->ops->holds == XBPF_MAP_HOLDS_MAPS &&
	    (make_inner() || fill_outer(map)))
		return ERR_PTR(-EINVAL);
	if (m->frozen && holds_bytes(map))
		fill_frozen(map);
	return map;
}

struct xbpf_map *world_map(const struct fuzz_map *m)
{
	u32 i;

	for (i = 0; i < nr_known; i++)
		if (!memcmp(&known[i].spec, m, sizeof(*m)))
			return known[i].map;
	if (nr_known == MAX_MAPS)
		return ERR_PTR(-ENOSPC);
	known[nr_known].spec = *m;
	known[nr_known].map = make_map(m);
	return known[nr_known++].map;
}

static void take_inner(struct xbpf_map *map)
{
	u8 key[256];
	void *old;

	key_of(map, 0, key);
	map->ops->swap_ptr(map, key, NULL, 0, &old);
}

void world_free(void)
{
	struct xbpf_map *map;

	while (nr_known) {
		map = known[--nr_known].map;
		if (IS_ERR(map))
			continue;
		if (map->ops->holds == XBPF_MAP_HOLDS_MAPS)
			take_inner(map);
		xbpf_map_free(map);
	}
	if (world_inner)
		xbpf_map_free(world_inner);
	world_inner = NULL;
}

/* ---- contexts ---- */

static void fill(const struct fuzz_case *c, void *at, u32 size)
{
	u64 n;

	for (; size >= 8; size -= 8, at += 8) {
		n = fuzz_number(c);
		memcpy(at, &n, 8);
	}
	n = fuzz_number(c);
	memcpy(at, &n, size);
}

static int is_xdp(const struct xbpf_prog *prog)
{
	return prog->type == XBPF_PROG_TYPE_XDP;
}

static int is_skb(const struct xbpf_prog *prog)
{
	return !is_xdp(prog) && xbpf_prog_type_packets(prog->type);
}

void *world_ctx(const struct xbpf_prog *prog)
{
	return is_xdp(prog) ? (void *)&xdp : is_skb(prog) ? (void *)&skb :
		plain_ctx;
}

static u32 ctx_size(const struct xbpf_prog *prog)
{
	return is_xdp(prog) ? sizeof(xdp) : is_skb(prog) ? sizeof(skb) :
		min_t(u32, prog->max_ctx, CTX_ROOM);
}

struct world_packet world_packet(const struct xbpf_prog *prog)
{
	struct world_packet p = { .rights = xbpf_prog_type_packets(prog->type) };

	if (is_xdp(prog)) {
		p.meta = xdp.data_meta;
		p.data = xdp.data;
		p.end = xdp.data_end;
	} else if (is_skb(prog)) {
		p.meta = skb.data_meta;
		p.data = skb.data;
		p.end = skb.data_end;
	}
	return p;
}

/* Short packets, of which more or less can be addressed. */
static void fill_packet(const struct fuzz_case *c, struct xbpf_packet *p)
{
	u64 n = fuzz_number(c);

	fill(c, packet, sizeof(packet));
	*p = (struct xbpf_packet){
		.buf = packet, .size = sizeof(packet), .data = 128,
		.meta = 4 * fuzz_below(9),
		.linear = n < 200 ? n : fuzz_below(70), .mac = 128, .net = 142,
	};
	p->len = p->linear + (fuzz_below(4) ? 0 : fuzz_below(80));
}

static int has_buffer(const struct xbpf_prog *prog)
{
	return prog->type == XBPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE;
}

static void fill_buffer(const struct fuzz_case *c, const struct xbpf_prog *prog)
{
	const u64 first = (unsigned long)buffer;

	fill(c, buffer, prog->max_tp_access);
	memcpy(plain_ctx, &first, sizeof(first));
}

static void fill_ctx(const struct fuzz_case *c, const struct xbpf_prog *prog)
{
	if (is_xdp(prog)) {
		fill(c, &xdp.abi, sizeof(xdp.abi));
		fill_packet(c, &xdp.pkt);
		xbpf_xdp_sync(&xdp);
	} else if (is_skb(prog)) {
		fill(c, &sock, sizeof(sock));
		xbpf_socket_init(&sock);
		sock.sk = NULL;
		sock.is_full = fuzz_below(2);
		sock.is_tcp = fuzz_below(2);
		sock.is_listening = fuzz_below(2);
		fill(c, &skb.abi, sizeof(skb.abi));
		skb.abi.sk = fuzz_below(2) ? &sock.abi : NULL;
		fill_packet(c, &skb.pkt);
		xbpf_skb_sync(&skb);
	} else {
		fill(c, plain_ctx, min_t(u32, ctx_size(prog), CTX_FILLED));
		if (has_buffer(prog))
			fill_buffer(c, prog);
	}
}

/* ---- what is there ---- */

void world_add(u64 addr, u32 size, enum object_kind kind,
	       const struct xbpf_map *map)
{
	u32 i;

	for (i = 0; i < nr_objects; i++)
		if (objects[i].addr == addr && objects[i].kind == kind &&
		    objects[i].map == map)
			return;
	if (nr_objects == MAX_OBJECTS)
		return;
	objects[nr_objects++] = (struct object){
		.addr = addr, .size = size, .kind = kind, .map = map,
		.rdonly = kind == OBJECT_MAP || kind == OBJECT_KEY ||
			  (map && !xbpf_map_prog_may_write(map)),
	};
}

struct object *world_find(u64 addr, enum object_kind kind)
{
	u32 i;

	for (i = 0; i < nr_objects; i++)
		if (objects[i].addr == addr && objects[i].kind == kind)
			return &objects[i];
	return NULL;
}

void world_remove(struct object *o)
{
	*o = objects[--nr_objects];
}

u32 world_records(void)
{
	u32 i, n = 0;

	for (i = nr_lasting; i < nr_objects; i++)
		n += objects[i].kind == OBJECT_RECORD;
	return n;
}

/* Elements of arrays never move: programs may be given them at any time. */
static void list_values(struct xbpf_map *map)
{
	u8 key[256];
	void *value;
	u32 i;

	if (!map->ops->direct_value)
		return;
	for (i = 0; i < min_t(u32, map->max_entries, MAX_ELEMENTS); i++) {
		key_of(map, i, key);
		value = map->ops->lookup(map, key);
		if (value)
			world_add((unsigned long)value, map->value_size,
				  OBJECT_VALUE, map);
	}
}

static void list_inner(void)
{
	list_values(world_inner);
	world_add((unsigned long)world_inner, sizeof(u64), OBJECT_MAP, NULL);
}

static void list_sockets(void)
{
	world_add((unsigned long)&sock.abi, sizeof(sock.abi), OBJECT_SOCKET, NULL);
	world_add((unsigned long)&sock.tcp, sizeof(sock.tcp), OBJECT_TCP, NULL);
}

void world_begin_case(const struct fuzz_case *c, const struct xbpf_prog *prog)
{
	u32 i;

	nr_objects = 0;
	for (i = 0; i < prog->nr_maps; i++) {
		world_add((unsigned long)prog->maps[i], sizeof(u64), OBJECT_MAP,
			  NULL);
		if (holds_bytes(prog->maps[i]))
			list_values(prog->maps[i]);
		else if (prog->maps[i]->ops->holds == XBPF_MAP_HOLDS_MAPS)
			list_inner();
	}
	world_add((unsigned long)world_ctx(prog), ctx_size(prog), OBJECT_CTX,
		  NULL);
	if (is_skb(prog))
		list_sockets();
	/* No larger than a tracepoint must have it for this program. */
	if (has_buffer(prog))
		world_add((unsigned long)buffer, prog->max_tp_access,
			  OBJECT_BUFFER, NULL);
	nr_lasting = nr_objects;
}

static void fill_map(const struct fuzz_case *c, struct xbpf_map *map)
{
	u8 key[256], value[4096] = { 0 };
	void *at;
	u32 i;

	for (i = 0; i < min_t(u32, map->max_entries, 3); i++) {
		key_of(map, i, key);
		at = map->ops->lookup(map, key);
		if (!at && !map->ops->update(map, key, value, 0))
			at = map->ops->lookup(map, key);
		if (at && (i == 0 || fuzz_below(2)))
			fill(c, at, map->value_size);
	}
}

/* What was submitted is consumed. */
static void drain(struct xbpf_map *map)
{
	u64 *consumer = page_address(map->ops->mmap_page(map, 0));
	u64 *producer = page_address(map->ops->mmap_page(map, 1));

	*consumer = *producer;
}

void world_begin_run(const struct fuzz_case *c, const struct xbpf_prog *prog)
{
	u32 i;

	nr_objects = nr_lasting;
	for (i = 0; i < prog->nr_maps; i++) {
		struct xbpf_map *map = prog->maps[i];

		if (map->type == XBPF_MAP_TYPE_RINGBUF)
			drain(map);
		else if (holds_bytes(map) && !map->frozen)
			fill_map(c, map);
	}
	fill_ctx(c, prog);
}

/* Records of a run that was cut short. */
void world_end_run(void)
{
	u32 i;

	for (i = nr_lasting; i < nr_objects; i++)
		if (objects[i].kind == OBJECT_RECORD)
			xbpf_helper_ringbuf_discard(objects[i].addr, 0, 0, 0, 0);
	nr_objects = nr_lasting;
}
