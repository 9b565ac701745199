#ifndef IBEX_BLAS_SHIM_H
#define IBEX_BLAS_SHIM_H

#include <cblas.h>

// Ibex cuts products among threads of its own; the library is to compute on the thread that calls it.
static inline void ibex_blas_prepare(void) { openblas_set_num_threads(1); }

#endif
