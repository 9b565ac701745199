// The tiled product for GPUs: work-groups of 256 share slabs of both operands in local memory.
//
// Stands behind places_gpu.cl and a file that says what the operands are (matmul_gpu.cl, convolution_gpu.cl,
// convolution_filter_gpu.cl) by these macros: PARAMETERS; PROLOGUE, which declares M, N and the range first to last of
// the sum; A_SOURCE and B_SOURCE, the pointers; ROW_PLACE(row) and A_STEP_PLACE(k), COLUMN_PLACE(col) and
// B_STEP_PLACE(k); A_AT(row_place, step_place) and B_AT(column_place, step_place), the element's index or -1 for a
// zero; A_ALONG_STEPS and B_ALONG_STEPS, whether neighbouring steps or neighbouring rows (columns) lie side by side;
// STORE(row, col, value).
//
// Each work-item keeps R x R sums in registers, R = TILE / 16, in 4 x 4 blocks that lie 64 apart. While a slab is
// multiplied, the next one is on its way from global memory to registers; two local buffers make one barrier per slab
// enough. Cells outside the operands are read as zero, so any size is safe.
// Local memory: 4 * DEPTH * (TILE + 4) elements, at most 18 kB.
//
// Macros besides: NAME, REAL, TILE (64 or 128), DEPTH (of a slab; TILE * DEPTH is a multiple of 256 * A_WIDTH),
//   A_WIDTH and B_WIDTH: neighbours fetched at once, aligned to their size and wholly inside or outside the operand.

#define R (TILE / 16)
#define QUAD WIDE(REAL, 4)
#define A_VECTOR WIDE(REAL, A_WIDTH)
#define B_VECTOR WIDE(REAL, B_WIDTH)
#define A_LOADS (TILE * DEPTH / 256 / A_WIDTH)
#define B_LOADS (TILE * DEPTH / 256 / B_WIDTH)
// Which cells of a slab fetch number e makes. 256 is a multiple of a slab's side, so that all fetches of a work-item
// share their step, or their row.
#if A_ALONG_STEPS
#define A_STEP(e) ((e) % (DEPTH / A_WIDTH) * A_WIDTH)
#define A_ROW(e) ((e) / (DEPTH / A_WIDTH))
#define A_ROWS A_LOADS
#define A_STEPS 1
#define A_PUT(to, cells) JOIN(SCATTER_, A_WIDTH)(to, TILE + 4, cells)
#else
#define A_STEP(e) ((e) / (TILE / A_WIDTH))
#define A_ROW(e) ((e) % (TILE / A_WIDTH) * A_WIDTH)
#define A_ROWS 1
#define A_STEPS A_LOADS
#define A_PUT(to, cells) *(__local A_VECTOR *)(to) = cells;
#endif
#if B_ALONG_STEPS
#define B_STEP(e) ((e) % (DEPTH / B_WIDTH) * B_WIDTH)
#define B_COLUMN(e) ((e) / (DEPTH / B_WIDTH))
#define B_COLUMNS B_LOADS
#define B_STEPS 1
#define B_PUT(to, cells) JOIN(SCATTER_, B_WIDTH)(to, TILE + 4, cells)
#else
#define B_STEP(e) ((e) / (TILE / B_WIDTH))
#define B_COLUMN(e) ((e) % (TILE / B_WIDTH) * B_WIDTH)
#define B_COLUMNS 1
#define B_STEPS B_LOADS
#define B_PUT(to, cells) *(__local B_VECTOR *)(to) = cells;
#endif

