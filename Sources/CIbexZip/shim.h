#ifndef IBEX_ZIP_SHIM_H
#define IBEX_ZIP_SHIM_H
#include <zip.h>
#endif
