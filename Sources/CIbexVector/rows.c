#include "CIbexRows.h"
#include "CIbexVector.h"
#include "float_math.h"

IBEX_INLINE double ibex_exp_f64(double x) { return exp(x); }
#define EXP(x) _Generic((x), float: ibex_expf, double: ibex_exp_f64)(x)
#define LOG(x) _Generic((x), float: logf, double: log)(x)

// Sixteen lanes in a fixed order; a row's rest goes to the first of them.
#define LANES 16
#define LANE_FOLD(T, start, STEP, JOIN, result) \
    T lane[LANES]; \
    for (size_t l = 0; l < LANES; l++) lane[l] = start; \
    size_t i = 0; \
    for (; i + LANES <= n; i += LANES) for (size_t l = 0; l < LANES; l++) { const size_t k = i + l; STEP } \
    for (size_t l = 0; i < n; i++, l++) { const size_t k = i; STEP } \
    for (size_t s = LANES / 2; s; s /= 2) for (size_t l = 0; l < s; l++) { JOIN } \
    const T result = lane[0];

#define LARGER(a, b) ((a) > (b) || (a) != (a) ? (a) : (b))

#define ROWS(S, T) \
    IBEX_INLINE T max_##S(size_t n, const T *x) { \
        LANE_FOLD(T, x[0], lane[l] = LARGER(lane[l], x[k]);, lane[l] = LARGER(lane[l], lane[l + s]);, m) \
        return m; \
    } \
    IBEX_INLINE T sum_##S(size_t n, const T *x) { \
        LANE_FOLD(T, 0, lane[l] += x[k];, lane[l] += lane[l + s];, m) \
        return m; \
    } \
    IBEX_INLINE T dot_##S(size_t n, const T *x, const T *y, T shift) { \
        LANE_FOLD(T, 0, lane[l] += y[k] == 0 ? 0 : y[k] * (shift - x[k]);, lane[l] += lane[l + s];, m) \
        return m; \
    } \
    IBEX_INLINE T exps_##S(size_t n, T *out, const T *x, T m) { \
        for (size_t k = 0; k < n; k++) out[k] = EXP(x[k] - m); \
        return sum_##S(n, out); \
    } \
    IBEX_CLONES void ibex_softmax_##S(size_t rows, size_t n, T *out, const T *x) { \
        for (size_t r = 0; r < rows; r++, x += n, out += n) { \
            const T total = exps_##S(n, out, x, max_##S(n, x)); \
            for (size_t k = 0; k < n; k++) out[k] /= total; \
        } \
    } \
    IBEX_CLONES void ibex_log_softmax_##S(size_t rows, size_t n, T *out, const T *x) { \
        for (size_t r = 0; r < rows; r++, x += n, out += n) { \
            const T m = max_##S(n, x); \
            const T total = LOG(exps_##S(n, out, x, m)); \
            for (size_t k = 0; k < n; k++) out[k] = (x[k] - m) - total; \
        } \
    } \
    IBEX_INLINE T soft_##S(size_t n, T *p, const T *x) { \
        const T m = max_##S(n, x); \
        const T total = exps_##S(n, p, x, m); \
        for (size_t k = 0; k < n; k++) p[k] /= total; \
        return m + LOG(total); \
    } \
    IBEX_CLONES void ibex_cross_entropy_##S(size_t rows, size_t n, T *loss, T *p, const T *x, const T *labels) { \
        for (size_t r = 0; r < rows; r++, x += n, labels += n, p += n) \
            loss[r] = dot_##S(n, x, labels, soft_##S(n, p, x)); \
    } \
    IBEX_CLONES void ibex_cross_entropy_ids_##S(size_t rows, size_t n, T *loss, T *p, const T *x, \
                                                const int64_t *ids) { \
        for (size_t r = 0; r < rows; r++, x += n, p += n) { \
            const T total = soft_##S(n, p, x); \
            loss[r] = ids[r] >= 0 && (size_t)ids[r] < n ? total - x[ids[r]] : (T)NAN; \
        } \
    } \
    IBEX_CLONES void ibex_cross_entropy_dx_##S(size_t rows, size_t n, T *dx, const T *p, const T *labels, \
                                               const T *scale) { \
        for (size_t r = 0; r < rows; r++, p += n, labels += n, dx += n) { \
            const T weight = sum_##S(n, labels); \
            for (size_t k = 0; k < n; k++) dx[k] = scale[r] * (p[k] * weight - labels[k]); \
        } \
    } \
    IBEX_CLONES void ibex_cross_entropy_ids_dx_##S(size_t rows, size_t n, T *dx, const T *p, const int64_t *ids, \
                                                   const T *scale) { \
        for (size_t r = 0; r < rows; r++, p += n, dx += n) { \
            const int known = ids[r] >= 0 && (size_t)ids[r] < n; \
            const T s = known ? scale[r] : (T)NAN; \
            for (size_t k = 0; k < n; k++) dx[k] = s * p[k]; \
            if (known) dx[ids[r]] -= scale[r]; \
        } \
    }
ROWS(f32, float)
ROWS(f64, double)
