// Gradients of pooling where windows neither overlap nor leave the image: each window writes its own cells.
//
// Host's predicate: stride equal to the window, no dilation, no padding. Layout as in pooling.cl. Maximum: one pass over
// a window finds the first element that equals `pooled`, hands it the upstream and clears the others. Average: an equal
// share to each cell. Cells that no window covers, beyond the last one, are cleared by the work-items of the last row
// and column.
//
// Macros: NAME, REAL, VW, MAXIMUM (1 maximum, 0 average). Each work-item takes `span` windows of a row and `blocks` vectors of channels.
// Global size: (ceil(vectors / blocks), ceil(ow / span), n * oh).

#define VREAL WIDE(REAL, VW)

__kernel void NAME(
#if MAXIMUM
    __global const REAL *restrict image, __global const REAL *restrict pooled,
#endif
    __global const REAL *restrict upstream, __global REAL *restrict out, const Geometry g, const int blocks,
    const int span)
{
    const int vectors = CEIL_DIV(g.c, VW);
    const int first = get_global_id(0) * blocks, last = min(first + blocks, vectors);
    const int x_begin = get_global_id(1) * span, x_end = min(x_begin + span, g.ow);
    const int row = get_global_id(2), n = row / g.oh, oy = row - n * g.oh;
    const int y_stop = oy == g.oh - 1 ? g.h : (oy + 1) * g.kh;
    const long line = (long)g.w * g.c;
    const long top = ((long)n * g.h + oy * g.kh) * line;
#if !MAXIMUM
    const REAL share = (REAL)1 / (REAL)(g.kh * g.kw);
#endif

    for (int ox = x_begin; ox < x_end; ox++) {
        const int x_stop = ox == g.ow - 1 ? g.w : (ox + 1) * g.kw;
        const long window = ((long)row * g.ow + ox) * g.c;
        for (int block = first; block < last; block++) {
            const int c = min(block * VW, g.c - VW);
#if MAXIMUM
            const VREAL best = LOADN(VW)(0, pooled + window + c);
            VREAL flow = LOADN(VW)(0, upstream + window + c);
#else
            const VREAL flow = LOADN(VW)(0, upstream + window + c) * (VREAL)share;
#endif
            const VREAL none = (VREAL)0;
            for (int ky = 0; ky < g.kh; ky++) {
                const long cells = top + ky * line + (long)ox * g.kw * g.c + c;
                for (int kx = 0; kx < g.kw; kx++) {
#if MAXIMUM
                    const VREAL v = LOADN(VW)(0, image + cells + kx * g.c);
                    STORE_GLOBAL((v == best || (v != v && best != best)) ? flow : none, out + cells + kx * g.c);
                    // What has been handed out is gone.
                    flow = (v == best || (v != v && best != best)) ? none : flow;
#else
                    STORE_GLOBAL(flow, out + cells + kx * g.c);
#endif
                }
                for (int x = (ox + 1) * g.kw; x < x_stop; x++)
                    STORE_GLOBAL(none, out + top + ky * line + (long)x * g.c + c);
            }
            for (int y = (oy + 1) * g.kh; y < y_stop; y++)
                for (int x = ox * g.kw; x < x_stop; x++)
                    STORE_GLOBAL(none, out + ((long)n * g.h + y) * line + (long)x * g.c + c);
        }
    }
}

#undef VREAL
