// Compiles a function for several instruction sets, picked when the program starts.
#ifndef IBEX_CLONES_H
#define IBEX_CLONES_H

#if defined(__x86_64__) && defined(__linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define IBEX_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#endif
#ifndef IBEX_CLONES
#define IBEX_CLONES
#endif

// A clone gives its instruction set only to what is inlined into it.
#define IBEX_INLINE static inline __attribute__((always_inline))

// A result may lie where an operand lies, element on element; that is no reason not to vectorise.
#if defined(__clang__)
#define IBEX_IN_PLACE _Pragma("clang loop vectorize(assume_safety)")
// Not every clone of every loop vectorises (a call to the C library, the oldest instruction set): nothing to tell.
#pragma clang diagnostic ignored "-Wpass-failed"
#else
#define IBEX_IN_PLACE
#endif

#endif
