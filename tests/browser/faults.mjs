// Faults as a browser, a server or a visitor makes them, and the training that they fall into, for faults_*.test.mjs.
import assert from 'node:assert/strict';
import { LONG, eventually } from './support.mjs';
import * as visitor from './visitor.mjs';

/** Has the page remember its workers, so that a test can end one as the browser does: without a word.
    To be called before the page is opened. */
export const rememberWorkers = (page) =>
  page.addInitScript(() => {
    const Started = Worker;
    window.started = [];
    window.Worker = class extends Started {
      constructor(url, options) {
        super(url, options);
        window.started.push({ name: options.name, worker: this });
      }
    };
  });

/** Ends all workers of a name that were started so far, and gives their number. */
export const endWorkers = (page, name) =>
  page.evaluate((name) => {
    const ended = window.started.filter((started) => started.name === name);
    for (const { worker } of ended) worker.terminate();
    window.started = window.started.filter((started) => started.name !== name);
    return ended.length;
  }, name);

/** A wasm module that may have only so many pages of 64 KiB more than it begins with. */
export function withLittleMemory(bytes, pages) {
  const MEMORY = 5;
  const number = (at) => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return [value, at];
    }
  };
  const coded = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...coded(value >>> 7)]);
  for (let at = 8; at < bytes.length; ) {
    const [size, body] = number(at + 1);
    if (bytes[at] === MEMORY) {
      const [count, flags] = number(body);
      const [least] = number(flags + 1);
      assert.equal(count, 1, 'a module with one memory');
      const section = [1, 1, ...coded(least), ...coded(least + pages)];
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([MEMORY, ...coded(section.length), ...section]), bytes.subarray(body + size)]);
    }
    at = body + size;
  }
  return assert.fail('the module has no memory of its own');
}

/** How a server may fail to give a file. */
export const answers = {
  gone: (route) => route.fulfill({ status: 404, body: 'gone' }),
  broken: (route) => route.fulfill({ status: 500, body: 'broken' }),
  cut: async (route) => {
    const answer = await route.fetch();
    const body = await answer.body();
    return route.fulfill({ response: answer, body: body.subarray(0, body.length / 2), headers: { 'content-type': answer.headers()['content-type'] } });
  },
  /** With so many pages of memory beyond the first ones. */
  cramped: (pages) => async (route) => {
    const answer = await route.fetch();
    return route.fulfill({ contentType: 'application/wasm', body: withLittleMemory(await answer.body(), pages) });
  },
};

/** Has the page's requests for some files answered so, until the next call for these files. */
export async function answer(page, files, how) {
  await page.unroute(files);
  if (how) await page.route(files, how);
}

/** Has the page able to be put to sleep, as browsers do with tabs that nobody has looked at for minutes: it is
    told that it is hidden, timers wait for a minute and nothing is drawn. To be called before it is opened;
    Chromium without a screen hides no tab. */
export const canSleep = (page) =>
  page.addInitScript(() => {
    const MINUTE = 60_000;
    const { setTimeout: later, requestAnimationFrame: draw } = window;
    let asleep = false;
    let waiting = [];
    window.setTimeout = (act, ms = 0, ...rest) => later(act, asleep ? Math.max(ms, MINUTE) : ms, ...rest);
    window.requestAnimationFrame = (act) => (asleep ? waiting.push(act) : draw(act));
    Object.defineProperty(document, 'hidden', { get: () => asleep });
    Object.defineProperty(document, 'visibilityState', { get: () => (asleep ? 'hidden' : 'visible') });
    window.sleep = (sleeps) => {
      asleep = sleeps;
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      if (!asleep) waiting.splice(0).forEach((act) => draw(act));
    };
  });

/** Waits without a timer of the page's until the element's text has a number above `least` in the place of the
    pattern's group, and returns it. */
export async function textReaches(locator, pattern, least, limit) {
  for (const end = Date.now() + limit; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const text = await locator.innerText();
    const number = Number(text.match(pattern)?.[1] ?? NaN);
    if (number > least) return number;
    if (Date.now() > end) assert.fail(`still "${text}" after ${limit / 1000} s`);
  }
}

/** Epochs of a training that does not end by itself. */
export const FOREVER = 2000;

export async function begin(page, epochs = FOREVER, widths = '32, 16') {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', widths);
  await visitor.setField(page, 'Epochs', epochs);
  await button(page, /^Train/).click();
}
export const button = (page, name) => visitor.training(page).getByRole('button', { name });
export const reaches = (page, epoch) =>
  eventually(page, () => visitor.progress(page), (at) => at?.epoch > epoch, `it does not come beyond epoch ${epoch}`, LONG);
/** What the training panel says of a failure. */
export async function failure(page) {
  assert.equal(await visitor.trainingIs(page, 'failed ended'), 'failed');
  return visitor.training(page).getByRole('alert').innerText();
}
export const kept = (page) => page.getByTestId('surviving');
export async function isKept(page, atLeast = 1) {
  const epoch = async () => Number((await kept(page).innerText()).match(/Epoch (\d+) can be resumed/)?.[1] ?? 0);
  return eventually(page, epoch, (epoch) => epoch >= atLeast, 'nothing is kept', LONG);
}
export const offer = (page) => page.getByTestId('interrupted');
export const notice = (page, text) => page.getByRole('alert').filter({ hasText: text }).waitFor();
