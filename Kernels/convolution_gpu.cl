// Operands of the convolution and its input gradient for tile_gpu.cl: the image is read in place as the matrix of its
// patches. Layout and macros as in convolution_cpu.cl.
//
// The sum may be cut into parts of `span` steps: part p then goes to out[p], and the epilogue to sum_parts_gpu.cl.
// Groups: (ceil(columns / TILE), ceil(pixels / TILE), groups * parts).

#define PARAMETERS                                                                                                   \
    __global const REAL *restrict source, __global const REAL *restrict filter, __global OUT *restrict out_all,      \
        const Geometry g, const int span EPILOGUE_PARAMETERS
#define A_SOURCE source
#define B_SOURCE filter
#define A_ALONG_STEPS 1

#if GRADIENT
#define PROLOGUE                                                                                                     \
    const int layer = get_group_id(2), group = layer % g.groups, part = layer / g.groups;                            \
    const int cg = g.c / g.groups, fg = g.f / g.groups, run = fg, M = g.n * g.h * g.w, N = cg;                       \
    const int first = part * span, last = min(first + span, g.kh * g.kw * run);                                      \
    const Divisor by_run = divisor(run), by_kw = divisor(g.kw), by_sh = divisor(g.stride_h),                         \
                  by_sw = divisor(g.stride_w);                                                                       \
    __global OUT *restrict out = out_all + (long)part * M * g.c;
#define ROW_PLACE(row)                                                                                               \
    ((Place){(long)((row) / g.w / g.h) * g.oh * g.ow * g.f + group * run,                                            \
             (row) < M ? (row) / g.w % g.h + g.pad_top : NO_ROW, (row) % g.w + g.pad_left})
#define A_AT(row, step) strided_place(row, step, by_sh, by_sw, g.oh, g.ow, g.f)
#define B_ALONG_STEPS 1
#define B_STEP_PLACE(k)                                                                                              \
    ((Place){(long)quotient(k, by_run) * cg * g.f + group * fg + remainder_of(k, by_run), (k) < last, 0})
#define COLUMN_PLACE(col) ((Place){(long)(col) * g.f, (col) < N, 0})
#define STORE(row, col, v)                                                                                           \
    PUT(out, (long)(row) * g.c + group * cg + (col), EPILOGUE(v, row, group * cg + (col), 0));
#else
#define PROLOGUE                                                                                                     \
    const int layer = get_group_id(2), group = layer % g.groups, part = layer / g.groups;                            \
    const int cg = g.c / g.groups, fg = g.f / g.groups, run = cg, M = g.n * g.oh * g.ow, N = fg;                     \
    const int first = part * span, last = min(first + span, g.kh * g.kw * run);                                      \
    const Divisor by_run = divisor(run), by_kw = divisor(g.kw);                                                      \
    __global OUT *restrict out = out_all + (long)part * M * g.f;
#define ROW_PLACE(row)                                                                                               \
    ((Place){(long)((row) / g.ow / g.oh) * g.h * g.w * g.c + group * run,                                            \
             (row) < M ? (row) / g.ow % g.oh * g.stride_h - g.pad_top : NO_ROW,                                      \
             (row) % g.ow * g.stride_w - g.pad_left})
#define A_AT(row, step) image_place(row, step, g.h, g.w, g.c)
#define B_ALONG_STEPS 0
#define B_STEP_PLACE(k) ((Place){(long)(k) * g.f + group * fg, (k) < last, 0})
#define COLUMN_PLACE(col) ((Place){(col), (col) < N, 0})
#define STORE(row, col, v)                                                                                           \
    PUT(out, (long)(row) * g.f + group * fg + (col), EPILOGUE(v, row, group * fg + (col), 0));
#endif

#define A_STEP_PLACE(k) tap_place(k, last, by_run, by_kw, g.dilation_h, g.dilation_w)
#define B_AT(column, step) cell_place(column, step)
