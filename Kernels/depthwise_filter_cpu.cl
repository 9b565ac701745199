// Filter gradient of a depthwise convolution for CPU devices, first pass: partial[p, ky, kx, c] adds
// image[n, y * stride - pad + ky * dilation, ..., c] * gradient[n, y, x, c] over the `rows` rows of the result of part
// p; reduce_parts.cl adds the parts.
//
// Layout as in depthwise_cpu.cl, whose arguments of the forward pass it takes. An item walks its rows, channels in
// vectors of VW. Where all taps lie inside, COLUMNS neighbours of a row are taken at a time, so that what several of
// them meet is loaded once for each filter row; the taps of a filter row stay in registers meanwhile.
//
// Macros: NAME, REAL, VW (a divisor of c), KH, KW, COLUMNS, STEP, TAP (step_w and tap_w).
// Global size: parts.

#define VREAL WIDE(REAL, VW)

__kernel SINGLE WIDEST void NAME(
    __global const REAL *restrict image, __global const REAL *restrict gradient, __global REAL *restrict partial_all,
    const DepthwiseSteps s, const int rows)
{
    const int begin = get_global_id(0) * rows, end = min(begin + rows, s.n * s.oh);
    const int cells = KH * KW * s.c;
    __global REAL *partial = partial_all + (long)get_global_id(0) * cells;
    for (int i = 0; i < cells; i++) partial[i] = 0;
    const int inner = CEIL_DIV(max(-s.start_w, 0), STEP);
    const int room = s.w - 1 - (KW - 1) * TAP - (COLUMNS - 1) * STEP - s.start_w;
    const int last = room < 0 ? -1 : min(room / STEP, s.ow - COLUMNS);
    const int inner_end = last < inner ? inner : inner + ((last - inner) / COLUMNS + 1) * COLUMNS;

    for (int row = begin; row < end; row++) {
        const int n = row / s.oh, top = (row - n * s.oh) * s.step_h + s.start_h;
        // The lines of the image that the filter's rows meet, and where those rows are summed.
        __global const REAL *lines[KH];
        __global REAL *sums[KH];
        int met = 0;
        for (int ky = 0; ky < KH; ky++) {
            const int y = top + ky * s.tap_h;
            if (y < 0 || y >= s.h) continue;
            lines[met] = image + ((long)n * s.h + y) * s.w * s.c;
            sums[met++] = partial + ky * KW * s.c;
        }
        // What the row below meets first is asked for while this one is summed.
        __global const REAL *ahead = image + ((long)n * s.h + top + max(0, (KH - 1) * s.tap_h) + 1) * s.w * s.c;
        for (int x = 0; x < s.ow;) {
            const int left = x * STEP + s.start_w;
            __global const REAL *flow = gradient + ((long)row * s.ow + x) * s.c;
            if (x >= inner && x < inner_end) {
                for (int c = 0; c < s.c; c += VW) {
                    for (int y = 0; y < s.step_h; y++)
                        #pragma unroll
                        for (int i = 0; i < COLUMNS * STEP; i++) PREFETCH(ahead + (y * s.w + left + i) * s.c + c);
                    #pragma unroll
                    for (int i = 0; i < COLUMNS; i++) PREFETCH(flow + (s.ow + i) * s.c + c);
                    VREAL up[COLUMNS];
                    #pragma unroll
                    for (int i = 0; i < COLUMNS; i++) up[i] = LOADN(VW)(0, flow + i * s.c + c);
                    for (int k = 0; k < met; k++) {
                        __global const REAL *at = lines[k] + left * s.c + c;
                        __global REAL *to = sums[k] + c;
                        #pragma unroll
                        for (int kx = 0; kx < KW; kx++) {
                            VREAL sum = LOADN(VW)(0, to + kx * s.c);
                            #pragma unroll
                            for (int i = 0; i < COLUMNS; i++)
                                sum += LOADN(VW)(0, at + (i * STEP + kx * TAP) * s.c) * up[i];
                            STORE_GLOBAL(sum, to + kx * s.c);
                        }
                    }
                }
                x += COLUMNS;
            } else {
                for (int kx = 0; kx < KW; kx++) {
                    const int from = left + kx * TAP;
                    if (from < 0 || from >= s.w) continue;
                    for (int k = 0; k < met; k++)
                        for (int c = 0; c < s.c; c += VW) {
                            __global REAL *to = sums[k] + kx * s.c + c;
                            const VREAL value = LOADN(VW)(0, lines[k] + from * s.c + c);
                            STORE_GLOBAL(LOADN(VW)(0, to) + value * LOADN(VW)(0, flow + c), to);
                        }
                }
                x++;
            }
        }
    }
}

#undef VREAL
