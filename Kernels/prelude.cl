// Prelude: stands once at the head of every OpenCL program that Ibex builds.
//
// Every other file of this folder is a template: it is included once per kernel, after a block of
// macros that name the kernel and its types, and all those macros are undefined after it.
// Language: OpenCL C 1.2. Indices inside one matrix or image are int; whole tensors are addressed by long.

#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define WIDE(type, width) JOIN(type, width)
#define LOADN(width) JOIN(load_wide_, width)
#define STOREN(width) JOIN(store_wide_, width)
#define CEIL_DIV(a, b) (((a) + (b) - 1) / (b))

// One straight-line work-item: PoCL turns a kernel of this local size into plain C code.
#define SINGLE __attribute__((reqd_work_group_size(1, 1, 1)))

// Kernels and loops that become code for the widest vectors: LLVM by itself stops at half of AVX-512's.
#if defined(VECTOR_MATH) && defined(__has_attribute)
#if __has_attribute(min_vector_width)
#define WIDEST __attribute__((min_vector_width(512)))
#define WIDE_LOOP _Pragma("clang loop vectorize_width(16)")
#endif
#endif
#ifndef WIDEST
#define WIDEST
#define WIDE_LOOP
#endif

// Asks for memory ahead of a loop that only reads, whose loads alone keep too few lines on their way.
#if defined(VECTOR_MATH) && defined(__has_builtin)
#if __has_builtin(__builtin_prefetch)
#define PREFETCH(address) __builtin_prefetch(address)
#define PREFETCH_WRITE(address) __builtin_prefetch(address, 1)
#define PREFETCH_FAR(address) __builtin_prefetch(address, 0, 2)
#endif
#endif
#ifndef PREFETCH
#define PREFETCH(address)
#define PREFETCH_WRITE(address)
#define PREFETCH_FAR(address)
#endif

// x / c for a whole number x below 256 and a number c of ordinary size, rounded as the division is (Markstein 1990): the
// reciprocal leaves the loop around it.
#if defined(FP_FAST_FMAF) || defined(__FMA__) || defined(__ARM_FEATURE_FMA)
inline float byte_quotient(float x, float c)
{
    const float reciprocal = 1.0f / c, quotient = x * reciprocal;
    return fma(fma(-quotient, c, x), reciprocal, quotient);
}
#else
#define byte_quotient(x, c) ((x) / (c))
#endif

// Stores 16 floats where a line of the caches begins, past the caches: the line is not fetched to be overwritten.
#if defined(VECTOR_MATH) && defined(__has_builtin)
#if __has_builtin(__builtin_nontemporal_store)
#define STREAM(values, place) __builtin_nontemporal_store(values, (__global float16 *)(place))
#endif
#endif
#ifndef STREAM
#define STREAM(values, place) vstore16(values, 0, place)
#endif

// A vector of the elements of two that are named by their numbers, in one step.
#define PICK(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

// Perfect shuffles of two vectors: the step of a transposition in registers.
#define ZIP_LOW_4(T, a, b) (T)(a.s0, b.s0, a.s1, b.s1)
#define ZIP_HIGH_4(T, a, b) (T)(a.s2, b.s2, a.s3, b.s3)
#define ZIP_LOW_8(T, a, b) (T)(a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3)
#define ZIP_HIGH_8(T, a, b) (T)(a.s4, b.s4, a.s5, b.s5, a.s6, b.s6, a.s7, b.s7)
#define ZIP_LOW_16(T, a, b) \
    (T)(a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3, a.s4, b.s4, a.s5, b.s5, a.s6, b.s6, a.s7, b.s7)
#define ZIP_HIGH_16(T, a, b) \
    (T)(a.s8, b.s8, a.s9, b.s9, a.sa, b.sa, a.sb, b.sb, a.sc, b.sc, a.sd, b.sd, a.se, b.se, a.sf, b.sf)

// A 2-D convolution, channels last: image [n, h, w, c], filter [kh, kw, c / groups, f], result [n, oh, ow, f].
typedef struct {
    int n, h, w, c, oh, ow, f, kh, kw;
    int stride_h, stride_w, pad_top, pad_left, dilation_h, dilation_w, groups;
} Geometry;

// The cells of a window's `k` from place `first` on that lie in `extent` places: the first, and one behind the last.
#define FIRST_CELL(first, dilation) ((first) < 0 ? CEIL_DIV(-(first), dilation) : 0)
#define STOP_CELL(first, k, dilation, extent) min(k, (extent) > (first) ? CEIL_DIV((extent) - (first), dilation) : 0)

// One-lane "vectors", so that templates of any width read alike.
typedef float float1;
typedef ulong ulong1;
#ifdef cl_khr_fp64
typedef double double1;
#endif

// Vectors of REAL that start at any element, for stores: OpenCL's own take the widest to pieces on CPU devices.
#define LOOSE_TYPES(type) \
    typedef type loose_##type##1; \
    typedef type##2 loose_##type##2 __attribute__((aligned(sizeof(type)))); \
    typedef type##4 loose_##type##4 __attribute__((aligned(sizeof(type)))); \
    typedef type##8 loose_##type##8 __attribute__((aligned(sizeof(type)))); \
    typedef type##16 loose_##type##16 __attribute__((aligned(sizeof(type))));
LOOSE_TYPES(float)
#ifdef cl_khr_fp64
LOOSE_TYPES(double)
#endif
#define STORE_GLOBAL(value, pointer) (*(__global JOIN(loose_, WIDE(REAL, VW)) *)(pointer) = (value))

#define load_wide_1(i, p) ((p)[i])
#define load_wide_2(i, p) vload2(i, p)
#define load_wide_4(i, p) vload4(i, p)
#define load_wide_8(i, p) vload8(i, p)
#define load_wide_16(i, p) vload16(i, p)
#define store_wide_1(v, i, p) ((p)[i] = (v))
#define store_wide_2(v, i, p) vstore2(v, i, p)
#define store_wide_4(v, i, p) vstore4(v, i, p)
#define store_wide_8(v, i, p) vstore8(v, i, p)
#define store_wide_16(v, i, p) vstore16(v, i, p)

// The storage types: half precision by OpenCL's own loads and stores, bfloat16 as the upper half of a float.
inline float half_rounded(float value)
{
    ushort cell;
    vstore_half(value, 0, (half *)&cell);
    return vload_half(0, (const half *)&cell);
}

inline float bfloat_value(ushort bits) { return as_float((uint)bits << 16); }

inline ushort bfloat_bits(float value)
{
    const uint bits = as_uint(value);
    return value != value ? 0x7fc0 : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}
