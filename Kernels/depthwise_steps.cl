// The sizes and steps of a depthwise convolution (see depthwise_cpu.cl), defined once in a program.

#ifndef DEPTHWISE_STEPS
#define DEPTHWISE_STEPS
typedef struct {
    int n, h, w, c, oh, ow, kh, kw;
    int step_h, step_w, start_h, start_w, tap_h, tap_w, share_h, share_w;
} DepthwiseSteps;
#endif
