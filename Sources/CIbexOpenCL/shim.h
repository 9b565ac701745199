// OpenCL 1.2 is the floor; newer entry points are looked up at run time.
#ifndef IBEX_OPENCL_SHIM_H
#define IBEX_OPENCL_SHIM_H
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#endif
