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
// `inside` (forward only): no tap falls into the padding, so nothing is compared.
// Input gradient of stride s: the rows walk the images by phase (y mod s, x mod s), so that the rows of a work-item
// share the taps that meet them, and the others are passed over.
//
// Macros: NAME, REAL, VW, NV, MR, GRADIENT, EPILOGUE(v, row, col, item), EPILOGUE_PARAMETERS, OUT, PUT
// (see matmul_cpu.cl).
// `zeros` holds at least as many zeros as a run is long (c, f, or kw * c).
// Global size: (ceil(columns per group / (NV*VW)), ceil(pixels / rows), groups), with GRADIENT the second rounded up to
// a multiple of stride_h * stride_w; rows is at most ROW_BLOCK.

#define VREAL WIDE(REAL, VW)
#define NT (NV * VW)
#define ROW_BLOCK 128
// Holds all cells of 7x7x3 and 5x5x6 at once: a few left over would cost a tile another turn through its sums.
#define PANEL_DEPTH 160
// Which of the image's phases a tap meets (input gradient).
#define PHASE(y, x) ((y) * g.dilation_h % g.stride_h * g.stride_w + (x) * g.dilation_w % g.stride_w)

__kernel SINGLE void NAME(
    __global const REAL *restrict source, __global const REAL *restrict filter, __global OUT *restrict out,
    __global const REAL *restrict zeros, const Geometry g, const int rows, const int merged,
    const int inside EPILOGUE_PARAMETERS)
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
#if GRADIENT
    // Neighbouring items take different phases: phases differ in work, and a device hands items out in runs.
    const int phases = g.stride_h * g.stride_w;
    const int block = get_global_id(1) % phases * (get_global_size(1) / phases) + get_global_id(1) / phases;
    if (block * rows >= M) return;
#else
    const int block = get_global_id(1);
#endif
    const int row0 = block * rows, row_end = min(row0 + rows, M);

    VREAL panel[PANEL_DEPTH * NV];
    VREAL sums[ROW_BLOCK * NV];
    // Per row, the source pixel that tap (0, 0) meets: its offset and its place in the image.
    long origin[ROW_BLOCK + MR];
    int top[ROW_BLOCK + MR], left[ROW_BLOCK + MR];
#if GRADIENT
    int phase[ROW_BLOCK + MR], place[ROW_BLOCK + MR];
    int first_y = 0, first_x = 0, rest = row0, per_row, per_image;
    for (;;) {
        per_row = CEIL_DIV(out_w - first_x, g.stride_w);
        per_image = CEIL_DIV(out_h - first_y, g.stride_h) * per_row;
        if (rest < g.n * per_image) break;
        rest -= g.n * per_image;
        if (++first_x == min(g.stride_w, out_w)) first_x = 0, first_y++;
    }
    int n = rest / per_image;
    int y = first_y + rest % per_image / per_row * g.stride_h, x = first_x + rest % per_row * g.stride_w;
#else
    int n = row0 / (out_h * out_w), y = row0 / out_w % out_h, x = row0 % out_w;
#endif
    for (int at = 0; at < rows + MR; at++) {
#if GRADIENT
        const int below = y + g.pad_top, beside = x + g.pad_left;
        top[at] = below / g.stride_h;
        left[at] = beside / g.stride_w;
        phase[at] = (below - top[at] * g.stride_h) * g.stride_w + beside - left[at] * g.stride_w;
        place[at] = (n * out_h + y) * out_w + x;
#else
        top[at] = y * g.stride_h - g.pad_top;
        left[at] = x * g.stride_w - g.pad_left;
#endif
        origin[at] = (((long)n * in_h + top[at]) * in_w + left[at]) * in_c + group * run;
        if (row0 + at + 1 >= M) continue;
#if GRADIENT
        if ((x += g.stride_w) < out_w) continue;
        x = first_x;
        if ((y += g.stride_h) < out_h) continue;
        y = first_y;
        if (++n < g.n) continue;
        n = 0;
        if (++first_x == min(g.stride_w, out_w)) first_x = 0, first_y++;
        y = first_y, x = first_x;
#else
        if (++x < out_w) continue;
        x = 0;
        if (++y == out_h) y = 0, n++;
#endif
    }

#if GRADIENT
    const bool one_phase = phase[0] == phase[rows - 1];
#endif
    for (int k0 = 0; k0 < K; k0 += PANEL_DEPTH) {
        const int depth = min(PANEL_DEPTH, K - k0), k_end = k0 + depth;
        REAL *cells = (REAL *)panel;
#if GRADIENT
        for (int k = k0; k < k_end;) {
            const int tap = k / run, f = k - tap * run;
            if (one_phase && phase[0] != PHASE(tap / g.kw, tap % g.kw)) {
                k += min(run - f, k_end - k);
                continue;
            }
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
                bool any = inside;
#if GRADIENT
                const int dy = -(tap_y * g.dilation_h / g.stride_h), dx = -(tap_x * g.dilation_w / g.stride_w);
                const int tap_phase = PHASE(tap_y, tap_x);
#else
                const int dy = tap_y * g.dilation_h, dx = tap_x * g.dilation_w;
#endif
                const long shift = ((long)dy * in_w + dx) * in_c + within;
                if (inside) {
                    #pragma unroll
                    for (int i = 0; i < MR; i++) p[i] = source + origin[row - row0 + i] + shift;
                } else {
                    #pragma unroll
                    for (int i = 0; i < MR; i++) {
                        const int at = row - row0 + i;
                        const int y = top[at] + dy, x = left[at] + dx;
                        const bool met = y >= 0 && y < in_h && x >= 0 && x < in_w
#if GRADIENT
                            && phase[at] == tap_phase
#endif
                            ;
                        p[i] = met ? source + origin[at] + shift : zeros + within;
                        any |= met;
                    }
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
#if GRADIENT
                    const int pixel = place[row - row0 + i];
#else
                    const int pixel = row + i;
#endif
                    __global OUT *to = out + (long)pixel * out_c + first_col;
                    // Whole rows of the tile have a constant length, so that compilers make vectors of the epilogue.
                    if (cols == NT)
                        WIDE_LOOP for (int c = 0; c < NT; c++) PUT(to, c, EPILOGUE(tile[i][c], pixel, first_col + c, 0))
                    else
                        for (int c = 0; c < cols; c++) PUT(to, c, EPILOGUE(tile[i][c], pixel, first_col + c, 0))
                }
            }
        }
    }
}

#undef VREAL
#undef NT
#undef ROW_BLOCK
#undef PANEL_DEPTH
#undef PHASE
