// Operands of the filter gradient for tile_gpu.cl, first pass: rows are filter cells, the sum runs over `span` pixels
// of the result per part. Layout, arguments and macros as in convolution_filter_cpu.cl (PADDED has no meaning).
// Groups: (ceil(f per group / TILE), ceil(rows / TILE), groups * parts).

#define PARAMETERS                                                                                                   \
    __global const REAL *restrict image, __global const REAL *restrict gradient, __global REAL *restrict partial,   \
        const Geometry g, const int span
#define PROLOGUE                                                                                                     \
    const int group = get_group_id(2) % g.groups, part = get_group_id(2) / g.groups;                                \
    const int cg = g.c / g.groups, fg = g.f / g.groups, M = g.kh * g.kw * cg, N = fg;                               \
    const int first = part * span, last = min(first + span, g.n * g.oh * g.ow);

#define A_ALONG_STEPS 0
#define B_ALONG_STEPS 0
#define ROW_PLACE(row)                                                                                               \
    ((Place){group * cg + (row) % cg, (row) < M ? (row) / cg / g.kw * g.dilation_h : NO_ROW,                        \
             (row) / cg % g.kw * g.dilation_w})
#define STEP_PLACE(k)                                                                                                \
    ((Place){(long)((k) / g.ow / g.oh) * g.h * g.w * g.c,                                                           \
             (k) < last ? (k) / g.ow % g.oh * g.stride_h - g.pad_top : NO_STEP, (k) % g.ow * g.stride_w - g.pad_left})
#define A_CELL(value, row, step)                                                                                     \
    {                                                                                                                \
        const long at = cell_index(row.y + step.y, row.x + step.x, g.h, g.w, g.c);                                  \
        value = at >= 0 ? image[row.base + at + step.base] : (REAL)0;                                               \
    }
#define B_STEP_PLACE(k) ((Place){(long)(k) * g.f + group * fg, (k) < last, 0})
#define COLUMN_PLACE(col) ((Place){(col), (col) < N, 0})
#define B_CELL(value, step, column) value = step.y && column.y ? gradient[step.base + column.base] : (REAL)0;
#define STORE(row, col, v) partial[((long)part * M + (row)) * g.f + group * fg + (col)] = v;
