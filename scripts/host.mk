# SPDX-License-Identifier: GPL-2.0-only
#
# Everything that runs in user space. Called by the Makefile under a lock, from the
# checkout's root; parts add files, never rules:
#
#   kmod/{vm,maps,btf,verifier,jit}/, user/host/  -> $(B)/host/libxbpf-core.a and,
#                       with ASan and UBSan, $(B)/host-san/libxbpf-core.a
#   selftests/{unit,insn,verifier}/*.c with main  -> $(B)/{host,host-san}/selftests/..
#   selftests/kernel/*.c with main                -> $(B)/selftests/kernel/
#   user/lib, user/preload, user/xbpf, user/tools -> $(B)/lib, $(B)/bin
#
# A test's directory may hold files without main: all its programs are linked with
# them. SKIP="a.c b.c" leaves sources out.

B	:= $(if $(BUILD),$(BUILD),build)
CC	?= gcc

core-dirs := kmod/vm kmod/maps kmod/btf kmod/verifier kmod/jit kmod/jit/x86 user/host
host-test-dirs := selftests/unit selftests/insn selftests/verifier

sources	 = $(filter-out $(SKIP),$(wildcard $(addsuffix /*.c,$(1))))
mains	 = $(if $(call sources,$(1)),$(shell grep -lE '^int main\>' $(call sources,$(1))))
rest	 = $(filter-out $(call mains,$(1)),$(call sources,$(1)))
objects	 = $(patsubst %.c,$(1)/%.o,$(2))

includes := -Ikmod -Iuapi -Iuser -Iuser/lib -Iselftests
warnings := -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
	    -Wno-missing-field-initializers -Wstrict-prototypes \
	    -Wmissing-prototypes -Wdeclaration-after-statement
# The kernel's dialect, so that the core means the same in both its homes.
dialect	 := -std=gnu11 -fno-strict-aliasing -fno-strict-overflow -fno-common
CFLAGS	 ?= -O2 -g
flags	 := $(CFLAGS) $(dialect) $(warnings) $(WERROR) $(includes)
sanitize := -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	    -fno-omit-frame-pointer

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
	$$(call compile,$(2))
$(B)/$(1)/libxbpf-core.a: $(call objects,$(B)/$(1),$(core))
	$$(archive)
$(foreach d,$(host-test-dirs),$(foreach m,$(call mains,$(d)),
$(B)/$(1)/$(m:.c=): $(call objects,$(B)/$(1),$(m) $(call rest,$(d))) $(B)/$(1)/libxbpf-core.a
	$$(call link,$(2),$(LIBBPF))
tests-$(1) += $(B)/$(1)/$(m:.c=)
))
core-targets += $(if $(core),$(B)/$(1)/libxbpf-core.a)
endef
$(eval $(call flavour,host,))
$(eval $(call flavour,host-san,$(sanitize)))

# Tools on the core.
define tool
$(B)/bin/$(notdir $(1:.c=)): $(call objects,$(B)/host,$(1) $(call rest,user/tools)) \
		$(B)/host/libxbpf-core.a
	$$(call link,,$(LIBBPF))
targets += $(B)/bin/$(notdir $(1:.c=))
endef
$(foreach t,$(call mains,user/tools),$(eval $(call tool,$(t))))

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

# Programs that test the module from user space, in a guest.
define guest-test
$(B)/selftests/kernel/$(notdir $(1:.c=)): \
		$(call objects,$(B)/user,$(1) $(call rest,selftests/kernel)) \
		$(if $(lib-objects),$(B)/lib/libxbpf.a)
	$$(call link,,$(LIBBPF))
guest-tests += $(B)/selftests/kernel/$(notdir $(1:.c=))
endef
$(foreach t,$(call mains,selftests/kernel),$(eval $(call guest-test,$(t))))

.PHONY: all core targets tests-host tests-host-san guest-tests
core: $(core-targets)
targets: $(core-targets) $(targets)
tests-host: $(tests-host)
tests-host-san: $(tests-host-san)
guest-tests: $(guest-tests)

-include $(shell find $(B)/host $(B)/host-san $(B)/user -name '*.d' 2>/dev/null)
