// The data sets that travel inside the library, and the digest that data files are checked by.
#ifndef IBEX_DATASETS_H
#define IBEX_DATASETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// UCI Optical Recognition of Handwritten Digits, gzipped CSV, and Iris, CSV: see README.md for their sources.
typedef struct {
    const uint8_t *bytes;
    size_t count;
} ibex_dataset;

ibex_dataset ibex_digits_csv_gz(void);
ibex_dataset ibex_iris_csv(void);

// SHA-256: begin, add any number of times, end.
typedef struct {
    uint32_t state[8];
    uint64_t length;
    uint8_t block[64];
    bool is_plain;  // whether to do without the processor's instructions for it; may be set after the beginning
} ibex_sha256;

void ibex_sha256_begin(ibex_sha256 *hash);
void ibex_sha256_add(ibex_sha256 *hash, const void *bytes, size_t count);
void ibex_sha256_end(ibex_sha256 *hash, uint8_t digest[32]);

#endif
