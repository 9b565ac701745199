#include "CIbexDatasets.h"

static const uint8_t digits_csv_gz[] = {
#embed "digits.csv.gz"
};

static const uint8_t iris_csv[] = {
#embed "iris.csv"
};

ibex_dataset ibex_digits_csv_gz(void) { return (ibex_dataset){digits_csv_gz, sizeof digits_csv_gz}; }
ibex_dataset ibex_iris_csv(void) { return (ibex_dataset){iris_csv, sizeof iris_csv}; }
