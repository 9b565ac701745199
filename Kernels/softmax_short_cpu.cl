// What softmax.cl computes, for CPU devices and rows of few classes: VW rows side by side, one to a lane, so that nothing
// is joined across lanes.
//
// Layout and modes as in softmax.cl. A work-item takes VW rows at a time, turns them into columns, and its results back,
// by a table of the places. Lanes beyond its last row hold zeros.
//
// Macros: as in softmax.cl, and MOST: the most classes that there is room for.
// Global size: ceil(rows / rows_per_item).

#define VREAL WIDE(REAL, VW)
#define POWER JOIN(exp_below_, VREAL)

// Turns the rows at `from` into columns at `to`, an array of vectors; `few` has room for them.
#define TURN(TYPE, from, few, to)                                                                                    \
    if (held == VW) {                                                                                                \
        WIDE_LOOP for (int e = 0; e < VW * classes; e++)((REAL *)(to))[e] = (REAL)(from)[place[e]];                  \
    } else {                                                                                                         \
        for (int e = 0; e < VW * classes; e++) few[e] = e < held * classes ? (from)[e] : (TYPE)0;                    \
        for (int e = 0; e < VW * classes; e++) ((REAL *)(to))[e] = (REAL)few[place[e]];                              \
    }

__kernel SINGLE WIDEST void NAME(
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
    VREAL columns[MOST];
    REAL few[VW * MOST];
#if MODE >= 2 && !SPARSE
    VREAL answers[MOST];
    LABEL few_labels[VW * MOST];
#endif
    // Where element e of the columns stands among the rows, and where element e of the rows stands among the columns.
    int place[VW * MOST], back[VW * MOST];
    for (int i = 0; i < classes; i++)
        for (int l = 0; l < VW; l++) {
            place[i * VW + l] = l * classes + i;
            back[l * classes + i] = i * VW + l;
        }

    for (long row = begin; row < end; row += VW) {
        const int held = (int)min((long)VW, end - row);
        __global const REAL *x = x_all + row * classes;
        __global REAL *out = out_all + row * classes;
        TURN(REAL, x, few, columns)
        // While powers are computed memory is idle: it brings the next rows, and makes room for these ones' results.
        for (int e = 0; e < VW * classes; e += 64 / sizeof(REAL)) {
            PREFETCH(x + e + 1024);
            PREFETCH_WRITE(out + e);
        }
#if MODE >= 2 && SPARSE
        // The class of each row, -1 for one outside.
        int own[VW];
        for (int l = 0; l < VW; l++) {
            const long label = l < held ? (long)labels[row + l] : 0;
            own[l] = label >= 0 && label < classes ? (int)label : -1;
        }
#elif MODE >= 2
        TURN(LABEL, labels + row * classes, few_labels, answers)
#endif

#if MODE == 3
        REAL flows[VW];
        for (int l = 0; l < VW; l++) flows[l] = l < held ? upstream[row + l] : (REAL)0;
#if SPARSE
        for (int l = 0; l < VW; l++) {
            if (own[l] >= 0) ((REAL *)columns)[own[l] * VW + l] -= (REAL)1;
            else flows[l] = (REAL)NAN;
        }
        const VREAL flow = LOADN(VW)(0, flows);
        for (int i = 0; i < classes; i++) columns[i] *= flow;
#else
        const VREAL flow = LOADN(VW)(0, flows);
        VREAL mass = (VREAL)0;
        for (int i = 0; i < classes; i++) mass += answers[i];
        for (int i = 0; i < classes; i++) columns[i] = (columns[i] * mass - answers[i]) * flow;
#endif
#else
        VREAL top = (VREAL)-INFINITY, sum = (VREAL)0;
        for (int i = 0; i < classes; i++) top = columns[i] > top ? columns[i] : top;
#if MODE == 2
        // The loss without the logarithm of the sum, which is not known yet.
#if SPARSE
        for (int l = 0; l < VW; l++) few[l] = own[l] >= 0 ? ((REAL *)columns)[own[l] * VW + l] : (REAL)NAN;
        const VREAL mass = (VREAL)1, cost = top - LOADN(VW)(0, few);
#else
        VREAL mass = (VREAL)0, cost = (VREAL)0;
        for (int i = 0; i < classes; i++) {
            mass += answers[i];
            cost += answers[i] == (VREAL)0 ? (VREAL)0 : answers[i] * (top - columns[i]);
        }
#endif
#endif
        for (int i = 0; i < classes; i++) {
            const VREAL shifted = columns[i] - top, power = POWER(shifted);
            sum += power;
            columns[i] = MODE == 1 ? shifted : power;
        }
#if MODE >= 1
        REAL logs[VW];
        STOREN(VW)(sum, 0, logs);
        WIDE_LOOP for (int l = 0; l < VW; l++) logs[l] = JOIN(log_, REAL)(logs[l]);
#endif
#if MODE == 1
        const VREAL shift = LOADN(VW)(0, logs);
        for (int i = 0; i < classes; i++) columns[i] -= shift;
#else
        const VREAL share = (VREAL)((REAL)1) / sum;
        for (int i = 0; i < classes; i++) columns[i] *= share;
#endif
#if MODE == 2
        STOREN(VW)(mass * LOADN(VW)(0, logs) + cost, 0, logs);
        for (int l = 0; l < held; l++) loss[row + l] = logs[l];
#endif
#endif
        const REAL *made = (const REAL *)columns;
        WIDE_LOOP for (int e = 0; e < held * classes; e++) out[e] = made[back[e]];
    }
}

#undef VREAL
#undef POWER
#undef TURN
