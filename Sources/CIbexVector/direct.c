#include "CIbexDirect.h"
#include <string.h>
#include "clones.h"

typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));

// The wide tiles run only where there is AVX-512, whose longest registers Clang otherwise avoids.
#if defined(__clang__) && defined(__x86_64__)
#define NARROW IBEX_CLONES
#define WIDE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#else
#define NARROW
#define WIDE
#endif

// 24 accumulators of 16 floats fit the registers of AVX-512; six times two of 8 those of AVX2.
#define MOST 12

int ibex_has_wide(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
    return 0;
#endif
}

#define AT(p) (*(v16 *)(p))
#define FROM(p) (*(const v16 *)(p))
#define ALL(i, n) UNROLL for (int i = 0; i < n; i++)
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL
#endif

static size_t panel_width(int wide, size_t left) { return wide && left > 16 ? 32 : 16; }

size_t ibex_panel_floats(size_t depth, size_t filters) { return depth * ((filters + 31) / 32 * 32); }

void ibex_pack_panels(int wide, size_t depth, size_t filters, float *panels, const float *filter, size_t inner,
                      ptrdiff_t innerStride, ptrdiff_t outerStride, ptrdiff_t columnStride) {
    for (size_t f = 0; f < filters;) {
        const size_t width = panel_width(wide, filters - f), real = filters - f < width ? filters - f : width;
        for (size_t k = 0; k < depth; k++, panels += width) {
            const float *row = filter + (ptrdiff_t)(k / inner) * outerStride + (ptrdiff_t)(k % inner) * innerStride
                + (ptrdiff_t)f * columnStride;
            for (size_t j = 0; j < real; j++) panels[j] = row[(ptrdiff_t)j * columnStride];
            for (size_t j = real; j < width; j++) panels[j] = 0;
        }
        f += width;
    }
}

// M outputs times NV vectors of filters.
IBEX_INLINE void tile(const int M, const int NV, const ibex_direct *d, float *y, ptrdiff_t real, const float *image,
                      const float *panel) {
    v16 acc[MOST][2];
    ALL(m, M) ALL(v, NV) acc[m][v] = (v16){0};
    const ptrdiff_t step = d->step, length = d->length;
    for (ptrdiff_t r = 0; r < d->runs; r++) {
        const float *a = image + d->offsets[r];
        for (ptrdiff_t k = 0; k < length; k++, a++, panel += 16 * NV) {
            v16 b[2];
            ALL(v, NV) b[v] = FROM(panel + 16 * v);
            ALL(m, M) {
                const v16 x = (v16){0} + a[m * step];
                ALL(v, NV) acc[m][v] += x * b[v];
            }
        }
    }
    ALL(m, M) {
        float *out = y + m * d->outStep;
        if (real >= 16 * NV) {
            ALL(v, NV) AT(out + 16 * v) = acc[m][v];
        } else {
            float part[32];
            ALL(v, NV) AT(part + 16 * v) = acc[m][v];
            memcpy(out, part, (size_t)real * sizeof(float));
        }
    }
}

// M neighbours of one run times NV vectors of filters, over the outputs of some rows.
IBEX_INLINE void filter_tile(const int M, const int NV, const ibex_direct *d, size_t rows, float *dw, const float *dy,
                             const float *image, const ptrdiff_t *places) {
    v16 acc[MOST][2];
    ALL(m, M) ALL(v, NV) acc[m][v] = FROM(dw + m * d->outStep + 16 * v);
    for (size_t r = 0; r < rows; r++, image += d->rowStep) {
        const float *a = image;
        for (ptrdiff_t x = 0; x < d->outWidth; x++, a += d->step, dy += d->outStep) {
            v16 b[2];
            ALL(v, NV) b[v] = FROM(dy + 16 * v);
            ALL(m, M) {
                const v16 s = (v16){0} + a[places ? places[m] : m];
                ALL(v, NV) acc[m][v] += s * b[v];
            }
        }
    }
    ALL(m, M) ALL(v, NV) AT(dw + m * d->outStep + 16 * v) = acc[m][v];
}

