// What breaks inside the page while a visitor works: workers, memory, the graphics device, storage. After each
// fault the page says what happened, offers the way on, and the rest works. docs/RELIABILITY.md lists them all,
// with those that other files test (a lost GPU in webgpu.test.mjs, reloading in networks.test.mjs).
import assert from 'node:assert/strict';
import { LONG, eventually, stage } from './support.mjs';
import { FOREVER, answer, answers, begin, button, endWorkers, failure, isKept, kept, offer, reaches, rememberWorkers } from './faults.mjs';
import * as visitor from './visitor.mjs';

const check = stage();

/** Lays the left projection out anew. */
const compute = async (page, iterations) => {
  await visitor.setField(page, 'Iterations', iterations);
  await page.getByRole('button', { name: 'Compute anew' }).click();
};

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
  await compute(page, 200000);
  await eventually(page, () => page.evaluate(() => window.started.some(({ name }) => name === 'projector')), Boolean, 'no other worker');
  // At work.
  await stage.getByText(/^Iteration [1-9]/).waitFor();
  assert.ok((await endWorkers(page, 'projector')) >= 1);
  await stage.getByRole('alert').filter({ hasText: 'The projection worker was ended by the browser.' }).waitFor();
  await compute(page, 300);
  await visitor.projected(page, 'Left', 'Raw pixels');
});

check('faults: a worker that hears late of a cancelled task is not ended while it has others', async ({ page }) => {
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    window.delay = 0;
    Worker.prototype.postMessage = function (...message) {
      if (window.delay) setTimeout(() => post.apply(this, message), window.delay);
      else post.apply(this, message);
    };
  });
  await page.reload();
  await visitor.digitsAreThere(page);
  // As on a machine with too much to do: longer than the only task may leave its cancelling unanswered.
  await page.evaluate(() => { window.delay = 2500; });
  await compute(page, 200000);
  await compute(page, 300);
  await visitor.panel(page, 'Left').locator('.stage:not([data-layout="finished"])').waitFor();
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.deepEqual(await page.getByRole('alert').allInnerTexts(), []);
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
