// Pooling over two spatial axes, channels last: maximum, average, and the picking of values at the maxima.
//
// Layout: image [n, h, w, c], result [n, oh, ow, c] (Geometry; f and groups unused).
// Work: one work-item makes `blocks` vectors of VW channels for `span` neighbouring columns of `rows` rows of the
// result. The last vector ends at the last channel, overlapping the one before it where c is no multiple of VW; VW is
// at most c. Windows that lie inside have a constant number of cells. What the row below meets first is asked for a row
// ahead, and so is its own place.
// Maximum: NaN wins, padding never does. Average: over the real cells of the window.
// Pick: the element of `values` where the window has its first element equal to `pooled`.
//
// Macros: NAME, REAL, VW, KH, KW (the window), SH, SW (its strides), MODE (0 maximum, 1 average, 2 pick).
// Global size: (ceil(vectors / blocks), ceil(ow / span), ceil(n * oh / rows)).

#define VREAL WIDE(REAL, VW)
#define POOLED JOIN(NAME, _pooled)

// The result of a window whose first cell lies `origin` elements behind `image`: of its cells of rows ky_begin to
// ky_end and columns kx_begin to kx_end, which lie so many elements apart.
inline VREAL POOLED(
    __global const REAL *restrict image,
#if MODE == 2
    const VREAL best, __global const REAL *restrict values,
#endif
    const long origin, const int row_step, const int column_step, const int ky_begin, const int ky_end,
    const int kx_begin, const int kx_end)
{
#if MODE == 0
    VREAL best = (VREAL)-INFINITY;
    for (int ky = ky_begin; ky < ky_end; ky++)
        for (int kx = kx_begin; kx < kx_end; kx++) {
            const VREAL v = LOADN(VW)(0, image + origin + ky * row_step + kx * column_step);
            best = (v > best || v != v) ? v : best;
        }
    return best;
#elif MODE == 1
    VREAL sum = (VREAL)0;
    for (int ky = ky_begin; ky < ky_end; ky++)
        for (int kx = kx_begin; kx < kx_end; kx++)
            sum += LOADN(VW)(0, image + origin + ky * row_step + kx * column_step);
    return sum / (VREAL)(REAL)max((ky_end - ky_begin) * (kx_end - kx_begin), 1);
#else
    // Backwards, so that the first of equals is the last to be taken.
    VREAL found = (VREAL)0;
    for (int ky = ky_end - 1; ky >= ky_begin; ky--)
        for (int kx = kx_end - 1; kx >= kx_begin; kx--) {
            const long cell = origin + ky * row_step + kx * column_step;
            const VREAL v = LOADN(VW)(0, image + cell), value = LOADN(VW)(0, values + cell);
            found = (v == best || (v != v && best != best)) ? value : found;
        }
    return found;
#endif
}

__kernel WIDEST void NAME(
    __global const REAL *restrict image,
#if MODE == 2
    __global const REAL *restrict pooled, __global const REAL *restrict values,
#endif
    __global REAL *restrict out, const Geometry g, const int blocks, const int span, const int rows)
{
    const int vectors = CEIL_DIV(g.c, VW);
    const int first = get_global_id(0) * blocks, last = min(first + blocks, vectors);
    const int x_begin = get_global_id(1) * span, x_end = min(x_begin + span, g.ow);
    const int row_begin = get_global_id(2) * rows, row_end = min(row_begin + rows, g.n * g.oh);
    const int row_step = g.dilation_h * g.w * g.c, column_step = g.dilation_w * g.c;

    for (int row = row_begin; row < row_end; row++) {
        const int n = row / g.oh, top = (row - n * g.oh) * SH - g.pad_top;
        const int ky_begin = FIRST_CELL(top, g.dilation_h), ky_end = STOP_CELL(top, KH, g.dilation_h, g.h);
        for (int ox = x_begin; ox < x_end; ox++) {
            const int left = ox * SW - g.pad_left;
            const int kx_begin = FIRST_CELL(left, g.dilation_w), kx_end = STOP_CELL(left, KW, g.dilation_w, g.w);
            const bool whole = ky_end - ky_begin == KH && kx_end - kx_begin == KW;
            const long corner = (((long)n * g.h + top) * g.w + left) * g.c;
            const long below = corner + ((KH - 1) * g.dilation_h + 1) * g.w * g.c;
            __global REAL *to = out + ((long)row * g.ow + ox) * g.c;
            for (int block = first; block < last; block++) {
                const int c = min(block * VW, g.c - VW);
                for (int y = 0; y < SH; y++)
                    for (int x = 0; x < SW; x++) PREFETCH(image + below + (y * g.w + x) * g.c + c);
                PREFETCH_WRITE(to + g.ow * g.c + c);
#if MODE == 2
                const VREAL best = LOADN(VW)(0, pooled + (to - out) + c);
#define WINDOW image, best, values, corner + c, row_step, column_step
#else
#define WINDOW image, corner + c, row_step, column_step
#endif
                const VREAL result =
                    whole ? POOLED(WINDOW, 0, KH, 0, KW) : POOLED(WINDOW, ky_begin, ky_end, kx_begin, kx_end);
#undef WINDOW
                STORE_GLOBAL(result, to + c);
            }
        }
    }
}

#undef VREAL
#undef POOLED
