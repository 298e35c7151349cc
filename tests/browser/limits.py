"""Writes an analysis of many observations and neurons, for tests/browser/limits.mjs:

python limits.py DIGITS.npz OUT.npz OBSERVATIONS NEURONS

The images are the digits of the shipped analysis again and again. The layouts are drawn, ten clouds of
one class each: what is measured is the drawing, which is the same for computed ones.
"""

import copy
import json
import sys

import numpy

source, out, observations, neurons = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
digits = numpy.load(source)
about = json.loads(digits["analysis.json"])
random = numpy.random.default_rng(1)

repeated = numpy.arange(observations) % len(digits["test/labels"])
labels = digits["test/labels"][repeated]
arrays = {name: digits[name] for name in digits.files if name.startswith("train/")}
arrays["test/labels"] = labels
arrays["test/indices"] = numpy.arange(observations, dtype=numpy.int64)
arrays["test/images"] = digits["test/images"][repeated]
about["dataset"]["whole"][1] = observations
about["dataset"]["name"] = "Digits, many times"
about["layer_names"] = ["FC 1"]
about["settings"]["setup"]["network"]["layers"] = [{"kind": "dense", "width": neurons}]
about["evolutions"] = []

about["snapshots"] = []
for epoch, mistaken in [(0, 0.9), (20, 0.03)]:
    predicted = numpy.where(random.random(observations) < mistaken, random.integers(0, 10, observations), labels)
    arrays[f"epoch_{epoch}/test/predicted"] = predicted.astype(numpy.uint8)
    about["snapshots"].append({"epoch": epoch, "part": "test", "classes": 0, "predicted": True, "widths": [None]})

like = next(p for p in about["projections"] if p["of"]["part"] == "test")
about["projections"] = []
angles = numpy.arange(10) * 2 * numpy.pi / 10
for number, (of, spread) in enumerate([("pixels", 9.0), (0, 12.0), (20, 5.0)]):
    centres = 40 * numpy.stack([numpy.cos(angles), numpy.sin(angles)], axis=1)
    positions = centres[labels] + spread * random.standard_normal((observations, 2))
    arrays[f"projection_{number}/positions"] = positions.astype(numpy.float32)
    arrays[f"projection_{number}/hits"] = numpy.full(observations, 0.9, numpy.float32)
    projection = copy.deepcopy(like)
    layer = {"layer": {"index": 0, "epoch": of}}
    projection["of"]["source"] = of if of == "pixels" else layer
    about["projections"].append(projection)

like = about["neurons"][0]
about["neurons"] = []
for number, epoch in enumerate([0, 20]):
    scores = random.random((10, neurons)) + 1e-3
    arrays[f"neurons_{number}/positions"] = (20 * random.standard_normal((neurons, 2))).astype(numpy.float32)
    arrays[f"neurons_{number}/scores"] = (scores / scores.sum(axis=1, keepdims=True)).astype(numpy.float32)
    neuron_map = copy.deepcopy(like)
    neuron_map["of"]["source"] = {"layer": {"index": 0, "epoch": epoch}}
    neuron_map["neurons"] = neurons
    neuron_map["layout"]["constant"] = []
    about["neurons"].append(neuron_map)

arrays["analysis.json"] = json.dumps(about)
# NumPy adds .npy to each name; a text has to be a member as it is.
text = arrays.pop("analysis.json")
numpy.savez_compressed(out, **arrays)
import zipfile  # noqa: E402

with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("analysis.json", text)
