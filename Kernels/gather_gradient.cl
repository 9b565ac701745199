// Gradient of a gather: out[r, c] = sum of upstream[i, c] over the i with indices[i] == r, in ascending order of i.
//
// Layout: upstream [count, width], out [height, width]. No atomics: each work-item owns rows_per_item rows of the
// table and reads the whole list of indices, for columns from `span` * its second number on.
//
// Macros: NAME, REAL, INDEX. Global size: (ceil(height / rows_per_item), ceil(width / span)).

__kernel void NAME(
    __global const INDEX *restrict indices, __global const REAL *restrict upstream, __global REAL *restrict out,
    const long height, const long width, const long count, const long rows_per_item, const long span)
{
    const long first = get_global_id(0) * rows_per_item, last = min(first + rows_per_item, height);
    const long begin = get_global_id(1) * span, end = min(begin + span, width);
    for (long row = first; row < last; row++)
        for (long c = begin; c < end; c++) out[row * width + c] = 0;
    for (long i = 0; i < count; i++) {
        const long row = indices[i];
        if (row < first || row >= last) continue;
        __global const REAL *from = upstream + i * width;
        __global REAL *to = out + row * width;
        for (long c = begin; c < end; c++) to[c] += from[c];
    }
}
