#ifndef IBEX_FUZZ_H
#define IBEX_FUZZ_H
#include <stddef.h>
#include <stdint.h>
// libFuzzer's entry for a program with a main function of its own.
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*run)(const uint8_t *bytes, size_t size));
#endif
