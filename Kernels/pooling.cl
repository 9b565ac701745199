// Pooling over two spatial axes, channels last: maximum, average, and the picking of values at the maxima.
//
// Layout: image [n, h, w, c], result [n, oh, ow, c] (Geometry; f and groups unused, kh x kw is the window).
// Work: one work-item makes `blocks` vectors of VW channels for `span` neighbouring columns of one result row. The last
// vector ends at the last channel, overlapping the one before it where c is no multiple of VW; VW is at most c.
// Maximum: NaN wins, padding never does. Average: over the real cells of the window.
// Pick: the element of `values` where the window has its first element equal to `pooled`.
//
// Macros: NAME, REAL, VW, MODE (0 maximum, 1 average, 2 pick).
// Global size: (ceil(vectors / blocks), ceil(ow / span), n * oh).

#define VREAL WIDE(REAL, VW)

__kernel void NAME(
    __global const REAL *restrict image,
#if MODE == 2
    __global const REAL *restrict pooled, __global const REAL *restrict values,
#endif
    __global REAL *restrict out, const Geometry g, const int blocks, const int span)
{
    const int vectors = CEIL_DIV(g.c, VW);
    const int first = get_global_id(0) * blocks, last = min(first + blocks, vectors);
    const int x_begin = get_global_id(1) * span, x_end = min(x_begin + span, g.ow);
    const int row = get_global_id(2), n = row / g.oh, oy = row - n * g.oh;
    const int top = oy * g.stride_h - g.pad_top;

    for (int ox = x_begin; ox < x_end; ox++) {
        const int left = ox * g.stride_w - g.pad_left;
        const long place = ((long)row * g.ow + ox) * g.c;
        for (int block = first; block < last; block++) {
            const int c = min(block * VW, g.c - VW);
#if MODE == 0
            VREAL best = (VREAL)-INFINITY;
#elif MODE == 1
            VREAL sum = (VREAL)0;
            int count = 0;
#else
            const VREAL best = LOADN(VW)(0, pooled + place + c);
            VREAL found = (VREAL)0;
#endif
#if MODE == 2
            for (int ky = g.kh - 1; ky >= 0; ky--) {
#else
            for (int ky = 0; ky < g.kh; ky++) {
#endif
                const int y = top + ky * g.dilation_h;
                if (y < 0 || y >= g.h) continue;
                const long line = ((long)n * g.h + y) * g.w;
#if MODE == 2
                for (int kx = g.kw - 1; kx >= 0; kx--) {
#else
                for (int kx = 0; kx < g.kw; kx++) {
#endif
                    const int x = left + kx * g.dilation_w;
                    if (x < 0 || x >= g.w) continue;
                    const VREAL v = LOADN(VW)(0, image + (line + x) * g.c + c);
#if MODE == 0
                    best = (v > best || v != v) ? v : best;
#elif MODE == 1
                    sum += v;
                    count++;
#else
                    // Backwards, so that the first of equals is the last to be taken.
                    const VREAL value = LOADN(VW)(0, values + (line + x) * g.c + c);
                    found = (v == best || (v != v && best != best)) ? value : found;
#endif
                }
            }
#if MODE == 0
            STORE_GLOBAL(best, out + place + c);
#elif MODE == 1
            STORE_GLOBAL(sum / (VREAL)(REAL)max(count, 1), out + place + c);
#else
            STORE_GLOBAL(found, out + place + c);
#endif
        }
    }
}

#undef VREAL
