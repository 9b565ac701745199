"""HDF5 files of every make that a reader may meet, and what h5py sees in them and in the saved models.

    python generate_hdf5.py --data data

Writes `hdf5/*.h5` and `hdf5/trees.json` below the folder. The JSON has for each file its groups with their attributes and
its arrays: the type and shape that Ibex reads them as, and the CRC-32 of their elements, row by row and little-endian.
A text of more than 200 bytes is given by its length and CRC-32. Attributes that are neither texts nor numbers, and arrays
of other elements, are left out. `refused` lists files that must not be read, with a word of the reason.
"""

import argparse
import json
import pathlib
import platform
import zlib

import h5py
import numpy as np

# What Ibex reads numbers as that it has no type for: the narrowest that holds all of them.
WIDENED = {"int8": "int32", "int16": "int32", "uint16": "int32", "uint32": "int64", "uint64": "int64"}
KEPT = ["bool", "uint8", "int32", "int64", "float16", "float32", "float64"]


def types(file, rng):
    for order in "<>":
        for code in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
            values = rng.integers(0 if code[0] == "u" else -100, 100, (3, 4)) / (8 if code[0] == "f" else 1)
            file[("little/" if order == "<" else "big/") + code] = values.astype(order + code)
    file["extremes/i8"] = np.array([-(2**63), 2**63 - 1])
    file["extremes/u4"] = np.array([0, 2**32 - 1], np.uint32)
    file["extremes/f2"] = np.array([0.0, -0.0, 6e-8, 65504, np.inf, -np.inf], np.float16)
    file["bool"] = np.array([[True, False, True]])
    file["scalar"] = np.float32(2.5)
    file["empty"] = np.zeros((0, 3), np.float32)
    bfloat16 = rng.integers(0, 2**16, (2, 3)).astype("<u2")
    file["bfloat16"] = bfloat16.view("V2")
    file["bfloat16"].attrs["dtype"] = "bfloat16"
    file.create_dataset("bfloat16_chunked", data=bfloat16.view("V2"), chunks=(1, 2), compression="gzip")
    file["bfloat16_chunked"].attrs["dtype"] = "bfloat16"
    # Left out: Ibex has no type for them.
    file["others/opaque"] = bfloat16.view("V2")
    file["others/texts"] = ["a", "b"]
    file["others/pairs"] = np.zeros(3, [("a", "i4"), ("b", "f4")])
    file["others/complex"] = np.zeros(3, np.complex64)
    file["others/colours"] = np.zeros(3, h5py.enum_dtype({"RED": 0, "GREEN": 1}))
    file["others/nothing"] = h5py.Empty("f4")
    file["others/long"] = np.zeros(3, np.longdouble)


def layouts(file, rng):
    values = rng.standard_normal((30, 41)).astype(np.float32)
    file.create_dataset("contiguous", data=values)
    file.create_dataset("chunked", data=values, chunks=(7, 16))
    file.create_dataset("gzip", data=values, chunks=(30, 10), compression="gzip")
    file.create_dataset("shuffled", data=values, chunks=(10, 41), compression="gzip", shuffle=True)
    file.create_dataset("checked", data=values, chunks=(10, 41), fletcher32=True)
    file.create_dataset("growing", data=values, maxshape=(None, None), chunks=True)
    file.create_dataset("gzip_bool", data=values > 0, compression="gzip")
    file.create_dataset("gzip_big", data=values.astype(">f8"), compression="gzip")
    file.create_dataset("gzip_u8", data=np.array([2**63 - 1], np.uint64), compression="gzip")
    file.create_dataset("unwritten", (3, 4), np.float32, fillvalue=1.5)
    partly = file.create_dataset("partly", (20,), np.int32, chunks=(4,), fillvalue=-1)
    partly[5:7] = 7
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((3, 4))
    made = h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, space, compact)
    made.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(values[:3, :4]))


def put_fixed(file, name, values, size, padding, charset):
    """An attribute of texts of fixed length."""
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(size)
    kind.set_strpad(padding)
    kind.set_cset(charset)
    space = h5py.h5s.create(h5py.h5s.SCALAR) if isinstance(values, bytes) else h5py.h5s.create_simple((len(values),))
    filler = b" " if padding == h5py.h5t.STR_SPACEPAD else b"\0"
    raw = np.array([v.ljust(size, filler) for v in ([values] if isinstance(values, bytes) else values)], f"V{size}")
    attribute = h5py.h5a.create(file.id, name.encode(), kind, space)
    attribute.write(raw if space.get_simple_extent_ndims() else raw[0:1].reshape(()), mtype=kind)