#define EACH(M, CALL) case M: CALL(M) break;
#define SIX(CALL) EACH(1, CALL) EACH(2, CALL) EACH(3, CALL) EACH(4, CALL) EACH(5, CALL) EACH(6, CALL)
#define TWELVE(CALL) SIX(CALL) EACH(7, CALL) EACH(8, CALL) EACH(9, CALL) EACH(10, CALL) EACH(11, CALL) EACH(12, CALL)

#define TILE(NV, SET) \
    SET static void tile_##NV(ptrdiff_t m, const ibex_direct *d, float *y, ptrdiff_t real, \
                                           const float *image, const float *panel) { \
        switch (m) { TWELVE(CALL_TILE_##NV) } \
    } \
    SET static void filter_tile_##NV(ptrdiff_t m, const ibex_direct *d, size_t rows, float *dw, \
                                                  const float *dy, const float *image, const ptrdiff_t *places) { \
        if (places) switch (m) { TWELVE(CALL_PLACES_##NV) } \
        else switch (m) { TWELVE(CALL_FILTER_##NV) } \
    }
#define CALL_TILE_1(M) tile(M, 1, d, y, real, image, panel);
#define CALL_TILE_2(M) tile(M, 2, d, y, real, image, panel);
#define CALL_PLACES_1(M) filter_tile(M, 1, d, rows, dw, dy, image, places);
#define CALL_PLACES_2(M) filter_tile(M, 2, d, rows, dw, dy, image, places);
#define CALL_FILTER_1(M) filter_tile(M, 1, d, rows, dw, dy, image, 0);
#define CALL_FILTER_2(M) filter_tile(M, 2, d, rows, dw, dy, image, 0);
TILE(1, NARROW)
TILE(2, WIDE)

void ibex_direct_rows(const ibex_direct *d, size_t rows, float *y, const float *image, const float *panels) {
    const ptrdiff_t most = d->wide ? 12 : 6, depth = d->runs * d->length;
    const ptrdiff_t tiles = (d->outWidth + most - 1) / most;
    for (ptrdiff_t f = 0; f < d->filters;) {
        const ptrdiff_t width = (ptrdiff_t)panel_width(d->wide, (size_t)(d->filters - f)), real = d->filters - f;
        for (size_t r = 0; r < rows; r++) {
            for (ptrdiff_t t = 0; t < tiles; t++) {
                const ptrdiff_t x = d->outWidth * t / tiles, m = d->outWidth * (t + 1) / tiles - x;
                float *out = y + ((ptrdiff_t)r * d->outWidth + x) * d->outStep + f;
                const float *from = image + (ptrdiff_t)r * d->rowStep + x * d->step;
                if (width == 32) tile_2(m, d, out, real, from, panels);
                else tile_1(m, d, out, real, from, panels);
            }
        }
        panels += depth * width;
        f += width;
    }
}

void ibex_direct_filter(const ibex_direct *d, size_t rows, float *dw, const float *dy, const float *image) {
    const ptrdiff_t most = d->wide ? 12 : 6, depth = d->runs * d->length;
    for (ptrdiff_t f = 0; f < d->filters;) {
        const ptrdiff_t width = (ptrdiff_t)panel_width(d->wide, (size_t)(d->filters - f));
        for (ptrdiff_t k = 0; k < depth;) {
            ptrdiff_t places[MOST];
            const ptrdiff_t run = k / d->length, at = k % d->length;
            const int isLong = d->length >= 8;
            const ptrdiff_t left = isLong ? d->length - at : depth - k, tiles = (left + most - 1) / most;
            const ptrdiff_t m = (left + tiles - 1) / tiles;
            for (ptrdiff_t j = 0; j < m && !isLong; j++)
                places[j] = d->offsets[(k + j) / d->length] + (k + j) % d->length;
            const float *from = isLong ? image + d->offsets[run] + at : image;
            float *sum = dw + k * d->outStep + f;
            if (width == 32) filter_tile_2(m, d, rows, sum, dy + f, from, isLong ? 0 : places);
            else filter_tile_1(m, d, rows, sum, dy + f, from, isLong ? 0 : places);
            k += m;
        }
        f += width;
    }
}
