# SPDX-License-Identifier: GPL-2.0-only
#
# Everything that runs in user space. Called by the Makefile under a lock, from the
# checkout's root; parts add files, never rules:
#
#   kmod/{vm,maps,btf,verifier,jit}/, user/host/  -> $(B)/host/libxbpf-core.a and,
#                       with ASan and UBSan, $(B)/host-san/libxbpf-core.a
#   selftests/{unit,insn,verifier,fuzz,tools}/*.c -> $(B)/{host,host-san}/selftests/
#   selftests/kernel/*.c                          -> $(B)/selftests/kernel/
#   selftests/demo/*.c                            -> $(B)/demo/
#   selftests/bench/*.c, selftests/bench/guest/*.c -> $(B)/bench/, $(B)/bench/guest/
#   *.bpf.c in the last two                       -> x.bpf.o and x.skel.h there
#   selftests/fuzz/*.c        -> $(B)/fuzz/target, for libFuzzer
#   user/lib, user/preload, user/xbpf, user/tools -> $(B)/lib, $(B)/bin
#
# A program is a file with main; all programs of a directory are linked with its files
# that have none. SKIP="a.c b.c" leaves sources out.

B	:= $(if $(BUILD),$(BUILD),build)
CC	?= gcc

core-dirs := kmod/vm kmod/maps kmod/btf kmod/verifier kmod/jit kmod/jit/x86 user/host
host-test-dirs := selftests/unit selftests/insn selftests/verifier selftests/fuzz selftests/tools

# Files of other directories that the programs of one need.
also-selftests/fuzz := selftests/verifier/asm.c selftests/verifier/load.c \
	selftests/verifier/types.c selftests/verifier/known.c

