// The site's data sets, as `make data` packs them: offered, loaded piece by piece, and missing ones
// named. The site here is a copy of dist/ into which the shared MNIST files were packed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LONG, SHARED_DATA, eventually, stage } from './support.mjs';
import * as visitor from './visitor.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let folder;
after(() => folder && rm(folder, { recursive: true }));
const check = stage({
  site: async (dist) => {
    folder = await mkdtemp(join(tmpdir(), 'ha-site-'));
    await cp(dist, folder, { recursive: true });
    const program = ['run', '--quiet', '--release', '--bin', 'pack', '--', join(SHARED_DATA, 'mnist'), join(folder, 'data')];
    await promisify(execFile)('cargo', program, { cwd: ROOT });
    return folder;
  },
});

const menu = (page) => page.getByTestId('dataset-menu');

check('menu: MNIST\'s first images are projected while the rest is on its way', async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  let release;
  const held = new Promise((go) => (release = go));
  await page.route('**/data/mnist/001.pack', async (route) => {
    await held;
    await route.continue();
  });
  // By keyboard alone.
  const summary = menu(page).locator('summary');
  await summary.focus();
  await page.keyboard.press('Enter');
  const offered = menu(page).getByRole('button', { name: 'MNIST' });
  await offered.waitFor();
  await screenshot('menu');
  await offered.focus();
  await page.keyboard.press('Enter');

  await page.getByText('the first 2000 test images').waitFor();
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.equal(await visitor.points(page, 'Left'), 2000);
  const [hit, before] = [await visitor.hit(page, 'Left'), await visitor.atRest(page, visitor.picture(page, 'Left'))];
  await page.getByText(/^Loading MNIST: \d+ of \d+ MB$/).waitFor();
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await page.getByRole('alert').filter({ hasText: 'The training images are not loaded yet.' }).waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await screenshot('menu-loading');

  release();
  await page.getByText('10000 to train on, 10000 to test with').waitFor({ timeout: LONG });
  await page.getByLabel('Progress of opening').waitFor({ state: 'detached' });
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.equal(await visitor.hit(page, 'Left'), hit, 'the layout stays');
  await eventually(page, () => visitor.pixels(visitor.picture(page, 'Left')), (now) => now.fingerprint === before.fingerprint, 'the picture changed');
  log(`NH of pixels ${hit}%`);
  // Now a network can learn from it.
  await visitor.setField(page, 'Hidden widths', '32');
  await visitor.setField(page, 'Epochs', 1);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await visitor.trainingEnds(page);
  assert.match(await page.getByTestId('whole-test').innerText(), /all 10,?000 test images/);
});

check('menu: data sets that are not there say which files to drop', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await menu(page).locator('summary').click();
  for (const [name, files] of [['SVHN', 'train_32x32.mat and test_32x32.mat'], ['CIFAR-10', 'cifar-10-binary.tar.gz']]) {
    const line = menu(page).locator('li', { hasText: name });
    assert.ok(await line.getByRole('button').isDisabled(), `${name} cannot be chosen`);
    assert.ok((await line.innerText()).includes(files), await line.innerText());
  }
  assert.ok(await menu(page).getByRole('button', { name: 'MNIST' }).isEnabled());
  assert.ok(await menu(page).getByRole('button', { name: 'Handwritten digits' }).isEnabled());
});

check('menu: street digits are drawn from the menu', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await menu(page).locator('summary').click();
  const line = menu(page).locator('li', { hasText: 'drawn in your browser' });
  assert.match(await line.innerText(), /10000 \+ 2000 images, drawn in your browser/);
  await line.getByRole('button').click();
  await page.getByText('10000 to train on, 2000 to test with').waitFor();
  await visitor.projected(page, 'Left', 'Raw pixels');
});

check('menu: loading can be stopped, and the digits chosen again', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await page.route('**/data/mnist/002.pack', () => {}); // never answered
  await menu(page).locator('summary').click();
  await menu(page).getByRole('button', { name: 'MNIST' }).click();
  await page.getByText('the first 2000 test images').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('status').filter({ hasText: 'Loading was stopped.' }).waitFor();
  await menu(page).getByRole('button', { name: 'Handwritten digits' }).click();
  await page.getByText('1078 to train on, 719 to test with').waitFor();
  assert.equal(await page.getByRole('button', { name: /^MNIST/ }).count(), 1, 'a preview is not put aside');
});

check('menu: a data set that cannot be fetched says so', { expected: [/404|Failed to load/] }, async ({ page }) => {
  await visitor.digitsAreThere(page);
  await page.route('**/data/mnist/000.pack', (route) => route.fulfill({ status: 404, body: 'gone' }));
  await menu(page).locator('summary').click();
  await menu(page).getByRole('button', { name: 'MNIST' }).click();
  await page.getByRole('alert').filter({ hasText: /MNIST could not be loaded.*404/ }).waitFor();
  assert.equal(await page.getByTestId('dataset-name').innerText(), 'Handwritten digits');
});
