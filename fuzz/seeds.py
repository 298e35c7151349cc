"""Writes the seeds of the fuzz targets into fuzz/seeds (fuzz/src/feeds.rs says how each reads its input):

    python3 fuzz/seeds.py [FOLDER OF OFFICIAL FILES]

Small files of every format as programs write them, and the first observations of the official files, where
these are at hand: nobody's data as a whole. The same every time.
"""

import gzip
import io
import json
import struct
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OFFICIAL = Path(sys.argv[1]) if len(sys.argv) > 1 else None
# scripts/fuzz.sh feeds no longer inputs.
LONGEST = 16_384
# As in fuzz/src/feeds.rs: stands between variables that are packed one by one.
MATLAB_CUT = 0xFE


def put(target, name, *parts):
    content = b"".join(bytes([part]) if isinstance(part, int) else part for part in parts)
    assert len(content) <= LONGEST, (target, name, len(content))
    folder = ROOT / "fuzz/seeds" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def packed(content):
    return gzip.compress(content, mtime=0)


def official(name, most):
    """The first bytes of an official file, unpacked; None where it is not at hand."""
    if OFFICIAL is None or not (OFFICIAL / name).exists():
        return None
    opened = gzip.open if name.endswith(".gz") else open
    with opened(OFFICIAL / name, "rb") as file:
        return file.read(most)


# --- official files ------------------------------------------------------------------------------


def idx_images(pixels, height, width):
    count = len(pixels) // (height * width)
    return struct.pack(">IIII", 0x0803, count, height, width) + pixels


def idx_labels(labels):
    return struct.pack(">II", 0x0801, len(labels)) + bytes(labels)


def idx():
    images, labels = idx_images(bytes(range(12)), 3, 2), idx_labels([3, 9, 0])
    put("idx", "images", 0, images)
    put("idx", "images.gz", 7, packed(images))
    put("idx", "labels", 0x85, labels)
    if pixels := official("mnist/t10k-images-idx3-ubyte.gz", 16 + 2 * 784):
        put("idx", "mnist_images", 0, idx_images(pixels[16:], 28, 28))
        put("idx", "mnist_images.gz", 0, packed(idx_images(pixels[16:], 28, 28)))
    if labels := official("mnist/t10k-labels-idx1-ubyte.gz", 8 + 20):
        put("idx", "mnist_labels", 0x80, idx_labels(labels[8:]))


def element(kind, content):
    if 1 <= len(content) <= 4:
        return struct.pack("<HH", kind, len(content)) + content.ljust(4, b"\0")
    return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)


def variable(name, dimensions, content, mx_class=9, kind=2):
    inner = element(6, bytes([mx_class]) + bytes(7))
    inner += element(5, struct.pack(f"<{len(dimensions)}i", *dimensions))
    inner += element(1, name) + element(kind, content)
    return struct.pack("<II", 14, len(inner)) + inner


def matlab():
    header = b"MATLAB 5.0 MAT-file, made up for a test".ljust(124) + b"\0\1IM"
    pixels = bytes(range(72))
    x, y = variable(b"X", [4, 3, 3, 2], pixels), variable(b"y", [2, 1], bytes([10, 3]))
    doubles = variable(b"y", [2, 1], struct.pack("<2d", 10, 3), 6, 9)
    put("matlab", "plain", 6, header, x, y)
    put("matlab", "doubles", 0, header, x, doubles)
    put("matlab", "packed", 1, header, x, MATLAB_CUT, doubles)
    if file := official("svhn/test_32x32.mat", 1 << 16):
        # The first variable up to the end of its first image; then a whole file of that image.
        unpacked = zlib.decompressobj().decompress(file[136:], 8 + 16 + 24 + 8 + 8 + 3072)
        unpacked = unpacked.replace(bytes([MATLAB_CUT]), bytes([MATLAB_CUT - 1]))
        put("matlab", "svhn_cut_off", 1, file[:128], unpacked)
        x = variable(b"X", [32, 32, 3, 1], unpacked[-3072:])
        put("matlab", "svhn", 1, file[:128], x, MATLAB_CUT, variable(b"y", [1, 1], bytes([5])))


def record(label):
    return bytes([label]) + bytes(1024) + bytes([100]) * 1024 + bytes([200]) * 1024


def cifar10():
    put("cifar10", "one", 0, record(3))
    put("cifar10", "two", 0xFF, record(9), record(0))
    if content := official("cifar10/test_batch.bin", 3073):
        put("cifar10", "official", 1, content)


def tar(members, form=tarfile.GNU_FORMAT):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    # Without most of the zeros that fill it up.
    return file.getvalue().rstrip(b"\0") + bytes(1024)


def tarball():
    images, labels = idx_images(bytes(range(12)), 3, 2), idx_labels([3, 9])
    mnist = [
        ("data/t10k-images-idx3-ubyte.gz", packed(images)),
        ("data/t10k-labels-idx1-ubyte", labels),
        ("data/._t10k-labels-idx1-ubyte", b"left over"),
        ("data/readme.html", b"<html>not of use"),
    ]
    put("tarball", "mnist", 2, tar(mnist))
    batches = [("batches/data_batch_1.bin", record(3)), ("batches/test_batch.bin", record(4))]
    put("tarball", "cifar10", 1, tar(batches))
    long = [("folder/" * 20 + "train-labels-idx1-ubyte", labels)]
    put("tarball", "long_name", 0, tar(long))
    put("tarball", "attributes", 0, tar(long, tarfile.PAX_FORMAT))


