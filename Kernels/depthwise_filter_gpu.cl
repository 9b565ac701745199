// Filter gradient of a depthwise convolution for GPUs, first pass. What depthwise_filter_cpu.cl says of layout and
// arguments holds here; a part is `span` positions of the result, and reduce_parts.cl adds the parts.
//
// A work-group of 256 makes one tap of 32 channels: eight items to a channel, each every eighth position, joined by a
// tree in local memory.
// Macros: NAME, REAL. Groups: (ceil(c / 32), kh * kw, parts). Local memory: 256 elements.

__kernel __attribute__((reqd_work_group_size(256, 1, 1))) void NAME(
    __global const REAL *restrict image, __global const REAL *restrict gradient, __global REAL *restrict partial,
    const DepthwiseSteps s, const int span)
{
    __local REAL cells[256];
    const int lane = get_local_id(0), member = lane / 32, c = get_group_id(0) * 32 + lane % 32;
    const int tap = get_group_id(1), ky = tap / s.kw, kx = tap - ky * s.kw, part = get_group_id(2);
    const int begin = part * span, end = min(begin + span, s.n * s.oh * s.ow);
    REAL sum = 0;
    if (c < s.c)
        for (int pixel = begin + member; pixel < end; pixel += 8) {
            const int line = pixel / s.ow, n = line / s.oh;
            const int y = (line - n * s.oh) * s.step_h + s.start_h + ky * s.tap_h;
            const int x = (pixel - line * s.ow) * s.step_w + s.start_w + kx * s.tap_w;
            if (y >= 0 && y < s.h && x >= 0 && x < s.w)
                sum += image[(((long)n * s.h + y) * s.w + x) * s.c + c] * gradient[(long)pixel * s.c + c];
        }
    cells[lane] = sum;
    for (int far = 4; far > 0; far /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (member < far) cells[lane] += cells[lane + far * 32];
    }
    if (member == 0 && c < s.c) partial[((long)part * s.kh * s.kw + tap) * s.c + c] = cells[lane];
}
