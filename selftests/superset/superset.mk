# SPDX-License-Identifier: GPL-2.0-only
#
# What the comparison of verdicts needs. Called by the Makefile from the checkout's
# root, after the host library was built and, for the objects, upstream's sources were
# unpacked.
#
#   programs   $(S)/bin/: the recorder, for object files and to be preloaded; replay;
#              families, which makes programs of growing size
#   objects    $(S)/objects/: upstream's progs/*.c, compiled once

B	:= $(if $(BUILD),$(BUILD),build)
S	:= $(B)/superset
U	:= $(B)/upstream
CC	?= gcc
CLANG	:= $(firstword $(shell command -v clang-14 clang) clang)
BPFTOOL	:= $(firstword $(shell command -v bpftool) /usr/sbin/bpftool)
HERE	:= selftests/superset
BPF	:= $(U)/linux-source-6.1/tools/testing/selftests/bpf
UAPI	:= $(U)/linux-source-6.1/tools/include/uapi

flags	:= -O2 -g -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
	   -Wno-missing-field-initializers -fPIC -Ikmod -Iuapi -Iuser
system	:= $(shell $(CLANG) -v -E - < /dev/null 2>&1 | \
	   sed -n '/<...> search/,/^End/ s| \(/.*\)|-idirafter \1|p')
sources	:= $(wildcard $(BPF)/progs/*.c)
objects	:= $(sources:$(BPF)/progs/%.c=$(S)/objects/%.bpf.o)

programs: $(addprefix $(S)/bin/,librecord.so record-objects replay families)
objects: $(objects)

$(S)/bin/%.o: $(HERE)/%.c $(HERE)/record.h $(HERE)/recording.h $(HERE)/superset.mk
	@mkdir -p $(@D)
	@echo "  CC      $@"
	@$(CC) $(flags) -c -o $@ $<
$(S)/bin/librecord.so: $(S)/bin/record.o $(S)/bin/recording.o
	@echo "  LD      $@"
	@$(CC) -shared -o $@ $^
$(S)/bin/record-objects: $(S)/bin/record-objects.o $(S)/bin/record.o $(S)/bin/recording.o
	@echo "  LD      $@"
	@$(CC) -o $@ $^ -lbpf -lelf -lz
$(S)/bin/replay: $(S)/bin/replay.o $(S)/bin/recording.o $(B)/host/libxbpf-core.a
	@echo "  LD      $@"
	@$(CC) -o $@ $^ -lpthread

$(S)/bin/families: $(S)/bin/families.o $(S)/bin/recording.o
	@echo "  LD      $@"
	@$(CC) -o $@ $^

# As upstream's Makefile does it; warnings are not for us to heed.
$(S)/objects/%.bpf.o: $(BPF)/progs/%.c $(B)/include/vmlinux.h
	@mkdir -p $(@D)
	@echo "  CLANG   $@"
	@$(CLANG) -g -w -O2 -target bpf -mcpu=v3 -mlittle-endian -D__TARGET_ARCH_x86 \
		-DENABLE_ATOMICS_TESTS -I$(B)/include -I$(BPF) -I$(UAPI) $(system) \
		$(if $(filter test_l4lb_noinline test_xdp_noinline,$*),-fno-inline) \
		-c -o $@ $<

.PHONY: programs objects
.DELETE_ON_ERROR:
.SECONDARY:
