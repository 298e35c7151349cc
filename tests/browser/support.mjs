// The stage of the browser tests: dist/ on a dumb server, Chromium, and pages that are watched.
// No test sleeps: each waits for a condition, with a limit that only a broken page reaches.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium, firefox } from 'playwright-core';
import { serve } from '../../scripts/serve-static.mjs';
import { ordered } from './order.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const DIST = resolve(process.env.HA_DIST ?? join(ROOT, 'dist'));
const RESULTS = join(ROOT, 'test-results');

/** The data sets that lie beside the checkout. */
export const SHARED_DATA = resolve(process.env.HA_SHARED_DATA ?? join(ROOT, '../shared/data'));

// --enable-unsafe-webgpu: a WebGPU adapter in software (SwiftShader), on the page and in workers.
const CHROMIUM_FLAGS = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--enable-unsafe-webgpu',
];
/** What Firefox would ask other hosts for by itself, and what it would show of news. */
const FIREFOX_SETTINGS = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.backup.scheduled.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'nimbus.rollouts.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.enabled': false,
};

export const launchChromium = ({ without = [] } = {}) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: CHROMIUM_FLAGS,
    ignoreDefaultArgs: without,
  });
/** Firefox as its makers ship it, driven by WebDriver BiDi; Playwright's other way needs a Firefox of its own. */
export const launchFirefox = () =>
  firefox.launch({ executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr', channel: 'moz-firefox', firefoxUserPrefs: FIREFOX_SETTINGS });

/** Playwright puts the style "body {}" into a page of Firefox to take its picture, which the page's policy refuses. */
const OF_PICTURES = [/^console: policy: style-src-elem refused inline of \S+%20%3E%20eval:/, /sha256-YjaKGiklmzC6wj/];

/** For what is computed: the slowest takes a minute on two cores that others use, too. */
export const LONG = 150_000;
/** For what only has to be drawn. */
export const SHORT = 30_000;

/**
 * To be called once in a test file. Gives the function that makes a test of it:
 * check(name, [how,] async ({ page, url, log, screenshot }) => …), where `how` may hold
 * `context` (options of the browser context), `path` (added to the address; without `analysis=` in it
 * the page begins with the live digits), `expected`
 * (patterns of faults that belong to the test). `site` gives the folder to serve, dist/ where there
 * is none; `launch` a browser, Chromium where it is left out, without those of Playwright's arguments that are in
 * `without`; `browser` in the tools is that browser itself, `server` what serves
 * the folder. There are no service workers but where `context` allows them: they would answer what tests
 * intercept. A test fails on any other fault: an error on the console, an uncaught exception, a failed
 * request, a request to another host, anything that the page's own policy refuses.
 */
export function stage({ at = '/', site = async () => DIST, gzip = false, launch = launchChromium, without = [] } = {}) {
  const open = async () => {
    const folder = await site(DIST);
    return { folder, server: await serve(folder, { at, gzip }) };
  };
  let shared;
  let browser;
  before(async () => {
    shared = await open();
    browser = await launch({ without });
  });
  after(async () => {
    await browser?.close();
    await shared?.server.close();
  });

  return function check(name, ...rest) {
    const body = rest.pop();
    const { context: options = {}, path = '', expected = [], own = false } = rest[0] ?? {};
    register(name, async (running) => {
      const { folder, server } = own ? await open() : shared;
      if (own) running.after(() => server.close());
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block', ...options });
      try {
        // What the page's policy refuses is a fault, in its frames as well.
        await context.addInitScript(() => addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) =>
          console.error(`policy: ${effectiveDirective} refused ${blockedURI} of ${sourceFile}:${lineNumber}`)));
        const page = await context.newPage();
        page.setDefaultTimeout(SHORT);
        const faults = watchForFaults(page, server.url);
        await page.goto(address(server.url, path));
        const tools = {
          page,
          browser,
          server,
          folder,
          url: server.url,
          address: (path) => address(server.url, path),
          log: (text) => console.log(`        ${text}`),
          screenshot: (file) => screenshot(page, file),
        };
        try {
          await body(tools);
        } catch (error) {
          await screenshot(page, `failed ${name}`).catch(() => {});
          if (faults.length) error.message += `\nFaults of the page:\n  ${faults.join('\n  ')}`;
          throw error;
        }
        const unexpected = faults.filter((fault) => ![...expected, ...OF_PICTURES].some((pattern) => pattern.test(fault)));
        assert.deepEqual(unexpected, [], 'faults of the page');
      } finally {
        await context.close();
      }
    });
  };
}

