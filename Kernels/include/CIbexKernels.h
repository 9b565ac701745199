// The OpenCL C sources of this folder, embedded at compile time.
#ifndef IBEX_KERNELS_H
#define IBEX_KERNELS_H
#include <stddef.h>

typedef struct {
    const char *_Nonnull name;           // the file's name without .cl
    const unsigned char *_Nonnull text;  // not terminated
    size_t length;
} ibex_kernel_source;

int ibex_kernel_file_count(void);

// The file at `index`, which is below the count.
ibex_kernel_source ibex_kernel_file(int index);

#endif
