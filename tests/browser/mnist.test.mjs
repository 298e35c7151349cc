// MNIST's own files: given in any way and order, refused where they are wrong, and trained on.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { LONG, eventually, frames, stage } from './support.mjs';
import * as visitor from './visitor.mjs';
import {
  TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, drop, images, labels, officialFiles, pick,
} from './files.mjs';

const check = stage();

const waiting = (page, text) => page.getByTestId('waiting-files').filter({ hasText: text }).waitFor();
const sizes = (page, train, test) =>
  page.getByText(`${train} to train on, ${test} to test with`).waitFor();

check('mnist: files picked one by one, in any order, wait for their partners', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await pick(page, [labels('t10k-labels-idx1-ubyte', 40)]);
  await waiting(page, /t10k-images-idx3-ubyte/);
  assert.equal(await page.getByTestId('dataset-name').innerText(), 'Handwritten digits', 'the digits stay meanwhile');
  await pick(page, [images('train-images-idx3-ubyte', 60)]);
  await waiting(page, /train-labels-idx1-ubyte/);
  await pick(page, [images('t10k-images-idx3-ubyte', 40)]);
  // The test part is complete: it is opened and divided, and the training images go on waiting.
  await sizes(page, 32, 8);
  await waiting(page, /train-labels-idx1-ubyte/);
  await pick(page, [labels('train-labels-idx1-ubyte', 60)]);
  await sizes(page, 60, 40);
  await page.getByTestId('waiting-files').waitFor({ state: 'detached' });
  await visitor.projected(page, 'Left', 'Raw pixels');
  assert.equal(await visitor.points(page, 'Left'), 40);
});

check('mnist: dropped files, plain or gzipped, open at once', async ({ page }) => {
  await visitor.digitsAreThere(page);
  const test = images('t10k-images-idx3-ubyte.gz', 40);
  const files = [test, labels('t10k-labels-idx1-ubyte', 40), labels('train-labels.idx1-ubyte', 60), images('train-images.idx3-ubyte', 60)];
  await drop(page, [{ ...test, buffer: gzipSync(test.buffer) }, ...files.slice(1)], () =>
    page.getByText('Drop files to open them').waitFor());
  await sizes(page, 60, 40);
  assert.equal(await page.getByText('Drop files to open them').count(), 0, 'the veil is gone');
  await visitor.projected(page, 'Left', 'Raw pixels');
});

const cut = ({ name, buffer }, bytes) => ({ name, mimeType: '', buffer: buffer.subarray(0, bytes) });
const WRONG = [
  ['a file of another kind', [{ name: 'train-images-idx3-ubyte', mimeType: '', buffer: Buffer.from('PK, a zip file, perhaps') }], /magic number/],
  ['the magic number of another format', [images('train-images-idx3-ubyte', 10, 28, 28, 2052)], /magic number 2052/],
  ['a truncated file', [cut(images('train-images-idx3-ubyte', 10), 4000)], /cut off: 7856 bytes expected, 4000 found/],
  ['a truncated gzip file', [cut({ name: 'train-images-idx3-ubyte.gz', buffer: gzipSync(images('', 10).buffer) }, 3000)], /cannot be unpacked/],
  ['counts that differ', [images('train-images-idx3-ubyte', 10), labels('train-labels-idx1-ubyte', 11)], /10 images but .* 11 labels/],
  ['images without any pixel', [images('train-images-idx3-ubyte', 10, 28, 0)], /28×0/],
  ['swapped names', [labels('train-images-idx3-ubyte', 10)], /named like images but holds labels/],
  ['a name that says nothing', [labels('labels', 10)], /does not say whether/],
];
check('mnist: every kind of wrong file has its own message', async ({ page, log }) => {
  await visitor.digitsAreThere(page);
  for (const [what, files, message] of WRONG) {
    await drop(page, files);
    const alert = page.getByRole('alert').filter({ hasText: message });
    await alert.waitFor().catch(async () => {
      const shown = await page.getByRole('alert').allInnerTexts();
      assert.fail(`${what}: expected ${message}, shown: ${JSON.stringify(shown)}`);
    });
    log(`${what}: ${(await alert.innerText()).replace(/\s+/g, ' ')}`);
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await alert.waitFor({ state: 'detached' });
    // Files that were fine stay, and would meet the next ones.
    const forget = page.getByRole('button', { name: 'Forget these files' });
    if (await forget.count()) await forget.click();
    await page.getByTestId('waiting-files').waitFor({ state: 'detached' });
  }
  assert.equal(await page.getByTestId('dataset-name').innerText(), 'Handwritten digits', 'nothing was opened');

  await drop(page, [images('train-images-idx3-ubyte', 50), labels('train-labels-idx1-ubyte', 50), images('t10k-images-idx3-ubyte', 10, 14, 14)]);
  await page.getByRole('alert').filter({ hasText: /28×28.*14×14/ }).waitFor();
  await sizes(page, 40, 10);
});

