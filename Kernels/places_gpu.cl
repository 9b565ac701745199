// Where the operands of tile_gpu.cl lie: types and functions, defined once in a program.

#ifndef PLACES_GPU
#define PLACES_GPU

// Half of an address: what a row, a column or a step of the sum adds to it. `y` and `x` are a position in an image,
// or `y` alone says whether there is such a row at all (1 or 0).
typedef struct {
    long base;
    int y, x;
} Place;

// Positions that lie outside any image, whatever is added to them.
#define NO_ROW (-(1 << 30))
#define NO_STEP (1 << 29)

// The place of an element from its two halves, -1 outside.
inline long cell_place(Place row, Place step) { return row.y && step.y ? row.base + step.base : -1; }

// The same in images of `channels`, whose positions add up.
inline long image_place(Place row, Place step, int height, int width, int channels)
{
    const int y = row.y + step.y, x = row.x + step.x;
    return y >= 0 && y < height && x >= 0 && x < width ? row.base + step.base + (y * width + x) * channels : -1;
}

// Neighbouring steps of one row, put below each other.
#define SCATTER_1(to, pitch, cells) (to)[0] = cells;
#define SCATTER_2(to, pitch, cells) (to)[0] = cells.s0, (to)[pitch] = cells.s1;
#define SCATTER_4(to, pitch, cells)                                                                                  \
    (to)[0] = cells.s0, (to)[pitch] = cells.s1, (to)[2 * (pitch)] = cells.s2, (to)[3 * (pitch)] = cells.s3;

// Division by a number that is known once per kernel: n / d is the upper half of n * floor((2^32 - 1) / d), or one
// more. GPUs divide whole numbers in some twenty instructions.
typedef struct {
    uint by, reciprocal;
} Divisor;

inline Divisor divisor(int by)
{
    const Divisor d = {(uint)by, 0xffffffffu / (uint)by};
    return d;
}

// For 0 <= n < 2^31.
inline int quotient(int n, Divisor d)
{
    const uint q = mul_hi((uint)n, d.reciprocal);
    return (int)(q + ((uint)n - q * d.by >= d.by));
}

inline int remainder_of(int n, Divisor d) { return n - quotient(n, d) * (int)d.by; }

// Step k of the sum over taps and their runs of channels: where the tap stands in the window.
inline Place tap_place(int k, int last, Divisor by_run, Divisor by_kw, int dilation_h, int dilation_w)
{
    const int tap = quotient(k, by_run), ky = quotient(tap, by_kw);
    const Place place = {
        k - tap * (int)by_run.by, k < last ? ky * dilation_h : NO_STEP, (tap - ky * (int)by_kw.by) * dilation_w};
    return place;
}

// Pixel k of a result, as the corner of its window in the image.
inline Place pixel_place(
    int k, int last, Divisor by_oh, Divisor by_ow, long image, int stride_h, int stride_w, int pad_top, int pad_left)
{
    const int line = quotient(k, by_ow), n = quotient(line, by_oh);
    const Place place = {
        n * image, k < last ? (line - n * (int)by_oh.by) * stride_h - pad_top : NO_STEP,
        (k - line * (int)by_ow.by) * stride_w - pad_left};
    return place;
}

// The pixel of a strided result whose tap falls on an image row, -1 where there is none.
inline long strided_place(Place row, Place step, Divisor by_sh, Divisor by_sw, int height, int width, int channels)
{
    const int y0 = row.y - step.y, x0 = row.x - step.x;
    const int y = quotient(y0, by_sh), x = quotient(x0, by_sw);
    return y0 >= 0 && x0 >= 0 && y * (int)by_sh.by == y0 && x * (int)by_sw.by == x0 && y < height && x < width
        ? row.base + step.base + (y * width + x) * channels : -1;
}

#endif
