// What the Winograd kernels share: a tile of the image, 6 x 6, on its way to 36 cells: V = B^T d B.
//
// The tile's top left corner is at (y0, x0); what lies outside the image is read from `zeros`.

#define VREAL WIDE(REAL, VW)
#define NT (NV * VW)

// One row or column of the transformation.
#define SPREAD(t, d) \
    t[0] = d[0] * 4 - d[2] * 5 + d[4]; \
    t[1] = (d[3] + d[4]) - (d[1] + d[2]) * 4; \
    t[2] = (d[4] - d[3]) + (d[1] - d[2]) * 4; \
    t[3] = (d[4] - d[2]) + (d[3] - d[1]) * 2; \
    t[4] = (d[4] - d[2]) - (d[3] - d[1]) * 2; \
    t[5] = d[1] * 4 - d[3] * 5 + d[5];

// Channels c0 to c0 + depth of one tile, to cells[cell * pitch].
static void JOIN(NAME, _tile)(
    __global const REAL *restrict image, __global const REAL *restrict zeros, const int h, const int w, const int c,
    const int y0, const int x0, const int c0, const int depth, __local REAL *restrict cells, const int pitch)
{
    __global const REAL *at[36];
    for (int y = 0; y < 6; y++)
        for (int x = 0; x < 6; x++)
            at[y * 6 + x] = y0 + y >= 0 && y0 + y < h && x0 + x >= 0 && x0 + x < w
                ? image + ((long)(y0 + y) * w + x0 + x) * c + c0 : zeros;
    for (int v = 0; v < depth; v += VW) {
        VREAL half_way[6][6];
        #pragma unroll 1
        for (int x = 0; x < 6; x++) {
            VREAL d[6], t[6];
            #pragma unroll
            for (int y = 0; y < 6; y++) d[y] = LOADN(VW)(0, at[y * 6 + x] + v);
            SPREAD(t, d)
            #pragma unroll
            for (int y = 0; y < 6; y++) half_way[y][x] = t[y];
        }
        #pragma unroll 1
        for (int y = 0; y < 6; y++) {
            VREAL t[6];
            SPREAD(t, half_way[y])
            #pragma unroll
            for (int x = 0; x < 6; x++) STOREN(VW)(t[x], 0, cells + (y * 6 + x) * pitch + v);
        }
    }
}

#undef SPREAD
