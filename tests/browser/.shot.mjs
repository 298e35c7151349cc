import { chromium } from 'playwright-core';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const f of process.argv.slice(2)) {
  const p = await b.newPage({ viewport: { width: 800, height: 760 } });
  await p.goto('file://' + f);
  await p.screenshot({ path: '/tmp/shots/' + f.split('/').pop().replace('.svg', '.png') });
  await p.close();
}
await b.close();
