// Rows of a table by index: out[i, c] = epilogue(table[indices[first + i], c]), zeros where the index is outside.
//
// Layout: table [height, width], out [count, width]; `first` is 0 or read from a scalar. Each work-item makes
// rows_per_item whole rows, or with BY_ELEMENT one element.
//
// Macros: NAME, CELL (the table's type in memory), REAL (its value type), LOAD(pointer, index), INDEX, OFFSET (0 or 1),
//   BY_ELEMENT (0 or 1), EPILOGUE(v, row, col, item), EPILOGUE_PARAMETERS, OUT, PUT (see matmul_cpu.cl).
// Global size: ceil(count / rows_per_item), or count * width.

// Rows lie anywhere, so that their first lines come late: a CPU device asks for rows ahead, so many bytes of each.
#define ROWS_AHEAD 3
#define ASKED_CELLS (2048 / (int)sizeof(CELL))
#define LINE_CELLS (64 / (int)sizeof(CELL))

__kernel WIDEST void NAME(
    __global const CELL *restrict table, __global const INDEX *restrict indices,
#if OFFSET
    __global const long *restrict start,
#endif
    __global OUT *restrict out, const long height, const long width, const long count,
    const long rows_per_item EPILOGUE_PARAMETERS)
{
#if OFFSET
    const long first = start[0];
#else
    const long first = 0;
#endif
#if BY_ELEMENT
    const long element = get_global_id(0);
    if (element >= count * width) return;
    const long row = element / width, c = element % width, index = indices[first + row];
    const REAL value = index >= 0 && index < height ? LOAD(table, index * width + c) : (REAL)0;
    PUT(out, element, EPILOGUE(value, row, c, 0));
#else
    const long begin = get_global_id(0) * rows_per_item, end = min(begin + rows_per_item, count);
    for (long row = begin, ahead = begin; row < end; row++) {
        for (const long until = min(row + 1 + ROWS_AHEAD, end); ahead < until; ahead++) {
            const long index = indices[first + ahead];
            if (index < 0 || index >= height) continue;
            for (int c = 0; c < min((int)width, ASKED_CELLS); c += LINE_CELLS) PREFETCH(table + index * width + c);
        }
        const long index = indices[first + row];
        __global OUT *to = out + row * width;
        if (index >= 0 && index < height) {
            __global const CELL *from = table + index * width;
            WIDE_LOOP
            for (int c = 0; c < (int)width; c++) PUT(to, c, EPILOGUE(LOAD(from, c), row, c, 0));
        } else {
            for (long c = 0; c < width; c++) PUT(to, c, EPILOGUE((REAL)0, row, c, 0));
        }
    }
#endif
}

#undef ROWS_AHEAD
#undef ASKED_CELLS
#undef LINE_CELLS
