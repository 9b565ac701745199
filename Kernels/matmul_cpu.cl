// Matrix product for CPU devices: out[m, n] = epilogue(sum over k of a[m, k] * b[k, n]), batched.
//
// Layout: row-major and contiguous; with TRANSPOSE_A a is stored [K, M], with TRANSPOSE_B b is stored [N, K].
// Work: each work-item makes `rows` x `cols` elements of one matrix (at most ROWS x COLS, multiples of the tile). For
// each slab of DEPTH steps it copies its part of b into private panels, one of NV vectors a step for each NV*VW columns
// (beyond the right edge whatever follows), and with PACK_A its part of a into strips of MR numbers a step; then an
// MR x NV tile of vectors is kept in registers for each strip and panel. No local memory, no barrier, local size
// (1, 1, 1). Sums over k run in ascending order, whatever the sizes.
//
// Behind convolution_rows_cpu.cl, with its GATHER, `a` is no matrix: its rows are gathered from an image (see there).
//
// Macros: NAME, REAL, VW (lanes of a vector), NV (vectors per row of the tile), MR (even), ROWS, COLS, DEPTH,
//   PACK_A (0 or 1; 1 with TRANSPOSE_A where M is below MR), NARROW (0 or 1; 1 where the last tile's columns fill no
//   second vector, so that one is summed), TRANSPOSE_A, TRANSPOSE_B, EPILOGUE(v, row, col, item),
//   EPILOGUE_PARAMETERS (`, type name` each, or nothing), EPILOGUE_IS_PLAIN (0 or 1; 1 where sums are stored as they
//   are, so that whole tiles need not lie in memory first), EPILOGUE_FETCHES (0 or 1), EPILOGUE_AHEAD(row, col, item)
//   (statements), OUT (the result's type in memory) and PUT(pointer, index, value) (a statement; empty where the
//   epilogue stores itself).
// Global size: (ceil(N / cols), ceil(M / rows), batch); with GATHER 2 the second times the phases.

#define VREAL WIDE(REAL, VW)
#define ANYWHERE JOIN(NAME, _anywhere)
#define NT (NV * VW)

// Where the epilogue reads or writes matrices of its own, or sums are so short that storing them is much of the work, a
// tile's sums are made in stretches, and before each the memory is asked for rows of what will be touched after the last.
// While slabs remain, it is asked for rows of b in the next one.
#define SHORT_SUM 128
#define SHORTEST_STRETCH 8

// A vector that starts at any element.
typedef VREAL ANYWHERE __attribute__((aligned(sizeof(REAL))));

// The widest vector that fits MR rows.
#define PIECE JOIN(NAME, _piece)
#if MR % 8 == 0
#define CHUNK 8
#elif MR % 4 == 0
#define CHUNK 4
#else
#define CHUNK 2
#endif
typedef WIDE(REAL, CHUNK) PIECE __attribute__((aligned(sizeof(REAL))));

// The result's row that a row of the work-item is.
#if GATHER == 2
#define ROW(at) sources.place[at]
#else
#define ROW(at) (row0 + (at))
#endif

// Transposes `count` vectors, a power of two and at most VW: number r of vector v comes to place r * count + v.
#define ZIP_ROUNDS(s, count)                                                                                         \
    _Pragma("unroll") for (int round = 1; round < (count); round *= 2)                                               \
    {                                                                                                                \
        VREAL t[count];                                                                                              \
        _Pragma("unroll") for (int i = 0; i < (count) / 2; i++)                                                      \
        {                                                                                                            \
            t[2 * i] = JOIN(ZIP_LOW_, VW)(VREAL, s[i], s[i + (count) / 2]);                                          \
            t[2 * i + 1] = JOIN(ZIP_HIGH_, VW)(VREAL, s[i], s[i + (count) / 2]);                                     \
        }                                                                                                            \
        _Pragma("unroll") for (int i = 0; i < (count); i++) s[i] = t[i];                                             \
    }

