#ifndef IBEX_HDF5_SHIM_H
#define IBEX_HDF5_SHIM_H
#include <hdf5.h>
#endif