check('mnist: opening files while a network trains puts that network aside, and it can be returned to', async ({ page }) => {
  await visitor.digitsAreThere(page);
  await visitor.setField(page, 'Hidden widths', '64, 64');
  await visitor.setField(page, 'Epochs', 400);
  await visitor.training(page).getByRole('button', { name: 'Train' }).click();
  await eventually(page, () => visitor.progress(page), (at) => at?.epoch > 3, 'no fourth epoch', LONG);
  await drop(page, [images('t10k-images-idx3-ubyte', 100), labels('t10k-labels-idx1-ubyte', 100)]);
  await page.getByTestId('question').getByRole('button', { name: 'End it and open' }).click();
  await sizes(page, 80, 20);
  await visitor.projected(page, 'Left', 'Raw pixels');
  await visitor.trainingIs(page, 'idle');
  // What the ended training still had to say would come within these frames.
  await frames(page, 60);
  assert.equal(await visitor.trainingIs(page, 'idle stopped ended running'), 'idle');
  assert.equal(await page.getByTestId('loss-chart').count(), 0, 'no curve of another network');
  assert.equal(await page.getByLabel('Left: layer').locator('option').count(), 1, 'no layer of another network');
  assert.equal(await visitor.points(page, 'Left'), 20);

  await page.getByRole('button', { name: /^Handwritten digits · 2 × 64/ }).click();
  await visitor.projected(page, 'Right', /^FC 2 after \d+ epochs$/);
  await page.getByTestId('dataset-name').filter({ hasText: 'Handwritten digits' }).waitFor();
  assert.equal(await visitor.points(page, 'Right'), 719);
  await visitor.training(page).getByRole('button', { name: /^Go on from epoch \d+$/ }).waitFor();
  await page.getByRole('button', { name: /^MNIST/ }).waitFor();
});

check('mnist: 4 × 256 learns 10,000 digits, and its last layer tells the classes apart', async ({ page, log, screenshot }) => {
  await visitor.digitsAreThere(page);
  await drop(page, await officialFiles(TEST_IMAGES, TRAIN_LABELS, TEST_LABELS, TRAIN_IMAGES));
  await sizes(page, 10000, 10000);
  await visitor.setField(page, 'Hidden widths', '4x256');
  await visitor.setField(page, 'Epochs', 8);
  const longest = await visitor.watchedTraining(page, log, () => visitor.training(page).getByRole('button', { name: 'Train' }).click(), 100);
  await visitor.projected(page, 'Left', 'FC 4 before training');
  await visitor.projected(page, 'Right', 'FC 4 after 8 epochs');
  const [before, after] = [await visitor.hit(page, 'Left'), await visitor.hit(page, 'Right')];
  const accuracy = await visitor.accuracy(page, 'Right');
  log(`accuracy ${accuracy}% on ${await visitor.points(page, 'Right')} observations; NH ${before}% → ${after}%`);
  log(`trained in ${(longest.took / 1000).toFixed(1)} s; longest main-thread task meanwhile: ${longest.work.toFixed(0)} ms of work in ${longest.wall.toFixed(0)} ms`);
  assert.equal(await visitor.points(page, 'Right'), 2000);
  assert.ok(accuracy >= 94, `accuracy ${accuracy}%`);
  assert.ok(after >= before + 8, `NH ${before}% before, ${after}% after`);
  assert.match(await page.getByTestId('whole-test').innerText(), /all 10,?000 test images/);
  assert.ok(longest.work <= 100, `a task of ${longest.work} ms held the page up while training ran`);
  await screenshot('mnist');
});
