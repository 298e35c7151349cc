// The main job on a host that serves the page somewhere below its root, as GitHub Pages does.
import assert from 'node:assert/strict';
import { stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const check = stage({ at: '/some/sub/path/' });

check('sub-path: the page trains and projects under /some/sub/path/', async ({ page, url }) => {
  assert.match(url, /\/some\/sub\/path\/$/);
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.reload();
  await visitor.digitsAreThere(page);
  await page.getByRole('button', { name: 'Train a network' }).click();
  await visitor.trainingEnds(page);
  await visitor.projected(page, 'Right', 'FC 4 after 20 epochs');
  assert.ok((await visitor.hit(page, 'Right')) > (await visitor.hit(page, 'Left')));
  assert.deepEqual(asked.filter((address) => !address.startsWith(url)), [], 'requests outside the sub-path');
  assert.ok(asked.some((address) => address.endsWith('/trainer_bg.wasm')), 'requests of workers are seen, too');
});
