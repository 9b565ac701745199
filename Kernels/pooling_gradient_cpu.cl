// Gradients of pooling for CPU devices where windows overlap, leave the image or are dilated: each window adds to its cells.
//
// What pooling_gradient.cl computes, in the order of the windows as there. A work-item owns `span` rows of one image: it
// clears them, then walks the windows that reach them and adds to those of their cells that it owns, so that no two
// items touch a cell. A window on the border of two items is seen by both.
//
// Macros: NAME, REAL, VW, MAXIMUM (1 maximum, 0 average).
// Global size: (1, ceil(h / span), n).

#define VREAL WIDE(REAL, VW)

// The cells of a window's `k` from `first` on that lie in an image of `extent`: the first, and one behind the last.
#define FIRST_CELL(first, dilation) ((first) < 0 ? CEIL_DIV(-(first), dilation) : 0)
#define STOP_CELL(first, k, dilation, extent) min(k, (extent) > (first) ? CEIL_DIV((extent) - (first), dilation) : 0)

__kernel SINGLE WIDEST void NAME(
#if MAXIMUM
    __global const REAL *restrict image, __global const REAL *restrict pooled,
#endif
    __global const REAL *restrict upstream, __global REAL *restrict out, const Geometry g, const int blocks,
    const int span)
{
    const int n = get_global_id(2), y_begin = get_global_id(1) * span, y_end = min(y_begin + span, g.h);
    const int line = g.w * g.c;
    __global REAL *own = out + (long)n * g.h * line;
    // Rows are cleared just before the first window that reaches them.
    int cleared = y_begin;

    // The windows that reach these rows.
    const int reach = y_begin + g.pad_top - (g.kh - 1) * g.dilation_h;
    const int oy_begin = reach > 0 ? CEIL_DIV(reach, g.stride_h) : 0;
    const int oy_end = min((y_end - 1 + g.pad_top) / g.stride_h + 1, g.oh);
    for (int oy = oy_begin; oy < oy_end; oy++) {
        const int top = oy * g.stride_h - g.pad_top;
        for (const int stop = min(top + (g.kh - 1) * g.dilation_h + 1, y_end); cleared < stop; cleared++)
            for (int i = cleared * line; i < (cleared + 1) * line; i++) own[i] = 0;
        const int ky_begin = FIRST_CELL(top, g.dilation_h), ky_end = STOP_CELL(top, g.kh, g.dilation_h, g.h);
        for (int ox = 0; ox < g.ow; ox++) {
            const int left = ox * g.stride_w - g.pad_left;
            const int kx_begin = FIRST_CELL(left, g.dilation_w), kx_end = STOP_CELL(left, g.kw, g.dilation_w, g.w);
#if !MAXIMUM
            const REAL share = (REAL)1 / (REAL)((ky_end - ky_begin) * (kx_end - kx_begin));
#endif
            const long window = (((long)n * g.oh + oy) * g.ow + ox) * g.c;
            for (int block = 0; block < blocks; block++) {
                const int c = min(block * VW, g.c - VW);
                VREAL flow = LOADN(VW)(0, upstream + window + c);
#if MAXIMUM
                const VREAL best = LOADN(VW)(0, pooled + window + c);
#else
                flow *= (VREAL)share;
#endif
                // Lanes that the block before has made are masked.
                const int made = block * VW - c;
                if (made > 0) {
                    REAL cells[VW];
                    STOREN(VW)(flow, 0, cells);
                    for (int l = 0; l < made; l++) cells[l] = 0;
                    flow = LOADN(VW)(0, cells);
                }
                for (int ky = ky_begin; ky < ky_end; ky++) {
                    const int y = top + ky * g.dilation_h;
                    const bool mine = y >= y_begin && y < y_end;
                    __global REAL *to = own + y * line + left * g.c + c;
#if MAXIMUM
                    __global const REAL *from = image + ((long)n * g.h + y) * line + left * g.c + c;
#endif
                    for (int kx = kx_begin; kx < kx_end; kx++) {
                        const int cell = kx * g.dilation_w * g.c;
#if MAXIMUM
                        const VREAL v = LOADN(VW)(0, from + cell);
                        // What has been handed out is gone.
                        const VREAL given = (v == best || (v != v && best != best)) ? flow : (VREAL)0;
                        flow = (v == best || (v != v && best != best)) ? (VREAL)0 : flow;
#else
                        const VREAL given = flow;
#endif
                        if (mine) STORE_GLOBAL(LOADN(VW)(0, to + cell) + given, to + cell);
                    }
                }
            }
        }
    }
    for (int i = cleared * line; i < y_end * line; i++) own[i] = 0;
}

#undef VREAL
#undef FIRST_CELL
#undef STOP_CELL
