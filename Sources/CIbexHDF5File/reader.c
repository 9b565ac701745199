// What the child does: writes the table of a file, or the elements of an array, to shared memory.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

typedef struct {
    ibex_h5_section section;
    ibex_h5_answer *answer;
    unsigned char *next, *end;
    // Addresses of the groups and arrays seen, in a table without chains; zero where there is none.
    haddr_t *seen;
    size_t objects;
    // The groups that the walk is in, from the root on.
    haddr_t ancestors[IBEX_H5_DEEPEST];
    int depth;
    // How many links to paths the walk has gone through: behind one, things may be known under other names.
    int links;
    // The array that is wanted.
    const char *path;
    ibex_h5_kind kind;
    int rank;
    const uint64_t *extents;
} reader;

// Ends the child with a message.
static _Noreturn void refuse(reader *reader, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0) length = 0;
    if (length >= (int)sizeof text) length = sizeof text - 1;
    size_t room = (size_t)(reader->end - reader->answer->payload);
    reader->answer->length = (size_t)length < room ? (size_t)length : room;
    memcpy(reader->answer->payload, text, reader->answer->length);
    reader->answer->state = IBEX_H5_REFUSED;
    _exit(0);
}

// Ends the child with libhdf5's message.
static _Noreturn void give_up(reader *reader, const char *what, const char *name) {
    char text[512];
    ibex_h5_last_message(text, sizeof text);
    refuse(reader, "%s '%s' that libhdf5 cannot read (%s)", what, name, text[0] ? text : "no reason given");
}

static void finish(reader *reader) {
    reader->answer->length = (uint64_t)(reader->next - reader->answer->payload);
    reader->answer->state = IBEX_H5_COMPLETE;
}

static void put(reader *reader, const void *bytes, size_t count) {
    size_t room = (size_t)(reader->end - reader->next);
    if (count > room) refuse(reader, "names and attributes of more than %td bytes",
                             reader->end - reader->answer->payload);
    memcpy(reader->next, bytes, count);
    reader->next += count;
}

static void put_byte(reader *reader, unsigned char value) { put(reader, &value, sizeof value); }
static void put_count(reader *reader, uint32_t value) { put(reader, &value, sizeof value); }
static void put_position(reader *reader, uint64_t value) { put(reader, &value, sizeof value); }

static void put_text(reader *reader, const char *bytes, size_t length) {
    if (length > UINT32_MAX) refuse(reader, "a text of %zu bytes", length);
    put_count(reader, (uint32_t)length);
    put(reader, bytes, length);
}

// Attributes

static void put_texts(reader *reader, const char *name, hid_t attribute, hid_t type, size_t count, int isScalar) {
    size_t size = H5Tget_size(type);
    if (count > (size_t)(reader->end - reader->next) / (size ? size : 1))
        refuse(reader, "%zu texts of %zu bytes in the attribute '%s'", count, size, name);
    const ibex_h5_text *texts = ibex_h5_read_texts(attribute, type, count);
    if (!texts) give_up(reader, "an attribute", name);
    put_byte(reader, isScalar ? 's' : 't');
    if (!isScalar) put_count(reader, (uint32_t)count);
    for (size_t i = 0; i < count; i++) put_text(reader, texts[i].bytes, texts[i].length);
}

static void put_numbers(reader *reader, const char *name, hid_t attribute, size_t count) {
    if (count > (size_t)(reader->end - reader->next) / sizeof(double))
        refuse(reader, "%zu numbers in the attribute '%s'", count, name);
    double *numbers = calloc(count ? count : 1, sizeof *numbers);
    if (!numbers || (count && H5Aread(attribute, H5T_NATIVE_DOUBLE, numbers) < 0))
        give_up(reader, "an attribute", name);
    put_byte(reader, 'n');
    put_count(reader, (uint32_t)count);
    put(reader, numbers, count * sizeof *numbers);
    free(numbers);
}

