#include "CIbexVector.h"
#include "float_math.h"

// The half types by their bits: to nearest, ties to even; NaN stays NaN, overflow is infinite.
IBEX_INLINE float ibex_from_bfloat16(uint16_t h) { return ibex_float((uint32_t)h << 16); }

IBEX_INLINE uint16_t ibex_to_bfloat16(float x) {
    uint32_t u = ibex_bits(x);
    uint32_t rounded = (u + 0x7fff + ((u >> 16) & 1)) >> 16;
    return (uint16_t)(x != x ? (u >> 16) | 0x40 : rounded);
}

IBEX_INLINE float ibex_from_float16(uint16_t h) {
    uint32_t magnitude = h & 0x7fff;
    // Half's subnormals are normal floats, and made of such alone: subnormal floats may count as 0 here.
    float subnormal = ibex_float(0x38800000 + (magnitude << 13)) - 0x1p-14f;
    float normal = ibex_float(0x38000000 + (magnitude << 13));
    float y = magnitude >= 0x7c00 ? ibex_float(0x7f800000 | (magnitude & 0x3ff) << 13)
        : magnitude < 0x400 ? subnormal : normal;
    return ibex_float(ibex_bits(y) | (uint32_t)(h & 0x8000) << 16);
}

IBEX_INLINE uint16_t ibex_to_float16(float x) {
    uint32_t sign = (ibex_bits(x) >> 16) & 0x8000;
    uint32_t u = ibex_bits(x) & 0x7fffffff;
    uint32_t normal = (u - 0x38000000 + 0xfff + ((u >> 13) & 1)) >> 13;
    // Adding one half leaves a subnormal's bits, rounded to even, at the bottom.
    uint32_t subnormal = ibex_bits(ibex_float(u) + 0.5f) - 0x3f000000;
    uint32_t y = u < 0x38800000 ? subnormal : u >= 0x477ff000 ? 0x7c00 : normal;
    y = u > 0x7f800000 ? 0x7e00 : y;
    return (uint16_t)(sign | y);
}

IBEX_INLINE uint8_t to_UINT8_real(double x) { return x > 0 ? (x < 255 ? (uint8_t)x : 255) : 0; }
IBEX_INLINE uint8_t to_UINT8_realf(float x) {
    float c = x > 0 ? (x < 255 ? x : 255) : 0;
    return (uint8_t)(int32_t)c;
}
IBEX_INLINE int32_t to_INT32_real(double x) {
    double c = x > -0x1p31 ? (x < 2147483647. ? x : 2147483647.) : x != x ? 0 : -0x1p31;
    return (int32_t)c;
}
IBEX_INLINE int32_t to_INT32_realf(float x) {
    float c = x > -0x1p31f ? (x < 0x1p31f ? x : 0) : x != x ? 0 : -0x1p31f;
    int32_t i = (int32_t)c;
    return x >= 0x1p31f ? INT32_MAX : i;
}
IBEX_INLINE int64_t to_INT64_real(double x) {
    double c = x > -0x1p63 ? (x < 0x1p63 ? x : 0) : x != x ? 0 : -0x1p63;
    int64_t i = (int64_t)c;
    return x >= 0x1p63 ? INT64_MAX : i;
}

#define to_BOOL(x) ((x) != 0)
#define to_UINT8(x) _Generic((x), float: to_UINT8_realf(x), double: to_UINT8_real(x), default: (uint8_t)(x))
#define to_INT32(x) _Generic((x), float: to_INT32_realf(x), double: to_INT32_real(x), default: (int32_t)(x))
#define to_INT64(x) _Generic((x), float: to_INT64_real(x), double: to_INT64_real(x), default: (int64_t)(x))
#define to_FLOAT16(x) ibex_to_float16((float)(x))
#define to_BFLOAT16(x) ibex_to_bfloat16((float)(x))
#define to_FLOAT32(x) (float)(x)
#define to_FLOAT64(x) (double)(x)

#define PLAIN(x) (x)
#define FOR_SOURCES(M, ...) \
    M(BOOL, uint8_t, PLAIN, __VA_ARGS__) M(UINT8, uint8_t, PLAIN, __VA_ARGS__) \
    M(INT32, int32_t, PLAIN, __VA_ARGS__) M(INT64, int64_t, PLAIN, __VA_ARGS__) \
    M(FLOAT16, uint16_t, ibex_from_float16, __VA_ARGS__) M(BFLOAT16, uint16_t, ibex_from_bfloat16, __VA_ARGS__) \
    M(FLOAT32, float, PLAIN, __VA_ARGS__) M(FLOAT64, double, PLAIN, __VA_ARGS__)
#define CAST(S, T, READ, D, R) \
    IBEX_CLONES static void S##_to_##D(size_t n, void *out, const void *a, const void *b, const void *c) { \
        IBEX_IN_PLACE for (size_t i = 0; i < n; i++) { ((R *)out)[i] = to_##D(READ(((const T *)a)[i])); } \
    }
#pragma clang diagnostic ignored "-Wunused-parameter"
FOR_SOURCES(CAST, BOOL, uint8_t)
FOR_SOURCES(CAST, UINT8, uint8_t)
FOR_SOURCES(CAST, INT32, int32_t)
FOR_SOURCES(CAST, INT64, int64_t)
FOR_SOURCES(CAST, FLOAT16, uint16_t)
FOR_SOURCES(CAST, BFLOAT16, uint16_t)
FOR_SOURCES(CAST, FLOAT32, float)
FOR_SOURCES(CAST, FLOAT64, double)

#define ENTRY(S, T, READ, D, R) [IBEX_##S][IBEX_##D] = S##_to_##D,
static const ibex_block casts[8][8] = {
    FOR_SOURCES(ENTRY, BOOL, 0) FOR_SOURCES(ENTRY, UINT8, 0) FOR_SOURCES(ENTRY, INT32, 0)
    FOR_SOURCES(ENTRY, INT64, 0) FOR_SOURCES(ENTRY, FLOAT16, 0) FOR_SOURCES(ENTRY, BFLOAT16, 0)
    FOR_SOURCES(ENTRY, FLOAT32, 0) FOR_SOURCES(ENTRY, FLOAT64, 0)
};

ibex_block ibex_cast(int from, int to) { return casts[from][to]; }
