"""Writes the pictures that tests/dataset_pictures.rs opens, and how Pillow resizes them.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy==2.4.6 pillow==13.0.0
    /tmp/venv/bin/python tests/reference/make_pictures.py

One picture in every format and kind of pixel, all of the same scene; the expected pixels are those
of Pillow's bilinear filter, which averages where it shrinks as the triangle filter of ours does.
"""

import json
import pathlib

import numpy as np
import PIL
from PIL import Image

FOLDER = pathlib.Path(__file__).parent / "pictures"
SIDE = 12

y, x = np.mgrid[0:45, 0:60]
scene = np.stack(
    [x * 4, y * 5, 255 * (((x - 30) ** 2 + (y - 22) ** 2) < 150)], axis=2
).astype("uint8")
alpha = (255 * (x > 20)).astype("uint8")
colour = Image.fromarray(scene)
transparent = Image.fromarray(np.dstack([scene, alpha]))
pictures = {
    "colour.png": colour,
    "colour.bmp": colour,
    "colour.jpg": colour,
    "grey.png": colour.convert("L"),
    "grey16.png": Image.fromarray(np.asarray(colour.convert("L")).astype("uint16") * 257),
    "palette.gif": colour.quantize(64),
    "palette.png": colour.quantize(64),
    "transparent.png": transparent,
    "turned.jpg": colour,
}
expected = {}
for name, picture in pictures.items():
    path = FOLDER / name
    options = {"quality": 95} if name.endswith(".jpg") else {}
    if name == "turned.jpg":
        exif = Image.Exif()
        exif[0x0112] = 6  # turned by 90 degrees to the right to be upright
        options["exif"] = exif
    picture.save(path, **options)
    seen = Image.open(path)
    if name == "turned.jpg":
        seen = seen.transpose(Image.Transpose.ROTATE_270)
    if name == "transparent.png":
        white = Image.new("RGBA", seen.size, "white")
        seen = Image.alpha_composite(white, seen)
    if name == "grey16.png":
        seen = Image.fromarray((np.asarray(seen) / 257).round().astype("uint8"))
    small = seen.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    expected[name] = np.asarray(small).ravel().tolist()
content = {"Pillow": PIL.__version__, "side": SIDE, "expected": expected}
(FOLDER / "expected.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
