#include "CIbexVector.h"
#include "float_math.h"

// Each fold keeps 64 lanes in a fixed order and closes them as a tree, on every instruction set alike.
#define LANES 64

#define TREE(L, OP) \
    for (size_t w = LANES / 2; w; w /= 2) \
        for (size_t l = 0; l < w; l++) { OP(lane[l], lane[l + w]) }
#define SUM(x, y) x += y;
#define PROD(x, y) x *= y;
#define MAX(x, y) x = x > y || x != x ? x : y;
#define MIN(x, y) x = x < y || x != x ? x : y;
#define ANY(x, y) x |= y;
#define ALL(x, y) x &= y;

#define VALUE(L, x) (L)(x)
#define TRUTH(L, x) (L)((x) != 0)

// T the element, L the lane, A the accumulator; long blocks are cut so that lanes stay short.
#define FOLD(name, S, T, L, A, LIFT, identity, OP) \
    IBEX_CLONES static void name##_##S(size_t n, void *accumulator, const void *x) { \
        const T *a = x; A result = *(A *)accumulator; \
        while (n > 0) { \
            size_t m = n < 4096 ? n : 4096, i = 0; \
            if (m < 16) { \
                for (; i < m; i++) { const L v = LIFT(L, a[i]); OP(result, (A)v) } \
            } else { \
                L lane[LANES]; \
                for (size_t l = 0; l < LANES; l++) lane[l] = identity; \
                for (; i + LANES <= m; i += LANES) \
                    for (size_t l = 0; l < LANES; l++) { const L v = LIFT(L, a[i + l]); OP(lane[l], v) } \
                for (size_t l = 0; i < m; i++, l++) { const L v = LIFT(L, a[i]); OP(lane[l], v) } \
                TREE(L, OP) \
                OP(result, (A)lane[0]) \
            } \
            a += m; n -= m; \
        } \
        *(A *)accumulator = result; \
    }

#define INTEGERS(name, identity, OP) \
    FOLD(name, UINT8, uint8_t, uint64_t, uint64_t, VALUE, identity, OP) \
    FOLD(name, INT32, int32_t, uint64_t, uint64_t, VALUE, identity, OP) \
    FOLD(name, INT64, int64_t, uint64_t, uint64_t, VALUE, identity, OP)
FOLD(sum, FLOAT32, float, float, double, VALUE, 0, SUM)
FOLD(sum, FLOAT64, double, double, double, VALUE, 0, SUM)
INTEGERS(sum, 0, SUM)
FOLD(prod, FLOAT32, float, double, double, VALUE, 1, PROD)
FOLD(prod, FLOAT64, double, double, double, VALUE, 1, PROD)
INTEGERS(prod, 1, PROD)
#define ORDERED(name, OP) \
    FOLD(name, FLOAT32, float, float, float, VALUE, a[0], OP) FOLD(name, FLOAT64, double, double, double, VALUE, a[0], OP) \
    FOLD(name, UINT8, uint8_t, uint8_t, uint8_t, VALUE, a[0], OP) FOLD(name, INT32, int32_t, int32_t, int32_t, VALUE, a[0], OP) \
    FOLD(name, INT64, int64_t, int64_t, int64_t, VALUE, a[0], OP)
ORDERED(max, MAX)
ORDERED(min, MIN)
#define LOGICAL(name, identity, OP) \
    FOLD(name, FLOAT32, float, uint8_t, uint8_t, TRUTH, identity, OP) \
    FOLD(name, FLOAT64, double, uint8_t, uint8_t, TRUTH, identity, OP) \
    FOLD(name, UINT8, uint8_t, uint8_t, uint8_t, TRUTH, identity, OP) \
    FOLD(name, INT32, int32_t, uint8_t, uint8_t, TRUTH, identity, OP) \
    FOLD(name, INT64, int64_t, uint8_t, uint8_t, TRUTH, identity, OP)
LOGICAL(any, 0, ANY)
LOGICAL(all, 1, ALL)

struct ibex_fold_row { const char *name; int type, accumulator; ibex_fold fold; };

#define ROW(name, S, A) {#name, IBEX_##S, IBEX_##A, name##_##S},
#define ROWS(name, F, D, B, I, L) \
    ROW(name, FLOAT32, F) ROW(name, FLOAT64, D) ROW(name, UINT8, B) ROW(name, INT32, I) ROW(name, INT64, L)
static const struct ibex_fold_row folds[] = {
    ROWS(sum, FLOAT64, FLOAT64, INT64, INT64, INT64) ROWS(prod, FLOAT64, FLOAT64, INT64, INT64, INT64)
    ROWS(max, FLOAT32, FLOAT64, UINT8, INT32, INT64) ROWS(min, FLOAT32, FLOAT64, UINT8, INT32, INT64)
    ROWS(any, BOOL, BOOL, BOOL, BOOL, BOOL) ROWS(all, BOOL, BOOL, BOOL, BOOL, BOOL)
};

static const struct ibex_fold_row *find(const char *name, int type) {
    if (type == IBEX_BOOL) type = IBEX_UINT8;
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++)
        if (folds[i].type == type && strcmp(folds[i].name, name) == 0) return &folds[i];
    return NULL;
}

ibex_fold ibex_reduction(const char *name, int type) {
    const struct ibex_fold_row *row = find(name, type);
    return row ? row->fold : NULL;
}

ibex_type ibex_accumulator(const char *name, int type) {
    const struct ibex_fold_row *row = find(name, type);
    return row ? (ibex_type)row->accumulator : (ibex_type)type;
}

static size_t size_of(int type) {
    switch (type) {
    case IBEX_BOOL: case IBEX_UINT8: return 1;
    case IBEX_FLOAT16: case IBEX_BFLOAT16: return 2;
    case IBEX_INT32: case IBEX_FLOAT32: return 4;
    default: return 8;
    }
}

void ibex_fold_rows(ibex_fold fold, int type, int accumulator, int result, const void *identity, size_t rows,
                    size_t length, void *out, const void *a) {
    ibex_block close = ibex_cast(accumulator, result);
    size_t step = length * size_of(type), size = size_of(result);
    for (size_t r = 0; r < rows; r++) {
        uint64_t wide;
        memcpy(&wide, identity, sizeof wide);
        fold(length, &wide, (const char *)a + r * step);
        close(1, (char *)out + r * size, &wide, NULL, NULL);
    }
}

IBEX_CLONES void ibex_accumulate_f32(size_t n, float *y, const float *x) {
    for (size_t i = 0; i < n; i++) y[i] += x[i];
}

IBEX_CLONES void ibex_accumulate_f32_f64(size_t n, double *y, const float *x) {
    for (size_t i = 0; i < n; i++) y[i] += (double)x[i];
}
