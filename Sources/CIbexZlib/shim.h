#ifndef IBEX_ZLIB_SHIM_H
#define IBEX_ZLIB_SHIM_H
#include <zlib.h>
// inflateInit2 is a macro, which Swift does not import. Gzip or zlib by what the header says.
static inline int ibex_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 32); }
#endif
