// The page without a network, its updates, and the zip that runs anywhere.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LONG, SHORT, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const run = promisify(execFile);
const scratch = [];
after(() => Promise.all(scratch.map((folder) => rm(folder, { recursive: true }))));
const newFolder = async () => {
  scratch.push(await mkdtemp(join(tmpdir(), 'ha-offline-')));
  return scratch.at(-1);
};
const check = stage({
  at: '/some/sub/path/',
  site: async (dist) => {
    const site = join(await newFolder(), 'site');
    await cp(dist, site, { recursive: true });
    await addDataSet(site, 'mnist', 'MNIST');
    await addDataSet(site, 'svhn', 'SVHN');
    await listFiles(site);
    return site;
  },
});
/** What the build does last. */
const listFiles = (site) => run('node', [join(ROOT, 'scripts/precache.mjs'), site]);

/** A data set as `make data` adds it, in a folder of its own. */
async function addDataSet(site, id, name) {
  await mkdir(join(site, 'data', id), { recursive: true });
  await cp(join(site, 'data/digits.pack'), join(site, 'data', id, '000.pack'));
  const list = join(site, 'data/manifest.json');
  const manifest = JSON.parse(await readFile(list, 'utf8'));
  const { size } = await stat(join(site, 'data/digits.pack'));
  manifest.sets.push({ id, name, train: 1078, test: 719, files: [{ name: `${id}/000.pack`, bytes: size }] });
  await writeFile(list, JSON.stringify(manifest));
}

/** What an address ends with for the digits alone. */
const LIVE = '?analysis=none';
const kept = { context: { serviceWorkers: 'allow' }, path: LIVE };
/** For what changes the site or ends its server. */
const own = { ...kept, own: true };

const freePort = () =>
  new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });

/** What the page itself says of its version. */
const version = (page) => page.locator('meta[name=version]').getAttribute('content');

/** Waits until the page says that it needs no network any more. */
const worksOffline = (page) => page.locator('html[data-offline="ready"]').waitFor({ state: 'attached', timeout: LONG });

/** The main job, small: the pixels, a training, and the last hidden layer before and after it. */
async function mainJob(page) {
  await visitor.briefTraining(page, '32, 16', 3);
  const hits = [await visitor.hit(page, 'Left'), await visitor.hit(page, 'Right')];
  assert.ok(hits[1] > 60 && hits[1] > hits[0], `NH ${hits}`);
  return hits;
}

/** The files that the browser keeps, as paths below the page. */
const keptFiles = (page) =>
  page.evaluate(async () => {
    const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const keys = (await Promise.all(stores.map((store) => store.keys()))).flat();
    const here = new URL('.', location).pathname;
    return keys.map((key) => new URL(key.url).pathname.slice(here.length)).sort();
  });

/** Puts a second version in the place of the first: another style, other names of all that has a name of its own. */
async function release(site) {
  const files = await readdir(site);
  const one = (pattern) => files.find((name) => pattern.test(name));
  const style = one(/^main-.*\.css$/);
  const workers = one(/^workers-/);
  let html = await readFile(join(site, 'index.html'), 'utf8');
  for (const [from, to] of [[style, 'main-second.css'], [workers, 'workers-second']]) {
    await rename(join(site, from), join(site, to));
    html = html.replaceAll(from, to);
  }
  await writeFile(join(site, 'main-second.css'), `${await readFile(join(site, 'main-second.css'), 'utf8')}\n:root { --edition: second; }\n`);
  await writeFile(join(site, 'index.html'), html);
  await listFiles(site);
  return [style, workers];
}

/** Looks for a new version, and says what became of its service worker. */
const triedUpdate = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.update();
    const worker = registration.installing;
    while (worker.state === 'installing') await new Promise((changed) => worker.addEventListener('statechange', changed, { once: true }));
    return worker.state;
  });

const edition = (page) => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--edition'));
const notice = (page) => page.getByRole('status').filter({ hasText: 'A new version is available.' });

