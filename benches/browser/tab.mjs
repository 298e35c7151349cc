// What the page's own projection worker does in a tab: all of MNIST's size, and what it costs to send
// layouts while it computes. `make bench` runs it after run.mjs; ONLY=tab for these rows alone.
//
//   node benches/browser/tab.mjs        (needs dist/)
//
// Adds its rows to target/bench.json; the exit status says whether every promise is kept.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { askProjector, project } from '../../tests/browser/projector.mjs';
import { serve } from '../../scripts/serve-static.mjs';
import { FLAGS } from './browser.mjs';
import { ROOT, sharedData } from './places.mjs';
import { OURS } from './works.mjs';

const WHOLE = 70_000;
const PIXELS = 784;
/** For the whole tab, all its processes' memory together. */
const MOST_BYTES = 1.5e9;
/** Layouts in a second, and what they may cost. */
const FEWEST_FRAMES = 10;
const MOST_SLOWER = 1.05;
const TURNS = Number(process.env.TURNS || 3);

const mnist = async (part, what, header) =>
  gunzipSync(await readFile(join(sharedData(), 'mnist', `${part}-${what}-ubyte.gz`))).subarray(header);
const joined = async (what, header) => Buffer.concat([await mnist('t10k', what, header), await mnist('train', what, header)]);

/** As many images as MNIST has: the 20,000 that are here, then these shifted by a pixel or two. */
function wholeSet(images, labels) {
  const there = labels.length;
  const all = Buffer.alloc(WHOLE * PIXELS);
  const classes = Buffer.alloc(WHOLE);
  const shifts = [[0, 0], [1, 0], [0, 1], [-1, -1]];
  for (let i = 0; i < WHOLE; i++) {
    const from = i % there;
    const [dx, dy] = shifts[Math.floor(i / there)];
    classes[i] = labels[from];
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 28; x++) {
        const [sx, sy] = [x - dx, y - dy];
        if (sx < 0 || sy < 0 || sx > 27 || sy > 27) continue;
        all[i * PIXELS + y * 28 + x] = images[from * PIXELS + sy * 28 + sx];
      }
    }
  }
  return { all, classes };
}

/** Memory of a process and all below it that no other process shares (proportionally where several do), bytes. */
async function familyBytes(root) {
  const parents = new Map();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(name, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  }
  const isBelow = (id) => { for (let at = id; at; at = parents.get(at)) if (at === String(root)) return true; return false; };
  let bytes = 0;
  for (const id of parents.keys()) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes('--type=renderer') || !isBelow(id)) continue;
    const rollup = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
    bytes += 1024 * Number(rollup.match(/^Pss:\s+(\d+)/m)?.[1] ?? 0);
  }
  return bytes;
}

const rows = [];
const verdicts = [];
const promise = (passed, what) => {
  verdicts.push(passed);
  console.log(`${passed ? 'pass' : 'FAIL'}  ${what}`);
};

const server = await serve(join(ROOT, 'dist'));
const chromiumServer = await chromium.launchServer({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
try {
  const browser = await chromium.connect(chromiumServer.wsEndpoint());
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(server.url);
  const images = await joined('images-idx3', 16);
  const labels = await joined('labels-idx1', 8);
  const { all, classes } = wholeSet(images, labels);
  await page.route('**/bench/*', (route) => {
    const body = route.request().url().endsWith('images') ? all : classes;
    return route.fulfill({ body, contentType: 'application/octet-stream' });
  });

  let most = 0;
  let watching = true;
  const watch = (async () => {
    while (watching) {
      most = Math.max(most, await familyBytes(chromiumServer.process().pid));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  const whole = await askProjector(page, {
    request: project(WHOLE, PIXELS, { Tsne: { perplexity: 30, iterations: 1000, reduce_to: 50 } }),
    arrays: [{ fractions: 'bench/images' }, { bytes: 'bench/labels' }],
  });
  watching = false;
  await watch;
  const hit = whole.result.hit.overall;
  const kl = whole.result.fit.Divergence;
  console.log(`tab-tsne-70000: ${whole.seconds.toFixed(1)} s, NH ${hit.toFixed(4)}, KL ${kl.toFixed(3)}, ${(most / 1e6).toFixed(0)} MB, ${whole.partials} layouts shown`);
  promise(most < MOST_BYTES, `tab-tsne-70000: ${(most / 1e9).toFixed(2)} GB of at most ${MOST_BYTES / 1e9} GB in the tab`);
  promise(hit > 0.9, `tab-tsne-70000: NH ${hit.toFixed(4)}, at least 0.9`);
  rows.push({ work: 'tab-tsne-70000', implementation: OURS, n: WHOLE, d: PIXELS, seconds: whole.seconds, kl, nh: hit, bytes: most });

  // By turns: with layouts sent whenever the worker offers one, and with a single one.
  const n = 10_000;
  const job = (acknowledge) => ({
    request: project(n, PIXELS, { Tsne: { perplexity: 30, iterations: 1000, reduce_to: 50 } }),
    arrays: [{ fractions: 'bench/images' }, { bytes: 'bench/labels' }],
    acknowledge,
  });
  await page.unroute('**/bench/*');
  await page.route('**/bench/*', (route) => {
    const body = route.request().url().endsWith('images') ? all.subarray(0, n * PIXELS) : classes.subarray(0, n);
    return route.fulfill({ body, contentType: 'application/octet-stream' });
  });
  const [shown, unseen] = [[], []];
  let frames = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    const seen = await askProjector(page, job(true));
    shown.push(seen.seconds);
    frames = Math.max(frames, (seen.partials - 1) / (seen.seconds - seen.firstPartial));
    unseen.push((await askProjector(page, job(false))).seconds);
    console.log(`tab-frames-10000, turn ${turn + 1}: ${shown.at(-1).toFixed(2)} s with ${seen.partials} layouts, ${unseen.at(-1).toFixed(2)} s with one`);
  }
  const slower = Math.min(...shown) / Math.min(...unseen);
  promise(frames >= FEWEST_FRAMES, `tab-frames-10000: ${frames.toFixed(1)} layouts in a second, from the first to the end (best of ${TURNS}), at least ${FEWEST_FRAMES}`);
  promise(slower <= MOST_SLOWER, `tab-frames-10000: ${((slower - 1) * 100).toFixed(1)}% slower by them (best of ${TURNS}), at most ${((MOST_SLOWER - 1) * 100).toFixed(0)}%`);
  rows.push({ work: 'tab-frames-10000', implementation: `${OURS}, layouts shown`, n, d: PIXELS, seconds: Math.min(...shown), kl: null, nh: null });
  rows.push({ work: 'tab-frames-10000', implementation: `${OURS}, one layout`, n, d: PIXELS, seconds: Math.min(...unseen), kl: null, nh: null });
  await browser.close();
} finally {
  await chromiumServer.close();
  await server.close();
}

const file = join(ROOT, 'target/bench.json');
const before = JSON.parse(await readFile(file, 'utf8').catch(() => '[]')).filter(({ work }) => !work.startsWith('tab-'));
await writeFile(file, `[\n${[...before, ...rows].map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
process.exitCode = verdicts.every(Boolean) ? 0 : 1;
