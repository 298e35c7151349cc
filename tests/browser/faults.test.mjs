// What breaks while a visitor works: workers, memory, storage, server, network, tabs. After each fault the
// page says what happened, offers the way on, and the rest works. docs/RELIABILITY.md lists them all,
// with those that other files test (a lost GPU in webgpu.test.mjs, reloading in networks.test.mjs).
import assert from 'node:assert/strict';
import { LONG, eventually, stage } from './support.mjs';
import { answer, answers, canSleep, endWorkers, rememberWorkers, textReaches } from './faults.mjs';
import * as visitor from './visitor.mjs';

// As visitors have it: a page that is left is kept for the way back.
const check = stage({ without: ['--disable-back-forward-cache'] });

const FOREVER = 2000;
const loadFails = /Failed to load resource|^(404|500): /;

async function begin(page, epochs = FOREVER, widths = '32, 16') {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', widths);
  await visitor.setField(page, 'Epochs', epochs);
  await button(page, /^Train/).click();
}
const button = (page, name) => visitor.training(page).getByRole('button', { name });
const reaches = (page, epoch) =>
  eventually(page, () => visitor.progress(page), (at) => at?.epoch > epoch, `it does not come beyond epoch ${epoch}`, LONG);
/** What the training panel says of a failure. */
async function failure(page) {
  assert.equal(await visitor.trainingIs(page, 'failed ended'), 'failed');
  return visitor.training(page).getByRole('alert').innerText();
}
const kept = (page) => page.getByTestId('surviving');
async function isKept(page, atLeast = 1) {
  const epoch = async () => Number((await kept(page).innerText()).match(/Epoch (\d+) can be resumed/)?.[1] ?? 0);
  return eventually(page, epoch, (epoch) => epoch >= atLeast, 'nothing is kept', LONG);
}
const offer = (page) => page.getByTestId('interrupted');
const notice = (page, text) => page.getByRole('alert').filter({ hasText: text }).waitFor();

check('faults: a training worker that the browser ends is noticed, and the training goes on from its last epoch', async ({ page }) => {
  await rememberWorkers(page);
  await page.reload();
  await begin(page);
  await reaches(page, 2);
  assert.equal(await endWorkers(page, 'trainer'), 1);
  assert.match(await failure(page), /^The training worker was ended by the browser\. .* Start the task again/);
  const again = button(page, /^Go on from epoch \d+$/);
  const from = Number((await again.innerText()).match(/\d+/)[0]);
  assert.ok(from >= 1, `from epoch ${from}`);
  await visitor.projected(page, 'Right', `FC 2 after ${from} epochs`.replace(' 1 epochs', ' 1 epoch'));
  await again.click();
  await reaches(page, from + 1);
});

check('faults: projection workers that the browser ends are noticed, at work and at rest', async ({ page }) => {
  await rememberWorkers(page);
  await page.reload();
  await visitor.digitsAreThere(page);
  // At rest: nothing is said, and the next layout gets another worker.
  assert.ok((await endWorkers(page, 'projector')) >= 1);
  const stage = visitor.panel(page, 'Left').locator('.stage');
  const compute = async (iterations) => {
    await visitor.setField(page, 'Iterations', iterations);
    await page.getByRole('button', { name: 'Compute anew' }).click();
  };
  await compute(200000);
  await eventually(page, () => page.evaluate(() => window.started.some(({ name }) => name === 'projector')), Boolean, 'no other worker');
  // At work.
  await stage.getByText(/^Iteration [1-9]/).waitFor();
  assert.ok((await endWorkers(page, 'projector')) >= 1);
  await stage.getByRole('alert').filter({ hasText: 'The projection worker was ended by the browser.' }).waitFor();
  await compute(300);
  await visitor.projected(page, 'Left', 'Raw pixels');
});

check('faults: a worker without memory says so, and the next one works', async ({ page }) => {
  await answer(page, '**/trainer_bg.wasm', answers.cramped(4));
  await page.reload();
  await begin(page, 2);
  assert.match(await failure(page), /^The training worker ran out of memory\. .* choose fewer observations or smaller layers/);
  await answer(page, '**/trainer_bg.wasm');
  await button(page, /^Go on .*from the beginning$/).click();
  await visitor.trainingEnds(page);
});

