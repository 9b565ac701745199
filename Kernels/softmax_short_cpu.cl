// What softmax.cl computes, for CPU devices and rows of few classes: VW rows side by side, one to a lane, so that nothing
// is joined across lanes. Stands behind turn_rows.cl.
//
// Layout and modes as in softmax.cl. A work-item takes VW rows at a time, turned into columns, and its results back. The
// last rows of an item are turned element by element; lanes beyond them hold zeros.
//
// Macros: as in softmax.cl, and COUNT: the classes.
// Global size: ceil(rows / rows_per_item).

#define VREAL WIDE(REAL, VW)
#define POWER JOIN(exp_below_, VREAL)
#define STAND JOIN(NAME, _stand)
#define STAND_LAST JOIN(NAME, _stand_last)
#define LAY JOIN(NAME, _lay)
#define LAY_LAST JOIN(NAME, _lay_last)
#define EACH_CLASS _Pragma("unroll") for (int i = 0; i < COUNT; i++)
// While powers are computed memory would be idle: with each class it brings a vector of later rows, and makes room for one
// of later results. All at once would hold up the loads that are waited for.
#define BRING_LATER(i) \
    PREFETCH(x + (i) * VW + 2048); \
    PREFETCH_WRITE(out + (i) * VW + 512);
// The element of each row of something that has one; zeros beyond the last row.
#define EACH_ROW(type, from, name) \
    type name[VW]; \
    if (whole) { \
        WIDE_LOOP for (int l = 0; l < VW; l++) name[l] = (from)[row + l]; \
    } else { \
        for (int l = 0; l < VW; l++) name[l] = l < held ? (from)[row + l] : (type)0; \
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
    __global REAL *restrict out_all, const long rows, const int rows_per_item)
{
    const long begin = (long)get_global_id(0) * rows_per_item, end = min(begin + rows_per_item, rows);
    VREAL columns[(COUNT + 3) / 4 * 4];
#if MODE >= 2 && !SPARSE
    VREAL answers[(COUNT + 3) / 4 * 4];
#endif
    for (long row = begin; row < end; row += VW) {
        const int held = (int)min((long)VW, end - row);
        // Three rows follow, hence three elements at least.
        const bool whole = row + VW + 3 <= end;
        __global const REAL *x = x_all + row * COUNT;
        __global REAL *out = out_all + row * COUNT;
        if (whole) STAND(x, columns);
        else STAND_LAST(x, held, columns);
#if MODE >= 2 && SPARSE
        EACH_ROW(LABEL, labels, numbers)
        // The class of each row, -1 for one outside.
        REAL cells[VW];
        WIDE_LOOP for (int l = 0; l < VW; l++) {
            const LABEL label = numbers[l];
            cells[l] = label >= 0 && label < COUNT ? (REAL)label : (REAL)-1;
        }
        const VREAL own = LOADN(VW)(0, cells);
#elif MODE >= 2
        if (whole) STAND(labels + row * COUNT, answers);
        else STAND_LAST(labels + row * COUNT, held, answers);
#endif

#if MODE == 3
        EACH_ROW(REAL, upstream, flows)
        VREAL flow = LOADN(VW)(0, flows);
#if SPARSE
        flow = own >= (VREAL)0 ? flow : (VREAL)NAN;
        EACH_CLASS {
            BRING_LATER(i)
            columns[i] = (own == (VREAL)(REAL)i ? columns[i] - (VREAL)1 : columns[i]) * flow;
        }
#else
        VREAL mass = (VREAL)0;
        EACH_CLASS mass += answers[i];
        EACH_CLASS {
            BRING_LATER(i)
            columns[i] = (columns[i] * mass - answers[i]) * flow;
        }
#endif
#else
        VREAL top = (VREAL)-INFINITY, sum = (VREAL)0;
        EACH_CLASS top = columns[i] > top ? columns[i] : top;
#if MODE == 2
        // The loss without the logarithm of the sum, which is not known yet.
#if SPARSE
        const VREAL mass = (VREAL)1;
        VREAL cost = (VREAL)NAN;
        EACH_CLASS cost = own == (VREAL)(REAL)i ? top - columns[i] : cost;
#else
        VREAL mass = (VREAL)0, cost = (VREAL)0;
        EACH_CLASS {
            mass += answers[i];
            cost += answers[i] == (VREAL)0 ? (VREAL)0 : answers[i] * (top - columns[i]);
        }
#endif
#endif
        EACH_CLASS {
            BRING_LATER(i)
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
        EACH_CLASS columns[i] -= shift;
#else
        const VREAL share = (VREAL)((REAL)1) / sum;
        EACH_CLASS columns[i] *= share;
#endif
#if MODE == 2
        STOREN(VW)(mass * LOADN(VW)(0, logs) + cost, 0, logs);
        if (whole) {
            WIDE_LOOP for (int l = 0; l < VW; l++) loss[row + l] = logs[l];
        } else {
            for (int l = 0; l < held; l++) loss[row + l] = logs[l];
        }
#endif
#endif
        if (whole) LAY(columns, out);
        else LAY_LAST(columns, held, out);
    }
}

#undef VREAL
#undef POWER
#undef EACH_CLASS
#undef BRING_LATER
#undef STAND
#undef STAND_LAST
#undef LAY
#undef LAY_LAST
#undef EACH_ROW
