// Operands of the matrix product for tile_gpu.cl. Layout, arguments and macros as in matmul_cpu.cl.
//
// The sum may be cut into parts of `span` steps: part p of all items then goes to out[p], and the epilogue to
// sum_parts_gpu.cl. `items` is the size of the batch.
// Groups: (ceil(N / TILE), ceil(M / TILE), items * parts).

#define PARAMETERS                                                                                                   \
    __global const REAL *restrict a_all, __global const REAL *restrict b_all, __global OUT *restrict out_all,        \
        const int M, const int N, const int K, const int span, const int items, const int batch1, const int batch2,  \
        const long a_batch0, const long a_batch1, const long a_batch2, const long b_batch0, const long b_batch1,     \
        const long b_batch2 EPILOGUE_PARAMETERS
#define PROLOGUE                                                                                                     \
    const int layer = get_group_id(2), item = layer % items, first = layer / items * span, last = min(first + span, K); \
    const int i0 = item / (batch1 * batch2), i1 = item / batch2 % batch1, i2 = item % batch2;                        \
    __global const REAL *restrict a = a_all + i0 * a_batch0 + i1 * a_batch1 + i2 * a_batch2;                         \
    __global const REAL *restrict b = b_all + i0 * b_batch0 + i1 * b_batch1 + i2 * b_batch2;                         \
    __global OUT *restrict out = out_all + (long)layer * M * N;

#define A_SOURCE a
#define B_SOURCE b
#define A_ALONG_STEPS !TRANSPOSE_A
#define B_ALONG_STEPS TRANSPOSE_B
#define ROW_PLACE(row) ((Place){(long)(row) * (TRANSPOSE_A ? 1 : K), (row) < M, 0})
#define A_STEP_PLACE(k) ((Place){(long)(k) * (TRANSPOSE_A ? M : 1), (k) < last, 0})
#define A_AT(row, step) cell_place(row, step)
#define COLUMN_PLACE(col) ((Place){(long)(col) * (TRANSPOSE_B ? K : 1), (col) < N, 0})
#define B_STEP_PLACE(k) ((Place){(long)(k) * (TRANSPOSE_B ? 1 : N), (k) < last, 0})
#define B_AT(column, step) cell_place(column, step)
#define STORE(row, col, v) PUT(out, (long)(row) * N + (col), EPILOGUE(v, row, col, item));
