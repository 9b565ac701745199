#include "CIbexWindow.h"
#include <math.h>
#include <string.h>
#include "clones.h"

// The part of a window that lies inside the image: rows y0 ..< y1 and columns x0 ..< x1.
typedef struct { ptrdiff_t image, y0, y1, x0, x1; } part;

IBEX_INLINE ptrdiff_t at_least(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }
IBEX_INLINE ptrdiff_t at_most(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

// Pooling has no dilation.
IBEX_INLINE part part_of(const ibex_window *w, size_t position) {
    ptrdiff_t p = (ptrdiff_t)position, area = w->outHeight * w->outWidth;
    ptrdiff_t rest = p % area;
    ptrdiff_t y = (rest / w->outWidth) * w->strideY - w->top, x = (rest % w->outWidth) * w->strideX - w->left;
    return (part){p / area, at_least(y, 0), at_most(y + w->rows, w->height), at_least(x, 0),
                  at_most(x + w->columns, w->width)};
}

// Channels are taken in tiles that stay in registers over the cells of the window.
#define TILE 32
#define CELLS(BODY) \
    for (ptrdiff_t y = at.y0; y < at.y1; y++) \
        for (ptrdiff_t x = at.x0; x < at.x1; x++) { \
            const ptrdiff_t o = ((at.image * w->height + y) * w->width + x) * w->channels + c; \
            BODY \
        }
#define EACH_TILE(BODY) \
    for (size_t p = first; p < last; p++) { \
        const part at = part_of(w, p); \
        for (ptrdiff_t c = 0; c < w->channels; c += TILE) { \
            const ptrdiff_t d = (ptrdiff_t)p * w->channels + c; \
            if (c + TILE <= w->channels) { enum { m = TILE }; BODY } \
            else { const ptrdiff_t m = w->channels - c; BODY } \
        } \
    }

// Windows of 2 x 2 cells side by side, the usual case: one pass over the channels, each element touched once.
int ibex_is_halving(const ibex_window *w) {
    return w->rows == 2 && w->columns == 2 && w->strideY == 2 && w->strideX == 2 && w->top == 0 && w->left == 0
        && 2 * w->outHeight <= w->height && 2 * w->outWidth <= w->width;
}

#define LARGER(a, b) ((a) > (b) || (a) != (a) ? (a) : (b))
#define EACH_WINDOW(BODY) \
    const size_t c = (size_t)w->channels, row = (size_t)w->width * c; \
    for (size_t p = first; p < last; p++) { \
        const ptrdiff_t line = (ptrdiff_t)p / w->outWidth, image = line / w->outHeight; \
        const ptrdiff_t y = 2 * (line - image * w->outHeight), x = 2 * ((ptrdiff_t)p - line * w->outWidth); \
        const size_t o = (size_t)((image * w->height + y) * w->width + x) * c, d = p * c; \
        BODY \
    }

#define HALVING(S, T) \
    IBEX_CLONES static void halve_##S(const ibex_window *w, size_t first, size_t last, T *restrict out, \
                                      const T *restrict in) { \
        EACH_WINDOW( \
            const T *restrict a = in + o; \
            const T *restrict b = a + row; \
            for (size_t k = 0; k < c; k++) { \
                const T l = LARGER(a[k], a[k + c]); const T m = LARGER(b[k], b[k + c]); \
                out[d + k] = LARGER(l, m); \
            } \
        ) \
    } \
    IBEX_CLONES static void halve_dx_##S(const ibex_window *w, size_t first, size_t last, T *restrict dx, \
                                         const T *restrict dy, const T *restrict in) { \
        EACH_WINDOW( \
            const T *restrict a = in + o; \
            const T *restrict b = a + row; \
            T *restrict p0 = dx + o; T *restrict p1 = p0 + c; \
            T *restrict p2 = p0 + row; T *restrict p3 = p2 + c; \
            IBEX_IN_PLACE for (size_t k = 0; k < c; k++) { \
                const T v0 = a[k]; const T v1 = a[k + c]; const T v2 = b[k]; const T v3 = b[k + c]; \
                const T g = dy[d + k]; \
                const T l = LARGER(v0, v1); const T n = LARGER(v2, v3); const T m = LARGER(l, n); \
                const int w0 = (v0 == m) | (v0 != v0); const int w1 = (v1 == m) | (v1 != v1); \
                const int w2 = (v2 == m) | (v2 != v2); \
                p0[k] = w0 ? g : 0; \
                p1[k] = w0 ? 0 : w1 ? g : 0; \
                p2[k] = w0 | w1 ? 0 : w2 ? g : 0; \
                p3[k] = w0 | w1 | w2 ? 0 : g; \
            } \
        ) \
    }
