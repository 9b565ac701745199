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
    const int width = axes.out[RANK - 1], low = axes.low[RANK - 1], pitch = axes.gap[RANK - 1] + 1;
    const int source_width = axes.in[RANK - 1];
    // Row by row along the last axis: where a row comes from is worked out once.
    for (long i = begin; i < end;) {
        const long row = i / width;
        const int first = (int)(i - row * width), last = (int)min((long)width, first + end - i);
        long rest = row, from = 0, scale = source_width;
        bool inside = true;
        for (int axis = RANK - 2; axis >= 0; axis--) {
            const int at = (int)(rest % axes.out[axis]) - axes.low[axis], step = axes.gap[axis] + 1;
            rest /= axes.out[axis];
            inside = inside && at >= 0 && at % step == 0 && at / step < axes.in[axis];
            from += at / step * scale;
            scale *= axes.in[axis];
        }
        __global CELL *to = out + row * width;
        __global const CELL *cells = in + from;
        if (!inside) {
            for (int c = first; c < last; c++) to[c] = value;
        } else if (pitch == 1) {
            const int enter = max(first, low), leave = min(last, low + source_width);
            for (int c = first; c < min(enter, last); c++) to[c] = value;
            for (int c = enter; c < leave; c++) to[c] = cells[c - low];
            for (int c = max(leave, first); c < last; c++) to[c] = value;
        } else {
            for (int c = first; c < last; c++) {
                const int at = c - low;
                to[c] = at >= 0 && at % pitch == 0 && at / pitch < source_width ? cells[at / pitch] : value;
            }
        }
        i += last - first;
    }
}
#endif
