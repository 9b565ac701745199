// Softmax along the last axis, its logarithm, and the cross-entropy of rows against labels with its gradient.
//
// Layout: rows x classes, row-major. Each work-item makes `rows_per_item` whole rows, one after the other; sums run in
// ascending order. Values are taken relative to the row's maximum, so that nothing overflows.
//   SOFTMAX        out = e^(x - max) / sum
//   LOG_SOFTMAX    out = x - max - ln sum
//   CROSS_ENTROPY  loss[row] = -sum of label * log-softmax; out = softmax. Labels dense (SPARSE 0) or class numbers;
//                  a class number outside the row costs NaN.
//   GRADIENT       out = (p * sum of labels - label) * upstream[row], p the softmax
//
// Macros: NAME, REAL, MODE (0 to 3 in the order above), SPARSE (0 or 1), LABEL (type of the labels).
// Global size: ceil(rows / rows_per_item).

__kernel void NAME(
    __global const REAL *restrict x_all,
#if MODE >= 2
    __global const LABEL *restrict labels,
#endif
#if MODE == 3
    __global const REAL *restrict upstream,
#endif
#if MODE == 2
    __global REAL *restrict loss,
#endif
    __global REAL *restrict out_all, const long rows, const int classes, const int rows_per_item)
{
    const long begin = (long)get_global_id(0) * rows_per_item, end = min(begin + rows_per_item, rows);
    for (long row = begin; row < end; row++) {
        __global const REAL *x = x_all + row * classes;
        __global REAL *out = out_all + row * classes;
#if MODE == 3
        const REAL flow = upstream[row];
#if SPARSE
        const long label = labels[row];
        const bool known = label >= 0 && label < classes;
        for (int i = 0; i < classes; i++) out[i] = known ? (x[i] - (i == label ? (REAL)1 : (REAL)0)) * flow : (REAL)NAN;
#else
        __global const LABEL *label = labels + row * classes;
        REAL mass = 0;
        for (int i = 0; i < classes; i++) mass += label[i];
        for (int i = 0; i < classes; i++) out[i] = (x[i] * mass - label[i]) * flow;
#endif
#else
        REAL top = x[0];
        for (int i = 1; i < classes; i++) top = x[i] > top ? x[i] : top;
#if MODE == 1
        REAL sum = 0;
        for (int i = 0; i < classes; i++) sum += exp(x[i] - top);
        const REAL shift = log(sum);
        for (int i = 0; i < classes; i++) out[i] = x[i] - top - shift;
#else
        for (int i = 0; i < classes; i++) out[i] = exp(x[i] - top);
        REAL sum = 0;
        for (int i = 0; i < classes; i++) sum += out[i];
        for (int i = 0; i < classes; i++) out[i] /= sum;
#if MODE == 2
        const REAL shift = top + log(sum);
#if SPARSE
        const long label = labels[row];
        loss[row] = label >= 0 && label < classes ? shift - x[label] : (REAL)NAN;
#else
        __global const LABEL *label = labels + row * classes;
        REAL total = 0;
        for (int i = 0; i < classes; i++) total += label[i] == 0 ? (REAL)0 : label[i] * (shift - x[i]);
        loss[row] = total;
#endif
#endif
#endif
#endif
    }
}