check('faults: a page without memory says so, and its training is resumed', { expected: [/unreachable|already borrowed|dropped|recursive/] }, async ({ page, log }) => {
  // Every epoch of so few is kept, 7 MB each: memory is short once some have been written down.
  await answer(page, '**/app-*_bg.wasm', answers.cramped(2500));
  await page.reload();
  await visitor.digitsAreThere(page);
  // Not so quick that it ends before the second writing, four seconds after the first.
  await visitor.setField(page, 'Batch size', 8);
  await begin(page, 60, '512, 512');
  const stopped = page.locator('#stopped');
  const epoch = await isKept(page);
  await stopped.filter({ hasText: /^The page has stopped\. It ran out of memory\. .*can then be resumed/ }).waitFor({ timeout: LONG });
  await answer(page, '**/app-*_bg.wasm');
  await stopped.getByRole('button', { name: 'Reload' }).click();
  const resume = offer(page).getByRole('button', { name: /^Resume from epoch \d+$/ });
  const from = Number((await resume.innerText()).match(/\d+/)[0]);
  log(`it stopped after epoch ${from}`);
  assert.ok(from >= epoch);
  await visitor.digitsAreThere(page);
  await resume.click();
  await reaches(page, from + 1);
});

check('faults: the graphics adapter is gone at the next visit, and the training is resumed on the CPU', { path: '?device=webgpu' }, async ({ page }) => {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Batch size', 1024);
  await begin(page, FOREVER, '8');
  assert.match(await page.getByTestId('device').filter({ hasText: 'Device' }).innerText(), /WebGPU/);
  const from = await isKept(page);
  const gone = 'if (globalThis.GPU) GPU.prototype.requestAdapter = async () => null;';
  await page.addInitScript(gone);
  await page.route('**/worker.js', async (route) => {
    const answer = await route.fetch();
    return route.fulfill({ response: answer, body: `${gone}\n${await answer.text()}` });
  });
  await page.reload();
  await visitor.digitsAreThere(page);
  await offer(page).getByRole('button', { name: /^Resume from epoch \d+$/ }).click();
  assert.match(await failure(page), /graphics device could not be used/i);
  await button(page, /^Go on with the CPU from epoch \d+$/).click();
  await reaches(page, from + 1);
  assert.equal(await page.getByTestId('device').innerText(), 'Device: CPU');
});

// Chromium of 2026 does not hold IndexedDB to a quota that its tools override. On a disk that is full (a profile on a
// tmpfs of 16 MB) it lets every put succeed, and aborts the transaction at its end.
for (const [when, script] of [
  ['at the end', () => {
    const { commit } = IDBTransaction.prototype;
    Object.defineProperty(IDBTransaction.prototype, 'error', { get: () => new DOMException('The quota has been exceeded.', 'QuotaExceededError') });
    IDBTransaction.prototype.commit = function () { return this.objectStoreNames.contains('kept') ? this.abort() : commit.call(this); };
  }],
  ['at once', () => { IDBObjectStore.prototype.put = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); }; }],
]) check(`faults: a browser whose storage is full, and that says so ${when}, keeps no more of a training, and the page says so`, async ({ page }) => {
  await begin(page);
  const before = await isKept(page);
  await page.evaluate(script);
  await kept(page).filter({ hasText: /would not survive the tab: the browser refused to keep it \(.*[Qq]uota.*\)\. Leave the tab open, or save the network\./ }).waitFor({ timeout: LONG });
  const { epoch } = await visitor.progress(page);
  await reaches(page, epoch);
  await button(page, 'Save network').waitFor();
  // What was kept before is still there.
  await page.reload();
  const resume = offer(page).getByRole('button', { name: /^Resume from epoch \d+$/ });
  assert.ok(Number((await resume.innerText()).match(/\d+/)[0]) >= before);
});

for (const [how, script] of [
  ['refuses to open', () => { IDBFactory.prototype.open = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); }; }],
  // As after a newer version of the page.
  ['keeps for another version', () => { indexedDB.open('hidden-activity', 99).onsuccess = ({ target }) => target.result.close(); }],
  ['lacks', () => Object.defineProperty(window, 'indexedDB', { value: undefined })],
]) {
  check(`faults: storage that a browser ${how} costs nothing but the resuming`, async ({ page }) => {
    await page.addInitScript(script);
    await page.reload();
    await begin(page);
    await kept(page).filter({ hasText: /would not survive the tab: the browser refused to keep it \(.+\)/ }).waitFor({ timeout: LONG });
    await reaches(page, 2);
    assert.equal(await offer(page).count(), 0);
  });
}

