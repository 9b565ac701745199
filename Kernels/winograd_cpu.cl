// 3x3 convolution of stride 1 and its input gradient for CPU devices by Winograd's F(4x4, 3x3): 36 multiplications
// where the direct form takes 144.
//
// Layout: channels last, contiguous; U from winograd_filter.cl. The image's channels K are a multiple of VW.
// Work: each work-item makes TILES tiles of 4 x 4 pixels, COLUMNS result channels. DEPTH channels of the image at a time
// are spread to 36 cells per tile; for each cell a small matrix product [tiles, K] x [K, columns] adds up; the sums
// are gathered to pixels at the end. Everything between stays in the core's caches. Sums run in ascending order.
//
// Macros: NAME, REAL, VW, NV, MR, TILES, COLUMNS, DEPTH, EPILOGUE(v, row, col, item), EPILOGUE_PARAMETERS, OUT, PUT.
// Global size: (ceil(N / COLUMNS), ceil(tiles / TILES)).

__kernel SINGLE void NAME(
    __global const REAL *restrict source, __global const REAL *restrict spread, __global OUT *restrict out,
    __global const REAL *restrict zeros, const int h, const int w, const int K, const int oh, const int ow, const int N,
    const int pad_y, const int pad_x, const int tiles EPILOGUE_PARAMETERS)
{
    const int col0 = get_global_id(0) * COLUMNS, cols = min(COLUMNS, N - col0);
    const int tile0 = get_global_id(1) * TILES, count = min(TILES, tiles - tile0);
    const int tiles_y = CEIL_DIV(oh, 4), tiles_x = CEIL_DIV(ow, 4);

    __local REAL cells[36 * TILES * DEPTH];
    __local VREAL sums[36 * TILES * (COLUMNS / VW)];

    for (int k0 = 0; k0 < K; k0 += DEPTH) {
        const int depth = min(DEPTH, K - k0);
        for (int t = 0; t < count; t++) {
            const int x = (tile0 + t) % tiles_x, y = (tile0 + t) / tiles_x % tiles_y;
            const long n = (tile0 + t) / tiles_x / tiles_y;
            JOIN(NAME, _tile)(
                source + n * h * w * K, zeros, h, w, K, y * 4 - pad_y, x * 4 - pad_x, k0, depth, cells + t * DEPTH,
                TILES * DEPTH);
        }
        for (int cell = 0; cell < 36; cell++)
            for (int block = 0; block * NT < cols; block++) {
                __global const REAL *restrict panel = spread + (((long)(col0 / NT + block) * 36 + cell) * K + k0) * NT;
                for (int t = 0; t < count; t += MR) {
                    VREAL acc[MR][NV];
                    __local VREAL *kept = sums + (cell * TILES + t) * (COLUMNS / VW) + block * NV;
                    __local const REAL *from = cells + (cell * TILES + t) * DEPTH;
                    #pragma unroll
                    for (int i = 0; i < MR; i++)
                        #pragma unroll
                        for (int v = 0; v < NV; v++) acc[i][v] = k0 == 0 ? (VREAL)0 : kept[i * (COLUMNS / VW) + v];
                    #pragma unroll 1
                    for (int k = 0; k < depth; k++) {
                        VREAL b[NV];
                        #pragma unroll
                        for (int v = 0; v < NV; v++) b[v] = LOADN(VW)(v, panel + (long)k * NT);
                        #pragma unroll
                        for (int i = 0; i < MR; i++) {
                            const VREAL a = (VREAL)from[i * DEPTH + k];
                            #pragma unroll
                            for (int v = 0; v < NV; v++) acc[i][v] += a * b[v];
                        }
                    }
                    #pragma unroll
                    for (int i = 0; i < MR; i++)
                        #pragma unroll
                        for (int v = 0; v < NV; v++) kept[i * (COLUMNS / VW) + v] = acc[i][v];
                }
            }
    }

    for (int t = 0; t < count; t++) {
        const int x0 = (tile0 + t) % tiles_x * 4, y0 = (tile0 + t) / tiles_x % tiles_y * 4;
        const int n = (tile0 + t) / tiles_x / tiles_y;
        REAL pixels[16][COLUMNS];
        for (int v = 0; v * VW < cols; v++) {
            __local const VREAL *m = sums + t * (COLUMNS / VW) + v;
            VREAL half_way[4][6];
#define GATHER(o, m0, m1, m2, m3, m4, m5) \
            { const VREAL p = m1 + m2, q = m1 - m2, r = m3 + m4, s = m3 - m4; \
              o(0) = m0 + p + r; o(1) = q + s * 2; o(2) = p + r * 4; o(3) = q + s * 8 + m5; }
#define M(y, x) m[((y) * 6 + (x)) * TILES * (COLUMNS / VW)]
            #pragma unroll 1
            for (int x = 0; x < 6; x++) {
#define O(i) half_way[i][x]
                GATHER(O, M(0, x), M(1, x), M(2, x), M(3, x), M(4, x), M(5, x))
#undef O
            }
            #pragma unroll 1
            for (int y = 0; y < 4; y++) {
                VREAL o[4];
#define O(i) o[i]
                GATHER(O, half_way[y][0], half_way[y][1], half_way[y][2], half_way[y][3], half_way[y][4], half_way[y][5])
#undef O
                #pragma unroll
                for (int x = 0; x < 4; x++) STOREN(VW)(o[x], v, pixels[y * 4 + x]);
            }
#undef GATHER
#undef M
        }
        for (int y = 0; y < 4 && y0 + y < oh; y++)
            for (int x = 0; x < 4 && x0 + x < ow; x++) {
                const int row = (n * oh + y0 + y) * ow + x0 + x;
                __global OUT *to = out + (long)row * N + col0;
                // Whole vectors have a constant length, so that compilers make vectors of the epilogue.
                int c = 0;
                for (; c + VW <= cols; c += VW)
                    WIDE_LOOP for (int l = c; l < c + VW; l++)
                        PUT(to, l, EPILOGUE(pixels[y * 4 + x][l], row, col0 + l, 0))
                for (; c < cols; c++) PUT(to, c, EPILOGUE(pixels[y * 4 + x][c], row, col0 + c, 0))
            }
    }
}

#undef VREAL
#undef NT
