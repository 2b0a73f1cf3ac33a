# SPDX-License-Identifier: GPL-2.0-only
#
# What people type; `make help` lists it. The work is done by scripts/, by
# scripts/host.mk (user space) and by Kbuild (the module).

# BUILD=DIR builds elsewhere, SKIP="a.c ..." leaves sources out.
BUILD	?= build
JOBS	?= $(shell nproc)
PREFIX	?= /usr/local
export BUILD JOBS SKIP PREFIX

ALL_KERNELS := $(shell sed -n 's/^\([^\#[:space:]]\+\).*/\1/p' selftests/vm/kernels.txt)
KERNELS	:= $(or $(KERNEL),$(ALL_KERNELS))
W	?= 1

# CMD goes to the guest's shell as it was typed.
override CMD := $(value CMD)
export CMD KERNEL TIMEOUT SMP MEM OUT ICOUNT ACCEL NO_XBPF VERBOSE

host	= @mkdir -p $(BUILD) && flock $(BUILD)/host.lock \
	  $(MAKE) --no-print-directory -j$(JOBS) -f scripts/host.mk

.PHONY: all help modules host host-tests guest-tests vm clean $(KERNELS:%=module-%)
.NOTPARALLEL:

all: modules host

help:
	@sed -n 's/^#: \?//p' Makefile

#: make                    the module for each kernel, libraries, tools
#: make bootstrap          install the Debian packages that are missing
bootstrap:
	@scripts/bootstrap

ifdef KDIR
#: make KDIR=DIR           the module for the kernel whose headers are DIR
modules:
	@scripts/module $$(cat $(KDIR)/include/config/kernel.release) $(KDIR) W=$(W)
else
#: make modules            the module for each kernel, or for KERNEL=6.1 only
modules: $(KERNELS:%=module-%)
endif
$(KERNELS:%=module-%): module-%:
	@kdir=$$(scripts/kernel-dir $*) && scripts/module $* $$kdir W=$(W)

#: make host               libraries, tools
host:
	$(host)
host-tests:
	$(host) tests-host tests-host-san
guest-tests:
	$(host) guest-tests

#: make vm CMD='...'       run CMD in a guest; KERNEL=6.12 TIMEOUT=300 SMP=2 MEM=2G OUT=DIR
#:                         ICOUNT=1 NO_XBPF=1 VERBOSE=1; exact status: selftests/vm/boot
vm:
	@selftests/vm/boot

#: make clean              remove what was built, but for the guests' kernels
clean:
	@find $(BUILD) -mindepth 1 -maxdepth 1 ! -name kernels -exec rm -rf {} +
