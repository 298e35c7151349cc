// The rows of the table: what is done, on what, by whom, and what the project promises about it.
// A new kind of row (training, say) needs: a builder here, a function of that name in
// implementations.mjs for each that can do it, and, where it is measured, a case in measures.mjs.

export const OURS = 'Hidden Activity';
export const SCRAN = 'scran.js 4.1.0';
export const DRUID = 'druidjs 0.9.0';
export const BHTSNE = 'wasm-bhtsne 1.2.5';

export const PERPLEXITY = 30;
export const NEIGHBOURS = 6;

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
