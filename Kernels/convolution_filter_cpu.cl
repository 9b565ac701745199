// Filter gradient of a 2-D convolution for CPU devices, first pass: partial sums over ranges of pixels.
//
// As a matrix product: rows are filter cells (tap, image channel of the group), columns result channels, and k runs
// over the result's pixels. Split s sums its own `span` pixels in ascending order into partial[s, row, f]; the second
// pass (reduce_parts.cl) adds the splits in order. With one split, partial is the filter gradient itself.
// Work: a private panel of the result's gradient and an MR x NV register tile per MR filter cells.
// PADDED 0 (host's predicate: every tap of every pixel lies inside the image): image values are read in place.
// PADDED 1: they are copied into a private slab, zeros where a tap falls outside.
//
// Macros: NAME, REAL, VW, NV, MR, PADDED.
// Global size: (ceil(f per group / (NV*VW)) * groups, ceil(rows / ROW_BLOCK), splits); span is a multiple of
// PANEL_DEPTH wherever there is more than one split.

#define VREAL WIDE(REAL, VW)
#define NT (NV * VW)
#define ROW_BLOCK 96
#define PANEL_DEPTH 128

__kernel SINGLE void NAME(
    __global const REAL *restrict image, __global const REAL *restrict gradient, __global REAL *restrict partial,
    const Geometry g, const int span)
{
    const int cg = g.c / g.groups, fg = g.f / g.groups, M = g.kh * g.kw * cg, pixels = g.n * g.oh * g.ow;
    const int tiles = CEIL_DIV(fg, NT), group = get_global_id(0) / tiles;
    const int col0 = get_global_id(0) % tiles * NT, cols = min(NT, fg - col0);
    const int row0 = get_global_id(1) * ROW_BLOCK, row_end = min(row0 + ROW_BLOCK, M);
    const int begin = get_global_id(2) * span, end = min(begin + span, pixels);

    VREAL panel[PANEL_DEPTH * NV];
    VREAL sums[ROW_BLOCK * NV];
    long base[PANEL_DEPTH];
    int top[PANEL_DEPTH], left[PANEL_DEPTH];
#if PADDED
    REAL slab[PANEL_DEPTH * MR];
#endif
    for (int i = 0; i < ROW_BLOCK * NV; i++) sums[i] = (VREAL)0;

    int x = begin % g.ow, y = begin / g.ow % g.oh, n = begin / g.ow / g.oh;
    for (int k0 = begin; k0 < end; k0 += PANEL_DEPTH) {
        const int depth = min(PANEL_DEPTH, end - k0);
        for (int k = 0; k < depth; k++) {
            top[k] = y * g.stride_h - g.pad_top;
            left[k] = x * g.stride_w - g.pad_left;
            base[k] = (((long)n * g.h + top[k]) * g.w + left[k]) * g.c;
            if (++x == g.ow) {
                x = 0;
                if (++y == g.oh) y = 0, n++;
            }
        }
        REAL *cells = (REAL *)panel;
        __global const REAL *from = gradient + (long)k0 * g.f + group * fg + col0;
        if (cols == NT)
            for (int k = 0; k < depth; k++)
                #pragma unroll
                for (int v = 0; v < NV; v++) panel[k * NV + v] = LOADN(VW)(v, from + (long)k * g.f);
        else
            for (int k = 0; k < depth; k++)
                for (int c = 0; c < NT; c++) cells[k * NT + c] = c < cols ? from[(long)k * g.f + c] : (REAL)0;

        for (int row = row0; row < row_end; row += MR) {
            VREAL acc[MR][NV];
            VREAL *kept = sums + (row - row0) * NV;
            #pragma unroll
            for (int i = 0; i < MR; i++)
                #pragma unroll
                for (int v = 0; v < NV; v++) acc[i][v] = kept[i * NV + v];
#if PADDED
            for (int i = 0; i < MR; i++) {
                const int cell = min(row + i, M - 1), tap = cell / cg;
                const int dy = tap / g.kw * g.dilation_h, dx = tap % g.kw * g.dilation_w;
                __global const REAL *p = image + ((long)dy * g.w + dx) * g.c + group * cg + cell - tap * cg;
                for (int k = 0; k < depth; k++) {
                    const int iy = top[k] + dy, ix = left[k] + dx;
                    const bool inside = iy >= 0 && iy < g.h && ix >= 0 && ix < g.w;
                    slab[k * MR + i] = inside ? p[base[k]] : (REAL)0;
                }
            }
#define CELL(i, k) slab[(k) * MR + (i)]
#else
            __global const REAL *p[MR];
            #pragma unroll
            for (int i = 0; i < MR; i++) {
                const int cell = min(row + i, M - 1), tap = cell / cg;
                const int dy = tap / g.kw * g.dilation_h, dx = tap % g.kw * g.dilation_w;
                p[i] = image + ((long)dy * g.w + dx) * g.c + group * cg + cell - tap * cg;
            }
#define CELL(i, k) p[i][base[k]]
#endif
            #pragma unroll 1
            for (int k = 0; k < depth; k++) {
                VREAL w[NV];
                #pragma unroll
                for (int v = 0; v < NV; v++) w[v] = panel[k * NV + v];
                #pragma unroll
                for (int i = 0; i < MR; i++) {
                    const VREAL value = (VREAL)CELL(i, k);
                    #pragma unroll
                    for (int v = 0; v < NV; v++) acc[i][v] += value * w[v];
                }
            }
#undef CELL
            #pragma unroll
            for (int i = 0; i < MR; i++)
                #pragma unroll
                for (int v = 0; v < NV; v++) kept[i * NV + v] = acc[i][v];
        }
    }
    const REAL *total = (const REAL *)sums;
    for (int row = row0; row < row_end; row++) {
        __global REAL *to = partial + ((long)get_global_id(2) * M + row) * g.f + group * fg + col0;
        for (int c = 0; c < cols; c++) to[c] = total[(row - row0) * NT + c];
    }
}

#undef VREAL
#undef NT
#undef ROW_BLOCK
#undef PANEL_DEPTH
