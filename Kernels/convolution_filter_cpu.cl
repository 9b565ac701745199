// Filter gradient of a 2-D convolution for CPU devices, first pass: partial sums over ranges of pixels.
//
// As a matrix product: rows are filter cells (tap, image channel of the group), columns result channels, and k runs
// over the result's pixels. Split s sums its own `span` pixels in ascending order into partial[s, row, f]; the second
// pass (reduce_parts.cl) adds the splits in order. With one split, partial is the filter gradient itself.
// Work: a private panel of the result's gradient and an MR x NV register tile per group of MR filter cells; each
// work-item takes GROUPS groups and TILES tiles of columns, so that what it reads of the image, a line here and there,
// is met again in cache and asked for early. No tap may fall outside the image (convolution_pad.cl sees to it).
// BY_TAP 1 (host's predicate: the group's channels are a multiple of MR): the MR cells are neighbouring channels of one
// tap, and a work-item takes all taps of them before the next channels, so that image values are met again in cache.
// BY_TAP 0 (few channels): cells in their own order, each with a place of its own.
//
// Macros: NAME, REAL, VW, NV, MR, TILES, BY_TAP.
// Global size: (ceil(f per group / (TILES*NV*VW)) * groups, ceil(ceil(rows / MR) / GROUPS), splits); span is a multiple
// of PANEL_DEPTH wherever there is more than one split.

#define VREAL WIDE(REAL, VW)
#define NT (NV * VW)
#define GROUPS 36
#define PANEL_DEPTH 64

__kernel SINGLE void NAME(
    __global const REAL *restrict image, __global const REAL *restrict gradient, __global REAL *restrict partial,
    const Geometry g, const int span)
{
    const int cg = g.c / g.groups, fg = g.f / g.groups, M = g.kh * g.kw * cg, pixels = g.n * g.oh * g.ow;
    const int blocks = CEIL_DIV(fg, TILES * NT), group = get_global_id(0) / blocks;
    const int left = get_global_id(0) % blocks * TILES * NT, tiles = min(TILES, CEIL_DIV(fg - left, NT));
    const int first = get_global_id(1) * GROUPS, last = min(first + GROUPS, CEIL_DIV(M, MR));
    const int begin = get_global_id(2) * span, end = min(begin + span, pixels);

    VREAL panel[PANEL_DEPTH * NV];
    VREAL sums[GROUPS * TILES * MR * NV];
    // Where the image's cells of a panel begin: of this one, and of the next, which are asked for meanwhile.
    long bases[2][PANEL_DEPTH];
    for (int i = 0; i < (last - first) * TILES * MR * NV; i++) sums[i] = (VREAL)0;

    int x = begin % g.ow, y = begin / g.ow % g.oh, n = begin / g.ow / g.oh;
    for (int k0 = begin - PANEL_DEPTH, turn = 1; k0 < end; k0 += PANEL_DEPTH, turn ^= 1) {
        const long *base = bases[turn ^ 1], *ahead = bases[turn];
        for (int k = 0; k < PANEL_DEPTH; k++) {
            bases[turn][k] = (((long)n * g.h + y * g.stride_h) * g.w + x * g.stride_w) * g.c + group * cg;
            if (++x == g.ow) {
                x = 0;
                if (++y == g.oh) y = 0, n++;
            }
        }
        if (k0 < begin) continue;
        const int depth = min(PANEL_DEPTH, end - k0);
        for (int tile = 0; tile < tiles; tile++) {
            const int col0 = left + tile * NT, cols = min(NT, fg - col0);
            REAL *cells = (REAL *)panel;
            __global const REAL *from = gradient + (long)k0 * g.f + group * fg + col0;
            if (cols == NT)
                for (int k = 0; k < depth; k++)
                    #pragma unroll
                    for (int v = 0; v < NV; v++) panel[k * NV + v] = LOADN(VW)(v, from + (long)k * g.f);
            else
                for (int k = 0; k < depth; k++)
                    for (int c = 0; c < NT; c++) cells[k * NT + c] = c < cols ? from[(long)k * g.f + c] : (REAL)0;

            for (int part = first; part < last; part++) {
                VREAL acc[MR][NV];
                VREAL *kept = sums + ((part - first) * TILES + tile) * MR * NV;
                #pragma unroll
                for (int i = 0; i < MR; i++)
                    #pragma unroll
                    for (int v = 0; v < NV; v++) acc[i][v] = kept[i * NV + v];
#if BY_TAP
                const int tap = part % (g.kh * g.kw), channel = part / (g.kh * g.kw) * MR;
                const int dy = tap / g.kw * g.dilation_h, dx = tap % g.kw * g.dilation_w;
                __global const REAL *p = image + ((long)dy * g.w + dx) * g.c + channel;
#define CELL(i, k) p[base[k] + (i)]
#define AHEAD(k) PREFETCH(p + ahead[k])
#else
                __global const REAL *p[MR];
                #pragma unroll
                for (int i = 0; i < MR; i++) {
                    const int cell = min(part * MR + i, M - 1), tap = cell / cg;
                    const int dy = tap / g.kw * g.dilation_h, dx = tap % g.kw * g.dilation_w;
                    p[i] = image + ((long)dy * g.w + dx) * g.c + cell - tap * cg;
                }
#define CELL(i, k) p[i][base[k]]
#define AHEAD(k)
#endif
                #pragma unroll 1
                for (int k = 0; k < depth; k++) {
                    AHEAD(k);
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
#undef AHEAD
                #pragma unroll
                for (int i = 0; i < MR; i++)
                    #pragma unroll
                    for (int v = 0; v < NV; v++) kept[i * NV + v] = acc[i][v];
            }
        }
    }
    for (int part = first; part < last; part++)
        for (int i = 0; i < MR; i++) {
#if BY_TAP
            const int row = part % (g.kh * g.kw) * cg + part / (g.kh * g.kw) * MR + i;
#else
            const int row = part * MR + i;
            if (row >= M) break;
#endif
            __global REAL *to = partial + ((long)get_global_id(2) * M + row) * g.f + group * fg + left;
            for (int tile = 0; tile < tiles; tile++) {
                const REAL *total = (const REAL *)(sums + (((part - first) * TILES + tile) * MR + i) * NV);
                const int cols = min(NT, fg - left - tile * NT);
                for (int c = 0; c < cols; c++) to[tile * NT + c] = total[c];
            }
        }
}

#undef VREAL
#undef NT
#undef GROUPS
#undef PANEL_DEPTH
