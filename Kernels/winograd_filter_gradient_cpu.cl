// Filter gradient of a 3x3 convolution of stride 1 for CPU devices by Winograd's F(3x3, 4x4), first pass: partial
// sums over ranges of tiles.
//
// A tile is 4 x 4 pixels of the result's gradient and the 6 x 6 of the image under it; both are spread to 36 cells
// (B^T d B and G g G^T), and each cell adds up the matrix product [c, tiles] x [tiles, f]. What is left at the end is
// gathered to the 9 taps. Layout: image [n, h, w, c], gradient [n, oh, ow, f], partial [splits, 3, 3, c, f]; c and f
// are multiples of VW. Split s sums its own `span` tiles in ascending order; reduce_parts.cl adds the splits in order.
//
// Macros: NAME, REAL, VW, NV, MR, TILES, COLUMNS, DEPTH (image channels of a work-item, a multiple of MR).
// Global size: (ceil(f / COLUMNS), ceil(c / DEPTH), splits).

__kernel SINGLE void NAME(
    __global const REAL *restrict image, __global const REAL *restrict gradient, __global REAL *restrict partial,
    __global const REAL *restrict zeros, const int h, const int w, const int c, const int oh, const int ow, const int f,
    const int pad_y, const int pad_x, const int tiles, const int span)
{
    const int col0 = get_global_id(0) * COLUMNS, cols = min(COLUMNS, f - col0);
    const int row0 = get_global_id(1) * DEPTH, depth = min(DEPTH, c - row0);
    const int begin = get_global_id(2) * span, end = min(begin + span, tiles);
    const int tiles_y = CEIL_DIV(oh, 4), tiles_x = CEIL_DIV(ow, 4);

    __local REAL cells[36 * TILES * DEPTH];
    __local VREAL slopes[36 * TILES * (COLUMNS / VW)];
    __local VREAL sums[36 * DEPTH * (COLUMNS / VW)];
    for (int i = 0; i < 36 * DEPTH * (COLUMNS / VW); i++) sums[i] = (VREAL)0;

    for (int tile0 = begin; tile0 < end; tile0 += TILES) {
        const int count = min(TILES, end - tile0);
        for (int t = 0; t < count; t++) {
            const int x0 = (tile0 + t) % tiles_x * 4, y0 = (tile0 + t) / tiles_x % tiles_y * 4;
            const long n = (tile0 + t) / tiles_x / tiles_y;
            JOIN(NAME, _tile)(
                image + n * h * w * c, zeros, h, w, c, y0 - pad_y, x0 - pad_x, row0, depth, cells + t * DEPTH,
                TILES * DEPTH);
            __global const REAL *at[16];
            for (int y = 0; y < 4; y++)
                for (int x = 0; x < 4; x++)
                    at[y * 4 + x] = y0 + y < oh && x0 + x < ow
                        ? gradient + ((n * oh + y0 + y) * ow + x0 + x) * f + col0 : zeros;
            for (int v = 0; v * VW < cols; v++) {
#define SPREAD(t, g0, g1, g2, g3) \
                t[0] = g0 * (REAL)(1.0 / 4); \
                t[1] = (g0 + g1 + g2 + g3) * (REAL)(-1.0 / 6); \
                t[2] = (g0 - g1 + g2 - g3) * (REAL)(-1.0 / 6); \
                t[3] = g0 * (REAL)(1.0 / 24) + g1 * (REAL)(1.0 / 12) + g2 * (REAL)(1.0 / 6) + g3 * (REAL)(1.0 / 3); \
                t[4] = g0 * (REAL)(1.0 / 24) - g1 * (REAL)(1.0 / 12) + g2 * (REAL)(1.0 / 6) - g3 * (REAL)(1.0 / 3); \
                t[5] = g3;
                VREAL half_way[4][6];
                #pragma unroll 1
                for (int x = 0; x < 4; x++) {
                    VREAL g[4];
                    #pragma unroll
                    for (int y = 0; y < 4; y++) g[y] = LOADN(VW)(v, at[y * 4 + x]);
                    SPREAD(half_way[x], g[0], g[1], g[2], g[3])
                }
                #pragma unroll 1
                for (int y = 0; y < 6; y++) {
                    VREAL s[6];
                    SPREAD(s, half_way[0][y], half_way[1][y], half_way[2][y], half_way[3][y])
                    #pragma unroll
                    for (int x = 0; x < 6; x++) slopes[((y * 6 + x) * TILES + t) * (COLUMNS / VW) + v] = s[x];
                }
#undef SPREAD
            }
        }
        for (int cell = 0; cell < 36; cell++)
            for (int block = 0; block * NT < cols; block++) {
                __local const VREAL *panel = slopes + cell * TILES * (COLUMNS / VW) + block * NV;
                for (int row = 0; row < depth; row += MR) {
                    VREAL acc[MR][NV];
                    __local VREAL *kept = sums + (cell * DEPTH + row) * (COLUMNS / VW) + block * NV;
                    __local const REAL *from = cells + cell * TILES * DEPTH + row;
                    #pragma unroll
                    for (int i = 0; i < MR; i++)
                        #pragma unroll
                        for (int v = 0; v < NV; v++) acc[i][v] = kept[i * (COLUMNS / VW) + v];
                    #pragma unroll 1
                    for (int t = 0; t < count; t++) {
                        VREAL b[NV];
                        #pragma unroll
                        for (int v = 0; v < NV; v++) b[v] = panel[t * (COLUMNS / VW) + v];
                        #pragma unroll
                        for (int i = 0; i < MR; i++) {
                            const VREAL a = (VREAL)from[t * DEPTH + i];
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

    for (int row = 0; row < depth; row++)
        for (int v = 0; v * VW < cols; v++) {
            __local const VREAL *m = sums + row * (COLUMNS / VW) + v;
            VREAL half_way[3][6];
#define GATHER(o, m0, m1, m2, m3, m4, m5) \
            { const VREAL p = m1 + m2, q = m1 - m2, r = m3 + m4, s = m3 - m4; \
              o(0) = m0 + p + r; o(1) = q + s * 2; o(2) = p + r * 4 + m5; }
#define M(y, x) m[((y) * 6 + (x)) * DEPTH * (COLUMNS / VW)]
            #pragma unroll 1
            for (int x = 0; x < 6; x++) {
#define O(i) half_way[i][x]
                GATHER(O, M(0, x), M(1, x), M(2, x), M(3, x), M(4, x), M(5, x))
#undef O
            }
            #pragma unroll 1
            for (int y = 0; y < 3; y++) {
                VREAL o[3];
#define O(i) o[i]
                GATHER(O, half_way[y][0], half_way[y][1], half_way[y][2], half_way[y][3], half_way[y][4], half_way[y][5])
#undef O
                #pragma unroll
                for (int x = 0; x < 3; x++)
                    STOREN(VW)(o[x], v, partial + (((long)get_global_id(2) * 9 + y * 3 + x) * c + row0 + row) * f + col0);
            }
#undef GATHER
#undef M
        }
}

#undef VREAL
#undef NT
