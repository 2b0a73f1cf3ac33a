// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match against a list that is searched from end to end, and what
 * bpf(2) says of wrong keys and sizes.
 */
#include "maps/maps.h"
#include "unit/map_test.h"

#define LPM_TRIE	XBPF_MAP_TYPE_LPM_TRIE
#define MAX_MODEL	512
#define MAX_BYTES	16

struct key {
	u32 prefixlen;
	u8 bytes[MAX_BYTES];
};

static struct {
	struct key key;
	u64 value;
	int used;
} model[MAX_MODEL];

static u32 bytes;
static u64 seed = 0x19a7;

static struct xbpf_map *new_trie(u32 nr_bytes, u32 entries)
{
	bytes = nr_bytes;
	memset(model, 0, sizeof(model));
	return new_map(LPM_TRIE, 4 + bytes, 8, entries, XBPF_F_NO_PREALLOC);
}

/* Few different bits, so that prefixes share. */
static struct key some_key(void)
{
	struct key key = { .prefixlen = chance(&seed) % (8 * bytes + 1) };
	u32 i;

	for (i = 0; i < bytes; i++)
		key.bytes[i] = chance(&seed) % 3 ? 0 : chance(&seed);
	return key;
}

static int bits_equal(const struct key *a, const struct key *b, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if ((a->bytes[i / 8] ^ b->bytes[i / 8]) & (0x80 >> i % 8))
			return 0;
	return 1;
}

static int model_find(const struct key *key)
{
	int i;

	for (i = 0; i < MAX_MODEL; i++)
		if (model[i].used && model[i].key.prefixlen == key->prefixlen &&
		    bits_equal(&model[i].key, key, key->prefixlen))
			return i;
	return -1;
}

static int model_match(const struct key *key)
{
	int i, best = -1;

	for (i = 0; i < MAX_MODEL; i++) {
		const struct key *k = &model[i].key;

		if (!model[i].used || k->prefixlen > key->prefixlen ||
		    !bits_equal(k, key, k->prefixlen))
			continue;
		if (best < 0 || k->prefixlen > model[best].key.prefixlen)
			best = i;
	}
	return best;
}

static long model_update(const struct key *key, u64 value, u64 flags)
{
	int i = model_find(key);

	if (i >= 0 && flags == XBPF_NOEXIST)
		return -EEXIST;
	if (i < 0 && flags == XBPF_EXIST)
		return -ENOENT;
	for (i = max(i, 0); i < MAX_MODEL && model[i].used &&
	     !(model[i].key.prefixlen == key->prefixlen &&
	       bits_equal(&model[i].key, key, key->prefixlen)); i++)
		;
	if (i == MAX_MODEL)
		return -ENOSPC;
	model[i].key = *key;
	model[i].value = value;
	model[i].used = 1;
	return 0;
}

static long model_remove(const struct key *key)
{
	int i = model_find(key);

	if (i < 0)
		return -ENOENT;
	model[i].used = 0;
	return 0;
}

static int lookup_agrees(struct xbpf_map *map, const struct key *key)
{
	u64 *value = map->ops->lookup(map, key);
	int i = model_match(key);

	return i < 0 ? !value : value && *value == model[i].value;
}

/* Every key comes once, and none before a longer one that it is a prefix of. */
static int walk_agrees(struct xbpf_map *map)
{
	static struct key seen[MAX_MODEL];
	struct key key, next;
	int nr = 0, i, used = 0;
	long err = map_next(map, NULL, &next);

	for (; !err && nr < MAX_MODEL; err = map_next(map, &key, &next)) {
		key = next;
		if (model_find(&key) < 0)
			return 0;
		for (i = 0; i < nr; i++)
			if (seen[i].prefixlen < key.prefixlen &&
			    bits_equal(&seen[i], &key, seen[i].prefixlen))
				return 0;
		seen[nr++] = key;
	}
	for (i = 0; i < MAX_MODEL; i++)
		used += model[i].used;
	return nr == used;
}

