// libhdf5 as Ibex uses it. It crashes and hangs on damaged files, so reading happens in a forked child under limits;
// the child's answer comes back through shared memory and is to be checked as if an enemy had written it. Writing
// happens here, since what is written is ours.
//
// A lock keeps a fork from falling into a call of this process to libhdf5; nothing else here may call libhdf5.
#ifndef CIBEXHDF5FILE_H
#define CIBEXHDF5FILE_H

#include <stddef.h>
#include <stdint.h>

// An HDF5 file, or a part of a file that is one: a member of an archive, say. The descriptor stays the caller's; for
// reading it must be above 2.
typedef struct {
    int descriptor;
    uint64_t offset, length;
} ibex_h5_section;

// What elements are read as, and written as. Where the file has fewer bits, they are read as the narrowest of these
// that holds all values; only the unsigned 64 bits are for the reader to check.
typedef enum {
    IBEX_H5_BOOL, IBEX_H5_UINT8, IBEX_H5_INT32, IBEX_H5_INT64, IBEX_H5_UINT64, IBEX_H5_FLOAT16, IBEX_H5_BFLOAT16,
    IBEX_H5_FLOAT32, IBEX_H5_FLOAT64, IBEX_H5_KINDS
} ibex_h5_kind;

// What a child may take: seconds of processor time, seconds on the clock, and bytes on top of what this process has.
typedef struct {
    double processorSeconds, seconds;
    uint64_t bytes;
} ibex_h5_limits;

// How a child ended. `code` is the signal's number, or errno where there is no child.
typedef enum {
    IBEX_H5_ENDED, IBEX_H5_SIGNALLED, IBEX_H5_OUT_OF_PROCESSOR_TIME, IBEX_H5_OUT_OF_TIME, IBEX_H5_NO_CHILD
} ibex_h5_end_kind;
typedef struct {
    ibex_h5_end_kind how;
    int code;
} ibex_h5_end;

// What a child leaves at the start of the shared memory: the table or the elements, or a message of `length` bytes.
typedef enum { IBEX_H5_UNFINISHED, IBEX_H5_COMPLETE, IBEX_H5_REFUSED } ibex_h5_state;
typedef struct {
    uint32_t state, unused;
    uint64_t length;
    unsigned char payload[];
} ibex_h5_answer;

// Zeroed memory that a child writes and we read; NULL where there is none.
ibex_h5_answer *ibex_h5_share(size_t payload);
void ibex_h5_unshare(ibex_h5_answer *answer, size_t payload);

// The table of a file, numbers in the machine's byte order, a text as its length in 32 bits and its bytes:
//     group  = attribute* (array | 'G' name group)* 'E'
//     array  = 'D' name kind:8 rank:8 extent:64* position:64
//     attribute = 'A' name ('s' text | 't' count:32 text* | 'n' count:32 double*)
// `position` says where the elements lie in the section, row by row and in the machine's byte order; it is all ones
// where libhdf5 must read them. Attributes and arrays of other types are left out.
#define IBEX_H5_MOST_OBJECTS 50000
#define IBEX_H5_DEEPEST 64
ibex_h5_end ibex_h5_read_table(ibex_h5_section section, ibex_h5_limits limits, ibex_h5_answer *answer, size_t payload);

// The elements of an array; `kind` and extents are those of the table.
ibex_h5_end ibex_h5_read_array(ibex_h5_section section, ibex_h5_limits limits, const char *path, ibex_h5_kind kind,
                               int rank, const uint64_t *extents, ibex_h5_answer *answer, size_t payload);

// A file being written. Paths begin with '/'; a group is made before what is in it. Each call gives 0, or another
// number on failure; then `ibex_h5_writer_message` says why. Close in either case.
typedef struct ibex_h5_writer ibex_h5_writer;
ibex_h5_writer *ibex_h5_writer_open(int descriptor);
int ibex_h5_write_group(ibex_h5_writer *writer, const char *path);
int ibex_h5_write_text(ibex_h5_writer *writer, const char *path, const char *name, const char *text);
int ibex_h5_write_texts(ibex_h5_writer *writer, const char *path, const char *name, size_t count,
                        const char *const *texts);
int ibex_h5_write_numbers(ibex_h5_writer *writer, const char *path, const char *name, size_t count,
                          const double *numbers);
int ibex_h5_write_array(ibex_h5_writer *writer, const char *path, ibex_h5_kind kind, int rank, const uint64_t *extents,
                        const void *elements);
const char *ibex_h5_writer_message(const ibex_h5_writer *writer);
// Writes what is left; gives 0 where all of the file has been written.
int ibex_h5_writer_finish(ibex_h5_writer *writer);
void ibex_h5_writer_free(ibex_h5_writer *writer);

#endif
