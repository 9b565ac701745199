"""Makes data/arrays: small files that NumPy and safetensors wrote, and arrays.json, which says what is in them.

    pip install numpy==2.4.6 safetensors==0.8.0 ml_dtypes
    python generate_arrays.py
"""

import io
import json
import os
import zipfile

import ml_dtypes
import numpy as np
import safetensors.numpy

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "arrays")
contents = {}


def described(array):
    """Whole numbers as texts, since JSON's numbers are doubles; so are the numbers that JSON does not have."""
    array = np.asarray(array)
    values = array.ravel()
    if array.dtype.kind in "iub":
        texts = [str(int(v)) for v in values]
    else:
        texts = [repr(float(v)) for v in values]
    return {"dtype": array.dtype.name, "shape": list(array.shape), "values": texts}


def numbers(dtype, shape):
    """Small numbers and the extremes of the type."""
    dtype = np.dtype(dtype)
    count = int(np.prod(shape, dtype=np.int64))
    if dtype.kind == "b":
        return (np.arange(count) % 3 == 0).reshape(shape)
    values = np.arange(count).astype(dtype)
    if dtype.kind in "iu" and count > 2:
        values[0] = np.iinfo(dtype).min
        values[1] = np.iinfo(dtype).max if dtype != np.uint64 else np.iinfo(np.int64).max
    elif count > 4:
        values = (values - 3) / 8
        values[:4] = [np.nan, np.inf, -np.inf, -0.0]
    return values.astype(dtype).reshape(shape)


def save_npy(name, array, version=None):
    with open(os.path.join(FOLDER, name), "wb") as file:
        np.lib.format.write_array(file, array, version=version)
    contents[name] = {"array": described(array)}


def npy():
    for code in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
        save_npy(f"{code}.npy", numbers("<" + code, (2, 3)))
        if code[1] != "1":
            save_npy(f"{code}_big.npy", numbers("<" + code, (2, 3)).astype(">" + code))
    for code in ["u1", "f2", "i4", "f8"]:
        save_npy(f"{code}_columns.npy", np.asfortranarray(numbers(code, (2, 3, 4))))
    save_npy("i2_big_columns.npy", np.asfortranarray(numbers("<i2", (3, 2)).astype(">i2")))
    save_npy("scalar.npy", np.array(2.5, "f4"))
    save_npy("empty.npy", np.zeros((0, 3), "f4"))
    save_npy("one_axis.npy", numbers("f4", (5,)))
    save_npy("version_2.npy", numbers("f4", (2, 2)), version=(2, 0))
    save_npy("version_3.npy", numbers("f4", (2, 2)), version=(3, 0))
    refused = {
        "complex.npy": np.zeros(2, "c8"),
        "text.npy": np.array(["a", "bc"]),
        "bytes.npy": np.array([b"a", b"bc"]),
        "date.npy": np.array(["2020-01-01"], "M8[D]"),
        "record.npy": np.zeros(2, [("a", "i4"), ("b", "f4")]),
        "long_double.npy": np.zeros(2, "f16"),
        "too_large.npy": np.array([2**63], "u8"),
        "object.npy": np.array([{}], "O"),
    }
    for name, array in refused.items():
        np.save(os.path.join(FOLDER, name), array)


def npz():
    arrays = {"x": numbers("f4", (2, 3)), "labels": numbers("i8", (4,)), "inner/scalar": np.array(7, "u1")}
    described_arrays = [{"name": name, **described(array)} for name, array in arrays.items()]
    for name, save in [("stored.npz", np.savez), ("deflated.npz", np.savez_compressed)]:
        save(os.path.join(FOLDER, name), **arrays)
        contents[name] = {"arrays": described_arrays}
    # Without the zip64 fields that NumPy writes.
    with zipfile.ZipFile(os.path.join(FOLDER, "zip32.npz"), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            file = io.BytesIO()
            np.save(file, array)
            archive.writestr(zipfile.ZipInfo(name + ".npy"), file.getvalue(), zipfile.ZIP_DEFLATED)
    contents["zip32.npz"] = {"arrays": described_arrays}


def safetensors_files():
    codes = ["b1", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]
    arrays = {code: numbers(code, (2, 3)) for code in codes}
    arrays["bf16"] = (np.arange(6).reshape(2, 3) / 4).astype(ml_dtypes.bfloat16)
    arrays["scalar"] = np.array(2.5, "f4")
    arrays["empty"] = np.zeros((0, 3), "f4")
    arrays['a "name" with \\, ü and \U0001f600'] = np.zeros(1, "f4")
    metadata = {"format": "np", "note": 'line\nbreak, "quotes", ü'}
    safetensors.numpy.save_file(arrays, os.path.join(FOLDER, "all.safetensors"), metadata)
    contents["all.safetensors"] = {
        "arrays": [{"name": name, **described(array)} for name, array in arrays.items()], "metadata": metadata}
    # As we write it: byte for byte the same.
    ours = {"kernel": numbers("f4", (2, 3)), "flags": numbers("b1", (3,)), "step": np.array(5, "i8")}
    safetensors.numpy.save_file(ours, os.path.join(FOLDER, "three.safetensors"))
    contents["three.safetensors"] = {"arrays": [{"name": name, **described(array)} for name, array in ours.items()]}


def csv():
    table = np.array([[0.1, -1e-30, 3], [1e300, 16777217, -0.0]])
    np.savetxt(os.path.join(FOLDER, "table.csv"), table, delimiter=",", header="a,b,c")
    np.savetxt(os.path.join(FOLDER, "blanks.csv"), table)
    np.savetxt(os.path.join(FOLDER, "whole.csv"), numbers("i8", (3, 2)), fmt='"%d"', delimiter=";", newline="\r\n")
    contents["table.csv"] = contents["blanks.csv"] = {"array": described(table)}
    contents["whole.csv"] = {"array": described(numbers("i8", (3, 2)))}


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    npy()
    npz()
    safetensors_files()
    csv()
    with open(os.path.join(FOLDER, "arrays.json"), "w") as file:
        json.dump({"numpy": np.__version__, "safetensors": safetensors.__version__, "files": contents}, file, indent=1)
        file.write("\n")