HALVING(f32, float)
HALVING(f64, double)

#define POOLING(S, T) \
    IBEX_CLONES void ibex_max_pool_##S(const ibex_window *w, size_t first, size_t last, T *out, const T *in) { \
        if (ibex_is_halving(w)) { halve_##S(w, first, last, out, in); return; } \
        EACH_TILE( \
            T best[TILE]; \
            for (ptrdiff_t k = 0; k < m; k++) best[k] = -(T)INFINITY; \
            CELLS(for (ptrdiff_t k = 0; k < m; k++) { \
                const T v = in[o + k]; \
                best[k] = best[k] > v || best[k] != best[k] ? best[k] : v; \
            }) \
            for (ptrdiff_t k = 0; k < m; k++) out[d + k] = best[k]; \
        ) \
    } \
    IBEX_CLONES void ibex_max_pool_dx_##S(const ibex_window *w, size_t first, size_t last, T *dx, const T *dy, \
                                          const T *in) { \
        if (ibex_is_halving(w)) { halve_dx_##S(w, first, last, dx, dy, in); return; } \
        EACH_TILE( \
            T best[TILE]; T left[TILE]; \
            for (ptrdiff_t k = 0; k < m; k++) { best[k] = -(T)INFINITY; left[k] = dy[d + k]; } \
            CELLS(for (ptrdiff_t k = 0; k < m; k++) { \
                const T v = in[o + k]; \
                best[k] = best[k] > v || best[k] != best[k] ? best[k] : v; \
            }) \
            CELLS(for (ptrdiff_t k = 0; k < m; k++) { \
                const T v = in[o + k]; \
                const int wins = v == best[k] || v != v; \
                dx[o + k] += wins ? left[k] : 0; \
                left[k] = wins ? 0 : left[k]; \
            }) \
        ) \
    } \
    IBEX_CLONES void ibex_max_pool_pick_##S(const ibex_window *w, size_t first, size_t last, T *out, \
                                            const T *values, const T *in) { \
        EACH_TILE( \
            T best[TILE]; T picked[TILE]; \
            for (ptrdiff_t k = 0; k < m; k++) { best[k] = -(T)INFINITY; picked[k] = 0; } \
            ptrdiff_t seen = 0; \
            CELLS(for (ptrdiff_t k = 0; k < m; k++) { \
                const T v = in[o + k]; \
                const int wins = seen == 0 || v > best[k] || (v != v && best[k] == best[k]); \
                best[k] = wins ? v : best[k]; \
                picked[k] = wins ? values[o + k] : picked[k]; \
            } seen = 1;) \
            for (ptrdiff_t k = 0; k < m; k++) out[d + k] = picked[k]; \
        ) \
    } \
    IBEX_CLONES void ibex_average_pool_##S(const ibex_window *w, size_t first, size_t last, T *out, const T *in) { \
        EACH_TILE( \
            const T cells = (T)((at.y1 - at.y0) * (at.x1 - at.x0)); \
            T sum[TILE]; \
            for (ptrdiff_t k = 0; k < m; k++) sum[k] = 0; \
            CELLS(for (ptrdiff_t k = 0; k < m; k++) sum[k] += in[o + k];) \
            for (ptrdiff_t k = 0; k < m; k++) out[d + k] = sum[k] / cells; \
        ) \
    } \
    IBEX_CLONES void ibex_average_pool_dx_##S(const ibex_window *w, size_t first, size_t last, T *dx, const T *dy) { \
        EACH_TILE( \
            const T cells = (T)((at.y1 - at.y0) * (at.x1 - at.x0)); \
            CELLS(for (ptrdiff_t k = 0; k < m; k++) dx[o + k] += dy[d + k] / cells;) \
        ) \
    }
POOLING(f32, float)
POOLING(f64, double)
