// Gradient of maximum pooling for CPU devices where windows overlap, leave the image or are dilated: each window adds to
// its cells.
//
// What pooling_gradient.cl computes, in the order of the windows as there. A work-item owns `span` rows of one image:
// it clears them, then walks the windows that reach them and adds to those of their cells that it owns, so that no two
// items touch a cell. A window on the border of two items is seen by both. Windows that lie inside have a constant
// number of cells. What the row of windows below meets first is asked for a row ahead.
//
// Macros: NAME, REAL, VW, KH, KW (the window), SH, SW (its strides).
// Global size: (1, ceil(h / span), n).

#define VREAL WIDE(REAL, VW)
#define GIVE JOIN(NAME, _give)

// Adds `flow` to the cells of a window, whose first lies `origin` elements behind `out` and `image`: rows ky_begin to
// ky_end, of which own_begin to own_end are the item's, and columns kx_begin to kx_end.
inline void GIVE(
    __global const REAL *restrict image, const VREAL best,
    __global REAL *restrict out, VREAL flow, const int origin, const int row_step, const int column_step,
    const int ky_begin, const int ky_end, const int own_begin, const int own_end, const int kx_begin, const int kx_end)
{
    for (int ky = ky_begin; ky < ky_end; ky++) {
        const bool own = ky >= own_begin && ky < own_end;
        for (int kx = kx_begin; kx < kx_end; kx++) {
            const int cell = origin + ky * row_step + kx * column_step;
            const VREAL v = LOADN(VW)(0, image + cell);
            // What has been handed out is gone.
            const VREAL given = (v == best || (v != v && best != best)) ? flow : (VREAL)0;
            flow = (v == best || (v != v && best != best)) ? (VREAL)0 : flow;
            if (own) STORE_GLOBAL(LOADN(VW)(0, out + cell) + given, out + cell);
        }
    }
}

__kernel SINGLE WIDEST void NAME(
    __global const REAL *restrict image_all, __global const REAL *restrict pooled,
    __global const REAL *restrict upstream, __global REAL *restrict out_all, const Geometry g, const int blocks,
    const int span)
{
    const int n = get_global_id(2), y_begin = get_global_id(1) * span, y_end = min(y_begin + span, g.h);
    const int line = g.w * g.c, row_step = g.dilation_h * line, column_step = g.dilation_w * g.c;
    __global REAL *out = out_all + (long)n * g.h * line;
    __global const REAL *image = image_all + (long)n * g.h * line;
    // Rows are cleared just before the first window that reaches them.
    int cleared = y_begin;

    // The windows that reach these rows.
    const int reach = y_begin + g.pad_top - (KH - 1) * g.dilation_h;
    const int oy_begin = reach > 0 ? CEIL_DIV(reach, SH) : 0;
    const int oy_end = min((y_end - 1 + g.pad_top) / SH + 1, g.oh);
    for (int oy = oy_begin; oy < oy_end; oy++) {
        const int top = oy * SH - g.pad_top, below = top - y_begin;
        for (const int stop = min(top + (KH - 1) * g.dilation_h + 1, y_end); cleared < stop; cleared++)
            for (int i = cleared * line; i < (cleared + 1) * line; i++) out[i] = 0;
        const int ky_begin = FIRST_CELL(top, g.dilation_h), ky_end = STOP_CELL(top, KH, g.dilation_h, g.h);
        const int own_begin = FIRST_CELL(below, g.dilation_h);
        const int own_end = STOP_CELL(below, KH, g.dilation_h, y_end - y_begin);
        for (int ox = 0; ox < g.ow; ox++) {
            const int left = ox * SW - g.pad_left;
            const int kx_begin = FIRST_CELL(left, g.dilation_w), kx_end = STOP_CELL(left, KW, g.dilation_w, g.w);
            const bool whole = own_end - own_begin == KH && kx_end - kx_begin == KW;
            const long window = (((long)n * g.oh + oy) * g.ow + ox) * g.c;
            for (int block = 0; block < blocks; block++) {
                const int c = min(block * VW, g.c - VW);
                for (int y = 0; y < SH; y++)
                    for (int x = 0; x < SW; x++) {
                        const int below = (cleared + y) * line + (left + x) * g.c + c;
                        PREFETCH_WRITE(out + below);
                        PREFETCH(image + below);
                    }
                VREAL flow = LOADN(VW)(0, upstream + window + c);
                const VREAL best = LOADN(VW)(0, pooled + window + c);
#define WINDOW image, best, out, flow, top * line + left * g.c + c, row_step, column_step
                // Lanes that the block before has made are masked.
                const int made = block * VW - c;
                if (made > 0) {
                    REAL cells[VW];
                    STOREN(VW)(flow, 0, cells);
                    for (int l = 0; l < made; l++) cells[l] = 0;
                    flow = LOADN(VW)(0, cells);
                }
                if (whole)
                    GIVE(WINDOW, 0, KH, 0, KH, 0, KW);
                else
                    GIVE(WINDOW, ky_begin, ky_end, own_begin, own_end, kx_begin, kx_end);
#undef WINDOW
            }
        }
    }
    for (int i = cleared * line; i < y_end * line; i++) out[i] = 0;
}

#undef VREAL
#undef GIVE
