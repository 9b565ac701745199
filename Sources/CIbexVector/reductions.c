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

// T the element, L the lane, A the accumulator, LIFT the way from T to L; long blocks are cut so that lanes stay short.
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

// The same down columns: acc[c] folds a[r * width + c] over the rows, 64 columns at a time.
#define FOLD_COLUMNS(name, S, T, L, A, LIFT, OP) \
    IBEX_INLINE void name##_tile_##S(size_t rows, size_t width, size_t m, A *acc, const T *a) { \
        L lane[LANES]; \
        for (size_t l = 0; l < m; l++) lane[l] = LIFT(L, a[l]); \
        for (size_t r = 1; r < rows; r++) \
            for (size_t l = 0; l < m; l++) { const L v = LIFT(L, a[r * width + l]); OP(lane[l], v) } \
        for (size_t l = 0; l < m; l++) { OP(acc[l], (A)lane[l]) } \
    } \
    IBEX_CLONES static void name##_columns_##S(size_t rows, size_t width, void *accumulator, const void *x) { \
        size_t c = 0; \
        if (rows == 0) return; \
        for (; c + LANES <= width; c += LANES) \
            name##_tile_##S(rows, width, LANES, (A *)accumulator + c, (const T *)x + c); \
        for (; c + 16 <= width; c += 16) \
            name##_tile_##S(rows, width, 16, (A *)accumulator + c, (const T *)x + c); \
        if (c < width) name##_tile_##S(rows, width, width - c, (A *)accumulator + c, (const T *)x + c); \
    }

#define BOTH(name, S, T, L, A, LIFT, identity, OP) \
    FOLD(name, S, T, L, A, LIFT, identity, OP) FOLD_COLUMNS(name, S, T, L, A, LIFT, OP)
#define INTEGERS(name, identity, OP) \
    BOTH(name, UINT8, uint8_t, uint64_t, uint64_t, VALUE, identity, OP) \
    BOTH(name, INT32, int32_t, uint64_t, uint64_t, VALUE, identity, OP) \
    BOTH(name, INT64, int64_t, uint64_t, uint64_t, VALUE, identity, OP)
BOTH(sum, FLOAT32, float, float, double, VALUE, 0, SUM)
BOTH(sum, FLOAT64, double, double, double, VALUE, 0, SUM)
INTEGERS(sum, 0, SUM)
BOTH(prod, FLOAT32, float, double, double, VALUE, 1, PROD)
BOTH(prod, FLOAT64, double, double, double, VALUE, 1, PROD)
INTEGERS(prod, 1, PROD)
#define ORDERED(name, OP) \
    BOTH(name, FLOAT32, float, float, float, VALUE, a[0], OP) \
    BOTH(name, FLOAT64, double, double, double, VALUE, a[0], OP) \
    BOTH(name, UINT8, uint8_t, uint8_t, uint8_t, VALUE, a[0], OP) \
    BOTH(name, INT32, int32_t, int32_t, int32_t, VALUE, a[0], OP) \
    BOTH(name, INT64, int64_t, int64_t, int64_t, VALUE, a[0], OP)
ORDERED(max, MAX)
ORDERED(min, MIN)
#define LOGICAL(name, identity, OP) \
    BOTH(name, FLOAT32, float, uint8_t, uint8_t, TRUTH, identity, OP) \
    BOTH(name, FLOAT64, double, uint8_t, uint8_t, TRUTH, identity, OP) \
    BOTH(name, UINT8, uint8_t, uint8_t, uint8_t, TRUTH, identity, OP) \
    BOTH(name, INT32, int32_t, uint8_t, uint8_t, TRUTH, identity, OP) \
    BOTH(name, INT64, int64_t, uint8_t, uint8_t, TRUTH, identity, OP)
LOGICAL(any, 0, ANY)
LOGICAL(all, 1, ALL)

struct ibex_fold_row { const char *name; int type, accumulator; ibex_fold fold; ibex_fold_columns columns; };

#define ROW(name, S, A) {#name, IBEX_##S, IBEX_##A, name##_##S, name##_columns_##S},
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

ibex_fold_columns ibex_column_reduction(const char *name, int type) {
    const struct ibex_fold_row *row = find(name, type);
    return row ? row->columns : NULL;
}

ibex_type ibex_accumulator(const char *name, int type) {
    const struct ibex_fold_row *row = find(name, type);
    return row ? (ibex_type)row->accumulator : (ibex_type)type;
}

#define EXTREMUM(S, T) \
    static void position_##S(int largest, size_t n, int64_t first, void *best, int64_t *where, const void *x) { \
        const T *a = x; T b = *(T *)best; int64_t at = *where; \
        for (size_t i = 0; i < n; i++) { \
            const T v = a[i]; \
            const int wins = at < 0 || (largest ? v > b : v < b) || (v != v && b == b); \
            if (wins) { b = v; at = first + (int64_t)i; } \
        } \
        *(T *)best = b; *where = at; \
    }
EXTREMUM(FLOAT32, float)
EXTREMUM(FLOAT64, double)
EXTREMUM(UINT8, uint8_t)
EXTREMUM(INT32, int32_t)
EXTREMUM(INT64, int64_t)

ibex_position ibex_position_reduction(int type) {
    switch (type) {
    case IBEX_FLOAT32: return position_FLOAT32;
    case IBEX_FLOAT64: return position_FLOAT64;
    case IBEX_BOOL: case IBEX_UINT8: return position_UINT8;
    case IBEX_INT32: return position_INT32;
    case IBEX_INT64: return position_INT64;
    default: return NULL;
    }
}
