// Functions of the elementwise table for floats, without branches and without calls, so that compilers of CPU devices
// make vector code of a loop over them. Stands once behind the prelude of every program.
//
// name_float and name_double are what sources call. With VECTOR_MATH (CPU devices) the float functions are a reduction
// to a small interval and a polynomial fitted there, in most with the coefficients of CIbexVector/float_math.h; without
// it, and for doubles, they are OpenCL's own. Errors are at most 3 units in the last place.
//
// Macros: VECTOR_MATH.

// A call that is left standing would keep a loop from becoming vector code.
#define ALWAYS_INLINE inline __attribute__((always_inline))

#define exp_double(x) exp(x)
#define exp_below_float1(x) exp_float(x)
#define exp_below_double1(x) exp(x)
#define exp_below_double2(x) exp(x)
#define exp_below_double4(x) exp(x)
#define exp_below_double8(x) exp(x)
#define expm1_double(x) expm1(x)
#define log_double(x) log(x)
#define log1p_double(x) log1p(x)
#define tanh_double(x) tanh(x)
#define erf_double(x) erf(x)
#define sincos_of_turn_double(u, c) sincos(6.283185307179586 * (u), c)
#ifdef cl_khr_fp64
ALWAYS_INLINE double sigmoid_double(double x)
{
    const double e = exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}
ALWAYS_INLINE double softplus_double(double x) { return fmax(x, 0.0) + log1p(exp(-fabs(x))); }
#endif

#ifndef VECTOR_MATH
#define exp_float(x) exp(x)
#define exp_below_float4(x) exp(x)
#define exp_below_float8(x) exp(x)
#define exp_below_float16(x) exp(x)
#define expm1_float(x) expm1(x)
#define log_float(x) log(x)
#define log1p_float(x) log1p(x)
#define tanh_float(x) tanh(x)
#define erf_float(x) erf(x)
#define sincos_of_turn_float(u, c) sincos(6.2831853f * (u), c)
#else

// 2^n for n from -126 to 127.
ALWAYS_INLINE float power_of_two(int n) { return as_float((n + 127) << 23); }

ALWAYS_INLINE float with_sign_of(float x, float sign)
{
    return as_float((as_int(x) & 0x7fffffff) | (as_int(sign) & ~0x7fffffff));
}

// Splits x into n ln 2 + r with |r| <= ln(2)/2; gives r and n.
ALWAYS_INLINE float reduced_for_exp(float x, int *n)
{
    const float rounder = 0x1.8p23f, t = x * 0x1.715476p0f + rounder, k = t - rounder;
    *n = as_int(t) - as_int(rounder);
    return (x - k * 0x1.63p-1f) - k * -0x1.bd0106p-13f;
}

// e^r - 1 for |r| <= ln(2)/2.
ALWAYS_INLINE float expm1_core(float r)
{
    float p = 0x1.6dbc64p-10f;
    p = p * r + 0x1.124148p-7f;
    p = p * r + 0x1.555454p-5f;
    p = p * r + 0x1.555486p-3f;
    p = p * r + 0.5f;
    return r + r * r * p;
}

ALWAYS_INLINE float exp_float(float x)
{
    // Far below, 0 is picked and not computed: processors take long over denormal numbers.
    const float bounded = x > 89.0f ? 89.0f : x < -104.0f ? 0.0f : x;
    int n;
    const float r = reduced_for_exp(bounded, &n);
    const int half_n = n >> 1;
    // Two factors: n reaches 128 above and -150 below, where the result is infinite or denormal.
    const float y = (1.0f + expm1_core(r)) * power_of_two(half_n) * power_of_two(n - half_n);
    return x != x ? x : x < -104.0f ? 0.0f : y;
}

// e^x of vectors for x <= 0; 0 below -87.7, where floats cannot hold the power to the last place. NaN stays. The rounder
// holds the exponent's bias: what the shift leaves of it is the scale, 0 at the bound.
#define DEFINE_EXP_BELOW(width)                                                                                      \
    ALWAYS_INLINE float##width exp_below_float##width(float##width x)                                                \
    {                                                                                                                \
        const float rounder = 0x1.8p23f + 127.0f;                                                                    \
        const float##width bounded = x < -88.03f ? (float##width)-88.03f : x;                                        \
        const float##width t = bounded * 0x1.715476p0f + rounder, k = t - rounder;                                   \
        const float##width r = (bounded - k * 0x1.63p-1f) - k * -0x1.bd0106p-13f;                                    \
        float##width p = 0x1.6dbc64p-10f * r + 0x1.124148p-7f;                                                       \
        p = p * r + 0x1.555454p-5f;                                                                                  \
        p = p * r + 0x1.555486p-3f;                                                                                  \
        p = p * r + 0.5f;                                                                                            \
        p = p * r + 1.0f;                                                                                            \
        p = p * r + 1.0f;                                                                                            \
        return p * as_float##width(as_int##width(t) << 23);                                                          \
    }
DEFINE_EXP_BELOW(4)
DEFINE_EXP_BELOW(8)
DEFINE_EXP_BELOW(16)

ALWAYS_INLINE float expm1_float(float x)
{
    const float bounded = x > 89.0f ? 89.0f : x < -30.0f ? -30.0f : x;
    int n;
    const float r = reduced_for_exp(bounded, &n);
    const float p = expm1_core(r), scale = power_of_two(n - 1);
    float y = (p * scale + (scale - 0.5f)) * 2.0f;
    y = fabs(x) < 0x1p-25f ? x : y;
    return x != x ? x : y;
}

