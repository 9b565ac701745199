// Softmax along the last axis, its logarithm, and the cross-entropy of rows against labels with its gradient, for
// GPUs: a work-group of 256 makes one row. What softmax.cl says of layout, modes and macros holds here (VW is unused).
//
// Item i folds elements i, i + 256, ...; a tree in local memory joins the items' values.
// Groups: rows. Local memory: 256 elements.

inline REAL JOIN(NAME, _joined)(const REAL value, __local REAL *cells, const bool is_maximum)
{
    const int lane = get_local_id(0);
    cells[lane] = value;
    for (int far = 128; far > 0; far /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < far) {
            const REAL a = cells[lane], b = cells[lane + far];
            cells[lane] = is_maximum ? (b > a ? b : a) : a + b;
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const REAL all = cells[0];
    barrier(CLK_LOCAL_MEM_FENCE);
    return all;
}

#define EACH for (int i = get_local_id(0); i < classes; i += 256)

__kernel __attribute__((reqd_work_group_size(256, 1, 1))) void NAME(
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
    __global REAL *restrict out_all, const int classes)
{
    __local REAL cells[256];
    const long row = get_group_id(0);
    __global const REAL *restrict x = x_all + row * classes;
    __global REAL *restrict out = out_all + row * classes;
#if MODE >= 2 && SPARSE
    const long label = labels[row];
    const bool known = label >= 0 && label < classes;
#elif MODE >= 2
    __global const LABEL *restrict label = labels + row * classes;
#endif
#if MODE == 3 && SPARSE
    const REAL flow = known ? upstream[row] : (REAL)NAN;
    EACH out[i] = (x[i] - (i == label ? (REAL)1 : (REAL)0)) * flow;
#elif MODE == 3
    const REAL flow = upstream[row];
    REAL part = 0;
    EACH part += label[i];
    const REAL mass = JOIN(NAME, _joined)(part, cells, false);
    EACH out[i] = (x[i] * mass - label[i]) * flow;
#else
    REAL top = -INFINITY, sum = 0;
    EACH top = x[i] > top ? x[i] : top;
    top = JOIN(NAME, _joined)(top, cells, true);
    EACH sum += exp(x[i] - top);
    sum = JOIN(NAME, _joined)(sum, cells, false);
#if MODE == 1
    const REAL shift = log(sum);
    EACH out[i] = x[i] - top - shift;
#else
    const REAL share = (REAL)1 / sum;
    EACH out[i] = exp(x[i] - top) * share;
#endif
#if MODE == 2
    const REAL shift = top + log(sum);
#if SPARSE
    if (get_local_id(0) == 0) loss[row] = known ? shift - x[label] : (REAL)NAN;
#else
    REAL cost = 0;
    EACH cost += label[i] == 0 ? (REAL)0 : label[i] * (shift - x[i]);
    cost = JOIN(NAME, _joined)(cost, cells, false);
    if (get_local_id(0) == 0) loss[row] = cost;
#endif
#endif
#endif
}

#undef EACH
