// Short rows of a CPU device stood side by side, one to a lane, and laid down again: what kernels of few columns share.
//
// Four columns at a time: fours of neighbours are read from, or written to, VW rows, and transposed in registers. No
// element is gathered, which costs a load each. Fours reach up to three elements beyond a row's end: these are for rows
// that three more elements follow, which are read, and overwritten.
//
// Macros: NAME, REAL, VW (4, 8 or 16), COUNT (elements of a row).

#define VREAL WIDE(REAL, VW)
#define UNROLLED _Pragma("unroll")

// In each four of lanes: the first or last two of both, one by one or two by two; and the fours of rows n, n + 4, ...
#if VW == 16
#define FIRSTS(a, b) PICK(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define LASTS(a, b) PICK(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define FIRST_PAIRS(a, b) PICK(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define LAST_PAIRS(a, b) PICK(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define EIGHT_OF(n) PICK(FOUR_OF(n), FOUR_OF(n + 4), 0, 1, 2, 3, 4, 5, 6, 7)
#define FOURS(n) PICK(EIGHT_OF(n), EIGHT_OF(n + 8), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#elif VW == 8
#define FIRSTS(a, b) PICK(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define LASTS(a, b) PICK(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define FIRST_PAIRS(a, b) PICK(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define LAST_PAIRS(a, b) PICK(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define FOURS(n) PICK(FOUR_OF(n), FOUR_OF(n + 4), 0, 1, 2, 3, 4, 5, 6, 7)
#else
#define FIRSTS(a, b) PICK(a, b, 0, 4, 1, 5)
#define LASTS(a, b) PICK(a, b, 2, 6, 3, 7)
#define FIRST_PAIRS(a, b) PICK(a, b, 0, 1, 4, 5)
#define LAST_PAIRS(a, b) PICK(a, b, 2, 3, 6, 7)
#define FOURS(n) FOUR_OF(n)
#endif
#define FOUR_OF(n) vload4(0, from + (n) * COUNT + i)

// `r0` to `r3` become `c0` to `c3`: lanes 4g to 4g + 3 of `r<j>` are of row 4g + j, lane 4g + j of `c<i>` its element i.
// It turns rows into columns, and columns into rows.
#define TRANSPOSE_FOURS(r0, r1, r2, r3, c0, c1, c2, c3)                                                              \
    const VREAL low_a = FIRSTS(r0, r1), high_a = LASTS(r0, r1), low_b = FIRSTS(r2, r3), high_b = LASTS(r2, r3);      \
    const VREAL c0 = FIRST_PAIRS(low_a, low_b), c1 = LAST_PAIRS(low_a, low_b);                                       \
    const VREAL c2 = FIRST_PAIRS(high_a, high_b), c3 = LAST_PAIRS(high_a, high_b);

// VW rows at `from` as columns, of which there is room for a multiple of four.
ALWAYS_INLINE void JOIN(NAME, _stand)(__global const REAL *from, VREAL *columns)
{
    UNROLLED for (int i = 0; i < COUNT; i += 4) {
        const VREAL r0 = FOURS(0), r1 = FOURS(1), r2 = FOURS(2), r3 = FOURS(3);
        TRANSPOSE_FOURS(r0, r1, r2, r3, c0, c1, c2, c3)
        columns[i] = c0;
        columns[i + 1] = c1;
        columns[i + 2] = c2;
        columns[i + 3] = c3;
    }
}

// The first `held` rows at `from` as columns, element by element; zeros in the lanes beyond.
inline void JOIN(NAME, _stand_last)(__global const REAL *from, const int held, VREAL *columns)
{
    for (int i = 0; i < COUNT; i++)
        for (int l = 0; l < VW; l++) ((REAL *)columns)[i * VW + l] = l < held ? from[l * COUNT + i] : (REAL)0;
}

#define LAY_FOUR(n, lanes)                                                                                           \
    vstore4(r0 lanes, 0, to + (n) * COUNT + i);                                                                      \
    vstore4(r1 lanes, 0, to + (n + 1) * COUNT + i);                                                                  \
    vstore4(r2 lanes, 0, to + (n + 2) * COUNT + i);                                                                  \
    vstore4(r3 lanes, 0, to + (n + 3) * COUNT + i);

// The columns as rows at `to`. The last fours are written first, and rows in their order: what reaches into the rows
// behind is written over.
ALWAYS_INLINE void JOIN(NAME, _lay)(const VREAL *columns, __global REAL *to)
{
    UNROLLED for (int i = (COUNT - 1) / 4 * 4; i >= 0; i -= 4) {
        TRANSPOSE_FOURS(columns[i], columns[i + 1], columns[i + 2], columns[i + 3], r0, r1, r2, r3)
#if VW == 16
        LAY_FOUR(0, .s0123)
        LAY_FOUR(4, .s4567)
        LAY_FOUR(8, .s89ab)
        LAY_FOUR(12, .scdef)
#elif VW == 8
        LAY_FOUR(0, .s0123)
        LAY_FOUR(4, .s4567)
#else
        LAY_FOUR(0, )
#endif
    }
}

// The first `held` columns as rows, element by element.
inline void JOIN(NAME, _lay_last)(const VREAL *columns, const int held, __global REAL *to)
{
    for (int l = 0; l < held; l++)
        for (int i = 0; i < COUNT; i++) to[l * COUNT + i] = ((const REAL *)columns)[i * VW + l];
}

#undef VREAL
#undef UNROLLED
#undef FIRSTS
#undef LASTS
#undef FIRST_PAIRS
#undef LAST_PAIRS
#undef EIGHT_OF
#undef FOURS
#undef FOUR_OF
#undef TRANSPOSE_FOURS
#undef LAY_FOUR
