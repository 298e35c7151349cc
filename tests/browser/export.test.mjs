// Figures to take away: SVG, PNG, CSV, and the table for screen readers.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage();
const RESULTS = new URL('../../test-results/', import.meta.url);

const evolution = (page) => page.locator('section[aria-label="Evolution"]');
const tab = (page, name) => page.getByRole('tab', { name }).click();

/** Chooses from the menu of a figure, with the keyboard. */
async function choose(figure, words) {
  const menu = figure.locator('details.export').first();
  await menu.locator('summary').focus();
  await menu.locator('summary').press('Enter');
  await menu.getByRole('button', { name: words }).press('Enter');
  assert.equal(await menu.getAttribute('open'), null, 'the menu stays open');
}

/** What a visitor gets; it is kept to be looked at. */
async function take(page, figure, words) {
  const coming = page.waitForEvent('download');
  await choose(figure, words);
  const download = await coming;
  const name = download.suggestedFilename();
  const bytes = await readFile(await download.path());
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL(`export ${name}`.replace(/[^\w.-]+/g, '-'), RESULTS), bytes);
  return { name, bytes, text: bytes.toString('utf8') };
}

/** The rows of a CSV file without quotes, as objects. */
function rows(text) {
  const [head, ...lines] = text.trimEnd().split('\r\n').map((line) => line.split(','));
  return lines.map((line) => Object.fromEntries(head.map((name, at) => [name, line[at]])));
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A drawing as the browser reads it; an error in it is found. */
const drawing = (page, text) =>
  page.evaluate((text) => {
    const svg = new DOMParser().parseFromString(text, 'image/svg+xml');
    const count = (what) => svg.querySelectorAll(what).length;
    return {
      error: svg.querySelector('parsererror')?.textContent,
      size: ['width', 'height'].map((name) => Number(svg.documentElement.getAttribute(name))),
      title: svg.querySelector('title').textContent,
      about: svg.querySelector('desc').textContent,
      caption: svg.getElementById('caption').textContent,
      points: count('#points circle:not(.ring)') + count('#points path:not(.ring)'),
      rings: count('#points .ring'),
      triangles: count('#points path:not(.ring)'),
      trails: count('#trails path'),
    };
  }, text);

/** Size and colours of a picture of pixels. */
const image = (page, bytes) =>
  page.evaluate(async (base64) => {
    // The page's policy lets nobody fetch from data:.
    const blob = new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type: 'image/png' });
    const bitmap = await createImageBitmap(blob);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const colours = new Set(new Uint32Array(data.buffer));
    return { type: blob.type, size: [bitmap.width, bitmap.height], colours: colours.size };
  }, bytes.toString('base64'));

