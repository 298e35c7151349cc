// Chromium with the page of the benchmarks open, and the processor time of its worker.
import { readdir, readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

// As in tests/browser/support.mjs.
export const FLAGS = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--enable-unsafe-webgpu',
];

export async function openBrowser(url) {
  const server = await chromium.launchServer({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
  });
  const browser = await chromium.connect(server.wsEndpoint());
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(url);
  await page.waitForFunction(() => globalThis.prepare);
  if (await page.evaluate(() => crossOriginIsolated)) throw new Error('the page is isolated, and should not be');
  return {
    version: browser.version(),
    /** One run of one work by one implementation: what perform gives, with the processor's seconds. */
    async run(task) {
      // What a graphics device does, a software one at least, is done by processes of the browser.
      const threads = () => threadSeconds(server.process().pid, task.work.kind === 'train' ? '' : 'DedicatedWorker');
      try {
        await page.evaluate((task) => prepare(task), task);
        const before = await threads();
        const done = await page.evaluate(() => perform());
        const after = await threads();
        // A worker of an earlier run may still have been on its way out before.
        let processor = after.size > 0 ? 0 : NaN;
        for (const [thread, seconds] of after) processor += seconds - (before.get(thread) ?? 0);
        return { ...done, processor, layout: done.layout && floatsOf(done.layout) };
      } finally {
        await page.evaluate(() => finish());
      }
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

function floatsOf(text) {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/**
 * Seconds that each thread of a process and those below it has had a processor, of the threads whose
 * name begins so: what a run costs however busy the machine is. Empty where there is no Linux to ask.
 */
async function threadSeconds(root, name) {
  const numbers = async (folder) => (await readdir(folder).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const text = (file) => readFile(file, 'utf8').catch(() => '');
  const children = new Map();
  for (const process of await numbers('/proc')) {
    const stat = await text(`/proc/${process}/stat`);
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    children.set(parent, [...(children.get(parent) ?? []), process]);
  }
  const seconds = new Map();
  const family = [String(root)];
  for (const process of family) {
    family.push(...(children.get(process) ?? [])); // The loop goes on to these.
    for (const thread of await numbers(`/proc/${process}/task`)) {
      const folder = `/proc/${process}/task/${thread}`;
      if (!(await text(`${folder}/comm`)).startsWith(name)) continue;
      seconds.set(thread, Number((await text(`${folder}/schedstat`)).split(' ')[0]) / 1e9);
    }
  }
  return seconds;
}
