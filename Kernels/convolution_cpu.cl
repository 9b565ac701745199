// 2-D convolution and its input gradient for CPU devices, without im2col.
//
// Layout: channels last, contiguous (see Geometry in the prelude). Forward (GRADIENT 0): rows are result pixels,
// columns result channels, and k runs over (tap, image channel). Input gradient (GRADIENT 1): rows are image pixels,
// columns image channels, and k runs over (tap, result channel): each image pixel gathers from the result's
// gradient, so no two work-items write one element.
// Work: as in matmul_cpu.cl, a private panel of the filter and an MR x NV register tile; per tap the MR rows point at
// their source pixel, or at `zeros` where the tap falls into the padding (or between strides).
// `merged` (forward only; host's predicate: no horizontal padding, dilation_w 1, one group): the taps of one filter
// row and the channels are one contiguous run, which makes images of few channels fast.
//
// Macros: NAME, REAL, VW, NV, MR, GRADIENT, EPILOGUE(v, row, col, item), EPILOGUE_PARAMETERS, OUT, PUT
// (see matmul_cpu.cl).
// `zeros` holds at least as many zeros as a run is long (c, f, or kw * c).
// Global size: (ceil(columns per group / (NV*VW)), ceil(pixels / rows), groups); rows is at most ROW_BLOCK.

#define VREAL WIDE(REAL, VW)
#define NT (NV * VW)
#define ROW_BLOCK 128
#define PANEL_DEPTH 144

