#ifndef IBEX_BLAS_SHIM_H
#define IBEX_BLAS_SHIM_H
#include <cblas.h>
#endif
