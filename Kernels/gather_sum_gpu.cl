// Gradient of a gather over the keys of gather_sort_gpu.cl: out[r, c] = sum of upstream[i, c] over the i with
// indices[i] == r, in ascending order of i.
//
// Layout: keys [size], upstream [count, width], out [height, width]. One item per element: it finds the first key of its
// row by halves.
// Macros: NAME, REAL. Global size: height * width.

__kernel void NAME(
    __global const ulong *restrict keys, __global const REAL *restrict upstream, __global REAL *restrict out,
    const long total, const long width, const int size)
{
    const long element = get_global_id(0);
    if (element >= total) return;
    const long row = element / width, column = element % width;
    const ulong least = (ulong)row << 32;
    int begin = 0, end = size;
    while (begin < end) {
        const int middle = (begin + end) / 2;
        if (keys[middle] < least) begin = middle + 1;
        else end = middle;
    }
    REAL sum = 0;
    for (; begin < size && keys[begin] >> 32 == (ulong)row; begin++)
        sum += upstream[(long)(uint)keys[begin] * width + column];
    out[element] = sum;
}
