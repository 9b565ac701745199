// What the parts of this target share.
#ifndef IBEX_HDF5_INTERNAL_H
#define IBEX_HDF5_INTERNAL_H

#include <hdf5.h>

#include "CIbexHDF5File.h"

// Held by whoever calls libhdf5 in this process, and while it forks.
void ibex_h5_lock(void);
void ibex_h5_unlock(void);
// Readies libhdf5, for a child too: no messages on the screen, nothing left to do when the process ends.
void ibex_h5_start(void);

// Opens a section through our driver: reads, or creates. A failing write is kept in `*failure` (errno, 0 at first) and
// libhdf5 never learns of it, since it does not survive a full disk. Gives a negative number on failure.
hid_t ibex_h5_open(ibex_h5_section section, int creates, int *failure);

// The types of a kind in memory; close it. For bool it is the file's own.
hid_t ibex_h5_memory_type(ibex_h5_kind kind);
// The kind of a dataset's elements, IBEX_H5_KINDS where it is none of them; `*same` tells whether the file has them as
// memory does, `*type` is what to read them as: close it.
ibex_h5_kind ibex_h5_kind_of(hid_t dataset, hid_t *type, int *same);

// Texts of an attribute; each is `length` bytes at `bytes`.
typedef struct {
    const char *bytes;
    size_t length;
} ibex_h5_text;
// Reads `count` texts of a type of class H5T_STRING; gives NULL on failure, and never frees: a child does not live long.
ibex_h5_text *ibex_h5_read_texts(hid_t attribute, hid_t type, size_t count);

// The most specific message on libhdf5's error stack.
void ibex_h5_last_message(char *text, size_t size);

// Runs a function in a child under limits.
ibex_h5_end ibex_h5_in_child(ibex_h5_limits limits, void (*body)(void *), void *context);

#endif
