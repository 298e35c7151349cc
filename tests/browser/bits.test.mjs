// The projection worker's layouts have the bits that native runs have (tests/projection_bits.rs).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { askProjector, project } from './projector.mjs';
import { stage } from './support.mjs';

const check = stage();
const BITS = JSON.parse(readFileSync(new URL('../reference/bits.json', import.meta.url), 'utf8'));

const JOBS = {
  'tsne-600': { request: project(600, 20, { Tsne: { iterations: 300, reduce_to: 8 } }), arrays: [{ noise: [600 * 20, 1] }, { zeros: 600 }] },
  'tsne-9000': { request: project(9000, 20, { Tsne: { iterations: 40, reduce_to: 8 } }), arrays: [{ noise: [9000 * 20, 1] }, { zeros: 9000 }] },
  'mds-300': { request: project(300, 20, { Mds: { config: {}, metric: 'Cosine' } }), arrays: [{ noise: [300 * 20, 2] }, { zeros: 300 }] },
  'evolution-400': {
    request: {
      Evolve: {
        sequence: [0, 1, 2].map((values) => ({ values, dimensions: 10 })),
        observations: 400, labels: 3, k: 6, config: { iterations: 300 },
      },
    },
    arrays: [...[3, 4, 5].map((seed) => ({ noise: [400 * 10, seed] })), { zeros: 400 }],
  },
};

check('bits: layouts by the worker are those of native runs, bit for bit', async ({ page, log }) => {
  const processors = await page.evaluate(() => navigator.hardwareConcurrency);
  log(`the neighbour search of 9,000 is divided among ${processors} workers`);
  assert.ok(processors >= 2, 'on one processor nothing is divided, and this says less than it should');
  const found = {};
  for (const [name, job] of Object.entries(JOBS)) found[name] = (await askProjector(page, job)).fingerprint;
  assert.deepEqual(found, BITS);
});
