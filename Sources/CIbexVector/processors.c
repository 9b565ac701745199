#include "CIbexVector.h"
#if defined(__linux__)
#include <sched.h>
#endif
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

int ibex_processor_count(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}

int ibex_flush_subnormals(int flush) {
#if defined(__x86_64__)
    // Results to 0 (FTZ, bit 15), and operands (DAZ, bit 6).
    const unsigned both = 0x8040, state = _mm_getcsr();
    _mm_setcsr(flush ? state | both : state & ~both);
    return (state & both) == both;
#elif defined(__aarch64__)
    const unsigned long long both = 1ULL << 24;
    unsigned long long state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(state));
    const unsigned long long next = flush ? state | both : state & ~both;
    __asm__ volatile("msr fpcr, %0" : : "r"(next));
    return (state & both) != 0;
#else
    return flush;
#endif
}