__kernel __attribute__((reqd_work_group_size(256, 1, 1))) void NAME(PARAMETERS)
{
    PROLOGUE
    __local QUAD a_slab[2][DEPTH][TILE / 4 + 1];
    __local QUAD b_slab[2][DEPTH][TILE / 4 + 1];
    // 32 neighbours make a block of 4 x 8 work-items: the fewest different cells to read.
    const int lane = get_local_id(0);
    const int tx = (lane & 7) | (lane >> 2 & 8), ty = (lane >> 3 & 3) | (lane >> 4 & 12);
    const int row0 = get_group_id(1) * TILE, col0 = get_group_id(0) * TILE;

    Place rows[A_ROWS], columns[B_COLUMNS];
    A_VECTOR a_next[A_LOADS];
    B_VECTOR b_next[B_LOADS];
    QUAD acc[R][R / 4];
    #pragma unroll
    for (int i = 0; i < R; i++)
        #pragma unroll
        for (int j = 0; j < R / 4; j++) acc[i][j] = (QUAD)0;
    #pragma unroll
    for (int s = 0; s < A_ROWS; s++) rows[s] = ROW_PLACE(row0 + A_ROW(lane + s * 256));
    #pragma unroll
    for (int s = 0; s < B_COLUMNS; s++) columns[s] = COLUMN_PLACE(col0 + B_COLUMN(lane + s * 256));

    // Slab -1 only fetches slab 0.
    const int slabs = CEIL_DIV(last - first, DEPTH);
    for (int slab = -1; slab < slabs; slab++) {
        const int now = slab & 1, k0 = first + (slab + 1) * DEPTH;
        if (slab + 1 < slabs) {
            Place a_steps[A_STEPS], b_steps[B_STEPS];
            #pragma unroll
            for (int s = 0; s < A_STEPS; s++) a_steps[s] = A_STEP_PLACE(k0 + A_STEP(lane + s * 256));
            #pragma unroll
            for (int s = 0; s < B_STEPS; s++) b_steps[s] = B_STEP_PLACE(k0 + B_STEP(lane + s * 256));
            #pragma unroll
            for (int s = 0; s < A_LOADS; s++) {
                const long at = A_AT(rows[s % A_ROWS], a_steps[s % A_STEPS]);
                a_next[s] = at >= 0 ? *(__global const A_VECTOR *)(A_SOURCE + at) : (A_VECTOR)0;
            }
            #pragma unroll
            for (int s = 0; s < B_LOADS; s++) {
                const long at = B_AT(columns[s % B_COLUMNS], b_steps[s % B_STEPS]);
                b_next[s] = at >= 0 ? *(__global const B_VECTOR *)(B_SOURCE + at) : (B_VECTOR)0;
            }
        }
        if (slab >= 0) {
            // Unrolled whole, compilers fetch operands too early and run out of registers.
            #pragma unroll 4
            for (int k = 0; k < DEPTH; k++) {
                QUAD x[R / 4], w[R / 4];
                #pragma unroll
                for (int i = 0; i < R / 4; i++) x[i] = a_slab[now][k][i * 16 + ty];
                #pragma unroll
                for (int j = 0; j < R / 4; j++) w[j] = b_slab[now][k][j * 16 + tx];
                #pragma unroll
                for (int i = 0; i < R / 4; i++)
                    #pragma unroll
                    for (int j = 0; j < R / 4; j++) {
                        acc[i * 4][j] += x[i].s0 * w[j];
                        acc[i * 4 + 1][j] += x[i].s1 * w[j];
                        acc[i * 4 + 2][j] += x[i].s2 * w[j];
                        acc[i * 4 + 3][j] += x[i].s3 * w[j];
                    }
            }
        }
        if (slab + 1 < slabs) {
            #pragma unroll
            for (int s = 0; s < A_LOADS; s++) {
                const int e = lane + s * 256;
                __local REAL *to = (__local REAL *)a_slab[1 - now][A_STEP(e)] + A_ROW(e);
                A_PUT(to, a_next[s])
            }
            #pragma unroll
            for (int s = 0; s < B_LOADS; s++) {
                const int e = lane + s * 256;
                __local REAL *to = (__local REAL *)b_slab[1 - now][B_STEP(e)] + B_COLUMN(e);
                B_PUT(to, b_next[s])
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }

    #pragma unroll
    for (int i = 0; i < R; i++) {
        const int row = row0 + (i / 4 * 16 + ty) * 4 + i % 4;
        if (row < M) {
            #pragma unroll
            for (int j = 0; j < R / 4; j++) {
                const int col = col0 + (j * 16 + tx) * 4;
                if (col < N) { STORE(row, col, acc[i][j].s0) }
                if (col + 1 < N) { STORE(row, col + 1, acc[i][j].s1) }
                if (col + 2 < N) { STORE(row, col + 2, acc[i][j].s2) }
                if (col + 3 < N) { STORE(row, col + 3, acc[i][j].s3) }
            }
        }
    }
}

#undef R
#undef QUAD
#undef A_VECTOR
#undef A_LOADS
#undef A_STEP
#undef A_ROW
#undef A_ROWS
#undef A_STEPS
#undef A_PUT
#undef B_VECTOR
#undef B_LOADS
#undef B_STEP
#undef B_COLUMN
#undef B_COLUMNS
#undef B_STEPS
#undef B_PUT
#undef PARAMETERS
#undef PROLOGUE
#undef A_SOURCE
#undef B_SOURCE
#undef ROW_PLACE
#undef A_STEP_PLACE
#undef A_AT
#undef COLUMN_PLACE
#undef B_STEP_PLACE
#undef B_AT
#undef A_ALONG_STEPS
#undef B_ALONG_STEPS
#undef STORE
