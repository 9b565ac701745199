// OpenBLAS has code for many processors. One that is younger than the library gets its code for the first of 64 bits,
// without wide vectors and ten times as slow: here the youngest kind is named whose instructions this one has.
#if defined(__x86_64__)
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// How OpenBLAS forgets and makes its choice; missing where it was built for one kind of processor alone.
extern void gotoblas_dynamic_quit(void) __attribute__((weak));
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern char *openblas_get_corename(void) __attribute__((weak));

// Before main: nothing computes yet, and no other thread reads the environment, through which alone OpenBLAS is told.
// The OPENBLAS_CORETYPE of a user stands.
__attribute__((constructor)) static void choose_openblas_core(void) {
    if (!gotoblas_dynamic_quit || !gotoblas_dynamic_init || !openblas_get_corename) return;
    if (getenv("OPENBLAS_CORETYPE") || strcmp(openblas_get_corename(), "Prescott") != 0) return;
    static char skylakex[] = "OPENBLAS_CORETYPE=SkylakeX", haswell[] = "OPENBLAS_CORETYPE=Haswell";
    __builtin_cpu_init();
    char *core = NULL;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) core = haswell;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        core = skylakex;
    if (!core) return;
    char *with[] = {core, NULL}, **const without = environ;
    environ = with;
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    environ = without;
}
#endif
