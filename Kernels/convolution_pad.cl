// An image with a border of zeros: what lets the convolutions of few channels read runs without asking where they end.
//
// Layout: image [n, h, w, c] to padded [n, ph, pw, c], `top` rows and `left` pixels in; contiguous.
// Macros: NAME, REAL.
// Global size: n * ph; each work-item makes one row.

__kernel SINGLE void NAME(
    __global const REAL *restrict image, __global REAL *restrict padded, const int h, const int w, const int c,
    const int ph, const int pw, const int top, const int left)
{
    const int n = get_global_id(0) / ph, y = (int)get_global_id(0) % ph - top;
    const int width = pw * c, start = left * c, end = y >= 0 && y < h ? min(start + w * c, width) : start;
    __global const REAL *from = image + ((long)n * h + y) * w * c - start;
    __global REAL *to = padded + get_global_id(0) * width;
    for (int i = 0; i < start; i++) to[i] = 0;
    for (int i = start; i < end; i++) to[i] = from[i];
    for (int i = end; i < width; i++) to[i] = 0;
}
