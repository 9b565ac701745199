#include "CIbexWinograd.h"
#include "clones.h"

typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));

#define FROM(p) (*(const v16 *)(p))
#define AT(p) (*(v16 *)(p))

// The one-dimensional transformations, for the points 0, 1, -1, 2, -2 and infinity. `s` steps through both.
IBEX_INLINE void spread_filter(v16 *u, ptrdiff_t s, const v16 *w, ptrdiff_t e) {
    const v16 w0 = w[0], w1 = w[e], w2 = w[2 * e];
    const v16 even = w0 * (1.0f / 24) + w2 * (1.0f / 6), odd = w1 * (1.0f / 12);
    u[0] = w0 * 0.25f;
    u[s] = (w0 + w1 + w2) * (-1.0f / 6);
    u[2 * s] = (w0 - w1 + w2) * (-1.0f / 6);
    u[3 * s] = even + odd;
    u[4 * s] = even - odd;
    u[5 * s] = w2;
}

IBEX_INLINE void spread_slope(v16 *u, ptrdiff_t s, const v16 *g, ptrdiff_t e) {
    const v16 g0 = g[0], g1 = g[e], g2 = g[2 * e], g3 = g[3 * e];
    const v16 even = g0 * (1.0f / 24) + g2 * (1.0f / 6), odd = g1 * (1.0f / 12) + g3 * (1.0f / 3);
    u[0] = g0 * 0.25f;
    u[s] = (g0 + g1 + g2 + g3) * (-1.0f / 6);
    u[2 * s] = (g0 - g1 + g2 - g3) * (-1.0f / 6);
    u[3 * s] = even + odd;
    u[4 * s] = even - odd;
    u[5 * s] = g3;
}

IBEX_INLINE void spread_image(v16 *t, ptrdiff_t s, const v16 *d) {
    const v16 d0 = d[0], d1 = d[1], d2 = d[2], d3 = d[3], d4 = d[4], d5 = d[5];
    t[0] = d0 * 4 - d2 * 5 + d4;
    t[s] = (d3 + d4) - (d1 + d2) * 4;
    t[2 * s] = (d4 - d3) + (d1 - d2) * 4;
    t[3 * s] = (d4 - d2) + (d3 - d1) * 2;
    t[4 * s] = (d4 - d2) - (d3 - d1) * 2;
    t[5 * s] = d1 * 4 - d3 * 5 + d5;
}

IBEX_INLINE void gather_pixels(v16 *o, ptrdiff_t s, const v16 *m) {
    const v16 m0 = m[0], m5 = m[5], p = m[1] + m[2], q = m[1] - m[2], r = m[3] + m[4], d = m[3] - m[4];
    o[0] = m0 + p + r;
    o[s] = q + d * 2;
    o[2 * s] = p + r * 4;
    o[3 * s] = q + d * 8 + m5;
}

IBEX_INLINE void gather_taps(v16 *o, ptrdiff_t s, const v16 *m) {
    const v16 m0 = m[0], m5 = m[5], p = m[1] + m[2], q = m[1] - m[2], r = m[3] + m[4], d = m[3] - m[4];
    o[0] = m0 + p + r;
    o[s] = q + d * 2;
    o[2 * s] = p + r * 4 + m5;
}

IBEX_CLONES void ibex_winograd_filters(size_t c, size_t f, int turned, float *cells, const float *filter) {
    const size_t depth = turned ? f : c, columns = turned ? c : f;
    for (size_t k = 0; k < depth; k++)
        for (size_t j = 0; j < columns; j += 16) {
            v16 half_way[18], u[36];
            v16 w[9];
            for (size_t tap = 0; tap < 9; tap++) {
                if (turned)
                    for (int i = 0; i < 16; i++) w[tap][i] = filter[((8 - tap) * c + j + (size_t)i) * f + k];
                else w[tap] = FROM(filter + (tap * c + k) * f + j);
            }
            for (int x = 0; x < 3; x++) spread_filter(half_way + x, 3, w + x, 3);
            for (int y = 0; y < 6; y++)
                spread_filter(u + y * 6, 1, half_way + y * 3, 1);
            for (size_t cell = 0; cell < 36; cell++) AT(cells + (cell * depth + k) * columns + j) = u[cell];
        }
}

// Channels k to k + 15 of pixel (y, x) of an image, or zeros.
#define PIXEL(image, h, w, c, y, x, k) \
    ((y) >= 0 && (y) < (h) && (x) >= 0 && (x) < (w) ? FROM((image) + ((y) * (w) + (x)) * (c) + (k)) : (v16){0})