static herr_t put_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data) {
    (void)info;
    reader *reader = data;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    if (attribute < 0 || type < 0 || count < 0) give_up(reader, "an attribute", name);
    H5T_class_t class = H5Tget_class(type);
    int isNumber = class == H5T_INTEGER || class == H5T_FLOAT;
    if ((isNumber || class == H5T_STRING) && H5Sget_simple_extent_type(space) != H5S_NULL) {
        put_byte(reader, 'A');
        put_text(reader, name, strlen(name));
        if (isNumber) put_numbers(reader, name, attribute, (size_t)count);
        else put_texts(reader, name, attribute, type, (size_t)count, H5Sget_simple_extent_type(space) == H5S_SCALAR);
    }
    H5Tclose(type), H5Sclose(space), H5Aclose(attribute);
    return 0;
}

// Arrays

// The rank of a dataset and its extents; -1 for one without elements of any count.
static int shape(reader *reader, const char *name, hid_t dataset, hsize_t extents[H5S_MAX_RANK]) {
    hid_t space = H5Dget_space(dataset);
    H5S_class_t class = H5Sget_simple_extent_type(space);
    int rank = class == H5S_NULL ? -1 : H5Sget_simple_extent_dims(space, extents, NULL);
    if (space < 0 || class == H5S_NO_CLASS || (rank < 0 && class != H5S_NULL)) give_up(reader, "an array", name);
    H5Sclose(space);
    return rank;
}

// Where the elements lie in a row; all ones where they do not. Elements in other files are refused.
static uint64_t position(reader *reader, const char *name, hid_t dataset) {
    haddr_t start = H5Dget_offset(dataset);
    if (start != HADDR_UNDEF) return start;
    hid_t properties = H5Dget_create_plist(dataset);
    if (properties < 0) give_up(reader, "an array", name);
    if (H5Pget_layout(properties) == H5D_VIRTUAL || H5Pget_external_count(properties) != 0)
        refuse(reader, "an array '%s' whose elements are in another file", name);
    H5Pclose(properties);
    return UINT64_MAX;
}

static void put_array(reader *reader, const char *name, hid_t dataset) {
    hsize_t extents[H5S_MAX_RANK];
    int rank = shape(reader, name, dataset, extents);
    hid_t type;
    int isSame;
    ibex_h5_kind kind = ibex_h5_kind_of(dataset, &type, &isSame);
    uint64_t where = position(reader, name, dataset);
    H5Tclose(type);
    if (rank < 0 || kind == IBEX_H5_KINDS) return;
    put_byte(reader, 'D');
    put_text(reader, name, strlen(name));
    put_byte(reader, (unsigned char)kind);
    put_byte(reader, (unsigned char)rank);
    for (int axis = 0; axis < rank; axis++) put_position(reader, extents[axis]);
    put_position(reader, isSame ? where : UINT64_MAX);
}

// Groups

#define SLOTS (4 * IBEX_H5_MOST_OBJECTS)

static void count_object(reader *reader) {
    if (++reader->objects > IBEX_H5_MOST_OBJECTS)
        refuse(reader, "more than %d groups and arrays", IBEX_H5_MOST_OBJECTS);
}

// Whether an object has been here before; from now on it has.
static int remember(reader *reader, haddr_t address) {
    count_object(reader);
    for (size_t slot = (size_t)(address * 0x9E3779B97F4A7C15u % SLOTS);; slot = (slot + 1) % SLOTS) {
        if (reader->seen[slot] == address + 1) return 1;
        if (reader->seen[slot] == 0) {
            reader->seen[slot] = address + 1;
            return 0;
        }
    }
}

