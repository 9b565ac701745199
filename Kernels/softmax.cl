// Softmax along the last axis, its logarithm, and the cross-entropy of rows against labels with its gradient.
//
// Layout: rows x classes, row-major. Each work-item makes `rows_per_item` whole rows, one after the other. Values are
// taken relative to the row's maximum, so that nothing overflows. Maxima and sums run in VW parts, element i in part
// i % VW, which are joined by halves at the end.
//   SOFTMAX        out = e^(x - max) / sum
//   LOG_SOFTMAX    out = x - max - ln sum
//   CROSS_ENTROPY  loss[row] = -sum of label * log-softmax; out = softmax. Labels dense (SPARSE 0) or class numbers;
//                  a class number outside the row costs NaN.
//   GRADIENT       out = (p * sum of labels - label) * upstream[row], p the softmax
//
// The last vector of a row reads into the next rows where the item has such, and masks what it finds there.
//
// Macros: NAME, REAL, MODE (0 to 3 in the order above), SPARSE (0 or 1), LABEL (type of the labels), VW (1 on GPUs).
// Global size: ceil(rows / rows_per_item).

#define VREAL WIDE(REAL, VW)
#define POWER JOIN(exp_below_, VREAL)

#if VW > 1
#if VW == 16
#define LANE_NUMBERS (VREAL)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#elif VW == 8
#define LANE_NUMBERS (VREAL)(0, 1, 2, 3, 4, 5, 6, 7)
#elif VW == 4
#define LANE_NUMBERS (VREAL)(0, 1, 2, 3)
#else
#define LANE_NUMBERS (VREAL)(0, 1)
#endif

// The first `count` elements, the others `filler`; `reaches` where there are VW elements to read.
ALWAYS_INLINE VREAL JOIN(NAME, _load)(
    __global const REAL *from, const int count, const bool reaches, const REAL filler)
{
    if (reaches) return LANE_NUMBERS < (VREAL)(REAL)count ? LOADN(VW)(0, from) : (VREAL)filler;
    REAL cells[VW];
    for (int l = 0; l < VW; l++) cells[l] = l < count ? from[l] : filler;
    return LOADN(VW)(0, cells);
}

// The first `count` elements and no other: a store across the next row's place would hold up that row's loads.
ALWAYS_INLINE void JOIN(NAME, _store)(const VREAL v, __global REAL *to, const int count)
{
    REAL cells[VW];
    STOREN(VW)(v, 0, cells);
    for (int l = 0; l < count; l++) to[l] = cells[l];
}
#endif

ALWAYS_INLINE REAL JOIN(NAME, _largest)(const VREAL v)
{
#if VW == 1
    return v;
#else
#if VW == 16
    const WIDE(REAL, 8) v8 = v.lo > v.hi ? v.lo : v.hi;
#elif VW == 8
    const VREAL v8 = v;
#endif
#if VW >= 8
    const WIDE(REAL, 4) v4 = v8.lo > v8.hi ? v8.lo : v8.hi;
#else
    const VREAL v4 = v;
#endif
    const WIDE(REAL, 2) v2 = v4.lo > v4.hi ? v4.lo : v4.hi;
    return v2.x > v2.y ? v2.x : v2.y;
#endif
}

ALWAYS_INLINE REAL JOIN(NAME, _total)(const VREAL v)
{
#if VW == 1
    return v;
#else
#if VW == 16
    const WIDE(REAL, 8) v8 = v.lo + v.hi;
#elif VW == 8
    const VREAL v8 = v;
#endif
#if VW >= 8
    const WIDE(REAL, 4) v4 = v8.lo + v8.hi;
#else
    const VREAL v4 = v;
#endif
    const WIDE(REAL, 2) v2 = v4.lo + v4.hi;
    return v2.x + v2.y;
#endif
}

// While powers are computed memory is idle: it brings the next rows, and makes room for this one's results.
#define AHEAD PREFETCH(x + i + 2048); PREFETCH_WRITE(out + i);

// Statements for each vector `v` of the row at element `i`, filled with `filler` at its end.
#if VW == 1
#define EACH(row, filler, statements) \
    for (int i = 0; i < classes; i++) { \
        const VREAL v = (row)[i]; \
        statements \
    }
