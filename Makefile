# SPDX-License-Identifier: GPL-2.0-only
#
# What people type; `make help` lists it. The work is done by scripts/, by
# scripts/host.mk (user space) and by Kbuild (the module).

# BUILD=DIR builds elsewhere, SKIP="a.c ..." leaves sources out.
BUILD	?= build
JOBS	?= $(shell nproc)
PREFIX	?= /usr/local
export BUILD JOBS SKIP PREFIX FIRST_KERNEL

ALL_KERNELS := $(shell sed -n 's/^\([^\#[:space:]]\+\).*/\1/p' selftests/vm/kernels.txt)
FIRST_KERNEL := $(firstword $(ALL_KERNELS))
KERNELS	:= $(or $(KERNEL),$(ALL_KERNELS))
DEMO_KERNEL := $(or $(KERNEL),$(FIRST_KERNEL))
W	?= 1

# CMD goes to the guest's shell as it was typed.
override CMD := $(value CMD)
export CMD KERNEL TIMEOUT SMP MEM OUT ICOUNT ACCEL NO_XBPF VERBOSE

host	= @mkdir -p $(BUILD) && flock $(BUILD)/host.lock \
	  $(MAKE) --no-print-directory -k -j$(JOBS) -f scripts/host.mk

.PHONY: all help bootstrap modules host host-tests host-tests-fast guest-programs upstream
.PHONY: superset-programs superset bench-verifier test-tools test-nobpf
.PHONY: check test lint layers style tables demo fuzz prove mutate tsan vm install clean
.PHONY: $(KERNELS:%=module-%) $(KERNELS:%=lint-%)
.NOTPARALLEL:

all: modules host

# Lines that begin with a hash and a colon are the text of `make help`.
help:
	@sed -n 's/^#: \?//p' Makefile

#: make                    the module for each kernel, libraries, tools
#: make bootstrap          install the Debian packages that are missing
bootstrap:
	@scripts/bootstrap

ifdef KDIR
#: make KDIR=DIR           the module for the kernel whose headers are DIR
modules:
	@release=$$(scripts/kernel-dir --release $(KDIR)) && \
		scripts/module $$release $(KDIR) W=$(W)
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
	$(host) tests-host-san
host-tests-fast:
	$(host) tests-host
guest-programs:
	$(host) guest-programs
upstream: host
	$(host) core
	@flock $(BUILD)/host.lock $(MAKE) --no-print-directory -j$(JOBS) \
		-f selftests/upstream/upstream.mk
#: make superset           objects and recordings for selftests/superset/verdicts
superset = flock $(BUILD)/host.lock $(MAKE) --no-print-directory -j$(JOBS) \
	   -f selftests/superset/superset.mk
superset-programs:
	$(host) core
	@$(superset) programs
superset: upstream superset-programs guest-programs
	@$(superset) objects
	@for kernel in $(KERNELS); do selftests/superset/record $$kernel || exit 1; done

#: make check              tests that need no guest, under sanitizers; layers; style
check:
	@selftests/run check
#: make test               everything: packages, builds, check, lint, each guest, demo
test: bootstrap
	@selftests/run all
#: make gauges             what the proofs lose and cost now: selftests/expected/gauges.txt
gauges: host-tests upstream
	@selftests/gauges
#: make lint               warnings of W=1 and sparse, from scratch
lint: $(KERNELS:%=lint-%)
$(KERNELS:%=lint-%): lint-%:
	@scripts/lint $*
#: make layers style       who includes whom; what a machine can see of the style
#: make tables             are the tables of Documentation/ those of the source?
layers style tables:
	@scripts/$@

#: make demo               stock tools on xbpf in a guest; KERNEL=6.12
demo: bootstrap module-$(DEMO_KERNEL) host guest-programs
	@selftests/vm/boot -k $(DEMO_KERNEL) selftests/demo/demo.sh
#: make bench              ratios to the kernel's own BPF, by executed instructions in a
#:                         guest of each kernel, and the maps natively
bench: bootstrap modules host guest-programs
	$(host) bench-programs
	@selftests/bench/run

#: make fuzz               libFuzzer: does the machine leave the verifier's states? TIME=60
fuzz:
	$(host) fuzz $(BUILD)/host/selftests/fuzz/concrete
	@flock $(BUILD)/host.lock $(MAKE) --no-print-directory -f selftests/upstream/upstream.mk seeds
	@selftests/fuzz/fuzz $(or $(TIME),60)

#: make prove              the value domain's operations at 64 bits, by Z3; EFFORT=40
prove:
	@selftests/prove/prove -r $(or $(EFFORT),40)

#: make mutate             do the tests notice when the verifier is wrong? COUNT=100 SEED=1
mutate:
	$(host) tests-host
	@flock $(BUILD)/host.lock $(MAKE) --no-print-directory -f selftests/upstream/upstream.mk \
		$(addprefix $(BUILD)/upstream/,test_verifier.o cap_helpers.o host.o vmlinux.btf)
	@selftests/mutate/mutate -n $(or $(COUNT),100) -s $(or $(SEED),1)

#: make tsan               threads on maps of each type, under the thread sanitizer
tsan-tests := $(addprefix $(BUILD)/host-tsan/selftests/unit/,map_threads map_stress map_ring)
tsan:
	$(host) $(tsan-tests)
	@for t in $(tsan-tests); do setarch -R $$t || exit 1; done

#: make bench-verifier     visits, time and memory of verification against the kernel's,
#:                         each program, on the host and in guests; JSON=1, NO_GUESTS=1
bench-verifier: bootstrap modules host guest-programs superset
	@selftests/bench/verifier $(JSON:%=--json) $(NO_GUESTS:%=--no-guests)

#: make test-tools         the packaged tools of tools.tsv on xbpf, in a guest of each kernel,
#:                         against selftests/tools/verdicts.tsv; KERNEL=6.12 TOOLS='...'
test-tools: bootstrap modules host
	@selftests/tools/table $(KERNEL:%=-k %) $(TOOLS)

#: make test-nobpf         the demo on a kernel that was built without bpf(): Debian's 6.1
#:                         source, compiled once (about ten minutes), with its types in a file
test-nobpf: bootstrap host guest-programs
	@selftests/vm/fetch 6.1-nobpf
	@scripts/module 6.1-nobpf $$(scripts/kernel-dir 6.1-nobpf) W=$(W)
	@selftests/vm/boot -k 6.1-nobpf selftests/demo/demo.sh

#: make vm CMD='...'       run CMD in a guest; KERNEL=6.12 TIMEOUT=300 SMP=2 MEM=2G OUT=DIR
#:                         ICOUNT=1 NO_XBPF=1 VERBOSE=1; exact status: selftests/vm/boot
vm:
	@selftests/vm/boot

#: make install            module (KDIR=DIR, else the running kernel's), command, libraries,
#:                         header below DESTDIR and PREFIX=/usr/local
install: host
	@scripts/install

#: make clean              remove what was built, but for the guests' kernels
clean:
	@find $(BUILD) -mindepth 1 -maxdepth 1 ! -name kernels -exec rm -rf {} +
