#!/usr/bin/env python3
"""Write public/data/digits.pack, the data set that is shipped with the page.

It is the test set of the UCI data set "Optical Recognition of Handwritten Digits" (1,797 images,
8x8 grey, 17 levels), as scikit-learn carries it, in the format of docs/FORMATS.md. Licence
CC BY 4.0. The same input gives the same bytes.

    python3 -m venv /tmp/digits-venv
    /tmp/digits-venv/bin/pip install scikit-learn==1.9.1
    /tmp/digits-venv/bin/python scripts/make_digits.py [OUTPUT]
"""

import gzip
import json
import pathlib
import struct
import sys

import numpy as np
from sklearn.datasets import load_digits

MAGIC = b"\x89HAP\r\n\x1a\n"
VERSION = 1
TEST_FRACTION = 0.4
SEED = 1
HIGHEST_LEVEL = 16
SOURCE = (
    "Optical Recognition of Handwritten Digits (test set), E. Alpaydin and C. Kaynak, 1998, "
    "UCI Machine Learning Repository, doi:10.24432/C50P49, CC BY 4.0"
)


def main() -> None:
    default = pathlib.Path(__file__).resolve().parent.parent / "public/data/digits.pack"
    output = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default

    digits = load_digits()
    levels = digits.images.astype(np.int64)
    assert levels.shape == (1797, 8, 8) and levels.min() == 0 and levels.max() == HIGHEST_LEVEL
    # round(level * 255 / 16), half up, in whole numbers.
    pixels = ((levels * 255 * 2 + HIGHEST_LEVEL) // (2 * HIGHEST_LEVEL)).astype(np.uint8)
    labels = digits.target.astype(np.uint8)

    header = json.dumps(
        {
            "name": "Handwritten digits",
            "source": SOURCE,
            "shape": {"height": 8, "width": 8, "channels": 1},
            "class_names": [str(digit) for digit in range(10)],
            "count": len(labels),
            "division": {"kind": "by_seed", "test_fraction": TEST_FRACTION, "seed": SEED},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8")
    payload = gzip.compress(labels.tobytes() + np.ascontiguousarray(pixels).tobytes(), 9, mtime=0)

    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(MAGIC + struct.pack("<HI", VERSION, len(header)) + header + payload)
    print(f"{output}: {output.stat().st_size} bytes, {len(labels)} images")


if __name__ == "__main__":
    main()
