// Depthwise convolution, one filter for each channel, and its input gradient, for CPU devices.
//
// Layout: source [n, h, w, c], filter [kh, kw, 1, c], result [n, oh, ow, c]. Tap (ky, kx) of position (y, x) reads the
// source at (y * step + start + ky * tap) / share of each axis, where that is whole and inside: forward has steps of
// the stride, the gradient, whose source is the upstream, shares of it and taps that walk backwards.
// Work: one item makes `rows` rows of the result, channels in vectors of VW. Where all taps lie inside, COLUMNS
// neighbours are made side by side in registers, so that what several of them read is loaded once for each filter row;
// which of their taps fall between two columns of the source is known when the kernel is built.
//
// Macros: NAME, REAL, VW (a divisor of c), KH, KW, COLUMNS (a multiple of SHARE), STEP, TAP, SHARE (step_w, tap_w and
//   share_w), EPILOGUE(v, row, col, item), EPILOGUE_PARAMETERS, EPILOGUE_AHEAD, OUT, PUT (see matmul_cpu.cl).
// Global size: ceil(n * oh / rows).

#define VREAL WIDE(REAL, VW)
#define FIRST_TAP (TAP < 0 ? (KW - 1) * TAP : 0)
#define LAST_TAP (TAP < 0 ? 0 : (KW - 1) * TAP)
#define FINISH(value, pixel)                                                                                         \
    {                                                                                                                \
        const VREAL cells = value;                                                                                   \
        __global OUT *to = out + (pixel) * s.c + c;                                                                  \
        WIDE_LOOP                                                                                                    \
        for (int l = 0; l < VW; l++)                                                                                 \
            PUT(to, l, EPILOGUE(((const REAL *)&cells)[l], pixel, c + l, 0))                                         \
    }

__kernel SINGLE WIDEST void NAME(
    __global const REAL *restrict source, __global const REAL *restrict filter, __global OUT *restrict out,
    const DepthwiseSteps s, const int rows EPILOGUE_PARAMETERS)
{
    const int begin = get_global_id(0) * rows, end = min(begin + rows, s.n * s.oh);
    // The columns that are made side by side: from the first whose taps lie inside and whose first one is met.
    int inner = CEIL_DIV(max(-s.start_w - FIRST_TAP, 0), STEP);
    while ((inner * STEP + s.start_w) % SHARE != 0) inner++;
    const int room = s.w * SHARE - 1 - LAST_TAP - (COLUMNS - 1) * STEP - s.start_w;
    const int last = room < 0 ? -1 : min(room / STEP, s.ow - COLUMNS);
    const int inner_end = last < inner ? inner : inner + ((last - inner) / COLUMNS + 1) * COLUMNS;

    for (int row = begin; row < end; row++) {
        const int n = row / s.oh, top = (row - n * s.oh) * s.step_h + s.start_h;
        // The lines of the source that the filter's rows meet.
        __global const REAL *lines[KH], *taps[KH];
        int met = 0;
        for (int ky = 0; ky < KH; ky++) {
            const int y0 = top + ky * s.tap_h, y = y0 / s.share_h;
            if (y0 < 0 || y >= s.h || y * s.share_h != y0) continue;
            lines[met] = source + ((long)n * s.h + y) * s.w * s.c;
            taps[met++] = filter + ky * KW * s.c;
        }
        // What the row below meets first is asked for while this one is made, and so is its own place.
        const int below = (top + s.step_h + max(0, (KH - 1) * s.tap_h)) / s.share_h - s.step_h + 1;
        __global const REAL *ahead = source + ((long)n * s.h + below) * s.w * s.c;
        for (int x = 0; x < s.ow;) {
            const int left = x * STEP + s.start_w;
            const long pixel = (long)row * s.ow + x;
            if (x >= inner && x < inner_end) {
                const int from = left / SHARE * s.c;
                for (int c = 0; c < s.c; c += VW) {
                    for (int y = 0; y < s.step_h; y++)
                        #pragma unroll
                        for (int i = 0; i < COLUMNS * STEP / SHARE; i++)
                            PREFETCH(ahead + from + (y * s.w + i) * s.c + c);
                    #pragma unroll
                    for (int i = 0; i < COLUMNS; i++) {
                        PREFETCH_WRITE(out + (pixel + s.ow + i) * s.c + c);
                        EPILOGUE_AHEAD(pixel + s.ow + i, c, 0)
                    }
                    VREAL sums[COLUMNS];
                    #pragma unroll
                    for (int i = 0; i < COLUMNS; i++) sums[i] = (VREAL)0;
                    for (int k = 0; k < met; k++) {
                        __global const REAL *at = lines[k] + from + c, *own = taps[k] + c;
                        #pragma unroll
                        for (int kx = 0; kx < KW; kx++) {
                            const VREAL tap = LOADN(VW)(0, own + kx * s.c);
                            #pragma unroll
                            for (int i = 0; i < COLUMNS; i++)
                                if ((i * STEP + kx * TAP) % SHARE == 0)
                                    sums[i] += LOADN(VW)(0, at + (i * STEP + kx * TAP) / SHARE * s.c) * tap;
                        }
                    }
                    #pragma unroll
                    for (int i = 0; i < COLUMNS; i++) FINISH(sums[i], pixel + i)
                }
                x += COLUMNS;
            } else {
                int from[KW], own[KW], count = 0;
                for (int kx = 0; kx < KW; kx++) {
                    const int x0 = left + kx * TAP;
                    if (x0 < 0 || x0 % SHARE != 0 || x0 / SHARE >= s.w) continue;
                    from[count] = x0 / SHARE * s.c;
                    own[count++] = kx * s.c;
                }
                for (int c = 0; c < s.c; c += VW) {
                    VREAL sum = (VREAL)0;
                    for (int k = 0; k < met; k++)
                        for (int i = 0; i < count; i++)
                            sum += LOADN(VW)(0, lines[k] + from[i] + c) * LOADN(VW)(0, taps[k] + own[i] + c);
                    FINISH(sum, pixel)
                }
                x++;
            }
        }
    }
}

#undef VREAL
#undef FIRST_TAP
#undef LAST_TAP
#undef FINISH
