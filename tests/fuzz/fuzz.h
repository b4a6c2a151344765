/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz.h - the entry point that libFuzzer and replay.c call. */
#ifndef OST_TESTS_FUZZ_H
#define OST_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise of the code under test: stop here. */
#define FUZZ_ASSERT(x) do { if (!(x)) abort(); } while (0)

#endif
