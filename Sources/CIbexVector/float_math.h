// Float functions without branches, so that a loop over them vectorises. Each is a reduction to a
// small interval and a polynomial fitted there (Lawson-weighted least squares against 40 digits).
#ifndef IBEX_FLOAT_MATH_H
#define IBEX_FLOAT_MATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>
#include "clones.h"

IBEX_INLINE uint32_t ibex_bits(float x) {
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

IBEX_INLINE float ibex_float(uint32_t u) {
    float x;
    memcpy(&x, &u, sizeof x);
    return x;
}

IBEX_INLINE float ibex_absf(float x) { return ibex_float(ibex_bits(x) & 0x7fffffff); }

IBEX_INLINE float ibex_copysignf(float x, float s) {
    return ibex_float((ibex_bits(x) & 0x7fffffff) | (ibex_bits(s) & 0x80000000));
}

// 2^n for n from -126 to 127.
IBEX_INLINE float ibex_powerOfTwo(int32_t n) { return ibex_float((uint32_t)(n + 127) << 23); }

// Splits x into n ln 2 + r with |r| <= ln(2)/2; gives r and n. The rounding constant makes n without a
// conversion, which would be undefined for NaN.
IBEX_INLINE float ibex_reduceExp(float x, int32_t *n) {
    const float rounder = 0x1.8p23f;
    float t = x * 0x1.715476p0f + rounder;
    float k = t - rounder;
    *n = (int32_t)(ibex_bits(t) - ibex_bits(rounder));
    return (x - k * 0x1.63p-1f) - k * -0x1.bd0106p-13f;
}

// e^r - 1 for |r| <= ln(2)/2.
IBEX_INLINE float ibex_expm1Core(float r) {
    float p = 0x1.6dbc64p-10f;
    p = p * r + 0x1.124148p-7f;
    p = p * r + 0x1.555454p-5f;
    p = p * r + 0x1.555486p-3f;
    p = p * r + 0.5f;
    return r + r * r * p;
}

IBEX_INLINE float ibex_expf(float x) {
    float c = x > 89.f ? 89.f : x < -104.f ? -104.f : x;
    int32_t n;
    float r = ibex_reduceExp(c, &n);
    int32_t half = n >> 1;
    // Two factors: n reaches 128 above and -150 below, where the result is infinite or denormal.
    float y = (1.f + ibex_expm1Core(r)) * ibex_powerOfTwo(half) * ibex_powerOfTwo(n - half);
    return x != x ? x : y;
}

IBEX_INLINE float ibex_expm1f(float x) {
    float c = x > 89.f ? 89.f : x < -30.f ? -30.f : x;
    int32_t n;
    float p = ibex_expm1Core(ibex_reduceExp(c, &n));
    float scale = ibex_powerOfTwo(n - 1);
    float y = (p * scale + (scale - 0.5f)) * 2.f;
    y = ibex_absf(x) < 0x1p-25f ? x : y;
    return x != x ? x : y;
}

IBEX_INLINE float ibex_logf(float x) {
    int denormal = x < 0x1p-126f;
    float scaled = denormal ? x * 0x1p23f : x;
    const uint32_t rootHalf = 0x3f3504f3;
    uint32_t u = ibex_bits(scaled) - rootHalf;
    float e = (float)((int32_t)u >> 23) - (denormal ? 23.f : 0.f);
    float f = ibex_float((u & 0x7fffff) + rootHalf) - 1.f;
    float q = 0x1.14573ep-4f;
    q = q * f + -0x1.de3bf8p-4f;
    q = q * f + 0x1.e6f08cp-4f;
    q = q * f + -0x1.fc220ep-4f;
    q = q * f + 0x1.233766p-3f;
    q = q * f + -0x1.555c4ep-3f;
    q = q * f + 0x1.99a4b6p-3f;
    q = q * f + -0x1.000006p-2f;
    q = q * f + 0x1.555548p-2f;
    float z = f * f;
    float y = f * z * q + e * -0x1.bd0106p-13f;
    y = (f + (y - 0.5f * z)) + e * 0x1.63p-1f;
    return x > 0.f ? (x < INFINITY ? y : x) : (x == 0.f ? -INFINITY : NAN);
}

// ln(1 + x) = ln(u) + (x - (u - 1)) / u with u = 1 + x rounded.
IBEX_INLINE float ibex_log1pf(float x) {
    float u = 1.f + x;
    float y = ibex_logf(u);
    float c = (x - (u - 1.f)) / u;
    y = x > -1.f && x < INFINITY ? y + c : y;
    return ibex_absf(x) < 0x1p-25f ? x : y;
}

// tanh |x| = e / (e + 2) with e = exp(2 |x|) - 1.
IBEX_INLINE float ibex_tanhf(float x) {
    float t = ibex_absf(x);
    t = t > 10.f ? 10.f : t;
    float e = ibex_expm1f(2.f * t);
    return ibex_copysignf(e / (e + 2.f), x);
}

// Both halves from exp(-|x|), which cannot overflow.
IBEX_INLINE float ibex_sigmoidf(float x) {
    float e = ibex_expf(-ibex_absf(x));
    return (x < 0.f ? e : 1.f) / (1.f + e);
}

IBEX_INLINE float ibex_softplusf(float x) {
    float y = ibex_log1pf(ibex_expf(-ibex_absf(x)));
    return (x < 0.f ? 0.f : x) + y;
}

// Below 1 an odd polynomial; from there 1 - exp(-P), P fitted to -ln(erfc).
IBEX_INLINE float ibex_erff(float x) {
    float t = ibex_absf(x);
    float s = x * x;
    float p = 0x1.4ae4bcp-14f;
    p = p * s + -0x1.a485e4p-11f;
    p = p * s + 0x1.5419f4p-8f;
    p = p * s + -0x1.b7fbb4p-6f;
    p = p * s + 0x1.ce2d20p-4f;
    p = p * s + -0x1.81273ep-2f;
    p = p * s + 0x1.06eba8p-3f;
    float c = t > 4.f ? 4.f : t;
    float q = -0x1.186890p-23f;
    q = q * c + 0x1.8b879ap-16f;
    q = q * c + -0x1.db0e10p-12f;
    q = q * c + 0x1.163756p-8f;
    q = q * c + -0x1.9e6e4cp-6f;
    q = q * c + 0x1.bc8e76p-4f;
    q = q * c + 0x1.4428f8p-1f;
    q = q * c + 0x1.212eeap+0f;
    q = q * c + -0x1.9c6e24p-13f;
    float large = ibex_copysignf(1.f - ibex_expf(-q), x);
    return t < 1.f ? x + x * p : large;
}

// r = x - q pi/2 with |r| <= pi/4, for |x| <= 2^20; reduced in double, whose high part of pi/2 has 33 bits.
IBEX_INLINE float ibex_reduceQuarter(float x, uint32_t *q) {
    const double rounder = 0x1.8p52;
    double d = (double)x;
    double t = d * 0x1.45f306dc9c883p-1 + rounder;
    double k = t - rounder;
    uint64_t u;
    memcpy(&u, &t, sizeof u);
    *q = (uint32_t)u;
    return (float)((d - k * 0x1.921fb54400000p0) - k * 0x1.0b4611a626331p-34);
}

IBEX_INLINE float ibex_sinCore(float r) {
    float z = r * r;
    float s = 0x1.6cbecep-19f;
    s = s * z + -0x1.a00f32p-13f;
    s = s * z + 0x1.111108p-7f;
    s = s * z + -0x1.555556p-3f;
    return r + r * z * s;
}

IBEX_INLINE float ibex_cosCore(float r) {
    float z = r * r;
    float c = 0x1.99cb7ep-16f;
    c = c * z + -0x1.6c0bc4p-10f;
    c = c * z + 0x1.55554ap-5f;
    return 1.f - (0.5f * z - z * z * c);
}

// sin(x + shift pi/2).
IBEX_INLINE float ibex_sinf(float x, uint32_t shift) {
    uint32_t q;
    float r = ibex_reduceQuarter(x, &q);
    q += shift;
    float y = q & 1 ? ibex_cosCore(r) : ibex_sinCore(r);
    return ibex_float(ibex_bits(y) ^ ((q & 2) << 30));
}

IBEX_INLINE float ibex_tanf(float x) {
    uint32_t q;
    float r = ibex_reduceQuarter(x, &q);
    float s = ibex_sinCore(r), c = ibex_cosCore(r);
    return q & 1 ? -c / s : s / c;
}

#endif
