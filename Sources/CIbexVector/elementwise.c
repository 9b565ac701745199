#include "CIbexVector.h"
#include "float_math.h"

// Integer division as NumPy has it: by zero gives zero, floor rounds down, the modulus has the divisor's sign.
IBEX_INLINE int64_t ibex_quotient(int64_t a, int64_t b) {
    return b == 0 ? 0 : b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

IBEX_INLINE int64_t ibex_floor_quotient(int64_t a, int64_t b) {
    int64_t q = ibex_quotient(a, b);
    return b != 0 && b != -1 && (a % b != 0) && ((a < 0) != (b < 0)) ? q - 1 : q;
}

IBEX_INLINE int64_t ibex_modulus(int64_t a, int64_t b) {
    int64_t r = b == 0 || b == -1 ? 0 : a % b;
    return r != 0 && ((r < 0) != (b < 0)) ? r + b : r;
}

static int64_t ibex_power(int64_t a, int64_t b) {
    if (b < 0) return a == 1 ? 1 : a == -1 ? (b & 1 ? -1 : 1) : 0;
    uint64_t result = 1, base = (uint64_t)a;
    for (; b; b >>= 1, base *= base) if (b & 1) result *= base;
    return (int64_t)result;
}

IBEX_INLINE double ibex_sigmoid(double x) {
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

IBEX_INLINE double ibex_softplus(double x) { return (x < 0 ? 0 : x) + log1p(exp(-fabs(x))); }

#define m_pick(x, f, d) _Generic((x), float: f, double: d)
#define m_exp(x) m_pick(x, ibex_expf, exp)(x)
#define m_expm1(x) m_pick(x, ibex_expm1f, expm1)(x)
#define m_log(x) m_pick(x, ibex_logf, log)(x)
#define m_log1p(x) m_pick(x, ibex_log1pf, log1p)(x)
#define m_tanh(x) m_pick(x, ibex_tanhf, tanh)(x)
#define m_sigmoid(x) m_pick(x, ibex_sigmoidf, ibex_sigmoid)(x)
#define m_softplus(x) m_pick(x, ibex_softplusf, ibex_softplus)(x)
#define m_erf(x) m_pick(x, ibex_erff, erf)(x)
#define m_pow(x, y) m_pick(x, powf, pow)(x, y)
#define m_atan2(x, y) m_pick(x, atan2f, atan2)(x, y)
#define m_asin(x) m_pick(x, asinf, asin)(x)
#define m_acos(x) m_pick(x, acosf, acos)(x)
#define m_atan(x) m_pick(x, atanf, atan)(x)
#define m_sinh(x) m_pick(x, sinhf, sinh)(x)
#define m_cosh(x) m_pick(x, coshf, cosh)(x)
#define m_asinh(x) m_pick(x, asinhf, asinh)(x)
#define m_acosh(x) m_pick(x, acoshf, acosh)(x)
#define m_atanh(x) m_pick(x, atanhf, atanh)(x)
// The C names may set errno, which keeps a loop from vectorising; Clang's element-wise builtins do not.
#if defined(__clang__)
#define m_abs(x) __builtin_elementwise_abs(x)
#define m_sqrt(x) __builtin_elementwise_sqrt(x)
#define m_floor(x) __builtin_elementwise_floor(x)
#define m_ceil(x) __builtin_elementwise_ceil(x)
#define m_round(x) __builtin_elementwise_roundeven(x)
#else
#define m_abs(x) m_pick(x, fabsf, fabs)(x)
#define m_sqrt(x) m_pick(x, sqrtf, sqrt)(x)
#define m_floor(x) m_pick(x, floorf, floor)(x)
#define m_ceil(x) m_pick(x, ceilf, ceil)(x)
#define m_round(x) m_pick(x, nearbyintf, nearbyint)(x)
#endif

// M(suffix, element type, wrapping unsigned type, name, expression...)
#define FOR_REAL(M, ...) M(FLOAT32, float, float, __VA_ARGS__) M(FLOAT64, double, double, __VA_ARGS__)
#define FOR_INTEGER(M, ...) \
    M(UINT8, uint8_t, uint32_t, __VA_ARGS__) M(INT32, int32_t, uint32_t, __VA_ARGS__) \
    M(INT64, int64_t, uint64_t, __VA_ARGS__)
#define FOR_NUMBER(M, ...) FOR_REAL(M, __VA_ARGS__) FOR_INTEGER(M, __VA_ARGS__)

#define LOOP(S, T_, U_, R, name, OPERANDS, ...) \
    IBEX_CLONES static void name##_##S(size_t n, void *out, const void *x, const void *y, const void *z) { \
        typedef T_ T; typedef U_ U; (void)(U)0; \
        IBEX_IN_PLACE for (size_t i = 0; i < n; i++) { OPERANDS; ((R *)out)[i] = __VA_ARGS__; } \
    }
#define ONE const T a = ((const T *)x)[i]
#define TWO const T a = ((const T *)x)[i]; const T b = ((const T *)y)[i]
#define UNARY(S, T_, U_, name, ...) LOOP(S, T_, U_, T, name, ONE, __VA_ARGS__)
#define BINARY(S, T_, U_, name, ...) LOOP(S, T_, U_, T, name, TWO, __VA_ARGS__)
#define TEST1(S, T_, U_, name, ...) LOOP(S, T_, U_, uint8_t, name, ONE, __VA_ARGS__)
#define TEST2(S, T_, U_, name, ...) LOOP(S, T_, U_, uint8_t, name, TWO, __VA_ARGS__)

#define IBEX_UNARY(name, types, ...) FOR_##types(UNARY, name, __VA_ARGS__)
#define IBEX_BINARY(name, types, ...) FOR_##types(BINARY, name, __VA_ARGS__)
#define IBEX_TEST1(name, types, ...) FOR_##types(TEST1, name, __VA_ARGS__)
#define IBEX_TEST2(name, types, ...) FOR_##types(TEST2, name, __VA_ARGS__)
#define IBEX_REDUCED(name, limit, fast, exact) \
    IBEX_CLONES static void name##_FLOAT32(size_t n, void *out, const void *x, const void *y, const void *z) { \
        const float *p = x; float *q = out; uint32_t beyond = 0; \
        for (size_t i = 0; i < n; i++) beyond |= !(ibex_absf(p[i]) <= limit); \
        if (beyond) { for (size_t i = 0; i < n; i++) { const float a = p[i]; q[i] = exact; } return; } \
        IBEX_IN_PLACE for (size_t i = 0; i < n; i++) { const float a = p[i]; q[i] = fast; } \
    } \
    static void name##_FLOAT64(size_t n, void *out, const void *x, const void *y, const void *z) { \
        for (size_t i = 0; i < n; i++) ((double *)out)[i] = name(((const double *)x)[i]); \
    }
