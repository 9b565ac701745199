#include "CIbexVector.h"
#include "float_math.h"

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

#define COUNTERS 64

// Draws in pieces that fit the first-level cache; BODY turns the words w[0 ..< m] into out[i ..< i + m].
#define DRAWS(name, T, BODY) \
    IBEX_CLONES static void name##_piece(size_t m, T *out, const uint32_t *w) { BODY } \
    void ibex_random_##name(size_t n, T *out, uint64_t first, uint64_t high, uint64_t key) { \
        uint32_t words[4 * COUNTERS]; T piece[4 * COUNTERS]; \
        for (size_t i = 0; i < n; i += 4 * COUNTERS, first += COUNTERS) { \
            const size_t m = n - i < 4 * COUNTERS ? n - i : 4 * COUNTERS; \
            ibex_philox((m + 3) / 4, words, first, high, key); \
            name##_piece((m + 3) / 4 * 4, m == 4 * COUNTERS ? out + i : piece, words); \
            if (m < 4 * COUNTERS) memcpy(out + i, piece, m * sizeof(T)); \
        } \
    }

DRAWS(bits, uint32_t, memcpy(out, w, m * sizeof *w);)
DRAWS(uniform_f32, float, for (size_t i = 0; i < m; i++) out[i] = (float)(w[i] >> 8) * 0x1p-24f;)
DRAWS(uniform_f64, double, for (size_t i = 0; i < m; i++) out[i] = (double)w[i] * 0x1p-32;)
DRAWS(normal_f32, float, for (size_t i = 0; i < m; i += 2) {
    const float u = (float)((w[i] >> 8) + 1) * 0x1p-24f;
    const float angle = (float)(w[i + 1] >> 8) * (float)(2 * M_PI * 0x1p-24);
    const float r = sqrtf(-2.f * ibex_logf(u));
    out[i] = r * ibex_sinf(angle, 1);
    out[i + 1] = r * ibex_sinf(angle, 0);
})
DRAWS(normal_f64, double, for (size_t i = 0; i < m; i += 2) {
    const double u = (double)((w[i] >> 8) + 1) * 0x1p-24;
    const double angle = (double)(w[i + 1] >> 8) * (2 * M_PI * 0x1p-24);
    const double r = sqrt(-2 * log(u));
    out[i] = r * cos(angle);
    out[i + 1] = r * sin(angle);
})
