#include "CIbexVector.h"
#include <string.h>
#include "clones.h"

#define STRIDED(T) for (size_t i = 0; i < n; i++) ((T *)out)[i] = ((const T *)a)[(ptrdiff_t)i * stride];

IBEX_CLONES void ibex_load_strided(size_t size, size_t n, void *out, const void *a, ptrdiff_t stride) {
    switch (size) {
    case 1: STRIDED(uint8_t) break;
    case 2: STRIDED(uint16_t) break;
    case 4: STRIDED(uint32_t) break;
    default: STRIDED(uint64_t) break;
    }
}

#define TILE 16
#define TRANSPOSE(T) \
    for (size_t i0 = 0; i0 < columns; i0 += TILE) \
        for (size_t j0 = 0; j0 < rows; j0 += TILE) \
            for (size_t i = i0; i < columns && i < i0 + TILE; i++) \
                for (size_t j = j0; j < rows && j < j0 + TILE; j++) \
                    ((T *)out)[i * outStride + j] = ((const T *)a)[j * stride + i];

IBEX_CLONES void ibex_transpose(size_t size, size_t rows, size_t columns, void *out, size_t outStride,
                                const void *a, size_t stride) {
    switch (size) {
    case 1: TRANSPOSE(uint8_t) break;
    case 2: TRANSPOSE(uint16_t) break;
    case 4: TRANSPOSE(uint32_t) break;
    default: TRANSPOSE(uint64_t) break;
    }
}

#define FILL(T) { T v; memcpy(&v, value, sizeof v); for (size_t i = 0; i < n; i++) ((T *)out)[i] = v; }

IBEX_CLONES void ibex_fill(size_t size, size_t n, void *out, const void *value) {
    switch (size) {
    case 1: FILL(uint8_t) break;
    case 2: FILL(uint16_t) break;
    case 4: FILL(uint32_t) break;
    default: FILL(uint64_t) break;
    }
}
