// SPDX-License-Identifier: GPL-2.0-only
/* The assembler is that of the verifier's tests. */
#include "../verifier/asm.c"

/* Nothing here has types. */
unsigned int test_type_id(const char *name)
{
	return 0;
}
