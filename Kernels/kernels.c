#include "CIbexKernels.h"

#define EMBED_BEGIN(name) static const unsigned char text_##name[] = {
#define EMBED_END };

EMBED_BEGIN(prelude)
#embed "prelude.cl"
EMBED_END
EMBED_BEGIN(matmul_cpu)
#embed "matmul_cpu.cl"
EMBED_END
EMBED_BEGIN(convolution_cpu)
#embed "convolution_cpu.cl"
EMBED_END
EMBED_BEGIN(convolution_filter_cpu)
#embed "convolution_filter_cpu.cl"
EMBED_END
EMBED_BEGIN(reduce_parts)
#embed "reduce_parts.cl"
EMBED_END

#define FILE_ROW(name) {#name, text_##name, sizeof text_##name}

static const ibex_kernel_source files[] = {
    FILE_ROW(prelude), FILE_ROW(matmul_cpu), FILE_ROW(convolution_cpu), FILE_ROW(convolution_filter_cpu),
    FILE_ROW(reduce_parts),
};

int ibex_kernel_file_count(void) { return sizeof files / sizeof files[0]; }

ibex_kernel_source ibex_kernel_file(int index) { return files[index]; }
