"""Writes opentsne_reference.json: what openTSNE makes of the inputs of the rows of t-SNE.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install openTSNE==1.0.4
    make bench ONLY=nh-10000        # builds the module that measures
    node benches/browser/write-inputs.mjs /tmp/inputs
    OMP_NUM_THREADS=1 /tmp/venv/bin/python benches/browser/opentsne_reference.py /tmp/inputs \
        target/wasm32-unknown-unknown/release/projection_wasm_bench.wasm

Needed again only when an input changes; `make bench` says so. Each layout is measured by measures.mjs,
as those of all implementations are, and its divergence once more here, by NumPy.
"""

import hashlib
import json
import math
import pathlib
import platform
import subprocess
import sys
import time

import numpy
import openTSNE
import sklearn

HERE = pathlib.Path(__file__).parent
PERPLEXITY = 30
# Its two ways of repulsion. By itself it takes Barnes-Hut below 10,000 observations, else FFT.
METHODS = {"bh": "Barnes-Hut", "fft": "FFT"}
RUNS = {"tsne-2000": ["bh", "fft"], "tsne-10000": ["bh", "fft"]}


def exact_divergence(data, layout):
    """The divergence on the P of all pairs, in double precision, by bisection."""
    n = len(data)
    squares = (data**2).sum(1)
    p = squares[:, None] + squares[None, :] - 2 * data @ data.T
    for i, row in enumerate(p):
        row[i] = math.inf
        row -= row.min()
        low, high, precision = 0.0, math.inf, 1.0
        for _ in range(200):
            weights = numpy.exp(-precision * row)
            total = weights.sum()
            weights /= total
            some = weights > 0
            entropy = -(weights[some] * numpy.log(weights[some])).sum()
            if abs(entropy - math.log(PERPLEXITY)) < 1e-9:
                break
            if entropy > math.log(PERPLEXITY):
                low = precision
            else:
                high = precision
            precision = 2 * precision if high == math.inf else (low + high) / 2
        row[:] = weights
    p = (p + p.T) / (2 * n)
    squares = (layout**2).sum(1)
    q = 1 / (1 + numpy.maximum(squares[:, None] + squares[None, :] - 2 * layout @ layout.T, 0))
    numpy.fill_diagonal(q, 0)
    q /= q.sum()
    some = p > 0
    return float((p[some] * numpy.log(p[some] / q[some])).sum())


def run(folder, wasm, work, method):
    raw = (folder / f"{work}.f32").read_bytes()
    data = numpy.frombuffer(raw, "<f4").astype(float).reshape(-1, 50)
    began = time.process_time()
    # Everything else is as openTSNE has it: 250 iterations of early exaggeration, then `n_iter`.
    layout = openTSNE.TSNE(
        perplexity=PERPLEXITY,
        n_iter=750,
        neighbors="exact",
        negative_gradient_method=method,
        n_jobs=1,
        random_state=0,
    ).fit(data)
    seconds = time.process_time() - began
    file = folder / f"{work}.{method}.layout.f32"
    numpy.asarray(layout).astype("<f4").tofile(file)
    measured = subprocess.run(
        ["node", HERE / "measures.mjs", wasm, work, file], check=True, stdout=subprocess.PIPE
    )
    measured = json.loads(measured.stdout)
    assert measured["input"] == hashlib.sha256(raw).hexdigest(), "the inputs are not those of works.mjs"
    row = {
        "work": work,
        "implementation": f"openTSNE {openTSNE.__version__} (native, {METHODS[method]})",
        "n": len(data),
        "d": 50,
        "seconds": round(seconds, 2),
        "kl": round(measured["kl"], 6),
        "nh": round(measured["nh"], 6),
        "input": measured["input"],
    }
    if len(data) <= 2_000:
        row["kl_by_numpy"] = round(exact_divergence(data, numpy.fromfile(file, "<f4").astype(float).reshape(-1, 2)), 6)
        assert abs(row["kl_by_numpy"] - row["kl"]) < 1e-5, row
    print(row, flush=True)
    return row


def main():
    folder, wasm = pathlib.Path(sys.argv[1]), sys.argv[2]
    result = {
        "made_by": "benches/browser/opentsne_reference.py",
        "versions": {
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "scikit-learn": sklearn.__version__,
            "openTSNE": openTSNE.__version__,
        },
        "seconds_are": "processor time of one thread",
        "rows": [run(folder, wasm, work, method) for work, methods in RUNS.items() for method in methods],
    }
    (HERE / "opentsne_reference.json").write_text(json.dumps(result, indent=2) + "\n")


main()
