// Makes the pictures in docs/screenshots from dist/ as it is: each view, light, dark and on a phone, on the
// analysis that comes with the page or on one that is trained for the picture.
//
//   node scripts/screenshots.mjs [NAME …]        all, or those whose name holds a text
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import * as evolution from '../tests/browser/evolving.mjs';
import { LONG } from '../tests/browser/support.mjs';
import * as visitor from '../tests/browser/visitor.mjs';
import { paletted } from './png.mjs';
import { serve } from './serve-static.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const OUT = join(ROOT, 'docs/screenshots');
/** The address of the analysis that comes with the page, and of the digits alone. */
const ANALYSED = '?analysis=analyses/digits.npz';
const LIVE = '?analysis=none';

const DESK = { viewport: { width: 1440, height: 900 } };
const DARK = { ...DESK, colorScheme: 'dark' };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

async function analysed(page) {
  await visitor.projected(page, 'Left', 'FC 4 before training');
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
}

/** The insets beside the clusters have come to rest. */
async function insets(page) {
  await page.getByLabel('Insets').selectOption('automatic');
  let before = '';
  for (let same = 0; same < 20;) {
    const now = await page.locator('.inset').evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())).join());
    same = now === before && now !== '' ? same + 1 : 0;
    before = now;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

async function trained(page, { data = visitor.digitsAreThere, preset = null, widths = null, epochs }) {
  await data(page);
  if (preset) await page.getByLabel('Network preset').selectOption(preset);
  if (widths) await visitor.setField(page, 'Hidden widths', widths);
  await visitor.setField(page, 'Epochs', epochs);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Right', `after ${epochs} epochs`);
}

const street = async (page) => {
  await visitor.digitsAreThere(page);
  await visitor.drawStreetDigits(page, 3000, 1000);
};

async function neurons(page) {
  await page.getByRole('tab', { name: 'Neurons' }).click();
  for (const side of ['left', 'right']) {
    await page.locator(`section[aria-label="Neurons on the ${side}"] .stage[data-layout="finished"][data-scoring="finished"]`).waitFor({ timeout: LONG });
  }
  const heading = page.locator('details.best:not([open]) > summary');
  if (await heading.count()) await heading.click();
  await page.getByTestId('best-neurons').locator('tr[data-class="3"] td[data-side="1"][data-rank="0"] button').click();
  await page.locator('section[aria-label="Observations of the neurons"] .stage[data-layout="finished"]').waitFor({ timeout: LONG });
}

/** name, context, address, and what a visitor does before the picture is taken. */
const PICTURES = [
  ['projections', DESK, ANALYSED, async (page) => {
    await analysed(page);
    await insets(page);
  }],
  ['projections-dark', DARK, ANALYSED, async (page) => {
    await analysed(page);
    await insets(page);
  }],
  ['projections-phone', PHONE, ANALYSED, async (page) => {
    await analysed(page);
    await visitor.picture(page, 'Right').evaluate((canvas) => canvas.scrollIntoView({ block: 'center' }));
  }],
  ['reading', { viewport: { width: 1440, height: 1400 } }, ANALYSED, async (page) => {
    await analysed(page);
    await insets(page);
    await page.locator('.readings > summary').click();
    await page.getByRole('region', { name: 'Misclassified observations' }).waitFor();
  }],
  ['evolution', DESK, LIVE, async (page) => {
    await evolution.trained(page, { widths: '128, 64, 32', epochs: 12 });
    await evolution.overTheEpochs(page);
    await evolution.bundled(page);
    await evolution.figure(page).locator('.steps button').last().click();
  }],
  ['neurons', { viewport: { width: 1440, height: 1080 } }, LIVE, async (page) => {
    await trained(page, { widths: '64, 48', epochs: 20 });
    await neurons(page);
  }],
  ['street-dark', DARK, LIVE, async (page) => {
    await trained(page, { data: street, preset: 'CNN light', epochs: 6 });
    await insets(page);
  }],
];

const wanted = process.argv.slice(2);
await mkdir(OUT, { recursive: true });
const server = await serve(process.env.HA_DIST ?? join(ROOT, 'dist'));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [name, options, path, act] of PICTURES) {
  if (wanted.length > 0 && !wanted.some((text) => name.includes(text))) continue;
  const context = await browser.newContext({ ...options, serviceWorkers: 'block', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(LONG);
  await page.goto(server.url + path);
  await act(page);
  await page.locator('.controls').evaluate((controls) => controls.scrollTo(0, 0));
  if (!options.hasTouch) await visitor.away(page);
  const png = paletted(await page.screenshot({ animations: 'disabled' }));
  await writeFile(join(OUT, `${name}.png`), png);
  console.log(`docs/screenshots/${name}.png: ${(png.length / 1000).toFixed(0)} KB`);
  await context.close();
}
await browser.close();
await server.close();
