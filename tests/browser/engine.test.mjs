// Steering a projection while it runs, and what is said of its quality.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { eventually, frames, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();

const left = (page) => visitor.panel(page, 'Left').locator('.stage');
const button = (page, name) => left(page).getByRole('button', { name, exact: true });
const layoutIs = (page, state) => visitor.panel(page, 'Left').locator(`.stage[data-layout="${state}"]`).waitFor();

/** The iteration that the panel names. */
async function iteration(page) {
  const text = await left(page).locator('.busy span').innerText();
  return Number(text.match(/^Iteration (\d+) of/)?.[1] ?? 0);
}

/** Begins a layout that takes long enough to be steered. */
async function longLayout(page) {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Iterations', 200000);
  await page.getByRole('button', { name: 'Compute anew' }).click();
  await eventually(page, () => iteration(page), (at) => at > 300, 'no iteration was shown');
}

check('engine: a projection pauses, goes on, stops, and restarts from its layout', async ({ page }) => {
  await longLayout(page);
  await button(page, 'Pause').click();
  await button(page, 'Go on').waitFor();
  // What was under way when the worker was told may still arrive.
  await frames(page, 30);
  const held = await iteration(page);
  await frames(page, 60);
  assert.equal(await iteration(page), held, 'a held layout stands still');
  await button(page, 'Go on').click();
  await eventually(page, () => iteration(page), (at) => at > held, 'it did not go on');
  await button(page, 'Stop').click();
  await layoutIs(page, 'stopped');

  const again = visitor.caption(page, 'Left').getByRole('button', { name: 'Restart from this layout' });
  await again.click();
  await layoutIs(page, 'running');
  await eventually(page, () => iteration(page), (at) => at > 0, 'it did not restart');
  await button(page, 'Stop').click();
  await layoutIs(page, 'stopped');
});

check('engine: parameters change while a projection runs', async ({ page }) => {
  await longLayout(page);
  // Fewer iterations than are done end it, as any other live parameter would change it.
  await visitor.setField(page, 'Iterations', 300);
  await page.getByRole('button', { name: 'Change while it runs' }).click();
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.ok((await visitor.hit(page, 'Left')) > 85, 'the layout is one of digits');
});

check('engine: it stops by itself when it has converged, if asked', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Iterations', 200000);
  await page.getByLabel('Stop when it has converged').check();
  await page.getByRole('button', { name: 'Compute anew' }).click();
  await layoutIs(page, 'running');
  await visitor.projected(page, 'Left', 'Raw pixels');
  await visitor.caption(page, 'Left').filter({ hasText: /converged|after \d+ iterations/i }).waitFor();
  assert.ok((await visitor.hit(page, 'Left')) > 90);
});

check('engine: the quality of a layout is measured against its data', async ({ page, log }) => {
  await visitor.digitsAreThere(page);
  await page.getByRole('button', { name: 'Measure its quality' }).first().click();
  const quality = page.getByTestId('quality-0');
  await quality.waitFor();
  const values = (await quality.locator('dd').allInnerTexts()).map(Number.parseFloat);
  log(`trustworthiness, continuity, stress, k-NN accuracy, NH in the data: ${values.join(', ')}`);
  const [trustworthiness, continuity, stress, accuracy, hit] = values;
  assert.ok(trustworthiness > 0.95 && trustworthiness <= 1, `trustworthiness ${trustworthiness}`);
  assert.ok(continuity > 0.9 && continuity <= 1, `continuity ${continuity}`);
  assert.ok(stress > 0 && stress < 1, `stress ${stress}`);
  assert.ok(accuracy > 93 && accuracy <= 100, `accuracy ${accuracy}`);
  assert.ok(Math.abs(hit - (await visitor.hit(page, 'Left'))) < 10, `NH in the data ${hit}`);
});

check('engine: MDS lays observations out by their distances, with stress and a Shepard diagram', async ({ page, log }) => {
  await visitor.digitsAreThere(page);
  const neighbours = await visitor.hit(page, 'Left');
  await page.getByLabel('Method of projection').selectOption('euclidean');
  const caption = visitor.caption(page, 'Left');
  await caption.filter({ hasText: /metric MDS of Euclidean distances, stress 0\.\d+/ }).waitFor();
  const stress = Number((await caption.innerText()).match(/stress (0\.\d+)/)[1]);
  log(`stress ${stress}, NH ${await visitor.hit(page, 'Left')}%; by t-SNE ${neighbours}%`);
  assert.ok(stress > 0.05 && stress < 0.5, `stress ${stress}`);
  assert.ok((await visitor.hit(page, 'Left')) < neighbours, 't-SNE keeps neighbours better');
  const shepard = page.getByTestId('shepard').first();
  await shepard.locator('summary').first().click();
  await eventually(page, () => visitor.pixels(shepard.locator('canvas')), ({ colours }) => colours > 10, 'the diagram is empty');
  // Its pairs can be taken away.
  const coming = page.waitForEvent('download');
  await shepard.locator('.export summary').click();
  await shepard.getByRole('button', { name: 'Save numbers as CSV' }).click();
  const file = await coming;
  assert.match(file.suggestedFilename(), / - Shepard diagram\.csv$/);
  const [head, ...pairs] = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
  assert.equal(head, 'dissimilarity,distance_in_the_picture');
  assert.equal(pairs.length, Number((await shepard.locator('canvas').getAttribute('aria-label')).match(/: (\d+) pairs/)[1]));

  await page.getByLabel('Method of projection').selectOption('cosine');
  await caption.filter({ hasText: /metric MDS of cosine dissimilarities/ }).waitFor();
  await page.getByLabel('Method of projection').selectOption('tsne');
  await caption.filter({ hasText: /t-SNE, perplexity 30/ }).waitFor();
  assert.equal(await visitor.hit(page, 'Left'), neighbours, 'the same layout as before');
});
