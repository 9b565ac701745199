// The positions that put rows of the last axis in order, by merging runs of twice the length pass by pass.
//
// Layout: x and out [rows, columns]; `spare` is memory of out's size. Of equal elements the one that stands first goes
// first. A work-item sorts rows_per_item whole rows.
//
// Macros: NAME, CELL (x's type in memory), BEFORE(a, b) (whether a goes strictly before b).
// Global size: ceil(rows / rows_per_item).

__kernel SINGLE void NAME(
    __global const CELL *restrict x_all, __global int *out, __global int *spare, const long rows, const long columns,
    const long rows_per_item)
{
    const long begin = get_global_id(0) * rows_per_item, end = min(begin + rows_per_item, rows);
    for (long row = begin; row < end; row++) {
        __global const CELL *x = x_all + row * columns;
        __global int *own = out + row * columns, *from = own, *to = spare + row * columns;
        for (long i = 0; i < columns; i++) from[i] = (int)i;
        for (long width = 1; width < columns; width *= 2) {
            for (long start = 0; start < columns; start += 2 * width) {
                const long middle = min(start + width, columns), stop = min(start + 2 * width, columns);
                long left = start, right = middle;
                for (long i = start; i < stop; i++) {
                    const bool takes_left =
                        left < middle && (right >= stop || !(BEFORE(x[from[right]], x[from[left]])));
                    to[i] = takes_left ? from[left++] : from[right++];
                }
            }
            __global int *swapped = from;
            from = to;
            to = swapped;
        }
        if (from != own)
            for (long i = 0; i < columns; i++) own[i] = from[i];
    }
}
