#ifndef IBEX_BLAS_SHIM_H
#define IBEX_BLAS_SHIM_H

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

// Exported by builds of OpenBLAS that hold kernels for several processors; absent from the others.
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

// OpenBLAS picks its kernels by the processor's model. A processor newer than the library falls back to
// AVX2 kernels, at half the speed where AVX-512 is there (0.3.21 on Zen 5: 110 against 210 GFLOP/s a core).
// Picks again with the AVX-512 kernels named, unless the user named some; to be called before any other use.
static inline void ibex_blas_prepare(void) {
    openblas_set_num_threads(1);
#if defined(__x86_64__)
    const char *core = openblas_get_corename();
    if (gotoblas_dynamic_init && gotoblas_dynamic_quit && !getenv("OPENBLAS_CORETYPE")
        && (strcmp(core, "Haswell") == 0 || strcmp(core, "Zen") == 0) && __builtin_cpu_supports("avx512f")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl")) {
        setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
        gotoblas_dynamic_quit();
        gotoblas_dynamic_init();
        unsetenv("OPENBLAS_CORETYPE");
    }
#endif
}

#endif