// The address of what a link leads to; for a path it must lie in the file.
static haddr_t address_of(reader *reader, hid_t group, const char *name, const H5L_info_t *info) {
    if (info->type == H5L_TYPE_HARD) return info->u.address;
    H5O_info_t object;
    if (H5Oget_info_by_name2(group, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        refuse(reader, "a link '%s' to a path where nothing is", name);
    return object.addr;
}

// Counts what is found behind a link to a path, which the walk must not be in.
static void visit_again(reader *reader, const char *name, haddr_t address) {
    for (int level = 0; level < reader->depth; level++)
        if (reader->ancestors[level] == address) refuse(reader, "a link '%s' to a group around it", name);
    count_object(reader);
}

static void put_group(reader *reader, const char *name, hid_t group, haddr_t address);

static herr_t put_link(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    reader *reader = data;
    if (info->type != H5L_TYPE_HARD && info->type != H5L_TYPE_SOFT)
        refuse(reader, "a link '%s' to another file", name);
    haddr_t address = address_of(reader, group, name, info);
    int isLink = info->type == H5L_TYPE_SOFT, isKnown = 0;
    reader->links += isLink;
    if (reader->links) visit_again(reader, name, address);
    else isKnown = remember(reader, address);
    hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    if (object < 0) give_up(reader, "an object", name);
    switch (H5Iget_type(object)) {
    case H5I_GROUP:
        if (isKnown) refuse(reader, "a group '%s' that is in two places", name);
        put_byte(reader, 'G');
        put_text(reader, name, strlen(name));
        put_group(reader, name, object, address);
        break;
    case H5I_DATASET: put_array(reader, name, object); break;
    default: break;
    }
    reader->links -= isLink;
    H5Oclose(object);
    return 0;
}

static void put_group(reader *reader, const char *name, hid_t group, haddr_t address) {
    if (reader->depth == IBEX_H5_DEEPEST) refuse(reader, "groups more than %d deep", IBEX_H5_DEEPEST);
    reader->ancestors[reader->depth++] = address;
    if (H5Aiterate2(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, put_attribute, reader) < 0)
        give_up(reader, "attributes of a group", name);
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, put_link, reader) < 0)
        give_up(reader, "a group", name);
    put_byte(reader, 'E');
    reader->depth--;
}

// What the children run

static hid_t open_section(reader *reader) {
    H5PLset_loading_state(0);
    H5Lunregister(H5L_TYPE_EXTERNAL);
    int failure = 0;
    hid_t file = ibex_h5_open(reader->section, 0, &failure);
    if (file < 0) give_up(reader, "a file", "");
    return file;
}

static void read_table(void *context) {
    reader *reader = context;
    hid_t file = open_section(reader);
    H5O_info_t root;
    reader->seen = calloc(SLOTS, sizeof *reader->seen);
    if (!reader->seen || H5Oget_info2(file, &root, H5O_INFO_BASIC) < 0) give_up(reader, "a group", "/");
    remember(reader, root.addr);
    put_group(reader, "/", H5Gopen2(file, "/", H5P_DEFAULT), root.addr);
    finish(reader);
}

static void read_array(void *context) {
    reader *reader = context;
    hid_t dataset = H5Dopen2(open_section(reader), reader->path, H5P_DEFAULT);
    if (dataset < 0) give_up(reader, "an array", reader->path);
    hsize_t extents[H5S_MAX_RANK];
    hid_t type;
    int isSame, rank = shape(reader, reader->path, dataset, extents);
    int isExpected = rank == reader->rank && ibex_h5_kind_of(dataset, &type, &isSame) == reader->kind;
    size_t bytes = isExpected ? H5Tget_size(type) : 0;
    for (int axis = 0; isExpected && axis < rank; axis++) {
        isExpected = extents[axis] == reader->extents[axis];
        bytes *= extents[axis];
    }
    if (!isExpected || bytes != (size_t)(reader->end - reader->next))
        refuse(reader, "an array '%s' that has changed since the file was opened", reader->path);
    position(reader, reader->path, dataset);
    if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, reader->next) < 0)
        give_up(reader, "an array", reader->path);
    reader->next = reader->end;
    finish(reader);
}

static reader answering(ibex_h5_section section, ibex_h5_answer *answer, size_t payload) {
    return (reader){
        .section = section, .answer = answer, .next = answer->payload, .end = answer->payload + payload};
}

ibex_h5_end ibex_h5_read_table(ibex_h5_section section, ibex_h5_limits limits, ibex_h5_answer *answer,
                               size_t payload) {
    reader reader = answering(section, answer, payload);
    return ibex_h5_in_child(limits, read_table, &reader);
}

ibex_h5_end ibex_h5_read_array(ibex_h5_section section, ibex_h5_limits limits, const char *path, ibex_h5_kind kind,
                               int rank, const uint64_t *extents, ibex_h5_answer *answer, size_t payload) {
    reader reader = answering(section, answer, payload);
    reader.path = path;
    reader.kind = kind;
    reader.rank = rank;
    reader.extents = extents;
    return ibex_h5_in_child(limits, read_array, &reader);
}