check('export: a projection as SVG, PNG and CSV, and as a table', async ({ page, log, screenshot }) => {
  await visitor.briefTraining(page);
  const right = visitor.panel(page, 'Right');
  const hit = await visitor.hit(page, 'Right');

  const svg = await take(page, right, 'Save as SVG');
  assert.equal(svg.name, 'Handwritten digits - FC 2 after 4 epochs - t-SNE.svg');
  const drawn = await drawing(page, svg.text);
  assert.equal(drawn.error, undefined);
  assert.equal(drawn.points, 719);
  assert.ok(drawn.caption.includes(`NH ${hit.toFixed(2)}% (k = 6)`), drawn.caption);
  assert.ok(drawn.caption.includes(`accuracy ${(await visitor.accuracy(page, 'Right')).toFixed(2)}%`), drawn.caption);
  // What is said of it aloud is said in the file, too.
  const about = await page.getByTestId('about-1').textContent();
  assert.equal(drawn.about, about);
  assert.match(about, new RegExp(`719 observations in the plane. Neighborhood hit ${hit.toFixed(2)}%, with 6 neighbours. Best separated is class \\d .* worst class \\d .* ${drawn.triangles} misclassified. 0 selected.`));
  assert.equal(await visitor.picture(page, 'Right').getAttribute('aria-describedby'), 'about-1');

  const png = await take(page, right, 'Save as PNG');
  assert.equal(png.name, 'Handwritten digits - FC 2 after 4 epochs - t-SNE.png');
  const pixels = await image(page, png.bytes);
  log(`SVG ${(svg.bytes.length / 1e3).toFixed(0)} kB, PNG ${(png.bytes.length / 1e3).toFixed(0)} kB, ${pixels.size.join(' × ')}, ${pixels.colours} colours`);
  assert.deepEqual(pixels.size, drawn.size.map((side) => Math.round(2 * side)));
  assert.ok(pixels.colours > 100, `${pixels.colours} colours`);

  const csv = await take(page, right, 'Save numbers as CSV');
  assert.equal(csv.name, 'Handwritten digits - FC 2 after 4 epochs - t-SNE.csv');
  const observations = rows(csv.text);
  assert.equal(observations.length, 719);
  const hits = mean(observations.map((row) => Number(row.neighborhood_hit)));
  assert.equal((100 * hits).toFixed(2), hit.toFixed(2));
  const wrong = observations.filter((row) => row.class !== row.predicted).length;
  assert.equal(wrong, drawn.triangles);
  assert.equal((100 * (1 - wrong / 719)).toFixed(2), (await visitor.accuracy(page, 'Right')).toFixed(2));
  assert.ok(observations.every((row) => Number(row.probability) > 0.09));

  await choose(right, 'Show as table');
  const numbers = page.getByTestId('numbers');
  await numbers.getByText('Rows 1 to 200 of 719').waitFor();
  assert.equal(await numbers.locator('caption').innerText(), 'Handwritten digits · FC 2 after 4 epochs · t-SNE');
  const heads = await numbers.locator('thead th[scope="col"]').allInnerTexts();
  assert.deepEqual(heads.slice(0, 4), ['Observation', 'Index', 'Class', 'Class name']);
  assert.equal(await numbers.locator('tbody th[scope="row"]').count(), 200);
  await screenshot('export table');
  for (const range of ['201 to 400', '401 to 600', '601 to 719']) {
    await numbers.getByRole('button', { name: 'Next rows' }).click();
    await numbers.getByText(`Rows ${range} of 719`).waitFor();
  }
  assert.equal(await numbers.getByRole('button', { name: 'Next rows' }).getAttribute('aria-disabled'), 'true');
  const last = await numbers.locator('tbody tr').last().locator('th, td').allInnerTexts();
  assert.equal(last[0], '719');
  assert.equal(Number(last[2]), Number(observations[718].class));
  assert.equal(Number(last[7]), Number(Number(observations[718].x).toFixed(4)));
  await page.keyboard.press('Escape');
  await numbers.waitFor({ state: 'hidden' });
});

check('export: what is selected and zoomed to is exported so', { context: { colorScheme: 'dark' } }, async ({ page, screenshot }) => {
  await visitor.digitsAreThere(page);
  const left = visitor.panel(page, 'Left');
  await visitor.lasso(page, 'Left', [0.3, 0.3, 0.7, 0.7]);
  const selected = await eventually(page, () => visitor.selected(page), (n) => n > 0, 'nothing was selected');
  const whole = await drawing(page, (await take(page, left, 'Save as SVG')).text);
  assert.equal(whole.rings, selected);
  assert.equal(whole.points, 719);
  assert.match(whole.about, new RegExp(` ${selected} selected`));
  await screenshot('export menu closed');
  await left.locator('details.export summary').click();
  await screenshot('export menu dark');
  await page.keyboard.press('Escape');
  assert.equal(await visitor.selected(page), selected, 'Escape in the menu does not clear the selection');
  for (let i = 0; i < 3; i++) await left.getByRole('button', { name: 'Zoom in' }).click();
  const detail = await take(page, left, 'Save as SVG');
  const part = await drawing(page, detail.text);
  assert.ok(part.points > 10 && part.points < 719, `${part.points} points`);
  assert.match(part.caption, /A detail/);
  // The numbers are those of all observations.
  const observations = rows((await take(page, left, 'Save numbers as CSV')).text);
  assert.equal(observations.length, 719);
  assert.equal(observations.filter((row) => row.selected === '1').length, selected);
});