check('offline: a new version waits until the visitor takes it, and the old one stays whole', own, async ({ page, url, server, folder, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  await worksOffline(page);
  const first = await version(page);
  const gone = await release(folder);
  // While files are still being copied, a version that is not whole is not taken.
  const style = await readFile(join(folder, 'main-second.css'));
  await writeFile(join(folder, 'main-second.css'), `${style} /* of a third version */`);
  assert.equal(await triedUpdate(page), 'redundant');
  await writeFile(join(folder, 'main-second.css'), style);
  assert.equal(await notice(page).count(), 0);
  // A second tab, opened after the release, and the first one reloaded: both still of the first version.
  const other = await page.context().newPage();
  await other.goto(url + LIVE);
  await page.reload();
  await notice(page).waitFor({ timeout: LONG });
  await screenshot('new version');
  assert.deepEqual([await version(page), await version(other), await edition(page)], [first, first, '']);
  // Its workers are no longer on the server.
  const before = server.asked.length;
  await mainJob(page);
  const meanwhile = server.asked.slice(before).filter((path) => !path.endsWith('service-worker.js'));
  assert.deepEqual(meanwhile, [], 'the old version asks the server for nothing');

  await notice(page).getByRole('button', { name: 'Reload' }).click();
  for (const tab of [page, other]) {
    await tab.waitForFunction(() => getComputedStyle(document.documentElement).getPropertyValue('--edition') === 'second');
    await visitor.digitsAreThere(tab);
  }
  const second = await version(page);
  assert.notEqual(second, first);
  log(`${first} until it was taken, then ${second}`);
  assert.equal(await notice(page).count(), 0);
  await mainJob(page);
  const late = server.asked.slice(before).filter((path) => gone.some((name) => path.includes(name)));
  assert.deepEqual(late, [], 'files of the old version are asked for');
  // What the first version kept is gone, but for what both have.
  const names = await keptFiles(page);
  assert.ok(names.includes('workers-second/trainer_bg.wasm'), 'the second is kept');
  assert.deepEqual(names.filter((name) => gone.some((old) => name.includes(old))), [], 'the first is forgotten');
});

check('bundle: the zip runs from Python\'s server, as its README.txt says', { ...kept, expected: [/^request to another host: http:\/\/127\.0\.0\.1:/] }, async ({ page, folder: site, log, screenshot }) => {
  const folder = await newFolder();
  const zip = join(folder, 'page.zip');
  const bundle = async (file) => run('node', [join(ROOT, 'scripts/bundle.mjs'), site, file]);
  await bundle(zip);
  await bundle(join(folder, 'again.zip'));
  assert.ok((await readFile(zip)).equals(await readFile(join(folder, 'again.zip'))), 'the same bytes again');
  await run('python3', ['-m', 'zipfile', '-e', zip, folder]);
  const [top] = (await readdir(folder)).filter((name) => !name.endsWith('.zip'));
  log(`${top}, ${((await readFile(zip)).length / 1e6).toFixed(2)} MB`);
  const readme = await readFile(join(folder, top, 'README.txt'), 'utf8');
  const [command, ...options] = readme.match(/^ +(python3 -m http\.server .*)$/m)[1].split(/ +/);
  const port = String(await freePort());
  const server = spawn(command, options.map((option) => (option === '8000' ? port : option)), { cwd: join(folder, top), stdio: 'ignore' });
  try {
    const url = `http://127.0.0.1:${port}/`;
    await eventually(page, () => fetch(url).then((answer) => answer.ok, () => false), Boolean, 'Python does not serve');
    const warnings = [];
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    await page.goto(url + LIVE);
    await mainJob(page);
    assert.deepEqual(warnings, [], 'as for wasm that is served with a wrong type');
    await worksOffline(page);
    await screenshot('bundle');
  } finally {
    server.kill();
  }
});

check('offline: the page can be installed', kept, async ({ page, url }) => {
  const devtools = await page.context().newCDPSession(page);
  const manifest = await devtools.send('Page.getAppManifest');
  assert.deepEqual(manifest.errors, []);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // Each test has a private window.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
  const { start_url: start, scope, icons } = JSON.parse(manifest.data);
  assert.deepEqual([new URL(start, manifest.url).href, new URL(scope, manifest.url).href], [url, url]);
  for (const { src, sizes, type } of icons) {
    const answer = await page.request.get(new URL(src, manifest.url).href);
    assert.equal(answer.headers()['content-type'], type);
    const png = type === 'image/png' && (await answer.body());
    if (png) assert.equal(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, sizes, src);
  }
});

check('offline: a host can take the service worker back', own, async ({ page, server, folder }) => {
  await worksOffline(page);
  await cp(join(ROOT, 'public/service-worker.js'), join(folder, 'service-worker.js'));
  const before = server.asked.length;
  await page.reload();
  // The tab goes over by itself, to what the server has.
  await page.waitForFunction(async () => navigator.serviceWorker.controller === null && (await caches.keys()).length === 0);
  const isPage = (path) => /^\/some\/sub\/path\/(\?|$)/.test(path);
  // Asked here and not in the page, which goes over meanwhile.
  for (let waited = 0; waited < SHORT && !server.asked.slice(before).some(isPage); waited += 50) await sleep(50);
  assert.ok(server.asked.slice(before).some(isPage), 'the page comes from the server');
  await visitor.digitsAreThere(page);
});

const REFUSED = `Object.defineProperty(Navigator.prototype, 'serviceWorker', { get() { throw new DOMException('no', 'SecurityError'); } })`;
const SAVING = `Object.defineProperty(NetworkInformation.prototype, 'saveData', { get: () => true })`;
for (const [what, script] of [['where the browser refuses', REFUSED], ['for who saves data', SAVING]]) {
  check(`offline: nothing is kept ${what}, and the page works as before`, kept, async ({ page, server }) => {
    await page.addInitScript(script);
    await page.goto('about:blank');
    const before = server.asked.length;
    await page.goto(server.url + LIVE);
    await mainJob(page);
    await eventually(page, () => page.evaluate(() => performance.now()), (ms) => ms > 9_000, 'time stands still');
    assert.equal(await page.locator('html[data-offline]').count(), 0);
    assert.deepEqual(server.asked.slice(before).filter((path) => path.endsWith('service-worker.js')), []);
  });
}

const UNKEPT = { ...own, expected: [/SVHN|svhn|Failed to load/] };
check('offline: after one visit the main job needs neither network nor server', UNKEPT, async ({ page, url, server, folder, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  await worksOffline(page);
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Works offline.').waitFor();
  await screenshot('works offline');
  const all = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = all.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  // The service worker is the browser's own business; large data sets are kept when they were looked at.
  assert.deepEqual(await keptFiles(page), paths.filter((path) => path !== 'service-worker.js' && !/^data\/.*\//.test(path)).sort());
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  const choose = async (name) => {
    const menu = page.getByTestId('dataset-menu');
    if (!(await menu.evaluate((details) => details.open))) await menu.locator('summary').click();
    await menu.getByRole('button', { name }).click();
  };
  await choose('MNIST');
  await eventually(page, () => server.asked.some((path) => path.endsWith('data/mnist/000.pack')), Boolean, 'MNIST was not fetched');
  await page.getByLabel('Progress of opening').waitFor({ state: 'detached' });
  await server.close();
  await page.context().setOffline(true);
  // Any view that an address names.
  const address = new URL(url + LIVE);
  address.searchParams.set('device', 'cpu');
  await page.goto(address.href);
  await visitor.digitsAreThere(page);
  await choose('SVHN');
  await page.getByRole('alert').filter({ hasText: 'SVHN could not be loaded.' }).waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await choose('MNIST');
  await page.getByRole('button', { name: /^Handwritten digits/ }).first().waitFor();
  const hits = await mainJob(page);
  log(`offline: NH ${hits[0]}% before, ${hits[1]}% after training`);
  await screenshot('offline');
});
