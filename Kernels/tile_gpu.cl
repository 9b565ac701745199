// The tiled product for GPUs: work-groups of 16 x 16 share slabs of both operands in local memory.
//
// Stands behind a file that says what the operands are (matmul_gpu.cl, convolution_gpu.cl, convolution_filter_gpu.cl)
// by these macros: PARAMETERS; PROLOGUE, which declares M, N and the range first to last of the sum; ROW_PLACE(row),
// STEP_PLACE(k) and A_CELL(value, row_place, step_place); COLUMN_PLACE(col), B_STEP_PLACE(k) and B_CELL(value, step,
// col); A_ALONG_STEPS and B_ALONG_STEPS, whether neighbouring work-items read neighbouring steps; STORE(row, col,
// value).
//
// Each work-item keeps R x R sums in registers, R = TILE / 16. While a slab is multiplied, the next one is on its way
// from global memory to registers; two local buffers make one barrier per slab enough. Cells outside the operands are
// read as zero, so any size is safe. Local memory: 4 * DEPTH * (TILE + 4) elements, at most 32 kB.
//
// Macros besides: NAME, REAL, TILE (64 or 128), DEPTH (of a slab; TILE * DEPTH is a multiple of 256).

#define R (TILE / 16)
#define LOADS (TILE * DEPTH / 256)
#define A_ROW(e) (A_ALONG_STEPS ? (e) / DEPTH : (e) % TILE)
#define A_STEP(e) (A_ALONG_STEPS ? (e) % DEPTH : (e) / TILE)
#define B_COLUMN(e) (B_ALONG_STEPS ? (e) / DEPTH : (e) % TILE)
#define B_STEP(e) (B_ALONG_STEPS ? (e) % DEPTH : (e) / TILE)
// Sums of one work-item lie in groups of four neighbours, 64 apart.
#define SPREAD(i, lane) ((i) / 4 * 64 + (lane) * 4 + (i) % 4)

__kernel __attribute__((reqd_work_group_size(16, 16, 1))) void NAME(PARAMETERS)
{
    PROLOGUE
    __local REAL a_slab[2][DEPTH][TILE + 4];
    __local REAL b_slab[2][DEPTH][TILE + 4];
    const int tx = get_local_id(0), ty = get_local_id(1), lane = ty * 16 + tx;
    const int row0 = get_group_id(1) * TILE, col0 = get_group_id(0) * TILE;

    Place rows[LOADS], columns[LOADS];
    REAL a_next[LOADS], b_next[LOADS];
    REAL acc[R][R];
    #pragma unroll
    for (int i = 0; i < R; i++)
        #pragma unroll
        for (int j = 0; j < R; j++) acc[i][j] = 0;
    #pragma unroll
    for (int s = 0; s < LOADS; s++) {
        const int e = lane + s * 256;
        rows[s] = ROW_PLACE(row0 + A_ROW(e));
        columns[s] = COLUMN_PLACE(col0 + B_COLUMN(e));
    }

    // Slab -1 only fetches slab 0.
    const int slabs = CEIL_DIV(last - first, DEPTH);
    for (int slab = -1; slab < slabs; slab++) {
        const int now = slab & 1, k0 = first + (slab + 1) * DEPTH;
        if (slab + 1 < slabs) {
            #pragma unroll
            for (int s = 0; s < LOADS; s++) {
                const int e = lane + s * 256;
                const Place a_step = STEP_PLACE(k0 + A_STEP(e)), b_step = B_STEP_PLACE(k0 + B_STEP(e));
                A_CELL(a_next[s], rows[s], a_step)
                B_CELL(b_next[s], b_step, columns[s])
            }
        }
        if (slab >= 0) {
            #pragma unroll
            for (int k = 0; k < DEPTH; k++) {
                REAL x[R], w[R];
                #pragma unroll
                for (int i = 0; i < R; i++) x[i] = a_slab[now][k][SPREAD(i, ty)];
                #pragma unroll
                for (int j = 0; j < R; j++) w[j] = b_slab[now][k][SPREAD(j, tx)];
                #pragma unroll
                for (int i = 0; i < R; i++)
                    #pragma unroll
                    for (int j = 0; j < R; j++) acc[i][j] += x[i] * w[j];
            }
        }
        if (slab + 1 < slabs) {
            #pragma unroll
            for (int s = 0; s < LOADS; s++) {
                const int e = lane + s * 256;
                a_slab[1 - now][A_STEP(e)][A_ROW(e)] = a_next[s];
                b_slab[1 - now][B_STEP(e)][B_COLUMN(e)] = b_next[s];
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }

    #pragma unroll
    for (int i = 0; i < R; i++) {
        const int row = row0 + SPREAD(i, ty);
        #pragma unroll
        for (int j = 0; j < R; j++) {
            const int col = col0 + SPREAD(j, tx);
            if (row < M && col < N) { STORE(row, col, acc[i][j]) }
        }
    }
}

#undef R
#undef LOADS
#undef A_ROW
#undef A_STEP
#undef B_COLUMN
#undef B_STEP
#undef SPREAD
#undef PARAMETERS
#undef PROLOGUE
#undef ROW_PLACE
#undef STEP_PLACE
#undef A_CELL
#undef COLUMN_PLACE
#undef B_STEP_PLACE
#undef B_CELL
#undef A_ALONG_STEPS
#undef B_ALONG_STEPS
#undef STORE
