// Second pass of a split sum: out[i] = parts[0, i] + parts[1, i] + ... in ascending order.
//
// Layout: parts [count, size], out [size]. Each work-item adds CHUNK neighbours (1 on GPUs).
// Macros: NAME, REAL, CHUNK. Global size: ceil(size / CHUNK).

__kernel void NAME(__global const REAL *restrict parts, __global REAL *restrict out, const long size, const int count)
{
    const long begin = (long)get_global_id(0) * CHUNK, end = min(begin + CHUNK, size);
    REAL sums[CHUNK];
    for (int i = 0; i < CHUNK; i++) sums[i] = 0;
    for (int part = 0; part < count; part++) {
        __global const REAL *from = parts + part * size + begin;
        for (int i = 0; i < (int)(end - begin); i++) sums[i] += from[i];
    }
    for (int i = 0; i < (int)(end - begin); i++) out[begin + i] = sums[i];
}
