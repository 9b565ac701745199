// Filters for Winograd convolution, F(4x4, 3x3): U = G w G^T per input and result channel, 36 cells for 9 taps.
//
// Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks" (2016), with the points 0, 1, -1, 2, -2, infinity.
// Layout: filter [3, 3, c, f]; U [ceil(N / NT), 36, K, NT], zeros behind the last column. Forward (GRADIENT 0): K is c
// and N is f. Input gradient (GRADIENT 1): K is f, N is c, and the taps are turned by 180 degrees.
//
// Macros: NAME, REAL, VW, NV, GRADIENT.
// Global size: (ceil(N / (NV*VW)), ceil(K / VW)).

#define VREAL WIDE(REAL, VW)
#define NT (NV * VW)
#define SPREAD(u, w0, w1, w2) \
    u[0] = (w0) * (REAL)(1.0 / 4); \
    u[1] = ((w0) + (w1) + (w2)) * (REAL)(-1.0 / 6); \
    u[2] = ((w0) - (w1) + (w2)) * (REAL)(-1.0 / 6); \
    u[3] = (w0) * (REAL)(1.0 / 24) + (w1) * (REAL)(1.0 / 12) + (w2) * (REAL)(1.0 / 6); \
    u[4] = (w0) * (REAL)(1.0 / 24) - (w1) * (REAL)(1.0 / 12) + (w2) * (REAL)(1.0 / 6); \
    u[5] = (w2);

__kernel SINGLE void NAME(
    __global const REAL *restrict filter, __global REAL *restrict spread, const int c, const int f)
{
    const int col0 = get_global_id(0) * NT, k0 = get_global_id(1) * VW;
#if GRADIENT
    const int K = f, N = c;
#else
    const int K = c, N = f;
#endif
    const int depth = min(VW, K - k0), cols = min(NT, N - col0);
    REAL cells[9][VW][NT];
    for (int tap = 0; tap < 9; tap++)
        for (int k = 0; k < depth; k++)
            for (int i = 0; i < NT; i++)
#if GRADIENT
                cells[tap][k][i] = i < cols ? filter[((long)(8 - tap) * c + col0 + i) * f + k0 + k] : (REAL)0;
#else
                cells[tap][k][i] = i < cols ? filter[((long)tap * c + k0 + k) * f + col0 + i] : (REAL)0;
#endif
    for (int k = 0; k < depth; k++) {
        __global REAL *to = spread + ((long)get_global_id(0) * 36 * K + k0 + k) * NT;
        for (int v = 0; v < NV; v++) {
            VREAL w[9], half_way[3][6], u[6];
            for (int tap = 0; tap < 9; tap++) w[tap] = LOADN(VW)(v, cells[tap][k]);
            for (int x = 0; x < 3; x++) { SPREAD(half_way[x], w[x], w[3 + x], w[6 + x]) }
            for (int y = 0; y < 6; y++) {
                SPREAD(u, half_way[0][y], half_way[1][y], half_way[2][y])
                for (int x = 0; x < 6; x++) STOREN(VW)(u[x], v, to + (long)(y * 6 + x) * K * NT);
            }
        }
    }
}

#undef SPREAD
#undef VREAL
#undef NT