#pragma clang diagnostic ignored "-Wunused-parameter"
#include "elementwise.def"
#undef IBEX_UNARY
#undef IBEX_BINARY
#undef IBEX_TEST1
#undef IBEX_TEST2
#undef IBEX_REDUCED

#define SELECT(S, T_, U_, name, ...) \
    IBEX_CLONES static void name##_##S(size_t n, void *out, const void *x, const void *y, const void *z) { \
        const uint8_t *c = x; const T_ *a = y, *b = z; \
        IBEX_IN_PLACE for (size_t i = 0; i < n; i++) { const T_ p = a[i], q = b[i]; ((T_ *)out)[i] = c[i] ? p : q; } \
    }
FOR_NUMBER(SELECT, where, 0)

struct ibex_row { const char *name; int type; ibex_block block; };

static const struct ibex_row rows[] = {
#define ROW(S, T_, U_, function, ...) {#function, IBEX_##S, function##_##S},
#define IBEX_UNARY(name, types, ...) FOR_##types(ROW, name, 0)
#define IBEX_BINARY(name, types, ...) FOR_##types(ROW, name, 0)
#define IBEX_TEST1(name, types, ...) FOR_##types(ROW, name, 0)
#define IBEX_TEST2(name, types, ...) FOR_##types(ROW, name, 0)
#define IBEX_REDUCED(name, limit, fast, exact) FOR_REAL(ROW, name, 0)
#include "elementwise.def"
    FOR_NUMBER(ROW, where, 0)
};

ibex_block ibex_elementwise(const char *name, int type) {
    if (type == IBEX_BOOL) type = IBEX_UINT8;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].type == type && strcmp(rows[i].name, name) == 0) return rows[i].block;
    return NULL;
}
