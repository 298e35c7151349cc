"""Writes the reference values that tests/projection_*.rs compare with.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install scikit-learn openTSNE scipy
    OMP_NUM_THREADS=1 /tmp/venv/bin/python tests/reference/make_fixtures.py

Everything is computed by scikit-learn, openTSNE, SciPy or NumPy from data that scikit-learn ships
(the UCI handwritten digits) or from formulas; the versions used are written into each fixture.
"""

import json
import pathlib

import numpy
import openTSNE
import scipy
import sklearn
from scipy.spatial.distance import cdist
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, smacof, trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities_nn
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

FOLDER = pathlib.Path(__file__).parent
VERSIONS = {
    "numpy": numpy.__version__,
    "openTSNE": openTSNE.__version__,
    "scikit-learn": sklearn.__version__,
    "scipy": scipy.__version__,
}


def rounded(array, digits=8):
    """An array as nested lists of numbers with so many significant digits."""
    if isinstance(array, numpy.ndarray) and array.ndim > 0:
        return [rounded(part, digits) for part in array]
    return float(f"{float(array):.{digits}g}")


def write(name, content):
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps({"versions": VERSIONS, **content}, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)


def formula(n, d):
    """A matrix that Rust can rebuild: decaying columns of whole numbers."""
    i, j = numpy.meshgrid(numpy.arange(n), numpy.arange(d), indexing="ij")
    raw = (i * 7919 + j * 104729 + i * i * j * 31 + j * j * i * 17) % 1009
    return raw * (64 // (1 + j // 4) + 1)


def exact_kl(p, positions):
    """KL(P || Q) over the non-zero entries of a sparse joint P, with the exact Q."""
    positions = positions.astype(numpy.float64)
    kernel = 1 / (1 + cdist(positions, positions, "sqeuclidean"))
    numpy.fill_diagonal(kernel, 0)
    q = kernel / kernel.sum()
    p = p.tocoo()
    data = p.data.astype(numpy.float64)
    return float((data * numpy.log(data / q[p.row, p.col])).sum())


def joint_probabilities(data, perplexity):
    """The sparse joint P of scikit-learn's Barnes-Hut t-SNE."""
    k = min(len(data) - 1, int(3 * perplexity + 1))
    graph = NearestNeighbors(n_neighbors=k).fit(data).kneighbors_graph(mode="distance")
    graph.data **= 2
    return _joint_probabilities_nn(graph, perplexity, 0)


def digits(n):
    data, labels = load_digits(return_X_y=True)
    return data[:n].astype(numpy.float32), labels[:n]


def tsne():
    n, perplexity = 500, 30
    data, labels = digits(n)
    p = joint_probabilities(data, perplexity)
    layout = TSNE(perplexity=perplexity, init="pca", random_state=0).fit_transform(data)
    other = numpy.asarray(
        openTSNE.TSNE(perplexity=perplexity, random_state=0, n_jobs=1, n_iter=750).fit(data)
    )
    write(
        "tsne",
        {
            "data": data.astype(int).tolist(),
            "labels": labels.tolist(),
            "perplexity": perplexity,
            "kl_scikit_learn": exact_kl(p, layout),
            "kl_opentsne": exact_kl(p, other),
            "layout": rounded(layout, 6),
        },
    )
    return layout, labels


def affinities():
    n, perplexity = 80, 6
    data, _ = digits(n)
    p = joint_probabilities(data, perplexity).tocoo()
    entries = [[int(i), int(j), rounded(v)] for i, j, v in zip(p.row, p.col, p.data) if i < j]
    write("affinities", {"n": n, "perplexity": perplexity, "entries": entries})


def pca():
    cases = []
    wide, _ = digits(30)
    tall, _ = digits(500)
    for name, data, k in [
        ("tall", tall, 10),
        ("wide", wide, 5),
        ("iterated", formula(300, 160).astype(float), 12),
    ]:
        found = PCA(k, svd_solver="full").fit(data)
        cases.append(
            {
                "name": name,
                "n": len(data),
                "d": data.shape[1],
                "explained_variance": rounded(found.explained_variance_),
                "components": rounded(found.components_[:4], 6),
                "coordinates": rounded(found.transform(data)[:5], 6),
            }
        )
    write("pca", {"cases": cases})


def hits_by_definition(positions, labels, k):
    """Ties go to the lower index; whole-number positions make the distances exact."""
    distances = cdist(positions, positions, "sqeuclidean")
    numpy.fill_diagonal(distances, numpy.inf)
    order = numpy.argsort(distances, axis=1, kind="stable")[:, :k]
    return (labels[order] == labels[:, None]).mean(axis=1)


def neighborhood_hit(layout, labels):
    # The values as written, so that both sides see the same numbers.
    layout = numpy.array(rounded(layout, 6), dtype=numpy.float32).astype(float)
    nearest = NearestNeighbors(n_neighbors=6).fit(layout).kneighbors(return_distance=False)
    hits = (labels[nearest] == labels[:, None]).mean(axis=1)
    i = numpy.arange(300)
    grid = numpy.stack([i * 37 % 12, i * 53 % 10], axis=1).astype(float)
    grid_labels = i * i % 7 % 4
    write(
        "neighborhood_hit",
        {
            "k": 6,
            "layout_hits": rounded(hits),
            "grid": grid.astype(int).tolist(),
            "grid_labels": grid_labels.tolist(),
            "grid_hits": rounded(hits_by_definition(grid, grid_labels, 6)),
        },
    )


def mds():
    n = 150
    data, _ = digits(n)
    target = cdist(data, data)
    centring = numpy.eye(n) - 1 / n
    values, vectors = numpy.linalg.eigh(-0.5 * centring @ target**2 @ centring)
    classical = vectors[:, [-1, -2]] * numpy.sqrt(values[[-1, -2]])
    start = numpy.array(rounded(formula(n, 2) / 1000.0, 6))
    results = {}
    for iterations in (1, 50, 1000):
        _, stress = smacof(
            target, init=start, n_init=1, max_iter=iterations, eps=1e-12, normalized_stress=False
        )
        results[str(iterations)] = float(stress)
    _, normalised = smacof(
        target, init=start, n_init=1, max_iter=1000, eps=1e-12, normalized_stress=True
    )
    raw = ((cdist(classical, classical) - target) ** 2).sum() / 2
    small = formula(20, 12).astype(float) - 9000 * (numpy.arange(12) % 3)
    write(
        "mds",
        {
            "n": n,
            "start": rounded(start, 6),
            "raw_stress": results,
            "normalised_stress": float(normalised),
            "classical_raw_stress": float(raw),
            "euclidean": rounded(cdist(small, small), 7),
            "cosine": rounded(cdist(small, small, "cosine"), 7),
            "correlation": rounded(1 - abs(numpy.corrcoef(small)), 7),
        },
    )


def quality():
    """Data without ties, so that ranks do not hang on rounding."""
    n, k = 120, 5
    data = formula(n, 10) + numpy.arange(n)[:, None] % 7 * 3.0
    labels = numpy.arange(n) % 4
    data[:, :3] += 9000 * labels[:, None]
    layout = data[:, :2] + 1500 * (numpy.arange(2 * n).reshape(n, 2) * 37 % 11)
    distances, target = cdist(layout, layout), cdist(data, data)
    accuracy = cross_val_score(KNeighborsClassifier(k), data, labels, cv=LeaveOneOut()).mean()
    scale = (distances * target).sum() / (distances**2).sum()
    write(
        "quality",
        {
            "n": n,
            "k": k,
            "trustworthiness": float(trustworthiness(data, layout, n_neighbors=k)),
            "continuity": float(trustworthiness(layout, data, n_neighbors=k)),
            "normalised": float(numpy.sqrt(((distances - target) ** 2).sum() / (target**2).sum())),
            "scaled": float(
                numpy.sqrt(((scale * distances - target) ** 2).sum() / (target**2).sum())
            ),
            "accuracy": float(accuracy),
            "hit": float(hits_by_definition(data, labels, k).mean()),
        },
    )


if __name__ == "__main__":
    layout, labels = tsne()
    affinities()
    pca()
    neighborhood_hit(layout, labels)
    mds()
    quality()
