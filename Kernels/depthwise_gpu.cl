// Depthwise convolution and its input gradient for GPUs. Layout, arguments and macros as in depthwise_cpu.cl; each item
// makes VW neighbouring channels of one position (`rows` is unused).
// Global size: n * oh * ow * c / VW.

#define VREAL WIDE(REAL, VW)

__kernel void NAME(
    __global const REAL *restrict source, __global const REAL *restrict filter, __global OUT *restrict out,
    const DepthwiseSteps s, const int rows EPILOGUE_PARAMETERS)
{
    const int vectors = s.c / VW;
    const long element = get_global_id(0);
    if (element >= (long)s.n * s.oh * s.ow * vectors) return;
    const long pixel = element / vectors;
    const int c = (int)(element - pixel * vectors) * VW;
    const int line = (int)(pixel / s.ow), n = line / s.oh;
    const int top = (line - n * s.oh) * s.step_h + s.start_h;
    const int left = (int)(pixel - (long)line * s.ow) * s.step_w + s.start_w;
    __global const REAL *image = source + (long)n * s.h * s.w * s.c + c;
    VREAL sum = (VREAL)0;
    for (int ky = 0; ky < s.kh; ky++) {
        const int y0 = top + ky * s.tap_h, y = s.share_h == 1 ? y0 : y0 / s.share_h;
        if (y0 < 0 || y >= s.h || y * s.share_h != y0) continue;
        for (int kx = 0; kx < s.kw; kx++) {
            const int x0 = left + kx * s.tap_w, x = s.share_w == 1 ? x0 : x0 / s.share_w;
            if (x0 < 0 || x >= s.w || x * s.share_w != x0) continue;
            sum += *(__global const VREAL *)(image + (y * s.w + x) * s.c)
                * *(__global const VREAL *)(filter + (ky * s.kw + kx) * s.c + c);
        }
    }
    REAL cells[VW];
    STOREN(VW)(sum, 0, cells);
    #pragma unroll
    for (int l = 0; l < VW; l++) PUT(out + pixel * s.c, c + l, EPILOGUE(cells[l], pixel, c + l, 0));
}

#undef VREAL
