// Filter gradient of a depthwise convolution for CPU devices, first pass: partial[p, ky, kx, c] adds
// image[n, y * stride - pad + ky * dilation, ..., c] * gradient[n, y, x, c] over the `rows` rows of the result of part
// p; reduce_parts.cl adds the parts.
//
// Layout as in depthwise_cpu.cl, whose arguments of the forward pass it takes. An item walks its rows, channels in
// vectors of VW, the taps of a filter row side by side in registers.
//
// Macros: NAME, REAL, VW (a divisor of c), TAPS (kw).
// Global size: parts.

#define VREAL WIDE(REAL, VW)

__kernel SINGLE WIDEST void NAME(
    __global const REAL *restrict image, __global const REAL *restrict gradient, __global REAL *restrict partial_all,
    const DepthwiseSteps s, const int rows)
{
    const int begin = get_global_id(0) * rows, end = min(begin + rows, s.n * s.oh);
    const int cells = s.kh * TAPS * s.c;
    __global REAL *partial = partial_all + (long)get_global_id(0) * cells;
    for (int i = 0; i < cells; i++) partial[i] = 0;
    const int room = s.w - 1 - s.start_w - (TAPS - 1) * s.tap_w;
    const int inner_begin = min(CEIL_DIV(max(-s.start_w, 0), s.step_w), s.ow);
    const int inner_end = room >= 0 ? max(min(room / s.step_w + 1, s.ow), inner_begin) : inner_begin;

    for (int row = begin; row < end; row++) {
        const int n = row / s.oh, top = (row - n * s.oh) * s.step_h + s.start_h;
        for (int c = 0; c < s.c; c += VW) {
            __global const REAL *flow = gradient + (long)row * s.ow * s.c + c;
            for (int ky = 0; ky < s.kh; ky++) {
                const int y = top + ky * s.tap_h;
                if (y < 0 || y >= s.h) continue;
                __global const REAL *line = image + ((long)n * s.h + y) * s.w * s.c + c;
                __global REAL *to = partial + ky * TAPS * s.c + c;
                VREAL sums[TAPS];
                #pragma unroll
                for (int kx = 0; kx < TAPS; kx++) sums[kx] = LOADN(VW)(0, to + kx * s.c);
                for (int x = 0; x < s.ow; x++) {
                    const VREAL up = LOADN(VW)(0, flow + x * s.c);
                    const int left = x * s.step_w + s.start_w;
                    if (x >= inner_begin && x < inner_end) {
                        #pragma unroll
                        for (int kx = 0; kx < TAPS; kx++)
                            sums[kx] += LOADN(VW)(0, line + (left + kx * s.tap_w) * s.c) * up;
                    } else {
                        #pragma unroll
                        for (int kx = 0; kx < TAPS; kx++) {
                            const int from = left + kx * s.tap_w;
                            if (from >= 0 && from < s.w) sums[kx] += LOADN(VW)(0, line + from * s.c) * up;
                        }
                    }
                }
                #pragma unroll
                for (int kx = 0; kx < TAPS; kx++) STORE_GLOBAL(sums[kx], to + kx * s.c);
            }
        }
    }
}

#undef VREAL
