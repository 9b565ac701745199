// Direct convolution in float: no columns are made. A tile of up to 12 neighbouring outputs times 16 or 32 filters
// stays in registers; the image is read by broadcast where it lies, filters from panels packed beforehand.
#ifndef CIBEXDIRECT_H
#define CIBEXDIRECT_H

#include <stddef.h>

// The window is a list of runs: `length` floats that lie next to each other in the image, from each offset on.
// Outputs of one row lie `step` floats apart in the image, rows `rowStep`.
typedef struct {
    ptrdiff_t outWidth, rowStep, step;
    ptrdiff_t runs, length;
    const ptrdiff_t *offsets;
    // Whether tiles are 12 x 32, which takes AVX-512, or 6 x 16; panels must be packed for the same.
    int wide;
    // Filters that this call computes, and floats from one output cell to the next.
    ptrdiff_t filters, outStep;
} ibex_direct;

// Whether this processor has what the wide tiles take.
int ibex_has_wide(void);
// Floats that the panels of `filters` filters with `depth` cells each take.
size_t ibex_panel_floats(size_t depth, size_t filters);
// Packs a matrix of `depth` rows. Rows come in groups of `inner`, `outerStride` floats apart; within a group they are
// `innerStride` apart, columns `columnStride`.
void ibex_pack_panels(int wide, size_t depth, size_t filters, float *panels, const float *filter, size_t inner,
                      ptrdiff_t innerStride, ptrdiff_t outerStride, ptrdiff_t columnStride);

// Output rows of one image: y[(r * outWidth + x) * outStep + f]; `image` is where the first row's window begins.
void ibex_direct_rows(const ibex_direct *d, size_t rows, float *y, const float *image, const float *panels);

// Adds to dw[k * filters + f] the products of the windows' cells with dy over some rows of one image; `filters` must
// be a multiple of 16. Rows of dw are `outStep` apart, as cells of dy are.
void ibex_direct_filter(const ibex_direct *d, size_t rows, float *dw, const float *dy, const float *image);

#endif
