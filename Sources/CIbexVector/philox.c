#include "CIbexVector.h"
#include "clones.h"

// Ten rounds: two 32 x 32 -> 64 bit products, halves crossed and mixed with the key, which walks by two
// Weyl constants. One counter is one lane, so the loop vectorises over counters.
IBEX_CLONES void ibex_philox(size_t n, uint32_t *out, uint64_t first, uint64_t high, uint64_t key) {
    for (size_t i = 0; i < n; i++) {
        uint64_t counter = first + i;
        uint32_t c0 = (uint32_t)counter, c1 = (uint32_t)(counter >> 32);
        uint32_t c2 = (uint32_t)high, c3 = (uint32_t)(high >> 32);
        uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
        for (int round = 0; round < 10; round++) {
            uint64_t p0 = (uint64_t)0xD2511F53 * c0, p1 = (uint64_t)0xCD9E8D57 * c2;
            c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
            c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint32_t)p1;
            c3 = (uint32_t)p0;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        out[4 * i] = c0;
        out[4 * i + 1] = c1;
        out[4 * i + 2] = c2;
        out[4 * i + 3] = c3;
    }
}