__kernel SINGLE void NAME(
    __global const REAL *restrict a_all, __global const REAL *restrict b_all, __global OUT *restrict out_all,
    int M, const int N, int K, const int rows, const int cols,
#if GATHER
    __global const REAL *restrict zeros, const Geometry g, const int run, const int span
#else
    const int batch1, const int batch2, const long a_batch0, const long a_batch1, const long a_batch2,
    const long b_batch0, const long b_batch1, const long b_batch2
#endif
    EPILOGUE_PARAMETERS)
{
    // From the end, where parts may be smaller: a device hands the first half of the items to its first thread at once.
    const int col0 = (get_global_size(0) - 1 - get_global_id(0)) * cols, width = min(cols, N - col0);
#if GATHER
    // Neighbouring items take different phases: phases differ in work, and a device hands items out in runs.
    const int phases = GATHER == 2 ? g.stride_h * g.stride_w : 1, item = get_global_id(2);
    const int row0 = (get_global_size(1) - 1 - get_global_id(1)) / phases * rows;
    SOURCES sources;
    GATHERED(_begin)(&sources, &g, run, get_global_id(1) % phases, &M, &K);
    const int height = min(rows, M - row0);
    if (height <= 0) return;
    GATHERED(_meet)(&sources, &g, row0, height);
    __global const REAL *restrict b = b_all + (long)item * span * N;
    if (GATHER == 3) K = min(span, K - item * span);
#else
    const int row0 = (get_global_size(1) - 1 - get_global_id(1)) * rows, height = min(rows, M - row0);
    const int item = get_global_id(2);
    const int i0 = item / (batch1 * batch2), i1 = item / batch2 % batch1, i2 = item % batch2;
    __global const REAL *restrict a = a_all + i0 * a_batch0 + i1 * a_batch1 + i2 * a_batch2;
    __global const REAL *restrict b = b_all + i0 * b_batch0 + i1 * b_batch1 + i2 * b_batch2;
#endif
    __global OUT *restrict out = out_all + (long)item * M * N;

    VREAL panels[COLS / VW * DEPTH];
    VREAL sums[ROWS * COLS / VW];
#if PACK_A
    REAL strips[ROWS * DEPTH];
#endif

    for (int k0 = 0; k0 == 0 || k0 < K; k0 += DEPTH) {
        const int depth = min(DEPTH, K - k0);
        const bool first = k0 == 0, last = k0 + DEPTH >= K;
        // How many rows a tile asks for: of its results with the last slab, before that of the next slab of b.
        const int next = min(DEPTH, K - k0 - DEPTH), tiles = CEIL_DIV(width, NT) * CEIL_DIV(height, MR);
        const int asks = last ? (EPILOGUE_FETCHES || K <= SHORT_SUM ? MR : 0) : TRANSPOSE_B ? 0 : CEIL_DIV(next, tiles);
        const int stretch = asks ? max(SHORTEST_STRETCH, depth / asks) : depth;
        const int asked = asks ? CEIL_DIV(asks * stretch, max(depth, 1)) : 0;
        int soon = k0 + DEPTH;

#if TRANSPOSE_B
#if GATHER
        // Each tap has a matrix of its own, of which a stretch of the columns is met.
        for (int done = 0, count; done < depth; done += count) {
            __global const REAL *matrix = b + GATHERED(_weights)(&sources, &g, run, k0 + done, depth - done, &count);
            const int stride = run;
#else
        {
            __global const REAL *matrix = b + k0;
            const int done = 0, count = depth, stride = K;
#endif
            for (int left = 0; left < width; left += NT) {
                VREAL *panel = panels + left / VW * DEPTH + done * NV;
                REAL *cells = (REAL *)panel;
                __global const REAL *from = matrix + (long)(col0 + left) * stride;
                int k = 0;
                if (left + NT <= width)
                    for (; k + VW <= count; k += VW)
                        for (int v = 0; v < NV; v++) {
                            VREAL s[VW];
                            #pragma unroll
                            for (int i = 0; i < VW; i++)
                                s[i] = *(__global const ANYWHERE *)(from + (long)(v * VW + i) * stride + k);
                            ZIP_ROUNDS(s, VW)
                            #pragma unroll
                            for (int i = 0; i < VW; i++) panel[(k + i) * NV + v] = s[i];
                        }
                for (; k < count; k++)
                    for (int c = 0; c < NT; c++)
                        cells[k * NT + c] = left + c < width ? from[(long)c * stride + k] : (REAL)0;
            }
        }
#else
        const int whole = width / NT * NT;
        for (int k = 0; k < depth; k++) {
            __global const REAL *from = b + (long)(k0 + k) * N + col0;
            VREAL *to = panels + k * NV;
            for (int c = 0; c < whole; c += NT, to += DEPTH * NV)
                #pragma unroll
                for (int v = 0; v < NV; v++) to[v] = *(__global const ANYWHERE *)(from + c + v * VW);
            if (whole < width)
                for (int v = 0, c = whole; v < NV; v++, c += VW)
                    if (c + VW <= width || (long)(k0 + k) * N + col0 + c + VW <= (long)K * N)
                        to[v] = *(__global const ANYWHERE *)(from + c);
                    else
                        for (int i = 0; i < VW; i++) ((REAL *)to)[v * VW + i] = c + i < width ? from[c + i] : (REAL)0;
        }
#endif
#if GATHER
        GATHERED(_pack)(&sources, &g, run, a_all, zeros, strips, row0, height, item * span + k0, depth);
#elif TRANSPOSE_A && PACK_A
        for (int top = 0; top < height; top += 8 * MR) {
            const int end = min(top + 8 * MR, height), even = top + (end - top) / MR * MR;
            for (int k = 0; k < depth; k++) {
                __global const REAL *from = a + (long)(k0 + k) * M + row0;
                REAL *to = strips + top * DEPTH + k * MR;
                for (int r = top; r < even; r += MR, to += MR * DEPTH)
                    #pragma unroll
                    for (int i = 0; i < MR; i += CHUNK)
                        *(PIECE *)(to + i) = *(__global const PIECE *)(from + r + i);
                if (even < end)
                    for (int i = 0; i < MR; i++) to[i] = from[min(even + i, height - 1)];
            }
        }
#elif PACK_A
        for (int top = 0; top < height; top += MR) {
            __global const REAL *from = a + (long)(row0 + top) * K + k0;
            REAL *to = strips + top * DEPTH;
            int k = 0;
#if (MR & (MR - 1)) == 0 && MR <= VW
            if (top + MR <= height)
                for (; k + VW <= depth; k += VW) {
                    VREAL s[MR];
                    #pragma unroll
                    for (int i = 0; i < MR; i++) s[i] = *(__global const ANYWHERE *)(from + (long)i * K + k);
                    ZIP_ROUNDS(s, MR)
                    #pragma unroll
                    for (int i = 0; i < MR; i++) *(ANYWHERE *)(to + k * MR + i * VW) = s[i];
                }
#endif
            for (; k < depth; k++)
                for (int i = 0; i < MR; i++) to[k * MR + i] = from[(long)min(i, height - 1 - top) * K + k];
        }
#endif

        for (int left = 0; left < width; left += NT)
            for (int top = 0; top < height; top += MR) {
                VREAL *kept = sums + (left / NT * ROWS + top) * NV;
#if TRANSPOSE_A && !PACK_A
                // The last tile takes rows before its own where it has too few.
                const int shift = max(row0 + top + MR - M, 0);
#else
                const int shift = 0;
#endif
                VREAL acc[MR][NV];
                #pragma unroll
                for (int i = 0; i < MR; i++)
                    #pragma unroll
                    for (int v = 0; v < NV; v++) acc[i][v] = first ? (VREAL)0 : kept[i * NV + v];

                const VREAL *w = panels + left / VW * DEPTH;
#if PACK_A
                const REAL *x = strips + top * DEPTH;
#if GATHER == 1 || GATHER == 2
#define A_CELL(i) x[(i) * DEPTH]
#define A_STEP 1
#else
#define A_CELL(i) x[i]
#define A_STEP MR
#endif
#define A_ASK
#elif TRANSPOSE_A
                __global const REAL *x = a + (long)k0 * M + row0 + top - shift;
#define A_CELL(i) x[i]
#define A_STEP M
#define A_ASK PREFETCH(x + 2 * MR);
#else
                __global const REAL *x = a;
                __global const REAL *p[MR];
                #pragma unroll
                for (int i = 0; i < MR; i++) p[i] = a + (long)(row0 + min(top + i, height - 1)) * K + k0;
#define A_CELL(i) p[i][k]
#define A_STEP 0
#define A_ASK
#endif
                for (int k = 0, ahead = 0; k < depth;) {
                    for (const int until = min(ahead + asked, asks); ahead < until; ahead++)
                        if (last)
                            #pragma unroll
                            for (int v = 0; v < NV; v++) {
                                const int row = ROW(top + ahead), col = col0 + left + v * VW;
                                PREFETCH_WRITE(out + (long)row * N + col);
                                EPILOGUE_AHEAD(row, col, item)
                            }
                        else {
                            for (int c = 0; c < width; c += VW) PREFETCH_FAR(b + (long)soon * N + col0 + c);
                            soon++;
                        }
                    const int end = ahead < asks ? min(k + stretch, depth) : depth;
#if NARROW
                    if (left + VW >= width)
                        #pragma unroll 2
                        for (; k < end; k++, w += NV, x += A_STEP) {
                            A_ASK
                            #pragma unroll
                            for (int i = 0; i < MR; i++) acc[i][0] += (VREAL)A_CELL(i) * w[0];
                        }
#endif
                    #pragma unroll 2
                    for (; k < end; k++, w += NV, x += A_STEP) {
                        A_ASK
                        #pragma unroll
                        for (int i = 0; i < MR; i++)
                            #pragma unroll
                            for (int v = 0; v < NV; v++) acc[i][v] += (VREAL)A_CELL(i) * w[v];
                    }
                }
#undef A_CELL
#undef A_ASK
#undef A_STEP

                if (!last) {
                    #pragma unroll
                    for (int i = 0; i < MR; i++)
                        #pragma unroll
                        for (int v = 0; v < NV; v++) kept[i * NV + v] = acc[i][v];
                    continue;
                }
#if EPILOGUE_IS_PLAIN
                if (left + NT <= width && top + MR <= height) {
                    #pragma unroll
                    for (int i = 0; i < MR; i++)
                        #pragma unroll
                        for (int v = 0; v < NV; v++)
                            *(__global ANYWHERE *)(out + (long)ROW(top + i) * N + col0 + left + v * VW) = acc[i][v];
                    continue;
                }
#endif
                VREAL tile[MR][NV];
                #pragma unroll
                for (int i = 0; i < MR; i++)
                    #pragma unroll
                    for (int v = 0; v < NV; v++) tile[i][v] = acc[i][v];
                // Whole rows of the tile have a constant length, so that compilers make vectors of the epilogue.
                const int tile_width = min(NT, width - left), tile_height = min(MR, height - top);
                for (int i = 0; i < tile_height; i++) {
                    const int row = ROW(top + i), col = col0 + left;
                    __global OUT *to = out + (long)row * N + col;
                    const REAL *from = (const REAL *)tile[shift + i];
                    if (tile_width == NT)
                        for (int c = 0; c < NT; c++) PUT(to, c, EPILOGUE(from[c], row, col + c, item))
                    else
                        for (int c = 0; c < tile_width; c++) PUT(to, c, EPILOGUE(from[c], row, col + c, item))
                }
            }
    }
}

#undef VREAL
#undef ANYWHERE
#undef NT
#undef CHUNK
#undef SHORT_SUM
#undef SHORTEST_STRETCH
#undef PIECE
#undef ZIP_ROUNDS
#undef ROW
#undef GATHERED
#undef LOOSE
#undef COPY
#undef SOURCES
