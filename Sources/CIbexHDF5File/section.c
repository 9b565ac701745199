// libhdf5's view of a file: a driver over a descriptor and a part of what it refers to.
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void ibex_h5_lock(void) { pthread_mutex_lock(&lock); }
void ibex_h5_unlock(void) { pthread_mutex_unlock(&lock); }

void ibex_h5_start(void) {
    H5dont_atexit();
    H5open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

// What the driver is told of a file.
typedef struct {
    ibex_h5_section section;
    int creates;
    int *failure;
} request;

typedef struct {
    H5FD_t base;
    request request;
    haddr_t end, allocated;
} open_file;

static H5FD_t *file_open(const char *name, unsigned flags, hid_t properties, haddr_t greatest) {
    (void)name, (void)flags, (void)greatest;
    const request *wanted = H5Pget_driver_info(properties);
    open_file *file = wanted ? calloc(1, sizeof *file) : NULL;
    if (!file) return NULL;
    file->request = *wanted;
    file->end = wanted->creates ? 0 : wanted->section.length;
    return &file->base;
}

static herr_t file_close(H5FD_t *base) {
    free(base);
    return 0;
}

static herr_t file_query(const H5FD_t *base, unsigned long *flags) {
    (void)base;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

static haddr_t file_allocated(const H5FD_t *base, H5FD_mem_t type) {
    (void)type;
    return ((const open_file *)base)->allocated;
}

static herr_t file_set_allocated(H5FD_t *base, H5FD_mem_t type, haddr_t address) {
    (void)type;
    ((open_file *)base)->allocated = address;
    return 0;
}

static haddr_t file_end(const H5FD_t *base, H5FD_mem_t type) {
    (void)type;
    return ((const open_file *)base)->end;
}

// What lies behind the end reads as zeros, as libhdf5 wants it.
static herr_t file_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
    (void)type, (void)transfer;
    const open_file *file = (const open_file *)base;
    size_t there = address < file->end ? file->end - address : 0;
    if (there > size) there = size;
    memset((char *)buffer + there, 0, size - there);
    for (size_t done = 0; done < there;) {
        off_t at = (off_t)(file->request.section.offset + address + done);
        ssize_t got = pread(file->request.section.descriptor, (char *)buffer + done, there - done, at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && !file->request.creates) return -1;
        if (got <= 0) {
            memset((char *)buffer + done, 0, there - done);
            break;
        }
        done += (size_t)got;
    }
    return 0;
}

static herr_t file_write(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                         const void *buffer) {
    (void)type, (void)transfer;
    open_file *file = (open_file *)base;
    if (!file->request.creates) return -1;
    for (size_t done = 0; done < size && !*file->request.failure;) {
        off_t at = (off_t)(file->request.section.offset + address + done);
        ssize_t put = pwrite(file->request.section.descriptor, (const char *)buffer + done, size - done, at);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) *file->request.failure = put < 0 ? errno : ENOSPC;
        else done += (size_t)put;
    }
    if (address + size > file->end) file->end = address + size;
    return 0;
}

static herr_t file_truncate(H5FD_t *base, hid_t transfer, hbool_t closing) {
    (void)transfer, (void)closing;
    open_file *file = (open_file *)base;
    if (!file->request.creates || file->end == file->allocated) return 0;
    off_t length = (off_t)(file->request.section.offset + file->allocated);
    if (!*file->request.failure && ftruncate(file->request.section.descriptor, length) != 0)
        *file->request.failure = errno;
    file->end = file->allocated;
    return 0;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 14, 0)
    .version = H5FD_CLASS_VERSION,
    .value = 600,
#endif
    .name = "ibex_section",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(request),
    .open = file_open,
    .close = file_close,
    .query = file_query,
    .get_eoa = file_allocated,
    .set_eoa = file_set_allocated,
    .get_eof = file_end,
    .read = file_read,
    .write = file_write,
    .truncate = file_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t ibex_h5_open(ibex_h5_section section, int creates, int *failure) {
    static hid_t registered = H5I_INVALID_HID;
    if (registered < 0) registered = H5FDregister(&driver);
    request wanted = {section, creates, failure};
    hid_t properties = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = H5I_INVALID_HID;
    if (H5Pset_driver(properties, registered, &wanted) >= 0)
        file = creates ? H5Fcreate("file", H5F_ACC_TRUNC, H5P_DEFAULT, properties)
                       : H5Fopen("file", H5F_ACC_RDONLY, properties);
    if (file < 0) return file;
    H5Pclose(properties);
    return file;
}
