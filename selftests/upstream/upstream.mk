# SPDX-License-Identifier: GPL-2.0-only
#
# Programs of the kernel's own test suite, out of Debian's source package, unmodified.
# Called by the Makefile from the checkout's root, after the host library was built.
#
#   $(U)/test_verifier           for a guest, over the preload library
#   $(U)/host{,-san}/test_verifier   linked with the core: host.c answers bpf(2)
#   $(U)/{maps,lru_map,lpm_map}  for a guest: test_maps and so on, test by test (each.h)
#   $(U)/test_verifier.cases     what its cases ask for, by cases.c
#   $(B)/fuzz/seeds/upstream-*   the programs that they load (target seeds), by dump.c
#   $(U)/vmlinux.btf             types of the first kernel of the list

B	:= $(if $(BUILD),$(BUILD),build)
U	:= $(B)/upstream
CC	?= gcc
SOURCE	:= linux-source-6.1
TAR	:= /usr/src/$(SOURCE).tar.xz
TOOLS	:= $(U)/$(SOURCE)/tools
BPF	:= $(TOOLS)/testing/selftests/bpf
PARTS	:= testing/selftests/bpf include arch/x86/include

# -w: what upstream's sources warn of is not for us to change.
flags	:= -O1 -g -w -I$(BPF) -I$(TOOLS)/include -I$(TOOLS)/include/uapi
libs	:= -lbpf -lelf -lz -lpthread -ldl
ours	:= -O2 -g -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Ikmod -Iuapi -Iuser
flags-host-san := -fsanitize=address,undefined

verifier := $(U)/test_verifier.o $(U)/cap_helpers.o

all: $(U)/test_verifier $(U)/host/test_verifier $(U)/host-san/test_verifier
all: $(U)/test_verifier.cases $(U)/vmlinux.btf
all: $(U)/maps $(U)/lru_map $(U)/lpm_map

$(TAR):
	@echo "$@ is missing: make bootstrap" >&2; exit 1

# The list of the files with cases is made as upstream's Makefile makes it.
$(U)/unpacked: $(TAR) selftests/upstream/upstream.mk
	@echo "  UNPACK  $(SOURCE)"
	@rm -rf $(U) && mkdir -p $(U)
	@tar -xJf $(TAR) -C $(U) $(PARTS:%=$(SOURCE)/tools/%)
	@cd $(BPF)/verifier && { echo '#ifdef FILL_ARRAY'; \
		printf '#include "%s"\n' *.c; echo '#endif'; } > tests.h
	@touch $@

$(U)/%.o: $(U)/unpacked
	@echo "  CC      $@"
	@$(CC) $(flags) -c -o $@ $(BPF)/$*.c
$(U)/test_verifier: $(verifier)
	@echo "  LD      $@"
	@$(CC) -rdynamic -o $@ $^ $(libs)

# Tests of map_tests/ but those that want a generated skeleton.
map-tests := array_map_batch_ops htab_map_batch_ops lpm_trie_map_batch_ops \
	     map_in_map_batch_ops sk_storage_map
$(U)/map_tests/tests.h: $(U)/unpacked
	@mkdir -p $(@D)
	@sed -n 's/^void test_\([a-z0-9_]*\)(void)$$/DEFINE_TEST(\1)/p' \
		$(map-tests:%=$(BPF)/map_tests/%.c) > $@

each := selftests/upstream/each.c selftests/upstream/each.h
$(U)/maps: more = $(map-tests:%=$(BPF)/map_tests/%.c) $(BPF)/testing_helpers.c
$(U)/maps: $(U)/map_tests/tests.h
$(U)/maps $(U)/lru_map $(U)/lpm_map: $(U)/%: selftests/upstream/%.c $(each) $(U)/unpacked
	@echo "  LD      $@"
	@$(CC) $(flags) -I$(U) -o $@ $< selftests/upstream/each.c $(more) $(libs)

$(U)/cases: selftests/upstream/cases.c $(U)/cap_helpers.o
	@echo "  LD      $@"
	@$(CC) $(flags) -o $@ $^ $(libs)
$(U)/test_verifier.cases: $(U)/cases
	@$(U)/cases > $@.new && mv $@.new $@

$(U)/host.o: selftests/upstream/host.c user/host/bpf_inproc.h $(U)/unpacked
	@echo "  CC      $@"
	@$(CC) $(ours) -c -o $@ $<
$(U)/%/test_verifier: $(verifier) $(U)/host.o $(B)/%/libxbpf-core.a
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) -rdynamic $(flags-$*) -o $@ $^ $(libs)

# Programs that test_verifier loads, for the fuzzer.
seeds: $(B)/fuzz/seeds/upstream-0000
$(B)/fuzz/seeds/upstream-0000: selftests/fuzz/upstream/dump.c $(verifier)
	@echo "  SEEDS   $(@D)"
	@mkdir -p $(@D)
	@$(CC) $(ours) -rdynamic -o $(U)/dump $^ $(libs)
	@FUZZ_SEEDS=$(@D) $(U)/dump > $(U)/dump.log 2>&1; test -e $@

$(U)/vmlinux.btf: $(B)/kernels/$(FIRST_KERNEL)/vmlinuz scripts/vmlinux-btf $(U)/unpacked
	@echo "  GEN     $@"
	@scripts/vmlinux-btf $< $@.new && mv $@.new $@
$(B)/kernels/%/vmlinuz:
	@selftests/vm/fetch $*

.PHONY: all seeds
.DELETE_ON_ERROR:
