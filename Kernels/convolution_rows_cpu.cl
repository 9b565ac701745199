// The left operand of a convolution seen as a matrix product: stands before matmul_cpu.cl, whose panels of the right
// operand, register tile and epilogue it shares. One group; along each axis the stride or the dilation is 1.
//
// Layout: channels last, contiguous (see Geometry in the prelude).
// GATHER 1, forward: rows are result pixels, columns result channels, and k runs over (tap, image channel); the filter
// is the right operand as it lies.
// GATHER 2, input gradient: rows are image pixels, columns image channels, and k runs over (tap, result channel), so
// that no two work-items write one element. The pixels are taken by phase (y mod s, x mod s): those of one phase are met
// by the same taps, and the others are left out. M and K are made the phase's own.
// GATHER 3, filter gradient: rows are filter cells (tap, image channel), columns result channels, and k runs over the
// result's pixels, `span` of them for each z of the launch; c is a multiple of MR.
// Work: a slab of a work-item's rows is copied before it is multiplied. With 1 and 2 each row lies by itself, DEPTH
// numbers long, with 3 in strips of MR, a power of two.
//
// `zeros` holds at least as many zeros as `run` says, the channels that k runs over or, with 3, the rows: c, with 2 f.

#define GATHERED(name) JOIN(NAME, name)
#define LOOSE(width) JOIN(loose_, WIDE(REAL, width))
#define COPY(width, to, from) (*(LOOSE(width) *)(to) = *(__global const LOOSE(width) *)(from))
#define SOURCES JOIN(NAME, _sources)

// What the rows of a work-item, or with GATHER 3 the steps of a slab, meet at tap (0, 0) of those that meet them: the
// pixel's offset, and its place in its image, which may lie outside.
typedef struct {
#if GATHER == 3
    long origin[DEPTH];
    int top[DEPTH], left[DEPTH];
#else
    long origin[ROWS + MR];
    int top[ROWS + MR], left[ROWS + MR], place[ROWS + MR];
    // The taps that there are: of a phase every stride-th, from the first on.
    int phase_y, phase_x, first_y, first_x, taps_x, down, across;
#endif
} SOURCES;

// Steps of k in a slab that lie in one tap.
inline int GATHERED(_stretch)(const int run, const int k, const int most) { return min(run - k % run, most); }

#if GATHER == 3

inline void GATHERED(_begin)(SOURCES *s, const Geometry *g, const int run, const int phase, int *M, int *K) {}
inline void GATHERED(_meet)(SOURCES *s, const Geometry *g, const int row0, const int height) {}

inline void GATHERED(_pack)(
    SOURCES *s, const Geometry *g, const int run, __global const REAL *source, __global const REAL *zeros,
    REAL *strips, const int row0, const int height, const int k0, const int depth)
{
    int x = k0 % g->ow, y = k0 / g->ow % g->oh, n = k0 / g->ow / g->oh;
    for (int k = 0; k < depth; k++) {
        s->top[k] = y * g->stride_h - g->pad_top;
        s->left[k] = x * g->stride_w - g->pad_left;
        s->origin[k] = (((long)n * g->h + s->top[k]) * g->w + s->left[k]) * g->c;
        if (++x < g->ow) continue;
        x = 0;
        if (++y == g->oh) y = 0, n++;
    }
    for (int r = 0, count; r < height; r += count) {
        const int tap = (row0 + r) / run, channel = row0 + r - tap * run;
        const int dy = tap / g->kw * g->dilation_h, dx = tap % g->kw * g->dilation_w;
        const long shift = ((long)dy * g->w + dx) * g->c + channel;
        count = min(run - channel, height - r);
        REAL *to = strips + r * DEPTH;
        for (int k = 0; k < depth; k++, to += MR) {
            const bool met = (uint)(s->top[k] + dy) < (uint)g->h && (uint)(s->left[k] + dx) < (uint)g->w;
            __global const REAL *from = met ? source + s->origin[k] + shift : zeros;
            for (int i = 0; i < count; i += MR) COPY(MR, to + i * DEPTH, from + i);
        }
    }
}

#else

inline void GATHERED(_begin)(SOURCES *s, const Geometry *g, const int run, const int phase, int *M, int *K)
{
#if GATHER == 2
    s->phase_y = phase / g->stride_w;
    s->phase_x = phase % g->stride_w;
    s->first_y = (s->phase_y + g->pad_top) % g->stride_h;
    s->first_x = (s->phase_x + g->pad_left) % g->stride_w;
    s->taps_x = max(CEIL_DIV(g->kw - s->first_x, g->stride_w), 0);
    s->down = CEIL_DIV(g->h - s->phase_y, g->stride_h);
    s->across = CEIL_DIV(g->w - s->phase_x, g->stride_w);
    *M = g->n * s->down * s->across;
    *K = max(CEIL_DIV(g->kh - s->first_y, g->stride_h), 0) * s->taps_x * run;
#else
    s->taps_x = g->kw;
    s->down = g->oh;
    s->across = g->ow;
#endif
}

inline void GATHERED(_meet)(SOURCES *s, const Geometry *g, const int row0, const int height)
{
    int x = row0 % s->across, y = row0 / s->across % s->down, n = row0 / s->across / s->down;
#if GATHER == 2
    // Exact: the first tap is the one that meets the phase.
    const int above = (s->phase_y + g->pad_top) / g->stride_h, beside = (s->phase_x + g->pad_left) / g->stride_w;
#endif
    for (int at = 0; at < height + MR; at++) {
#if GATHER == 2
        const int image_y = s->phase_y + y * g->stride_h, image_x = s->phase_x + x * g->stride_w;
        s->place[at] = (n * g->h + image_y) * g->w + image_x;
        s->top[at] = above + y;
        s->left[at] = beside + x;
        s->origin[at] = (((long)n * g->oh + s->top[at]) * g->ow + s->left[at]) * g->f;
#else
        s->top[at] = y * g->stride_h - g->pad_top;
        s->left[at] = x * g->stride_w - g->pad_left;
        s->origin[at] = (((long)n * g->h + s->top[at]) * g->w + s->left[at]) * g->c;
#endif
        // The rows of the last tile that there are not are computed like the last one.
        if (at >= height - 1 || ++x < s->across) continue;
        x = 0;
        if (++y == s->down) y = 0, n++;
    }
}

// Where the filter's cells for step k begin, and how many of `most` steps follow in the same tap.
inline long GATHERED(_weights)(
    const SOURCES *s, const Geometry *g, const int run, const int k, const int most, int *count)
{
    const int tap = k / run, y = tap / s->taps_x, x = tap - y * s->taps_x;
    *count = GATHERED(_stretch)(run, k, most);
    return ((long)(s->first_y + y * g->stride_h) * g->kw + s->first_x + x * g->stride_w) * g->c * g->f + k - tap * run;
}

inline void GATHERED(_pack)(
    SOURCES *s, const Geometry *g, const int run, __global const REAL *source, __global const REAL *zeros,
    REAL *rows, const int row0, const int height, const int k0, const int depth)
{
#if GATHER == 2
    const int in_h = g->oh, in_w = g->ow, in_c = g->f;
#else
    const int in_h = g->h, in_w = g->w, in_c = g->c;
#endif
    for (int done = 0, count; done < depth; done += count) {
        const int tap = (k0 + done) / run, within = k0 + done - tap * run, y = tap / s->taps_x, x = tap % s->taps_x;
#if GATHER == 2
        const int dy = -y * (g->stride_h == 1 ? g->dilation_h : 1), dx = -x * (g->stride_w == 1 ? g->dilation_w : 1);
#else
        const int dy = y * g->dilation_h, dx = x * g->dilation_w;
#endif
        const long shift = ((long)dy * in_w + dx) * in_c + within;
        count = min(run - within, depth - done);
        REAL *to = rows + done;
        for (int at = 0; at < CEIL_DIV(height, MR) * MR; at++, to += DEPTH) {
            const bool met = (uint)(s->top[at] + dy) < (uint)in_h && (uint)(s->left[at] + dx) < (uint)in_w;
            __global const REAL *from = met ? source + s->origin[at] + shift : zeros + within;
            if (count < VW) {
                for (int c = 0; c < count; c++) to[c] = from[c];
                continue;
            }
            for (int c = 0; c + VW < count; c += VW) COPY(VW, to + c, from + c);
            COPY(VW, to + count - VW, from + count - VW);
        }
    }
}

#endif