__kernel SINGLE void NAME(
    __global const REAL *restrict source, __global const REAL *restrict filter, __global OUT *restrict out,
    __global const REAL *restrict zeros, const Geometry g, const int rows, const int merged EPILOGUE_PARAMETERS)
{
    const int group = get_global_id(2), cg = g.c / g.groups, fg = g.f / g.groups;
#if GRADIENT
    const int columns = cg, run = fg, taps_x = g.kw, taps = g.kh * g.kw;
    const int out_h = g.h, out_w = g.w, out_c = g.c, in_h = g.oh, in_w = g.ow, in_c = g.f;
#else
    const int columns = fg, run = merged ? g.kw * cg : cg, taps_x = merged ? 1 : g.kw, taps = g.kh * taps_x;
    const int out_h = g.oh, out_w = g.ow, out_c = g.f, in_h = g.h, in_w = g.w, in_c = g.c;
#endif
    const int K = taps * run, M = g.n * out_h * out_w;
    const int col0 = get_global_id(0) * NT, cols = min(NT, columns - col0);
    const int row0 = get_global_id(1) * rows, row_end = min(row0 + rows, M);

    VREAL panel[PANEL_DEPTH * NV];
    VREAL sums[ROW_BLOCK * NV];
    long base[ROW_BLOCK + MR];
    int top[ROW_BLOCK + MR], left[ROW_BLOCK + MR];
    for (int row = row0; row < row0 + rows + MR; row++) {
        const int pixel = min(row, M - 1);
        const int x = pixel % out_w, y = pixel / out_w % out_h;
        base[row - row0] = (long)(pixel / out_w / out_h) * in_h * in_w * in_c + group * run;
        top[row - row0] = GRADIENT ? y + g.pad_top : y * g.stride_h - g.pad_top;
        left[row - row0] = GRADIENT ? x + g.pad_left : x * g.stride_w - g.pad_left;
    }

    for (int k0 = 0; k0 < K; k0 += PANEL_DEPTH) {
        const int depth = min(PANEL_DEPTH, K - k0), k_end = k0 + depth;
        REAL *cells = (REAL *)panel;
#if GRADIENT
        for (int k = k0; k < k_end;) {
            const int tap = k / run, f = k - tap * run;
            __global const REAL *from = filter + ((long)tap * cg + col0) * g.f + group * fg + f;
            REAL *to = cells + (k - k0) * NT;
            if (cols == NT && f + VW <= run && k + VW <= k_end) {
                for (int v = 0; v < NV; v++) {
                    VREAL s[VW], t[VW];
                    #pragma unroll
                    for (int i = 0; i < VW; i++) s[i] = LOADN(VW)(0, from + (long)(v * VW + i) * g.f);
                    #pragma unroll
                    for (int round = 1; round < VW; round *= 2) {
                        #pragma unroll
                        for (int i = 0; i < VW / 2; i++) {
                            t[2 * i] = JOIN(ZIP_LOW_, VW)(VREAL, s[i], s[i + VW / 2]);
                            t[2 * i + 1] = JOIN(ZIP_HIGH_, VW)(VREAL, s[i], s[i + VW / 2]);
                        }
                        #pragma unroll
                        for (int i = 0; i < VW; i++) s[i] = t[i];
                    }
                    #pragma unroll
                    for (int i = 0; i < VW; i++) STOREN(VW)(s[i], i * NV + v, to);
                }
                k += VW;
            } else {
                for (int c = 0; c < NT; c++) to[c] = c < cols ? from[(long)c * g.f] : (REAL)0;
                k++;
            }
        }
#else
        __global const REAL *from = filter + (long)k0 * g.f + group * fg + col0;
        if (cols == NT)
            for (int k = 0; k < depth; k++)
                #pragma unroll
                for (int v = 0; v < NV; v++) panel[k * NV + v] = LOADN(VW)(v, from + (long)k * g.f);
        else
            for (int k = 0; k < depth; k++)
                for (int c = 0; c < NT; c++) cells[k * NT + c] = c < cols ? from[(long)k * g.f + c] : (REAL)0;
#endif
        const bool first = k0 == 0, last = k_end == K;

        for (int row = row0; row < row_end; row += MR) {
            VREAL acc[MR][NV];
            VREAL *kept = sums + (row - row0) * NV;
            #pragma unroll
            for (int i = 0; i < MR; i++)
                #pragma unroll
                for (int v = 0; v < NV; v++) acc[i][v] = first ? (VREAL)0 : kept[i * NV + v];

            int tap = k0 / run, k = k0;
            int tap_y = tap / taps_x, tap_x = tap % taps_x, within = k0 - tap * run;
            while (k < k_end) {
                const int count = min(run - within, k_end - k);
                __global const REAL *p[MR];
                bool any = false;
                #pragma unroll
                for (int i = 0; i < MR; i++) {
                    const int at = row - row0 + i;
#if GRADIENT
                    const int y0 = top[at] - tap_y * g.dilation_h, x0 = left[at] - tap_x * g.dilation_w;
                    const int y = g.stride_h == 1 ? y0 : y0 / g.stride_h, x = g.stride_w == 1 ? x0 : x0 / g.stride_w;
                    const bool inside = y0 >= 0 && x0 >= 0 && y < in_h && x < in_w
                        && y * g.stride_h == y0 && x * g.stride_w == x0;
#else
                    const int y = top[at] + tap_y * g.dilation_h, x = left[at] + tap_x * g.dilation_w;
                    const bool inside = y >= 0 && y < in_h && x >= 0 && x < in_w;
#endif
                    p[i] = (inside ? source + base[at] + ((long)y * in_w + x) * in_c : zeros) + within;
                    any |= inside;
                }
                if (any) {
                    const VREAL *slab = panel + (k - k0) * NV;
                    #pragma unroll 1
                    for (int c = 0; c < count; c++) {
                        VREAL w[NV];
                        #pragma unroll
                        for (int v = 0; v < NV; v++) w[v] = slab[c * NV + v];
                        #pragma unroll
                        for (int i = 0; i < MR; i++) {
                            const VREAL x = (VREAL)p[i][c];
                            #pragma unroll
                            for (int v = 0; v < NV; v++) acc[i][v] += x * w[v];
                        }
                    }
                }
                k += count;
                within = 0;
                if (++tap_x == taps_x) tap_x = 0, tap_y++;
            }

            if (!last) {
                #pragma unroll
                for (int i = 0; i < MR; i++)
                    #pragma unroll
                    for (int v = 0; v < NV; v++) kept[i * NV + v] = acc[i][v];
            } else {
                REAL tile[MR][NT];
                #pragma unroll
                for (int i = 0; i < MR; i++)
                    #pragma unroll
                    for (int v = 0; v < NV; v++) STOREN(VW)(acc[i][v], v, tile[i]);
                const int tile_rows = min(MR, row_end - row), first_col = group * columns + col0;
                for (int i = 0; i < tile_rows; i++) {
                    __global OUT *to = out + (long)(row + i) * out_c + first_col;
                    for (int c = 0; c < cols; c++) PUT(to, c, EPILOGUE(tile[i][c], row + i, first_col + c, 0));
                }
            }
        }
    }
}

#undef VREAL
#undef NT
#undef ROW_BLOCK
#undef PANEL_DEPTH
