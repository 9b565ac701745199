// Depthwise convolution, one filter for each channel, and its input gradient, for CPU devices.
//
// Layout: source [n, h, w, c], filter [kh, kw, 1, c], result [n, oh, ow, c]. Tap (ky, kx) of position (y, x) reads the
// source at (y * step + start + ky * tap) / share of each axis, where that is whole and inside: forward has steps of
// the stride, the gradient, whose source is the upstream, shares of it and taps that walk backwards.
// Work: one item makes `rows` rows of the result, channels in vectors of VW, four columns at a time where all their
// taps lie inside.
//
// Macros: NAME, REAL, VW (a divisor of c), EPILOGUE(v, row, col, item), EPILOGUE_PARAMETERS, OUT, PUT (see
//   matmul_cpu.cl).
// Global size: ceil(n * oh / rows).

#define VREAL WIDE(REAL, VW)
#define FINISH(value, pixel)                                                                                         \
    {                                                                                                                \
        REAL cells[VW];                                                                                              \
        STOREN(VW)(value, 0, cells);                                                                                 \
        for (int l = 0; l < VW; l++) PUT(out + (pixel) * s.c, c + l, EPILOGUE(cells[l], pixel, c + l, 0));           \
    }

__kernel SINGLE WIDEST void NAME(
    __global const REAL *restrict source, __global const REAL *restrict filter, __global OUT *restrict out,
    const DepthwiseSteps s, const int rows EPILOGUE_PARAMETERS)
{
    const int begin = get_global_id(0) * rows, end = min(begin + rows, s.n * s.oh);
    // Columns whose taps all lie inside, where none falls between two.
    const int first_tap = min(0, (s.kw - 1) * s.tap_w), last_tap = max(0, (s.kw - 1) * s.tap_w);
    const int inner_begin = min(max(0, CEIL_DIV(max(-s.start_w - first_tap, 0), s.step_w)), s.ow);
    const int room = s.w - 1 - s.start_w - last_tap;
    const int inner_end = s.share_w == 1 && room >= 0 ? min(room / s.step_w + 1, s.ow) : 0;

    for (int row = begin; row < end; row++) {
        const int n = row / s.oh, top = (row - n * s.oh) * s.step_h + s.start_h;
        for (int x = 0; x < s.ow;) {
            const bool wide = x >= inner_begin && x + 4 <= inner_end;
            const int left = x * s.step_w + s.start_w;
            for (int c = 0; c < s.c; c += VW) {
                VREAL sum0 = (VREAL)0, sum1 = (VREAL)0, sum2 = (VREAL)0, sum3 = (VREAL)0;
                for (int ky = 0; ky < s.kh; ky++) {
                    const int y0 = top + ky * s.tap_h, y = y0 / s.share_h;
                    if (y0 < 0 || y >= s.h || y * s.share_h != y0) continue;
                    __global const REAL *line = source + ((long)n * s.h + y) * s.w * s.c + c;
                    __global const REAL *taps = filter + ky * s.kw * s.c + c;
                    if (wide) {
                        const int next = s.step_w * s.c;
                        for (int kx = 0; kx < s.kw; kx++) {
                            const VREAL tap = LOADN(VW)(0, taps + kx * s.c);
                            __global const REAL *at = line + (left + kx * s.tap_w) * s.c;
                            sum0 += LOADN(VW)(0, at) * tap;
                            sum1 += LOADN(VW)(0, at + next) * tap;
                            sum2 += LOADN(VW)(0, at + 2 * next) * tap;
                            sum3 += LOADN(VW)(0, at + 3 * next) * tap;
                        }
                    } else {
                        for (int kx = 0; kx < s.kw; kx++) {
                            const int x0 = left + kx * s.tap_w, from = x0 / s.share_w;
                            if (x0 < 0 || from >= s.w || from * s.share_w != x0) continue;
                            sum0 += LOADN(VW)(0, line + from * s.c) * LOADN(VW)(0, taps + kx * s.c);
                        }
                    }
                }
                const long pixel = (long)row * s.ow + x;
                FINISH(sum0, pixel)
                if (wide) {
                    FINISH(sum1, pixel + 1)
                    FINISH(sum2, pixel + 2)
                    FINISH(sum3, pixel + 3)
                }
            }
            x += wide ? 4 : 1;
        }
    }
}

#undef VREAL
#undef FINISH
