// Hours of a visitor's work in minutes: trains, projects, selects, switches data sets and views in one page of
// Chromium, opens and closes embeds in another that stays open, and weighs both after every round. It fails where
// the last rounds weigh over 5% more than the heaviest of the first ten minutes. `make soak` runs it; it is no part of `make test`.
//
//   MINUTES=60 node tests/browser/soak.mjs
//
// What is weighed: the linear memories of the page's WebAssembly and of all its workers', all objects on the
// JavaScript heap of each page and what its buffers hold (after a garbage collection), and its DOM nodes. Told, but
// not judged, is what the engine decides about: the code that it compiles of functions that are called often, which
// is on the same heap, its own bookkeeping, and what Chromium's processes have not given back to the system.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from '../../scripts/serve-static.mjs';
import { heapOf } from './heap.mjs';
import * as visitor from './visitor.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const DIST = resolve(process.env.HA_DIST ?? join(ROOT, 'dist'));
const RESULTS = join(ROOT, 'test-results');
const MINUTES = Number(process.env.MINUTES ?? 60);
if (!(MINUTES > 0)) throw new Error('MINUTES must be a number of minutes, such as 60.');
/** The first ten minutes; of a short soak the first third. */
const FIRST = Math.min(10, MINUTES / 3) * 60;
const GROWTH = 1.05;
/** The last rounds that are judged. */
const LAST = 3;
/** Others may use the machine, and nothing here is about speed. */
const PATIENCE = 600_000;
/** Activations of so many trainings fill what the page keeps of earlier ones (ACTIVATION_BUDGET). */
const FILLING = 7;

/** Keeps the memory of every module that is made, without keeping those alive that are gone. */
const HOOK = `(() => {
  const memories = (self.soakMemories = []);
  const keep = (instance) => {
    if (instance.exports.memory instanceof WebAssembly.Memory) memories.push(new WeakRef(instance.exports.memory));
  };
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...args) => {
      const made = await original(...args);
      keep(made.instance ?? made);
      return made;
    };
  }
})();`;
const weighMemories = () => {
  // A split module shares its memory with the main one.
  const all = new Set((self.soakMemories ?? []).map((memory) => memory.deref()).filter(Boolean));
  return [...all].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
};

const server = await serve(DIST, { at: '/' });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
await context.addInitScript(HOOK);
await context.route('**/worker.js', async (route) => {
  const answer = await route.fetch();
  await route.fulfill({ response: answer, body: HOOK + (await answer.text()) });
});
const page = await context.newPage();
/** A page of somebody else's that shows figures; the app itself shows no frames, by its own policy. */
const host = await context.newPage();
await context.route('**/host.html', (route) =>
  route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Host</title><script type="module" src="embed.js"></script>' }),
);
const faults = [];
const inspectors = new Map();
for (const one of [page, host]) {
  one.setDefaultTimeout(PATIENCE);
  one.on('pageerror', (error) => faults.push(error.message));
  one.on('crash', () => faults.push('a page crashed'));
  inspectors.set(one, await context.newCDPSession(one));
}
const processes = await browser.newBrowserCDPSession();

/** Bytes of a page's JavaScript heap by kind: objects of all sorts, and compiled code. */
async function takeHeapApart(devtools) {
  const found = { objects: 0, code: 0 };
  for await (const [type, size] of heapOf(devtools)) {
    // Native ones are the browser's: the document, and lists of what took long.
    if (type === 'code') found.code += size;
    else if (type !== 'native') found.objects += size;
  }
  return found;
}

/** What a page has on its JavaScript heap and in its document. */
async function weighPage(one) {
  const devtools = inspectors.get(one);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await devtools.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners, documents } = await devtools.send('Memory.getDOMCounters');
  return { ...(await takeHeapApart(devtools)), heap: usedSize, buffers: backingStorageSize, nodes, listeners: jsEventListeners, documents };
}

async function weigh() {
  const { objects: hostObjects, nodes: hostNodes, documents: hostDocuments } = await weighPage(host);
  const weight = await weighPage(page);
  const pageWasm = await page.evaluate(weighMemories);
  let workersWasm = 0;
  const workers = page.workers();
  for (const worker of workers) {
    // One that ends meanwhile weighs nothing.
    workersWasm += await worker.evaluate(weighMemories).catch(() => 0);
  }
  const { processInfo } = await processes.send('SystemInfo.getProcessInfo');
  let resident = 0;
  for (const { id } of processInfo) {
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
    resident += 1024 * Number(status.match(/VmRSS:\s+(\d+)/)?.[1] ?? 0);
  }
  return { pageWasm, workersWasm, ...weight, hostObjects, hostNodes, hostDocuments, workers: workers.length, resident };
}

const field = (label, value) => visitor.setField(page, label, value);
async function train(layer, epochs) {
  await field('Epochs', epochs);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingIs(page, 'preparing running ended', PATIENCE);
  const state = await visitor.trainingIs(page, 'ended failed stopped', PATIENCE);
  if (state !== 'ended') throw new Error(`the training ${state}: ${await visitor.training(page).innerText()}`);
  await visitor.projected(page, 'Right', `${layer} after ${epochs} epochs`, PATIENCE);
}
const tab = (name) => page.getByRole('tab', { name }).click();

