// Matrix product for CPU devices: out[m, n] = epilogue(sum over k of a[m, k] * b[k, n]), batched.
//
// Layout: row-major and contiguous; with TRANSPOSE_A a is stored [K, M], with TRANSPOSE_B b is stored [N, K].
// Work: each work-item makes `rows` (at most ROW_BLOCK) x NV*VW elements of one matrix. It copies a slab of b,
// PANEL_DEPTH deep, into a private panel (transposing there, and padding the right edge with zeros), then keeps
// an MR x NV tile of vectors in registers for each MR rows. No local memory, no barrier, local size (1, 1, 1).
// Sums over k run in ascending order, whatever the sizes.
//
// Macros: NAME, REAL, VW (lanes of a vector), NV (vectors per row of the tile), MR, TRANSPOSE_A, TRANSPOSE_B (0 or 1),
//   EPILOGUE(v, row, col, item), EPILOGUE_PARAMETERS (`, type name` each, or nothing), OUT (the result's type in
//   memory) and PUT(pointer, index, value).
// Global size: (ceil(N / (NV*VW)), ceil(M / rows), batch).

#define VREAL WIDE(REAL, VW)
#define NT (NV * VW)
#define ROW_BLOCK 128
#define PANEL_DEPTH 128

__kernel SINGLE void NAME(
    __global const REAL *restrict a_all, __global const REAL *restrict b_all, __global OUT *restrict out_all,
    const int M, const int N, const int K, const int rows,
    const int batch1, const int batch2, const long a_batch0, const long a_batch1, const long a_batch2,
    const long b_batch0, const long b_batch1, const long b_batch2 EPILOGUE_PARAMETERS)
{
    const int col0 = get_global_id(0) * NT;
    const int row0 = get_global_id(1) * rows;
    const int item = get_global_id(2);
    const int i0 = item / (batch1 * batch2), i1 = item / batch2 % batch1, i2 = item % batch2;
    __global const REAL *restrict a = a_all + i0 * a_batch0 + i1 * a_batch1 + i2 * a_batch2;
    __global const REAL *restrict b = b_all + i0 * b_batch0 + i1 * b_batch1 + i2 * b_batch2;
    __global OUT *restrict out = out_all + (long)item * M * N;
    const int row_end = min(row0 + rows, M);
    const int cols = min(NT, N - col0);

    VREAL panel[PANEL_DEPTH * NV];
    VREAL sums[ROW_BLOCK * NV];

    for (int k0 = 0; k0 == 0 || k0 < K; k0 += PANEL_DEPTH) {
        const int depth = min(PANEL_DEPTH, K - k0);
        {
            REAL *cells = (REAL *)panel;
#if TRANSPOSE_B
            int k = 0;
            if (cols == NT) {
                for (; k + VW <= depth; k += VW)
                    for (int v = 0; v < NV; v++) {
                        VREAL s[VW], t[VW];
                        __global const REAL *from = b + (long)(col0 + v * VW) * K + k0 + k;
                        #pragma unroll
                        for (int i = 0; i < VW; i++) s[i] = LOADN(VW)(0, from + (long)i * K);
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
                        for (int i = 0; i < VW; i++) panel[(k + i) * NV + v] = s[i];
                    }
            }
            for (; k < depth; k++)
                for (int c = 0; c < NT; c++)
                    cells[k * NT + c] = c < cols ? b[(long)(col0 + c) * K + k0 + k] : (REAL)0;
#else
            __global const REAL *from = b + (long)k0 * N + col0;
            if (cols == NT)
                for (int k = 0; k < depth; k++)
                    #pragma unroll
                    for (int v = 0; v < NV; v++) panel[k * NV + v] = LOADN(VW)(v, from + (long)k * N);
            else
                for (int k = 0; k < depth; k++)
                    for (int c = 0; c < NT; c++)
                        cells[k * NT + c] = c < cols ? from[(long)k * N + c] : (REAL)0;
#endif
        }
        const bool first = k0 == 0, last = k0 + PANEL_DEPTH >= K;

        for (int row = row0; row < row_end; row += MR) {
            VREAL acc[MR][NV];
            VREAL *kept = sums + (row - row0) * NV;
            #pragma unroll
            for (int i = 0; i < MR; i++)
                #pragma unroll
                for (int v = 0; v < NV; v++) acc[i][v] = first ? (VREAL)0 : kept[i * NV + v];

            __global const REAL *p[MR];
#if TRANSPOSE_A
            #pragma unroll
            for (int i = 0; i < MR; i++) p[i] = a + (long)k0 * M + min(row + i, M - 1);
            #pragma unroll 1
            for (int k = 0; k < depth; k++) {
                const long at = (long)k * M;
#else
            #pragma unroll
            for (int i = 0; i < MR; i++) p[i] = a + (long)min(row + i, M - 1) * K + k0;
            #pragma unroll 1
            for (int k = 0; k < depth; k++) {
                const long at = k;
#endif
                VREAL w[NV];
                #pragma unroll
                for (int v = 0; v < NV; v++) w[v] = panel[k * NV + v];
                #pragma unroll
                for (int i = 0; i < MR; i++) {
                    const VREAL x = (VREAL)p[i][at];
                    #pragma unroll
                    for (int v = 0; v < NV; v++) acc[i][v] += x * w[v];
                }
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
                const int tile_rows = min(MR, row_end - row);
                for (int i = 0; i < tile_rows; i++) {
                    __global OUT *to = out + (long)(row + i) * N + col0;
                    for (int c = 0; c < cols; c++) PUT(to, c, EPILOGUE(tile[i][c], row + i, col0 + c, item));
                }
            }
        }
    }
}

#undef VREAL
#undef NT
#undef ROW_BLOCK
#undef PANEL_DEPTH
