// The positions that put rows of the last axis in order: one pass of a merge sort, an item to each position.
//
// `from` holds sorted runs of `width` positions, the last of a row perhaps shorter; neighbouring ones are merged into
// `to`. An item's place in the merged run is its place in its own run and the number of positions of the other run that
// go before it, found by binary search: those of the left run go first among equals, so that the order is stable.
//
// Layout: x, from, to [rows, columns], `total` elements. The first pass (FIRST) counts positions itself.
// Macros: NAME, CELL (x's type in memory), BEFORE(a, b) (whether a goes strictly before b), FIRST (0 or 1).
// Global size: total.

#if FIRST
#define POSITION(i) ((int)((i) - row))
#else
#define POSITION(i) (from[i])
#endif

__kernel void NAME(
    __global const CELL *restrict x, __global const int *restrict from, __global int *restrict to, const long total,
    const long columns, const long width)
{
    const long item = get_global_id(0);
    if (item >= total) return;
    const long row = item / columns * columns, place = item - row;
    const long run = place / width, other = (run ^ 1) * width;
    const int position = POSITION(item);
    const CELL value = x[row + position];
    const long first = min(other, columns);
    long low = first, high = min(other + width, columns);
    while (low < high) {
        const long middle = (low + high) / 2;
        const CELL rival = x[row + POSITION(row + middle)];
        const bool goes_first = run & 1 ? !(BEFORE(value, rival)) : BEFORE(rival, value);
        if (goes_first)
            low = middle + 1;
        else
            high = middle;
    }
    to[row + (run & ~1L) * width + place % width + low - first] = position;
}

#undef POSITION