/** A figure in the host page, until it says that it is ready. */
async function embed(figure) {
  const failed = await host.evaluate(([figure, patience]) => new Promise((resolve) => {
    const element = Object.assign(document.createElement('hidden-activity'), { id: 'figure' });
    element.setAttribute('figure', figure);
    element.setAttribute('analysis', 'analyses/digits.npz');
    const end = (failed) => {
      clearTimeout(timer);
      element.remove();
      resolve(failed);
    };
    const timer = setTimeout(() => end('it was never ready'), patience);
    element.addEventListener('ready', () => end(null));
    element.addEventListener('error', ({ detail }) => end(detail.message));
    document.body.append(element);
  }), [figure, PATIENCE]);
  if (failed !== null) throw new Error(`the figure ${figure}: ${failed}`);
}

async function round(number) {
  await train('FC 4', 20);
  await visitor.projected(page, 'Left', 'FC 4 before training', PATIENCE);

  await visitor.lasso(page, 'Left', [0.1, 0.2, 0.6, 0.9]);
  await page.waitForFunction(() => /^[1-9]/.test(document.querySelector('[data-testid=selection-summary]').innerText));
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+Shift+z');
  await page.mouse.move(...(await visitor.somePoint(page, 'Right')));
  await page.getByTestId('hover-card').waitFor();
  await visitor.away(page);
  await page.keyboard.press('Escape');

  if (number % 2) {
    await tab('Evolution');
    await page.locator('section[aria-label="Evolution"] .stage[data-layout="finished"]').waitFor();
  } else {
    await tab('Neurons');
    for (const side of ['left', 'right']) {
      await page.locator(`section[aria-label="Neurons on the ${side}"] .stage[data-layout="finished"]`).waitFor();
    }
  }
  await tab('Projections');

  const street = page.locator('details:not([open]) > summary', { hasText: 'Street digits' });
  if (await street.count()) await street.click();
  await field('To train on', 400);
  await field('To test with', 200);
  await page.getByRole('button', { name: 'Draw street digits' }).click();
  await page.getByTestId('dataset-name').getByText('Street digits', { exact: true }).waitFor();
  await visitor.projected(page, 'Left', 'Raw pixels', PATIENCE);
  await train('FC 4', 2);

  await page.getByRole('button', { name: /^Handwritten digits · / }).last().click();
  await page.getByTestId('dataset-name').getByText('Handwritten digits', { exact: true }).waitFor();
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs', PATIENCE);

  await host.bringToFront();
  await embed(['pair', 'trails', 'projection', 'confusion'][number % 4]);
  await page.bringToFront();
}

const KINDS = { pageWasm: 'wasm memory of the page', workersWasm: 'wasm memory of the workers', objects: 'objects of JavaScript', buffers: 'buffers of JavaScript', nodes: 'DOM nodes', hostObjects: 'objects of the page with embeds', hostNodes: 'DOM nodes of the page with embeds' };
const samples = [];
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
try {
  await host.goto(new URL('host.html', server.url).href);
  await page.bringToFront();
  await page.goto(new URL('?analysis=none&device=cpu', server.url).href);
  await visitor.digitsAreThere(page);
  const began = Date.now();
  for (let i = 0; i < FILLING; i++) await train('FC 4', 20);
  for (let number = 0; number === 0 || Date.now() - began < MINUTES * 60_000; number++) {
    await round(number);
    if (faults.length) throw new Error(`the page has faults:\n  ${faults.join('\n  ')}`);
    const sample = { round: number, seconds: Math.round((Date.now() - began) / 1000), ...(await weigh()) };
    samples.push(sample);
    console.log(
      `${String(sample.seconds).padStart(5)} s  round ${number}: page ${megabytes(sample.pageWasm)} MB, ${sample.workers} workers ${megabytes(sample.workersWasm)} MB, ` +
      `objects ${(sample.objects / 1e6).toFixed(3)} MB, code ${(sample.code / 1e6).toFixed(3)} MB of a heap of ${megabytes(sample.heap)} MB, buffers ${megabytes(sample.buffers)} MB; ${sample.nodes} nodes, ${sample.listeners} listeners, ${sample.documents} documents; ` +
      `host ${(sample.hostObjects / 1e6).toFixed(3)} MB of objects, ${sample.hostNodes} nodes, ${sample.hostDocuments} documents; ` +
      `Chromium ${megabytes(sample.resident)} MB resident`,
    );
  }
} finally {
  await mkdir(RESULTS, { recursive: true });
  await page.screenshot({ path: join(RESULTS, 'soak.png') }).catch(() => {});
  await writeFile(join(RESULTS, 'soak.json'), JSON.stringify(samples, null, 1));
  await browser.close();
  await server.close();
}

const first = samples.filter(({ seconds }) => seconds <= FIRST);
if (first.length === 0 || samples.length < first.length + LAST) {
  console.log(`Only ${samples.length} rounds, ${first.length} of them in the first ${Math.round(FIRST)} s: too few to compare. Give it more MINUTES.`);
  process.exit(1);
}
let grown = 0;
for (const [kind, name] of Object.entries(KINDS)) {
  const peak = Math.max(...first.map((sample) => sample[kind]));
  const last = Math.max(...samples.slice(-LAST).map((sample) => sample[kind]));
  const ok = last <= GROWTH * peak;
  grown += ok ? 0 : 1;
  const show = /nodes/i.test(kind) ? String : (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(`${ok ? 'ok   ' : 'GREW '} ${name}: ${show(peak)} at most in the first ${Math.round(FIRST / 60)} minutes, ${show(last)} at most in the last ${LAST} of ${samples.length} rounds (${((100 * last) / peak - 100).toFixed(1)}%)`);
}
process.exit(grown ? 1 : 0);