ALWAYS_INLINE float log_float(float x)
{
    const int denormal = x < 0x1p-126f, root_half = 0x3f3504f3;
    const uint u = as_uint(denormal ? x * 0x1p23f : x) - root_half;
    const float e = (float)((int)u >> 23) - (denormal ? 23.0f : 0.0f);
    const float f = as_float((u & 0x7fffff) + root_half) - 1.0f, z = f * f;
    float q = 0x1.14573ep-4f;
    q = q * f + -0x1.de3bf8p-4f;
    q = q * f + 0x1.e6f08cp-4f;
    q = q * f + -0x1.fc220ep-4f;
    q = q * f + 0x1.233766p-3f;
    q = q * f + -0x1.555c4ep-3f;
    q = q * f + 0x1.99a4b6p-3f;
    q = q * f + -0x1.000006p-2f;
    q = q * f + 0x1.555548p-2f;
    const float low = f * z * q + e * -0x1.bd0106p-13f;
    const float y = (f + (low - 0.5f * z)) + e * 0x1.63p-1f;
    return x > 0.0f ? (x < INFINITY ? y : x) : (x == 0.0f ? -INFINITY : NAN);
}

// ln(1 + x) = ln(u) + (x - (u - 1)) / u with u = 1 + x rounded.
ALWAYS_INLINE float log1p_float(float x)
{
    const float u = 1.0f + x, y = log_float(u);
    const float mended = x > -1.0f && x < INFINITY ? y + (x - (u - 1.0f)) / u : y;
    return fabs(x) < 0x1p-25f ? x : mended;
}

// tanh |x| = e / (e + 2) with e = exp(2 |x|) - 1. The exponent's bias is in the rounder, and few multiples of ln(2) need
// not its last places.
ALWAYS_INLINE float tanh_float(float x)
{
    const float rounder = 0x1.8p23f + 127.0f, t = fabs(x), bounded = t > 10.0f ? 10.0f : t;
    const float shifted = bounded * 0x1.715476p1f + rounder, k = shifted - rounder;
    const float r = 2.0f * bounded - k * 0x1.62e43p-1f, scale = as_float(as_int(shifted) << 23);
    const float p = expm1_core(r), e = p * scale + (scale - 1.0f);
    return with_sign_of(e / (e + 2.0f), x);
}

// Below 1 an odd polynomial; from there 1 - u^4, u a polynomial in |x| - 1 fitted to the fourth root of erfc, whose own
// error counts for as little as erfc does.
ALWAYS_INLINE float erf_float(float x)
{
    const float t = fabs(x), s = x * x, c = (t > 4.0f ? 4.0f : t) - 1.0f;
    float p = 0x1.4ae4bcp-14f;
    p = p * s + -0x1.a485e4p-11f;
    p = p * s + 0x1.5419f4p-8f;
    p = p * s + -0x1.b7fbb4p-6f;
    p = p * s + 0x1.ce2d20p-4f;
    p = p * s + -0x1.81273ep-2f;
    p = p * s + 0x1.06eba8p-3f;
    float u = -0x1.720736p-16f;
    u = u * c + -0x1.bf0860p-20f;
    u = u * c + 0x1.6f7dcep-10f;
    u = u * c + -0x1.6f9dccp-8f;
    u = u * c + -0x1.db8992p-9f;
    u = u * c + 0x1.9fdb82p-5f;
    u = u * c + 0x1.1c1226p-8f;
    u = u * c + -0x1.a97540p-2f;
    u = u * c + 0x1.427126p-1f;
    const float square = u * u, large = with_sign_of(1.0f - square * square, x);
    return t < 1.0f ? x + x * p : large;
}

// sin and cos of u whole turns, 0 <= u < 1: quarters are exact, the rest is at most an eighth of a turn.
ALWAYS_INLINE float sincos_of_turn_float(float u, float *cosine)
{
    const float quarters = u * 4.0f;
    const int q = (int)(quarters + 0.5f);
    const float r = (quarters - (float)q) * 0x1.921fb6p0f, z = r * r;
    float s = 0x1.6cbecep-19f;
    s = s * z + -0x1.a00f32p-13f;
    s = s * z + 0x1.111108p-7f;
    s = s * z + -0x1.555556p-3f;
    const float sine_core = r + r * z * s;
    float c = 0x1.99cb7ep-16f;
    c = c * z + -0x1.6c0bc4p-10f;
    c = c * z + 0x1.55554ap-5f;
    const float cosine_core = 1.0f - (0.5f * z - z * z * c);
    const float sine = q & 1 ? cosine_core : sine_core, other = q & 1 ? sine_core : cosine_core;
    *cosine = as_float(as_int(other) ^ (((q + 1) & 2) << 30));
    return as_float(as_int(sine) ^ ((q & 2) << 30));
}
#endif

// Both halves from exp(-|x|), which cannot overflow.
ALWAYS_INLINE float sigmoid_float(float x)
{
    const float e = exp_float(-fabs(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

ALWAYS_INLINE float softplus_float(float x)
{
    const float y = log1p_float(exp_float(-fabs(x)));
    return (x < 0.0f ? 0.0f : x) + y;
}
