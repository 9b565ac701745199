// Gradient of average pooling for CPU devices where windows overlap, leave the image or are dilated: each image element
// gathers from the windows that hold it.
//
// What pooling_gradient.cl computes, in the order of the windows as there. A work-item makes `span` rows of one image; the
// windows of a position are listed once for all its channels, and every element is written once.
//
// Macros: NAME, REAL, VW, KH, KW (the window), SH, SW (its strides), STREAMED (1: 16 floats of whole channels at a time,
// stored past the caches).
// Global size: (1, ceil(h / span), n).

#define VREAL WIDE(REAL, VW)
#define FLOW(i) (LOADN(VW)(0, from + place[i] + c) * (VREAL)share[i])
// How many of a window's `k` cells from `first` on lie in an image of `extent` cells; most windows lie inside.
#define REAL_CELLS(first, k, dilation, extent)                                                                       \
    ((first) >= 0 && (first) + ((k) - 1) * (dilation) < (extent)                                                     \
         ? (k)                                                                                                       \
         : STOP_CELL(first, k, dilation, extent) - FIRST_CELL(first, dilation))
#if STREAMED
#define PUT_BLOCK(sum) STREAM(sum, to + c)
#else
#define PUT_BLOCK(sum)                                                                                               \
    PREFETCH_WRITE(to + c + 4 * g.c);                                                                                \
    STORE_GLOBAL(sum, to + c)
#endif
#define EACH_BLOCK(sum)                                                                                              \
    for (int block = 0; block < blocks; block++) {                                                                   \
        const int c = min(block * VW, g.c - VW);                                                                     \
        PUT_BLOCK(sum);                                                                                              \
    }

__kernel SINGLE WIDEST void NAME(
    __global const REAL *restrict upstream, __global REAL *restrict out, const Geometry g, const int blocks,
    const int span)
{
    const int n = get_global_id(2), y_begin = get_global_id(1) * span, y_end = min(y_begin + span, g.h);
    __global const REAL *from = upstream + (long)n * g.oh * g.ow * g.c;
    __global REAL *to = out + ((long)n * g.h + y_begin) * g.w * g.c;
    const int extent_y = (KH - 1) * g.dilation_h, extent_x = (KW - 1) * g.dilation_w;
    // What each element of a window of so many real ones gets.
    REAL shares[KH * KW + 1];
    for (int i = 1; i <= KH * KW; i++) shares[i] = (REAL)1 / (REAL)i;
    for (int y = y_begin; y < y_end; y++) {
        const int reach_y = y + g.pad_top, oy_last = min(reach_y / SH, g.oh - 1);
        const int oy_first = reach_y > extent_y ? CEIL_DIV(reach_y - extent_y, SH) : 0;
        // The rows of windows that hold this row, and how many of their own rows are real.
        int above[KH], rows[KH], height = 0;
        for (int oy = oy_first; oy <= oy_last; oy++) {
            const int top = oy * SH - g.pad_top;
            if (g.dilation_h > 1 && (y - top) % g.dilation_h) continue;
            above[height] = oy * g.ow * g.c;
            rows[height++] = REAL_CELLS(top, KH, g.dilation_h, g.h);
        }
        for (int x = 0; x < g.w; x++, to += g.c) {
            const int reach_x = x + g.pad_left, ox_last = min(reach_x / SW, g.ow - 1);
            const int ox_first = reach_x > extent_x ? CEIL_DIV(reach_x - extent_x, SW) : 0;
            int place[KH * KW], count = 0;
            REAL share[KH * KW];
            const bool inside = x >= extent_x && x + extent_x < g.w;
            for (int i = 0; i < height; i++)
                for (int ox = ox_first; ox <= ox_last; ox++) {
                    const int left = ox * SW - g.pad_left;
                    if (g.dilation_w > 1 && (x - left) % g.dilation_w) continue;
                    const int columns = inside ? KW : REAL_CELLS(left, KW, g.dilation_w, g.w);
                    place[count] = above[i] + ox * g.c;
                    share[count++] = shares[rows[i] * columns];
                }
            if (count == 1) {
                EACH_BLOCK(FLOW(0))
            } else if (count == 2) {
                EACH_BLOCK(FLOW(0) + FLOW(1))
            } else if (count == 4) {
                EACH_BLOCK(FLOW(0) + FLOW(1) + FLOW(2) + FLOW(3))
            } else {
                for (int block = 0; block < blocks; block++) {
                    const int c = min(block * VW, g.c - VW);
                    VREAL sum = (VREAL)0;
                    for (int i = 0; i < count; i++) sum += FLOW(i);
                    PUT_BLOCK(sum);
                }
            }
        }
    }
#if STREAMED
    mem_fence(CLK_GLOBAL_MEM_FENCE);
#endif
}

#undef VREAL
#undef FLOW
#undef REAL_CELLS
#undef PUT_BLOCK
#undef EACH_BLOCK
