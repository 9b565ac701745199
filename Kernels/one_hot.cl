// Rows of zeros with a one at each index: out[i, j] = (indices[i] == j).
//
// Macros: NAME, INDEX, OUT, PUT(pointer, index, value). Global size: ceil(count * depth / chunk).

__kernel void NAME(
    __global const INDEX *restrict indices, __global OUT *restrict out, const long depth, const long total,
    const long chunk)
{
    const long begin = get_global_id(0) * chunk, end = min(begin + chunk, total);
    for (long i = begin; i < end; i++) PUT(out, i, indices[i / depth] == i % depth);
}