#define LABELS(filler) label[i]
#define OUTPUT(value) out[i] = (value);
#else
#define EACH(row, filler, statements) \
    { \
        int i = 0, count = VW; \
        bool reaches = true; \
        for (; i + VW <= classes; i += VW) { \
            const VREAL v = LOADN(VW)(0, (row) + i); \
            statements \
        } \
        count = classes - i; \
        reaches = room >= i + VW; \
        if (count > 0) { \
            const VREAL v = JOIN(NAME, _load)((row) + i, count, reaches, filler); \
            statements \
        } \
    }
#define LABELS(filler) (count == VW ? LOADN(VW)(0, label + i) : JOIN(NAME, _load)(label + i, count, reaches, filler))
#define OUTPUT(value) \
    if (count == VW) STORE_GLOBAL((value), out + i); \
    else JOIN(NAME, _store)((value), out + i, count);
#endif

__kernel WIDEST void NAME(
    __global const REAL *restrict x_all,
#if MODE >= 2
    __global const LABEL *restrict labels,
#endif
#if MODE == 3
    __global const REAL *restrict upstream,
#endif
#if MODE == 2
    __global REAL *restrict loss,
#endif
    __global REAL *restrict out_all, const long rows, const int classes, const int rows_per_item)
{
    const long begin = (long)get_global_id(0) * rows_per_item, end = min(begin + rows_per_item, rows);
    for (long row = begin; row < end; row++) {
        __global const REAL *x = x_all + row * classes;
        __global REAL *out = out_all + row * classes;
        // Elements from this row's first to the item's last.
        const long room = (end - row) * classes;
#if MODE == 3 && SPARSE
        const long label = labels[row];
        const bool known = label >= 0 && label < classes;
        const REAL flow = upstream[row], scale = known ? flow : (REAL)NAN;
        EACH(x, (REAL)0, OUTPUT(v * (VREAL)scale))
        if (known) out[label] = (x[label] - (REAL)1) * flow;
#elif MODE == 3
        __global const LABEL *label = labels + row * classes;
        const REAL flow = upstream[row];
        VREAL masses = (VREAL)0;
        EACH(label, (REAL)0, masses += v;)
        const VREAL mass = (VREAL)JOIN(NAME, _total)(masses);
        EACH(x, (REAL)0, OUTPUT((v * mass - LABELS((REAL)0)) * (VREAL)flow))
#else
        VREAL tops = (VREAL)-INFINITY, sums = (VREAL)0;
        EACH(x, (REAL)-INFINITY, tops = v > tops ? v : tops;)
        const REAL top = JOIN(NAME, _largest)(tops);
#if MODE == 1
        EACH(x, (REAL)-INFINITY, AHEAD sums += POWER(v - (VREAL)top);)
        const REAL shift = JOIN(log_, REAL)(JOIN(NAME, _total)(sums));
        EACH(x, (REAL)0, OUTPUT(v - (VREAL)top - (VREAL)shift))
#else
        EACH(x, (REAL)-INFINITY, AHEAD const VREAL power = POWER(v - (VREAL)top); sums += power; OUTPUT(power))
        const REAL sum = JOIN(NAME, _total)(sums);
        const VREAL share = (VREAL)((REAL)1 / sum);
#if MODE == 2
        const REAL shift = top + JOIN(log_, REAL)(sum);
#if SPARSE
        const long label = labels[row];
        loss[row] = label >= 0 && label < classes ? shift - x[label] : (REAL)NAN;
#else
        __global const LABEL *label = labels + row * classes;
        VREAL costs = (VREAL)0;
        EACH(x, (REAL)-INFINITY, const VREAL t = LABELS((REAL)0);
             costs += t == (VREAL)0 ? (VREAL)0 : t * ((VREAL)shift - v);)
        loss[row] = JOIN(NAME, _total)(costs);
#endif
#endif
        EACH(out, (REAL)0, OUTPUT(v * share))
#endif
#endif
    }
}

#undef VREAL
#undef POWER
#undef LANE_NUMBERS
#undef EACH
#undef LABELS
#undef OUTPUT
#undef AHEAD
