// Random numbers from Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; 2011).
//
// Four numbers come of each counter (block, ordinal, step low, step high) under the key (seed low, seed high); number
// i of the result is number i % 4 of block i / 4. Each work-item makes `blocks` neighbouring blocks.
//   UNIFORM  float (bits >> 8) * 2^-24, double bits * 2^-32: in [0, 1)
//   NORMAL   from the pairs (b0, b1), (b2, b3): r cos(t), r sin(t), r = sqrt(-2 ln u), u = ((b >> 8) + 1) * 2^-24 of
// the first,
//            t = 2 pi (b >> 8) * 2^-24 of the second (Box and Muller, 1958)
//   BITS     the 32 bits
//
// Macros: NAME, OUT, KIND (0 uniform, 1 normal, 2 bits), DOUBLE (0 or 1), STEP (1 where a step is given).
// Global size: ceil(count / 4 / blocks).

__kernel void NAME(
    __global OUT *restrict out,
#if STEP
    __global const long *restrict step_cell,
#endif
    const long count, const long blocks, const int seed_low, const int seed_high, const int ordinal)
{
#if STEP
    const ulong step = (ulong)step_cell[0];
#else
    const ulong step = 0;
#endif
    const long begin = get_global_id(0) * blocks, end = min(begin + blocks, (count + 3) / 4);
    for (long block = begin; block < end; block++) {
        uint c0 = (uint)block, c1 = (uint)ordinal, c2 = (uint)step, c3 = (uint)(step >> 32);
        uint k0 = (uint)seed_low, k1 = (uint)seed_high;
        #pragma unroll
        for (int round = 0; round < 10; round++) {
            const ulong p0 = (ulong)0xD2511F53u * c0, p1 = (ulong)0xCD9E8D57u * c2;
            const uint n0 = (uint)(p1 >> 32) ^ c1 ^ k0, n2 = (uint)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint)p1;
            c3 = (uint)p0;
            c0 = n0;
            c2 = n2;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        OUT cells[4];
        const uint bits[4] = {c0, c1, c2, c3};
#if KIND == 0
        for (int i = 0; i < 4; i++)
#if DOUBLE
            cells[i] = (OUT)bits[i] * 0x1p-32;
#else
            cells[i] = (OUT)(bits[i] >> 8) * 0x1p-24f;
#endif
#elif KIND == 1
        for (int i = 0; i < 4; i += 2) {
            const OUT unit = (OUT)(1.0f / 16777216.0f);
            const OUT u = (OUT)((bits[i] >> 8) + 1) * unit, t = (OUT)(bits[i + 1] >> 8) * unit;
            const OUT r = sqrt((OUT)-2 * log(u)), angle = (OUT)6.283185307179586 * t;
            cells[i] = r * cos(angle);
            cells[i + 1] = r * sin(angle);
        }
#else
        for (int i = 0; i < 4; i++) cells[i] = (OUT)bits[i];
#endif
        const long place = block * 4;
        if (place + 4 <= count)
            for (int i = 0; i < 4; i++) out[place + i] = cells[i];
        else
            for (int i = 0; i < count - place; i++) out[place + i] = cells[i];
    }
}