# --- packs ---------------------------------------------------------------------------------------


def pack():
    file = (ROOT / "public/data/digits.pack").read_bytes()
    length = struct.unpack("<I", file[10:14])[0]
    digits = json.loads(file[14 : 14 + length])
    observations = gzip.decompress(file[14 + length :])
    labels, images = observations[: digits["count"]], observations[digits["count"] :]
    pixels = len(images) // len(labels)

    def put_pack(name, count, division):
        header = json.dumps({**digits, "count": count, "division": division}).encode()
        payload = labels[:count] + images[: count * pixels]
        put("pack", f"{name}.open", 1, header, 0, payload)
        prefix = b"\x89HAP\r\n\x1a\n\x01\0" + struct.pack("<I", len(header))
        put("pack", name, 0, prefix, header, packed(payload))

    put_pack("by_seed", 9, {"kind": "by_seed", "test_fraction": 0.3, "seed": 2017})
    put_pack("given", 5, {"kind": "given", "train": 3})
    put_pack("piece", 4, {"kind": "piece", "part": "test", "places": [[0, 3], [3, 4]]})
    put("pack", "list", 2, (ROOT / "public/data/shipped.json").read_bytes())


# --- archives, arrays, pictures --------------------------------------------------------------------


def entries(path):
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            content = archive.read(entry)
            yield entry.filename.encode() + b"\0" + struct.pack("<H", len(content)) + content


def archives():
    for version in [1, 2]:
        path = ROOT / f"tests/analysis_files/version-{version}.npz"
        put("analysis", f"version_{version}", *entries(path))
        put("archives", f"analysis_{version}", path.read_bytes())
    for name in ["network", "objects", "structured", "types_compressed", "zip64"]:
        path = ROOT / f"tests/reference/npz/{name}.npz"
        put("arrays", name, *entries(path))
        put("archives", name, path.read_bytes())
    file = io.BytesIO()
    picture = (ROOT / "tests/reference/pictures/transparent.png").read_bytes()
    with zipfile.ZipFile(file, "w") as archive:
        for path in ["train/cats/1.png", "train/dogs/1.png", "test/cats/2.png", "__MACOSX/x"]:
            archive.writestr(zipfile.ZipInfo(path), picture)
    put("archives", "pictures", file.getvalue())
    for path in (ROOT / "tests/reference/pictures").iterdir():
        if path.suffix != ".json":
            put("pictures", path.name, 0, path.read_bytes())


# --- messages ------------------------------------------------------------------------------------


def request(name, message, *kinds):
    """A request in JSON; of its arrays, their kinds (0 bytes, 1 indices, 2 numbers, 3 a file) and lengths."""
    put("messages", name, 0, len(kinds), *(bytes(kind) for kind in kinds), json.dumps(message).encode())


def answer(name, header, *kinds):
    """An answer in postcard's format."""
    put("messages", name, 1, len(kinds), *(bytes(kind) for kind in kinds), header)


