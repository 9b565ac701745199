// Operands of the filter gradient for tile_gpu.cl, first pass: rows are filter cells, the sum runs over `span` pixels
// of the result per part. Layout, arguments and macros as in convolution_filter_cpu.cl (PADDED has no meaning).
// Groups: (ceil(f per group / TILE), ceil(rows / TILE), groups * parts).

#define PARAMETERS                                                                                                   \
    __global const REAL *restrict image, __global const REAL *restrict gradient, __global REAL *restrict partial,    \
        const Geometry g, const int span
#define PROLOGUE                                                                                                     \
    const int group = get_group_id(2) % g.groups, part = get_group_id(2) / g.groups;                                 \
    const int cg = g.c / g.groups, fg = g.f / g.groups, M = g.kh * g.kw * cg, N = fg;                                \
    const int first = part * span, last = min(first + span, g.n * g.oh * g.ow);                                      \
    const Divisor by_ow = divisor(g.ow), by_oh = divisor(g.oh);

#define A_SOURCE image
#define B_SOURCE gradient
#define A_ALONG_STEPS 0
#define B_ALONG_STEPS 0
#define ROW_PLACE(row)                                                                                               \
    ((Place){group * cg + (row) % cg, (row) < M ? (row) / cg / g.kw * g.dilation_h : NO_ROW,                         \
             (row) / cg % g.kw * g.dilation_w})
#define A_STEP_PLACE(k)                                                                                              \
    pixel_place(k, last, by_oh, by_ow, (long)g.h * g.w * g.c, g.stride_h, g.stride_w, g.pad_top, g.pad_left)
#define A_AT(row, step) image_place(row, step, g.h, g.w, g.c)
#define B_STEP_PLACE(k) ((Place){(long)(k) * g.f + group * fg, (k) < last, 0})
#define COLUMN_PLACE(col) ((Place){(col), (col) < N, 0})
#define B_AT(column, step) cell_place(column, step)
#define STORE(row, col, v) partial[((long)part * M + (row)) * g.f + group * fg + (col)] = v;
