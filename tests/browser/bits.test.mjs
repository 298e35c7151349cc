// The same seed gives the same bits: layouts by the projection worker and trainings by the training worker are
// those of native runs (tests/projection_bits.rs, tests/training_bits.rs), in Chromium after a reload, too, and in Firefox.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { askProjector, askTrainer, project } from './projector.mjs';
import { launchFirefox, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const reference = (file) => JSON.parse(readFileSync(new URL(`../reference/${file}`, import.meta.url), 'utf8'));
const LAYOUTS = reference('bits.json');
const TRAININGS = reference('trainings.json');

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

async function bitsAreOnRecord(page, log) {
  const processors = await page.evaluate(() => navigator.hardwareConcurrency);
  log(`the neighbour search of 9,000 is divided among ${processors} workers`);
  assert.ok(processors >= 2, 'on one processor nothing is divided, and this says less than it should');
  const layouts = {};
  for (const [name, job] of Object.entries(JOBS)) layouts[name] = (await askProjector(page, job)).fingerprint;
  assert.deepEqual(layouts, LAYOUTS);
  const trainings = {};
  for (const [name, job] of Object.entries(TRAININGS)) trainings[name] = { ...job, bits: await askTrainer(page, job) };
  assert.deepEqual(trainings, TRAININGS);
}

/** What a visitor reads after a training and its projections, to the last digit, and both pictures. */
async function whatIsShown(page) {
  await visitor.briefTraining(page);
  const captions = await Promise.all(['Left', 'Right'].map((side) => visitor.caption(page, side).innerText()));
  const pictures = await Promise.all(['Left', 'Right'].map((side) => visitor.atRest(page, visitor.picture(page, side))));
  return { captions, losses: await visitor.firstLosses(page), pictures: pictures.map(({ width, height, fingerprint }) => [width, height, fingerprint]) };
}

const shown = {};
stage()('bits: in Chromium, layouts and trainings are those of native runs, and a reload shows the same', async ({ page, log }) => {
  await bitsAreOnRecord(page, log);
  shown.chromium = await whatIsShown(page);
  await page.reload();
  assert.deepEqual(await whatIsShown(page), shown.chromium);
});

// A file may call `stage` once; the second one's browser is of this test alone.
stage({ launch: launchFirefox })('bits: in Firefox, layouts and trainings are those of native runs, and a visitor reads what Chromium shows', async ({ page, log }) => {
  await bitsAreOnRecord(page, log);
  const { captions, losses } = await whatIsShown(page);
  if (shown.chromium) assert.deepEqual({ captions, losses }, { captions: shown.chromium.captions, losses: shown.chromium.losses });
});
