"""Writes the reference values that tests/neurons_forest.rs compares with.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install scikit-learn
    OMP_NUM_THREADS=1 /tmp/venv/bin/python tests/reference/make_neuron_fixtures.py

The importances are the mean over many seeds of scikit-learn's ExtraTreesClassifier, one class
against the rest; `spread` is the L1 distance between the means of either half of these seeds, so
that a reader sees how far the reference itself can be trusted. Observations: the UCI handwritten
digits that scikit-learn ships, the first `n` rows of tsne.json; `pixels` are their 64 pixels (some
of which never change), `layer` a layer of rectified sums of pixels with whole-numbered weights.
"""

import json
import pathlib

import numpy
import sklearn
from sklearn.ensemble import ExtraTreesClassifier

FOLDER = pathlib.Path(__file__).parent
SEEDS = 160
TREES = 100
CLASSES = [3, 8]


def layer(pixels, d):
    """Rectified sums of pixels; the weights are a formula that Rust can repeat."""
    p, j = numpy.meshgrid(numpy.arange(pixels.shape[1]), numpy.arange(d), indexing="ij")
    weights = (p * 31 + j * 17 + p * j * 7 + j * j * 3) % 11 - 5
    return numpy.maximum(pixels @ weights - 20 * (j[0] % 7), 0)


def importances(x, y):
    each = [
        ExtraTreesClassifier(n_estimators=TREES, max_features="sqrt", random_state=seed)
        .fit(x, y)
        .feature_importances_
        for seed in range(SEEDS)
    ]
    halves = numpy.mean(each[::2], axis=0), numpy.mean(each[1::2], axis=0)
    return numpy.mean(each, axis=0), float(numpy.abs(halves[0] - halves[1]).sum())


def main():
    digits = json.loads((FOLDER / "tsne.json").read_text())
    pixels = numpy.array(digits["data"])
    labels = numpy.array(digits["labels"])
    cases = []
    for name, x in [("pixels", pixels), ("layer", layer(pixels, 48))]:
        for c in CLASSES:
            mean, spread = importances(x.astype(numpy.float32), labels == c)
            print(name, c, "spread", spread, "constant", int((x.std(axis=0) == 0).sum()))
            cases.append(
                {
                    "name": name,
                    "class": c,
                    "spread": round(spread, 5),
                    "importances": [float(f"{v:.6g}") for v in mean],
                }
            )
    content = {
        "versions": {"numpy": numpy.__version__, "scikit-learn": sklearn.__version__},
        "seeds": SEEDS,
        "trees": TREES,
        "cases": cases,
    }
    path = FOLDER / "forest.json"
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
