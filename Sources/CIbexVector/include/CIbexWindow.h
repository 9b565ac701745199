// Loops over sliding windows on channels-last images: convolution's columns, depthwise convolution, pooling.
#ifndef CIBEXWINDOW_H
#define CIBEXWINDOW_H

#include <stddef.h>
#include <stdint.h>

// Images [n, height, width, channels], windows [rows, columns] at outputs [n, outHeight, outWidth].
// The cell (i, j) of the window at output (y, x) lies at (y strideY + i dilationY - top, ...) of the image;
// cells outside are padding.
typedef struct {
    ptrdiff_t height, width, channels;
    ptrdiff_t outHeight, outWidth;
    ptrdiff_t rows, columns;
    ptrdiff_t strideY, strideX, dilationY, dilationX;
    ptrdiff_t top, left;
} ibex_window;

// Positions are output cells of all images in one row: ((n * outHeight) + y) * outWidth + x.
// columns[p - first][(i * w.columns + j) * count + c] = image cell (i, j), channel firstChannel + c, or zero.
void ibex_im2col(const ibex_window *w, size_t size, size_t first, size_t last, size_t firstChannel, size_t count,
                 void *columns, const void *images);
// The same with one channel and transposed: columns[i * w.columns + j][p - first], rows `stride` apart.
void ibex_im2col_planes(const ibex_window *w, size_t size, size_t first, size_t last, void *columns,
                        size_t stride, const void *images);
// The adjoint: adds columns back into the images.
void ibex_col2im_f32(const ibex_window *w, size_t first, size_t last, size_t firstChannel, size_t count,
                     const float *columns, float *images);
void ibex_col2im_f64(const ibex_window *w, size_t first, size_t last, size_t firstChannel, size_t count,
                     const double *columns, double *images);

// One filter per channel, filter [rows, columns, channels]: outputs, input gradient (adds to `dx`, which covers
// the images of the positions) and filter gradient (adds to `dw`) over positions first ..< last.
#define IBEX_DEPTHWISE(S, T) \
    void ibex_depthwise_##S(const ibex_window *w, size_t first, size_t last, T *out, const T *x, const T *filter); \
    void ibex_depthwise_dx_##S(const ibex_window *w, size_t first, size_t last, T *dx, const T *dy, \
                               const T *filter); \
    void ibex_depthwise_dw_##S(const ibex_window *w, size_t first, size_t last, T *dw, const T *dy, const T *x);
IBEX_DEPTHWISE(f32, float)
IBEX_DEPTHWISE(f64, double)

// Pooling over positions first ..< last. Padding never wins a maximum and does not count in an average. The
// gradients add into `dx`, which must hold zeros where a run begins; of equal maxima the first in row-major
// order takes the gradient (`pick` reads `values` there), and a NaN wins.
// Where `ibex_is_halving`, the maximum's gradient writes each element of the windows once and needs no zeros there.
int ibex_is_halving(const ibex_window *w);
#define IBEX_POOLING(S, T) \
    void ibex_max_pool_##S(const ibex_window *w, size_t first, size_t last, T *out, const T *x); \
    void ibex_max_pool_dx_##S(const ibex_window *w, size_t first, size_t last, T *dx, const T *dy, const T *x); \
    void ibex_max_pool_pick_##S(const ibex_window *w, size_t first, size_t last, T *out, const T *values, \
                                const T *x); \
    void ibex_average_pool_##S(const ibex_window *w, size_t first, size_t last, T *out, const T *x); \
    void ibex_average_pool_dx_##S(const ibex_window *w, size_t first, size_t last, T *dx, const T *dy);
IBEX_POOLING(f32, float)
IBEX_POOLING(f64, double)

#endif
