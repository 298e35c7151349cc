// How many frames a second a projection of 70,000 observations and pictures of 4,096 neurons have while they are
// moved, zoomed and pointed at, in Chromium on the processor. `make limits` runs it; it is no part of `make test`, for it
// tells seconds. It fails only where the page does not show all of them.
//
//   OBSERVATIONS=70000 NEURONS=4096 node tests/browser/limits.mjs
//
// What is shown is an analysis file as docs/ANALYSIS_FILE.md describes them, written by tests/browser/limits.py with NumPy.
// Every frame is asked for something new, so that no frame is free: the figures are those of the worst case.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { serve } from '../../scripts/serve-static.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');
const DIST = resolve(process.env.HA_DIST ?? join(ROOT, 'dist'));
const RESULTS = join(ROOT, 'test-results');
const OBSERVATIONS = Number(process.env.OBSERVATIONS ?? 70_000);
const NEURONS = Number(process.env.NEURONS ?? 4_096);
const FRAMES = 120;
const PATIENCE = 300_000;
const python = join(process.env.HA_TOOLS ?? join(process.env.HOME, '.cache/hidden-activity'), 'venv/bin/python');

const folder = await mkdtemp(join(tmpdir(), 'ha-limits-'));
await cp(DIST, folder, { recursive: true });
await promisify(execFile)(python, [join(HERE, 'limits.py'), join(ROOT, 'public/analyses/digits.npz'), join(folder, 'limits.npz'), OBSERVATIONS, NEURONS]);
const server = await serve(folder, { at: '/' });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--no-first-run', '--disable-background-networking'] });

/** Sends one event in each frame, and gives the times between frames in milliseconds. */
const inPage = async ([place, kind, frames]) => {
  const canvas = [...document.querySelectorAll('.stage > canvas')].filter((canvas) => canvas.getClientRects().length)[place];
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const send = (type, x, y, more = {}) => canvas.dispatchEvent(new (type === 'wheel' ? WheelEvent : PointerEvent)(type, {
    bubbles: true, cancelable: true, clientX: left + x, clientY: top + y, pointerId: 1, pointerType: 'mouse', isPrimary: true, ...more,
  }));
  const act = {
    hover: (i) => send('pointermove', width * (0.5 + 0.4 * Math.cos(i / 9)), height * (0.5 + 0.4 * Math.sin(i / 7))),
    pan: (i) => send('pointermove', width / 2 + 60 * Math.sin(i / 8), height / 2 + 40 * Math.sin(i / 5)),
    zoom: (i) => send('wheel', width / 2, height / 2, { deltaY: i % 60 < 30 ? -24 : 24 }),
  }[kind];
  if (kind === 'pan') send('pointerdown', width / 2, height / 2, { button: 0 });
  const times = [];
  for (let i = 0; i <= frames; i++) {
    times.push(await new Promise(requestAnimationFrame));
    act(i);
  }
  if (kind === 'pan') send('pointerup', width / 2, height / 2, { button: 0 });
  send('pointerleave', 0, 0);
  return times.slice(1).map((time, i) => time - times[i]);
};
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => console.log(`exception: ${error.message}`));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const metric = async (name) => (await devtools.send('Performance.getMetrics')).metrics.find((metric) => metric.name === name).value;

  const rows = [];
  async function measure(what, place, kind) {
    await page.evaluate(inPage, [place, kind, 10]);
    const before = await metric('TaskDuration');
    const times = (await page.evaluate(inPage, [place, kind, FRAMES])).sort((a, b) => a - b);
    const work = (1e3 * ((await metric('TaskDuration')) - before)) / FRAMES;
    const [median, slow] = [at(times, 0.5), at(times, 0.95)];
    rows.push({ what, kind, median, slow, work });
    console.log(`${what.padEnd(46)} ${kind.padEnd(6)} ${median.toFixed(1).padStart(6)} ms median (${(1e3 / median).toFixed(0)} frames/s), ${slow.toFixed(1)} ms 95%; the main thread worked ${work.toFixed(1)} ms a frame`);
  }

  const began = Date.now();
  await page.goto(new URL('?analysis=limits.npz', server.url).href);
  for (const side of ['Left', 'Right']) {
    await page.locator(`section[aria-label="${side} projection"] .stage[data-layout="finished"][data-points="${OBSERVATIONS}"]`).waitFor();
  }
  console.log(`${OBSERVATIONS} observations, twice: open after ${((Date.now() - began) / 1e3).toFixed(1)} s; ${cpus().length} processors, load ${loadavg()[0].toFixed(1)}`);
  const tool = page.getByRole('button', { name: 'Move the view' });
  const select = page.getByRole('button', { name: 'Select with a lasso' });
  const insets = page.getByLabel('Insets');
  for (const choice of ['none', await insets.inputValue()]) {
    await insets.selectOption(choice);
    const what = `two projections of ${OBSERVATIONS}, ${choice === 'none' ? 'no' : 'automatic'} insets`;
    await select.first().click();
    await measure(what, 0, 'hover');
    await tool.first().click();
    await measure(what, 0, 'pan');
    await measure(what, 0, 'zoom');
  }
  await mkdir(RESULTS, { recursive: true });
  await page.screenshot({ path: join(RESULTS, 'limits projections.png') });

  await page.getByRole('tab', { name: 'Neurons' }).click();
  for (const side of ['left', 'right']) {
    await page.locator(`section[aria-label="Neurons on the ${side}"] .stage[data-layout="finished"]`).waitFor();
  }
  const shown = await page.locator('.stage:visible').evaluateAll((all) => all.map((stage) => Number(stage.dataset.points)));
  console.log(`shown together: ${shown.join(', ')}`);
  const neurons = shown.findIndex((n) => n === NEURONS);
  const observations = shown.findIndex((n) => n === OBSERVATIONS);
  if (neurons < 0 || observations < 0) throw new Error(`${NEURONS} neurons and ${OBSERVATIONS} observations should be there`);
  const together = `${OBSERVATIONS} beside ${shown.filter((n) => n === NEURONS).length} × ${NEURONS} neurons`;
  for (const [name, place] of [['the observations', observations], ['neurons', neurons]]) {
    for (const kind of ['hover', 'zoom']) await measure(`${together}: ${name}`, place, kind);
  }
  await page.screenshot({ path: join(RESULTS, 'limits neurons.png') });
  await writeFile(join(RESULTS, 'limits.json'), JSON.stringify(rows, null, 1));
} finally {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
}