check('faults: the trainer\'s files are missing, broken, cut short or slow', { expected: [loadFails] }, async ({ page }) => {
  await page.route('**/trainer_bg.wasm', answers.gone);
  await begin(page, 2);
  let again = button(page, /^Train/);
  for (const [how, why] of [[answers.gone, /404/], [answers.broken, /500/], [answers.cut, /.+/]]) {
    assert.match(await failure(page), new RegExp(`^The training worker could not be loaded\\. Its files did not arrive, or not whole \\(.*${why.source}.*\\)\\. Check the connection, and start the task again\\.`));
    again = button(page, /^Go on .*from the beginning$/);
    const next = { [String(answers.gone)]: answers.broken, [String(answers.broken)]: answers.cut }[String(how)];
    if (!next) break;
    await answer(page, '**/trainer_bg.wasm', next);
    await again.click();
  }
  let come;
  const slow = new Promise((resolve) => { come = resolve; });
  await answer(page, '**/trainer_bg.wasm', async (route) => { await slow; await route.continue(); });
  await again.click();
  assert.equal(await visitor.trainingIs(page, 'preparing failed'), 'preparing');
  assert.match(await visitor.headline(page), /Loading the trainer/);
  // Meanwhile the rest works.
  await page.getByLabel('Left: subset').selectOption('train');
  await visitor.projected(page, 'Left', 'Raw pixels');
  come();
  await visitor.trainingEnds(page);
});

check('faults: the digits are missing, broken, cut short or slow', { path: '?analysis=analyses/digits.npz', expected: [loadFails] }, async ({ page }) => {
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  const menu = page.getByTestId('dataset-menu');
  const choose = async () => {
    if (!(await menu.evaluate((details) => details.open))) await menu.locator('summary').click();
    await menu.getByRole('button', { name: 'Handwritten digits' }).click();
  };
  for (const [how, why] of [
    [answers.gone, /could not be loaded\..* 404\. .*hoose/],
    [answers.broken, /could not be loaded\..* 500\. .*hoose/],
    [answers.cut, /could not be opened\..* damaged or cut off/],
  ]) {
    await answer(page, '**/digits.pack', how);
    await choose();
    await notice(page, why);
    await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
    await page.getByRole('button', { name: 'Dismiss' }).click();
  }
  await answer(page, '**/digits.pack', () => {}); // never answered
  await choose();
  await page.getByLabel('Progress of opening').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await answer(page, '**/digits.pack');
  await choose();
  await visitor.digitsAreThere(page);
});

check('faults: the page\'s own files are missing or cut short', { expected: [loadFails, /Wasm|WebAssembly/] }, async ({ page, screenshot }) => {
  await visitor.digitsAreThere(page);
  const stopped = page.locator('#stopped').filter({ hasText: /^Hidden Activity could not be loaded\. Its files did not arrive, or not whole.* Check the connection, and reload the page\./ });
  for (const [files, how] of [['**/app-*_bg.wasm', answers.gone], ['**/app-*_bg.wasm', answers.cut], ['**/app-*.js', answers.gone]]) {
    await answer(page, files, how);
    await page.reload();
    await stopped.waitFor();
    await answer(page, files);
  }
  await screenshot('faults-not-loaded');
  // A part that comes later.
  await page.route('**/split_controls.wasm', answers.broken);
  await stopped.getByRole('button', { name: 'Reload' }).click();
  const missing = page.locator('.controls').getByRole('alert').filter({ hasText: 'This part of the page could not be loaded.' });
  await missing.waitFor();
  await screenshot('faults-part-missing');
  await visitor.digitsAreThere(page);
  await page.unroute('**/split_controls.wasm');
  await missing.getByRole('button', { name: 'Try again' }).click();
  await button(page, /^Train/).waitFor();
  assert.equal(await page.locator('#stopped').count(), 0);
});