sources	 = $(filter-out $(SKIP) %.bpf.c,$(wildcard $(addsuffix /*.c,$(1))))
mains	 = $(if $(call sources,$(1)),$(shell grep -lE '^int main\>' $(call sources,$(1))))
rest	 = $(filter-out $(call mains,$(1)),$(call sources,$(1)))
objects	 = $(patsubst %.c,$(1)/%.o,$(2))

includes := -Ikmod -Iuapi -Iuser -Iuser/lib -Iselftests
warnings := -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
	    -Wno-missing-field-initializers -Wstrict-prototypes \
	    -Wmissing-prototypes -Wdeclaration-after-statement
warnings += -Werror=implicit-function-declaration -Werror=incompatible-pointer-types
# The kernel's dialect, so that the core means the same in both its homes.
dialect	 := -std=gnu11 -fno-strict-aliasing -fno-strict-overflow -fno-common
CFLAGS	 ?= -O2 -g
flags	  = $(CFLAGS) $(dialect) $(warnings) $(WERROR) $(includes)
flags-host-san := -fsanitize=address,undefined -fno-sanitize-recover=undefined \
		  -fno-omit-frame-pointer
flags-host-tsan := -fsanitize=thread

LIBBPF	 := -lbpf -lelf -lz

core	 := $(call sources,$(core-dirs))
targets	 :=

all: targets

define compile
@mkdir -p $(@D)
@echo "  CC      $@"
@$(CC) $(flags) $(1) -MMD -MP -c -o $@ $<
endef
define link
@mkdir -p $(@D)
@echo "  LD      $@"
@$(CC) $(CFLAGS) $(1) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(2) -lpthread -ldl -lm
endef
define archive
@mkdir -p $(@D)
@rm -f $@
@echo "  AR      $@"
@ar rcs $@ $(filter %.o,$^)
endef

# The core in its two flavours, and the tests that run on the host.
define flavour
$(B)/$(1)/%.o: %.c scripts/host.mk
	$$(call compile,$$(flags-$(1)))
$(B)/$(1)/libxbpf-core.a: $(call objects,$(B)/$(1),$(core))
	$$(archive)
$(foreach d,$(host-test-dirs),$(foreach m,$(call mains,$(d)),
$(B)/$(1)/$(m:.c=): $(call objects,$(B)/$(1),$(m) $(call rest,$(d)) $(also-$(d))) \
		$(B)/$(1)/libxbpf-core.a
	$$(call link,$$(flags-$(1)),$(LIBBPF))
tests-$(1) += $(B)/$(1)/$(m:.c=)
))
core-targets += $(if $(core),$(B)/$(1)/libxbpf-core.a)
endef
$(eval $(call flavour,host))
$(eval $(call flavour,host-san))
$(eval $(call flavour,host-tsan))

# A proof by exhaustion: value_random runs the same code under sanitizers.
$(B)/host-san/selftests/unit/value_exhaustive.o: flags-host-san :=

# Sanitizers change the order of draws in an expression, and so the programs.
drawn := $(wildcard selftests/fuzz/generate*.c selftests/fuzz/fragment*.c selftests/fuzz/known.c)
$(call objects,$(B)/host-san,$(drawn)): flags-host-san :=

# The core and the oracle for libFuzzer, by clang: selftests/fuzz/fuzz.
fuzz-objects := $(call objects,$(B)/fuzz,$(core) $(call rest,selftests/fuzz) \
	$(also-selftests/fuzz))
$(B)/fuzz/%.o $(B)/fuzz/target: CC = $(CLANG)
$(B)/fuzz/%.o: %.c scripts/host.mk
	$(call compile,-fsanitize=fuzzer-no-link$(FUZZ_SAN:%=$(,)%))
$(B)/fuzz/libxbpf-core.a: $(call objects,$(B)/fuzz,$(core))
	$(archive)
$(B)/fuzz/target: $(filter $(B)/fuzz/selftests/%,$(fuzz-objects)) $(B)/fuzz/libxbpf-core.a
	$(call link,-fsanitize=fuzzer$(FUZZ_SAN:%=$(,)%),$(LIBBPF))

# The kernel of the verifier's cases is types in an object file.
kernel-types := $(B)/selftests/verifier/kernel.bpf.o
$(kernel-types): selftests/verifier/kernel.bpf.c
	@mkdir -p $(@D)
	@echo "  CLANG   $@"
	@$(CLANG) -target bpf -O1 -g -c -o $@ $<
types-objects := $(foreach f,host host-san fuzz,$(B)/$(f)/selftests/verifier/types.o)
$(types-objects): $(kernel-types)
$(types-objects): includes += -DKERNEL_OBJECT='"$(kernel-types)"'

# Tools on the core.
define tool
$(B)/bin/$(notdir $(1:.c=)): $(call objects,$(B)/host,$(1) $(call rest,user/tools)) \
		$(B)/host/libxbpf-core.a
	$$(call link,,$(LIBBPF))
targets += $(B)/bin/$(notdir $(1:.c=))
endef
$(foreach t,$(call mains,user/tools),$(eval $(call tool,$(t))))

# Benchmarks of the core.
define bench
$(B)/bench/$(notdir $(1:.c=)): $(call objects,$(B)/host,$(1)) $(B)/host/libxbpf-core.a
	$$(call link,)
bench-programs += $(B)/bench/$(notdir $(1:.c=))
endef
$(foreach b,$(call mains,selftests/bench),$(eval $(call bench,$(b))))

# What users install. All of it is position independent.
$(B)/user/%.o: %.c scripts/host.mk
	$(call compile,-fPIC)

lib-objects	:= $(call objects,$(B)/user,$(call sources,user/lib))
preload-objects	:= $(call objects,$(B)/user,$(call sources,user/preload))
xbpf-objects	:= $(call objects,$(B)/user,$(call sources,user/xbpf))

$(B)/lib/libxbpf.a: $(lib-objects)
	$(archive)
$(B)/lib/libxbpf.so: $(lib-objects)
	$(call link,-shared -Wl$(,)-soname$(,)libxbpf.so)
$(B)/lib/libxbpf-preload.so: $(preload-objects) $(if $(lib-objects),$(B)/lib/libxbpf.a)
	$(call link,-shared -Wl$(,)-soname$(,)libxbpf-preload.so)
$(B)/bin/xbpf: $(xbpf-objects) $(if $(lib-objects),$(B)/lib/libxbpf.a)
	$(call link,)
, := ,

targets += $(if $(lib-objects),$(B)/lib/libxbpf.a $(B)/lib/libxbpf.so)
targets += $(if $(preload-objects),$(B)/lib/libxbpf-preload.so)
targets += $(if $(xbpf-objects),$(B)/bin/xbpf)

# Programs on the module: $(2) is where those of directory $(1) go. BPF objects are
# made by clang; vmlinux.h is there for those that ask for it, from a kernel's own BTF.
define guest-program
$(2)/$(notdir $(3:.c=)): $(call objects,$(B)/user,$(3) $(call rest,$(1))) \
		$(if $(lib-objects),$(B)/lib/libxbpf.a)
	$$(call link,,$(LIBBPF))
guest-programs += $(2)/$(notdir $(3:.c=))
endef
define guest-directory
$(2)/%.bpf.o: $(1)/%.bpf.c scripts/host.mk | $(B)/include/vmlinux.h
	@mkdir -p $$(@D)
	@echo "  CLANG   $$@"
	@$(CLANG) -target bpf -O2 -g -Wall -D__TARGET_ARCH_x86 -I$(B)/include -Iuapi \
		-I/usr/include/$(shell uname -m)-linux-gnu -MMD -MP -c -o $$@ $$<
$(2)/%.skel.h: $(2)/%.bpf.o
	@echo "  SKEL    $$@"
	@$(BPFTOOL) gen skeleton $$< > $$@.new && mv $$@.new $$@
$(2)-bpf := $(patsubst $(1)/%.bpf.c,$(2)/%,$(filter-out $(SKIP),$(wildcard $(1)/*.bpf.c)))
$(call objects,$(B)/user,$(call sources,$(1))): includes += -I$(2)
$(call objects,$(B)/user,$(call sources,$(1))): | $$($(2)-bpf:%=%.skel.h)
.SECONDARY: $$($(2)-bpf:%=%.bpf.o)
bpf-objects += $$($(2)-bpf:%=%.bpf.o)
$(foreach m,$(call mains,$(1)),$(eval $(call guest-program,$(1),$(2),$(m))))
endef
CLANG	:= $(firstword $(shell command -v clang-14 clang) clang)
BPFTOOL	:= $(firstword $(shell command -v bpftool) /usr/sbin/bpftool)
$(eval $(call guest-directory,selftests/kernel,$(B)/selftests/kernel))
$(eval $(call guest-directory,selftests/demo,$(B)/demo))
$(eval $(call guest-directory,selftests/bench/guest,$(B)/bench/guest))

$(B)/include/vmlinux.h: $(B)/kernels/$(FIRST_KERNEL)/vmlinuz scripts/vmlinux-btf
	@mkdir -p $(@D)
	@echo "  GEN     $@"
	@scripts/vmlinux-btf $< $(@D)/vmlinux.btf
	@$(BPFTOOL) btf dump file $(@D)/vmlinux.btf format c > $@.new && mv $@.new $@
$(B)/kernels/%/vmlinuz:
	@selftests/vm/fetch $*

fuzz: $(B)/fuzz/target

.PHONY: all fuzz core targets tests-host tests-host-san guest-programs bench-programs
core: $(core-targets)
targets: $(targets)
tests-host: $(tests-host)
bench-programs: $(bench-programs)
tests-host-san: $(tests-host-san)
guest-programs: $(bpf-objects) $(guest-programs)

# Of every object that was ever built, in whichever flavour: none is stale.
-include $(shell find $(B)/host $(B)/host-san $(B)/host-tsan $(B)/fuzz $(B)/user $(B)/demo \
	$(B)/bench $(B)/selftests -name '*.d' 2>/dev/null)