IBEX_CLONES void ibex_winograd_tiles(ptrdiff_t h, ptrdiff_t w, ptrdiff_t c, ptrdiff_t top, ptrdiff_t left,
                                     ptrdiff_t firstRow, ptrdiff_t rows, ptrdiff_t across, ptrdiff_t cellStep,
                                     float *cells, const float *image) {
    for (ptrdiff_t ty = firstRow; ty < firstRow + rows; ty++)
        for (ptrdiff_t tx = 0; tx < across; tx++, cells += c) {
            const ptrdiff_t y0 = ty * 4 - top, x0 = tx * 4 - left;
            for (ptrdiff_t k = 0; k < c; k += 16) {
                v16 half_way[36], t[6];
                for (ptrdiff_t x = 0; x < 6; x++) {
                    v16 d[6];
                    for (ptrdiff_t y = 0; y < 6; y++) d[y] = PIXEL(image, h, w, c, y0 + y, x0 + x, k);
                    spread_image(half_way + x, 6, d);
                }
                for (ptrdiff_t y = 0; y < 6; y++) {
                    spread_image(t, 1, half_way + y * 6);
                    for (ptrdiff_t x = 0; x < 6; x++) AT(cells + (y * 6 + x) * cellStep + k) = t[x];
                }
            }
        }
}

IBEX_CLONES void ibex_winograd_slopes(ptrdiff_t oh, ptrdiff_t ow, ptrdiff_t f, ptrdiff_t firstRow, ptrdiff_t rows,
                                      ptrdiff_t across, ptrdiff_t cellStep, float *cells, const float *dy) {
    for (ptrdiff_t ty = firstRow; ty < firstRow + rows; ty++)
        for (ptrdiff_t tx = 0; tx < across; tx++, cells += f) {
            for (ptrdiff_t k = 0; k < f; k += 16) {
                v16 half_way[24], t[6];
                for (ptrdiff_t x = 0; x < 4; x++) {
                    v16 g[4];
                    for (ptrdiff_t y = 0; y < 4; y++) g[y] = PIXEL(dy, oh, ow, f, ty * 4 + y, tx * 4 + x, k);
                    spread_slope(half_way + x, 4, g, 1);
                }
                for (ptrdiff_t y = 0; y < 6; y++) {
                    spread_slope(t, 1, half_way + y * 4, 1);
                    for (ptrdiff_t x = 0; x < 6; x++) AT(cells + (y * 6 + x) * cellStep + k) = t[x];
                }
            }
        }
}

IBEX_CLONES void ibex_winograd_pixels(ptrdiff_t oh, ptrdiff_t ow, ptrdiff_t f, ptrdiff_t firstRow, ptrdiff_t rows,
                                      ptrdiff_t across, ptrdiff_t cellStep, float *y, const float *cells) {
    for (ptrdiff_t ty = firstRow; ty < firstRow + rows; ty++)
        for (ptrdiff_t tx = 0; tx < across; tx++, cells += f) {
            for (ptrdiff_t k = 0; k < f; k += 16) {
                v16 half_way[24], o[4];
                for (ptrdiff_t x = 0; x < 6; x++) {
                    v16 m[6];
                    for (ptrdiff_t i = 0; i < 6; i++) m[i] = FROM(cells + (i * 6 + x) * cellStep + k);
                    gather_pixels(half_way + x, 6, m);
                }
                for (ptrdiff_t i = 0; i < 4 && ty * 4 + i < oh; i++) {
                    gather_pixels(o, 1, half_way + i * 6);
                    for (ptrdiff_t j = 0; j < 4 && tx * 4 + j < ow; j++)
                        AT(y + ((ty * 4 + i) * ow + tx * 4 + j) * f + k) = o[j];
                }
            }
        }
}

IBEX_CLONES void ibex_winograd_taps(size_t count, float *dw, const float *cells) {
    for (size_t k = 0; k < count; k += 16) {
        v16 half_way[18], o[3];
        for (size_t x = 0; x < 6; x++) {
            v16 m[6];
            for (size_t i = 0; i < 6; i++) m[i] = FROM(cells + (i * 6 + x) * count + k);
            gather_taps(half_way + x, 6, m);
        }
        for (size_t y = 0; y < 3; y++) {
            gather_taps(o, 1, half_way + y * 6);
            for (size_t x = 0; x < 3; x++) AT(dw + (y * 3 + x) * count + k) = o[x];
        }
    }
}
