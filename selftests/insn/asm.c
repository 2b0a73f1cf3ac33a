// SPDX-License-Identifier: GPL-2.0-only
/* The assembler is that of the verifier's tests. */
#include "../verifier/asm.c"
