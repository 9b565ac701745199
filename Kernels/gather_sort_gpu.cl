// The order in which a gather's gradient reads its upstream rows: keys sorted by a bitonic network (Batcher, 1968).
//
// Key i of `size`, a power of two, is indices[i] in its upper half and i in its lower, so that equal indices keep their
// order; indices outside [0, height) and the filling behind `count` come last. Blocks of `block` keys, at most 2048,
// are sorted in local memory; wider exchanges go through global memory.
//   MODE 0  makes the keys of a block and sorts it, neighbouring blocks in opposite directions
//   MODE 1  one exchange of stage `stage` at distance `far`, at least a block: one item per pair
//   MODE 2  the exchanges of stage `stage` inside blocks
//
// Macros: NAME, INDEX, MODE. Groups of 256: MODE 0 and 2 size / block; MODE 1 global size: size / 2.

#if MODE != 1
inline void JOIN(NAME, _exchange)(__local ulong *keys, const int base, const int block, const int stage, const int far)
{
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int pair = get_local_id(0); pair < block / 2; pair += 256) {
        const int low = (pair & ~(far - 1)) * 2 | (pair & (far - 1)), high = low + far;
        const ulong a = keys[low], b = keys[high];
        if ((a > b) == (((base + low) & stage) == 0)) {
            keys[low] = b;
            keys[high] = a;
        }
    }
}
#endif

#if MODE == 0
__kernel __attribute__((reqd_work_group_size(256, 1, 1))) void NAME(
    __global const INDEX *restrict indices, __global ulong *restrict keys, const long height, const int count,
    const int block)
{
    __local ulong held[2048];
    const int base = get_group_id(0) * block;
    for (int i = get_local_id(0); i < block; i += 256) {
        const long index = base + i < count ? (long)indices[base + i] : -1;
        held[i] = index >= 0 && index < height ? (ulong)index << 32 | (uint)(base + i) : ULONG_MAX;
    }
    for (int stage = 2; stage <= block; stage *= 2)
        for (int far = stage / 2; far > 0; far /= 2) JOIN(NAME, _exchange)(held, base, block, stage, far);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = get_local_id(0); i < block; i += 256) keys[base + i] = held[i];
}
#elif MODE == 1
__kernel void NAME(__global ulong *restrict keys, const int size, const int stage, const int far)
{
    const int pair = get_global_id(0);
    if (pair >= size / 2) return;
    const int low = (pair & ~(far - 1)) * 2 | (pair & (far - 1)), high = low + far;
    const ulong a = keys[low], b = keys[high];
    if ((a > b) == ((low & stage) == 0)) {
        keys[low] = b;
        keys[high] = a;
    }
}
#else
__kernel __attribute__((reqd_work_group_size(256, 1, 1))) void NAME(
    __global ulong *restrict keys, const int block, const int stage)
{
    __local ulong held[2048];
    const int base = get_group_id(0) * block;
    for (int i = get_local_id(0); i < block; i += 256) held[i] = keys[base + i];
    for (int far = block / 2; far > 0; far /= 2) JOIN(NAME, _exchange)(held, base, block, stage, far);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = get_local_id(0); i < block; i += 256) keys[base + i] = held[i];
}
#endif
