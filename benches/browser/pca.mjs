// Principal components of images, for the input that every implementation gets. Not the project's
// own: the input must keep its bits, and the reference its worth, when the project's PCA changes.
// Only + − × ÷ and square roots, whose results IEEE 754 prescribes: the same bits everywhere.

const OVERSAMPLED = 30;
const ROUNDS = 20;

/** The first `k` principal coordinates of n images of `d` bytes (as fractions of 255), as floats. */
export function principalCoordinates(bytes, n, d, k) {
  const { mean, covariance } = covarianceOf(bytes, n, d);
  const axes = leadingEigenvectors(covariance, d, k);
  const coordinates = new Float32Array(n * k);
  const centred = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) centred[j] = bytes[i * d + j] - mean[j];
    for (let c = 0; c < k; c++) coordinates[i * k + c] = dot(axes[c], centred) / 255;
  }
  return coordinates;
}

function covarianceOf(bytes, n, d) {
  // Sums of products of bytes are whole numbers, so exact; most pixels are black.
  const mean = new Float64Array(d);
  const covariance = new Float64Array(d * d);
  for (let i = 0; i < n; i++) {
    const lit = [];
    for (let j = 0; j < d; j++) if (bytes[i * d + j] > 0) lit.push(j);
    for (const a of lit) {
      const value = bytes[i * d + a];
      mean[a] += value;
      for (const b of lit) covariance[a * d + b] += value * bytes[i * d + b];
    }
  }
  for (let j = 0; j < d; j++) mean[j] /= n;
  for (let a = 0; a < d; a++) {
    for (let b = 0; b < d; b++) covariance[a * d + b] = covariance[a * d + b] / n - mean[a] * mean[b];
  }
  return { mean, covariance };
}

/** Subspace iteration with some vectors more than asked for, then Rayleigh-Ritz. */
function leadingEigenvectors(matrix, d, k) {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  let basis = Array.from({ length: k + OVERSAMPLED }, () => Float64Array.from({ length: d }, random));
  for (let round = 0; round < ROUNDS; round++) {
    orthonormalise(basis);
    basis = basis.map((vector) => times(matrix, d, vector));
  }
  orthonormalise(basis);
  const images = basis.map((vector) => times(matrix, d, vector));
  const small = basis.map((a) => Float64Array.from(images, (b) => dot(a, b)));
  const { values, vectors } = jacobi(small);
  const order = [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, k);
  return order.map((column) => {
    const axis = new Float64Array(d);
    basis.forEach((vector, row) => addTo(axis, vectors[row][column], vector));
    // A sign that depends on nothing but the data: the largest loading is positive.
    const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    return largest < 0 ? axis.map((value) => -value) : axis;
  });
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addTo(target, factor, vector) {
  for (let i = 0; i < target.length; i++) target[i] += factor * vector[i];
}

/** A symmetric matrix times a vector, four rows at a time (d is a multiple of four). */
function times(matrix, d, vector) {
  const product = new Float64Array(d);
  for (let a = 0; a < d; a += 4) {
    const [v, w, x, y] = vector.subarray(a, a + 4);
    const at = a * d;
    for (let b = 0; b < d; b++) {
      product[b] +=
        v * matrix[at + b] + w * matrix[at + d + b] + x * matrix[at + 2 * d + b] + y * matrix[at + 3 * d + b];
    }
  }
  return product;
}

/** Modified Gram-Schmidt, twice, in place. */
function orthonormalise(vectors) {
  for (let pass = 0; pass < 2; pass++) {
    vectors.forEach((vector, at) => {
      for (let other = 0; other < at; other++) addTo(vector, -dot(vector, vectors[other]), vectors[other]);
      const length = Math.sqrt(dot(vector, vector));
      for (let i = 0; i < vector.length; i++) vector[i] /= length;
    });
  }
}

/** Eigenvalues and eigenvectors (in columns) of a small symmetric matrix. */
function jacobi(matrix) {
  const m = matrix.length;
  const vectors = matrix.map((_, row) => Float64Array.from({ length: m }, (_, column) => (row === column ? 1 : 0)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < m; p++) {
      for (let q = p + 1; q < m; q++) {
        if (matrix[p][q] === 0) continue;
        const tau = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = t * c;
        for (const rows of [matrix, vectors]) {
          for (const row of rows) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
        }
        const [a, b] = [matrix[p], matrix[q]];
        for (let i = 0; i < m; i++) [a[i], b[i]] = [c * a[i] - s * b[i], s * a[i] + c * b[i]];
      }
    }
  }
  return { values: matrix.map((row, at) => row[at]), vectors };
}
