// 3x3 convolution of stride 1 in float by Winograd's F(4x4, 3x3) and F(3x3, 4x4) (Lavin & Gray, 2016): tiles of 4 x 4
// outputs go through 36 cells, and in each cell the convolution is a matrix product. These are the transformations;
// CIbexDirect.h has the products. Channels are multiples of 16.
#ifndef CIBEXWINOGRAD_H
#define CIBEXWINOGRAD_H

#include <stddef.h>

// Filters [3, 3, c, f] to cells [36, c, f]; `turned` for the input gradient: taps turned by 180 degrees, [36, f, c].
void ibex_winograd_filters(size_t c, size_t f, int turned, float *cells, const float *filter);

// Tiles of one image [h, w, c]: the 6 x 6 from (4 * ty - top, 4 * tx - left) on, for rows of `across` tiles each, to
// cells[36][tiles][c]; what lies outside the image is zero. `cellStep` floats lie between cells.
void ibex_winograd_tiles(ptrdiff_t h, ptrdiff_t w, ptrdiff_t c, ptrdiff_t top, ptrdiff_t left, ptrdiff_t firstRow,
                         ptrdiff_t rows, ptrdiff_t across, ptrdiff_t cellStep, float *cells, const float *image);

// Sums cells[36][tiles][f] to pixels: rows of tiles of one result [oh, ow, f].
void ibex_winograd_pixels(ptrdiff_t oh, ptrdiff_t ow, ptrdiff_t f, ptrdiff_t firstRow, ptrdiff_t rows,
                          ptrdiff_t across, ptrdiff_t cellStep, float *y, const float *cells);

// Tiles of one result's gradient [oh, ow, f], 4 x 4 pixels each, zero outside, to cells[36][tiles][f].
void ibex_winograd_slopes(ptrdiff_t oh, ptrdiff_t ow, ptrdiff_t f, ptrdiff_t firstRow, ptrdiff_t rows,
                          ptrdiff_t across, ptrdiff_t cellStep, float *cells, const float *dy);

// Sums cells[36][count] to the taps' gradients [9][count].
void ibex_winograd_taps(size_t count, float *dw, const float *cells);

#endif