check('export: evolution, neurons, curves and the confusion matrix', async ({ page, log, screenshot }) => {
  await visitor.briefTraining(page);
  const training = visitor.training(page);
  const loss = rows((await take(page, training.getByTestId('loss-chart'), 'Save numbers as CSV')).text);
  assert.deepEqual(Object.keys(loss[0]), ['epoch', 'training', 'test']);
  assert.equal(loss.filter((row) => row.test !== '').length, 5);
  const accuracy = await take(page, training.getByTestId('accuracy-chart'), 'Save numbers as CSV');
  assert.equal(accuracy.name, 'Handwritten digits - 64, 32 - accuracy.csv');
  const shown = await visitor.percentage(training.getByTestId('test-accuracy'));
  assert.equal((100 * Number(rows(accuracy.text).at(-1).test)).toFixed(2), shown.toFixed(2));
  await take(page, training.getByTestId('loss-chart'), 'Save as SVG');

  await page.locator('details.readings > summary').click();
  const confusion = page.locator('section[aria-label="Confusion matrix"]');
  const counts = rows((await take(page, confusion, 'Save numbers as CSV')).text);
  const right = counts.map((row, truth) => Number(row[`taken for ${truth}`]));
  const wrong = 719 - right.reduce((sum, count) => sum + count, 0);
  assert.match(await page.getByTestId('confusion-summary').innerText(), new RegExp(`${719 - wrong} of 719 on the diagonal`));
  await take(page, confusion, 'Save as SVG');
  await page.locator('details.readings > summary').click();

  await tab(page, 'Evolution');
  await evolution(page).locator('.stage[data-layout="finished"]').waitFor({ timeout: LONG });
  await eventually(page, () => evolution(page).locator('.stage').getAttribute('data-trails'), (n) => n === '719', 'no trails', LONG);
  await eventually(page, () => evolution(page).locator('.steps b').allInnerTexts(), (now) => now.every((hit) => /%/.test(hit)), 'no hits of the steps', LONG);
  const moment = await take(page, evolution(page).locator('.stage'), 'Save as SVG');
  const drawn = await drawing(page, moment.text);
  log(`${moment.name}: ${(moment.bytes.length / 1e3).toFixed(0)} kB, ${drawn.trails} paths of trails`);
  assert.equal(drawn.error, undefined);
  assert.ok(drawn.trails >= 719 && drawn.points === 719);
  const steps = rows((await take(page, evolution(page).locator('.stage'), 'Save numbers as CSV')).text);
  const hits = mean(steps.map((row) => Number(row['neighborhood_hit (FC 2)'])));
  assert.equal((100 * hits).toFixed(2), (await visitor.percentage(page.getByTestId('evolution-nh-1'))).toFixed(2));
  const curve = rows((await take(page, page.getByTestId('evolution-nh-curve'), 'Save numbers as CSV')).text);
  assert.deepEqual(curve.map((row) => row.layer), ['FC 1', 'FC 2']);
  assert.equal((100 * Number(curve[1].neighborhood_hit)).toFixed(2), (100 * hits).toFixed(2));
  await screenshot('export evolution');

  await tab(page, 'Neurons');
  const neurons = page.locator('section[aria-label="Neurons on the right"]');
  await neurons.locator('.stage[data-layout="finished"][data-scoring="finished"]').waitFor({ timeout: LONG });
  const svg = await take(page, neurons, 'Save as SVG');
  assert.equal(svg.name, 'Handwritten digits - FC 2 after 4 epochs - neuron map.svg');
  assert.equal((await drawing(page, svg.text)).points, 32);
  const csv = rows((await take(page, neurons, 'Save numbers as CSV')).text);
  assert.equal(csv.length, 32);
  const best = csv.reduce((best, row) => (Number(row.score) > Number(best.score) ? row : best));
  const about = await page.getByTestId('about-5').textContent();
  assert.ok(about.includes(`the best of class ${best.best_class_name} is neuron ${best.neuron} with S = ${Number(best.score).toFixed(4)}`), about);
  await take(page, neurons, 'Save as PNG');
  await screenshot('export neurons');
});

check('export: on a small screen', { context: { viewport: { width: 390, height: 844 } } }, async ({ page, screenshot }) => {
  await visitor.digitsAreThere(page);
  const left = visitor.panel(page, 'Left');
  await left.locator('details.export summary').click();
  await screenshot('export menu small');
  const menu = await left.locator('details.export .menu').boundingBox();
  assert.ok(menu.x >= 0 && menu.x + menu.width <= 390, `the menu is from ${menu.x} to ${menu.x + menu.width}`);
  await left.getByRole('button', { name: 'Show as table' }).click();
  const numbers = page.getByTestId('numbers');
  await numbers.getByText('Rows 1 to 200 of 719').waitFor();
  await screenshot('export table small');
  const box = await numbers.boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 390 && box.height <= 844, JSON.stringify(box));
  await numbers.getByRole('button', { name: 'Close' }).click();
  await numbers.waitFor({ state: 'hidden' });
});
