// Operands of the convolution and its input gradient for tile_gpu.cl: the image is read in place as the matrix of its
// patches. Layout, arguments and macros as in convolution_cpu.cl (`zeros`, `rows` and `merged` are unused).
// Groups: (ceil(columns / TILE), ceil(pixels / TILE), groups).

#define PARAMETERS                                                                                                   \
    __global const REAL *restrict source, __global const REAL *restrict filter, __global OUT *restrict out,         \
        __global const REAL *restrict zeros, const Geometry g, const int rows_per_item,            \
        const int merged EPILOGUE_PARAMETERS
#define A_ALONG_STEPS 1

#if GRADIENT
#define PROLOGUE                                                                                                     \
    const int group = get_group_id(2), cg = g.c / g.groups, fg = g.f / g.groups, run = fg;                          \
    const int M = g.n * g.h * g.w, N = cg, first = 0, last = g.kh * g.kw * run;
#define ROW_PLACE(row)                                                                                               \
    ((Place){(long)((row) / g.w / g.h) * g.oh * g.ow * g.f + group * run,                                           \
             (row) < M ? (row) / g.w % g.h + g.pad_top : NO_ROW, (row) % g.w + g.pad_left})
#define A_CELL(value, row, step)                                                                                     \
    {                                                                                                                \
        const int y0 = row.y - step.y, x0 = row.x - step.x;                                                         \
        const int y = y0 / g.stride_h, x = x0 / g.stride_w;                                                         \
        const long at = y0 >= 0 && x0 >= 0 && y * g.stride_h == y0 && x * g.stride_w == x0                          \
            ? cell_index(y, x, g.oh, g.ow, g.f) : -1;                                                               \
        value = at >= 0 ? source[row.base + at + step.base] : (REAL)0;                                              \
    }
#define B_ALONG_STEPS 1
#define B_STEP_PLACE(k) ((Place){(long)((k) / run) * cg * g.f + group * fg + (k) % run, (k) < last, 0})
#define COLUMN_PLACE(col) ((Place){(long)(col) * g.f, (col) < N, 0})
#define STORE(row, col, v)                                                                                           \
    PUT(out, (long)(row) * g.c + group * cg + (col), EPILOGUE(v, row, group * cg + (col), 0));
#else
#define PROLOGUE                                                                                                     \
    const int group = get_group_id(2), cg = g.c / g.groups, fg = g.f / g.groups, run = cg;                          \
    const int M = g.n * g.oh * g.ow, N = fg, first = 0, last = g.kh * g.kw * run;
#define ROW_PLACE(row)                                                                                               \
    ((Place){(long)((row) / g.ow / g.oh) * g.h * g.w * g.c + group * run,                                           \
             (row) < M ? (row) / g.ow % g.oh * g.stride_h - g.pad_top : NO_ROW,                                     \
             (row) % g.ow * g.stride_w - g.pad_left})
#define A_CELL(value, row, step)                                                                                     \
    {                                                                                                                \
        const long at = cell_index(row.y + step.y, row.x + step.x, g.h, g.w, g.c);                                  \
        value = at >= 0 ? source[row.base + at + step.base] : (REAL)0;                                              \
    }
#define B_ALONG_STEPS 0
#define B_STEP_PLACE(k) ((Place){(long)(k) * g.f + group * fg, (k) < last, 0})
#define COLUMN_PLACE(col) ((Place){(col), (col) < N, 0})
#define STORE(row, col, v)                                                                                           \
    PUT(out, (long)(row) * g.f + group * fg + (col), EPILOGUE(v, row, group * fg + (col), 0));
#endif

#define STEP_PLACE(k)                                                                                                \
    ((Place){(k) % run, (k) < last ? (k) / run / g.kw * g.dilation_h : NO_STEP, (k) / run % g.kw * g.dilation_w})
#define B_CELL(value, step, column) value = step.y && column.y ? filter[step.base + column.base] : (REAL)0;
