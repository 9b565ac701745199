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

#define SCATTERED(T) for (size_t i = 0; i < n; i++) ((T *)out)[(ptrdiff_t)i * stride] = ((const T *)a)[i];

void ibex_store_strided(size_t size, size_t n, void *out, ptrdiff_t stride, const void *a) {
    switch (size) {
    case 1: SCATTERED(uint8_t) break;
    case 2: SCATTERED(uint16_t) break;
    case 4: SCATTERED(uint32_t) break;
    default: SCATTERED(uint64_t) break;
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

const void *ibex_load_view(int rank, const int64_t *extents, const int64_t *strides, size_t size, int64_t first,
                           size_t count, void *out, const void *base) {
    int64_t coordinate[32];
    int64_t offset = 0, rest = first;
    if (rank == 0) {
        ibex_fill(size, count, out, base);
        return out;
    }
    for (int axis = rank - 1; axis >= 0; axis--) {
        coordinate[axis] = rest % extents[axis];
        rest /= extents[axis];
        offset += coordinate[axis] * strides[axis];
    }
    const int inner = rank - 1;
    const int64_t stride = strides[inner], row = extents[inner];
    const char *in = (const char *)base + offset * (int64_t)size;
    if (stride == 1 && (int64_t)count <= row - coordinate[inner]) return in;
    char *to = out;
    while (count > 0) {
        const int64_t left = row - coordinate[inner];
        const size_t n = (int64_t)count < left ? count : (size_t)left;
        if (stride == 1) memcpy(to, in, n * size);
        else if (stride == 0) ibex_fill(size, n, to, in);
        else ibex_load_strided(size, n, to, in, stride);
        to += n * size;
        count -= n;
        in -= coordinate[inner] * stride * (int64_t)size;
        coordinate[inner] = 0;
        for (int axis = inner - 1; axis >= 0; axis--) {
            in += strides[axis] * (int64_t)size;
            if (++coordinate[axis] < extents[axis]) break;
            in -= extents[axis] * strides[axis] * (int64_t)size;
            coordinate[axis] = 0;
        }
    }
    return out;
}
