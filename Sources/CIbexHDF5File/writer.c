// Writes a file as h5py does: texts of any length, arrays in one piece.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct ibex_h5_writer {
    hid_t file;
    int failure;
    char message[512];
};

// Unlocks, keeps the reason of a failure, and gives 0 for success.
static int leave(ibex_h5_writer *writer, int isDone) {
    if (writer->failure) snprintf(writer->message, sizeof writer->message, "%s", strerror(writer->failure));
    else if (!isDone && !writer->message[0]) ibex_h5_last_message(writer->message, sizeof writer->message);
    ibex_h5_unlock();
    return !isDone || writer->failure;
}

ibex_h5_writer *ibex_h5_writer_open(int descriptor) {
    ibex_h5_writer *writer = calloc(1, sizeof *writer);
    if (!writer) return NULL;
    ibex_h5_lock();
    ibex_h5_start();
    writer->file = ibex_h5_open((ibex_h5_section){descriptor, 0, 0}, 1, &writer->failure);
    leave(writer, writer->file >= 0);
    return writer;
}

const char *ibex_h5_writer_message(const ibex_h5_writer *writer) { return writer->message; }

int ibex_h5_write_group(ibex_h5_writer *writer, const char *path) {
    ibex_h5_lock();
    hid_t group = H5Gcreate2(writer->file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    return leave(writer, group >= 0 && H5Gclose(group) >= 0);
}

// An attribute of `count` elements, or a scalar where the count is negative. Takes the type.
static int write_attribute(ibex_h5_writer *writer, const char *path, const char *name, hid_t fileType,
                           hid_t memoryType, long long count, const void *values) {
    hsize_t extent = count < 0 ? 1 : (hsize_t)count;
    hid_t space = count < 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &extent, NULL);
    hid_t object = H5Oopen(writer->file, path, H5P_DEFAULT);
    hid_t attribute = H5Acreate2(object, name, fileType, space, H5P_DEFAULT, H5P_DEFAULT);
    int isDone = attribute >= 0 && (count == 0 || H5Awrite(attribute, memoryType, values) >= 0);
    if (!isDone) ibex_h5_last_message(writer->message, sizeof writer->message);
    if (attribute >= 0 && H5Aclose(attribute) < 0) isDone = 0;
    if (object >= 0) H5Oclose(object);
    H5Sclose(space);
    return isDone;
}

static hid_t text_type(void) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

int ibex_h5_write_text(ibex_h5_writer *writer, const char *path, const char *name, const char *text) {
    ibex_h5_lock();
    hid_t type = text_type();
    int isDone = write_attribute(writer, path, name, type, type, -1, &text);
    H5Tclose(type);
    return leave(writer, isDone);
}

int ibex_h5_write_texts(ibex_h5_writer *writer, const char *path, const char *name, size_t count,
                        const char *const *texts) {
    ibex_h5_lock();
    hid_t type = text_type();
    int isDone = write_attribute(writer, path, name, type, type, (long long)count, texts);
    H5Tclose(type);
    return leave(writer, isDone);
}

int ibex_h5_write_numbers(ibex_h5_writer *writer, const char *path, const char *name, size_t count,
                          const double *numbers) {
    ibex_h5_lock();
    int isDone =
        write_attribute(writer, path, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, (long long)count, numbers);
    return leave(writer, isDone);
}

// Keras's own way for bfloat16: opaque elements of two bytes, and an attribute.
static hid_t file_type(ibex_h5_kind kind) {
    if (kind != IBEX_H5_BFLOAT16) {
        hid_t type = ibex_h5_memory_type(kind);
        H5T_class_t class = H5Tget_class(type);
        if (class == H5T_INTEGER || class == H5T_FLOAT) H5Tset_order(type, H5T_ORDER_LE);
        return type;
    }
    return H5Tcreate(H5T_OPAQUE, 2);
}

int ibex_h5_write_array(ibex_h5_writer *writer, const char *path, ibex_h5_kind kind, int rank, const uint64_t *extents,
                        const void *elements) {
    ibex_h5_lock();
    hsize_t shape[H5S_MAX_RANK] = {0};
    size_t count = 1;
    for (int axis = 0; axis < rank && axis < H5S_MAX_RANK; axis++) count *= shape[axis] = extents[axis];
    hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, shape, NULL);
    hid_t type = file_type(kind);
    hid_t memoryType = kind == IBEX_H5_BFLOAT16 ? H5Tcopy(type) : ibex_h5_memory_type(kind);
    hid_t dataset = H5Dcreate2(writer->file, path, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    int isDone = dataset >= 0 &&
                 (count == 0 || H5Dwrite(dataset, memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements) >= 0);
    if (!isDone) ibex_h5_last_message(writer->message, sizeof writer->message);
    if (dataset >= 0 && H5Dclose(dataset) < 0) isDone = 0;
    if (isDone && kind == IBEX_H5_BFLOAT16) {
        const char *name = "bfloat16";
        hid_t text = text_type();
        isDone = write_attribute(writer, path, "dtype", text, text, -1, &name);
        H5Tclose(text);
    }
    H5Tclose(memoryType), H5Tclose(type);
    if (space >= 0) H5Sclose(space);
    return leave(writer, isDone);
}

int ibex_h5_writer_finish(ibex_h5_writer *writer) {
    ibex_h5_lock();
    int isDone = writer->file >= 0 && H5Fclose(writer->file) >= 0;
    writer->file = H5I_INVALID_HID;
    return leave(writer, isDone);
}

void ibex_h5_writer_free(ibex_h5_writer *writer) {
    if (writer->file >= 0) ibex_h5_writer_finish(writer);
    free(writer);
}
