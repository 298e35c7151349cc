// What can be timed, in the worker. Each implementation loads itself and gives one function for
// each kind of work it can do; that prepares, untimed, the function that is timed, which may be
// asynchronous. What comes in are row-major floats, and a layout goes out as x, y, x, y, …:
// conversions that an implementation needs are its own time. Beside a `layout` it may give a `note`,
// `nh`, or how many `steps` it took (for milliseconds a step).
import { load } from './core.mjs';
import { ourTraining, theirTraining } from './training.mjs';
import {
  BHTSNE, DRUID, NEIGHBOURS, OURS, OURS_CPU, OURS_WEBGPU, PERPLEXITY, SCRAN, TENSORFLOW_WASM, TENSORFLOW_WEBGL,
  TENSORFLOW_WEBGPU,
} from './works.mjs';

const ITERATIONS = 1_000;
const MDS_ITERATIONS = 300;

export const implementations = {
  [OURS]: ours,
  [SCRAN]: scran,
  [BHTSNE]: bhtsne,
  [DRUID]: druid,
  [OURS_CPU]: () => ({ train: ourTraining('cpu') }),
  [OURS_WEBGPU]: () => ({ train: ourTraining('webgpu') }),
  [TENSORFLOW_WASM]: () => ({ train: theirTraining('wasm') }),
  [TENSORFLOW_WEBGL]: () => ({ train: theirTraining('webgl') }),
  [TENSORFLOW_WEBGPU]: () => ({ train: theirTraining('webgpu') }),
};

async function ours() {
  const core = await load(await (await fetch('core.wasm')).arrayBuffer());
  return {
    tsne: ({ n, d }, { data }) => () => {
      const layout = core.tsne(data, n, d);
      if (core.iterations() !== ITERATIONS) throw new Error(`${core.iterations()} iterations`);
      return { layout };
    },
    mds: ({ n, d }, { data }) => () => {
      const layout = core.mds(data, d, n);
      return { layout, note: `${core.iterations()} iterations` };
    },
    nh: ({ n }, { layout, labels }) => () => ({ nh: core.neighborhoodHit(layout, labels, n) }),
    quality: ({ n, d }, { data, layout, labels }) => () => {
      const trustworthiness = core.quality(data, layout, labels, n, d);
      return { note: `trustworthiness ${trustworthiness.toFixed(4)}` };
    },
  };
}

async function scran() {
  // Its memory is shared. Pages that are not isolated can make one, though its class has no name there.
  globalThis.SharedArrayBuffer ??= new WebAssembly.Memory({ initial: 0, maximum: 0, shared: true }).buffer.constructor;
  const library = await import('./peers/scran.js/index.js');
  // No helper: it would have to get that memory, which takes isolation. One thread is the caller's.
  await library.initialize({ numberOfThreads: 0 });
  const one = { numberOfThreads: 1 };
  return {
    // All by its defaults, which have it search neighbours approximately.
    tsne: ({ n, d }, { data }) => () => {
      const index = library.buildNeighborSearchIndex(data, { numberOfDims: d, numberOfCells: n });
      const { x, y } = library.runTsne(index, { perplexity: PERPLEXITY, maxIterations: ITERATIONS, ...one });
      return { layout: interleaved(x, y) };
    },
    nh: ({ n }, { layout, labels }) => () => {
      const index = library.buildNeighborSearchIndex(layout, { numberOfDims: 2, numberOfCells: n, approximate: false });
      const { indices } = library.findNearestNeighbors(index, NEIGHBOURS, one).serialize();
      let same = 0;
      for (let at = 0; at < indices.length; at++) same += labels[indices[at]] === labels[Math.floor(at / NEIGHBOURS)];
      return { nh: same / indices.length };
    },
  };
}

async function bhtsne() {
  const library = await import('./peers/wasm-bhtsne/wasm_bhtsne.js');
  await library.default();
  return {
    tsne: ({ n, d }, { data }) => () => {
      const encoder = new library.bhtSNEf32(rows(data, n, d, Array), { perplexity: PERPLEXITY });
      return { layout: [...encoder.step(ITERATIONS)].flat() };
    },
  };
}

async function druid() {
  const library = await import('./peers/druidjs/druid.js');
  await library.initWasm?.();
  return {
    tsne: ({ n, d }, { data }) => () => {
      const run = new library.TSNE(rows(data, n, d, Float64Array), { perplexity: PERPLEXITY, seed: 1 });
      return { layout: pairs(run.transform(ITERATIONS)) };
    },
    // On dissimilarities that it is given: unlike ours, its time is without them. It stops as ours
    // does, whose raw stress has to fall by less than 1e-5 of itself; its own limit is looser.
    mds({ n, d }, { data }) {
      const matrix = correlationDissimilarities(data, d, n);
      return () => {
        const how = { metric: 'precomputed', seed: 1, iterations: MDS_ITERATIONS, epsilon: 2e-6 };
        const steps = new library.SMACOF(matrix, how).generator();
        let [layout, iterations] = [null, 0];
        for (layout of steps) iterations++;
        return { layout: pairs(layout), note: `${iterations} iterations; dissimilarities not counted` };
      };
    },
  };
}

const interleaved = (x, y) => Float32Array.from({ length: 2 * x.length }, (_, at) => (at % 2 ? y : x)[at >> 1]);

const rows = (data, n, d, type) => Array.from({ length: n }, (_, i) => type.from(data.subarray(i * d, (i + 1) * d)));

const pairs = (points) => Array.from(points).flatMap((point) => [point[0], point[1]]);

/** 1 − |r| between the columns of n × items data. */
function correlationDissimilarities(data, n, items) {
  const columns = Array.from({ length: items }, (_, j) => {
    const column = Float64Array.from({ length: n }, (_, i) => data[i * items + j]);
    const mean = column.reduce((sum, value) => sum + value, 0) / n;
    const length = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    return column.map((value) => (length > 0 ? (value - mean) / length : 0));
  });
  const matrix = columns.map(() => new Float64Array(items));
  for (let a = 0; a < items; a++) {
    for (let b = 0; b < a; b++) {
      let product = 0;
      for (let i = 0; i < n; i++) product += columns[a][i] * columns[b][i];
      matrix[a][b] = matrix[b][a] = 1 - Math.min(1, Math.abs(product));
    }
  }
  return matrix;
}
