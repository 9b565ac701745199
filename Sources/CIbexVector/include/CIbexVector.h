// Vectorised loops of the CPU backend. Each function runs over one block that its caller chose; none
// allocates, none knows of threads. Blocks may start at any address that fits their element type.
#ifndef CIBEXVECTOR_H
#define CIBEXVECTOR_H

#include <stddef.h>
#include <stdint.h>

#include "CIbexDirect.h"
#include "CIbexWinograd.h"
#include "CIbexRows.h"
#include "CIbexWindow.h"

// Element types, in the order of Ibex's `DType`. The half types can be cast from and to, nothing else.
typedef enum {
    IBEX_BOOL, IBEX_UINT8, IBEX_INT32, IBEX_INT64, IBEX_FLOAT16, IBEX_BFLOAT16, IBEX_FLOAT32, IBEX_FLOAT64
} ibex_type;

// out[i] = f(a[i], b[i], c[i]) for i < n; unused operands are not read. `out` may be an operand itself.
typedef void (*ibex_block)(size_t n, void *out, const void *a, const void *b, const void *c);

// The loop for an elementwise function (see elementwise.def) on operands of one type; NULL where the
// function is not defined for it. `where` takes a byte condition and two operands of the type.
ibex_block ibex_elementwise(const char *name, int type);
// The loop that converts from one type to another: to integers towards zero, held in range, NaN as 0;
// to bool as "not zero"; to fewer bits to nearest, ties to even.
ibex_block ibex_cast(int from, int to);

// Folds a block into an accumulator. Sums and products of float accumulate in double; of integers in int64.
typedef void (*ibex_fold)(size_t n, void *accumulator, const void *a);
// The fold for "sum", "prod", "max", "min", "any" or "all" of a type; NULL where it is not defined. The
// accumulator's type is `ibex_accumulator(name, type)`; fixed lanes in a fixed order on every machine.
ibex_fold ibex_reduction(const char *name, int type);
ibex_type ibex_accumulator(const char *name, int type);
// The same for each column of a block of rows: accumulator[c] folds a[r * width + c].
typedef void (*ibex_fold_columns)(size_t rows, size_t width, void *accumulator, const void *a);
ibex_fold_columns ibex_column_reduction(const char *name, int type);
// Keeps the position of the largest or smallest element, counted from `first`; the first of equals wins, and
// a NaN before all. `where` is negative while nothing has been seen.
typedef void (*ibex_position)(int largest, size_t n, int64_t first, void *best, int64_t *where, const void *a);
ibex_position ibex_position_reduction(int type);

// `count` elements from position `first` of an iteration space, row-major, through a view: the element at
// base + sum coordinate[axis] * strides[axis]. Gives a pointer into the operand where they lie next to each
// other there, else copies them to `out` and gives that.
const void *ibex_load_view(int rank, const int64_t *extents, const int64_t *strides, size_t size, int64_t first,
                           size_t count, void *out, const void *base);

// Strided block moves of elements of 1, 2, 4 or 8 bytes; strides in elements.
void ibex_load_strided(size_t size, size_t n, void *out, const void *a, ptrdiff_t stride);
void ibex_store_strided(size_t size, size_t n, void *out, ptrdiff_t stride, const void *a);
// out[i * outStride + j] = a[j * stride + i]: a transposed tile.
void ibex_transpose(size_t size, size_t rows, size_t columns, void *out, size_t outStride, const void *a,
                    size_t stride);
void ibex_fill(size_t size, size_t n, void *out, const void *value);

// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011): n blocks of four words, counters first, first + 1, ...
// in the low two words, `high` in the upper two.
void ibex_philox(size_t n, uint32_t *out, uint64_t first, uint64_t high, uint64_t key);

// n numbers made from counters `first`, ...: four from each. Uniform: (bits >> 8) 2^-24, in double bits 2^-32.
// Normal: Box and Muller from the pairs of a counter, with u = ((b >> 8) + 1) 2^-24 and the angle 2 pi (b >> 8) 2^-24.
void ibex_random_bits(size_t n, uint32_t *out, uint64_t first, uint64_t high, uint64_t key);
void ibex_random_uniform_f32(size_t n, float *out, uint64_t first, uint64_t high, uint64_t key);
void ibex_random_uniform_f64(size_t n, double *out, uint64_t first, uint64_t high, uint64_t key);
void ibex_random_normal_f32(size_t n, float *out, uint64_t first, uint64_t high, uint64_t key);
void ibex_random_normal_f64(size_t n, double *out, uint64_t first, uint64_t high, uint64_t key);

// Tells the processor that this is a waiting loop.
static inline void ibex_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// How many processors this process may run on.
int ibex_processor_count(void);

// Makes this thread take numbers too small to be normal for 0, as operands and as results, where processors would spend
// a hundred times as long over them; 0 undoes it. Gives what was so before.
int ibex_flush_subnormals(int flush);

#endif
