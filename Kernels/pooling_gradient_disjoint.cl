// Gradient of maximum pooling where windows neither overlap nor leave the image: each window writes its own cells.
//
// Host's predicate: stride equal to the window, no dilation, no padding. Layout as in pooling.cl. One pass over a
// window finds the first element that equals `pooled`, hands it the upstream and clears the others; cells that no
// window covers, beyond the last one, are cleared by the work-items of the last row and column.
//
// Macros: NAME, REAL, VW. Each work-item takes `span` windows of a row and `blocks` vectors of channels.
// Global size: (ceil(vectors / blocks), ceil(ow / span), n * oh).

#define VREAL WIDE(REAL, VW)

__kernel void NAME(
    __global const REAL *restrict image, __global const REAL *restrict pooled, __global const REAL *restrict upstream,
    __global REAL *restrict out, const Geometry g, const int blocks, const int span)
{
    const int vectors = CEIL_DIV(g.c, VW);
    const int first = get_global_id(0) * blocks, last = min(first + blocks, vectors);
    const int x_begin = get_global_id(1) * span, x_end = min(x_begin + span, g.ow);
    const int row = get_global_id(2), n = row / g.oh, oy = row - n * g.oh;
    const int y_stop = oy == g.oh - 1 ? g.h : (oy + 1) * g.kh;
    const long line = (long)g.w * g.c;
    const long top = ((long)n * g.h + oy * g.kh) * line;

    for (int ox = x_begin; ox < x_end; ox++) {
        const int x_stop = ox == g.ow - 1 ? g.w : (ox + 1) * g.kw;
        const long window = ((long)row * g.ow + ox) * g.c;
        for (int block = first; block < last; block++) {
            const int c = min(block * VW, g.c - VW);
            const VREAL best = LOADN(VW)(0, pooled + window + c);
            VREAL flow = LOADN(VW)(0, upstream + window + c);
            const VREAL none = (VREAL)0;
            for (int ky = 0; ky < g.kh; ky++) {
                const long cells = top + ky * line + (long)ox * g.kw * g.c + c;
                for (int kx = 0; kx < g.kw; kx++) {
                    const VREAL v = LOADN(VW)(0, image + cells + kx * g.c);
                    STOREN(VW)((v == best || (v != v && best != best)) ? flow : none, 0, out + cells + kx * g.c);
                    // What has been handed out is gone.
                    flow = (v == best || (v != v && best != best)) ? none : flow;
                }
                for (int x = (ox + 1) * g.kw; x < x_stop; x++)
                    STOREN(VW)(none, 0, out + top + ky * line + (long)x * g.c + c);
            }
            for (int y = (oy + 1) * g.kh; y < y_stop; y++)
                for (int x = ox * g.kw; x < x_stop; x++)
                    STOREN(VW)(none, 0, out + ((long)n * g.h + y) * line + (long)x * g.c + c);
        }
    }
}

#undef VREAL