check('faults: the network goes while the page loads, and comes back', { expected: [/ERR_INTERNET_DISCONNECTED|Failed to fetch/] }, async ({ page }) => {
  // The trainer is not fetched yet, nor are the digits.
  let offline = true;
  // Chromium's offline mode leaves workers their network.
  await page.route('**/trainer*', (route) => (offline ? route.abort('internetdisconnected') : route.continue()));
  let lose;
  const lost = new Promise((resolve) => { lose = resolve; });
  await page.route('**/digits.pack', async (route) => { await lost; await route.continue(); });
  await page.reload();
  await page.getByTestId('dataset-menu').waitFor();
  await page.context().setOffline(true);
  lose();
  await notice(page, /^The digits that come with this page could not be loaded\..*Choose them again/);
  await page.context().setOffline(false);
  await page.getByTestId('dataset-menu').locator('summary').click();
  await page.getByTestId('dataset-menu').getByRole('button', { name: 'Handwritten digits' }).click();
  await visitor.digitsAreThere(page);
  await page.context().setOffline(true);
  await begin(page, 2);
  assert.match(await failure(page), /^The training worker could not be loaded\./);
  await page.context().setOffline(false);
  offline = false;
  await button(page, /^Go on .*from the beginning$/).click();
  await visitor.trainingEnds(page);
});

check('faults: a hidden page goes on working and keeping, and a frozen one afterwards', async ({ page }) => {
  await canSleep(page);
  await page.reload();
  await begin(page);
  const before = await isKept(page);
  await page.evaluate(() => window.sleep(true));
  const status = page.getByTestId('training-status');
  const first = await textReaches(kept(page), /Epoch (\d+) can be resumed/, before, LONG);
  await textReaches(kept(page), /Epoch (\d+) can be resumed/, first, LONG);
  // As after minutes on a phone: neither timers nor messages.
  const browser = await page.context().newCDPSession(page);
  await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
  await browser.send('Page.setWebLifecycleState', { state: 'active' });
  const epoch = Number((await status.innerText()).match(/Epoch (\d+)/)[1]);
  await page.evaluate(() => window.sleep(false));
  await reaches(page, epoch + 1);
  await button(page, 'Stop').click();
  await visitor.trainingIs(page, 'stopped');
  await visitor.projected(page, 'Right', 'FC 2 after');
});

check('faults: the way back finds the page as it was left, and the training going on', async ({ page, url }) => {
  await page.evaluate(() => addEventListener('pageshow', ({ persisted }) => { window.cameBack = persisted; }));
  await begin(page);
  await reaches(page, 1);
  const before = await isKept(page);
  await page.goto(`${url}article.html`);
  await page.evaluate(() => { setTimeout(() => history.back(), 0); });
  await page.waitForFunction(() => window.cameBack === true);
  await reaches(page, before + 2);
  await isKept(page, before + 1);
  const [first] = await visitor.firstLosses(page);
  assert.ok(first[0] < 1, `the curve begins at epoch ${first[0]}`);
  assert.equal(await offer(page).count(), 0);
});

check('faults: two tabs train at once, and neither loses what the other keeps', async ({ page, url }) => {
  const open = async () => {
    const tab = await page.context().newPage();
    await tab.goto(`${url}?analysis=none`);
    await visitor.digitsAreThere(tab);
    return tab;
  };
  await begin(page, FOREVER, '24');
  const from = await isKept(page);
  const second = await open();
  await begin(second, 2, '12');
  await visitor.trainingEnds(second);
  assert.equal(await offer(second).count(), 0, 'what another tab trains is not offered');
  await page.bringToFront();
  await isKept(page, from + 1);
  await page.close();
  // Two visits are offered what the closed tab left; one takes it.
  await second.reload();
  const third = await open();
  for (const tab of [second, third]) await offer(tab).filter({ hasText: /A training was interrupted\. Network 24 on / }).waitFor();
  await offer(third).getByRole('button', { name: /^Resume from epoch/ }).click();
  await reaches(third, from + 1);
  await isKept(third, from + 1);
  await second.bringToFront();
  await offer(second).getByRole('button', { name: /^Resume from epoch/ }).click();
  await notice(second, /^The training could not be resumed\. Another tab has resumed it\./);
  await third.bringToFront();
  const { epoch } = await visitor.progress(third);
  await reaches(third, epoch);
});