def messages():
    start = lambda what: {"Start": {"job": 1, "request": what}}
    request("draw", start({"DrawStreetDigits": {"train": 9, "test": 3, "seed": 1}}))
    request("score", start({"Score": {"positions": 0, "labels": 1, "k": 2}}), (2, 6), (0, 3))
    request("pack", start({"OpenPack": {"name": "a", "bytes": 0}}), (0, 9))
    request("files", start({"OpenFiles": {"files": [{"name": "a", "size": 9, "file": 0, "sets": ["mnist"]}], "older": 1, "seed": 2}}), (3, 0))
    request("lambda", {"Adjust": {"job": 2, "request": {"Lambda": 0.1}}})
    request("pause", {"Control": {"job": 7, "control": "Pause"}})
    request(
        "clusters", start({"FindClusters": {"positions": 0, "labels": 1}}), (2, 8), (0, 4)
    )
    shape = {"height": 6, "width": 6, "channels": 1}
    array = lambda name, place: {"name": name, "shape": [36, 4], "data": place}
    request(
        "train",
        start(
            {
                "dataset_id": 1,
                "dataset": {"shape": shape, "classes": 4, "train_images": 0, "train_labels": 1, "test_images": 2, "test_labels": 3},
                "network": SETUP["network"],
                "training": SETUP["training"],
                "device": "cpu",
                "observed": [{"part": "test", "indices": 4}],
                "activations": True,
                "only_last_layer": False,
                "conv_activations": "average",
                "checkpoint": {"epoch": 1, "step": 0, "updates": 9, "weights": [array("output.weight", 5)], "optimizer": []},
                "observe_again": False,
            }
        ),
        (0, 36), (0, 1), (0, 36), (0, 1), (1, 1), (2, 144),
    )
    # Ready; an event of job 1: progress, what failed, cancelled.
    answer("ready", b"\0\x04abcd")
    answer("progress", b"\2\1\0\1a\0\0\0\x3f")
    answer("failed", b"\2\1\3\1a\1b\1c")
    answer("cancelled", b"\2\1\4")
    # A layout on the way; a neighborhood hit (k, of each observation, of each class, of all).
    answer("layout", b"\2\1\1\0\0\3", (2, 8))
    answer("scored", b"\2\1\2\x0e\2\2\0\0\0\x3f\0\0\x80\x3f\1\1\0\0\x80\x3f\0\0\x40\x3f")
    # What the page shows first is such an answer, with the lengths of its arrays cut.
    first = (ROOT / "public/analyses/digits.first").read_bytes()
    if first[:2] == b"\x1f\x8b":
        first = gzip.decompress(first)
    assert first[:4] == b"HAF1"
    length, arrays = struct.unpack("<II", first[4:12])
    kinds = list(struct.iter_unpack("<II", first[12 : 12 + 8 * arrays]))
    header = first[12 + 8 * arrays :][:length]
    most = {0: 1, 1: 4, 2: 4}
    answer("first", header, *((kind, min(size // most[kind], 255)) for kind, size in kinds))
    flat = b"".join(struct.pack("<II", kind, most[kind] * 2) for kind, _ in kinds)
    flat = struct.pack("<II", length, arrays) + flat + header
    put("messages", "first.flat", 2, flat, b"".join(bytes(most[kind] * 2) for kind, _ in kinds))


# --- addresses and other pages -------------------------------------------------------------------


def words():
    addresses = [
        "analysis=analyses/digits.npz&view=evolution&along=test.layers.20&step=3&select=3,7-12&pins=test.5,train.12",
        "data=street.600.300.7&left=test.pixels&right=test.4.20&zoom-left=0.52_-3.1_4&k=5&perplexity=30&mds=euclidean",
        "view=neurons&layer=2&colour=class&class=3&hide=0,4-6&insets=pinned&neurons=*0f3a&lambda=0.1&along=test.epochs.4.6",
        "embed=pair&layer=pixels&part=train&theme=dark&select=1,2,3&epoch=20",
        "embed=projection&select=class:7&analysis=none&select-train=4294967295&zoom-after=all",
    ]
    for at, address in enumerate(addresses):
        put("address", f"address_{at}", address.encode())
    ours = {"type": "hidden-activity", "version": 1}
    commands = [
        {**ours, "command": "select", "indices": [3, 0, 17], "part": "train"},
        {**ours, "command": "select", "class": 9},
        {**ours, "command": "color", "by": "activation", "neuron": 12, "layer": 4},
        {**ours, "command": "color", "by": "prediction"},
        {**ours, "command": "goto", "epoch": 20, "layer": "pixels"},
        {"type": "other", "data": [1e308, -0.5, None, "a"]},
    ]
    for at, command in enumerate(commands):
        put("embedding", f"command_{at}", json.dumps(command).encode())


# --- saved trainings -----------------------------------------------------------------------------

SETUP = {
    "network": {
        "layers": [
            {"kind": "conv", "channels": 2},
            {"kind": "pool"},
            {"kind": "dropout", "rate": 0.1},
            {"kind": "dense", "width": 3},
        ]
    },
    "training": {
        "optimizer": {"kind": "adam"},
        "learning_rate": 0.001,
        "batch_size": 8,
        "epochs": 2,
        "seed": 1,
    },
    "conv_activations": "none",
}


def saved():
    # Images of 6×6: two maps of 3×3 after the pool, three neurons, four classes.
    shapes = {
        "conv1.weight": [3, 3, 1, 2],
        "conv1.bias": [2],
        "fc1.weight": [18, 3],
        "fc1.bias": [3],
        "output.weight": [3, 4],
        "output.bias": [4],
    }
    padded = 64 * len(shapes)
    for name, memory in [("weights", []), ("with_memory", ["adam.first_moment", "adam.second_moment"])]:
        header, tensors = {}, b""
        for tensor, shape in {**shapes, **{array: [padded] for array in memory}}.items():
            count = 1
            for side in shape:
                count *= side
            begin = len(tensors)
            tensors += struct.pack(f"<{count}f", *((at % 7 - 3) / 8 for at in range(count)))
            header[tensor] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, len(tensors)]}
        data = {
            "name": "blobs",
            "shape": {"height": 6, "width": 6, "channels": 1},
            "class_names": ["a", "b", "c", "d"],
        }
        header["__metadata__"] = {
            "format": "hidden-activity training 1",
            "setup": json.dumps(SETUP),
            "data": json.dumps(data),
            "standing": json.dumps({"epoch": 1, "step": 0, "updates": 3 if memory else 0}),
        }
        text = json.dumps(header).encode()
        put("saved", name, 0, struct.pack("<Q", len(text)), text, tensors)
        put("saved", f"{name}.open", 1, text, 0, tensors)


for write in [idx, matlab, cifar10, tarball, pack, archives, messages, words, saved]:
    write()
