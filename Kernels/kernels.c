#include "CIbexKernels.h"

#define EMBED_BEGIN(name) static const unsigned char text_##name[] = {
#define EMBED_END };

EMBED_BEGIN(prelude)
#embed "prelude.cl"
EMBED_END
EMBED_BEGIN(float_math)
#embed "float_math.cl"
EMBED_END
EMBED_BEGIN(matmul_cpu)
#embed "matmul_cpu.cl"
EMBED_END
EMBED_BEGIN(convolution_rows_cpu)
#embed "convolution_rows_cpu.cl"
EMBED_END
EMBED_BEGIN(convolution_cpu)
#embed "convolution_cpu.cl"
EMBED_END
EMBED_BEGIN(convolution_filter_cpu)
#embed "convolution_filter_cpu.cl"
EMBED_END
EMBED_BEGIN(convolution_pad)
#embed "convolution_pad.cl"
EMBED_END
EMBED_BEGIN(winograd_tiles)
#embed "winograd_tiles.cl"
EMBED_END
EMBED_BEGIN(winograd_filter)
#embed "winograd_filter.cl"
EMBED_END
EMBED_BEGIN(winograd_cpu)
#embed "winograd_cpu.cl"
EMBED_END
EMBED_BEGIN(winograd_filter_gradient_cpu)
#embed "winograd_filter_gradient_cpu.cl"
EMBED_END
EMBED_BEGIN(matmul_gpu)
#embed "matmul_gpu.cl"
EMBED_END
EMBED_BEGIN(convolution_gpu)
#embed "convolution_gpu.cl"
EMBED_END
EMBED_BEGIN(convolution_filter_gpu)
#embed "convolution_filter_gpu.cl"
EMBED_END
EMBED_BEGIN(places_gpu)
#embed "places_gpu.cl"
EMBED_END
EMBED_BEGIN(tile_gpu)
#embed "tile_gpu.cl"
EMBED_END
EMBED_BEGIN(sum_parts_gpu)
#embed "sum_parts_gpu.cl"
EMBED_END
EMBED_BEGIN(depthwise_steps)
#embed "depthwise_steps.cl"
EMBED_END
EMBED_BEGIN(depthwise_cpu)
#embed "depthwise_cpu.cl"
EMBED_END
EMBED_BEGIN(depthwise_gpu)
#embed "depthwise_gpu.cl"
EMBED_END
EMBED_BEGIN(depthwise_filter_cpu)
#embed "depthwise_filter_cpu.cl"
EMBED_END
EMBED_BEGIN(depthwise_filter_gpu)
#embed "depthwise_filter_gpu.cl"
EMBED_END
EMBED_BEGIN(reduce_parts)
#embed "reduce_parts.cl"
EMBED_END
EMBED_BEGIN(pooling)
#embed "pooling.cl"
EMBED_END
EMBED_BEGIN(pooling_gradient)
#embed "pooling_gradient.cl"
EMBED_END
EMBED_BEGIN(pooling_gradient_cpu)
#embed "pooling_gradient_cpu.cl"
EMBED_END
EMBED_BEGIN(average_gradient_cpu)
#embed "average_gradient_cpu.cl"
EMBED_END
EMBED_BEGIN(pooling_gradient_disjoint)
#embed "pooling_gradient_disjoint.cl"
EMBED_END
EMBED_BEGIN(softmax)
#embed "softmax.cl"
EMBED_END
EMBED_BEGIN(turn_rows)
#embed "turn_rows.cl"
EMBED_END
EMBED_BEGIN(softmax_short_cpu)
#embed "softmax_short_cpu.cl"
EMBED_END
EMBED_BEGIN(softmax_gpu)
#embed "softmax_gpu.cl"
EMBED_END
EMBED_BEGIN(gather)
#embed "gather.cl"
EMBED_END
EMBED_BEGIN(gather_gradient)
#embed "gather_gradient.cl"
EMBED_END
EMBED_BEGIN(gather_sort_gpu)
#embed "gather_sort_gpu.cl"
EMBED_END
EMBED_BEGIN(gather_sum_gpu)
#embed "gather_sum_gpu.cl"
EMBED_END
EMBED_BEGIN(one_hot)
#embed "one_hot.cl"
EMBED_END
EMBED_BEGIN(sort_cpu)
#embed "sort_cpu.cl"
EMBED_END
EMBED_BEGIN(sort_gpu)
#embed "sort_gpu.cl"
EMBED_END
EMBED_BEGIN(random)
#embed "random.cl"
EMBED_END
EMBED_BEGIN(movement)
#embed "movement.cl"
EMBED_END

#define FILE_ROW(name) {#name, text_##name, sizeof text_##name}

static const ibex_kernel_source files[] = {
    FILE_ROW(prelude),
    FILE_ROW(float_math),
    FILE_ROW(matmul_cpu),
    FILE_ROW(convolution_rows_cpu),
    FILE_ROW(convolution_cpu),
    FILE_ROW(convolution_filter_cpu),
    FILE_ROW(convolution_pad),
    FILE_ROW(winograd_tiles),
    FILE_ROW(winograd_filter),
    FILE_ROW(winograd_cpu),
    FILE_ROW(winograd_filter_gradient_cpu),
    FILE_ROW(matmul_gpu),
    FILE_ROW(convolution_gpu),
    FILE_ROW(convolution_filter_gpu),
    FILE_ROW(places_gpu),
    FILE_ROW(tile_gpu),
    FILE_ROW(sum_parts_gpu),
    FILE_ROW(depthwise_steps),
    FILE_ROW(depthwise_cpu),
    FILE_ROW(depthwise_gpu),
    FILE_ROW(depthwise_filter_cpu),
    FILE_ROW(depthwise_filter_gpu),
    FILE_ROW(reduce_parts),
    FILE_ROW(pooling),
    FILE_ROW(pooling_gradient),
    FILE_ROW(pooling_gradient_cpu),
    FILE_ROW(average_gradient_cpu),
    FILE_ROW(pooling_gradient_disjoint),
    FILE_ROW(softmax),
    FILE_ROW(turn_rows),
    FILE_ROW(softmax_short_cpu),
    FILE_ROW(softmax_gpu),
    FILE_ROW(gather),
    FILE_ROW(gather_gradient),
    FILE_ROW(gather_sort_gpu),
    FILE_ROW(gather_sum_gpu),
    FILE_ROW(one_hot),
    FILE_ROW(sort_cpu),
    FILE_ROW(sort_gpu),
    FILE_ROW(random),
    FILE_ROW(movement),
};

int ibex_kernel_file_count(void) { return sizeof files / sizeof files[0]; }

ibex_kernel_source ibex_kernel_file(int index) { return files[index]; }
