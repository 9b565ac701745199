#include "CIbexWindow.h"
#include <string.h>
#include "clones.h"

// Where the window of a position begins.
typedef struct { ptrdiff_t image, y, x; } place;

IBEX_INLINE place place_of(const ibex_window *w, size_t position) {
    ptrdiff_t p = (ptrdiff_t)position, area = w->outHeight * w->outWidth;
    ptrdiff_t image = p / area, rest = p % area;
    return (place){image, (rest / w->outWidth) * w->strideY - w->top, (rest % w->outWidth) * w->strideX - w->left};
}

void ibex_im2col(const ibex_window *w, size_t size, size_t first, size_t last, size_t firstChannel, size_t count,
                 void *columns, const void *images) {
    const size_t cell = count * size, row = (size_t)w->columns * cell;
    const ptrdiff_t pixel = w->channels * (ptrdiff_t)size;
    const int dense = w->dilationX == 1 && (ptrdiff_t)count == w->channels;
    char *out = columns;
    for (size_t p = first; p < last; p++) {
        const place at = place_of(w, p);
        const char *image = (const char *)images + at.image * w->height * w->width * pixel + firstChannel * size;
        for (ptrdiff_t i = 0; i < w->rows; i++, out += row) {
            const ptrdiff_t y = at.y + i * w->dilationY;
            if (y < 0 || y >= w->height) {
                memset(out, 0, row);
            } else if (dense && at.x >= 0 && at.x + w->columns <= w->width) {
                memcpy(out, image + (y * w->width + at.x) * pixel, row);
            } else {
                for (ptrdiff_t j = 0; j < w->columns; j++) {
                    const ptrdiff_t x = at.x + j * w->dilationX;
                    if (x < 0 || x >= w->width) memset(out + j * (ptrdiff_t)cell, 0, cell);
                    else memcpy(out + j * (ptrdiff_t)cell, image + (y * w->width + x) * pixel, cell);
                }
            }
        }
    }
}

// One output row's share of a plane: n cells of one image row, strideX apart, zero outside.
#define PLANE_ROW(T) \
    for (ptrdiff_t k = 0; k < n; k++) { \
        ptrdiff_t x = x0 + k * w->strideX; \
        ((T *)out)[k] = inside && x >= 0 && x < w->width ? ((const T *)line)[x] : 0; \
    }

void ibex_im2col_planes(const ibex_window *w, size_t size, size_t first, size_t last, void *columns,
                        size_t stride, const void *images) {
    for (size_t p = first; p < last;) {
        const place at = place_of(w, p);
        const ptrdiff_t left = w->outWidth - (ptrdiff_t)(p % (size_t)w->outWidth);
        const ptrdiff_t n = left < (ptrdiff_t)(last - p) ? left : (ptrdiff_t)(last - p);
        for (ptrdiff_t i = 0; i < w->rows; i++) {
            const ptrdiff_t y = at.y + i * w->dilationY;
            const int inside = y >= 0 && y < w->height;
            const char *line = (const char *)images
                + (inside ? (at.image * w->height + y) * w->width * (ptrdiff_t)size : 0);
            for (ptrdiff_t j = 0; j < w->columns; j++) {
                const ptrdiff_t x0 = at.x + j * w->dilationX;
                char *out = (char *)columns + ((size_t)(i * w->columns + j) * stride + (p - first)) * size;
                if (inside && w->strideX == 1 && x0 >= 0 && x0 + n <= w->width) {
                    memcpy(out, line + x0 * (ptrdiff_t)size, (size_t)n * size);
                } else if (size == 4) {
                    PLANE_ROW(uint32_t)
                } else {
                    PLANE_ROW(uint64_t)
                }
            }
        }
        p += (size_t)n;
    }
}

#define COL2IM(S, T) \
    IBEX_CLONES void ibex_col2im_##S(const ibex_window *w, size_t first, size_t last, size_t firstChannel, \
                                     size_t count, const T *columns, T *images) { \
        const int dense = w->dilationX == 1 && (ptrdiff_t)count == w->channels; \
        const size_t row = (size_t)w->columns * count; \
        const T *in = columns; \
        for (size_t p = first; p < last; p++) { \
            const place at = place_of(w, p); \
            T *image = images + at.image * w->height * w->width * w->channels + firstChannel; \
            for (ptrdiff_t i = 0; i < w->rows; i++, in += row) { \
                const ptrdiff_t y = at.y + i * w->dilationY; \
                if (y < 0 || y >= w->height) continue; \
                if (dense && at.x >= 0 && at.x + w->columns <= w->width) { \
                    T *o = image + (y * w->width + at.x) * w->channels; \
                    for (size_t k = 0; k < row; k++) o[k] += in[k]; \
                    continue; \
                } \
                for (ptrdiff_t j = 0; j < w->columns; j++) { \
                    const ptrdiff_t x = at.x + j * w->dilationX; \
                    if (x < 0 || x >= w->width) continue; \
                    T *o = image + (y * w->width + x) * w->channels; \
                    const T *q = in + (size_t)j * count; \
                    for (size_t k = 0; k < count; k++) o[k] += q[k]; \
                } \
            } \
        } \
    }
COL2IM(f32, float)
COL2IM(f64, double)

// For each cell of the window that lies inside: `o` its offset in the images, `f` its offset in the filter.
#define EACH_CELL(BODY) \
    for (size_t p = first; p < last; p++) { \
        const place at = place_of(w, p); \
        const ptrdiff_t c = w->channels, d = (ptrdiff_t)p * c; \
        for (ptrdiff_t i = 0; i < w->rows; i++) { \
            const ptrdiff_t y_ = at.y + i * w->dilationY; \
            if (y_ < 0 || y_ >= w->height) continue; \
            for (ptrdiff_t j = 0; j < w->columns; j++) { \
                const ptrdiff_t x_ = at.x + j * w->dilationX; \
                if (x_ < 0 || x_ >= w->width) continue; \
                const ptrdiff_t o = ((at.image * w->height + y_) * w->width + x_) * c; \
                const ptrdiff_t f = (i * w->columns + j) * c; \
                for (ptrdiff_t k = 0; k < c; k++) { BODY } \
            } \
        } \
    }

#define DEPTHWISE(S, T) \
    IBEX_CLONES void ibex_depthwise_##S(const ibex_window *w, size_t first, size_t last, T *out, const T *x, \
                                        const T *filter) { \
        memset(out + first * (size_t)w->channels, 0, (last - first) * (size_t)w->channels * sizeof(T)); \
        EACH_CELL(out[d + k] += x[o + k] * filter[f + k];) \
    } \
    IBEX_CLONES void ibex_depthwise_dx_##S(const ibex_window *w, size_t first, size_t last, T *dx, const T *dy, \
                                           const T *filter) { \
        EACH_CELL(dx[o + k] += dy[d + k] * filter[f + k];) \
    } \
    IBEX_CLONES void ibex_depthwise_dw_##S(const ibex_window *w, size_t first, size_t last, T *dw, const T *dy, \
                                           const T *x) { \
        EACH_CELL(dw[f + k] += dy[d + k] * x[o + k];) \
    }
DEPTHWISE(f32, float)
DEPTHWISE(f64, double)
