// The rows of the table: what is done, on what, by whom, and what the project promises about it.
// A new kind of row needs: a builder here, a function of that name in implementations.mjs for each
// that can do it, and, where it is measured, a case in measures.mjs.

export const OURS = 'Hidden Activity';
export const SCRAN = 'scran.js 4.1.0';
export const DRUID = 'druidjs 0.9.0';
export const BHTSNE = 'wasm-bhtsne 1.2.5';

export const OURS_CPU = 'Hidden Activity (CPU)';
export const OURS_WEBGPU = 'Hidden Activity (WebGPU)';
export const TENSORFLOW_WASM = 'TensorFlow.js 4.22.0 (wasm)';
export const TENSORFLOW_WEBGL = 'TensorFlow.js 4.22.0 (webgl)';
export const TENSORFLOW_WEBGPU = 'TensorFlow.js 4.22.0 (webgpu)';

export const PERPLEXITY = 30;
export const NEIGHBOURS = 6;
export const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
export const CLASSES = 10;
/** The step, counted from 1, whose loss shows that two programs do the same. */
export const COMPARED_STEP = 3;

/** `inputs`: names of files; `make`: how each is made from the MNIST test images. */
const tsne = (n, others) => ({
  work: `tsne-${n}`,
  kind: 'tsne',
  n,
  d: 50,
  implementations: [OURS, SCRAN, ...others],
  inputs: { data: { kind: 'reduced', n, d: 50 } },
});
const mds = (n, others, seconds) => ({
  work: `mds-${n}`,
  kind: 'mds',
  n,
  d: 2_000,
  implementations: [OURS, ...others],
  inputs: { data: { kind: 'activations', n: 2_000, items: n } },
  seconds,
});
/**
 * Training on MNIST test images (8,192: no run here goes through them twice). `lengths`: steps not
 * timed and timed, on a processor and on a graphics device; the latter in all 1, 3, 7 or a multiple
 * of 8 less one, which is when the loss is read. `pairs`: whose speed is compared, and by how much
 * ours has to be faster.
 */
const train = (name, network, lengths, pairs) => ({
  work: `train-${name}`,
  kind: 'train',
  n: 8_192,
  d: 784,
  batch: 128,
  network: { side: 28, ...network },
  lengths,
  pairs,
  implementations: [...new Set(pairs.flatMap(({ ours, theirs }) => [ours, theirs]))],
  inputs: { images: { kind: 'images', n: 8_192 }, labels: { kind: 'labels', n: 8_192 } },
});
const mlp = (width, cpu, webgpu) =>
  train(
    `mlp-${width}`,
    { hidden: Array(4).fill(width), ours: { layers: Array(4).fill({ kind: 'dense', width }) } },
    { cpu, webgpu },
    [
      { ours: OURS_CPU, theirs: TENSORFLOW_WASM, least: 2 },
      { ours: OURS_WEBGPU, theirs: TENSORFLOW_WEBGPU, least: 1 },
      { ours: OURS_WEBGPU, theirs: TENSORFLOW_WEBGL },
    ],
  );

/** The light CNN that TOOLCHAIN.md measured. TensorFlow.js cannot train convolutions by wasm, but by webgl. */
const CONVOLUTIONS = [16, 16, 'pool', 32, 32, 'pool'];
const ourLayer = (layer) => (layer === 'pool' ? { kind: 'pool' } : { kind: 'conv', channels: layer });
const DENSE = [256, 128];

export const WORKS = [
  tsne(2_000, [BHTSNE, DRUID]),
  tsne(10_000, []),
  mds(512, [DRUID], 1),
  mds(1_000, [DRUID], 1),
  mds(4_096, [], 10),
  {
    // The layout is the first two of the principal coordinates: nothing has to be computed first.
    work: 'nh-10000',
    kind: 'nh',
    n: 10_000,
    d: 2,
    implementations: [OURS, SCRAN],
    inputs: { layout: { kind: 'reduced', n: 10_000, d: 2 }, labels: { kind: 'labels', n: 10_000 } },
    seconds: 0.5,
  },
  {
    work: 'quality-2000',
    kind: 'quality',
    n: 2_000,
    d: 1_000,
    implementations: [OURS],
    inputs: {
      data: { kind: 'activations', n: 2_000, items: 1_000 },
      layout: { kind: 'reduced', n: 2_000, d: 2 },
      labels: { kind: 'labels', n: 2_000 },
    },
    seconds: 1,
  },
  mlp(256, { warm: 13, steps: 50 }, { warm: 3, steps: 12 }),
  mlp(1_000, { warm: 5, steps: 10 }, { warm: 1, steps: 2 }),
  train(
    'cnn',
    {
      convolutions: CONVOLUTIONS,
      hidden: DENSE,
      ours: { layers: [...CONVOLUTIONS.map(ourLayer), ...DENSE.map((width) => ({ kind: 'dense', width }))] },
    },
    { cpu: { warm: 3, steps: 10 }, webgpu: { warm: 1, steps: 2 } },
    [
      { ours: OURS_CPU, theirs: TENSORFLOW_WEBGL, least: 2 },
      { ours: OURS_WEBGPU, theirs: TENSORFLOW_WEBGPU, least: 1 },
    ],
  ),
];

/** The works whose names hold one of the words (separated by blanks or commas); all where none is given. */
export function worksNamed(words) {
  const wanted = (words ?? '').split(/[\s,]+/).filter(Boolean);
  const exact = WORKS.filter(({ work }) => wanted.includes(work));
  if (wanted.length === exact.length) return wanted.length === 0 ? WORKS : exact;
  const found = WORKS.filter(({ work }) => wanted.some((word) => work.includes(word)));
  if (found.length === 0) throw new Error(`no row is called ${words}; there are ${WORKS.map(({ work }) => work).join(', ')}`);
  return found;
}
