// Opens instantly: the first view is a finished analysis, and the same can be trained in the page.
import assert from 'node:assert/strict';
import { LONG, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

/** Compressed, as hosts send it. */
const check = stage({ gzip: true });
/** Not in the address, but what everyone opens first. */
const FIRST = { path: '?analysis=' };
/** What is promised on a machine that does nothing else; a test may run on a busy one. */
const PROMISED_MS = 1_500;
const MOST_MS = 2 * PROMISED_MS;
/** Bytes on the wire before the first view: the page, its styles, and the analysis. */
const MOST_BYTES = 660_000;

/** Both projections drawn and the pointer finds a point: milliseconds since the navigation began. */
async function firstView(browser, url, bytes) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.clearBrowserCache');
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 40, downloadThroughput: 1.25e6, uploadThroughput: 1.25e6 });
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.addInitScript(() => {
      const seen = () => {
        const finished = document.querySelectorAll('.pair .stage[data-layout="finished"]').length === 2;
        // In the frame after the next one both canvases are painted.
        if (!finished) return setTimeout(seen, 10);
        requestAnimationFrame(() => requestAnimationFrame(() => (window.drawnAt = performance.now())));
      };
      addEventListener('DOMContentLoaded', seen);
    });
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(() => window.drawnAt, null, { timeout: LONG, polling: 50 });
    const drawn = await page.evaluate(() => window.drawnAt);
    const entries = await page.evaluate((drawn) => performance.getEntries().filter((entry) => entry.transferSize && entry.startTime < drawn)
      .map(({ name, startTime, responseEnd, transferSize }) => ({ name, startTime, responseEnd, transferSize })), drawn);
    // What comes later may be on its way by then, but it did not begin before what is shown was there.
    const later = entries.filter(({ name }) => /\/(parts|workers)-[^/]+\/(?!load\.js)/.test(name));
    const { responseEnd: there } = entries.find(({ name }) => name.endsWith('digits.first'));
    for (const { name, startTime } of later) assert.ok(startTime > there, `${name} was asked for at ${startTime} ms, the first analysis came at ${there}`);
    bytes.push(entries.filter((entry) => !later.includes(entry)).reduce((sum, { transferSize }) => sum + transferSize, 0));
    // Linked and hoverable.
    const [x, y] = await visitor.somePoint(page, 'Right');
    await page.mouse.move(x, y);
    await page.locator('.hover-card').first().waitFor();
    return drawn;
  } finally {
    await context.close();
  }
}

check('instant: the first view is a finished analysis, linked and hoverable', FIRST, async ({ page, url, browser, log, screenshot }) => {
  await visitor.projected(page, 'Left', 'FC 4 before training');
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  assert.ok((await visitor.hit(page, 'Right')) > (await visitor.hit(page, 'Left')) + 5);
  await screenshot('first view');
  const [times, bytes] = [[], []];
  // What others do on the machine makes it slower, nothing makes it quicker: the quickest of some counts.
  while (times.length < 8 && !times.some((time) => time < PROMISED_MS)) times.push(await firstView(browser, url, bytes));
  const best = Math.min(...times);
  log(`cold, 10 Mbit/s, 40 ms, 4 times slower processor: drawn after ${times.map((time) => time.toFixed(0)).join(', ')} ms; ${(bytes[0] / 1e3).toFixed(0)} kB before that`);
  assert.ok(best < MOST_MS, `the first view took ${best.toFixed(0)} ms`);
  assert.ok(bytes.every((bytes) => bytes > 300_000 && bytes < MOST_BYTES), `${bytes} bytes came before the first view`);
});

check('instant: the same is trained here by one button, and both are shown', FIRST, async ({ page, screenshot }) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  const shipped = { hit: await visitor.hit(page, 'Right'), accuracy: await visitor.accuracy(page, 'Right') };
  await page.getByRole('button', { name: 'Train the same here' }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  const before = page.getByLabel('The analysis that was opened');
  assert.match(await before.innerText(), new RegExp(`accuracy ${shipped.accuracy.toFixed(2)}%`));
  assert.match(await before.innerText(), new RegExp(`FC 4 after 20 epochs · NH ${shipped.hit.toFixed(2)}%`));
  // The same seed on the same kind of device: the same network.
  await eventually(page, () => visitor.accuracy(page, 'Right'), (now) => now === shipped.accuracy, 'another accuracy');
  for (const picture of await before.locator('img').all()) {
    assert.ok(await picture.evaluate((image) => image.naturalWidth) > 100);
  }
  await screenshot('trained again');
  // The one that was opened is on the shelf.
  await page.getByRole('button', { name: /^Handwritten digits/ }).first().click();
  await page.getByRole('button', { name: 'Train the same here' }).waitFor();
});

for (const [file, hits] of [['street', [20.9, 96]], ['street-preprocessed', [20.6, 98.2]]]) {
  check(`instant: ${file} is shipped, too, with its images drawn again`, { path: `?analysis=analyses/${file}.npz` }, async ({ page, log, screenshot }) => {
    await visitor.projected(page, 'Left', 'FC 2 before training');
    await visitor.projected(page, 'Right', 'FC 2 after 20 epochs');
    const found = [await visitor.hit(page, 'Left'), await visitor.hit(page, 'Right')];
    log(`NH ${found.join('% and ')}%`);
    hits.forEach((hit, side) => assert.ok(Math.abs(found[side] - hit) < 0.2, `${found[side]} where ${hit} was shipped`));
    await page.locator('.inset canvas').first().waitFor();
    await screenshot(`shipped ${file}`);
  });
}

check('instant: what a neuron responds to is one button away, and the neuron stays chosen', { path: '?analysis=&view=neurons&neurons=5' }, async ({ page, screenshot }) => {
  await page.getByTestId('role-title').getByText('The activations were not saved').waitFor();
  await page.getByRole('button', { name: /^Open the same with activations/ }).click();
  await page.getByTestId('role-strongest').waitFor();
  assert.match(await page.getByTestId('role-title').innerText(), /^Neuron 6\b/);
  await eventually(page, async () => new URL(page.url()).searchParams.get('neurons'), (chosen) => chosen === '5', 'another neuron');
  await screenshot('neurons of the first view');
});
