"""Writes the reference values that tests/dataset_preprocessing.rs compares with.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install scipy
    /tmp/venv/bin/python tests/reference/make_preprocessing_fixture.py

Grey by the weights of ITU-R BT.601, Gaussian blur and Sobel by scipy.ndimage with its defaults
(mode "reflect", truncate 4), standardisation by numpy, of images from a formula that Rust can
rebuild. Images are in units of 255, as floats in single precision.
"""

import json
import pathlib

import numpy
import scipy
from scipy import ndimage

FOLDER = pathlib.Path(__file__).parent
SIGMAS = [0.3, 0.8, 1.0, 2.5, 7.0]


def image(index, height, width, channels):
    """Whole numbers from 0 to 255: hash of position, with an edge and a flat part."""
    y, x, c = numpy.meshgrid(
        numpy.arange(height), numpy.arange(width), numpy.arange(channels), indexing="ij"
    )
    noise = (y * 7919 + x * 104729 + c * 1299709 + index * 15485863 + x * x * y * 31) % 256
    edge = numpy.where(x * 2 + y > width, 40, 200) + 10 * c
    return numpy.where((x + index) % 5 == 0, edge, noise % 256).astype(numpy.uint8)


def rounded(array):
    return [float(f"{value:.8g}") for value in numpy.asarray(array, numpy.float64).ravel()]


def magnitude(plane):
    return numpy.hypot(ndimage.sobel(plane, axis=0), ndimage.sobel(plane, axis=1))


def case(height, width, channels, count=3):
    """All steps, alone and chained, of a few images; standardisation is over all of them."""
    images = numpy.stack([image(i, height, width, channels) for i in range(count)])
    first = images[0].astype(numpy.float32) / numpy.float32(255)
    planes = [first[:, :, c] for c in range(channels)]
    grey = planes[0]
    if channels == 3:
        grey = first @ numpy.array([0.299, 0.587, 0.114], numpy.float32)
    flat = images.reshape(-1, channels).astype(numpy.float64)
    mean, std = flat.mean(axis=0), flat.std(axis=0)
    std = numpy.where(std == 0, 1, std)
    return {
        "shape": [height, width, channels],
        "images": images.ravel().tolist(),
        "grey": rounded(grey),
        "gaussian": [
            {
                "sigma": sigma,
                "values": rounded(
                    numpy.stack([ndimage.gaussian_filter(p, sigma) for p in planes], axis=-1)
                ),
            }
            for sigma in SIGMAS
        ],
        "sobel": rounded(numpy.stack([magnitude(p) for p in planes], axis=-1)),
        "chain_sigma": 1.0,
        "chain": rounded(magnitude(ndimage.gaussian_filter(grey, 1.0))),
        "mean": rounded(mean),
        "std": rounded(std),
        "standardised": rounded((flat[: height * width] - mean) / std),
    }


def main():
    content = {
        "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__},
        "cases": [case(9, 11, 3), case(12, 8, 1), case(1, 5, 3), case(3, 1, 1), case(1, 1, 1)],
    }
    path = FOLDER / "preprocessing.json"
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
