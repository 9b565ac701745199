// Texts of attributes, and libhdf5's own messages.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static ibex_h5_text *read_variable(hid_t attribute, hid_t type, ibex_h5_text *texts, size_t count) {
    char **values = calloc(count, sizeof *values);
    hid_t wanted = H5Tcopy(H5T_C_S1);
    H5Tset_size(wanted, H5T_VARIABLE);
    H5Tset_cset(wanted, H5Tget_cset(type));
    if (!values || H5Aread(attribute, wanted, values) < 0) return NULL;
    for (size_t i = 0; i < count; i++)
        if (values[i]) texts[i] = (ibex_h5_text){values[i], strlen(values[i])};
    H5Tclose(wanted);
    return texts;
}

// The length without the padding.
static size_t unpadded(const char *bytes, size_t size, H5T_str_t padding) {
    if (padding == H5T_STR_NULLTERM) return strnlen(bytes, size);
    char filler = padding == H5T_STR_SPACEPAD ? ' ' : 0;
    while (size > 0 && bytes[size - 1] == filler) size--;
    return size;
}

static ibex_h5_text *read_fixed(hid_t attribute, hid_t type, ibex_h5_text *texts, size_t count) {
    size_t size = H5Tget_size(type);
    char *bytes = calloc(count, size);
    if (!bytes || H5Aread(attribute, type, bytes) < 0) return NULL;
    for (size_t i = 0; i < count; i++)
        texts[i] = (ibex_h5_text){bytes + i * size, unpadded(bytes + i * size, size, H5Tget_strpad(type))};
    return texts;
}

ibex_h5_text *ibex_h5_read_texts(hid_t attribute, hid_t type, size_t count) {
    ibex_h5_text *texts = calloc(count ? count : 1, sizeof *texts);
    if (!texts || count == 0) return texts;
    return H5Tis_variable_str(type) > 0 ? read_variable(attribute, type, texts, count)
                                        : read_fixed(attribute, type, texts, count);
}

typedef struct {
    char *text;
    size_t size;
} message;

static herr_t take_first(unsigned number, const H5E_error2_t *error, void *data) {
    message *into = data;
    if (number == 0 && error->desc) {
        strncpy(into->text, error->desc, into->size - 1);
        into->text[into->size - 1] = 0;
    }
    return 0;
}

void ibex_h5_last_message(char *text, size_t size) {
    message into = {text, size};
    text[0] = 0;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &into);
}
