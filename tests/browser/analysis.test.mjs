// An analysis as one file: saved, opened by NumPy, and opened again by the page.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';
import { drop } from './files.mjs';

const check = stage();
const PYTHON = join(process.env.HA_TOOLS ?? join(homedir(), '.cache/hidden-activity'), 'venv/bin/python');
const evolution = (page) => page.locator('section[aria-label="Evolution"]');
const steps = (page) => evolution(page).locator('.steps b').allInnerTexts();
const tab = (page, name) => page.getByRole('tab', { name }).click();

/** Trains two small layers, and looks at the evolution over them, too. */
async function analysed(page) {
  await visitor.briefTraining(page, '32, 16', 3);
  await tab(page, 'Evolution');
  await evolution(page).locator('.stage[data-layout="finished"]').waitFor({ timeout: LONG });
  await eventually(page, () => steps(page), (now) => now.length === 2 && now.every((hit) => /%/.test(hit)), 'no hits of the steps', LONG);
  const found = await steps(page);
  await tab(page, 'Projections');
  return found;
}

/** What a visitor reads and sees. */
const seen = async (page) => ({
  hits: [await visitor.hit(page, 'Left'), await visitor.hit(page, 'Right')],
  accuracy: await visitor.accuracy(page, 'Right'),
  whole: await page.getByTestId('whole-test').innerText(),
  pictures: [(await visitor.atRest(page, visitor.picture(page, 'Left'))).fingerprint, (await visitor.atRest(page, visitor.picture(page, 'Right'))).fingerprint],
});

async function save(page, activations) {
  const panel = page.locator('details', { hasText: 'Save this analysis' }).last();
  if (!(await panel.evaluate((details) => details.open))) await panel.locator('summary').click();
  await panel.getByRole('checkbox').setChecked(activations);
  const coming = page.waitForEvent('download');
  await panel.getByRole('button', { name: 'Save analysis' }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), buffer: await readFile(await download.path()) , path: await download.path() };
}

check('analysis: one file holds all of it, for NumPy and for the page', async ({ page, log, screenshot }) => {
  const evolved = await analysed(page);
  await visitor.away(page);
  const before = await seen(page);
  const file = await save(page, true);
  assert.equal(file.name, 'Handwritten digits - 32, 16 - analysis.npz');

  const script = `
import json, sys, numpy
file = numpy.load(sys.argv[1])
about = json.loads(file["analysis.json"])
right = (file["epoch_3/test/predicted"] == file["test/labels"]).mean()
print(json.dumps({"right": right, "layers": file["epoch_3/test/layer_1"].shape, "images": file["test/images"].shape,
  "hits": [float(file[f"projection_{i}/hits"].mean()) for i in range(len(about["projections"]))], "version": about["version"]}))`;
  const { stdout } = await promisify(execFile)(PYTHON, ['-c', script, file.path]);
  const read = JSON.parse(stdout);
  log(`${(file.buffer.length / 1e3).toFixed(0)} kB; NumPy reads ${stdout.trim()}`);
  assert.equal((100 * read.right).toFixed(2), before.accuracy.toFixed(2));
  assert.deepEqual(read.images, [719, 8, 8, 1]);
  assert.deepEqual(read.layers, [719, 32]);
  const hits = read.hits.map((hit) => Number((100 * hit).toFixed(2)));
  for (const hit of before.hits) assert.ok(hits.some((other) => Math.abs(other - hit) < 0.011), `${hit} of ${hits}`);

  await page.reload();
  await visitor.digitsAreThere(page);
  await drop(page, [file]);
  await visitor.projected(page, 'Left', 'FC 2 before training');
  await visitor.projected(page, 'Right', 'FC 2 after 3 epochs');
  await page.getByText('1078 of 1078 training images, 719 of 719 test images, with their analysis').waitFor();
  await visitor.away(page);
  await eventually(page, () => seen(page), (now) => JSON.stringify(now) === JSON.stringify(before), `not as before: ${JSON.stringify(before)}`);
  await screenshot('analysis opened');
  await tab(page, 'Evolution');
  await evolution(page).locator('.stage[data-layout="finished"]').waitFor();
  assert.deepEqual(await steps(page), evolved);
  // The other layer was never laid out; with its activations it can be.
  await tab(page, 'Projections');
  await page.getByLabel('Right: layer').selectOption({ label: 'FC 1' });
  await visitor.projected(page, 'Right', 'FC 1 after 3 epochs');
  // What was there before can be returned to.
  await page.getByRole('button', { name: /^Handwritten digits/ }).first().waitFor();
});

check('analysis: without activations the file is small, and what was laid out is shown', async ({ page, log }) => {
  await analysed(page);
  const before = await seen(page);
  const [large, small] = [await save(page, true), await save(page, false)];
  log(`${(large.buffer.length / 1e3).toFixed(0)} kB with activations, ${(small.buffer.length / 1e3).toFixed(0)} kB without`);
  assert.ok(small.buffer.length < large.buffer.length);
  await page.reload();
  await visitor.digitsAreThere(page);
  await drop(page, [small]);
  await visitor.projected(page, 'Right', 'FC 2 after 3 epochs');
  await visitor.projected(page, 'Left', 'FC 2 before training');
  assert.deepEqual([await visitor.hit(page, 'Left'), await visitor.hit(page, 'Right')], before.hits);

  // A later release's file, and a damaged one, say so and leave everything as it is.
  const cut = { name: 'cut.npz', buffer: large.buffer.subarray(0, large.buffer.length / 2) };
  await drop(page, [cut]);
  await page.getByRole('alert').filter({ hasText: 'cannot be opened as a zip archive' }).waitFor();
  assert.deepEqual([await visitor.hit(page, 'Left'), await visitor.hit(page, 'Right')], before.hits);
});

check('analysis: the one that comes with the page is shown at once', { path: '?analysis=analyses/digits.npz' }, async ({ page, log, screenshot }) => {
  const began = Date.now();
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  await visitor.projected(page, 'Left', 'FC 4 before training');
  log(`there after ${Date.now() - began} ms; NH ${await visitor.hit(page, 'Left')}% and ${await visitor.hit(page, 'Right')}%, accuracy ${await visitor.accuracy(page, 'Right')}%`);
  assert.ok(await visitor.accuracy(page, 'Right') > 97);
  assert.ok(await visitor.hit(page, 'Right') > 96 && await visitor.hit(page, 'Left') < 90);
  await screenshot('analysis shipped');
  await tab(page, 'Evolution');
  await evolution(page).locator('.stage[data-layout="finished"]').waitFor();
  assert.equal((await steps(page)).length, 4);
  // The same can be done again here.
  await tab(page, 'Projections');
  await visitor.setField(page, 'Epochs', 2);
  await visitor.training(page).getByRole('button', { name: /^Train/ }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Right', 'FC 4 after 2 epochs');
});

check('analysis: an address that leads nowhere says so, and the digits are there', { path: '?analysis=analyses/none.npz', expected: [/404|Failed to load/] }, async ({ page, url }) => {
  await page.getByRole('alert').filter({ hasText: 'The analysis could not be loaded.' }).waitFor();
  await visitor.digitsAreThere(page);
  await page.goto(`${url}?analysis=${encodeURIComponent('javascript:alert(1)')}`);
  await page.getByRole('alert').filter({ hasText: 'cannot be used' }).waitFor();
  await visitor.digitsAreThere(page);
});
