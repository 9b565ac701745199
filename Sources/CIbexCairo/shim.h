#ifndef IBEX_CAIRO_SHIM_H
#define IBEX_CAIRO_SHIM_H
#include <cairo.h>
#include <cairo-svg.h>
#endif