def texts(file, rng):
    h5t = h5py.h5t
    for charset in ["ascii", "utf-8"]:
        kind = h5py.string_dtype(charset)
        file.attrs.create(f"variable {charset}", "Gru\xdf" if charset == "utf-8" else "plain", dtype=kind)
        file.attrs.create(f"variable {charset} list", ["a", "", "long " * 50], dtype=kind)
    file.attrs["bytes"] = "Gru\xdf".encode()
    file.attrs["long"] = "\u00e4" * 40_000
    file.attrs["no texts"] = np.zeros((0,), "S3")
    for name, padding in [("NUL-padded", h5t.STR_NULLPAD), ("spaces", h5t.STR_SPACEPAD), ("ended", h5t.STR_NULLTERM)]:
        put_fixed(file, f"{name} text", b"dense", 8, padding, h5t.CSET_ASCII)
        put_fixed(file, f"{name} list", [b"dense", b"", "\u00e4 b".encode()], 8, padding, h5t.CSET_UTF8)
    for part, names in enumerate([["a", "b"], ["c"], ["d"]]):
        file.attrs[f"layer_names{part}"] = np.array([n.encode() for n in names], "S101")
    file.attrs["whole"] = 7
    file.attrs["wholes"] = np.array([[1, 2], [3, 4]], ">i2")
    file.attrs["real"] = np.float16(0.5)
    file.attrs["reals"] = [0.1, np.inf]
    file.attrs["no numbers"] = np.zeros((0,))
    # Left out: neither texts nor numbers.
    file.attrs["other bool"] = True
    file.attrs["other pair"] = np.zeros((), [("a", "i4")])
    file.attrs["other nothing"] = h5py.Empty("f4")
    file.attrs["other reference"] = file.ref
    file["a group/\u00e4"] = np.arange(3)
    file["a group/\u00e4"].attrs["of an array"] = "not kept"


def groups(file, rng):
    """More attributes and members than lie in one place, in the newest format."""
    for i in range(20):
        file.attrs[f"attribute {i}"] = f"text {i}"
        file[f"outer/inner {i}/array {i}"] = np.full(i, i, np.int32)
    file.create_group("empty")


def soft_links(file, rng):
    """Other names for an array and for groups, before and behind the things that they name."""
    group = file.create_group("group")
    group.attrs["note"] = "of the group"
    group["array"] = np.arange(6, dtype="<f4").reshape(2, 3)
    inner = group.create_group("inner")
    inner.create_dataset("packed", data=group["array"][()], compression="gzip")
    file["alias"] = h5py.SoftLink("/group/array")
    file["other"] = h5py.SoftLink("group")
    file["packed"] = h5py.SoftLink("/other/inner/packed")


def refused(folder):
    """Files that must not be read, each with a word of the reason."""
    reasons = {}

    def make(name, reason):
        reasons[f"hdf5/refused_{name}.h5"] = reason
        return h5py.File(folder / f"refused_{name}.h5", "w")

    with make("soft_link", "a link 'there'") as file:
        file["there"] = h5py.SoftLink("/here")
    with make("soft_cycle", "a link 'back'") as file:
        file.create_group("group")["back"] = h5py.SoftLink("/group")
    with make("external_link", "to another file") as file:
        file["there"] = h5py.ExternalLink("refused_soft_link.h5", "/")
    with make("cycle", "in two places") as file:
        inner = file.create_group("outer/inner")
        inner["outer"] = file["outer"]
    with make("shared_group", "in two places") as file:
        file["b"] = file.create_group("a")
    with make("deep", "64 deep") as file:
        file.create_group("/".join("g" * 70))
    with make("external_data", "another file") as file:
        file.create_dataset("there", (8,), "u1", external=[("/etc/passwd", 0, 8)])
    with make("virtual", "another file") as file:
        layout = h5py.VirtualLayout((8,), "f4")
        layout[:] = h5py.VirtualSource("elsewhere.h5", "x", (8,))
        file.create_virtual_dataset("there", layout)
    with make("huge", "more bytes than") as file:
        file.create_dataset("there", (2**40,), "f4", chunks=(1024,))
    with make("overflow", "more bytes than") as file:
        file.create_dataset("there", (2**62, 2**62), "f4", chunks=(4, 4))
    with make("bad_text", "not UTF-8") as file:
        put_fixed(file, "text", b"\xff\xfe", 2, h5py.h5t.STR_NULLPAD, h5py.h5t.CSET_UTF8)
    return reasons