const waiting = [];
/** Makes it a test once the file has named all of its tests, in the order that was asked for. */
function register(name, body) {
  if (waiting.push([name, { timeout: 2 * LONG }, body]) > 1) return;
  queueMicrotask(() => ordered(waiting.splice(0)).forEach((one) => test(...one)));
}

/** Where the page begins with the live digits, unless the path names an analysis itself. */
function address(url, path) {
  const to = new URL(path, url);
  if (!to.searchParams.has('analysis')) to.searchParams.set('analysis', 'none');
  return to.href;
}

/** Collects what a page must not do, as lines of text. */
function watchForFaults(page, url) {
  const { origin } = new URL(url);
  const faults = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('crash', () => faults.push('the page crashed'));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    const inner = asked.protocol === 'data:' || asked.protocol === 'blob:';
    if (!inner && asked.origin !== origin) faults.push(`request to another host: ${asked}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    // A page that goes away, or ends a worker, takes its requests back.
    const why = request.failure()?.errorText ?? '';
    if (!['net::ERR_ABORTED', 'NS_BINDING_ABORTED'].includes(why)) faults.push(`request failed (${why}): ${request.url()}`);
  });
  return faults;
}

async function screenshot(page, name) {
  await mkdir(RESULTS, { recursive: true });
  const file = join(RESULTS, `${name.replace(/[^\w.-]+/g, '-')}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  return file;
}

/**
 * Watches the tasks of the page's main thread. Gives the function that ends it and returns
 * milliseconds: `work`, the processor time of the task that used the most, and `wall`, the duration
 * of the longest; and `doing`, what the trace tells of the first. Tests judge by `work`: a task's duration
 * also counts the time in which a busy machine runs something else, and says little about the page there.
 */
export async function watchMainThread(page) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'v8'] });
  return async () => {
    const { traceEvents } = JSON.parse(await browser.stopTracing());
    const thread = ({ pid, tid }) => `${pid} ${tid}`;
    const main = new Set(
      traceEvents.filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain').map(thread),
    );
    const tasks = traceEvents.filter((e) => e.name === 'ThreadControllerImpl::RunTask' && main.has(thread(e)));
    assert.ok(tasks.length > 10, `${tasks.length} tasks of the main thread were seen`);
    // The trace leaves out a processor time below a microsecond: such a task only waited for the machine.
    assert.ok(tasks.filter(({ tdur }) => tdur > 0).length > tasks.length / 2, 'the trace tells no processor times');
    const most = (of) => tasks.reduce((longest, task) => (of(task) > of(longest) ? task : longest));
    const [work, wall] = [({ tdur }) => (tdur ?? 0) / 1000, ({ dur }) => (dur ?? 0) / 1000];
    const busiest = most(work);
    const within = traceEvents.filter((e) => thread(e) === thread(busiest) && e.ph === 'X' && e !== busiest
      && e.ts >= busiest.ts && e.ts + e.dur <= busiest.ts + busiest.dur && work(e) > work(busiest) / 10);
    const said = (e) => `${e.name} ${work(e).toFixed(1)} of ${wall(e).toFixed(1)} ms ${JSON.stringify(e.args).slice(0, 200)}`;
    return { work: work(busiest), wall: wall(most(wall)), doing: [busiest, ...within].slice(0, 12).map(said).join('\n') };
  };
}

/** The main thread's time. */
export const now = (page) => page.evaluate(() => performance.now());

/** Lets the page draw so many frames. */
export const frames = (page, count) =>
  page.evaluate(async (count) => {
    for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame);
  }, count);

/** Waits until `read` gives something that `good` accepts, and returns it. */
export async function eventually(page, read, good, what, limit = SHORT) {
  const end = Date.now() + limit;
  for (;;) {
    const value = await read();
    if (good(value)) return value;
    if (Date.now() > end) assert.fail(`${what}: still ${JSON.stringify(value)} after ${limit / 1000} s`);
    await frames(page, 2);
  }
}
