// Loops over rows of logits: softmax and kin.
#ifndef CIBEXROWS_H
#define CIBEXROWS_H

#include <stddef.h>
#include <stdint.h>

// Rows lie one after another, n elements each. Cross-entropy takes either dense labels, a row of weights per
// row, or class ids: loss = sum_k l_k (lse(x) - x_k), p = softmax(x), gradient = scale (p sum(l) - l). A class id
// outside 0 ..< n gives NaN. `scale` holds one value per row.
#define IBEX_ROWS(S, T) \
    void ibex_softmax_##S(size_t rows, size_t n, T *out, const T *x); \
    void ibex_log_softmax_##S(size_t rows, size_t n, T *out, const T *x); \
    void ibex_cross_entropy_##S(size_t rows, size_t n, T *loss, T *p, const T *x, const T *labels); \
    void ibex_cross_entropy_ids_##S(size_t rows, size_t n, T *loss, T *p, const T *x, const int64_t *ids); \
    void ibex_cross_entropy_dx_##S(size_t rows, size_t n, T *dx, const T *p, const T *labels, const T *scale); \
    void ibex_cross_entropy_ids_dx_##S(size_t rows, size_t n, T *dx, const T *p, const int64_t *ids, \
                                       const T *scale);
IBEX_ROWS(f32, float)
IBEX_ROWS(f64, double)

#endif
