// Chromium with the page of the benchmarks open, and the processor time of its worker.
import { readdir, readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

// As in tests/browser/support.mjs.
const FLAGS = [
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
    /** One run of one work by one implementation: { seconds, processor, layout, note }. */
    async run(task) {
      try {
        await page.evaluate((task) => prepare(task), task);
        const before = await workerSeconds(server.process().pid);
        const { seconds, layout, note } = await page.evaluate(() => perform());
        const after = await workerSeconds(server.process().pid);
        return { seconds, processor: after - before, layout: layout && floatsOf(layout), note };
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
 * Seconds that the threads of dedicated workers below a process have had a processor: what a run
 * costs however busy the machine is. NaN where there is no Linux to ask.
 */
async function workerSeconds(root) {
  try {
    const children = new Map();
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
      if (stat === null) continue;
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
    }
    let nanoseconds = 0;
    const family = [root];
    for (let at = 0; at < family.length; at++) {
      family.push(...(children.get(family[at]) ?? []));
      const tasks = `/proc/${family[at]}/task`;
      for (const thread of await readdir(tasks).catch(() => [])) {
        const name = await readFile(`${tasks}/${thread}/comm`, 'utf8').catch(() => '');
        if (!name.startsWith('DedicatedWorker')) continue;
        nanoseconds += Number((await readFile(`${tasks}/${thread}/schedstat`, 'utf8')).split(' ')[0]);
      }
    }
    return nanoseconds / 1e9;
  } catch {
    return NaN;
  }
}