static void test_model(u32 nr_bytes)
{
	struct xbpf_map *map = new_trie(nr_bytes, MAX_MODEL);
	u32 bad_update = 0, bad_remove = 0, bad_lookup = 0, bad_walk = 0, i;

	for (i = 0; i < 20000; i++) {
		struct key key = some_key();
		u64 value = chance(&seed), flags = chance(&seed) % 3;

		if (chance(&seed) % 2)
			bad_update += map_update(map, &key, &value, flags) !=
				      model_update(&key, value, flags);
		else
			bad_remove += map_remove(map, &key) !=
				      model_remove(&key);
		key = some_key();
		bad_lookup += !lookup_agrees(map, &key);
		if (!(i % 1000))
			bad_walk += !walk_agrees(map);
	}
	is(bad_update, 0, "%u bytes: updates", bytes);
	is(bad_remove, 0, "%u bytes: removals", bytes);
	is(bad_lookup, 0, "%u bytes: look-ups", bytes);
	is(bad_walk, 0, "%u bytes: walks", bytes);
	xbpf_map_free(map);
}

static void test_room(void)
{
	struct xbpf_map *map = new_trie(4, 2);
	struct key a = { 8, { 10 } }, b = { 8, { 11 } }, c = { 8, { 12 } };
	u64 value = 1;

	is(map_update(map, &a, &value, 0), 0, "first");
	is(map_update(map, &b, &value, 0), 0, "second");
	is(map_update(map, &c, &value, 0), -ENOSPC, "no room");
	is(map_update(map, &a, &value, 0), 0, "what is there may change");
	is(map_remove(map, &a), 0, "remove");
	is(map_update(map, &c, &value, 0), 0, "room again");
	xbpf_map_free(map);
}

static void test_errors(void)
{
	struct xbpf_map *map = new_trie(4, 8);
	struct key key = { 33, { 0 } };
	u64 value = 0;

	is(map_update(map, &key, &value, 0), -EINVAL, "33 bits of 32");
	is(map_remove(map, &key), -EINVAL, "33 bits removed");
	ok(!map->ops->lookup(map, &key), "33 bits looked up");
	is(map_next(map, &key, &key), -ENOENT, "none in an empty trie");
	key.prefixlen = 32;
	is(map_update(map, &key, &value, 3), -EINVAL, "bad flags");
	is(map_update(map, &key, &value, XBPF_EXIST), -ENOENT, "EXIST");
	key.prefixlen = 0;
	is(map_update(map, &key, &value, XBPF_NOEXIST), 0, "no bits");
	ok(map->ops->lookup(map, &key), "found by no bits");
	xbpf_map_free(map);
}

static void test_create(u32 key, u32 value, u32 entries, u32 flags,
			const char *what)
{
	union xbpf_attr attr = {
		.map_type = LPM_TRIE, .key_size = key, .value_size = value,
		.max_entries = entries, .map_flags = flags,
	};
	struct xbpf_map *map = xbpf_map_alloc(&attr);

	is(PTR_ERR_OR_ZERO(map), -EINVAL, "%s", what);
	if (!IS_ERR(map))
		xbpf_map_free(map);
}

int main(void)
{
	long live = xbpf_host_alloc_live();

	test_create(8, 8, 8, 0, "preallocated");
	test_create(4, 8, 8, XBPF_F_NO_PREALLOC, "no bits");
	test_create(261, 8, 8, XBPF_F_NO_PREALLOC, "257 bytes");
	test_create(8, 0, 8, XBPF_F_NO_PREALLOC, "no value");
	test_create(8, 8, 0, XBPF_F_NO_PREALLOC, "no entries");
	test_create(8, 8, 8, XBPF_F_NO_PREALLOC | XBPF_F_MMAPABLE, "mmapable");
	test_errors();
	test_room();
	test_model(1);
	test_model(4);
	test_model(16);
	is(xbpf_host_alloc_live(), live, "nothing left");
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
