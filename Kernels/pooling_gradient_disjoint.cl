// Gradients of pooling where windows neither overlap nor leave the image: each window writes its own cells.
//
// Host's predicate: stride equal to the window, no dilation, no padding. Layout as in pooling.cl. Maximum: one pass
// over a window finds the first element that equals `pooled`, hands it the upstream and clears the others. Average: an
// equal share to each cell. What the row of windows below meets is asked for a row ahead. Cells that no window covers,
// beyond the last one, are cleared by the work-items of the last row and column.
//
// Macros: NAME, REAL, VW, KH, KW (the window), MAXIMUM (1 maximum, 0 average). Each work-item takes `span` windows of
// `rows` rows and `blocks` vectors of channels.
// Global size: (ceil(vectors / blocks), ceil(ow / span), ceil(n * oh / rows)).

#define VREAL WIDE(REAL, VW)

__kernel WIDEST void NAME(
#if MAXIMUM
    __global const REAL *restrict image, __global const REAL *restrict pooled,
#endif
    __global const REAL *restrict upstream, __global REAL *restrict out, const Geometry g, const int blocks,
    const int span, const int rows)
{
    const int vectors = CEIL_DIV(g.c, VW);
    const int first = get_global_id(0) * blocks, last = min(first + blocks, vectors);
    const int x_begin = get_global_id(1) * span, x_end = min(x_begin + span, g.ow);
    const int row_begin = get_global_id(2) * rows, row_end = min(row_begin + rows, g.n * g.oh);
    const int line = g.w * g.c;
    const VREAL none = (VREAL)0;

    for (int row = row_begin; row < row_end; row++) {
        const int n = row / g.oh, oy = row - n * g.oh;
        const int y_stop = oy == g.oh - 1 ? g.h - oy * KH : KH;
        const long top = ((long)n * g.h + oy * KH) * line;
        for (int ox = x_begin; ox < x_end; ox++) {
            const int x_stop = ox == g.ow - 1 ? g.w - ox * KW : KW;
            const long window = ((long)row * g.ow + ox) * g.c;
            for (int block = first; block < last; block++) {
                const int c = min(block * VW, g.c - VW);
                __global REAL *to = out + top + ox * KW * g.c + c;
#if MAXIMUM
                __global const REAL *from = image + top + ox * KW * g.c + c;
                const VREAL best = LOADN(VW)(0, pooled + window + c);
                VREAL flow = LOADN(VW)(0, upstream + window + c);
#else
                const VREAL flow = LOADN(VW)(0, upstream + window + c) * (VREAL)((REAL)1 / (REAL)(KH * KW));
#endif
                for (int ky = 0; ky < KH; ky++)
                    for (int kx = 0; kx < KW; kx++) {
                        const int cell = ky * line + kx * g.c;
                        PREFETCH_WRITE(to + cell + KH * line);
#if MAXIMUM
                        PREFETCH(from + cell + KH * line);
                        const VREAL v = LOADN(VW)(0, from + cell);
                        STORE_GLOBAL((v == best || (v != v && best != best)) ? flow : none, to + cell);
                        // What has been handed out is gone.
                        flow = (v == best || (v != v && best != best)) ? none : flow;
#else
                        STORE_GLOBAL(flow, to + cell);
#endif
                    }
                if (x_stop > KW)
                    for (int ky = 0; ky < KH; ky++)
                        for (int kx = KW; kx < x_stop; kx++) STORE_GLOBAL(none, to + ky * line + kx * g.c);
                for (int ky = KH; ky < y_stop; ky++)
                    for (int kx = 0; kx < x_stop; kx++) STORE_GLOBAL(none, to + ky * line + kx * g.c);
            }
        }
    }
}

#undef VREAL
