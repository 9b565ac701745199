// Movement that no view can say: pieces side by side (concat), and cells of one value around and between (pad).
//
// Concat, MODE 0: out[outer, start + i] = in[outer, i] for i < inner, rows of `stride` elements in out; one launch per
// piece. Pad, MODE 1: each output position is traced back along up to eight axes; outside, or between neighbours:
// `value`.
//   `axes` holds for each axis the output's extent, the input's, the cells before and those between neighbours.
// Elements are moved as CELL, an unsigned type of their size. Each work-item moves `chunk` neighbours.
//
// Macros: NAME, CELL, MODE, RANK (pad only).
// Global size: ceil(total / chunk).

#if MODE == 0
__kernel void NAME(
    __global const CELL *restrict in, __global CELL *restrict out, const long inner, const long stride,
    const long start, const long total, const long chunk)
{
    const long begin = get_global_id(0) * chunk, end = min(begin + chunk, total);
    for (long i = begin; i < end;) {
        const long outer = i / inner, stop = min((outer + 1) * inner, end);
        __global CELL *to = out + outer * stride + start - outer * inner;
        for (; i < stop; i++) to[i] = in[i];
    }
}
#else
#ifndef PAD_AXES
#define PAD_AXES
typedef struct {
    int out[8], in[8], low[8], gap[8];
} PadAxes;
#endif

__kernel void NAME(
    __global const CELL *restrict in, __global CELL *restrict out, const PadAxes axes, const CELL value,
    const long total, const long chunk)
{
    const long begin = get_global_id(0) * chunk, end = min(begin + chunk, total);
    for (long i = begin; i < end; i++) {
        long rest = i, from = 0, scale = 1;
        bool inside = true;
        for (int axis = RANK - 1; axis >= 0; axis--) {
            const int at = (int)(rest % axes.out[axis]) - axes.low[axis], pitch = axes.gap[axis] + 1;
            rest /= axes.out[axis];
            inside = inside && at >= 0 && at % pitch == 0 && at / pitch < axes.in[axis];
            from += at / pitch * scale;
            scale *= axes.in[axis];
        }
        out[i] = inside ? in[from] : value;
    }
}
#endif
