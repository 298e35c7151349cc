"""Writes the arrays that tests/npz.rs and tests/import.rs open, by NumPy itself.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy==2.4.6
    /tmp/venv/bin/python tests/reference/make_npz.py

What is in a file is written beside it, as JSON, so that the tests compare with what NumPy says.
"""

import io
import json
import pathlib
import zipfile

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "npz"
random = np.random.default_rng(7)


def plain(array):
    """A list in row-major order, whatever the order in memory; bytes as text."""
    values = np.ascontiguousarray(array).ravel().tolist()
    return [value.decode() if isinstance(value, bytes) else value for value in values]


def write(name, arrays, save=np.savez):
    save(FOLDER / f"{name}.npz", **arrays)
    described = {
        key: {"dtype": array.dtype.str, "shape": list(array.shape), "values": plain(array)}
        for key, array in arrays.items()
    }
    content = {"numpy": np.__version__, "arrays": described}
    (FOLDER / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(name, (FOLDER / f"{name}.npz").stat().st_size)


# Every type in both byte orders and both orders of axes.
types = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]
arrays = {}
for kind in types:
    for mark in "<>":
        low, high = (-100, 100) if kind[0] != "u" else (0, 200)
        if kind[0] == "f":
            values = random.normal(size=(2, 3, 4))
        else:
            values = random.integers(low, high, size=(2, 3, 4))
        values = values.astype(mark + kind)
        arrays[f"{'little' if mark == '<' else 'big'}_{kind}"] = values
        arrays[f"{'little' if mark == '<' else 'big'}_{kind}_fortran"] = np.asfortranarray(values)
arrays["bool"] = np.array([True, False, True])
arrays["unicode"] = np.array(["cat", "Straßenbahn", "数字", ""])
arrays["unicode_big"] = np.array(["cat", "dög"]).astype(">U3")
arrays["bytes"] = np.array([b"cat", b"horse"])
arrays["scalar"] = np.array(3.5, dtype="float32")
arrays["empty"] = np.zeros((0, 5), dtype="float32")
arrays["smallest_integer"] = np.array([-(2**63), 2**63 - 1, -1])
write("types", arrays)
np.savez_compressed(FOLDER / "types_compressed.npz", **arrays)


# A network of two epochs, as docs/YOUR_OWN_NETWORK.md says it.
n = 30
labels = random.integers(0, 3, size=n)
probabilities = random.dirichlet([1, 1, 1], size=n)
network = {
    "labels": labels,
    "class_names": np.array(["cat", "dog", "owl"]),
    "images": random.integers(0, 256, size=(n, 4, 5), dtype="uint8"),
}
for epoch in (0, 2):
    network[f"epoch_{epoch}/conv"] = np.maximum(random.normal(size=(n, 2, 2, 3)), 0).astype("float32")
    network[f"epoch_{epoch}/fc1"] = np.maximum(random.normal(size=(n, 6)) + labels[:, None], 0)
    network[f"epoch_{epoch}/predictions"] = probabilities.astype("float32")
write("network", network, np.savez_compressed)

# What cannot be read.
buffer = io.BytesIO()
np.savez(buffer, labels=np.array(["a", 1, None], dtype=object))
(FOLDER / "objects.npz").write_bytes(buffer.getvalue())
buffer = io.BytesIO()
np.savez(buffer, labels=np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f4")]))
(FOLDER / "structured.npz").write_bytes(buffer.getvalue())

# Sizes in the 64-bit form throughout, as for files of more than 4 GiB.
with zipfile.ZipFile(FOLDER / "zip64.npz", "w", zipfile.ZIP_DEFLATED) as archive:
    with archive.open("labels.npy", "w", force_zip64=True) as entry:
        np.lib.format.write_array(entry, np.arange(5))
