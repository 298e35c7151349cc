// Street digits drawn in the page, and preprocessing: shown before and after, applied, returned from.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { askProjector } from './projector.mjs';
import { eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const RECORD = JSON.parse(readFileSync(new URL('../reference/street_digits.json', import.meta.url), 'utf8'));

const name = (page) => page.getByTestId('dataset-name').innerText();
const named = (page, text) => page.getByTestId('dataset-name').getByText(text, { exact: true }).waitFor();
const open = async (page, summary) => {
  const heading = page.locator('details:not([open]) > summary', { hasText: summary });
  if (await heading.count()) await heading.click();
};
/** Asks for so many digits. */
async function draw(page, train, test, seed = 1) {
  await open(page, 'Street digits');
  await visitor.setField(page, 'To train on', train);
  await visitor.setField(page, 'To test with', test);
  await visitor.setField(page, 'Seed of the drawing', seed);
  await page.getByRole('button', { name: 'Draw street digits' }).click();
}
/** The six samples before, then the six after: what each canvas shows, in numbers. */
async function samples(page) {
  const all = await page.getByLabel('Samples before and after').locator('canvas').all();
  const shown = [];
  for (const canvas of all) shown.push(await visitor.pixels(canvas));
  return { before: shown.slice(0, 6), after: shown.slice(6) };
}
const fingerprints = (shown) => shown.map((picture) => picture.fingerprint);
const isGrey = ({ counts }) => counts.every(([colour]) => colour >> 16 === (colour & 255) && ((colour >> 8) & 255) === (colour & 255));
const fits = async (page) => {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= screen, `${content} pixels wide on a screen of ${screen}`);
};

check('street: digits are drawn, preprocessed and returned to, each with its own numbers', async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  await draw(page, 1000, 600);
  await named(page, 'Street digits');
  await page.getByText('32×32×3 images, 10 classes · 1000 to train on, 600 to test with').waitFor();
  await page.getByText('Synthetic: house numbers drawn by Hidden Activity itself from seed 1').waitFor();
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.equal(await visitor.points(page, 'Left'), 600);
  const raw = await visitor.hit(page, 'Left');
  await open(page, 'Preprocessing');
  const first = await eventually(page, () => samples(page), ({ after }) => after.length === 6, 'no samples');
  assert.ok(!first.before.every(isGrey) && first.after.every(isGrey), 'colour before, grey after');
  assert.equal(new Set(fingerprints([...first.before, ...first.after])).size, 12, 'each sample is another picture');
  await screenshot('street-before');

  await page.getByLabel('Sobel: length of the gradient', { exact: true }).uncheck();
  const blurred = await samples(page);
  assert.deepEqual(fingerprints(blurred.before), fingerprints(first.before));
  assert.notDeepEqual(fingerprints(blurred.after), fingerprints(first.after));
  await page.getByLabel('Sobel: length of the gradient', { exact: true }).check();
  await visitor.setField(page, 'Blur σ, pixels', 99);
  await page.getByText('a Gaussian blur of 99 pixels is not possible').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Apply to all images' }).isDisabled());
  await visitor.setField(page, 'Blur σ, pixels', 1);
  assert.deepEqual(fingerprints((await samples(page)).after), fingerprints(first.after));

  await page.getByLabel('Standardise what the network sees').check();
  const standardised = (await samples(page)).after;
  assert.ok(standardised.every(isGrey));
  assert.notDeepEqual(fingerprints(standardised), fingerprints(first.after));
  const setting = page.getByLabel('Pixel values', { exact: true }).locator('option:checked');
  assert.equal(await setting.textContent(), 'Standardised', 'it is the training’s setting');
  await page.getByLabel('Standardise what the network sees').uncheck();

  await page.getByRole('button', { name: 'Apply to all images' }).click();
  await named(page, 'Street digits (grey, Gaussian σ 1, Sobel)');
  await page.getByText('32×32 images, 10 classes · 1000 to train on, 600 to test with').waitFor();
  await visitor.projected(page, 'Left', 'Raw pixels');
  const edges = await visitor.hit(page, 'Left');
  log(`NH of raw pixels ${raw}%, of their edges ${edges}%`);
  assert.ok(raw > 10 && raw < 45, `raw pixels separate classes poorly: ${raw}%`);
  assert.ok(edges > raw + 5, 'without polarity and colour, classes lie apart better');
  await screenshot('street-after');

  await page.getByRole('button', { name: 'Street digits', exact: true }).click();
  await named(page, 'Street digits');
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.equal(await visitor.hit(page, 'Left'), raw, 'what was put aside is as it was');
});

check('street: drawing can be cancelled, and numbers that are impossible are refused', async ({ page }) => {
  await visitor.digitsAreThere(page);
  const before = await name(page);
  await draw(page, 90000, 10000);
  await page.getByText('Drawing street digits').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByLabel('Progress of opening').waitFor({ state: 'detached' });
  assert.equal(await name(page), before);
  await draw(page, 0, 10);
  await page.getByText('0 images to learn from and 10 to judge by are not enough').waitFor();
  await draw(page, 100000, 10);
  await page.getByText('choose at most 100000 together').waitFor();
  assert.equal(await name(page), before);
  await draw(page, 60, 40, 5);
  await named(page, 'Street digits');
  await page.getByText('from seed 5').waitFor();
});

check('street: the worker draws what native runs draw, byte for byte, and fast', async ({ page, log }) => {
  const { seed, train, test, fingerprint } = RECORD;
  const drawn = await askProjector(page, { request: { DrawStreetDigits: { train, test, seed } }, arrays: [] });
  assert.equal(drawn.fingerprint, fingerprint);
  const many = await askProjector(page, { request: { DrawStreetDigits: { train: 9000, test: 1000, seed } }, arrays: [] });
  log(`10,000 images in ${many.seconds.toFixed(1)} s`);
});

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'dark' };
check('street: on a phone in the dark', { context: PHONE }, async ({ page, screenshot }) => {
  await visitor.digitsAreThere(page);
  await draw(page, 200, 100);
  await named(page, 'Street digits');
  await open(page, 'Preprocessing');
  await eventually(page, () => samples(page), ({ after }) => after.length === 6, 'no samples');
  await fits(page);
  await page.getByLabel('Samples before and after').scrollIntoViewIfNeeded();
  await screenshot('street-phone-dark');
});
