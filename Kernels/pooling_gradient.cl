// Gradients of pooling: each image element gathers from the windows that hold it, in ascending order.
//
// Layout as in pooling.cl. Maximum: a window's upstream goes to its first element that equals `pooled`; an element
// knows that it is the first by looking at the cells of the window before it. Average: an equal share to each real
// cell. Work: one work-item makes `blocks` vectors of VW channels for `span` neighbouring columns of one image row
// (`rows` is 1).
//
// Macros: NAME, REAL, VW, MAXIMUM (1 maximum, 0 average).
// Global size: (ceil(vectors / blocks), ceil(w / span), n * h).

#define VREAL WIDE(REAL, VW)

// How many of a window's `k` cells from `first` on lie in an image of `extent` cells.
#define REAL_CELLS(first, k, dilation, extent) \
    ((first) >= 0 && (first) + ((k) - 1) * (dilation) < (extent) \
         ? (k) \
         : min((k) - 1, ((extent) - 1 - (first)) / (dilation)) - ((first) < 0 ? CEIL_DIV(-(first), dilation) : 0) + 1)

__kernel void NAME(
#if MAXIMUM
    __global const REAL *restrict image, __global const REAL *restrict pooled,
#endif
    __global const REAL *restrict upstream, __global REAL *restrict out, const Geometry g, const int blocks,
    const int span, const int rows)
{
    const int vectors = CEIL_DIV(g.c, VW);
    const int first = get_global_id(0) * blocks, last = min(first + blocks, vectors);
    const int x_begin = get_global_id(1) * span, x_end = min(x_begin + span, g.w);
    const int row = get_global_id(2), n = row / g.h, y = row - n * g.h;

    // The windows that reach this row: oy * stride + ky * dilation = y + pad for some ky.
    const int reach_y = y + g.pad_top, extent_y = (g.kh - 1) * g.dilation_h;
    const int oy_first = reach_y > extent_y ? CEIL_DIV(reach_y - extent_y, g.stride_h) : 0;
    const int oy_last = min(reach_y / g.stride_h, g.oh - 1);

    for (int x = x_begin; x < x_end; x++) {
        const int reach_x = x + g.pad_left, extent_x = (g.kw - 1) * g.dilation_w;
        const int ox_first = reach_x > extent_x ? CEIL_DIV(reach_x - extent_x, g.stride_w) : 0;
        const int ox_last = min(reach_x / g.stride_w, g.ow - 1);
        const long place = ((long)row * g.w + x) * g.c;
        for (int block = first; block < last; block++) {
            const int c = min(block * VW, g.c - VW);
            VREAL sum = (VREAL)0;
#if MAXIMUM
            const VREAL own = LOADN(VW)(0, image + place + c);
#endif
            for (int oy = oy_first; oy <= oy_last; oy++) {
                const int top = oy * g.stride_h - g.pad_top;
                if (g.dilation_h > 1 && (y - top) % g.dilation_h) continue;
#if !MAXIMUM
                const int rows = REAL_CELLS(top, g.kh, g.dilation_h, g.h);
#endif
                for (int ox = ox_first; ox <= ox_last; ox++) {
                    const int left = ox * g.stride_w - g.pad_left;
                    if (g.dilation_w > 1 && (x - left) % g.dilation_w) continue;
                    const long window = (((long)n * g.oh + oy) * g.ow + ox) * g.c + c;
                    const VREAL flow = LOADN(VW)(0, upstream + window);
#if MAXIMUM
                    const VREAL best = LOADN(VW)(0, pooled + window);
                    VREAL share = (own == best || (own != own && best != best)) ? flow : (VREAL)0;
                    for (int ky = 0; top + ky * g.dilation_h <= y; ky++) {
                        const int y2 = top + ky * g.dilation_h;
                        if (y2 < 0) continue;
                        const int x_stop = y2 == y ? x : left + g.kw * g.dilation_w;
                        for (int x2 = left; x2 < x_stop && x2 < g.w; x2 += g.dilation_w) {
                            if (x2 < 0) continue;
                            const VREAL other =
                                LOADN(VW)(0, image + (((long)n * g.h + y2) * g.w + x2) * g.c + c);
                            share = (other == best || (other != other && best != best)) ? (VREAL)0 : share;
                        }
                    }
                    sum += share;
#else
                    sum += flow * (VREAL)((REAL)1 / (REAL)(rows * REAL_CELLS(left, g.kw, g.dilation_w, g.w)));
#endif
                }
            }
            STORE_GLOBAL(sum, out + place + c);
        }
    }
}

#undef VREAL
#undef REAL_CELLS
