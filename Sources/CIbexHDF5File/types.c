// Element types: HDF5's and ours.
#include <string.h>

#include "internal.h"

// A float of two bytes with the given field widths, in the machine's byte order.
static hid_t two_byte_float(size_t exponentBits, size_t mantissaBits, size_t bias) {
    hid_t type = H5Tcopy(H5T_NATIVE_FLOAT);
    H5Tset_fields(type, 15, mantissaBits, exponentBits, 0, mantissaBits);
    H5Tset_size(type, 2);
    H5Tset_ebias(type, bias);
    return type;
}

// h5py's bool: an enumeration of one byte.
static hid_t boolean(void) {
    hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    signed char values[] = {0, 1};
    H5Tenum_insert(type, "FALSE", &values[0]);
    H5Tenum_insert(type, "TRUE", &values[1]);
    return type;
}

hid_t ibex_h5_memory_type(ibex_h5_kind kind) {
    switch (kind) {
    case IBEX_H5_BOOL: return boolean();
    case IBEX_H5_UINT8: return H5Tcopy(H5T_NATIVE_UINT8);
    case IBEX_H5_INT32: return H5Tcopy(H5T_NATIVE_INT32);
    case IBEX_H5_INT64: return H5Tcopy(H5T_NATIVE_INT64);
    case IBEX_H5_UINT64: return H5Tcopy(H5T_NATIVE_UINT64);
    case IBEX_H5_FLOAT16: return two_byte_float(5, 10, 15);
    case IBEX_H5_BFLOAT16: return two_byte_float(8, 7, 127);
    case IBEX_H5_FLOAT32: return H5Tcopy(H5T_NATIVE_FLOAT);
    case IBEX_H5_FLOAT64: return H5Tcopy(H5T_NATIVE_DOUBLE);
    default: return H5I_INVALID_HID;
    }
}

static ibex_h5_kind integer_kind(hid_t type) {
    int isSigned = H5Tget_sign(type) != H5T_SGN_NONE;
    switch (H5Tget_size(type)) {
    case 1: return isSigned ? IBEX_H5_INT32 : IBEX_H5_UINT8;
    case 2: return IBEX_H5_INT32;
    case 4: return isSigned ? IBEX_H5_INT32 : IBEX_H5_INT64;
    case 8: return isSigned ? IBEX_H5_INT64 : IBEX_H5_UINT64;
    default: return IBEX_H5_KINDS;
    }
}

static ibex_h5_kind float_kind(hid_t type) {
    size_t sign, exponentAt, exponentBits, mantissaAt, mantissaBits;
    switch (H5Tget_size(type)) {
    case 2:
        if (H5Tget_fields(type, &sign, &exponentAt, &exponentBits, &mantissaAt, &mantissaBits) < 0) break;
        return exponentBits == 8 ? IBEX_H5_BFLOAT16 : IBEX_H5_FLOAT16;
    case 4: return IBEX_H5_FLOAT32;
    case 8: return IBEX_H5_FLOAT64;
    }
    return IBEX_H5_KINDS;
}

static int is_member(hid_t type, unsigned index, const char *expected, signed char number) {
    signed char value = -1;
    char *name = H5Tget_member_name(type, index);
    int isRight = name && strcmp(name, expected) == 0 && H5Tget_member_value(type, index, &value) >= 0;
    if (name) H5free_memory(name);
    return isRight && value == number;
}

static int is_boolean(hid_t type) {
    return H5Tget_size(type) == 1 && H5Tget_nmembers(type) == 2 && is_member(type, 0, "FALSE", 0) &&
           is_member(type, 1, "TRUE", 1);
}

// Keras writes bfloat16 as opaque elements of two bytes with an attribute that says so.
static int is_opaque_bfloat16(hid_t dataset, hid_t type) {
    if (H5Tget_size(type) != 2 || H5Aexists(dataset, "dtype") <= 0) return 0;
    hid_t attribute = H5Aopen(dataset, "dtype", H5P_DEFAULT);
    hid_t textType = H5Aget_type(attribute), space = H5Aget_space(attribute);
    int isText = H5Tget_class(textType) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1;
    const ibex_h5_text *text = isText ? ibex_h5_read_texts(attribute, textType, 1) : NULL;
    H5Aclose(attribute), H5Tclose(textType), H5Sclose(space);
    return text && text->length == strlen("bfloat16") && memcmp(text->bytes, "bfloat16", text->length) == 0;
}

ibex_h5_kind ibex_h5_kind_of(hid_t dataset, hid_t *type, int *same) {
    hid_t stored = H5Dget_type(dataset);
    ibex_h5_kind kind = IBEX_H5_KINDS;
    int keeps = 0;
    switch (H5Tget_class(stored)) {
    case H5T_INTEGER: kind = integer_kind(stored); break;
    case H5T_FLOAT: kind = float_kind(stored); break;
    case H5T_ENUM:
        if ((keeps = is_boolean(stored))) kind = IBEX_H5_BOOL;
        break;
    case H5T_OPAQUE:
        if ((keeps = is_opaque_bfloat16(dataset, stored))) kind = IBEX_H5_BFLOAT16;
        break;
    default: break;
    }
    *type = keeps ? stored : ibex_h5_memory_type(kind);
    *same = keeps || (kind != IBEX_H5_UINT64 && H5Tequal(stored, *type) > 0);
    if (!keeps) H5Tclose(stored);
    return kind;
}
