// Random numbers from Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; 2011).
//
// Four numbers come of each counter (block, ordinal, step low, step high) under the key (seed low, seed high); number
// i of the result is number i % 4 of block i / 4. Each work-item makes `groups` neighbouring groups of BLOCKS blocks;
// eight blocks at once stand in the lanes of vectors of 64 bits, whose upper halves are not looked at.
//   UNIFORM  float (bits >> 8) * 2^-24, double bits * 2^-32: in [0, 1)
//   NORMAL   from the pairs (b0, b1), (b2, b3): r cos(t), r sin(t), r = sqrt(-2 ln u), u = ((b >> 8) + 1) * 2^-24 of
//            the first, t = 2 pi (b >> 8) * 2^-24 of the second (Box and Muller, 1958)
//   BITS     the 32 bits
//
// Macros: NAME, OUT, KIND (0 uniform, 1 normal, 2 bits), DOUBLE (0 or 1), STEP (1 where a step is given), BLOCKS (8 or
//   1).
// Global size: ceil(count / 4 / BLOCKS / groups).

#define CELLS (4 * BLOCKS)
#define WORD WIDE(ulong, BLOCKS)
#define LOW(v) ((v) & (WORD)0xffffffffu)
// The four cells of one block stay in registers where every place is known.
#if BLOCKS == 1
#define EACH_CELL _Pragma("unroll") for
#else
#define EACH_CELL for
#endif

__kernel WIDEST void NAME(
    __global OUT *restrict out,
#if STEP
    __global const long *restrict step_cell,
#endif
    const long count, const long groups, const int seed_low, const int seed_high, const int ordinal)
{
#if STEP
    const ulong step = (ulong)step_cell[0];
#else
    const ulong step = 0;
#endif
    const long begin = get_global_id(0) * groups, end = min(begin + groups, CEIL_DIV(count, CELLS));
    for (long group = begin; group < end; group++) {
#if BLOCKS == 8
        const WORD lanes = (WORD)(0, 1, 2, 3, 4, 5, 6, 7);
#else
        const WORD lanes = 0;
#endif
        WORD c0 = (WORD)(ulong)(group * BLOCKS) + lanes, c1 = (WORD)(ulong)(uint)ordinal;
        WORD c2 = (WORD)step, c3 = (WORD)(step >> 32);
        uint k0 = (uint)seed_low, k1 = (uint)seed_high;
        #pragma unroll
        for (int round = 0; round < 10; round++) {
            const WORD p0 = LOW(c0) * (WORD)(ulong)0xD2511F53u, p1 = LOW(c2) * (WORD)(ulong)0xCD9E8D57u;
            c0 = (p1 >> (WORD)32) ^ c1 ^ (WORD)(ulong)k0;
            c2 = (p0 >> (WORD)32) ^ c3 ^ (WORD)(ulong)k1;
            c1 = p1;
            c3 = p0;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        const long place = group * CELLS;
        const int filled = (int)min((long)CELLS, count - place);
        const WORD low = LOW(c0) | (c1 << (WORD)32), high = LOW(c2) | (c3 << (WORD)32);
        uint bits[CELLS];
#if BLOCKS == 8
        const uint16 first = as_uint16(ZIP_LOW_8(WORD, low, high)), second = as_uint16(ZIP_HIGH_8(WORD, low, high));
#if KIND == 0 && !DOUBLE
        if (filled == CELLS) {
            vstore16(convert_float16(as_int16(first >> (uint16)8)) * 0x1p-24f, 0, out + place);
            vstore16(convert_float16(as_int16(second >> (uint16)8)) * 0x1p-24f, 1, out + place);
            continue;
        }
#endif
        vstore16(first, 0, bits);
        vstore16(second, 1, bits);
#else
        bits[0] = (uint)low;
        bits[1] = (uint)(low >> 32);
        bits[2] = (uint)high;
        bits[3] = (uint)(high >> 32);
#endif
        OUT cells[CELLS];
#if KIND == 0
        EACH_CELL (int i = 0; i < CELLS; i++)
#if DOUBLE
            cells[i] = (OUT)bits[i] * 0x1p-32;
#else
            cells[i] = (OUT)(int)(bits[i] >> 8) * 0x1p-24f;
#endif
#elif KIND == 1
        EACH_CELL (int i = 0; i < CELLS; i += 2) {
            const OUT unit = (OUT)(1.0f / 16777216.0f);
            const OUT u = (OUT)(int)((bits[i] >> 8) + 1) * unit;
            const OUT r = sqrt((OUT)-2 * JOIN(log_, OUT)(u));
            OUT cosine;
            const OUT sine = JOIN(sincos_of_turn_, OUT)((OUT)(int)(bits[i + 1] >> 8) * unit, &cosine);
            cells[i] = r * cosine;
            cells[i + 1] = r * sine;
        }
#else
        EACH_CELL (int i = 0; i < CELLS; i++) cells[i] = (OUT)bits[i];
#endif
#if BLOCKS == 1
        EACH_CELL (int i = 0; i < CELLS; i++)
            if (i < filled) out[place + i] = cells[i];
#else
        if (filled == CELLS)
            for (int i = 0; i < CELLS; i++) out[place + i] = cells[i];
        else
            for (int i = 0; i < filled; i++) out[place + i] = cells[i];
#endif
    }
}

#undef CELLS
#undef WORD
#undef LOW
#undef EACH_CELL