def seen_text(value):
    data = value if isinstance(value, bytes) else value.encode()
    if len(data) <= 200:
        return data.decode()
    return {"bytes": len(data), "crc32": zlib.crc32(data)}


def seen_attribute(attribute_id):
    kind, space = attribute_id.get_type(), attribute_id.get_space()
    if space.get_simple_extent_type() == h5py.h5s.NULL:
        return None
    if isinstance(kind, h5py.h5t.TypeStringID):
        raw = np.zeros(attribute_id.shape, attribute_id.dtype)
        attribute_id.read(raw)
        pad = kind.get_strpad() if not kind.is_variable_str() else None
        strip = (lambda b: b.rstrip(b" ")) if pad == h5py.h5t.STR_SPACEPAD else (lambda b: b)
        if raw.shape == ():
            return seen_text(strip(raw[()]))
        return [seen_text(strip(v)) for v in raw.ravel()]
    if isinstance(kind, (h5py.h5t.TypeIntegerID, h5py.h5t.TypeFloatID)):
        raw = np.zeros(attribute_id.shape, attribute_id.dtype)
        attribute_id.read(raw)
        return {"numbers": [repr(float(v)) for v in raw.ravel()]}
    return None


def seen_array(dataset):
    if dataset.shape is None:
        return None
    dtype = dataset.dtype
    if dtype == np.dtype("V2") and dataset.attrs.get("dtype") == "bfloat16":
        name, values = "bfloat16", dataset[()].view("<u2")
    elif dtype.kind in "biuf":
        name = WIDENED.get(dtype.name, dtype.name)
        if name not in KEPT or h5py.check_enum_dtype(dtype):
            return None
        values = np.asarray(dataset[()]).astype(np.dtype(name).newbyteorder("<"))
    else:
        return None
    return {"dtype": name, "shape": list(dataset.shape), "crc32": zlib.crc32(np.ascontiguousarray(values).tobytes())}


def tree(path):
    groups, arrays = {}, {}
    with h5py.File(path, "r") as file:

        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                seen = seen_array(item)
                if seen:
                    arrays[name] = seen
            else:
                attributes = {key: seen_attribute(item.attrs.get_id(key)) for key in item.attrs}
                groups[name] = {key: value for key, value in attributes.items() if value is not None}

        visit("", file)
        file.visititems(visit)
    return {"groups": groups, "arrays": arrays}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    data = parser.parse_args().data
    folder = data / "hdf5"
    folder.mkdir(exist_ok=True)
    for make, options in [
        (types, {}),
        (layouts, {}),
        (texts, {}),
        (groups, {"libver": "latest"}),
        (groups, {"userblock_size": 512}),
    ]:
        name = make.__name__ + "".join(f"_{key}" for key in options)
        with h5py.File(folder / f"{name}.h5", "w", **options) as file:
            make(file, np.random.default_rng(7))
    reasons = refused(folder)
    with h5py.File(folder / "too_large.h5", "w") as file:
        file["plain"] = np.array([1, 2**63], np.uint64)
        file.create_dataset("gzip", data=np.array([1, 2**63], np.uint64), compression="gzip")
    with h5py.File(folder / "soft_links.h5", "w") as file:
        soft_links(file, None)
    apart = ["too_large.h5", "soft_links.h5"]
    files = [p for p in sorted(data.rglob("*.h5")) if f"{p.relative_to(data)}" not in reasons and p.name not in apart]
    versions = {"python": platform.python_version(), "h5py": h5py.version.version, "hdf5": h5py.version.hdf5_version}
    lines = ",\n".join(f'"{p.relative_to(data)}": {json.dumps(tree(p))}' for p in files)
    (folder / "trees.json").write_text(
        f'{{"made": {json.dumps(versions)},\n"refused": {json.dumps(reasons, indent=0)},\n"files": {{\n{lines}\n}}}}\n'
    )


if __name__ == "__main__":
    main()
